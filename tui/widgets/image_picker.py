"""A list of pinned images to choose from, with a line of input for any other."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.core.dataclass import dataclass
from tui.core.images.catalogue_image import CatalogueImage
from tui.core.images.digest_words import held_by
from tui.core.units import counted
from tui.widgets.field import Field, field_id
from tui.widgets.fold import Fold
from tui.widgets.option_list import OptionList
from tui.widgets.static import Static

_MOST_ROWS = 4
"""Rows that are kept free for a note; one of a team's own images may be longer."""


class ImagePicker(Widget):
    """Images of the catalogue and a field for the reference that is used."""

    DEFAULT_CSS = """
    ImagePicker {
        height: auto;
        & OptionList { height: auto; }
        & .notes { height: auto; padding-left: 1; }
        & .held { height: 1; padding-left: 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
        & Field .note { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }  /* nothing jumps below it */
    }
    """

    @dataclass
    class Picked(Message):
        """An image of the list was chosen."""

        picker: ImagePicker
        reference: str

    local: reactive[frozenset[str]] = reactive(frozenset())
    """Names of images that this machine has already, by tag and by digest."""
    reference: reactive[str] = reactive("")

    images: reactive[tuple[CatalogueImage, ...]] = reactive((), init=False)

    def __init__(self, name: str, label: str, images: tuple[CatalogueImage, ...], about: str) -> None:
        """`about` says in a few words what such an image is for."""
        super().__init__(name=name, id=field_id(f"{name}.choice"))
        self._field_name = name
        self._label = label
        self._about = about
        self._unfolded = False
        self.set_reactive(ImagePicker.images, images)

    def compose(self) -> ComposeResult:
        about = Content.styled(f"  {self._about}", "$text-muted")
        yield Static(Content.styled(self._label, "bold") + about, classes="label")
        yield OptionList(*self._rows(), compact=True)
        yield Static(classes="notes")
        yield Static(classes="held")
        field = Field(self._field_name, "Image used", placeholder="name:tag@sha256:…")
        yield Fold("Another image, by its name", field)
        yield field

    def focus(self, scroll_visible: bool = True) -> ImagePicker:
        """Into the list, or into the field where the image is none of the list."""
        is_listed = any(image.reference == self.reference for image in self.images)
        (self.query_one(OptionList) if is_listed else self.query_one(Field)).focus(scroll_visible)
        return self

    def on_resize(self) -> None:
        self._make_room()
        self._redraw()

    def _make_room(self) -> None:
        """Have rows for the longest note, so that nothing below jumps as one moves through the list."""
        notes, width = self.query_one(".notes", Static), self.container_size.width - 2
        longest = max((Content(_note(image)).get_height({}, width) for image in self.images), default=1)
        notes.styles.min_height = min(longest, _MOST_ROWS)

    def watch_local(self) -> None:
        self._redraw()

    def watch_images(self) -> None:
        self.watch_reference(self.reference)

    def watch_reference(self, reference: str) -> None:
        if self.is_mounted:
            field = self.query_one(Field)
            field.show(reference)
            self.query_one(".held", Static).update(Content(held_by(reference, self.images)))
        used = [image for image in self.images if image.reference == reference]
        self._unfolded = self._unfolded or any(map(_is_older, used))
        if reference and not used:
            self._unfold_field()
        self._redraw()

    def on_mount(self) -> None:
        self.watch(self.query_one(Field), "problem", self._watch_problem)
        self.watch_reference(self.reference)

    def _watch_problem(self, problem: str) -> None:
        if problem:
            self._unfold_field()

    def _unfold_field(self) -> None:
        if self.is_mounted:
            self.query_one(Fold).unfolded = True

    @property
    def _shown(self) -> tuple[CatalogueImage, ...]:
        """The images that are listed: older ones once they were asked for, or one of them was used."""
        return tuple(image for image in self.images if self._unfolded or not _is_older(image))

    def _rows(self) -> list[Content]:
        shown = self._shown
        folded = len(self.images) - len(shown)
        more = [Content.styled(f"▸ {counted(folded, 'older one')}", "$text-muted")] if folded else []
        return [*map(self._row, shown), *more]

    def _redraw(self) -> None:
        if not self.is_mounted:
            return
        options, rows = self.query_one(OptionList), self._rows()
        if len(rows) == options.option_count:
            for number, row in enumerate(rows):
                options.replace_option_prompt_at_index(number, row)
        else:
            at = options.highlighted or 0
            options.set_options(rows)
            options.highlighted = min(at, len(rows) - 1) if rows else None
        used = (place for place, image in enumerate(self._shown) if image.reference == self.reference)
        options.taken = next(used, None)

    def _row(self, image: CatalogueImage) -> Content:
        chosen = image.reference == self.reference
        mark = Content.styled("● " if chosen else "○ ", "$text-success" if chosen else "$text-muted")
        first = next((one for one in self.images if one.recommended), None)  # a team's own stands before condock's
        facts = ["recommended"] if image is first else []
        facts += ["older"] if _is_older(image) else []
        facts += ["Terms to accept"] if image.tos else []
        facts += ["here"] if self._is_here(image) else []
        facts += [f"Python {image.python}"] if image.python else []
        facts += [f"glibc {image.glibc}"] if image.glibc else []
        widest = max(len(f"{image.name}:{image.tag}") for image in self.images)
        name = mark + Content(f"{f'{image.name}:{image.tag}':<{min(widest, 46)}}  ")
        room = max((options.scrollable_content_region.width for options in self.query(OptionList)), default=0)
        while room and len(" · ".join(facts)) > room - name.cell_length and facts:
            facts.pop()
        return name + Content.styled(" · ".join(facts), "$text-muted")

    def _is_here(self, image: CatalogueImage) -> bool:
        return bool({f"{image.name}:{image.tag}", f"{image.name}@{image.digest}"} & self.local)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        shown = self._shown
        words = _note(shown[event.option_index]) if event.option_index < len(shown) else "Enter shows them."
        self.query_one(".notes", Static).update(Content(words))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        shown = self._shown
        if event.option_index < len(shown):
            self.post_message(self.Picked(self, shown[event.option_index].reference))
        else:
            self._unfolded = True
            self._redraw()


def _note(image: CatalogueImage) -> str:
    on_platforms = f" For {', '.join(image.platforms)}." if image.platforms else ""
    return f"{image.notes}{on_platforms}"


def _is_older(image: CatalogueImage) -> bool:
    return image.deprecated and not image.recommended

"""A list of pinned images to choose from, with a line of input for any other."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static
from textual.widgets.option_list import Option

from tui.core.images.catalogue import CatalogueImage
from tui.widgets.field import Field
from tui.widgets.option_list import OptionList


class ImagePicker(Widget):
    """Images of the catalogue and a field for the reference that is used."""

    DEFAULT_CSS = """
    ImagePicker { height: auto; & OptionList { height: auto; } & .notes { height: auto; padding-left: 1; } }
    """

    @dataclass
    class Picked(Message):
        """An image of the list was chosen."""

        picker: ImagePicker
        reference: str

    local: reactive[frozenset[str]] = reactive(frozenset())
    """Names of images that this machine has already, by tag and by digest."""
    reference: reactive[str] = reactive("")

    def __init__(self, name: str, label: str, images: tuple[CatalogueImage, ...], about: str) -> None:
        super().__init__(name=name)
        self._field_name = name
        self._label = label
        self._images = images
        self._about = about

    def compose(self) -> ComposeResult:
        yield Static(Content.styled(self._label, "bold"), classes="label")
        yield OptionList(*(Option(self._row(image), id=image.digest) for image in self._images), compact=True)
        yield Static(classes="notes")
        yield Field(self._field_name, "Image used", about=self._about, placeholder="name:tag@sha256:…")

    def watch_local(self) -> None:
        self._redraw()

    def watch_reference(self, reference: str) -> None:
        if self.is_mounted:
            self.query_one(Field).show(reference)
        self._redraw()

    def on_mount(self) -> None:
        self.watch_reference(self.reference)

    def _redraw(self) -> None:
        if not self.is_mounted:
            return
        options = self.query_one(OptionList)
        for number, image in enumerate(self._images):
            options.replace_option_prompt_at_index(number, self._row(image))

    def _row(self, image: CatalogueImage) -> Content:
        chosen = image.reference == self.reference
        mark = Content.styled("● " if chosen else "○ ", "$text-success" if chosen else "$text-muted")
        facts = ["recommended"] if image.recommended else []
        facts += [f"Python {image.python}"] if image.python else []
        facts += [f"glibc {image.glibc}"] if image.glibc else []
        facts += ["older"] if image.deprecated and not image.recommended else []
        facts += ["has Terms to accept"] if image.tos else []
        facts += ["here"] if self._is_here(image) else []
        name = Content(f"{f'{image.name}:{image.tag}':<33} ")
        return mark + name + Content.styled(" · ".join(facts), "$text-muted")

    def _is_here(self, image: CatalogueImage) -> bool:
        return bool({f"{image.name}:{image.tag}", f"{image.name}@{image.digest}"} & self.local)

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        image = self._images[event.option_index]
        on_platforms = f" For {', '.join(image.platforms)}." if image.platforms else ""
        self.query_one(".notes", Static).update(Content(f"{image.notes}{on_platforms}"))

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Picked(self, self._images[event.option_index].reference))

"""Base image: the image with conda to build in, and the small one to ship."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime

from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message
from textual.widgets import Checkbox

from screens.step_screen import StepScreen
from tui.core.dataclass import dataclass
from tui.core.engine.base_conda import ask_conda
from tui.core.engine.base_contents import learnt, look_inside
from tui.core.engine.contexts import reaching
from tui.core.engine.find_engine import local_images
from tui.core.engine.pin import check_pin
from tui.core.errors import CondockError
from tui.core.images.catalogue import catalogue
from tui.core.images.catalogue_image import PARTS
from tui.core.images.learnt_images import keep_learnt
from tui.core.images.reference import is_among, with_mirror
from tui.core.plan import Base
from tui.core.project import Project
from tui.core.steps import step_of
from tui.core.untrusted_text import printable
from tui.widgets.button import Button
from tui.widgets.field import Field
from tui.widgets.image_picker import ImagePicker
from tui.widgets.static import Static
from tui.widgets.toggles import Tick

_BUILDER_ABOUT = "has conda, and stays behind"
_RUNTIME_ABOUT = "what people run; the environment is copied in"
_TOS = "I accept Anaconda's Terms of Service"
_TOS_PERHAPS = f"{_TOS}, should this image ask"
"""Of an image that condock does not know; in one row also where there are 60 columns."""
_TOS_ABOUT = (
    "conda in this base asks for them before it uses repo.anaconda.com/pkgs/main, /r and /msys2. In a build "
    "nobody can answer, so it would stop. Read them at anaconda.com/legal; an agreement of your company may "
    "replace them."
)


class BaseImageScreen(StepScreen):
    """The third step."""

    step = step_of("base")
    first_focus = "ImagePicker OptionList"

    buttons = {"check-pins": "Check the pins"}  # noqa: RUF012

    HELP = """
    The **builder** has conda and makes the environment; it is left behind. The **runtime** is what the
    finished image starts from, so the smaller the better.

    Each is pinned by a digest (`@sha256:…`): the same bytes today and next year. *Check the pins* asks
    the registry, through Docker, whether the tags still name these digests.
    """

    @dataclass
    class LocalFound(Message):
        """The engine's own images were listed."""

        names: frozenset[str]

    @dataclass
    class PinsChecked(Message):
        """The registry answered."""

        answers: tuple[tuple[str, str], ...]

    @dataclass
    class CondaTold(Message):
        """A builder image was asked for its conda."""

        reference: str
        version: tuple[int, ...]

    def compose_body(self) -> ComposeResult:
        images = catalogue()
        yield ImagePicker("base.builder", "Build in", images.builders, _BUILDER_ABOUT)
        yield Tick(_TOS, id="base-accept-tos", compact=True)
        yield Static(_TOS_ABOUT, id="tos-about", classes="note")
        yield ImagePicker("base.runtime", "Ship on", images.runtimes, _RUNTIME_ABOUT)
        yield Field(
            "base.mirror",
            "Registry mirror",
            about="A prefix put in front of both, where Docker Hub is out of reach. Leave it empty otherwise.",
            placeholder="mirror.example.com/hub",
        )
        yield Field(
            "environment.cuda",
            "CUDA version",
            about="What the drivers of the machines it will run on offer, such as 12.4. Empty for none.",
        )
        yield Button("Check the pins", id="check-pins", compact=True)
        yield Static(id="pins")

    def look_around(self) -> None:
        self._list_local(self.current.plan.build.context)

    def show(self, project: Project) -> None:
        base = project.plan.base
        builder, runtime = self.query(ImagePicker)
        builder.reference, runtime.reference = base.builder, base.runtime
        self.query_one("#base-mirror", Field).show(base.mirror)
        self.query_one("#environment-cuda", Field).show(project.plan.environment.cuda)
        tos = self.query_one("#base-accept-tos", Tick)
        asks, may_ask = catalogue().asks_for_tos(base.builder), catalogue().may_ask_for_tos(base.builder)
        tos.visible = may_ask  # its row stays, so that nothing jumps while one types
        tos.label = _TOS if asks else _TOS_PERHAPS
        self.query_one("#tos-about").display = asks
        with self.prevent(Checkbox.Changed):
            tos.value = base.accept_tos
        self._ask_for_conda(project)

    @on(ImagePicker.Picked)
    def _picked(self, event: ImagePicker.Picked) -> None:
        name = (event.picker.name or "").partition(".")[2]
        self.edit("base", **{name: event.reference})

    @on(Checkbox.Changed)
    def _accepted(self, event: Checkbox.Changed) -> None:
        self.edit("base", accept_tos=event.value)

    @work(thread=True, exclusive=True, group="local", description="Listing the engine's images")
    def _list_local(self, context: str) -> None:
        self.post_message(self.LocalFound(local_images(reaching(os.environ, context))))

    @on(LocalFound)
    def _local_found(self, event: LocalFound) -> None:
        for picker in self.query(ImagePicker):
            picker.local = event.names
        self._ask_for_conda(self.current)

    def _ask_for_conda(self, project: Project) -> None:
        """Ask an image that the catalogue does not know and the engine has."""
        picker, base = self.query(ImagePicker).first(), project.plan.base
        reference = with_mirror(base.builder, base.mirror)
        if not project.conda and base.builder != project.told_conda[0] and is_among(reference, picker.local):
            self._ask(base.builder, reference, reaching(os.environ, project.plan.build.context))

    @work(thread=True, exclusive=True, group="conda", description="Asking the builder image for its conda")
    def _ask(self, builder: str, reference: str, env: Mapping[str, str]) -> None:
        self.post_message(self.CondaTold(builder, ask_conda(reference, env)))

    @on(CondaTold)
    def _conda_told(self, event: CondaTold) -> None:
        self.post_message(self.Edited(lambda project: project.with_conda(event.reference, event.version)))

    @on(Button.Pressed, "#check-pins")
    def _check(self) -> None:
        self.query_one("#pins", Static).update(Content("Asking the registry …"))
        self._check_pins(self.current.plan.base, reaching(os.environ, self.current.plan.build.context))

    @work(thread=True, exclusive=True, group="pins", description="Checking the pins")
    def _check_pins(self, base: Base, env: Mapping[str, str]) -> None:
        answers = []
        for part, reference in zip(PARTS, (base.builder, base.runtime), strict=True):
            try:
                answer = _asked(part, reference, with_mirror(reference, base.mirror), env)
            except CondockError as error:
                answer = str(error)
            answers.append((reference.partition("@")[0], answer))
        self.post_message(self.PinsChecked(tuple(answers)))

    @on(PinsChecked)
    def _pins_checked(self, event: PinsChecked) -> None:
        images = catalogue()  # which has learnt the day
        for picker, offered in zip(self.query(ImagePicker), (images.builders, images.runtimes), strict=True):
            picker.images = offered
        lines = [Content.styled(name, "bold") + Content(f" {answer}") for name, answer in event.answers]
        self.query_one("#pins", Static).update(Content("\n").join(lines))


def _asked(part: str, reference: str, mirrored: str, env: Mapping[str, str]) -> str:
    """Ask the registry about an image; the answer is kept in the user's own catalogue."""
    report = check_pin(mirrored, env)
    images = learnt(reference, report, look_inside(mirrored, env), datetime.now(UTC).date())
    if not images:
        return report.describe()
    kept = [keep_learnt(os.environ, part, image) for image in images][-1]
    image = images[0]
    found = (f"conda {image.conda}" if image.conda else "", f"glibc {image.glibc}" if image.glibc else "")
    inside = f" Inside: {', '.join(filter(None, found))}." if any(found) else ""
    return f"{report.describe()}{inside} Kept in {printable(str(kept))}."

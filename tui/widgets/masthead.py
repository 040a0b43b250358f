"""The first line of every screen: what is made of what, and the build that runs."""

from __future__ import annotations

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

_STOP = " ■ Stop "


class Masthead(Widget):
    """One line, drawn in the width there is: the image's name stays whole as long as that can be."""

    DEFAULT_CSS = "Masthead { height: 1; text-wrap: nowrap; }"

    class BuildClicked(Message):
        """The user wants to see the build that runs."""

    class StopClicked(Message):
        """The user wants the build that runs to stop."""

    folder: reactive[str] = reactive("")
    image: reactive[str] = reactive("")
    building: reactive[str] = reactive("")
    """How far the build is that runs; empty where none does."""

    def render(self) -> Content:
        build, stop = self._building()
        room = max(0, self.content_size.width - build.cell_length - stop.cell_length)
        left = Content(named(self.folder, self.image, room)).truncate(room, ellipsis=True)
        return left.pad_right(room - left.cell_length) + build + stop

    def _building(self) -> tuple[Content, Content]:
        if not self.building:
            return Content(""), Content("")
        stop = Content.styled(_STOP, "bold reverse $text-error")
        return Content.styled(f" {self.building} ", "$text-warning"), stop

    def on_click(self, event: Click) -> None:
        at, (build, stop) = event.get_content_offset(self), self._building()
        if at is None or not self.building:
            return
        left = self.content_size.width - at.x
        if left <= stop.cell_length:
            self.post_message(self.StopClicked())
        elif left <= stop.cell_length + build.cell_length:
            self.post_message(self.BuildClicked())


def named(folder: str, image: str, width: int) -> str:
    """What is made of what; where the width does not take both, the folder's name is shortened in its middle."""
    frame = "condock · {} → {}"
    room = width - len(frame.format("", image))
    if len(folder) > room:
        folder = shortened(folder, max(3, room))
    return frame.format(folder, image)


def shortened(text: str, width: int) -> str:
    """A text in at most this many characters, without its middle."""
    if len(text) <= width:
        return text
    end = (width - 1) // 2
    return f"{text[: width - 1 - end]}…{text[len(text) - end :] if end else ''}"

"""An app of one widget, and what that widget says."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from textual import on
from textual.app import App, ComposeResult
from textual.content import Content
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static

from tui.widgets.checklist import Checklist
from tui.widgets.field import Field
from tui.widgets.image_picker import ImagePicker
from tui.widgets.option_list import OptionList
from tui.widgets.problem_strip import ProblemStrip
from tui.widgets.stepper import Stepper


class WidgetApp(App[None]):
    """One widget, and what it says."""

    def __init__(self, make: Callable[[], Widget]) -> None:
        super().__init__()
        self._make = make
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self._make()

    @on(Field.Changed)
    @on(ProblemStrip.Clicked)
    @on(Stepper.Selected)
    @on(ImagePicker.Picked)
    def _heard(self, event: Message) -> None:
        self.said.append(event)


@asynccontextmanager
async def showing(make: Callable[[], Widget], width: int = 60) -> AsyncIterator[tuple[WidgetApp, Pilot[None]]]:
    app = WidgetApp(make)
    async with app.run_test(size=(width, 20)) as pilot:
        await pilot.pause()
        yield app, pilot


def words(widget: Widget) -> str:
    said = [part.render() for part in (widget, *widget.query(Static)) if isinstance(part, Static | Checklist)]
    return "\n".join(str(text) for text in said if isinstance(text, Content))


def listed(app: WidgetApp) -> list[str]:
    return [str(option.prompt) for option in app.query_one(OptionList).options]

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import Selection

from tui.core.image.log import BuildLog
from tui.widgets.log_view import LogView


class LogApp(App[None]):
    def __init__(self, log: BuildLog) -> None:
        super().__init__()
        self.build_log = log

    def compose(self) -> ComposeResult:
        yield LogView(self.build_log, id="log")

    @property
    def view(self) -> LogView:
        return self.query_one(LogView)

    def add(self, step: str, *lines: str) -> None:
        self.build_log.append(step, lines)
        self.view.grow()

    def shown(self) -> list[str]:
        return [self.view.render_line(y).text.rstrip() for y in range(self.view.size.height)]


@asynccontextmanager
async def log_app(log: BuildLog | None = None) -> AsyncIterator[tuple[LogApp, Pilot[None]]]:
    app = LogApp(log or BuildLog())
    async with app.run_test(size=(40, 10)) as pilot:
        app.view.focus()
        yield app, pilot


def numbered(first: int, last: int) -> list[str]:
    return [f"line {number}" for number in range(first, last)]


async def test_the_end_is_followed() -> None:
    async with log_app() as (app, pilot):
        for batch in range(5):
            app.add("a", *numbered(batch * 10, batch * 10 + 10))
            await pilot.pause()
        assert app.shown() == numbered(40, 50)


@pytest.mark.parametrize("key", ["up", "pageup", "home"])
async def test_scrolling_up_lets_go_and_end_follows_again(key: str) -> None:
    async with log_app() as (app, pilot):
        app.add("a", *numbered(0, 50))
        await pilot.pause()
        await pilot.press(key)
        await pilot.wait_for_animation()
        assert not app.view.following
        held = app.shown()
        assert held[-1] != "line 49"
        app.add("a", *numbered(50, 60))
        await pilot.pause()
        assert app.shown() == held
        await pilot.press("end")
        await pilot.wait_for_animation()
        assert app.view.following
        assert app.shown() == numbered(50, 60)
        app.add("a", "line 60")
        await pilot.pause()
        assert app.shown() == numbered(51, 61)


async def test_scrolling_lets_go_and_scrolling_to_the_end_follows_again() -> None:
    async with log_app() as (app, pilot):
        app.add("a", *numbered(0, 50))
        await pilot.pause()
        app.view.scroll_relative(y=-5, animate=False)
        await pilot.pause()
        assert not app.view.following
        app.view.scroll_relative(y=5, animate=False)
        await pilot.pause()
        assert app.view.following


async def test_one_step_alone_is_shown_and_then_all_again() -> None:
    async with log_app() as (app, pilot):
        app.add("a", *numbered(0, 30))
        app.add("b", "the only line of b")
        app.view.step = "b"
        await pilot.pause()
        assert app.shown()[:2] == ["the only line of b", ""]
        app.add("a", "line 30")
        await pilot.pause()
        assert app.shown()[:2] == ["the only line of b", ""]
        app.view.step = None
        await pilot.pause()
        assert app.shown() == [*numbered(22, 30), "the only line of b", "line 30"]


async def test_a_shorter_step_is_followed_also_when_it_grows() -> None:
    async with log_app() as (app, pilot):
        app.add("a", *numbered(0, 100))
        app.add("b", *numbered(0, 20))
        app.view.step = "b"
        await pilot.pause()
        app.add("b", *numbered(20, 30))
        await pilot.pause()
        assert app.view.following
        assert app.shown() == numbered(20, 30)


async def test_another_log_is_shown_from_its_beginning() -> None:
    async with log_app() as (app, pilot):
        app.add("a", *numbered(0, 50))
        app.build_log = BuildLog()
        app.view.show(app.build_log)
        await pilot.pause()
        assert not any(app.shown())
        app.add("a", "new")
        await pilot.pause()
        assert app.shown()[0] == "new"


async def test_the_end_is_followed_while_the_oldest_lines_are_dropped() -> None:
    async with log_app(BuildLog(limit=32)) as (app, pilot):
        for number in range(100):
            app.add("a", f"line {number}")
        await pilot.pause()
        assert app.view.following
        assert app.shown() == numbered(90, 100)


async def test_lines_that_are_dropped_while_one_reads_them_do_no_harm() -> None:
    async with log_app(BuildLog(limit=32)) as (app, pilot):
        app.add("a", *numbered(0, 30))
        await pilot.press("home")
        await pilot.wait_for_animation()
        app.add("b", *numbered(100, 130))
        await pilot.pause()
        assert len(app.shown()) == 10
        app.view.step = "a"
        await pilot.pause()
        assert app.shown()[-1] in ("", "line 29")


@pytest.mark.parametrize("size", [(40, 20), (40, 4), (20, 10)])
async def test_a_new_size_of_the_terminal_keeps_following(size: tuple[int, int]) -> None:
    async with log_app() as (app, pilot):
        app.add("a", *numbered(0, 50))
        await pilot.resize_terminal(*size)
        await pilot.pause()
        app.add("a", "line 50")
        await pilot.pause()
        assert app.view.following
        assert "line 50" in app.shown()[-2:]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("x" * 100_000, id="huge"),
        pytest.param("漢字" * 100, id="wide"),
        pytest.param("short 漢字", id="short and wide"),
        pytest.param("[bold]no markup[/] [/etc]", id="markup"),
        pytest.param("e\u0301" * 30, id="combining"),
    ],
)
@pytest.mark.parametrize("right", [0, 7])
async def test_every_line_is_as_wide_as_the_view(line: str, right: int) -> None:
    async with log_app() as (app, pilot):
        app.add("a", line, "x" * 200)
        app.view.scroll_to(right, 0, animate=False)
        await pilot.pause()
        strip = app.view.render_line(0)
        assert cell_len(strip.text) == app.view.size.width
        assert strip.cell_length == app.view.size.width


async def test_selected_text_is_that_of_the_lines_shown() -> None:
    async with log_app() as (app, pilot):
        app.add("a", "first of a", "second of a")
        app.add("b", "only of b")
        app.add("a", "third of a")
        await pilot.pause()
        view = app.view
        assert view.get_selection(Selection(Offset(0, 1), Offset(6, 2))) == ("second of a\nonly o", "\n")
        view.step = "a"
        assert view.get_selection(Selection(None, None)) == ("first of a\nsecond of a\nthird of a", "\n")
        assert view.get_selection(Selection(Offset(6, 2), None)) == ("of a", "\n")


async def test_selecting_with_the_mouse_marks_the_text() -> None:
    async with log_app() as (app, pilot):
        app.add("a", "take this, not that")
        await pilot.mouse_down("#log", offset=(0, 0))
        await pilot.hover("#log", offset=(9, 0))
        await pilot.mouse_up("#log", offset=(9, 0))
        selected = app.screen.get_selected_text() or ""
        assert selected.startswith("take this")
        assert "not that" not in selected
        styles = {segment.style.bgcolor for segment in app.view.render_line(0) if segment.style}
        assert len(styles) > 1

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Static

from tui.core.building.log.log import BuildLog
from tui.widgets.log_pane import LogPane


class PaneApp(App[None]):
    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__()
        self.build_log = BuildLog()
        self.build_log.append("a", "\n".join(lines))
        self.saved: list[str | None] = []

    def compose(self) -> ComposeResult:
        yield LogPane(self.build_log, id="log")

    @on(LogPane.SaveRequested)
    def _save(self, event: LogPane.SaveRequested) -> None:
        self.saved.append(event.step)

    @property
    def pane(self) -> LogPane:
        return self.query_one(LogPane)

    @property
    def said(self) -> str:
        return str(self.pane.query_one(Static).render())

    def shown(self) -> list[str]:
        view = self.pane.log_view
        return [view.render_line(y).text.rstrip() for y in range(view.size.height)]


@asynccontextmanager
async def pane_app(lines: Iterable[str], width: int = 60) -> AsyncIterator[tuple[PaneApp, Pilot[None]]]:
    app = PaneApp(lines)
    async with app.run_test(size=(width, 11)) as pilot:
        app.pane.log_view.focus()
        app.pane.grow()
        await pilot.pause()
        yield app, pilot


async def search(pilot: Pilot[None], text: str) -> None:
    await pilot.press("slash", *text)
    await until_found(pilot)


async def until_found(pilot: Pilot[None]) -> None:
    assert isinstance(pilot.app, PaneApp)
    log_search = pilot.app.pane.log_view.search
    assert log_search is not None
    while log_search.advance():
        pass
    pilot.app.pane.look_on()
    await pilot.pause()


LINES = [f"{'match' if number % 10 == 5 else 'line'} {number}" for number in range(100)]


async def test_the_line_below_says_where_one_is() -> None:
    async with pane_app(LINES) as (app, pilot):
        assert app.said == "following · 100 lines"
        await pilot.press("up")
        await pilot.pause()
        app.build_log.append("a", "\n".join(["new"] * 1234))
        app.pane.grow()
        await pilot.pause()
        assert app.said == "1,234 new lines, End follows · 1,334 lines"
        await pilot.press("end")
        await pilot.pause()
        assert app.said == "following · 1,334 lines"


async def test_typing_goes_to_the_first_match_from_here_on_and_counts_them() -> None:
    async with pane_app(LINES) as (app, pilot):
        await pilot.press("home")
        await pilot.wait_for_animation()
        await search(pilot, "match")
        assert app.said.startswith("1 of 10 lines")
        assert "match 5" in app.shown()
        await pilot.press("space", "3")
        await until_found(pilot)
        assert app.said.startswith("1 of 1 line")
        assert "match 35" in app.shown()
        await pilot.press("x")
        await until_found(pilot)
        assert app.said.startswith("no match")


async def test_keys_go_from_match_to_match_and_round_the_end() -> None:
    async with pane_app(LINES) as (app, pilot):
        await pilot.press("home")
        await pilot.wait_for_animation()
        await search(pilot, "match")
        await pilot.press("enter")
        for key, place in [("n", 2), ("n", 3), ("N", 2), ("N", 1), ("N", 10), ("n", 1)]:
            await pilot.press(key)
            await pilot.pause()
            assert app.said.startswith(f"{place} of 10 lines"), key
            assert f"match {place * 10 - 5}" in app.shown()


async def test_matches_are_marked_and_the_one_found_differs() -> None:
    async with pane_app(["a match", "a match", "none"]) as (app, pilot):
        await search(pilot, "match")
        view = app.pane.log_view
        looks = [{s.text: s.style for s in view.render_line(row) if s.style} for row in range(3)]
        backgrounds = [looks[row]["match"].bgcolor for row in (0, 1)]
        assert backgrounds[0] != backgrounds[1]
        assert looks[0]["a "].bgcolor not in backgrounds
        assert not {style.bgcolor for style in looks[2].values()} & set(backgrounds)


async def test_escape_ends_the_search_and_gives_the_keys_back() -> None:
    async with pane_app(LINES) as (app, pilot):
        await search(pilot, "match")
        await pilot.press("escape")
        await pilot.pause()
        assert app.pane.log_view.search is None
        assert app.focused is app.pane.log_view
        assert "match" not in app.said
        assert app.pane.check_action("end_search", ()) is False


async def test_matches_that_come_while_the_build_runs_are_counted() -> None:
    async with pane_app(LINES) as (app, pilot):
        await search(pilot, "match")
        app.build_log.append("a", "another match")
        app.pane.grow()
        await until_found(pilot)
        assert "of 11 lines" in app.said


async def test_another_step_is_searched_for_the_same() -> None:
    async with pane_app(LINES) as (app, pilot):
        app.build_log.append("b", "nothing\none match")
        await search(pilot, "match")
        app.pane.log_view.step = "b"
        app.pane.grow()
        await until_found(pilot)
        assert app.said.startswith("1 of 1 line")
        assert "one match" in app.shown()


async def test_a_million_lines_are_searched_a_slice_at_a_time() -> None:
    async with pane_app(f"line {number}" for number in range(1_000_000)) as (app, pilot):
        app.pane.search_for("line 999999")
        log_search = app.pane.log_view.search
        assert log_search is not None
        assert not log_search.found
        while not log_search.found:
            app.pane.look_on()
        await pilot.pause()
        assert "line 999999" in app.shown()


@pytest.mark.parametrize("step", [None, "a"])
async def test_saving_is_asked_for_what_is_shown(step: str | None) -> None:
    async with pane_app(LINES) as (app, pilot):
        app.pane.log_view.step = step
        await pilot.press("s")
        await pilot.pause()
        assert app.saved == [step]


@pytest.mark.parametrize("width", [30, 60, 120])
async def test_the_search_and_what_it_found_share_the_line_at_any_width(width: int) -> None:
    async with pane_app(LINES, width) as (app, pilot):
        await search(pilot, "match")
        row = app.pane.query_one("Horizontal")
        assert row.size.height == 1
        assert sum(child.outer_size.width for child in row.children) <= width
        assert row.children[0].size.width > 5

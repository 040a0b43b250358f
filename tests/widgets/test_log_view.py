from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.color import Color
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.selection import SELECT_ALL, Selection

from tui.core.building.events import OutputReceived, StepUpdated
from tui.core.building.log.log import BuildLog
from tui.core.line_reader import LineReader
from tui.widgets.log_lines import MOST_COPIED
from tui.widgets.log_view import LogView


class LogApp(App[None]):
    def __init__(self, log: BuildLog) -> None:
        super().__init__()
        self.build_log = log

    def compose(self) -> ComposeResult:
        yield LogView(self.build_log, id="log")

    def fresh(self, *lines: str) -> None:
        """Show these lines alone."""
        self.build_log = BuildLog()
        self.view.show(self.build_log)
        self.add("a", *lines)

    @property
    def view(self) -> LogView:
        return self.query_one(LogView)

    def add(self, step: str, *lines: str) -> None:
        self.build_log.append(step, "\n".join(lines))
        self.view.grow()

    def shown(self) -> list[str]:
        return [self.view.render_line(y).text.rstrip() for y in range(self.view.size.height)]


@asynccontextmanager
async def log_app(log: BuildLog | None = None) -> AsyncIterator[tuple[LogApp, Pilot[None]]]:
    app = LogApp(BuildLog() if log is None else log)
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


async def test_a_line_is_brought_into_view_at_any_height_and_the_end_is_followed_where_it_shows_it() -> None:
    async with log_app() as (app, pilot):
        app.add("a", *numbered(0, 50))
        app.view.bring(42)
        assert app.view.following
        await pilot.resize_terminal(40, 5)
        await pilot.pause()
        assert "line 42" in app.shown() and not app.view.following
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert app.shown() == numbered(40, 50) and app.view.following


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


async def test_the_end_is_followed_when_a_wide_line_brings_a_scroll_bar() -> None:
    async with log_app() as (app, pilot):
        app.add("a", *numbered(0, 9), "wide " * 20)
        await pilot.pause()
        app.view.step = "a"  # which begins anew with nothing wide seen
        await pilot.pause()
        await pilot.pause()
        assert app.view.show_horizontal_scrollbar
        assert app.view.scroll_y == app.view.max_scroll_y == 10 - app.view.scrollable_content_region.height > 0


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
    async with log_app(BuildLog(lines=32)) as (app, pilot):
        for number in range(100):
            app.add("a", f"line {number}")
        await pilot.pause()
        assert app.view.following
        assert app.shown() == numbered(90, 100)


async def test_what_was_dropped_is_said_and_what_one_reads_stays_for_as_long_as_it_is_kept() -> None:
    async with log_app(BuildLog(lines=32)) as (app, pilot):
        app.add("a", *numbered(0, 30))
        app.view.scroll_to(y=15, animate=False)
        await pilot.pause()
        assert app.shown()[0] == "line 15"
        app.add("b", *numbered(30, 40))
        await pilot.pause()
        assert app.build_log.first > 0
        assert app.shown()[:2] == ["line 15", "line 16"]
        app.add("b", *numbered(40, 200))
        await pilot.pause()
        dropped = app.build_log.first
        assert app.shown()[0].startswith(f"… {dropped} earlier lines dropped")
        assert app.shown()[1] == f"line {dropped}"
        app.view.step = "a"
        await pilot.pause()
        assert app.shown()[0].startswith("… 30 earlier lines dropped")
        assert not any(app.shown()[1:])


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
        assert view.get_selection(Selection(Offset(6, 3), None)) == ("of a", "\n")
        assert view.get_selection(Selection(Offset(0, 2), Offset(4, 2))) == ("", "\n")  # of b, which is not shown


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


async def test_how_many_lines_are_new_is_known_once_the_end_is_let_go() -> None:
    async with log_app() as (app, pilot):
        app.add("a", *numbered(0, 50))
        await pilot.pause()
        assert app.view.new_lines == 0
        await pilot.press("up")
        app.add("a", *numbered(50, 57))
        app.add("b", "x")
        assert app.view.new_lines == 8
        await pilot.press("end")
        assert app.view.new_lines == 0


async def test_a_wrapped_line_is_broken_behind_a_space_where_there_is_one() -> None:
    async with log_app() as (app, pilot):
        app.view.wrapped = True
        app.add("a", f"{'word ' * 9}end", "x" * 60)
        await pilot.pause()
        shown = [row for row in app.shown() if row]
        assert shown[:2] == ["word word word word word word word", "word word end"]
        assert "".join(shown[2:]) == "x" * 60


async def test_long_lines_are_wrapped_and_again_not() -> None:
    async with log_app() as (app, pilot):
        width = app.view.size.width - app.view.scrollbar_size_vertical
        app.add("a", "first", "x" * width + "y" * 5, "漢" * (width // 2 * 2 + 1), "last")
        await pilot.press("w")
        await pilot.pause()
        wide = "漢" * (width // 2)
        assert app.shown()[:7] == ["first", "x" * width, "yyyyy", wide, wide, "漢", "last"]
        assert app.view.max_scroll_x == 0
        app.add("a", "z" * (width + 1))
        await pilot.pause()
        assert app.shown()[6:9] == ["last", "z" * width, "z"]
        await pilot.press("w")
        await pilot.pause()
        assert app.shown()[1].startswith("x" * width + "y")


@pytest.mark.parametrize("wrapped", [False, True])
async def test_the_end_of_a_wrapped_log_is_followed_at_any_width_and_while_lines_are_dropped(
    wrapped: bool,
) -> None:
    async with log_app(BuildLog(lines=32)) as (app, pilot):
        app.view.wrapped = wrapped
        for number in range(100):
            app.add("a", f"{'long ' * (number % 30)}line {number}")
        for size in [(20, 10), (60, 5), (40, 10)]:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            app.add("a", *numbered(100, 103))
            await pilot.pause()
            assert app.view.following
            assert [line for line in app.shown() if line.startswith("line 10")][-1] == "line 102"


async def test_wrapping_keeps_the_line_on_top() -> None:
    async with log_app() as (app, pilot):
        app.add("a", *("long " * 30 + f"line {number}" for number in range(50)))
        app.view.scroll_to(y=20, animate=False)
        await pilot.pause()
        await pilot.press("w")
        await pilot.pause()
        assert app.view.number_at(round(app.view.scroll_y)) == 20
        assert not app.view.following
        await pilot.press("w")
        await pilot.pause()
        assert app.view.number_at(round(app.view.scroll_y)) == 20


async def test_times_are_shown_before_lines_and_not_before_what_is_wrapped() -> None:
    async with log_app() as (app, pilot):
        app.build_log.add(StepUpdated("a", "n", started=100.0), StepUpdated("b", "n", started=102.0))
        app.build_log.add(OutputReceived("b", f"one\n{'x' * 40}", time=103.25))
        await pilot.press("t", "w")
        await pilot.pause()
        assert [line[:13].rstrip() for line in app.shown()[:3]] == [
            "    3.2s  one",
            "    3.2s  xxx",
            "          xxx",
        ]
        app.view.step = "b"
        await pilot.pause()
        assert app.shown()[0] == "    1.2s  one"


async def test_colours_are_drawn_and_codes_are_not() -> None:
    async with log_app() as (app, pilot):
        app.add("a", "a \x1b[1;38;2;10;200;30mgreen\x1b[0m line")
        await pilot.pause()
        strip = app.view.render_line(0)
        assert strip.text.rstrip() == "a green line"
        styles = {segment.text: segment.style for segment in strip if segment.style}
        assert styles["green"].bold
        assert styles["green"].color is not None
        assert styles["green"].color.triplet == (10, 200, 30)
        assert not styles["a "].bold


@pytest.mark.parametrize("codes", ["30", "38;2;30;30;30", "37;47", "38;5;16;48;5;16", "97;107"])
@pytest.mark.parametrize("theme", ["textual-dark", "textual-light"])
async def test_no_colour_makes_text_unreadable(codes: str, theme: str) -> None:
    async with log_app() as (app, pilot):
        app.theme = theme
        app.add("a", f"\x1b[{codes}mhidden")
        await pilot.pause()
        style = next(segment.style for segment in app.view.render_line(0) if segment.text == "hidden")
        assert style is not None
        assert style.color is not None
        assert style.bgcolor is not None
        front, behind = (Color.from_rich_color(colour) for colour in (style.color, style.bgcolor))
        assert abs(front.brightness - behind.brightness) > 0.15


async def test_what_the_builder_cut_off_and_what_is_too_long_is_marked() -> None:
    async with log_app() as (app, pilot):
        app.add("a", "plain", "[output clipped, log limit 2MiB reached]")
        await pilot.pause()
        plain, clipped = (app.view.render_line(row)._segments[0].style for row in (0, 1))
        assert plain is not None
        assert clipped is not None
        assert plain.bgcolor != clipped.bgcolor
        reader = LineReader()
        reader.feed(b"x" * 50_000_000)
        app.fresh(*reader.feed(b"\nnext\n"))
        await pilot.press("w")
        await pilot.pause()
        assert "more characters)" in " ".join(app.shown())
        assert app.shown()[-1] == "next"


async def test_lines_are_selected_by_key_and_copied() -> None:
    async with log_app() as (app, pilot):
        app.add("a", *numbered(0, 50))
        await pilot.pause()
        await pilot.press("shift+up", "shift+up", "shift+up", "shift+down", "c")
        assert app.clipboard == "line 48\nline 49"
        app.add("a", "line 50")  # what is selected stays so
        await pilot.press("shift+up", "c")
        assert app.clipboard == "line 47\nline 48\nline 49"
        await pilot.press("escape")
        app.screen.clear_selection()
        await pilot.press("c")
        assert app.clipboard == "\n".join(numbered(0, 51))


async def test_selected_lines_stay_selected_while_older_ones_are_dropped() -> None:
    async with log_app(BuildLog(lines=64)) as (app, pilot):
        app.add("a", *numbered(0, 50))
        await pilot.pause()
        await pilot.press("shift+up", "shift+up")
        app.add("a", *numbered(50, 90))
        await pilot.pause()
        assert app.build_log.first > 0
        await pilot.press("c")
        assert app.clipboard == "line 48\nline 49"


async def test_not_more_is_copied_than_a_clipboard_takes() -> None:
    async with log_app() as (app, _):
        app.add("a", *("x" * 1_000 for _ in range(2_000)))
        text, _ending = app.view.get_selection(SELECT_ALL) or ("", "")
        assert len(text) < MOST_COPIED + 2_000
        assert text.endswith("(1,000 more lines: save the log to have them all)")


async def test_a_log_of_a_million_lines_is_drawn_like_any_other() -> None:
    log = BuildLog()
    for at in range(0, 1_000_000, 10_000):
        log.append("a", "\n".join(numbered(at, at + 10_000)))
    async with log_app(log) as (app, pilot):
        app.view.grow()
        await pilot.pause()
        assert app.shown() == numbered(999_990, 1_000_000)
        await pilot.press("w")
        await pilot.pause()
        assert app.shown() == numbered(999_990, 1_000_000)

"""`condock build` on a terminal: what pyte, a terminal of its own, shows of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stages.build_steps import failed, ran, running, waiting
from tui.core.building.events import BuildEvent, Notice, OutputReceived, TransferUpdated
from tui.core.building.fold import fold_all
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.headless.views import frame, live_lines
from tui.headless.views.frame import clipped, columns_of
from tui.headless.views.live_lines import LiveLines

MAKE, TEST = "[builder 1/2] RUN make", "[app 1/2] RUN test"


@dataclass
class Terminal:
    """A screen, and a view that draws on it."""

    screen: pyte.HistoryScreen
    stream: pyte.Stream
    capture: pytest.CaptureFixture[str]
    clock: list[float]
    progress: BuildProgress = field(default_factory=BuildProgress)
    log: BuildLog = field(default_factory=BuildLog)
    view: LiveLines = field(init=False)
    written: str = ""
    """What was written last."""

    def begin(self, *, colours: bool = False, left: str = "", stopping: Callable[[], bool] = bool) -> None:
        self.view = LiveLines("app:1", lambda progress, now: left, stopping, colours=colours)

    def happens(self, *events: BuildEvent) -> None:
        """Something happens, and is drawn."""
        self.log.add(*events)
        before, self.progress = self.progress, fold_all(self.progress, events)
        self.view.show(before, self.progress, list(events))
        self.tick()

    def tick(self, seconds: float = 0.0) -> None:
        self.clock[0] += seconds
        self.view.tick()
        self._look()

    def end(self) -> None:
        self.view.end(self.progress, self.log)
        self._look()

    def resize(self, columns: int, rows: int) -> None:
        self.screen.resize(rows, columns)

    def _look(self) -> None:
        self.written = self.capture.readouterr().err
        self.stream.feed(self.written.replace("\n", "\r\n"))

    @property
    def lines(self) -> list[str]:
        """What is on the screen, without the empty lines at its end."""
        text = "\n".join(line.rstrip() for line in self.screen.display)
        return text.rstrip("\n").split("\n")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    screen = pyte.HistoryScreen(60, 10, history=10_000)
    made = Terminal(screen, pyte.Stream(screen), capsys, [100.0])
    monkeypatch.setattr(frame, "size", lambda: (screen.columns, screen.lines))
    monkeypatch.setattr(live_lines, "size", lambda: (screen.columns, screen.lines))
    monkeypatch.setattr("time.monotonic", lambda: made.clock[0])
    made.begin()
    return made


def test_what_runs_stands_below_and_what_has_ended_above(terminal: Terminal) -> None:
    terminal.happens(waiting(MAKE), waiting(TEST))
    assert terminal.lines == ["Building app:1: 0 of 2 steps, 0 s."]
    terminal.happens(running(MAKE, since=0.0), running(TEST, since=0.0))
    terminal.tick(1.5)
    assert terminal.lines == [
        "running      1.5s  app 1/2 RUN test",
        "running      1.5s  builder 1/2 RUN make",
        "Building app:1: 0 of 2 steps, 2 s.",
    ]
    terminal.happens(ran(TEST, seconds=2.0))
    assert terminal.lines == [
        "done         2.0s  app 1/2 RUN test",
        "running      2.0s  builder 1/2 RUN make",
        "Building app:1: 1 of 2 steps, 2 s.",
    ]
    terminal.happens(ran(MAKE, seconds=3.0))
    terminal.end()
    assert terminal.lines == ["done         2.0s  app 1/2 RUN test", "done         3.0s  builder 1/2 RUN make"]


def test_a_running_step_shows_its_newest_output(terminal: Terminal) -> None:
    terminal.happens(running(MAKE, since=0.0), OutputReceived(MAKE, "first\ncc one.c"))
    assert terminal.lines[0] == "running      0.0s  builder 1/2 RUN make | cc one.c"
    terminal.happens(OutputReceived(MAKE, "x" * 200))
    assert terminal.lines[0] == f"running      0.0s  builder 1/2 RUN… | {'x' * 20}…"
    assert len(terminal.lines) == 2


def test_or_how_far_its_transfers_are(terminal: Terminal) -> None:
    name = "[1/1] FROM debian"
    pull = TransferUpdated(name, "sha256:" + "a" * 64, "downloading", 12_000_000, 48_000_000, started=0.0)
    terminal.happens(running(name, since=0.0), pull)
    assert terminal.lines[0] == "running      0.0s  1/1 FROM debian | 12 MB of 48 MB, downl…"


def test_the_last_line_says_how_long_it_still_takes_and_that_it_stops(terminal: Terminal) -> None:
    stop = [False]
    terminal.begin(left="about 3 min left.", stopping=lambda: stop[0])
    terminal.happens(running(MAKE, since=0.0))
    assert terminal.lines[-1] == "Building app:1: 0 of 1 steps, 0 s. about 3 min left."
    stop[0] = True
    terminal.tick()
    assert terminal.lines[-1] == "Stopping …"


@pytest.mark.parametrize(("columns", "rows"), [(60, 10), (80, 24), (20, 4), (5, 3), (2, 2), (1, 1), (200, 50)])
def test_it_fits_terminals_of_any_size(terminal: Terminal, columns: int, rows: int) -> None:
    terminal.resize(columns, rows)
    steps = [f"[stage-{number} 1/1] RUN {'long ' * 30}" for number in range(40)]
    terminal.happens(*(running(step, since=0.0) for step in steps))
    for number, step in enumerate(steps):
        terminal.happens(OutputReceived(step, f"output {number}"))
    below = terminal.lines
    assert len(below) <= max(1, rows - 1)
    if columns >= 80:
        assert below[-1].endswith(f"{40 - (rows - 2)} more steps run." if rows < 42 else "0 s.")
    terminal.happens(*(ran(step, seconds=1.0) for step in steps))
    terminal.end()
    shown = [
        *("".join(c.data for _, c in sorted(line.items())) for line in terminal.screen.history.top),
        *terminal.lines,
    ]
    if columns >= 20:
        assert sum(line.startswith("done") for line in shown) == 40
        assert not [line for line in shown if line.startswith(("running", "Building"))]


def test_a_terminal_that_was_made_narrower_is_cleared_of_what_it_wrapped(terminal: Terminal) -> None:
    terminal.happens(running(MAKE, since=0.0), OutputReceived(MAKE, "x" * 100))
    terminal.view._frame._drawn = [59, 34]
    # As a terminal wraps what it shows: the line of 59 columns is two of 30.
    terminal.resize(30, 10)
    terminal.screen.reset()
    terminal.stream.feed(f"{'a' * 30}\r\n{'b' * 29}\r\n{'c' * 30}\r\n{'d' * 4}\r\n")
    terminal.tick()
    assert [line[:8] for line in terminal.lines] == ["running ", "Building"]


def test_a_resize_storm_leaves_one_frame(terminal: Terminal) -> None:
    terminal.happens(running(MAKE, since=0.0), running(TEST, since=0.0))
    for columns in (*range(60, 200, 7), *range(200, 61, -9)):
        terminal.resize(columns, 10)
        terminal.tick(0.1)
    terminal.happens(ran(MAKE, seconds=1.0), ran(TEST, seconds=1.0))
    terminal.end()
    assert [line.split()[0] for line in terminal.lines] == ["done", "done"]


def test_wide_characters_count_for_what_they_take(terminal: Terminal) -> None:
    terminal.happens(running(MAKE, since=0.0), OutputReceived(MAKE, "日本語" * 30))
    assert len(terminal.lines) == 2
    assert terminal.lines[1].startswith("Building")


@given(st.text(max_size=30), st.integers(0, 12))
def test_a_clipped_text_fits_and_is_a_beginning(text: str, columns: int) -> None:
    text = "".join(filter(str.isprintable, text))
    short = clipped(text, columns)
    assert columns_of(short) <= columns
    assert short == text or (text.startswith(short.removesuffix("…")) and (short.endswith("…") or not columns))


def test_what_failed_is_shown_with_all_it_printed(terminal: Terminal) -> None:
    terminal.resize(60, 30)
    terminal.happens(running(MAKE, since=0.0), OutputReceived(MAKE, "\n".join(f"line {n}" for n in range(20))))
    terminal.happens(OutputReceived(TEST, "another step"), failed(MAKE, seconds=1.0))
    terminal.end()
    assert terminal.lines == ["failed       1.0s  builder 1/2 RUN make", *(f"  | line {n}" for n in range(20))]


def test_warnings_stay_above(terminal: Terminal) -> None:
    terminal.happens(running(MAKE, since=0.0), Notice("WARNING: old"), Notice("   1 | >>> RUN make"))
    assert terminal.lines[0] == "WARNING: old"
    assert terminal.lines[1].startswith("running")


def test_colours_are_only_there_where_they_are_wanted(terminal: Terminal) -> None:
    red: tuple[BuildEvent, ...] = (
        running(MAKE, since=0.0),
        OutputReceived(MAKE, "\x1b[31mred"),
        failed(MAKE, seconds=1.0),
    )
    for colours in (False, True):
        terminal.progress, terminal.log = BuildProgress(), BuildLog()
        terminal.begin(colours=colours)
        before, after = terminal.progress, fold_all(terminal.progress, red)
        terminal.log.add(*red)
        terminal.view.show(before, after, list(red))
        terminal.view.end(after, terminal.log)
        terminal._look()
        written = terminal.written
        assert ("\x1b[1;31mfailed\x1b[0m" in written) is colours
        assert ("\x1b[31mred\x1b[0m" in written) is colours
    assert "  | red" in terminal.lines


def test_the_cursor_is_never_hidden_and_no_mode_stays_set(terminal: Terminal) -> None:
    terminal.happens(running(MAKE, since=0.0), ran(TEST, seconds=1.0))
    assert not terminal.screen.cursor.hidden
    assert "\x1b[?25l" not in terminal.written
    assert terminal.written.count("\x1b[?2026h") == terminal.written.count("\x1b[?2026l") == 1


def test_of_10000_steps_those_that_run_stand_below(terminal: Terminal) -> None:
    steps = [f"[app {number}/10000] RUN step {number}" for number in range(1, 10_001)]
    terminal.happens(*(waiting(step) for step in steps))
    terminal.happens(*(ran(step, seconds=1.0) for step in steps[:5_000]), running(steps[5_000], since=0.0))
    assert len(terminal.screen.history.top) + len(terminal.lines) == 5_002
    assert terminal.lines[-1] == "Building app:1: 5000 of 10000 steps, 0 s."


@pytest.mark.parametrize("columns", [10, 24, 41, 80])
def test_a_message_never_breaks_inside_a_word(columns: int) -> None:
    text = "  made with this key: 漢字 and /a/path/that/is/longer/than/most  in the end"
    rows = frame.wrapped(text, columns).split("\n")
    assert [word for row in rows for word in row.split()] == text.split()
    assert all(row.startswith("  ") for row in rows)
    assert all(columns_of(row) <= columns or len(row.split()) == 1 for row in rows)
    assert frame.wrapped(f"{text}\n\n{text}", 200) == f"{text}\n\n{text}"

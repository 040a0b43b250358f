from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tui.core.building.events import BuildEvent, BuildSucceeded, StepUpdated
from tui.core.building.fold import fold_all
from tui.core.building.progress import BuildProgress
from tui.widgets.timeline import Timeline


class TimelineApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Timeline(id="timeline")

    @property
    def timeline(self) -> Timeline:
        return self.query_one(Timeline)

    def shown(self) -> list[str]:
        return [self.timeline.render_line(y).text.rstrip() for y in range(self.timeline.size.height)]


@asynccontextmanager
async def timeline_app(
    events: Iterable[BuildEvent], now: float, width: int = 60
) -> AsyncIterator[tuple[TimelineApp, Pilot[None]]]:
    app = TimelineApp()
    async with app.run_test(size=(width, 8)) as pilot:
        app.timeline.show(fold_all(BuildProgress(), events), now)
        await pilot.pause()
        yield app, pilot


BASE = StepUpdated("base", "[base 1/1] FROM x", (), 0.0, 2.0)
SHORT = StepUpdated("short", "[a 1/1] RUN short", ("base",), 2.0, 4.0)
LONG = StepUpdated("long", "[b 1/1] RUN long", ("base",), 2.0, 8.0)
LAST = StepUpdated("last", "[c 1/1] COPY", ("long", "short"), 8.0, 10.0)


async def test_steps_stand_side_by_side_over_one_axis_and_the_critical_path_is_marked() -> None:
    async with timeline_app([BASE, SHORT, LONG, LAST, BuildSucceeded("", 10.0)], now=99.0) as (app, _):
        head, *rows = app.shown()[:5]
        assert head.split() == ["◆", "critical", "10.0s", "0s", "5s"]
        assert [row[:2] for row in rows] == ["◆✓", " ✓", "◆✓", "◆✓"]
        starts = [row.index("█") for row in rows]
        ends = [row.rindex("█") for row in rows]
        assert starts[0] < starts[1] == starts[2] < starts[3]
        assert ends[0] < starts[2]
        assert ends[1] < ends[2] < starts[3]
        assert [row.split()[-1] for row in rows] == ["2.0s", "2.0s", "6.0s", "2.0s"]


async def test_the_axis_grows_while_the_build_runs_and_stands_still_at_its_end() -> None:
    running = StepUpdated("long", "[b 1/1] RUN long", ("base",), 2.0)
    async with timeline_app([BASE, running], now=4.0) as (app, pilot):
        early = app.shown()[1].count("█")
        app.timeline.show(app.timeline.progress, 40.0)
        await pilot.pause()
        assert 0 < app.shown()[1].count("█") < early
        assert app.shown()[2].endswith("38.0s")
        app.timeline.show(fold_all(app.timeline.progress, [LONG, BuildSucceeded("", 8.0)]), 41.0)
        await pilot.pause()
        still = app.shown()
        app.timeline.show(app.timeline.progress, 999.0)
        await pilot.pause()
        assert app.shown() == still


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_it_fits_the_screen(width: int) -> None:
    async with timeline_app([BASE, SHORT, LONG, LAST], now=10.0, width=width) as (app, _):
        rows = app.shown()[1:5]
        assert all(len(row) <= width - 1 for row in rows)
        assert all(row.endswith("0s") for row in rows)
        assert "COPY" in rows[3]
        assert max(row.rindex("█") for row in rows) > width // 2


async def test_the_axis_stays_in_sight_and_keys_walk_through_the_steps() -> None:
    events = [StepUpdated(f"s{n}", f"[s 1/1] RUN {n}", (f"s{n - 1}",), float(n), n + 1.0) for n in range(50)]
    async with timeline_app(events, now=50.0) as (app, pilot):
        app.timeline.focus()
        await pilot.press("end")
        await pilot.pause()
        assert app.shown()[0].startswith("◆ critical")
        assert app.timeline.chosen == "s49"
        assert "RUN 49" in app.shown()[-1]
        await pilot.press("home")
        await pilot.pause()
        assert app.timeline.chosen == "s0"
        assert "RUN 0" in app.shown()[1]


async def test_nothing_is_shown_of_a_build_that_has_not_begun() -> None:
    async with timeline_app([], now=0.0) as (app, pilot):
        await pilot.press("down", "end")
        assert [row for row in app.shown() if row.strip() not in ("", "0s")] == []


async def test_ten_thousand_steps_are_shown() -> None:
    events = [StepUpdated(f"s{n}", f"[s 1/1] RUN {n}", (f"s{n - 1}",), float(n), n + 1.0) for n in range(10_000)]
    async with timeline_app(events, now=10_000.0) as (app, pilot):
        app.timeline.choose("s9999")
        await pilot.pause()
        assert "RUN 9999" in app.shown()[-1]

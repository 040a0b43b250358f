"""The strip of problems: the first, and how many."""

from __future__ import annotations

from tests.stages.one_widget import showing
from tui.core.errors import Problem
from tui.widgets.problem_strip import ProblemStrip

PORT = Problem("The port is [/no] number.", "Write one.", "application.port")
USER = Problem("The user is no name.", "Write one.", "application.user")


async def test_the_strip_says_the_first_problem_and_how_many_there_are() -> None:
    async with showing(ProblemStrip) as (app, pilot):
        strip = app.query_one(ProblemStrip)
        assert not strip.display
        strip.problems = (PORT,)
        await pilot.pause()
        assert strip.display
        assert str(strip.render()) == f"✗ {PORT}"
        strip.problems = (PORT, USER)
        assert str(strip.render()) == f"✗ {PORT} (1 of 2)"
        await pilot.pause()
        await pilot.click(ProblemStrip)
        assert [e.problem for e in app.said if isinstance(e, ProblemStrip.Clicked)] == [PORT]
        strip.problems = ()
        await pilot.pause()
        assert not strip.display

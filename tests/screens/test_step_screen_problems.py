"""What is in the way, beside the field that it is about: neither hides the other, on small screens too."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.screen import Screen
from textual.widget import Widget

from tests.stages.wizard import Wizard, painted, wizard
from tui.core.errors import Problem
from tui.widgets.problem_strip import ProblemStrip

pytestmark = pytest.mark.usefixtures("key")

SIZES = [(80, 24), (60, 20)]
WRONG = {
    "account": [("key", "Error: not logged in")],
    "base": [("base.runtime", "alpine:3.20"), ("environment.cuda", "twelve")],
    "secret": [("secret.plugin_channel", "https://a.example.com/http://b.example.com")],
    "application": [("application.command", "python 'main.py"), ("application.folder", "app")],
    "preview": [("build.image", "My App")],
}


def in_sight(run: Wizard, name: str) -> bool:
    """True if the field is seen whole, with what is said below it."""
    field = run.field(name)
    body = run.screen.query_one(".body")
    seen = field.region
    for parent in field.ancestors:
        if isinstance(parent, Screen):
            break
        if isinstance(parent, Widget):
            seen = seen.intersection(parent.content_region)
    return seen == field.region and seen.height > 3 and body.content_region.contains_region(seen)


async def reach(run: Wizard, name: str) -> None:
    run.screen.focus_problem(Problem("Wrong.", "Mend it.", name))
    await run.pilot.pause()


@pytest.mark.parametrize("size", SIZES)
async def test_a_field_in_which_something_is_wrong_stays_in_sight(folder: Path, size: tuple[int, int]) -> None:
    async with wizard(folder, size) as run:
        for step, fields in WRONG.items():
            await run.go(step)
            for name, value in fields:
                await reach(run, name)
                before = run.field(name).value
                await run.write(name, value)
                assert run.problem, name
                await run.until(lambda name=name: in_sight(run, name), 3)  # type: ignore[misc]
                run.screen.query_one(".body").scroll_to(y=0, animate=False)
                await run.press("f2")
                await run.until(lambda name=name: in_sight(run, name), 3)  # type: ignore[misc]
                await run.write(name, before)


@pytest.mark.parametrize("size", SIZES)
async def test_a_sentence_that_is_too_long_ends_in_the_key_that_shows_all_of_it(
    folder: Path, size: tuple[int, int]
) -> None:
    words = [f"`word-{n}`" for n in range(60)]
    async with wizard(folder, size, painted=True) as run:
        strip = run.screen.query_one(ProblemStrip)
        run.screen.problems = (Problem("It is wrong.", "Mend it."), Problem("And this.", "Too."))
        await run.pilot.pause()
        assert "Mend it. (1 of 2)" in painted(run)
        run.screen.problems = (Problem("It is wrong.", " ".join(words)),)
        await run.until(lambda: "… f1 has all of it" in painted(run))
        assert words[10] in painted(run)
        assert words[-1] not in painted(run)
        assert strip.region.height < size[1] / 3
        await run.press("f1")
        assert words[-1] in run.text("HelpDialog .dialog-text")

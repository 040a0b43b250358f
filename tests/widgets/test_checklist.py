"""A checklist: names, findings and hints beside each other."""

from __future__ import annotations

from tests.stages.one_widget import showing, words
from tui.widgets.checklist import Checklist, Mark, Row


async def test_a_checklist_shows_name_finding_and_hint_of_every_row() -> None:
    async with showing(lambda: Checklist("Docker")) as (app, pilot):
        checklist = app.query_one(Checklist)
        checklist.rows = (
            Row(Mark.GOOD, "engine", "26.1.5 [/etc]"),
            Row(Mark.BAD, "a-name-much-longer-than-thirty-columns", "not [bold]there", "Install it."),
        )
        await pilot.pause()
        said = words(checklist)
        for text in ("Docker", "✓", "26.1.5 [/etc]", "✗", "not [bold]there", "→ Install it."):
            assert text in said
        checklist.rows = ()
        await pilot.pause()
        assert words(checklist) == "Docker"


async def test_a_long_finding_wraps_beside_its_name() -> None:
    async with showing(lambda: Checklist("Docker"), width=30) as (app, pilot):
        app.query_one(Checklist).rows = (Row(Mark.GOOD, "engine", "many words " * 9),)
        await pilot.pause()
        checklist = app.query_one(Checklist)
        title, first, *more = str(checklist.render()).splitlines()
        assert (title, first[:10]) == ("Docker", "✓ engine  ")
        assert more
        assert all(line.startswith(" " * 10) and len(line) <= 30 for line in more)
        assert checklist.size.height == 2 + len(more)
        assert not checklist.children

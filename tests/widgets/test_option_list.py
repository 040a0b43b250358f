"""A list whose options may go."""

from __future__ import annotations

from rich.style import Style
from textual import events

from tests.stages.one_widget import showing
from tui.widgets.option_list import OptionList


async def test_a_click_on_an_option_that_is_gone_chooses_nothing() -> None:
    async with showing(lambda: OptionList("one", "two")) as (app, pilot):
        options = app.query_one(OptionList)
        drawn = Style(meta={"option": 1})
        options.remove_option_at_index(1)
        options.post_message(events.Click(options, 1, 1, 0, 0, 1, False, False, False, style=drawn))
        await pilot.pause()
        assert options.highlighted is None or options.highlighted == 0
        assert app._exception is None

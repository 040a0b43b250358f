"""The line of a field: what stood there comes back, and a key that stands there is not changed by a slip."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import App
from textual.pilot import Pilot

from tests.stages.one_widget import showing
from tui.widgets.field import Field
from tui.widgets.line import KeyInput

KEY = "ac-0123456789-SEARCHFORME"


async def undone(pilot: Pilot[None], field: Field, presses: Sequence[str]) -> list[str]:
    """The texts that come back, one by one, behind these keys."""
    await pilot.press(*presses)
    found = []
    for _ in range(4):
        await pilot.press("ctrl+z")
        await pilot.pause()
        found.append(field.value)
    return found


async def paste(app: App[None], pilot: Pilot[None], text: str) -> None:
    app.post_message(events.Paste(text))
    await pilot.pause()


async def test_ctrl_z_brings_back_what_stood_there_before() -> None:
    async with showing(lambda: Field("b", "B", value="second")) as (app, pilot):
        field = app.query_one(Field).focus()
        await pilot.pause()
        await pilot.press("4", "5")
        assert field.value == "45"
        assert await undone(pilot, field, ()) == ["second"] * 4
        await pilot.press("end", "x", "y", "backspace", "backspace", "backspace")
        assert await undone(pilot, field, ()) == ["secondxy", "second", "second", "second"]
        await pilot.press("end", "x")
        field.show("chosen elsewhere")
        app.set_focus(None)
        await pilot.pause()
        field.focus()
        assert await undone(pilot, field, ()) == ["chosen elsewhere"] * 4


async def test_ctrl_z_brings_a_key_back_that_a_paste_replaced() -> None:
    async with showing(lambda: Field("key", "Key", secret=True)) as (app, pilot):
        field = app.query_one(Field).focus()
        await pilot.pause()
        await paste(app, pilot, KEY)
        await paste(app, pilot, "another")
        assert await undone(pilot, field, ()) == [KEY, "", "", ""]
        assert app.clipboard == ""
        await paste(app, pilot, KEY)
        field.empty()
        assert await undone(pilot, field, ()) == [""] * 4, "it is kept elsewhere by now"


async def test_letters_do_not_change_a_key_that_stands_and_what_erases_takes_all_of_it() -> None:
    async with showing(lambda: Field("key", "Key", secret=True)) as (app, pilot):
        field, line = app.query_one(Field).focus(), app.query_one(KeyInput)
        await pilot.pause()
        await paste(app, pilot, KEY)
        line.is_whole = True
        await pilot.press("4", "space", "x")
        assert field.value == KEY
        assert [str(note.message) for note in app._notifications] == [KeyInput.STANDS]
        app.set_focus(None)
        await pilot.pause()
        field.focus()
        await pilot.pause()
        assert line.selected_text == ""
        await pilot.press("4")
        assert field.value == KEY
        for erase in ("backspace", "ctrl+u", "ctrl+w"):
            await pilot.press("end", erase)
            assert field.value == "", erase
            await pilot.press("ctrl+z")
            assert field.value == KEY
        await pilot.press("ctrl+u", "n", "e", "w", "backspace")
        assert field.value == "ne", "typed by hand it grows, though it may look whole at any letter"
        await paste(app, pilot, KEY)
        line.is_whole = False
        app.set_focus(None)
        await pilot.pause()
        field.focus()
        await pilot.press("o", "k")
        assert field.value == "ok"

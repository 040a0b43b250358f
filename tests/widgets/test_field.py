"""The field of a value: typed into, shown, and what is wrong with it."""

from __future__ import annotations

from functools import partial

import pytest
from textual import events
from textual.widgets import Input

from tests.stages.one_widget import showing, words
from tui.widgets.completion_list import CompletionList
from tui.widgets.field import Field, field_id
from tui.widgets.yaml_editor import YamlEditor


@pytest.mark.parametrize(
    ("name", "id"),
    [("application.port", "application-port"), ("base.accept_tos", "base-accept-tos"), ("key", "key")],
)
def test_the_id_of_a_field_is_made_of_its_name(name: str, id: str) -> None:
    assert field_id(name) == id


async def test_typing_into_a_field_is_told_and_showing_a_value_is_not() -> None:
    async with showing(lambda: Field("application.port", "Port", about="Empty for none.")) as (app, pilot):
        field = app.query_one(Field)
        app.set_focus(None)
        await pilot.pause()
        field.show("80")
        await pilot.pause()
        assert (field.value, app.said) == ("80", [])
        field.focus()
        await pilot.press("end", "0")
        await pilot.pause()
        assert [(e.control, e.value) for e in app.said if isinstance(e, Field.Changed)] == [(field, "800")]


@pytest.mark.parametrize(("edit", "left"), [("ctrl+u", "cd"), ("backspace", "acd"), ("home", "cdab")])
async def test_keys_that_come_without_a_pause_are_taken_in_their_order(edit: str, left: str) -> None:
    for secret in (False, True):
        async with showing(partial(Field, "key", "Key", secret=secret)) as (app, pilot):
            field = app.query_one(Field).focus()
            for key in ("a", "b", edit, "c", "d"):
                app.post_message(events.Key(key, key if len(key) == 1 else None))
            await pilot.pause()
            assert field.value == left


async def test_so_they_are_in_the_editor() -> None:
    (nothing := CompletionList()).display = False
    async with showing(lambda: YamlEditor(nothing)) as (app, pilot):
        editor = app.query_one(YamlEditor).focus()
        editor.load("channels:\n  - defaults\n")
        for key in ("down", "end", "enter", "x", "backspace", "y"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert editor.text == "channels:\n  - defaults\n  y\n"


async def test_a_click_into_a_field_selects_what_is_in_it_and_the_next_places_the_cursor() -> None:
    async with showing(lambda: Field("b", "B", value="second")) as (app, pilot):
        app.set_focus(None)
        line = app.query_one(Input)
        await pilot.click(line, offset=(4, 1))
        await pilot.pause()
        assert line.selected_text == "second"
        await pilot.click(line, offset=(4, 1))
        await pilot.pause()
        assert (line.selected_text, line.cursor_position) == ("", 2)


async def test_what_is_typed_replaces_a_default_of_which_one_sees_the_beginning() -> None:
    async with showing(lambda: Field("build.image", "Image name", value=f"{'long-' * 20}name")) as (app, pilot):
        field, line = app.query_one(Field), app.query_one(Input)
        app.set_focus(None)
        await pilot.pause()
        field.focus()
        await pilot.pause()
        assert (line.selected_text, line.scroll_offset.x) == (field.value, 0)
        await pilot.press(*"app")
        assert field.value == "app"
        app.set_focus(None)
        await pilot.pause()
        field.focus()
        await pilot.press("end", "s")  # and who wants to add to it can
        assert field.value == "apps"


async def test_a_value_from_elsewhere_does_not_overtake_what_is_being_typed() -> None:
    async with showing(lambda: Field("application.port", "Port")) as (app, pilot):
        field = app.query_one(Field).focus()
        await pilot.press("8", "0")
        field.show("8")
        await pilot.press("0")
        assert field.value == "800"


async def test_a_value_chosen_just_before_the_field_got_the_focus_is_shown_in_it() -> None:
    async with showing(lambda: Field("base.builder", "Image used", value="old")) as (app, pilot):
        field = app.query_one(Field).focus()
        await pilot.pause()
        field.show("chosen")
        assert field.value == "chosen"
        await pilot.press("end", "!")
        field.show("chosen")
        await pilot.pause()
        assert field.value == "chosen!"


async def test_a_value_chosen_while_one_typed_is_shown_once_the_field_is_left() -> None:
    async with showing(lambda: Field("base.builder", "Image used", value="old")) as (app, pilot):
        field = app.query_one(Field).focus()
        await pilot.press("end", "!")
        field.show("chosen in the list")
        assert field.value == "old!"
        app.set_focus(None)
        await pilot.pause()
        assert field.value == "chosen in the list"
        field.focus()
        await pilot.press("end", "!")
        field.show("old!")
        await pilot.press("?")
        app.set_focus(None)
        await pilot.pause()
        assert field.value == "chosen in the list!?"  # which was told, and comes back


async def test_a_problem_takes_the_place_of_the_explanation_and_gives_it_back() -> None:
    async with showing(lambda: Field("application.port", "Port", about="Empty for none.")) as (app, pilot):
        field = app.query_one(Field)
        field.problem = "The port [/etc] is no number."
        await pilot.pause()
        assert "The port [/etc] is no number." in words(field)
        assert field.has_class("-problem")
        field.problem = ""
        await pilot.pause()
        assert "Empty for none." in words(field)
        assert not field.has_class("-problem")


async def test_a_secret_field_shows_no_character() -> None:
    async with showing(lambda: Field("key", "Key", secret=True)) as (app, pilot):
        app.query_one(Input).value = "SEARCHFORME"
        await pilot.pause()
        assert "SEARCHFORME" not in app.export_screenshot()
        assert "SEARCHFORME" not in "".join(map(repr, app.query("*")))

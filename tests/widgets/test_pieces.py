"""The small widgets: a field, the strip of problems, the steps, a checklist, the Dockerfile, images, dialogs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.style import Style
from textual import events, on
from textual.app import App, ComposeResult
from textual.content import Content
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from tui.core.dockerfile.instruction import Instruction
from tui.core.errors import Problem
from tui.core.images.catalogue import CatalogueImage
from tui.core.steps import STEPS as TITLES
from tui.widgets.checklist import Checklist, Mark, Row
from tui.widgets.completion_list import CompletionList
from tui.widgets.dialogs import ConfirmDialog, NoticeDialog, coloured_diff
from tui.widgets.dockerfile_view import DockerfileView
from tui.widgets.field import Field, field_id
from tui.widgets.image_picker import ImagePicker
from tui.widgets.masthead import named
from tui.widgets.option_list import OptionList
from tui.widgets.problem_strip import ProblemStrip
from tui.widgets.stepper import ShownStep, Stepper, StepState
from tui.widgets.yaml_editor import YamlEditor


class PieceApp(App[None]):
    """One widget, and what it says."""

    def __init__(self, make: Callable[[], Widget]) -> None:
        super().__init__()
        self._make = make
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self._make()

    @on(Field.Changed)
    @on(ProblemStrip.Clicked)
    @on(Stepper.Selected)
    @on(ImagePicker.Picked)
    def _heard(self, event: Message) -> None:
        self.said.append(event)


@asynccontextmanager
async def showing(make: Callable[[], Widget], width: int = 60) -> AsyncIterator[tuple[PieceApp, Pilot[None]]]:
    app = PieceApp(make)
    async with app.run_test(size=(width, 20)) as pilot:
        await pilot.pause()
        yield app, pilot


def words(widget: Widget) -> str:
    said = [part.render() for part in (widget, *widget.query(Static)) if isinstance(part, Static | Checklist)]
    return "\n".join(str(text) for text in said if isinstance(text, Content))


# Field


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


# ProblemStrip

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


# Stepper

STEPS = (
    ShownStep("start", "Start", StepState.DONE),
    ShownStep("account", "Account", StepState.PROBLEM),
    ShownStep("secret", "Secret", StepState.SKIPPED),
    ShownStep("build", "Build", StepState.CURRENT),
    ShownStep("after", "After", StepState.AHEAD),
)


def stepper() -> Stepper:
    made = Stepper()
    made.steps = STEPS
    return made


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (60, "✓✗-▶· 4/5 Build"),
        (78, "✓Start ✗Account -Secret ▶Build ·After"),
        (110, "✓ 1 Start ✗ 2 Account - 3 Secret ▶ 4 Build · 5 After"),
    ],
)
async def test_the_row_of_steps_shows_each_as_far_as_its_width_takes_it(width: int, shown: str) -> None:
    async with showing(stepper, width) as (app, _):
        assert str(app.query_one(Stepper).render()) == shown


@pytest.mark.parametrize(
    ("width", "column", "key"),
    [(80, 0, "start"), (80, 8, "account"), (80, 17, None), (80, 25, "build"), (80, 60, None), (60, 1, "account")],
)
async def test_a_click_in_the_row_asks_for_that_step(width: int, column: int, key: str | None) -> None:
    async with showing(stepper, width) as (app, pilot):
        await pilot.click(Stepper, offset=(column, 0))
        assert [e.key for e in app.said if isinstance(e, Stepper.Selected)] == ([key] if key else [])


def test_all_steps_take_no_more_than_78_columns() -> None:
    assert sum(len(step.title) + 2 for step in TITLES) - 1 == 78


# Masthead


@given(st.text(min_size=1, max_size=90), st.integers(50, 120))
@settings(max_examples=30, deadline=None)
def test_a_long_folder_leaves_the_image_its_place(folder: str, width: int) -> None:
    said = named(folder, "my-app:latest", width)
    assert said.endswith("→ my-app:latest")
    assert len(said) <= width


# Checklist


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


# DockerfileView

INSTRUCTIONS = (Instruction("FROM a AS builder", "Has conda."), Instruction("RUN [/etc]", "Does [it]."))


async def test_the_reason_follows_the_highlighted_instruction() -> None:
    async with showing(DockerfileView) as (app, pilot):
        view = app.query_one(DockerfileView)
        view.instructions = INSTRUCTIONS
        await pilot.pause()
        app.query_one(OptionList).focus()
        assert listed(app) == ["FROM a AS builder\n┃ Has conda.", "RUN [/etc]"]
        await pilot.press("down")
        await pilot.pause()
        assert listed(app) == ["FROM a AS builder", "RUN [/etc]\n┃ Does [it]."]
        view.instructions = INSTRUCTIONS[:1]
        await pilot.pause()
        assert listed(app) == ["FROM a AS builder\n┃ Has conda."]


def listed(app: PieceApp) -> list[str]:
    return [str(option.prompt) for option in app.query_one(OptionList).options]


async def test_a_digest_is_short_in_the_view_and_a_long_reason_keeps_its_mark() -> None:
    async with showing(DockerfileView, 100) as (app, pilot):
        text = f"FROM debian@sha256:{'ab' * 32} AS runtime"
        app.query_one(DockerfileView).instructions = (Instruction(text, "word " * 40),)
        await pilot.pause()
        await pilot.resize_terminal(50, 20)
        await pilot.pause()
        first, *reason = listed(app)[0].splitlines()
        assert first == "FROM debian@sha256:abababab… AS runtime"
        assert len(reason) > 1
        assert all(line.startswith("┃ ") for line in reason)
        assert max(map(len, reason)) <= app.query_one(OptionList).scrollable_content_region.width


async def test_where_there_is_room_each_reason_stands_beside_its_instruction_and_the_key_is_marked() -> None:
    async with showing(DockerfileView, 120) as (app, pilot):
        app.query_one(DockerfileView).instructions = (
            Instruction("FROM a AS builder", "Has conda. Not shipped."),
            Instruction(
                f"RUN --mount=type=secret,id=K conda env create {'--x ' * 20}", "The key. For this alone."
            ),
        )
        await pilot.pause()
        first, second = (row.splitlines() for row in listed(app))
        assert [part.strip() for part in first[0].split("┃")] == ["FROM a AS builder", "Has conda. Not shipped."]
        assert second[0].startswith("◆RUN --mount") and second[0].endswith("┃ The key.")
        assert second[1].startswith("    --x") and "┃" not in second[1]


async def test_the_highlight_stays_where_it_is_when_the_dockerfile_changes() -> None:
    async with showing(DockerfileView) as (app, pilot):
        view = app.query_one(DockerfileView)
        view.instructions = INSTRUCTIONS
        await pilot.pause()
        app.query_one(OptionList).focus()
        await pilot.press("down")
        view.instructions = (INSTRUCTIONS[0], Instruction("RUN other", "Another reason."))
        await pilot.pause()
        assert listed(app)[1] == "RUN other\n┃ Another reason."


# ImagePicker

IMAGES = (
    CatalogueImage("debian", "13", f"sha256:{'a' * 64}", "Slim.", "", glibc="2.41"),
    CatalogueImage("ubuntu", "24.04", f"sha256:{'b' * 64}", "Wide.", "", platforms=("linux/amd64",), tos=True),
)


def picker() -> ImagePicker:
    return ImagePicker("base.runtime", "Ship on", IMAGES, "what people run")


async def test_enter_picks_an_image_and_its_notes_stand_below() -> None:
    async with showing(picker) as (app, pilot):
        app.query_one(OptionList).focus()
        await pilot.press("end")
        await pilot.pause()
        assert "Wide. For linux/amd64." in words(app.query_one(ImagePicker))
        await pilot.press("enter")
        await pilot.pause()
        assert [e.reference for e in app.said if isinstance(e, ImagePicker.Picked)] == [IMAGES[1].reference]


OLDER = (
    *IMAGES,
    CatalogueImage("debian", "10", f"sha256:{'c' * 64}", "Old.", "", deprecated=True),
    CatalogueImage("debian", "9", f"sha256:{'d' * 64}", "Older.", "", deprecated=True),
)


async def test_older_images_are_folded_until_they_are_asked_for_or_used() -> None:
    async with showing(lambda: ImagePicker("base.runtime", "Ship on", OLDER, "")) as (app, pilot):
        options = app.query_one(OptionList)
        assert [str(option.prompt).split(" ")[1] for option in options.options[:2]] == [
            "debian:13",
            "ubuntu:24.04",
        ]
        assert str(options.options[2].prompt) == "▸ 2 older ones"
        assert options.option_count == 3
        options.focus()
        await pilot.press("end", "enter")
        await pilot.pause()
        assert [str(option.prompt).split()[1] for option in options.options[2:]] == ["debian:10", "debian:9"]
        assert options.highlighted == 2
    async with showing(lambda: ImagePicker("base.runtime", "Ship on", OLDER, "")) as (app, pilot):
        app.query_one(ImagePicker).reference = OLDER[3].reference
        await pilot.pause()
        assert app.query_one(OptionList).option_count == 4


@pytest.mark.parametrize(("width", "facts"), [(44, "older"), (60, "older · Terms to accept"), (80, "Python 3.13")])
async def test_where_there_is_no_room_the_least_of_what_is_known_of_an_image_is_left_out_whole(
    width: int, facts: str
) -> None:
    image = replace(OLDER[2], name="continuumio/miniconda3", tag="v25.11-1", python="3.13", tos=True)
    make = partial(ImagePicker, "base.builder", "Build in", (IMAGES[0], image), "")
    async with showing(make, width) as (app, pilot):
        app.query_one(ImagePicker).reference = image.reference
        await pilot.pause()
        options = app.query_one(OptionList)
        rows = [str(option.prompt) for option in options.options]
        assert rows[1].endswith(facts)
        assert max(map(len, rows)) <= options.scrollable_content_region.width


async def test_what_an_image_is_held_by_stands_below_it_in_one_line() -> None:
    checked = replace(IMAGES[0], checked="2026-11-24")
    async with showing(lambda: ImagePicker("base.runtime", "Ship on", (checked, IMAGES[1]), "")) as (app, pilot):
        chooser, note = app.query_one(ImagePicker), app.query_one(".held", Static)
        for reference, said in (
            (checked.reference, "Held by sha256:aaaaaaaa…; as the registry had it on 2026-11-24."),
            (IMAGES[1].reference, "Held by sha256:bbbbbbbb…; not checked yet."),
            ("debian:12", "Held by nothing: its tag may name another image tomorrow."),
        ):
            chooser.reference = reference
            await pilot.pause()
            assert str(note.content) == said
            assert note.size.height == 1


async def test_the_field_for_another_image_is_folded_until_it_is_needed() -> None:
    async with showing(picker) as (app, pilot):
        chooser, field = app.query_one(ImagePicker), app.query_one(Field)
        chooser.reference = IMAGES[0].reference
        await pilot.pause()
        assert not field.display
        chooser.reference = "debian:12"
        await pilot.pause()
        assert field.display
    async with showing(picker) as (app, pilot):
        app.query_one(ImagePicker).reference = IMAGES[0].reference
        app.query_one(Field).problem = "This image is not for linux/arm64."
        await pilot.pause()
        assert app.query_one(Field).display


@pytest.mark.parametrize("name", ["debian:13", f"debian@sha256:{'a' * 64}"])
async def test_the_rows_say_what_is_used_and_what_is_here(name: str) -> None:
    async with showing(picker) as (app, pilot):
        app.query_one(ImagePicker).reference = IMAGES[1].reference
        app.query_one(ImagePicker).local = frozenset({name})
        await pilot.pause()
        debian, ubuntu = (str(option.prompt) for option in app.query_one(OptionList).options)
        assert debian.startswith("○ debian:13")
        assert debian.endswith("here · glibc 2.41")
        assert ubuntu.startswith("● ubuntu:24.04")
        assert "here" not in ubuntu
        assert app.query_one(Field).value == IMAGES[1].reference
        assert app.said == []


async def test_a_click_on_an_option_that_is_gone_chooses_nothing() -> None:
    async with showing(lambda: OptionList("one", "two")) as (app, pilot):
        options = app.query_one(OptionList)
        drawn = Style(meta={"option": 1})
        options.remove_option_at_index(1)
        options.post_message(events.Click(options, 1, 1, 0, 0, 1, False, False, False, style=drawn))
        await pilot.pause()
        assert options.highlighted is None or options.highlighted == 0
        assert app._exception is None


# ConfirmDialog


class DialogApp(App[None]):
    def __init__(self, dialog: ConfirmDialog) -> None:
        super().__init__()
        self.dialog = dialog
        self.answers: list[bool | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.answers.append)


@asynccontextmanager
async def asking(dialog: ConfirmDialog) -> AsyncIterator[tuple[DialogApp, Pilot[None]]]:
    app = DialogApp(dialog)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        yield app, pilot


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["escape"], False),
        (["enter"], False),
        (["tab", "enter"], True),
        (["tab", "shift+tab", "enter"], False),
        (["right", "enter"], True),
        (["right", "left", "enter"], False),
    ],
)
async def test_no_is_the_answer_nearest_at_hand(keys: list[str], answer: bool) -> None:
    async with asking(ConfirmDialog("Replace [/it]?", "[bold]As it is[/]", yes="Replace")) as (app, pilot):
        assert "[bold]As it is[/]" in words(app.screen)
        assert "Replace [/it]?" in words(app.screen)
        await pilot.press(*keys)
        await pilot.pause()
        assert app.answers == [answer]


@pytest.mark.parametrize(("button", "answer"), [("#yes", True), ("#no", False)])
async def test_the_buttons_answer(button: str, answer: bool) -> None:
    async with asking(ConfirmDialog("Sure?", "Say.")) as (app, pilot):
        await pilot.click(button)
        await pilot.pause()
        assert app.answers == [answer]


@pytest.mark.parametrize("turns", range(4))
async def test_a_dialog_may_be_answered_before_it_is_there(turns: int) -> None:
    app = App[None]()
    async with app.run_test() as pilot:
        dialog = ConfirmDialog("Sure?", "Say.")
        app.push_screen(dialog)
        for _ in range(turns):
            await asyncio.sleep(0)
        dialog.dismiss(False)
        await pilot.pause()
    assert app._exception is None


async def test_a_long_text_is_paged_through_from_its_buttons() -> None:
    async with asking(ConfirmDialog("Sure?", "Say.\n" * 200)) as (app, pilot):
        text = app.screen.query_one(".dialog-text")
        seen = [text.scroll_y]
        for key in ("end", "home", "pagedown", "pagedown", "pageup"):
            await pilot.press(key)
            await pilot.pause()
            seen.append(text.scroll_y)
        page = seen[3]
        assert seen == [0, text.max_scroll_y, 0, page, 2 * page, page]
        assert 0 < page < text.max_scroll_y


async def test_without_a_yes_there_is_only_something_to_know() -> None:
    async with asking(NoticeDialog(Problem("Sure?", "Know it."))) as (app, pilot):
        assert [button.id for button in app.screen.query(Button)] == ["no"]
        await pilot.press("enter")
        await pilot.pause()
        assert app.answers == [False]


async def test_a_text_of_any_length_leaves_the_buttons_on_the_screen() -> None:
    async with asking(ConfirmDialog("Replace?", coloured_diff("+line [/x]\n-old\n" * 500))) as (app, _):
        for button in app.screen.query(Button):
            assert app.screen.region.contains_region(button.region)


def test_a_diff_is_coloured_and_kept() -> None:
    diff = "--- a\n+++ b\n@@ -1 +1 @@\n-[old]\n+[new]\n same"
    content: Any = coloured_diff(diff)
    assert content.plain == diff
    assert len({str(span.style) for span in content.spans}) == 3

"""Questions and notices: answered by keys, by buttons, early."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Button

from tests.stages.one_widget import words
from tui.core.errors import Problem
from tui.widgets.dialogs import ConfirmDialog, NoticeDialog, ReadingDialog, coloured_diff


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


async def test_escape_is_called_no_only_where_there_is_a_question() -> None:
    for dialog, called in (
        (ConfirmDialog("Sure?", "Say."), "No"),
        (ReadingDialog("The receipt", "A line."), "Close"),
        (NoticeDialog(Problem("It failed.", "Try again.")), "Close"),
    ):
        async with asking(dialog) as (app, pilot):
            assert app.screen.active_bindings["escape"].binding.description == called
            await pilot.press("escape")
            await pilot.pause()
            assert app.answers == [False]

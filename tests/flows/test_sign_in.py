"""Signing in, asking online and signing out from within the wizard, against a stand-in for Anaconda's services."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Static

from screens.dialogs.online_check import OnlineCheckDialog
from screens.dialogs.sign_in import SignInDialog
from screens.step_screen import StepScreen
from tests.stages.account_service import USER_CODE
from tests.stages.account_stage import Stage, sign_in_stage
from tests.stages.wizard import USABLE
from tui.app import CondockApp
from tui.core.account.key_lookup import State
from tui.core.errors import CondockError
from tui.core.project import open_project
from tui.widgets.checklist import Checklist, Mark

DEADLINE = 30.0
"""Seconds: requests are real, and anaconda-auth is imported on the way."""


@pytest.fixture
def stage(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    monkeypatch.setattr("tui.core.engine.find_engine.probe", lambda *_: USABLE)
    monkeypatch.setattr("screens.dialogs.sign_in._has_browser", lambda: True)
    with sign_in_stage(tmp_path_factory.mktemp("certificates"), tmp_path, monkeypatch) as staged:
        staged.service.interval = 0
        yield staged


def states(app: CondockApp) -> dict[str, str]:
    """How each step stands in the row, by its key; nothing while a dialog stands over it."""
    return {step.key: step.state.name for step in app.screen.steps} if isinstance(app.screen, StepScreen) else {}


async def until(pilot: Pilot[str], holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE):
        while not holds():
            await pilot.pause()


def wizard(stage: Stage) -> CondockApp:
    folder = stage.home / "my-app"
    folder.mkdir()
    channel = f"https://{stage.service.domain}/team"
    stage.service.channels["/team"] = True
    text = f"channels: [{channel}]\ndependencies: [python]\n"
    (folder / "environment.yml").write_text(text)
    return CondockApp(open_project(folder))


async def to_the_account_step(app: CondockApp, pilot: Pilot[str]) -> None:
    app.go_to("account")
    await until(pilot, lambda: app.project is not None and app.project.search is not None)
    await until(pilot, lambda: app.focused is not None and app.focused.id == "sign-in")


async def sign_in(app: CondockApp, pilot: Pilot[str]) -> None:
    await to_the_account_step(app, pilot)
    await pilot.press("enter")
    await until(pilot, lambda: app.project is not None and app.project.key is not None)


async def test_signing_in_by_keyboard_finds_the_new_key(stage: Stage) -> None:
    app = wizard(stage)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(app, pilot)
        assert app.project is not None
        assert app.project.key is not None
        assert app.project.key.reveal() == stage.service.api_key
        assert stage.service.api_key not in app.export_screenshot()
        assert app.project.plan.account.domain == stage.service.domain
    assert stage.keyring.exists()


async def test_the_code_and_the_address_are_shown_and_escape_stops_waiting(stage: Stage) -> None:
    stage.service.tokens = ["authorization_pending"] * 1000
    stage.service.interval = 1
    app = wizard(stage)
    async with app.run_test(size=(120, 40)) as pilot:
        await to_the_account_step(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SignInDialog))
        dialog = app.screen
        await until(pilot, lambda: dialog.query_one("#browse", Button).disabled is False)
        assert " ".join(USER_CODE) in str(dialog.query_one("#sign-in-code", Static).content)
        assert "/activate" in str(dialog.query_one("#sign-in-said", Static).content)
        assert "█" in str(dialog.query_one("#sign-in-qr", Static).content)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, SignInDialog))
        assert app.project is not None
        assert app.project.key is None
    assert not stage.keyring.exists()


async def test_a_denied_sign_in_says_so_in_the_dialog(stage: Stage) -> None:
    stage.service.tokens = ["access_denied"]
    app = wizard(stage)
    async with app.run_test(size=(60, 20)) as pilot:
        await to_the_account_step(app, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SignInDialog))
        said = app.screen.query_one("#sign-in-said", Static)
        await until(pilot, lambda: "declined" in str(said.content))
        assert app.project is not None
        assert f"Signing in at {app.project.plan.account.domain} failed. " in str(said.content)
        app.screen.post_message(SignInDialog.Failed(CondockError("It cannot be reached. " * 6, "Look why. " * 20)))
        await until(pilot, lambda: "reached" in str(said.content))
        await pilot.pause()
        box = app.screen.query_one(".dialog").content_region
        assert all(box.contains_region(app.screen.query_one(button).region) for button in ("#paste", "#cancel"))
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, SignInDialog))
        assert app.focused is app.screen.query_one("#key Input"), "the other way: to paste a key"


async def test_the_servers_say_whose_key_it_is_and_that_it_opens_the_channel(stage: Stage) -> None:
    app = wizard(stage)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(app, pilot)
        await pilot.click("#check-online")
        await until(pilot, lambda: isinstance(app.screen, OnlineCheckDialog))
        answers = app.screen.query_one(Checklist)
        await until(pilot, lambda: len(answers.rows) == 2)
        assert "Ada Lovelace" in answers.rows[0].found
        assert answers.rows[1].found.startswith("The key opens")


async def test_a_refused_key_is_told_with_what_to_do(stage: Stage) -> None:
    app = wizard(stage)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(app, pilot)
        stage.service.answers["/team/noarch/repodata.json"] = (403, "")
        await pilot.click("#check-online")
        await until(pilot, lambda: isinstance(app.screen, OnlineCheckDialog))
        answers = app.screen.query_one(Checklist)
        await until(pilot, lambda: len(answers.rows) == 2)
        assert "may not read" in answers.rows[1].found
        assert "Platform channels" in answers.rows[1].hint
        await pilot.press("enter")
        await until(pilot, lambda: "✗" in str(app.screen.query_one("#key-used", Static).content))
        rows = app.screen.query_one("#sources", Checklist).rows
        assert [row.mark for row in rows if "••••" in row.found] == [Mark.BAD]
        await pilot.press("ctrl+n")
        await until(pilot, lambda: states(app)["account"] == "PROBLEM")
        del stage.service.answers["/team/noarch/repodata.json"]
        app.go_to("account")
        await until(pilot, lambda: states(app)["account"] == "CURRENT")
        await pilot.click("#check-online")
        await until(pilot, lambda: isinstance(app.screen, OnlineCheckDialog))
        await until(pilot, lambda: str(app.screen.query_one("#asking", Static).content) == "")
        await pilot.press("enter")
        await until(pilot, lambda: "✗" not in str(app.screen.query_one("#key-used", Static).content))
        await pilot.press("ctrl+n")
        await until(pilot, lambda: states(app)["account"] == "DONE")


async def test_signing_out_asks_and_removes_the_key(stage: Stage) -> None:
    app = wizard(stage)
    async with app.run_test(size=(80, 24)) as pilot:
        await sign_in(app, pilot)
        await pilot.click("#sign-out")
        await until(pilot, lambda: len(app.screen_stack) > 2)
        await pilot.press("tab", "enter")
        await until(pilot, lambda: app.project is not None and app.project.key is None)
        assert app.project is not None
        assert app.project.search is not None
        assert all(row.state is State.ABSENT for row in app.project.search.rows)
    assert stage.service.api_key not in stage.keyring.read_text()

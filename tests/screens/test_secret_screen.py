from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Button, RadioButton, RadioSet

from tests.stages.wizard import KEY, VARIABLE, Wizard, wizard
from tui.core.plan import SecretMode
from tui.widgets.toggles import Choice


async def choose(run: Wizard, number: int) -> None:
    await run.pilot.click(list(run.screen.query(RadioButton))[number])
    await run.pilot.pause()


def mode(run: Wizard) -> SecretMode:
    return run.project.plan.secret.mode


async def ask_to_write(run: Wizard) -> None:
    run.screen.query_one("#write-dotenv", Button).press()
    await run.until(lambda: run.asked)


@pytest.mark.usefixtures("key")
async def test_the_mode_changes_the_mount_and_the_command(folder: Path) -> None:
    (folder / ".env").write_text(f"{VARIABLE}={KEY}\n")
    async with wizard(folder) as run:
        await run.go("secret")
        assert run.text("#secret-mount") == f"--mount=type=secret,id={VARIABLE},required=true"
        assert f"--secret id={VARIABLE}" in run.text("#secret-command")
        assert not run.screen.query_one("#dotenv").display
        labels = [str(choice.label) for choice in run.screen.query(Choice)]
        assert ["nothing is kept on disk" in labels[0], "stays in that file" in labels[1]] == [True, True]
        await choose(run, 1)
        assert mode(run) is SecretMode.DOTENV
        assert run.text("#secret-mount") == "--mount=type=secret,id=dotenv,target=.env,required=true"
        assert "--secret id=dotenv,src=.env" in run.text("#secret-command")
        assert run.screen.query_one("#dotenv").display
        await choose(run, 0)
        assert mode(run) is SecretMode.VARIABLE
        assert f"id={VARIABLE}" in run.text("#secret-mount")
        assert KEY not in run.app.export_screenshot()


@pytest.mark.usefixtures("key")
async def test_the_mode_is_chosen_by_keys(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("secret")
        assert run.focus == "secret-mode"
        await run.press("down", "enter")
        assert mode(run) is SecretMode.DOTENV
        await run.press("up", "enter")
        assert mode(run) is SecretMode.VARIABLE


@pytest.mark.usefixtures("key")
async def test_the_marked_mode_is_the_one_in_use_after_coming_back(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("secret")
        await choose(run, 1)
        run.app.project = run.project.change("secret", mode=SecretMode.VARIABLE)
        await run.pilot.pause()
        assert [button.value for button in run.screen.query(RadioButton)] == [True, False]
        await choose(run, 1)
        assert mode(run) is SecretMode.DOTENV
        assert [button.value for button in run.screen.query(RadioButton)] == [False, True]
        assert run.screen.query_one(RadioSet).pressed_index == 1


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("answer", ["no", "escape"])
async def test_on_no_nothing_is_written(folder: Path, answer: str) -> None:
    async with wizard(folder) as run:
        await run.go("secret")
        await choose(run, 1)
        assert ".env does not exist yet." in run.problem
        assert run.next.disabled
        await ask_to_write(run)
        await run.press("escape" if answer == "escape" else "enter")
        await run.until(lambda: not run.asked)
        assert run.step == "secret"
        assert not (folder / ".env").exists()
        assert not (folder / ".gitignore").exists()
        assert run.next.disabled


@pytest.mark.usefixtures("key")
async def test_on_yes_the_key_is_written_for_its_owner_alone_and_kept_out_of_git(folder: Path) -> None:
    (folder / ".gitignore").write_text("*.pyc\n")
    async with wizard(folder) as run:
        await run.go("secret")
        await choose(run, 1)
        await ask_to_write(run)
        assert KEY not in run.app.export_screenshot()
        await run.pilot.click("#yes")
        await run.until(lambda: (folder / ".env").exists() and not run.asked)
        assert (folder / ".env").read_text() == f"{VARIABLE}={KEY}\n"
        assert (folder / ".env").stat().st_mode & 0o777 == 0o600
        assert (folder / ".gitignore").read_text().splitlines() == ["*.pyc", "/.env"]
        await run.until(lambda: not run.next.disabled)
        assert run.project.written.names == (".env",)
        assert run.screen.query_one("#write-dotenv", Button).disabled


@pytest.mark.usefixtures("key")
async def test_a_file_that_is_there_is_used_as_it_is(folder: Path) -> None:
    text = f"# mine\nOTHER=1\n{VARIABLE}={KEY}\n"
    (folder / ".env").write_text(text)
    async with wizard(folder) as run:
        await run.go("secret")
        await choose(run, 1)
        assert ".env:OTHER" in run.problem  # it holds more than the key
        await run.press("f2")
        await run.until(lambda: run.asked)
        await run.press("tab", "enter")
        await run.until(lambda: not run.asked)
        assert run.problem == ""
        assert run.screen.query_one("#write-dotenv", Button).disabled
        assert (folder / ".env").read_text() == text


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [("OTHER=1\n", f".env has no {VARIABLE}."), (f"{VARIABLE}=\n", "The key in .env: The API key is empty.")],
)
async def test_a_file_without_a_usable_key_bars_the_way(folder: Path, text: str, sentence: str) -> None:
    (folder / ".env").write_text(text)
    async with wizard(folder) as run:
        await run.go("secret")
        await choose(run, 1)
        assert sentence in run.problem
        assert run.next.disabled
        await run.press("f2")
        assert run.focus == "secret-file"


@pytest.mark.usefixtures("key")
async def test_any_name_of_a_file_can_be_typed(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("secret")
        await choose(run, 1)
        for name in ("x" * 5_000, "a/b/c", "/etc/passwd", "..", "", "[/etc]"):
            await run.write("secret.file", name)
            assert run.next.disabled
            assert run.problem.startswith("✗ ")
            assert run.field("secret.file").value == name


async def test_enter_on_the_way_that_is_taken_goes_on(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("secret")
        await run.press("down", "enter")
        assert run.step == "secret"
        assert mode(run) is SecretMode.DOTENV
        await run.press("up", "enter")
        assert mode(run) is SecretMode.VARIABLE
        await run.press("enter")
        await run.until(lambda: run.step == "application")

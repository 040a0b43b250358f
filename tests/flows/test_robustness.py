from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from textual import events
from textual.app import ScreenStackError
from textual.widgets import Input, OptionList, TextArea

from screens.step_screen import StepScreen
from tests.stages.wizard import ENVIRONMENT, STEP_KEYS, FakeDocker, Wizard, build_stream, wizard
from tui.core.plan import SecretMode
from tui.widgets.dialogs import ConfirmDialog
from tui.widgets.masthead import Masthead

pytestmark = pytest.mark.usefixtures("key")
TEXT = "python main.py --listen 8000 --workers 4"


@pytest.mark.usefixtures("engine")
async def test_a_step_that_is_to_be_mended_waits_for_the_dialog_that_came_up_over_it(folder: Path) -> None:
    async with wizard(folder, painted=True) as run:
        start, dialog = run.screen, ConfirmDialog("Sure?", "")
        run.app.push_screen(dialog)
        start.post_message(start.MendRequested("base", None, then="build"))
        await run.until(lambda: dialog.is_mounted)
        await run.press("escape")
        await run.until(lambda: run.app.screen is start)
        assert run.step == "start"


@pytest.mark.usefixtures("engine")
async def test_a_folder_with_markup_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "[" / "etc] [bold]"
    folder.mkdir(parents=True)
    (folder / "environment.yml").write_text(ENVIRONMENT)
    async with wizard(folder, painted=True) as run:
        for step in STEP_KEYS:
            await run.go(step)
            assert "etc] [bold]" in str(run.screen.query_one(Masthead).render())
        assert run.project.plan.build.image == "etc-bold:latest"


async def written(run: Wizard) -> None:
    """Write the files, and go to the build."""
    await run.go("preview")
    await run.press("ctrl+n")
    await run.until(lambda: run.step == "build")


async def test_lines_of_any_kind_in_the_log(folder: Path, docker: FakeDocker) -> None:
    lines = [
        "[/etc] [bold]no markup",
        "\x1b[31mred\x1b]0;title\x07 plain",
        "x" * 100_000,
        "漢字" * 500,
        "\x00\x07",
        "",
    ]
    docker.plays(build_stream([*lines, "the end"]))
    async with wizard(folder, painted=True, size=(60, 20)) as run:
        await written(run)
        await run.press("ctrl+n")
        await run.until(lambda: "Built my-app" in run.text("#build-status"))
        seen = run.app.export_screenshot()
        assert "the&#160;end" in seen
        assert "\x1b" not in seen


async def test_a_storm_of_sizes_during_a_build(folder: Path, docker: FakeDocker) -> None:
    docker.plays(build_stream(f"line {number}" for number in range(2_000)), waits=True)
    chance = random.Random(1)
    async with wizard(folder, painted=True) as run:
        await written(run)
        await run.press("ctrl+n")
        await run.until(lambda: docker.waiting)
        for _ in range(15):
            await run.pilot.resize_terminal(chance.randint(20, 200), chance.randint(5, 60))
        await run.pilot.resize_terminal(120, 40)
        await run.until(lambda: "line&#160;1999" in run.app.export_screenshot())
        await run.press("ctrl+x")
        await run.until(lambda: not docker.alive)


@pytest.mark.parametrize("size", [(20, 5), (200, 60)])
async def test_every_step_opens_in_a_terminal_of_any_size(folder: Path, size: tuple[int, int]) -> None:
    async with wizard(folder, painted=True, size=size) as run:
        for step in STEP_KEYS:
            await run.go(step)
            assert run.step == step
            assert run.app.export_screenshot()


def burst(run: Wizard, *keys: str) -> None:
    """Keys that come faster than they are worked off, as over a slow connection."""
    for name in keys:
        run.app.post_message(events.Key(name, name if len(name) == 1 else None))


async def test_keys_pressed_faster_than_the_steps_change(folder: Path) -> None:
    async with wizard(folder, painted=True) as run:
        burst(run, *["ctrl+n"] * 4)
        await run.until(lambda: run.step == "secret")
        burst(run, *["escape"] * 20)
        await run.until(lambda: run.step == "start")


async def test_more_keys_than_steps_leave_the_wizard_usable(folder: Path, docker: FakeDocker) -> None:
    async with wizard(folder, painted=True) as run:
        burst(run, *["ctrl+n"] * 20)
        await run.until(lambda: run.step in ("preview", "build"))
        await run.press("ctrl+x")
        await run.until(lambda: docker.runs == 0 or not docker.alive)
        await run.go("start")
        assert run.step == "start"


@pytest.mark.parametrize("keys", [("pagedown", "pageup", *"prev", "enter", "enter"), ("escape", "escape")])
async def test_the_palette_takes_keys_that_come_at_once(folder: Path, keys: tuple[str, ...]) -> None:
    async with wizard(folder, painted=True) as run:
        for _ in range(2):
            burst(run, "ctrl+p", *keys)
            await run.pilot.pause()
            await run.until(lambda: isinstance(run.app.screen, StepScreen))
            assert run.step == ("preview" if "enter" in keys else "start")


async def test_a_list_without_a_size_has_no_page_to_go_to(folder: Path) -> None:
    async with wizard(folder, painted=True) as run:
        await run.go("preview")
        lines = run.screen.query_one("DockerfileView OptionList", OptionList)
        lines.display = False
        await run.pilot.pause()
        lines.replace_option_prompt_at_index(0, "another")
        lines.highlighted = 1
        assert await run.app.run_action("page_down", lines)


async def test_an_answer_counts_once_and_for_its_own_question(folder: Path) -> None:
    async with wizard(folder, painted=True) as run:
        answers: list[bool | None] = []
        lower, upper = ConfirmDialog("Lower?", ""), ConfirmDialog("Upper?", "")
        run.app.push_screen(lower, answers.append)
        await run.app.push_screen(upper, answers.append)
        lower.dismiss(True)
        await run.pilot.pause()
        assert (run.app.screen, answers) == (upper, [])
        upper.dismiss(False)
        upper.dismiss(True)
        lower.dismiss(False)
        await run.until(lambda: isinstance(run.app.screen, StepScreen))
        assert answers == [False, True]
        assert run.step == "start"


@pytest.mark.parametrize(
    ("step", "field"), [("application", "application.command"), ("base", "base.mirror"), ("account", "key")]
)
@pytest.mark.parametrize("pause", [0.0, 0.002])
async def test_every_key_of_a_fast_typist_arrives(folder: Path, step: str, field: str, pause: float) -> None:
    async with wizard(folder, painted=True) as run:
        await run.go(step)
        await run.write(field, "")
        run.field(field).focus()
        await run.pilot.pause()
        for character in TEXT:
            burst(run, character)
            await asyncio.sleep(pause)
        await run.until(lambda: len(run.field(field).value) >= len(TEXT))
        assert run.field(field).value == TEXT


FIELDS = (
    ("account", "key"),
    ("base", "base.runtime"),
    ("secret", "secret.file"),
    ("application", "application.command"),
    ("application", "application.folder"),
    ("preview", "build.image"),
)


async def test_a_whole_document_can_be_pasted_into_any_field(folder: Path) -> None:
    async with wizard(folder, painted=True) as run:
        run.app.project = run.project.change("secret", mode=SecretMode.DOTENV)
        for step, field in FIELDS:
            await run.go(step)
            before = run.field(field).value
            await run.write(field, "")
            run.field(field).query_one(Input).post_message(events.Paste("x" * 50_000))
            await run.until(lambda field=field: len(run.field(field).value) > 100)  # type: ignore[misc]
            assert run.app.export_screenshot()
            await run.write(field, before)


async def test_a_megabyte_can_be_pasted_into_the_editor(folder: Path) -> None:
    text = "".join(f"  - package-{number} >=1.0  # [/etc]\n" for number in range(30_000))[:990_000]
    async with wizard(folder, painted=True) as run:
        await run.go("dependencies")
        editor = run.screen.query_one(TextArea)
        editor.move_cursor(editor.document.end)
        editor.post_message(events.Paste(text))
        await run.until(lambda: len(run.project.environment) > 900_000, seconds=20)
        await run.press("escape")
        await run.until(lambda: run.step != "dependencies")


async def test_the_mouse_leads_through_the_steps(folder: Path) -> None:
    async with wizard(folder, painted=True) as run:
        await run.pilot.click("#next")
        await run.until(lambda: run.step == "account")
        await run.pilot.click("#back")
        await run.until(lambda: run.step == "start")
        for step in reversed(STEP_KEYS):
            await run.to_step(step)
            await run.until(lambda step=step: run.step == step)  # type: ignore[misc]
        await run.go("preview")
        await run.pilot.click("DockerfileView OptionList", offset=(5, 9))
        await run.pilot.pause()
        assert run.screen.query_one("DockerfileView OptionList", OptionList).highlighted


async def test_every_step_opens_in_a_theme_of_each_kind(folder: Path) -> None:
    async with wizard(folder, painted=True) as run:
        for step in STEP_KEYS:
            await run.go(step)
            for theme in ("textual-light", "ansi-dark", "condock-light"):
                run.app.theme = theme
                await run.pilot.pause()
                assert run.app.current_theme.name == theme
                assert run.screen.query_one("#next").region.area > 0


async def test_a_key_behind_the_last_one_is_no_error(folder: Path) -> None:
    """It finds no screen: Textual takes those away first."""
    async with wizard(folder, painted=True, begun=False) as run:
        stack, run.app._screen_stacks["_default"] = run.app._screen_stacks["_default"], []
        run.app.exit()
        with pytest.raises(ScreenStackError) as error:
            await run.app._on_key(events.Key("n", "n"))
        run.app._handle_exception(error.value)
        run.app._screen_stacks["_default"] = stack
    assert run.app._exception is None

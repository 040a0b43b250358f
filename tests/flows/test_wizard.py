"""The way through all steps, and out of the wizard again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import OptionList, TextArea

from tests.paths import RECORDINGS
from tests.stages.wizard import KEY, STEP_KEYS, FakeDocker, Wizard, build_stream, painted, wizard
from tui.core.building.timing.history import read_history
from tui.core.errors import ExitCode, Problem
from tui.core.steps import STEPS
from tui.widgets.help import HelpDialog
from tui.widgets.palette import Palette

INVALID = "python 'main.py"


@pytest.mark.usefixtures("key")
async def test_keys_lead_forward_through_all_steps_and_back(folder: Path) -> None:
    async with wizard(folder) as run:
        seen = [run.step]
        for _ in STEP_KEYS[1:]:
            await run.press("ctrl+n")
            await run.until(lambda: run.step != seen[-1])
            seen.append(run.step)
        assert seen == list(STEP_KEYS)
        back = [run.step]
        for _ in STEP_KEYS[1:]:
            await run.press("escape")
            await run.until(lambda: run.step != back[-1])
            back.append(run.step)
        assert back == list(reversed(STEP_KEYS))
        await run.press("escape")
        assert run.step == "start"


async def one_back(run: Wizard, way: str) -> None:
    """To the step before, by a key or by a click in the row of steps."""
    before = run.step
    if way == "keys":
        await run.press("escape")
    else:
        await run.to_step(STEP_KEYS[STEP_KEYS.index(before) - 1])
    await run.until(lambda: run.step != before)


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("way", ["keys", "row"])
async def test_what_was_typed_is_still_there_after_leaving_and_coming_back(folder: Path, way: str) -> None:
    broken = "dependencies:\n\t- 3.12\n"
    async with wizard(folder) as run:
        await run.go("application")
        await run.write("application.port", "99999")
        await run.write("application.command", INVALID)
        await one_back(run, way)
        await one_back(run, way)
        assert run.step == "dependencies"
        run.screen.query_one("#environment", TextArea).text = broken
        await one_back(run, way)
        await run.write("base.runtime", "debian:@sha256:12")
        await one_back(run, way)
        assert [run.standing[step] for step in ("base", "dependencies", "application")] == ["PROBLEM"] * 3
        await run.go("base")
        assert run.field("base.runtime").value == run.project.plan.base.runtime == "debian:@sha256:12"
        await run.go("dependencies")
        assert run.screen.query_one("#environment", TextArea).text == run.project.environment == broken
        await run.go("application")
        assert run.field("application.port").value == run.project.plan.application.port == "99999"
        assert run.field("application.command").value == INVALID


@pytest.mark.usefixtures("key")
async def test_next_leads_back_to_where_a_mend_was_asked_for_and_past_no_unseen_step(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        problem = Problem("Its host is not shown the key.", "Add it.", "account.hosts")
        run.screen.post_message(run.screen.MendRequested("account", problem, then="dependencies"))
        await run.until(lambda: run.step == "account")
        came = []
        for _ in range(6):
            before = run.step
            await run.press("ctrl+n")
            await run.until(lambda before=before: run.step != before)  # type: ignore[misc]
            came.append(run.step)
        assert came == ["dependencies", "secret", "application", "base", "preview", "build"]
    async with wizard(folder) as run:
        await run.go("application")
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "preview")


async def test_who_is_led_to_a_step_never_seen_is_told_so_and_comes_back_by_back(folder: Path, key: str) -> None:
    async with wizard(folder) as run:
        for step in ("account", "base", "dependencies", "application"):
            await run.go(step)
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "secret")
        await run.until(lambda: "Secret was not seen yet" in painted(run))
        await run.press("escape")
        await run.until(lambda: run.step == "application")
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "preview")


async def test_next_does_not_pass_a_problem_and_the_strip_says_it(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "account")
        assert run.problem == "✗ There is no API key yet. " + run.screen.problems[0].hint
        assert run.next.disabled
        await run.press("ctrl+n")
        await run.pilot.click("#next")
        assert run.step == "account"


async def test_a_step_is_reached_through_the_palette(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.press("ctrl+p")
        await run.until(lambda: isinstance(run.app.screen, Palette))
        await run.press(*"go to preview")
        found = run.app.screen.query_one(OptionList)
        await run.until(lambda: str(found.get_option_at_index(0).prompt).startswith("Go to: 7 Preview"))
        await run.press("enter")
        await run.until(lambda: not isinstance(run.app.screen, Palette))
        await run.until(lambda: run.step == "preview")


async def test_help_comes_and_goes(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.press("f1")
        await run.until(lambda: isinstance(run.app.screen, HelpDialog))
        said = run.text(".dialog")
        assert "never part of the image" in said
        assert "Go on to the next step" in said
        await run.press("escape")
        await run.until(lambda: not isinstance(run.app.screen, HelpDialog))
        await run.press("f1")
        await run.until(lambda: isinstance(run.app.screen, HelpDialog))
        await run.pilot.click(offset=(0, 0))
        await run.until(lambda: not isinstance(run.app.screen, HelpDialog))


async def test_help_asked_for_behind_a_move_is_that_of_the_step_it_leads_to(folder: Path) -> None:
    async with wizard(folder) as run:
        await helped(run, "6", "Application", "alt+1 to 8")
        await helped(run, "alt+1", "Start", "    1 to 8")


async def helped(run: Wizard, move: str, title: str, keys: str) -> None:
    """Go to a step and ask for help without a pause, as keys come to a slow machine; then close it."""
    for key in (move, "f1"):
        run.app.post_message(Key(key, key if len(key) == 1 else None))
    await run.until(lambda: isinstance(run.app.screen, HelpDialog) and f"Help on {title}" in run.text(".dialog"))
    assert f"{keys}  Go to a step" in run.text(".dialog")
    await run.press("escape")
    assert run.screen.step.title == title


async def test_every_action_of_every_step_is_in_the_list_of_commands(folder: Path) -> None:
    async with wizard(folder) as run:
        titles = [command.title for command in run.app.get_system_commands(run.app.screen)]
        steps = [title for title in titles if title.startswith("Go to")]
        assert steps == [f"Go to: {number} {step.title}" for number, step in enumerate(STEPS, 1)]
        wanted = {
            "Dependencies: Solve",
            "Account: Check online",
            "Account: Sign in",
            "Build: Build",
            "Build: Log only",
        }
        wanted |= {
            "Base image: Check the pins",
            "Preview: Where",
            "Secret: Write the .env file",
            "Help",
            "Theme: dark, light, others",
        }
        assert wanted <= set(titles)
        await run.press("ctrl+p", *"check pins", "enter")
        await run.until(lambda: not isinstance(run.app.screen, Palette) and run.step == "base")
        await run.until(lambda: bool(run.text("#pins")))


# Leaving


async def test_where_nothing_would_be_lost_one_leaves_at_once(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.press("ctrl+q")
        await run.until(lambda: run.app._exit)
    assert (run.app.return_code, run.app.return_value) == (ExitCode.DONE, "")


@pytest.mark.parametrize("leave", [True, False])
async def test_what_is_not_written_is_asked_about(folder: Path, leave: bool) -> None:
    async with wizard(folder) as run:
        await run.go("application")
        await run.write("application.port", "8000")
        await run.press("ctrl+q")
        await run.until(lambda: run.asked)
        assert "What you changed is not written yet, and would be lost. Step 7, Preview, writes it." in run.text(
            ".dialog"
        )
        await run.press(*(["tab", "enter"] if leave else ["escape"]))
        if leave:
            await run.until(lambda: run.app._exit)
        else:
            await run.until(lambda: not run.asked)
            assert run.field("application.port").value == "8000"
    assert run.app._exit is leave


@pytest.mark.usefixtures("key")
async def test_leaving_while_a_build_runs_is_asked_about_and_ends_it(folder: Path, docker: FakeDocker) -> None:
    docker.plays(build_stream(), waits=True)
    async with wizard(folder) as run:
        await built(run, docker)
        await run.press("ctrl+q")
        await run.until(lambda: run.asked)
        assert "The build is running. Leaving stops it." in run.text(".dialog")
        await run.press("escape")
        await run.until(lambda: not run.asked)
        assert docker.alive
        await run.press("ctrl+q")
        await run.until(lambda: run.asked)
        await run.press("tab", "enter")
        await run.until(lambda: run.app._exit)
    assert not docker.alive
    assert "The build was stopped." in (run.app.return_value or "")
    assert run.app.return_code == ExitCode.BUILD_FAILED  # as where one stops it and leaves then
    assert [build.outcome for build in read_history(run.project, os.environ).builds] == ["cancelled"]


async def built(run: Wizard, docker: FakeDocker) -> None:
    """Write the files, and build until it ends or waits."""
    await run.go("preview")
    await run.press("ctrl+n")
    await run.until(lambda: run.step == "build")
    await run.press("ctrl+n")
    await run.until(lambda: docker.waiting or (not run.build.running and run.build.progress.outcome is not None))


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("recording", "code", "said"),
    [
        ("wrong-key", ExitCode.BUILD_FAILED, "The build failed at builder 4/4 (exit code 1)."),
        (None, ExitCode.DONE, "Built my-app:latest in "),
    ],
)
async def test_the_outcome_is_left_for_the_normal_terminal(
    folder: Path, docker: FakeDocker, recording: str | None, code: ExitCode, said: str
) -> None:
    docker.plays(RECORDINGS / f"{recording}.rawjson" if recording else build_stream(), code=int(bool(recording)))
    async with wizard(folder) as run:
        await built(run, docker)
        await run.press("ctrl+q")
        await run.until(lambda: run.app._exit)
    assert run.app.return_code == code
    assert said in (run.app.return_value or "")
    assert "Wrote 3 files: Dockerfile, Dockerfile.dockerignore, condock.yml." in (run.app.return_value or "")
    assert KEY not in (run.app.return_value or "")

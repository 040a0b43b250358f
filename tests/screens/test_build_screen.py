from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.widgets import Button

from screens.build import BuildScreen
from tests.paths import RECORDINGS
from tests.stages.wizard import KEY, STEP_KEYS, USABLE, VARIABLE, FakeDocker, Wizard, build_stream, wizard
from tui.core.engine.report import EngineReport
from tui.core.errors import ExitCode, Problem
from tui.core.plan import SecretMode
from tui.widgets.build_outcome import BuildOutcome
from tui.widgets.build_steps import BuildSteps
from tui.widgets.choices import Choices
from tui.widgets.field import field_id
from tui.widgets.key_bar import KeyBar
from tui.widgets.log_view import LogView

pytestmark = pytest.mark.usefixtures("key")


def screen(run: Wizard) -> BuildScreen:
    assert isinstance(run.screen, BuildScreen)
    return run.screen


def log(run: Wizard) -> list[str]:
    """The lines of the log that are on the screen."""
    view = run.screen.query_one(LogView)
    return [view.render_line(row).text.rstrip() for row in range(view.size.height)]


async def to_build(run: Wizard) -> None:
    """Write the files, and go to the build."""
    await run.go("preview")
    await run.press("ctrl+n")
    await run.until(lambda: run.step == "build")


async def build(run: Wizard) -> None:
    """Build to the end."""
    await run.press("ctrl+n")
    await run.until(lambda: not run.build.running and run.build.progress.outcome is not None)


async def start(run: Wizard, docker: FakeDocker, stream: Path | str = RECORDINGS / "wrong-key.rawjson") -> None:
    """Start a build that waits."""
    docker.plays(stream, waits=True)
    await to_build(run)
    await run.press("ctrl+n")
    await run.until(lambda: docker.waiting)
    await run.until(lambda: bool(run.build.progress.order))


async def test_success_shows_image_time_size_and_how_to_run_it(folder: Path, docker: FakeDocker) -> None:
    async with wizard(folder) as run:
        await to_build(run)
        await build(run)
        await run.until(lambda: "212 MB" in run.text("#build-status"))
        assert "Built my-app:latest in " in run.text("#build-status")
        ways = run.screen.query_one(Choices)
        assert run.app.focused is ways
        assert [option.id for option in ways.options] == ["try_image", "copy_run", "next"]
        assert "docker run --rm -it my-app:latest" in str(ways.options[1].prompt)
        await run.press("down", "enter")
        assert run.app.clipboard == "docker run --rm -it my-app:latest"
        assert "Executing transaction: done" in log(run)
        assert str(run.next.label) == "Build again"
        assert docker.arguments[:3] == ["buildx", "build", "--load"]
        assert docker.arguments[-3:] == ["--tag", "my-app:latest", "."]


async def test_the_key_is_in_the_environment_of_the_build_only(folder: Path, docker: FakeDocker) -> None:
    docker.plays(build_stream([f"the key is {KEY}."]))
    async with wizard(folder) as run:
        await to_build(run)
        await build(run)
        assert docker.key == KEY
        assert KEY not in " ".join(docker.arguments)
        assert "the key is ••••." in log(run)
        assert KEY not in run.app.export_screenshot()


async def test_without_a_key_the_build_gets_none(folder: Path, docker: FakeDocker) -> None:
    async with wizard(folder) as run:
        run.app.project = run.project.change("secret", mode=SecretMode.NONE)
        await to_build(run)
        await build(run)
        assert docker.key == ""
        assert VARIABLE not in " ".join(docker.arguments)


@pytest.mark.parametrize(
    ("recording", "end"),
    [
        ("wrong-key", "AnacondaAuthError: Received"),
        ("unknown-package", "ResolvePackageNotFound"),
        ("token-not-found", "Token not found for defaults"),
    ],
)
async def test_a_failure_shows_the_failed_step_and_the_end_of_its_log(
    folder: Path, docker: FakeDocker, recording: str, end: str
) -> None:
    docker.plays(RECORDINGS / f"{recording}.rawjson", code=1)
    async with wizard(folder, size=(120, 40)) as run:
        await to_build(run)
        await build(run)
        assert "The build failed at builder 4/4 (exit code 1)." in run.text("#build-status")
        failed = run.build.progress.failed
        assert failed is not None
        steps = run.screen.query_one(BuildSteps)
        assert steps.chosen == failed.id
        assert any(steps.row_text(row).startswith("✗") for row in range(len(steps.rows)))
        assert run.screen.query_one(LogView).step == failed.id
        assert run.screen.query_one(LogView).following
        assert any(end in line for line in log(run))
        assert str(run.next.label) == "Build again"


async def test_a_docker_that_complains_at_once_is_quoted(folder: Path, docker: FakeDocker) -> None:
    docker.plays("unknown flag: --load [/etc]\n", code=125)
    async with wizard(folder) as run:
        await to_build(run)
        await build(run)
        assert "The build failed." in run.text("#build-status")
        assert "unknown flag: --load [/etc]" in run.text("#build-status")


async def test_a_docker_that_is_not_there_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    async with wizard(folder) as run:
        await to_build(run)
        await run.press("ctrl+n")
        await run.until(lambda: "could not be started" in run.text("#build-status"))
        assert not run.build.running
        assert not run.next.disabled


@pytest.mark.parametrize("way", ["ctrl+x", "button"])
async def test_stopping_ends_the_build_and_says_so(folder: Path, docker: FakeDocker, way: str) -> None:
    async with wizard(folder) as run:
        await start(run, docker)
        assert str(run.next.label) == "Stop"
        assert docker.alive
        if way == "button":
            await run.pilot.click("#next")
        else:
            await run.press("ctrl+x")
        await run.until(lambda: not run.build.running)
        assert "The build was stopped." in run.text("#build-status")
        assert not docker.alive
        assert str(run.next.label) == "Build again"


async def test_build_again_starts_afresh(folder: Path, docker: FakeDocker) -> None:
    docker.plays(RECORDINGS / "wrong-key.rawjson", code=1)
    async with wizard(folder) as run:
        await to_build(run)
        await build(run)
        docker.plays(build_stream(["a new beginning"]))
        await build(run)
        assert docker.runs == 2
        assert "Built my-app:latest" in run.text("#build-status")
        steps = run.screen.query_one(BuildSteps)
        rows = [steps.row_text(row) for row in range(len(steps.rows))]
        assert any("RUN conda env create" in row for row in rows)
        assert not any("FROM" in row for row in rows)
        assert steps.chosen is None
        assert run.screen.query_one(LogView).step is None
        assert "a new beginning" in log(run)


async def test_choosing_a_step_shows_its_output_alone(folder: Path, docker: FakeDocker) -> None:
    async with wizard(folder) as run:
        await to_build(run)
        await build(run)
        run.screen.query_one(BuildSteps).focus()
        await run.press("home", "down")
        assert "Solving environment: done" in log(run)
        await run.press("down")
        assert not any(log(run))
        await run.press("home")
        assert "Solving environment: done" in log(run)


async def test_going_back_keeps_the_build_running(folder: Path, docker: FakeDocker) -> None:
    async with wizard(folder) as run:
        await start(run, docker)
        await run.press("escape")
        await run.until(lambda: run.step == "preview")
        assert docker.alive
        await run.go("application")
        await run.go("build")
        assert run.build.running
        assert docker.alive
        await run.press("ctrl+x")
        await run.until(lambda: not run.build.running)
        assert docker.runs == 1


async def test_a_running_build_can_be_stopped_whatever_else_is_wrong(folder: Path, docker: FakeDocker) -> None:
    async with wizard(folder) as run:
        await start(run, docker)
        await run.go("application")
        await run.write("application.port", "99999")
        await run.go("build")
        assert not run.next.disabled
        await run.press("ctrl+x")
        await run.until(lambda: not run.build.running)


async def test_the_outcome_names_the_image_that_was_built(folder: Path, docker: FakeDocker) -> None:
    async with wizard(folder) as run:
        await to_build(run)
        await build(run)
        await run.go("preview")
        await run.write("build.image", "other:2")
        await run.go("build")
        assert "my-app:latest" in "".join(screen.outcome()[1] for screen in run.app._screens.values())


async def test_a_late_answer_about_the_size_does_not_speak_into_the_next_build(
    folder: Path, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = threading.Event()

    def slow(image: str, env: object) -> int:
        answer.wait(10)
        return 1

    monkeypatch.setattr("screens.parts.build_result.image_size", slow)
    async with wizard(folder) as run:
        await to_build(run)
        await build(run)
        docker.plays(build_stream(), waits=True)
        await run.press("ctrl+n")
        await run.until(lambda: docker.waiting)
        said: list[str] = []
        monkeypatch.setattr(BuildOutcome, "_show", lambda _, lines: said.append(str(lines[0])))
        answer.set()
        await run.app.workers.wait_for_complete([w for w in run.app.workers if w.group == "size"])
        await run.until(lambda: bool(said))
        await run.pilot.pause()
        meanwhile = list(said)
        await run.press("ctrl+x")
        await run.until(lambda: not run.build.running)
        assert not any("stopped" in text for text in meanwhile)
        assert "stopped" in said[-1]


@pytest.mark.parametrize(
    ("step", "field", "value"),
    [
        ("application", "application.port", "99999"),
        ("base", "base.mirror", "http://x"),
        ("preview", "build.image", "My App"),
    ],
)
@pytest.mark.parametrize("visited", [True, False])
async def test_f2_goes_to_the_step_where_it_is_mended(
    folder: Path, step: str, field: str, value: str, visited: bool
) -> None:
    section, _, name = field.partition(".")
    async with wizard(folder) as run:
        if visited:
            await run.go(step)
            await run.write(field, value)
        else:
            run.app.project = run.project.change(section, **{name: value})
        await run.go("build")
        assert run.next.disabled
        await run.press("f2")
        await run.until(lambda: run.step == step)
        await run.until(lambda: run.focus == field_id(field), seconds=2)


async def test_without_an_engine_nothing_can_be_built_and_it_says_why(folder: Path) -> None:
    problem = Problem("The Docker engine is not running.", "Start Docker, then look again.", "engine")
    async with wizard(folder) as run:
        run.app.project = run.project.__class__(
            **{**vars(run.project), "engine": EngineReport(USABLE.cli, problem=problem)}
        )
        await run.go("build")
        assert "The Docker engine is not running." in run.problem
        assert run.next.disabled
        assert not run.screen.check_action("mend", ())  # it leads nowhere: no step has an engine
        run.screen.query_one("#next", Button).press()
        await run.press("ctrl+n")
        assert not run.build.running


async def test_a_build_needs_its_files_written(folder: Path, docker: FakeDocker) -> None:
    async with wizard(folder) as run:
        await run.go("build")
        await run.press("ctrl+n")
        assert not run.build.running
        assert docker.runs == 0
        assert run.next.disabled
        assert run.problem


async def test_the_key_in_a_file_that_is_copied_stops_the_build(folder: Path, docker: FakeDocker) -> None:
    (folder / "main.py").write_text(f"print('hello')\nKEY = '{KEY}'\n")
    async with wizard(folder) as run:
        await to_build(run)
        await run.press("ctrl+n")
        await run.until(lambda: "The API key is in main.py, line 2" in run.text("#build-status"))
        await run.until(lambda: not run.build.running)
        assert docker.runs == 0
        assert screen(run).outcome()[0] is ExitCode.KEY_FOUND


async def test_enter_builds_also_where_the_step_was_made_before_the_files_were_written(
    folder: Path, docker: FakeDocker, key: str
) -> None:
    async with wizard(folder) as run:
        run.app.prepare()
        await run.until(lambda: len(run.app._screens) == len(STEP_KEYS))
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "build" and run.focus == "next")


async def test_the_log_alone_has_a_way_out_that_is_seen(folder: Path, docker: FakeDocker) -> None:
    async with wizard(folder) as run:
        await start(run, docker)
        steps, keys = run.screen.query_one(BuildSteps), run.screen.query_one(KeyBar)
        await run.press("f3")
        assert not steps.display
        await run.until(lambda: "f3 Steps too" in keys.render().plain)
        assert "Log only" not in keys.render().plain
        await run.press("escape")
        assert steps.display and run.step == "build"
        await run.until(lambda: "Steps too" not in keys.render().plain)
        await run.press("f3", "f3")
        assert steps.display
        await run.press("f3", "slash", "x", "escape")
        assert not steps.display, "it ended the search"
        await run.press("escape", "escape")
        await run.until(lambda: run.step == "preview")


async def test_a_build_begins_with_its_steps(folder: Path, docker: FakeDocker) -> None:
    docker.plays(build_stream())
    async with wizard(folder) as run:
        await to_build(run)
        await build(run)
        await run.press("f3")
        assert not run.screen.query_one(BuildSteps).display
        await run.press("ctrl+n")
        await run.until(lambda: docker.runs == 2 and not run.build.running)
        assert run.screen.query_one(BuildSteps).display
        assert run.screen.check_action("log_only", ())

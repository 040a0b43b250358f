"""What the build step says at the end, and the ways on from there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from textual.widgets import OptionList, Static, TextArea

from screens.build import BuildScreen
from screens.parts.ways_on import ways_on
from tests.paths import RECORDINGS
from tests.stages.wizard import ENVIRONMENT, KEY, FakeDocker, Wizard, build_stream, wizard
from tui.core.building.attempt import Attempt, Result
from tui.core.building.events import BuildSucceeded
from tui.core.building.failure.diagnosis import diagnose_start
from tui.core.building.failure.trial_run import Trial
from tui.core.building.fold import fold_all
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.errors import CondockError, ExitCode
from tui.core.project import open_project
from tui.core.proof.audit import Leak, SearchedLayer, Unread
from tui.core.proof.receipt import Receipt
from tui.widgets.build_outcome import BuildOutcome
from tui.widgets.build_steps import BuildSteps
from tui.widgets.choices import Choices
from tui.widgets.log_view import LogView

pytestmark = pytest.mark.usefixtures("key")
FAILURES = RECORDINGS.parent / "failures"
UNKNOWN = "no-such-package-xyz"


def screen(run: Wizard) -> BuildScreen:
    assert isinstance(run.screen, BuildScreen)
    return run.screen


async def build(run: Wizard) -> None:
    """Write the files, and build to the end."""
    if run.step != "build":
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "build")
    await run.press("ctrl+n")
    await ended(run)


@asynccontextmanager
async def failed(folder: Path, docker: FakeDocker) -> AsyncIterator[Wizard]:
    """The wizard behind a build of an environment with a package that no channel has."""
    (folder / "environment.yml").write_text(ENVIRONMENT + f"  - {UNKNOWN}\n")
    docker.plays(RECORDINGS / "unknown-package.rawjson", code=1)
    async with wizard(folder) as run:
        await build(run)
        yield run


async def ended(run: Wizard) -> None:
    await run.until(lambda: not run.build.running and run.build.progress.outcome is not None)


async def test_a_failure_has_its_cause_its_evidence_and_the_way_there_and_back(
    folder: Path, docker: FakeDocker
) -> None:
    async with failed(folder, docker) as run:
        said = run.text("#build-status")
        assert f"No channel has {UNKNOWN}. Line 8 of the environment file." in said
        assert "(exit code 1)" in said
        assert "│" not in said  # the log shows it, at its end
        await run.until(lambda: f"- {UNKNOWN}" in seen(run))
        assert [way.id for way in run.screen.query_one(Choices).options] == ["mend", "next"]
        await run.press("enter")
        await run.until(lambda: run.step == "dependencies" and run.focus == "environment")
        editor = run.screen.query_one(TextArea)
        assert editor.cursor_location == (7, 4)
        await run.press("f9")
        await run.press("down", "down", "enter")
        await run.until(lambda: UNKNOWN not in run.project.environment)
        docker.plays(build_stream())
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)
        await run.pilot.click("#yes")
        await run.until(lambda: run.step == "build" and run.focus == "next")
        assert docker.runs == 1, "as the first time: it builds where that is what the button says"
        assert "This was before your last change" in run.text("#build-status")
        await run.press("enter")
        await run.until(lambda: docker.runs == 2)
        await ended(run)
        assert "Built my-app:latest" in run.text("#build-status")


async def test_a_host_that_the_build_showed_no_key_is_asked_for_where_hosts_are_named(
    folder: Path, docker: FakeDocker
) -> None:
    docker.plays(FAILURES / "key-not-offered.rawjson", code=1)
    async with wizard(folder) as run:
        await build(run)
        await run.press("f2")
        await run.until(lambda: run.step == "account" and run.focus == "account-hosts")
        assert "conda.example.com does not belong to anaconda.com" in run.text("#account-hosts")
        assert "✗" not in run.text("#key-used") + run.text("#sources"), "nobody has refused the key"
        await run.press("x")
        await run.until(lambda: run.project.plan.account.hosts == ("x",))
        assert "does not belong" not in run.text("#account-hosts")


async def test_a_registry_out_of_reach_is_no_fault_of_the_step_and_one_builds_again(
    folder: Path, docker: FakeDocker
) -> None:
    docker.plays(FAILURES / "registry-unreachable.rawjson", code=1)
    async with wizard(folder) as run:
        await build(run)
        assert "does not reach the registry" in run.text("#build-status")
        assert [way.id for way in run.screen.query_one(Choices).options] == ["next", "mend"]
        assert run.standing["base"] != "PROBLEM"


async def test_going_back_on_the_way_gives_up_coming_back(folder: Path, docker: FakeDocker) -> None:
    docker.plays(RECORDINGS / "unknown-package.rawjson", code=1)
    async with wizard(folder) as run:
        await build(run)
        await run.press("f2")
        await run.until(lambda: run.step == "dependencies")
        await run.press("escape")
        await run.until(lambda: run.step == "base")
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "dependencies")
        assert docker.runs == 1


async def test_a_failure_from_before_a_change_is_not_told_as_if_it_had_just_happened(
    folder: Path, docker: FakeDocker
) -> None:
    async with failed(folder, docker) as run:
        before = run.text("#build-status")
        await run.go("application")
        await run.go("build")
        assert run.text("#build-status") == before
        run.app.project = replace(run.project, environment=ENVIRONMENT)
        await run.until(lambda: run.text("#build-status") == f"This was before your last change.\n{before}")
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)
        await run.pilot.click("#yes")
        await run.until(lambda: run.step == "build")
        said = f"This was before your last change: ctrl+n builds again.\n{before}"
        await run.until(lambda: run.text("#build-status") == said)
        docker.plays(build_stream())
        await run.press("enter")
        await run.until(lambda: docker.runs == 2)
        await ended(run)
        assert run.text("#build-status").startswith("✓ Built my-app:latest")


async def test_an_unknown_failure_is_said_to_be_unknown(folder: Path, docker: FakeDocker) -> None:
    docker.plays("something nobody has ever seen [/etc]\n", code=1)
    async with wizard(folder) as run:
        await build(run)
        assert "condock does not know this failure." in run.text("#build-status")
        assert "│ something nobody has ever seen [/etc]" in run.text("#build-status")
        assert [way.id for way in run.screen.query_one(Choices).options] == ["next"]


CACHED = """\
{"vertexes":[{"digest":"sha256:1","name":"[builder 1/1] RUN --mount=type=secret,id=K conda env create",\
"started":"2026-11-22T17:00:00Z","completed":"2026-11-22T17:00:00Z","cached":true}]}
"""


async def test_a_key_that_was_not_used_is_said_and_can_be_checked(folder: Path, docker: FakeDocker) -> None:
    docker.plays(CACHED)
    async with wizard(folder) as run:
        await build(run)
        said = run.text("#build-status")
        assert "The key was not used: the authenticated steps came from the cache." in said
        assert "check_key" in [way.id for way in run.screen.query_one(Choices).options]
        assert not [word for word in docker.arguments if word.startswith("CACHEBUST=")]
        await run.press("f4")
        await run.until(lambda: docker.runs == 2)
        await ended(run)
        cachebust = [word for word in docker.arguments if word.startswith("CACHEBUST=")]
        assert len(cachebust) == 1
        assert KEY not in cachebust[0]


async def test_bars_stand_in_the_list_and_the_log_is_wrapped_at_its_end_and_can_have_all_room(
    folder: Path, docker: FakeDocker
) -> None:
    docker.plays(build_stream([f"{'long ' * 60}end", "last"]))
    async with wizard(folder, size=(120, 36)) as run:
        await build(run)
        steps, log = run.screen.query_one(BuildSteps), run.screen.query_one(LogView)
        assert any("RUN conda env create" in row and row.endswith("█") for row in map(steps.row_text, range(3)))
        drawn = [log.render_line(y).text.rstrip() for y in range(log.size.height)]
        assert drawn[drawn.index("last") - 1].endswith("end")
        assert log.max_scroll_x == 0
        narrow = log.size.width
        await run.press("f3")
        assert not steps.display and log.size.width > narrow
        await run.press("f3")
        assert steps.display


async def test_on_a_high_screen_the_list_takes_its_rows_and_the_log_all_the_others(
    folder: Path, docker: FakeDocker
) -> None:
    docker.plays(build_stream())
    async with wizard(folder, size=(200, 60)) as run:
        await build(run)
        steps, log = run.screen.query_one(BuildSteps), run.screen.query_one(LogView)
        assert len(steps.rows) <= steps.size.height <= max(4, len(steps.rows))
        assert min(log.region.width, steps.region.width) > 190
        assert log.region.y >= steps.region.bottom


def logs(folder: Path) -> list[str]:
    return [path.read_text() for path in folder.glob("my-app-*.log")]


async def test_the_log_is_saved_beside_the_plan_without_the_key(folder: Path, docker: FakeDocker) -> None:
    docker.plays(build_stream([f"the key is {KEY}", "second"]))
    async with wizard(folder) as run:
        await build(run)
        run.screen.query_one("LogView").focus()
        await run.press("s")
        await run.until(lambda: "The log is saved as " in run.text("#build-status"))
        assert [text for text in logs(folder) if "the key is ••••\nsecond\n" in text]


SLOW = """\
{"vertexes":[{"digest":"sha256:1","name":"[2/2] RUN make","started":"2026-11-22T17:00:00Z"}]}
"""
"""A build that has begun; its step takes a minute."""
SLOW_END = """\
{"vertexes":[{"digest":"sha256:1","name":"[2/2] RUN make","started":"2026-11-22T17:00:00Z",\
"completed":"2026-11-22T17:01:00Z"}]}
"""


async def test_the_second_build_knows_how_long_it_takes(folder: Path, docker: FakeDocker) -> None:
    docker.plays(SLOW, waits=True)
    async with wizard(folder) as run:
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "build")
        await run.press("ctrl+n")
        await run.until(lambda: "First build: no estimate yet" in run.text("#build-status"))
        await run.press("ctrl+x")
        await ended(run)
        docker.plays(SLOW + SLOW_END)
        await build(run)
    async with wizard(folder) as run:
        await run.go("build")
        assert re.search(
            r"^Ready\. my-app:latest  last built just now · took [^.]*\. Enter starts the build\.$",
            run.text("#build-status").splitlines()[0],
        )
        docker.plays(SLOW, waits=True)
        await run.press("ctrl+n")
        await run.until(lambda: re.search(r"about (1 min|\d\d s) left", run.text("#build-status")) is not None)
        await run.press("ctrl+x")
        await ended(run)


async def test_the_image_can_be_started_for_a_moment(
    folder: Path, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = 'exec: "greet": executable file not found in $PATH: unknown.'
    monkeypatch.setattr(
        "screens.parts.build_result.try_image",
        lambda project, env: Trial(127, diagnose_start(127, [f"docker: Error response: {said}"], project, 0.0)),
    )
    async with wizard(folder) as run:
        assert run.step == "start"
        await build(run)
        await run.press("f6")
        await run.until(lambda: "It does not start." in run.text("#build-status"))
        assert said in run.text("#build-status")
        docker.plays(build_stream(), code=1)
        await build(run)
        assert screen(run).check_action("try_image", ()) is False


async def test_the_button_stops_the_build_until_it_is_known_what_came_of_it(
    folder: Path, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels, ended = list[str](), Attempt.ended
    async with wizard(folder) as run:

        def record(attempt: Attempt, progress: BuildProgress, log: BuildLog, now: float) -> Result:
            labels.append(str(run.next.label))
            return ended(attempt, progress, log, now)

        monkeypatch.setattr(Attempt, "ended", record)
        await build(run)
        await run.until(lambda: run.screen.check_action("try_image", ()) is True)
        assert labels == ["Stop"]
        assert str(run.next.label) == "Build again"


async def test_what_an_image_lacks_when_it_is_tried_is_mended_as_what_a_build_failed_at(
    folder: Path, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ["Traceback (most recent call last):", "ModuleNotFoundError: No module named 'requests'"]
    monkeypatch.setattr(
        "screens.parts.build_result.try_image",
        lambda project, env: Trial(1, diagnose_start(1, said, project, 0.0)),
    )
    (folder / "main.py").write_text("import polars, requests\n")
    async with wizard(folder) as run:
        await build(run)
        assert run.screen.check_action("mend", ()) is None
        await run.press("f6")
        await run.until(lambda: run.screen.query_one(Choices).options[0].id == "mend")
        assert run.screen.query_one(Choices).highlighted == 0
        await run.until(lambda: run.standing["dependencies"] == "PROBLEM")
        await run.press("f2")
        await run.until(lambda: run.step == "dependencies")
        shown = run.screen.query_one("#findings", OptionList)
        await run.until(lambda: "The application imports requests" in str(shown.options[0].prompt))
        assert shown.highlighted == 1, "what f4 mends"
        await run.press("f4")
        await run.until(lambda: "  - requests\n" in run.project.environment)
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "preview")


async def test_the_outcome_of_a_trial_comes_into_view(
    folder: Path, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = tuple(f"line {number}" for number in range(8))
    monkeypatch.setattr("screens.parts.build_result.try_image", lambda *_: Trial(None, printed=printed))
    monkeypatch.setattr("screens.parts.build_result.audit_build", lambda *_, **__: CLEAN)
    async with wizard(folder) as run:
        await build(run)
        await run.until(lambda: "The key is nowhere in the image" in run.text("#build-status"))
        await run.press("f6")
        words = "It starts: it was still running"
        await run.until(lambda: words in run.text("#build-status"))
        await run.until(lambda: words in seen(run) and "line 7" in seen(run))
        assert "✓ Built" in seen(run) and "The key is nowhere in the image" in seen(run)
        assert "Starting it" not in run.text("#build-status")


def seen(run: Wizard) -> str:
    """All that is within the terminal's edges."""
    return "\n".join(strip.text for strip in run.app.screen._compositor.render_strips())


LAYER = SearchedLayer("sha256:0f", 9_000, "COPY /env /env")
CLEAN = Receipt("my-app:latest", "sha256:abc", 1e9, (LAYER,), 9_000)
FOUND = replace(CLEAN, findings=(Leak("env/loot", "plain", LAYER.digest, LAYER.instruction),))
PARTLY = replace(CLEAN, unread=(Unread("layer 1", "is packed in a way that condock does not know", layer=True),))

NOTHING = replace(CLEAN, layers=(), unread=(Unread("the image", "could not be searched: it is gone"),))


@pytest.mark.parametrize(
    "case",
    [
        (CLEAN, "The key is nowhere in the image: 1 layer", ExitCode.DONE),
        (FOUND, "THE KEY WAS FOUND in env/loot", ExitCode.KEY_FOUND),
        (PARTLY, "NOT ALL WAS SEARCHED", ExitCode.NO_ENGINE),
        (NOTHING, "The image was not searched for the key", ExitCode.NO_ENGINE),
    ],
    ids=["clean", "found", "partly searched", "not searched"],
)
async def test_the_receipt_is_a_line_and_then_the_whole(
    folder: Path, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch, case: tuple[Receipt, str, ExitCode]
) -> None:
    receipt, said, code = case
    monkeypatch.setattr("screens.parts.build_result.audit_build", lambda *_, **__: receipt)
    async with wizard(folder) as run:
        await build(run)
        await run.until(lambda: said in run.text("#build-status"))
        assert "Searching the image" not in run.text("#build-status")
        assert screen(run).outcome()[0] is code
        assert said in screen(run).outcome()[1]
        await run.until(lambda: run.screen.query_one(Choices).options[-1].id == "receipt")
        await run.press("end", "enter")
        await run.until(lambda: run.asked)
        shown = run.text(".dialog-text Static")
        assert "that no copy was sent away" in " ".join(shown.split())
        assert all(line.startswith("  ") for line in shown.partition("\n\n")[2].splitlines())
        dialog, close = (run.app.screen.query_one(name).region for name in (".dialog", "#no"))
        assert (dialog.width, dialog.bottom - close.bottom) == (78, 1)


def test_what_can_be_done_is_said_in_no_more_than_a_narrow_screen_has(tmp_path: Path) -> None:
    progress = fold_all(BuildProgress(), [BuildSucceeded("sha256:abc", 1.0)])
    ways = tuple(ways_on(Result(open_project(tmp_path), progress), None, CLEAN))
    widest = max(len(way.name) for way in ways)
    assert {way.action for way in ways} == {"try_image", "copy_run", "next", "receipt"}
    assert all(1 + widest + 3 + len(way.about) < 58 for way in ways if way.action != "copy_run")


@pytest.mark.parametrize("push", [False, True], ids=["kept", "to be pushed"])
async def test_who_leaves_before_the_search_has_ended_is_told_so(
    folder: Path, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch, push: bool
) -> None:
    searching, go_on = Event(), Event()

    def search(*_: object, **__: object) -> None:
        searching.set()
        go_on.wait(10)

    monkeypatch.setattr("screens.parts.build_result.audit_build", search)
    monkeypatch.setattr("screens.parts.build_result.is_held", lambda project: push)
    async with wizard(folder) as run:
        await build(run)
        await run.until(searching.is_set)
        rows = run.text("#build-status").splitlines()
        assert rows[-1] == "Searching the image for the key …"
        code, words = screen(run).outcome()
        asked = screen(run).quit_question()
        go_on.set()
        assert asked.startswith("The image is not pushed yet." if push else "The image is searched for the key.")
        assert code is ExitCode.NO_ENGINE
        assert "The image was not searched for the key to its end" in words
        assert ("The image was not pushed" in words) is push


@pytest.mark.parametrize("refused", [False, True], ids=["pushed", "refused"])
async def test_what_is_searched_first_is_pushed_then(
    folder: Path, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    receipt = Receipt("x/my-app:1", "sha256:abc", 1e9, (SearchedLayer("sha256:0f", 9_000, "COPY"),), 9_000)

    pushing = Event()

    def push(*_: object) -> str:
        pushing.wait(10)
        if refused:
            raise CondockError("Denied. Nothing was pushed.", "Sign in.")
        return "Pushed x/my-app:1, after it was searched."

    monkeypatch.setattr("screens.parts.build_result.audit_build", lambda *_, **__: receipt)
    monkeypatch.setattr("screens.parts.build_result.push_searched", push)
    monkeypatch.setattr("screens.parts.build_result.is_held", lambda project: True)
    async with wizard(folder) as run:
        await build(run)
        await run.until(lambda: "The key is nowhere in the image" in run.text("#build-status"))
        assert screen(run).quit_question() == "The image is not pushed yet. Leaving stops that."
        pushing.set()
        said = "Denied. Nothing was pushed." if refused else "Pushed x/my-app:1"
        await run.until(lambda: said in run.text("#build-status"))
        code, words = screen(run).outcome()
        assert code is (ExitCode.BUILD_FAILED if refused else ExitCode.DONE)
        assert "The key is nowhere in the image" in words
        assert said in words


async def test_an_outcome_has_its_rows_also_after_the_terminal_became_narrower(folder: Path) -> None:
    async with wizard(folder, (120, 40)) as run:
        await run.go("build")
        outcome = run.screen.query_one(BuildOutcome)
        outcome.say("word " * 30)
        outcome.add("second")
        await run.pilot.resize_terminal(60, 40)
        await run.pilot.pause()
        outcome.say("word " * 25)
        await run.pilot.pause()
        assert outcome.query_one(Static).size.height == 3


async def test_a_step_that_a_build_doubted_says_why_to_whoever_comes_to_it(
    folder: Path, docker: FakeDocker
) -> None:
    async with failed(folder, docker) as run:
        await run.go("dependencies")
        shown = run.screen.query_one("#findings", OptionList)
        await run.until(lambda: f"No channel has {UNKNOWN}" in str(shown.options[0].prompt))
        assert run.problem == "", "it is said once"
        await run.go("preview")
        assert run.standing["dependencies"] == "PROBLEM"
        await run.press("f2")
        await run.until(lambda: run.step == "dependencies" and run.focus == "environment")
        await run.until(lambda: run.screen.query_one(TextArea).cursor_location == (7, 4))
        run.app.project = replace(run.project, environment=ENVIRONMENT)
        await run.until(lambda: not any("No channel" in str(option.prompt) for option in shown.options))
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "preview")
        assert run.screen.check_action("mend", ()) is None


async def test_what_a_build_failed_at_is_below_any_step_until_that_is_changed(
    folder: Path, docker: FakeDocker
) -> None:
    docker.plays(FAILURES / "base-not-found.rawjson", code=1)
    async with wizard(folder) as run:
        await build(run)
        await run.go("base")
        await run.until(lambda: "Last time: " in run.problem and "The registry has no" in run.problem)
        assert not run.next.disabled
        assert run.screen.check_action("mend", ()) is True
        run.app.project = run.project.change("base", mirror="mirror.example.com/hub")
        await run.until(lambda: run.problem == "")
        assert run.screen.check_action("mend", ()) is None

"""The dialog on where an image is built, over recorded answers of docker and buildx."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.widgets import Button, Select, Static

from screens.dialogs.engine_choice import EngineChoiceDialog
from tests.paths import DATA
from tests.stages.stand_in_engine import docker_cli
from tests.stages.wizard import Wizard, wizard
from tui.core.plan import Build, Form
from tui.widgets.toggles import Tick

pytestmark = pytest.mark.usefixtures("key")
RECORDED = DATA / "builders"
CONTEXTS, BUILDERS = "context ls --format {{json .}}", "buildx ls --format {{json .}}"
REGISTRY = "registry.example.com/team/app:1"
AMD64, ARM64 = "linux/amd64", "linux/arm64"


@pytest.fixture(autouse=True)
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A `docker` that knows the recorded contexts and builders; what is changed here it answers instead, in sh."""
    answers = {
        CONTEXTS: f"/bin/cat {RECORDED / 'contexts.jsonl'}",
        BUILDERS: f"/bin/cat {RECORDED / 'ls-0.13.1.jsonl'}",
        "buildx inspect": f"/bin/cat {RECORDED / 'inspect-default.txt'}",
    }
    for name in ("DOCKER_CONTEXT", "DOCKER_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_HOST", "unix:///run/docker.sock")
    put(tmp_path, monkeypatch, answers)
    return answers


def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: dict[str, str]) -> None:
    cli = docker_cli(tmp_path / "docker-bin", answers=answers)
    monkeypatch.setenv("PATH", f"{cli.parent}{os.pathsep}{os.environ['PATH']}")


async def opened(run: Wizard, **build: object) -> EngineChoiceDialog:
    """The dialog over the preview, once contexts and builders are listed."""
    run.app.project = run.project.change("build", **build)
    await run.go("preview")
    await run.press("ctrl+t")
    await run.until(lambda: isinstance(run.app.screen, EngineChoiceDialog))
    await run.until(lambda: "Asking" not in note(run, "builder"))
    assert isinstance(run.app.screen, EngineChoiceDialog)
    return run.app.screen


def note(run: Wizard, place: str) -> str:
    found = run.app.screen.query(f"#{place}-note")
    return str(found.first(Static).render()) if found else "Asking"


def offered(dialog: EngineChoiceDialog, id: str) -> list[str]:
    """The values a choice offers."""
    return [str(value) for _, value in dialog.query_one(f"#{id}", Select)._options]


async def closed(run: Wizard) -> None:
    await run.until(lambda: not isinstance(run.app.screen, EngineChoiceDialog))


async def test_it_shows_what_there_is_and_what_it_can_do(folder: Path) -> None:
    async with wizard(folder) as run:
        dialog = await opened(run)
        assert offered(dialog, "context") == ["", "dead", "default", "second"]
        assert offered(dialog, "builder") == ["", "box", "far", "default"]  # not the engines of other contexts
        assert note(run, "context") == "DOCKER_HOST"
        assert note(run, "builder").startswith("default: docker, for linux/amd64; one platform at a time")


async def test_all_is_off_at_first_and_cancelling_changes_nothing(folder: Path) -> None:
    async with wizard(folder) as run:
        dialog = await opened(run)
        assert not any(tick.value for tick in dialog.query(Tick))
        before = run.project.plan
        dialog.query_one("#push", Tick).value = True
        await run.press("escape")  # as one presses it to be out of a list that is closed already
        assert run.asked
        await run.press("escape")
        assert run.app.screen is dialog and dialog.query_one("#push", Tick).value
        await run.press("escape", "right", "enter")
        await closed(run)
        assert run.project.plan == before


async def test_by_keys(folder: Path) -> None:
    async with wizard(folder) as run:
        await opened(run, image=REGISTRY)
        await run.press("enter", "down", "down", "down", "enter")  # the context `second`
        await run.press(
            "tab", "tab", "tab", "space", "tab", "space", "tab", "space", "tab", "space", "tab", "space"
        )
        await run.press("tab", "tab", "enter")
        await closed(run)
        await run.until(lambda: run.project.engine is not None)
        cache = "type=registry,ref=registry.example.com/team/app:buildcache"
        assert run.project.plan.build == Build(
            image=REGISTRY,
            platforms=(AMD64, ARM64),
            context="second",
            push=True,
            package_cache=True,
            cache_from=(cache,),
            cache_to=(f"{cache},mode=max",),
            form=Form.ISOLATED,
        )
        assert "docker --context second buildx build" in " ".join(run.text("#build-command").split())


async def test_by_mouse(folder: Path) -> None:
    async with wizard(folder) as run:
        dialog = await opened(run)
        await run.pilot.click(dialog.query_one("#linux-amd64"))
        await run.pilot.click(dialog.query_one("#use"))
        await closed(run)
        assert run.project.plan.build.platforms == (AMD64,)


async def test_what_cannot_be_is_said_at_once_and_where_it_is(folder: Path) -> None:
    async with wizard(folder) as run:
        dialog = await opened(run)
        for id in ("linux-amd64", "linux-arm64", "cache", "push"):
            dialog.query_one(f"#{id}", Tick).value = True
        await run.pilot.pause()
        assert "makes images for one platform at a time" in note(run, "platforms")
        assert "cannot run commands for linux/arm64" in note(run, "platforms")
        assert "cannot keep its cache elsewhere" in note(run, "cache")
        assert "would be pushed to docker.io/library/" in note(run, "push")
        dialog.query_one("#context", Select).value = "second"
        await run.pilot.pause()
        assert "one platform at a time" not in note(run, "platforms")
        assert "elsewhere" not in note(run, "cache")


async def test_who_will_see_it_is_said_before_the_push(folder: Path) -> None:
    async with wizard(folder) as run:
        dialog = await opened(run, image="me/app")
        dialog.query_one("#push", Tick).value = True
        await run.pilot.pause()
        assert "A repository that the push creates on Docker Hub is public" in note(run, "push")
        dialog.query_one("#use").focus()
        await run.press("enter")
        await closed(run)
        assert "who may read docker.io/me/app" in run.text("#place-advice")


async def test_what_the_plan_says_is_offered_though_it_is_not_there(folder: Path) -> None:
    async with wizard(folder) as run:
        caches = ("type=local,dest=layers",)
        dialog = await opened(run, context="gone", builder="[bold]gone", cache_to=caches, platforms=(ARM64,))
        assert offered(dialog, "context")[-1] == "gone"
        assert offered(dialog, "builder")[-1] == "[bold]gone"
        dialog.query_one("#package-cache", Tick).value = True
        dialog.query_one("#use").focus()
        await run.press("enter")
        await closed(run)
        build = run.project.plan.build
        assert (build.context, build.builder, build.cache_to) == ("gone", "[bold]gone", caches)
        assert build.package_cache


async def test_where_nothing_can_be_listed_the_plan_still_can_be_changed(
    folder: Path, known: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = f"/bin/cat {RECORDED / 'contexts-damaged.err'} >&2; exit 1"
    put(tmp_path, monkeypatch, {**known, CONTEXTS: damaged, BUILDERS: "exit 1", "buildx ls": "exit 1"})
    async with wizard(folder) as run:
        dialog = await opened(run)
        assert "cannot be listed: failed to read metadata" in note(run, "context")
        assert "The builders cannot be listed" in note(run, "builder")
        assert offered(dialog, "context") == [""]


async def test_a_problem_of_the_place_opens_it(folder: Path) -> None:
    async with wizard(folder) as run:
        run.app.project = run.project.change("build", platforms=("amd64",))
        await run.go("preview")
        assert "condock makes no images for `amd64`." in run.problem
        await run.press("f2")
        await run.until(lambda: isinstance(run.app.screen, EngineChoiceDialog))


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_the_answers_are_on_every_screen(folder: Path, size: tuple[int, int]) -> None:
    async with wizard(folder, size) as run:
        dialog = await opened(run)
        box = dialog.query_one(".dialog").content_region
        assert all(box.contains_region(dialog.query_one(f"#{id}").region) for id in ("cancel", "use", "context"))


async def test_leaving_does_not_wait_for_builders_that_do_not_answer(
    folder: Path, known: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, monkeypatch, {**known, BUILDERS: f"echo $$ >{tmp_path / 'pid'}; exec /bin/sleep 600"})
    async with wizard(folder) as run:
        await run.go("preview")
        await run.press("ctrl+t")
        await run.until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text() != "")
        await run.press("escape")
        await closed(run)
    pid = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_the_network_of_the_build_is_chosen_where_it_is_built(folder: Path) -> None:
    async with wizard(folder) as run:
        await opened(run)
        run.app.screen.query_one("#network", Select).focus()
        await run.press("enter", "down", "enter")
        assert "ctrl+n" in str(run.app.screen.query_one("#use", Button).label)
        await run.press("ctrl+n")
        await run.until(lambda: run.project.plan.build.network == "host")

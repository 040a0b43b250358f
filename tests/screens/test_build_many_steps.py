"""A build of 10,000 steps in the wizard."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from screens.build import BuildScreen
from tests.stages.wizard import FakeDocker, Wizard, wizard
from tui.core.building.progress import Status
from tui.widgets.build_steps import BuildSteps

pytestmark = pytest.mark.usefixtures("key")
STAGES = STEPS = 100


def stream(done: int) -> str:
    """As buildx tells it: all steps at first, then that so many begin and end, and the next ones begin."""
    vertexes = [vertex(number) for number in range(STAGES * STEPS)]
    ended = [{**one, "started": at(n), "completed": at(n + 1)} for n, one in enumerate(vertexes[:done])]
    begun = [{**one, "started": at(done)} for one in vertexes[done : done + STAGES]]
    documents = [vertexes, *([one] for pair in zip(begun_of(ended), ended, strict=True) for one in pair), begun]
    return "".join(json.dumps({"vertexes": document}) + "\n" for document in documents)


def begun_of(ended: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{name: value for name, value in one.items() if name != "completed"} for one in ended]


def vertex(number: int) -> dict[str, object]:
    """Step after step of every stage, so that the stages run side by side."""
    step, stage = divmod(number, STAGES)
    inputs = [f"sha256:{number - STAGES}"] if step else []
    name = f"[s{stage} {step + 1}/{STEPS}] RUN step {number}"
    return {"digest": f"sha256:{number}", "inputs": inputs, "name": name}


def at(seconds: int) -> str:
    return f"2026-11-22T{17 + seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000000000Z"


def screen(run: Wizard) -> BuildScreen:
    assert isinstance(run.screen, BuildScreen)
    return run.screen


async def to_build(run: Wizard) -> None:
    await run.go("preview")
    await run.press("ctrl+n")
    await run.until(lambda: run.step == "build")
    await run.press("ctrl+n")


async def test_keys_are_answered_while_they_run(folder: Path, docker: FakeDocker) -> None:
    docker.plays(stream(5_000), waits=True)
    async with wizard(folder, painted=True) as run:
        await to_build(run)
        await run.until(lambda: "5000/10000" in run.text("#build-status"), 30)
        steps = run.screen.query_one(BuildSteps)
        steps.focus()
        await run.press("end")
        assert steps.chosen == "sha256:9999"
        await run.press("f3")
        assert not steps.display
        await run.press("ctrl+x")
        await run.until(lambda: not run.build.running, 20)
        assert not docker.alive


async def test_they_run_to_the_end(folder: Path, docker: FakeDocker) -> None:
    docker.plays(stream(10_000))
    async with wizard(folder, painted=True) as run:
        await to_build(run)
        await run.until(lambda: "Built my-app:latest" in run.text("#build-status"), 60)
        standing = [(step.status, step.seconds(0.0)) for step in run.build.progress.ordered]
        assert standing == [(Status.DONE, 1.0)] * 10_000

"""A stranger's folder in the wizard: it opens on the question, no comes first, and a yes is kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.widgets import Button

from tests.stages.wizard import KEY, Wizard, wizard
from tui.core.claims import unagreed
from tui.core.images.catalogue import catalogue
from tui.core.key_access import request_key
from tui.core.plan import BuildPlan
from tui.core.plan_file import dump_plan
from tui.core.secret import Secret
from tui.core.trust.agreement import kept
from tui.core.trust.claim import Claim, ClaimKind

pytestmark = pytest.mark.usefixtures("key")

HOST = Claim(ClaimKind.HOST, "evil.example")
MIRROR = Claim(ClaimKind.MIRROR, "evil.example/hub")


@pytest.fixture
def stranger(folder: Path) -> Path:
    """A folder that wants the key shown to a host, and the images from elsewhere."""
    bases = {"builder": catalogue().builder.reference, "runtime": catalogue().runtime.reference}
    plan = BuildPlan().change("base", mirror=MIRROR.value, **bases).change("account", hosts=(HOST.value,))
    (folder / "condock.yml").write_text(dump_plan(plan))
    return folder


def question(run: Wizard) -> str:
    return run.text(".dialog-title")


async def until_asked(run: Wizard, claim: Claim) -> None:
    await run.until(lambda: run.asked and question(run) == claim.question)


async def test_the_folder_opens_on_the_question_with_no_first(stranger: Path) -> None:
    async with wizard(stranger) as run:
        await run.until(lambda: run.asked)
        assert question(run) == "Show your API key to evil.example?"
        assert "condock.yml" in run.text(".dialog-text")
        assert run.app.focused is run.app.screen.query_one("#no", Button)
        assert request_key(run.project) is None


async def test_a_no_bars_the_way_and_f2_asks_again(stranger: Path) -> None:
    async with wizard(stranger) as run:
        for asked in (HOST, MIRROR):
            await until_asked(run, asked)
            await run.press("enter")
        await run.until(lambda: not run.asked)
        assert set(unagreed(run.project)) == {HOST, MIRROR}
        assert kept(stranger, os.environ) == frozenset()
        await run.go("account")
        assert "evil.example" in run.problem
        assert run.next.disabled
        assert run.screen.query_one("#check-online", Button).disabled
        await run.press("f2")
        await run.until(lambda: run.asked)
        assert question(run) == HOST.question


async def test_a_yes_counts_and_is_kept(stranger: Path) -> None:
    async with wizard(stranger) as run:
        for asked in (HOST, MIRROR):
            await until_asked(run, asked)
            await run.press("tab", "enter")
        await run.until(lambda: not run.asked)
        assert unagreed(run.project) == ()
        assert request_key(run.project) == Secret(KEY)
    async with wizard(stranger) as run:
        assert not run.asked
        assert kept(stranger, os.environ) == {HOST, MIRROR}


async def test_what_is_typed_is_no_question(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.until(lambda: run.project.trust is not None)
        await run.go("account")
        await run.write("account.hosts", "mine.example")
        assert not run.asked
        assert unagreed(run.project) == ()
        assert not run.next.disabled
        assert "mine.example" not in run.text("#audience")  # no channel is there
        assert "Who sees the key: repo.anaconda.com" in run.text("#audience")


async def test_removing_the_value_answers_the_question_too(stranger: Path) -> None:
    async with wizard(stranger) as run:
        await run.until(lambda: run.asked)
        await run.press("escape")
        await run.until(lambda: run.asked and question(run) == MIRROR.question)
        await run.press("escape")
        await run.until(lambda: not run.asked)
        await run.go("account")
        await run.write("account.hosts", "")
        assert not run.next.disabled


async def test_a_dockerfile_that_stays_needs_a_yes_in_the_preview(folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM evil.example/thief\n")
    async with wizard(folder) as run:
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)
        assert question(run) == "Replace Dockerfile?"
        await run.press("escape")
        await run.until(lambda: run.asked and "not the plan's" in question(run))
        assert "-FROM evil.example/thief" in run.text(".dialog-text")
        await run.press("enter")  # no
        await run.until(lambda: not run.asked)
        assert run.step == "preview"
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)
        await run.press("escape")
        await run.until(lambda: run.asked and "not the plan's" in question(run))
        await run.press("tab", "enter")
        await run.until(lambda: not run.asked and run.step == "build")
        assert unagreed(run.project) == ()

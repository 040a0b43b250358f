"""Solving from the dependencies step: a real solver, a real channel that wants the key."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual.widgets import OptionList

from screens.dialogs.packages import PackagesDialog
from screens.parts.solving import Solving
from screens.step_screen import StepScreen
from tests.stages.solving_channel import SolvingChannel
from tests.stages.wizard import KEY, Wizard, wizard
from tui.widgets.solve_panel import SolvePanel
from tui.widgets.yaml_editor import Span, YamlEditor

PATIENCE = 20.0


@pytest.fixture
async def run(folder: Path, key: str, channel: SolvingChannel) -> AsyncIterator[Wizard]:
    """The dependencies step of an environment that solves."""
    write(folder, channel.private, "app", "data")
    async with wizard(folder) as run:
        host = channel.url.removeprefix("http://")
        run.app.project = run.project.change("account", hosts=(host,))
        await run.go("dependencies")
        yield run


def environment(channel: str, *packages: str) -> str:
    lines = "".join(f"  - {package}  # kept\n" for package in packages)
    return f"channels:\n  - {channel}\ndependencies:\n{lines}"


def write(folder: Path, channel: str, *packages: str) -> None:
    (folder / "environment.yml").write_text(environment(channel, *packages))


async def solve(run: Wizard) -> str:
    """Solve, and what is said of it."""
    solving = run.screen.query_one(Solving)
    before = solving.answers
    await run.press("f5")
    await run.until(
        lambda: bool(solving.answers) and solving.answers is not before and not solving.running, PATIENCE
    )
    return run.text("SolvePanel")


def findings(run: Wizard) -> list[str]:
    return [str(option.prompt) for option in run.screen.query_one("#findings", OptionList).options]


async def test_what_solves_is_shown_and_is_old_once_the_text_changes(run: Wizard) -> None:
    assert not run.screen.query_one(SolvePanel).display
    assert "✓ linux-64: 3 packages, " in await solve(run)
    assert "to download" in run.text("SolvePanel")
    await run.until(lambda: run.project.brought[0] == run.project.environment and "app" in run.project.brought[1])
    run.screen.query_one(YamlEditor).insert("  - lib\n", (5, 0))
    await run.until(lambda: "before the last change" in run.text("SolvePanel"))


async def test_the_specs_of_a_conflict_are_marked_where_they_stand(run: Wizard, channel: SolvingChannel) -> None:
    run.screen.query_one(YamlEditor).text = environment(channel.private, "app >=1.0", "data", "lib <2")
    editor = run.screen.query_one(YamlEditor)
    editor.move_cursor((0, 0))
    assert "✗ linux-64: not solved; f3 shows all that was said" in await solve(run)
    assert len(findings(run)) == 1
    await run.press("f2")
    assert editor.cursor_location == (3, 4)
    assert "(lines 4 and 6)" in findings(run)[0]
    assert run.screen.query_one(YamlEditor).spans == (Span(3, 4, 13, "warning"), Span(5, 4, 10, "warning"))
    assert not run.next.disabled, "conda may see it otherwise: it does not stand in the way"


async def test_a_name_that_no_channel_has(run: Wizard, channel: SolvingChannel) -> None:
    run.screen.query_one(YamlEditor).text = environment(channel.private, "app", "unheard-of")
    assert "✗ linux-64: not solved" in await solve(run)
    assert "No channel has `unheard-of`." in findings(run)[0]
    assert run.screen.query_one(YamlEditor).spans == (Span(4, 4, 14, "warning"),)


async def test_a_channel_that_does_not_take_the_key(run: Wizard, channel: SolvingChannel) -> None:
    run.app.project = run.project.change("account", hosts=())
    said = await solve(run)
    assert "✗ linux-64: " in said
    assert KEY not in said + "".join(findings(run))


async def test_a_host_that_is_not_shown_the_key_is_named_where_f2_leads(
    run: Wizard, channel: SolvingChannel
) -> None:
    run.app.project = run.project.change("account", hosts=())
    await solve(run)
    await run.press("f2")
    await run.until(lambda: run.step == "account" and run.focus == "account-hosts")
    host = channel.url.removeprefix("http://")
    assert f"{host} does not belong to anaconda.com" in run.text("#account-hosts")
    assert "✗" not in run.text("#key-used") + run.text("#sources"), "nobody has refused the key"
    await run.press(*host)
    await run.until(lambda: run.project.plan.account.hosts == (host,))
    assert "does not belong" not in run.text("#account-hosts")
    await run.press("ctrl+n")
    await run.until(lambda: run.step == "dependencies")


async def test_packages_are_listed_and_locked(run: Wizard, folder: Path) -> None:
    await solve(run)
    await run.press("f3")
    await run.until(lambda: isinstance(run.app.screen, PackagesDialog))
    assert [word for word in ("data", "app", "lib") if word in run.text("#answer-linux-64")] == [
        "data",
        "app",
        "lib",
    ]
    await run.pilot.click("#lock")
    await run.until(lambda: run.project.plan.environment.locks == ("conda-linux-64.lock",))
    written = (folder / "conda-linux-64.lock").read_text()
    assert "@EXPLICIT\n" in written
    assert KEY not in written
    assert run.problem == ""
    assert "conda-linux-64.lock for linux-64" in run.text("#locks")


async def test_a_lock_belongs_to_the_text_as_it_is_written(
    run: Wizard, folder: Path, channel: SolvingChannel
) -> None:
    new = environment(channel.private, "app")
    run.screen.query_one(YamlEditor).text = new
    await solve(run)
    await run.press("f3")
    await run.until(lambda: isinstance(run.app.screen, PackagesDialog))
    await run.pilot.click("#lock")
    await run.until(lambda: run.asked)
    await run.pilot.click("#no")
    await run.until(lambda: not run.asked)
    assert sorted(os.listdir(folder)) == ["environment.yml", "main.py"]
    await run.press("f3")
    await run.until(lambda: isinstance(run.app.screen, PackagesDialog))
    await run.pilot.click("#lock")
    await run.until(lambda: run.asked)
    await run.pilot.click("#yes")
    await run.until(lambda: bool(run.project.plan.environment.locks))
    assert (folder / "environment.yml").read_text() == new
    assert run.problem == ""


async def test_solving_can_be_stopped(run: Wizard, channel: SolvingChannel) -> None:
    solving = run.screen.query_one(Solving)
    with channel.holding("repodata") as hold:
        await run.press("f5")
        await run.until(hold.reached.is_set, PATIENCE)
        await run.press("f5")
        assert not solving.running
        assert solving.states == {}
    assert "✓ linux-64" in await solve(run)


async def test_what_changed_since_the_last_solve(run: Wizard, channel: SolvingChannel) -> None:
    await solve(run)
    run.screen.query_one(YamlEditor).text = environment(channel.private, "lib <2")
    await solve(run)
    await run.press("f3")
    await run.until(lambda: isinstance(run.app.screen, PackagesDialog))
    said = run.text("#answer-linux-64")
    assert "Since the last time: 2 gone, 1 of another version or build" in said
    assert "- app 1.0" in said
    assert "lib 2.0 → 1.10" in said


async def test_solving_asks_for_the_name_of_an_import_that_condock_does_not_know(
    run: Wizard, channel: SolvingChannel
) -> None:
    (run.project.path / "app.py").write_text("import snake\n")
    run.app.post_message(StepScreen.Edited(lambda project: project.change("application", files=("app.py",))))
    await run.until(lambda: "`snake`" in " ".join(findings(run)))
    assert not run.screen.check_action("fix", ())
    await solve(run)
    await run.until(lambda: bool(run.screen.check_action("fix", ())), 20)
    await run.press("f4")
    await run.until(lambda: "  - snake\n" in run.project.environment)

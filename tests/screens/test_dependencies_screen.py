from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import OptionList, RadioButton, RadioSet, Static, TextArea

from screens.parts.solving import Solving
from tests.stages.wizard import ENVIRONMENT, Wizard, painted, wizard
from tui.core.errors import Problem
from tui.core.project import Project
from tui.core.solving.solution import FailureKind, SolveFailure
from tui.widgets.completion_list import CompletionList
from tui.widgets.source_choice import SourceChoice

LOCK = """\
version: 1
metadata:
  content_hash: {linux-64: abc}
  channels: [{url: defaults, used_env_vars: []}]
  platforms: [linux-64]
  sources: [environment.yml]
package:
  - name: python
    version: 3.13.0
    manager: conda
    platform: linux-64
    dependencies: {}
    url: https://repo.anaconda.com/pkgs/main/linux-64/python-3.13.0-h1.conda
    hash: {md5: 0123456789abcdef0123456789abcdef}
    category: main
    optional: false
"""
EXPLICIT = """\
# platform: linux-64
@EXPLICIT
https://repo.anaconda.com/pkgs/main/linux-64/python-3.13.0-h1.conda#0123456789abcdef0123456789abcdef
"""


async def typed(run: Wizard, text: str) -> None:
    """Put a text into the editor, and wait until it was read."""
    run.screen.query_one(TextArea).text = text
    await run.until(lambda: run.project.environment == text)


def findings(run: Wizard) -> list[str]:
    return [str(option.prompt) for option in run.screen.query_one("#findings", OptionList).options]


async def test_another_size_shows_the_text_from_its_first_column(folder: Path) -> None:
    (folder / "environment.yml").write_text(f"# {'a long line ' * 9}\n{ENVIRONMENT}")
    async with wizard(folder, (120, 36)) as run:
        await run.go("dependencies")
        editor = run.screen.query_one(TextArea)
        editor.scroll_to(x=9, animate=False, immediate=True)  # as it is where it had no width at first
        await run.pilot.resize_terminal(116, 36)
        await run.until(lambda: editor.scroll_offset.x == 0)


@pytest.mark.parametrize(
    ("line", "sentence", "place"),
    [
        ("\t- pandas", "This line is indented with a tab.", (8, 1)),
        ("  - 3.12", "This item is a number, not a package.", (8, 5)),
        ("  - [/etc", "A bracket is not closed", (8, 5)),
    ],
)
async def test_what_is_wrong_is_said_with_its_place_and_choosing_it_goes_there(
    folder: Path, line: str, sentence: str, place: tuple[int, int]
) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        await typed(run, f"{ENVIRONMENT}{line}\n")
        assert sentence in run.problem
        assert findings(run)[0].startswith(f"✗ {place[0]}:{place[1]}  {sentence}")
        assert run.next.disabled
        editor, proposals = run.screen.query_one(TextArea), run.screen.query_one(CompletionList)
        assert proposals.styles.background != editor.styles.background
        assert proposals.styles.border_bottom[0] == "round"  # in which it says how one is taken
        editor.move_cursor((0, 0))
        run.screen.query_one("#findings").focus()
        await run.press("home", "enter")
        assert run.focus == "environment"
        assert editor.cursor_location == (place[0] - 1, place[1] - 1)
        editor.move_cursor((0, 0))
        await run.press("f2")
        assert editor.cursor_location == (place[0] - 1, place[1] - 1)


async def test_a_failed_solve_leaves_the_editor_its_rows_and_says_once_and_whole_why(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason, hint = "`numpy` and `python=3.13` do not go together.", "Loosen one of them: " + "word " * 60 + "so."
    failure = SolveFailure(FailureKind.CONFLICT, reason, hint, ("numpy needs another",), ("python=3.13", "numpy"))

    async def fail(*_: object) -> SolveFailure:
        return failure

    monkeypatch.setattr(Solving, "_answer", fail)
    packages = "".join(f"  - {name}=1=py_{number}\n" for number, name in enumerate(("a", "b", "appnope")))
    (folder / "environment.yml").write_text(ENVIRONMENT + packages)
    (folder / "main.py").write_text("import cv2\n")
    async with wizard(folder) as run:
        await run.go("dependencies")
        editor = run.screen.query_one(TextArea)
        await run.press("f5")
        await run.until(lambda: "1 of 4 findings" in painted(run))
        assert editor.content_size.height >= 8
        assert painted(run).count(reason) == 1
        assert hint in painted(run)
        editor.move_cursor((0, 0))
        await run.press("f2")
        assert editor.cursor_location == (5, 4)
        for number, found in enumerate(findings(run)):
            run.screen.query_one("#findings", OptionList).highlighted = number
            await run.pilot.pause()
            assert " ".join(found.split()) in painted(run), "it is there in full"
            assert editor.content_size.height >= 8


def does_not_solve(monkeypatch: pytest.MonkeyPatch, kind: FailureKind, message: str) -> None:
    """Have each solve fail like this."""

    async def fail(*_: object) -> SolveFailure:
        return SolveFailure(kind, message, "Try again later.")

    monkeypatch.setattr(Solving, "_answer", fail)


async def test_what_a_channel_refused_is_mended_where_the_key_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    does_not_solve(monkeypatch, FailureKind.FORBIDDEN, "defaults refuses the key.")
    async with wizard(folder) as run:
        await run.go("dependencies")
        assert run.screen.check_action("mend", ()) is None
        await run.press("f5")
        await run.until(lambda: "defaults refuses the key." in painted(run))
        await run.press("f2")
        await run.until(lambda: run.step == "account")


async def test_no_step_is_offered_to_mend_a_server_out_of_reach(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    does_not_solve(monkeypatch, FailureKind.UNREACHABLE, "The server cannot be reached.")
    async with wizard(folder) as run:
        await run.go("dependencies")
        await run.press("f5")
        await run.until(lambda: "The server cannot be reached." in painted(run))
        assert run.screen.check_action("mend", ()) is None


async def test_comments_and_order_survive_and_nothing_is_written_before_the_preview(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        run.screen.query_one(TextArea).move_cursor((6, 0))
        await run.press(*"  - pandas", "enter")
        await run.until(lambda: "pandas" in run.project.environment)
        assert run.project.environment == ENVIRONMENT.replace("  - numpy", "  - pandas\n  - numpy")
        assert run.text("#environment-summary") == "3 packages from defaults · f5 sees whether it solves"
        assert (folder / "environment.yml").read_text() == ENVIRONMENT
        assert sorted(os.listdir(folder)) == ["environment.yml", "main.py"]


async def test_leaving_hands_on_what_was_typed_last(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        run.screen.query_one(TextArea).text = f"{ENVIRONMENT}  - pandas\n"
        run.screen.action_back()
        await run.until(lambda: run.step == "base")
        assert run.project.environment.endswith("  - pandas\n")


@pytest.mark.usefixtures("key")
async def test_windows_line_endings_stay(folder: Path) -> None:
    (folder / "environment.yml").write_bytes(ENVIRONMENT.replace("\n", "\r\n").encode())
    async with wizard(folder) as run:
        await run.go("dependencies")
        run.screen.query_one(TextArea).move_cursor((6, 0))
        await run.press(*"  - pandas", "enter")
        await run.until(lambda: "pandas" in run.project.environment)
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)
        await run.pilot.click("#yes")
        await run.until(lambda: not run.asked and run.step == "build")
        expected = ENVIRONMENT.replace("  - numpy", "  - pandas\n  - numpy").replace("\n", "\r\n")
        assert (folder / "environment.yml").read_bytes() == expected.encode()


async def test_a_change_from_elsewhere_leaves_the_cursor_where_one_types(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        editor = run.screen.query_one(TextArea)
        await typed(run, f"{ENVIRONMENT}  - pandas\n")
        editor.move_cursor((7, 4))
        before = run.project.engine
        await run.press("ctrl+r")
        await run.until(lambda: run.project.engine is before)
        assert editor.cursor_location == (7, 4)


async def test_what_is_typed_while_an_earlier_text_is_on_its_way_stays(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        editor = run.screen.query_one(TextArea)
        for letter in "abc":
            editor.insert(letter, (0, 0))
            run.screen.flush()
        assert editor.text.startswith("cba")
        await run.until(lambda: run.project.environment.startswith("cba"))
        assert editor.text.startswith("cba")


async def test_a_text_from_elsewhere_is_shown_and_what_is_typed_stays_whatever_else_changes(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        editor = run.screen.query_one(TextArea)
        run.app.project = replace(run.project, environment="dependencies: [a]\n")
        assert editor.text == "dependencies: [a]\n"
        editor.insert("# mine\n", (0, 0))
        run.app.project = run.project.change("application", port="8000")  # before the project has the text
        assert editor.text == "# mine\ndependencies: [a]\n"
        await run.until(lambda: run.project.environment == editor.text)


async def test_the_problems_of_a_change_are_looked_for_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        looked: list[str] = []
        screen, find = run.screen, run.screen.find_problems

        def find_and_count(project: Project) -> Iterable[Problem]:
            looked.append(project.environment)
            return find(project)

        monkeypatch.setattr(screen, "find_problems", find_and_count)
        await typed(run, f"{ENVIRONMENT}  - pandas\n")
        await typed(run, f"{ENVIRONMENT}  - polars\n")
        assert looked == [f"{ENVIRONMENT}  - pandas\n", f"{ENVIRONMENT}  - polars\n"]


async def test_without_locks_there_is_nothing_to_choose(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        assert not run.screen.query_one(SourceChoice).display


@pytest.mark.parametrize(
    ("files", "locks"),
    [
        ({"conda-lock.yml": LOCK}, [("conda-lock.yml",)]),
        ({"linux-64-explicit.txt": EXPLICIT}, [("linux-64-explicit.txt",)]),
        ({"conda-lock.yml": LOCK, "[red].lock": EXPLICIT}, [("conda-lock.yml",), ("[red].lock",)]),
    ],
)
async def test_locks_in_the_folder_can_be_chosen(
    folder: Path, files: dict[str, str], locks: list[tuple[str, ...]]
) -> None:
    for name, text in files.items():
        (folder / name).write_text(text)
    async with wizard(folder) as run:
        await run.go("dependencies")
        source = run.screen.query_one("#source", RadioSet)
        assert run.screen.query_one(SourceChoice).display
        buttons = list(source.query(RadioButton))
        assert [str(button.label) for button in buttons[1:]] == [lock[0] for lock in locks]
        for button, lock in zip(buttons[1:], locks, strict=True):
            await run.pilot.click(button)
            await run.pilot.pause()
            assert run.project.plan.environment.locks == lock
            assert not run.screen.query_one(TextArea).display
            assert f"{lock[0]} for linux-64" in str(run.screen.query_one("#locks", Static).render())
            assert run.problem == ""
        await run.pilot.click(buttons[0])
        await run.pilot.pause()
        assert run.project.plan.environment.locks == ()
        editor = run.screen.query_one(TextArea)
        assert editor.display
        await run.until(lambda: editor.region.y == source.region.bottom)  # on a low screen no row is left empty


async def test_the_source_in_use_is_the_one_that_is_marked(folder: Path) -> None:
    (folder / "conda-lock.yml").write_text(LOCK)
    async with wizard(folder) as run:
        run.app.project = run.project.change("environment", locks=("conda-lock.yml",))
        await run.go("dependencies")
        buttons = list(run.screen.query_one("#source").query(RadioButton))
        assert [button.value for button in buttons] == [False, True]
        assert run.focus == "next"  # there is nothing to be written, and what is built from it is said


async def test_a_lock_that_is_gone_can_be_given_up(folder: Path) -> None:
    async with wizard(folder) as run:
        run.app.project = run.project.change("environment", locks=("conda-lock.yml",))
        await run.go("dependencies")
        assert "conda-lock.yml is not there." in run.problem
        assert run.next.disabled
        assert run.focus == "source"  # where another is chosen
        run.screen.set_focus(None)
        assert run.screen.query_one(SourceChoice).display
        await run.press("f2")
        assert run.focus == "source"

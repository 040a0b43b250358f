"""Help while one writes environment.yml: fixes, completion from a real channel, edits of a line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from textual.events import Paste
from textual.widgets import Button, Input, OptionList

from screens.dialogs.line_menu import LineMenu
from screens.parts.completing import Completing
from screens.parts.solving import Solving
from tests.paths import ROOT
from tests.stages.solving_channel import SolvingChannel
from tests.stages.wizard import ENVIRONMENT, Wizard, wizard
from tui.core.environment.completion import Completion
from tui.core.errors import Problem
from tui.widgets.completion_list import CompletionList
from tui.widgets.yaml_editor import YamlEditor

PATIENCE = 20.0


@pytest.fixture
async def run(folder: Path, key: str, channel: SolvingChannel) -> AsyncIterator[Wizard]:
    """The dependencies step, with the cursor in an item that is begun."""
    text = f"channels:\n  - {channel.private}\n  - conda-forge\ndependencies:\n  - app  # kept\n  - "
    (folder / "environment.yml").write_text(text)
    async with wizard(folder) as run:
        run.app.project = run.project.change("account", hosts=(channel.url.removeprefix("http://"),))
        await run.go("dependencies")
        editor(run).text = text.replace("  - conda-forge\n", "")
        editor(run).move_cursor((4, 4))
        yield run


def editor(run: Wizard) -> YamlEditor:
    return run.screen.query_one(YamlEditor)


def findings(run: Wizard) -> list[str]:
    return [str(option.prompt) for option in run.screen.query_one("#findings", OptionList).options]


def proposals(run: Wizard) -> list[str]:
    """What hangs below the cursor."""
    shown = run.screen.query_one(CompletionList)
    return [str(option.prompt) for option in shown.options] if shown.display else []


async def test_names_and_versions_are_proposed_and_taken_with_tab(run: Wizard) -> None:
    await run.press("l")
    await run.until(lambda: proposals(run)[:1] == ["lib"], PATIENCE)
    assert "names to complete" in run.text("Solving")
    await run.press("tab")
    assert editor(run).text.endswith("  - lib")
    assert proposals(run) == []
    await run.press("equals_sign")
    await run.until(lambda: proposals(run) == ["2.0", "1.10", "1.9", "1.0"], PATIENCE)
    await run.press("1", "full_stop")
    await run.until(lambda: proposals(run) == ["1.10", "1.9", "1.0"])
    await run.press("down", "enter")
    assert editor(run).text.endswith("  - lib=1.9")
    assert run.focus == "environment"


async def test_enter_is_a_line_break_and_escape_only_takes_the_list_away(run: Wizard) -> None:
    await run.press("m")
    await run.until(lambda: proposals(run) == ["middle", "modern"], PATIENCE)
    await run.press("escape")
    assert proposals(run) == []
    assert run.step == "dependencies"
    await run.press("i")
    await run.until(lambda: proposals(run) == ["middle"])
    await run.press("enter")
    assert editor(run).text.endswith("  - mi\n  ")
    await run.press("enter")
    assert editor(run).text.endswith("  - mi\n\n")
    assert proposals(run) == []


async def test_names_are_asked_for_anew_where_the_channels_change_meanwhile(
    run: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = editor(run).text
    editor(run).text = text.replace("  - ", "  - http://127.0.0.1:9/none\n  - ", 1)
    await run.until(lambda: "none" in run.project.environment)
    monkeypatch.setattr("tui.widgets.yaml_editor._PAUSE", 0.5)  # the key comes before the project knows
    editor(run).text = text
    editor(run).move_cursor((4, 4))
    await run.press("m")
    assert "none" in run.project.environment
    await run.until(lambda: proposals(run) == ["middle", "modern"], PATIENCE)


async def test_a_proposal_can_be_clicked(run: Wizard) -> None:
    await run.press("m")
    await run.until(lambda: proposals(run) == ["middle", "modern"], PATIENCE)
    await run.pilot.click(CompletionList, offset=(3, 2))
    await run.until(lambda: editor(run).text.endswith("  - modern"))


async def test_names_are_not_asked_for_where_none_is_written(run: Wizard, channel: SolvingChannel) -> None:
    asked = len(channel.requests)
    editor(run).move_cursor((0, 0))
    await run.press("x")
    await run.until(lambda: run.project.environment.startswith("x"))
    assert len(channel.requests) == asked
    assert proposals(run) == []


async def test_without_the_channels_typing_goes_on_and_it_says_why(run: Wizard) -> None:
    editor(run).text = "channels:\n  - http://127.0.0.1:9/none\ndependencies:\n  - "
    editor(run).move_cursor((3, 4))
    await run.press(*"app")
    await run.until(lambda: "No names to complete: " in run.text("Solving"), PATIENCE)
    assert editor(run).text.endswith("  - app")
    editor(run).text = editor(run).text.replace("/none", "/other")
    await run.until(lambda: "/other" in run.project.environment)
    assert not run.screen.query_one(Completing).display, "that was said of another channel"


async def test_a_fix_is_made_by_a_click_on_what_it_says(folder: Path, key: str) -> None:
    (folder / "environment.yml").write_text(ENVIRONMENT + "  - uvicorn[standard]\n")
    async with wizard(folder) as run:
        await run.go("dependencies")
        await run.pilot.click("#fix", offset=(run.screen.query_one("#fix").styles.padding.left + 5, 0))
        await run.until(lambda: run.project.environment == ENVIRONMENT + "  - uvicorn\n")


async def test_names_are_asked_for_where_one_types_not_where_condock_writes(
    folder: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Completion] = []
    monkeypatch.setattr(Completing, "propose", lambda _, project, completion: asked.append(completion))
    text = ENVIRONMENT + "  - uvicorn[standard]\n"
    (folder / "environment.yml").write_text(text)
    async with wizard(folder) as run:
        await run.go("dependencies")
        editor(run).move_cursor((text.count("\n") - 1, len("  - uvicorn[standard]")))
        await run.press("f4")
        await run.until(lambda: run.project.environment == ENVIRONMENT + "  - uvicorn\n")
        await run.press("ctrl+z")
        await run.until(lambda: run.project.environment == text)
        assert not asked
        await run.press("f4", "s")
        await run.until(lambda: [completion.prefix for completion in asked] == ["uvicorns"])


async def test_a_fix_is_shown_made_and_undone(folder: Path, key: str) -> None:
    text = ENVIRONMENT + "  - uvicorn[standard]  # the server\n"
    (folder / "environment.yml").write_text(text)
    async with wizard(folder) as run:
        await run.go("dependencies")
        assert "f4 Write `uvicorn`" in run.text("#fix")
        assert "+  - uvicorn  # the server" in run.text("#fix")
        assert run.next.disabled
        await run.press("f4")
        await run.until(lambda: run.project.environment == text.replace("[standard]", ""))
        assert not run.next.disabled
        assert not run.screen.query_one("#fix").display
        await run.press("ctrl+z")
        await run.until(lambda: run.project.environment == text)


EXPORT = (ROOT / "tests/data/brought/macos-export/environment.yml").read_text()


async def test_one_key_mends_all_of_a_kind_at_the_cursor_and_keeps_the_place(folder: Path, key: str) -> None:
    (folder / "environment.yml").write_text(EXPORT)
    async with wizard(folder) as run:
        await run.go("dependencies")
        assert editor(run).cursor_location == (4, 4), "at the first thing to do"
        assert "f4 Remove all 3" in run.text("#fix")
        line = EXPORT.splitlines().index("  - six=1.17.0=py312hca03da5_0")
        editor(run).move_cursor((line, 10))
        await run.until(lambda: "f4 Drop all 30 build strings" in run.text("#fix"))
        assert "… and 59 more lines" in run.text("#fix")
        await run.press("f4")
        await run.until(lambda: "six=1.17.0\n" in run.project.environment)
        assert "h80987f9" not in run.project.environment
        assert editor(run).cursor_location == (line, 10)
        left = findings(run)
        assert [words.split()[1] for words in left] == ["5:5", "43:1"]
        assert "3 packages are for Windows or macOS" in left[0]
        await run.press("ctrl+z")
        await run.until(lambda: run.project.environment == EXPORT)


async def test_the_place_in_the_list_is_kept_after_a_mend(folder: Path, key: str) -> None:
    (folder / "environment.yml").write_text(EXPORT)
    async with wizard(folder) as run:
        await run.go("dependencies")
        run.screen.query_one("#findings").focus()
        await run.press("home", "down", "f4")
        await run.until(lambda: "six=1.17.0\n" in run.project.environment)
        assert run.focus == "findings"
        assert run.screen.query_one("#findings", OptionList).highlighted == 1
        assert "f4 Remove it" in run.text("#fix")


async def test_what_a_build_failed_at_stands_where_f2_leads_until_the_text_changes(folder: Path, key: str) -> None:
    async with wizard(folder) as run:
        await run.go("build")
        problem = Problem("No channel has `numpy`.", "Look at the spelling.", "environment", 7, 5)
        run.screen.post_message(run.screen.Doubted("dependencies", run.project, problem))
        run.screen.post_message(run.screen.MendRequested("dependencies", problem))
        await run.until(lambda: run.step == "dependencies")
        await run.until(lambda: "No channel has `numpy`. Look at the spelling." in findings(run)[0])
        assert editor(run).cursor_location == (6, 4)
        assert [(span.line, span.start, span.end) for span in editor(run).spans] == [(6, 4, 9)]
        await run.press("x")
        await run.until(lambda: "xnumpy" in run.project.environment)
        assert not findings(run)


async def test_what_was_probably_meant_is_one_key_away(run: Wizard) -> None:
    editor(run).text = editor(run).text.replace("app  # kept\n  - ", "appp >=1  # kept\n")
    await run.press("f5")
    await run.until(lambda: "Did you mean `app`?" in " ".join(findings(run)), PATIENCE)
    await run.press("f4")
    await run.until(lambda: "  - app >=1  # kept\n" in run.project.environment)


@pytest.mark.parametrize(
    ("wrong", "mended"),
    [("appp\n  - app", "app"), ("lib=7", "lib=2.0")],
    ids=["there as well", "another version"],
)
async def test_what_no_channel_has_is_mended_by_one_key(run: Wizard, wrong: str, mended: str) -> None:
    editor(run).text = editor(run).text.replace("app  # kept\n  - ", f"{wrong}\n")
    await run.press("f5")
    await run.until(lambda: "No channel has" in " ".join(findings(run)), PATIENCE)
    await run.press("f4")
    await run.until(lambda: run.project.environment.endswith(f"dependencies:\n  - {mended}\n"))
    assert findings(run) == []


async def test_what_no_channel_has_stays_told_while_its_line_does(run: Wizard) -> None:
    editor(run).text = editor(run).text.replace("app  # kept\n  - ", "lib=7\n  - app\n")
    await run.press("f5")
    await run.until(lambda: "No channel has `lib=7`" in " ".join(findings(run)), PATIENCE)
    for old, new, told in (("  - app\n", "", True), ("lib=7", "lib=8", False), ("lib=8", "lib=7", True)):
        editor(run).text = editor(run).text.replace(old, new)
        await run.until(lambda: run.project.environment == editor(run).text)
        await run.pilot.pause()
        assert ("No channel has `lib=7`" in " ".join(findings(run))) is told
    editor(run).text = editor(run).text.replace("channels:\n", "channels:\n  - http://127.0.0.1:9/none\n")
    await run.until(lambda: "none" in run.project.environment)
    await run.pilot.pause()
    assert "No channel has" not in " ".join(findings(run))


async def open_line_menu(run: Wizard, place: tuple[int, int]) -> None:
    """The edits of a line, by f9 where the cursor is: line and column, counted from 0."""
    editor(run).move_cursor(place)
    await run.press("f9")
    await run.until(lambda: isinstance(run.app.screen, LineMenu))


async def test_a_line_is_edited_by_a_choice_that_shows_what_it_does(folder: Path, key: str) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        await open_line_menu(run, (5, 0))
        choices = run.app.screen.query_one(OptionList)
        assert [str(option.prompt) for option in choices.options] == ["Unpin python", "Remove python"]
        assert "-  - python=3.13" in run.text(".dialog-text")
        await run.press("enter")
        await run.until(lambda: run.project.environment == ENVIRONMENT.replace("python=3.13", "python"))


async def test_what_would_only_take_away_is_done_by_no_enter_alone(folder: Path, key: str) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        await open_line_menu(run, (3, 4))
        choices = run.app.screen.query_one(OptionList)
        assert [str(option.prompt) for option in choices.options] == ["Remove defaults"]
        await run.press("enter")
        assert isinstance(run.app.screen, LineMenu) and run.project.environment == ENVIRONMENT
        await run.press("down", "enter")
        await run.until(lambda: "- defaults" not in run.project.environment)


@pytest.mark.parametrize("line", [3, 2])
async def test_what_is_typed_at_once_is_added_whatever_could_be_chosen_too(
    folder: Path, key: str, line: int
) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        await open_line_menu(run, (line, 2))
        await run.press(*"x/y")
        await run.until(lambda: "+  - x/y" in run.text(".dialog-text"))
        await run.press("enter")
        await run.until(
            lambda: run.project.environment == ENVIRONMENT.replace("defaults\n", "defaults\n  - x/y\n")
        )


async def test_what_is_pasted_goes_before_the_choice_that_stood_there(folder: Path, key: str) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        await open_line_menu(run, (5, 0))
        await run.until(lambda: "-  - python=3.13" in run.text(".dialog-text"))
        run.app.post_message(Paste("pandas >=2"))
        await run.until(lambda: "+  - pandas >=2" in run.text(".dialog-text"))
        await run.press("down")
        await run.until(lambda: "-  - python=3.13" in run.text(".dialog-text"))
        await run.press("up")
        await run.until(lambda: "+  - pandas >=2" in run.text(".dialog-text"))
        await run.press("enter")
        await run.until(lambda: run.project.environment == ENVIRONMENT + "  - pandas >=2\n")


async def test_by_mouse_a_choice_is_shown_first_and_the_button_does_what_is_shown(folder: Path, key: str) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        await open_line_menu(run, (3, 4))
        do = run.app.screen.query_one("#do", Button)
        assert do.disabled
        await run.press(*"x/y")
        await run.until(lambda: not do.disabled)
        await run.pilot.click(OptionList, offset=(3, 0))
        await run.until(lambda: "-  - defaults" in run.text(".dialog-text"))
        assert run.app.screen.query_one(Input).value == "x/y" and not do.disabled
        await run.press("z")
        await run.until(lambda: "+  - x/yz" in run.text(".dialog-text"))
        await run.pilot.click("#do")
        await run.until(
            lambda: run.project.environment == ENVIRONMENT.replace("defaults\n", "defaults\n  - x/yz\n")
        )


async def test_the_button_that_does_what_is_shown_is_reached_by_tab(folder: Path, key: str) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        await open_line_menu(run, (6, 4))
        await run.press("up", "tab", "tab")
        await run.until(lambda: run.focus == "do")
        assert "-  - numpy  # fast" in run.text(".dialog-text")
        await run.press("enter")
        await run.until(lambda: "numpy" not in run.project.environment)


async def test_the_menu_of_a_line_shows_what_enter_would_do_or_says_that_it_does_nothing(
    folder: Path, key: str
) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        await open_line_menu(run, (6, 4))
        choices, adding = run.app.screen.query_one(OptionList), run.app.screen.query_one(Input)
        assert [str(option.prompt) for option in choices.options] == ["Move numpy to pip", "Remove numpy"]
        await run.until(lambda: "Nothing is chosen yet" in run.text(".dialog-text"))
        await run.press("enter")
        assert isinstance(run.app.screen, LineMenu)
        await run.press("down")
        await run.until(lambda: "numpy  # fast" in run.text(".dialog-text"))
        assert adding.has_focus
        await run.press("up")
        await run.until(lambda: "Nothing is chosen yet" in run.text(".dialog-text"))
        await run.press(*"numpy")
        await run.until(lambda: "Nothing would change" in run.text(".dialog-text"))
        await run.press("enter", "down")
        assert isinstance(run.app.screen, LineMenu) and choices.highlighted == 0
        await run.press("up", "up")
        assert choices.highlighted == 1
        await run.until(lambda: "-  - numpy  # fast" in run.text(".dialog-text"))
        await run.press("enter")
        await run.until(lambda: "numpy" not in run.project.environment)


@pytest.mark.parametrize(
    ("line", "typed", "after"),
    [
        (5, "pandas >=2", ENVIRONMENT + "  - pandas >=2\n"),
        (0, "pandas", ENVIRONMENT + "  - pandas\n"),
        (3, "conda-forge", ENVIRONMENT.replace("  - defaults\n", "  - defaults\n  - conda-forge\n")),
    ],
)
async def test_a_package_or_a_channel_is_added_where_one_is(
    folder: Path, key: str, line: int, typed: str, after: str
) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        await open_line_menu(run, (line, 0))
        adding = run.app.screen.query_one(Input)
        adding.focus()
        adding.value = typed
        await run.until(lambda: f"+  - {typed}" in run.text(".dialog-text"))
        await run.press("enter")
        await run.until(lambda: run.project.environment == after)
        await run.press("ctrl+z")
        await run.until(lambda: run.project.environment == ENVIRONMENT)


async def test_a_package_is_moved_to_pip_without_a_network_and_one_line_is_mended(folder: Path, key: str) -> None:
    text = ENVIRONMENT + "  - opencv=4.10=py_1\n  - b=1=py_2\n"
    (folder / "environment.yml").write_text(text)
    async with wizard(folder) as run:
        await run.go("dependencies")
        await open_line_menu(run, (7, 6))
        choices = [str(option.prompt) for option in run.app.screen.query_one(OptionList).options]
        assert choices == ["Write `opencv=4.10`", "Unpin opencv", "Move opencv to pip", "Remove opencv"]
        await run.press("down", "down", "enter")
        moved = "  - b=1=py_2\n  - pip\n  - pip:\n      - opencv-python==4.10\n"
        await run.until(lambda: run.project.environment == ENVIRONMENT + moved)
        await run.press("ctrl+z")
        await run.until(lambda: run.project.environment == text)


async def test_what_was_solved_can_be_pinned(run: Wizard) -> None:
    editor(run).text = editor(run).text.removesuffix("  - ")
    await run.press("f5")
    await run.until(lambda: bool(run.screen.query_one(Solving).versions), PATIENCE)
    await open_line_menu(run, (3, 0))
    await run.press("enter")
    await run.until(lambda: "  - app=1.0  # kept" in run.project.environment)


async def test_what_the_code_imports_is_added_with_one_key(folder: Path, key: str) -> None:
    (folder / "main.py").write_text("import cv2, yaml, numpy\n")
    async with wizard(folder) as run:
        await run.go("dependencies")
        await run.until(lambda: "f4 Add all 2" in run.text("#fix"))
        assert "imports `cv2` and `yaml`" in findings(run)[0]
        assert not run.next.disabled
        await run.press("f4")
        await run.until(lambda: run.project.environment.endswith("numpy  # fast\n  - opencv\n  - pyyaml\n"))
        assert not run.screen.query_one("#fix").display

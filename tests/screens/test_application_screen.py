from __future__ import annotations

from pathlib import Path

from textual.widgets import TextArea

from tests.stages.wizard import wizard


async def test_what_the_folder_holds_is_filled_in(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("application")
        assert run.screen.query_one("#application-files", TextArea).text == "main.py"
        assert run.field("application.command").value == "python main.py"
        assert not run.next.disabled


async def test_files_are_one_a_line(folder: Path) -> None:
    (folder / "data").mkdir()
    async with wizard(folder) as run:
        await run.go("application")
        await run.press("end", "enter", *"data", "enter")
        assert run.project.plan.application.files == ("main.py", "data")
        assert run.screen.query_one("#application-files", TextArea).text == "main.py\ndata\n"
        assert run.problem == ""


UNUSABLE_FILES = (
    ("main.py\nnowhere.py", "`nowhere.py` is not in the folder."),
    ("../main.py", "`../main.py` is outside the folder"),
    ("[/etc]", "`[/etc]` is not in the folder."),
    ("secret.pem", "`secret.pem` is kept back from the build by the ignore file."),
)


async def test_files_that_cannot_be_copied_bar_the_way(folder: Path) -> None:
    (folder / "secret.pem").touch()
    (folder / ".dockerignore").write_text("*.pem\n")
    async with wizard(folder) as run:
        await run.go("application")
        for files, sentence in UNUSABLE_FILES:
            run.screen.query_one("#application-files", TextArea).text = files
            await run.pilot.pause()
            assert sentence in run.problem
            assert run.next.disabled
            run.field("application.user").focus()
            await run.press("f2")
            assert run.focus == "application-files"


WRONG = (
    ("application.port", "99999", "The port is out of range."),
    ("application.port", "http", "The port is not a number."),
    ("application.command", "python 'main.py", "A quote in the command is opened and never closed"),
    ("application.command", "", "There is no command"),
    ("application.command", "a && b", "`&&` needs a shell"),
    ("application.user", "Some One", "The user is not a name for Linux."),
    ("application.folder", "app", "The working folder is not a full path."),
)


async def test_what_cannot_run_bars_the_way_and_is_mended_where_it_was_typed(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("application")
        for field, value, sentence in WRONG:
            await run.bars(field, value, sentence)


async def test_a_click_on_the_problem_leads_to_its_field(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("application")
        await run.write("application.user", "Some One")
        await run.pilot.click("ProblemStrip")
        await run.pilot.pause()
        assert run.focus == "application-user"

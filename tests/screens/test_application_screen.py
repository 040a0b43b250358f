from __future__ import annotations

import shutil
from pathlib import Path

from tests.paths import ROOT
from tests.stages.wizard import Wizard, painted, wizard
from tui.widgets.button import Button
from tui.widgets.file_list import FileList
from tui.widgets.fold import Fold
from tui.widgets.row_list import RowList


def files(run: Wizard) -> str:
    """The list as it is shown, a blank between the columns."""
    shown = run.screen.query_one(FileList)
    lines = (str(shown.get_option_at_index(place).prompt) for place in range(shown.option_count))
    return "\n".join(" ".join(line.split()) for line in lines)


async def at_files(run: Wizard) -> None:
    await run.go("application")
    await run.until(lambda: files(run) != "")


async def test_files_are_ticked_and_folders_opened_by_keys(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "big.csv").write_text("1" * 2_000)
    (folder / "data" / "left.pem").touch()
    (folder / "secret.pem").touch()
    async with wizard(folder) as run:
        await at_files(run)
        assert run.focus == "application-files"
        assert "[✓] main.py" in files(run)
        assert "· secret.pem kept back by the ignore file" in files(run)
        await run.press("home", "right")
        await run.until(lambda: "big.csv" in files(run))
        await run.press("down", "space")
        await run.until(lambda: run.project.plan.application.files == ("main.py", "data/big.csv"))
        await run.press("home", "space")
        await run.until(lambda: run.project.plan.application.files == ("main.py", "data"))
        await run.until(lambda: "2 kB, with data" in files(run))
        await run.press("end", "space")
        assert run.project.plan.application.files == ("main.py", "data")


async def test_enter_in_the_files_goes_on_and_takes_no_tick_away(folder: Path) -> None:
    async with wizard(folder) as run:
        await at_files(run)
        assert run.focus == "application-files"
        await run.press("enter")
        await run.until(lambda: run.step != "application")
        assert run.project.plan.application.files == ("main.py",)
        await run.go("application")
        await run.write("application.user", "Some One")
        run.screen.query_one(FileList).focus()
        await run.press("enter")
        assert run.focus == "application-user", "it leads to what is in the way"
        assert run.step == "application"


async def test_what_is_copied_and_cannot_be_is_in_the_list_and_can_go(folder: Path) -> None:
    (folder / "secret.pem").touch()
    async with wizard(folder) as run:
        run.app.project = run.project.change("application", files=("main.py", "gone.py", "secret.pem"))
        await at_files(run)
        assert "`gone.py` is not in the folder." in run.problem
        run.field("application.user").focus()
        await run.press("f2")
        assert run.focus == "application-files"
        assert "[✓] gone.py not there" in files(run)
        await run.press("home", "space")
        await run.until(lambda: "`secret.pem` is kept back" in run.problem)
        await run.until(lambda: "gone" not in files(run))
        await run.press("end", "space")
        await run.until(lambda: run.problem == "")


async def test_a_notebook_is_asked_about_and_its_package_added_by_one_key(folder: Path) -> None:
    shutil.copytree(ROOT / "tests" / "data" / "brought" / "notebook", folder, dirs_exist_ok=True)
    (folder / "main.py").unlink()
    async with wizard(folder) as run:
        await at_files(run)
        starts = run.screen.query_one(RowList)
        await run.until(lambda: "3 ways to start what is here" in str(starts.border_title))
        starts.focus()
        await run.press("end", "enter")
        assert run.field("application.command").value.startswith("papermill ")
        papermill = str(starts.options[-1].prompt)
        assert " ".join(papermill.split()) in painted(run), "a sentence is there in full where it is on"
        assert "The command needs `papermill` and `ipykernel`" in run.text("#application-advice")
        await run.press("f4")
        await run.until(lambda: not run.screen.query_one("#application-advice").display)
        assert "  - papermill\n  - ipykernel\n" in run.project.environment


async def test_nothing_is_cut_and_nothing_lies_unannounced_below(folder: Path) -> None:
    async with wizard(folder) as run:
        await at_files(run)
        assert "▸ Image my-app:latest, port none, user app, folder /app" in painted(run)
        command = "python main.py " + " ".join(f"--option-{number} value" for number in range(9))
        await run.write("application.command", command)
        assert f"In full: {command}" in painted(run)
        run.screen.query_one(Fold).press()
        await run.until(lambda: "In the image." in painted(run))
        await run.write("application.port", "8000")
        await run.until(
            lambda: "▾ Image my-app:latest, port 8000, user app" in str(run.screen.query_one(Fold).label)
        )


async def test_the_image_is_named_where_its_command_is(folder: Path) -> None:
    async with wizard(folder) as run:
        await at_files(run)
        await run.write("build.image", "team/sums:1")
        assert run.project.plan.build.image == "team/sums:1"


def empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


async def test_an_empty_folder_is_told_so_and_a_file_that_comes_is_listed(folder: Path) -> None:
    empty(folder)
    async with wizard(folder) as run:
        await run.go("application")
        files = run.screen.query_one(FileList)
        await run.until(lambda: [str(option.prompt) for option in files.options] == ["There is no file here yet."])
        await run.until(lambda: "has no files yet" in run.text("#application-starts-about"))
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)
        assert str(run.app.screen.query_one("#no", Button).label) == "Stay here"  # there is none to choose
        await run.press("escape")
        await run.until(lambda: not run.asked)
        files.focus()
        await run.press("space", "down")
        (folder / "main.py").write_text("print()\n")
        await run.press("ctrl+r")
        await run.until(lambda: any("main.py" in str(option.prompt) for option in files.options))
        await run.until(lambda: "has no files yet" not in run.text("#application-starts-about"))
        await run.until(lambda: run.project.plan.application.command == "python main.py")
        assert run.project.plan.application.files == ("main.py",)
        ways = run.screen.query_one("#application-starts")
        assert not ways.display  # the one way is taken
        await run.write("application.command", "python")
        await run.until(lambda: ways.display)
        await run.press("ctrl+r")
        await run.app.workers.wait_for_complete([w for w in run.app.workers if w.group == "starts"])
        await run.pilot.pause()
        assert run.project.plan.application.command == "python"  # what one chose is left


async def test_an_image_without_any_work_is_asked_about(folder: Path) -> None:
    (folder / "main.py").rename(folder / "index.html")
    async with wizard(folder) as run:
        for step in ("account", "base", "dependencies", "secret"):
            await run.go(step)
        await at_files(run)
        await run.until(lambda: "recognises nothing here" in run.text("#application-starts-about"))
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)
        assert str(run.app.screen.query_one("#no", Button).label) == "Choose files"
        await run.press("escape")
        assert run.step == "application"
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)
        await run.press("tab", "enter")
        await run.until(lambda: run.step == "preview")


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


async def test_a_port_that_is_typed_takes_the_command_along(folder: Path) -> None:
    shutil.copytree(ROOT / "tests" / "data" / "brought" / "streamlit", folder, dirs_exist_ok=True)
    (folder / "main.py").unlink()
    (folder / "environment.yml").write_text("dependencies:\n  - streamlit\n")
    async with wizard(folder) as run:
        await at_files(run)
        await run.until(lambda: "on port 8501" in run.text("#application-advice"))
        run.screen.query_one(Fold).press()
        run.field("application.port").focus()
        await run.press("backspace", *"9090")
        await run.until(lambda: run.project.plan.application.port == "9090")
        assert run.project.plan.application.command.endswith("--server.port=9090")
        assert run.field("application.command").value.endswith("--server.port=9090")
        assert "Streamlit serves the page on port 9090." in run.text("#application-advice")


async def test_a_command_that_says_another_port_is_advised_on_up_to_the_build(folder: Path) -> None:
    async with wizard(folder) as run:
        await at_files(run)
        await run.write("application.command", "python main.py --port 8000")
        run.screen.query_one(Fold).press()
        await run.write("application.port", "9090")
        await run.until(lambda: "says port 8000, and the image port 9090" in run.text("#application-advice"))
        assert run.project.plan.application.command == "python main.py --port 8000"
        await run.go("build")
        await run.until(lambda: "Note: The command says port 8000" in painted(run))


async def test_a_file_that_the_command_names_is_ticked_by_one_key(folder: Path) -> None:
    async with wizard(folder) as run:
        await at_files(run)
        await run.press("end", "space")
        await run.until(lambda: "names `main.py`, which is not copied" in run.text("#application-advice"))
        assert "f4 ticks it." in run.text("#application-advice")
        await run.go("build")
        await run.until(lambda: "Note: The command names `main.py`" in painted(run))
        await run.go("application")
        await run.press("f4")
        await run.until(lambda: "[✓] main.py" in files(run))
        assert run.project.plan.application.files == ("main.py",)
        assert "not copied" not in run.text("#application-advice")

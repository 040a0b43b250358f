from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Button, OptionList, Select, TabbedContent, TextArea

from tests.stages.wizard import ENVIRONMENT, Wizard, wizard
from tui.core.claims import unagreed
from tui.core.dockerfile.deciding_step import decided
from tui.core.errors import CondockError
from tui.core.files import stamped
from tui.core.plan_file import dump_plan
from tui.widgets.dockerfile_view import DockerfileView

pytestmark = pytest.mark.usefixtures("key")
WRITTEN = ("Dockerfile", "Dockerfile.dockerignore", "condock.yml", "environment.yml")


async def show_tab(run: Wizard, tab: str) -> None:
    run.screen.query_one(TabbedContent).active = tab
    await run.pilot.pause()


def instructions(run: Wizard) -> list[str]:
    return [str(option.prompt) for option in run.screen.query_one("DockerfileView OptionList", OptionList).options]


async def test_it_follows_what_is_changed_on_other_steps(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("preview")
        assert not any(line.startswith("EXPOSE") for line in instructions(run))
        await run.go("application")
        await run.write("application.port", "8000")
        await run.go("preview")
        assert "EXPOSE 8000" in instructions(run)
        assert "8000:8000" in run.text("#run-command")


async def test_each_instruction_can_be_asked_why(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("preview")
        first = run.screen.query_one(DockerfileView).why
        await run.press("down")
        assert run.screen.query_one(DockerfileView).why not in ("", first)
        assert run.screen.query_one(DockerfileView).why == run.project.instructions()[1].why


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_an_instruction_names_its_step_e_goes_there_and_escape_comes_back(
    folder: Path, size: tuple[int, int]
) -> None:
    async with wizard(folder, size) as run:
        await run.go("preview")
        for instruction in run.project.instructions():
            if decided(instruction)[0] == "dependencies":
                break
            await run.press("down")
        options = run.screen.query_one("DockerfileView OptionList", OptionList)
        assert options.highlighted
        assert "Dependencies" in str(options.get_option_at_index(options.highlighted).prompt)
        await run.press("e")
        await run.until(lambda: run.step == "dependencies")
        await run.press("escape")
        await run.until(lambda: run.step == "preview")
        await run.press("escape")
        await run.until(lambda: run.step == "application")


DECIDES = {
    "FROM continuumio": ("base", "ImagePicker OptionList"),
    "RUN conda install": ("secret", "#secret-plugin-channel Input"),
    "COPY environment.yml": ("dependencies", "#environment"),
    "FROM debian": ("base", "ImagePicker OptionList"),
    "USER": ("application", "#application-user Input"),
    "WORKDIR /app": ("application", "#application-folder Input"),
    "COPY --chown": ("application", "#application-files"),
    "EXPOSE": ("application", "#application-port Input"),
    "ENTRYPOINT": ("application", "#application-command Input"),
}
"""The field that decides an instruction, by how that begins."""


async def test_e_goes_to_the_very_field_also_where_that_is_folded_or_far_down(folder: Path) -> None:
    async with wizard(folder) as run:
        run.app.project = run.project.change("application", port="8000")
        for beginning, (step, field) in DECIDES.items():
            await run.go("preview")
            texts = [instruction.text for instruction in run.project.instructions()]
            at = next(n for n, text in enumerate(texts) if text.startswith(beginning))
            options = run.screen.query_one("DockerfileView OptionList", OptionList)
            options.highlighted = at
            await run.until(lambda text=texts[at]: chosen_text(run) == text)  # type: ignore[misc]
            await run.press("e")
            await run.until(lambda step=step: run.step == step)  # type: ignore[misc]
            wanted = run.screen.query(field)[-1 if beginning == "FROM debian" else 0]
            await run.until(lambda wanted=wanted: wanted.has_focus)  # type: ignore[misc]
            body = run.screen.query_one(".body").content_region
            await run.until(lambda w=wanted, body=body: body.overlaps(w.region))  # type: ignore[misc]
            await run.press("escape")
            await run.until(lambda: run.step == "preview")


async def test_e_puts_the_focus_into_no_text_that_is_not_shown(folder: Path) -> None:
    (folder / "linux-64.lock").write_text("# platform: linux-64\n@EXPLICIT\n")
    async with wizard(folder) as run:
        run.app.project = run.project.change("environment", locks=("linux-64.lock",))
        await run.go("preview")
        texts = [instruction.text for instruction in run.project.instructions()]
        options = run.screen.query_one("DockerfileView OptionList", OptionList)
        options.highlighted = texts.index("COPY linux-64.lock ./linux-64.lock")
        await run.until(lambda: "linux-64.lock" in chosen_text(run))
        await run.press("e")
        await run.until(lambda: run.step == "dependencies" and run.app.focused is not None)
        await run.pilot.pause()
        assert run.app.focused and run.app.focused.display


def chosen_text(run: Wizard) -> str:
    chosen = run.screen.query_one(DockerfileView).current
    return chosen.text if chosen else ""


async def test_new_files_are_written_and_the_build_comes_next(folder: Path) -> None:
    (folder / "environment.yml").unlink()
    async with wizard(folder) as run:
        await run.go("preview")
        assert run.text("#files").count("will be written") == 4
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "build")
        assert all((folder / name).exists() for name in WRITTEN)
        assert (folder / "condock.yml").read_text() == stamped(dump_plan(run.project.plan))
        assert not (folder / ".condock/condock.yml.bak1").exists()
        await run.go("preview")
        assert "will be" not in run.text("#files")


@pytest.mark.parametrize("there", [False, True])
async def test_an_ignore_file_that_is_there_is_told_of(folder: Path, there: bool) -> None:
    if there:
        (folder / ".dockerignore").touch()
    async with wizard(folder) as run:
        await run.go("preview")
        assert ("goes before .dockerignore" in run.text("#files")) is there


async def test_what_condock_wrote_itself_is_brought_up_to_date_without_a_question(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "build")
        await run.go("preview")
        await run.write("build.image", "other:1")
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "build")
        assert "image: other:1" in (folder / "condock.yml").read_text()
        assert not (folder / ".condock/condock.yml.bak1").exists()


async def test_a_plan_that_another_program_wrote_meanwhile_is_asked_about_and_kept(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "build")
        theirs = stamped(dump_plan(run.project.plan.change("build", image="theirs:1")))
        (folder / "condock.yml").write_text(theirs)
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)
        assert "Replace condock.yml?" in run.text(".dialog")
        assert "-  image: theirs:1" in run.text(".dialog-text")
        await run.press("tab", "enter")
        await run.until(lambda: not run.asked and run.step == "build")
        assert (folder / ".condock/condock.yml.bak1").read_text() == theirs


async def test_the_environment_that_condock_wrote_is_asked_about_once_somebody_changed_it(folder: Path) -> None:
    for number, before in enumerate(("# mine\n", "# more of mine\n", "")):
        if before:
            (folder / "environment.yml").write_text(f"{before}{ENVIRONMENT}")
        async with wizard(folder) as run:  # also over its end
            for edit in ("a", "b"):
                await run.go("dependencies")
                run.screen.query_one("#environment", TextArea).insert(f"# {edit}{number}\n", (0, 0))
                await run.go("preview")
                await run.until(lambda edit=edit: f"# {edit}" in run.project.environment)  # type: ignore[misc]
                await run.press("ctrl+n")
                if before and edit == "a":
                    await run.until(lambda: run.asked)
                    await run.press("tab", "enter")
                await run.until(lambda: not run.asked and run.step == "build")
    kept = [path.read_text()[:7] for path in sorted((folder / ".condock").glob("env*"))]
    assert kept == ["# mine\n", "# more "]


async def test_on_no_a_foreign_dockerfile_stays_and_so_does_the_step(folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM [scratch]\n")
    async with wizard(folder) as run:
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)
        assert "Replace Dockerfile?" in run.text(".dialog")
        assert str(run.app.screen.query_one("#yes", Button).label) == "Replace, keep a copy"
        assert "-FROM [scratch]" in run.text(".dialog-text")
        assert "+COPY --from=builder /env /env" in run.text(".dialog-text")
        await run.press("escape")
        await run.until(lambda: run.asked and "not the plan's" in run.text(".dialog-title"))
        await run.press("escape")
        await run.until(lambda: not run.asked and "Dockerfile stays as on disk" in told(run))
        await run.pilot.pause()
        assert run.step == "preview"
        assert not (folder / "condock.yml").exists()
        assert (folder / "Dockerfile").read_text() == "FROM [scratch]\n"
        assert not (folder / ".condock/Dockerfile.bak1").exists()


def told(run: Wizard) -> str:
    """All that was told for a moment."""
    return "\n".join(one.message for one in run.app._notifications)


async def test_on_yes_the_old_dockerfile_is_kept(folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM scratch\n")
    async with wizard(folder) as run:
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)
        await run.press("tab", "enter")
        await run.until(lambda: not run.asked and run.step == "build")
        assert (folder / ".condock/Dockerfile.bak1").read_text() == "FROM scratch\n"
        assert "FROM continuumio/miniconda3" in (folder / "Dockerfile").read_text()
        assert (folder / "environment.yml").read_text() == ENVIRONMENT


async def test_the_answers_are_on_the_screen_whatever_the_length_of_the_difference(folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM scratch\n" * 50)
    async with wizard(folder) as run:
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)
        box = run.app.screen.query_one(".dialog").content_region
        assert all(box.contains_region(button.region) for button in run.app.screen.query("Button"))


async def test_a_folder_that_refuses_is_said_in_a_dialog(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise CondockError("Dockerfile cannot be written: [disk] full.", "Make room.")

    monkeypatch.setattr("screens.parts.write_file.write", refuse)
    async with wizard(folder) as run:
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)
        assert "Dockerfile cannot be written: [disk] full." in run.text(".dialog")
        await run.press("enter")
        await run.until(lambda: not run.asked)
        assert run.step == "preview"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("My App", "An image name cannot have spaces in it."), ("", "There is no image name."), ("a@b", "digest")],
)
async def test_a_name_that_is_none_bars_the_way_and_is_found_from_any_tab(
    folder: Path, name: str, sentence: str
) -> None:
    async with wizard(folder) as run:
        await run.go("preview")
        await show_tab(run, "tab-command")
        await run.write("build.image", name)
        assert sentence in run.problem
        assert run.next.disabled
        await show_tab(run, "tab-dockerfile")
        run.screen.query_one("DockerfileView OptionList").focus()
        await run.press("f2")
        await run.pilot.pause()
        assert run.focus == "build-image"
        assert run.screen.query_one(TabbedContent).active == "tab-command"


async def test_the_network_is_part_of_the_command(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("preview")
        await show_tab(run, "tab-command")
        run.screen.query_one("#build-network", Select).value = "host"
        await run.pilot.pause()
        assert run.project.plan.build.network == "host"
        assert "--network host" in run.text("#build-command")
        assert not run.asked
        assert run.project.trust is not None
        assert unagreed(run.project) == ()  # who chose it here said yes by that


async def test_the_first_tab_says_that_a_build_has_the_machines_own_network(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("preview")
        assert "127.0.0.1" not in run.text("#audience")
        run.app.project = run.project.change("build", network="host")
        await run.pilot.pause()
        assert "127.0.0.1" in run.text("#audience")


async def test_a_network_in_the_saved_plan_that_is_none_is_said(folder: Path) -> None:
    (folder / "condock.yml").write_text("version: 1\nbuild:\n  image: a:1\n  network: bridge\n")
    async with wizard(folder) as run:
        await run.go("preview")
        assert "This is no network of a build." in run.problem


async def test_what_is_sent_and_what_smells_stands_above_the_ignore_file(folder: Path) -> None:
    (folder / ".env").write_text("A=b\n")
    (folder / "main.py").write_text("K = '-----BEGIN RSA PRIVATE KEY-----'\n")
    async with wizard(folder) as run:
        await run.go("preview")
        await run.until(lambda: "Sent to the builder: 2 files" in run.text("#sent"))
        assert "! main.py: holds a private key; is sent" in run.text("#sent")
        assert ".env: variables, perhaps with keys; kept back by **/.env" in run.text("#sent")

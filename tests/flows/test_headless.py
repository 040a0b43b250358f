"""condock without the wizard: init, render, build, doctor, their exit codes, and what goes where."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.flows.shop import KEY, Project, condock, environment, in_shell
from tests.paths import ROOT
from tui.core.errors import ExitCode
from tui.core.files import is_ours
from tui.core.images.catalogue import catalogue
from tui.core.plan import Application, SecretMode
from tui.core.plan_file import load_plan, read_plan_file
from tui.core.secret import KEY_VARIABLE
from tui.main import main

HEAVY = (
    "textual",
    "rich",
    "docker",
    "anaconda_auth",
    "rattler",
    "yaml",
    "keyring",
    "pydantic",
    "requests",
    "asyncio",
)


# Words about itself


@pytest.mark.parametrize("flag", ["--version", "--help"])
def test_words_about_itself_are_said_without_loading_anything_heavy(flag: str, tmp_path: Path) -> None:
    code = f"""
import sys
from tui.main import main
try:
    main([{flag!r}])
except SystemExit as left:
    assert not left.code
heavy = sorted(set({HEAVY!r}) & set(sys.modules))
print("heavy:", *heavy)
"""
    env = environment()
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "heavy:"
    assert done.stdout.startswith("condock 0.1.0\n" if flag == "--version" else "usage: condock [FOLDER]\n")


def test_help_and_the_readme_name_every_exit_code_and_command(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (ROOT / "README.md").read_text()
    for arguments in (["build", "--help"], ["--help"]):
        assert main(arguments) == 0
        said = capsys.readouterr().out
        for code in ExitCode:
            assert f"  {int(code):<4} " in said
            assert f"| {int(code)} |" in readme
    assert "commands:\n    wizard" in said
    assert max(map(len, said.splitlines())) <= 80
    commands = re.findall(r"^    (\w+) ", said, re.MULTILINE)
    assert {"init", "build", "doctor"} < set(commands)
    assert [command for command in commands if command != "wizard" and f"| `condock {command}" not in readme] == []


# Wrong use


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["bogus"],
            "condock: The folder bogus does not exist. Check its name; `condock --help` lists the commands.",
        ),
        (["doctor", "bogus"], "condock: The folder bogus does not exist."),
        (["render", "--bogus"], "condock: Unrecognized arguments: --bogus. `condock"),
        (["--json"], "condock: Unrecognized arguments: --json. `condock"),
        (["build", "a", "b"], "condock: Unrecognized arguments: b. `condock"),
        (["init", "--port"], "condock: Argument --port: expected one argument. `condock init --help` shows"),
        (["init", "--secret", "file"], "condock: Argument --secret: invalid choice: 'file'"),
        (["init", "--network", "mine"], "condock: Argument --network: invalid choice: 'mine'"),
    ],
)
def test_wrong_use_is_one_sentence(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(said)
    assert err.count("\n") == 1
    assert err.endswith(".\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [[], ["."], ["wizard"], ["wizard", "."]])
def test_the_wizard_needs_a_terminal_and_names_the_commands(arguments: list[str], tmp_path: Path) -> None:
    done = condock(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "condock: The wizard needs a terminal. Without one, use its commands: `condock --help` lists them.\n"
    )


def test_a_folder_that_is_a_file(project: Project) -> None:
    assert main(["doctor", str(project.path / "app.py")]) == 2
    assert "is a file, not a folder. Name the folder it is in." in project.capture.readouterr().err


def test_escapes_in_the_name_of_a_folder_do_not_reach_the_terminal(project: Project) -> None:
    assert main(["doctor", "gone\x1b[2J"]) == 2
    assert "The folder gone does not exist." in project.capture.readouterr().err


def test_a_folder_named_like_a_command(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    assert "The wizard needs a terminal." in condock("./build", cwd=tmp_path).stderr


# init


def test_init_writes_a_plan_and_a_start_of_an_environment(tmp_path: Path) -> None:
    folder = tmp_path / "My Shop"
    folder.mkdir()
    (folder / "app.py").write_text("import flask\napp = flask.Flask(__name__)\n")
    done = condock("init", folder, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[:2] == ["Wrote condock.yml.", "Wrote environment.yml, a start to edit."]
    plan = read_plan_file(folder)
    assert plan.build.image == "my-shop:latest"
    assert plan.application.files == ("app.py",)
    assert is_ours((folder / "condock.yml").read_text())
    assert sorted(path.name for path in folder.iterdir()) == ["app.py", "condock.yml", "environment.yml"]


def test_init_says_what_will_start_and_what_would_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(ROOT / "tests" / "data" / "brought" / "notebook", tmp_path / "sales")
    assert main(["init", str(tmp_path / "sales")]) == 0
    said = capsys.readouterr().err
    assert "Untitled1.ipynb with JupyterLab: People open and run it in a browser" in said
    assert "Or, with --force, papermill: --command 'papermill" in said
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").touch()
    assert main(["init", str(tmp_path / "site")]) == 0
    assert "To do: condock recognises nothing here that it could start." in capsys.readouterr().err


def test_init_has_the_command_listen_on_the_port_that_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "tests" / "data" / "brought" / "notebook", tmp_path / "sales")
    assert main(["init", str(tmp_path / "sales"), "--port", "9090"]) == 0
    application = read_plan_file(tmp_path / "sales").application
    assert application.command == "jupyter lab --no-browser --ip=0.0.0.0 --port=9090 Untitled1.ipynb"
    assert "Or, with --force, papermill" in capsys.readouterr().err


def test_init_says_line_by_line_what_becomes_of_a_requirements_txt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "tests" / "data" / "brought" / "notebook", tmp_path / "sales")
    assert main(["init", str(tmp_path / "sales")]) == 0
    said = capsys.readouterr().err.splitlines()
    took = said[1 : said.index("Wrote environment.yml, a start to edit.")]
    assert took[:2] == [
        "Python → python=3.11 (your notebook ran with it)",
        "pandas==2.1.4 → pip (pinned, and no channel was asked)",
    ]
    assert took[-2].startswith("jupyterlab, which your code needs → ")
    assert took[-1].startswith("Your lines pin versions.")
    assert took[-1].endswith("f8 in its dependencies, asks, and takes conda's where they have it.")
    assert not any(line.startswith("To do: environment.yml") for line in said)


def test_init_says_what_the_code_imports_and_the_environment_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "tests" / "data" / "brought" / "fastapi", tmp_path / "stations")
    assert main(["init", str(tmp_path / "stations")]) == 0
    said = "To do: main.py imports `pandas`, and the environment names no package that brings it. Add `- pandas`."
    assert said in capsys.readouterr().err.splitlines()


def test_init_says_how_much_more_there_is_to_look_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copytree(ROOT / "tests" / "data" / "brought" / "macos-export", tmp_path / "survey")
    assert main(["init", str(tmp_path / "survey")]) == 0
    said = capsys.readouterr().err
    assert main(["check", "--offline", str(tmp_path / "survey")]) == 0
    advice = capsys.readouterr().out.count(": advice: ")
    assert f"There is more to look at in environment.yml: `condock check` says it in {advice} lines" in said


def test_init_starts_from_a_conda_environment_of_this_machine(
    tmp_path: Path, empty_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    meta = empty_home / "miniconda3/envs/research/conda-meta"
    meta.mkdir(parents=True)
    linked, asked = "+conda-forge/linux-64::pandas-2.1.4-0", "# update specs: ['python=3.11', 'pandas']"
    (meta / "history").write_text(f"{linked}\n{asked}\n")
    for name in ("python-3.11.9-0", "pandas-2.1.4-0"):
        (meta / f"{name}.json").touch()
    folder = tmp_path / "work"
    folder.mkdir()
    assert main(["init", str(folder), "--from-env", "nowhere"]) == 2
    assert "There is no conda environment `nowhere`. There are: research." in capsys.readouterr().err
    assert list(folder.iterdir()) == []
    assert main(["init", str(folder), "--from-env", "research"]) == 0
    said = capsys.readouterr().err
    assert "asked for from conda → conda: python=3.11\n" in said
    text = (folder / "environment.yml").read_text()
    assert "  - conda-forge\ndependencies:\n" in text
    assert text.endswith("  - python=3.11\n  - pandas\n")
    (folder / "condock.yml").unlink()
    assert main(["init", str(folder), "--from-env", str(meta.parent)]) == 2
    assert "environment.yml is already there. Use --force" in capsys.readouterr().err
    assert main(["init", str(folder), "--force", "--from-env", str(meta.parent)]) == 0


def test_init_takes_every_value_by_a_flag(project: Project) -> None:
    flags = {
        "--image": "a/b:1",
        "--builder": "anaconda/miniconda:26.7.1",
        "--runtime": "ubuntu:24.04",
        "--mirror": "mirror.example.com/hub",
        "--network": "host",
        "--secret": "dotenv",
        "--env-file": "keys.env",
        "--plugin-channel": "https://example.com/tools",
        "--environment": "env.yml",
        "--command": "python -m shop",
        "--port": "8080",
        "--workdir": "/srv",
        "--user": "1000",
    }
    more = ["--copy", "app.py", "--copy", "src", "--lock", "a.lock", "--accept-tos", "--force"]
    done = project.run("init", *(word for flag in flags.items() for word in flag), *more)
    assert done.code == 0
    plan = read_plan_file(project.path)
    assert plan.application == Application(("app.py", "src"), "/srv", "8080", "python -m shop", "1000")
    assert (plan.build.image, plan.build.network) == ("a/b:1", "host")
    assert (plan.base.builder, plan.base.runtime) == ("anaconda/miniconda:26.7.1", "ubuntu:24.04")
    assert (plan.base.mirror, plan.base.accept_tos) == ("mirror.example.com/hub", True)
    assert (plan.environment.file, plan.environment.locks) == ("env.yml", ("a.lock",))
    assert (plan.secret.mode, plan.secret.file) == (SecretMode.DOTENV, "keys.env")
    assert plan.secret.plugin_channel == "https://example.com/tools"


def test_init_says_what_is_left_to_do_and_nothing_of_keys_and_engines(project: Project) -> None:
    project.patch.delenv(KEY_VARIABLE)
    (project.bin / "docker").unlink()
    (project.path / "condock.yml").unlink()
    done = project.run("init", "--port", "http", "--copy", "gone.py")
    assert done.code == 0
    assert [line for line in done.stderr.splitlines() if line.startswith("To do: ")] == [
        "To do: `gone.py` is not in the folder. Correct the name, or remove it from the files to copy.",
        "To do: The port is not a number. Write a number from 1 to 65535, or leave it empty if nothing listens.",
        "To do: The command names `app.py`, which is not copied into the image. "
        "Add it to the files to copy, or correct the command.",
    ]
    assert len(done.stderr.splitlines()) == 4


def test_init_replaces_a_plan_only_when_told_and_keeps_the_old_one(project: Project) -> None:
    old = (project.path / "condock.yml").read_bytes()
    before = project.files()
    done = project.run("init")
    assert done.code == 2
    assert "condock.yml is already there. Use --force to replace it; the old one is kept." in done.stderr
    assert project.files() == before
    assert project.run("init", "--force").code == 0
    assert (project.path / ".condock/condock.yml.bak1").read_bytes() == old
    assert (project.path / "environment.yml").read_bytes() == before["environment.yml"]


def test_init_begins_from_the_folder_or_from_the_plan_that_is_there(project: Project) -> None:
    project.plan("application", port="1234")
    assert project.run("init", "--force", "--image", "other:1").code == 0
    plan = load_plan((project.path / "condock.yml").read_text())
    assert (plan.application.port, plan.build.image) == ("1234", "other:1")


# render


NOTE = (
    "Note: The key is shown to conda in base (anaconda-auth, anaconda-registration), and could be read by the "
    "scripts of the packages.\n"
)
"""Of the guide's form, which plans of earlier versions have."""


def test_render_prints_the_dockerfile_and_nothing_else(project: Project) -> None:
    project.patch.delenv(KEY_VARIABLE)
    (project.bin / "docker").unlink()
    before = project.files()
    done = project.run("render")
    assert (done.code, done.stderr) == (0, NOTE)
    assert done.stdout.startswith(f"FROM {catalogue().builder.reference} AS builder\n")
    assert done.stdout.endswith('ENTRYPOINT ["python", "app.py"]\n')
    assert project.files() == before


def test_render_refuses_a_plan_that_is_not_complete(project: Project) -> None:
    project.plan("application", port="0", user="Me!")
    done = project.run("render")
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.count("condock: ") == 2


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("(condock render; echo $? >code) | true", "130"),
        ("(condock doctor; echo $? >code) | true", "130"),
        ("condock doctor >&- 2>&-; echo $? >code", "2"),
        ("condock nowhere 2>&- <&-; echo $? >code", "2"),
    ],
)
def test_an_output_that_is_closed_is_no_traceback(
    project: Project, tmp_path: Path, command: str, code: str
) -> None:
    # `true` has ended long before Python has started.
    done = in_shell(command.replace(">code", f">{tmp_path}/code"), project.path)
    assert done.stderr.removeprefix(NOTE) == ""
    assert (tmp_path / "code").read_text().strip() == code


# doctor


def test_doctor_has_one_line_for_each_and_shows_no_key(project: Project) -> None:
    before = project.files()
    done = project.run("doctor")
    assert (done.code, done.stderr) == (0, "")
    engine, key, folder = done.stdout.splitlines()
    assert engine == "ok       engine  Docker 26.1.5, buildx 0.13.1, linux/amd64, DOCKER_HOST"
    assert key.startswith(f"ok       key     ••••{KEY[-4:]} from ANACONDA_AUTH_API_KEY, expires in ")
    assert folder == f"ok       folder  {project.path}"
    assert KEY[:-4] not in done.stdout
    assert project.files() == before


def test_doctor_says_where_the_env_file_is(project: Project) -> None:
    project.plan("secret", mode=SecretMode.DOTENV)
    project.write(".env", f"{KEY_VARIABLE}={KEY}\n")
    done = project.run("doctor")
    assert done.code == 0
    assert "ok       key     in .env" in done.stdout

"""condock without the wizard: init, render, build, doctor, their exit codes, and what goes where."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.shop import KEY, Project, sound_project
from tests.stand_in_engine import docker_cli
from tui.cli import main
from tui.core.errors import ExitCode
from tui.core.files import is_ours
from tui.core.plan import Application, SecretMode
from tui.core.plan_file import load_plan, read_plan_file
from tui.core.secret import KEY_VARIABLE

ROOT = Path(__file__).parents[2]
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


@pytest.fixture
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Project]:
    with sound_project(tmp_path, monkeypatch, capfd) as made:
        yield made


def environment() -> dict[str, str]:
    """Ours, with output that is buffered as everywhere."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}


def condock(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """condock as a process of its own, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def in_shell(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A line of sh in which `condock` is ours."""
    script = f'condock() {{ "{sys.executable}" -m tui "$@"; }}\n{command}'
    env = environment()
    return subprocess.run(
        ["/bin/sh", "-c", script], cwd=cwd, env=env, capture_output=True, text=True, timeout=60, check=False
    )


# Words about itself


@pytest.mark.parametrize("flag", ["--version", "--help"])
def test_words_about_itself_are_said_without_loading_anything_heavy(flag: str, tmp_path: Path) -> None:
    code = f"""
import sys
from tui.cli import main
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
    for arguments in (["--help"], ["build", "--help"]):
        with pytest.raises(SystemExit) as left:
            main(arguments)
        assert left.value.code == 0
        said = capsys.readouterr().out
        for code in ExitCode:
            assert f"  {int(code):<4} " in said
            assert f"| {int(code)} |" in readme
    for command in ("init", "render", "build", "doctor"):
        assert f"`condock {command} [FOLDER]`" in readme


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
        "condock: The wizard needs a terminal. "
        "Without one, use: condock init, condock render, condock build, condock doctor.\n"
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
    plan = read_plan_file(folder / "condock.yml")
    assert plan.build.image == "my-shop:latest"
    assert plan.application.files == ("app.py",)
    assert is_ours((folder / "condock.yml").read_text())
    assert sorted(path.name for path in folder.iterdir()) == ["app.py", "condock.yml", "environment.yml"]


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
    plan = read_plan_file(project.path / "condock.yml")
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
    ]
    assert len(done.stderr.splitlines()) == 3


def test_init_replaces_a_plan_only_when_told_and_keeps_the_old_one(project: Project) -> None:
    old = (project.path / "condock.yml").read_bytes()
    before = project.files()
    done = project.run("init")
    assert done.code == 2
    assert "condock.yml is already there. Use --force to replace it; the old one is kept." in done.stderr
    assert project.files() == before
    assert project.run("init", "--force").code == 0
    assert (project.path / "condock.yml.bak1").read_bytes() == old
    assert (project.path / "environment.yml").read_bytes() == before["environment.yml"]


def test_init_begins_from_the_folder_or_from_the_plan_that_is_there(project: Project) -> None:
    project.plan("application", port="1234")
    assert project.run("init", "--force", "--image", "other:1").code == 0
    plan = load_plan((project.path / "condock.yml").read_text())
    assert (plan.application.port, plan.build.image) == ("1234", "other:1")


# render


def test_render_prints_the_dockerfile_and_nothing_else(project: Project) -> None:
    project.patch.delenv(KEY_VARIABLE)
    (project.bin / "docker").unlink()
    before = project.files()
    done = project.run("render")
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.startswith("FROM continuumio/miniconda3:26.7.1-1 AS builder\n")
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
        ("condock render >&-; echo $? >code", "0"),
        ("condock doctor >&- 2>&-; echo $? >code", "0"),
        ("condock nowhere 2>&- <&-; echo $? >code", "2"),
    ],
)
def test_an_output_that_is_closed_is_no_traceback(
    project: Project, tmp_path: Path, command: str, code: str
) -> None:
    # `true` has ended long before Python has started.
    done = in_shell(command.replace(">code", f">{tmp_path}/code"), project.path)
    assert done.stderr == ""
    assert (tmp_path / "code").read_text().strip() == code


# doctor


def test_doctor_has_one_line_for_each_and_shows_no_key(project: Project) -> None:
    before = project.files()
    done = project.run("doctor")
    assert (done.code, done.stderr) == (0, "")
    engine, key, folder = done.stdout.splitlines()
    assert engine == "ok       engine  Docker 26.1.5, buildx 0.13.1, linux/amd64"
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


# build


def test_build_hands_over_the_key_in_the_environment_alone(project: Project, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    docker_cli(project.bin, build=f'printf "%s\\n" "$@" "key=${KEY_VARIABLE}" >{seen}; exit 0')
    done = project.run("build")
    assert done.code == 0, done.text
    *argv, key = seen.read_text().splitlines()
    assert key == f"key={KEY}"
    assert argv[:3] == ["buildx", "build", "--load"]
    assert argv[-5:] == ["--secret", "id=ANACONDA_AUTH_API_KEY", "--tag", "app:latest", "."]
    assert not any(KEY[:40] in word for word in argv)
    assert KEY[:40] not in done.text
    assert done.stdout == ""
    assert "Built app:latest in " in done.stderr


@pytest.mark.parametrize("mode", [SecretMode.DOTENV, SecretMode.NONE])
def test_build_keeps_the_variable_from_a_build_that_does_not_mount_it(
    project: Project, tmp_path: Path, mode: SecretMode
) -> None:
    seen = tmp_path / "seen"
    docker_cli(project.bin, build=f'printf "key=%s" "${KEY_VARIABLE}" >{seen}; exit 0')
    project.plan("secret", mode=mode)
    project.write(".env", f"{KEY_VARIABLE}={KEY}\n")
    assert project.run("build").code == 0
    assert seen.read_text() == "key="


def test_build_writes_what_the_plan_needs_and_again_nothing(project: Project) -> None:
    docker_cli(project.bin, build="exit 0")
    before = project.files()
    assert project.run("build").code == 0
    after = project.files()
    assert sorted(set(after) - set(before)) == ["Dockerfile", "Dockerfile.dockerignore"]
    assert {name: after[name] for name in before} == before
    assert project.run("build").code == 0
    assert project.files() == after


def test_build_uses_a_dockerfile_that_was_edited_by_hand(project: Project) -> None:
    docker_cli(project.bin, build="exit 0")
    project.write("Dockerfile", "FROM mine\n")
    done = project.run("build")
    assert done.code == 0
    assert "Dockerfile is not as the plan has it: it is used as it is." in done.stderr
    assert (project.path / "Dockerfile").read_text() == "FROM mine\n"


@pytest.mark.parametrize("key", [KEY, "opaque-0f9e8d7c6b5a4938"])
def test_a_build_that_fails_is_1_and_its_output_is_redacted(project: Project, key: str) -> None:
    project.patch.setenv(KEY_VARIABLE, key)
    docker_cli(project.bin, build=f'echo "ERROR: failed to solve: with ${KEY_VARIABLE}" >&2; exit 1')
    done = project.run("build")
    assert done.code == 1
    assert "The build failed." in done.stderr
    assert "••••" in done.stderr
    assert key not in done.text


def test_events_as_json_lines_on_stdout_and_talk_on_stderr(project: Project) -> None:
    docker_cli(project.bin, build='echo "ERROR: no" >&2; exit 1')
    done = project.run("build", "--json")
    assert done.code == 1
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[-1]["message"] == "no"
    assert all(isinstance(event, dict) for event in events)
    assert "The build failed." in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_build_and_is_130(project: Project, tmp_path: Path, number: int) -> None:
    ready = tmp_path / "ready"
    os.mkfifo(ready)
    docker_cli(project.bin, build=f"echo $$ >{ready}; exec /bin/sleep 600")
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", "build", str(project.path)],
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    pid = int(ready.read_text())  # waits until the builder runs
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "The build was stopped." in said
    assert "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_reader_of_events_that_goes_away_ends_the_build(project: Project, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    loop = "while :; do echo line >&2; done"
    docker_cli(project.bin, build=f"echo $$ >{pid}; {loop}")
    done = in_shell(f"(condock build --json; echo $? >{tmp_path}/code) | (read line)", project.path)
    assert (tmp_path / "code").read_text().strip() == "130"
    assert "Traceback" not in done.stderr
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)

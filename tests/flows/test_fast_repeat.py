"""A build that is started again before anything is looked at: when it is, when not, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.shop import FAR, KEY, Project, environment
from tests.paths import RECORDINGS
from tests.saved_images import CLEAN, UNREADABLE, Image, oci_layout
from tests.stages.account_service import make_jwt
from tests.stages.stand_in_engine import docker_cli
from tui.core.building.fast_repeat.start import start_repeat
from tui.core.plan import SecretMode
from tui.core.secret import KEY_VARIABLE
from tui.headless import watch
from tui.headless.views.live_lines import FailureOutput
from tui.headless.views.plain_lines import PlainLines
from tui.main import main

CREATE = "[builder 4/4] RUN --mount=type=secret,id=ANACONDA_AUTH_API_KEY,required=true conda env create"
CACHED = json.dumps(
    {
        "vertexes": [
            {
                "digest": "sha256:a",
                "name": CREATE,
                "started": "2026-11-22T16:17:46Z",
                "completed": "2026-11-22T16:17:46Z",
                "cached": True,
            }
        ]
    }
)
LOOKS_AT_BUILDX = "buildx version"


@pytest.fixture
def project(project: Project) -> Project:
    """A project that was built well; everything asked of `docker` is written down from now on."""
    cached(project)
    assert project.run("build").code == 0
    return project


def cached(project: Project, key: str = KEY_VARIABLE) -> None:
    """A build of which everything is in the cache; it writes down its arguments and a variable."""
    asked = project.bin / "asked"
    project.builds(f"echo '{CACHED}' >&2; printf '%s ' \"$@\" \"=${key}\" >>{asked}; exit 0")
    script = project.bin / "docker"
    script.write_text(script.read_text().replace("case", f'echo "$1 $2" >>{project.bin}/log\ncase', 1))


def log(project: Project) -> list[str]:
    """What has been asked of `docker` since the last look."""
    file = project.bin / "log"
    lines = file.read_text().splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    return lines


def was_repeated(project: Project, *arguments: str) -> bool:
    """Whether a good build was started without a look at the engine."""
    project.agree()  # to a file that was edited by hand
    log(project)
    done = project.run("build", *arguments)
    assert done.code == 0, done.text
    asked = log(project)
    assert "buildx build" in asked
    return LOOKS_AT_BUILDX not in asked


def test_what_was_built_is_built_again_at_once(project: Project) -> None:
    before = project.files()
    log(project)
    done = project.run("build")
    assert (done.code, done.stdout) == (0, "")
    assert log(project) == ["buildx build"]
    assert done.stderr.splitlines()[0].startswith("cached ")
    assert done.stderr.splitlines()[1].startswith("Built app:latest in ")
    assert done.stderr.splitlines()[-2] == "Run it: docker run --rm -it --publish 8000:8000 app:latest"
    assert project.files() == before
    first, again = (line.rstrip() for line in (project.bin / "asked").read_text().split(f"={KEY}")[:2])
    assert without_iidfile(first) == without_iidfile(again)


LEAKY = Image([("COPY /env /env", {"env/a": KEY.encode()})])
SEARCHED = {
    0: (CLEAN, "The key is nowhere in the image: 1 layer, "),
    5: (oci_layout(LEAKY), "THE KEY WAS FOUND in env/a"),
    4: (UNREADABLE, "NOT ALL WAS SEARCHED for the key: layer 1 is packed in a way"),
}


def saves(project: Project, image: bytes) -> Path:
    """Have the engine build from the cache, and save this image from a file, until that holds another."""
    saved = project.bin / "saved.tar"
    saved.write_bytes(image)
    iid = 'while [ "$1" != --iidfile ]; do shift; done; echo sha256:abc >"$2"'
    answers = {
        "image inspect --format {{.Id}} -- sha256:abc": "echo sha256:abc",
        "image save -- sha256:abc": f"/bin/cat {saved}",
    }
    script = docker_cli(project.bin, build=f"echo '{CACHED}' >&2; {iid}; exit 0", answers=answers)
    script.write_text(script.read_text().replace("case", f'echo "$1 $2" >>{project.bin}/log\ncase', 1))
    return saved


SEARCH = ["buildx build", "image inspect", "image save"]


@pytest.mark.parametrize("code", SEARCHED, ids=["clean", "with the key", "partly searched"])
def test_what_was_searched_once_is_not_searched_again(project: Project, code: int) -> None:
    """And it is said each time, also that the key is in it; what could not all be read is tried again."""
    image, said = SEARCHED[code]
    saves(project, image)
    for asked in (SEARCH, SEARCH if code == 4 else ["buildx build"]):
        log(project)
        done = project.run("build")
        assert (done.code, done.stdout) == (code, "")
        assert any(said in line for line in done.stderr.splitlines()[-3:])
        assert log(project) == asked
    events = [json.loads(line) for line in project.run("build", "--json").stdout.splitlines()]
    (receipt,) = [event for event in events if event["type"] == "receipt"]
    assert said in receipt["line"]
    assert receipt["statement"]["subject"] == [{"name": "app:latest", "digest": {"sha256": "abc"}}]
    project.patch.chdir(project.path)
    project.capture.readouterr()
    assert main(["audit", "--last"]) == code
    shown = project.capture.readouterr().out
    assert said in shown
    assert "beside the image: the log, Dockerfile, Dockerfile.dockerignore, condock.yml" in shown


def test_what_could_be_read_in_part_is_clean_once_it_can_be_wholly(project: Project) -> None:
    saved = saves(project, UNREADABLE)
    assert [project.run("build").code for _ in range(2)] == [4, 4]
    saved.write_bytes(CLEAN)
    assert [project.run("build").code for _ in range(2)] == [0, 0]


def test_what_an_older_condock_said_of_it_does_not_count(project: Project) -> None:
    saves(project, oci_layout(LEAKY))
    project.run("build")
    (kept,) = (Path(os.environ["HOME"]) / ".local/state/condock/receipts").iterdir()
    older = json.loads(kept.read_text())
    kept.write_text(json.dumps(older | {"version": older["version"] - 1, "exit_code": "DONE", "line": "nowhere"}))
    log(project)
    assert project.run("build").code == 5
    assert log(project) == SEARCH


def without_iidfile(line: str) -> list[str]:
    words = line.split()
    at = words.index("--iidfile")
    return [*words[:at], *words[at + 2 :]]


@pytest.mark.parametrize("output", ["--plain", "--json", "--quiet"])
def test_however_it_is_shown(project: Project, output: str) -> None:
    assert was_repeated(project, output)


def touched(name: str) -> Callable[[Project], None]:
    def change(project: Project) -> None:
        project.write(name, f"{(project.path / name).read_text()}\n# changed\n")

    return change


def wrote(name: str) -> Callable[[Project], None]:
    return lambda project: project.write(name, "x\n")


def another_key(project: Project) -> None:
    project.patch.setenv(KEY_VARIABLE, make_jwt(FAR + 1))


def history_gone(project: Project) -> None:
    [file] = (Path(os.environ["HOME"]) / ".local/state/condock/builds").iterdir()
    file.unlink()


@pytest.mark.parametrize(
    "change",
    [
        touched("condock.yml"),
        touched("environment.yml"),
        touched("Dockerfile"),
        touched("Dockerfile.dockerignore"),
        wrote(".dockerignore"),
        another_key,
        history_gone,
    ],
    ids=["plan", "environment", "Dockerfile", "ignore file", "own ignore file", "key", "history"],
)
def test_where_something_has_changed_all_is_looked_at(project: Project, change: Callable[[Project], None]) -> None:
    change(project)
    assert not was_repeated(project)
    assert was_repeated(project)


def test_a_file_that_is_copied_may_change(project: Project) -> None:
    touched("app.py")(project)
    assert was_repeated(project)


@pytest.mark.parametrize("again", [True, False], ids=["built before", "built the first time"])
def test_the_key_in_a_file_that_is_copied_stops_the_build_before_it_begins(project: Project, again: bool) -> None:
    if not again:
        history_gone(project)
    project.write("app.py", f"one = 1\nTOKEN = '{KEY}'\n")
    log(project)
    done = project.run("build")
    assert (done.code, done.stdout) == (5, "")
    assert "The API key is in app.py, line 2, which would be sent to the builder." in done.stderr
    assert KEY not in done.text
    assert "buildx build" not in log(project)


@pytest.mark.parametrize("name", ["DOCKER_CONTEXT", "DOCKER_CONFIG", "BUILDX_BUILDER", "BUILDKIT_HOST", "PATH"])
def test_another_engine_or_another_docker_is_never_taken_for_the_one_it_was(project: Project, name: str) -> None:
    value = (
        f"{os.environ['PATH']}:/elsewhere" if name == "PATH" else "default" if "CONTEXT" in name else "/elsewhere"
    )
    project.patch.setenv(name, value)
    assert not was_repeated(project)
    assert was_repeated(project)


def test_another_context_that_docker_was_told_to_use_is_asked_about(project: Project) -> None:
    settings = Path(os.environ["HOME"]) / ".docker"
    settings.mkdir(exist_ok=True)
    (settings / "config.json").write_text("{}")
    assert not was_repeated(project)
    assert was_repeated(project)


def test_a_builder_in_force_that_buildx_writes_down_anew_is_the_one_it_was(project: Project) -> None:
    """It does so in every build."""
    current = Path(os.environ["HOME"]) / ".docker/buildx/current"
    current.parent.mkdir(parents=True)
    for key, repeated in (("a", False), ("a", True), ("b", False), ("b", True)):
        current.write_text(json.dumps({"Key": key, "Name": "", "Global": False}))
        assert was_repeated(project) is repeated


def test_an_engine_that_does_not_answer_is_said_and_waited_for(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_SILENCE", 0.2)
    answer = tmp_path / "answer"
    os.mkfifo(answer)
    project.builds(f"read go <{answer}; echo '{CACHED}' >&2; exit 0")
    view, said = FailureOutput.say, threading.Event()

    def say(self: FailureOutput, text: str) -> None:
        view(self, text)
        if "has not answered yet" in text:
            said.set()

    monkeypatch.setattr(FailureOutput, "say", say)
    monkeypatch.setattr(PlainLines, "say", say)
    threading.Thread(target=lambda: said.wait(60) and answer.write_text("go\n")).start()
    done = project.run("build")
    assert done.code == 0
    assert done.stderr.splitlines()[0].startswith("The Docker engine has not answered yet")
    assert "Built app:latest" in done.stderr


@pytest.mark.parametrize("arguments", [("--check-key",), ("--plain", "--check-key")])
def test_with_other_options_all_is_looked_at(project: Project, arguments: tuple[str, ...]) -> None:
    assert not was_repeated(project, *arguments)


@pytest.mark.parametrize("arguments", [("--plain", "--json"), ("--bogus",), ("elsewhere",)])
def test_wrong_use_starts_nothing(project: Project, arguments: tuple[str, ...]) -> None:
    log(project)
    assert project.run("build", *arguments).code == 2
    assert log(project) == []


def test_without_the_key_it_is_not_started(project: Project) -> None:
    project.patch.delenv(KEY_VARIABLE)
    log(project)
    assert project.run("build").code == 3
    assert "buildx build" not in log(project)


def test_a_key_that_has_expired_since_is_not_used(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: FAR + 1.0)
    log(project)
    done = project.run("build")
    assert done.code == 3
    assert "expired" in done.stderr
    assert "buildx build" not in log(project)


@pytest.mark.parametrize("record", ["", "{}", "[]", '{"version": 1, "seen": 3}', "\0", "9" * 70_000])
def test_a_record_that_is_damaged_is_passed_over(project: Project, record: str) -> None:
    [file] = (Path(os.environ["HOME"]) / ".local/state/condock/fast_repeat").iterdir()
    file.write_text(record)
    assert not was_repeated(project)


def test_the_record_is_for_its_user_alone_and_without_the_key(project: Project) -> None:
    [file] = (Path(os.environ["HOME"]) / ".local/state/condock/fast_repeat").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert KEY[:40] not in file.read_text()
    assert KEY[-20:] not in file.read_text()


@pytest.mark.parametrize("mode", [SecretMode.DOTENV, SecretMode.NONE])
def test_the_variable_is_kept_from_a_build_that_does_not_mount_it(project: Project, mode: SecretMode) -> None:
    project.plan("secret", mode=mode)
    project.write(".env", f"{KEY_VARIABLE}={KEY}\n")
    assert not was_repeated(project)
    assert was_repeated(project)
    assert KEY not in (project.bin / "asked").read_text().split("= ")[-1]
    project.write(".env", f"{KEY_VARIABLE}={make_jwt(FAR + 5)}\n")
    assert not was_repeated(project)


@pytest.mark.parametrize("mode", [SecretMode.VARIABLE, SecretMode.DOTENV])
def test_its_output_is_redacted(project: Project, mode: SecretMode) -> None:
    key = "opaque-0f9e8d7c6b5a4938"
    project.patch.setenv(KEY_VARIABLE, key)
    project.plan("secret", mode=mode)
    project.write(".env", f"{KEY_VARIABLE}={key}\n")
    project.builds(f"echo 'WARNING: {key}' >&2; echo '{CACHED}' >&2; exit 0")
    for _ in range(2):
        done = project.run("build")
        assert done.code == 0
        assert key not in done.text
        assert "WARNING: ••••" in done.stderr


# Where it does not go as it went


def test_a_build_with_something_new_is_remembered_anew(project: Project) -> None:
    project.plays(RECORDINGS / "success.rawjson")
    assert project.run("build").code == 0
    builds = json.loads(next((Path(os.environ["HOME"]) / ".local/state/condock/builds").iterdir()).read_text())
    assert len(builds["builds"]) == 2
    cached(project)
    assert was_repeated(project)


def test_a_failure_is_explained(project: Project) -> None:
    project.plays(RECORDINGS / "unknown-package.rawjson", code=1)
    done = project.run("build")
    assert done.code == 1
    assert "No channel has no-such-package-xyz." in done.stderr


def test_a_failure_for_what_was_not_looked_at_is_said_as_that(project: Project) -> None:
    (project.path / "app.py").unlink()
    project.plays(RECORDINGS / "unknown-package.rawjson", code=1)
    done = project.run("build")
    assert done.code == 2
    assert "`app.py` is not in the folder." in done.stderr


def test_an_engine_that_is_gone_is_said_to_be(project: Project) -> None:
    project.builds("echo 'ERROR: Cannot connect to the Docker daemon' >&2; exit 1")
    project.patch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    done = project.run("build")
    assert done.code == 4
    assert "The Docker engine is not running at unix:///nowhere/docker.sock." in done.stderr


def test_a_command_that_is_gone_is_said_to_be(project: Project) -> None:
    (project.bin / "docker").unlink()
    done = project.run("build")
    assert done.code == 4
    assert "Docker's command line is not on this machine." in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_of_it_outlives_condock(project: Project, tmp_path: Path, number: int) -> None:
    ready, scratch = tmp_path / "ready", tmp_path / "scratch"
    os.mkfifo(ready)
    scratch.mkdir()
    project.builds(f"echo $$ >{ready}; exec /bin/sleep 600")
    argv = [sys.executable, "-m", "tui", "build", str(project.path)]
    env = environment() | {"TMPDIR": str(scratch)}
    process = subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    pid = int(ready.read_text())  # waits until the builder runs, which is long before condock is all there
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    assert process.returncode in (130, -number)
    deadline = time.monotonic() + 30
    while (alive(pid) or list(scratch.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(pid)
    assert not list(scratch.iterdir())


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_a_folder_that_is_not_there_is_nothing_to_repeat(tmp_path: Path) -> None:
    assert start_repeat(str(tmp_path / "gone"), {}, lambda *_: True) is None

"""`condock build`: what it runs, what it says where, and how it ends."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from tests.flows.shop import KEY, Project, environment, in_shell
from tests.paths import RECORDINGS
from tests.saved_images import CLEAN, files_of
from tests.stages.stand_in_engine import docker_cli, id_of
from tests.stages.wizard import USABLE
from tui.core.engine.report import EngineReport
from tui.core.plan import SecretMode
from tui.core.secret import KEY_VARIABLE
from tui.headless import open as open_module
from tui.main import main

DATA = re.compile(r'"data":"([^"]+)"')


def test_build_hands_over_the_key_in_the_environment_alone(project: Project, tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    project.builds(f'printf "%s\\n" "$@" "key=${KEY_VARIABLE}" >{seen}; exit 0')
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
    project.builds(f'printf "key=%s" "${KEY_VARIABLE}" >{seen}; exit 0')
    project.plan("secret", mode=mode)
    project.write(".env", f"{KEY_VARIABLE}={KEY}\n")
    assert project.run("build").code == 0
    assert seen.read_text() == "key="


def test_build_says_what_of_the_files_could_not_be_searched(project: Project) -> None:
    project.builds("exit 0")
    project.plan("application", files=("app.py", "cut.gz"))
    (project.path / "cut.gz").write_bytes(gzip.compress(os.urandom(900))[:99])
    for _ in range(2):
        said = project.run("build").stderr
        assert "The key is not in what was searched of the 3 files" in said
        assert "Not searched: cut.gz ends too early." in said


def test_build_writes_what_the_plan_needs_and_again_nothing(project: Project) -> None:
    project.builds("exit 0")
    before = project.files()
    assert project.run("build").code == 0
    after = project.files()
    assert sorted(set(after) - set(before)) == ["Dockerfile", "Dockerfile.dockerignore"]
    assert {name: after[name] for name in before} == before
    assert project.run("build").code == 0
    assert project.files() == after


@pytest.mark.parametrize("output", ["--plain", "--quiet", "--json"])
def test_an_image_that_nobody_gets_to_search_ends_as_its_audit_does(project: Project, output: str) -> None:
    said = "The image was not searched for the key: the image could not be searched: There is no image app:latest"
    project.builds("exit 0")
    assert project.run("build", output).code == 0
    project.builds("exit 0", image=b"")
    project.write("environment.yml", f"{(project.path / 'environment.yml').read_text()}# changed\n")
    project.patch.chdir(project.path)
    for _ in range(2):  # the second is started at once
        done = project.run("build", output)
        assert (done.code, said in done.stderr) == (4, True), done.text
    assert (main(["audit"]), main(["audit", "--last"])) == (4, 4)
    assert "nowhere in the image" not in project.capture.readouterr().out


@pytest.mark.parametrize("same", [True, False], ids=["the same", "another"])
def test_an_image_that_is_known_by_its_name_alone_is_the_one_that_was_built(project: Project, same: bool) -> None:
    """With containerd's store an engine knows it by its manifest, the builder by its configuration."""
    [config] = [name.rpartition("/")[2] for name, content in files_of(CLEAN).items() if b"rootfs" in content]
    saved = project.bin / "saved.tar"
    saved.write_bytes(CLEAN)
    tell = f'while [ "$1" != --iidfile ]; do shift; done; echo sha256:{config if same else "0f"} >"$2"'
    named = {
        "image inspect --format {{.Id}} -- app:latest": "echo sha256:manifest",
        "image save -- sha256:manifest": f"/bin/cat {saved}",
    }
    docker_cli(project.bin, build=tell, answers=named)
    done = project.run("build")
    said = "nowhere in the image" if same else "app:latest is another image now than the one that was built"
    assert (done.code, said in done.stderr) == (0 if same else 4, True), done.stderr


def test_where_nothing_was_to_be_searched_for_it_need_not_be(project: Project) -> None:
    project.plan("secret", mode=SecretMode.NONE)
    project.builds("exit 0", image=b"")
    done = project.run("build")
    assert (done.code, "searched" in done.stderr) == (0, False)


def test_a_build_is_recorded_without_the_key_and_played_to_its_diagnosis(project: Project, tmp_path: Path) -> None:
    step = {"digest": "a", "name": "[1/1] RUN conda x", "started": "2026-11-22T16:17:46Z"}
    texts = [f"the key is {KEY[:50]}", f"{KEY[50:]}\n", "InvalidMatchSpec: Invalid spec\n"]
    logs = [{"vertex": "a", "data": base64.b64encode(text.encode()).decode()} for text in texts]
    failed = {**step, "completed": "2026-11-22T16:17:47Z", "error": "exit code: 1"}
    documents = [{"vertexes": [step]}, *({"logs": [log]} for log in logs), {"vertexes": [failed]}]
    (tmp_path / "build").write_text("\n".join(map(json.dumps, documents)) + "\n")
    project.plays(tmp_path / "build", 1)
    file = project.path / "told"
    assert project.run("build", "--record", str(file)).code == 1
    said = b"".join(map(base64.b64decode, DATA.findall(file.read_text()))).decode()
    assert "the key is ••••" in said
    assert KEY[20:40] not in file.read_text() + said
    shown = in_shell("condock demo told --plain", project.path)
    assert shown.returncode == 1
    assert "conda does not understand one of the dependencies." in shown.stderr
    again = project.run("build", "--record", str(file))
    assert (again.code, "is there already" in again.stderr) == (2, True)


@pytest.mark.parametrize("key", [KEY, "opaque-0f9e8d7c6b5a4938"])
def test_a_build_that_fails_is_1_and_its_output_is_redacted(project: Project, key: str) -> None:
    project.patch.setenv(KEY_VARIABLE, key)
    project.builds(f'echo "ERROR: failed to solve: with ${KEY_VARIABLE}" >&2; exit 1')
    done = project.run("build")
    assert done.code == 1
    assert "The build failed." in done.stderr
    assert "••••" in done.stderr
    assert key not in done.text


def test_events_as_json_lines_on_stdout_and_talk_on_stderr(project: Project) -> None:
    project.builds('echo "ERROR: no" >&2; exit 1')
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
    project.builds(f"echo $$ >{ready}; exec /bin/sleep 600")
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


def test_a_signal_while_the_loop_is_made_waits_for_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half made, it would end with a traceback."""
    make = asyncio.new_event_loop

    def interrupted() -> asyncio.AbstractEventLoop:
        signal.raise_signal(signal.SIGINT)
        return make()

    monkeypatch.setattr(asyncio.events, "new_event_loop", interrupted)
    project.builds("exec /bin/sleep 600")
    done = project.run("build")
    assert (done.code, "The build was stopped." in done.stderr) == (130, True), done.text


def test_a_reader_of_events_that_goes_away_ends_the_build(project: Project, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    loop = "while :; do echo line >&2; done"
    project.builds(f"echo $$ >{pid}; {loop}")
    done = in_shell(f"(condock build --json; echo $? >{tmp_path}/code) | (read line)", project.path)
    assert (tmp_path / "code").read_text().strip() == "130"
    assert "Traceback" not in done.stderr
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


# What is said


def test_in_a_pipe_each_step_has_its_lines_and_the_output_between_them(project: Project) -> None:
    project.plays(RECORDINGS / "success.rawjson")
    done = project.run("build")
    assert (done.code, done.stdout) == (0, "")
    lines = [line for line in done.stderr.splitlines() if "builder 4/4" in line]
    command = "builder 4/4 RUN conda env create --yes --prefix /env --file environment.yml"
    assert lines[-1] == f"done         0.8s  {command}"
    assert "  builder 4/4 |   environment location: /env" in lines
    # Whether it is seen running depends on how much of it comes at once.
    assert {line for line in lines[:-1] if "| " not in line} <= {f"running            {command}"}
    assert done.stderr.count("FROM 127.0.0.1") == 2  # base images end twice
    assert "internal" not in done.stderr.lower()
    assert not done.stderr.count("\x1b")
    built, about_key, _, searched = done.stderr.splitlines()[-4:]
    assert searched.startswith("The key is nowhere in the image: 1 layer, ")
    assert built.startswith("Built app:latest in ")
    assert about_key.startswith("The key is shown to conda in base ")
    assert done.stderr.splitlines()[-2].startswith("Run it: docker run ")


@pytest.mark.parametrize(
    ("text", "said"), [("dependencies: [python", "A bracket is not closed"), (None, "environment.yml")]
)
def test_what_is_wrong_without_docker_is_said_without_its_answer(
    project: Project, text: str | None, said: str
) -> None:
    ended = Event()

    def silent(env: object, build: object, cancel: Event) -> EngineReport:
        if cancel.wait(20):
            ended.set()
        return USABLE

    project.patch.setattr(open_module, "probe", silent)
    project.patch.setattr(open_module, "_GRACE", 0.01)
    (project.path / "environment.yml").unlink()
    project.write("environment.yml", text) if text else (project.path / "environment.yml").mkdir()
    done = project.run("build")
    assert (done.code, ended.is_set()) == (2, True)
    assert said in done.stderr and "still looking" not in done.stderr


def test_a_failure_ends_in_its_cause_and_what_to_do(project: Project) -> None:
    project.plays(RECORDINGS / "wrong-key.rawjson", code=1)
    done = project.run("build")
    assert done.code == 1
    *_, place, advice = done.stderr.splitlines()
    assert place == "The build failed at builder 4/4 (exit code 1)."
    assert advice.endswith(".")
    assert "Traceback" not in done.stderr


def test_quiet_is_the_id_of_the_image_and_nothing_else(project: Project) -> None:
    image = id_of(CLEAN)
    project.builds("echo WARNING: old >&2")
    done = project.run("build", "--quiet")
    assert (done.code, done.stdout, done.stderr) == (0, f"{image}\n", "")
    assert project.run("build", "--quiet").stdout == f"{image}\n"  # and so when it is built again


def test_quiet_says_all_of_a_failure(project: Project) -> None:
    project.plays(RECORDINGS / "unknown-package.rawjson", code=1)
    done = project.run("build", "--quiet")
    assert (done.code, done.stdout) == (1, "")
    first, *rest = done.stderr.splitlines()
    assert first.startswith("failed       1.5s  builder 4/4 RUN conda env create")
    assert rest[:2] == ["  | Collecting package metadata (repodata.json): done", "  | Solving environment: failed"]
    assert "running" not in done.stderr


@pytest.mark.parametrize("pair", [("--json", "--quiet"), ("--plain", "--json")])
def test_there_is_one_output(project: Project, pair: tuple[str, str]) -> None:
    done = project.run("build", *pair)
    assert done.code == 2
    assert "not allowed with argument" in done.stderr


def test_the_key_is_checked_again_on_request(project: Project, tmp_path: Path) -> None:
    seen = tmp_path / "argv"
    project.builds(f'printf "%s\\n" "$@" >{seen}; exit 0')
    assert project.run("build").code == 0
    assert "CACHEBUST=" not in seen.read_text()
    assert project.run("build", "--check-key").code == 0
    assert "\nCACHEBUST=20" in seen.read_text()

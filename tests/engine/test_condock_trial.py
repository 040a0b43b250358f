"""Starting the image for a moment, on the real engine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.engine.base_images import BaseImages
from tests.engine.engine import Engine
from tui.core.building.failure.trial_run import Trial, try_image
from tui.core.project import open_project

IMAGE = "condock-test/trial:latest"


@pytest.mark.parametrize(
    ("entrypoint", "code", "cause", "words"),
    [
        ('["sleep", "600"]', None, "", "It starts: it was still running"),
        ('["true"]', 0, "", "ends by itself without an error"),
        ('["greet"]', 127, "entrypoint-missing", "It does not start."),
        ('["sh", "-c", "echo [/etc] >&2; exit 3"]', 3, "unknown", "It does not start."),
    ],
)
def test_what_comes_of_it(
    *,
    tmp_path: Path,
    engine: Engine,
    base_images: BaseImages,
    entrypoint: str,
    code: int | None,
    cause: str,
    words: str,
) -> None:
    trial = tried(tmp_path, engine, f"FROM {base_images.runtime.pinned}\nENTRYPOINT {entrypoint}\n")
    assert (trial.code, trial.diagnosis.cause if trial.diagnosis else "") == (code, cause)
    assert words in trial.words
    assert "\n".join(trial.why) == "It printed nothing." or trial.code
    assert "condock-trial-" not in engine.docker("ps", "--all", "--format", "{{.Names}}")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("sleep 4; echo done", "ends by itself without an error"),
        ("echo begun; sleep 4", "ends by itself without an error"),
    ],
)
def test_one_that_ends_is_waited_for(
    tmp_path: Path, engine: Engine, base_images: BaseImages, script: str, words: str
) -> None:
    dockerfile = f'FROM {base_images.runtime.pinned}\nENTRYPOINT ["sh", "-c", "{script}"]\n'
    trial = tried(tmp_path, engine, dockerfile, patience=60)
    assert words in trial.words
    assert trial.seconds < 60


def test_what_it_printed_stands_in_the_order_in_which_it_came(
    tmp_path: Path, engine: Engine, base_images: BaseImages
) -> None:
    script = "echo one >&2; sleep 0.2; echo two; sleep 0.2; echo three >&2; sleep 0.2; printf four"
    dockerfile = f'FROM {base_images.runtime.pinned}\nENTRYPOINT ["sh", "-c", "{script}"]\n'
    assert tried(tmp_path, engine, dockerfile, patience=60).printed == ("one", "two", "three", "four")


SERVER = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(418)
        self.end_headers()
print("ready", flush=True)
http.server.HTTPServer((sys.argv[1], 8000), Answer).serve_forever()
"""


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("0.0.0.0", "It starts, and answers with HTTP 418 on 0.0.0.0:8000; it was stopped again."),
        ("127.0.0.1", "It runs, but listens on 127.0.0.1:8000 alone"),
    ],
)
def test_it_is_asked_where_it_listens_in_its_own_network(
    tmp_path: Path, engine: Engine, base_images: BaseImages, address: str, words: str
) -> None:
    (tmp_path / "server.py").write_text(SERVER)
    dockerfile = f"""\
FROM {base_images.python.pinned}
RUN mkdir -p /env/bin && ln -s "$(command -v python3)" /env/bin/python
COPY server.py /
ENTRYPOINT ["/env/bin/python", "/server.py", "{address}"]
"""
    trial = tried(tmp_path, engine, dockerfile, port="8000", patience=30)
    assert words in trial.words
    assert trial.printed[0] == "ready"
    assert trial.good is (address == "0.0.0.0")


def tried(folder: Path, engine: Engine, dockerfile: str, *, port: str = "", patience: float = 0.5) -> Trial:
    """Build this as the project's image, and start it."""
    (folder / "Dockerfile").write_text(dockerfile)
    command = ["docker", "build", "--network", "host", "--tag", IMAGE, str(folder)]
    subprocess.run(command, env=engine.env, check=True, capture_output=True)
    project = open_project(folder).change("build", image=IMAGE).change("application", port=port)
    return try_image(project, engine.env, patience=patience)

"""A package whose code looks for the key: it has it in the guide's form, and nothing in the isolated one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.engine.channel import Channel
from tests.engine.condock import Folder
from tests.engine.thief import PACKAGE, SDIST, THIEVES, at_work, stolen
from tui.core.secret import KEY_VARIABLE

pytestmark = pytest.mark.usefixtures("debian_python")

MOUNTS = {
    "variable": f"--mount=type=secret,id={KEY_VARIABLE},required=true",
    "dotenv": "--mount=type=secret,id=dotenv,target=.env,required=true",
}
HEAD = """\
FROM {builder} AS builder
RUN conda install --yes --name base --channel {tools} --override-channels anaconda-registration
"""
TAIL = """\
FROM {runtime} AS runtime
COPY --from=builder /env /env
"""
SOLVED = """\
COPY environment.yml ./
RUN {mount} \\
    conda create --yes --download-only --prefix /env --file environment.yml \\
    && test ! -e /env
RUN {network}conda env create --yes --offline --prefix /env --file environment.yml
"""
LOCKED = """\
COPY conda.lock ./
RUN {mount} python -c '\\
from conda.base.context import reset_context; reset_context(); \\
from conda.exports import MatchSpec, ProgressiveFetchExtract; \\
urls = (line.strip().replace("sha256:", "").partition("#") for line in open("conda.lock") if "://" in line); \\
specs = [MatchSpec(url, **{{"sha256" if len(h) == 64 else "md5": h}}) for url, _, h in urls]; \\
ProgressiveFetchExtract(specs).execute()'
RUN {network}conda create --yes --offline --prefix /env --file conda.lock
"""


@pytest.fixture
def channel(thief_channel: Channel) -> Channel:
    """In the place of the usual one, with a thief in it."""
    return thief_channel


def with_thieves(folder: Folder, mode: str, key: str, *, pip: bool) -> None:
    """Ask for the thieves; with pip for that among the sdists too."""
    lines = [f"channels: [{folder.channel.private}]", "dependencies:", f"- {PACKAGE}"]
    lines += ["- python", "- pip", "- pip:"] if pip else []
    lines += [f"  - --index-url {folder.channel.tools}/simple", f"  - {SDIST}"] if pip else []
    folder.write("environment.yml", "\n".join((*lines, "")))
    if mode == "dotenv":
        folder.write(".env", f"{KEY_VARIABLE}={key}\n", 0o600)


@pytest.mark.parametrize("mode", MOUNTS)
def test_in_the_guides_form_all_of_them_take_the_key(folder: Folder, key: str, mode: str, tmp_path: Path) -> None:
    with_thieves(folder, mode, key, pip=True)
    folder.init("--secret", mode)
    done = folder.run("build", key=key if mode == "variable" else None)
    assert done.code == 0, done.stderr
    assert at_work(folder) == THIEVES
    file = f"run_secrets_{KEY_VARIABLE}" if mode == "variable" else ".env"
    taken = stolen(folder, key, tmp_path)
    assert taken.keys() == THIEVES
    assert all({file, f"{file}.base64"} <= files for files in taken.values())


@pytest.mark.parametrize(
    ("mode", "source"), [("variable", "environment"), ("dotenv", "pip"), ("variable", "lock"), ("dotenv", "lock")]
)
def test_in_the_isolated_form_there_is_nothing_to_take(
    folder: Folder, key: str, mode: str, source: str, tmp_path: Path
) -> None:
    with_thieves(folder, mode, key, pip=source == "pip")
    url = f"{folder.channel.private}/noarch/{PACKAGE}-1.0-0.tar.bz2"
    folder.write("conda.lock", f"@EXPLICIT\n{url}#{folder.channel.md5(url)}\n")
    build(folder, LOCKED if source == "lock" else SOLVED, mode, key, "" if source == "pip" else "--network=none ")
    assert at_work(folder) == (THIEVES if source == "pip" else THIEVES - {"setup.py"})
    assert stolen(folder, key, tmp_path) == {}
    private = {request for request in folder.channel.requests if request.path.startswith("/private/")}
    assert {(request.authorized, request.status) for request in private} == {(True, 200)}


def build(folder: Folder, steps: str, mode: str, key: str, network: str) -> None:
    """Build the folder's image by hand, with these instructions between the usual ones."""
    names = {"builder": folder.images.builder.pinned, "runtime": folder.images.runtime.pinned}
    text = (HEAD + steps + TAIL).format(**names, tools=folder.channel.tools, mount=MOUNTS[mode], network=network)
    (folder.path / "Dockerfile").write_text(text)
    secret = f"id={KEY_VARIABLE}" if mode == "variable" else "id=dotenv,src=.env"
    command = ["docker", "buildx", "build", "--network=host", f"--tag={folder.image}", f"--secret={secret}", "."]
    env = folder.environment(key if mode == "variable" else None)
    done = subprocess.run(command, cwd=folder.path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

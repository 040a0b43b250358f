"""Builds that fail: one and more for each cause that an engine can be made to fail for.

`python -m tests.engine.record_failures` keeps what the builder writes of them in tests/data/failures.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pip

from tests.paths import DATA
from tests.stages.failed_builds import jwt
from tui.core.secret import KEY_VARIABLE

REPLAYED = DATA / "failures" / "replayed"
RIGHT, WRONG = "right+test/key=0f9e8d7c6b5a4938", "wrong+test/key=0f9e8d7c6b5a4938"

MOUNT = f"--mount=type=secret,id={KEY_VARIABLE},required=true"
CREATE = "conda env create --yes --prefix /env --file environment.yml"
PLUGIN = "conda install --yes --name base --channel %(tools)s --override-channels anaconda-registration"
PUBLIC = f"FROM %(builder)s AS builder\n\nCOPY environment.yml ./\n\nRUN {CREATE}\n"
GUIDE = f"""\
FROM %(builder)s AS builder

RUN {PLUGIN}

COPY environment.yml ./

RUN {MOUNT} \\
    {CREATE}
"""
# A conda that says what a real one has said, and fails.
SAYING = """\
FROM %(runtime)s AS builder
COPY --chmod=755 conda /usr/local/bin/
COPY said.txt /
RUN %%s
"""
CONDA = "#!/bin/sh\ncat /said.txt >&2\nexit 1\n"
# The head of an ELF file for aarch64: enough for a kernel to refuse it.
FOREIGN = b"\x7fELF\x02\x01\x01" + bytes(9) + bytes((2, 0, 183, 0)) + bytes(44)
# A package whose own build fails, without anything to be fetched for it.
UNBUILDABLE: dict[str, str | bytes] = {
    "thing/pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    "thing/backend.py": "def build_wheel(*_, **__):\n    raise SystemExit(\"error: command 'gcc' failed\")\n",
}
FETCH = "python3 -c \"from urllib.request import urlopen; urlopen('%s')\""


@dataclass(frozen=True)
class Failing:
    """A build that fails. `%(name)s` in its texts stands for a place of `failing.places`."""

    dockerfile: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    options: tuple[str, ...] = ("--network=host",)
    key: str = ""
    """What ANACONDA_AUTH_API_KEY is; it is mounted where there is one."""
    env: Mapping[str, str] = field(default_factory=dict)
    command: tuple[str, ...] = ("buildx", "build", "--progress=rawjson")
    cut: str = ""
    """What ends while the build runs: `engine` (the connection to it), or the number of a signal."""


def _guide(channel: str, *dependencies: str, key: str = RIGHT) -> Failing:
    return Failing(GUIDE, _environment(channel, *dependencies), key=key)


def _environment(channel: str, *dependencies: str) -> dict[str, str | bytes]:
    return {"environment.yml": json.dumps({"channels": [channel], "dependencies": dependencies})}


def _run(instructions: str, *options: str, **changes: Any) -> Failing:
    options = ("--network=host", *options)
    return Failing(f"FROM %(runtime)s AS builder\n{instructions}\n", options=options, **changes)


def _from(image: str, *options: str) -> Failing:
    return Failing(f"FROM {image} AS builder\n", options=options)


def _pip(arguments: str, files: Mapping[str, str | bytes] | None = None) -> Failing:
    install = "python3 /wanted/pip.zip/pip install --break-system-packages --no-cache-dir --retries=0"
    command = f"COPY . /wanted\nRUN {install} --index-url http://%(answers)s/answers/404/simple/ {arguments}"
    return Failing(f"FROM %(runtime)s AS builder\n{command}\n", {"pip.zip": _pip_itself(), **(files or {})})


@cache
def _pip_itself() -> bytes:
    """pip, which runs from an archive too."""
    folder, content = Path(pip.__file__).parent, io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.suffix != ".pyc":
                archive.write(file, f"pip/{file.relative_to(folder)}")
    return content.getvalue()


_SAID_BY = {
    "no-plugin": PLUGIN,
    "installed-with-key": "conda create --download-only --file environment.yml && test ! -e /env",
    "script-network": f"--network=none {CREATE} --offline",
    "downloads-gone": f"--network=none {CREATE} --offline",
}
"""What says so, where it matters."""


def _saying(file: Path) -> Failing:
    command = _SAID_BY.get(file.stem.partition(".")[0], CREATE)
    return Failing(SAYING.replace("%%s", command), {"conda": CONDA, "said.txt": file.read_bytes()})


def _copy(ignored: str = "") -> Failing:
    files = {"Dockerfile.dockerignore": ignored, "app.py": ""} if ignored else {}
    return Failing("FROM %(runtime)s AS builder\nCOPY app.py ./\n", files)


_LOCK = 'case "$TARGETARCH" in \\\n      arm64) lock=conda-linux-aarch64.lock ;; \\\n'
_LOCK += '      *) echo "There is no lock file for $TARGETARCH." >&2; exit 1 ;; \\\n    esac'
_PLAIN = ("buildx", "build", "--progress=plain")
_FULL = "RUN --mount=type=tmpfs,target=/small,size=65536 dd if=/dev/zero of=/small/file bs=4096 count=64"

REAL: dict[str, Failing] = {
    # What condock's own Dockerfile says
    "conda-too-old": _run('RUN echo "This needs conda 26.7 or newer, which can download packages." >&2; exit 1'),
    "conda-lock-changed": _run(
        'RUN echo "conda-lock.yml has changed since condock made the lists beside the Dockerfile from it."; exit 1'
    ),
    # The key
    "no-key": _run(f"RUN {MOUNT} \\\n    {CREATE}"),
    "no-key.variable": _run("", f"--secret=id={KEY_VARIABLE}"),
    "no-key-file": _run("", "--secret=id=dotenv,src=.env"),
    "wrong-key": _guide("http://%(answers)s/answers/401", "greeting", key=WRONG),
    "forbidden": _guide("%(private)s", "greeting", key=WRONG),
    "key-not-offered.http": _guide("%(unmapped)s", "greeting"),
    "key-wanted": Failing(PUBLIC, _environment("%(private)s", "greeting")),
    "expired-key": _guide("%(private)s", "greeting", key=jwt(expires=1_600_000_000).reveal()),
    "secret-unreadable": _run(f"USER nobody\nRUN {MOUNT} cat /run/secrets/{KEY_VARIABLE}", key=RIGHT),
    # What conda says, by the stand-in
    "no-plugin": Failing(GUIDE.replace("%(tools)s", "%(private)s"), _environment("%(private)s", "greeting")),
    "package-not-found": _guide("%(private)s", "greeting", "no-such-package >=2"),
    "glibc": _guide("%(private)s", "greeting", "glibc-picky 2.0"),
    "conflict.rattler": _guide("%(private)s", "zones-data", "greeting 1.0", "greeting 1.1"),
    "channel-down": _guide("http://%(answers)s/answers/503", "greeting"),
    "no-connection.reset": _guide("http://%(answers)s/answers/reset", "greeting"),
    "channel-not-found": _guide("http://%(answers)s/answers/404", "greeting"),
    # Other commands
    "pip-not-found": _pip("no-such-package==9"),
    "pip-build": _pip("--no-deps /wanted/thing", UNBUILDABLE),
    "no-network": _run(f"RUN {FETCH % 'http://channel.invalid/'}"),
    "network-none": _run(f"RUN {FETCH % 'http://channel.invalid/'}", "--network=none"),
    "tls": _run(f"RUN {FETCH % 'https://%(tls)s/'}"),
    "proxy": _run(f"RUN {FETCH % 'https://channel.invalid/'}", "--build-arg=https_proxy=http://%(answers)s"),
    "no-connection.refused": _run(f"RUN {FETCH % 'http://127.0.0.1:1/'}"),
    "disk": _run(_FULL),
    "shared-memory": _run("RUN dd if=/dev/zero of=/dev/shm/file bs=1M count=80"),
    "memory": _run("RUN sh -c 'kill -9 $$'"),
    "memory.python": _run("RUN python3 -c 'bytearray(10**15)'"),
    "lock-platform": _run(f"ARG TARGETARCH\nRUN {_LOCK}"),
    "user-exists": _run("RUN useradd --create-home --uid 10001 daemon"),
    "user-exists.uid": _run("RUN useradd --uid 10001 one && useradd --create-home --uid 10001 app"),
    "user-unknown": _run("USER nosuch\nRUN true"),
    "no-useradd": _run("RUN rm /usr/sbin/useradd\nRUN useradd --create-home --uid 10001 app"),
    "no-conda": _run(f"RUN {CREATE}"),
    "no-command": _run("RUN make"),
    "no-shell": Failing("FROM scratch AS runtime\nCOPY app.py /\nRUN useradd app\n", {"app.py": ""}),
    "exec-format": Failing(
        "FROM scratch AS runtime\nCOPY --chmod=755 sh /bin/sh\nRUN useradd app\n", {"sh": FOREIGN}
    ),
    # Files and the Dockerfile
    "file-missing": _copy(),
    "file-ignored": _copy(ignored="*\n!environment.yml\n"),
    "dockerfile": _run("RUNN true"),
    "dockerfile.stage": _run("COPY --from=nosuch:0 /env /env\nCOPY"),
    "dockerfile.name": Failing("FROM Debian:12:slim AS builder\n"),
    "dockerfile.blank": Failing("ARG NAME\nFROM ${NAME} AS builder\n"),
    "dockerfile.variable": _run("ENV PATH=${PATH"),
    "dockerfile-newer": _run(f"RUN --mount=type=secret,id={KEY_VARIABLE},env={KEY_VARIABLE} true"),
    "no-dockerfile": _run("", "--file=nosuch"),
    "frontend": Failing("# syntax=127.0.0.1:1/docker/dockerfile:1\nFROM scratch\n"),
    # Base images
    "base-not-found": _from("%(registry)s/condock-test/no-such-image:1"),
    "digest-gone": _from(f"%(registry)s/condock-test/runtime:12@sha256:{'0' * 64}"),
    "base-platform": _from("%(foreign)s"),
    "base-refused": _from("%(tls)s/answers/denied/image:1"),
    "base-refused.401": _from("%(tls)s/answers/401/image:1"),
    "base-refused.403": _from("%(tls)s/answers/403/image:1"),
    "rate-limit": _from("%(tls)s/answers/429/image:1"),
    "registry-down": _from("%(tls)s/answers/503/image:1"),
    "registry-down.reset": _from("%(tls)s/answers/reset/image:1"),
    "registry-unreachable": _from("registry.invalid/image:1"),
    "registry-unreachable.port": _from("127.0.0.1:1/image:1"),
    "registry-tls": _from("%(answers)s/answers/404/image:1"),
    # The builder and the engine
    "registry-tls.certificate": _from("%(tls)s/answers/distrusted/image:1"),
    "no-bridge": Failing("FROM %(runtime)s AS builder\nRUN true\n", options=()),
    "several-platforms": _run("", "--platform=linux/amd64,linux/arm64"),
    "cache-export": _run("", "--cache-to=type=local,dest=cache"),
    "push-refused": Failing(
        "FROM scratch\nCOPY app.py /\n", {"app.py": ""}, ("--push", "--tag=%(tls)s/answers/403/image:1")
    ),
    "no-builder": _run("", "--builder=nosuch"),
    "no-context": _run("", env={"DOCKER_HOST": "", "DOCKER_CONTEXT": "nosuch"}),
    "no-engine": _run("", env={"DOCKER_HOST": "unix:///no/such/docker.sock"}),
    "no-engine.tcp": _run("", env={"DOCKER_HOST": "tcp://127.0.0.1:1"}),
    "no-buildx": _run("", env={"DOCKER_CONFIG": "/no/such/folder"}),
    "no-buildx.secret": _run("", "--secret=id=a", command=("build",), env={"DOCKER_CONFIG": "/no/such/folder"}),
    "engine-gone": _run("RUN echo begun; sleep 60", cut="engine"),
    "builder-killed": _run("RUN echo begun; sleep 60", cut="9"),
    "cancelled": _run("RUN echo begun; sleep 60", cut="2"),
    # As a buildx older than 0.12 tells it
    "no-conda.plain": _run(f"RUN {CREATE}", command=_PLAIN),
    "unknown": _run("RUN echo one; echo; echo two >&2; exit 7"),
}
"""By the names of their recordings: the cause, and which of several after a dot."""

SAYS = {file.stem: _saying(file) for file in REPLAYED.glob("*.txt")}
"""The same of builds in which a real RUN prints the words of conda, pip or a plugin."""


@dataclass(frozen=True)
class Starting:
    """An image that is built, and does not start."""

    instructions: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)


STARTS: dict[str, Starting] = {
    "entrypoint-missing": Starting('ENTRYPOINT ["greet"]'),
    "entrypoint-denied": Starting(
        'COPY --chmod=644 start /start\nENTRYPOINT ["/start"]', {"start": "#!/bin/sh\n"}
    ),
    "interpreter-missing": Starting(
        'COPY --chmod=755 start /start\nENTRYPOINT ["/start"]', {"start": "#!/bin/sh\r\necho\r\n"}
    ),
    "exec-format.start": Starting('COPY --chmod=755 start /start\nENTRYPOINT ["/start"]', {"start": FOREIGN}),
    "script-missing": Starting('WORKDIR /app\nENTRYPOINT ["python3", "app.py"]'),
    "module-missing": Starting('ENTRYPOINT ["python3", "-c", "import flask"]'),
    "shared-memory.start": Starting('ENTRYPOINT ["dd", "if=/dev/zero", "of=/dev/shm/file", "bs=1M", "count=80"]'),
    "memory.start": Starting('ENTRYPOINT ["sh", "-c", "sh -c \'kill -9 $$\'; exit $?"]'),
}
"""The same of containers; what `docker run` says is recorded."""

"""The base images of the engine tests: a small runtime, one with a Python, and builders with a stand-in for conda.

They are built once per engine (a label says from what) and pushed to the loopback registry for their digests.
"""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.engine.conda_packages import SUBDIRS
from tests.engine.engine import Engine
from tests.engine.left_out import BY_LANGUAGE, OF_PYTHON, UNUSED, unneeded, without, without_symbols

HERE = Path(__file__).parent
RUNTIME = "condock-test/runtime:12"
PYTHON = "condock-test/python:3.11"
BUILDER = "condock-test/conda-stand-in"
NEW, OLD = "26.7.1", "25.11.1"
"""The versions of conda that the stand-in plays, each the tag of an image."""

LABEL = "condock-test.made-from"
STAND_IN = HERE / "conda_stand_in"
REQUIREMENTS = ("py-rattler==0.28.0", "anaconda-auth==0.15.3", "PyYAML")
MANIFESTS = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"

# Miniconda's settings, but that `defaults` is an empty channel in the image: Anaconda's own is out of reach.
CONDARC = """\
channels:
  - defaults
default_channels:
  - file:///opt/conda/defaults
"""
EMPTY = '{"info": {}, "packages": {}, "packages.conda": {}, "repodata_version": 1}'

DOCKERFILE = """\
FROM {base}
ENV LANG=C.UTF-8 LC_ALL=C.UTF-8 PATH=/opt/conda/bin:$PATH
RUN python3 -m venv --without-pip /opt/conda
COPY libraries /opt/conda/lib/python3.11/site-packages
RUN python -m compileall -q /opt/conda/lib/python3.11/site-packages
COPY conda /opt/conda
RUN echo {version} > /opt/conda/lib/python3.11/site-packages/conda/version && \\
    python -m compileall -q /opt/conda/lib/python3.11/site-packages/conda && conda --version
"""

CONDA = """\
#!/bin/sh
# Not conda: a stand-in for tests, see tests/engine/conda_stand_in of condock.
exec /opt/conda/bin/python -sP -m conda "$@"
"""


@dataclass(frozen=True)
class Image:
    """A base image: where it is, and the digest that the registry gives it."""

    tag: str
    digest: str

    @property
    def pinned(self) -> str:
        """The reference with tag and digest, as a Dockerfile pins it."""
        return f"{self.tag}@{self.digest}"


@dataclass(frozen=True)
class BaseImages:
    """What the FROM lines of the tests name."""

    builder: Image
    runtime: Image
    """Without a Python: each image that is made of it is saved and searched."""
    python: Image
    """A runtime with Debian's Python, on which stand the test packages that need one."""
    old_builder: Image
    """One with a conda that is too old to keep the key from packages."""


def prepare(engine: Engine, registry: str) -> BaseImages:
    """Make what is missing, push both, and say where they are."""
    _make_runtime(engine, RUNTIME, (*UNUSED, *OF_PYTHON))
    _make_runtime(engine, PYTHON, UNUSED)
    new, old = (publish(engine, registry, _make_builder(engine, version)) for version in (NEW, OLD))
    runtime, python = (publish(engine, registry, name) for name in (RUNTIME, PYTHON))
    made = BaseImages(builder=new, runtime=runtime, python=python, old_builder=old)
    for image in (new, old, runtime, python):
        _build_on(engine, image)
    return made


def digest(registry: str, reference: str) -> str:
    """The digest a registry has for `name:tag`."""
    name, _, tag = reference.partition(":")
    url = f"http://{registry}/v2/{name}/manifests/{tag}"
    request = urllib.request.Request(url, method="HEAD", headers={"Accept": MANIFESTS})
    with urllib.request.urlopen(request, timeout=10) as response:
        return str(response.headers["Docker-Content-Digest"])


def _make_runtime(engine: Engine, name: str, left_out: Sequence[str]) -> None:
    made_from = hashlib.sha256("\0".join(left_out).encode()).hexdigest() if engine.state else "debian"
    if _label(engine, name) == made_from:
        return
    with tempfile.TemporaryDirectory() as folder:
        if engine.state:
            rootfs = Path(folder) / "rootfs.tar"
            without(left_out, engine.state / "cache/rootfs.tar", rootfs)
            changes = [f"--change=LABEL {LABEL}={made_from}", '--change=CMD ["bash"]']
            engine.docker("import", *changes, str(rootfs), name)
        else:  # somebody's own engine: not exercised by CI
            base = "python:3.11-slim-bookworm" if name == PYTHON else "debian:12-slim"
            _build(engine, name, f"FROM {base}\nLABEL {LABEL}={made_from}\n", Path(folder))


def _make_builder(engine: Engine, version: str) -> str:
    """The name of an image with this conda, made where it is not there as it should be."""
    name = f"{BUILDER}:{version}"
    recipe = DOCKERFILE.format(base=PYTHON, version=version)
    sources = [recipe, CONDA, CONDARC, EMPTY, *REQUIREMENTS, *UNUSED, *sum(BY_LANGUAGE, ())]
    sources += [file.read_text() for file in sorted(STAND_IN.rglob("*.py"))]
    made_from = hashlib.sha256("\0".join(sources).encode()).hexdigest()
    if _label(engine, name) != made_from:
        with tempfile.TemporaryDirectory() as folder:
            context = Path(folder) / "context"
            shutil.copytree(_libraries(engine.state or Path(folder)), context / "libraries", ignore=unneeded)
            without_symbols(context / "libraries")
            _lay_out(context / "conda")
            _build(engine, name, f"{recipe}LABEL {LABEL}={made_from}\n", context)
    return name


def _lay_out(root: Path) -> None:
    """conda's own prefix, but for the libraries."""
    package = root / "lib/python3.11/site-packages/conda"
    shutil.copytree(STAND_IN, package, ignore=shutil.ignore_patterns("__pycache__"))
    (root / "bin").mkdir()
    (root / "bin/conda").write_text(CONDA)
    (root / "bin/conda").chmod(0o755)
    (root / ".condarc").write_text(CONDARC)
    for subdir in SUBDIRS:
        (root / "defaults" / subdir).mkdir(parents=True)
        (root / "defaults" / subdir / "repodata.json").write_text(EMPTY)


def _libraries(state: Path) -> Path:
    """The stand-in's libraries for the Python of the image (3.11), whatever Python runs the tests."""
    folder = state / "cache" / f"site-{hashlib.sha256(' '.join(REQUIREMENTS).encode()).hexdigest()[:12]}"
    if folder.exists():
        return folder
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    platforms = [f"--platform=manylinux_2_{glibc}_{platform.machine()}" for glibc in (34, 28, 17)]
    platforms.append(f"--platform=manylinux2014_{platform.machine()}")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", f"--target={part}"]
    command = [*pip, "--only-binary=:all:", "--python-version=3.11", *platforms, *REQUIREMENTS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"pip could not fetch the stand-in's libraries\n{done.stderr[-3000:]}")
    return part.rename(folder)


def _build(engine: Engine, tag: str, dockerfile: str, context: Path) -> None:
    (context / "Dockerfile").write_text(dockerfile)
    engine.docker("buildx", "build", "--network=host", "--load", "--tag", tag, str(context))


def _build_on(engine: Engine, image: Image) -> None:
    """Have BuildKit know the image before builds side by side are the first: one of them would begin anew then."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "Dockerfile").write_text(f"FROM {image.pinned}\nWORKDIR /build\n")
        engine.docker("buildx", "build", "--quiet", folder)


def _label(engine: Engine, image: str) -> str:
    if not engine.docker("image", "ls", "--quiet", image):
        return ""
    return engine.docker("image", "inspect", "--format", f'{{{{index .Config.Labels "{LABEL}"}}}}', image)


def publish(engine: Engine, registry: str, image: str) -> Image:
    tag = f"{registry}/{image}"
    if engine.docker("image", "ls", "--quiet", tag) == engine.docker("image", "ls", "--quiet", image):
        known = engine.docker("image", "inspect", "--format={{json .RepoDigests}}", tag)
        with suppress(OSError):  # to push it again would have builds beside this one begin anew
            if f"@{digest(registry, image)}" in known:
                return Image(tag, digest(registry, image))
    engine.docker("tag", image, tag)
    engine.docker("push", "--quiet", tag)
    return Image(tag, digest(registry, image))

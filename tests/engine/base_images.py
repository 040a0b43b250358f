"""The two base images of the engine tests: a small runtime, and a builder with a stand-in for conda.

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
from dataclasses import dataclass
from pathlib import Path

from tests.engine.engine import Engine

HERE = Path(__file__).parent
RUNTIME = "condock-test/runtime:12"
BUILDER = "condock-test/conda-stand-in:1"
LABEL = "condock-test.made-from"
STAND_IN = ("conda_stand_in.py", "conda_stand_in_auth.py")
REQUIREMENTS = ("py-rattler==0.28.0", "anaconda-auth==0.15.3", "PyYAML")
MANIFESTS = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"

DOCKERFILE = """\
FROM {base}
ENV LANG=C.UTF-8 LC_ALL=C.UTF-8 PATH=/opt/conda/bin:$PATH
COPY site /opt/conda/lib/stand-in
COPY conda /opt/conda/bin/conda
RUN python3 -m compileall -q /opt/conda/lib/stand-in && conda --version
"""

CONDA = """\
#!/bin/sh
# Not conda: a stand-in for tests, see tests/engine/conda_stand_in.py of condock.
PYTHONPATH=/opt/conda/lib/stand-in exec python3 -sP -m tests.engine.conda_stand_in "$@"
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


def prepare(engine: Engine, registry: str) -> BaseImages:
    """Make what is missing, push both, and say where they are."""
    _make_runtime(engine)
    _make_builder(engine)
    return BaseImages(builder=_publish(engine, registry, BUILDER), runtime=_publish(engine, registry, RUNTIME))


def digest(registry: str, reference: str) -> str:
    """The digest a registry has for `name:tag`."""
    name, _, tag = reference.partition(":")
    url = f"http://{registry}/v2/{name}/manifests/{tag}"
    request = urllib.request.Request(url, method="HEAD", headers={"Accept": MANIFESTS})
    with urllib.request.urlopen(request, timeout=10) as response:
        return str(response.headers["Docker-Content-Digest"])


def _make_runtime(engine: Engine) -> None:
    if _label(engine, RUNTIME):
        return
    if engine.state:
        changes = [f"--change=LABEL {LABEL}=debootstrap", '--change=CMD ["bash"]']
        engine.docker("import", *changes, "-", RUNTIME, stdin=engine.state / "cache/rootfs.tar")
    else:  # somebody's own engine: not exercised by CI
        with tempfile.TemporaryDirectory() as folder:
            _build(engine, RUNTIME, f"FROM debian:12-slim\nLABEL {LABEL}=debian\n", Path(folder))


def _make_builder(engine: Engine) -> None:
    # Debian's own slim image, the runtime on somebody's engine, has no Python: not exercised by CI.
    recipe = DOCKERFILE.format(base=RUNTIME if engine.state else "python:3.11-slim-bookworm")
    sources = [recipe, CONDA, *REQUIREMENTS, *((HERE / name).read_text() for name in STAND_IN)]
    made_from = hashlib.sha256("\0".join(sources).encode()).hexdigest()
    if _label(engine, BUILDER) == made_from:
        return
    with tempfile.TemporaryDirectory() as folder:
        context = Path(folder) / "context"
        shutil.copytree(_libraries(engine.state or Path(folder)), context / "site")
        (context / "site/tests/engine").mkdir(parents=True)
        for name in STAND_IN:
            shutil.copy(HERE / name, context / "site/tests/engine")
        (context / "conda").write_text(CONDA)
        (context / "conda").chmod(0o755)
        _build(engine, BUILDER, f"{recipe}LABEL {LABEL}={made_from}\n", context)


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


def _label(engine: Engine, image: str) -> str:
    if not engine.docker("image", "ls", "--quiet", image):
        return ""
    return engine.docker("image", "inspect", "--format", f'{{{{index .Config.Labels "{LABEL}"}}}}', image)


def _publish(engine: Engine, registry: str, image: str) -> Image:
    tag = f"{registry}/{image}"
    engine.docker("tag", image, tag)
    engine.docker("push", "--quiet", tag)
    return Image(tag, digest(registry, image))

"""An engine for one test, to be filled up and to be killed: empty, in memory, and gone without a trace."""

from __future__ import annotations

import errno
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.engine.engine import Engine
from tests.engine.processes import alive, family, until

ROOM = 500_000_000
"""Bytes of its disk."""

# A namespace of processes ends with the first of them, and one of mounts with all that is mounted in it.
_APART = ("setpriv", "--pdeathsig=KILL", "unshare", "--pid", "--fork", "--kill-child", "--mount", "--mount-proc")
# Set to -1 the builder keeps none of a command's output back, however much it is and however fast.
_LIMITS = ("BUILDKIT_STEP_LOG_MAX_SIZE", "BUILDKIT_STEP_LOG_MAX_SPEED")
_CGROUPS = Path("/sys/fs/cgroup")
_ON_OWN_DISK = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && shift 2 && exec "$@"'


@dataclass(frozen=True)
class Throwaway:
    """A dockerd of its own."""

    engine: Engine
    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def daemon(self) -> int:
        """The process of dockerd."""
        (child,) = (process.pid for process in family(self.process.pid) if process.parent == self.process.pid)
        return child

    @property
    def files(self) -> Path:
        """All its files, as they are to be seen in its own namespace of mounts."""
        return Path(f"/proc/{self.daemon}/root{self.folder}")

    def kill(self) -> None:
        """End it and all that it runs, by SIGKILL."""
        started = family(self.process.pid)
        self.process.kill()
        self.process.wait()
        until(lambda: not alive(started))


@contextmanager
def throwaway(beside: Engine) -> Iterator[Throwaway]:
    """An engine of the same programs as this one of `up`, for as long as the block lasts. It is up in 0.3 s."""
    with tempfile.TemporaryDirectory(prefix="condock-engine-") as name, _cgroups(Path(name).name) as cgroups:
        folder = Path(name)
        (folder / "disk").mkdir()
        (folder / "daemon.json").write_text("{}")
        engine = Engine({**beside.env, "DOCKER_HOST": f"unix://{folder}/docker.sock"}, beside.state)
        env = {**engine.env, **dict.fromkeys(_LIMITS, "-1"), "GOGC": "400", "TMPDIR": name}
        with (folder / "log").open("wb") as log:
            argv = [*_APART, "sh", "-c", _ON_OWN_DISK, "sh", str(ROOM), f"{folder}/disk"]
            argv += _dockerd(beside, folder, cgroups)
            process = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        made = Throwaway(engine, process, folder)
        try:
            _wait_for(made)
            yield made
        finally:
            made.kill()


def _dockerd(beside: Engine, folder: Path, cgroups: str) -> list[str]:
    places = {
        "config-file": folder / "daemon.json",
        "host": f"unix://{folder}/docker.sock",
        "containerd": f"{beside.state}/run/containerd.sock",
        "containerd-namespace": cgroups,
        "containerd-plugins-namespace": f"{cgroups}-plugins",
        "data-root": folder / "disk",
        "exec-root": folder / "exec",
        "pidfile": folder / "pid",
        "cgroup-parent": cgroups,
        "bridge": "none",
    }
    off = ("iptables", "ip6tables", "ip-forward", "userland-proxy")
    options = [*(f"--{name}={place}" for name, place in places.items()), *(f"--{name}=false" for name in off)]
    return ["dockerd", *options]


def _wait_for(made: Throwaway) -> None:
    def answers() -> bool:
        assert made.process.poll() is None, (made.folder / "log").read_text()[-3000:]
        with suppress(RuntimeError):
            return bool(made.engine.docker("version"))
        return False

    until(answers, 60)


@contextmanager
def _cgroups(name: str) -> Iterator[str]:
    """A name for the parent of its cgroups, which do not go with their processes, in whatever hierarchies."""
    try:
        yield name
    finally:
        until(lambda: _removed([*_CGROUPS.glob(f"{name}/**/"), *_CGROUPS.glob(f"*/{name}/**/")]))


def _removed(groups: list[Path]) -> bool:
    """Remove these cgroups, the inner ones first; False while the kernel still has something in them."""
    try:
        for group in sorted(groups, reverse=True):
            group.rmdir()
    except OSError as error:
        return error.errno != errno.EBUSY
    return True

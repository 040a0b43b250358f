"""The environment without any package near the key: one instruction downloads, another installs.

Tried with real conda 26.7.1 (libmamba, rattler and classic), and for lock files 25.3.1 and 25.11.1 too: what is
installed is the same as in the guide's form. Code of packages runs when they are linked, and when pip builds. The
download unpacks them, which runs nothing. But where an archive has a hard link to a file elsewhere, and a file of
the same name, conda 26.7.1 (conda-package-streaming 0.13.0) writes over what the link leads to, be it a part of
conda: so they are unpacked into a mount, as no hard link leaves a file system.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from tui.core.dockerfile.environment_steps import (
    ARCHIVES_ONLY,
    CACHE,
    MOUNT,
    WHY_COPIED_ALONE,
    WHY_TARGETARCH,
    EnvironmentSteps,
    choose_lock,
)
from tui.core.dockerfile.fetch_script import FETCH_SCRIPT
from tui.core.dockerfile.form import SOLVED_SINCE, oldest_conda, version
from tui.core.dockerfile.instruction import Instruction, copy, run, write_file
from tui.core.images.catalogue import catalogue
from tui.core.images.conda_version import conda_version

_PACKAGES = "/pkgs"
_KEPT = f"--mount=type=cache,id=condock-downloads,target={MOUNT},sharing=locked"
"""Not the one of the guide's form, in which the scripts of packages could leave something."""
_EMPTIED = f"--mount=type=cache,id=condock-unpacking,target={MOUNT},sharing=private"
"""For this build alone: its files are on the builder's disk, where those of a tmpfs would be in memory."""
_ALONE = " PYTHON_CPU_COUNT=1"
"""Has conda (26.7.1) unpack one archive after the other. Of two that are unpacked at once into one folder, as two
of one name are, a file of one went through a link of the other to anywhere: in 6 of 300 tries that nothing helped
(conda-package-streaming 0.13.0). It costs next to nothing: 151 MB in 40 packages took 1.3 to 1.7 s, and 0.9 to
1.7 s in two processes at once, on two processors and in memory, five runs each.
Known since Python 3.13: those of condock's own catalogue are as new.
"""
_ONE_PROCESSOR = (
    "alone='import os, sys; os.cpu_count = lambda: 1; from conda.cli import main; sys.exit(main())' &&"
)
_CONDA_ALONE = '"$(conda info --base)/bin/python" -I -c "$alone"'
"""The same where the builder's Python may be older: conda's own script begins like that (25.3.1 to 26.7.1). `-I`,
as what lies in the folder could pass for a module otherwise."""
_LOCK, _FETCH = "/tmp/conda.lock", "/tmp/fetch.py"  # noqa: S108  # in the builder, where nobody else is

_WHY_GUARD = (
    "Stops here, before the key is shown, where conda is too old to download packages without installing them."
)
_WHY_DOWNLOAD = "Downloads the packages and installs nothing, so that no code of theirs runs beside the key."
_WHY_NOTHING_THERE = "`test ! -e /env` makes sure that nothing was installed."
_WHY_LINK = (
    "Installs what was downloaded. The key is not there any more: scripts of the packages, which run here, find "
    "nothing to take."
)
_WHY_TWICE = (
    "That conda starts and solves a second time costs about 4 seconds, the copy from the mount about 2 for "
    "270 MB; the downloads are a layer of the builder, of the size of the environment, and the image is as large "
    "as with one instruction."
)
"""Measured with real conda 26.7.1 (rattler), 22 packages of 256 MB and Docker 26.1.5, medians of four builds, with
no mount: 19 s in place of 15 s, layers of 327 and 256 MB in place of one of 330 MB, and an image of 373 MB either
way; the archives, a fifth of the first layer, stay in the mount now. The copy by itself, of 273 MB in 5,000 files:
0.8 to 3.1 s in four runs."""
_WHY_COPIES = (
    "CONDA_ALWAYS_COPY, as linking a file of an earlier layer has the engine copy it first, which is slow."
)
"""With overlayfs and the same packages: 8 to 12 s in place of 22 to 33 s, in three runs of each."""
_WHY_OFFLINE = "--network=none leaves them no way out either."
_WHY_ONLINE = "They may use the network, as the plan says."
_WHY_PIP = "pip, which needs the network, comes after conda in the same instruction."
_WHY_MOUNT = (
    "conda unpacks into a mount, since no hard link leads out of one: an archive that was made for it could write "
    "over conda's own files otherwise, and have its code run beside the key. "
)
_WHY_EMPTIED = "From there the packages are copied into a layer; the mount is empty again at the end."
_WHY_KEPT = (
    "The mount also keeps downloaded packages on the builder, outside the image, for the next build. Those that "
    "are needed are copied from it into a layer, so that the next instruction does not depend on it. Of an "
    "earlier build only the archives stay, which conda checks: who builds on this builder could leave more there."
)
_WHY_ALONE = (
    "conda is told of one processor, and so unpacks one package after the other: two that were made for it could "
    "write through each other's links otherwise, and over conda's own files."
)
_MAGIC = "urls.txt"
"""Without it conda takes a folder for no package cache (conda 26.7.1, conda/base/constants.py)."""
_WHY_FETCH = (
    "A script that has conda download the packages of a lock file, with the key and by their hashes, and install "
    "nothing: `conda create` would install them at once. It says a line for each."
)
_WHY_ONE_AT_A_TIME = "One at a time, since older versions of conda lose the key when several are fetched at once."
_WHY_CHOSEN = "Takes the list of the platform that is built; conda would install another one in silence."
_WHY_SOURCE = (
    "Only to be compared: the lists beside the Dockerfile were made from it, and have to be of this very file."
)
_WHY_FRESH = "And it stops where the lists are not of this conda-lock.yml."


def isolated_form(steps: EnvironmentSteps) -> Iterator[Instruction]:
    """From the first file that is copied to the finished environment."""
    yield _guard(oldest_conda(steps.plan))
    yield from _locked(steps) if steps.locks else _solved(steps)


def _solved(steps: EnvironmentSteps) -> Iterator[Instruction]:
    file = shlex.quote(steps.plan.environment.file)
    yield copy(steps.plan.environment.file, "builder", why=WHY_COPIED_ALONE)
    yield from steps.cachebust()
    conda = "conda" if catalogue().is_ours(steps.plan.base.builder) or not _has_mount(steps) else _CONDA_ALONE
    download = f"{steps.system}{conda} create --yes --download-only --prefix /env --file {file}"
    why = (_WHY_DOWNLOAD, *steps.why_key(), _WHY_NOTHING_THERE, *steps.why_system())
    yield _download(steps, download, why, "test ! -e /env")
    yield from steps.copied_for_pip()
    yield _link(steps, f"{steps.system}conda env create --yes --offline --prefix /env --file {file}")


def _locked(steps: EnvironmentSteps) -> Iterator[Instruction]:
    yield Instruction(write_file(FETCH_SCRIPT, _FETCH), _WHY_FETCH)
    yield Instruction("ARG TARGETARCH", WHY_TARGETARCH)
    fresh: tuple[str, ...] = ()
    if steps.rendered:
        source = steps.plan.environment.locks[0]
        yield copy(source, "builder", why=_WHY_SOURCE)
        fresh = (_fresh(source, steps.rendered),)
    for lock in steps.explicit:
        yield copy(lock.path, "builder", why=WHY_COPIED_ALONE)
    chosen = f"{_WHY_CHOSEN} {_WHY_FRESH}" if fresh else _WHY_CHOSEN
    yield Instruction(run(f'cp "$lock" {_LOCK}', *fresh, choose_lock(steps.explicit)), chosen)
    yield from steps.cachebust()
    one_by_one = conda_version(steps.plan.base.builder) < SOLVED_SINCE
    variables = "CONDA_QUIET=true " + ("CONDA_FETCH_THREADS=1 " if one_by_one else "")
    why = (_WHY_DOWNLOAD, *steps.why_key(), *([_WHY_ONE_AT_A_TIME] if one_by_one else []))
    yield _download(steps, f"{variables}python {_FETCH} {_LOCK}", why)
    yield _link(steps, f"conda create --yes --offline --prefix /env --file {_LOCK}")
    yield from steps.pip_locks()


def _fresh(source: str, digest: str) -> str:
    say = f"{source} has changed since condock made the lists beside the Dockerfile from it."
    cases = f"{digest}*) ;; \\\n      *) echo {shlex.quote(say)} >&2; exit 1 ;;"
    return f'case "$(sha256sum {shlex.quote(source)})" in \\\n      {cases} \\\n    esac &&'


def _guard(oldest: tuple[int, ...]) -> Instruction:
    year, month = oldest
    good = (
        f'"conda {year}."[{month}-9]*',
        f'"conda {year}.1"[0-9]*',
        f'"conda {year // 10}"[{year % 10 + 1}-9].*',
        f'"conda "[{year // 10 + 1}-9][0-9].*',
    )
    say = f"This needs conda {version(oldest)} or newer, which can download packages without installing them."
    cases = f'{" | ".join(good)}) ;; \\\n      *) echo "{say}" >&2; exit 1 ;;'
    return Instruction(f'RUN case "$(conda --version)" in \\\n      {cases} \\\n    esac', _WHY_GUARD)


def _download(steps: EnvironmentSteps, command: str, why: tuple[str, ...], *after: str) -> Instruction:
    """The one instruction with the key, and what is looked at or kept at its end."""
    if not _has_mount(steps):
        return Instruction(steps.with_key(command) + _then(after), " ".join(why))
    kept = steps.plan.build.package_cache
    empty = f"rm -rf {MOUNT}/*"
    counted, alone = ("", (_ONE_PROCESSOR,)) if _CONDA_ALONE in command else (_ALONE, ())
    emptied = ARCHIVES_ONLY if kept else f"{empty} && mkdir -p {CACHE} &&"
    begin = (_KEPT if kept else _EMPTIED, emptied, f"export CONDA_PKGS_DIRS={CACHE}{counted} &&", *alone)
    end = [f"mkdir {_PACKAGES}", f"cp --archive {CACHE}/*/ {CACHE}/{_MAGIC} {_PACKAGES}"]
    end += [] if kept else [empty]
    reasons = (*why, _WHY_ALONE, _WHY_MOUNT + (_WHY_KEPT if kept else _WHY_EMPTIED))
    return Instruction(steps.with_key(command, *begin) + _then((*after, *end)), " ".join(reasons))


def _has_mount(steps: EnvironmentSteps) -> bool:
    """True where packages are unpacked apart: there is a key to be kept from them, or something to be kept."""
    return steps.wants_key or steps.plan.build.package_cache


def _then(commands: Iterable[str]) -> str:
    return "".join(f" && \\\n    {command}" for command in commands)


def _link(steps: EnvironmentSteps, command: str) -> Instruction:
    wants_network = steps.has_pip and not steps.locks
    without = steps.runs_without_network and not (wants_network or steps.plan.build.link_network)
    begin = ["--network=none"] if without else []
    command = f"CONDA_ALWAYS_COPY=true {command}"
    if _has_mount(steps):
        command = f"CONDA_PKGS_DIRS={_PACKAGES} {command}"
    why = [_WHY_LINK, _WHY_COPIES] if steps.locks else [_WHY_LINK, _WHY_TWICE, _WHY_COPIES]
    if wants_network:
        why.append(_WHY_PIP)
    elif without:
        why.append(_WHY_OFFLINE)
    elif steps.plan.build.link_network:
        why.append(_WHY_ONLINE)
    else:
        why.append("The engine is too old for a RUN without network (Dockerfile 1.3), so they have one.")
    return Instruction(run(command, *begin), " ".join((*why, *steps.why_system())))

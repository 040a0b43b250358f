"""One visit to a stranger's folder: condock's commands and its wizard, in a process that takes notes of itself.

The process is forked from one that has all of condock imported, so that some hundred visits take a minute.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

from tests.paths import ROOT
from tests.stages.hostile.case import Case
from tests.stages.hostile.keep import keep_key
from tests.stages.hostile.machine import KEY, Machine
from tests.stages.hostile.trace import Snapshot, changes
from tests.stages.hostile.unpack import run_script, unpack
from tests.stages.hostile.walk import walk
from tui.core.errors import CondockError
from tui.core.project import open_project
from tui.core.secret import KEY_VARIABLE
from tui.main import main

PATIENCE = 90.0
"""Seconds for one stop, on a machine that is busy; a walk takes four on one that is not."""
_WORK = 15
"""Seconds of the processor for one stop; the slowest takes two."""
_MEMORY = 3 * 2**30
"""Bytes of address space; a command reserves less than one GiB and uses a tenth of that."""


@dataclass(frozen=True)
class Stop:
    """One thing that is done with the folder, freshly unpacked."""

    name: str
    commands: tuple[tuple[str, ...], ...] = ()
    """condock's arguments, one command after the other; none for a walk through the wizard."""
    env: tuple[tuple[str, str], ...] = ()
    act: Callable[[Machine], None] | None = None
    """A program that runs in condock's place."""


STOPS = (
    Stop("look", (("check", "--offline"), ("doctor",), ("render",), ("lock", "--check"))),
    Stop("check", (("check",),)),
    Stop("lock", (("lock",),)),
    Stop("init", (("init", "--force"),)),
    Stop("keep", act=keep_key),
    Stop("build", (("build",), ("build",)), ((KEY_VARIABLE, KEY),)),
    Stop("wizard"),
)


@dataclass
class Account:
    """The outcome of one stop."""

    stop: str
    codes: list[int] = field(default_factory=list)
    said: str = ""
    """All that was printed, or shown on the wizard's screens."""
    crash: str = ""
    looked_up: list[str] = field(default_factory=list)
    """Names of hosts that were asked of the system."""
    changed: list[str] = field(default_factory=list)
    """The differences on the disk that must not be: see `trace.changes`."""
    expected: dict[str, str] = field(default_factory=dict)
    """The files of the build as the plan has them in the end."""
    mebibytes: int = 0
    """The most memory that was used."""
    ended: bool = False


def visit(case: Case, machine: Machine, stops: Sequence[Stop], patience: float = PATIENCE) -> list[Account]:
    """The outcome of each stop, each in a process that may take `patience` seconds."""
    return [_visited(case, machine, stop, patience) for stop in stops]


def _forks() -> ForkServerContext:
    """The source of processes that have imported condock already; its HOME is that of the first time."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "tests.stages.hostile.imports"])
    return context


def _visited(case: Case, machine: Machine, stop: Stop, patience: float) -> Account:
    receiver, sender = _forks().Pipe(duplex=False)
    process = _forks().Process(target=_make, args=(case, machine, stop, sender))
    process.start()
    sender.close()
    with receiver:
        account = _received(receiver, stop, patience)
    process.join(patience if account.ended else 0)
    account.ended = process.exitcode is not None
    with suppress(ProcessLookupError):
        os.killpg(process.pid or 0, 9)
    process.join()
    return account


def _received(receiver: Connection, stop: Stop, patience: float) -> Account:
    if not receiver.poll(patience):
        return Account(stop.name)
    try:
        account = receiver.recv()
        assert isinstance(account, Account)
        return account
    except EOFError:
        return Account(stop.name, crash="the process ended without a word", ended=True)


def _make(case: Case, machine: Machine, stop: Stop, sender: Connection) -> None:
    """The stop, in the forked process."""
    os.setsid()
    account = Account(stop.name)
    unpack(case, machine)
    before = Snapshot.of(machine)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_WORK, _WORK))
    user = {name: machine.filled(value) for name, value in case.user.items()}
    os.environ.clear()
    os.environ.update(machine.environment(**{**dict(stop.env), **user}))
    os.chdir(machine.filled(case.inside) or machine.folder.parent)
    sys.addaudithook(_overhear(account))
    _print_into(machine.output)
    try:
        _do(case, machine, stop, account)
    except BaseException:
        account.crash = traceback.format_exc(-3)
    account.said += machine.printed()
    account.changed = changes(before, Snapshot.of(machine))
    account.mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**10
    account.ended = True
    sender.send(account)
    sender.close()


def _do(case: Case, machine: Machine, stop: Stop, account: Account) -> None:
    if stop.act:
        stop.act(machine)
    elif not stop.commands:
        account.said = walk(machine.folder)
    for number, command in enumerate(stop.commands):
        if number and stop.name == "build":
            if account.codes[-1]:
                break  # what is not built is not built again
            run_script(case.between, machine)
        run = _afresh if case.afresh else main
        account.codes.append(run([*command, str(machine.folder)]))
    with suppress(CondockError):
        account.expected = {str(change.path): change.new for change in open_project(machine.folder).changes()}


def _afresh(arguments: Sequence[str]) -> int:
    """condock as its console script starts it, which imports nothing of the current folder."""
    start = "import sys; from tui.main import main; sys.exit(main())"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, "-P", "-c", start, *arguments], env=env, check=False).returncode


def _overhear(account: Account) -> Callable[[str, tuple[object, ...]], None]:
    """Notes which hosts are looked up; none is found but this one."""

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if event == "socket.getaddrinfo" and str(arguments[0]) not in ("127.0.0.1", "localhost", "None"):
            account.looked_up.append(str(arguments[0]))
            raise socket.gaierror(socket.EAI_NONAME, "there is no such host here")

    return hear


def _print_into(path: Path) -> None:
    """Let what goes to stdout and stderr go into a file."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)
    for number in (1, 2):
        os.dup2(file, number)

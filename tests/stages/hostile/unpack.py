"""Makes a stranger's folder on the machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stages.hostile.case import Case
from tests.stages.hostile.machine import Machine
from tui.core.dockerfile.dockerfile import dockerfile, render
from tui.core.environment.document import read_environment
from tui.core.files import stamped
from tui.core.first_plan import with_bases
from tui.core.plan import Application, BuildPlan, Form
from tui.core.plan_file import dump_plan, load_plan


def unpack(case: Case, machine: Machine) -> None:
    """Make the folder, in the place of the one before."""
    folder = machine.folder
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("", *case.folders):
        (folder / name).mkdir(parents=True)
    for name, target in case.links.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(machine.filled(target))
    for name, text in _texts(case, machine).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    _make_odd(case, folder)
    run_script(case.script, machine)


def run_script(script: str, machine: Machine) -> None:
    """Run it in the folder, in sh, with the user's HOME."""
    if script:
        env = {"HOME": str(machine.home), "ROOT": str(machine.root), "PATH": os.environ["PATH"]}
        argv = ["/bin/sh", "-ec", machine.filled(script)]
        subprocess.run(argv, cwd=machine.folder, env=env, check=True, capture_output=True)


def _texts(case: Case, machine: Machine) -> dict[str, str]:
    texts = {} if case.plan is None else {"condock.yml": stamped(dump_plan(_plan(case, machine)))}
    texts |= {"environment.yml": _environment(case, machine), "main.py": "print('hello')\n"}
    texts |= {name: machine.filled(text) for name, text in case.files.items()}
    texts |= {name: stamped(machine.filled(text)) for name, text in case.stamped.items()}
    texts |= {name: first + text * times + last for name, (first, text, times, last) in case.long.items()}
    texts |= {machine.filled(name): _rendered(case, machine) for name in case.rendered}
    odd = {*case.links, *case.pipes, *case.sockets, *case.folders, *case.sparse}
    return {name: text for name, text in texts.items() if name not in odd}


def _plan(case: Case, machine: Machine) -> BuildPlan:
    plan = with_bases(BuildPlan(application=Application(files=("main.py",), command="python main.py")))
    plan = plan.change("build", image="shop:latest", form=Form.ISOLATED)
    for name, value in (case.plan or {}).items():
        section, _, part = name.partition(".")
        plan = plan.change(section, **{part: _filled(value, machine)})
    return plan


def _filled(value: object, machine: Machine) -> object:
    if isinstance(value, list):
        return tuple(machine.filled(str(entry)) for entry in value)
    return machine.filled(value) if isinstance(value, str) else value


def _environment(case: Case, machine: Machine) -> str:
    listed = "".join(f"  - {machine.filled(channel)}\n" for channel in case.channels)
    return f"name: shop\nchannels:\n{listed}dependencies:\n  - python=3.13\n"


def _rendered(case: Case, machine: Machine) -> str:
    plan = load_plan(dump_plan(_plan(case, machine)))
    return stamped(render(dockerfile(plan, read_environment(_environment(case, machine)))))


def _make_odd(case: Case, folder: Path) -> None:
    for name in case.pipes:
        os.mkfifo(folder / name)
    for name, size in case.sparse.items():
        with (folder / name).open("wb") as file:
            file.truncate(size)
    with _in_folder(folder):
        for name in case.sockets:
            with socket.socket(socket.AF_UNIX) as end:
                end.bind(name)


@contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    """The path of a socket has at most 107 bytes: it is given from within."""
    here = os.open(".", os.O_RDONLY)
    os.chdir(folder)
    try:
        yield
    finally:
        os.fchdir(here)
        os.close(here)

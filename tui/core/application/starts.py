"""The ways in which the code of a folder can be started: found in its files, of which nothing is run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from tui.core.application.command_files import holds_file
from tui.core.application.frameworks import ENTRY_POINT, FRAMEWORKS, ONLY_FILE, Framework
from tui.core.application.ports import is_port, named_ports, with_port
from tui.core.application.python_files import SourceCode, notebooks, python_sources
from tui.core.dataclass import dataclass, replace
from tui.core.errors import CondockError
from tui.core.files import find_content
from tui.core.plan import Application
from tui.core.secret import SECRET_NAME

MOST = 12
"""Ways that are offered: who has more knows which one it is."""
_PREFERRED = ("main.py", "app.py", "server.py", "api.py", "streamlit_app.py", "wsgi.py", "run.py", "__main__.py")
_NO_ENTRY = r"test_.*|.*_test\.py|conftest\.py|setup\.py|noxfile\.py"
_BESIDE = ("templates", "static", "pages")
"""Folders that web frameworks look for beside the code."""
_NAMED = r"""["']((?:\w[\w -]*/){0,8}\w[\w -]*\.\w{1,10})\\?["']"""
"""A text in the code that may be the path of a file."""
_NO_DATA = (
    r"environment\.ya?ml|condock\.yml|.*\.lock|conda-lock\.yml|Dockerfile|requirements.*\.txt|pyproject\.toml"
)
_COMMANDS = r"(?m)^\[(?:project|tool\.poetry)\.scripts\][^\n]*\n((?:[^\[\n][^\n]*\n?|\n)*+)"
_COMMAND = r"""(?m)^[\w."'-]+[ \t]*=[ \t]*["']([\w.]+):(\w+)["']"""


@dataclass(frozen=True)
class Start:
    """One way to start what the folder holds."""

    framework: Framework
    file: str
    application: Application
    """The files it needs, its port and its command."""

    @property
    def title(self) -> str:
        """Its name in a list."""
        return f"{self.file} with {self.framework.name}" if self.framework.suffix != ".py" else self.file

    def on_port(self, port: str) -> Start:
        """It with another port in its command, its plan and its sentence; as it is where it has none."""
        old = self.application.port
        if not old:
            return self
        sentence = self.framework.sentence.replace(f"port {old}", f"port {port}")
        command = with_port(self.application.command, port)
        return replace(
            self,
            framework=replace(self.framework, sentence=sentence),
            application=replace(self.application, port=port, command=command),
        )


@dataclass(frozen=True)
class _Code:
    folder: Path
    sources: tuple[SourceCode, ...]
    """The most probable entry first: on top, and by a usual name."""
    notebooks: tuple[SourceCode, ...]

    @property
    def entries(self) -> tuple[SourceCode, ...]:
        return tuple(source for source in self.sources if not re.fullmatch(_NO_ENTRY, source.path.name))


def guess_application(folder: Path) -> Application:
    """The application that the folder most probably holds, as a start for the user to edit.

    The first of the ways that condock knows to start it, or none (`python`). Nothing of the folder is run.
    """
    starts = find_starts(folder)
    return starts[0].application if starts else Application()


def needed_packages(folder: Path) -> tuple[str, ...]:
    """The conda packages that the guessed application needs to start, for a first environment.yml."""
    starts = find_starts(folder)
    return starts[0].framework.packages if starts else ()


def find_starts(folder: Path) -> tuple[Start, ...]:
    """All ways that condock knows of, at most `MOST`, the most probable first."""
    code = _Code(folder, tuple(sorted(python_sources(folder), key=_rank)), notebooks(folder))
    starts = list(_recognised(code)) or list(_only_file(code))
    return tuple(starts[:MOST])


def as_started(starts: Iterable[Start], command: str) -> tuple[Start, ...]:
    """The ways, and the one that this command takes with the port that it says."""
    port = next(iter(named_ports(command)), "")
    moved = ((start, start.on_port(port) if port else start) for start in starts)
    return tuple(there if there.application.command == command else start for start, there in moved)


def on_port(application: Application, port: str, starts: Iterable[Start]) -> Application:
    """The application on another port: also in a command that is condock's own, and said the one before."""
    command, was = application.command, application.port
    own = any(start.application.command == command for start in as_started(starts, command))
    stands = was in named_ports(command) or not is_port(was)
    if own and stands and is_port(port):
        command = with_port(command, port)
    return replace(application, port=port, command=command)


def _rank(source: SourceCode) -> tuple[int, int, str]:
    name = source.path.name
    return source.depth, _PREFERRED.index(name) if name in _PREFERRED else len(_PREFERRED), str(source.path)


def _recognised(code: _Code) -> Iterator[Start]:
    taken = set[str]()
    commands = list(_entry_points(code))
    for framework in FRAMEWORKS:
        if framework.name == ENTRY_POINT.name:
            yield from commands
            commands = []
        if framework.beside and not _asks_for(code.folder, framework.beside):
            continue
        candidates = code.entries if framework.suffix == ".py" else code.notebooks
        for source in candidates:
            file = str(source.path)
            if file not in taken and (name := framework.fits(source)) is not None:
                taken |= {file} if framework.suffix == ".py" else set()
                yield _start(framework, source, framework.command_for(source, name), code)
                if framework.whole:
                    break


def _start(framework: Framework, source: SourceCode, command: str, code: _Code) -> Start:
    files = _files(code, source, whole=framework.whole)
    return Start(framework, str(source.path), Application(files, port=framework.port, command=command))


def _only_file(code: _Code) -> Iterator[Start]:
    on_top = [source for source in code.entries if len(source.path.parts) == 1]
    if len(on_top) == 1:
        yield _start(ONLY_FILE, on_top[0], ONLY_FILE.command_for(on_top[0], ""), code)


def _entry_points(code: _Code) -> Iterator[Start]:
    """The commands that pyproject.toml names in code of the folder; its lines are read one by one."""
    text = ""
    with suppress(CondockError):
        text = find_content(code.folder, "pyproject.toml", 100_000) or ""
    own = {source.module: source for source in code.sources}
    for table in re.findall(_COMMANDS, text):
        for module, function in re.findall(_COMMAND, table):
            if source := own.get(module):
                program = f"import sys; from {module} import {function}; sys.exit({function}())"
                command = f"{ENTRY_POINT.command_for(source, '')} {shlex.quote(program)}"
                yield _start(ENTRY_POINT, source, command, code)


def _asks_for(folder: Path, package: str) -> bool:
    for name in ("environment.yml", "requirements.txt"):
        with suppress(CondockError):
            if re.search(rf"(?m)^[ \t]*(?:-[ \t]+)?{package}\b", find_content(folder, name) or ""):
                return True
    return False


def _files(code: _Code, entry: SourceCode, *, whole: bool) -> tuple[str, ...]:
    """The entry's file or folder, what that imports on top of the folder, directly or not, and what it names.

    Of a `whole` one, all code of its kind.
    """
    top = str(entry.path) if entry.path.suffix == ".ipynb" else entry.path.parts[0]
    files = [top]
    if whole:
        of_its_kind = code.notebooks if entry.path.suffix == ".ipynb" else code.entries
        files += [_top(source) for source in of_its_kind]
    files = list(dict.fromkeys(files))
    on_top = {source.path.parts[0].removesuffix(".py"): source.path.parts[0] for source in code.sources}
    for file in files:  # it grows while it is walked
        imported = {name for source in _inside(code, file) for name in source.imports()}
        files += [on_top[name] for name in sorted(imported & set(on_top)) if on_top[name] not in files]
    if len(entry.path.parts) == 1 or whole:
        files += [name for name in _BESIDE if (code.folder / name).is_dir() and name not in files]
    return (*files, *_named_files(code, files))


def _top(source: SourceCode) -> str:
    return str(source.path) if source.path.suffix == ".ipynb" else source.path.parts[0]


def _inside(code: _Code, file: str) -> Iterator[SourceCode]:
    return (
        source for source in (*code.sources, *code.notebooks) if file in (source.path.parts[0], str(source.path))
    )


def _named_files(code: _Code, files: Iterable[str]) -> tuple[str, ...]:
    """The files, such as data and settings, that code which is copied names; none that is secret by its name."""
    named = dict.fromkeys(
        name for file in files for source in _inside(code, file) for name in re.findall(_NAMED, source.text)
    )
    return tuple(name for name in named if name.split("/")[0] not in files and _is_data(code.folder, name))


def _is_data(folder: Path, name: str) -> bool:
    path = PurePosixPath(name)
    if re.fullmatch(_NO_DATA, path.name) or path.suffix in (".py", ".ipynb") or re.search(SECRET_NAME, path.stem):
        return False
    return holds_file(folder, name)

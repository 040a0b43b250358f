"""The code of a folder, Python files and notebooks, read as text and never run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePosixPath

from tui.core.application.notebooks import notebook_code
from tui.core.dataclass import dataclass
from tui.core.errors import CondockError
from tui.core.inside_folder import read_inside

MOST_FILES = 200
_MOST_TRIED = 1_000
_MOST_FOLDERS = 300
_MOST_ENTRIES = 2_000
"""Of one folder: what is fuller holds data."""
_DEEPEST = 4
_LARGEST = {".py": 500_000, ".ipynb": 20_000_000}
"""Bytes read of a file: code written by people is smaller; a notebook may hold pictures, too."""
_MOST_NOTEBOOKS = 20

_SKIPPED = (
    r"\..*|__pycache__|node_modules|site-packages|.*\.egg-info|venv|env|envs|build|dist|tests?|docs?|examples?"
)
_IMPORT = r"(?m)^[ \t]*+(?:from[ \t]++(\w++)[\w.]*+[ \t]++import\b|import[ \t]++(\w[\w., \t]*+))"


@dataclass(frozen=True)
class SourceCode:
    """A file of code, by its path relative to the folder."""

    path: PurePosixPath
    text: str
    """Of a notebook, the code of its cells."""

    @property
    def root(self) -> str:
        """The folder that imports start from: `src` in a src layout; empty for the folder itself."""
        return "src" if self.path.parts[0] == "src" and len(self.path.parts) > 1 else ""

    @property
    def module(self) -> str:
        """The name by which it is imported or, as a package's `__main__`, run with `-m`."""
        parts = self.path.relative_to(self.root).with_suffix("").parts
        inside_package = len(parts) > 1 and parts[-1] in ("__init__", "__main__")
        return ".".join(parts[:-1] if inside_package else parts)

    @property
    def depth(self) -> int:
        return len(self.path.relative_to(self.root).parts)

    def imports(self) -> set[str]:
        """The first parts of the names it imports."""
        names = set()
        for origin, plain in re.findall(_IMPORT, self.text):
            names |= {origin} if origin else {re.split(r"\W", part.strip())[0] for part in plain.split(",")}
        return names


def python_sources(folder: Path) -> tuple[SourceCode, ...]:
    """The Python files of the folder and of the folders in it, at most `MOST_FILES`, those on top first.

    Hidden folders, environments, tests and the like are passed over, and so is what cannot be read.
    """
    return _sources(folder, ".py", MOST_FILES)


def notebooks(folder: Path) -> tuple[SourceCode, ...]:
    """The Jupyter notebooks, in the same way."""
    return _sources(folder, ".ipynb", _MOST_NOTEBOOKS)


def _sources(folder: Path, suffix: str, most: int) -> tuple[SourceCode, ...]:
    names = islice(_names(folder, suffix), _MOST_TRIED)
    read = (SourceCode(PurePosixPath(name), text) for name in names if (text := _text(folder, name)) is not None)
    return tuple(islice(read, most))


def _names(folder: Path, suffix: str) -> Iterator[str]:
    waiting = [(folder, 0)]
    seen = 0
    while waiting and seen < _MOST_FOLDERS:
        current, depth = waiting.pop(0)
        seen += 1
        entries = _entries(current)
        if depth and any(entry.name in ("pyvenv.cfg", "conda-meta") for entry in entries):
            continue
        for entry in entries:
            path = Path(entry.path)
            if _is_folder(entry) and depth < _DEEPEST:
                if suffix != ".py" or entry.name != "notebooks":  # code in there is tried out, not imported
                    waiting.append((path, depth + 1))
            elif path.suffix == suffix:
                yield path.relative_to(folder).as_posix()


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            legible = (entry for entry in islice(entries, _MOST_ENTRIES) if entry.name.isprintable())
            return sorted(legible, key=lambda entry: entry.name)
    except OSError:
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False) and not re.fullmatch(_SKIPPED, entry.name)
    except OSError:
        return False


def _text(folder: Path, name: str) -> str | None:
    suffix = PurePosixPath(name).suffix
    try:
        text = read_inside(folder, name, _LARGEST[suffix]).decode("utf-8", "replace").replace("\r\n", "\n")
    except (OSError, CondockError):
        return None
    return notebook_code(text) if suffix == ".ipynb" else text

"""Names of packages: of what is imported, as conda has it, and as pip has it. From `assets/package_names.yml`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache

from tui.core.assets import read_table
from tui.core.dataclass import dataclass

_OF_PIP = "pip:"


@dataclass(frozen=True)
class PackageName:
    """One package by its names."""

    module: str
    """The import, as far as it tells the package."""
    conda: tuple[str, ...]
    """Conda's names, the usual one first."""
    pip: tuple[str, ...]
    known: bool = True
    """False where the names are only those of the import."""

    def is_among(self, conda: Collection[str], pip: Collection[str]) -> bool:
        """True if one of the names is there, among normalised names of conda's packages or of pip's."""
        if any(normal(name) in conda for name in self.conda) or any(normal(name) in pip for name in self.pip):
            return True
        # Of a name that is only guessed, what is much like it is most often meant.
        return not self.known and any(_like(normal(self.module), name) for name in (*conda, *pip))


def normal(name: str) -> str:
    """One text for all spellings of a name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def package_of_import(name: str) -> PackageName | None:
    """The package that brings a module such as `google.cloud.storage.Client`; None where several might."""
    table, alike, *_ = _tables()
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        if row := table.get(".".join(parts[:count])):
            return row
    module = parts[0]
    if any(known.startswith(f"{module}.") for known in table):
        return None
    spelled = normal(module)
    return PackageName(module, (spelled,), (spelled,), spelled in alike)


def conda_name(pip: str) -> str:
    """Conda's name for what pip calls so; the same, normalised, where no other is known."""
    name = normal(pip)
    return _tables()[2].get(name, name)


def is_known(pip: str) -> bool:
    """True if condock knows that conda has what pip calls so."""
    name = normal(pip)
    _, alike, by_pip, _ = _tables()
    return name in by_pip or name in alike


def is_other(name: str) -> bool:
    """True if conda is known to call something else by this name of an import."""
    return normal(name) in _tables()[3]


def is_name(name: str) -> bool:
    """True if a normalised name is one of a package or an import in the tables."""
    _, alike, by_pip, _ = _tables()
    return name in alike or name in by_pip or name in _of_rows()


def pip_name(conda: str) -> str:
    """Pip's name for a package of conda's; the same where no other is known."""
    rows = (row for row in _tables()[0].values() if normal(conda) in map(normal, row.conda))
    row = next(rows, None)
    if row is None:
        return conda
    of_pip_alone = (name for name in row.pip if name not in row.conda)
    as_imported = (name for name in row.pip if normal(name) == normal(row.module))
    return next(of_pip_alone, next(as_imported, conda))


@lru_cache(maxsize=1)
def _tables() -> tuple[Mapping[str, PackageName], frozenset[str], Mapping[str, str], frozenset[str]]:
    """The rows by their imports, the names that are alike, conda's by those of pip, those of something else."""
    read = read_table("package_names.yml")
    table = {module: _row(module, names) for module, names in read["differing"].items()}
    alike = frozenset(map(normal, read["alike"].split()))
    by_pip: dict[str, str] = {}
    for row in table.values():
        for name in row.pip:
            by_pip.setdefault(normal(name), row.conda[0])
    return table, alike, by_pip, frozenset(read["other"].split())


@lru_cache(maxsize=1)
def _of_rows() -> frozenset[str]:
    return frozenset(normal(name) for row in _tables()[0].values() for name in (row.module, *row.conda))


def _row(module: str, names: list[str]) -> PackageName:
    conda = tuple(name for name in names if not name.startswith(_OF_PIP))
    return PackageName(module, conda, tuple(name.removeprefix(_OF_PIP) for name in names))


def _like(module: str, name: str) -> bool:
    return name in {f"py{module}", f"py-{module}", f"python-{module}", f"{module}-py", f"{module}-python"}

"""Requests to the solver and its answers: plain data for screens, commands and lock files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from tui.core.dataclass import dataclass, replace
from tui.core.environment.document import EnvironmentDocument
from tui.core.environment.edits import Fix
from tui.core.environment.findings import Finding
from tui.core.environment.package_edits import pin, remove_dependency, rename
from tui.core.errors import ExitCode, Problem


@dataclass(frozen=True)
class SolveRequest:
    """One environment for one platform."""

    platform: str
    """As conda names it, such as `linux-64`."""
    channels: tuple[str, ...]
    """Addresses without a platform, the first one preferred."""
    specs: tuple[str, ...]
    """As they are written in environment.yml."""
    virtual_packages: tuple[str, ...] = ()
    """The system's offers, as conda writes them: `__glibc=2.41=0`."""


@dataclass(frozen=True)
class Package:
    """One package of a solution, by its record in the channel."""

    name: str
    version: str
    build: str
    subdir: str
    url: str
    sha256: str
    """In hexadecimal; empty where the channel does not say."""
    md5: str
    size: int | None
    """Bytes to download; None where the channel does not say."""
    noarch: str = ""
    """`python` or `generic`; empty for a package of one platform."""
    depends: tuple[str, ...] = ()


@dataclass(frozen=True)
class Changes:
    """The difference between a solution and the one before."""

    added: tuple[Package, ...] = ()
    removed: tuple[Package, ...] = ()
    updated: tuple[tuple[Package, Package], ...] = ()
    """Before and after, where the version or the build differs."""

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.updated)


@dataclass(frozen=True)
class Solution:
    """The packages of an environment, each after those it depends on."""

    platform: str
    packages: tuple[Package, ...]
    relaxed: bool = False
    """Some package is not from the first channel that has it, as what is there does not fit. conda does the same
    (channel_priority flexible), but may choose other versions."""

    @property
    def download_size(self) -> int | None:
        """Bytes; None where the channels do not say it of every package."""
        sizes = [package.size for package in self.packages]
        return None if None in sizes else sum(size or 0 for size in sizes)

    def biggest(self, count: int) -> tuple[Package, ...]:
        """The packages with the largest downloads, the largest first; those of unknown size are left out."""
        sized = (package for package in self.packages if package.size is not None)
        return tuple(sorted(sized, key=lambda package: package.size or 0, reverse=True)[:count])

    def changes(self, before: Solution | None) -> Changes:
        """The difference from the solution before; none where there was none."""
        if before is None:
            return Changes()
        old = {package.name: package for package in before.packages}
        new = {package.name: package for package in self.packages}
        both = [(old[name], new[name]) for name in sorted(old.keys() & new.keys())]
        return Changes(
            tuple(new[name] for name in sorted(new.keys() - old.keys())),
            tuple(old[name] for name in sorted(old.keys() - new.keys())),
            tuple(pair for pair in both if _build(pair[0]) != _build(pair[1])),
        )


def _build(package: Package) -> tuple[str, str]:
    return package.version, package.build


class FailureKind(StrEnum):
    """Why there is no solution."""

    CONFLICT = "conflict"
    NOT_FOUND = "not found"
    WRONG_PLATFORM = "wrong platform"
    SYSTEM = "system"
    """A package asks more of the system, such as CUDA or a newer glibc, than the plan offers."""
    BAD_SPEC = "bad spec"
    NO_CHANNEL = "no channel"
    UNAUTHORIZED = "unauthorized"
    NOT_SHOWN = "key not shown"
    """The channel wants the key, and its host is none of those that the plan shows it."""
    FORBIDDEN = "forbidden"
    UNREACHABLE = "unreachable"
    BROKEN = "broken"
    TLS = "tls"
    PROXY = "proxy"
    CRASHED = "crashed"


_FIELDS = {
    FailureKind.UNAUTHORIZED: "account",
    FailureKind.NOT_SHOWN: "account.hosts",
    FailureKind.FORBIDDEN: "key",
    FailureKind.SYSTEM: "base.runtime",
} | dict.fromkeys(
    (FailureKind.UNREACHABLE, FailureKind.BROKEN, FailureKind.TLS, FailureKind.PROXY, FailureKind.CRASHED), ""
)


@dataclass(frozen=True)
class SolveFailure:
    """Why there is no solution, in words."""

    kind: FailureKind
    message: str
    hint: str
    lines: tuple[str, ...] = ()
    """The solver's own words, shortened to what matters; printable."""
    culprits: tuple[str, ...] = ()
    """The specs at fault, as the request has them."""
    meant: str = ""
    """The name that was probably meant, of a package that is not there."""
    newest: str = ""
    """The newest version that there is, of a package that is not there in the one that is asked for."""

    @property
    def problem(self) -> Problem:
        """It as an obstacle, with the field where it can be mended."""
        field = _FIELDS.get(self.kind, "environment")
        about_key = self.kind in (FailureKind.UNAUTHORIZED, FailureKind.NOT_SHOWN, FailureKind.FORBIDDEN)
        code = ExitCode.NO_KEY if about_key else ExitCode.WRONG_USE
        return Problem(self.message, self.hint, field, exit_code=code)

    def findings(self, document: EnvironmentDocument, text: str) -> Iterator[Problem]:
        """It at each spec of the text that is at fault, or once without a place; `document` is that text, read."""
        places = [found for found in document.dependencies if found.text in self.culprits]
        for place in places:
            end = place.column + len(place.text)
            fix = self._fix(document, text, place.name)
            yield Finding(self.message, self.hint, "environment", place.line, place.column, end, fix)
        if not places:
            yield self.problem

    def _fix(self, document: EnvironmentDocument, text: str, name: str) -> Fix | None:
        """Another name or version for this package; without it where what was meant is there as well."""
        if self.meant and any(found.name == self.meant for found in document.dependencies):
            return remove_dependency(text, name)
        if self.meant:
            return rename(text, name, self.meant)
        fix = pin(text, {name: self.newest}) if self.newest else None
        return replace(fix, title=f"Write `{name}={self.newest}`") if fix else None

    def outlives(self, before: EnvironmentDocument, after: EnvironmentDocument) -> bool:
        """True if it is still so of a text that was changed: the same channels have no such package as before."""
        if self.kind is not FailureKind.NOT_FOUND or not self.culprits or before.channels != after.channels:
            return False
        return {found.text for found in after.dependencies}.issuperset(self.culprits)


def places_of(failures: Iterable[SolveFailure], document: EnvironmentDocument, text: str) -> tuple[Problem, ...]:
    """The failures at each place of a text that is at fault; `document` is that text, read."""
    return tuple(found for failure in failures for found in failure.findings(document, text))


class Stage(StrEnum):
    """The stages of a solve."""

    LOADING = "loading"
    SOLVING = "solving"
    EXPLAINING = "explaining"
    """It does not solve: looking where else a missing package is."""


@dataclass(frozen=True)
class SolveProgress:
    """How far a solve is."""

    stage: Stage
    loaded: int = 0
    """Indexes that are there, one a channel and platform."""
    total: int = 0
    bytes: int = 0
    """Of the indexes that are still coming, unpacked."""

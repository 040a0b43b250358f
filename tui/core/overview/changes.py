"""The difference between what the last image was made from and what the next one would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tui.core.dataclass import dataclass
from tui.core.environment.document import read_environment
from tui.core.images.reference import short_name
from tui.core.proof.context.copied import copied_paths

if TYPE_CHECKING:
    from tui.core.overview.inputs import Inputs

_STEPS = ("FROM", "RUN", "COPY", "ADD", "WORKDIR")
"""The instructions that BuildKit makes a step of the build of."""
_NS = 1_000_000_000


@dataclass(frozen=True)
class Changes:
    """Each as lines to show, `+` what is new, `-` what is gone, `~` what is another one."""

    packages: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    base: tuple[str, ...] = ()
    steps: tuple[bool, ...] = ()
    """For each step of the next build, whether it should come from the cache."""

    @property
    def any(self) -> bool:
        """True if another image would be made."""
        return not all(self.steps)

    @property
    def cached(self) -> int:
        return sum(self.steps)

    @property
    def words(self) -> str:
        """All of it, a part after the other."""
        parts = {
            "Packages": self.packages,
            "Lock files": self.locks,
            "Files": self.files,
            "Base images": self.base,
        }
        shown = ["\n".join((title, *(f"  {line}" for line in lines))) for title, lines in parts.items() if lines]
        if not shown:
            shown = ["The Dockerfile is another one." if self.any else "Nothing: the image would be the same."]
        return "\n\n".join(shown)


def find_changes(before: Inputs, now: Inputs, last: float) -> Changes:
    """What is another one since; `last`, in seconds since the epoch, is when the last image was made.

    That can be later than `before` was kept: a build that is repeated at once keeps nothing, and is of files
    as they stood then.
    """
    files = tuple(_files(before, now, last))
    locks = tuple(_named(before.locks, now.locks))
    packages = tuple(_packages(before.environment, now.environment))
    base = tuple(
        f"~ {short_name(old)} → {short_name(new)}"
        for old, new in zip(before.base, now.base, strict=True)
        if old != new
    )
    changed = {line[2:] for line in (*files, *locks)}
    if before.environment != now.environment:
        changed.add(now.environment_file)
    steps = tuple(_cached(before, now, changed))
    return Changes(packages, locks, files, base, steps)


def _named(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            yield f"{'+' if name not in before else '-' if name not in now else '~'} {name}"


def _files(before: Inputs, now: Inputs, last: float) -> Iterator[str]:
    for line in _named(before.files, now.files):
        stamp = now.files.get(line[2:], "").split(" ")
        if last > before.when and line[0] == "~" and int(stamp[-1]) <= last * _NS:
            continue
        yield line


def _packages(before: str, now: str) -> Iterator[str]:
    old, new = (
        {one.name or one.text: one.text for one in (*document.dependencies, *document.pip)}
        for document in map(read_environment, (before, now))
    )
    for name in new:
        if name not in old:
            yield f"+ {new[name]}"
        elif old[name] != new[name]:
            yield f"~ {old[name]} → {new[name]}"
    yield from (f"- {old[name]}" for name in old if name not in new)
    channels = [read_environment(text).channels for text in (before, now)]
    if channels[0] != channels[1]:
        yield f"~ channels: {', '.join(channels[1]) or 'none'}"


def _cached(before: Inputs, now: Inputs, changed: set[str]) -> Iterator[bool]:
    """For each step in turn: BuildKit runs one anew whose words or files are others, and all that build on it."""
    known: dict[str, list[str]] = {}
    for stage, text in before.instructions:
        known.setdefault(stage, []).append(text)
    fresh = set[str]()
    places: dict[str, int] = {}
    for stage, text in now.instructions:
        place = places[stage] = places.get(stage, -1) + 1
        same = known.get(stage, [])[place : place + 1] == [text]
        builds_on = any(f"from={other}" in text or text.startswith(f"FROM {other} ") for other in fresh)
        if not same or builds_on or _takes(text, changed):
            fresh.add(stage)
        if text.startswith(_STEPS):
            yield stage not in fresh


def _takes(text: str, changed: set[str]) -> bool:
    if not text.startswith(("COPY", "ADD", "RUN")) or "--from=" in text:
        return False
    paths = copied_paths(text)
    return bool(changed) and (
        paths is None or any(name == path or name.startswith(f"{path}/") for path in paths for name in changed)
    )

"""The outcome of solving in words that every front end shows."""

from __future__ import annotations

from collections.abc import Iterator

from tui.core.solving.solution import Changes, Solution, SolveProgress, Stage
from tui.core.units import human_size

_STAGES = {
    Stage.LOADING: "reading the channels' indexes",
    Stage.SOLVING: "solving",
    Stage.EXPLAINING: "looking where else the package is",
}


def progress_words(progress: SolveProgress) -> str:
    """The progress of a solve, such as `reading the channels' indexes, 1 of 4, 12 MB`."""
    words = _STAGES[progress.stage]
    if progress.stage is Stage.LOADING and progress.total:
        words += f", {progress.loaded} of {progress.total}"
    return words + (f", {human_size(progress.bytes)}" if progress.bytes else "")


def solution_words(solution: Solution) -> str:
    """A solution in a line, such as `42 packages, 118 MB to download`."""
    count = len(solution.packages)
    size = solution.download_size
    download = f", {human_size(size)} to download" if size is not None else ""
    return f"{count} package{'' if count == 1 else 's'}{download}"


def changes_words(changes: Changes) -> str:
    """The changes, counted: `2 new, 1 gone, 3 of another version`; empty for none."""
    counts = (
        (len(changes.added), "new"),
        (len(changes.removed), "gone"),
        (len(changes.updated), "of another version or build"),
    )
    return ", ".join(f"{count} {what}" for count, what in counts if count)


def changes_lines(changes: Changes) -> Iterator[str]:
    """Each change as a line of a diff: `+ numpy 1.26.4`, `- pip 24.0`, `  python 3.12.1 → 3.12.2`."""
    yield from (f"+ {package.name} {package.version}" for package in changes.added)
    yield from (f"- {package.name} {package.version}" for package in changes.removed)
    for old, new in changes.updated:
        same = old.version == new.version
        yield f"  {old.name} {old.version}{f' {old.build}' if same else ''} → {new.build if same else new.version}"

"""An X-ray of a folder: what is sent to the builder, what each COPY takes of it, and what smells."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

from tui.core.dataclass import dataclass
from tui.core.dockerfile.dockerfile import render
from tui.core.errors import CondockError
from tui.core.files import SMALL, Standing, find_content
from tui.core.project import Project
from tui.core.proof.context.copied import copied_paths, copy_instructions
from tui.core.proof.context.sent import Context, find_context, taken_by
from tui.core.proof.context.smells import smell_of_content, smell_of_name
from tui.core.units import human_size
from tui.core.untrusted_text import shown

_LARGE = 100_000_000
_MOST = 200


@dataclass(frozen=True)
class Copy:
    """An instruction that takes something of what is sent."""

    instruction: str
    files: int
    size: int


@dataclass(frozen=True)
class Smell:
    """Something that should perhaps not be in an image."""

    path: str
    what: str
    sent: bool
    rule: str = ""
    """Of the ignore file, that keeps it back; empty where no instruction takes it."""


@dataclass(frozen=True)
class Xray:
    """The findings."""

    files: int
    size: int
    """Bytes."""
    copies: tuple[Copy, ...]
    smells: tuple[Smell, ...]
    """At most 200, what is sent first."""
    unread: tuple[str, ...]

    @property
    def data(self) -> dict[str, object]:
        """The same for programs."""
        return asdict(self)


def xray(project: Project) -> Xray:
    """Look at the plan's folder, with a Dockerfile and an ignore file that are not condock's as they are."""
    dockerfile, ignore_text = _texts(project)
    folder = str(project.path)
    found = find_context(folder, ignore_text, copied_paths(dockerfile))
    sizes = {entry.path: entry.state.st_size if entry.is_file else 0 for entry in found.sent}
    copies = []
    for instruction, paths in copy_instructions(dockerfile):
        taken = list(filter(taken_by(paths), sizes))
        copies.append(Copy(shown(instruction, 100), len(taken), sum(map(sizes.__getitem__, taken))))
    smells = sorted(_smells(folder, found), key=lambda smell: not smell.sent)[:_MOST]
    return Xray(len(sizes), sum(sizes.values()), tuple(copies), tuple(smells), tuple(map(shown, found.unread)))


def _texts(project: Project) -> tuple[str, str]:
    """Dockerfile and ignore file, as the next build finds them."""
    texts = {}
    try:
        for change in project.changes():
            texts[change.name] = (change.old or "") if change.standing is Standing.FOREIGN else change.new
    except CondockError:  # a file that is none; the build says so
        pass
    name = project.plan.build.dockerfile
    return (
        texts.get(name) or render(project.instructions()),
        texts.get(f"{name}.dockerignore") or find_content(project.path, ".dockerignore", SMALL) or "",
    )


def _smells(folder: str, found: Context) -> Iterator[Smell]:
    for entry in found.sent:
        what = smell_of_name(entry.path)
        if not what and entry.is_file:
            what = smell_of_content(os.path.join(folder, entry.path), entry.state.st_size)
        if what:
            yield Smell(shown(entry.path, 120), what, sent=True)
    for entry in found.folders[1:]:
        if what := smell_of_name(f"{entry.path}/"):
            yield Smell(shown(entry.path, 120), what, sent=True)
    yield from _large_folders(found)
    for kept in found.kept:
        is_folder = os.path.isdir(os.path.join(folder, kept.path))
        if what := smell_of_name(f"{kept.path}/" if is_folder else kept.path):
            yield Smell(shown(kept.path, 120), what, sent=False, rule=shown(kept.rule))


def _large_folders(found: Context) -> Iterator[Smell]:
    sizes = Counter[str]()
    for entry in found.sent:
        sizes[entry.path.partition("/")[0]] += entry.state.st_size
    for path, size in sizes.items():
        if size > _LARGE:
            yield Smell(shown(path, 120), f"large: {human_size(size)}", sent=True)


def xray_lines(found: Xray) -> Iterator[str]:
    """It in words."""
    yield f"Sent to the builder: {_files(found.files)}, {human_size(found.size)}."
    for copy in found.copies:
        yield f"  {_files(copy.files):>14} {human_size(copy.size):>8}  {copy.instruction}"
    for path in found.unread:
        yield f"  cannot be read: {path or 'the folder'}"
    if found.smells:
        yield "Look at:"
    for smell in found.smells:
        why = "is sent" if smell.sent else f"kept back by {smell.rule}" if smell.rule else "no COPY takes it"
        yield f"  {'!' if smell.sent else ' '} {smell.path}: {smell.what}; {why}"


def _files(count: int) -> str:
    return f"{count:,} file{'s' * (count != 1)}"

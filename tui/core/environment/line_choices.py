"""The edits of packages and channels that make sense on a line: its menu."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tui.core.environment.channel_edits import add_channel, move_channel, remove_channel
from tui.core.environment.document import EnvironmentDocument
from tui.core.environment.edits import Fix
from tui.core.environment.package_edits import pin, remove_dependency, unpin
from tui.core.environment.package_moves import move_all_to_conda, move_to_conda, move_to_pip, put_package


def line_choices(
    text: str, document: EnvironmentDocument, line: int, versions: Mapping[str, str]
) -> tuple[Fix, ...]:
    """The changes that can be made at a line, counted from 1, those of the whole list at the end.

    `document` is what the text says; `versions` has what was solved, by name in lower case, and may be empty.
    """
    return tuple(choice for choice in _choices(text, document, line, versions) if choice is not None)


def addition(text: str, line: int) -> tuple[Callable[[str, str], Fix | None], str]:
    """The function that adds something near a line, counted from 1, and a word for what it adds."""
    above = text.splitlines()[:line]
    section = next((row for row in reversed(above) if row[:1] not in ("", " ", "-", "#")), "")
    if section.startswith("channels"):
        return add_channel, "a channel: its name or address"
    return put_package, "a package, or pin one: numpy=1.26"


def _choices(
    text: str, document: EnvironmentDocument, line: int, versions: Mapping[str, str]
) -> Iterator[Fix | None]:
    for found in (*document.problems, *document.advice):
        if found.line == line:
            yield found.fix
    for package in (*document.dependencies, *document.pip):
        if package.line == line and package.name:
            if package.name in versions:
                yield pin(text, {package.name: versions[package.name]})
            yield unpin(text, package.name)
            yield move_to_pip(text, package.name) if package in document.dependencies else None
            if package in document.pip:
                yield move_to_conda(text, package.name)
                yield move_all_to_conda(text)
            yield remove_dependency(text, package.name)
    written = text.splitlines()[line - 1] if line <= len(text.splitlines()) else ""
    for channel in document.channels:
        if written.split("#")[0].strip().lstrip("- ").strip("\"'") == channel:
            yield move_channel(text, channel, -1)
            yield move_channel(text, channel, +1)
            yield remove_channel(text, channel)
    if versions:
        yield pin(text, versions)

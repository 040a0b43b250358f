"""Texts that condock wrote into files without its line, such as environment.yml: known again by their sums."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tui.core.dataclass import dataclass, replace
from tui.core.files import FileChange, checksum, is_ours
from tui.core.plan_file import PLAN_FILE
from tui.core.state import folder_id, read_state, write_state

_MOST_BYTES = 100_000
_MOST_TEXTS = 100
_MOST_FOLDERS = 1_000


@dataclass(frozen=True)
class Written:
    """The texts that condock's own files had last, as far as a change of them has to know."""

    plan: str | None = None
    """All that condock.yml holds, as it was read or written last; None where there was none."""
    sums: frozenset[str] = frozenset()
    """Of texts that were written without the line."""
    names: tuple[str, ...] = ()
    """The files that this run wrote, in their order."""

    def judged(self, change: FileChange) -> FileChange:
        """The change with what is known of its old text; what another program wrote may have the line as well."""
        if change.name == PLAN_FILE:
            return replace(change, known=change.old == self.plan and is_ours(change.old or ""))
        if is_ours(change.new):
            return change
        return replace(change, known=checksum(change.old or "") in self.sums)

    def named(self, *names: str) -> Written:
        """The same once these files were written, whose texts nobody has to know."""
        return replace(self, names=tuple(dict.fromkeys((*self.names, *names))))

    def plus(self, change: FileChange) -> Written:
        """The same once this change was written."""
        named = self.named(change.name)
        if change.name == PLAN_FILE:
            return replace(named, plan=change.new)
        return replace(named, sums=self.sums | {checksum(change.new)})


def own_texts(folder: Path, env: Mapping[str, str]) -> frozenset[str]:
    """The sums of those of this folder that earlier runs wrote; none where the record is damaged."""
    return frozenset(_read(folder, env))


def remember_own(change: FileChange, env: Mapping[str, str]) -> None:
    """Remember the text that was written, unless its line tells whose it is."""
    if not is_ours(change.new):
        own = checksum(change.new)
        sums = [*(known for known in _read(change.folder, env) if known != own), own][-_MOST_TEXTS:]
        write_state(env, _name(change.folder), json.dumps(sums).encode(), siblings=_MOST_FOLDERS)


def _read(folder: Path, env: Mapping[str, str]) -> list[str]:
    with suppress(ValueError, RecursionError):
        known = json.loads(read_state(env, _name(folder), _MOST_BYTES) or b"[]")
        return [text for text in known if isinstance(text, str)] if isinstance(known, list) else []
    return []


def _name(folder: Path) -> str:
    return f"own_texts/{folder_id(folder)}.json"

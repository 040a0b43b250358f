"""The fix for all findings of a group; and a text with everything mended that can be."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator

from tui.core.environment.document import EnvironmentDocument
from tui.core.environment.edits import Edit, Fix, apply_edits, difference
from tui.core.environment.finding_groups import Group, key_of, kind_of
from tui.core.environment.findings import Finding, fix_of

Read = Callable[[str], EnvironmentDocument]
"""Reads a text and judges it."""

_MOST_ROUNDS = 60


def group_fix(text: str, group: Group, read: Read) -> Fix | None:
    """One change of the text that mends all of a group; None where none of them can be mended."""
    fixable = [found for found in group.findings if fix_of(found)]
    if len(fixable) < 2:
        return fix_of(fixable[0]) if fixable else None
    key, kind = key_of(fixable[0]), kind_of(fixable[0])
    edits = _edits(text, read, lambda found: key_of(found) == key)
    title = kind.mend if kind else "Mend all {count}"
    return Fix(title.format(count=len(fixable)), edits) if edits else None


def fix_all(text: str, read: Read) -> str:
    """The text with everything mended that can be."""
    return apply_edits(text, _edits(text, read, lambda _: True))


def _edits(text: str, read: Read, wanted: Callable[[Finding], bool]) -> tuple[Edit, ...]:
    """The edits that mend what is wanted: those of one round where that does, else what differs in the end."""
    rounds: list[tuple[Edit, ...]] = []
    after = text
    while len(rounds) < _MOST_ROUNDS and (edits := _round(after, read, wanted)):
        rounds.append(edits)
        after = apply_edits(after, edits)
    return rounds[0] if len(rounds) == 1 else difference(text, after)


def _round(text: str, read: Read, wanted: Callable[[Finding], bool]) -> tuple[Edit, ...]:
    """The edits of as many fixes as go together: what they make has no problem that was not there before."""
    document = read(text)
    found = (finding for finding in (*document.problems, *document.advice) if wanted(finding))
    fixes = list(_apart(dict.fromkeys(finding.fix for finding in found if finding.fix)))
    while fixes:
        edits = tuple(edit for fix in fixes for edit in fix.edits)
        if len(fixes) == 1 or not _problems(read(apply_edits(text, edits))) - _problems(document):
            return edits
        fixes = fixes[: len(fixes) // 2]
    return ()


def _problems(document: EnvironmentDocument) -> set[str]:
    return {problem.message for problem in document.problems}


def _apart(fixes: Iterable[Fix]) -> Iterator[Fix]:
    """Those whose edits are in none of the places of one before."""
    taken: list[tuple[int, int]] = []
    for fix in sorted(fixes, key=lambda fix: min(edit.start for edit in fix.edits)):
        spans = [(edit.start, edit.end) for edit in fix.edits]
        if not any(_overlaps(span, taken) for span in spans):
            for span in spans:
                insort(taken, span)
            yield fix


def _overlaps(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    at = bisect_left(taken, span)
    return any(span[0] < end and start < span[1] for start, end in taken[max(0, at - 1) : at + 1])

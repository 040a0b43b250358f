"""Findings of one kind are said once and mended together; or all that can be, whatever it is."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Hashable, Iterable, Iterator

from tui.core.dataclass import dataclass
from tui.core.environment.document import EnvironmentDocument
from tui.core.environment.edits import Edit, Finding, Fix, Kind, apply_edits, difference, fix_of
from tui.core.errors import Problem

Read = Callable[[str], EnvironmentDocument]
"""Reads a text and judges it."""

_MOST_ROUNDS = 60
_MOST_PLACES = 6


@dataclass(frozen=True)
class Group:
    """Findings that are alike, in the order of the text; at least one."""

    findings: tuple[Problem, ...]

    @property
    def message(self) -> str:
        """The sentence for all of them."""
        kind = _kind(self.findings[0])
        if len(self.findings) == 1 or kind is None:
            return self.findings[0].message
        return kind.sentence.format(count=len(self.findings), subjects=self._subjects)

    @property
    def _subjects(self) -> str:
        names = [found.subject for found in self.findings if isinstance(found, Finding)]
        words = [f"`{name}`" for name in names[:_MOST_PLACES]]
        return _and([*words, f"{len(names) - len(words)} more"] if len(names) > len(words) else words)

    @property
    def key(self) -> Hashable:
        """That by which it is the same group after some of its findings are gone."""
        return _key(self.findings[0])

    @property
    def fixable(self) -> bool:
        return any(map(fix_of, self.findings))

    @property
    def hint(self) -> str:
        """The advice that all have in common; empty where each has its own."""
        hints = {found.hint for found in self.findings}
        return hints.pop() if len(hints) == 1 else ""

    @property
    def lines(self) -> tuple[int, ...]:
        """Their lines, counted from 1, each once."""
        return tuple(dict.fromkeys(found.line for found in self.findings if found.line))

    @property
    def places(self) -> str:
        """The lines in words, such as `lines 3 to 7 and 9`; empty where there are none."""
        runs = list(_runs(self.lines))
        words = [f"{one} to {last}" if last > one else f"{one}" for one, last in runs[:_MOST_PLACES]]
        if left_out := sum(last - one + 1 for one, last in runs[_MOST_PLACES:]):
            words.append(f"{left_out} more")
        if len(self.lines) < 2:
            return f"line {words[0]}" if words else ""
        return f"lines {_and(words)}"


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def grouped(findings: Iterable[Problem]) -> tuple[Group, ...]:
    """The findings by what they have in common, in the order of the first of each."""
    alike: dict[Hashable, list[Problem]] = {}
    for found in findings:
        alike.setdefault(_key(found), []).append(found)
    return tuple(Group(tuple(group)) for group in alike.values())


def group_fix(text: str, group: Group, read: Read) -> Fix | None:
    """One change of the text that mends all of a group; None where none of them can be mended."""
    fixable = [found for found in group.findings if fix_of(found)]
    if len(fixable) < 2:
        return fix_of(fixable[0]) if fixable else None
    key, kind = _key(fixable[0]), _kind(fixable[0])
    edits = _edits(text, read, lambda found: _key(found) == key)
    title = kind.mend if kind else "Mend all {count}"
    return Fix(title.format(count=len(fixable)), edits) if edits else None


def first_place(document: EnvironmentDocument) -> tuple[int, int]:
    """The line and column, counted from 0, of what is to be done first; else the end of the packages."""
    todo: tuple[Problem, ...] = (*document.problems, *filter(fix_of, document.advice))
    for found in todo:
        if found.line and found.column:
            return found.line - 1, found.column - 1
    if not document.dependencies:
        return 0, 0
    last = document.dependencies[-1]
    return last.line - 1, last.column - 1 + len(last.text)


def mended(text: str, read: Read) -> str:
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


def _key(found: Problem) -> Hashable:
    return _kind(found) or (found.message, found.hint)


def _kind(found: Problem) -> Kind | None:
    return found.kind if isinstance(found, Finding) else None


def _runs(lines: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Lines that follow each other, as the first and the last; two alone are no run."""
    lines = list(lines)
    while lines:
        length = next(n for n in range(1, len(lines) + 1) if lines[n : n + 1] != [lines[0] + n])
        length = length if length > 2 else 1
        yield lines[0], lines[length - 1]
        lines = lines[length:]

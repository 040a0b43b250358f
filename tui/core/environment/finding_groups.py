"""Findings that are alike are one group: said in one sentence, with their places."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from tui.core.dataclass import dataclass
from tui.core.environment.document import EnvironmentDocument
from tui.core.environment.findings import Finding, FindingKind, fix_of
from tui.core.errors import Problem

_MOST_PLACES = 6


@dataclass(frozen=True)
class Group:
    """Findings that are alike, in the order of the text; at least one."""

    findings: tuple[Problem, ...]

    @property
    def message(self) -> str:
        """The sentence for all of them."""
        kind = kind_of(self.findings[0])
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
        return key_of(self.findings[0])

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
        alike.setdefault(key_of(found), []).append(found)
    return tuple(Group(tuple(group)) for group in alike.values())


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


def key_of(found: Problem) -> Hashable:
    """Findings of one group have it in common."""
    return kind_of(found) or (found.message, found.hint)


def kind_of(found: Problem) -> FindingKind | None:
    return found.kind if isinstance(found, Finding) else None


def _runs(lines: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Lines that follow each other, as the first and the last; two alone are no run."""
    lines = list(lines)
    while lines:
        length = next(n for n in range(1, len(lines) + 1) if lines[n : n + 1] != [lines[0] + n])
        length = length if length > 2 else 1
        yield lines[0], lines[length - 1]
        lines = lines[length:]

"""A rule for an item of a list, and what it says of one."""

from __future__ import annotations

import re
from functools import lru_cache

from tui.core.dataclass import dataclass
from tui.core.environment.findings import FindingKind
from tui.core.untrusted_text import shown


@dataclass(frozen=True)
class Verdict:
    """The verdict of a rule on one item."""

    message: str
    hint: str
    advice: bool = False
    """It does not stand in the way: the build may well succeed."""
    better: str | None = None
    """The item's text mended; empty where the item is better left out, None where condock cannot tell."""
    for_pip: bool = False
    """It belongs into the list of pip's."""
    kind: FindingKind | None = None
    apart: str = ""
    """A pattern of what stands between items that it holds; empty where it is one."""


@dataclass(frozen=True, eq=False)
class Rule:
    """A pattern searched in an item's text, and what to say where it is found.

    Named groups of the pattern may stand in braces in both sentences, `{text}` for the item.
    """

    pattern: str
    message: str
    hint: str
    advice: bool = False
    fix: str | None = None
    """The replacement for the pattern, as `re.sub` has it; where nothing of the text is left, the item goes."""
    for_pip: bool = False
    kind: FindingKind | None = None
    apart: str = ""

    def apply(self, text: str) -> Verdict | None:
        """The rule's verdict, or None where it does not apply."""
        found = re.search(self.pattern, text)
        if found is None:
            return None
        words = {name: shown(value or "") for name, value in found.groupdict().items()} | {"text": shown(text)}
        better = None if self.fix is None else re.sub(self.pattern, self.fix, text).strip()
        message, hint = self.message.format(**words), self.hint.format(**words)
        return Verdict(message, hint, self.advice, better, self.for_pip, self.kind, self.apart)


@dataclass(frozen=True, eq=False)
class Rules:
    """Rules that need not be looked at for a text that fits a pattern, as most do."""

    unless: str
    rules: tuple[Rule, ...]

    def apply(self, text: str) -> Verdict | None:
        """The verdict of the first of them that has one."""
        return None if re.fullmatch(self.unless, text) else judge(self.rules, text)


@lru_cache(maxsize=4096)
def judge(rules: tuple[Rule | Rules, ...], text: str) -> Verdict | None:
    """The verdict of the first rule that has one.

    Remembered, since with each key pressed all lines but one are the same again.
    """
    for rule in rules:
        if verdict := rule.apply(text):
            return verdict
    return None


def rule(
    pattern: str,
    message: str,
    hint: str,
    *,
    fix: str | None = None,
    advice: bool = False,
    for_pip: bool = False,
    many: FindingKind | None = None,
    apart: str = "",
) -> Rule:
    return Rule(pattern, message, hint, advice, fix, for_pip, many, apart)

"""How the rules of an ignore file match paths, as BuildKit does it (moby/patternmatcher, patternmatcher.go)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache


class IgnoreRules:
    """The rules of an ignore file; the last that fits a path, or a folder above it, decides.

    A rule that is malformed fits nothing.
    """

    def __init__(self, text: str) -> None:
        self._rules = tuple(_rules(text))

    def fitting(self, path: str, above: Sequence[bool] = ()) -> list[bool]:
        """Which rules fit a path, relative to the context; `above` is the same of the folder it is in."""
        if not above:
            return [rule.fullmatch(path) is not None for _, rule, _ in self._rules]
        pairs = zip(self._rules, above, strict=True)
        return [known or rule.fullmatch(path) is not None for (_, rule, _), known in pairs]

    def keep_back(self, fitting: Sequence[bool]) -> bool:
        """True if what these rules fit is kept back."""
        return self._decided(fitting)[1]

    def deciding(self, fitting: Sequence[bool]) -> str:
        """The rule that decides, as it is written; empty for none."""
        return self._decided(fitting)[0]

    def may_reopen(self, folder: str) -> bool:
        """True if something may be sent of a folder that is kept back."""
        return any(not keeps_back and _may_be_below(written, folder) for written, _, keeps_back in self._rules)

    def _decided(self, fitting: Sequence[bool]) -> tuple[str, bool]:
        for (written, _, keeps_back), fits in zip(reversed(self._rules), reversed(fitting), strict=True):
            if fits:
                return written, keeps_back
        return "", False


def ignored_by(text: str) -> Callable[[str], bool]:
    """A test whether a path, relative to the context, is kept back by an ignore file with this text."""
    rules = IgnoreRules(text)

    def ignored(path: str) -> bool:
        parts = posixpath.normpath(path.strip("/")).split("/")
        fitting: list[bool] = []
        for count in range(1, len(parts) + 1):
            fitting = rules.fitting("/".join(parts[:count]), fitting)
        return rules.keep_back(fitting)

    return ignored


def _rules(text: str) -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """Each rule as it is written, as an expression, and whether what it fits is kept back.

    A slash at its start is taken away before an exclamation mark is looked for once more: `/!a` is `!a`
    (moby/patternmatcher, ignorefile.go and patternmatcher.go).
    """
    for line in text.removeprefix("\ufeff").split("\n"):
        written = line.strip()
        if not written or line.startswith("#"):
            continue
        marked = written.startswith("!")
        pattern = posixpath.normpath(written[marked:].strip() or ".")
        pattern = "!" * marked + (pattern.lstrip("/") if pattern.strip("/") else "")
        pattern = posixpath.normpath(pattern.strip() or ".")  # for the second time: blanks may be at its end now
        keeps_back = not pattern.startswith("!")
        pattern = pattern.removeprefix("!")
        if pattern not in ("", ".") and (found := _expression(pattern, keeps_back=keeps_back)):
            yield written, found, keeps_back


def _expression(pattern: str, *, keeps_back: bool) -> re.Pattern[str] | None:
    """A rule's expression; of one that could mean anything, the one by which more is sent."""
    if not re.search(_OF_GO, pattern):
        return expression(pattern)
    return None if keeps_back else re.compile(".*", re.DOTALL)


def _may_be_below(rule: str, folder: str) -> bool:
    """True if what this rule lets through may lie in the folder; not looked at closely where it has wildcards."""
    path = posixpath.normpath(posixpath.normpath(rule.lstrip("/!").strip()).strip()).strip("/")
    return any(mark in path for mark in "*?[\\") or f"{path}/".startswith(f"{folder}/")


_OF_GO = r"\\[^\W_]|\\[^\0-\x7f]|\[:"
"""BuildKit hands on a backslash, and what is in brackets, to the expressions of Go: `\\w` is any letter there."""
_ENDING = r"(?s)\*\*([^/*?[\]\\][^*?[\]\\]*)"
"""Two stars before it are no folders: `**.env` fits whatever ends so."""
_WORDS = re.compile(r"\*\*/?|\*|\?|\\.|\[\^?(?:\\.|[^\]\\])+\]|[^\\\[]", re.DOTALL)
_ALL_WORDS = f"(?s)(?:{_WORDS.pattern})*+"
"""Possessive: at the first bracket that is not closed there is an end of it."""


@lru_cache(maxsize=1_024)
def expression(pattern: str) -> re.Pattern[str] | None:
    """A pattern of the context as an expression for a whole path; None for one that is malformed."""
    if not re.fullmatch(_ALL_WORDS, pattern):  # a bracket or a backslash with nothing behind
        return None
    if ending := re.fullmatch(_ENDING, pattern):
        return re.compile(f".*{re.escape(ending[1])}", re.DOTALL)
    words = _WORDS.findall(pattern)
    words = [word for word, after in zip(words, [*words[1:], ""], strict=True) if (word, after) != ("**/", "**/")]
    last = ".*" if words[-1].startswith("**") else ""
    try:
        return re.compile(_joined(words[:-1] if last else words) + last, re.DOTALL)
    except re.error:
        return None


def _joined(words: list[str]) -> str:
    """The words as one expression, in which no wildcard is tried again once the next one is reached.

    What stands between two of them is best found as early as it can be; with each tried at all its places, a rule
    with many would take for ever, as it does not in BuildKit.
    """
    parts: list[str] = []
    at = 0
    while at < len(words):
        word, end = words[at], at + 1
        while end < len(words) and not (words[end].startswith("*") or (word == "*" and words[end] == "/")):
            end += 1
        between = words[at + 1 : end]
        if end < len(words) and word == words[end] == "*":
            parts.append(f"(?>[^/]*?{''.join(map(_translated, between))})")
        elif word == "**/" and "**/" in words[at + 1 :] and _whole(words, at):
            end = words.index("**/", at + 1)
            parts.append(f"(?>(?:.*?/)??{_joined(words[at + 1 : end])})")
        else:
            parts += map(_translated, words[at:end])
        at = end
    return "".join(parts)


def _whole(words: list[str], at: int) -> bool:
    """True if whole folders stand between this `**/` and the next."""
    end = words.index("**/", at + 1)
    return words[end - 1] == "/" and "**" not in words[at + 1 : end]


def _translated(word: str) -> str:
    match word:
        case "**" | "**/":
            return "(?:.*/)?"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
        case _ if len(word) > 2 and (wild := re.search(r"(?<!\\)[*?]", word)):
            # BuildKit makes an expression of it character by character: `[a*b]` becomes `[a[^/]*b]`.
            before, behind = _escaped_class(word[1 : wild.start()]), re.escape(word[wild.end() :])
            return f"[{before}\\[^/]{'*' * (wild[0] == '*')}{behind}"
        case _ if len(word) > 2:
            return f"[{_escaped_class(word[1:-1])}]"
        case _:
            return re.escape(word[-1])


def _escaped_class(text: str) -> str:
    """Characters of a class in which Python finds no operation on sets; escapes stay."""
    return re.sub(r"(\\.)|([\[&|~])", lambda found: found[1] or f"\\{found[2]}", text)

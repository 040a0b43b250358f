"""How the rules of an ignore file match paths, as BuildKit does it (moby/patternmatcher, patternmatcher.go)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from functools import lru_cache


def ignored_by(text: str) -> Callable[[str], bool]:
    """A test whether a path, relative to the context, is kept back by an ignore file with this text.

    The last rule that fits a path, or a folder above it, decides. A rule that is malformed fits nothing.
    """
    rules = tuple(_rules(text))

    def ignored(path: str) -> bool:
        parts = posixpath.normpath(path.strip("/")).split("/")
        above = ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]
        kept_back = False
        for rule, keeps_back in rules:
            if any(map(rule.fullmatch, above)):
                kept_back = keeps_back
        return kept_back

    return ignored


def _rules(text: str) -> Iterator[tuple[re.Pattern[str], bool]]:
    """Each rule as an expression, and whether what it fits is kept back."""
    for line in text.splitlines():
        rule = line.strip()
        if not rule or rule.startswith("#"):
            continue
        pattern = posixpath.normpath(rule.removeprefix("!").strip()).strip("/")
        if pattern not in ("", ".") and (expression := _expression(pattern)):
            yield expression, not rule.startswith("!")


_WORDS = re.compile(r"\*\*/?|\*|\?|\\.|\[\^?(?:\\.|[^\]\\])+\]|[^\\\[]", re.DOTALL)


@lru_cache(maxsize=1_024)
def _expression(pattern: str) -> re.Pattern[str] | None:
    """The pattern as an expression for a whole path; None for one that is malformed."""
    words = _WORDS.findall(pattern)
    if "".join(words) != pattern:  # a bracket or a backslash with nothing behind
        return None
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
        case _ if len(word) > 2:
            return "[" + re.sub(r"(\\.)|([\[&|~])", _escaped_in_class, word[1:-1]) + "]"
        case _:
            return re.escape(word[-1])


def _escaped_in_class(found: re.Match[str]) -> str:
    """A class of characters in which Python finds no operation on sets; escapes stay."""
    return found[1] or f"\\{found[2]}"

"""What conda rejects, silently misreads, or cannot use on Linux: one row a rule, each for the text of one item.

Of what conda does with a text, conda 26.7.1 was tried; a row says what comes of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from tui.core.text import Redactor, printable

_TOKEN = re.compile(r"(?<=/t/)[^/\s]+|(?<=://)(?!git@)[^/\s]+(?=@)")
_FORMS = Redactor()


@dataclass(frozen=True, eq=False)
class Rule:
    """A pattern searched in an item's text, and what to say where it is found.

    Named groups of the pattern may stand in braces in both sentences, `{text}` for the item.
    """

    pattern: re.Pattern[str]
    message: str
    hint: str
    advice: bool = False
    """It does not stand in the way: the build may well succeed."""

    def apply(self, text: str) -> tuple[str, str] | None:
        """The two sentences, or None where the rule has nothing to say."""
        found = self.pattern.search(text)
        if found is None:
            return None
        words = {name: shown(value or "") for name, value in found.groupdict().items()}
        return self.message.format(text=shown(text), **words), self.hint.format(text=shown(text), **words)


def masked(text: str) -> str:
    """The text without the tokens and passwords of addresses, and printable."""
    if "/" not in text and "eyJ" not in text:
        return printable(text)
    return _FORMS(_TOKEN.sub("••••", printable(text)))


def holds_token(text: str) -> bool:
    """Whether an address in the text has a token or password in it."""
    return masked(text) != printable(text)


def shown(text: str, limit: int = 60) -> str:
    """The text as it may stand in a sentence: masked, on one line, at most `limit` characters."""
    line = " ".join(masked(text).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


@lru_cache(maxsize=4096)
def judge(rules: tuple[Rule, ...], text: str) -> tuple[str, str, bool] | None:
    """What the first rule says that has something to say: message, hint, and whether it is advice only.

    Remembered, since with each key pressed all lines but one are the same again.
    """
    for rule in rules:
        if sentences := rule.apply(text):
            return *sentences, rule.advice
    return None


def _rule(pattern: str, message: str, hint: str, *, advice: bool = False) -> Rule:
    return Rule(re.compile(pattern), message, hint, advice)


_ADDRESS_TOKEN = Rule(
    _TOKEN,
    "The address {text} has a token or password in it, and the build would keep it.",
    "Remove it from the address: the key of the account step reaches the build as a secret.",
)

CHANNEL_RULES = (
    _ADDRESS_TOKEN,
    _rule(r"^\s*$", "A channel is empty.", "Write its name or address, or remove the line."),
    _rule(
        r"^(?:file:|/|\.{1,2}/|[A-Za-z]:\\)",
        "The channel {text} is a folder of this machine, which the build cannot see.",
        "Use a channel that has an address.",
    ),
)

DEPENDENCY_RULES = (
    _ADDRESS_TOKEN,
    _rule(
        r"^(?![A-Za-z0-9_])",
        "`{text}` does not begin with a package's name.",
        "Write the name first, as in `- numpy >=1.26`.",
    ),
    _rule(
        r"^(?:git|hg|svn)\+|@\s*(?:git\+|https?:)",
        "`{text}` is an address that only pip understands.",
        "Move it into the list under `- pip:`.",
    ),
    _rule(
        r"^(?P<name>[\w.-]+)\[\s*(?P<extra>[A-Za-z][\w.-]*(?:\s*,\s*[\w.-]+)*)\s*\]",
        "conda drops the extra `[{extra}]` without a word and installs `{name}` alone.",
        "Write `- {name}`, and the packages of the extra by name.",
    ),
    _rule(
        r"(?P<wrong>=[<>])",
        "`{wrong}` is not a comparison, and conda reads `{text}` as something else.",
        "Turn the two characters round: `>=` or `<=`.",
    ),
    _rule(
        r"^(?P<name>[\w.-]+)\s*\(\s*(?P<version>[^)]*)\)?",
        "conda drops what stands in parentheses: any version of `{name}` would be installed.",
        "Write `- {name} {version}`.",
    ),
    _rule(
        r";",
        "conda does not know conditions behind `;` as in `{text}`.",
        "Remove the condition: the image is always Linux.",
    ),
    _rule(r",\s*$", "`{text}` ends in a comma, which conda rejects.", "Remove the comma."),
    _rule(
        r"^[^=<>!~\s]+(?:==?|\s+)[^=<>!~\s]+(?:=|\s+)(?!\*?$)(?!pyh[0-9a-f]+_\d+$)(?P<build>[^=<>!~\s*|,]+)$",
        "`{text}` asks for the one build `{build}`, which exists for one platform only.",
        "Unless it was made on Linux, leave the build out: `conda env export --no-builds` does.",
        advice=True,
    ),
    _rule(
        r"^(?:[^:\s]+::)?(?P<name>pywin32|pywinpty|wincertstore|win_inet_pton|vc14?_runtime|vc|vs20\d\d_runtime"
        r"|ucrt|m2w64-[\w-]+|msys2-[\w-]+|appnope|pyobjc-[\w-]+|python\.app)(?![\w.-])",
        "`{name}` is a package for Windows or macOS, and conda may not find it for Linux.",
        "Remove it if your code does not need it on Linux.",
        advice=True,
    ),
)

PIP_RULES = (
    _ADDRESS_TOKEN,
    _rule(r"^\s*$", "An item of the pip list is empty.", "Write a requirement, or remove the line."),
    _rule(
        r"^(?:-[rc]|--(?:requirement|constraint))\b",
        "`{text}` names a file, and the environment is made from this file alone.",
        "Write the lines of that file here, one `- requirement` each.",
    ),
    _rule(
        r"^(?:(?:-e|--editable)\b|\.{0,2}/|\.{1,2}$|file:)|@\s*file:",
        "`{text}` is a folder of this machine, which is not there when the environment is made.",
        "Remove it here; your own code is copied by the application step.",
    ),
)

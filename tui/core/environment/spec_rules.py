"""Rules for what conda does not take for a package with its version: a row a mistake.

From trying conda's own reader (conda 26.7, conda/models/match_spec.py): tests/data/environment-files/specs.jsonl.
"""

from __future__ import annotations

from tui.core.environment.findings import FindingKind
from tui.core.environment.rule import rule

_NAME = r"^(?:\S+::)?+[\w.-]+"
_FIELDS = (
    r"name|version|build|build_number|channel|subdir|md5|sha256|url|fn|track_features|features"
    r"|license|license_family|when|extras|flags"
)
_COMMAS = FindingKind(
    "{count} packages have two conditions without a comma between them.", "Write all {count} commas"
)

_VERSION = r"(?:[<>=!~]=|[<>=])?[\w.*+-]+"
PLAIN = (
    r"(?a)(?:[\w.-]+(?:/[\w-]+)?::)?(?=\w)[\w.-]+"
    rf"(?:\s*(?:[<>=!~]=|[<>=])\s*[\w.*+-]+(?:[,|]\s*{_VERSION})*)?(?:=[\w.*]+)?"
)
"""A package as most people write it, in which none of these mistakes can be."""

MISTAKES = (
    rule(r",\s*$", "`{text}` ends in a comma, which conda rejects.", "Remove the comma.", fix=""),
    rule(
        r"\|\s*$",
        "`{text}` ends in `|`, which conda rejects.",
        "Remove it, or write another version behind it.",
        fix="",
    ),
    rule(
        r"\{\{|\$\{?\w",
        "`{text}` has a placeholder in it, and conda fills in none.",
        "Write the name and the version out.",
    ),
    rule(r"::\s*$", "`{text}` names a channel and no package.", "Write the package's name behind `::`."),
    rule(
        r"^https?://(?!\S+::)(?!\S+\.(?:conda|tar\.bz2)(?:#\w+)?$)",
        "`{text}` is not the address of a conda package, which ends in .conda or .tar.bz2.",
        "Write the package's name, or move the address into the list under `- pip:`.",
        for_pip=True,
    ),
    rule(
        r"^(?!https?://)[^\[#\s]*(?<!:):(?!:)",
        "`{text}` has a single `:`, and conda takes what is before it for a channel, or drops it.",
        "Write `channel::package`, or the package alone.",
    ),
    rule(r"\[[^\]]*$", "A bracket of `{text}` is not closed.", "Close it."),
    rule(
        rf"\[(?:[^\]]*,)?\s*(?!(?:{_FIELDS})\s*=)(?P<field>\w+)\s*=",
        "conda knows no `{field}` of a package.",
        "Between brackets stand `version=`, `build=`, `channel=` and the like.",
    ),
    rule(
        r"^(?P<rest>[^\['\"]+)['\"](?P<version>[^'\"]*)['\"]?$",
        "`{text}` has quotes within it, which conda rejects.",
        "Remove them, or put them around the whole item.",
        fix=r"\g<rest>\g<version>",
    ),
    rule(
        rf"{_NAME}\s*(?P<wrong>~(?!=)|\^|!(?!=)(?=\S))",
        "`{wrong}` is not a comparison of conda's.",
        "Write `~=`, `>=` or `!=`, or the version behind a single `=`.",
    ),
    rule(
        r"^(?P<name>[\w.-]+)@(?P<version>[\w.*]+)$",
        "`@` is not a comparison of conda's.",
        "Write `- {name}={version}`.",
        fix=r"\g<name>=\g<version>",
    ),
    rule(
        r"(?:==|[<>!~]=)\s*$",
        "`{text}` has no version behind its comparison.",
        "Write the version, or remove the comparison.",
        fix="",
    ),
    rule(
        rf"(?P<rest>{_NAME}\s*(?:[<>]=?|[=!~]=?)\s*[^\s,|<>=!&\[]+)(?:\s*&+\s*|\s*)(?=[<>]|!=)",
        "`{text}` has two conditions without a comma between them.",
        "Write a comma, as in `>=1,<2`.",
        fix=r"\g<rest>,",
        many=_COMMAS,
    ),
    rule(
        r"^(?P<rest>[^\[=]+==?[^=<>!~\[]+)==*\s*$",
        "`{text}` has no build behind its last `=`.",
        "Remove that `=`.",
        fix=r"\g<rest>",
    ),
    rule(
        r"^(?P<rest>[^\[=]+==?[^=<>!~\[]+)==(?P<build>[^=]+)$",
        "`{text}` has its build behind `==`, which conda rejects.",
        "Write a single `=` before the build.",
        fix=r"\g<rest>=\g<build>",
    ),
    rule(
        rf"(?a){_NAME}(?P<wrong>[^\w.\-*\s=<>!~\[:|,#(;])",
        "`{wrong}` cannot stand in a package's name.",
        "Write the name as the channel has it.",
    ),
)

"""Rules for items that conda rejects, silently misreads, or cannot use on Linux: one row a rule.

Of what conda does with a text, conda 26.7.1 was tried; a row says what comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.core.environment.findings import FindingKind
from tui.core.environment.rule import Rules
from tui.core.environment.rule import rule as _rule
from tui.core.environment.spec_rules import MISTAKES, PLAIN

_ADDRESS_TOKEN = _rule(
    r"/t/[^/\s]+|(?<=://)(?!git@)[^/\s]+@",
    "The address {text} has a token or password in it, and the build would keep it.",
    "Remove it from the address: the key of the account step reaches the build as a secret.",
    fix="",
    many=FindingKind(
        "{count} addresses have a token or password in them, and the build would keep it.", "Remove all {count}"
    ),
)

CHANNEL_RULES = (
    Rules(
        r"[\w-]+",  # a name
        (
            _ADDRESS_TOKEN,
            _rule(r"^\s*$", "A channel is empty.", "Write its name or address, or remove the line.", fix=""),
            _rule(
                r"^(?:file:|/|\.{1,2}/|[A-Za-z]:\\)",
                "The channel {text} is a folder of this machine, which the build cannot see.",
                "Use a channel that has an address.",
            ),
            _rule(
                r"\$\{?(?P<name>\w+)",
                "conda would put the value of `${name}` into this channel, and the build has no such variable.",
                "Write the channel out.",
            ),
        ),
    ),
)

_ELSEWHERE = (
    r"pywin32|pywinpty|winpty|wincertstore|win_inet_pton|vc14?_runtime|vc|vcomp14|vs20\d\d_(?:runtime|win-64)|ucrt"
    r"|icc_rt|libwinpthread|(?:console|powershell)_shortcut(?:_\w+)?|(?:m2w64|m2|msys2|ucrt64)-[\w-]+"
    r"|appnope|pyobjc(?:-[\w-]+)?|python\.app|[\w-]+_(?:osx|win)-(?:32|64|arm64)"
)
"""Packages that are built for Windows or macOS alone."""
_OF_A_MAC = r"libcxx(?:abi)?(?==[^=]+=\w+$)"
"""Packages that are for Linux as well, but hardly meant where one build is asked for."""
_OF_ELSEWHERE = FindingKind(
    "{count} packages are for Windows or macOS, and may not be there for Linux.", "Remove all {count}"
)
_CONDITIONS = FindingKind(
    "{count} packages have conditions behind `;`, which conda does not know.", "Mend all {count}"
)

_DASH = r"(?<=\S)\s+-\s+(?=[A-Za-z_])"
"""Between packages on one line."""

_MISREAD = (
    _ADDRESS_TOKEN,
    _rule(r"^\s*$", "`{text}` does not begin with a package's name.", "Write one, or remove the line.", fix=""),
    _rule(
        r"^(?:file:|\.{0,2}/|[A-Za-z]:\\)",
        "`{text}` is a file of this machine, which the build cannot see.",
        "Write the package's name and version, as in `- numpy >=1.26`.",
    ),
    _rule(
        r"^(?![A-Za-z0-9_])",
        "`{text}` does not begin with a package's name.",
        "Write the name first, as in `- numpy >=1.26`.",
    ),
    _rule(
        rf"^[^\['\"(;#]*{_DASH}",
        "`{text}` is several packages on one line.",
        "Write each on a line of its own, with a dash and a space before it.",
        apart=_DASH,
        many=FindingKind("{count} lines hold several packages each.", "Write each package on a line of its own"),
    ),
    _rule(
        r"^(?:git|hg|svn)\+|@\s*(?:git\+|https?:)",
        "`{text}` is an address that only pip understands.",
        "Move it into the list under `- pip:`.",
        for_pip=True,
        many=FindingKind("{count} addresses are such as only pip understands.", "Give all {count} to pip"),
    ),
    _rule(
        r"^(?P<name>[\w.-]+)\[\s*(?P<extra>[A-Za-z][\w.-]*(?:\s*,\s*[\w.-]+)*)\s*\]",
        "conda drops the extra `[{extra}]` without a word and installs `{name}` alone.",
        "Write `- {name}`, and the packages of the extra by name.",
        fix=r"\g<name>",
        many=FindingKind(
            "conda drops the extras of {count} packages without a word.", "Write all {count} without extras"
        ),
    ),
    _rule(
        r"(?P<wrong>=(?P<sign>[<>]))",
        "`{wrong}` is not a comparison, and conda reads `{text}` as something else.",
        "Turn the two characters round: `>=` or `<=`.",
        fix=r"\g<sign>=",
        many=FindingKind("{count} comparisons are the wrong way round.", "Turn all {count} round"),
    ),
    _rule(
        r"^(?P<name>[\w.-]+)\s*\(\s*(?P<version>[^)]*)\)?",
        "conda drops what stands in parentheses: any version of `{name}` would be installed.",
        "Write `- {name} {version}`.",
        fix=r"\g<name> \g<version>",
        many=FindingKind(
            "conda drops what stands in parentheses: any version of {count} packages would be installed.",
            "Write all {count} without parentheses",
        ),
    ),
    _rule(
        r"^.*;[^;]*==\s*['\"](?:win32|cygwin|darwin|Darwin|Windows|nt)['\"]\s*$",
        "conda does not know conditions behind `;` as in `{text}`.",
        "Remove the item: its condition is never true on Linux.",
        fix="",
        many=_CONDITIONS,
    ),
    _rule(
        r";.*$",
        "conda does not know conditions behind `;` as in `{text}`.",
        "Remove the condition: the image is always Linux.",
        fix="",
        many=_CONDITIONS,
    ),
    *MISTAKES,
)

DEPENDENCY_RULES = (
    Rules(PLAIN, _MISREAD),
    _rule(
        rf"^(?:[^:\s]+::)?(?P<name>{_ELSEWHERE}|{_OF_A_MAC})(?![\w.-]).*$",
        "`{name}` is a package for Windows or macOS, and conda may not find it for Linux.",
        "Remove what your code does not need on Linux.",
        fix="",
        advice=True,
        many=_OF_ELSEWHERE,
    ),
    _rule(
        r"^(?P<rest>[^=<>!~\s]+(?:==?|\s+)[^=<>!~\s]+)(?:=|\s+)(?!\*?$)(?!pyh[0-9a-f]+_\d+$)(?P<build>[^=<>!~\s*|,]+)$",
        "`{text}` asks for the one build `{build}`, which exists for one platform only.",
        "Unless it was made on Linux, leave the build out: `conda env export --no-builds` does.",
        fix=r"\g<rest>",
        advice=True,
        many=FindingKind(
            "{count} packages ask for one build, made for one platform. A `pyh` build fits all, and stays.",
            "Drop all {count} build strings",
        ),
    ),
)

_ARCHIVE = r"[^\s:@]+\.(?:whl|zip|tgz|tar\.\w+)$"
_NAMES_FILE = r"(?:-[rc]\s*|--(?:requirement|constraint)[\s=]\s*)"

PIP_RULES = (
    _ADDRESS_TOKEN,
    _rule(r"^\s*$", "An item of the pip list is empty.", "Write a requirement, or remove the line.", fix=""),
    _rule(
        rf"^(?:{_NAMES_FILE}(?!\w+://)|(?={_ARCHIVE}))(?:/|[A-Za-z]:|(?:\S*/)?\.\.(?:/|$))",
        "`{text}` names a file outside the folder, which is all that the build can see.",
        "Copy the file into the folder, and name it from there.",
    ),
    _rule(
        rf"^(?!{_ARCHIVE})(?:(?:-e|--editable)\b|\.{{0,2}}/|\.{{1,2}}$|file:)|@\s*file:",
        "`{text}` is a folder of this machine, which is not there when the environment is made.",
        "Remove it here; your own code is copied by the application step.",
    ),
    _rule(
        rf"^(?P<name>{_ELSEWHERE})(?![\w.-])[^;]*$",
        "`{name}` is a package for Windows or macOS, and pip may not find it for Linux.",
        "Remove what your code does not need on Linux.",
        fix="",
        advice=True,
        many=_OF_ELSEWHERE,
    ),
)

_PIP_FILE = rf"{_NAMES_FILE}(?P<named>\S+)$|(?P<archive>{_ARCHIVE})"


def pip_file(requirement: str) -> str:
    """The file beside environment.yml that a line for pip needs, relative and with `/`; empty if it needs none.

    That is a file of requirements or constraints, or an archive to install; addresses and folders are not.
    """
    found = re.match(_PIP_FILE, requirement.strip())
    path = (found["named"] or found["archive"]).strip("'\"") if found else ""
    if "://" in path or ".." in path.split("/") or path.startswith("/") or not path.isprintable():
        return ""
    return path.removeprefix("./")


def requirement_lines(text: str) -> Iterator[str]:
    """The lines of a requirements file as pip reads them: continued, and without comments."""
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        if content := re.sub(r"(?:^|\s)#.*", "", line).strip():
            yield content

"""Reads the text of a lock file: conda-lock's version 1 (conda/conda-lock), `@EXPLICIT` lists, pip's part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

import yaml

from tui.core.dataclass import dataclass, field, replace
from tui.core.environment.syntax import compose
from tui.core.errors import Problem
from tui.core.locks.lock_header import Header, read_header
from tui.core.untrusted_text import holds_token, masked, shown

# The list of packages makes up nearly all of the file, and nothing in it is needed here: megabytes stay unparsed.
_PACKAGES = r"(?m)^package:[ \t]*\r?\n(?:(?:[ \-#].*)?\r?\n|[ \-#].*\Z)*+"
_CONFLICT = r"(?m)^(?:<{7}|>{7}) "
_PLATFORM = r"#\s*platform:\s*([\w-]+)"
# The hash as conda 26.7.1 takes it (conda/misc.py).
_HASH = r"#(?:[0-9a-f]{32}|(?:sha256:)?[0-9a-f]{64})"
_ADDRESS = rf"https?://\S+/([^/\s]+)/[^/\s#.][^/\s#]*\.(?:conda|tar\.bz2)(?:{_HASH})?"
"""No name begins with a dot: conda would unpack `...conda` into the folder above."""
_ANY_ADDRESS = r"""https?://[^\s"'#]+"""
_PIP = r"#\s*pip\s+\S+\s*@"

MOST_CHANNELS = 50
"""Of one lock file that are told."""

REQUIRE_HASHES = "--require-hashes"
"""An option of pip that may stand in a file of requirements: a line without a hash is then refused."""


@dataclass(frozen=True)
class LockReading:
    """The contents of a lock file; problems and advice have no field yet."""

    platforms: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    advice: tuple[Problem, ...] = ()
    header: Header = field(default_factory=Header)
    """Of condock's own files."""
    packages: int = 0
    """How many are named; not counted in conda-lock's file."""
    channels: tuple[str, ...] = ()
    """The addresses of the channels whose packages it names for conda; tokens are masked."""


def read_conda_lock(text: str) -> LockReading:
    """Read the head of conda-lock's file: version and platforms. Never raises."""
    if conflict := _conflict(text):
        return _only(conflict)
    head = compose(re.sub(_PACKAGES, _empty_lines, text))
    if isinstance(head, Problem):
        return _only(replace(head, hint="Make the lock file anew with conda-lock."))
    version = _value(head, "version")
    if not isinstance(version, yaml.ScalarNode) or version.value != "1":
        return _only(_not_conda_lock(version))
    platforms = _value(_value(head, "metadata"), "platforms")
    if not isinstance(platforms, yaml.SequenceNode) or not platforms.value:
        message = "The file does not say which platforms it is for."
        return _only(Problem(message, "Make it anew with conda-lock.", "", 1, 1))
    names = tuple(shown(node.value) for node in platforms.value if isinstance(node, yaml.ScalarNode))
    return LockReading(names, tuple(_tokens(text)), channels=channels_of(text))


def _conflict(text: str) -> Problem | None:
    found = re.search(_CONFLICT, text)
    if found is None:
        return None
    line = text.count("\n", 0, found.start()) + 1
    return Problem("A merge conflict is left in the file.", "Make the lock file anew.", "", line, 1)


def _empty_lines(packages: re.Match[str]) -> str:
    """As many lines as were there, so that what follows keeps its place."""
    return "\n" * packages[0].count("\n")


def _not_conda_lock(version: yaml.Node | None) -> Problem:
    if isinstance(version, yaml.ScalarNode):
        message = f"The file has version {shown(version.value)}, and only version 1 of conda-lock's form is known."
        return Problem(
            message, "Make it with a conda-lock that writes version 1.", "", version.start_mark.line + 1, 1
        )
    return Problem(
        "This is not a lock file of conda-lock: it has no `version: 1`.", "Choose another file.", "", 1, 1
    )


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def _tokens(text: str) -> Iterator[Problem]:
    """The first address with a token or password in it."""
    if "/t/" not in text and "@" not in text:
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if holds_token(line):
            message = "An address has a token or password in it, and the build would keep it."
            yield Problem(message, "Make the lock file anew from channels without tokens.", "", number, 1)
            return


def read_explicit(text: str) -> LockReading:
    """Read an `@EXPLICIT` list: its platform, from its addresses and its `# platform:` line. Never raises."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1)]
    content = [(number, line) for number, line in lines if line and not line.startswith("#")]
    addresses = [(number, line) for number, line in content if line != "@EXPLICIT"]
    if len(addresses) == len(content):
        message = "The line `@EXPLICIT` is missing, without which conda does not take the file as a lock."
        return _only(Problem(message, "Make it with `conda list --explicit --md5`.", "", 1, 1))
    if not addresses:
        return _only(Problem("The file names no packages.", "Make it anew.", "", 1, 1))
    declared = next((found[1] for _, line in lines if (found := re.match(_PLATFORM, line))), "")
    platforms, problems = _platforms(addresses, declared)
    pip = sum(bool(re.match(_PIP, line)) for _, line in lines)
    wrong = (*problems, *_tokens(text))
    # A line is an address as a whole, whatever is in it: none may be passed over.
    advice, channels = tuple(_left_out(pip)), _channels(re.sub(f"{_HASH}$", "", line) for _, line in addresses)
    return LockReading(platforms, wrong, advice, read_header(text), len(addresses), channels)


def channels_of(text: str) -> tuple[str, ...]:
    """The channels of all packages of conda whose addresses stand in the text, in their order; the first 50."""
    return _channels(re.findall(_ANY_ADDRESS, text))


def _channels(addresses: Iterable[str]) -> tuple[str, ...]:
    files = (address for address in addresses if address.endswith((".conda", ".tar.bz2")))
    channels = dict.fromkeys(address.rsplit("/", 2)[0] for address in files)
    return tuple(masked(channel) for channel in islice(channels, MOST_CHANNELS))


def read_pip(text: str) -> LockReading:
    """Read condock's file of what pip installs after conda; it fits every platform. Never raises."""
    if conflict := _conflict(text):
        return _only(conflict)
    lines = [line for line in map(str.strip, text.splitlines()) if line and line[0] != "#"]
    if not any(line != REQUIRE_HASHES for line in lines):
        return _only(Problem("The file names no packages.", "Make it anew.", "", 1, 1))
    return LockReading(
        ("noarch",), tuple(_tokens(text)), (), read_header(text), sum(line[0] != "-" for line in lines)
    )


def _platforms(addresses: list[tuple[int, str]], declared: str) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """The one platform of the file, and the first line that is at odds with it."""
    platform = declared
    for number, line in addresses:
        address = re.fullmatch(_ADDRESS, line)
        if address is None:
            message = f"`{shown(line)}` is not the address of a package."
            hint = (
                "An `@EXPLICIT` list has one http address a line: make it anew with `conda list --explicit --md5`."
            )
            return (platform or "noarch",), (Problem(message, hint, "", number, 1),)
        subdir = address[1]
        if subdir not in ("noarch", platform or subdir):
            message = f"This package is for {shown(subdir)}, but the file is for {platform}."
            return (platform,), (Problem(message, "Make one file for each platform.", "", number, 1),)
        if subdir != "noarch":
            platform = subdir
    return (platform or "noarch",), ()


def _left_out(pip: int) -> Iterator[Problem]:
    if pip:
        message = f"{pip} packages of pip are only comments here, and conda leaves them out."
        yield Problem(message, "Use conda-lock.yml, or environment.yml, if your application needs them.", "", 1, 1)


def _only(problem: Problem) -> LockReading:
    return LockReading(problems=(problem,))

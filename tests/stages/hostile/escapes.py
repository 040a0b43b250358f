"""The secrets that got out on a visit, in words: by the servers, the disk, the processes and what was said."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.stages.hostile.case import Case
from tests.stages.hostile.listener import Heard
from tests.stages.hostile.machine import KEYS, Machine, secrets_in
from tests.stages.hostile.visit import Account
from tui.core.images.catalogue import catalogue
from tui.core.secret import KEY_VARIABLE

ANACONDAS = ("anaconda.com", "repo.anaconda.com", "repo.anaconda.cloud")
"""The hosts of the user's key."""
FORGED = "condock: all is well"
"""The words that condock never says by itself."""
_TRACEBACK = "Traceback (most recent call last)"
_CODES = {0, 1, 2, 3, 4}
_MOST_MEMORY = 700
"""MiB: a visit takes 150 of them before it begins."""
# What steers a terminal, or turns the direction of a line.
_STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def escapes(case: Case, machine: Machine, accounts: Sequence[Account]) -> list[str]:
    """Everything that must not be; empty where nothing got out."""
    asked = (*machine.internet.heard, *machine.evil.heard)
    return [
        *_of_requests(asked),
        *(f"{account.stop}: {found}" for account in accounts for found in _of_account(account)),
        *_of_calls(case, machine, accounts),
        *_of_state(case, machine),
    ]


def _of_requests(asked: Sequence[Heard]) -> Iterator[str]:
    for one in asked:
        allowed = KEYS if one.by == "internet" and one.host in ANACONDAS else ()
        for secret in secrets_in(f"{one.host}\n{one.text}"):
            if secret not in allowed:
                yield f"{one.by} was sent {secret} for {one.host}: {one.text.splitlines()[0]}"


def _of_account(account: Account) -> Iterator[str]:
    bad = (
        (not account.ended, "it did not end in time"),
        (bool(account.crash), f"it crashed: {account.crash}"),
        (_TRACEBACK in account.said, f"a traceback was printed: {account.said[-600:]}"),
        (not set(account.codes) <= _CODES, f"it ended with the codes {account.codes}"),
        (account.mebibytes > _MOST_MEMORY, f"it took {account.mebibytes} MiB of memory"),
    )
    yield from (words for is_so, words in bad if is_so)
    for secret in secrets_in(account.said):
        yield f"{secret} was shown"
    if steers := _STEERS.search(account.said):
        yield f"{steers[0]!r} was printed: {account.said[max(0, steers.start() - 60) : steers.end() + 20]!r}"
    if any(line.startswith(FORGED) for line in account.said.splitlines()):
        yield f"it said what the folder wanted said: {account.said}"
    for host in account.looked_up:
        for secret in secrets_in(host):
            yield f"{secret} was looked up as a host"
    yield from account.changed


def builds(machine: Machine) -> list[dict[str, Any]]:
    """The builds that docker was called for: with their arguments, environment and files."""
    return [call for call in _calls(machine) if "dockerfile" in call]


def _calls(machine: Machine) -> list[dict[str, Any]]:
    noted = (path for path in sorted(machine.calls.iterdir()) if path.suffix != ".part")
    return [ast.literal_eval(path.read_text("ascii")) for path in noted]


def _of_calls(case: Case, machine: Machine, accounts: Sequence[Account]) -> Iterator[str]:
    expected = {name: text for account in accounts for name, text in account.expected.items()}
    for call in _calls(machine):
        argv = " ".join(call["argv"])
        for secret in secrets_in(argv):
            yield f"{secret} is an argument of docker: {argv}"
        if any(word.startswith("-") for word in _names(call["argv"])):
            yield f"a name became an option of docker: {argv}"
        yield from (f"layers are kept at {place}" for place in _outside(call["argv"], machine.folder))
        if _catalogue_image(call["argv"]):
            yield f"an image of the catalogue was replaced: {argv}"
        held = secrets_in("\n".join((call.get("secret") or "", *_without_own(call["env"]))))
        if held and "dockerfile" in call:
            yield from _of_build(case, machine, call, expected)
        elif held:
            yield f"docker had {held[0]} without need: {argv}"


def _without_own(env: Mapping[str, str]) -> list[str]:
    """Variables but for those that the user has for docker."""
    return [value for name, value in env.items() if name not in ("GITHUB_TOKEN", "ACTIONS_RUNTIME_TOKEN")]


def _names(argv: Sequence[str]) -> list[str]:
    """The names among the arguments that could be taken for options: behind `--` none can."""
    named = [after for word, after in pairwise(argv) if word in _NAMING]
    asked = argv[2:3] if list(argv[:2]) == ["buildx", "inspect"] and "--" not in argv else ()
    return [*named, *asked]


def _outside(argv: Sequence[str], folder: Path) -> Iterator[str]:
    """Places on the disk, outside the folder, that layers are written to or read from."""
    for fields in (after for word, after in pairwise(argv) if word.startswith("--cache-")):
        for field in next(csv.reader([fields])):
            name, _, value = field.partition("=")
            if name in ("src", "dest") and not (folder / value).resolve().is_relative_to(folder.resolve()):
                yield field


def _catalogue_image(argv: Sequence[str]) -> bool:
    """Whether the image that is made takes the name of one that others build with."""
    tags = [after for word, after in pairwise(argv) if word == "--tag"]
    return any(tag.startswith(image.name) for tag in tags for image in catalogue().builders)


_NAMING = ("--builder", "--context", "--tag", "--file")


def _of_build(case: Case, machine: Machine, call: Mapping[str, Any], expected: Mapping[str, str]) -> Iterator[str]:
    if case.key == "asked":
        yield "a build had the key, and nobody was asked"
        return
    if call["cwd"] != str(machine.folder):
        yield f"a build had the key in {call['cwd']}"
    for part in ("dockerfile", "ignore"):
        if call[part] not in expected.values():
            yield f"a build had the key for another {part} than the plan's: {str(call[part])[:200]!r}"


def _of_state(case: Case, machine: Machine) -> Iterator[str]:
    """Of a key that is no JWT nothing is kept: beside its salt, a hash of a short one can be guessed."""
    state = machine.home / ".local/state/condock"
    guessable = case.user.get(KEY_VARIABLE) == "@OPAQUE_KEY@"
    for path in state.rglob("*.json") if guessable and state.is_dir() else ():
        if digest := re.search(r"[0-9a-f]{32,}", path.read_text("utf-8", "replace")):
            yield f"{path.name} has in it what may be a hash of the key: {digest[0]}"

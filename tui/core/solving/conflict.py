"""Why packages do not go together: the solver's tree of reasons (py-rattler 0.28.0), shortened and explained."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tui.core.dataclass import dataclass
from tui.core.environment.dependencies import name_of
from tui.core.environment.package_names import is_known
from tui.core.solving.solution import FailureKind, SolveFailure, SolveRequest
from tui.core.untrusted_text import printable, shown

MOST_LINES = 14
_MOST_CULPRITS = 3
_WIDTH = 100
_INTRODUCTION = "Cannot solve the request because of: "
_SEVERAL = "The following packages are incompatible"
_NAME = r"(?a)[\w.-]{1,100}"
_VERSION = r"(?a)[\w.!+]{1,100}"
_NODE = r"([│ ]*)([├└]─ )?(.*)"
_VERSIONS = r"(\S+)(?: \| \S+){2,} \| (\S+)"
_ABSENT = r"No candidates were found for (.+?)\.?$|^(\S+ .*?), for which no candidates were found"
_SYSTEM = r"^(__\w+) ?(.*?),? (?:for which no|which cannot)"
_NEEDS = {
    "__cuda": (
        "a CUDA driver ({spec})",
        "Choose the CUDA version of the machines it will run on (`environment.cuda`), or a package that needs "
        "none.",
    ),
    "__glibc": (
        "another glibc ({spec}) than the runtime image has ({has})",
        "Choose a newer runtime image, or an older version of the package.",
    ),
}
_NEEDS_ELSE = ("{spec} of the system", "The image cannot offer that: choose another version of the package.")


@dataclass(frozen=True)
class _Node:
    """One line of the tree."""

    depth: int
    text: str


def conflict(told: Mapping[str, Any], request: SolveRequest) -> SolveFailure:
    """The failure that the solver told of.

    `told` has the solver's `text`; under `specs` for each spec its name, the way the solver writes it, and as it
    was given; under `absent` what there is of packages that were not found: versions, platforms, similar names.
    """
    nodes = list(_nodes(told["text"]))
    roots = [node.text for node in nodes if node.depth == 0]
    blamed = {spec for root in roots for spec in _specs(root, told["specs"])}
    rivals = set(_rivals(nodes, told["specs"])) - blamed
    blamed |= rivals
    culprits = tuple(spec for spec in request.specs if spec in blamed)
    lines = tuple(_shortened(nodes))
    absent = {} if rivals else told["absent"]
    kind, message, hint = _meaning(nodes, culprits, absent, request)
    meant, newest = _meant(kind, culprits, absent), _newest(kind, culprits, absent)
    return SolveFailure(kind, message, hint, lines, culprits[:_MOST_CULPRITS], meant, newest)


def _nodes(text: str) -> Iterator[_Node]:
    text = text.removeprefix(_INTRODUCTION).removeprefix(_SEVERAL)
    lines = [line for line in printable(text).splitlines() if line.strip()]
    # A single root stands without a branch, and several hang on the introduction.
    top = 1 if lines and lines[0][0] in "├└" else 0
    for line in lines:
        bars, branch, said = re.fullmatch(_NODE, line).groups()  # type: ignore[union-attr]
        if said.strip():
            yield _Node(len(bars) // 3 + bool(branch) - top, said)


def _specs(root: str, specs: Sequence[Sequence[str]]) -> list[str]:
    """The specs that the solver means at a root of its tree, as they were given."""
    root = _absent_spec(root) or root
    named = [(written, given) for name, written, given in specs if name == root.partition(" ")[0].lower()]
    exactly = [given for written, given in named if f"{root} ".startswith(f"{written} ")]
    return exactly or [given for _, given in named]


def _rivals(nodes: Sequence[_Node], specs: Sequence[Sequence[str]]) -> Iterator[str]:
    """The specs that keep out what another one needs.

    Of a package that is asked for by name the solver knows only the versions that were asked for, and calls what
    another package needs of it absent.
    """
    for node in nodes:
        if node.depth and (missing := _absent_spec(node.text)):
            name = missing.partition(" ")[0].lower()
            yield from (given for own, _, given in specs if own == name)


def _absent_spec(text: str) -> str:
    found = re.search(_ABSENT, text)
    return (found[1] or found[2]) if found else ""


def _meaning(
    nodes: Sequence[_Node], culprits: Sequence[str], absent: Mapping[str, Any], request: SolveRequest
) -> tuple[FailureKind, str, str]:
    missing = [spec for node in nodes if (spec := _absent_spec(node.text))]
    for node in nodes:
        if found := re.match(_SYSTEM, node.text):
            return _of_system(found[1], f"{found[1]} {found[2]}".strip(), culprits, request)
    if missing and (direct := missing[0].partition(" ")[0]) in absent:
        return _not_found(missing[0], direct, culprits, absent[direct], request)
    if len(culprits) == 1:
        message = f"{_quoted(culprits)} cannot be installed: what it needs does not go together."
        return FailureKind.CONFLICT, message, "Ask for another version of it; the lines say what it needs."
    message = f"{_quoted(culprits) or 'These packages'} do not go together."
    hint = "Loosen or remove one of them: the lines say what each needs."
    return FailureKind.CONFLICT, message, hint


def _of_system(
    name: str, spec: str, culprits: Sequence[str], request: SolveRequest
) -> tuple[FailureKind, str, str]:
    offered = dict(text.split("=")[:2] for text in request.virtual_packages)
    needs, hint = _NEEDS.get(name, _NEEDS_ELSE)
    who = _quoted(culprits) or "A package"
    what = needs.format(spec=shown(spec), has=offered.get(name, "none"))
    return FailureKind.SYSTEM, f"{who} needs {what}.", hint


def _not_found(
    spec: str, name: str, culprits: Sequence[str], there: Mapping[str, Any], request: SolveRequest
) -> tuple[FailureKind, str, str]:
    own = next((culprit for culprit in culprits if culprit.split("::")[-1].lower().startswith(name)), "")
    wanted = f"`{shown(own or spec)}`"
    whose = "" if own or not culprits else f", which {_quoted(culprits)} needs"
    if there["versions"]:
        newest = ", ".join(map(shown, there["versions"][:3]))
        message = f"No channel has {wanted} for {request.platform}{whose}."
        return FailureKind.NOT_FOUND, message, f"Ask for a version that there is: {newest}."
    if there["platforms"]:
        message = f"{wanted}{whose} is not there for {request.platform}, only for {_and(there['platforms'])}."
        return FailureKind.WRONG_PLATFORM, message, f"Remove it, or build for {there['platforms'][0]} alone."
    hint = f"{'The name is right:' if is_known(name) else 'Look at the spelling, or'} add the channel that has it."
    if similar := _similar(name, there):
        hint = f"Did you mean {' or '.join(f'`{shown(known)}`' for known in similar)}?"
    return FailureKind.NOT_FOUND, f"No channel has {wanted}{whose}.", hint


def _meant(kind: FailureKind, culprits: Sequence[str], absent: Mapping[str, Any]) -> str:
    """The name that is most like the one that no channel has, where that was asked for by itself."""
    if kind is not FailureKind.NOT_FOUND or len(culprits) != 1:
        return ""
    name = name_of(culprits[0])
    there = absent.get(name, {})
    similar = [] if there.get("versions") or there.get("platforms") else _similar(name, there)
    return next((known for known in similar if re.fullmatch(_NAME, known)), "")


def _newest(kind: FailureKind, culprits: Sequence[str], absent: Mapping[str, Any]) -> str:
    """The newest version of the one package that is not there as it was asked for."""
    if kind is not FailureKind.NOT_FOUND or len(culprits) != 1:
        return ""
    versions = absent.get(name_of(culprits[0]), {}).get("versions", [])
    return next((version for version in versions[:1] if re.fullmatch(_VERSION, version)), "")


def _similar(name: str, there: Mapping[str, Any]) -> list[str]:
    """Names that may be meant; a package that condock knows by this name is no slip for another one."""
    similar: list[str] = there.get("similar", [])
    return [name] if name in similar else [] if is_known(name) else similar


def _quoted(specs: Sequence[str]) -> str:
    return _and([f"`{shown(spec)}`" for spec in specs[:_MOST_CULPRITS]])


def _and(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _shortened(nodes: Sequence[_Node]) -> Iterator[str]:
    """The lines that matter: of several ways to one end the first, of many versions the first and the last."""
    kept = [node for at, node in enumerate(nodes) if node.depth == 0 or _is_first(nodes, at)]
    for node in kept[:MOST_LINES]:
        text = re.sub(_VERSIONS, r"\1 … \2", node.text)
        yield "  " * node.depth + (text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…")
    left_out = len(nodes) - min(len(kept), MOST_LINES)
    if left_out:
        yield f"… and {left_out} more {'line' if left_out == 1 else 'lines'}"


def _is_first(nodes: Sequence[_Node], at: int) -> bool:
    """True if a node and all it hangs on are the first of theirs, below a root."""
    depth = nodes[at].depth
    for before in reversed(nodes[:at]):
        if before.depth == depth:
            return False
        if before.depth < depth:
            if before.depth == 0:
                return True
            depth = before.depth
    return True


def bad_spec(spec: str, text: str) -> SolveFailure:
    """The failure of a spec that cannot be read."""
    return SolveFailure(
        FailureKind.BAD_SPEC,
        f"`{shown(spec)}` cannot be read as a package and its version.",
        "Write a name, and after it a version as in `numpy >=1.26,<3`.",
        (shown(text),),
        (spec,),
    )

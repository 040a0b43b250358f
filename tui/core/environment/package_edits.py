"""Edits of the packages of an environment.yml: they come, go, are pinned and renamed.

Each takes the whole text and gives the smallest change of it as a Fix, or None where there is nothing to change
or no safe way to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import yaml

from tui.core.environment.dependencies import dependency, name_of
from tui.core.environment.edits import Edit, Fix, apply_edits, difference
from tui.core.environment.layout import Edits, end_of
from tui.core.environment.sections import Sections, safe_fix
from tui.core.untrusted_text import shown

_SPEC = r"(?s)(?P<package>(?:\S+::)?[\w.-]+)(?P<rest>.*)"
_VERSION_ALONE = r"[^\[]*(?:\[version=[^\],]*\])?\s*"


def add_dependency(text: str, spec: str) -> Fix | None:
    """A package such as `numpy >=1.26` behind the last of conda's; None where one of its name is there."""
    sections = Sections(text)
    name = name_of(spec)
    if not name or _named(sections, name):
        return None
    return safe_fix(text, f"Add {shown(spec)}", sections.added("dependencies", spec.strip()))


def remove_dependency(text: str, name: str) -> Fix | None:
    """No package of this name, in lower case; where conda's packages have none, none of pip's."""
    return safe_fix(text, f"Remove {shown(name)}", difference(text, _without(text, name)), deliberate=True)


def pin(text: str, versions: Mapping[str, str]) -> Fix | None:
    """conda's packages at these versions, by name in lower case: `numpy >=1` becomes `numpy=1.26.4`."""
    sections = Sections(text)
    edits: list[Edit] = []
    pinned = []
    for item in sections.texts("dependencies"):
        name = dependency(item).name
        if name in versions:
            edits += _rewritten(sections, item, f"={versions[name]}")
            pinned.append(name)
    return safe_fix(text, f"Pin {pinned[0] if len(pinned) == 1 else f'{len(pinned)} packages'}", tuple(edits))


def unpin(text: str, name: str) -> Fix | None:
    """conda's package of this name, in lower case, at any version."""
    sections = Sections(text)
    edits = (edit for item in _named(sections, name) for edit in _rewritten(sections, item, ""))
    return safe_fix(text, f"Unpin {shown(name)}", tuple(edits))


def rename(text: str, name: str, other: str) -> Fix | None:
    """conda's package of this name, in lower case, or else pip's, under another; what stands behind it stays."""
    sections = Sections(text)
    sequence = sections.sequence("dependencies")
    named = [(sequence, item) for item in _named(sections, name)] or [
        (requirements, item) for _, requirements, item in _for_pip(sections, name)
    ]
    edits = (edit for one in named for edit in _renamed(sections, *one, other))
    return safe_fix(text, f"Write `{shown(other)}`", tuple(edits))


def _named(sections: Sections, name: str) -> list[yaml.ScalarNode]:
    return [item for item in sections.texts("dependencies") if dependency(item).name == name]


def _rewritten(sections: Sections, item: yaml.ScalarNode, rest: str) -> Edits:
    """A package with something else behind its name; what says more than a version stays as it is."""
    spec = re.fullmatch(_SPEC, item.value)
    if (
        spec is None
        or not re.fullmatch(_VERSION_ALONE, spec["rest"])
        or spec["rest"].strip(" =") == rest.strip("=")
    ):
        return ()
    sequence = sections.sequence("dependencies")
    flow = sequence is not None and bool(sequence.flow_style)
    return sections.layout.rewritten(item, spec["package"] + rest, flow=flow)


def _renamed(sections: Sections, sequence: yaml.SequenceNode | None, item: yaml.ScalarNode, other: str) -> Edits:
    spec = re.fullmatch(_SPEC, item.value)
    if spec is None:
        return ()
    channel, joint, _ = spec["package"].rpartition("::")
    flow = sequence is not None and bool(sequence.flow_style)
    return sections.layout.rewritten(item, f"{channel}{joint}{other}{spec['rest']}", flow=flow)


def _without(text: str, name: str) -> str:
    while edits := _removal(Sections(text), name):
        text = apply_edits(text, edits)
    return text


def _removal(sections: Sections, name: str) -> Edits:
    """The edits for the first package of this name that can go."""
    for item in _named(sections, name):
        if edits := sections.removed("dependencies", item):
            return edits
    first = next(_for_pip(sections, name), None)
    return _from_pip(sections, *first) if first else ()


def _for_pip(
    sections: Sections, name: str
) -> Iterator[tuple[yaml.MappingNode, yaml.SequenceNode, yaml.ScalarNode]]:
    """The requirements of this name, each with its list and what that list stands in."""
    mappings = [item for item in sections.items("dependencies") if isinstance(item, yaml.MappingNode)]
    for mapping in mappings:
        for key, requirements in mapping.value:
            if key.value == "pip" and isinstance(requirements, yaml.SequenceNode):
                for item in requirements.value:
                    if isinstance(item, yaml.ScalarNode) and dependency(item).name == name:
                        yield mapping, requirements, item


def _from_pip(
    sections: Sections, mapping: yaml.MappingNode, requirements: yaml.SequenceNode, item: yaml.ScalarNode
) -> Edits:
    """pip's list without a requirement; the last one takes the list with it."""
    layout = sections.layout
    if len(requirements.value) > 1:
        return layout.without_item(requirements, item)
    if layout.on_one_line(mapping):
        return sections.removed("dependencies", mapping)
    dash, own_dash = layout.dash(mapping), layout.dash(item)
    if dash is None or own_dash is None or len(sections.items("dependencies")) < 2:
        return ()
    head = layout.erased(mapping, dash, sections.colon(mapping.value[0][0]))
    last = layout.erased(item, own_dash, end_of(item))
    return (*head, *last) if head and last else ()

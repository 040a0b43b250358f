"""Packages of an environment.yml between conda and pip: moved, put in, and pinned by what one types.

Each takes the whole text and gives one change of it as a Fix, or None where there is none that is safe.
"""

from __future__ import annotations

import re

import yaml

from tui.core.dataclass import replace
from tui.core.environment.dependencies import dependency, name_of
from tui.core.environment.edits import Fix, apply_edits, difference
from tui.core.environment.layout import Edits, as_yaml, end_of
from tui.core.environment.package_edits import add_dependency, remove_dependency
from tui.core.environment.package_names import conda_name, pip_name
from tui.core.environment.requirements import (
    Minor,
    applies,
    conda_spec,
    pip_requirement,
    read_minor,
    read_requirement,
)
from tui.core.environment.sections import Sections, safe_fix
from tui.core.untrusted_text import shown


def move_to_pip(text: str, name: str) -> Fix | None:
    """conda's package of this name, in lower case, for pip to install: by its name there, at the same versions."""
    sections = Sections(text)
    spec = next((item.value for item in sections.texts("dependencies") if dependency(item).name == name), "")
    requirement = pip_requirement(spec, pip_name(name)) if name not in ("python", "pip") else ""
    gone = remove_dependency(text, name) if requirement else None
    if gone is None:
        return None
    without = apply_edits(text, gone.edits)
    with_pip = add_dependency(without, "pip")
    ready = apply_edits(without, with_pip.edits) if with_pip else without
    fix = _fix(text, f"Move {shown(name)} to pip", ready, _added_to_pip(Sections(ready), requirement))
    return replace(fix, deliberate=True) if fix else None


def move_to_conda(text: str, name: str) -> Fix | None:
    """pip's package of this name, in lower case, for conda; None where conda cannot say what is asked of pip."""
    sections = Sections(text)
    wanted = next((item.value for item in _requirements(sections) if dependency(item).name == name), "")
    requirement = read_requirement(wanted)
    spec = conda_spec(requirement, conda_name(requirement.name))
    if requirement.marker and not ((python := _python(sections)) and applies(requirement.marker, python)):
        return None
    if not spec or any(dependency(item).name in (name, name_of(spec)) for item in sections.texts("dependencies")):
        return None
    gone = remove_dependency(text, name)
    ready = apply_edits(text, gone.edits) if gone else text
    added = add_dependency(ready, spec) if gone else None
    return _fix(text, f"Move {shown(name)} to conda", ready, added.edits) if added else None


def move_all_to_conda(text: str) -> Fix | None:
    """All of pip's packages that conda can be asked for, one after the other; None where they are not several."""
    moved, names = text, [dependency(item).name for item in _requirements(Sections(text))]
    count = 0
    for name in names:
        if fix := move_to_conda(moved, name):
            moved, count = apply_edits(moved, fix.edits), count + 1
    return Fix(f"Move {count} of pip's packages to conda", difference(text, moved)) if count > 1 else None


def put_package(text: str, spec: str) -> Fix | None:
    """A package as it is written: added, or, where one of its name is there, in its place, conda's or pip's."""
    sections, name = Sections(text), name_of(spec)
    for of_pip, items in ((False, sections.texts("dependencies")), (True, _requirements(sections))):
        for item in items:
            if name and dependency(item).name == name:
                written = pip_requirement(spec, spec[: len(name)]) if of_pip else spec.strip()
                edits = sections.layout.rewritten(item, written, flow=_is_flow(sections)) if written else ()
                return _fix(text, f"Write {shown(written)}", text, edits)
    return add_dependency(text, spec)


def _fix(text: str, title: str, ready: str, edits: Edits) -> Fix | None:
    """The fix that makes the text ready, then makes the edits; None where the last are none, or spoil it."""
    return safe_fix(text, title, difference(text, apply_edits(ready, edits))) if edits else None


def _python(sections: Sections) -> Minor | None:
    """The Python that is asked for, where it is one."""
    specs = [item.value for item in sections.texts("dependencies") if dependency(item).name == "python"]
    found = re.fullmatch(r"python\s*={1,2}\s*([\d.]+)(?:\.\*|\*)?", specs[0].strip()) if len(specs) == 1 else None
    return read_minor(found[1]) if found else None


def _pip_list(sections: Sections) -> yaml.SequenceNode | None:
    for item in sections.items("dependencies"):
        for key, value in item.value if isinstance(item, yaml.MappingNode) else ():
            if key.value == "pip" and isinstance(value, yaml.SequenceNode):
                return value
    return None


def _requirements(sections: Sections) -> list[yaml.ScalarNode]:
    listed = _pip_list(sections)
    return [item for item in listed.value if isinstance(item, yaml.ScalarNode)] if listed else []


def _is_flow(sections: Sections) -> bool:
    sequence = sections.sequence("dependencies")
    return sequence is not None and bool(sequence.flow_style)


def _added_to_pip(sections: Sections, requirement: str) -> Edits:
    """pip's list with one more requirement at its end, or a list of its own; none in brackets."""
    layout, listed, items = sections.layout, _pip_list(sections), sections.items("dependencies")
    last = listed.value[-1] if listed and listed.value else items[-1] if items and listed is None else None
    before = layout.beside(last) if last is not None else None
    if last is None or before is None or not layout.on_one_line(last):
        return ()
    lines = [f"{before}{as_yaml(requirement)}"]
    if listed is None:
        indent = " " * (len(before) + 2)
        lines = [f"{before}pip:", f"{indent}- {as_yaml(requirement)}"]
    end, following = layout.line_end(end_of(last))
    block = layout.newline.join(lines)
    edit = block + layout.newline if following > end else layout.newline + block
    return (layout.edit(following, following, edit),)

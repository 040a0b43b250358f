"""condock.yml: the plan as a file that is read, reviewed and committed."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

import yaml

from tui.core.dataclass import fields
from tui.core.errors import CondockError
from tui.core.files import read_text
from tui.core.plan import BuildPlan
from tui.core.untrusted_text import printable
from tui.core.yaml_text import TooDeepError, compose_nodes

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any, TypeVar

    Section = TypeVar("Section")

PLAN_FILE = "condock.yml"
VERSION = 2
"""Files of version 1 are read as well: they name every value, and mean what they meant."""
SCHEMA = "condock.schema.json"
"""Beside condock.yml, for editors: `condock schema` prints it. No address of it is promised yet."""
_MOST_BYTES = 64_000
"""PyYAML without libyaml takes three seconds for the worst that can be written in as many (6.0.3)."""

_HEADER = f"""\
# yaml-language-server: $schema={SCHEMA}
# The plan of an image, written by condock and meant to be committed: `condock build` repeats it.
# It names where the API key is found; the key itself never belongs in here.
"""


class _Dumper(yaml.SafeDumper):
    """Quotes what could be taken for a line break: PyYAML 6.0.3 folds U+0085 into a space otherwise."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if text.isprintable() else '"')


_Dumper.add_representer(str, _represent_text)


@lru_cache(maxsize=4)  # which all that looks at the files asks for
def dump_plan(plan: BuildPlan) -> str:
    """The text of condock.yml: what was decided, and not every default; `load_plan` makes the same plan of it."""
    sections = {section.name: _decided(getattr(plan, section.name)) for section in fields(plan)}
    content = {"version": VERSION, **{name: decided for name, decided in sections.items() if decided}}
    return _HEADER + yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def load_plan(text: str) -> BuildPlan:
    """The plan a condock.yml holds.

    Raises CondockError, with the line, for text that is not YAML, unknown keys, values of the wrong kind and
    versions newer than this condock's.
    """
    try:
        root = compose_nodes(text)
    except TooDeepError:
        raise _refused(0, "it is nested too deeply.", "A plan needs three levels.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _refused(
            mark.line if mark else 0, "this is not YAML.", "Correct the line, or undo its last change."
        ) from None
    if root is None:
        return BuildPlan()
    values = _mapping(root, "the file")
    version = values.pop("version", None)
    if version is not None:
        _check_version(version)
    return _read(BuildPlan, values)


def read_plan_file(folder: Path) -> BuildPlan:
    """The plan in the folder's condock.yml; raises CondockError where it cannot be read or is not a plan."""
    return load_plan(read_text(folder, PLAN_FILE, _MOST_BYTES))


def _decided(section: Any) -> dict[str, Any]:
    """The values that are not the default, and those that decide what the image is."""
    usual = type(section)()
    return {
        value.name: _plain_value(getattr(section, value.name))
        for value in fields(section)
        if value.metadata.get("decisive") or getattr(section, value.name) != getattr(usual, value.name)
    }


def _plain_value(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, str) and value.isascii() and value.isdigit() and value == str(int(value[:9])):
        return int(value)  # `port: 8000` reads better than `port: '8000'`
    return list(value) if isinstance(value, tuple) else value


def _refused(line: int, message: str, hint: str) -> CondockError:
    return CondockError(f"{PLAN_FILE}, line {line + 1}: {message}", hint)


def _mapping(node: yaml.Node, what: str) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise _refused(
            node.start_mark.line, f"{what} must hold `name: value` lines.", f"Begin with `version: {VERSION}`."
        )
    values: dict[str, yaml.Node] = {}
    for key, value in node.value:
        name = printable(str(key.value)) if isinstance(key, yaml.ScalarNode) else "a list or mapping"
        if name in values:
            raise _refused(key.start_mark.line, f"`{name}` is there twice.", "Keep one of the two.")
        values[name] = value
    return values


def _check_version(node: yaml.Node) -> None:
    if not isinstance(node, yaml.ScalarNode) or not str(node.value).isdecimal() or len(node.value) > 9:
        raise _refused(node.start_mark.line, "`version` must be a whole number.", f"Write `version: {VERSION}`.")
    if int(node.value) > VERSION:
        raise _refused(
            node.start_mark.line,
            f"this file has version {printable(node.value)}, newer than this condock, which knows {VERSION}.",
            "Update condock.",
        )


def _read(kind: type[Section], values: dict[str, yaml.Node]) -> Section:
    usual = kind()
    known = [value.name for value in fields(kind)]  # type: ignore[arg-type]
    for name, node in values.items():
        if name not in known:
            raise _refused(
                node.start_mark.line,
                f"`{name}` is not a setting of condock.",
                f"Remove it, or use one of: {', '.join(known)}.",
            )
    return kind(**{name: _value(getattr(usual, name), name, node) for name, node in values.items()})


def _value(usual: object, name: str, node: yaml.Node) -> object:
    """A value of the same kind as the usual one."""
    if isinstance(usual, tuple):
        return _texts(name, node)
    if not isinstance(usual, str | bool):
        return _read(type(usual), {} if _is_null(node) else _mapping(node, f"`{name}`"))
    if not isinstance(node, yaml.ScalarNode):
        raise _refused(node.start_mark.line, f"`{name}` must be a single value.", "Write it on one line.")
    text = "" if _is_null(node) else str(node.value)
    if isinstance(usual, bool):
        return _boolean(name, text, node)
    if isinstance(usual, StrEnum):
        return _choice(type(usual), name, text, node)
    return text


def _texts(name: str, node: yaml.Node) -> tuple[str, ...]:
    if _is_null(node):
        return ()
    if not isinstance(node, yaml.SequenceNode):
        raise _refused(node.start_mark.line, f"`{name}` must be a list.", "Write each entry as `- entry`.")
    for entry in node.value:
        if not isinstance(entry, yaml.ScalarNode):
            raise _refused(entry.start_mark.line, f"`{name}` must be a list of texts.", "Write `- entry`.")
    return tuple(str(entry.value) for entry in node.value)


def _boolean(name: str, text: str, node: yaml.Node) -> bool:
    if text.lower() not in ("true", "false"):
        raise _refused(node.start_mark.line, f"`{name}` must be true or false.", f"Write `{name}: false`.")
    return text.lower() == "true"


def _choice(kind: type[StrEnum], name: str, text: str, node: yaml.Node) -> StrEnum:
    if text not in list(kind):
        choices = ", ".join(kind)
        raise _refused(node.start_mark.line, f"`{name}` cannot be `{printable(text)}`.", f"Use one of: {choices}.")
    return kind(text)


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"

"""Which builders there are and what each can do, read from buildx's own answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Event

from tui.core.dataclass import replace
from tui.core.engine.builder import Builder, Node
from tui.core.engine.contexts import json_lines, near
from tui.core.engine.docker_cli import DOCKER, ask
from tui.core.errors import CondockError, ExitCode, Problem
from tui.core.untrusted_text import printable

_IMAGE_STORE = "org.mobyproject.buildkit.worker.snapshotter"
"""The label by which buildx tells an engine with the containerd image store (buildx, driver/docker/driver.go)."""

_ERROR = "ERROR: "

_PATIENCE = 25
"""Seconds: buildx itself waits up to 20 for builders that do not answer."""


def list_builders(env: Mapping[str, str], cancel: Event | None = None) -> tuple[Builder, ...]:
    """All builders; blocks for up to 25 s or until cancelled, as buildx contacts each of them, ssh included.

    CondockError where buildx cannot list them. buildx before 0.13 lists only as a table, whose names are asked
    for one by one. A builder is repeated for each of its nodes; up to 0.24 none is said to be the current one.
    """
    answer = ask([DOCKER, "buildx", "ls", "--format", "{{json .}}"], env, _PATIENCE, cancel)
    if answer.returncode == 0 and answer.stdout.startswith("{"):
        found = {builder.name: builder for builder in map(_from_json, json_lines(answer.stdout))}
        if any(builder.current for builder in found.values()):
            return tuple(found.values())
        own = inspect("", env, cancel).name
        return tuple(replace(builder, current=builder.name == own) for builder in found.values())
    table = ask([DOCKER, "buildx", "ls"], env, _PATIENCE, cancel)
    if table.returncode:
        message = f"The builders cannot be listed: {_error_text(table.stderr).rstrip('.')}."
        raise CondockError(message, "Try `docker buildx ls` in a terminal.", ExitCode.NO_ENGINE)
    names = read_names(table.stdout)
    return tuple(replace(inspect(name, env, cancel), current=current) for name, current in names.items())


def inspect(name: str, env: Mapping[str, str], cancel: Event | None = None) -> Builder:
    """Ask buildx about one builder, or the current one where the name is empty; contacts no other.

    `error` is set where there is no such builder or it does not answer. What forbids to reach the pods of the
    `kubernetes` driver is said beside the answer, whose own error is a deadline (buildx 0.13.1, 0.30.1).
    """
    answer = ask([DOCKER, "buildx", "inspect", *(["--", name] if name else [])], env, _PATIENCE, cancel)
    if answer.returncode:
        return Builder(printable(name), error=_error_text(answer.stderr))
    builder = read_inspection(answer.stdout)
    beside = "DeadlineExceeded" in builder.failure and answer.stderr.startswith(_ERROR)
    return replace(builder, error=_error_text(answer.stderr)) if beside else builder


def unknown_builder(name: str, env: Mapping[str, str]) -> Problem:
    """The sentences for a builder that buildx does not know."""
    try:
        names = [builder.name for builder in list_builders(env)]
    except CondockError:
        names = []
    hint = near(name, names) or "Choose one that `docker buildx ls` lists, or leave it empty."
    return Problem(f"There is no builder `{printable(name)}`.", hint, "build.builder")


def read_names(table: str) -> dict[str, bool]:
    """The builders in the table of `docker buildx ls`, and whether each is the current one; nodes are indented."""
    names = {}
    for line in printable(table).splitlines()[1:]:
        if line[:1].strip():
            name, *rest = line.split()
            names[name.rstrip("*")] = name.endswith("*") or rest[:1] == ["*"]
    return names


def read_inspection(text: str) -> Builder:
    """A builder as `docker buildx inspect` prints it (buildx 0.9 to 0.36, commands/inspect.go)."""
    head, _, nodes = printable(text).partition("\nNodes:\n")
    values = _values(head.splitlines())
    blocks = [f"Name:{block}" for block in f"\n{nodes}".split("\nName:")[1:]]
    error = values.get("Error", "")
    return Builder(values.get("Name", ""), values.get("Driver", ""), tuple(map(_node, blocks)), error=error)


def _error_text(stderr: str) -> str:
    """The first line of buildx's complaint."""
    return printable(stderr).strip().removeprefix(_ERROR).partition("\n")[0] or "buildx does not answer"


def _node(block: str) -> Node:
    lines = block.splitlines()
    values = _values(lines)
    version = next((values[key] for key in ("BuildKit version", "BuildKit", "Buildkit") if key in values), "")
    listed = [platform.strip() for platform in values.get("Platforms", "").split(",") if platform.strip()]
    return Node(
        values.get("Name", ""),
        values.get("Endpoint", ""),
        values.get("Status", "error"),
        version,
        *_platforms(listed),
        image_store=any(line.startswith(f" {_IMAGE_STORE}:") for line in lines),
        error=values.get("Error", ""),
    )


def _values(lines: Iterable[str]) -> dict[str, str]:
    """The `Name: value` lines that are not indented, the first of each name."""
    values: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon and not name.startswith(" "):
            values.setdefault(name, value.strip())
    return values


def _from_json(entry: Mapping[str, object]) -> Builder:
    """A builder as `docker buildx ls` has it in JSON (buildx 0.13 to 0.36, builder/builder.go, node.go)."""
    nodes = entry.get("Nodes")
    return Builder(
        _text(entry, "Name"),
        _text(entry, "Driver"),
        tuple(_json_node(node) for node in (nodes if isinstance(nodes, list) else ()) if _text(node, "Name")),
        current=entry.get("Current") is True,
        error=_text(entry, "Err"),
    )


def _json_node(node: Mapping[str, object]) -> Node:
    platforms, labels = node.get("Platforms"), node.get("Labels")
    listed = [printable(str(platform)) for platform in platforms] if isinstance(platforms, list) else []
    return Node(
        _text(node, "Name"),
        _text(node, "Endpoint"),
        _text(node, "Status"),
        _text(node, "Version"),
        *_platforms(listed),
        image_store=isinstance(labels, dict) and _IMAGE_STORE in labels,
        error=_text(node, "Err"),
    )


def _platforms(listed: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All of them, and those that are native, of a list where `*` marks what the node was made for."""
    marked = tuple(platform.rstrip("*") for platform in listed if platform.endswith("*"))
    every = tuple(platform.rstrip("*") for platform in listed)
    return every, marked or every[:1]


def _text(entry: Mapping[str, object], name: str) -> str:
    value = entry.get(name)
    return printable(value) if isinstance(value, str) else ""

"""The builders of buildx: which there are and what each can do, read from buildx's own answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Event

from tui.core.engine.contexts import json_lines, near
from tui.core.engine.docker_cli import ask
from tui.core.errors import CondockError, ExitCode, Problem
from tui.core.image.reference import CONDA_PLATFORMS
from tui.core.text import printable

DOCKER = "docker"
"""The driver that is the engine itself; every other one is a BuildKit of its own."""

_IMAGE_STORE = "org.mobyproject.buildkit.worker.snapshotter"
"""The label by which buildx tells an engine with the containerd image store (buildx, driver/docker/driver.go)."""

_PATIENCE = 25
"""Seconds: buildx itself waits up to 20 for builders that do not answer."""


@dataclass(frozen=True)
class Node:
    """One BuildKit of a builder; platforms are written as `linux/arm64`."""

    name: str
    endpoint: str = ""
    status: str = ""
    version: str = ""
    platforms: tuple[str, ...] = ()
    """What it can run, natively or by emulation, in buildx's order."""
    native: tuple[str, ...] = ()
    """What it was made for, marked with `*` by buildx, or else the first of its platforms, which is its own."""
    image_store: bool = False
    """Whether it keeps images as containerd does: several platforms in one, and caches to give away."""
    error: str = ""


@dataclass(frozen=True)
class Builder:
    """A builder of buildx; for each context there is one of driver `docker` with the context's name."""

    name: str
    driver: str = ""
    nodes: tuple[Node, ...] = ()
    current: bool = False
    error: str = ""
    """Why nothing is known of it."""

    @property
    def known(self) -> bool:
        """Whether it has told its platforms: one that is not started yet has not."""
        return any(node.status == "running" and node.platforms for node in self.nodes)

    @property
    def platforms(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(platform for node in self.nodes for platform in node.platforms))

    def runs(self, platform: str) -> bool:
        """Whether commands of this platform can be run at all; yes where that is not known."""
        return not self.known or machine(platform) in map(machine, self.platforms)

    def emulates(self, platform: str) -> bool:
        """Whether commands of this platform are known to run, and on no machine of their own kind."""
        native = {machine(own) for node in self.nodes for own in node.native}
        return self.known and self.runs(platform) and machine(platform) not in native

    @property
    def is_engine(self) -> bool:
        """Whether it is an engine itself, so that what it builds is there without loading."""
        return self.driver == DOCKER

    @property
    def words(self) -> str:
        """What it is and what it can do, in one line."""
        if not self.known:
            return self.error or f"{self.driver}, not running: what it can do shows when it is"
        own = dict.fromkeys(machine(platform) for node in self.nodes for platform in node.native)
        more = {machine(platform) for platform in self.platforms if self.emulates(platform)} & {*CONDA_PLATFORMS}
        emulated = f"; emulates {', '.join(sorted(more))}" if more else ""
        limits = "" if self.builds_several else "; one platform at a time, and no cache elsewhere"
        return f"{self.driver}, for {', '.join(own)}{emulated}{limits}"

    @property
    def builds_several(self) -> bool:
        """Whether one build can be for several platforms (buildx, driver/docker/driver.go, Features)."""
        return not self.is_engine or any(node.image_store for node in self.nodes)

    @property
    def exports_cache(self) -> bool:
        """Whether layers can be kept elsewhere than in the image itself (the same place)."""
        return self.builds_several


def machine(platform: str) -> str:
    """A platform without its variant: `linux/amd64/v3` runs where `linux/amd64` does."""
    return "/".join(platform.split("/")[:2])


def list_builders(env: Mapping[str, str], cancel: Event | None = None) -> tuple[Builder, ...]:
    """All builders; blocks for up to 25 s or until cancelled, as buildx contacts each of them, ssh included.

    CondockError where buildx cannot list them. buildx before 0.13 lists only as a table, whose names are asked
    for one by one. 0.13 repeats a builder for each of its nodes, and up to 0.24 does not say which is current.
    """
    answer = ask(["docker", "buildx", "ls", "--format", "{{json .}}"], env, _PATIENCE, cancel)
    if answer.returncode == 0 and answer.stdout.startswith("{"):
        found = {builder.name: builder for builder in map(_from_json, json_lines(answer.stdout))}
        if any(builder.current for builder in found.values()):
            return tuple(found.values())
        own = inspect("", env, cancel).name
        return tuple(replace(builder, current=builder.name == own) for builder in found.values())
    table = ask(["docker", "buildx", "ls"], env, _PATIENCE, cancel)
    if table.returncode:
        said = printable(table.stderr).strip().removeprefix("ERROR: ").partition("\n")[0]
        message = f"The builders cannot be listed: {said.rstrip('.') or 'buildx does not answer'}."
        raise CondockError(message, "Try `docker buildx ls` in a terminal.", ExitCode.NO_ENGINE)
    names = read_names(table.stdout)
    return tuple(replace(inspect(name, env, cancel), current=current) for name, current in names.items())


def inspect(name: str, env: Mapping[str, str], cancel: Event | None = None) -> Builder:
    """What buildx says of one builder, or of the current one where the name is empty; contacts no other.

    `error` is set where there is no such builder or it does not answer.
    """
    answer = ask(["docker", "buildx", "inspect", *([name] if name else [])], env, _PATIENCE, cancel)
    if answer.returncode:
        said = printable(answer.stderr).strip().removeprefix("ERROR: ").partition("\n")[0]
        return Builder(printable(name), error=said or "buildx does not answer")
    return read_inspection(answer.stdout)


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

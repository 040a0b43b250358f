"""A builder of buildx: its nodes, the platforms it is for, and what it can do."""

from __future__ import annotations

from tui.core.dataclass import dataclass
from tui.core.platforms import TO_CONDA

ENGINE_DRIVER = "docker"
"""The driver that is the engine itself; every other one is a BuildKit of its own."""


@dataclass(frozen=True)
class Node:
    """One BuildKit of a builder; platforms are written as `linux/arm64`."""

    name: str
    endpoint: str = ""
    status: str = ""
    version: str = ""
    platforms: tuple[str, ...] = ()
    """The platforms it can run, natively or by emulation, in buildx's order."""
    native: tuple[str, ...] = ()
    """The platforms it was made for, marked with `*` by buildx, or else its first one, which is its own."""
    image_store: bool = False
    """True if it keeps images as containerd does: several platforms in one, and caches to give away."""
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
        """True if it has told its platforms: one that is not started yet has not."""
        return any(node.status == "running" and node.platforms for node in self.nodes)

    @property
    def platforms(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(platform for node in self.nodes for platform in node.platforms))

    @property
    def failure(self) -> str:
        """Why it cannot be used: it says nothing at all, or a node of it says what is wrong."""
        return self.error or next((node.error for node in self.nodes if node.error), "")

    def runs(self, platform: str) -> bool:
        """True if commands of this platform can be run at all; yes where a node has not told what it can do."""
        told = self.known and all(node.platforms for node in self.nodes)
        return not told or machine(platform) in map(machine, self.platforms)

    def emulates(self, platform: str) -> bool:
        """True if commands of this platform are known to run, and on no machine of their own kind."""
        native = {machine(own) for node in self.nodes for own in node.native}
        return self.known and machine(platform) in {*map(machine, self.platforms)} - native

    @property
    def is_engine(self) -> bool:
        """True if it is an engine itself, so that what it builds is there without loading."""
        return self.driver == ENGINE_DRIVER

    @property
    def words(self) -> str:
        """Its driver and abilities in one line."""
        if not self.known:
            return self.failure or f"{self.driver}, not running: what it can do shows when it is"
        own = dict.fromkeys(machine(platform) for node in self.nodes for platform in node.native)
        more = {machine(platform) for platform in self.platforms if self.emulates(platform)} & {*TO_CONDA}
        emulated = f"; emulates {', '.join(sorted(more))}" if more else ""
        limits = "" if self.builds_several else "; one platform at a time, and no cache elsewhere"
        return f"{self.driver}, for {', '.join(own)}{emulated}{limits}"

    @property
    def builds_several(self) -> bool:
        """True if one build can be for several platforms (buildx, driver/docker/driver.go, Features)."""
        return not self.is_engine or any(node.image_store for node in self.nodes)

    @property
    def exports_cache(self) -> bool:
        """True if layers can be kept elsewhere than in the image itself (the same place)."""
        return self.builds_several


def machine(platform: str) -> str:
    """A platform without its variant: `linux/amd64/v3` runs where `linux/amd64` does."""
    return "/".join(platform.split("/")[:2])

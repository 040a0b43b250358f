"""The findings on a Docker engine, as data: the project has them, and does without what it takes to look."""

from __future__ import annotations

import re

from tui.core.dataclass import dataclass
from tui.core.engine.builder import ENGINE_DRIVER, Builder
from tui.core.errors import Problem

RAWJSON_SINCE = (0, 12)
"""The first buildx with `--progress=rawjson` (docker/buildx v0.12.0, where `--help` does not mention it yet)."""


@dataclass(frozen=True)
class EngineReport:
    """The findings on the way to a build; empty fields were not reached or not told."""

    cli: str = ""
    buildx: tuple[int, ...] = ()
    server: str = ""
    platform: str = ""
    endpoint: str = ""
    problem: Problem | None = None
    chosen: str = ""
    """The choice of this engine, such as `DOCKER_HOST`; empty where there was none."""
    builder: Builder | None = None
    """The builder; asked for only where the plan goes beyond the engine's own ways."""
    image_store: bool = False
    """True if several platforms in one image can be loaded into the engine; asked for only where that matters."""

    @property
    def usable(self) -> bool:
        return self.problem is None

    @property
    def runs_without_network(self) -> bool:
        """True where RUN knows `--network`: since Dockerfile 1.3, which is BuildKit 0.9, or Docker 23.0.

        A builder that is not the engine says its own version; where none is known, it is taken for new enough.
        """
        told = [node.version for node in self.builder.nodes] if self.builder else []
        numbers = [found for text in told if (found := _numbers(text)) > (0, 0)]
        if numbers:
            return min(numbers) >= (0, 9)
        elsewhere = self.builder is not None and self.builder.driver != ENGINE_DRIVER
        return elsewhere or not _numbers(self.server) or _numbers(self.server) >= (23, 0)

    @property
    def words(self) -> str:
        """The place of a build in one line."""
        builder = f"builder {self.builder.name} ({self.builder.driver})" if self.builder else ""
        parts = (f"Docker {self.server}", f"buildx {self.buildx_version}", self.platform, self.chosen, builder)
        return ", ".join(filter(None, parts))

    @property
    def buildx_version(self) -> str:
        return ".".join(map(str, self.buildx))

    @property
    def progress(self) -> str:
        """The kind of progress stream this buildx can give."""
        return "rawjson" if self.buildx >= RAWJSON_SINCE else "plain"


def _numbers(version: str) -> tuple[int, ...]:
    """The first two numbers of a version; empty where there are none."""
    found = re.match(r"v?(\d+)\.(\d+)", version)
    return tuple(map(int, found.groups())) if found else ()

"""One image of a catalogue."""

from __future__ import annotations

from tui.core.dataclass import dataclass

PARTS = ("builders", "runtimes")


@dataclass(frozen=True)
class CatalogueImage:
    """One image of the catalogue; a field without evidence is empty."""

    name: str
    tag: str
    digest: str
    notes: str
    evidence: str
    conda: str = ""
    python: str = ""
    glibc: str = ""
    platforms: tuple[str, ...] = ()
    deprecated: bool = False
    recommended: bool = False
    tos: bool | None = False
    """None where it is not known."""
    kind: str = ""
    """The kind of the digest: `index`, of all platforms, or `manifest`, of one."""
    checked: str = ""
    """The day on which the registry was asked, such as 2026-11-24."""
    source: str = ""
    """Whose catalogue it is from; empty for condock's own."""

    @property
    def reference(self) -> str:
        """`name:tag@digest`, as a Dockerfile pins it."""
        return f"{self.name}:{self.tag}@{self.digest}"

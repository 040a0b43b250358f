"""Checks whether a pinned digest still is that of the tag in the registry."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from tui.core.dataclass import dataclass
from tui.core.engine.find_engine import connect, engine_errors
from tui.core.images.reference import parse_reference
from tui.core.untrusted_text import printable

_KINDS = {"manifest.list": "index", "image.index": "index", "manifest": "manifest"}
"""By what a media type has in it (OCI image specification, Docker's image manifest v2), the most telling first."""


class PinState(Enum):
    """The registry's verdict on a pin."""

    AGREES = auto()
    MOVED = auto()
    """The tag names another digest now; the pinned one still builds as long as the registry keeps it."""
    UNPINNED = auto()
    UNKNOWN = auto()
    """The registry or the engine did not answer, or knows no such image."""


@dataclass(frozen=True)
class PinReport:
    """The registry's answer about a reference."""

    state: PinState
    digest: str = ""
    platforms: tuple[str, ...] = ()
    """Of the pinned digest, or of the tag's where none is pinned."""
    kind: str = ""
    """`index` where the digest is that of an image for several platforms, `manifest` where it is of one."""
    reason: str = ""

    def describe(self) -> str:
        """One or two sentences for the screen."""
        alone = " alone" if self.kind == "manifest" else ""
        on = f" Platforms: {', '.join(self.platforms)}{alone}." if self.platforms else ""
        match self.state:
            case PinState.AGREES:
                return f"The pin holds: the tag still names this digest.{on}"
            case PinState.MOVED:
                return f"The tag has moved on, to {self.digest}. The build keeps to the pin.{on}"
            case PinState.UNPINNED:
                return f"Not pinned yet. The tag names {self.digest}.{on}"
            case PinState.UNKNOWN:
                return f"The registry cannot say: {self.reason}"


def check_pin(reference: str, env: Mapping[str, str]) -> PinReport:
    """Ask, through the engine, what the registry has under the reference's tag; blocks, for up to a minute.

    Raises CondockError for a malformed reference.
    """
    parsed = parse_reference(reference)
    tagged = reference.partition("@")[0] if parsed.tag else reference
    try:
        images = connect(env, timeout=60).images
        data = images.get_registry_data(tagged)
    except engine_errors() as error:
        said = getattr(error, "explanation", None) or str(error)
        return PinReport(PinState.UNKNOWN, reason=printable(str(said)).partition("\n")[0][:200])
    state = PinState.AGREES if parsed.digest == data.id else PinState.MOVED if parsed.digest else PinState.UNPINNED
    pinned = data.attrs
    if state is PinState.MOVED:
        pinned = _of_digest(images, f"{tagged.removesuffix(f':{parsed.tag}')}@{parsed.digest}")
    platforms = tuple(_platform(entry) for entry in pinned.get("Platforms") or ())
    media_type = str((pinned.get("Descriptor") or {}).get("mediaType", ""))
    kind = next((kind for word, kind in _KINDS.items() if word in media_type), "")
    return PinReport(state, printable(str(data.id)), platforms, kind)


def _of_digest(images: Any, reference: str) -> dict[str, Any]:
    """The registry's answer about an image whose tag is another's by now; none where it has it no more."""
    try:
        attrs: dict[str, Any] = images.get_registry_data(reference).attrs
    except engine_errors():
        return {}
    return attrs


def _platform(entry: Mapping[str, str]) -> str:
    parts = (entry.get("os", ""), entry.get("architecture", ""), entry.get("variant", ""))
    return printable("/".join(part for part in parts if part))

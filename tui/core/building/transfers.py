"""How far a step is with what it moves: a base image pulled, the context sent, the image written."""

from __future__ import annotations

import re

from tui.core.building.downloads import Downloads
from tui.core.building.events import TransferUpdated
from tui.core.building.progress import BuildStep
from tui.core.dataclass import dataclass
from tui.core.units import human_size

# As BuildKit names a blob, alone or after what is done with it: "sha256:..", "extracting sha256:..".
_BLOB = r"(?:(\S+) )?sha256:([0-9a-f]{64})"
_VERBS = {"extract": "extracting", "done": ""}
_SMALL = 16_384  # bytes: manifests and configurations are smaller, and the layers of use larger


@dataclass(frozen=True)
class Moved:
    """Bytes that have been moved, of so many in all."""

    what: str
    """The verb, such as `extracting`; empty where nothing is under way."""
    current: int = 0
    total: int = 0
    """0 where it is not known, or nothing is counted."""

    @property
    def fraction(self) -> float | None:
        """From 0 to 1; None where the whole is not known."""
        return min(1.0, self.current / self.total) if self.total else None

    @property
    def words(self) -> str:
        """Such as `12 MB of 80 MB, extracting`."""
        size = human_size(self.current) if self.current or self.total else ""
        if self.total:
            size += f" of {human_size(self.total)}"
        return ", ".join(filter(None, (size, self.what)))


def all_moved(step: BuildStep) -> Moved | Downloads | None:
    """All transfers of a step in one, or the packages it downloads; None where it has none."""
    transfers = step.transfers.values()
    if not transfers:
        return step.downloads if step.downloads.known else None
    under_way = [one for one in transfers if one.completed is None]
    counted = [one for one in transfers if one.current or one.total]
    total = sum(one.total for one in counted) if all(one.total for one in counted) else 0
    return Moved(_verb(under_way[-1]) if under_way else "", sum(one.current for one in counted), total)


def layers(step: BuildStep) -> list[tuple[str, Moved]]:
    """Each layer that is pulled or pushed, by the beginning of its digest, in the order they began.

    What is smaller than any layer of use, such as the manifest, is left out.
    """
    found: dict[str, TransferUpdated] = {}
    doing: dict[str, str] = {}
    for one in step.transfers.values():
        if not (match := re.fullmatch(_BLOB, one.id)):
            continue
        digest = match[2][:12]
        if one.completed is None:
            doing[digest] = _verb(one)
        if one.total > _SMALL:
            found[digest] = one
    return [(digest, Moved(doing.get(digest, ""), one.current, one.total)) for digest, one in found.items()]


def _verb(transfer: TransferUpdated) -> str:
    """The verb of a transfer, without the digest or name it is done to."""
    if match := re.fullmatch(_BLOB, transfer.id):
        verb = match[1] or transfer.name
        return _VERBS.get(verb, verb)
    return transfer.id.partition(" sha256:")[0].rstrip(":")

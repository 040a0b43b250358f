"""How far conda is with the packages it downloads: off a terminal it draws no bars, but its lines tell."""

from __future__ import annotations

import re

from tui.core.dataclass import dataclass, replace
from tui.core.units import human_size

_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}
_SIZE = r"(\d+(?:\.\d+)?) (B|KB|MB|GB)"
# Of the script that a Dockerfile with locks has: "7 of 20: numpy-2.4.6, 12.3 MB".
_FETCHED = rf"(\d+) of (\d+): \S+, {_SIZE}"
# Of conda's own table (23.11 to 26.7.1): a row a package, then the total.
_ROW = rf"    \S+ +\| +\S+ +{_SIZE}(?:  \S.*)?"
_TOTAL = rf" +Total: +{_SIZE}"
_ENDED = ("Preparing transaction", "Executing transaction", "CondaExitZero")


@dataclass(frozen=True)
class Downloads:
    """Packages and bytes that are here, or that are to come."""

    packages: int = 0
    of: int = 0
    """Packages in all; 0 where they are only counted before the first is here."""
    size: int = 0
    """Bytes: of those that are here, or of all where they are counted before."""
    known: bool = False
    """True once there is enough to be shown."""

    @property
    def fraction(self) -> float | None:
        """From 0 to 1; None where conda says nothing until the last package is here."""
        return min(1.0, self.packages / self.of) if self.of else None

    @property
    def words(self) -> str:
        """Such as `7 of 20 packages, 52 MB`, or `24 packages to download, 83 MB`."""
        packages = f"{self.packages} of {self.of} packages" if self.of else f"{self.packages} packages to download"
        return f"{packages}, {human_size(self.size)}"


def heard(before: Downloads, line: str) -> Downloads:
    """The downloads after one more line of the step that has them."""
    if match := re.fullmatch(_FETCHED, line):
        return Downloads(int(match[1]), int(match[2]), before.size + _bytes(match[3], match[4]), known=True)
    if match := re.fullmatch(_ROW, line):
        return replace(before, packages=before.packages + 1)
    if match := re.fullmatch(_TOTAL, line):
        return replace(before, size=_bytes(match[1], match[2]), known=True)
    return Downloads() if line.startswith(_ENDED) else before


def _bytes(amount: str, unit: str) -> int:
    return round(float(amount) * _UNITS[unit])

"""One line of the table that `make bench` prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measure, and what it should come to; without a goal it is a floor, or for information."""

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def good(self) -> bool:
        return (self.most is None or self.value <= self.most) and (self.least is None or self.value >= self.least)

    def __str__(self) -> str:
        goal = f"at most {self.most:,g}" if self.most is not None else ""
        goal = f"at least {self.least:,g}" if self.least is not None else goal
        return (
            f"{self.name:56} {self.value:10,.4g} {self.unit:8} {goal:18} {'' if self.good else 'MISSED'}".rstrip()
        )

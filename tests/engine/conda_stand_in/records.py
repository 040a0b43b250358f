"""py-rattler's records of packages, in the order in which conda links and lists them."""

from __future__ import annotations

from typing import TypeVar

import rattler

Records = list[rattler.RepoDataRecord]

R = TypeVar("R", bound=rattler.RepoDataRecord)


def in_order(records: list[R]) -> list[R]:
    """Those that others need first; the same order whatever the order was."""
    by_name = {record.name.normalized: record for record in records}
    ordered = rattler.PackageRecord.sort_topologically([*records])
    return [by_name[record.name.normalized] for record in ordered]

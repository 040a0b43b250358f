"""What conda says it will do (core/link.py)."""

from __future__ import annotations

from pathlib import Path

import rattler

from .channels import DEFAULTS, canonical, short


def package_plan(prefix: Path, specs: list[str], records: list[rattler.RepoDataRecord], fetched: set[str]) -> str:
    """The text of a plan; `fetched` are the addresses of the packages that are not in the cache."""
    lines = ["", "## Package Plan ##", "", f"  environment location: {prefix}", "", "  added / updated specs:"]
    lines += [f"    - {spec}" for spec in sorted(specs)]
    by_name = sorted(records, key=lambda record: record.name.normalized)
    if downloads := [record for record in by_name if record.url in fetched]:
        lines += ["", "", "The following packages will be downloaded:", ""]
        lines += _downloads(downloads)
    lines += (
        ["", "The following NEW packages will be INSTALLED:", ""]
        if downloads
        else [
            "",
            "",
            "The following NEW packages will be INSTALLED:",
            "",
        ]
    )
    lines += [_installed(record) for record in by_name]
    return "\n".join((*lines, "", ""))


def _downloads(records: list[rattler.RepoDataRecord]) -> list[str]:
    row = "    {:<27}|{:>17}"
    lines = [row.format("package", "build"), row.format("-" * 27, "-" * 17)]
    for record in records:
        channel = canonical(record.channel)
        shown = "" if channel == DEFAULTS else f"  {channel}"
        name = f"{record.name.normalized}-{record.version}"
        lines.append(f"{row.format(name, str(record.build))}{human_bytes(record.size or 0):>15}{shown}")
    total = human_bytes(sum(record.size or 0 for record in records))
    return [*lines, f"    {'-' * 60}", f"{'Total:':>49} {total:>14}"]


def _installed(record: rattler.RepoDataRecord) -> str:
    name = record.name.normalized
    key = name if len(name) <= 18 else f"{name[:17]}~"
    return f"  {key:<18} {short(record.channel)}/{record.subdir}::{name}-{record.version}-{record.build} "


def human_bytes(size: int) -> str:
    """A size as conda writes it (utils.py)."""
    if size < 1024:
        return f"{size} B"
    if size < 1024**2:
        return f"{round(size / 1024)} KB"
    return f"{size / 1024**2:.1f} MB"

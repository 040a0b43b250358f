"""A repodata.json of real size, made by program: conda-forge's linux-64 holds several hundred thousand records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

VERSIONS = 20


def write_channel(folder: Path, records: int) -> None:
    """A channel with this many records for linux-64, the same each time; 500,000 make 190 MB."""
    for subdir in ("linux-64", "noarch"):
        (folder / subdir).mkdir(parents=True)
    (folder / "noarch" / "repodata.json").write_text('{"info":{"subdir":"noarch"},"packages":{}}')
    with (folder / "linux-64" / "repodata.json").open("w") as file:
        file.write('{"info":{"subdir":"linux-64"},"packages":{},"packages.conda":{\n')
        for number in range(records // VERSIONS):
            file.write(",\n" * (number > 0) + ",\n".join(_records(number)))
        file.write('\n},"removed":[],"repodata_version":1}')


def name_of(number: int) -> str:
    """The name of a package; it needs up to three of those before it."""
    return f"{('lib', 'py', 'r-', '')[number % 4]}pkg{number:06d}"


def _records(number: int) -> Iterator[str]:
    name = name_of(number)
    for version in range(VERSIONS):
        needs = {(number * factor) // 7 for factor in (1, 3, 5)} - {number}
        depends = ",".join(f'"{name_of(other)} >=1.{version // 2}"' for other in sorted(needs))
        build, digest = f"h{number:07x}_0", f"{number:032x}{version:032x}"
        yield (
            f'"{name}-1.{version}.0-{build}.conda":{{"build":"{build}","build_number":0,"depends":[{depends}],'
            f'"license":"BSD-3-Clause","md5":"{digest[16:48]}","name":"{name}","sha256":"{digest}",'
            f'"size":{10_000 + number * 20 + version},"subdir":"linux-64",'
            f'"timestamp":{1_600_000_000_000 + number},"version":"1.{version}.0"}}'
        )

"""Looks inside a base image that the engine has: conda, its Terms of Service, glibc."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tui.core.dataclass import dataclass
from tui.core.engine.find_engine import connect, engine_errors
from tui.core.engine.pin import PinReport, PinState
from tui.core.images.catalogue_image import CatalogueImage
from tui.core.images.reference import parse_reference
from tui.core.untrusted_text import printable

# Each part says nothing where an image has no such program. The plugin's package is conda_anaconda_tos.
_SCRIPT = """\
echo "glibc $(getconf GNU_LIBC_VERSION 2>/dev/null)"
conda --version 2>/dev/null || exit 0
base=$(dirname "$(dirname "$(readlink -f "$(command -v conda)")")")
echo "tos $(ls -d "$base"/lib/python3*/site-packages/conda_anaconda_tos 2>/dev/null)"
"""
_WITHIN = 60  # seconds


@dataclass(frozen=True)
class Inside:
    """The answers of a container of the image; empty where it has none, or is not on this machine."""

    conda: str = ""
    glibc: str = ""
    tos: bool | None = None


def look_inside(reference: str, env: Mapping[str, str]) -> Inside:
    """Ask a container of the image, without a network, if the engine has the image; blocks, for up to a minute."""
    try:
        client = connect(env, timeout=_WITHIN)
        image = client.images.get(reference)
        said = client.containers.run(
            image, entrypoint=["sh", "-c", _SCRIPT], network_mode="none", remove=True, stderr=False
        )
    except engine_errors():
        return Inside()
    return read_inside(said.decode("utf-8", "replace"))


def read_inside(said: str) -> Inside:
    """The answers in the lines of the script."""
    words = [line.split() for line in printable(said).splitlines()]
    told = {line[0]: line[1:] for line in words if line}
    version = told.get("conda", [""])[0]
    glibc = told.get("glibc", [])
    tos = bool(told["tos"]) if "tos" in told else None
    return Inside(version, glibc[-1] if glibc[:1] == ["glibc"] else "", tos if version else None)


def learnt(reference: str, report: PinReport, inside: Inside, today: date) -> tuple[CatalogueImage, ...]:
    """The rows that a catalogue keeps of the answer: the image's, and behind it that of a tag which has moved on.

    None without an answer, or without a digest to keep it by.
    """
    parsed = parse_reference(reference)
    digest = parsed.digest or report.digest
    if report.state is PinState.UNKNOWN or not (digest and parsed.tag):
        return ()
    name = str(parsed).partition("@")[0].removesuffix(f":{parsed.tag}")
    row = CatalogueImage(
        name=name,
        tag=parsed.tag,
        digest=digest,
        notes="",
        evidence="",
        conda=inside.conda,
        glibc=inside.glibc,
        platforms=report.platforms,
        tos=inside.tos,
        kind=report.kind,
        checked=today.isoformat(),
    )
    if digest == report.digest:
        return (row,)
    return (row, CatalogueImage(name, parsed.tag, report.digest, "", "", tos=None, checked=row.checked))

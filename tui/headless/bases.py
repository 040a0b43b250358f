"""`condock bases`: the base images on offer, from condock's catalogue, the user's own and that of their team."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

from tui.core.errors import ExitCode
from tui.core.images.catalogue import catalogue
from tui.core.images.catalogue_image import PARTS, CatalogueImage
from tui.headless.views.stderr import tell


def bases(*, as_json: bool = False) -> int:
    """Print them, the strongest first; a catalogue that is left out is said, and makes the exit code another."""
    for problem in catalogue().problems:
        tell(f"condock: {problem}")
    found = {part: getattr(catalogue(), part) for part in PARTS}
    if as_json:
        print(json.dumps({part: [asdict(image) for image in images] for part, images in found.items()}))
    else:
        tell("\n".join(line for part, images in found.items() for line in _lines(part, images)), sys.stdout)
    return ExitCode.WRONG_USE if catalogue().problems else ExitCode.DONE


def _lines(part: str, images: tuple[CatalogueImage, ...]) -> Iterator[str]:
    yield "to build in:" if part == "builders" else "to ship on:"
    for image in images:
        known = (
            *image.platforms,
            f"conda {image.conda}" if image.conda else "",
            f"glibc {image.glibc}" if image.glibc else "",
            "asks for the Terms of Service" if image.tos else "",
            "deprecated" if image.deprecated else "",
            f"checked {image.checked}" if image.checked else "",
            image.source,
        )
        yield f"  {image.reference}"
        yield f"    {', '.join(filter(None, known))}"

"""The digest that holds an image still, and when the registry was asked for it, in words."""

from __future__ import annotations

from collections.abc import Iterable

from tui.core.images.catalogue_image import CatalogueImage

_FEW = len("sha256:") + 8


def held_by(reference: str, images: Iterable[CatalogueImage]) -> str:
    """One line on the digest of an image; of `images` those that were checked count, the newest first."""
    name, _, digest = reference.partition("@")
    if not digest:
        return "Held by nothing: its tag may name another image tomorrow."
    known = (image for image in images if image.checked and f"{image.name}:{image.tag}" == name)
    if (newest := next(known, None)) is None:
        asked = "not checked yet"
    elif newest.digest == digest:
        asked = f"as the registry had it on {newest.checked}"
    else:
        asked = f"its tag named another image on {newest.checked}"
    return f"Held by {digest[:_FEW]}…; {asked}."

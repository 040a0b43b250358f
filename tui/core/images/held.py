"""The digest that holds an image still, and when the registry was asked for it, in words."""

from __future__ import annotations

from collections.abc import Iterable

from tui.core.images.catalogue import CatalogueImage

_FEW = len("sha256:") + 8


def held_by(reference: str, images: Iterable[CatalogueImage]) -> str:
    """One line on the digest of an image; `images` are those of which is known when they were checked."""
    digest = reference.partition("@")[2]
    if not digest:
        return "Held by nothing: its tag may name another image tomorrow."
    checked = next((image.checked for image in images if image.digest == digest and image.checked), "")
    asked = f"as the registry had it on {checked}" if checked else "not checked yet"
    return f"Held by {digest[:_FEW]}…, {asked}."

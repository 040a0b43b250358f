"""Keeps what was learnt of an image, as by checking the pins, in the user's own catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from tui.core.dataclass import fields
from tui.core.errors import CondockError
from tui.core.images.catalogue import catalogue
from tui.core.images.catalogue_files import own_file
from tui.core.images.catalogue_image import PARTS, CatalogueImage
from tui.core.images.own_catalogue import FIELDS, merged, read_catalogue
from tui.core.inside_folder import replace_inside
from tui.core.untrusted_text import printable

_HEAD = """\
# Images that condock offers before its own. "Check the pins" in the wizard keeps here what it learns; edit it as
# you like. A team shares one by naming its file in CONDOCK_CATALOGUE.
"""


def keep_learnt(env: Mapping[str, str], part: str, learnt: CatalogueImage) -> Path:
    """Put what was learnt of an image into the user's own catalogue, whose path it gives. Raises CondockError."""
    path = own_file(env)
    try:
        found: dict[str, tuple[CatalogueImage, ...]] = dict.fromkeys(PARTS, ())
        if path.exists():
            found = read_catalogue(path)
        found[part] = merged((learnt,), found[part])
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_inside(
            path.parent, path.name, (_HEAD + yaml.safe_dump(_plain(found), sort_keys=False)).encode(), 0o644
        )
    except OSError as error:
        message = f"{printable(str(path))} cannot be written: {error.strerror}."
        raise CondockError(message, "What was learnt is forgotten when condock ends.") from None
    catalogue.cache_clear()
    return path


def _plain(found: Mapping[str, tuple[CatalogueImage, ...]]) -> dict[str, list[dict[str, object]]]:
    return {part: [dict(_values(image)) for image in images] for part, images in found.items()}


def _values(image: CatalogueImage) -> Iterator[tuple[str, object]]:
    for field in fields(image):
        value = getattr(image, field.name)
        if field.name in FIELDS and value not in ("", (), None) and (value or field.name == "tos"):
            yield field.name, list(value) if isinstance(value, tuple) else value

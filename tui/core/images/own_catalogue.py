"""Catalogues that go before condock's own, the user's and one of a team: read, and put before others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from tui.core.dataclass import fields, replace
from tui.core.errors import CondockError
from tui.core.files import read_named_text
from tui.core.images.catalogue_image import PARTS, CatalogueImage
from tui.core.images.reference import reference_problem
from tui.core.untrusted_text import printable
from tui.core.yaml_text import TooDeepError, load_data

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from typing import Any

_NEEDED = ("name", "tag", "digest")
FIELDS = {field.name for field in fields(CatalogueImage)} - {"source"}
"""Values that an entry may have."""


def read_catalogue(path: Path, source: str = "") -> dict[str, tuple[CatalogueImage, ...]]:
    """The images of a catalogue, by their parts. CondockError says what is wrong with it, and in which entry."""
    try:
        content = load_data(read_named_text(path))
    except TooDeepError:
        raise _wrong(path, "it is nested too deeply") from None
    except yaml.YAMLError:
        raise _wrong(path, "it is no YAML") from None
    if content is None:
        content = {}
    if not isinstance(content, dict) or not content.keys() <= {*PARTS}:
        raise _wrong(path, f"it has other parts than {' and '.join(PARTS)}")
    return {part: tuple(_images(path, part, content.get(part) or [], source)) for part in PARTS}


def _images(path: Path, part: str, entries: object, source: str) -> Iterator[CatalogueImage]:
    if not isinstance(entries, list):
        raise _wrong(path, f"`{part}` is no list")
    for number, entry in enumerate(entries, 1):
        where = f"entry {number} of `{part}`"
        if not isinstance(entry, dict) or not all(isinstance(entry.get(name), str) for name in _NEEDED):
            raise _wrong(path, f"{where} needs {', '.join(_NEEDED)}, each a text")
        if strange := next((str(name) for name in entry if name not in FIELDS), ""):
            raise _wrong(path, f"{where} has an unknown value `{printable(strange)}`")
        yield _image(path, where, entry, source)


def _image(path: Path, where: str, entry: Mapping[str, Any], source: str) -> CatalogueImage:
    for name, value in entry.items():
        wanted = bool if name in ("deprecated", "recommended", "tos") else list if name == "platforms" else str
        if not isinstance(value, wanted) or (
            isinstance(value, list) and not all(isinstance(item, str) for item in value)
        ):
            raise _wrong(path, f"`{name}` of {where} is not as it should be")
    values: dict[str, Any] = {"notes": "", "evidence": "", **entry, "source": source}
    values = {name: printable(value) if isinstance(value, str) else value for name, value in values.items()}
    image = CatalogueImage(**{**values, "platforms": tuple(map(printable, values.get("platforms", ())))})
    if problem := reference_problem(image.reference, "base.builder"):
        raise _wrong(path, f"{where}: {problem.message.rstrip('.')}")
    return image


def _wrong(path: Path, what: str) -> CondockError:
    message = f"{printable(str(path))} is no catalogue of base images: {what}."
    return CondockError(message, "Correct it, or move it away: condock has a catalogue of its own.")


def merged(own: tuple[CatalogueImage, ...], other: tuple[CatalogueImage, ...]) -> tuple[CatalogueImage, ...]:
    """The images of two catalogues, each digest once: what the first leaves open is taken from the other."""
    others = {image.digest: image for image in other}
    first = tuple(_filled(image, others.get(image.digest)) for image in own)
    known = {image.digest for image in first}
    return (*first, *(image for image in other if image.digest not in known))


def _filled(image: CatalogueImage, other: CatalogueImage | None) -> CatalogueImage:
    if other is None:
        return image
    empty = {field.name for field in fields(image) if getattr(image, field.name) in ("", (), None, False)}
    return replace(image, **{name: getattr(other, name) for name in empty - {"source"}})

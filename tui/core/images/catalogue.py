"""The catalogue of pinned base images (assets/base_images.yml)."""

from __future__ import annotations

import os
import re
from functools import cache

from tui.core.assets import read_table
from tui.core.dataclass import dataclass
from tui.core.errors import CondockError, Problem
from tui.core.images.catalogue_files import catalogue_files
from tui.core.images.catalogue_image import PARTS, CatalogueImage
from tui.core.images.reference import parse_reference

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any, TypeAlias

    _Images: TypeAlias = "dict[str, tuple[CatalogueImage, ...]]"


@dataclass(frozen=True)
class Catalogue:
    """The images that condock offers to build with and to run on."""

    builders: tuple[CatalogueImage, ...]
    runtimes: tuple[CatalogueImage, ...]
    glibc: tuple[tuple[str, str], ...]
    problems: tuple[Problem, ...] = ()
    """Why a catalogue of the user's or of their team is left out."""

    @property
    def builder(self) -> CatalogueImage:
        """The builder image to start with."""
        return next(image for image in self.builders if image.recommended)

    @property
    def runtime(self) -> CatalogueImage:
        """The runtime image to start with."""
        return next(image for image in self.runtimes if image.recommended)

    def glibc_of(self, reference: str) -> str:
        """The glibc version inside this image, by its name and tag; empty where it is not known."""
        if (known := self._pinned(reference)) and known.glibc:
            return known.glibc
        named = _familiar(reference)
        return next((glibc for beginning, glibc in self.glibc if named.startswith(beginning)), "")

    def has_name_of(self, reference: str) -> bool:
        """True if an image of this name, with whatever tag, would stand in the place of one of the catalogue's."""
        name = re.split("[:@]", _familiar(reference))[0]
        return any(name == image.name for image in (*self.builders, *self.runtimes))

    def conda_of(self, reference: str) -> str:
        """The version of conda inside this image, by its digest; empty where it is not known."""
        known = self._pinned(reference)
        return known.conda if known else ""

    def is_ours(self, reference: str) -> bool:
        """True if condock's own catalogue has this image, by its digest."""
        known = self._pinned(reference)
        return known is not None and not known.source

    def asks_for_tos(self, reference: str) -> bool:
        """True if conda in this image refuses to work before Anaconda's Terms of Service are accepted."""
        return any(image.tos for image in self._named(reference))

    def may_ask_for_tos(self, reference: str) -> bool:
        """The same, and whether that is not known, as of an image that is not in the catalogue."""
        named = self._named(reference)
        return not named or any(image.tos is not False for image in named)

    def _pinned(self, reference: str) -> CatalogueImage | None:
        """The image that is pinned by its digest."""
        digest = _familiar(reference).partition("@")[2]
        images = (*self.builders, *self.runtimes)
        return next((image for image in images if digest and image.digest == digest), None)

    def _named(self, reference: str) -> list[CatalogueImage]:
        if (known := self._pinned(reference)) and known.checked and known.tos is not None:
            return [known]
        name = re.split("[:@]", _familiar(reference))[0]
        return [image for image in self.builders if image.name == name]


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue, behind what the user's own and that of their team say; all are read once."""
    content = read_table("base_images.yml")
    found = {part: tuple(_image(entry) for entry in content[part]) for part in PARTS}
    problems: list[Problem] = []
    if files := catalogue_files(os.environ):
        found = _behind(files, found, problems)
    return Catalogue(found["builders"], found["runtimes"], tuple(content["glibc"].items()), tuple(problems))


def _behind(files: tuple[tuple[Path, str], ...], found: _Images, problems: list[Problem]) -> _Images:
    """The images of these catalogues, the strongest first, before those that were found; adds to the problems."""
    from tui.core.images.own_catalogue import merged, read_catalogue

    for path, source in reversed(files):
        try:
            own = read_catalogue(path, source)
        except CondockError as error:
            problems.append(error.problem("base.builder"))
        else:
            found = {part: merged(own[part], found[part]) for part in PARTS}
    return found


def _familiar(reference: str) -> str:
    """The reference as Docker shows it, such as `debian:13`; empty for a malformed one."""
    try:
        return str(parse_reference(reference))
    except CondockError:
        return ""


def _image(entry: dict[str, Any]) -> CatalogueImage:
    return CatalogueImage(**{"tos": False, **entry, "platforms": tuple(entry.get("platforms", ()))})

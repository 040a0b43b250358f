"""Which conda an image has: by the catalogue, by its tag, or by what it says itself."""

from __future__ import annotations

import re

from tui.core.errors import CondockError
from tui.core.images.catalogue import catalogue
from tui.core.images.reference import parse_reference

_CONDA_IMAGES = ("continuumio/miniconda3", "anaconda/miniconda", "condaforge/miniforge3")
"""Images whose tags begin with the version of their conda."""
_IN_TAG = r"v?(\d+)\.(\d+)\.(\d+)(?![\d.])"
_SAID = r"conda (\d+)\.(\d+)\.(\d+)\b"


def conda_version(reference: str) -> tuple[int, ...]:
    """The version of conda in an image, as far as its reference tells; empty where it does not."""
    known = catalogue().conda_of(reference)
    if known:
        return tuple(map(int, known.split(".")))
    try:
        image = parse_reference(reference)
    except CondockError:
        return ()
    found = re.match(_IN_TAG, image.tag) if image.repository in _CONDA_IMAGES else None
    return tuple(map(int, found.groups())) if found else ()


def version_said(text: str) -> tuple[int, ...]:
    """The version in what `conda --version` prints; empty where there is none."""
    found = re.search(_SAID, text)
    return tuple(map(int, found.groups())) if found else ()

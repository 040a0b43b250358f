"""The conda of an image, as far as it is known before anybody starts it."""

from __future__ import annotations

import pytest

from tui.core.images.catalogue import catalogue
from tui.core.images.conda_version import conda_version, version_said


@pytest.mark.parametrize(
    ("reference", "version"),
    [
        ("continuumio/miniconda3:26.7.1-1", (26, 7, 1)),
        (f"continuumio/miniconda3:v25.11.1-1@sha256:{'0' * 64}", (25, 11, 1)),
        ("anaconda/miniconda:26.7.1", (26, 7, 1)),
        ("mirror.example.com/anaconda/miniconda:26.7.1", (26, 7, 1)),
        ("continuumio/miniconda3", ()),
        ("continuumio/miniconda3:latest", ()),
        ("continuumio/miniconda3:26.7.1.2", ()),
        ("example/conda:26.7.1", ()),
        ("no image", ()),
        ("", ()),
    ],
)
def test_the_version_of_conda_is_read_from_the_tag(reference: str, version: tuple[int, ...]) -> None:
    assert conda_version(reference) == version


def test_every_builder_of_the_catalogue_says_its_conda() -> None:
    unknown = [image.tag for image in catalogue().builders if not conda_version(image.reference)]
    assert set(unknown) <= {"latest"}  # of which nobody has said it


def test_a_digest_of_the_catalogue_is_known_whatever_its_name() -> None:
    image = catalogue().builder
    mirrored = f"mirror.example.com/ours/miniconda@{image.digest}"
    assert conda_version(mirrored) == conda_version(image.reference)


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("conda 26.7.1\n", (26, 7, 1)),
        ("a warning\nconda 25.11.1\n", (25, 11, 1)),
        ("conda 4.12", ()),
        ("conda: not found", ()),
        ("", ()),
    ],
)
def test_the_version_is_read_from_what_conda_says(said: str, version: tuple[int, ...]) -> None:
    assert version_said(said) == version

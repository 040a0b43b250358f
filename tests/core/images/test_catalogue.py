"""The catalogue of base images: only what has evidence, and what is known of a reference that is typed."""

from __future__ import annotations

import pytest

from tui.core.images.catalogue import catalogue
from tui.core.images.catalogue_image import CatalogueImage
from tui.core.images.reference import parse_reference, reference_problem
from tui.core.platforms import TO_CONDA

IMAGES = (*catalogue().builders, *catalogue().runtimes)


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: f"{image.name}:{image.tag}")
def test_every_image_is_pinned_and_says_how_we_know(image: CatalogueImage) -> None:
    assert reference_problem(image.reference, "base.builder") is None
    parsed = parse_reference(image.reference)
    assert (parsed.tag, parsed.digest) == (image.tag, image.digest)
    assert len(image.evidence) > 15
    assert image.notes.endswith(".")
    assert set(image.platforms) <= set(TO_CONDA)


def test_no_pin_is_listed_twice() -> None:
    assert len({image.digest for image in IMAGES}) == len(IMAGES)


def test_both_minicondas_are_there_and_one_of_each_list_is_recommended() -> None:
    assert {image.name for image in catalogue().builders} >= {"continuumio/miniconda3", "anaconda/miniconda"}
    for images, chosen in (
        (catalogue().builders, catalogue().builder),
        (catalogue().runtimes, catalogue().runtime),
    ):
        assert [image for image in images if image.recommended] == [chosen]


@pytest.mark.parametrize("image", catalogue().runtimes, ids=lambda image: f"{image.name}:{image.tag}")
def test_the_glibc_of_a_runtime_is_the_one_known_by_its_name(image: CatalogueImage) -> None:
    assert image.glibc
    assert catalogue().glibc_of(image.reference) == image.glibc


@pytest.mark.parametrize(
    ("reference", "glibc"),
    [
        ("debian:13", "2.41"),
        ("debian:trixie-slim", "2.41"),
        ("library/debian:12.11-slim", "2.36"),
        ("docker.io/library/debian:bullseye", "2.31"),
        ("index.docker.io/library/ubuntu:22.04", "2.35"),
        (f"ubuntu:24.04@sha256:{'0' * 64}", "2.39"),
        ("debian", ""),
        ("debian:latest", ""),
        ("mirror.example.com/debian:13", ""),
        ("somebody/debian:13", ""),
        ("python:3.13-slim", ""),
        ("Not An Image", ""),
        ("", ""),
    ],
)
def test_the_glibc_of_a_typed_reference(reference: str, glibc: str) -> None:
    assert catalogue().glibc_of(reference) == glibc


@pytest.mark.parametrize(
    ("reference", "asks"),
    [
        ("anaconda/miniconda:26.7.1", True),
        ("anaconda/miniconda", True),
        ("docker.io/anaconda/miniconda:latest", True),
        (f"anaconda/miniconda@sha256:{'0' * 64}", True),
        (f"anaconda/miniconda:26.7.1@sha256:{'0' * 64}", True),
        ("continuumio/miniconda3:26.7.1-1", False),
        ("anaconda/miniconda3:26.7.1", False),
        ("mirror.example.com:5000/anaconda/miniconda:1", False),
        ("anaconda/miniconda:", False),
        ("", False),
    ],
)
def test_which_bases_ask_for_the_terms_of_service(reference: str, asks: bool) -> None:
    assert catalogue().asks_for_tos(reference) is asks

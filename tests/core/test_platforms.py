from __future__ import annotations

from tui.core.platforms import PLATFORMS, conda_platform


def test_dockers_names_are_translated_with_and_without_a_variant() -> None:
    assert conda_platform("linux/amd64") == "linux-64"
    assert conda_platform("linux/arm64/v8") == "linux-aarch64"
    assert conda_platform("linux/s390x") == "linux-s390x"
    assert conda_platform("windows/amd64") == conda_platform("") == ""


def test_what_images_are_made_for_is_named_by_everybody_differently() -> None:
    assert [(one.architecture, one.machine) for one in PLATFORMS] == [("amd64", "x86_64"), ("arm64", "aarch64")]

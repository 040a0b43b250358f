"""The first line: the folder and the image."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.widgets.masthead import named


@given(st.text(min_size=1, max_size=90), st.integers(50, 120))
@settings(max_examples=30, deadline=None)
def test_a_long_folder_leaves_the_image_its_place(folder: str, width: int) -> None:
    said = named(folder, "my-app:latest", width)
    assert said.endswith("→ my-app:latest")
    assert len(said) <= width

"""What the user likes is kept, and what cannot be read counts as not kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.core.preferences import Preferences, keep_preferences, read_preferences


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path)}
    assert read_preferences(env) == Preferences()
    liked = Preferences(theme="condock-light", companion=False, outside=False)
    keep_preferences(env, liked)
    assert read_preferences(env) == liked


@pytest.mark.parametrize("kept", ["", "[]", "{", "null", '{"theme": 1, "companion": "no", "x": 1}', "[" * 9000])
def test_what_is_of_another_kind_is_not_kept(tmp_path: Path, kept: str) -> None:
    (tmp_path / "condock").mkdir()
    (tmp_path / "condock" / "preferences.json").write_text(kept)
    assert read_preferences({"XDG_STATE_HOME": str(tmp_path)}) == Preferences()

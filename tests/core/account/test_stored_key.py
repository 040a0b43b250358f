"""A pasted key that is kept is found again, where anaconda-auth would have put it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.account.test_sign_out import domains, search_of, stage
from tests.stages.account_stage import Stage
from tui.core.account.key_lookup import Source
from tui.core.account.stored_key import keep_key, keeping_obstacle
from tui.core.errors import CondockError
from tui.core.secret import Secret

__all__ = ["stage"]


def test_a_key_that_is_kept_is_found_again_and_others_stay(
    stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    assert keep_key(Secret("n3w-key"), stage.home) == stage.service.domain
    winner = search_of(stage).winner
    assert winner and winner.name is Source.KEYRING and winner.key == Secret("n3w-key")
    assert domains(stage.keyring) == {"other.example.com", stage.service.domain}
    assert "repo-token" not in stage.keyring.read_text()  # it is encoded; anaconda-auth keeps it
    assert stage.keyring.stat().st_mode & 0o777 == 0o600
    assert stage.service.asked == []
    assert capfd.readouterr() == ("", "")


def test_one_that_another_place_would_win_over_is_not_offered(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keeping_obstacle(search_of(stage)) is None
    stage.env["ANACONDA_AUTH_API_KEY"] = "v4riable-key"
    obstacle = keeping_obstacle(search_of(stage))
    assert obstacle and "ANACONDA_AUTH_API_KEY would win" in obstacle.message
    assert "v4riable-key" not in str(obstacle)


def test_a_keyring_that_cannot_be_written_is_said_without_the_key(stage: Stage, tmp_path: Path) -> None:
    stage.keyring.unlink()
    stage.keyring.mkdir()
    with pytest.raises(CondockError, match=r"could not be kept\.") as caught:
        keep_key(Secret("n3w-key"), stage.home)
    assert "n3w-key" not in str(caught.value)

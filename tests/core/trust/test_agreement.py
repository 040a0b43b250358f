"""What was agreed to: for one folder and one value, in the user's state folder, and never for everything."""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.errors import CondockError
from tui.core.state import state_folder
from tui.core.trust import agreement
from tui.core.trust.agreement import VARIABLE, agree, agreed, kept, record_name, take_back
from tui.core.trust.claim import WORDS, Claim, ClaimKind, exact, read_claim
from tui.core.trust.dotenv import setting_claims

EVIL = Claim(ClaimKind.HOST, "evil.example", "condock.yml")


@pytest.fixture
def env(empty_home: Path) -> dict[str, str]:
    return {"HOME": str(empty_home)}


def test_a_yes_is_for_one_folder_and_one_value(tmp_path: Path, env: dict[str, str]) -> None:
    agree([EVIL], tmp_path, env)
    assert agreed(tmp_path, env) == {EVIL}
    assert Claim(ClaimKind.HOST, "evil.example:8443") not in agreed(tmp_path, env)
    assert Claim(ClaimKind.DOMAIN, "evil.example") not in agreed(tmp_path, env)
    assert agreed(tmp_path / "other", env) == frozenset()


def test_where_nobody_agreed_yet_no_record_is_named(
    tmp_path: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agreement, "folder_id", lambda _: pytest.fail("hashlib takes its time to be imported"))
    assert kept(tmp_path, env) == frozenset()


def test_it_is_kept_for_its_user_alone_and_outside_the_folder(tmp_path: Path, env: dict[str, str]) -> None:
    agree([EVIL], tmp_path, env)
    record = state_folder(env) / record_name(tmp_path)
    assert stat.S_IMODE(record.stat().st_mode) == 0o600
    assert not any(tmp_path.iterdir())


def test_it_can_be_taken_back(tmp_path: Path, env: dict[str, str]) -> None:
    agree([EVIL], tmp_path, env)
    take_back([EVIL], tmp_path, env)
    assert agreed(tmp_path, env) == frozenset()
    with pytest.raises(CondockError, match="not among what you agreed to"):
        take_back([EVIL], tmp_path, env)


def test_without_a_state_folder_it_holds_for_the_process(tmp_path: Path, env: dict[str, str]) -> None:
    Path(env["HOME"], ".local").write_text("in the way")
    agree([EVIL], tmp_path, env)
    assert agreed(tmp_path, env) == {EVIL}
    assert kept(tmp_path, env) == frozenset()


def test_the_process_may_bring_yeses_one_a_line(tmp_path: Path, env: dict[str, str]) -> None:
    env[VARIABLE] = "host=evil.example\n\nmirror=mirror.example/hub\n"
    assert agreed(tmp_path, env) == {EVIL, Claim(ClaimKind.MIRROR, "mirror.example/hub")}


@pytest.mark.parametrize("option", ["*", "host", "host=", "=evil", "all=yes", "host evil.example", "HOST=x"])
def test_there_is_no_yes_for_everything(option: str, tmp_path: Path, env: dict[str, str]) -> None:
    with pytest.raises(CondockError, match="nothing that can be trusted"):
        agreed(tmp_path, env | {VARIABLE: option})


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"agreed": 3}', '{"agreed": [["all", "x"]]}', '{"agreed": [[1]]}', "[" * 9000]
)
def test_a_damaged_record_is_no_yes(text: str, tmp_path: Path, env: dict[str, str]) -> None:
    agree([EVIL], tmp_path, env)
    (state_folder(env) / record_name(tmp_path)).write_text(text)
    assert agreed(tmp_path, env) == frozenset()


@given(value=st.text(min_size=1))
def test_every_value_can_be_agreed_to_on_a_command_line(value: str) -> None:
    claim = Claim(ClaimKind.SETTING, exact(f"A={value}"))
    assert claim.option.isprintable()
    assert read_claim(claim.option) == claim


@given(name=st.text(min_size=1, max_size=9), value=st.text())
def test_a_setting_is_asked_about_whole_and_steers_neither_terminal_nor_shell(name: str, value: str) -> None:
    for length in (1, 200):
        (claim,) = setting_claims({f"ANACONDA_{name}": value * length}, ".env")
        assert claim.option.isprintable()
        assert shlex.split(claim.flag) == ["--trust", claim.option]
        assert " ".join(claim.value.split()) in claim.question


def test_letters_that_look_like_others_are_written_out() -> None:
    claim = Claim(ClaimKind.HOST, exact("repo.\u0430naconda.com"))
    assert "repo.\\u0430naconda.com" in claim.question


@pytest.mark.parametrize("value", ["https://user:hunter2@evil.example", "https://evil.example/t/tk-12345678/x"])
def test_a_token_is_agreed_to_by_its_digest(value: str) -> None:
    assert exact(value).startswith("sha256:")
    assert exact(value) != exact(f"{value}x")


def test_every_kind_has_its_words() -> None:
    assert set(WORDS) == set(ClaimKind)
    for kind in ClaimKind:
        claim = Claim(kind, "the-value", "the-file")
        assert "the-value" in claim.question + claim.meaning
        assert claim.question.endswith("?")


def test_a_link_to_the_folder_is_the_same_folder(tmp_path: Path, env: dict[str, str]) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    os.symlink(real, link)
    agree([EVIL], link, env)
    assert agreed(real, env) == {EVIL}

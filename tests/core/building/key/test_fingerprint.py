"""The fingerprint of the key last used: it tells another key, and nothing of the key itself."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stages.account_service import make_jwt
from tests.stages.build_steps import COPY, CREATE, cached, failed, progress, ran, record
from tui.core.building.events import BuildEvent, BuildFailed, BuildSucceeded
from tui.core.building.key.key_record import (
    check_key_problems,
    first_fingerprint,
    key_changed,
    key_fingerprint,
    mounted_key,
    next_cachebust,
)
from tui.core.building.timing.history import History, read_history
from tui.core.dockerfile.command import CACHEBUST
from tui.core.dockerfile.dockerfile import render
from tui.core.plan import SecretMode
from tui.core.project import Project, open_project
from tui.core.secret import KEY_VARIABLE, Secret
from tui.core.state import state_folder

KEY, OTHER = make_jwt(sub="key"), make_jwt(sub="other")
OPAQUE, GUESSED = "ac-key+to/search=0123456789", "abc"
SUCCESS = BuildSucceeded("", 1.0)
USED = (ran(CREATE, seconds=5), SUCCESS)
UNUSED = (cached(CREATE), SUCCESS)
REFUSED = (failed(CREATE, seconds=5), BuildFailed(1, "403"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return open_project(tmp_path)


def with_key(project: Project, key: str, mode: SecretMode = SecretMode.VARIABLE) -> Project:
    """The project with this key to build with, where the mode has it."""
    project = project.change("secret", mode=mode)
    if mode is SecretMode.DOTENV:
        (project.path / ".env").write_text(f"{KEY_VARIABLE}='{key}'\n")
        return replace(project, pasted=Secret("a key that this build does not mount"))
    return replace(project, pasted=Secret(key))


def build(project: Project, *events: BuildEvent, cachebust: str = "") -> None:
    record(project, progress(*events), 99.0, cachebust)


def changed(project: Project) -> bool | None:
    key = mounted_key(project)
    return key_changed(key_fingerprint(project, os.environ, key), read_history(project, os.environ), key)


@pytest.mark.parametrize("mode", [SecretMode.VARIABLE, SecretMode.DOTENV])
def test_another_key_is_told_from_the_same(project: Project, mode: SecretMode) -> None:
    assert changed(with_key(project, KEY, mode)) is None
    build(with_key(project, KEY, mode), *USED)
    assert changed(with_key(project, KEY, mode)) is False
    assert changed(with_key(project, OTHER, mode)) is True
    build(with_key(project, OTHER, mode), *USED)
    assert changed(with_key(project, OTHER, mode)) is False
    assert changed(with_key(project, KEY, mode)) is True


@pytest.mark.parametrize("events", [UNUSED, REFUSED, (cached(COPY), SUCCESS)])
def test_only_a_key_that_was_used_and_opened_the_channels_is_remembered(
    project: Project, events: tuple[BuildEvent, ...]
) -> None:
    build(with_key(project, KEY), *events)
    assert changed(with_key(project, KEY)) is None
    build(with_key(project, KEY), *USED, cachebust="first")
    build(with_key(project, OTHER), *events, cachebust="second")
    assert changed(with_key(project, KEY)) is False
    assert next_cachebust(read_history(project, os.environ), check_key=False, now=0.0) == "first"


def test_a_key_is_remembered_though_a_later_step_failed(project: Project) -> None:
    build(with_key(project, KEY), ran(CREATE, seconds=5), failed("[b 4/4] RUN x", seconds=1), BuildFailed(1, "x"))
    assert changed(with_key(project, KEY)) is False


def test_what_is_not_known(project: Project) -> None:
    build(with_key(project, KEY), *USED)
    assert changed(project) is None  # no key
    assert changed(project.change("secret", mode=SecretMode.DOTENV)) is None  # no file
    assert changed(project.change("secret", mode=SecretMode.NONE)) is None
    (state_folder(os.environ) / "fingerprint-salt").unlink()
    assert changed(with_key(project, KEY)) is None


def test_without_a_place_for_the_salt_nothing_is_kept(project: Project, empty_home: Path) -> None:
    (empty_home / ".local").write_text("a file")
    assert first_fingerprint(project, os.environ, Secret(KEY)) == ""


def test_the_salt_is_random_private_and_made_once(project: Project) -> None:
    salt = state_folder(os.environ) / "fingerprint-salt"
    build(with_key(project, KEY), *USED)
    first = salt.read_bytes()
    assert (len(first), salt.stat().st_mode & 0o777) == (32, 0o600)
    build(with_key(project, OTHER), *USED)
    assert salt.read_bytes() == first
    salt.unlink()
    build(with_key(project, KEY), *USED)
    assert salt.read_bytes() != first


def test_one_key_has_another_fingerprint_in_every_plan(project: Project) -> None:
    plans = [project, project.change("build", image="other:1")]
    found = {first_fingerprint(plan, os.environ, Secret(KEY)) for plan in plans} - {""}
    assert len(found) == 2


def test_a_new_argument_only_to_check_the_key(project: Project) -> None:
    assert next_cachebust(History(), check_key=False, now=0.0) == ""
    assert next_cachebust(History(), check_key=True, now=0.0) == "1970-01-01T00:00:00+00:00"
    build(with_key(project, KEY), *USED, cachebust="then")
    history = read_history(project, os.environ)
    assert next_cachebust(history, check_key=False, now=0.0) == "then"
    assert next_cachebust(history, check_key=True, now=0.25) == "1970-01-01T00:00:00.250000+00:00"


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("FROM x\n  arg CACHEBUST=1\nRUN y", True),
        ("FROM x\nARG A B CACHEBUST\nRUN y", True),
        ("FROM x\nARG cachebust\nRUN y", False),
        ("FROM x\nARG NO_CACHEBUST\nARG CACHEBUSTER\nRUN y", False),
        ("FROM x\n# ARG CACHEBUST\nRUN y", False),
        (None, False),
    ],
)
def test_a_dockerfile_edited_by_hand_may_not_let_its_steps_run_again(
    project: Project, text: str | None, possible: bool
) -> None:
    if text is not None:
        (project.path / "Dockerfile").write_text(text)
    assert (check_key_problems(project) == ()) is possible


@pytest.mark.parametrize("mode", SecretMode)
def test_condocks_own_dockerfile_does_so_right_before_the_key_is_shown(project: Project, mode: SecretMode) -> None:
    project = project.change("secret", mode=mode)
    text = render(project.instructions())
    (project.path / "Dockerfile").write_text(text)
    assert (check_key_problems(project) == ()) is (mode is not SecretMode.NONE)
    before, _, after = text.partition("\nARG CACHEBUST\n")
    assert "type=secret" not in before
    assert after.strip().startswith("RUN --mount=type=secret" if mode is not SecretMode.NONE else "")


def test_docker_does_not_take_the_argument_for_a_secret() -> None:
    """The names that the build check SecretsUsedInArgOrEnv warns of (moby/buildkit, frontend/dockerfile)."""
    words = "apikey|auth|credential|credentials|key|password|pword|passwd|secret|token"
    assert not re.search(rf"(?i)(?:_|^)(?:{words})(?:_|$)", CACHEBUST)


@pytest.mark.parametrize("mode", [SecretMode.VARIABLE, SecretMode.DOTENV])
@pytest.mark.parametrize("key", [OPAQUE, GUESSED, "eyJhIjoxfQ.eyJhIjoxfQ.short", "a.b.c"])
def test_of_a_key_that_could_be_guessed_nothing_is_kept_but_how_it_was_used(
    project: Project, key: str, mode: SecretMode
) -> None:
    build(with_key(project, key, mode), *USED, cachebust="then")
    history = read_history(project, os.environ)
    assert history.key is not None
    assert (history.key.fingerprint, history.key.cachebust) == ("", "then")
    assert not (state_folder(os.environ) / "fingerprint-salt").exists()
    assert changed(with_key(project, key, mode)) is None
    assert changed(with_key(project, KEY, mode)) is None


@pytest.mark.parametrize("key", [OPAQUE, GUESSED])
def test_a_key_that_could_be_guessed_is_another_one_than_a_key_with_a_fingerprint(
    project: Project, key: str
) -> None:
    build(with_key(project, KEY), *USED)
    assert changed(with_key(project, key)) is True
    assert changed(with_key(project, KEY)) is False


KEYS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=8) | st.text(min_size=4).map(
    lambda text: make_jwt(sub=text)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(key=KEYS)
def test_nothing_of_the_key_is_in_the_state_folder(project: Project, key: str) -> None:
    for event in (USED, UNUSED):
        build(with_key(project, key), *event, cachebust=next_cachebust(History(), check_key=True, now=1.0))
    plain = key.encode()
    forms = [plain, base64.b64encode(plain).rstrip(b"="), base64.urlsafe_b64encode(plain).rstrip(b"=")]
    forms += [quote(key, safe="").encode(), plain.hex().encode()]
    for name in ("sha256", "sha1", "md5"):
        forms += [hashlib.new(name, plain).digest(), hashlib.new(name, plain).hexdigest().encode()]
    contents = [path.read_bytes() for path in state_folder(os.environ).rglob("*") if path.is_file()]
    assert contents
    assert not any(form in content for form in forms for content in contents)

"""Tells whether the key is the one that the cached steps were made with: by a fingerprint, never the key."""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from tui.core.account.key import check_key
from tui.core.building.key.fingerprint import SALT, SALT_BYTES, fingerprint
from tui.core.building.timing.history import History, plan_id
from tui.core.dockerfile.command import CACHEBUST
from tui.core.errors import CondockError, Problem
from tui.core.files import SMALL, find_content
from tui.core.key_access import build_key
from tui.core.plan import SecretMode
from tui.core.project import Project
from tui.core.secret import Secret
from tui.core.state import read_state, write_state


def mounted_key(project: Project) -> Secret | None:
    """The key that the build mounts; None also where its .env file cannot be read."""
    try:
        return build_key(project)
    except CondockError:
        return None


def key_fingerprint(project: Project, env: Mapping[str, str], key: Secret | None) -> str:
    """The fingerprint of this key; empty where there is no key, or nothing was ever hashed along.

    Empty also for one that could be guessed by it: the state folder holds what is hashed along, too.
    """
    return fingerprint(plan_id(project, env), key, _salt(env)) if key and not _guessable(key) else ""


def first_fingerprint(project: Project, env: Mapping[str, str], key: Secret | None) -> str:
    """The same, and from now on there is something to hash along; empty where no state folder keeps it."""
    if key and not _guessable(key) and len(_salt(env)) != SALT_BYTES:
        write_state(env, SALT, os.urandom(SALT_BYTES))
    return key_fingerprint(project, env, key)


def key_changed(found: str, history: History, key: Secret | None) -> bool | None:
    """True if this key, of this fingerprint, is another one than the authenticated steps last ran with.

    None where that is not known. A key that could be guessed has no fingerprint, and so is none that has one.
    """
    if history.key is None or not history.key.fingerprint or key is None:
        return None
    if not found:
        return True if _guessable(key) else None
    return not hmac.compare_digest(found, history.key.fingerprint)


def next_cachebust(history: History, *, check_key: bool, now: float) -> str:
    """The build argument for the next build; `now` is seconds since the epoch.

    A new one to run the authenticated steps again with the key; else that of their last good run, without which
    the cache would give what an earlier run made.
    """
    if check_key:
        return datetime.fromtimestamp(now, UTC).isoformat()
    return history.key.cachebust if history.key else ""


def check_key_problems(project: Project) -> tuple[Problem, ...]:
    """The problems that bar another run of the authenticated steps; CondockError for an unreadable Dockerfile."""
    if project.plan.secret.mode is SecretMode.NONE:
        return (
            Problem("This plan uses no key that could be checked.", "Build without --check-key.", "secret.mode"),
        )
    text = find_content(project.path, project.plan.build.dockerfile, SMALL) or ""
    if re.search(rf"^[ \t]*(?i:ARG)[ \t]+(?:.*[ \t])?{CACHEBUST}\b", text, re.MULTILINE):
        return ()
    message = f"The Dockerfile has no `ARG {CACHEBUST}`, so its authenticated steps cannot be run again."
    return (Problem(message, "Put that line before the first RUN that mounts the secret.", "files"),)


def _salt(env: Mapping[str, str]) -> bytes:
    return read_state(env, SALT, SALT_BYTES)


def _guessable(key: Secret) -> bool:
    return check_key(key, 0.0).guessable

"""A keyed hash of an API key: it tells whether another key is the same one, and nothing else."""

from __future__ import annotations

import hmac

from tui.core.secret import Secret

SALT, SALT_BYTES = "fingerprint-salt", 32
"""The file in the state folder with what is hashed along, made once and never shown."""


def fingerprint(plan: str, key: Secret, salt: bytes) -> str:
    """Another one for each plan, by its id; empty where there is no key or no salt."""
    if not key or len(salt) != SALT_BYTES:
        return ""
    return hmac.digest(salt, f"{plan}\n{key.reveal()}".encode("utf-8", "surrogateescape"), "sha256").hex()

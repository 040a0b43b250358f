"""The first bytes of what has an inside: packed files, zips and tars."""

from __future__ import annotations

import re

HEAD = 512
"""Bytes at the start of a content by which its kind is told."""

ZIP = b"PK\3\4"
"""How a zip, a wheel, a jar and a conda package begin."""

_PACKED = (
    rb"(?P<gzip>\x1f\x8b\x08)|(?P<zstd>\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)"
    rb"|(?P<bzip2>BZh[1-9](?:1AY&SY|\x17rE8P\x90))|(?P<xz>\xfd7zXZ\0)"
)


def packing(head: bytes) -> str:
    """The name of the decoder of what begins so; empty for what is not packed."""
    found = re.match(_PACKED, head)
    return found.lastgroup or "" if found else ""


def says_all(head: bytes) -> bool:
    """True if what begins so, packed, has no place for anything that is not in what it unpacks to.

    A gzip may have a name and a comment (RFC 1952, 2.3.1), a zstd frames to be skipped (RFC 8878, 3.1.2).
    """
    return head.startswith((b"\x1f\x8b\x08\0", b"\x28\xb5\x2f\xfd"))


def before_zip(head: bytes) -> int | None:
    """How many bytes are ahead of the zip that begins so: a program for the shell has a line; None for no zip."""
    line = head.find(b"\n") + 1 if head.startswith(b"#!") else 0
    return line if head.startswith(ZIP, line) else None


def is_tar(head: bytes) -> bool:
    """True if a tar begins so."""
    return head[257:262] == b"ustar"


def has_inside(head: bytes) -> bool:
    """True if there is something in what begins so."""
    return bool(packing(head)) or before_zip(head) is not None or is_tar(head)

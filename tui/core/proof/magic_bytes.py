"""The first bytes of what has an inside: packed files, zips and tars."""

from __future__ import annotations

import re

HEAD = 512
"""Bytes at the start of a content by which its kind is told."""

ZIP = b"PK\3\4"
"""How a zip, a wheel, a jar and a conda package begin."""

_PACKED = re.compile(
    rb"(?P<gzip>\x1f\x8b\x08)|(?P<zstd>\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)"
    rb"|(?P<bzip2>BZh[1-9](?:1AY&SY|\x17rE8P\x90))|(?P<xz>\xfd7zXZ\0)"
    rb"|(?P<zlib>x[\x01\x9c\xda])|(?P<lzma>\]\0\0[\0-\x80].(?:\xff{8}|.{5}\0{3}))",
    re.DOTALL,
)
_UNKNOWN = re.compile(
    rb"7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\x04\x22\x4d\x18|\x02\x21\x4c\x18|\x1f\x9d|LZIP\x01|\x89LZO\0|MSCF\0{4}"
    rb"|\xed\xab\xee\xdb|!<arch>\ndebian-binary|hsqs|sqsh|PACK\0{3}[\2\3]|\xff\x06\0\0sNaPpY|xar!"
)
_ZIP = re.compile(rb"(?:PK(?:00|\x07\x08))?PK\x03\x04|PK\x05\x06")
_FIRST = frozenset((*range(0x50, 0x60), *b"\x1f\x28Bx\xfd7\x04\x02L\x89M\xed!hs\xff#"))
"""The first bytes of all of these, and of a program."""
# By which it is told within anything, how far behind its beginning each stands, and the byte of it that texts have
# least: one by one, after a look for that byte, is quickest.
_MARKS = (
    (b"\x1f\x8b\x08", 0, b"\x1f"),
    (b"\x28\xb5\x2f\xfd", 0, b"\xfd"),
    (b"1AY&SY", 4, b"&"),
    (b"\xfd7zXZ\0", 0, b"\xfd"),
    (ZIP, 0, b"\3"),
)
_SHELL = b"#!"
_SUM = re.compile(rb"[0-7 ]{6}[0-7\0 ]{2}")


def packing(head: bytes) -> str:
    """The name of the decoder of what begins so; empty for what is not packed."""
    found = _PACKED.match(head)
    return found.lastgroup or "" if found else ""


def is_packed_otherwise(head: bytes) -> bool:
    """True if what begins so is packed in a way that nothing here unpacks."""
    return _UNKNOWN.match(head) is not None


def is_program(head: bytes) -> bool:
    """True if it begins as a program for the shell does, behind which there may be something packed."""
    return head.startswith(_SHELL)


def packed_at(data: bytes) -> int:
    """The first place in this where something packed, or a zip, may begin; -1 for none."""
    places = (at - ahead for mark, ahead, rare in _MARKS if rare in data and (at := data.find(mark)) >= ahead)
    return min(places, default=-1)


def says_all(head: bytes) -> bool:
    """True if what begins so, packed, has no place for anything that is not in what it unpacks to.

    A gzip may have a name and a comment (RFC 1952, 2.3.1), a zstd frames to be skipped (RFC 8878, 3.1.2).
    """
    return head.startswith((b"\x1f\x8b\x08\0", b"\x28\xb5\x2f\xfd"))


def is_plain(head: bytes) -> bool:
    """True if there is nothing in what begins so; told quickly, as of most it is."""
    return not (head and head[0] in _FIRST) and not is_tar(head)


def is_zip(head: bytes) -> bool:
    """True if a zip begins so: with a member, with its end if it is empty, or with a mark for one to be split."""
    return _ZIP.match(head) is not None


def is_tar(head: bytes) -> bool:
    """True if a tar begins so: by its name, or by its header's sum, which the oldest have as well."""
    if head[257:262] == b"ustar":
        return True
    return _SUM.match(head, 148) is not None and number(head[148:156]) in _sums(head)


def _sums(header: bytes) -> tuple[int, int]:
    """Of a header's bytes, and of the same where they count as signed; those of the sum itself count as spaces."""
    summed = header[:148] + b" " * 8 + header[156:HEAD]
    return sum(summed), sum(summed) - 256 * sum(byte > 127 for byte in summed)


def number(field: bytes) -> int | None:
    """A number of a tar's header; None where there is none, or one below nothing."""
    if field[0] & 0x80:  # GNU's, for what is larger than 8 GiB
        return int.from_bytes(field, "big") & ~(0xFF << 8 * (len(field) - 1))
    try:
        found = int(field.partition(b"\0")[0].strip() or b"0", 8)
    except ValueError:
        return None
    return found if found >= 0 else None  # a walk that went back would have no end


def has_inside(data: bytes) -> bool:
    """True if there is something in what begins so, or may be; for a program so far as it goes."""
    head = data[:HEAD]
    if is_program(head):
        return packed_at(data) >= 0
    return bool(packing(head)) or is_zip(head) or is_tar(head) or is_packed_otherwise(head)

"""The list of a zip's members at its end, which most readers go by (PKWARE APPNOTE 6.3.10, 4.3.12 to 16)."""

from __future__ import annotations

import struct

_ENTRY, END = b"PK\1\2", b"PK\5\6"
_HEAD = struct.Struct("<4s6H3I3H")  # of an entry, up to the lengths of what follows
_NAME_AT = 46
_MOST = 500_000  # members that are kept in mind
_ENCRYPTED = 0x1
# Of other records, and of the marks of an archive to be split (8.5.3): where its length stands, in how many bytes,
# and how much comes on top of that.
_LENGTHS = {
    END: (20, 2, 22),
    b"PK\6\6": (4, 8, 12),
    b"PK\6\7": (0, 0, 20),
    b"PK\5\5": (4, 2, 6),
    b"PK\6\x08": (4, 4, 8),
    b"PK00": (0, 0, 4),
    b"PK\7\x08": (0, 0, 4),
}


class ZipList:
    """The members that have come, as far as it matters to how they are read, to be held against the list."""

    def __init__(self) -> None:
        self._members = set[int]()

    def add(self, name: bytes, flags: int, method: int) -> bool:
        """Keep that a member has come; False where there are too many."""
        self._members.add(hash((name, flags & _ENCRYPTED, method)))
        return len(self._members) <= _MOST

    def is_entry(self, record: memoryview) -> bool:
        """True if an entry of the list begins here, else another record or none."""
        return record[:4] == _ENTRY

    def has(self, entry: memoryview) -> bool:
        """True if a member came that is read as this entry of the list says."""
        _, _, _, flags, method, *_, length, _, _ = _HEAD.unpack_from(entry)
        return hash((bytes(entry[_NAME_AT : _NAME_AT + length]), flags & _ENCRYPTED, method)) in self._members


def record_length(record: memoryview) -> int | None:
    """Bytes of the record that begins here; 0 where not enough have come to tell, None where there is none."""
    mark = bytes(record[:4])
    if mark == _ENTRY:
        if len(record) < _HEAD.size:
            return 0
        *_, name, extra, comment = _HEAD.unpack_from(record)
        length: int = _NAME_AT + name + extra + comment
        return length if len(record) >= _NAME_AT + name else 0
    if mark not in _LENGTHS:
        return None
    at, size, more = _LENGTHS[mark]
    return more + int.from_bytes(record[at : at + size], "little") if len(record) >= at + size else 0

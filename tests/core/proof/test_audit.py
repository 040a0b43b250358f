"""Every place in an image where a key can be is looked into, and told by its layer, path and instruction."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.planted import JWT, OPAQUE, OTHER_JWT, TEXTS, WRAPPED, planted
from tests.saved_images import (
    PACKINGS,
    STORES,
    Image,
    chunks,
    conda_package,
    files_of,
    oci_layout,
    tar_of,
    zip_of,
)
from tui.core.key_encodings import key_parts
from tui.core.proof import contents, packed
from tui.core.proof.audit import ImageAudit, audit_image
from tui.core.proof.key_search import search_for
from tui.core.secret import Secret

NOISE = random.Random(3).randbytes(300_000)
CLEAN = {"usr/bin/tool": NOISE[:100_000], "usr/share/a.txt": b"some text\n" * 500, "empty": b""}
COPY, RUN, REMOVE = "COPY /env /env # buildkit", "RUN /bin/sh -c make # buildkit", "RUN /bin/sh -c rm # buildkit"


def both_ways_sized(name: str, content: bytes) -> bytes:
    """A zip whose one member tells its size before and behind its content."""
    made = zip_of({name: content}, streamed=True)
    at, entry = made.index(b"PK\7\x08"), made.index(b"PK\1\2")
    return made[:14] + made[at + 4 : at + 16] + made[26:entry] + made[entry:]


def with_folder(content: bytes) -> bytes:
    """A zip as Java's jar writes it: its folder is packed, too, and tells its size behind that."""
    folder = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 8, 8, 0, 0, 0, 0, 0, 9, 0) + b"META-INF/\3\0"
    return folder + b"PK\7\x08" + struct.pack("<3I", 0, 2, 0) + zip_of({"in": content})


def stored_unsized(content: bytes, long: str = "") -> bytes:
    """A zip as PyTorch writes it: its member is stored, and tells its size behind that."""
    header = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 8, 0, 0, 0, 0, 0, 0, 2, 0) + b"in"
    size = struct.pack("<2Q" if long else "<2I", len(content), len(content))
    behind = b"PK\7\x08" + struct.pack("<I", zlib.crc32(content)) + size
    return header + content + behind + zip_of({"x": b"y"})


def v7_tar(name: str, content: bytes, *, signed: bool = False) -> bytes:
    """A tar from before these had a name of their own in their headers."""
    made = name.encode().ljust(124, b"\0") + f"{len(content):011o}\0".encode() + bytes(12) + b" " * 8
    made = made.ljust(512, b"\0")
    told = sum(made) - 256 * signed * sum(byte > 127 for byte in made)
    return made[:148] + f"{told:06o}\0 ".encode() + made[156:] + content + bytes(1024 - len(content) % 512)


def listed_otherwise(content: bytes) -> bytes:
    """A zip whose list says of its member that it is packed, and its header that it is not."""
    made = zip_of({"in": content})
    return made[:8] + bytes(2) + made[10:]


STORE = pytest.mark.parametrize("store", STORES.values(), ids=STORES)


def audited(saved: bytes, key: str = JWT, size: int = 65_536) -> ImageAudit:
    return audit_image(chunks(saved, size), Secret(key))


def image(files: Mapping[str, bytes]) -> Image:
    """One whose second layer holds these files among others."""
    return Image([(COPY, CLEAN), (RUN, {"before": NOISE[:700], **files, "behind": NOISE[:30_000]})])


def places(audit: ImageAudit) -> list[str]:
    return [finding.where for finding in audit.findings]


@STORE
def test_a_clean_image_is_searched_to_its_end(store: Callable[[Image], bytes]) -> None:
    audit = audited(store(image({"etc/none": b"nothing"})))
    assert (audit.findings, audit.unread) == ((), ())
    assert [layer.instruction for layer in audit.layers] == [COPY, RUN]
    assert all(len(layer.digest) == len("sha256:") + 64 for layer in audit.layers)
    assert audit.layers[0].size == len(tar_of(CLEAN))
    assert audit.size > sum(layer.size for layer in audit.layers)
    assert audit.platforms == ("linux/amd64",)


@STORE
@pytest.mark.parametrize("key", [JWT, OPAQUE], ids=["jwt", "opaque"])
@pytest.mark.parametrize("form", [*TEXTS, *WRAPPED])
def test_in_a_file_of_a_layer_in_any_form(form: str, key: str, store: Callable[[Image], bytes]) -> None:
    audit = audited(store(image({"etc/app.conf": b"key: " + planted(form, key) + b"\n"})), key)
    (finding,) = audit.findings
    assert (finding.where, finding.instruction) == ("etc/app.conf", RUN)
    assert finding.layer == audit.layers[1].digest


LONG = "folder/" * 20 + "name"
KEY = JWT.encode()
MANY = {f"{number}": b"x" * (number % 50) for number in range(3_000)}
PACKED: dict[str, tuple[dict[str, bytes], str]] = {
    "gzip": ({"a.gz": gzip.compress(KEY)}, "a.gz"),
    "two gzips in one": ({"a.gz": gzip.compress(b"x") + gzip.compress(KEY) + bytes(700)}, "a.gz"),
    "zstd": ({"a.zst": PACKINGS["zstd"](KEY)}, "a.zst"),
    "bzip2": ({"a.bz2": bz2.compress(KEY)}, "a.bz2"),
    "xz": ({"a.xz": lzma.compress(KEY)}, "a.xz"),
    "zlib, as git has its objects": (
        {".git/objects/0f/1e": zlib.compress(b"blob 9\0" + KEY)},
        ".git/objects/0f/1e",
    ),
    "lzma of old": ({"a.lzma": lzma.compress(KEY, lzma.FORMAT_ALONE)}, "a.lzma"),
    "tar of old": ({"a.tar": v7_tar("in.gz", gzip.compress(KEY))}, "in.gz in a.tar"),
    "tar of old, its sum signed": ({"a.tar": v7_tar("é.gz", gzip.compress(KEY), signed=True)}, "é.gz in a.tar"),
    "tar.xz behind a program for the shell": (
        {"a.run": b"#!/bin/sh\n" + b"exit 0\n" * 9_000 + lzma.compress(tar_of({"in": KEY}))},
        "in in a.run",
    ),
    "zip behind a program for the shell": (
        {"a.jar": b"#!/bin/sh\nsome\n\nlines\n" + zip_of({"in": KEY})},
        "in in a.jar",
    ),
    "zip": ({"a.zip": zip_of({"x": b"y", "in/side": KEY})}, "in/side in a.zip"),
    "zip, stored": ({"a.zip": zip_of({"x": b"y", "in": KEY}, zipfile.ZIP_STORED)}, "in in a.zip"),
    "zip, bzip2": ({"a.zip": zip_of({"x": b"y", "in": KEY}, zipfile.ZIP_BZIP2)}, "in in a.zip"),
    "jar": ({"a.jar": zip_of({"x": b"y" * 9, "in": KEY, "z": NOISE[:99]}, streamed=True)}, "in in a.jar"),
    "zip behind a line for the shell": ({"a.pyz": b"#!/usr/bin/python3\n" + zip_of({"in": KEY})}, "in in a.pyz"),
    "zstd behind a frame to be skipped": (
        {"a.zst": b"\x50\x2a\x4d\x18" + struct.pack("<I", 3) + b"abc" + PACKINGS["zstd"](KEY)},
        "a.zst",
    ),
    "zip, sized twice": ({"a.zip": both_ways_sized("in", KEY)}, "in in a.zip"),
    "zip with a packed folder": ({"a.jar": with_folder(KEY)}, "in in a.jar"),
    "zip, stored, sized behind": ({"a.pt": stored_unsized(gzip.compress(KEY))}, "in in a.pt"),
    "zip, stored, sized behind at length": ({"a.pt": stored_unsized(gzip.compress(KEY), "long")}, "in in a.pt"),
    "zip in a zip, sized behind": (
        {"a.pt": stored_unsized(stored_unsized(zip_of({"k": KEY})))},
        "k in in in in in a.pt",
    ),
    "zip behind a zip": ({"a.zip": zip_of({"x": b"y"}) + bytes(9) + zip_of({"in": KEY})}, "in in a.zip"),
    "zip behind an empty one": ({"a.zip": zip_of({}) + zip_of({"in": KEY})}, "in in a.zip"),
    "zip that was to be split": ({"a.zip": b"PK00" + zip_of({"in": KEY})}, "in in a.zip"),
    "zip of many": ({"a.zip": zip_of({**MANY, "in": KEY}, streamed=True)}, "in in a.zip"),
    "many gzips in one": ({"a.gz": gzip.compress(b"x") * 20_000 + gzip.compress(KEY)}, "a.gz"),
    "tar": ({"a.tar": tar_of({"x": b"y", "in": KEY})}, "in in a.tar"),
    "tar.gz": ({"a.tgz": gzip.compress(tar_of({"x": NOISE[:9_000], "in": KEY}))}, "in in a.tgz"),
    "conda": ({"p.conda": conda_package({"lib/k": KEY})}, "lib/k in pkg-name-1.0-0.tar.zst in p.conda"),
    "conda of old": ({"p.tar.bz2": bz2.compress(tar_of({"lib/k": KEY}))}, "lib/k in p.tar.bz2"),
    "gzip in conda": (
        {"p.conda": conda_package({"man.gz": gzip.compress(KEY)})},
        "man.gz in pkg-name-1.0-0.tar.zst in p.conda",
    ),
    "gzip in a stored zip": (
        {"a.zip": zip_of({"in.gz": gzip.compress(KEY)}, zipfile.ZIP_STORED)},
        "in.gz in a.zip",
    ),
}


@STORE
@pytest.mark.parametrize("what", PACKED)
def test_in_what_is_packed_within_a_layer(what: str, store: Callable[[Image], bytes]) -> None:
    files, where = PACKED[what]
    audit = audited(store(image(files)))
    assert [(finding.where, finding.instruction) for finding in audit.findings] == [(where, RUN)]
    assert audit.unread == ()


@pytest.mark.parametrize("kind", [b"1", b"2", b"3", b"4", b"5", b"6"])
def test_behind_what_has_no_content_whatever_size_it_tells(kind: bytes) -> None:
    """As everybody else reads it (Go's archive/tar, Python's tarfile)."""
    folder = tarfile.TarInfo("folder")
    folder.type, folder.size = kind, 2_000
    assert places(audited(with_layer(folder.tobuf() + tar_of({"a.gz": gzip.compress(KEY)})))) == ["a.gz"]


@pytest.mark.parametrize("more", [0, 1, 5])
def test_with_holes_and_behind_that(more: int) -> None:
    audit = audited(with_layer(sparse(b"T=" + KEY, more)))
    assert sorted(places(audit)) == ["a", "behind.gz"]
    assert [(one.where, one.layer) for one in audit.unread] == [("a in layer 0/layer.tar", False)]


def test_behind_a_header_that_is_too_long_is_said_not_to_be_searched() -> None:
    """What it says of the next file is not kept: others would read that one otherwise."""
    about = tarfile.TarInfo("about")
    about.type, about.size = tarfile.XHDTYPE, 70_000
    record = b"70000 comment=".ljust(69_999, b"x") + b"\n"
    saved = with_layer(about.tobuf() + record + bytes(-70_000 % 512) + tar_of({"a.gz": gzip.compress(KEY)}))
    assert [one.why for one in audited(saved).unread] == ["has a header that is too long"]


@STORE
@pytest.mark.parametrize(
    ("removed", "deleted"),
    [("etc/.wh.key", True), (".wh.etc", True), ("etc/.wh..wh..opq", True), ("etc/.wh.other", False)],
)
def test_deleted_by_a_later_layer_is_still_found(
    removed: str, deleted: bool, store: Callable[[Image], bytes]
) -> None:
    layers = [(COPY, CLEAN), (RUN, {"etc/key": KEY}), (REMOVE, {removed: b""})]
    (finding,) = audited(store(Image(layers))).findings
    assert (finding.where, finding.instruction, finding.deleted) == ("etc/key", RUN, deleted)


def test_an_earlier_layer_deletes_nothing_of_a_later_one() -> None:
    (finding,) = audited(oci_layout(Image([(REMOVE, {"etc/.wh.key": b""}), (RUN, {"etc/key": KEY})]))).findings
    assert not finding.deleted


@STORE
def test_in_the_configuration(store: Callable[[Image], bytes]) -> None:
    made = Image([(COPY, CLEAN)], [f"TOKEN={JWT}"], {"org.key": JWT}, [f"RUN |1 T={JWT} make", f"ENV TOKEN={JWT}"])
    audit = audited(store(made))
    assert {(finding.where, finding.instruction) for finding in audit.findings} == {
        ("the variable TOKEN", ""),
        ("the label org.key", ""),
        ("the history", "RUN |1 T=•••• make"),
        ("the history", "ENV TOKEN=••••"),
    }


@pytest.mark.parametrize("form", ["plain", "Basic", "JSON with slashes escaped"])
def test_in_an_attestation(form: str) -> None:
    attestation = json.dumps({"predicate": {"args": planted(form, OPAQUE).decode()}}).encode()
    audit = audited(oci_layout(Image([(COPY, CLEAN)], attestation=attestation)), OPAQUE)
    assert places(audit) == ["an attestation of the image"]


@pytest.mark.parametrize("format", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_as_a_name_or_under_a_long_one(format: int) -> None:
    files = {LONG: KEY, key_parts(JWT)[1][:99]: b"", "target": b"-> " + key_parts(JWT)[1][:99].encode()}
    assert LONG in places(audited(with_layer(tar_of(files, format))))


def with_layer(layer: bytes) -> bytes:
    """A saved image with this one layer as it is."""
    made = {"0/layer.tar": layer, "c.json": b"{}"}
    return tar_of(
        {**made, "manifest.json": json.dumps([{"Config": "c.json", "Layers": ["0/layer.tar"]}]).encode()}
    )


def test_behind_the_end_of_a_layer_and_as_the_name_of_a_file() -> None:
    assert places(audited(with_layer(tar_of({"a": b"b"}) + KEY + bytes(300)))) == ["a"]
    token = "opaque+test-key=0f9e8d7c6b5a4938"
    (finding,) = audited(with_layer(tar_of({f"tmp/{token}.txt": b"b"})), token).findings
    assert finding.where == "tmp/••••.txt"


def gzip_named(content: bytes, name: bytes) -> bytes:
    packed = gzip.compress(content)
    return packed[:3] + b"\x08" + packed[4:10] + name + b"\0" + packed[10:]


LARGE = tar_of({"a": NOISE})
SKIPPED = b"\x50\x2a\x4d\x18" + struct.pack("<I", len(KEY)) + KEY
BESIDE_WHAT_IS_PACKED = {
    "a gzip's name": gzip_named(LARGE, KEY),
    "the name of a second gzip": gzip.compress(LARGE) + gzip_named(NOISE, KEY),
    "a skipped frame": SKIPPED + PACKINGS["zstd"](LARGE),
    "a skipped frame between": PACKINGS["zstd"](LARGE) + SKIPPED + PACKINGS["zstd"](NOISE),
    "a skipped frame behind": PACKINGS["zstd"](LARGE) + SKIPPED,
    "behind the end of a gzip": gzip.compress(LARGE) + KEY + NOISE,
    "behind the end of a zstd": PACKINGS["zstd"](LARGE) + KEY,
    "within a damaged gzip": gzip.compress(LARGE)[:150_000] + bytes(9) + KEY + NOISE,
}


@pytest.mark.parametrize("size", [20_000, 65_536, 1 << 20])
@pytest.mark.parametrize("where", BESIDE_WHAT_IS_PACKED)
def test_beside_what_a_layer_or_a_file_in_it_unpacks_to(where: str, size: int) -> None:
    content = BESIDE_WHAT_IS_PACKED[where]
    assert audited(with_layer(content), size=size).findings
    assert places(audited(oci_layout(image({"thing": content}), "tar"), size=size)) == ["thing"]


def test_behind_the_end_of_the_saved_image() -> None:
    manifest = json.dumps([{"Config": "c.json", "Layers": ["0"]}]).encode()
    saved = tar_of({"c.json": b"{}", "manifest.json": manifest, "0": gzip.compress(LARGE)})
    assert audited(saved + bytes(50_000) + KEY + bytes(9_000), size=20_000).findings


@pytest.mark.parametrize("size", [1, 511, 513, 4_096, 1_000_003])
def test_pieces_may_end_anywhere(size: int) -> None:
    made = Image([(COPY, {LONG: b"x" * 600, **PACKED["conda"][0], **PACKED["jar"][0], "é": KEY})])
    audit = audited(oci_layout(made), size=size)
    assert sorted(places(audit)) == sorted([PACKED["conda"][1], PACKED["jar"][1], "é"])
    assert audit.unread == ()


OTHERS = {
    "other-account.json": OTHER_JWT.encode(),
    "other.b64": planted("Basic", OTHER_JWT),
    "header": JWT.split(".")[0].encode(),
    "header.hex": JWT.split(".")[0].encode().hex().encode(),
    "shared-payload": json.dumps({"sub": "5f0c7a3e", "exp": 4102444800, "ver": "api:1"}).encode(),
    "random": NOISE,
    "random.b64": planted("base64 after 0", NOISE[:3_000].hex()),
    "tokens": b"\n".join(OTHER_JWT[:-at].encode() for at in range(1, 60)),
}


@STORE
def test_nothing_is_found_among_other_keys_and_random_data(store: Callable[[Image], bytes]) -> None:
    packed = {f"{name}.gz": gzip.compress(content) for name, content in OTHERS.items()}
    audit = audited(store(Image([(COPY, OTHERS), (RUN, packed)], [f"T={OTHER_JWT}"])))
    assert (audit.findings, audit.unread) == ((), ())


def encrypted_zip() -> bytes:
    """A zip that says its one member is encrypted."""
    made = bytearray(zip_of({"in": b"content"}))
    made[6] |= 1
    return bytes(made)


def deep(content: bytes, times: int) -> bytes:
    for _ in range(times):
        content = gzip.compress(content)
    return content


def sized(size: bytes, record: bytes = b"") -> bytes:
    """A tar whose member tells this size, in its header or in a record ahead of that."""
    made = tarfile.TarInfo("a").tobuf()
    made = made[:124] + size.ljust(12, b"\0") + made[136:]
    if not record:
        return made + bytes(2_048)
    about = tarfile.TarInfo("about")
    about.type, about.size = tarfile.XHDTYPE, len(record) + 1
    return about.tobuf() + record + b"\n" + bytes(-about.size % 512) + made + bytes(1_024)


def sparse(content: bytes, more: int = 2) -> bytes:
    """A tar of GNU's old kind whose first member has holes, so many that its map goes on in blocks of its own."""
    member = tarfile.TarInfo("a")
    member.type, member.size = tarfile.GNUTYPE_SPARSE, len(content)
    made = member.tobuf(tarfile.GNU_FORMAT)
    made = made[:386] + bytes(96) + bytes([more > 0]) + made[483:]
    made = made[:148] + f"{sum(made[:148]) + sum(made[156:512]) + 256:06o}\0 ".encode() + made[156:]
    blocks = b"".join(bytes(504) + bytes([number < more]) + bytes(7) for number in range(1, more + 1))
    return made + blocks + content + bytes(-len(content) % 512) + tar_of({"behind.gz": gzip.compress(KEY)})


def pax_sparse(content: bytes) -> bytes:
    """A tar of GNU's newer kind whose member begins with its map."""
    made, data = io.BytesIO(), b"1\n0\n%d\n".ljust(512, b"\0") % len(content) + content
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        member = tarfile.TarInfo("a")
        member.size, member.pax_headers = len(data), {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"}
        archive.addfile(member, io.BytesIO(data))
    return made.getvalue()


FOREIGN = {
    "7z": b"7z\xbc\xaf\x27\x1c",
    "rar": b"Rar!\x1a\7\1\0",
    "lz4": b"\4\x22\x4d\x18",
    "compress": b"\x1f\x9d\x90",
    "deb": b"!<arch>\ndebian-binary   ",
    "squashfs": b"hsqs",
    "pack of git": b"PACK\0\0\0\2",
}
WORDS = NOISE[:9_000].hex().encode()
UNREAD: dict[str, tuple[bytes, str]] = {
    "damaged gzip": (gzip.compress(WORDS)[:2_000] + NOISE[:5_000], "is damaged"),
    "gzip with another's sum": (gzip.compress(WORDS)[:-8] + bytes(8), "is damaged"),
    "cut gzip": (gzip.compress(NOISE)[:2_000], "ends too early"),
    "damaged zstd": (PACKINGS["zstd"](WORDS)[:2_000] + NOISE[:50_000], "is damaged"),
    "cut zip": (zip_of({"in": NOISE})[:9_000], "ends too early"),
    "damaged zip": (zip_of({"in": NOISE})[:9_000] + NOISE + bytes(9), "is damaged"),
    "encrypted zip": (encrypted_zip(), "is encrypted"),
    "zip with another thing behind": (
        zip_of({"in": b"y"}) + gzip.compress(KEY),
        "has something else behind its end",
    ),
    "zip with a zip behind another thing": (
        zip_of({"in": b"y"}) + b"some" + zip_of({"in": KEY}),
        "has something else behind its end",
    ),
    "zip that lists another method": (listed_otherwise(KEY), "is not as the archive's list says"),
    "stored zip, unsized and cut": (stored_unsized(NOISE)[:90_000], "ends too early"),
    "lzma zip": (zip_of({"in": KEY}, zipfile.ZIP_LZMA), "is packed in a way that is not known here"),
    "too deep": (deep(KEY, contents.DEPTH + 1), f"is packed more than {contents.DEPTH} times over"),
    "packed and with holes in a tar": (
        sparse(gzip.compress(b"x")),
        "has holes: it was searched as it stands alone",
    ),
    "with a map in a tar": (pax_sparse(gzip.compress(KEY)), "has holes: it was searched as it stands alone"),
    **{name: (head + NOISE, "is packed in a way that is not known here") for name, head in FOREIGN.items()},
    "damaged tar": (tar_of({"a": b"x", "b": b"y"})[:1_024] + NOISE[:9_000], "is damaged"),
    "tar with less than nothing in it": (sized(b"-0000001000"), "is damaged"),
    "tar with more than can be": (sized(b"0", b"5011 size=" + b"9" * 5_000), "is damaged"),
    "tar with a record without end": (sized(b"0", b"9" * 5_000 + b" size=3"), "is damaged"),
    "cut tar": (tar_of({"a": NOISE})[:9_000], "ends too early"),
}


@STORE
@pytest.mark.parametrize("what", UNREAD)
def test_what_cannot_be_looked_into_is_said_not_to_be(what: str, store: Callable[[Image], bytes]) -> None:
    content, why = UNREAD[what]
    audit = audited(store(image({"thing": content, "etc/key": KEY})))
    assert [unread.why for unread in audit.unread] == [why]
    assert audit.unread[0].where.endswith(f"thing in layer {audit.layers[1].digest}")
    assert places(audit)[-1] == "etc/key"


def test_as_deep_as_it_says() -> None:
    assert places(audited(oci_layout(image({"a": deep(KEY, contents.DEPTH)})))) == ["a"]


def test_archives_that_never_end_inwards() -> None:
    content = KEY
    for _ in range(500):
        content = tar_of({"a": content})
    audit = audited(oci_layout(image({"a": content})))
    assert [unread.why for unread in audit.unread] == ["is in more than 12 archives within one another"]
    assert len(audit.findings) == 1


def test_a_layer_that_is_packed_over_and_over_is_told_not_to_be_searched() -> None:
    audit = audited(with_layer(deep(tar_of({"a": KEY}), 400)))
    assert audit.layers == ()
    assert [(one.why, one.layer) for one in audit.unread] == [
        (f"is packed more than {contents.DEPTH} times over", True)
    ]
    audit = audited(with_layer(deep(tar_of({"a": KEY}), 2)))
    assert (places(audit), len(audit.layers), audit.unread) == (["a"], 1, ())


MANY_OF_NOTHING = {
    "tar": (gzip.compress(tar_of(dict.fromkeys(map(str, range(3_000)), b""))), "is too large when unpacked"),
    "gzip": (gzip.compress(b"x") * 3_000, "is too large when unpacked"),
    "stored": (stored_unsized(b"PK\7\x08" * 3_000), "is damaged"),
}


@pytest.mark.parametrize("what", MANY_OF_NOTHING)
def test_what_is_small_but_takes_long_is_left_where_it_is(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "MOST_OF_ALL", 10_000_000)
    monkeypatch.setattr(packed, "_MOST_MARKS", 1_000)
    content, why = MANY_OF_NOTHING[what]
    audit = audited(oci_layout(image({"thing": content, "key": KEY})))
    assert {one.why for one in audit.unread} == {why}
    assert places(audit) == ["key"]


def test_a_bomb_is_left_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "MOST_OF_A_MEMBER", 3_000_000)
    bomb = gzip.compress(bytes(20_000_000))
    audit = audited(oci_layout(image({"bomb": bomb, "small.gz": gzip.compress(KEY)})))
    assert [(unread.where.partition(" ")[0], unread.why) for unread in audit.unread] == [
        ("bomb", "is too large when unpacked")
    ]
    assert places(audit) == ["small.gz"]


@pytest.mark.parametrize("name", packed.DECODERS)
def test_nothing_is_kept_of_what_comes_behind_damage(name: str) -> None:
    told = list[str]()
    unpacking = packed.Unpacking(
        packed.DECODERS[name], contents.Stream(contents.Contents(search_for(Secret(JWT)))), told.append
    )
    for _ in range(20):
        unpacking.feed(memoryview(NOISE))
    assert (told, len(unpacking.rest) <= len(NOISE)) == (["is damaged"], True)


def test_names_are_kept_as_long_as_a_path_can_be() -> None:
    cut = gzip.compress(NOISE)[:2_000]
    held = contents.Contents(search_for(Secret(JWT)))
    contents.Stream(held).feed(
        memoryview(with_layer(tar_of({"x" * 60_000: zip_of({"y" * 60_000: cut}, zipfile.ZIP_STORED)})))
    )
    assert max(len(part) for place in held.unread for part in place) <= 4_096


def test_many_bombs_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "MOST_OF_ALL", 30_000_000)
    bombs = {f"bomb{number}.zip": zip_of({"in": bytes(20_000_000)}) for number in range(4)}
    audit = audited(oci_layout(image(bombs)))
    assert len(audit.unread) == 3


def test_a_platform_that_is_not_there_is_said_not_to_be_searched() -> None:
    audit = audited(oci_layout(Image([(COPY, CLEAN)]), absent=True))
    assert [(unread.where, unread.why) for unread in audit.unread] == [("linux/arm64/v8", "is not on this engine")]


def test_a_layer_that_is_twice_in_it() -> None:
    saved = tar_of(
        {
            "1/layer.tar": tar_of({"k": KEY}),
            "2/layer.tar": b"-> ../1/layer.tar",
            "c.json": b"{}",
            "manifest.json": json.dumps([{"Config": "c.json", "Layers": ["1/layer.tar", "2/layer.tar"]}]).encode(),
        }
    )
    audit = audited(saved)
    assert (len(audit.layers), places(audit), audit.unread) == (1, ["k"], ())


UNREADABLE = {
    "is packed in a way that is not known here": NOISE,
    "is damaged": gzip.compress(WORDS)[:2_000] + NOISE[:5_000],
    "ends too early": PACKINGS["zstd"](NOISE)[:90_000],
}


def test_what_stands_behind_the_end_of_an_empty_layer_is_told() -> None:
    audit = audited(with_layer(bytes(1_024) + NOISE))
    assert audit.layers == ()
    assert {(unread.where, unread.why) for unread in audit.unread} == {("layer 0/layer.tar", "is damaged")}
    assert len(audited(with_layer(bytes(10_240))).layers) == 1


@pytest.mark.parametrize("why", UNREADABLE)
def test_a_layer_that_cannot_be_read_is_none_that_was_searched(why: str) -> None:
    files = {"0": tar_of({"a": b"b"}), "1": UNREADABLE[why], "c.json": b"{}"}
    files["manifest.json"] = json.dumps([{"Config": "c.json", "Layers": ["0", "1", "2"]}]).encode()
    audit = audited(tar_of(files))
    assert [layer.digest for layer in audit.layers] == ["0"]
    assert {(unread.where, unread.why, unread.layer) for unread in audit.unread} == {
        ("layer 1", why, True),
        ("layer 2", "is not on this engine", True),
    }


def test_a_layer_that_cannot_be_read_is_told_behind_any_number_of_smaller_things(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(contents, "_MOST_NAMES", 3)
    cut = {f"{number}.gz": gzip.compress(NOISE)[:2_000] for number in range(5)}
    files = {"0": tar_of(cut), "1": gzip.compress(tar_of(CLEAN))[:-900], "c.json": b"{}"}
    files["manifest.json"] = json.dumps([{"Config": "c.json", "Layers": ["0", "1"]}]).encode()
    audit = audited(tar_of(files))
    assert [layer.digest for layer in audit.layers] == ["0"]
    assert ("layer 1", "ends too early") in {(unread.where, unread.why) for unread in audit.unread if unread.layer}


def test_what_is_there_of_another_platform_but_not_readable_is_no_platform_that_is_not_there() -> None:
    files = files_of(oci_layout(Image([(COPY, CLEAN)])))
    index = json.loads(files["index.json"])
    index["manifests"].append({"digest": "sha256:0", "platform": {"os": "linux", "architecture": "arm64"}})
    files |= {"index.json": json.dumps(index).encode(), "blobs/sha256/0": b"no manifest that is known here"}
    audit = audited(tar_of(files))
    assert {(unread.where, unread.why, unread.layer) for unread in audit.unread} == {
        ("linux/arm64", "cannot be read", True)
    }


def test_a_configuration_or_an_attestation_that_is_not_there_is_said_not_to_be() -> None:
    manifest = json.dumps([{"Config": "c.json", "Layers": ["0"]}]).encode()
    audit = audited(tar_of({"0": tar_of({"a": b"b"}), "manifest.json": manifest}))
    assert [(unread.where, unread.why, unread.layer) for unread in audit.unread] == [
        ("the configuration", "is not on this engine", True)
    ]


@pytest.mark.parametrize(
    "saved",
    [
        b"",
        NOISE,
        tar_of({}),
        tar_of({"index.json": b"[1]"}),
        tar_of({"manifest.json": b"[{}]"}),
        tar_of({"manifest.json": b'[{"Config": 1.5, "Layers": []}]'}),
        with_layer(b"")[:700],
    ],
    ids=["nothing", "noise", "empty", "no index", "no manifest", "no name", "cut"],
)
def test_what_is_no_image_is_not_said_to_be_clean(saved: bytes) -> None:
    assert audited(saved).unread


@pytest.mark.parametrize(
    "config",
    [
        {"history": {"x": {"y": JWT}}},
        {"history": [{"created_by": [JWT]}, JWT]},
        {"history": JWT},
        {"history": [[JWT]]},
        {"history": [{"comment": JWT, "created_by": [[["x"]]]}]},
        {"config": {"Env": {JWT: 1}, "Labels": [JWT]}},
        {"config": JWT, "rootfs": []},
        [JWT],
        {"history": [{"created_by": [JWT]}], "rootfs": {"diff_ids": [5]}},
    ],
)
def test_a_configuration_of_any_shape_is_searched(config: object) -> None:
    manifest = json.dumps([{"Config": "c.json", "Layers": ["0/layer.tar"]}]).encode()
    made = {"0/layer.tar": tar_of({"a": b"b"}), "c.json": json.dumps(config).encode(), "manifest.json": manifest}
    assert audited(tar_of(made)).findings


def test_a_configuration_of_any_depth_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.13 reads JSON that is nested deeper than its functions may be."""
    nested: object = JWT
    for _ in range(3_000):
        nested = [nested]
    monkeypatch.setattr("tui.core.proof.audit.json", SimpleNamespace(loads=lambda _: {"config": nested}))
    (finding,) = audited(oci_layout(Image([(COPY, CLEAN)], labels={"key": JWT}))).findings
    assert finding.where.startswith("the configuration: config.0.0")
    assert len(finding.where) < 300


@pytest.mark.parametrize("around", [("\n", ""), ("", " " * 5_000_000)], ids=["begun late", "long"])
def test_a_configuration_that_cannot_be_kept_is_searched(around: tuple[str, str]) -> None:
    config = json.dumps({"config": {"Env": [f"T={JWT}"]}}).join(around).encode()
    manifest = json.dumps([{"Config": "c.json", "Layers": ["0"]}]).encode()
    audit = audited(tar_of({"0": tar_of({"a": b"b"}), "c.json": config, "manifest.json": manifest}))
    assert places(audit) == ["the configuration"]


def test_documents_are_kept_up_to_a_limit_and_what_needs_another_is_said_not_to_be_searched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    documents = {f"{number}.json": b"{}" + bytes(1_000) for number in range(50)}
    files = documents | files_of(oci_layout(Image([(COPY, CLEAN)])))
    for name, most in (("_MOST_DOCUMENTS", 20), ("_MOST_OF_DOCUMENTS", 20_000)):
        with monkeypatch.context() as patch:
            patch.setattr(contents, name, most)
            audit = audited(tar_of(files))
        assert audit.layers == ()
        assert [(one.where, one.layer) for one in audit.unread] == [("the image's own list of its parts", True)]
    assert len(audited(tar_of(files)).layers) == 1


def test_an_image_of_very_many_files_is_said_not_to_be_all_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "_MOST_NAMES", 9)
    audit = audited(
        tar_of(files_of(oci_layout(Image([(COPY, {})] * 3))) | {f"{number}": KEY for number in range(9)})
    )
    assert ("the saved image", "has more than 9 files", True) in {
        (unread.where, unread.why, unread.layer) for unread in audit.unread
    }


def test_lists_within_lists_are_read_once_each() -> None:
    """Each names the next one twice: to follow all the ways through them would take years."""
    files = {
        f"blobs/sha256/{number}": json.dumps({"manifests": [{"digest": f"sha256:{number + 1}"}] * 2}).encode()
        for number in range(60)
    }
    files["blobs/sha256/60"] = json.dumps(
        {"config": {"digest": "sha256:c"}, "layers": [{"digest": "sha256:l"}]}
    ).encode()
    files |= {"blobs/sha256/c": b"{}", "blobs/sha256/l": tar_of({"a": KEY}), "index.json": files["blobs/sha256/0"]}
    assert places(audited(tar_of(files))) == ["a"]


@pytest.mark.parametrize("name", ["#!x", "7z\xbc\xaf\x27\x1c", "hsqs", "PK\3\4"])
def test_a_layer_is_a_tar_whatever_its_first_file_is_called(name: str) -> None:
    layer = tar_of({name: b"x", "a.gz": gzip.compress(b"y"), "b.gz": gzip.compress(KEY)}, tarfile.GNU_FORMAT)
    audit = audited(with_layer(layer))
    assert (places(audit), audit.unread) == (["b.gz"], ())


@pytest.mark.parametrize("name", ["#!/bin/sh", "PK\3\4", "hsqs"])
def test_what_can_be_read_in_two_ways_is_said_not_to_be_searched(name: str) -> None:
    both = tar_of({name: zip_of({"in": KEY})[4:]}, tarfile.GNU_FORMAT)
    assert "can be read in more than one way" in [
        one.why for one in audited(oci_layout(image({"thing": both}))).unread
    ]


def test_in_an_annotation() -> None:
    files = {
        "blobs/sha256/1": tar_of({"a": b"b"}),
        "blobs/sha256/2": b"{}",
        "blobs/sha256/3": json.dumps(
            {"config": {"digest": "sha256:2"}, "layers": [{"digest": "sha256:1"}], "annotations": {"a": JWT}}
        ).encode(),
        "index.json": json.dumps({"manifests": [{"digest": "sha256:3"}], "annotations": {"b": JWT}}).encode(),
    }
    assert places(audited(tar_of(files))) == ["a manifest of the image"] * 2


def test_as_an_attribute_of_a_file() -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo("first"))
        member = tarfile.TarInfo("second")
        member.pax_headers = {"SCHILY.xattr.user.key": JWT}
        archive.addfile(member)
    assert places(audited(with_layer(made.getvalue()))) == ["second"]


def test_no_text_steers_a_terminal() -> None:
    config = {"os": "\x1b[31m", "history": [{"created_by": "\x1b]0;x\x07"}], "rootfs": {"diff_ids": ["\x1b[2J"]}}
    manifest = json.dumps([{"Config": "c.json", "Layers": ["0/layer.tar"]}]).encode()
    layer = tar_of({"\x1b[1mk": KEY})
    audit = audited(
        tar_of({"0/layer.tar": layer, "c.json": json.dumps(config).encode(), "manifest.json": manifest})
    )
    assert audit.findings
    assert "\\x1b" not in repr(audit)


def test_no_text_holds_the_key() -> None:
    made = Image([(f"RUN echo {JWT}", {f"{key_parts(JWT)[1][:80]}/{JWT[:90]}": KEY})], [f"{JWT}=x"], {JWT: JWT})
    said = f"{audited(oci_layout(made))}"
    assert JWT not in said
    assert not any(part in said for part in key_parts(JWT))


SMALL = {
    f"{number}-{name}": content
    for number, (files, _) in enumerate(PACKED.values())
    for name, content in files.items()
    if len(content) < 9_000
}
EVERYTHING = oci_layout(Image([(COPY, {LONG: b"x", **SMALL})], attestation=b"{}"), "tar")
CHANGE = st.tuples(st.integers(0, len(EVERYTHING) - 1), st.binary(min_size=1, max_size=9))


@settings(max_examples=150, deadline=None)
@given(st.lists(CHANGE, max_size=30), st.integers(0, len(EVERYTHING)))
def test_no_damage_whatever_breaks_the_search(changes: list[tuple[int, bytes]], end: int) -> None:
    saved = bytearray(EVERYTHING)
    for at, content in changes:
        saved[at : at + len(content)] = content
    audited(bytes(saved[:end]))

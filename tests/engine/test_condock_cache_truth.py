"""After one good build a wrong key succeeds from BuildKit's cache: condock says so, and runs the steps again."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.engine.condock import LINK, Done, Folder
from tests.engine.image_scan import find_in_image, leaks
from tests.stages.agreement import agree_to_all
from tui.core.secret import KEY_VARIABLE

WRONG = "wrong+test/key=0f9e8d7c6b5a4938"
NOT_USED = "The key was not used: the authenticated steps came from the cache."
MODES = pytest.mark.parametrize("mode", ["variable", "dotenv"])


def build(folder: Folder, mode: str, key: str, *options: str) -> Done:
    """condock build with this key, where the mode has it."""
    if mode == "dotenv":
        folder.write(".env", f"{KEY_VARIABLE}={key}\n", 0o600)
    return folder.run("build", *options, key=key if mode == "variable" else None)


@MODES
def test_what_a_wrong_key_shows(folder: Folder, key: str, opaque_key: str, mode: str, tmp_path: Path) -> None:
    folder.init("--secret", mode)
    good = build(folder, mode, key)
    assert good.code == 0, good.stderr
    assert "not used" not in good.stderr

    from_cache = build(folder, mode, WRONG)
    assert from_cache.code == 0
    assert f"{NOT_USED} They were made with another key." in from_cache.stderr
    assert "--check-key" in from_cache.stderr
    assert "(from cache: key not used)" in from_cache.stderr
    assert "--check-key" not in build(folder, mode, key).stderr

    refused = build(folder, mode, WRONG, "--check-key", "--json")
    assert refused.code == 1
    assert "Received authentication error (403)" in refused.stdout
    assert f"{NOT_USED} They were made with another key." in build(folder, mode, WRONG).stderr

    asked = len(folder.channel.requests)
    accepted = build(folder, mode, opaque_key, "--check-key")
    assert accepted.code == 0, accepted.stderr
    assert "not used" not in accepted.stderr
    again = {request.path.split("/")[1] for request in folder.channel.requests[asked:]}
    assert again == {"private"}  # anaconda-registration, which needs no key, stayed in the cache
    said = build(folder, mode, opaque_key).stderr
    assert NOT_USED in said
    assert "They were made" not in said  # of a key that is no JWT no fingerprint is kept

    assert find_in_image(folder.engine, folder.image, key, tmp_path, opaque_key, WRONG) == set()
    for each in (key, opaque_key, WRONG):
        assert in_state(folder, each) == set()
    assert "CACHEBUST" not in folder.engine.docker("history", "--no-trunc", "--format={{json .}}", folder.image)


def test_after_a_check_the_cache_gives_what_the_check_made(folder: Folder, key: str) -> None:
    """Not what an earlier run made, which BuildKit still knows, of packages as they were then."""
    folder.init()
    text = folder.run("render").stdout
    command = LINK.partition(" ")[2]  # the variable before it may stand in a line of its own
    assert command in text
    folder.write("Dockerfile", text.replace(command, f"{command} && date +%s%N > /env/made"))
    agree_to_all(folder.path, folder.env)
    made = []
    for options in ((), ("--check-key",), ()):
        done = folder.run("build", "--quiet", *options, key=key)
        assert done.code == 0, done.stderr
        made.append(done.stdout)
    assert made[0] != made[1] == made[2]


@pytest.mark.usefixtures("package_cache")
def test_downloaded_packages_outlive_a_check(folder: Folder, key: str) -> None:
    folder.init("--package-cache")
    assert folder.run("build", key=key).code == 0
    asked = len(folder.channel.requests)
    done = folder.run("build", "--check-key", key=key)
    assert done.code == 0, done.stderr
    again = [request.path for request in folder.channel.requests[asked:]]
    assert again
    assert not any(path.endswith((".tar.bz2", ".conda")) for path in again)


def test_a_dockerfile_edited_by_hand_says_that_it_cannot(folder: Folder, key: str) -> None:
    folder.init()
    assert folder.run("build", key=key).code == 0
    dockerfile = folder.path / "Dockerfile"
    folder.write("Dockerfile", dockerfile.read_text().replace("ARG CACHEBUST\n", ""))
    agree_to_all(folder.path, folder.env)
    done = folder.run("build", "--check-key", key=key)
    assert (done.code, done.stdout) == (2, "")
    assert "no `ARG CACHEBUST`" in done.stderr


def in_state(folder: Folder, key: str) -> set[str]:
    """Where in the user's home the key is, in any form: also as a plain hash, which could be looked up."""
    plain = key.encode()
    hashes = {hashlib.new(name, plain).hexdigest() for name in ("md5", "sha1", "sha256", "sha512")}
    forms = {form.encode() for form in hashes | {quote(key), base64.b64encode(plain).decode().rstrip("=")}}
    forms |= {bytes.fromhex(form) for form in hashes}
    files = [path for path in Path(folder.env["HOME"]).rglob("*") if path.is_file()]
    assert {path.parent.name for path in files} >= {"condock", "builds"}
    return {
        path.name
        for path in files
        if leaks(path.read_bytes(), key) or any(form in path.read_bytes() for form in forms)
    }

"""What BuildKit is sent, compared with what condock takes it to be sent."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from tests.engine.engine import Engine
from tui.core.proof.context.sent import find_context

FILES = (
    "a.py",
    "!k.env",
    "k*.env",
    "kk.env",
    "#x",
    "src/a.py",
    "src/.env",
    "src/deep/b.py",
    "data/c.csv",
    "é.txt",
)
RULES = {
    "none": "",
    "all but some": "*\n!src\n!a.py\n**/.env",
    "a name with an exclamation mark": "\\!k.env",
    "one that turns into an exception": "*\n/!a.py",
    "two exclamation marks": "*\n!!k.env",
    "a star in a name": "k\\*.env",
    "a star in brackets": "k[*].env\n[*a].py",
    "a comment, and none": "#x\n #x",
    "reopened below": "data\nsrc\n!src/*/b.py\n!data/*",
    "a byte order mark and CRLF": "\ufeffa.py\r\n/src/deep/\r\n",
    "characters that end no line": "*\x0b\n!src\u2028\na.py\x85!k.env",
    "parents": "./src/../data\n**/deep/**",
    "classes": "[a-b].py\nsrc/[^.]*",
    "two stars before an ending": "*\n!**.env\n!**py",
    "blanks before slashes at its end": "*\n!k* //\nsrc/ /",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("context")
    for name in FILES:
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(name)
    (made / "link").symlink_to("src/a.py")
    (made / "up").symlink_to("/etc")
    (made / "Dockerfile").write_text("FROM scratch\nCOPY . /got/\n")
    return made


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
def test_the_builder_is_sent_what_is_searched(engine: Engine, folder: Path, rules: str, tmp_path: Path) -> None:
    (folder / "Dockerfile.dockerignore").write_text(rules, newline="")
    received = tmp_path / "received.tar"
    engine.docker("buildx", "build", "--quiet", "--output", f"type=tar,dest={received}", str(folder))
    with tarfile.open(received) as archive:
        got = {
            one.name.removeprefix("got/"): one.linkname for one in archive if one.name != "got" and not one.isdir()
        }
    sent = find_context(str(folder), rules, None).sent
    assert {entry.path: entry.target for entry in sent} == got

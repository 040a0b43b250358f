"""The `variables` of environment.yml in a built image: each arrives as it was written."""

from __future__ import annotations

import json

import pytest

from tests.engine.condock import Folder

VALUES = {
    "PLAIN": "production",
    "EMPTY": "",
    "SPACES": "  two  words  ",
    "DOLLAR": "$HOME ${HOME} ${NONE:-x} \\$HOME",
    "QUOTES": """it's "so" `id`""",
    "BACKSLASHES": r"C:\new\\ \"" + "\\",
    "HASH": "a # b",
    "EQUALS": "a=b c=d",
    "LETTERS": "früh, 早い",
}


@pytest.mark.usefixtures("debian_python")
def test_variables_arrive_as_they_are(folder: Folder, key: str) -> None:
    variables = VALUES | {"DB_PASSWORD": "zq-canary-of-variables"}
    content = {"channels": [folder.channel.private], "dependencies": ["greeting"], "variables": variables}
    folder.write("environment.yml", json.dumps(content))  # JSON is YAML
    folder.init()
    done = folder.run("build", key=key)
    assert done.code == 0, done.stderr
    told = folder.in_image("python3", "-c", "import json, os; print(json.dumps(dict(os.environ)))")
    assert {name: json.loads(told).get(name) for name in variables} == VALUES | {"DB_PASSWORD": None}
    inspected = folder.engine.docker("image", "inspect", folder.image)
    assert "zq-canary" not in inspected + (folder.path / "Dockerfile").read_text()

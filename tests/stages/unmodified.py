"""The unmodified anaconda-auth, asked about many cases.

Each has a forked process of its own: much of the settings is read once, at import.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from tests.stages.turns import once

# What takes long to import and reads none of anaconda-auth's settings comes before the forks.
FORKS = """
import json, os, sys
import cryptography.x509, dotenv, httpx, jwt, keyring, pydantic_settings, readchar, requests, semver, tomlkit
import rich.live, rich.logging, tomllib
{program}
found = {{}}
for name, (folder, env, *case) in json.load(sys.stdin).items():
    source, sink = os.pipe()
    if not os.fork():
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.environ.clear()
        os.environ.update(env)
        os.chdir(folder)
        os.write(sink, json.dumps(answer(*case)).encode())
        os._exit(0)
    os.close(sink)
    with open(source) as pipe:
        found[name] = json.load(pipe)
    os.wait()
print(json.dumps(found))
"""


def answers(factory: pytest.TempPathFactory, program: str, cases: Mapping[str, tuple[Any, ...]]) -> dict[str, Any]:
    """The result of the program's `answer(...)` by case: of each its folder, its environment, and the arguments.

    It is run once in a run of the tests, however many processes have them.
    """

    def ask() -> dict[str, Any]:
        command = [sys.executable, "-c", FORKS.format(program=program)]
        done = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, check=True)
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    return once(factory, program, ask)

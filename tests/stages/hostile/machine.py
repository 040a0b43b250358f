"""The machine that a stranger's folder is opened on: a home with secrets in it, a `docker` that takes notes."""

from __future__ import annotations

import base64
import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.stages.account_service import keyring_json, make_jwt
from tests.stages.hostile.listener import Listener
from tui.core.secret import KEY_VARIABLE

KEY = make_jwt(4_102_444_800, sub="the user's key")
"""Good until 2100."""
OPAQUE_KEY = "canary-of-a-key-that-says-nothing-6b0d"
SECRETS = {
    "the key": KEY,
    "the opaque key": OPAQUE_KEY,
    "the company's key": make_jwt(4_102_444_800, sub="their company's key"),
    "~/.ssh/id_rsa": "canary-of-ssh-4f1d9c22b7",
    "~/.aws/credentials": "canary-of-aws-83e60a5d1f",
    "~/.netrc": "canary-of-netrc-5b7c2e9a04",
    "~/.vault-token": "canary-of-vault-c91f3d6e58",
    "another .env": "canary-of-another-env-7d20e8",
    "GITHUB_TOKEN": "canary-of-github-2c8e4b6a10",
}
"""The secrets that must not get out, by what each is called in a report."""
KEYS = ("the key", "the opaque key")
"""The secrets that Anaconda's own hosts may be sent."""

HOME_FILES = {
    ".anaconda/keyring": keyring_json(
        {"anaconda.com": {"api_key": KEY}, "corp.example.com": {"api_key": SECRETS["the company's key"]}}
    ),
    ".anaconda/config.toml": 'default_site = "own"\n[sites.own]\ndomain = "anaconda.com"\n'
    '[sites.corp]\ndomain = "corp.example.com"\n',
    ".ssh/id_rsa": f"-----BEGIN KEY-----\n{SECRETS['~/.ssh/id_rsa']}\n-----END KEY-----\n",
    ".aws/credentials": f"[default]\naws_secret_access_key = {SECRETS['~/.aws/credentials']}\n",
    ".netrc": f"machine repo.anaconda.com login ada password {SECRETS['~/.netrc']}\n",
    ".vault-token": f"{SECRETS['~/.vault-token']}\n",
    "work/another/.env": f"{KEY_VARIABLE}={KEY}\nDATABASE_PASSWORD={SECRETS['another .env']}\n",
    ".docker/config.json": "{}",
}


@dataclass(frozen=True)
class Machine:
    """The places of all of it, and those who listen."""

    root: Path
    internet: Listener
    evil: Listener

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def folder(self) -> Path:
        """The place where the stranger's folder is unpacked."""
        return self.home / "work" / "shop"

    @property
    def calls(self) -> Path:
        """A file for each time `docker` was called."""
        return self.root / "calls"

    @property
    def output(self) -> Path:
        """The file for all that is printed."""
        return self.root / "output"

    def printed(self) -> str:
        """The output so far."""
        sys.stdout.flush()
        sys.stderr.flush()
        return self.output.read_text("utf-8", "surrogateescape")

    @property
    def bin(self) -> Path:
        return self.root / "bin"

    def environment(self, **more: str) -> dict[str, str]:
        """The user's own: all that leaves the machine goes through the internet's proxy, which they trust."""
        return {
            "HOME": str(self.home),
            "PATH": os.pathsep.join([str(self.bin), *_git_folder()]),
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "TMPDIR": str(self.root / "tmp"),
            "GITHUB_TOKEN": SECRETS["GITHUB_TOKEN"],
            "ALL_PROXY": f"http://{self.internet.address}",
            "NO_PROXY": "127.0.0.1,localhost",
            "REQUESTS_CA_BUNDLE": str(self.internet.ca),
            "GIT_CONFIG_NOSYSTEM": "1",
            "DOCKER_HOST": f"unix://{self.root}/docker.sock",
            **more,
        }

    def filled(self, text: str) -> str:
        """The text with the machine's own places for @HOME@, @EVIL@ and the like."""
        places = {"EVIL": self.evil.address, "CA": self.evil.ca, "HOME": self.home, "ROOT": self.root}
        for name, place in {**places, "KEY": KEY, "OPAQUE_KEY": OPAQUE_KEY}.items():
            text = text.replace(f"@{name}@", str(place))
        return text

    def furnish(self) -> None:
        """Make it as it is before anything is opened on it; what was there goes."""
        for path in (self.home, self.calls, self.root / "tmp", self.bin):
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
        for name, text in HOME_FILES.items():
            path = self.home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        _context(self.home / ".docker", "far", "tcp://builder.evil.test:2376")
        docker = self.bin / "docker"
        docker.write_text(f"#!{sys.executable} -IS\n" + DOCKER.replace("@CALLS@", str(self.calls)))
        docker.chmod(0o755)


def _context(docker: Path, name: str, host: str) -> None:
    """A context as `docker context create` keeps it (docker/cli, cli/context/store)."""
    import hashlib

    meta = docker / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
    meta.mkdir(parents=True)
    content = {"Name": name, "Metadata": {}, "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": False}}}
    (meta / "meta.json").write_text(json.dumps(content))


def _git_folder() -> list[str]:
    git = shutil.which("git")
    return [os.path.dirname(git)] if git else []


def forms(secret: str) -> frozenset[str]:
    """The secret as it could stand somewhere: plain, as in an address, and as base64 of itself within anything."""
    plain = secret.encode()
    encoded = {_within_base64(plain, at) for at in range(3)}
    safe = {text.translate(str.maketrans("+/", "-_")) for text in encoded}
    return frozenset({secret, quote(secret, safe=""), plain.hex(), secret.lower(), *encoded, *safe})


def _within_base64(plain: bytes, at: int) -> str:
    """The base64 of it, `at` bytes behind a multiple of three; without what its neighbours change."""
    return base64.b64encode(bytes(at) + plain)[(8 * at + 5) // 6 : 8 * (at + len(plain)) // 6].decode()


def secrets_in(text: str, secrets: Mapping[str, str] = SECRETS) -> list[str]:
    """The names of the secrets that are in a text, whichever form they have."""
    return [name for name, secret in secrets.items() if any(form in text for form in _FORMS[secret])]


_FORMS = {secret: forms(secret) for secret in SECRETS.values()}

DOCKER = (Path(__file__).parent / "docker_stand_in.py").read_text("utf-8")

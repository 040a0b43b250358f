"""Which source of the API key wins: condock's answers beside those of the unmodified anaconda-auth."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.stages.account_service import keyring_json, lay_out
from tests.stages.unmodified import answers
from tui.core.account.find_key import find_key
from tui.core.account.key_lookup import KeyLookup, Source

NOW = 1_795_000_000.0
NAME = "ANACONDA_AUTH_API_KEY"


def keyring(key: str, domain: str = "anaconda.com") -> str:
    return keyring_json({domain: {"api_key": key}})


def config(text: str) -> dict[str, str]:
    return {"home/.anaconda/config.toml": text}


KEYRING = {"home/.anaconda/keyring": keyring("k3y-of-keyring")}
CONFIG = config('[plugin.auth]\napi_key = "k3y-of-config"\n')
DOTENV = {"project/.env": f"{NAME}=k3y-of-dotenv\n"}
SECRET = {f"secrets/{NAME}": "k3y-of-secret\n"}
ALL = KEYRING | CONFIG | DOTENV | SECRET
SITES = """
default_site = "second"
[sites.first]
domain = "one.example.com"
api_key = "k3y-of-first"
[sites.second]
domain = "two.example.com"
api_key = "k3y-of-second"
[plugin.auth]
api_key = "k3y-of-config"
"""
TWO_DOMAINS = {
    "home/.anaconda/keyring": keyring_json(
        {"anaconda.com": {"api_key": "k3y-of-com"}, "two.example.com": {"api_key": "k3y-of-two"}}
    )
}
ENTRY = json.loads(keyring("k3y-of-table"))["Anaconda Cloud"]["anaconda.com"]
KEYRING_TABLE = f"[plugin.auth.keyring.'Anaconda Cloud']\n'anaconda.com' = '{ENTRY}'"


@dataclass(frozen=True)
class Case:
    """Files and variables, the key that must win, and from where."""

    key: str | None
    source: Source | None
    files: dict[str, str] = field(default_factory=dict)
    env: dict[str, str] = field(default_factory=dict)


CASES = {
    "nothing": Case(None, None),
    "variable over all": Case("k3y-of-variable", Source.VARIABLE, ALL, {NAME: "k3y-of-variable"}),
    "secret over .env": Case("k3y-of-secret", Source.SECRETS, ALL),
    ".env over configuration": Case("k3y-of-dotenv", Source.DOTENV, KEYRING | CONFIG | DOTENV),
    "configuration over keyring": Case("k3y-of-config", Source.CONFIGURATION, KEYRING | CONFIG),
    "keyring": Case("k3y-of-keyring", Source.KEYRING, KEYRING),
    "variable in lower case": Case("low", Source.VARIABLE, ALL, {NAME.lower(): "low"}),
    "variable raw": Case(" raw\n", Source.VARIABLE, ALL, {NAME: " raw\n"}),
    "variable empty shadows settings": Case("", Source.VARIABLE, CONFIG | DOTENV | SECRET, {NAME: ""}),
    "variable empty leaves the keyring": Case("k3y-of-keyring", Source.KEYRING, ALL, {NAME: ""}),
    "variable blank": Case(" ", Source.VARIABLE, ALL, {NAME: " "}),
    "secret in mixed case": Case("mixed", Source.SECRETS, {"secrets/Anaconda_Auth_Api_Key": "mixed"}),
    "secret stripped": Case("k3y-of-secret", Source.SECRETS, {f"secrets/{NAME}": "\n k3y-of-secret\r\n\n"}),
    "secret empty shadows": Case("", Source.SECRETS, CONFIG | DOTENV | {f"secrets/{NAME}": "\n"}),
    "secrets of others": Case(
        "k3y-of-dotenv", Source.DOTENV, DOTENV | {"secrets/api_key": "x", "secrets/other": "y"}
    ),
    ".env exported and quoted": Case(
        "k3y-of-dotenv", Source.DOTENV, {"project/.env": f'export {NAME} = "k3y-of-dotenv"'}
    ),
    ".env with CRLF and BOM": Case(
        "k3y-of-dotenv", Source.DOTENV, {"project/.env": f"\ufeff{NAME}=k3y-of-dotenv\r\n"}
    ),
    ".env in lower case": Case("k3y-of-dotenv", Source.DOTENV, {"project/.env": f"{NAME.lower()}=k3y-of-dotenv"}),
    ".env twice": Case("second", Source.DOTENV, {"project/.env": f"{NAME}=first\n{NAME}=second\n"}),
    ".env with a comment": Case("a#b", Source.DOTENV, {"project/.env": f"{NAME}=a#b # mine\n"}),
    ".env with another's value": Case("abc", Source.DOTENV, {"project/.env": f"OTHER=b\n{NAME}=a${{OTHER}}c\n"}),
    ".env with a bare key": Case(None, None, {"project/.env": "eyJhbGciOi\n"}),
    ".env with a bare name": Case("k3y-of-keyring", Source.KEYRING, KEYRING | {"project/.env": f"{NAME}\n"}),
    ".env empty value": Case("", Source.DOTENV, CONFIG | {"project/.env": f"{NAME}=\n"}),
    "domain in .env": Case(
        "k3y-of-two",
        Source.KEYRING,
        TWO_DOMAINS | {"project/.env": "ANACONDA_AUTH_DOMAIN=two.example.com"},
        {"CONDOCK_TRUST": "setting=ANACONDA_AUTH_DOMAIN=two.example.com"},
    ),
    "domain as an address": Case(
        "k3y-of-two", Source.KEYRING, TWO_DOMAINS, {"ANACONDA_AUTH_DOMAIN": "https://two.example.com/x"}
    ),
    "domain in configuration": Case(
        "k3y-of-two", Source.KEYRING, TWO_DOMAINS | config('[plugin.auth]\ndomain = "two.example.com"')
    ),
    "domain without a key": Case(None, None, TWO_DOMAINS, {"ANACONDA_AUTH_DOMAIN": "three.example.com"}),
    "default site": Case("k3y-of-second", Source.SITE, config(SITES) | KEYRING),
    "default site by variable": Case(
        "k3y-of-first", Source.SITE, config(SITES), {"ANACONDA_DEFAULT_SITE": "first"}
    ),
    "default site by domain": Case(
        "k3y-of-first", Source.SITE, config(SITES), {"ANACONDA_DEFAULT_SITE": "one.example.com"}
    ),
    "site by domain": Case(
        "k3y-of-first", Source.SITE, config(SITES), {"ANACONDA_AUTH_DOMAIN": "one.example.com"}
    ),
    "site by name": Case("k3y-of-first", Source.SITE, config(SITES), {"ANACONDA_AUTH_SITE": "first"}),
    "domain of no site": Case(
        "k3y-of-config", Source.CONFIGURATION, config(SITES), {"ANACONDA_AUTH_DOMAIN": "x.example.com"}
    ),
    "first site": Case(
        "k3y-of-two", Source.KEYRING, TWO_DOMAINS | config('[sites.a]\ndomain = "two.example.com"\n')
    ),
    "site under .env": Case("k3y-of-dotenv", Source.DOTENV, config(SITES) | DOTENV),
    "old variable": Case("k3y-of-old", Source.LEGACY, CONFIG | KEYRING, {"ANACONDA_CLOUD_API_KEY": "k3y-of-old"}),
    "old variable under .env": Case(
        "k3y-of-dotenv", Source.DOTENV, DOTENV, {"ANACONDA_CLOUD_API_KEY": "k3y-of-old"}
    ),
    "old table": Case("k3y-of-old", Source.LEGACY, config('[plugin.cloud]\napi_key = "k3y-of-old"') | KEYRING),
    "other configuration": Case(
        "k3y-of-there",
        Source.CONFIGURATION,
        CONFIG | {"there.toml": '[plugin.auth]\napi_key = "k3y-of-there"'},
        {"ANACONDA_CONFIG_TOML": "ROOT/there.toml"},
    ),
    "configuration by a variable": Case(
        "k3y-of-there",
        Source.CONFIGURATION,
        {"there.toml": '[plugin.auth]\napi_key = "k3y-of-there"'},
        {"ANACONDA_CONFIG_TOML": "${WHERE}/there.toml", "WHERE": "ROOT"},
    ),
    "keyring elsewhere": Case(
        "k3y-of-there",
        Source.KEYRING,
        KEYRING | {"there": keyring("k3y-of-there")},
        {"ANACONDA_AUTH_KEYRING_PATH": "ROOT/there"},
    ),
    "keyring in the settings": Case("k3y-of-table", Source.CONFIGURATION, KEYRING | config(KEYRING_TABLE)),
    "keyring of old domains": Case(
        "k3y-of-old", Source.KEYRING, {"home/.anaconda/keyring": keyring("k3y-of-old", "anaconda.cloud")}
    ),
    "keyring with repo tokens alone": Case(
        None, None, {"home/.anaconda/keyring": keyring_json({"anaconda.com": {"repo_tokens": [{"token": "t"}]}})}
    ),
    "keyring empty": Case(None, None, {"home/.anaconda/keyring": ""}),
    "system keyring that is not there": Case(
        "k3y-of-keyring", Source.KEYRING, KEYRING, {"ANACONDA_AUTH_PREFERRED_TOKEN_STORAGE": "system"}
    ),
    "keyring switched off": Case(None, None, KEYRING, {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}),
}

REFERENCE = """
# The key that anaconda-auth itself finds.
def answer():
    from anaconda_auth.config import AnacondaAuthConfig
    from anaconda_auth.exceptions import TokenNotFoundError
    from anaconda_auth.token import TokenInfo
    setting = AnacondaAuthConfig().api_key
    try:
        return setting or TokenInfo.load().api_key
    except TokenNotFoundError:
        return setting
"""


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """The key anaconda-auth finds in each case."""
    asked = {}
    for name, case in CASES.items():
        root = tmp_path_factory.mktemp("reference")
        asked[name] = (str(root / "project"), lay_out(root, case.files, case.env))
    return answers(tmp_path_factory, REFERENCE, asked)


def search_in(root: Path, case: Case, monkeypatch: pytest.MonkeyPatch) -> KeyLookup:
    env = lay_out(root, case.files, case.env)
    if backend := env.get("PYTHON_KEYRING_BACKEND"):
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", backend)  # the keyring library looks there itself
    return find_key(root / "project", env, NOW)


@pytest.mark.parametrize("name", CASES)
def test_the_same_key_wins_as_in_anaconda_auth(
    name: str, reference: dict[str, str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    winner = search_in(tmp_path, case, monkeypatch).winner
    assert (winner.key.reveal() if winner and winner.key else "" if winner else None) == case.key
    assert (winner.name if winner else None) == case.source
    assert reference[name] == case.key


@pytest.mark.parametrize("name", CASES)
def test_looking_leaves_no_trace_and_shows_no_key(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    case = CASES[name]
    before = set(case.files) | {"home/.anaconda", "home", "project", "secrets"}
    search = search_in(tmp_path, case, monkeypatch)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")} == before
    assert "k3y-" not in f"{search!r} {search} {search.problem}"
    assert capfd.readouterr() == ("", "")

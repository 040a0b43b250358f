"""The sites one can sign in to, and choosing one, beside what the unmodified anaconda-auth makes of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stages.account_service import keyring_json, lay_out
from tui.core.account.find_key import find_key
from tui.core.account.sites import Site, find_sites, site_obstacle, use_site

NOW = 1_795_000_000.0
NAME = "ANACONDA_AUTH_API_KEY"
SITES = """
default_site = "second"
[sites.first]
domain = "https://one.example.com/"
api_key = "k3y-of-first"
[sites.second]
domain = "two.example.com"
auth_domain_override = "login.example.com"
[sites.cloud]
[plugin.auth]
use_device_flow = false
"""
FILES = {
    "home/.anaconda/config.toml": SITES,
    "home/.anaconda/keyring": keyring_json(
        {"two.example.com": {"api_key": "k3y-of-two"}, "anaconda.com": {"repo_tokens": [{"token": "t"}]}}
    ),
}
FIRST = Site("first", "one.example.com", "one.example.com", has_key=True, in_force=False)
SECOND = Site("second", "two.example.com", "login.example.com", has_key=True, in_force=True)
CLOUD = Site("cloud", "anaconda.com", "anaconda.com", has_key=False, in_force=False)
PLAIN = Site("anaconda.com", "anaconda.com", "anaconda.com", has_key=False, in_force=True)


def test_the_sites_of_the_configuration_are_listed_with_what_is_stored(tmp_path: Path) -> None:
    assert find_sites(tmp_path / "project", lay_out(tmp_path, FILES)) == (FIRST, SECOND, CLOUD)


def test_without_a_configuration_it_is_the_plain_domain(tmp_path: Path) -> None:
    assert find_sites(tmp_path / "project", lay_out(tmp_path)) == (PLAIN,)


def test_a_domain_in_force_that_no_site_has_is_listed_too(tmp_path: Path) -> None:
    env = lay_out(tmp_path, FILES, {"ANACONDA_AUTH_DOMAIN": "three.example.com"})
    *sites, last = find_sites(tmp_path / "project", env)
    assert [site.in_force for site in sites] == [False] * 3
    assert last == Site(
        "three.example.com", "three.example.com", "three.example.com", has_key=False, in_force=True
    )


@pytest.mark.parametrize("content", ["[", "sites = 5", "[sites]\nx = 5", "default_site = 'nowhere'"])
def test_no_configuration_crashes_the_list(content: str, tmp_path: Path) -> None:
    env = lay_out(tmp_path, {"home/.anaconda/config.toml": content})
    assert len(find_sites(tmp_path / "project", env)) == 1


def test_no_key_of_a_site_is_shown(tmp_path: Path) -> None:
    assert "k3y-" not in repr(find_sites(tmp_path / "project", lay_out(tmp_path, FILES)))


CHOICES = {
    "default": ("", {}, ("two.example.com", "k3y-of-two")),
    "by name": ("first", {}, ("one.example.com", "k3y-of-first")),
    "by domain": ("one.example.com", {}, ("one.example.com", "k3y-of-first")),
    "without a key": ("cloud", {}, ("anaconda.com", None)),
    "over the variable": ("first", {"ANACONDA_DEFAULT_SITE": "cloud"}, ("one.example.com", "k3y-of-first")),
    "under a domain": ("first", {"ANACONDA_AUTH_DOMAIN": "two.example.com"}, ("two.example.com", "k3y-of-two")),
    "under a site": ("first", {"ANACONDA_AUTH_SITE": "second"}, ("two.example.com", "k3y-of-two")),
    "under a key": ("first", {NAME: "k3y-of-variable"}, ("one.example.com", "k3y-of-variable")),
}
REFERENCE = """
from anaconda_auth.config import AnacondaAuthConfig
from anaconda_auth.exceptions import TokenNotFoundError
from anaconda_auth.token import TokenInfo
import json
config = AnacondaAuthConfig()
try:
    key = TokenInfo.load(config.domain).api_key
except TokenNotFoundError:
    key = None
print(json.dumps([config.domain, config.api_key or key]))
"""


@pytest.mark.parametrize(("site", "env", "found"), CHOICES.values(), ids=CHOICES)
def test_a_chosen_site_s_key_is_the_one_that_anaconda_finds(
    site: str, env: dict[str, str], found: tuple[str, str | None], tmp_path: Path
) -> None:
    env = lay_out(tmp_path, FILES, env)
    search = find_key(tmp_path / "project", env, NOW, site)
    assert (search.domain, search.winner.key.reveal() if search.winner and search.winner.key else None) == found
    if site:
        use_site(site, env)
    assert find_key(tmp_path / "project", env, NOW) == search
    done = subprocess.run(
        [sys.executable, "-c", REFERENCE], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert tuple(json.loads(done.stdout)) == found


def test_anaconda_com_can_be_chosen_beside_other_sites(tmp_path: Path) -> None:
    files = {"home/.anaconda/config.toml": '[sites.first]\ndomain = "one.example.com"\n'}
    env = lay_out(tmp_path, files)
    assert find_key(tmp_path / "project", env, NOW, "anaconda.com").domain == "anaconda.com"
    assert site_obstacle(PLAIN, tmp_path / "project", env) is None


@pytest.mark.parametrize(
    ("site", "env", "dotenv", "said"),
    [
        (FIRST, {}, "", None),
        (CLOUD, {"ANACONDA_DEFAULT_SITE": "second"}, "", None),
        (FIRST, {"ANACONDA_AUTH_DOMAIN": "one.example.com"}, "", None),
        (FIRST, {"ANACONDA_AUTH_DOMAIN": "two.example.com"}, "", "ANACONDA_AUTH_DOMAIN names another site"),
        (FIRST, {"ANACONDA_AUTH_SITE": "second"}, "", "ANACONDA_AUTH_SITE names another site"),
        (FIRST, {}, "ANACONDA_AUTH_DOMAIN=x.example.com", None),  # it does not count without a yes
        (
            FIRST,
            {"CONDOCK_TRUST": "setting=ANACONDA_AUTH_DOMAIN=x.example.com"},
            "ANACONDA_AUTH_DOMAIN=x.example.com",
            "ANACONDA_AUTH_DOMAIN (.env file) names another",
        ),
        (Site("gone", "gone.example.com", "gone.example.com", False, False), {}, "", "not a site of your"),
    ],
)
def test_a_choice_that_would_change_nothing_is_told(
    site: Site, env: dict[str, str], dotenv: str, said: str | None, tmp_path: Path
) -> None:
    env = lay_out(tmp_path, FILES | {"project/.env": dotenv}, env)
    obstacle = site_obstacle(site, tmp_path / "project", env)
    assert (obstacle is None) is (said is None)
    assert said is None or (obstacle and said in obstacle.message and obstacle.hint)

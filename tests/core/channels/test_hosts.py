"""Which host gets the key in the build: what condock says beside what the unmodified anaconda-auth does.

anaconda-auth's handler is run as conda runs it, with the key as a file secret and in a mounted .env; of conda only
the names that it imports are stood in for.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.stages.account_service import isolated
from tests.stages.unmodified import answers
from tui.core.channels.addresses import addresses
from tui.core.channels.hosts import HostSettings, build_settings, host_problem
from tui.core.plan import SecretMode

KEY = "k3y-of-the-build"
MAIN = "https://repo.anaconda.com/pkgs/main"
CLOUD = "https://repo.anaconda.cloud/repo/org/channel"
ORG = "https://conda.anaconda.org/org"
SITE = "https://conda.example.com/api/repo/x"
MIRROR = "https://mirror.example.com:8443/conda/main"


@dataclass(frozen=True)
class Case:
    """Channels and a key's domain; the channels that get the key; what the builder needs."""

    channels: tuple[str, ...]
    domain: str
    shown: set[str]
    mapped: tuple[str, ...] = ()
    auth_domain: str = ""
    trusted: tuple[str, ...] = ()


CASES = {
    "anaconda's hosts": Case((MAIN, CLOUD), "anaconda.com", {MAIN, CLOUD}),
    "defaults": Case(("defaults",), "anaconda.com", {MAIN, "https://repo.anaconda.com/pkgs/r"}),
    "a key stored under an old domain": Case((MAIN, CLOUD), "anaconda.cloud", {MAIN, CLOUD}),
    "anaconda.org": Case((ORG, "conda-forge"), "anaconda.com", set()),
    "somebody else's host": Case((MAIN, SITE), "anaconda.com", {MAIN}),
    "http instead of https": Case(("http://repo.anaconda.com/pkgs/main",), "anaconda.com", set()),
    "a mirror that is trusted": Case(
        (MAIN, MIRROR),
        "anaconda.com",
        {MAIN, MIRROR},
        ("mirror.example.com:8443",),
        "",
        ("MIRROR.example.com:8443",),
    ),
    "a mirror that is trusted over http": Case(
        ("http://mirror.example.com/x",), "anaconda.com", set(), (), "", ("mirror.example.com",)
    ),
    "on-prem": Case((SITE,), "conda.example.com", {SITE}, ("conda.example.com",), "conda.example.com"),
    "on-prem beside anaconda's": Case(
        (SITE, MAIN, CLOUD, ORG), "conda.example.com", {SITE}, ("conda.example.com",), "conda.example.com"
    ),
    "on-prem with a second host": Case(
        (SITE, MIRROR),
        "conda.example.com",
        {SITE, MIRROR},
        ("conda.example.com", "mirror.example.com:8443"),
        "conda.example.com",
        ("mirror.example.com:8443",),
    ),
    "on-prem that no channel is at": Case((MAIN,), "conda.example.com", set(), (), "conda.example.com"),
    "loopback": Case(
        ("http://127.0.0.1:5000/private",),
        "127.0.0.1:5000",
        {"http://127.0.0.1:5000/private"},
        ("127.0.0.1:5000",),
        "127.0.0.1:5000",
    ),
    "no channels": Case((), "anaconda.com", set()),
}
MODES = (SecretMode.VARIABLE, SecretMode.DOTENV)

HANDLER = """
# The header anaconda-auth's handler gives each channel.
import types
for name in ("conda.base.context", "conda.plugins.types"):
    for part in ("conda", name.rpartition(".")[0], name):
        sys.modules.setdefault(part, types.ModuleType(part))
class ChannelAuthBase(requests.auth.AuthBase):
    def __init__(self, channel_name):
        self.channel_name = channel_name
class Context:
    channel_settings, proxy_servers, client_ssl_cert, client_ssl_cert_key, ssl_verify = [], {}, None, None, True
sys.modules["conda"].CondaError = Exception
sys.modules["conda.base.context"].Context = Context
sys.modules["conda.plugins.types"].ChannelAuthBase = ChannelAuthBase

def answer(settings, channels):
    Context.channel_settings = settings
    import anaconda_auth._conda
    # The repo tokens of a machine's user, of which a builder has none.
    anaconda_auth._conda.repo_config = types.SimpleNamespace(token_list=dict)
    from anaconda_auth._conda.auth_handler import AnacondaAuthHandler, _load_channel_settings
    headers = {}
    for channel in channels:
        if _load_channel_settings(channel).get("auth") == "anaconda-auth":
            request = requests.Request("GET", channel + "/noarch/repodata.json").prepare()
            headers[channel] = AnacondaAuthHandler(channel)(request).headers.get("Authorization")
    return headers
"""
BY_PACKAGES = [
    {"channel": f"https://{host}/*", "auth": "anaconda-auth"}
    for host in ("repo.anaconda.com", "repo.anaconda.cloud")
]


def settings_of(case: Case, mode: SecretMode = SecretMode.VARIABLE) -> HostSettings:
    return build_settings(case.channels, mode, case.domain, case.trusted)


def all_addresses(case: Case) -> list[str]:
    return [address for channel in case.channels for address in addresses(channel)]


def scene(root: Path, case: Case, mode: SecretMode) -> tuple[str, dict[str, str], list[dict[str, str]], list[str]]:
    """A builder: the folder of the RUN, its environment, conda's channel settings, the channels."""
    settings = settings_of(case, mode)
    env = isolated(root, ANACONDA_SECRETS_DIR=str(root / "secrets"))
    (root / "secrets").mkdir()
    if mode is SecretMode.DOTENV:
        (root / ".env").write_text(f"ANACONDA_AUTH_API_KEY={KEY}\n")
    else:
        (root / "secrets" / "ANACONDA_AUTH_API_KEY").write_text(f"{KEY}\n")
    if settings.auth_domain:
        env["ANACONDA_AUTH_DOMAIN"] = settings.auth_domain
    told = yaml.safe_load(settings.condarc)["channel_settings"] if settings.condarc else []
    return str(root), env, BY_PACKAGES + told, all_addresses(case)


@pytest.fixture(scope="module")
def handler(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str | None]]:
    """The header of each channel, by case and mode."""
    asked = {
        f"{name}, {mode}": scene(tmp_path_factory.mktemp("builder"), case, mode)
        for name, case in CASES.items()
        for mode in MODES
    }
    return answers(tmp_path_factory, HANDLER, asked)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", CASES)
def test_the_key_reaches_the_hosts_that_condock_says(
    name: str, mode: SecretMode, handler: dict[str, dict[str, str | None]]
) -> None:
    case = CASES[name]
    settings = settings_of(case, mode)
    said = {address for address in all_addresses(case) if settings.host_of(address).gets_key}
    sent = {address for address, header in handler[f"{name}, {mode}"].items() if header}
    assert said == case.shown
    assert sent == case.shown
    assert {header for header in handler[f"{name}, {mode}"].values() if header} <= {f"Bearer {KEY}"}


@pytest.mark.parametrize("name", CASES)
def test_the_builder_is_told_what_its_packages_do_not_know_and_no_more(name: str) -> None:
    case = CASES[name]
    settings = settings_of(case)
    assert settings.auth_domain == case.auth_domain
    assert bool(settings.auth_domain) == bool(settings.auth_domain_why)
    assert bool(settings.condarc) == bool(settings.condarc_why) == bool(case.mapped)
    told = yaml.safe_load(settings.condarc or "channel_settings: []")["channel_settings"]
    assert tuple(entry["channel"].split("/")[2] for entry in told) == case.mapped
    assert {entry["auth_domain"] for entry in told} <= {case.auth_domain or "anaconda.com"}
    assert all(host in settings.condarc_why for host in case.mapped)
    assert all(host.reason.endswith(".") for host in settings.hosts)


@pytest.mark.parametrize("name", CASES)
def test_without_a_key_nothing_is_told_to_anybody(name: str) -> None:
    settings = settings_of(CASES[name], SecretMode.NONE)
    assert not any(host.gets_key for host in settings.hosts)
    assert (settings.condarc, settings.auth_domain) == ("", "")


@given(
    st.lists(st.one_of(st.text(), st.from_regex(r"https?://[a-z.:0-9\[\]*\"'-]{1,20}/\w*", fullmatch=True))),
    st.one_of(st.text(), st.just("conda.example.com")),
    st.lists(st.from_regex(r"[a-z.:0-9]{1,12}", fullmatch=True)),
)
def test_no_channel_breaks_the_file_or_maps_more_than_its_host(
    channels: list[str], domain: str, trusted: list[str]
) -> None:
    settings = build_settings(channels, SecretMode.VARIABLE, domain, trusted)
    told = yaml.safe_load(settings.condarc)["channel_settings"] if settings.condarc else []
    shown = [host.origin for host in settings.hosts if host.gets_key]
    assert {entry["channel"].removesuffix("/*") for entry in told} <= set(shown)
    assert not any(set("*?[") & set(origin) for origin in shown)


@pytest.mark.parametrize("host", ["mirror", "mirror.example.com", "127.0.0.1:46031", "[::1]:80", "bücher.example"])
def test_a_further_host_is_a_name_with_its_port(host: str) -> None:
    assert host_problem(host) is None


@pytest.mark.parametrize(
    ("host", "meant"),
    [
        ("http://127.0.0.1:46031/private", "127.0.0.1:46031"),
        ("https://me:word@mirror.example/x", "mirror.example"),
        ("mirror.example/private", "mirror.example"),
        ("*.example.com", "mirror.example.com"),
        ("a b", "mirror.example.com"),
        ("", "mirror.example.com"),
    ],
)
def test_an_address_in_the_place_of_a_further_host_is_said_with_the_host_in_it(host: str, meant: str) -> None:
    problem = host_problem(host)
    assert problem and f"`{meant}`" in problem.hint
    assert "word" not in str(problem)

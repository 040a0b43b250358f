"""A stand-in for Anaconda's services on loopback: HTTPS under a CA made at test time.

It answers what anaconda-auth 0.15.3 asks while signing in: the OpenID configuration, a device code, tokens (by a
script), API keys; then whose key it is, and channels. It keeps what it was asked.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from tests.stages.certificates import authority

USER_CODE = "WDJB-MJHT"
ACCESS_TOKEN = "access-token-of-the-stand-in"
Answer = tuple[int, object]


def make_jwt(exp: object = None, **claims: object) -> str:
    """A key of the form Anaconda's have: a JWT whose signature nobody checks."""
    payload = claims if exp is None else {"exp": exp} | claims
    parts = [json.dumps(part).encode() for part in ({"alg": "RS256", "typ": "JWT"}, payload)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (*parts, b"s" * 32))


def keyring_json(entries: Mapping[str, Mapping[str, object]]) -> str:
    """The text of ~/.anaconda/keyring: for each domain an entry such as {"api_key": ...}."""
    return json.dumps(
        {
            "Anaconda Cloud": {
                domain: base64.b64encode(json.dumps({"domain": domain} | dict(entry)).encode()).decode()
                for domain, entry in entries.items()
            }
        }
    )


@dataclass
class Asked:
    """One request the stand-in was sent."""

    path: str
    authorization: str
    form: dict[str, str]
    headers: tuple[str, ...] = ()
    """Their names, in lower case."""


@dataclass
class AccountService:
    """What the stand-in says, and what it was asked."""

    domain: str = ""
    """Host and port."""
    ca: Path = Path()
    """The certificate to trust."""
    tokens: list[str] = field(default_factory=list)
    """The token endpoint's answers in turn, by their RFC 8628 error codes; then it gives the token."""
    answers: dict[str, Answer] = field(default_factory=dict)
    """Whole answers that take the place of the usual ones, by path; text is sent as it is, or where to go on."""
    channels: dict[str, bool] = field(default_factory=dict)
    """Channels by their paths, and whether one needs the key to get in."""
    user: dict[str, object] = field(
        default_factory=lambda: {
            "id": "1",
            "email": "ada@example.com",
            "username": "ada",
            "first_name": "Ada",
            "last_name": "Lovelace",
        }
    )
    api_key: str = field(default_factory=lambda: make_jwt(4_102_444_800, sub="stand-in"))
    expires_in: int = 60
    interval: int = 5
    device: dict[str, object] = field(default_factory=dict)
    """What replaces fields of the device code's answer."""
    asked: list[Asked] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)
    """Cleared, the token endpoint does not answer, nor does anything below /hanging; /endless never ends."""

    def __post_init__(self) -> None:
        self.hold.set()

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if asked.path.startswith("/hanging/"):
            self.hold.wait(30)
        if asked.path in self.answers:
            return self.answers[asked.path]
        channel = asked.path.removesuffix("/noarch/repodata.json")
        if channel in self.channels:
            return self._channel(asked, private=self.channels[channel])
        usual: dict[str, Callable[[], Answer]] = {
            "/.well-known/openid-configuration": self._openid,
            "/device": self._device,
            "/token": self._token,
            "/api/auth/api-keys": lambda: self._key(asked),
            "/api/account": lambda: self._account(asked),
        }
        return usual[asked.path]() if asked.path in usual else (404, {"error": "not found"})

    def _openid(self) -> Answer:
        base = f"https://{self.domain}"
        return 200, {
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "device_authorization_endpoint": f"{base}/device",
        }

    def _device(self) -> Answer:
        return 200, {
            "device_code": "device-code-of-the-stand-in",
            "user_code": USER_CODE,
            "verification_uri": f"https://{self.domain}/activate",
            "verification_uri_complete": f"https://{self.domain}/activate?user_code={USER_CODE}",
            "expires_in": self.expires_in,
            "interval": self.interval,
        } | self.device

    def _token(self) -> Answer:
        self.hold.wait(30)
        if self.tokens:
            return 400, {"error": self.tokens.pop(0)}
        return 200, {"access_token": ACCESS_TOKEN, "token_type": "Bearer"}

    def _key(self, asked: Asked) -> Answer:
        if asked.authorization != f"Bearer {ACCESS_TOKEN}":
            return 401, {"error": {"code": "auth_required"}}
        return 201, {"id": "1", "api_key": self.api_key}

    def _account(self, asked: Asked) -> Answer:
        if asked.authorization != f"Bearer {self.api_key}":
            return 401, {"error": {"code": "auth_required"}}
        return 200, {"user": self.user, "profile": {"is_confirmed": True}, "subscriptions": []}

    def _channel(self, asked: Asked, *, private: bool) -> Answer:
        if private and asked.authorization != f"Bearer {self.api_key}":
            return 401 if not asked.authorization else 403, {}
        return 200, {"packages": {}}


@contextmanager
def account_service(folder: Path) -> Iterator[AccountService]:
    """Runs the stand-in; `folder` is for its certificates, which those that share it have in common."""
    service = AccountService()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            names = tuple(name.lower() for name in self.headers)
            asked = Asked(self.path, self.headers.get("Authorization") or "", form, names)
            status, content = service.answer(asked)
            data = content.encode() if isinstance(content, str) else json.dumps(content).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", str(content))
            self.send_header("Set-Cookie", "visitor=1; Path=/")
            endless = self.path.startswith("/endless/")
            self.send_header("Content-Length", "1000000000" if endless else str(len(data)))
            self.end_headers()
            self.wfile.write(data)
            if endless:
                service.hold.wait(30)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ca = authority("ca", folder)
    service.ca = ca.path
    server.socket = ca.context("127.0.0.1").wrap_socket(server.socket, server_side=True)
    service.domain = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        service.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


def isolated(home: Path, **more: str) -> dict[str, str]:
    """The whole environment of a process that knows nothing of this machine's user."""
    return {"HOME": str(home), "PATH": "/usr/bin:/bin"} | more


def lay_out(root: Path, files: Mapping[str, str] = {}, env: Mapping[str, str] = {}) -> dict[str, str]:
    """Makes home/, project/ and secrets/ below `root` and the files in them; returns the environment there.

    `ROOT` in a variable's value stands for `root`.
    """
    for folder in ("home/.anaconda", "project", "secrets"):
        (root / folder).mkdir(parents=True)
    for name, text in files.items():
        (root / name).write_text(text, newline="")
    given = {name: value.replace("ROOT", str(root)) for name, value in env.items()}
    return isolated(root / "home", ANACONDA_SECRETS_DIR=str(root / "secrets")) | given


def signing_in(service: AccountService, home: Path) -> dict[str, str]:
    """The environment in which anaconda-auth goes to the stand-in."""
    return isolated(
        home, ANACONDA_AUTH_DOMAIN=service.domain, ANACONDA_AUTH_SSL_VERIFY=str(service.ca), NO_PROXY="127.0.0.1"
    )

"""A stand-in for Anaconda's services on loopback: HTTPS under a CA made at test time.

It answers what anaconda-auth 0.15.3 asks while signing in: the OpenID configuration, a device code, tokens (by a
script), API keys; then whose key it is, and channels. It keeps what it was asked.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

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
    service.ca, chain = _certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True)
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


def _certificates(folder: Path) -> tuple[Path, Path]:
    """A CA's certificate, and a key with the server's certificate, as two PEM files."""
    if (folder / "ca.pem").exists():
        return folder / "ca.pem", folder / "server.pem"
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "condock test CA")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    loopback = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    ca = (
        _certificate(ca_name, ca_name, ca_key.public_key(), ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    leaf = (
        _certificate(name, ca_name, key.public_key(), ca_key.public_key())
        .add_extension(loopback, critical=False)
        .add_extension(_usage(signs=False), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    (folder / "server.pem").write_bytes(private + leaf.public_bytes(pem))
    return folder / "ca.pem", folder / "server.pem"


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


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

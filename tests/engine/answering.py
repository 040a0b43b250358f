"""A loopback server that fails on purpose: as a registry of images, as a channel, as a package index.

`/answers/<how>/...` and `/v2/answers/<how>/...` are answered as `how` says: a status; `denied` as Docker Hub does
it for what is private or absent; `distrusted` the same, by a certificate that nobody vouches for; `reset` by
hanging up.
"""

from __future__ import annotations

import datetime
import ipaddress
import json
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_HOW = re.compile(r"/(?:v2/)?answers/(\w+)/")
# As Docker Hub says it.
_ERRORS: dict[int, dict[str, object]] = {
    401: {"code": "UNAUTHORIZED", "message": "authentication required"},
    # Without the detail, an engine tries a push five times.
    403: {
        "code": "DENIED",
        "message": "requested access to the resource is denied",
        "detail": {"Name": "answers/403/image"},
    },
    404: {"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"},
    429: {"code": "TOOMANYREQUESTS", "message": "You have reached your unauthenticated pull rate limit."},
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    tokens: str

    def do_GET(self) -> None:
        found = _HOW.match(self.path)
        how = found[1] if found else ""
        if how == "reset":
            self.close_connection = True
        elif how in ("denied", "distrusted"):
            self._deny(f"https://{self.headers['Host']}" if how == "distrusted" else self.tokens)
        elif self.path.startswith("/token"):
            self._send(200, {"token": "opens-nothing"})
        else:
            status = int(how or "200")
            self._send(status, {"errors": [_ERRORS.get(status, {"code": "UNKNOWN"})]})

    do_HEAD = do_POST = do_GET

    def do_CONNECT(self) -> None:
        """As a proxy that wants a password."""
        self._send(407, {})

    def _deny(self, tokens: str) -> None:
        """First that a token is needed, then that it is not enough."""
        error = ',error="insufficient_scope"' if self.headers.get("Authorization") else ""
        challenge = f'Bearer realm="{tokens}/token",service="registry",scope="repository:answers:pull"{error}'
        self._send(401, {"errors": [_ERRORS[401]]}, challenge)

    def _send(self, status: int, body: object, challenge: str = "") -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.end_headers()
        if self.command != "HEAD":
            with suppress(ConnectionError):  # whoever asked may have what it needs
                self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up."""


@contextmanager
def answering(certificate: Path | None = None, tokens: str = "") -> Iterator[str]:
    """`host:port` of a running server, with TLS where there is a certificate (`self_signed`).

    `tokens` is the address where a registry's tokens are to be had.
    """
    handler = type("Handler", (_Handler,), {"tokens": tokens})
    with _Server(("127.0.0.1", 0), handler) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def self_signed(path: Path) -> Path:
    """A certificate of 127.0.0.1 that nobody vouches for, with its key, in a file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path

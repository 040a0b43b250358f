"""A Python with pip for the test channel, and one wheel for pip: what conda packages and an index would hold."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from functools import cache
from pathlib import Path

from tests.engine.channel import Handler
from tests.engine.conda_packages import File, Package

# A virtual environment of the image's own Python, which finds pyvenv.cfg by the name it is called by.
PYTHON = b"""\
#!/bin/bash
exec -a "$0" /usr/bin/python3 "$@"
"""
CONFIGURATION = b"home = /usr/bin\ninclude-system-site-packages = false\n"
SITE = "lib/python3.11/site-packages"


@cache
def python_and_pip() -> tuple[Package, Package]:
    """For images with Debian 12's Python; pip is the one of whoever runs the tests, which is Python alone."""
    import pip

    folder = Path(pip.__file__).parent
    files = {
        f"{SITE}/pip/{file.relative_to(folder).as_posix()}": File(file.read_bytes())
        for file in folder.rglob("*")
        if file.is_file() and file.suffix not in (".pyc", ".exe")
    }
    python = {"bin/python": File(PYTHON, 0o755), "pyvenv.cfg": File(CONFIGURATION)}
    return (
        Package("python", "3.11", python, "linux-64", ["pip"]),
        Package("pip", pip.__version__, files, depends=["python"]),
    )


def wheel(name: str, says: str) -> bytes:
    """A wheel of one module that has `SAYS`."""
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": f"SAYS = {says!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{path},sha256={_digest(text)},{len(text)}\n" for path, text in files.items()]
    files[f"{info}/RECORD"] = "".join((*lines, f"{info}/RECORD,,\n"))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2026, 1, 1, 0, 0, 0)), text)
    return content.getvalue()


def simple_index(root: str, name: str, content: bytes, file: str = "") -> dict[str, bytes]:
    """A wheel, or the file of that name, below `root`, and the page that pip asks for (packaging.python.org)."""
    file = file or f"{name}-1.0-py3-none-any.whl"
    page = f'<a href="{root}/{file}">{file}</a>'
    return {f"{root}/{file}": content, f"{root}/{name.replace('_', '-')}/": page.encode()}


class IndexHandler(Handler):
    """Says of pages that they are HTML, without which pip does not read them."""

    def end_headers(self) -> None:
        if self.path.endswith("/"):
            self.send_header("Content-Type", "text/html")
        super().end_headers()


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()

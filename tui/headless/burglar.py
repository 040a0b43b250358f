"""`condock demo burglar`: a package that steals the key, built in both forms, side by side from recordings.

Recorded in November 2026 with conda 26.7.1 and engine 26.1.5; the channels were on loopback, the key made up. The
images are not kept: what `docker save` held of them where it matters is put together anew, and really searched.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import time
from collections.abc import Iterable, Iterator, Mapping

from tui.core.assets import ASSETS
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.fold import fold_all
from tui.core.building.key.key_use import is_authenticated
from tui.core.building.progress import BuildProgress, BuildStep
from tui.core.dataclass import dataclass, replace
from tui.core.errors import ExitCode
from tui.core.proof.audit import audit_image
from tui.core.proof.receipt import KeyAudience, Receipt, to_statement
from tui.core.proof.receipt_words import receipt_line
from tui.core.secret import Secret
from tui.core.units import short_time
from tui.core.untrusted_text import Redactor
from tui.headless.views.frame import clipped, columns_of, size
from tui.headless.views.stderr import tell

_RED, _GREEN = "31", "32"
_LONGEST_PAUSE = 3.0
_WIDEST = 140
_READERS = ("anaconda-auth 0.15.3", "anaconda-registration")
_LOOT = "env/share/burglar/ANACONDA_AUTH_API_KEY"


@dataclass(frozen=True)
class _Side:
    """One of the two builds."""

    title: str
    recording: str
    isolated: bool
    burgled: str
    """What became of it when the package's script ran."""

    @property
    def colour(self) -> str:
        return _GREEN if self.isolated else _RED


_SIDES = (
    _Side("The guide's form: one RUN", "burglar-guide", False, "burglar ran, and took the key."),
    _Side("The isolated form: two RUNs", "burglar-isolated", True, "burglar ran: there is no key."),
)


def burglar(env: Mapping[str, str], speed: float, *, as_json: bool = False) -> int:
    """Play both, `speed` times as fast as they went, and say what a receipt says of each."""
    receipts = [_receipt(side) for side in _SIDES]
    if as_json:
        print(json.dumps([to_statement(receipt) for receipt in receipts], indent=2))
        return ExitCode.DONE
    tell(
        "These are two recorded builds of one environment with a package `burglar`, whose link script steals keys."
    )
    tell("No Docker, no network and no key are used. [key] marks the instructions that are shown the key.")
    rows = _Rows(colours=not env.get("NO_COLOR"))
    rows.write([side.title for side in _SIDES], ["1", "1"])
    before = 0.0
    for at, number, text, colour in sorted(_played()):
        time.sleep(min((at - before) / speed, _LONGEST_PAUSE))
        before = at
        rows.write([text if side == number else "" for side in range(2)], [colour, colour])
    tell("")
    tell(
        "The images of these recordings are not kept. Put together anew with a made-up key, as far as it matters,"
    )
    tell("and searched just now, this is what the receipts say:")
    for side, receipt in zip(_SIDES, receipts, strict=True):
        tell(rows.coloured(f"  {side.title.partition(':')[0]}: {receipt_line(receipt)}", side.colour))
    return ExitCode.DONE


class _Rows:
    """Two columns, as wide as the terminal has room for."""

    def __init__(self, *, colours: bool) -> None:
        self._colours = colours and os.isatty(2)
        self._width = min(size()[0], _WIDEST) // 2 - 2

    def write(self, texts: Iterable[str], colours: Iterable[str]) -> None:
        """One row."""
        cells = [clipped(text, self._width) for text in texts]
        padded = [f"{cell}{' ' * (self._width - columns_of(cell))}" for cell in cells]
        tell(" │ ".join(map(self.coloured, padded, colours)).rstrip())

    def coloured(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colours and colour and text.strip() else text


def _played() -> Iterator[tuple[float, int, str, str]]:
    """Each row: seconds since its build began, the side, the text, and its colour."""
    for number, side in enumerate(_SIDES):
        progress = _progress(side)
        for step in progress.ordered:
            ended = step.intervals[-1].completed if step.intervals else None
            if ended is not None and "/env " in step.name.text:
                at = ended - (progress.started or 0.0)
                mark = "[key] " if is_authenticated(step) else ""
                yield at, number, f"{short_time(step.seconds(0.0)):>7} {mark}{_title(step)}", ""
                if "conda env create" in step.name.text:
                    yield at + 0.001, number, f"        {side.burgled}", side.colour


def _title(step: BuildStep) -> str:
    """What differs of the instruction."""
    words = step.name.title.replace("--prefix /env", "").replace("--file environment.yml", "").split()
    return " ".join(word for word in words if not word.startswith(("CONDA_OVERRIDE_GLIBC", "--yes", "RUN")))


def _progress(side: _Side) -> BuildProgress:
    decoder = RawJsonDecoder(Redactor())
    events = decoder.feed((ASSETS / "demo" / f"{side.recording}.rawjson").read_bytes()) + decoder.close()
    return fold_all(BuildProgress(), events)


def _receipt(side: _Side) -> Receipt:
    """A real search of what such a build leaves, with a key that was made up just now."""
    key = f"made-up-{os.urandom(24).hex()}"
    files = {"env/bin/python": os.urandom(100_000), "env/share/burglar/README": b"was here\n"}
    if not side.isolated:
        files[_LOOT] = key.encode()
    audience = KeyAudience(("repo.anaconda.cloud",), _READERS, side.isolated, builder="the recorded builder")
    receipt = Receipt(f"{side.recording}:recorded", "", time.time(), audience=audience)
    audit = audit_image([memoryview(_saved(files))], Secret(key))
    return replace(receipt.with_audit(audit), audience=audience)


def _saved(files: Mapping[str, bytes]) -> bytes:
    """An image of one layer as `docker save` writes it."""
    history = [{"created_by": "COPY --from=builder /env /env"}]
    config = json.dumps({"os": "linux", "architecture": "amd64", "history": history})
    layer = _tar(files)
    name = f"blobs/sha256/{hashlib.sha256(layer).hexdigest()}"
    manifest = json.dumps([{"Config": "config.json", "Layers": [name]}])
    return _tar({name: layer, "config.json": config.encode(), "manifest.json": manifest.encode()})


def _tar(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return made.getvalue()

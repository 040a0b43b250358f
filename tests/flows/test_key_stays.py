"""A whole session, searched for the key: it is in the environment of the build process and nowhere else."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.stages.wizard import KEY, VARIABLE, FakeDocker, build_stream, jwt, wizard
from tui.core.account.key import check_key
from tui.core.secret import Secret

README = ROOT / "README.md"
PROC = Path("/proc")


@pytest.mark.usefixtures("key", "engine")
async def test_a_crash_shows_no_local_variables(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(env: dict[str, str], *_: object) -> None:
        raise ZeroDivisionError(f"unforeseen, with {len(env)} variables at hand")

    monkeypatch.setattr("tui.core.engine.find_engine.probe", broken)
    with pytest.raises(Exception, match="unforeseen"):
        async with wizard(folder):
            pass
    said = capfd.readouterr().err
    assert "ZeroDivisionError" in said
    assert "condock ended by an error of its own." in said
    assert KEY not in said


@pytest.mark.usefixtures("key", "engine")
@pytest.mark.skipif(not PROC.is_dir(), reason="there is no /proc to look into")
async def test_the_key_is_in_the_builds_environment_alone(
    folder: Path, docker: FakeDocker, capfd: pytest.CaptureFixture[str]
) -> None:
    docker.plays(build_stream([f"the key is {KEY}"]), waits=True)
    async with wizard(folder) as run:
        await run.go("preview")
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "build")
        await run.press("ctrl+n")
        await run.until(lambda: docker.waiting)
        assert KEY in environment_of(docker.pid)
        assert not [argv for argv in all_arguments() if KEY in argv]
        await run.until(lambda: "••••" in run.app.export_screenshot())
        assert KEY not in run.app.export_screenshot()
        assert not any(KEY in f"{worker!r} {worker.description}" for worker in run.app.workers)
        await run.press("ctrl+x")
        await run.until(lambda: not docker.alive)
        code, outcome = run.screen.outcome()
    assert KEY not in f"{code} {outcome}"
    assert KEY not in "".join(capfd.readouterr())
    assert not [path for path in files_below(folder, Path(os.environ["HOME"])) if KEY in path.read_text("latin-1")]


@pytest.mark.usefixtures("key", "engine")
async def test_a_crash_that_nobody_foresaw_prints_no_key(
    folder: Path, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("tui.core.building.attempt.run_build", crash)
    monkeypatch.setenv("COLUMNS", "400")
    with pytest.raises(Exception, match="unforeseen"):
        async with wizard(folder) as run:
            await run.go("account")
            await run.write("key", f"{KEY}-pasted")
            await run.go("preview")
            await run.press("ctrl+n")
            await run.until(lambda: run.step == "build")
            await run.press("ctrl+n")
            await run.until(lambda: False)
    report = capfd.readouterr().err
    assert "unforeseen" in report
    assert "locals" not in report
    assert KEY not in report


TOLD = {
    "the variable is set to nothing": "",
    "only spaces or line breaks": "  \n",
    "the output of a failed": "AnacondaAuthError: Token not found. Run `anaconda login`",
    "`ANACONDA_AUTH_API_KEY=…` as the key": f"{VARIABLE}={KEY}",
    '`"…"` as the key': f'"{KEY}"',
    "a key in two pieces": f"{KEY[:9]}\n{KEY[9:]}",
    "it has expired": jwt(time.time() - 2 * 86_400 - 60),
    "it expires soon": jwt(time.time() + 3 * 86_400 + 60),
}


def readme_rows() -> list[tuple[str, str]]:
    table = README.read_text("utf-8").partition("## What is wrong with my key?")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if "|" in line]
    return [(row[0], row[1]) for row in rows[2:]]


def test_the_readme_says_what_condock_says_of_a_key() -> None:
    said_elsewhere = {"another place wins", "the server refuses it", "it may not read a channel"}
    rows = dict(readme_rows())
    for symptom, key in TOLD.items():
        (says,) = [says for row, says in rows.items() if row.startswith(symptom)]
        report = check_key(Secret(key), time.time())
        finding = report.problem or report.advice
        assert finding is not None, symptom
        assert re.sub(r"\d+", "N", says).rstrip(".") in re.sub(r"\d+", "N", finding.message), symptom
    assert len(rows) == len(TOLD) + len(said_elsewhere)
    assert said_elsewhere <= set(rows)


def environment_of(pid: int) -> str:
    return (PROC / str(pid) / "environ").read_text("latin-1")


def all_arguments() -> list[str]:
    """The command line of every process there is."""
    found = []
    for entry in PROC.glob("[0-9]*/cmdline"):
        try:
            found.append(entry.read_text("latin-1"))
        except OSError:
            continue  # it has ended meanwhile
    return found


def files_below(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*") if path.is_file()]


def test_the_json_of_an_event_carries_what_is_masked_already() -> None:
    from tui.core.building.decoding.rawjson import RawJsonDecoder
    from tui.core.building.events import to_json
    from tui.core.secret import Secret
    from tui.core.untrusted_text import Redactor

    decoder = RawJsonDecoder(Redactor([Secret(KEY)]))
    events = decoder.feed(build_stream([f"the key is {KEY}"]).encode()) + decoder.close()
    printed = json.dumps([to_json(event) for event in events], ensure_ascii=False)
    assert "••••" in printed
    assert KEY not in printed

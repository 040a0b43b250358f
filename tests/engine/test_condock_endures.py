"""Builds out of all proportion, in a terminal: condock answers meanwhile, and shows them to their end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.engine.condock import Folder
from tests.engine.scripted import FRONT_ENDS, building, gate, script
from tests.engine.terminal import Terminal
from tests.stages.agreement import agree_to_all
from tui.core.files import write
from tui.core.project import open_project

BUILDING, BUILT = "Building condock-test/", "Built condock-test/"
AN_HOUR = r"\b6\dm\d\ds\b"
OF_THE_BUILD = re.compile(rf"{BUILDING}[^✓▶]*{AN_HOUR}")
OF_THE_STEP = re.compile(rf"{AN_HOUR}.* 6/6 RUN conda env create")
# Put before anything else is imported: Python runs a module of this name as it starts.
AN_HOUR_LATER = """\
import os, time
def later(clock):
    return lambda: clock() + 3600 * os.path.exists(os.environ["CONDOCK_TEST_LATER"])
time.monotonic, time.perf_counter, time.time = map(later, (time.monotonic, time.perf_counter, time.time))
"""


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_a_storm_of_window_sizes(scripted: Folder, key: str, front_end: str) -> None:
    """While 20,000 lines of output come each second.

    The build ends once all are read: buildx gives up on what is not read three seconds after the last command.
    """
    with gate(scripted) as (wait, hold), gate(scripted) as (wait_for_reader, all_read):
        lines = "yes Downloading and Extracting Packages | nl | head -n 1000 > /lines"
        storm = f"({wait}) & while kill -0 $!; do cat /lines; usleep 50000; done 2> /dev/null"
        script(scripted, lines, storm, "echo It is calm", wait_for_reader)
        with building(scripted, key, front_end) as terminal:
            terminal.wait_until(hold.reached.is_set, "the command that waits")
            for number in range(200):
                terminal.resize(20 + number * 37 % 181, 5 + number * 23 % 56)
                terminal.look(0.01)
            terminal.resize(100, 30)
            terminal.wait_for(BUILDING, "Downloading and Extracting")
            if front_end == "wizard":
                terminal.wait_until(lambda: fills_the_window(terminal, 100), "a screen of this size")
                terminal.press("f3")
                terminal.wait_while("6/6 RUN")  # the log alone is there
            hold.let_go.set()
            terminal.wait_for("It is calm")
            all_read.let_go.set()
            terminal.wait_for(BUILT)


def fills_the_window(terminal: Terminal, columns: int) -> bool:
    """Whether the wizard's last line ends one column before the corner."""
    last = terminal.text.splitlines()[-1]
    return len(last) == columns - 1 and last.endswith("^q Quit")


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_a_line_of_50_megabytes(scripted: Folder, key: str, front_end: str) -> None:
    with gate(scripted) as (wait_before, before), gate(scripted) as (wait_after, after):
        script(scripted, wait_before, "head -c 50000000 /dev/zero | tr '\\0' x; echo", wait_after)
        with building(scripted, key, front_end) as terminal:
            terminal.wait_until(before.reached.is_set, "the command that waits")
            peak = peak_memory(terminal)
            before.let_go.set()
            terminal.wait_until(after.reached.is_set, "the command that waits")
            terminal.wait_for("xxxxxxxx")  # of a line without a space nothing is shown before its end
            if front_end == "wizard":
                terminal.press("tab", "end")
                terminal.wait_for("more characters")
            assert peak_memory(terminal) < peak + 20_000_000
            after.let_go.set()
            terminal.wait_for(BUILT)


def peak_memory(terminal: Terminal) -> int:
    """The most bytes of memory it has had so far."""
    status = Path(f"/proc/{terminal.process.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def test_3000_steps(scripted: Folder, key: str) -> None:
    """In a hundred stages: an image has at most 127 layers, and each costs the engine more than the one below."""
    for change in open_project(scripted.path).changes():
        write(change)
    scripted.write("Dockerfile", dockerfile_of_3000_steps(scripted.images.builder.pinned))
    agree_to_all(scripted.path, scripted.env)
    with scripted.start("build", key=key) as running:
        _, said = running.communicate(timeout=300)
        assert running.returncode == 0, said[-1000:]
    ended = {line.partition("s  ")[2] for line in said.splitlines() if line.startswith("done ")}
    steps = {f"s{stage} {step + 1}/30 WORKDIR {stage}" for stage in range(100) for step in range(30)}
    assert steps <= ended
    assert len(ended) > 3_000


def dockerfile_of_3000_steps(base: str) -> str:
    lines = [f"FROM {base} AS base"]
    for stage in range(100):
        lines += [f"FROM base AS s{stage}", *[f"WORKDIR {stage}"] * 30]
    lines += ["FROM base", *(f"COPY --from=s{stage} /{stage} /{stage}" for stage in range(100))]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_an_hour_of_silence(scripted: Folder, key: str, front_end: str, tmp_path: Path) -> None:
    """By condock's clock: it goes forward while the build waits."""
    (tmp_path / "sitecustomize.py").write_text(AN_HOUR_LATER)
    hour = tmp_path / "an-hour-later"
    with gate(scripted) as (wait, hold):
        script(scripted, wait)
        clock = {"PYTHONPATH": str(tmp_path), "CONDOCK_TEST_LATER": str(hour)}
        with building(scripted, key, front_end, **clock) as terminal:
            terminal.wait_until(hold.reached.is_set, "the command that waits")
            terminal.wait_for(BUILDING, "6/6 RUN conda env create")
            hour.touch()
            terminal.wait_until(
                lambda: all(hour.search(terminal.text) for hour in (OF_THE_BUILD, OF_THE_STEP)), "an hour, of both"
            )
            hold.let_go.set()
            terminal.wait_for(BUILT)
            assert re.search(AN_HOUR, terminal.text.partition(BUILT)[2])

from __future__ import annotations

import pytest

from tui.core.building.decoding.plain import PlainDecoder
from tui.core.building.events import BuildEvent, Notice, OutputReceived, StepUpdated, TransferUpdated
from tui.core.building.fold import fold_all
from tui.core.building.progress import BuildProgress, Status
from tui.core.secret import Secret
from tui.core.untrusted_text import Redactor

KEY = "canary-7f3a9c51d2e84b60"
BUILD = b"""\
#0 building with "default" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 sha256:d5a2f1c0d5a2f1c0d5a2f1c0d5a2f1c0d5a2f1c0d5a2f1c0d5a2f1c0d5a2f1c0
#1 transferring dockerfile: 402B done
#1 DONE 0.1s

#2 [1/3] FROM docker.io/library/debian:13.2-slim
#2 CACHED

#3 [2/3] RUN make
#3 0.117 10%\r50%\r100%
#3 0.118
#3 ...

#4 [3/3] RUN other
#4 CANCELED

#3 [2/3] RUN make
#3 1.300 oops
#3 ERROR: process "/bin/sh -c make" did not complete successfully: exit code: 7
------
 > [2/3] RUN make:
0.117 oops
------
ERROR: failed to solve: exit code: 7
"""


def decode(data: bytes, size: int = 0) -> list[BuildEvent]:
    decoder = PlainDecoder(Redactor([Secret(KEY)]), clock=lambda: 100.0)
    size = size or len(data)
    events = [e for at in range(0, len(data), size) for e in decoder.feed(data[at : at + size])]
    return events + decoder.close()


def test_a_build_folds_to_the_same_statuses_as_rawjson_would() -> None:
    progress = fold_all(BuildProgress(), decode(BUILD))
    assert [(step.name.title, step.status) for step in progress.ordered] == [
        ("Load build definition from Dockerfile", Status.DONE),
        ("FROM docker.io/library/debian:13.2-slim", Status.CACHED),
        ("RUN make", Status.FAILED),
        ("RUN other", Status.CANCELLED),
    ]
    assert progress.failed is not None
    assert progress.failed.error.endswith("exit code: 7")
    assert progress.steps["#1"].seconds(now=100.0) == pytest.approx(0.1)


def test_output_belongs_to_its_step() -> None:
    lines = [(e.step, *e.lines) for e in decode(BUILD) if isinstance(e, OutputReceived)]
    assert lines == [("#3", "100%"), ("#3", ""), ("#3", "oops")]


def test_what_stands_beside_the_steps_is_a_notice() -> None:
    texts = [e.text for e in decode(BUILD) if isinstance(e, Notice) and e.text]
    assert texts[0].startswith("#0 building")
    assert texts[1:] == [
        "------",
        " > [2/3] RUN make:",
        "0.117 oops",
        "------",
        "ERROR: failed to solve: exit code: 7",
    ]


@pytest.mark.parametrize(
    ("text", "transfer"),
    [
        ("transferring dockerfile: 402B done", ("transferring dockerfile:", 402, 0, 100.0)),
        ("sha256:ab 10.49MB / 29.13MB 0.5s", ("sha256:ab", 10_490_000, 29_130_000, None)),
        ("exporting layers 0.0s done", ("exporting layers", 0, 0, 100.0)),
        ("exporting layers", ("exporting layers", 0, 0, None)),
    ],
)
def test_transfers(text: str, transfer: tuple[str, int, int, float | None]) -> None:
    event = decode(b"#9 exporting to image\n#9 " + text.encode() + b"\n")[-1]
    assert isinstance(event, TransferUpdated)
    assert (event.id, event.current, event.total, event.completed) == transfer


def test_a_step_that_starts_again_is_running_again() -> None:
    events = decode(b"#1 [internal] x\n#1 DONE 0.5s\n#1 [internal] x\n")
    assert [(e.started, e.completed) for e in events if isinstance(e, StepUpdated)] == [
        (100.0, None),
        (100.0, 100.5),
        (100.0, None),
    ]


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_chunks_of_any_size_give_the_same_events(size: int) -> None:
    assert decode(BUILD, size) == decode(BUILD)


def test_a_key_is_masked_everywhere() -> None:
    data = f"#1 [1/1] RUN {KEY}\n#1 0.1 {KEY}\n#1 sending {KEY} 2B\n#1 ERROR: {KEY}\nERROR: {KEY}\n"
    events = decode(data.encode())
    assert len(events) == 5
    assert KEY not in repr(events)

from __future__ import annotations

import json

import pytest

from tui.core.building.events import (
    BuildCancelled,
    BuildEvent,
    BuildFailed,
    BuildSucceeded,
    LineBegun,
    Notice,
    OutputReceived,
    StepUpdated,
    TransferUpdated,
    clip_limit,
    moment,
    to_json,
)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (
            StepUpdated("a", "[1/1] RUN x", ("b",), 1.0, 2.0, True, "no"),
            '{"type": "step", "step": "a", "name": "[1/1] RUN x", "inputs": ["b"], "started": 1.0,'
            ' "completed": 2.0, "cached": true, "error": "no"}',
        ),
        (
            OutputReceived("a", "x\n\x1b[31my\x1b[0m", 2, 3.0),
            '{"type": "output", "step": "a", "lines": ["x", "y"], "stream": 2, "time": 3.0}',
        ),
        (LineBegun("a", "x", 3.0), '{"type": "line", "step": "a", "text": "x", "time": 3.0}'),
        (
            TransferUpdated("a", "l", "n", 1, 2),
            '{"type": "transfer", "step": "a", "id": "l", "name": "n", "current": 1, "total": 2,'
            ' "started": null, "completed": null, "time": null}',
        ),
        (Notice("x"), '{"type": "notice", "text": "x"}'),
        (BuildSucceeded("sha256:a", 2.5), '{"type": "succeeded", "image": "sha256:a", "seconds": 2.5}'),
        (BuildFailed(1, "no"), '{"type": "failed", "exit_code": 1, "message": "no"}'),
        (BuildCancelled(), '{"type": "cancelled"}'),
    ],
)
def test_every_event_has_its_json(event: BuildEvent, expected: str) -> None:
    assert json.dumps(to_json(event)) == expected


@pytest.mark.parametrize(
    ("event", "at"),
    [
        (StepUpdated("a", "n"), None),
        (StepUpdated("a", "n", started=1.0), 1.0),
        (StepUpdated("a", "n", started=1.0, completed=2.0), 2.0),
        (OutputReceived("a", "x", time=3.0), 3.0),
        (TransferUpdated("a", "i", "n", 0, time=4.0), 4.0),
        (LineBegun("a", "x", time=5.0), 5.0),
        (Notice("x"), None),
    ],
)
def test_when_an_event_happened(event: BuildEvent, at: float | None) -> None:
    assert moment(event) == at


@pytest.mark.parametrize(
    ("line", "limit"),
    [
        ("[output clipped, log limit 2MiB reached]", "2MiB"),
        ("[output clipped, log limit 200KiB/s reached]", "200KiB/s"),
        ("[output clipped", ""),
        ("see: [output clipped, log limit 2MiB reached]", ""),
    ],
)
def test_the_notice_that_output_is_kept_back_is_known(line: str, limit: str) -> None:
    assert clip_limit(line) == limit

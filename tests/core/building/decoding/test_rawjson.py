from __future__ import annotations

import json
import re
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import RECORDINGS
from tests.stages.build_steps import settled
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.events import BuildEvent, LineBegun, Notice, OutputReceived, StepUpdated, TransferUpdated
from tui.core.secret import Secret
from tui.core.untrusted_text import Redactor

NAMES = ["no-key", "token-not-found", "unknown-package", "wrong-key"]
KEY = "canary-7f3a9c51d2e84b60"
REDACT = Redactor([Secret(KEY)])


def decode(data: bytes, size: int = 0) -> list[BuildEvent]:
    decoder = RawJsonDecoder(REDACT)
    size = size or max(1, len(data))
    events = [e for at in range(0, len(data), size) for e in decoder.feed(data[at : at + size])]
    return events + decoder.close()


def recording(name: str) -> bytes:
    return (RECORDINGS / f"{name}.rawjson").read_bytes()


def compact(indented: bytes) -> bytes:
    """The same documents as buildx 0.15 and later frames them."""
    return re.sub(
        rb"^\{\n.*?^\}$",
        lambda m: json.dumps(json.loads(m[0]), separators=(",", ":")).encode(),
        indented,
        flags=re.DOTALL | re.MULTILINE,
    )


def line(**parts: object) -> bytes:
    return json.dumps(parts, separators=(",", ":")).encode() + b"\n"


def log(data: bytes, vertex: str = "v", stream: int = 1) -> bytes:
    return line(logs=[{"vertex": vertex, "stream": stream, "data": b64encode(data).decode()}])


def printed(events: list[BuildEvent]) -> list[str]:
    return [text for e in events if isinstance(e, OutputReceived) for text in e.lines]


def notices(events: list[BuildEvent]) -> list[str]:
    return [e.text for e in events if isinstance(e, Notice)]


@pytest.mark.parametrize("name", NAMES)
def test_both_framings_of_a_recording_give_the_same_events(name: str) -> None:
    indented = recording(name)
    assert compact(indented).count(b"\n") < indented.count(b"\n") / 5
    assert decode(compact(indented)) == decode(indented)


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_is_read_without_a_rest(name: str) -> None:
    events = decode(recording(name))
    assert {type(e) for e in events} - {LineBegun} == {StepUpdated, TransferUpdated, OutputReceived, Notice}
    assert notices(events)[0] == "Dockerfile:8"
    assert notices(events)[-1].startswith("ERROR: failed to solve: process ")
    assert not [text for text in notices(events) if "could not be read" in text]


@pytest.mark.parametrize(
    ("name", "evidence"),
    [
        ("no-key", "AnacondaAuthError: Token not found for defaults."),
        ("token-not-found", "AnacondaAuthError: Token not found for defaults."),
        ("unknown-package", "  - no-such-package-xyz"),
        ("wrong-key", "AnacondaAuthError: Received authentication error (403)"),
    ],
)
def test_the_evidence_of_a_recorded_failure_is_in_its_output(name: str, evidence: str) -> None:
    assert any(text.startswith(evidence) for text in printed(decode(recording(name))))


@given(size=st.integers(min_value=1, max_value=4096))
def test_chunks_of_any_size_give_the_same_events(size: int) -> None:
    data = recording("wrong-key")[-24_000:]
    data = data[data.index(b"\n{\n") + 1 :]
    for framing in (data, compact(data)):
        assert settled(decode(framing, size)) == settled(decode(framing))


def test_output_of_one_moment_is_one_event_and_other_output_is_not_mixed_in() -> None:
    def log(step: str, text: str, second: str, stream: int = 1) -> dict[str, object]:
        data = b64encode(text.encode()).decode()
        return {"vertex": step, "stream": stream, "data": data, "timestamp": f"2026-11-22T16:17:{second}Z"}

    logs = [
        log("a", "1\n2", "46.11"),
        log("a", "\n3\n", "46.19"),
        log("a", "4\n", "46.21"),
        log("b", "5\n", "46.21"),
    ]
    logs += [log("b", "6\n", "46.21", stream=2), log("b", "7\n", "46.21", stream=2), log("a", "8\n", "46.21")]
    documents = [{"logs": logs[:3]}, *({"logs": [one]} for one in logs[3:])]
    events = decode("".join(f"{json.dumps(document)}\n" for document in documents).encode())
    got = [(event.step, event.stream, event.lines) for event in events if isinstance(event, OutputReceived)]
    assert got == [
        ("a", 1, ("1", "2", "3")),
        ("a", 1, ("4",)),
        ("b", 1, ("5",)),
        ("b", 2, ("6", "7")),
        ("a", 1, ("8",)),
    ]


@given(data=st.binary(max_size=300) | st.text('{}[]":\n \\x', max_size=60).map(str.encode))
def test_no_bytes_whatever_stop_the_decoder(data: bytes) -> None:
    events = decode(data + b'\n{"logs":[{"vertex":"v","data":"aGkK"}]}\n')
    assert printed(events)[-1:] == ["hi"]


def test_a_step_is_read_with_all_its_fields() -> None:
    vertex = {
        "digest": "sha256:ab",
        "inputs": ["sha256:cd"],
        "name": "[1/2] RUN make",
        "started": "2026-11-22T16:17:46.183883933Z",
        "completed": "2026-11-22T16:17:47.5Z",
        "cached": True,
        "error": "exit code: 7",
    }
    # Nanoseconds are cut to microseconds.
    started = datetime(2026, 11, 22, 16, 17, 46, 183883, UTC).timestamp()
    completed = datetime(2026, 11, 22, 16, 17, 47, 500000, UTC).timestamp()
    assert decode(line(vertexes=[vertex])) == [
        StepUpdated("sha256:ab", "[1/2] RUN make", ("sha256:cd",), started, completed, True, "exit code: 7")
    ]


def test_a_transfer_is_read_with_all_its_fields() -> None:
    status = {
        "id": "extracting sha256:ab",
        "vertex": "v",
        "name": "extracting",
        "current": 3,
        "total": 9,
        "timestamp": "2026-11-22T16:17:46Z",
        "started": "2026-11-22T16:17:45Z",
    }
    assert decode(line(statuses=[status])) == [
        TransferUpdated("v", "extracting sha256:ab", "extracting", 3, 9, 1795364265.0, None, 1795364266.0)
    ]


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"one\ntwo\n", ["one", "two"]),
        (b"10%\r50%\r100%\n", ["100%"]),
        (b"\x1b[31mred\x1b[0m \x1b]0;title\x07text\n", ["red text"]),
        (b"caf\xe9\xff\n", ["caf\ufffd\ufffd"]),
        (b"no end", ["no end"]),
    ],
)
def test_output_is_plain_text(data: bytes, lines: list[str]) -> None:
    assert printed(decode(log(data))) == lines


def test_a_character_and_a_line_may_lie_over_two_events() -> None:
    assert printed(decode(log("gr\u00fc".encode()[:3]) + log("\u00fc".encode()[1:] + b"n\n"))) == ["grün"]


def test_streams_and_steps_are_not_mixed() -> None:
    events = decode(log(b"out") + log(b"err", stream=2) + log(b"other", "w") + log(b"!\n", stream=2))
    assert [(e.step, e.stream, e.lines) for e in events if isinstance(e, OutputReceived)] == [
        ("v", 2, ("err!",)),
        ("v", 1, ("out",)),
        ("w", 1, ("other",)),
    ]


@pytest.mark.parametrize("cut", range(1, len(KEY)))
def test_a_key_split_over_two_events_is_masked(cut: int) -> None:
    key = KEY.encode()
    assert printed(decode(log(b"key=" + key[:cut]) + log(key[cut:] + b".\n"))) == ["key=••••."]


def test_a_key_is_masked_wherever_the_builder_repeats_it() -> None:
    data = (
        line(vertexes=[{"digest": "v", "name": f"[1/1] RUN echo {KEY}", "error": f"{KEY} failed"}])
        + line(statuses=[{"id": f"pushing {KEY}", "vertex": "v", "current": 1}])
        + line(warnings=[{"vertex": "v", "short": b64encode(KEY.encode()).decode()}])
        + f"ERROR: {KEY}\n".encode()
        + b'{"logs":[{"vertex":"v","data":"'
        + b64encode(b"x" + KEY.encode())
    )
    events = repr(decode(data))
    assert KEY[:8] not in events
    assert b64encode(b"x" + KEY.encode()).decode()[4:20] not in events


def test_the_rest_of_the_output_comes_when_its_step_completes() -> None:
    decoder = RawJsonDecoder(REDACT)
    done = {"digest": "v", "name": "n", "completed": "2026-11-22T16:17:46Z"}
    last = {"vertex": "v", "stream": 1, "data": b64encode(b"the end").decode()}
    assert printed(decoder.feed(log(b"is this "))) == []
    assert printed(decoder.feed(line(vertexes=[done], logs=[last]))) == ["is this the end"]
    assert decoder.close() == []


@pytest.mark.parametrize(
    "text",
    ["   2 | >>> RUN false", "7", '"a"', "[1]", "{ not json }", "{", "}", "ERROR: failed", "null"],
)
def test_what_is_not_a_document_is_a_notice(text: str) -> None:
    assert notices(decode(text.encode() + b"\n" + log(b"hi\n"))) == [text]


@pytest.mark.parametrize(
    "data",
    [b'{"logs":[{"ver\n', b'{"unknown":1}\n', b'{"logs":[{}]}\n', b'{"logs":5}\n', b'{\n  "logs": [\nERROR: x\n'],
)
def test_a_broken_document_is_left_out_and_said(data: bytes) -> None:
    events = decode(data + log(b"still here\n"))
    assert "could not be read" in notices(events)[0]
    assert printed(events) == ["still here"]


def test_a_line_of_many_megabytes_is_cut_and_what_follows_is_read() -> None:
    data = log(b"x" * 3_000_000) + b"y" * 5_000_000 + b"\n" + log(b"\nnext\n")
    events = decode(data, 65_536)
    assert [len(text) < 20_000 for text in printed(events)] == [True, True]
    assert printed(events)[1] == "next"
    assert notices(events)[0].endswith("more characters)")


def test_a_warning_of_the_frontend_is_a_notice() -> None:
    warning = {"vertex": "v", "short": b64encode(b"JSONArgs: bad").decode(), "url": "https://docs.docker.com/x"}
    assert notices(decode(line(warnings=[warning]))) == ["WARNING: JSONArgs: bad https://docs.docker.com/x"]


@pytest.mark.parametrize("deep", ["[" * 200_000, '{"a":' * 200_000])
def test_a_document_that_nests_without_end_is_left_out(deep: str) -> None:
    decoder = RawJsonDecoder(Redactor())
    events = [*decoder.feed(f'{{"vertexes":{deep}\n'.encode()), *decoder.close()]
    assert [type(event) for event in events] == [Notice]

from __future__ import annotations

import json
import re
import tempfile
import time
from base64 import b64encode
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.paths import DATA
from tests.stages.failed_builds import Told, jwt, project, replayed, run_that_printed, told
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.events import BuildFailed
from tui.core.building.failure.causes import causes
from tui.core.building.failure.conditions import CONDITIONS
from tui.core.building.failure.diagnosis import (
    UNKNOWN,
    Diagnosis,
    FailedStep,
    diagnose,
    diagnose_start,
    lines,
)
from tui.core.building.failure.evidence import MAX_EVIDENCE, is_noise, of_build
from tui.core.building.fold import fold_all
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.plan import BuildPlan, SecretMode
from tui.core.steps import STEPS
from tui.core.untrusted_text import Redactor, printable

FAILURES = {path.name: path for path in (DATA / "failures").iterdir() if path.suffix in (".rawjson", ".txt")}
BUILDS = {name: path for name, path in FAILURES.items() if not name.endswith(".start.txt")}
STARTS = {name: path for name, path in FAILURES.items() if name.endswith(".start.txt")}
PRINTED = {path.name: path for path in (DATA / "failures" / "printed").iterdir()}
TOLD = tuple(told())
GUIDES = {  # of the guide's Dockerfile with real conda
    "no-key": "no-key",
    "token-not-found": "no-key",
    "unknown-package": "package-not-found",
    "wrong-key": "forbidden",
}
CODES = {"builder-killed.rawjson": -9}
NOW = time.time()
PORT = re.compile(r"(127\.0\.0\.1|localhost):\d{4,5}")
CAUSES = {cause.key: cause for cause in causes()}

SENTENCES = {
    "base-not-found": "The registry has no 127.0.0.1/condock-test/no-such-image:1.",
    "base-platform": (
        "127.0.0.1/condock-test/runtime:of-another-platform does not exist for the platform that is built."
    ),
    "base-refused.login": "The registry does not give out docker.io/freesurfer/freesurfer:7.4.1.",
    "builder-killed": "Something outside of condock ended the docker command (signal 9).",
    "channel-down": "http://127.0.0.1/answers/503 is not working at the moment.",
    "channel-down.broken": "https://repo.anaconda.com/pkgs/main is not working at the moment.",
    "channel-not-found": "There is no channel at http://127.0.0.1/answers/404.",
    "dependency-missing": (
        "No channel has libmamba 0.23.1 h1566912_0, which libmambapy-0.23.1-py310hd09550d_0 needs."
    ),
    "digest-gone": (
        "The registry no longer has 127.0.0.1/condock-test/runtime:12, "
        "the exact image that is pinned by its digest."
    ),
    "dockerfile": "The Dockerfile has a mistake: unknown instruction: RUNN (did you mean RUN?).",
    "dockerfile-newer": "The Dockerfile uses `env=`, which this engine's BuildKit does not know yet.",
    "entrypoint-missing": "The image starts `greet`, and there is no such program in it.",
    "file-ignored": "app.py is not sent to the builder: a rule of the ignore file keeps it back.",
    "file-missing": "app.py is not there to be copied.",
    "file-missing.older": "app.py is not there to be copied.",
    "forbidden.conda": (
        "https://repo.anaconda.cloud/repo/main refuses the API key: it is not valid any more, "
        "or its account may not use this channel."
    ),
    "hash.corrupt": "boost-cpp is not the file it should be: it arrived damaged, or was changed.",
    "key-not-offered": "The build shows conda.example.com no key, and it wants one.",
    "key-of-other-host": "conda.example.com refused this key.",
    "key-wanted": "http://127.0.0.1/private wants a key, and this plan builds without one.",
    "lock-platform.conda": "The lock files are not for the platform that is built (linux-aarch64).",
    "no-builder": "There is no builder named nosuch.",
    "builder-forbidden": "The cluster does not let you start the builder builder-amd64.",
    "builder-not-started.cluster": "The builder could not be started.",
    "builder-unreachable.remote": "The builder does not answer.",
    "no-connection": "The build did not reach https://repo.anaconda.com/pkgs/main.",
    "no-connection.refused": "The build did not reach the server it asked.",
    "no-connection.reset": "The build did not reach http://127.0.0.1/answers/reset.",
    "no-context": "There is no Docker context named nosuch.",
    "no-dockerfile": "There is no nosuch in the folder.",
    "no-engine": "The Docker engine is not running at unix:///no/such/docker.sock.",
    "no-engine.newer": "The Docker engine is not running at unix:///var/run/docker.sock.",
    "no-key-file": "There is no file .env to take the key from.",
    "no-plugin": (
        "anaconda-registration, which reads the key, is not to be had from "
        "https://repo.anaconda.cloud/repo/anaconda-tools."
    ),
    "package-build": "No channel has exactly the builds of zstd==1.5.5=hc292b87_0, zlib==1.2.13=h5eee18b_0.",
    "package-not-found": "No channel has no-such-package >=2.",
    "package-not-found.channels": "No channel has pandsa, no-such-package[version='>=2'].",
    "package-not-found.requested": "No channel has pandsa.",
    "package-not-found.tree": "No channel has pytorch.",
    "package-platform": "No channel has mkl-service=2.4.0 for linux-aarch64.",
    "pip-conflict": "pip cannot install flask==3.0.3 and werkzeug==2.0.0 together.",
    "pip-not-found": "pip's index has no no-such-package at all for this Python and platform.",
    "push-refused": "The image is built, but the registry does not let you push 127.0.0.1/answers/403/image:1.",
    "script-missing": "The command starts /app/app.py, and there is no such file in the image.",
    "script-missing.streamlit": "The command starts app.py, and there is no such file in the image.",
    "user-exists": "The runtime image already has the user daemon.",
    "user-exists.uid": "The runtime image already has the user 10001.",
    "wrong-key": "http://127.0.0.1/answers/401 does not accept the API key.",
}
"""Those that name something, without the ports of the servers that were asked."""

PLACES = {
    "expired-key.server": ("account", "key"),
    "file-ignored": ("application", "application.files"),
    "file-missing": ("application", "application.files"),
    "no-key": ("account", "key"),
    "base-not-found": ("base", "base.builder"),
}
"""Those that the project decides."""

DEPENDENCIES = {
    "conflict": (3, 5),
    "conflict.classic": (3, 5),
    "cuda": (None, None),
    "channel-down.broken": (None, None),
    "hash.pip": (10, 7),
    "package-not-found": (5, 5),
    "package-not-found.requested": (6, 5),
    "package-not-found.tree": (None, None),
    "pip-conflict": (10, 7),
    "module-missing": (10, 7),
}
"""Line and column in the environment file."""


@cache
def built(name: str) -> tuple[BuildProgress, BuildLog]:
    return replayed(BUILDS[name], CODES.get(name, 1))


@cache
def diagnosed(name: str) -> Diagnosis:
    """The diagnosis of a recording."""
    with tempfile.TemporaryDirectory() as folder:
        where = project(Path(folder), cause_of(name))
        if name in STARTS:
            return diagnose_start(1, STARTS[name].read_text().splitlines(), where, NOW)
        diagnosis = diagnose(*built(name), where, NOW)
    assert diagnosis is not None
    return diagnosis


def cause_of(name: str) -> str:
    return name.partition(".")[0]


def stem(name: str) -> str:
    """A recording's name without its kind."""
    return name.removesuffix(".rawjson").removesuffix(".txt").removesuffix(".start")


def lines_of(name: str) -> list[str]:
    return PRINTED[name].read_text().splitlines()


def names(*keys: str) -> list[str]:
    return [name for name in sorted(FAILURES) if not keys or stem(name) in keys]


@pytest.mark.parametrize("name", names())
def test_a_recording_is_diagnosed_as_what_it_is(name: str) -> None:
    diagnosis = diagnosed(name)
    assert diagnosis.cause == cause_of(name)
    if sentence := SENTENCES.get(stem(name)):
        assert PORT.sub(r"\1", diagnosis.sentence) == sentence
    assert (diagnosis.step, diagnosis.field) == PLACES.get(stem(name), (diagnosis.step, diagnosis.field))
    found = diagnosis.line, diagnosis.column
    assert found == DEPENDENCIES.get(stem(name), found)


def test_what_may_be_gone_the_next_time_is_no_fault_of_the_step() -> None:
    passing = {diagnosed(name).cause for name in names() if diagnosed(name).passes}
    assert {"registry-unreachable", "registry-down", "channel-down"} <= passing
    assert not passing & {"base-not-found", "digest-gone", "registry-tls", "package-not-found"}


@pytest.mark.parametrize("name", names())
def test_the_evidence_is_what_was_said(name: str) -> None:
    diagnosis = diagnosed(name)
    if name in STARTS:
        said = STARTS[name].read_text()
    else:
        progress, log = built(name)
        said = "\n".join(log.text(number) for number in log.numbers())
        said += "".join(f"\n{step.name.text}\n{step.error}" for step in progress.steps.values())
        said += f"\n{getattr(progress.outcome, 'message', '')}"
    assert diagnosis.evidence or diagnosis.cause == "cancelled"
    assert all(line in said for line in diagnosis.evidence)
    assert len(diagnosis.evidence) <= MAX_EVIDENCE


@pytest.mark.parametrize("words", TOLD, ids=lambda words: f"{words.cause}: {words.source}")
def test_words_that_others_tell_of_are_diagnosed_as_what_they_are(words: Told, tmp_path: Path) -> None:
    if words.place == "start":
        diagnosis = diagnose_start(1, words.text.splitlines(), project(tmp_path), NOW)
    else:
        found = diagnose(*words.build(tmp_path), project(tmp_path, words.cause), NOW)
        assert found is not None
        diagnosis = found
    assert diagnosis.cause == words.cause
    assert diagnosis.evidence
    assert not re.search(r"{\w+}", f"{diagnosis.sentence} {diagnosis.advice}")


@pytest.mark.parametrize(("recording", "cause"), GUIDES.items())
def test_recorded_builds_with_real_conda(recording: str, cause: str, tmp_path: Path) -> None:
    diagnosis = diagnose(*replayed(DATA / "recordings" / f"{recording}.rawjson"), project(tmp_path), NOW)
    assert diagnosis is not None
    assert diagnosis.cause == cause
    assert diagnosis.failed is not None
    assert diagnosis.failed.exit_code == 1
    assert diagnosis.failed.title == "builder 4/4: RUN conda env create --prefix /env --file environment.yml"
    if recording == "wrong-key":  # which anaconda-auth says of it as `defaults`
        assert diagnosis.sentence.startswith("defaults (repo.anaconda.com) refuses the API key")


# The table


def test_every_row_has_a_recording_and_every_recording_a_row() -> None:
    found = {*(cause_of(name) for name in (*FAILURES, *PRINTED)), *(words.cause for words in TOLD)}
    assert found == {*CAUSES, UNKNOWN}
    assert {stem(name) for name in FAILURES} >= {*SENTENCES, *PLACES, *DEPENDENCIES}


def test_every_pattern_is_found_in_a_recording_of_its_cause(tmp_path: Path) -> None:
    texts = [(cause_of(name), "start", path.read_text()) for name, path in STARTS.items()]
    texts += [(words.cause, "start", words.text) for words in TOLD if words.place == "start"]
    recordings = [(cause_of(name), built(name)) for name in BUILDS]
    guides = [(cause, replayed(DATA / f"recordings/{name}.rawjson")) for name, cause in GUIDES.items()]
    printed = [(cause_of(name), run_that_printed(*lines_of(name))) for name in PRINTED]
    told_ = [(words.cause, words.build(tmp_path)) for words in TOLD if words.place != "start"]
    for cause, recording in (*recordings, *guides, *printed, *told_):
        texts += [(cause, place, "\n".join(found)) for place, found in of_build(*recording).lines.items()]
    unseen = [
        (row.key, pattern.pattern)
        for row in causes()
        for place, pattern in row.patterns
        if not any((cause, where) == (row.key, place) and pattern.search(text) for cause, where, text in texts)
    ]
    assert unseen == []


def test_every_row_leads_to_a_step_and_a_value_of_the_plan() -> None:
    sections = [(section.name, getattr(BuildPlan(), section.name)) for section in fields(BuildPlan)]
    plan = {f"{name}.{part.name}" for name, section in sections for part in fields(section)}
    known = {*plan, "", "key", "account", "engine", "environment", "image"}
    assert {cause.step for cause in causes()} <= {*(step.key for step in STEPS), "key", "file"}
    assert {cause.field for cause in causes()} <= known
    assert {cause.condition for cause in causes()} == {*CONDITIONS, ""}


@pytest.mark.parametrize("name", [name for name in names() if cause_of(name) != UNKNOWN])
def test_a_diagnosis_is_two_plain_sentences(name: str) -> None:
    diagnosis = diagnosed(name)
    for text in (diagnosis.sentence, diagnosis.advice):
        assert text.endswith((".", ")."))
        assert printable(text) == text
        assert not re.search(r"\n|(?<!\$){\w+}", text)
    assert "anaconda login" not in diagnosis.advice
    assert diagnosis.problem.message == diagnosis.sentence


# What the project decides


def of(recording: str, tmp_path: Path, **changes: object) -> Diagnosis:
    """The diagnosis of a recording in a project whose plan is changed: `secret__mode=...`."""
    where = project(tmp_path)
    for name, value in changes.items():
        section, _, part = name.partition("__")
        where = where.change(section, **{part: value})
    diagnosis = diagnose(*built(recording), where, NOW)
    assert diagnosis is not None
    return diagnosis


def test_a_key_from_a_file_is_mended_in_the_secret_step(tmp_path: Path) -> None:
    diagnosis = of("forbidden.conda.rawjson", tmp_path, secret__mode=SecretMode.DOTENV)
    assert (diagnosis.step, diagnosis.field) == ("secret", "secret.file")


def test_a_pasted_key_that_is_refused_may_have_been_cut(tmp_path: Path) -> None:
    log = built("forbidden.conda.rawjson")
    pasted = diagnose(*log, replace(project(tmp_path), pasted=jwt(int(NOW) + 3_600)), NOW)
    found = diagnose(*log, replace(project(tmp_path), pasted=None), NOW)
    assert pasted and found
    assert pasted.advice == f"Paste it once more, whole: it may have been cut or changed. {found.advice}"


@pytest.mark.parametrize("recording", ["forbidden.conda.rawjson", "forbidden.rawjson"])
def test_a_key_that_is_known_to_have_expired_is_said_to_have(recording: str, tmp_path: Path) -> None:
    where = project(tmp_path)
    late, early = (replace(where, pasted=jwt(int(NOW) + seconds)) for seconds in (3_600, -3_600))
    causes_found = [
        diagnosis.cause for held in (late, early) if (diagnosis := diagnose(*built(recording), held, NOW))
    ]
    assert causes_found == ["forbidden", "expired-key"]


def test_an_expired_key_in_a_file_is_found_too(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"ANACONDA_AUTH_API_KEY={jwt(1_600_000_000).reveal()}\n")
    diagnosis = of("forbidden.conda.rawjson", tmp_path, secret__mode=SecretMode.DOTENV)
    assert diagnosis.cause == "expired-key"
    (tmp_path / ".env").write_bytes(b"\xff\xff")  # unreadable: then it is not known
    assert of("forbidden.conda.rawjson", tmp_path, secret__mode=SecretMode.DOTENV).cause == "forbidden"


def test_a_host_that_the_plan_shows_the_key_and_that_got_none(tmp_path: Path) -> None:
    diagnosis = of("key-not-offered.rawjson", tmp_path, account__hosts=("conda.example.com",))
    assert diagnosis.cause == "no-key"


def test_an_on_prem_host_that_refuses_its_own_key(tmp_path: Path) -> None:
    diagnosis = of("key-of-other-host.rawjson", tmp_path, account__domain="conda.example.com")
    assert diagnosis.cause == "wrong-key"


INSTALL = "RUN conda install --yes --name base --override-channels anaconda-registration"
UNREACHED = "HTTP 000 CONNECTION FAILED for url <https://tools.test/repo/noarch/repodata.json>"
UNRESOLVED = "Failed to resolve 'tools.test' ([Errno -2] Name or service not known)"


@pytest.mark.parametrize("printed", [UNREACHED, UNRESOLVED])
def test_a_channel_of_the_reader_that_is_out_of_reach_is_mended_in_the_secret_step(
    printed: str, tmp_path: Path
) -> None:
    where = project(tmp_path, "plugin-unreachable")
    found = diagnose(*run_that_printed(printed, instruction=INSTALL), where, NOW)
    assert found is not None
    assert found.sentence == "The channel of anaconda-registration was not reached: https://tools.test/repo."
    assert (found.step, found.field) == ("secret", "secret.plugin_channel")
    assert found.advice.index("channel") < found.advice.index("network")


def test_a_host_that_is_not_found_where_no_channel_was_chosen_is_the_networks_fault(tmp_path: Path) -> None:
    found = diagnose(*run_that_printed(UNRESOLVED, instruction=INSTALL), project(tmp_path), NOW)
    assert found is not None
    assert (found.cause, found.step) == ("no-network", "preview")


@pytest.mark.parametrize(("written_here", "step"), [(True, "base"), (False, "preview")])
def test_a_builder_image_that_lacks_a_command_is_told_from_an_instruction_of_somebody_elses(
    tmp_path: Path, written_here: bool, step: str
) -> None:
    where = project(tmp_path)
    own = next(one.text for one in where.instructions() if one.text.startswith("RUN --mount=type=secret"))
    instruction = own.replace("\\\n    ", "") if written_here else "RUN make"
    error = 'process "x" did not complete successfully: exit code: 127'
    built = run_that_printed("/bin/sh: 1: /bin/python: not found", error=error, instruction=instruction)
    found = diagnose(*built, where, NOW)
    assert found is not None
    assert (found.cause, found.step) == ("no-command", step)
    assert ("`/bin/python`" in found.sentence) is written_here


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("private", "`private`"),  # the base's `defaults` may be any host's
        ("mine", "mine (conda.anaconda.org)"),
        ("other", "other (conda.anaconda.org)"),
        ("defaults", "defaults (repo.anaconda.com)"),
        ("https://conda.corp.test/private", "https://conda.corp.test/private"),
    ],
)
def test_a_bare_name_is_of_no_host_that_the_plan_does_not_ask(channel: str, said: str, tmp_path: Path) -> None:
    channels = "channels: [defaults, mine, https://conda.anaconda.org/other]\n"
    where = replace(project(tmp_path), environment=channels)
    printed = f"Received authentication error (401) when accessing {channel}. "
    found = diagnose(*run_that_printed(printed), where, NOW)
    assert found is not None
    assert found.sentence == f"{said} does not accept the API key."


def test_why_a_host_gets_no_key_is_said(tmp_path: Path) -> None:
    advice = of("key-not-offered.rawjson", tmp_path).advice
    assert advice.startswith("conda.example.com does not belong to anaconda.com, and is not shown the key.")


@pytest.mark.parametrize(
    ("changes", "step", "field"),
    [
        ({"application__files": ("./app.py",)}, "application", "application.files"),
        ({"application__files": ()}, "preview", "build.dockerfile"),
        ({"environment__file": "app.py"}, "dependencies", "environment"),
        ({"environment__locks": ("app.py",)}, "dependencies", "environment"),
    ],
)
def test_a_missing_file_is_mended_where_it_is_named(
    changes: dict[str, object], step: str, field: str, tmp_path: Path
) -> None:
    diagnosis = of("file-missing.rawjson", tmp_path, **changes)
    assert (diagnosis.cause, diagnosis.step, diagnosis.field) == ("file-missing", step, field)


def test_a_file_that_is_there_and_not_in_the_plan_is_held_back_by_our_own_rules(tmp_path: Path) -> None:
    (tmp_path / "app.py").touch()
    assert of("file-missing.rawjson", tmp_path, application__files=()).cause == "file-ignored"
    assert of("file-missing.rawjson", tmp_path, application__files=("app.py",)).cause == "file-missing"


@pytest.mark.parametrize(
    ("runtime", "mirror", "field"),
    [
        ("freesurfer/freesurfer:7.4.1", "", "base.runtime"),
        ("docker.io/freesurfer/freesurfer:7.4.1", "", "base.runtime"),
        ("freesurfer/freesurfer:7.4.1", "mirror.example.com", "base.builder"),
        ("debian:13", "", "base.builder"),
        ("", "", "base.builder"),
    ],
)
def test_which_of_the_base_images_it_is(runtime: str, mirror: str, field: str, tmp_path: Path) -> None:
    diagnosis = of("base-refused.login.txt", tmp_path, base__runtime=runtime, base__mirror=mirror)
    assert diagnosis.field == field


@pytest.mark.parametrize(
    ("dependencies", "line"),
    [
        ("- pandsa", 2),
        ("- pandsa-tools\n- conda-forge::pandsa>=2", 3),
        ("- Pandsa=1", 2),
        ("- xpandsa\n- pandsa_extra", None),
        ("- pip:\n  - pandsa", 3),
    ],
)
def test_the_line_of_a_package(dependencies: str, line: int | None, tmp_path: Path) -> None:
    where = replace(project(tmp_path), environment=f"dependencies:\n{dependencies}\n")
    recording = built("package-not-found.requested.rawjson")
    diagnosis = diagnose(*recording, where, NOW)
    assert diagnosis is not None
    assert diagnosis.line == line
    locked = diagnose(*recording, where.change("environment", locks=("conda-lock.yml",)), NOW)
    assert locked is not None
    assert locked.line is None


# What is said of it


def test_a_diagnosis_in_lines(tmp_path: Path) -> None:
    diagnosis = diagnosed("package-not-found.rawjson")
    assert diagnosis.failed is not None
    assert diagnosis.failed.instruction.startswith(
        "RUN --mount=type=secret,id=ANACONDA_AUTH_API_KEY,required=true"
    )
    assert lines(diagnosis) == (
        "No channel has no-such-package >=2. Line 5.",
        "  | ResolvePackageNotFound: ",
        "  |   - no-such-package >=2",
        "The build failed at builder 4/4 (exit code 1).",
        "Correct the name or the version, or add the channel that has it.",
    )
    cancelled = "Build again when you like; steps that are finished come from the engine's cache."
    assert lines(diagnosed("cancelled.rawjson")) == ("The build was stopped.", cancelled)


def test_a_build_that_succeeded_or_runs_has_no_diagnosis(tmp_path: Path) -> None:
    progress, log = replayed(DATA / "recordings" / "success.rawjson", 0)
    assert diagnose(progress, log, project(tmp_path), NOW) is None
    assert diagnose(BuildProgress(), BuildLog(), project(tmp_path), NOW) is None


def test_an_unknown_failure_shows_its_last_lines_that_are_not_noise(tmp_path: Path) -> None:
    noise = [
        "",
        "   ━━━━━━ 12.3/45.6 MB 3.4 MB/s eta 0:00:10",
        "[notice] A new release of pip is available: 1 -> 2",
        " 50%",
    ]
    said = [f"line {number}" for number in range(20)]
    diagnosis = diagnose(*run_that_printed(*said, *noise), project(tmp_path), NOW)
    assert diagnosis is not None
    assert diagnosis.cause == UNKNOWN
    assert diagnosis.evidence == tuple(said[-MAX_EVIDENCE:])
    assert diagnosis.failed == FailedStep("v", "builder 1/1: RUN make", "RUN make", 1)
    assert "kept back" not in diagnosis.advice


def test_an_unknown_failure_that_printed_nothing_shows_what_the_builder_says(tmp_path: Path) -> None:
    diagnosis = diagnose(*run_that_printed(), project(tmp_path), NOW)
    assert diagnosis is not None
    assert diagnosis.evidence == ("did not complete successfully: exit code: 1",)


def test_output_that_the_builder_kept_back_is_said(tmp_path: Path) -> None:
    clipped = "[output clipped, log limit 200KiB/s reached]"
    diagnosis = diagnose(*run_that_printed("one", clipped), project(tmp_path), NOW)
    assert diagnosis is not None
    assert diagnosis.advice.endswith("The builder kept back a part of what was printed.")


@pytest.mark.parametrize(
    "text",
    [
        'echo "There is no lock file for $TARGETARCH."; false',
        "conda: not found",
        "No space left on device",
        "useradd: user 'x' already exists",
    ],
)
def test_the_words_of_a_command_are_no_evidence(text: str, tmp_path: Path) -> None:
    error = f'process "/bin/sh -c {text}" did not complete successfully: exit code: 3'
    diagnosis = diagnose(*run_that_printed(error=error), project(tmp_path), NOW)
    assert diagnosis is not None
    assert diagnosis.cause == UNKNOWN


@pytest.mark.parametrize(
    ("line", "noise"),
    [
        ("", True),
        ("  \t ", True),
        ("----------", True),
        (" done", True),
        ("numpy-1.26.4         | 7.1 MB    | ##########3          |  51%", True),
        ("     ━━━━━━━━━━━━━━━━ 101.7/101.7 kB 4.2 MB/s eta 0:00:00", True),
        ("     0K .......... .......... ..........  0% 9.67M 3s", True),
        ("[notice] To update, run: pip install --upgrade pip", True),
        ("WARNING: Running pip as the 'root' user can result in broken permissions", True),
        ("Requirement already satisfied: flask in /env/lib", True),
        ("Get:1 http://deb.debian.org/debian bookworm InRelease [151 kB]", True),
        ("ERROR: coverage is 80%, below 90%", False),
        ("===== FAILURES =====", False),
        ("ERROR: Could not find a version", False),
        ("the build failed", False),
        ("Executing transaction: failed", False),
    ],
)
def test_noise(line: str, noise: bool) -> None:
    assert is_noise(line) is noise


def test_a_container_that_failed_in_an_unknown_way(tmp_path: Path) -> None:
    diagnosis = diagnose_start(3, ["hello", "", "no answer"], project(tmp_path), NOW)
    assert (diagnosis.cause, diagnosis.evidence) == (UNKNOWN, ("hello", "no answer"))
    assert diagnose_start(137, [], project(tmp_path), NOW).cause == "memory"
    assert diagnose_start(127, ["x: command not found"], project(tmp_path), NOW).cause == UNKNOWN


# Any text


def rawjson(name: str, error: str, output: str, notice: str) -> bytes:
    vertex = {"digest": "v", "name": name, "started": "2026-11-22T16:17:46Z"}
    failed = {**vertex, "completed": "2026-11-22T16:17:47Z", "error": error}
    log = {"vertex": "v", "stream": 2, "data": b64encode(output.encode("utf-8", "replace")).decode()}
    documents = [{"vertexes": [vertex]}, {"logs": [log]}, {"vertexes": [failed]}]
    return "\n".join([*map(json.dumps, documents), f"ERROR: {notice}"]).encode("utf-8", "replace")


WORDS = st.sampled_from(
    [
        *("Platform: ", "PackagesNotFoundError: ", "  - ", "metadata for ", ": not found", "Token not found for "),
        *(
            "HTTP 401 ",
            " for url <",
            ">",
            "defaults. ",
            "http://[",
            '"/',
            '"',
            "{",
            "}",
            "\x1b[31m",
            "\x1b]0;",
            "[b]",
        ),
        *("\n", "__cuda needed by ", "exec: ", "user 'x' already exists", "exit code: 137", "expired", "a" * 1200),
    ]
)
TEXTS = st.lists(WORDS | st.text(max_size=12), max_size=30).map("".join)


@settings(max_examples=300, deadline=None)
@given(name=TEXTS, error=TEXTS, output=TEXTS, notice=TEXTS, mode=st.sampled_from(SecretMode))
def test_no_text_whatever_breaks_a_diagnosis(
    name: str, error: str, output: str, notice: str, mode: SecretMode
) -> None:
    decoder = RawJsonDecoder(Redactor())
    data = rawjson(name, error or "x", output, notice)
    events = [*decoder.feed(data), *decoder.close(), BuildFailed(1, printable(notice))]
    log = BuildLog()
    for event in events:
        log.add(event)
    where = project(Path("/no/such/folder")).change("secret", mode=mode)
    diagnosis = diagnose(fold_all(BuildProgress(), events), log, where, NOW)
    assert diagnosis is not None
    starting = diagnose_start(1, printable(output).split("\n"), where, NOW)
    for text in (*lines(diagnosis), *lines(starting)):
        assert printable(text) == text
        assert "\n" not in text
    assert len(diagnosis.evidence) <= MAX_EVIDENCE

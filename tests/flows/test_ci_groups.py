"""The log of a CI service: one group a step, and no line of a build that the service could obey."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stages.build_steps import failed, ran, running
from tui.core.building.events import BuildEvent, Notice, OutputReceived
from tui.core.building.fold import fold_all
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.headless.views import ci_groups
from tui.headless.views.ci_groups import SERVICES, CiGroups, neutral, service_of
from tui.headless.views.views import Output, view_of

MAKE, TEST = "[builder 1/2] RUN make", "[app 1/2] RUN test"
NAMES = [service.variable for service in SERVICES]


def printed(step: str, *lines: str) -> OutputReceived:
    return OutputReceived(step, "\n".join(lines))


def told(capsys: pytest.CaptureFixture[str], variable: str, *batches: list[BuildEvent], end: bool = True) -> str:
    """What a service gets to read."""
    service = service_of({variable: "true"})
    assert service is not None
    view, progress = CiGroups(service), BuildProgress()
    for events in batches:
        before, progress = progress, fold_all(progress, events)
        view.show(before, progress, events)
    if end:
        view.end(progress, BuildLog())
    out, err = capsys.readouterr()
    assert out == ""
    return re.sub(r"(section_\w+):\d+:", r"\1:TIME:", err)


PARALLEL: tuple[list[BuildEvent], ...] = (
    [running(MAKE, since=0.0), running(TEST, since=0.0)],
    [printed(MAKE, "cc one"), printed(TEST, "test one")],
    [printed(MAKE, "cc two")],
    [ran(TEST, seconds=2.0)],
    [ran(MAKE, seconds=3.0), ran("[app 2/2] COPY a b", seconds=0.0)],
)
GITHUB = """\
running            builder 1/2 RUN make
running            app 1/2 RUN test
::group::done         2.0s  app 1/2 RUN test
  | test one
::endgroup::
::group::done         3.0s  builder 1/2 RUN make
  | cc one
  | cc two
::endgroup::
done         0.0s  app 2/2 COPY a b
"""


def test_steps_that_run_side_by_side_do_not_mix(capsys: pytest.CaptureFixture[str]) -> None:
    assert sorted(told(capsys, "GITHUB_ACTIONS", *PARALLEL).splitlines()) == sorted(GITHUB.splitlines())


@pytest.mark.parametrize(
    ("variable", "group", "end"),
    [
        ("GITHUB_ACTIONS", "::group::done         2.0s  app 1/2 RUN test", "::endgroup::"),
        ("TF_BUILD", "##[group]done         2.0s  app 1/2 RUN test", "##[endgroup]"),
        (
            "GITLAB_CI",
            "\x1b[0Ksection_start:TIME:condock_1[collapsed=true]\r\x1b[0Kdone         2.0s  app 1/2 RUN test",
            "\x1b[0Ksection_end:TIME:condock_1\r\x1b[0K",
        ),
        ("BUILDKITE", "--- done         2.0s  app 1/2 RUN test", "--- "),
    ],
)
def test_each_service_is_told_in_its_own_way(
    capsys: pytest.CaptureFixture[str], variable: str, group: str, end: str
) -> None:
    lines = told(capsys, variable, *PARALLEL).split("\n")
    at = lines.index(group)
    assert lines[at + 1] == "  | test one"
    assert lines[at + 2].startswith(end)


def test_what_failed_is_unfolded(capsys: pytest.CaptureFixture[str]) -> None:
    events: list[BuildEvent] = [running(MAKE, since=0.0), printed(MAKE, "oops"), failed(MAKE, seconds=1.0)]
    assert told(capsys, "GITHUB_ACTIONS", events) == "failed       1.0s  builder 1/2 RUN make\n  | oops\n"
    assert told(capsys, "BUILDKITE", events).startswith("+++ failed       1.0s  builder 1/2 RUN make\n  | oops\n")


def test_the_output_of_a_build_that_was_stopped_is_not_lost(capsys: pytest.CaptureFixture[str]) -> None:
    events: list[BuildEvent] = [running(MAKE, since=0.0), printed(MAKE, "half done")]
    assert "::group::output of builder 1/2\n  | half done\n::endgroup::\n" in told(
        capsys, "GITHUB_ACTIONS", events
    )


def test_a_step_without_end_does_not_fill_the_memory(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ci_groups, "_MOST_KEPT", 10)
    batches: list[list[BuildEvent]] = [[printed(MAKE, f"line {number}")] for number in range(100)]
    said = told(capsys, "GITHUB_ACTIONS", [running(MAKE, since=0.0)], *batches, end=False)
    assert said.count("::group::") == said.count("::endgroup::") == 9
    assert said.count("  | line ") == 99


# As actions/runner (ActionCommand.cs) and azure-pipelines-agent (Command.cs) read a log, or a little more.
def obeyed(line: str) -> bool:
    return line.lstrip().startswith("::") or "##[" in line or "##vso[" in line or line.startswith(("---", "+++"))


COMMANDS = [
    "::set-env name=PATH::/evil",
    "  ::add-mask::a",
    "\u2003::stop-commands::x",
    "##[set-env name=PATH]/evil",
    "text ##[group]x",
    "###[group]x",
    "text ##vso[task.setvariable variable=a]b",
    "--- a heading",
    "+++ a heading",
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("variable", NAMES)
def test_no_line_of_a_build_is_a_command(capsys: pytest.CaptureFixture[str], variable: str, command: str) -> None:
    step = f"[builder 1/2] RUN {command}"
    events: list[BuildEvent] = [
        running(step, since=0.0),
        printed(step, command, command),
        Notice(f"WARNING {command}"),
        failed(step, seconds=1.0),
    ]
    said = told(capsys, variable, events)
    ours = ("--- ", "+++ ") if variable == "BUILDKITE" else ()
    lines = [line.removeprefix(ours[0]).removeprefix(ours[1]) if ours else line for line in said.splitlines()]
    assert len(lines) >= 4
    assert not [line for line in lines if obeyed(line)]


@given(st.text(alphabet=st.sampled_from("#[:]vso -+~\u2003a"), max_size=20))
def test_neutral_text_is_no_command(text: str) -> None:
    assert not obeyed(neutral(text))
    assert not obeyed(f"  | {neutral(text)}")


def test_words_beside_the_build_are_no_commands_either(capsys: pytest.CaptureFixture[str]) -> None:
    view = CiGroups(SERVICES[0])
    view.say("::error::x")
    assert capsys.readouterr().err == "| ::error::x\n"


@pytest.mark.parametrize(
    ("env", "kind"),
    [
        ({"GITHUB_ACTIONS": "true", "CI": "true"}, "CiGroups"),
        ({"TF_BUILD": "True"}, "CiGroups"),
        ({"BUILDKITE": "true", "CI": "true", "TERM": "xterm"}, "CiGroups"),
        ({"CI": "true", "TERM": "xterm"}, "PlainLines"),
        ({"GITHUB_ACTIONS": "false", "CI": "true"}, "PlainLines"),
        ({"TERM": "xterm"}, "LiveLines"),
        ({"TERM": "dumb"}, "PlainLines"),
        ({}, "PlainLines"),
    ],
)
def test_the_view_fits_the_surroundings(monkeypatch: pytest.MonkeyPatch, env: dict[str, str], kind: str) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    view = view_of(Output.AUTO, env, "app", lambda progress, now: "", lambda: False)
    assert type(view).__name__ == kind


@pytest.mark.parametrize(
    ("output", "kind"), [(Output.PLAIN, "PlainLines"), (Output.JSON, "JsonLines"), (Output.QUIET, "Quiet")]
)
def test_what_was_asked_for_counts_everywhere(output: Output, kind: str) -> None:
    env = {"GITHUB_ACTIONS": "true", "CI": "true"}
    assert type(view_of(output, env, "app", lambda progress, now: "", lambda: False)).__name__ == kind

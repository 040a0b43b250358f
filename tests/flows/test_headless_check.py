"""`condock check` and `condock lock`, with channels on loopback and the real solver."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.flows.shop import KEY, Project
from tests.paths import ROOT
from tests.stages.solving_channel import SolvingChannel, solving_channel
from tui.core.files import is_ours
from tui.core.locks.lock_text import read_explicit
from tui.core.plan_file import read_plan_file
from tui.core.secret import KEY_VARIABLE


@pytest.fixture(scope="module")
def channel() -> Iterator[SolvingChannel]:
    with solving_channel(KEY) as running:
        yield running


@pytest.fixture
def project(project: Project, channel: SolvingChannel) -> Project:
    """A project whose environment solves, with the key."""
    project.plan("account", hosts=(channel.url.removeprefix("http://"),))
    depends(project, channel, "lib")
    return project


def depends(project: Project, channel: SolvingChannel, *packages: str, more: str = "") -> None:
    lines = "".join(f"  - {package}\n" for package in packages)
    project.write("environment.yml", f"channels:\n  - {channel.private}\ndependencies:\n{lines}{more}")


# check


def test_what_is_sound_solves_for_the_platform_of_the_engine(project: Project) -> None:
    before = project.files()
    done = project.run("check")
    assert (done.code, done.stderr) == (0, "")
    assert done.stdout.startswith("linux-64: solved, 1 package, ")
    assert project.files() == before


@pytest.mark.parametrize("platforms", [("linux/amd64,linux/arm64",), ("linux-64", "linux-aarch64")])
def test_each_platform_that_is_asked_for_is_solved(project: Project, platforms: tuple[str, ...]) -> None:
    done = project.run("check", *(word for name in platforms for word in ("--platform", name)))
    assert done.code == 0
    assert [line.split(",")[0] for line in done.stdout.splitlines()] == [
        "linux-64: solved",
        "linux-aarch64: solved",
    ]


def test_the_plans_platforms_come_before_the_engines(project: Project) -> None:
    project.plan("build", platforms=("linux/arm64",))
    assert project.run("check").stdout.startswith("linux-aarch64: solved")


def test_another_platform_is_refused(project: Project) -> None:
    done = project.run("check", "--platform", "osx-arm64")
    assert (done.code, done.stdout) == (2, "")
    assert "condock makes no images for `osx-arm64`. Use one of: linux-64, linux-aarch64." in done.stderr


def test_mistakes_are_said_with_their_place_and_nothing_is_asked(
    project: Project, channel: SolvingChannel
) -> None:
    depends(project, channel, "lib=>1", more="prefix: /opt/x\n")
    asked = len(channel.requests)
    done = project.run("check")
    assert (done.code, done.stderr) == (2, "")
    problem, advice = done.stdout.splitlines()
    assert problem.startswith("environment.yml:4:5: problem: ")
    assert advice.startswith("environment.yml:5:1: advice: `prefix` is a folder of one machine")
    assert advice.endswith(" (`condock check --fix` mends this)")
    assert len(channel.requests) == asked


def test_advice_alone_is_no_failure(project: Project, channel: SolvingChannel) -> None:
    depends(project, channel, "lib", more="prefix: /opt/x\n")
    done = project.run("check", "--offline")
    assert done.code == 0
    assert "advice" in done.stdout


EXPORT = (ROOT / "tests/data/brought/macos-export/environment.yml").read_text()


def test_what_repeats_is_said_once_with_its_lines(project: Project) -> None:
    project.write("environment.yml", EXPORT)
    done = project.run("check", "--offline")
    said = done.stdout.splitlines()
    assert (done.code, len(said)) == (0, 3)
    assert said[1].startswith("environment.yml:6:5: advice: 30 packages ask for one build, made for one platform.")
    assert " On lines 6 to 10, 12 to 14, 16 to 23, 25 to 28 and 30 to 39. " in said[1]
    assert said[1].endswith("(`condock check --fix` mends all)")


def test_all_is_mended_at_once_and_what_was_there_is_kept(project: Project) -> None:
    project.write("environment.yml", EXPORT)
    done = project.run("check", "--offline", "--fix")
    assert (done.code, done.stdout) == (0, "environment.yml: no findings\n")
    assert done.stderr.splitlines() == [
        "Wrote environment.yml. What was there is in .condock/environment.yml.bak1.",
        "Mended lines 5, 15 and 41: Remove all 3.",
        "Mended lines 6 to 10, 12 to 14, 16 to 23, 25 to 28 and 30 to 39: Drop all 30 build strings.",
        "Mended line 43: Remove it.",
    ]
    assert (project.path / ".condock/environment.yml.bak1").read_text() == EXPORT
    assert project.run("check", "--offline", "--fix").stderr.startswith("There is nothing in environment.yml")


def test_a_dry_run_shows_the_change_without_tokens_and_makes_none(project: Project) -> None:
    token = "zq-5e0c-canary-71f2"
    text = EXPORT.replace("  - defaults", f"  - https://conda.anaconda.org/t/{token}/org")
    project.write("environment.yml", text)
    before = project.files()
    done = project.run("check", "--fix", "--dry-run")
    assert (done.code, done.stderr) == (0, "")
    assert "-  - six=1.17.0=py312hca03da5_0\n" in done.stdout
    assert "+  - six=1.17.0\n" in done.stdout
    assert "-  - appnope=" in done.stdout
    assert "+  - https://conda.anaconda.org/org\n" in done.stdout
    assert token not in done.text
    assert project.files() == before


def test_what_the_code_imports_and_nothing_brings_is_said_and_added(
    project: Project, channel: SolvingChannel
) -> None:
    project.write("app.py", "import lib, data, cv2\n")
    depends(project, channel, "app")
    said = project.run("check", "--offline").stdout
    assert (
        "warning: app.py imports `cv2`, and the environment names no package that brings it. Add `- opencv`."
        in said
    )
    assert "The code imports `lib` and `data`, and condock does not know" in said
    solved = project.run("check").stdout
    assert "`lib`" not in solved, "app brings it along"
    assert "app.py imports `data`, and the environment names no package that brings it. Add `- data`." in solved
    assert "app.py imports `cv2`, and condock does not know which package brings it" in solved, "no channel has it"
    assert project.run("check", "--offline", "--fix").stderr.endswith("Mended: Add opencv.\n")
    assert "  - opencv\n" in (project.path / "environment.yml").read_text()


def test_init_asks_the_channels_what_they_call_what_is_imported(project: Project, channel: SolvingChannel) -> None:
    (project.path / "condock.yml").unlink()
    project.write("app.py", "import lib, data, cv2\n")
    project.write("environment.yml", f"channels:\n  - {channel.open}\ndependencies:\n  - lib\n")
    said = project.run("init").stderr
    assert (
        "To do: app.py imports `data`, and the environment names no package that brings it. Add `- data`." in said
    )
    assert "To do: app.py imports `cv2`, and condock does not know which package brings it." in said
    assert "`lib`" not in said


def test_there_is_nothing_to_mend_where_there_is_no_file(project: Project) -> None:
    (project.path / "environment.yml").unlink()
    done = project.run("check", "--fix")
    assert done.code == 2
    assert "environment.yml does not exist." in done.stderr


def test_offline_nothing_is_asked(project: Project, channel: SolvingChannel) -> None:
    asked = len(channel.requests)
    done = project.run("check", "--offline")
    assert (done.code, done.stdout) == (0, "environment.yml: no findings\n")
    assert len(channel.requests) == asked


@pytest.mark.parametrize("mode", ["variable", "none"])
def test_a_channel_of_the_plug_in_that_is_none_is_said_where_it_is_asked(project: Project, mode: str) -> None:
    wrong = "https://example.com/toolshttps://repo.anaconda.cloud/repo/anaconda-tools"
    project.plan("secret", mode=mode, plugin_channel=wrong)
    done = project.run("check", "--offline")
    found = [line for line in done.stdout.splitlines() if "is two addresses in one. Write one channel" in line]
    assert [line.partition(" The ")[0] for line in found] == ["condock.yml: problem:"] * (mode == "variable")
    assert done.code == (2 if mode == "variable" else 0)
    told = json.loads(project.run("check", "--offline", "--json").stdout)
    assert {one["file"] for one in told["findings"]} == {"condock.yml"}


def test_a_conflict_is_said_in_the_solvers_words(project: Project, channel: SolvingChannel) -> None:
    depends(project, channel, "app", "old")
    done = project.run("check")
    assert done.code == 2
    first, *lines = done.stdout.splitlines()
    assert first.startswith("linux-64: problem: ")
    assert lines
    assert all(line.startswith("  | ") for line in lines)


@pytest.mark.parametrize(("key", "said"), [("", "wants a key"), ("opaque-0f9e8d7c6b5a4938", "may not read")])
def test_a_channel_that_does_not_open_is_about_the_key(project: Project, key: str, said: str) -> None:
    project.patch.setenv(KEY_VARIABLE, key) if key else project.patch.delenv(KEY_VARIABLE)
    done = project.run("check")
    assert done.code == 3, done.text
    assert said in done.stdout
    assert not key or key not in done.text


def test_without_a_plan_or_an_environment(project: Project) -> None:
    (project.path / "condock.yml").unlink()
    assert project.run("check", "--offline").code == 0
    (project.path / "environment.yml").unlink()
    done = project.run("check")
    assert done.code == 2
    assert "environment.yml: problem: environment.yml does not exist." in done.stdout


def test_json_says_it_all(project: Project, channel: SolvingChannel) -> None:
    depends(project, channel, "lib", more="prefix: /opt/x\n")
    done = project.run("check", "--json", "--platform", "linux-64,linux-aarch64")
    assert (done.code, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["file"] == "environment.yml"
    [finding] = told["findings"]
    assert (finding["severity"], finding["line"], finding["column"], finding["fixable"]) == ("advice", 5, 1, True)
    assert [(one["platform"], one["solved"]) for one in told["platforms"]] == [
        ("linux-64", True),
        ("linux-aarch64", True),
    ]
    [package] = told["platforms"][0]["packages"]
    assert (package["name"], package["version"], package["subdir"]) == ("lib", "2.0", "linux-64")
    assert told["platforms"][0]["download_size"] == package["size"]


def test_json_of_a_failure(project: Project, channel: SolvingChannel) -> None:
    depends(project, channel, "app", "old")
    done = project.run("check", "--json")
    assert done.code == 2
    [told] = json.loads(done.stdout)["platforms"]
    assert (told["solved"], told["kind"]) == (False, "conflict")
    assert {"app", "old"} >= set(told["culprits"])
    assert told["message"].endswith(".")


# lock


def test_lock_writes_a_file_for_each_platform_and_the_plan_builds_from_them(project: Project) -> None:
    done = project.run("lock", "--platform", "linux-64,linux-aarch64")
    assert (done.code, done.stdout) == (0, "")
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        "Wrote conda-linux-64.lock",
        "Wrote conda-linux-aarch64.lock",
        "Wrote condock.yml. What was there is in .condock/condock.yml.bak1.",  # it is not as condock writes it
    ]
    plan = read_plan_file(project.path)
    assert plan.environment.locks == ("conda-linux-64.lock", "conda-linux-aarch64.lock")
    text = (project.path / "conda-linux-64.lock").read_text()
    assert is_ours(text)
    assert read_explicit(text).platforms == ("linux-64",)
    project.agree()  # to the guide's form, for a channel that is not Anaconda's
    assert project.run("doctor").code == 0
    assert project.run("lock", "--check").code == 0


def test_the_same_again_is_said_to_be_the_same(project: Project) -> None:
    project.run("lock")
    before = project.files()
    done = project.run("lock")
    assert done.code == 0
    assert done.stderr.startswith("conda-linux-64.lock is up to date: 1 package, ")
    assert done.stderr.count("\n") == 1
    assert project.files() == before


def test_a_lock_file_that_was_edited_is_kept_beside(project: Project) -> None:
    project.write("conda-linux-64.lock", "mine\n")
    done = project.run("lock")
    assert done.code == 0
    assert "What was there is in .condock/conda-linux-64.lock.bak1." in done.stderr
    assert (project.path / ".condock/conda-linux-64.lock.bak1").read_text() == "mine\n"


def test_a_stale_lock_does_not_hide_what_is_wrong_in_the_text(project: Project) -> None:
    project.run("lock")
    assert project.run("check", "--offline").code == 0
    project.write("environment.yml", "channels: [x y]\ndependencies:\n  - data=>1\n")
    done = project.run("check", "--offline")
    assert done.code == 2
    assert "`=>` is not a comparison" in done.stdout
    assert "does not fit environment.yml any more" in done.stdout


def test_stale_locks_are_2(project: Project, channel: SolvingChannel) -> None:
    done = project.run("lock", "--check")
    assert done.code == 2
    assert "The plan builds from no lock files. Make them: `condock lock`." in done.stderr
    project.run("lock")
    assert project.run("lock", "--check").stderr == "The lock files are up to date.\n"
    depends(project, channel, "lib=1")
    done = project.run("lock", "--check")
    assert done.code == 2
    assert "conda-linux-64.lock" in done.stderr


def test_nothing_is_written_unless_all_platforms_solve(project: Project, channel: SolvingChannel) -> None:
    depends(project, channel, "arm-only")
    before = project.files()
    done = project.run("lock", "--platform", "linux-aarch64,linux-64")
    assert done.code == 2
    assert "condock: linux-64: " in done.stderr
    assert project.files() == before


def test_without_the_key_it_is_3(project: Project) -> None:
    project.patch.delenv(KEY_VARIABLE)
    before = project.files()
    assert project.run("lock").code == 3
    assert project.files() == before


@pytest.mark.parametrize(
    ("gone", "said"), [("condock.yml", "There is no condock.yml here."), ("environment.yml", "")]
)
def test_lock_needs_a_plan_and_an_environment(project: Project, gone: str, said: str) -> None:
    (project.path / gone).unlink()
    done = project.run("lock")
    assert done.code == 2
    assert (said or "environment.yml does not exist.") in done.stderr
    assert not (project.path / gone).exists()


def test_an_environment_with_mistakes_is_not_locked(project: Project, channel: SolvingChannel) -> None:
    depends(project, channel, "lib=>1")
    done = project.run("lock")
    assert done.code == 2
    assert "environment.yml, line 4, column 5: " in done.stderr


CONDA_LOCK = {
    "version": 1,
    "metadata": {"platforms": ["linux-64"]},
    "package": [
        {
            "name": "lib",
            "version": "2.0",
            "manager": "conda",
            "platform": "linux-64",
            "dependencies": {},
            "url": "https://repo.anaconda.cloud/pkgs/main/linux-64/lib-2.0-0.tar.bz2",
            "hash": {"sha256": "ab" * 32},
            "category": "main",
        }
    ],
}


def test_a_file_of_conda_lock_is_taken_as_it_is(project: Project, channel: SolvingChannel) -> None:
    project.write("conda-lock.yml", json.dumps(CONDA_LOCK))
    asked = len(channel.requests)
    done = project.run("lock", "--from", "conda-lock.yml")
    assert done.code == 0, done.text
    assert len(channel.requests) == asked
    text = (project.path / "conda-linux-64.lock").read_text()
    assert text.endswith(f"/lib-2.0-0.tar.bz2#sha256:{'ab' * 32}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "gone.yml"), "gone.yml"),
        (("--from", "conda-lock.yml", "--platform", "linux-aarch64"), "only for linux-64."),
    ],
)
def test_a_file_of_conda_lock_that_does_not_fit(project: Project, arguments: tuple[str, ...], said: str) -> None:
    project.write("conda-lock.yml", json.dumps(CONDA_LOCK))
    done = project.run("lock", *arguments)
    assert done.code == 2
    assert said in done.stderr


# demo


@pytest.mark.parametrize("speed", ["0", "-1", "inf", "nan"])
def test_a_speed_that_is_none(project: Project, speed: str) -> None:
    project.capture.readouterr()
    from tui.main import main

    assert main(["demo", f"--speed={speed}"]) == 2
    assert "A recording cannot be played at that speed." in project.capture.readouterr().err


def test_the_demo_as_events(project: Project) -> None:
    from tui.main import main

    project.capture.readouterr()
    assert main(["demo", "--json", "--speed=100"]) == 0
    said = project.capture.readouterr()
    assert json.loads(said.out.splitlines()[-1])["type"] == "succeeded"
    assert "This is a recording of a build" in said.err


def test_a_command_that_says_another_port_than_the_image_is_advised_on(project: Project) -> None:
    project.plan("application", port="9090", command="uvicorn main:app --port 8000")
    done = project.run("check", "--offline")
    assert done.code == 0
    assert "condock.yml: advice: The command says port 8000, and the image port 9090" in done.stdout


def test_a_file_that_the_command_names_and_is_not_copied_is_advised_on(project: Project) -> None:
    project.plan("application", files=(), command="python app.py")
    done = project.run("check", "--offline")
    assert done.code == 0
    assert "condock.yml: advice: The command names `app.py`, which is not copied into the image." in done.stdout

"""What the stand-in for conda does as conda does it: the words, and the traps that differ between versions."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator

import pytest

from tests.engine import conda_packages as made
from tests.engine.base_images import BaseImages, Image
from tests.engine.channel import Channel, files_of, running
from tests.engine.conda_packages import CONDARC, File, Package, sample_packages, tools_packages
from tests.engine.engine import Engine
from tui.core.secret import KEY_VARIABLE

FAILING = File(b"echo a message > $PREFIX/.messages.txt\necho trouble >&2\nexit 3\n", 0o755)
CREATE = "conda env create --yes --prefix /env --file environment.yml"
DOWNLOAD = "conda create --yes --download-only --prefix /env --file"
EXIT_ZERO = (
    "\nCondaExitZero: Package caches prepared. UnlinkLinkTransaction cancelled with --download-only option.\n"
)
LIST = "conda list --prefix /env --explicit --md5"
FETCH = """\
python -c '
from conda.exports import MatchSpec, ProgressiveFetchExtract
urls = (line.strip().partition("#") for line in open("conda.lock") if "://" in line)
ProgressiveFetchExtract([MatchSpec(url, md5=digest) for url, _, digest in urls]).execute()'"""

Conda = Callable[..., str]


@pytest.fixture
def channel(key: str, busybox: bytes) -> Iterator[Channel]:
    """In the place of the usual one, with a package whose script fails."""
    failing = Package("failing", "1.0", {"bin/.failing-post-link.sh": FAILING})
    packages = [*sample_packages(), *made.busybox(busybox), failing]
    files = files_of("private", packages) | files_of("tools", tools_packages())
    with running(Channel([key], files)) as channel:
        yield channel


@pytest.fixture
def conda(engine: Engine, base_images: BaseImages, channel: Channel, key: str) -> Conda:
    """Runs commands in a container of a base image, with the plugin and an environment.yml; what they say."""

    def run(script: str, *, image: str = "builder", environment: str = "") -> str:
        text = environment or f"channels: [{channel.private}]\ndependencies: [greeting]\n"
        plugin = f"mkdir /opt/conda/condarc.d; cat > /opt/conda/condarc.d/plugin.yml <<'END'\n{CONDARC}\nEND"
        lines = [plugin, f"cat > environment.yml <<'END'\n{text}\nEND", "exec 2>&1", script]
        made: Image = getattr(base_images, image)
        done = subprocess.run(
            ["docker", "run", "--rm", "-i", "--network=host", f"--env={KEY_VARIABLE}", made.pinned, "bash"],
            input="\n".join(lines),
            env=engine.env | {KEY_VARIABLE: key},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert not done.stderr, done.stderr
        return done.stdout

    return run


def test_the_version_is_that_of_the_image(conda: Conda) -> None:
    assert conda("conda --version") == "conda 26.7.1\n"
    assert conda("conda --version", image="old_builder") == "conda 25.11.1\n"


SOLVED = """\
Channels:
 - {private}
 - defaults
Platform: linux-64
Collecting package metadata (repodata.json): ...working... done
Solving environment: ...working... done

## Package Plan ##

  environment location: /env

  added / updated specs:
    - zones-data=2026.1

"""
TO_DOWNLOAD = """\

The following packages will be downloaded:

    package                    |            build
    ---------------------------|-----------------
    zones-data-2026.1          |                0          448 B  {private}
    ------------------------------------------------------------
                                           Total:          448 B
"""
TO_INSTALL = """\

The following NEW packages will be INSTALLED:

  zones-data         private/noarch::zones-data-2026.1-0 



Downloading and Extracting Packages: ...working... done
"""
LINKED = """\
Preparing transaction: ...working... done
Verifying transaction: ...working... done
Executing transaction: ...working... done
#
# To activate this environment, use
#
#     $ conda activate /env
#
# To deactivate an active environment, use
#
#     $ conda deactivate

"""


def test_two_runs_say_what_conda_says(conda: Conda, channel: Channel) -> None:
    """As in the recordings two-run-*: the first downloads, the second links without key and network."""
    environment = f"channels: [{channel.private}]\ndependencies: [zones-data=2026.1]\n"
    second = f"unset {KEY_VARIABLE}; echo; {CREATE} --offline; ls /env/share/zones"
    said = conda(f"{DOWNLOAD} environment.yml; echo code $?; ls /env; {second}", environment=environment)
    start = SOLVED.format(private=channel.private)
    absent = "code 0\nls: cannot access '/env': No such file or directory\n\n"
    first = f"{start}{TO_DOWNLOAD.format(private=channel.private)}{TO_INSTALL}{EXIT_ZERO}\n"
    assert said == f"{first}{absent}{start}{TO_INSTALL}{LINKED}UTC\n"
    asked = [request.path for request in channel.requests if request.path.startswith("/private/")]
    assert sum(path.endswith(".tar.bz2") for path in asked) == 1


def test_all_ways_come_to_the_same_packages(conda: Conda) -> None:
    """In one go, by two runs, and from the list of the first by a fetch through conda's own session."""
    start_anew = "rm -rf /env /opt/conda/pkgs"
    ways = (
        f"{CREATE} && {LIST} > conda.lock",
        f"{DOWNLOAD} environment.yml && {CREATE} --offline && {LIST} | cmp - conda.lock",
        f"{FETCH} && conda create --yes --offline --prefix /env --file conda.lock && {LIST} | cmp - conda.lock",
    )
    said = conda(f" && {start_anew} && ".join(ways) + " && cat conda.lock && /env/bin/greet")
    assert "@EXPLICIT\nhttp://" in said
    assert said.endswith("\nhello from greeting 1.1\n")


def test_what_is_unpacked_is_enough(conda: Conda) -> None:
    """An archive may go, as from a layer that keeps no archives."""
    solved = f"{DOWNLOAD} environment.yml && rm /opt/conda/pkgs/*.tar.bz2 && {CREATE} --offline"
    locked = "conda create --yes --offline --prefix /env --file conda.lock"
    listed = f"{LIST} > conda.lock && rm -rf /env"
    said = conda(f"{solved} && {listed} && {locked} && {LIST} | cmp - conda.lock && /env/bin/greet")
    assert said.endswith("\nhello from greeting 1.1\n"), said


@pytest.mark.parametrize(
    ("image", "outcomes"),
    [
        ("builder", {f"{DOWNLOAD} environment.yml": True, f"CONDA_DOWNLOAD_ONLY=true {CREATE}": True}),
        ("builder", {f"{DOWNLOAD} conda.lock": False}),
        ("old_builder", {f"{DOWNLOAD} conda.lock": False, f"CONDA_DOWNLOAD_ONLY=true {CREATE}": False}),
    ],
)
def test_to_download_only_is_not_always_what_is_done(
    conda: Conda, channel: Channel, image: str, outcomes: dict[str, bool]
) -> None:
    """The traps of facts/isolation.md: explicit lists are linked all the same, by an older conda everything."""
    lock = f"printf '@EXPLICIT\\n{channel.private}/noarch/zones-data-2026.1-0.tar.bz2\\n' > conda.lock"
    runs = [f"{command}; echo code $?; test -e /env && echo linked; rm -rf /env" for command in outcomes]
    said = conda("; echo NEXT; ".join((lock, *runs)), image=image).split("NEXT\n")[1:]
    assert [(EXIT_ZERO in text, "code 0\nlinked\n" not in text) for text in said] == [
        (is_safe, is_safe) for is_safe in outcomes.values()
    ]


def test_an_older_conda_cannot_create_from_an_environment_file(conda: Conda) -> None:
    said = conda(f"{DOWNLOAD} environment.yml; echo code $?", image="old_builder")
    assert said.startswith("\nCondaValueError: could not parse 'channels: [http://")
    assert said.endswith("]' in: environment.yml\n\ncode 1\n")


def test_without_what_was_downloaded_nothing_is_found(conda: Conda) -> None:
    """As in the recording two-run-offline-miss; where the index is left, the package itself is missed."""
    said = conda(f"{DOWNLOAD} environment.yml; rm -rf /opt/conda/pkgs; {CREATE} --offline; echo code $?")
    _, _, second = said.partition(EXIT_ZERO)
    assert second.count(": Could not load repodata for http://") == 4
    assert "\nPackagesNotFoundInChannelsError: The following packages are not available" in second
    assert second.endswith("\ncode 1\n")
    said = conda(f"{DOWNLOAD} environment.yml; rm -rf /opt/conda/pkgs/greet*; {CREATE} --offline; echo code $?")
    _, _, second = said.partition(EXIT_ZERO)
    assert "\nOfflineError: EnforceUnusedAdapter called with url http://" in second


@pytest.mark.parametrize(
    ("image", "prepare", "asked"),
    [
        ("builder", "true", ["nodefaults", "defaults"]),
        ("old_builder", "true", []),
        ("builder", "conda config --system --remove channels defaults", ["nodefaults"]),
    ],
)
def test_newer_ones_ask_their_own_channels_whatever_the_file_says(
    conda: Conda, channel: Channel, image: str, prepare: str, asked: list[str]
) -> None:
    environment = f"channels: [{channel.private}, nodefaults]\ndependencies: [zones-data]\n"
    said = conda(f"{prepare}; {CREATE}", image=image, environment=environment)
    listed = "".join(f" - {name}\n" for name in [channel.private, *asked])
    assert said.startswith(f"Channels:\n{listed}Platform: linux-64\n")


def test_a_script_that_fails_leaves_nothing(conda: Conda, channel: Channel) -> None:
    """As in the recording two-run-linkerror."""
    environment = f"channels: [{channel.private}]\ndependencies: [failing]\n"
    said = conda(f"{CREATE}; echo code $?; ls /env", environment=environment)
    package = f"{channel.private}::failing-1.0-0"
    _, _, said = said.partition("Executing transaction: ...working... ")
    assert said == (
        "a message\n\n"
        f"ERROR conda.core.link:_execute(1070): An error occurred while installing package '{package}'.\n"
        "done\nRolling back transaction: ...working... done\n\n"
        f"LinkError: post-link script failed for package {package}\n"
        "location of failed script: /env/bin/.failing-post-link.sh\n"
        "==> script messages <==\na message\n\n==> script output <==\nstdout: \nstderr: trouble\n\n"
        "return code: 3\n\n\n()\n\ncode 1\nls: cannot access '/env': No such file or directory\n"
    )


@pytest.mark.parametrize("wrong", ["key", "package"])
def test_a_fetch_fails_as_conda_itself_does(conda: Conda, channel: Channel, wrong: str) -> None:
    """As facts/isolation.md has it of form B: with a traceback that ends in a CondaMultiError."""
    digest = "0" * 32 if wrong == "package" else ""
    lock = f"echo '{channel.private}/noarch/zones-data-2026.1-0.tar.bz2#{digest}' > conda.lock"
    key = f"{KEY_VARIABLE}=wrong " if wrong == "key" else ""
    said = conda(f"{lock}; {key}{FETCH}; echo code $?")
    assert "Traceback (most recent call last):" in said
    words = {"key": "Received authentication error (403) when accessing", "package": "Conda detected a mismatch"}
    assert f"\nconda.CondaMultiError: {words[wrong]}" in said
    assert said.endswith("\ncode 1\n")

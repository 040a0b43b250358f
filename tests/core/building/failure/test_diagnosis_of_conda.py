"""What real conda says of itself: whole builds that were recorded, and its words as each solver prints them."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.paths import DATA, RECORDINGS, ROOT
from tests.stages.failed_builds import ENVIRONMENT, project, replayed, run_that_printed
from tui.core.building.failure.causes import causes
from tui.core.building.failure.diagnosis import Diagnosis, diagnose
from tui.core.untrusted_text import printable

PRINTED = DATA / "failures" / "printed"
NAME = re.compile(r"([\w.-]+?)\.(\d+\.\d+\.\d+)-(\w+)\.txt")
"""The cause and what sets it apart, the version of conda, the solver."""
NOW = time.time()
BUILT = [
    *("conda-26.7.1-condalock2", "conda-26.7.1-dotenv", "conda-26.7.1-lock1", "conda-26.7.1-m-ok"),
    *("conda-26.7.1-ok-env", "conda-26.7.1-pipok", "parallel", "success", "two-run-burglar-guide"),
    *("two-run-burglar-two", "two-run-lock", "two-run-ok-fastapi", "two-run-ok-pip"),
]
"""Those that succeeded."""
FAILED = {
    "conda-26.7.1-glibcpkg": ("glibc", "A package needs a newer glibc than the runtime image has."),
    "conda-26.7.1-m-conflict": ("conflict", "These dependencies cannot be installed together."),
    "conda-26.7.1-m-cuda": ("cuda", "A package asks for a graphics card's driver (CUDA), which no builder has."),
    "conda-26.7.1-m-missing": ("package-not-found", "No channel has pandsa."),
    "conda-26.7.1-m-opd-domain": (
        "key-not-offered",
        "The build shows repo.anaconda.com no key, and it wants one.",
    ),
    "conda-26.7.1-pipbuild": ("pip-build", "pip has to build a package from its source, and that fails."),
    "conda-26.7.1-r-conflict": ("conflict", "These dependencies cannot be installed together."),
    "conda-26.7.1-r-depmissing": ("dependency-missing", "No channel has gone >=1, which needs-gone needs."),
    "conda-26.7.1-r-missing": ("package-not-found", "No channel has pandsa."),
    "conda-26.7.1-tosno": ("tos", "conda stops until Anaconda's Terms of Service are accepted."),
    "no-key": ("no-key", "The build was given no API key."),
    "token-not-found": ("no-key", "The build was given no API key."),
    "two-run-conflict": ("conflict", "These dependencies cannot be installed together."),
    "two-run-expired": (
        "forbidden",
        "pkgs/r (repo.anaconda.com) refuses the API key: it is not valid any more, or its account may not use "
        "this channel.",
    ),
    "two-run-linkerror": (
        "script-network",
        "A script of defaults::needs-net-1.0-0 wants the network while it is installed, and has none there.",
    ),
    "two-run-offline-miss": (
        "downloads-gone",
        "The packages that were downloaded in the step before are not there any more.",
    ),
    "two-run-tos": ("tos", "conda stops until Anaconda's Terms of Service are accepted."),
    "two-run-wrong-package": ("package-not-found", "No channel has pandsa."),
    "unknown-package": ("package-not-found", "No channel has no-such-package-xyz."),
    "wrong-key": (
        "forbidden",
        "defaults (repo.anaconda.com) refuses the API key: it is not valid any more, or its account may not use "
        "this channel.",
    ),
}
"""The others: the cause, and what is said of it."""
ON_PREM = "conda-26.7.1-m-opd-domain"
INSTRUCTIONS = {
    "no-plugin": "conda install anaconda-registration",
    "installed-with-key": "conda create --download-only && test ! -e /env",
    "script-network": "--network=none conda env create --offline",
    "downloads-gone": "--network=none conda env create --offline",
}
"""What a step did that printed such words, where it matters."""
WORDS = {
    "package-not-found": "No channel has pandsa.",
    "package-not-found.of-many": "No channel has six=9.",
    "packages-not-found": "No channel has 5 of these packages, and conda does not say which.",
    "package-build": "No channel has exactly the builds of six==1.16.0=nope_0.",
    "package-build.glob": "No channel has exactly the builds of numpy==2.2.6[build=py39*].",
    "package-platform": "No channel has numpy=2.2.6 for linux-aarch64.",
    "dependency-missing": (
        "No channel has something that one of these dependencies needs, and conda does not say what."
    ),
    "dependency-missing.named": "No channel has gone2[version='>=1'], which one of the dependencies needs.",
    "dependency-missing.deep": "No channel has gone >=1, which needs-gone needs.",
    "conflict": "These dependencies cannot be installed together.",
    "conflict.python": "These dependencies cannot be installed together.",
}
"""The sentences, by the names of the words without their conda."""


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("*.rawjson")), ids=lambda path: path.stem)
def test_every_recorded_build_is_diagnosed_as_what_it_was(path: Path, tmp_path: Path) -> None:
    where = project(tmp_path)
    if path.stem == ON_PREM:
        where = where.change("account", domain="conda.corp.test")
    diagnosis = diagnose(*replayed(path, 0 if path.stem in BUILT else 1), where, NOW)
    found = diagnosis and (diagnosis.cause, diagnosis.sentence)
    assert found == FAILED.get(path.stem)
    if diagnosis is not None:
        assert ".msgpack" not in f"{diagnosis.sentence} {diagnosis.advice}"


def diagnosed(name: str, tmp_path: Path, environment: str = ENVIRONMENT) -> Diagnosis:
    where = replace(project(tmp_path), environment=environment)
    command = INSTRUCTIONS.get(name.partition(".")[0], "conda env create")
    printed = (PRINTED / name).read_text().splitlines()
    found = diagnose(*run_that_printed(*printed, instruction=f"RUN {command}"), where, NOW)
    assert found is not None
    return found


@pytest.mark.parametrize("name", sorted(path.name for path in PRINTED.iterdir()))
def test_condas_words_are_read_whichever_solver_says_them(name: str, tmp_path: Path) -> None:
    found = diagnosed(name, tmp_path)
    about, _, solver = NAME.fullmatch(name).groups()  # type: ignore[union-attr]
    assert found.cause == about.partition(".")[0]
    said = WORDS.get(about, found.sentence)
    if about == "dependency-missing" and solver == "rattler":
        said = "No channel has gone >=1, which needs-gone needs."
    assert found.sentence == printable(said)
    assert found.evidence


def test_what_is_missing_of_a_package_that_is_asked_for_is_a_conflict(tmp_path: Path) -> None:
    name = "dependency-missing.26.7.1-rattler.txt"
    assert diagnosed(name, tmp_path, "dependencies: [needs-gone, gone=0.5]\n").cause == "conflict"


def test_a_conflict_names_what_is_asked_for_and_takes_part(tmp_path: Path) -> None:
    name = "conflict.python.26.7.1-rattler.txt"
    text = "dependencies: [six, wants-py2, python=3.12]\n"
    assert diagnosed(name, tmp_path, text).advice == (
        "Loosen or remove the version of one of them: wants-py2 or python."
    )
    assert diagnosed("conflict.26.7.1-rattler.txt", tmp_path, "dependencies: [six]\n").advice == (
        "Loosen or remove the version of one of them."
    )


def test_every_row_of_the_table_says_what_it_was_seen_with() -> None:
    seen = {cause.key: "" for cause in causes()}
    for cause in causes():
        assert re.match(r"(?:conda|buildx|pip) \d\S* |not seen; ", f"{cause.seen} ")
        seen[cause.key] += f" {cause.seen}"
    for path in PRINTED.iterdir():
        about, version, solver = NAME.fullmatch(path.name).groups()  # type: ignore[union-attr]
        said = seen[about.partition(".")[0]]
        assert version in said
        assert re.search(rf"\b(?:{solver}|any)\b", said)


def test_nothing_that_condock_says_leads_to_the_switch_with_which_conda_prints_the_key() -> None:
    """`-vv` shows the header Authorization (conda 26.7.1, gateways/repodata/zstd.py)."""
    told = [
        *ROOT.glob("*.md"),
        *ROOT.glob("assets/*.yml"),
        *ROOT.glob("tui/**/*.py"),
        *ROOT.glob("screens/**/*.py"),
    ]
    assert len(told) > 200
    assert [path.name for path in told if re.search(r"(?<![\w-])-v{2,}\b", path.read_text())] == []

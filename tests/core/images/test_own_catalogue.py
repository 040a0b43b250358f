"""Catalogues that go before condock's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tui.core.engine.base_contents import Inside, learnt, read_inside
from tui.core.engine.build_settings import settings_problems
from tui.core.engine.pin import PinReport, PinState
from tui.core.engine.report import EngineReport
from tui.core.errors import CondockError
from tui.core.images.catalogue import catalogue
from tui.core.images.catalogue_files import VARIABLE, own_file
from tui.core.images.catalogue_image import CatalogueImage
from tui.core.images.digest_words import held_by
from tui.core.images.learnt_images import keep_learnt
from tui.core.images.own_catalogue import read_catalogue
from tui.core.overview.upkeep import upkeep
from tui.core.plan import BuildPlan
from tui.core.project import open_project

SHIPPED = catalogue().builders[0]
DIGEST = f"sha256:{'1' * 64}"
AMD64 = CatalogueImage("example/conda", "1", DIGEST, "", "", platforms=("linux/amd64",), kind="manifest")


@pytest.fixture(autouse=True)
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """An empty home, and a catalogue that is read anew."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    catalogue.cache_clear()
    yield {"XDG_CONFIG_HOME": str(tmp_path)}
    catalogue.cache_clear()


def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> Path:
    path = tmp_path / "team.yml"
    path.write_text(text)
    monkeypatch.setenv(VARIABLE, str(path))
    catalogue.cache_clear()
    return path


def test_what_was_learnt_goes_before_ours_and_leaves_the_rest_as_it_is(env: dict[str, str]) -> None:
    found = replace(
        SHIPPED, notes="", evidence="", glibc="2.41", platforms=("linux/amd64",), tos=True, checked="d"
    )
    keep_learnt(env, "builders", found)
    first = catalogue().builders[0]
    assert (first.glibc, first.platforms, first.checked, first.source) == ("2.41", ("linux/amd64",), "d", "yours")
    assert (first.notes, first.evidence, first.recommended) == (SHIPPED.notes, SHIPPED.evidence, True)
    assert catalogue().glibc_of(SHIPPED.reference) == "2.41"
    assert catalogue().asks_for_tos(SHIPPED.reference)
    keep_learnt(env, "builders", AMD64)
    keep_learnt(env, "builders", replace(AMD64, conda="26.7.1"))
    assert [image.name for image in catalogue().builders[:2]] == ["example/conda", SHIPPED.name]
    assert catalogue().builders[0].conda == "26.7.1"
    assert own_file(env).read_text().startswith("# Images that condock offers before its own.")


def test_a_team_shares_one_and_the_user_comes_before_the_team(
    env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"builders:\n- {{name: example/conda, tag: '1', digest: '{DIGEST}', conda: 26.1.1, notes: Ours.}}\n"
    team(tmp_path, monkeypatch, text)
    keep_learnt(env, "builders", replace(AMD64, conda="26.7.1"))
    first = catalogue().builders[0]
    assert (first.conda, first.notes, first.source) == ("26.7.1", "Ours.", "yours")
    own_file(env).unlink()
    catalogue.cache_clear()
    assert (catalogue().builders[0].conda, catalogue().builders[0].source) == ("26.1.1", "your team's")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [", "it is no YAML"),
        (f"builders: {'[' * 1_000}{']' * 1_000}", "it is nested too deeply"),
        ("builders: 2026-13-45", "it is no YAML"),
        ("- a", "it has other parts than builders and runtimes"),
        ("images: []", "it has other parts"),
        ("builders: 3", "`builders` is no list"),
        ("builders: [3]", "entry 1 of `builders` needs name, tag, digest"),
        ("builders: [{name: a, tag: 1, digest: x}]", "needs name, tag, digest, each a text"),
        (f"runtimes: [{{name: a, tag: b, digest: '{DIGEST}', colour: red}}]", "unknown value `colour`"),
        (f"runtimes: [{{name: a, tag: b, digest: '{DIGEST}', tos: maybe}}]", "`tos` of entry 1"),
        (f"runtimes: [{{name: a, tag: b, digest: '{DIGEST}', platforms: [1]}}]", "`platforms` of entry 1"),
        ("runtimes: [{name: a, tag: b, digest: x}]", "entry 1 of `runtimes`: "),
        ("runtimes: [{name: A B, tag: b, digest: x}]", "entry 1 of `runtimes`: "),
    ],
)
def test_a_catalogue_with_a_mistake_is_left_out_and_told(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = team(tmp_path, monkeypatch, text)
    [problem] = catalogue().problems
    assert said in problem.message
    assert catalogue().builders[0] == SHIPPED
    with pytest.raises(CondockError):
        read_catalogue(path)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nowhere.yml"))
    catalogue.cache_clear()
    assert "nowhere.yml is not there" in catalogue().problems[0].message


def test_what_a_container_of_the_image_says() -> None:
    said = "glibc glibc 2.41\nconda 26.7.1\ntos /opt/miniconda3/lib/python3.13/site-packages/conda_anaconda_tos\n"
    assert read_inside(said) == Inside("26.7.1", "2.41", True)
    assert read_inside("glibc glibc 2.36\nconda 25.3.1\ntos \n") == Inside("25.3.1", "2.36", False)
    assert read_inside("glibc \n") == read_inside("") == Inside()


def test_what_is_kept_of_an_answer() -> None:
    report = PinReport(PinState.MOVED, f"sha256:{'2' * 64}", ("linux/amd64",), "manifest")
    kept, moved = learnt(f"docker.io/a/b:1@{DIGEST}", report, Inside("26.7.1", "2.41", True), date(2026, 11, 24))
    assert (moved.reference, moved.checked) == (f"a/b:1@{report.digest}", "2026-11-24")
    assert not (moved.conda or moved.platforms or moved.tos), "nobody looked into that one"
    assert kept == CatalogueImage(
        "a/b",
        "1",
        DIGEST,
        "",
        "",
        "26.7.1",
        "",
        "2.41",
        ("linux/amd64",),
        tos=True,
        kind="manifest",
        checked="2026-11-24",
    )
    (kept,) = learnt("a/b:1", report, Inside(), date(2026, 11, 24))
    assert kept.digest == report.digest
    assert learnt(f"a/b:1@{DIGEST}", PinReport(PinState.UNKNOWN), Inside(), date(2026, 11, 24)) == ()


def test_a_tag_that_was_seen_to_have_moved_is_said_from_then_on(env: dict[str, str], tmp_path: Path) -> None:
    used = catalogue().runtime
    report = PinReport(PinState.MOVED, f"sha256:{'2' * 64}")
    for row in learnt(used.reference, report, Inside(), date(2026, 11, 24)):
        keep_learnt(env, "runtimes", row)
    assert catalogue().runtime.reference == used.reference, "what is recommended stays so"
    said = "its tag named another image on 2026-11-24."
    assert held_by(used.reference, catalogue().runtimes).endswith(said)
    (due,) = upkeep(open_project(tmp_path).change("base", runtime=used.reference), 0.0)
    assert due.words == f"{used.name}:{used.tag} names another image by now, as of 2026-11-24."
    assert due.mend
    mended = due.mend(open_project(tmp_path))
    assert mended.plan.base.runtime == f"{used.name}:{used.tag}@{report.digest}"
    assert upkeep(mended, 0.0) == ()


@pytest.mark.parametrize(("platforms", "engine"), [(("linux/arm64",), "linux/amd64"), ((), "linux/arm64")])
def test_an_image_of_one_platform_is_refused_for_another(platforms: tuple[str, ...], engine: str) -> None:
    miniconda = next(image for image in catalogue().builders if image.name == "anaconda/miniconda")
    assert miniconda.kind == "manifest"
    plan = BuildPlan().change("base", builder=miniconda.reference).change("build", platforms=platforms)
    [problem] = settings_problems(plan, EngineReport(platform=engine))
    message = f"anaconda/miniconda:{miniconda.tag} is not made for linux/arm64, only for linux/amd64."
    assert problem.message == message
    assert not list(settings_problems(plan.change("build", platforms=()), EngineReport(platform="linux/amd64")))

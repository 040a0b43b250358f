"""What is said of platforms, pushes and caches before a build: problems that stand in the way, and advice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import DATA
from tui.core.engine.build_settings import on_offer, report_of, settings_advice, settings_problems
from tui.core.engine.builder import Builder
from tui.core.engine.builders import read_inspection
from tui.core.engine.registry import cache_audience, cache_problems, push_audience, push_problem, registry_cache
from tui.core.engine.report import EngineReport
from tui.core.errors import Problem
from tui.core.images.catalogue import catalogue
from tui.core.plan import Base, Build, BuildPlan
from tui.core.untrusted_text import printable

RECORDED = DATA / "builders"
AMD64, ARM64 = "linux/amd64", "linux/arm64"
BOTH = (AMD64, ARM64)
REGISTRY = "registry.example.com/team/app:1"
CACHE = "type=registry,ref=registry.example.com/team/app:buildcache,mode=max"


def builder(name: str) -> Builder:
    return read_inspection((RECORDED / f"inspect-{name}.txt").read_text())


def report(name: str = "", *, image_store: bool = False) -> EngineReport:
    """An engine for amd64, with this recorded builder where one is named."""
    return EngineReport(platform=AMD64, builder=builder(name) if name else None, image_store=image_store)


def found(build: Build, report: EngineReport | None = None, base: Base | None = None) -> list[str]:
    """The fields of all problems."""
    problems = list(settings_problems(BuildPlan(build=build, base=base or Base()), report))
    assert all(problem.message.endswith((".", "`")) and problem.hint.endswith(".") for problem in problems)
    return [problem.field for problem in problems]


def advice(build: Build, report: EngineReport | None = None, base: Base | None = None) -> list[str]:
    """The sentences of all advice."""
    return [note.message for note in settings_advice(BuildPlan(build=build, base=base or Base()), report)]


def test_a_plan_that_stays_on_the_engine_is_told_nothing() -> None:
    assert found(Build(), report()) == []
    assert advice(Build(), report()) == []


@pytest.mark.parametrize("name", ["-", "--bootstrap", "-x", "a b", "../x", "ä"])
@pytest.mark.parametrize("field", ["context", "builder"])
def test_what_could_be_an_option_is_no_name(name: str, field: str) -> None:
    build = BuildPlan().change("build", **{field: name}).build
    assert found(build) == found(build, report("kube")) == [f"build.{field}"]


# Platforms


@pytest.mark.parametrize(
    ("platform", "hint"),
    [
        ("amd64", "Write `linux/amd64`."),
        ("x86_64", "Write `linux/amd64`."),
        ("linux-64", "Write `linux/amd64`."),
        ("linux/x86_64", "Write `linux/amd64`."),
        ("aarch64", "Write `linux/arm64`."),
        ("linux-aarch64", "Write `linux/arm64`."),
        ("Linux/ARM64", "Write `linux/arm64`."),
        ("linux/arm64,linux/amd64", "Write `linux/arm64`."),
        ("linux/s390x", "Use one of: linux/amd64, linux/arm64."),
        ("", "Use one of: linux/amd64, linux/arm64."),
        ("linux/amd64 ", "Write `linux/amd64`."),
    ],
)
def test_a_platform_that_is_none(platform: str, hint: str) -> None:
    [problem] = settings_problems(BuildPlan(build=Build(platforms=(platform,))), None)
    assert (problem.field, problem.hint) == ("build.platforms", hint)


@pytest.mark.parametrize("platform", [AMD64, ARM64, "linux/arm64/v8", "linux/amd64/v3"])
def test_a_platform_with_a_variant_is_one(platform: str) -> None:
    assert found(Build(platforms=(platform,))) == []


def test_a_base_that_is_not_made_for_the_platform() -> None:
    amd64_only = next(image for image in catalogue().builders if image.platforms == (AMD64,))
    [problem] = settings_problems(BuildPlan(base=Base(amd64_only.reference), build=Build(platforms=BOTH)), None)
    assert problem.message.endswith(f"is not made for {ARM64}, only for {AMD64}.")
    assert found(Build(platforms=(AMD64,)), base=Base(amd64_only.reference)) == []
    assert found(Build(platforms=BOTH), base=Base(catalogue().builder.reference)) == []


def test_a_digest_that_may_be_of_one_platform_is_pointed_out() -> None:
    base = Base(f"example.com/base:1@sha256:{'0' * 64}", "debian:13")
    [note] = advice(Build(platforms=(ARM64,)), report(), base)
    assert note.startswith("The digest of example.com/base:1 may be of one platform")
    assert advice(Build(platforms=(AMD64,)), report(), base) == []  # the engine's own
    assert advice(Build(platforms=(ARM64,)), report(), Base("example.com/base:1")) == []


# What the builder cannot do


@pytest.mark.parametrize(
    ("name", "build", "fields"),
    [
        ("default", Build(platforms=(AMD64,)), []),
        ("default", Build(platforms=(ARM64,)), ["build.platforms"]),
        ("default", Build(platforms=BOTH), ["build.platforms", "build.platforms"]),
        ("default", Build(cache_to=("type=inline",)), []),
        ("default", Build(cache_to=(CACHE,)), ["build.cache_to"]),
        ("second", Build(platforms=(AMD64, "linux/amd64/v3")), []),
        ("second", Build(cache_to=(CACHE, "type=local,dest=cache")), []),
        ("kube", Build(platforms=(ARM64,)), []),
        ("kube", Build(platforms=BOTH), ["build.push"]),
        ("kube", Build(image=REGISTRY, platforms=BOTH, push=True, cache_to=(CACHE,)), []),
        ("box", Build(platforms=(AMD64,)), []),
        ("far", Build(), ["build.builder"]),
        ("dead", Build(platforms=BOTH), ["build.builder"]),
    ],
)
def test_what_a_builder_cannot_do_is_said_before(name: str, build: Build, fields: list[str]) -> None:
    assert found(build, report(name)) == fields


def test_several_platforms_can_be_loaded_where_the_engine_keeps_them() -> None:
    assert found(Build(platforms=BOTH), report("kube", image_store=True)) == []


def test_a_node_that_failed_is_in_the_way() -> None:
    broken = read_inspection(
        "Name: b\nDriver: kubernetes\n\nNodes:\nName: b0\nEndpoint: k\nError: pods not ready\n"
    )
    [problem] = settings_problems(BuildPlan(), EngineReport(builder=broken))
    assert problem.message == "The builder `b` cannot be used: pods not ready."


def test_a_context_that_cannot_be_used_is_mended_where_it_is_chosen() -> None:
    wrong = Problem("There is no Docker context `x`.", "Choose one.", "build.context")
    assert found(Build(context="x"), EngineReport(problem=wrong)) == ["build.context"]
    assert found(Build(), EngineReport(problem=replace(wrong, field="engine"))) == []  # of the build step


LISTED = tuple(replace(builder(name), current=name == "kube") for name in ("default", "second", "kube", "far"))


@pytest.mark.parametrize(
    ("build", "context", "name", "image_store"),
    [
        (Build(), "default", "kube", False),
        (Build(builder="default"), "default", "default", False),
        (Build(builder="second"), "default", None, False),
        (Build(builder="far"), "second", "far", True),
        (Build(builder="gone"), "second", None, True),
        (Build(), "elsewhere", "kube", False),
    ],
)
def test_the_listed_builders_are_as_good_as_a_probe(
    build: Build, context: str, name: str | None, image_store: bool
) -> None:
    found = report_of(build, LISTED, context)
    assert (found.builder.name if found.builder else None, found.image_store) == (name, image_store)
    assert [offered.name for offered in on_offer(LISTED, "second")] == ["second", "kube", "far"]


def test_without_a_current_builder_the_engine_builds() -> None:
    found = report_of(Build(), (replace(builder("kube")), builder("second")), "second")
    assert found.builder == builder("second")


def test_emulation_is_said_to_be_slow() -> None:
    emulating = replace(builder("default"), nodes=(replace(builder("default").nodes[0], platforms=BOTH),))
    [note] = advice(Build(platforms=BOTH), EngineReport(platform=AMD64, builder=emulating))
    assert note.startswith(f"{ARM64} is emulated here, several times slower")
    assert advice(Build(platforms=BOTH), report("kube")) == []  # a machine of each kind


# Pushing


@pytest.mark.parametrize(
    ("image", "where"),
    [
        ("app:latest", "docker.io/library/app"),
        ("library/app", "docker.io/library/app"),
        ("docker.io/app:1", "docker.io/library/app"),
    ],
)
def test_a_name_without_a_registry_cannot_be_pushed(image: str, where: str) -> None:
    assert found(Build(image=image, push=True), report()) == ["build.image"]
    problem = push_problem(image)
    assert problem is not None
    assert where in problem.message


@pytest.mark.parametrize("image", ["me/app", "ghcr.io/me/app", "127.0.0.1:5000/app", "localhost/app", "a b", ""])
def test_other_names_can(image: str) -> None:
    assert push_problem(image) is None


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (
            "me/app:1",
            "who may read docker.io/me/app. A repository that the push creates on Docker Hub is public",
        ),
        (
            "ghcr.io/me/app",
            "who may read ghcr.io/me/app. A package that the push creates on GitHub is private",
        ),
        (REGISTRY, "by everyone who may read registry.example.com/team/app."),
        ("127.0.0.1:5000/app", "by everyone who reaches 127.0.0.1:5000 on the builder's own machine."),
    ],
)
def test_who_will_see_a_push_is_said_before(image: str, sentence: str) -> None:
    [said] = advice(Build(image=image, push=True))
    assert sentence in said
    assert said == push_audience(image)


def test_who_will_see_the_layers_is_said_too() -> None:
    [said] = advice(Build(cache_to=(CACHE,)))
    assert said == (
        "All layers, also those of the builder stage, can be pulled as a cache by everyone who may read "
        "registry.example.com/team/app."
    )
    assert cache_audience("type=inline") == cache_audience("type=local,dest=cache") == ""


@given(st.text())
def test_no_name_is_too_odd_for_a_sentence(text: str) -> None:
    for said in (push_audience(text), cache_audience(text)):
        assert said == "" or said.endswith(".")


# Caches


@pytest.mark.parametrize(
    ("field", "entry"),
    [
        ("build.cache_from", "type=ftp,ref=a/b"),
        ("build.cache_from", "ref=a/b"),
        ("build.cache_from", "Team/App"),
        ("build.cache_from", ""),
        ("build.cache_from", "type=local"),
        ("build.cache_from", "type=local,dest=cache"),
        ("build.cache_to", "type=local,src=cache"),
        ("build.cache_to", "type=registry"),
        ("build.cache_to", "type=registry,ref=app:buildcache"),
        ("build.cache_to", "type=registry,ref=docker.io/me/app"),
        ("build.cache_to", "me/app:latest"),
        ("build.cache_to", "type=s3,region=eu,bucket=b,secret_access_key=abc"),
        ("build.cache_to", "type=gha,token=abc"),
        ("build.cache_to", 'type=registry,"ref'),
    ],
)
def test_a_cache_that_cannot_be(field: str, entry: str) -> None:
    caches = {"build.cache_from": ((entry,), ()), "build.cache_to": ((), (entry,))}[field]
    [problem] = cache_problems(*caches, "me/app")
    assert problem.field == field
    assert "abc" not in str(problem)


@pytest.mark.parametrize(
    "entry",
    ["me/app:cache", "type=registry,ref=me/app:cache,mode=max", "type=inline", "type=gha,scope=a", "TYPE=inline"],
)
def test_caches_as_buildx_takes_them(entry: str) -> None:
    assert list(cache_problems((entry,), (entry,), "me/app:1")) == []


@pytest.mark.parametrize("image", ["me/app", "ghcr.io/me/app:2", "127.0.0.1:5000/a/b:c"])
def test_the_cache_beside_an_image_is_sound(image: str) -> None:
    cache_from, cache_to = registry_cache(image)
    assert list(cache_problems(cache_from, cache_to, image)) == []
    assert cache_to[0].endswith(":buildcache,mode=max")
    assert registry_cache("no name") == ((), ())


@given(st.text())
def test_no_cache_is_too_odd_to_read(text: str) -> None:
    for problem in cache_problems((text,), (text,), text):
        assert problem.message == printable(problem.message)

"""What is read of builders from buildx's answers (tests/data/builders), and what that says they can do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import DATA
from tests.stages.stand_in_engine import docker_cli, engine_socket
from tui.core.engine.builder import Builder, Node
from tui.core.engine.builders import inspect, list_builders, read_inspection, read_names
from tui.core.engine.find_engine import probe
from tui.core.engine.report import EngineReport
from tui.core.errors import CondockError
from tui.core.plan import Build
from tui.core.untrusted_text import printable

RECORDED = DATA / "builders"
LS, LS_JSON = "buildx ls", "buildx ls --format {{json .}}"
REFUSED = "echo 'unknown flag: --format' >&2; exit 125"


def prints(file: str) -> str:
    return f"/bin/cat {RECORDED / file}"


def cli(folder: Path, **answers: str) -> dict[str, str]:
    """An environment with a `docker` that answers so, in sh; blanks of a command line are written as `_`."""
    by_command = {name.replace("_", " "): does for name, does in answers.items()}
    return {"PATH": str(docker_cli(folder / "bin", answers=by_command).parent)}


def recorded(name: str) -> Builder:
    return read_inspection((RECORDED / f"inspect-{name}.txt").read_text())


AMD64, ARM64 = "linux/amd64", "linux/arm64"


@pytest.mark.parametrize(
    ("name", "driver", "status", "version", "several"),
    [
        ("default", "docker", "running", "v0.0.0+unknown", False),
        ("second", "docker", "running", "v0.0.0+unknown", True),
        ("box", "docker-container", "inactive", "", True),
        ("far", "remote", "inactive", "", True),
        ("elated_tesla", "docker-container", "running", "v0.10.6", True),
        ("crate", "docker-container", "running", "v0.25.2", True),
        ("farm", "remote", "running", "v0.25.2", True),
        ("kube", "kubernetes", "running", "v0.25.2", True),
        ("cluster", "kubernetes", "inactive", "", True),
    ],
)
def test_an_inspection_is_read(name: str, driver: str, status: str, version: str, several: bool) -> None:
    builder = recorded(name)
    assert (builder.name, builder.driver, builder.error) == (name, driver, "")
    assert {(node.status, node.version) for node in builder.nodes} == {(status, version)}
    assert builder.builds_several is builder.exports_cache is several
    assert builder.is_engine is (driver == "docker")


def test_every_node_is_read() -> None:
    first, second = recorded("kube").nodes
    assert (first.name, second.name) == ("builder-amd64", "builder-arm64")
    assert (
        second.endpoint == "kubernetes:///kube?deployment=builder-arm64&kubeconfig=%2Fhome%2Fdev%2F.kube%2Fconfig"
    )
    assert first.platforms == (AMD64, f"{AMD64}/v2", f"{AMD64}/v3", f"{AMD64}/v4", "linux/386")
    assert (first.native, second.native) == ((AMD64,), (ARM64,))


def test_a_builder_that_does_not_answer_says_why() -> None:
    builder = recorded("dead")
    assert (
        builder.error == "Cannot connect to the Docker daemon at tcp://127.0.0.1:1. Is the docker daemon running?"
    )
    assert (builder.nodes, builder.known) == ((), False)


def test_a_driver_that_this_buildx_does_not_have() -> None:
    builder = recorded("cloud-acme-team")
    assert (builder.driver, builder.failure, builder.nodes) == ("cloud", 'failed to find driver "cloud"', ())
    assert builder.words == builder.failure


def test_a_cluster_that_forbids_to_look_at_its_pods_says_so() -> None:
    builder = recorded("kube-pods")
    forbidden = 'User "dev" cannot list resource "pods" in API group "" in the namespace "buildkit"'
    assert builder.failure == f"pods is forbidden: {forbidden}"
    assert {node.status for node in builder.nodes} == {"error"}
    assert (builder.known, builder.words) == (False, builder.failure)


def test_a_cluster_that_forbids_to_enter_its_pods_says_so_beside_the_answer(tmp_path: Path) -> None:
    """In the answer itself is only that time was up."""
    says = f"{prints('inspect-cluster-exec.err')} >&2; {prints('inspect-cluster-exec.txt')}"
    builder = inspect("cluster", cli(tmp_path, buildx_inspect_cluster=says))
    assert builder.failure.startswith('pods "cluster0-7c9f5d8b6-x2k4q" is forbidden: User "dev" cannot create')
    assert "DeadlineExceeded" in recorded("cluster-exec").failure


def test_a_builder_that_has_been_stopped_is_not_known() -> None:
    builder = recorded("crate-stopped")
    assert ([node.status for node in builder.nodes], builder.known, builder.failure) == (["stopped"], False, "")


def test_a_builder_that_is_not_there(tmp_path: Path) -> None:
    env = cli(tmp_path, buildx_inspect_nope=f"{prints('inspect-nope.err')} >&2; exit 1")
    assert inspect("nope", env) == Builder("nope", error='no builder "nope" found')


# Platforms


@pytest.mark.parametrize(
    ("name", "platform", "runs", "emulates"),
    [
        ("default", AMD64, True, False),
        ("default", f"{AMD64}/v3", True, False),
        ("default", ARM64, False, False),
        ("elated_tesla", ARM64, True, False),
        ("elated_tesla", f"{ARM64}/v8", True, False),
        ("elated_tesla", AMD64, False, False),
        ("crate", f"{AMD64}/v2", True, False),
        ("crate", ARM64, False, False),
        ("farm", ARM64, False, False),
        ("kube", ARM64, True, False),
        ("kube", AMD64, True, False),
        ("crate-half", AMD64, True, False),
        ("crate-half", ARM64, True, False),  # perhaps by the node that is not started
        ("cluster", ARM64, True, False),
        ("box", AMD64, True, False),  # it is not started, so that nothing is known
    ],
)
def test_what_a_builder_runs(name: str, platform: str, runs: bool, emulates: bool) -> None:
    builder = recorded(name)
    assert (builder.runs(platform), builder.emulates(platform)) == (runs, emulates)


def test_what_is_not_marked_and_not_first_is_emulated(tmp_path: Path) -> None:
    builders = {
        builder.name: builder for builder in list_builders(cli(tmp_path, **{LS_JSON: prints("ls-0.36.jsonl")}))
    }
    desktop, cloud = builders["desktop-linux"], builders["cloud-acme-team"]
    assert [desktop.emulates(platform) for platform in (AMD64, ARM64)] == [True, False]
    assert [cloud.emulates(platform) for platform in (AMD64, ARM64)] == [False, False]


# The list


def test_the_list_of_a_new_buildx(tmp_path: Path) -> None:
    builders = list_builders(cli(tmp_path, **{LS_JSON: prints("ls-0.30.1.jsonl")}))
    assert [(builder.name, builder.driver, builder.current, len(builder.nodes)) for builder in builders] == [
        ("cluster", "kubernetes", False, 1),
        ("crate", "docker-container", True, 1),
        ("farm", "remote", False, 1),
        ("kube", "kubernetes", False, 2),
        ("default", "docker", False, 1),
        ("cloud-acme-team", "cloud", False, 0),
    ]
    assert [builder.name for builder in builders if not builder.builds_several] == ["default"]
    assert [builder.name for builder in builders if builder.failure] == ["cloud-acme-team"]


@pytest.mark.parametrize("name", ["crate", "farm", "kube"])
def test_the_list_and_the_inspection_say_the_same(tmp_path: Path, name: str) -> None:
    builders = list_builders(cli(tmp_path, **{LS_JSON: prints("ls-0.30.1.jsonl")}))
    (listed,) = (builder for builder in builders if builder.name == name)
    assert replace(listed, current=False) == recorded(name)


def test_the_list_of_the_cloud_and_of_docker_desktop(tmp_path: Path) -> None:
    builders = list_builders(cli(tmp_path, **{LS_JSON: prints("ls-0.36.jsonl")}))
    assert [(builder.name, builder.driver, builder.current, len(builder.nodes)) for builder in builders] == [
        ("cloud-acme-team", "cloud", True, 2),
        ("desktop-linux", "docker", False, 1),
    ]
    assert [builder.builds_several for builder in builders] == [True, True]


def test_a_list_that_repeats_builders_and_does_not_say_which_is_current(tmp_path: Path) -> None:
    env = cli(tmp_path, **{LS_JSON: prints("ls-0.13.1.jsonl"), "buildx_inspect": prints("inspect-default.txt")})
    builders = list_builders(env)
    assert [builder.name for builder in builders] == ["box", "far", "default", "second", "dead"]
    assert [builder.name for builder in builders if builder.current] == ["default"]
    assert [builder.name for builder in builders if builder.error] == ["dead"]
    assert [builder.name for builder in builders if builder.is_engine and builder.builds_several] == ["second"]


def test_the_list_of_an_old_buildx_is_asked_for_one_by_one(tmp_path: Path) -> None:
    answers = {
        LS_JSON: REFUSED,
        LS: prints("ls-before-0.13.txt"),
        "buildx_inspect_elated_tesla": "exit 97",
        "buildx inspect elated_tesla": prints("inspect-elated_tesla.txt"),
        "buildx inspect default": prints("inspect-default.txt"),
    }
    env = {"PATH": str(docker_cli(tmp_path / "bin", answers=answers).parent)}
    builders = list_builders(env)
    assert [(builder.name, builder.driver, builder.current) for builder in builders] == [
        ("elated_tesla", "docker-container", True),
        ("default", "docker", False),
    ]


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("ls-0.13.1.txt", {"box": False, "far": False, "default": True, "second": False, "dead": False}),
        ("ls-before-0.13.txt", {"elated_tesla": True, "default": False}),
    ],
)
def test_names_are_read_from_the_table(table: str, names: dict[str, bool]) -> None:
    assert read_names((RECORDED / table).read_text()) == names


def test_a_list_that_cannot_be_had(tmp_path: Path) -> None:
    says = "echo 'ERROR: docker endpoint for \"default\" not found' >&2; exit 1"
    with pytest.raises(CondockError, match='cannot be listed: docker endpoint for "default" not found'):
        list_builders(cli(tmp_path, **{LS_JSON: says, LS: says}))


@given(st.text())
def test_no_answer_is_too_odd_to_read(text: str) -> None:
    builder = read_inspection(text)
    assert builder.name == printable(builder.name)
    assert all(name == printable(name) for name in read_names(text))


# In the probe


def probed(folder: Path, build: Build, **answers: str) -> EngineReport:
    with engine_socket() as host:
        return probe({**cli(folder, **answers), "DOCKER_HOST": host}, build)


def test_the_builder_is_not_asked_where_nobody_needs_to_know(tmp_path: Path) -> None:
    asked = f"echo >{tmp_path / 'asked'}"
    report = probed(tmp_path, Build(network="host", cache_from=("x",)), buildx_inspect=asked)
    assert (report.usable, report.builder) == (True, None)
    assert not (tmp_path / "asked").exists()


def test_the_plans_builder_is_asked(tmp_path: Path) -> None:
    report = probed(tmp_path, Build(builder="far"), buildx_inspect_far=prints("inspect-far.txt"))
    assert report.builder == recorded("far")
    assert report.words.endswith("DOCKER_HOST, builder far (remote)")


def test_a_builder_of_the_plan_that_is_not_there(tmp_path: Path) -> None:
    report = probed(
        tmp_path,
        Build(builder="kubo"),
        buildx_inspect_kubo="echo 'ERROR: no builder \"kubo\" found' >&2; exit 1",
        **{LS_JSON: prints("ls-0.30.1.jsonl")},
    )
    assert report.problem is not None
    assert report.problem.message == "There is no builder `kubo`."
    assert (report.problem.hint, report.problem.field) == ("Did you mean `kube`?", "build.builder")


def test_a_builders_name_is_no_option(tmp_path: Path) -> None:
    """`--bootstrap` would start the current builder."""
    asked = f"""echo "$*" >>{tmp_path / "asked"}; echo 'ERROR: no builder "--bootstrap" found' >&2; exit 1"""
    answers = {"buildx inspect -- --bootstrap": asked, LS_JSON: ""}
    report = probed(tmp_path, Build(builder="--bootstrap"), **answers)
    assert report.problem is not None
    assert report.problem.message == "There is no builder `--bootstrap`."
    assert (tmp_path / "asked").read_text() == "buildx inspect -- --bootstrap\n"


def test_the_engine_of_another_context_is_no_builder_of_this_one(tmp_path: Path) -> None:
    report = probed(tmp_path, Build(builder="second"), buildx_inspect_second=prints("inspect-second.txt"))
    assert report.problem is not None
    assert report.problem.message == "The builder `second` is the engine of the context `second`."


@pytest.mark.parametrize(
    ("storage", "store"),
    [('[["driver-type","io.containerd.snapshotter.v1"]]', True), ('[["Backing Filesystem","extfs"]]', False)],
)
def test_the_engine_says_whether_several_platforms_can_be_loaded(
    tmp_path: Path, storage: str, store: bool
) -> None:
    report = probed(
        tmp_path,
        Build(platforms=(AMD64, ARM64)),
        buildx_inspect=prints("inspect-elated_tesla.txt"),
        **{"info --format {{json .DriverStatus}}": f"echo '{storage}'"},
    )
    assert report.image_store is store


def test_a_node_without_platforms_has_none_of_its_own() -> None:
    assert Node("far0").native == ()
    assert not recorded("far").known

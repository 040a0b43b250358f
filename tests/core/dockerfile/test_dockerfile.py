"""The Dockerfile of a plan, against golden files, and what must hold of every one."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.paths import DATA
from tui.core.dockerfile.dockerfile import dockerfile, render
from tui.core.dockerfile.instruction import Instruction, entrypoint
from tui.core.environment.document import EnvironmentDocument, read_environment
from tui.core.images.catalogue import catalogue
from tui.core.locks.lock_header import Header
from tui.core.locks.locks import Lock, LockKind
from tui.core.plan import Account, Application, Base, Build, BuildPlan, Environment, Form, SecretMode, SecretMount

GOLDEN = DATA / "dockerfiles"
BASE = Base(builder="continuumio/miniconda3:26.7.1-1", runtime="debian:13.6-slim")
APPLICATION = Application(
    files=("app.py", "src/", "my data"),
    port="8000",
    command="uvicorn app:app --host 0.0.0.0 --port 8000",
)
ISOLATED = Build(form=Form.ISOLATED)
PLANS = {
    "variable": BuildPlan(base=BASE, application=APPLICATION),
    "dotenv": BuildPlan(base=BASE, secret=SecretMount(SecretMode.DOTENV), application=APPLICATION),
    "public": BuildPlan(base=BASE, secret=SecretMount(SecretMode.NONE)),
    "conda-lock": BuildPlan(base=BASE, environment=Environment(locks=("conda-lock.yml",))),
    "explicit": BuildPlan(
        base=BASE, environment=Environment(locks=("conda-linux-64.lock", "conda-linux-aarch64.lock"))
    ),
    "tos-mirror-root": BuildPlan(
        base=Base("anaconda/miniconda:26.7.1", "debian:13.6-slim", "mirror.example.com/hub", True),
        application=Application(user="root"),
    ),
    "numeric-user": BuildPlan(base=BASE, application=Application(user="65532", files=("app.py",))),
    "pip-files-cuda-cache": BuildPlan(
        base=BASE, environment=Environment("envs/gpu.yml", cuda="12.4"), build=Build(package_cache=True)
    ),
    "explicit-pip-cache-on-prem": BuildPlan(
        account=Account(domain="conda.example.com"),
        base=BASE,
        environment=Environment(locks=("conda-linux-64.lock", "conda-pip.lock"), cuda="12.4"),
        secret=SecretMount(SecretMode.DOTENV),
        build=Build(package_cache=True),
    ),
    "conda-lock-cache": BuildPlan(
        base=BASE,
        environment=Environment(locks=("conda-lock.yml",)),
        secret=SecretMount(SecretMode.NONE),
        build=Build(package_cache=True),
    ),
    "variables": BuildPlan(base=BASE, secret=SecretMount(SecretMode.NONE)),
    "isolated": BuildPlan(base=BASE, application=APPLICATION, build=ISOLATED),
    "isolated-dotenv-pip": BuildPlan(
        base=BASE, environment=Environment("envs/gpu.yml"), secret=SecretMount(SecretMode.DOTENV), build=ISOLATED
    ),
    "isolated-cache-cuda-on-prem": BuildPlan(
        account=Account(domain="conda.example.com"),
        base=BASE,
        environment=Environment(cuda="12.4"),
        build=Build(form=Form.ISOLATED, package_cache=True),
    ),
    "isolated-explicit": BuildPlan(
        base=BASE,
        environment=Environment(locks=("conda-linux-64.lock", "conda-linux-aarch64.lock")),
        build=ISOLATED,
    ),
    "isolated-explicit-pip-cache-old": BuildPlan(
        base=Base("continuumio/miniconda3:v25.11.1-1", "debian:13.6-slim"),
        environment=Environment(locks=("conda-linux-64.lock", "conda-pip.lock")),
        secret=SecretMount(SecretMode.DOTENV),
        build=Build(form=Form.ISOLATED, package_cache=True, link_network=True),
    ),
    "isolated-own-channels": BuildPlan(base=BASE, build=ISOLATED),
    "isolated-public": BuildPlan(base=BASE, secret=SecretMount(SecretMode.NONE), build=ISOLATED),
}
PIP = read_environment("dependencies:\n- pip\n- pip:\n  - flask\n").pip
ON_PREM = ("https://conda.example.com/repo/team", "defaults")
LOCKS = {
    "conda-lock.yml": Lock("conda-lock.yml", LockKind.CONDA_LOCK, ("linux-64",)),
    "conda-linux-64.lock": Lock("conda-linux-64.lock", LockKind.EXPLICIT, ("linux-64",)),
    "conda-linux-aarch64.lock": Lock("conda-linux-aarch64.lock", LockKind.EXPLICIT, ("linux-aarch64",)),
    "conda-pip.lock": Lock("conda-pip.lock", LockKind.PIP, ("noarch",), header=Header(pip=True, no_deps=True)),
}
DOCUMENTS = {
    "pip-files-cuda-cache": EnvironmentDocument(pip_files=("requirements.txt", "../pins/all.txt")),
    "explicit-pip-cache-on-prem": EnvironmentDocument(channels=ON_PREM, pip_files=("requirements.txt",)),
    "conda-lock-cache": EnvironmentDocument(pip_files=("requirements.txt",)),  # pip's part is in conda-lock.yml
    "isolated-own-channels": EnvironmentDocument(channels=("https://conda.example.com/team", "conda-forge")),
    "isolated-dotenv-pip": EnvironmentDocument(pip=PIP, pip_files=("requirements.txt", "../pins/all.txt")),
    "isolated-cache-cuda-on-prem": EnvironmentDocument(channels=ON_PREM),
    "isolated-explicit-pip-cache-old": EnvironmentDocument(pip=PIP, pip_files=("requirements.txt",)),
    "variables": EnvironmentDocument(
        variables=(
            ("MODE", "production"),
            ("GREETING", """say "hi", it's $HOME\\"""),
            ("DB_PASSWORD", "zq-canary"),
            ("PATH", "/opt/bin"),
            ("a b", "c"),
            ("TWO_LINES", "one\nRUN false"),
            ("EMPTY", ""),
        )
    ),
}


def instructions(name: str) -> tuple[Instruction, ...]:
    plan = PLANS[name]
    return dockerfile(plan, DOCUMENTS.get(name), tuple(LOCKS[path] for path in plan.environment.locks))


def text_of(name: str) -> str:
    return render(instructions(name))


@pytest.mark.parametrize("name", PLANS)
def test_the_dockerfile_is_the_golden_one(name: str) -> None:
    assert text_of(name) == (GOLDEN / f"{name}.Dockerfile").read_text()


@pytest.mark.parametrize("name", PLANS)
def test_every_instruction_says_why_it_is_there(name: str) -> None:
    for instruction in instructions(name):
        assert instruction.why.endswith("."), instruction.text


@pytest.mark.parametrize("name", ["variable", "dotenv", "conda-lock", "explicit"])
def test_every_mount_is_required_and_only_on_run(name: str) -> None:
    mounts = [line for line in text_of(name).splitlines() if "type=secret" in line]
    assert mounts
    assert all(line.startswith("RUN ") and "required=true" in line for line in mounts)


@pytest.mark.parametrize("name", [name for name in PLANS if name.startswith("isolated-")])
def test_the_isolated_form_shows_the_key_to_one_instruction_that_installs_nothing(name: str) -> None:
    texts = [found.text for found in instructions(name)]
    shown = [number for number, text in enumerate(texts) if "type=secret" in text]
    if PLANS[name].secret.mode is SecretMode.NONE:
        assert not shown
        return
    (at,) = shown
    assert "--download-only" in texts[at] or "python /tmp/fetch.py" in texts[at]
    assert not re.search(r"env create|--offline|pip install|/env/", texts[at])
    assert "--mount=type=cache" in texts[at]
    assert "export CONDA_PKGS_DIRS=" in texts[at]
    assert any("--offline" in text for text in texts[at + 1 :])
    assert not any(re.search(r"--prefix /env|/env/bin", text) for text in texts[:at])


@pytest.mark.parametrize("name", ["isolated", "isolated-explicit"])
def test_an_engine_that_knows_no_run_without_network_gets_none_and_it_is_said(name: str) -> None:
    for known in (True, False):
        locks = tuple(LOCKS[path] for path in PLANS[name].environment.locks)
        made = dockerfile(PLANS[name], None, locks, runs_without_network=known)
        (link,) = [found for found in made if "--offline" in found.text]
        assert ("--network=none" in link.text) is known
        assert ("too old for a RUN without network (Dockerfile 1.3)" in link.why) is not known


@pytest.mark.parametrize("name", PLANS)
def test_every_command_is_one_of_the_shell(name: str) -> None:
    runs = [found.text.removeprefix("RUN ") for found in instructions(name) if found.text.startswith("RUN ")]
    assert runs
    for text in runs:
        command = re.sub(r"^(?:--mount=\S+ *)+", "", text.replace("\\\n", "")).lstrip()
        done = subprocess.run(["sh", "-n"], input=command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, ""), command


def test_an_on_prem_key_is_shown_to_its_host_and_not_to_anacondas() -> None:
    plan = BuildPlan(base=BASE, account=Account(domain="conda.example.com"), secret=SecretMount(SecretMode.DOTENV))
    text = render(dockerfile(plan, EnvironmentDocument(channels=ON_PREM)))
    assert text == (GOLDEN / "on-prem.Dockerfile").read_text()
    assert text.index("anaconda-registration") < text.index("condarc.d") < text.index("ANACONDA_AUTH_DOMAIN")


def test_a_further_host_is_shown_the_key_only_where_the_plan_says_so() -> None:
    def text(hosts: tuple[str, ...]) -> str:
        plan = BuildPlan(base=BASE, account=Account(hosts=hosts))
        return render(dockerfile(plan, EnvironmentDocument(channels=("https://mirror.example.com/main",))))

    assert "https://mirror.example.com/*" not in text(())
    assert "https://mirror.example.com/*" in text(("mirror.example.com",))


def test_terms_are_accepted_only_where_they_are_asked_for() -> None:
    accepted = BuildPlan(base=Base("continuumio/miniconda3:26.7.1-1", "debian:13.6-slim", accept_tos=True))
    assert "TOS" not in render(dockerfile(accepted))


@pytest.mark.parametrize("user", ["root", "0", "0:1000", "00"])
def test_of_root_nobody_says_that_it_is_none(user: str) -> None:
    found = dockerfile(BuildPlan(base=BASE, application=Application(files=("a.py",), user=user)))
    assert not any("nothing is root" in instruction.why for instruction in found)


def test_without_a_key_nothing_is_mounted() -> None:
    text = text_of("public")
    assert "secret" not in text
    assert "anaconda-registration" not in text


def test_no_syntax_line_which_an_offline_engine_could_not_fetch() -> None:
    assert not any("syntax=" in text_of(plan) for plan in PLANS)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python app.py", '["python", "app.py"]'),
        ("sh -c 'echo \"hi\"'", '["sh", "-c", "echo \\"hi\\""]'),
        ("", "[]"),
        ("python 'open", '["python \'open"]'),
    ],
)
def test_the_entrypoint_is_in_exec_form(command: str, expected: str) -> None:
    assert entrypoint(command) == expected


@pytest.mark.parametrize("name", [name for name in PLANS if name.startswith("isolated") and "public" not in name])
def test_packages_are_unpacked_one_by_one_and_below_the_top_of_a_mount(name: str) -> None:
    """Two at once write through each other's links; `...conda` is unpacked a folder above the others."""
    (text,) = [found.text for found in instructions(name) if "type=secret" in found.text]
    (mount,) = re.findall(r"type=cache,\S*target=([^\s,]+)", text)
    (packages,) = re.findall(r"CONDA_PKGS_DIRS=(\S+)", text)
    assert packages.startswith(f"{mount}/")
    assert "os.cpu_count = lambda: 1" in (text_of(name) if "fetch.py" in text else text)


def test_a_python_of_the_catalogue_heeds_the_variable_and_any_other_is_told_by_a_line_of_its_own() -> None:
    """One before 3.13 would unpack several at once all the same, and in silence."""
    for image in catalogue().builders:
        assert image.python in ("", "3.13", "3.14")

    def downloading(builder: str) -> str:
        plan = BuildPlan(base=Base(builder, "debian:13.6-slim"), build=ISOLATED)
        (text,) = [found.text for found in dockerfile(plan) if "--download-only" in found.text]
        return text

    known = catalogue().builder.reference
    assert re.search(r"PYTHON_CPU_COUNT=1 &&[\\\s]+\S+[\\\s]+conda create", downloading(known))
    assert "os.cpu_count = lambda: 1" in downloading(known.partition("@")[0])


@pytest.mark.parametrize("name", [name for name in PLANS if "cache" in name])
def test_of_a_kept_package_cache_plain_files_alone_are_used(name: str, tmp_path: Path) -> None:
    """Anybody's Dockerfile can leave links, folders and pickles in a mount, without a key and a question."""
    (text,) = [found.text for found in instructions(name) if "type=cache" in found.text]
    found = re.search(r"(?s)find .*? && mkdir -p \S+", text)
    assert found is not None
    assert "conda" not in re.sub(r"/var/cache/conda\S*", "", text[: found.start()])
    mount, outside = tmp_path / "mount", tmp_path / "outside"
    for folder in ("pkgs/cache", "pkgs/six-1-0", "other", "../outside"):
        (mount / folder).mkdir(parents=True)
    for file in ("pkgs/six-1-0.conda", "pkgs/urls.txt", "pkgs/cache/a.q", "../outside/kept"):
        (mount / file).write_text("")
    for link in ("pkgs/a-1-0.conda.partial", "pkgs/b-1-0", ".hidden"):
        (mount / link).symlink_to(outside)
    clean = found[0].replace("/var/cache/conda", str(mount))
    subprocess.run(["sh", "-c", clean], check=True)
    assert [path.name for path in sorted(mount.rglob("*"))] == ["pkgs", "six-1-0.conda", "urls.txt"]
    (mount / "pkgs").rename(outside / "pkgs")
    (mount / "pkgs").symlink_to(outside)
    subprocess.run(["sh", "-c", clean], check=True)
    assert [path.name for path in mount.rglob("*")] == ["pkgs"]
    assert not (mount / "pkgs").is_symlink()
    assert (outside / "kept").exists()

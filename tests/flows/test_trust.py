"""A folder that says something about the key: each command, without a terminal, until its user agrees."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.shop import KEY, Project, in_shell
from tui.core.plan import Form
from tui.core.plan_file import dump_plan, read_plan_file
from tui.core.secret import KEY_VARIABLE


@pytest.fixture
def project(project: Project, tmp_path: Path) -> Project:
    """One from somebody else, whose builds leave word of the key that they got."""
    project.builds(f'printf "%s" "key=${KEY_VARIABLE}" >{tmp_path}/seen; exit 0')
    return project


def seen(project: Project) -> str:
    """What the build got; empty where there was none."""
    file = project.path.parent / "seen"
    return file.read_text() if file.exists() else ""


def stranger(project: Project, **sections: dict[str, object]) -> None:
    """Have condock.yml say more, without anybody's yes."""
    plan = read_plan_file(project.path)
    for section, values in sections.items():
        plan = plan.change(section, **values)
    project.write("condock.yml", dump_plan(plan))


def test_a_build_waits_for_a_yes_that_names_the_value_and_then_goes_on(project: Project) -> None:
    stranger(project, base={"mirror": "evil.example/hub"})
    done = project.run("build")
    assert (done.code, seen(project)) == (2, "")
    assert "--trust mirror=evil.example/hub" in done.stderr
    assert project.run("build", "--trust", "mirror=evil.example").code == 2
    assert seen(project) == ""
    assert project.run("build", "--trust", "mirror=evil.example/hub").code == 0
    assert seen(project) == f"key={KEY}"
    assert project.run("build").code == 0  # it is not asked again


def test_the_processs_environment_can_say_yes_but_not_the_folders(project: Project) -> None:
    stranger(project, base={"mirror": "evil.example/hub"})
    project.write(".env", "CONDOCK_TRUST=mirror=evil.example/hub\n")
    assert project.run("build").code == 2
    project.patch.setenv("CONDOCK_TRUST", "mirror=evil.example/hub")
    assert project.run("build").code == 0
    project.patch.delenv("CONDOCK_TRUST")
    assert project.run("build").code == 2, "a yes for one run was kept, or the repeat did not look"


@pytest.mark.parametrize("command", [("check",), ("lock",)])
def test_no_command_asks_a_channel_with_the_key_before_a_yes(project: Project, command: tuple[str, ...]) -> None:
    stranger(project, account={"hosts": ("evil.example",)})
    done = project.run(*command)
    assert done.code == 2
    assert "--trust host=evil.example" in done.stderr


def test_what_needs_no_key_needs_no_yes(project: Project) -> None:
    stranger(project, account={"hosts": ("evil.example",)}, base={"mirror": "evil.example/hub"})
    assert project.run("check", "--offline").code == 0
    assert project.run("render").code == 0


def test_the_doctor_names_it_all(project: Project) -> None:
    stranger(project, account={"hosts": ("evil.example",)}, base={"mirror": "evil.example/hub"})
    done = project.run("doctor")
    assert done.code == 2
    assert "--trust host=evil.example;" in done.stdout
    assert "--trust mirror=evil.example/hub;" in done.stdout


def test_a_dockerfile_that_is_not_the_plans_is_shown_as_a_difference(project: Project) -> None:
    project.write("Dockerfile", "FROM evil.example/thief\n")
    done = project.run("build")
    assert (done.code, seen(project)) == (2, "")
    assert "-FROM evil.example/thief" in done.stderr
    option = done.stderr.partition("--trust ")[2].partition(";")[0]
    assert option.startswith("dockerfile=sha256:")
    assert project.run("build", "--trust", option).code == 0
    assert (project.path / "Dockerfile").read_text() == "FROM evil.example/thief\n"
    assert "is not as the plan has it: it is used as it is." in project.run("build").stderr
    project.write("Dockerfile", "FROM evil.example/thief2\n")
    assert project.run("build").code == 2


def test_flags_are_a_yes_and_what_stood_there_before_is_not(project: Project) -> None:
    stranger(project, base={"mirror": "evil.example/hub"})
    assert project.run("init", "--force", "--key-host", "mine.example").code == 0
    done = project.run("trust")
    assert done.stdout.split() == ["host=mine.example"]
    assert "--trust mirror=evil.example/hub\n" in done.stderr


def test_the_machines_own_network_waits_for_a_yes_of_all_but_who_typed_it(project: Project) -> None:
    stranger(project, build={"network": "host"})
    done = project.run("build")
    assert (done.code, seen(project)) == (2, "")
    assert "--trust network=host" in done.stderr
    assert project.run("init", "--force", "--network", "host").code == 0
    assert project.run("trust").stdout.split() == ["network=host"]
    assert project.run("build").code == 0
    assert seen(project) == f"key={KEY}"


def test_the_guides_form_waits_for_a_yes_of_all_but_who_made_the_plan(project: Project) -> None:
    pip = "name: shop\nchannels:\n  - defaults\ndependencies:\n  - pip\n  - pip:\n    - six\n"
    project.write("environment.yml", pip)
    stranger(project, build={"form": Form.GUIDE})
    done = project.run("build")
    assert (done.code, seen(project)) == (2, "")
    assert "--trust form=guide" in done.stderr
    project.patch.setenv("CONDOCK_TRUST", "form=guide")
    assert project.run("build").code == 0
    assert seen(project) == f"key={KEY}"
    project.patch.delenv("CONDOCK_TRUST")
    (project.path / "condock.yml").unlink()
    assert project.run("init", "--form", "guide").code == 0
    assert "form=guide" in project.run("trust").stdout
    assert "form: guide" in (project.path / "condock.yml").read_text()
    assert project.run("build").code == 0


def test_yeses_are_listed_and_taken_back(project: Project) -> None:
    stranger(project, base={"mirror": "evil.example/hub"})
    assert project.run("build", "--trust", "mirror=evil.example/hub").code == 0
    assert project.run("trust").stdout == "mirror=evil.example/hub\n"
    assert project.run("trust", "--remove", "mirror=other").code == 2
    assert project.run("trust", "--remove", "mirror=evil.example/hub").code == 0
    assert project.run("build").code == 2, "what was taken back still counts"
    assert project.run("trust").stdout == ""
    assert project.run("trust", "--remove-all").code == 0


def test_a_repeated_build_looks_whether_the_yes_still_stands(project: Project) -> None:
    stranger(project, base={"mirror": "evil.example/hub"})
    assert project.run("build", "--trust", "mirror=evil.example/hub").code == 0
    assert in_shell("condock build", project.path).returncode == 0
    assert project.run("trust", "--remove-all").code == 0
    assert in_shell("condock build", project.path).returncode == 2


@pytest.mark.parametrize("option", ["*", "all", "host", "mirror=", "everything=yes"])
def test_there_is_no_blanket_yes(project: Project, option: str) -> None:
    assert project.run("build", "--trust", option).code == 2
    assert seen(project) == ""


def test_a_bad_environment_is_said_plainly(project: Project) -> None:
    project.patch.setenv("CONDOCK_TRUST", "all")
    done = project.run("build")
    assert done.code == 2
    assert "nothing that can be trusted" in done.stderr

"""Every instruction of the Dockerfile is told from those of other steps; digests are short."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.core.dockerfile.deciding_step import chosen_in, decided, lines_beside, shortened_digests
from tui.core.project import Project, open_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "environment.yml").write_text("channels: [defaults]\ndependencies: [python=3.13]\n")
    (tmp_path / "main.py").write_text("print()\n")
    return open_project(tmp_path)


@pytest.mark.parametrize(
    ("step", "beginnings"),
    [
        ("start", []),
        ("base", ["FROM continuumio/miniconda3", "FROM debian"]),
        ("account", ["RUN --mount=type=secret"]),
        ("application", ["RUN getent", "USER", "WORKDIR /app", "COPY --chown", "ENTRYPOINT"]),
    ],
)
def test_each_step_has_its_instructions(project: Project, step: str, beginnings: list[str]) -> None:
    own = [one.text for one in project.instructions() if chosen_in(one, step)]
    assert len(own) == len(beginnings)
    assert all(text.startswith(beginning) for text, beginning in zip(own, beginnings, strict=True))


def test_what_is_chosen_changes_the_lines_of_its_step(project: Project) -> None:
    for step, section, values in (
        ("secret", "secret", {"plugin_channel": "https://repo.example.com/tools"}),
        ("application", "application", {"command": "python other.py"}),
    ):
        before = dict(lines_beside(project.instructions(), step))
        after = dict(lines_beside(project.change(section, **values).instructions(), step))
        changed = before.items() ^ after.items()
        assert changed
        assert all(own for _, own in changed)


def test_a_change_of_the_field_that_decides_an_instruction_changes_it(project: Project) -> None:
    other = {"base.builder": "a:1", "base.runtime": "b:1", "secret.plugin_channel": "https://c.example.com/d"}
    other |= {"application.command": "python e.py", "application.user": "frank", "application.folder": "/g"}
    decided_by = {decided(instruction)[1] for instruction in project.instructions()}
    assert other.keys() <= decided_by
    for field, value in other.items():
        section, _, name = field.partition(".")
        changed = project.change(section, **{name: value}).instructions()
        assert {decided(one)[1] for one in {*project.instructions()} - {*changed}} & {field}, field


def test_a_digest_is_shortened_and_nothing_else() -> None:
    assert shortened_digests(f"FROM debian@sha256:{'ab' * 32} AS x") == "FROM debian@sha256:abababab… AS x"
    assert shortened_digests("FROM debian@sha256:abc") == "FROM debian@sha256:abc"

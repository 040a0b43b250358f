"""The project at a glance: what an image was made from is kept, compared, and said with what is due."""

from __future__ import annotations

import os
import re
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from tests.paths import DATA
from tests.stages.wizard import KEY, UNUSABLE, USABLE, jwt
from tui.core.account.key_lookup import KeyLookup
from tui.core.application.imports import find_imports
from tui.core.application.starts import find_starts
from tui.core.building.attempt import Attempt, Result
from tui.core.building.events import BuildSucceeded
from tui.core.building.fold import fold_all
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.building.timing.history import BuildRecord, History, write_history
from tui.core.files import write
from tui.core.images.catalogue import catalogue
from tui.core.navigation import build_obstacles
from tui.core.overview.changes import Changes, find_changes
from tui.core.overview.earlier_builds import Past, look_back
from tui.core.overview.inputs import built_inputs, current_inputs, keep_inputs, read_inputs
from tui.core.overview.parts import PartKind, first_parts, parts
from tui.core.overview.upkeep import upkeep
from tui.core.project import Project, open_project
from tui.core.proof.after import audit_build
from tui.core.proof.audit import SearchedLayer
from tui.core.proof.docker_save import StoppedError
from tui.core.proof.receipt import Receipt
from tui.core.secret import Secret

ENVIRONMENT = "dependencies:\n  - python=3.13\n  - pandas=2.2.3\n"
NOW = 1_800_000_000.0


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A plan that was written, with all that a build needs."""
    folder = tmp_path / "my-app"
    (folder / "data").mkdir(parents=True)
    (folder / "environment.yml").write_text(ENVIRONMENT)
    (folder / "main.py").write_text("print(1)\n")
    (folder / "data" / "a.csv").write_text("1")
    opened = open_project(folder).change("application", files=("main.py", "data"))
    for change in opened.changes():
        write(change)
    search = KeyLookup((), "anaconda.com")
    return replace(open_project(folder), engine=USABLE, pasted=Secret(KEY), search=search)


def state(folder: Path) -> dict[str, str]:
    return {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}


def test_what_an_image_was_made_from_is_kept_and_nothing_changed(project: Project, tmp_path: Path) -> None:
    env = state(tmp_path)
    assert read_inputs(project, env) is None
    kept = current_inputs(project, NOW, 212_000_000)
    keep_inputs(project, env, kept)
    assert read_inputs(project, env) == kept
    assert set(kept.files) == {"main.py", "data/a.csv"}
    changes = find_changes(kept, current_inputs(project, NOW + 9), NOW)
    assert not changes.any
    assert len(changes.steps) > 5
    assert "the image would be the same" in changes.words


def test_a_damaged_record_is_none(project: Project, tmp_path: Path) -> None:
    env = state(tmp_path)
    keep_inputs(project, env, current_inputs(project, NOW))
    (file,) = (tmp_path / "state").rglob("inputs/*.json")
    whole = file.read_text()
    for text in (
        "",
        "[",
        "[]",
        "{}",
        whole[:-9],
        whole.replace('"when"', '"then"'),
        whole.replace('"main.py"', "3"),
    ):
        file.write_text(text)
        assert read_inputs(project, env) is None


def test_a_token_in_a_channels_address_is_not_kept(project: Project, tmp_path: Path) -> None:
    told = "channels:\n  - https://host/t/very-secret-token/chan\n" + ENVIRONMENT
    keep_inputs(project, state(tmp_path), current_inputs(replace(project, environment=told), NOW))
    (file,) = (tmp_path / "state").rglob("inputs/*.json")
    assert "very-secret-token" not in file.read_text()
    assert not re.search(r"[0-9a-f]{32}", file.read_text())  # digests are cut: none may pass for a hash of the key


def test_each_change_is_named_and_says_what_runs_again(project: Project) -> None:
    before = current_inputs(project, NOW)
    (project.path / "data" / "b.csv").write_text("2")
    later = time.time_ns() + 10**9
    os.utime(project.path / "main.py", ns=(later, later))
    changes = find_changes(before, current_inputs(project, NOW), NOW)
    assert changes.files == ("+ data/b.csv", "~ main.py")
    assert changes.steps.count(False) == 2  # what is copied, and nothing of the environment

    environment = ENVIRONMENT.replace("2.2.3", "2.3.0") + "  - polars\n"
    changes = find_changes(before, current_inputs(replace(project, environment=environment), NOW), NOW)
    assert changes.packages == ("~ pandas=2.2.3 → pandas=2.3.0", "+ polars")
    assert changes.steps[0] and not any(changes.steps[-3:])

    other = project.change("base", builder="other/conda:1")
    changes = find_changes(before, current_inputs(other, NOW), NOW)
    assert changes.base[0].endswith("→ conda:1")
    assert not changes.steps[0]
    assert "Base images\n  ~ " in changes.words


def test_files_of_a_build_that_kept_nothing_are_not_called_changed(project: Project) -> None:
    before = current_inputs(project, NOW)
    stamp = int((NOW + 50) * 10**9)
    os.utime(project.path / "main.py", ns=(stamp, stamp))
    now = current_inputs(project, NOW + 100)
    assert find_changes(before, now, NOW).files == ("~ main.py",)
    assert find_changes(before, now, NOW + 60).files == ()


def test_a_file_that_changed_while_it_was_built_is_called_changed(project: Project) -> None:
    code, now = project.path / "main.py", time.time()
    for edited, files in ((now - 60, ()), (now - 10, ("~ main.py",))):
        os.utime(code, (edited, edited))
        os.utime(project.path / "data" / "a.csv", (now - 99, now - 99))
        kept = built_inputs(project, BuildRecord(now, "succeeded", 30.0), 212_000_000)
        assert (kept.when, kept.size) == (now, 212_000_000)
        assert find_changes(kept, current_inputs(project, now + 9), now).files == files


def test_a_search_that_was_stopped_is_told_at_the_next_start(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> Receipt:
        raise StoppedError

    env, history = state(tmp_path), History((BuildRecord(NOW, "succeeded", 9.0),))
    monkeypatch.setattr("tui.core.proof.after.search_image", stopped)
    attempt = SimpleNamespace(project=project, env=env, key=Secret(KEY), fingerprint="a-print")
    done = fold_all(BuildProgress(), [BuildSucceeded("sha256:abc", 9.0)])
    write_history(project, env, history)
    assert "not finished" not in look_back(project, env, NOW).headline(project, NOW)
    with pytest.raises(StoppedError):
        audit_build(cast("Attempt", attempt), Result(project, done), BuildLog())
    assert "its search for the key was not finished" in look_back(project, env, NOW).headline(project, NOW)
    searched = Receipt("my-app:latest", "sha256:abc", NOW, (SearchedLayer("sha256:0f", 9, "COPY"),), 9)
    monkeypatch.setattr("tui.core.proof.after.search_image", lambda *_, **__: searched)
    audit_build(cast("Attempt", attempt), Result(project, done), BuildLog())
    assert "not finished" not in look_back(project, env, NOW).headline(project, NOW)


def test_the_past_is_told_in_a_line(project: Project, tmp_path: Path) -> None:
    env = state(tmp_path)
    past = look_back(project, env, NOW)
    assert "never built yet" in past.headline(project, NOW)
    assert past.expected == ""
    write_history(project, env, History((BuildRecord(NOW, "succeeded", 108.0),)))
    keep_inputs(project, env, current_inputs(project, NOW, 212_000_000))
    past = look_back(project, env, NOW)
    assert past.headline(project, NOW + 3 * 86_400 + 5).endswith("last built 3 days ago · 212 MB · took 2 min")
    assert past.expected.startswith("Nothing changed")
    past = look_back(replace(project, environment=ENVIRONMENT + "  - polars\n"), env, NOW)
    assert past.expected.endswith("steps should come from the cache. It takes 2 min at most.")
    anew = Changes(steps=(True, False, False))
    whole, copied = {"#a": 80.0, "#b": 9.0, "#c": 1.0, "-e": 4.0}, {"#a": None, "#b": 3.0, "#c": 1.0, "-e": 4.0}
    builds = (BuildRecord(NOW, "succeeded", 108.0, whole), BuildRecord(NOW, "succeeded", 9.0, copied))
    past = Past(History(builds), changes=anew)
    assert past.expected.endswith("It takes about 9 s."), "as when as many steps ran"
    one = replace(past, changes=Changes(steps=(True, True, False)))
    assert one.expected.endswith("It takes 9 s at most."), "more ran then"
    assert replace(past, changes=Changes(steps=(False,) * 3)).expected.endswith("It takes about 2 min.")
    assert replace(past, changes=Changes(steps=(False,) * 4)).expected.endswith("It takes 2 min at most.")
    failed = Past(History((BuildRecord(NOW, "failed", 1.0),)))
    assert failed.headline(project, NOW + 90).endswith("the last build failed 1 minute ago")


def test_the_rows_say_what_would_be_built(project: Project) -> None:
    rows = {part.name: part for part in parts(project, None, NOW, build_obstacles(project))}
    assert {part.kind for part in rows.values()} == {PartKind.GOOD}
    assert rows["Dependencies"].words == "2 packages"
    assert rows["Application"].words == "python main.py as app, 2 copied"
    before = current_inputs(project, NOW)
    changed = replace(project, environment=ENVIRONMENT + "  - polars\n")
    past = Past(changes=find_changes(before, current_inputs(changed, NOW), NOW), key_changed=True)
    rows = {part.name: part for part in parts(changed, past, NOW, build_obstacles(changed))}
    assert rows["Dependencies"].kind is rows["API key"].kind is PartKind.CHANGED
    assert "+ polars" in rows["Dependencies"].words
    assert rows["Files"].kind is PartKind.NEW


def test_a_problem_stands_in_its_row(project: Project) -> None:
    broken = replace(project.change("application", port="x"), engine=UNUSABLE, pasted=None)
    rows = {part.name: part for part in parts(broken, None, NOW, build_obstacles(broken))}
    assert [name for name, part in rows.items() if part.kind is PartKind.BAD] == [
        "API key",
        "Application",
        "Docker",
    ]
    assert rows["Application"].words == "The port is not a number."
    assert "You can go on" in rows["Docker"].hint


def test_a_new_folder_is_told_what_was_found_and_what_will_be_written(tmp_path: Path) -> None:
    project = replace(open_project(tmp_path), engine=USABLE, search=KeyLookup((), "anaconda.com"))
    rows = {part.name: part for part in first_parts(project, (), NOW)}
    assert {part.kind for name, part in rows.items() if name != "Docker"} == {PartKind.NEW}
    assert "none here: one is begun, with 1 package" in rows["environment.yml"].words
    empty = "this folder has no files yet: put your code here, and ctrl+r looks again"
    assert rows["application"].words == empty
    for name, words in ((".env", empty), ("data.csv", "none recognised: put your code here, or go on and say")):
        (tmp_path / name).touch()
        rows = {part.name: part for part in first_parts(project, (), NOW)}
        assert rows["application"].words.startswith(words)
    (tmp_path / "main.py").write_text("")
    (tmp_path / "Dockerfile").touch()
    (tmp_path / "requirements.txt").write_text("six\n")
    rows = {part.name: part for part in first_parts(open_project(tmp_path), find_starts(tmp_path), NOW)}
    assert rows["main.py"].kind is PartKind.GOOD
    assert "one is begun from requirements.txt, with 2 packages" in rows["environment.yml"].words
    assert "difference" in rows["Dockerfile"].words
    assert rows["Docker"].kind is rows["API key"].kind is PartKind.LOOKING


@pytest.mark.parametrize(
    ("text", "kind", "words", "hint"),
    [
        (
            (DATA / "brought" / "macos-export" / "environment.yml").read_text(),
            PartKind.ADVICE,
            "35 packages from defaults and 2 from pip",
            "34 findings: see step 4, where f4 mends most.",
        ),
        (
            "dependencies:\n  - python\n  -flask\n",
            PartKind.BAD,
            "Line 3: This line is neither `name: value` nor `- item`.",
            "Add the colon behind the name; an item of a list needs a dash and a space.",
        ),
    ],
    ids=["findings", "unreadable"],
)
def test_what_is_wrong_with_an_environment_is_told_where_the_folder_is_new(
    tmp_path: Path, text: str, kind: PartKind, words: str, hint: str
) -> None:
    (tmp_path / "environment.yml").write_text(text)
    rows = {part.name: part for part in first_parts(open_project(tmp_path), (), NOW)}
    row = rows["environment.yml"]
    assert (row.kind, row.words, row.hint) == (kind, words, hint)


def test_what_is_due_is_said_with_its_mend(project: Project) -> None:
    assert upkeep(project, NOW) == ()
    images = catalogue()
    old = next(image for image in images.builders if image.deprecated and not image.recommended)
    (due,) = upkeep(project.change("base", builder=old.reference), NOW)
    assert "is deprecated" in due.words
    assert due.mend and due.mend(project).plan.base.builder == images.builder.reference
    name, _, _ = images.runtime.reference.partition("@")
    (due,) = upkeep(project.change("base", runtime=f"{name}@sha256:{'0' * 64}"), NOW)
    assert "names another image by now" in due.words
    assert due.mend and due.mend(project).plan.base.runtime == images.runtime.reference
    (due,) = upkeep(replace(project, pasted=Secret(jwt(NOW + 86_400))), NOW)
    assert (due.step, due.mend) == ("account", None)


def test_what_the_code_imports_and_nothing_brings_is_said_with_the_keys_that_mend_it(project: Project) -> None:
    (project.path / "main.py").write_text("import requests\n")
    for now in (project, replace(project, imports=find_imports(project.path, project.plan.application.files))):
        row = next(part for part in parts(now, None, NOW, build_obstacles(now)) if part.name == "Dependencies")
        assert row.words == "2 packages"
        assert (row.kind is PartKind.ADVICE) is ("main.py imports `requests`" in row.hint) is bool(now.imports)
    assert row.hint.endswith("brings it. Step 4 mends it by f4.")
    assert not build_obstacles(now), "it can be built all the same"

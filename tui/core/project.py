"""A folder and what is being made of it: the state that every step of the wizard reads and refines."""

from __future__ import annotations

from pathlib import Path

from tui.core.account.key import RENEWAL
from tui.core.account.key_file import secret_file_places
from tui.core.account.key_lookup import KeyLookup
from tui.core.dataclass import dataclass, field, replace
from tui.core.dockerfile.dockerfile import dockerfile, render
from tui.core.dockerfile.form import best_form, is_isolated
from tui.core.dockerfile.ignore import ignore_file, ignore_name
from tui.core.dockerfile.instruction import Instruction
from tui.core.dockerfile.key_readers import KeyReaders, key_readers, runs_code_of_others
from tui.core.engine.report import EngineReport
from tui.core.environment.build_checks import read_for_build
from tui.core.environment.document import EnvironmentDocument
from tui.core.errors import CondockError
from tui.core.file_names import insist_on_names
from tui.core.files import (
    MOST_BYTES,
    SMALL,
    FileChange,
    Standing,
    change_of,
    find_content,
    find_text,
    read_text,
    stamped,
)
from tui.core.folder import Folder, look_at
from tui.core.images.conda_version import conda_version
from tui.core.locks.locks import MAX_BYTES, Lock, build_channels, read_lock
from tui.core.locks.rendered import Rendered
from tui.core.own_files import Written
from tui.core.plan import BuildPlan
from tui.core.plan_file import PLAN_FILE, dump_plan, read_plan_file
from tui.core.platforms import CONDA_NAMES, conda_platform
from tui.core.secret import Secret
from tui.core.trust.trust import Trust

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from tui.core.application.imports import Import


@dataclass(frozen=True)
class Project:
    """The folder, the plan, and what was found or typed on the way."""

    folder: Folder
    plan: BuildPlan
    environment: str = field(repr=False)
    """The text of the environment file as edited; on disk only after the preview wrote it."""
    search: KeyLookup | None = None
    """The search for a key; None until somebody looked."""
    pasted: Secret | None = None
    """A key that was typed in; it goes before any that was found, and is kept nowhere."""
    engine: EngineReport | None = None
    """None until somebody looked."""
    trust: Trust | None = None
    """The user's trust in what the folder says; None until somebody looked."""
    own_ignore_rules: str = ""
    """The text of the user's .dockerignore."""
    written: Written = field(default_factory=Written)
    """The texts that condock wrote, as far as they are known."""
    told_conda: tuple[str, tuple[int, ...]] = ("", ())
    """A builder image that was asked for its conda, and the version it has."""
    imports: tuple[Import, ...] = ()
    """Modules that the copied code imports; none until somebody looked."""
    brought: tuple[str, frozenset[str]] = ("", frozenset())
    """A text of the environment that was solved, and the names of all that it brings."""

    @property
    def path(self) -> Path:
        return self.folder.path

    @property
    def key(self) -> Secret | None:
        """The key to build with, also where it cannot work."""
        winner = self.search.winner if self.search else None
        return self.pasted or (winner.key if winner else None)

    @property
    def renewal(self) -> str:
        """The way to another key than this one, once it has expired."""
        return RENEWAL if self.pasted or self.search is None else self.search.renewal

    @property
    def known_keys(self) -> tuple[Secret, ...]:
        """All that were found or typed, also those that are not used."""
        found = (self.pasted, *(row.key for row in self.search.rows)) if self.search else (self.pasted,)
        return tuple(key for key in found if key)

    def read_document(self) -> EnvironmentDocument:
        """Read the environment's text, and the files that its lines for pip name in the folder."""
        return read_for_build(self.environment, self.plan, self.path)

    def read_locks(self) -> tuple[Lock, ...]:
        """The lock files the plan builds from, if it does; what is wrong with one is in its problems."""
        environment = self.plan.environment
        return tuple(read_lock(self.path, name, environment.file) for name in environment.locks)

    @property
    def conda(self) -> tuple[int, ...]:
        """The version of conda in the builder image; empty where it is not known."""
        reference, told = self.told_conda
        return conda_version(self.plan.base.builder) or (told if reference == self.plan.base.builder else ())

    def read_rendered(self) -> Rendered:
        """The lists made from conda-lock.yml, where the plan builds from one in the isolated form."""
        names = self.plan.environment.locks
        if len(names) != 1 or not names[0].endswith((".yml", ".yaml")) or not is_isolated(self.plan):
            return Rendered()
        try:
            text = read_text(self.path, names[0], MAX_BYTES)
        except CondockError:
            return Rendered()  # which is said of the lock file itself
        from tui.core.locks.rendering import render_lock  # and what reads all packages with it

        return render_lock(text, names[0], self.plan.build.dockerfile)

    def change(self, section: str, **values: object) -> Project:
        """The project with some values of one section of its plan replaced.

        The form goes along with the base image and the lock files, as long as nobody chose another one.
        """
        return self._in_form_of(replace(self, plan=self.plan.change(section, **values)))

    def with_conda(self, reference: str, version: tuple[int, ...]) -> Project:
        """The project where this builder image was asked for its conda; the form goes along."""
        return self._in_form_of(replace(self, told_conda=(reference, version)))

    def _in_form_of(self, after: Project) -> Project:
        if self.plan.build.form != after.plan.build.form or self.plan.build.form != best_form(
            self.plan, self.conda
        ):
            return after
        return replace(after, plan=after.plan.change("build", form=best_form(after.plan, after.conda)))

    def installed_locks(self) -> tuple[Lock, ...]:
        """The lock files that the environment is installed from: lists, in the place of a conda-lock.yml."""
        return tuple(one.lock for one in self.read_rendered().locks) or self.read_locks()

    def build_channels(self) -> tuple[str, ...]:
        """The channels that the build asks."""
        return build_channels(self.plan, self.read_document(), self.installed_locks())

    def key_readers(self) -> KeyReaders | None:
        """Who is shown the key in the build, as far as it is known before; None where the plan has none."""
        return key_readers(self.plan, self.installed_locks(), has_pip=bool(self.read_document().pip))

    def runs_code_of_others(self) -> bool:
        """True where code that is not Anaconda's runs beside the key in the build, or that cannot be told."""
        return runs_code_of_others(self.plan, self.read_document(), self.installed_locks())

    def instructions(self) -> tuple[Instruction, ...]:
        """The Dockerfile of the plan as it is now."""
        engine = self.engine or EngineReport()
        return dockerfile(
            self.plan,
            self.read_document(),
            self.installed_locks(),
            runs_without_network=engine.runs_without_network,
        )

    def ignore_text(self) -> str:
        """The ignore file of the plan as it is now."""
        rendered = (one.lock.path for one in self.read_rendered().locks)
        secrets = secret_file_places(self.plan.secret.file, self.path)
        return ignore_file(self.plan, self.own_ignore_rules, self.read_document().pip_files, rendered, secrets)

    def insist_on_files(self) -> None:
        """Raise CondockError as `changes`, without the texts."""
        for name, most in _needed(self).items():
            find_content(self.path, name, most)

    def changes(self) -> tuple[FileChange, ...]:
        """The files the plan needs, as they are and as they shall be; CondockError where one cannot be read."""
        needed = _needed(self)
        texts = {
            self.plan.environment.file: self.environment,
            self.plan.build.dockerfile: stamped(render(self.instructions())),
            ignore_name(self.plan): stamped(self.ignore_text()),
            **{one.lock.path: stamped(one.text) for one in self.read_rendered().locks},
            PLAN_FILE: stamped(dump_plan(self.plan)),
        }
        changes = (change_of(self.path, name, texts[name], most) for name, most in needed.items())
        return tuple(map(self.written.judged, changes))

    def is_written(self) -> bool:
        """True if a build finds what is meant: a file edited by hand counts as meant, an edit of ours does not."""
        edited = self.plan.environment.file
        return all(
            change.standing is Standing.SAME
            or (change.standing is Standing.FOREIGN and change.path != self.path / edited)
            for change in self.changes()
        )


def _needed(project: Project) -> dict[str, int]:
    """The names of the files that the plan needs, with the most bytes of each; CondockError for a wrong name."""
    plan = project.plan
    insist_on_names(plan)
    rendered = (one.lock.path for one in project.read_rendered().locks)
    needed = {
        plan.build.dockerfile: SMALL,
        ignore_name(plan): SMALL,
        **dict.fromkeys(rendered, MAX_BYTES),
        PLAN_FILE: SMALL,
    }
    if not plan.environment.locks and project.environment != find_text(project.path, plan.environment.file):
        return {plan.environment.file: MOST_BYTES, **needed}
    return needed


def open_project(path: Path) -> Project:
    """The project in this folder: its saved plan, or one guessed from what is there.

    Raises CondockError for a folder or a condock.yml that cannot be used.
    """
    folder = look_at(path)
    plan = read_plan_file(folder.path) if folder.has(PLAN_FILE) else _guess_plan(folder)
    if (environment := find_text(folder.path, plan.environment.file)) is None:
        from tui.core.environment.draft.from_folder import first_environment

        environment = first_environment(folder.path, plan).text
    own_rules = find_content(folder.path, ".dockerignore", SMALL) or ""
    written = Written(find_content(folder.path, PLAN_FILE, SMALL))
    return Project(folder, plan, environment, own_ignore_rules=own_rules, written=written)


def _guess_plan(folder: Folder) -> BuildPlan:
    from tui.core.first_plan import guess_plan  # and all frameworks with it

    return guess_plan(folder)


def known_platforms(project: Project) -> tuple[str, ...]:
    """The platforms the image is for, as conda names them: the plan's, else the engine's, where it is known."""
    own = project.engine.platform if project.engine else ""
    return tuple(filter(None, map(conda_platform, project.plan.build.platforms or (own,))))


def target_platforms(project: Project) -> tuple[str, ...]:
    """The same; linux-64 where none is known."""
    return known_platforms(project) or CONDA_NAMES[:1]

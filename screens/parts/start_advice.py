"""The part of the application step that says how the command starts, or what is missing for that."""

from __future__ import annotations

from textual.content import Content

from tui.core.application.advice import application_advice, missing_packages
from tui.core.application.command_files import uncopied_files
from tui.core.application.starts import Start
from tui.core.dataclass import replace
from tui.core.environment.document import named_packages
from tui.core.environment.edits import apply_edits
from tui.core.environment.package_edits import add_dependency
from tui.core.project import Project
from tui.widgets.static import Static


class StartAdvice(Static):
    """Is there where there is something to say."""

    def say(self, project: Project, starts: tuple[Start, ...] | None) -> None:
        """Advise on how the project starts; these are the ways, or None where they are still looked for."""
        environment, application = named_packages(project.read_document()), project.plan.application
        found = list(application_advice(application, starts or (), environment, project.path))
        lines = [Content.styled(f"! {advice.message}", "$text-warning") for advice in found]
        if uncopied(project):
            lines.insert(1, _offer("ticks it."))
        if missing(project):
            lines.append(_offer("adds it to the dependencies."))
        # Where there are several ways, the list has it.
        if not found and starts and len(starts) == 1 and starts[0].application.command == application.command:
            lines.append(Content.styled(starts[0].framework.sentence, "$text-muted"))
        self.display = bool(lines) and starts is not None
        self.update(Content("\n").join(lines))


def _offer(words: str) -> Content:
    return Content.styled("  f4 ", "bold $primary") + Content(words)


def uncopied(project: Project) -> tuple[str, ...]:
    """The files of the folder that its command names and that are not copied."""
    return uncopied_files(project.plan.application, project.path)


def with_files(project: Project) -> Project:
    """The project that copies what its command names, too."""
    return project.change("application", files=(*project.plan.application.files, *uncopied(project)))


def missing(project: Project) -> tuple[str, ...]:
    """The packages that its command needs and its environment does not name."""
    return missing_packages(project.plan.application.command, named_packages(project.read_document()))


def with_packages(project: Project) -> Project:
    """The project whose environment names what its command needs."""
    for name in missing(project):
        if fix := add_dependency(project.environment, name):
            project = replace(project, environment=apply_edits(project.environment, fix.edits))
    return project

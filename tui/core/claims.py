"""The claims of a project's folder on the user's key, and those that were not agreed to.

A folder is a stranger's until the user of this machine says otherwise: until then no request carries the key,
and no build mounts it. What the user typed into the wizard is their yes, as is their own configuration.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from pathlib import PurePath

from tui.core.account.key_file import secret_file_facts
from tui.core.account.sources import raw_settings
from tui.core.dataclass import dataclass, replace
from tui.core.dockerfile.ignore import ignore_name
from tui.core.errors import CondockError, ExitCode, Problem
from tui.core.files import SMALL, FileChange, find_content, is_ours
from tui.core.images.catalogue import catalogue
from tui.core.images.reference import by_tag
from tui.core.plan import DEFAULT_DOMAIN, HOST_NETWORK, Form, SecretMode, SecretMount
from tui.core.plan_file import PLAN_FILE
from tui.core.project import Project
from tui.core.secret import KEY_VARIABLE
from tui.core.trust.claim import Claim, ClaimKind, exact
from tui.core.trust.dotenv import is_setting, setting_claims
from tui.core.trust.trust import Trust

_ON_DISK = (ClaimKind.SETTING, ClaimKind.SECRET_FILE, ClaimKind.DOCKERFILE, ClaimKind.IGNORE_FILE)
"""Claims of these kinds stand in files other than the plan: they are the folder's whenever they appear."""


@cache
def _unlooked() -> Trust:
    """Before anybody looked: the key is taken for one of Anaconda's own, and nothing else is agreed to."""
    return Trust(frozenset([Claim(ClaimKind.DOMAIN, DEFAULT_DOMAIN)]))


@dataclass(frozen=True)
class Unagreed(Problem):
    """A claim that the user has not agreed to, as what stands in the way."""

    claim: Claim | None = None


def claims(project: Project) -> tuple[Claim, ...]:
    """All that the folder says and that waits for a yes, in the order of asking: who sees the key, above all.

    Reads .env, the secret file and the files of the build, but for a plan without a key.
    """
    if project.plan.secret.mode is SecretMode.NONE:
        return tuple(claim for claim in planned_claims(project) if claim.words.without_key)
    return tuple(
        sorted((*planned_claims(project), *_on_disk(project)), key=lambda claim: list(ClaimKind).index(claim.kind))
    )


def unagreed(project: Project, *, for_requests: bool = False) -> tuple[Claim, ...]:
    """The claims that wait for a yes; with `for_requests`, those alone that bar every request with the key."""
    trust = project.trust or _unlooked()
    return tuple(
        claim
        for claim in claims(project)
        if claim not in trust.agreed
        and (trust.found is None or claim.kind in _ON_DISK or claim in trust.found)
        and (claim.words.for_requests or not for_requests)
        and (claim.kind is not ClaimKind.FORM or project.runs_code_of_others())
    )


def chosen_claims(project: Project) -> tuple[Claim, ...]:
    """The claims that the user put into the plan: neither found there nor agreed to before."""
    trust, planned = project.trust or _unlooked(), tuple(planned_claims(project))
    known = trust.agreed.union(planned if trust.found is None else trust.found)
    return tuple(claim for claim in planned if claim not in known)


def waiting_claims(project: Project) -> tuple[Claim, ...]:
    """The claims to be told as problems; none before somebody looked, when builds are barred all the same."""
    return unagreed(project) if project.trust else ()


def unagreed_problems(waiting: Iterable[Claim], step: str) -> Iterator[Problem]:
    """Of the claims that wait for a yes those of the step (its key) where that is decided, as problems."""
    for claim in waiting:
        if claim.words.step == step:
            yield unagreed_problem(claim)


def next_question(project: Project, declined: Collection[Claim], *, at_build: bool) -> Claim | None:
    """The first claim to ask about now, of those that were not declined; None where there is none.

    A builder is asked about once Docker has said where it is, a file of the build where it is about to be built.
    """
    for claim in unagreed(project):
        early = claim.kind is ClaimKind.BUILDER and project.engine is None
        if claim not in declined and not early and (at_build or claim.words.step != "build"):
            return claim
    return None


def unagreed_problem(claim: Claim) -> Unagreed:
    """The claim as a problem, for the wizard."""
    hint = "Answer with f2, or change it."
    return Unagreed(f"{claim.question} {claim.meaning}", hint, claim.words.field, claim=claim)


_FIND_A_KEY = (
    f"Set {KEY_VARIABLE}, or sign in with `anaconda login`; where all channels are public, put `mode: none` under "
    "`secret` in condock.yml."
)


def for_command(problem: Problem) -> Problem:
    """The problem with what a command line can do about it."""
    if problem.field == "account" and problem.exit_code is ExitCode.NO_KEY:
        return replace(problem, hint=_FIND_A_KEY)
    if not (isinstance(problem, Unagreed) and problem.claim):
        return problem
    hint = f"If you agree, add {problem.claim.flag}; if not, change it."
    return replace(problem, hint=hint)


def insist_on_agreement(project: Project) -> None:
    """Raise CondockError for the first claim that waits for a yes: the last word before a build gets the key."""
    for claim in unagreed(project):
        raise for_command(unagreed_problem(claim)).error


def planned_claims(project: Project) -> Iterator[Claim]:
    """The claims of the plan: what it says that is not condock's own default."""
    plan = project.plan
    lists = (
        (ClaimKind.HOST, plan.account.hosts),
        (ClaimKind.CACHE_FROM, plan.build.cache_from),
        (ClaimKind.CACHE_TO, plan.build.cache_to),
    )
    single = (
        (ClaimKind.DOMAIN, plan.account.domain, ()),
        (ClaimKind.SITE, plan.account.site, ()),
        (ClaimKind.BUILDER_IMAGE, plan.base.builder, tuple(image.reference for image in catalogue().builders)),
        (ClaimKind.MIRROR, plan.base.mirror, ()),
        (ClaimKind.PLUGIN_CHANNEL, plan.secret.plugin_channel, (SecretMount().plugin_channel,)),
        (ClaimKind.FORM, plan.build.form, (Form.ISOLATED,)),
        (ClaimKind.CONTEXT, plan.build.context, ()),
        (ClaimKind.NETWORK, plan.build.network if plan.build.network == HOST_NETWORK else "", ()),
        (ClaimKind.IMAGE, plan.build.image if by_tag(plan.build.image) in _builders(project) else "", ()),
        (ClaimKind.PUSH, plan.build.image if plan.build.push else "", ()),
    )
    named = [(kind, value) for kind, values in lists for value in values]
    named += [(kind, value) for kind, value, harmless in single if value not in ("", *harmless)]
    if plan.build.builder and not _is_here(project):
        named.append((ClaimKind.BUILDER, plan.build.builder))
    for kind, value in named:
        yield Claim(kind, exact(value), PLAN_FILE)


def _builders(project: Project) -> frozenset[str]:
    return project.trust.builders if project.trust else frozenset()


def _is_here(project: Project) -> bool:
    """True if the builder is known to be on this machine, or where the user's own Docker is."""
    builder = project.engine.builder if project.engine else None
    ends = (
        [node.endpoint for node in builder.nodes] if builder and builder.name == project.plan.build.builder else []
    )
    return bool(ends) and all(end == "default" or end.startswith(("unix://", "npipe://")) for end in ends)


def _on_disk(project: Project) -> Iterator[Claim]:
    """The claims of other files of the folder."""
    mounted = project.plan.secret.file if project.plan.secret.mode is SecretMode.DOTENV else ""
    for name in dict.fromkeys((".env", *filter(None, [mounted]))):
        yield from setting_claims(raw_settings(project.path / name), name)
    if mounted:
        facts = secret_file_facts(project.path / mounted, project.path)
        others = [name for name in facts.other_names if not is_setting(name)]
        if facts.outside or others:
            value = f"{facts.target if facts.outside else mounted}{':' if others else ''}{','.join(others)}"
            yield Claim(ClaimKind.SECRET_FILE, exact(value), PLAN_FILE)
    yield from _of_build_files(project)


def _of_build_files(project: Project) -> list[Claim]:
    """Of Dockerfile and ignore file, where somebody's own lies in the place of the plan's."""
    names = (project.plan.build.dockerfile, ignore_name(project.plan))
    try:
        project.insist_on_files()
        texts = {name: find_content(project.path, name, SMALL) for name in names}
    except CondockError:  # a step says so
        return []
    return [
        _file_claim(name, text, project) for name, text in texts.items() if text is not None and not is_ours(text)
    ]


def change_behind(claim: Claim, project: Project) -> FileChange | None:
    """The change from the file that the claim is of to the plan's; None for a claim of no such file."""
    try:
        changes = project.changes()
    except CondockError:  # a step says so
        return None
    return next((change for change in changes if file_claim(change, project) == claim), None)


def file_claim(change: FileChange, project: Project) -> Claim:
    """The claim of a file that lies in the place of one of the plan's, by its digest."""
    return _file_claim(change.name, change.old or "", project)


def _file_claim(name: str, text: str, project: Project) -> Claim:
    import hashlib  # and OpenSSL with it

    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    kind = ClaimKind.IGNORE_FILE if name == ignore_name(project.plan) else ClaimKind.DOCKERFILE
    return Claim(kind, f"sha256:{digest}", PurePath(name).name)

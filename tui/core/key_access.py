"""A project with its key: who may have it, found in the one way that every front end uses."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, MutableMapping

from tui.core.account.find_key import find_key
from tui.core.account.key_file import read_key
from tui.core.account.settings import read_settings
from tui.core.claims import chosen_claims, planned_claims, unagreed
from tui.core.dataclass import replace
from tui.core.engine.contexts import is_local
from tui.core.errors import CondockError
from tui.core.images.reference import by_tag, with_mirror
from tui.core.plan import DEFAULT_DOMAIN, BuildPlan, SecretMode
from tui.core.plan_file import PLAN_FILE
from tui.core.project import Project
from tui.core.secret import Secret
from tui.core.trust.agreement import agree, agreed, kept_anywhere
from tui.core.trust.claim import Claim, ClaimKind
from tui.core.trust.trust import Trust


def build_key(project: Project) -> Secret | None:
    """The key that the build mounts; CondockError where the plan's .env file cannot be read."""
    match project.plan.secret.mode:
        case SecretMode.VARIABLE:
            return project.key
        case SecretMode.DOTENV:
            return read_key(project.path / project.plan.secret.file)
        case SecretMode.NONE:
            return None


def request_key(project: Project) -> Secret | None:
    """The key that requests carry: the build's, or before its .env file is there, the one it will be written with.

    None while something that the folder says about requests waits for a yes.
    """
    if unagreed(project, for_requests=True):
        return None
    try:
        return build_key(project)
    except CondockError:
        return project.key


def equipped(project: Project, env: Mapping[str, str]) -> Project:
    """The project with what was agreed to for its folder, and with its key looked up accordingly.

    Reads some small files and, where it is configured, the system's keyring: call it in a thread.
    """
    project = with_trust(project, env)
    return replace(project, search=find_key(project.path, env, site=agreed_site(project)))


def agreed_site(project: Project) -> str:
    """The site that the plan chooses, by its name; empty where it chooses none or that waits for a yes."""
    barred = any(claim.kind is ClaimKind.SITE for claim in unagreed(project))
    return "" if barred else project.plan.account.site


def with_trust(project: Project, env: Mapping[str, str]) -> Project:
    """The project with what was agreed to for its folder, or needs no yes since it is the user's own."""
    project = _in_own_domain(project, env)
    known = agreed(project.path, env).union(_own(project, env))
    trust = project.trust or Trust()
    return replace(project, trust=replace(trust, agreed=known, builders=_builders(known, env)))


def opened(
    project: Project, env: Mapping[str, str], given: Container[str] = (), *, begun_with: BuildPlan | None = None
) -> Project:
    """The project as it was opened: from now on, what comes into its plan was put there by the user.

    `given` are the plan's names of values that the user gives at once, whatever they were before. `begun_with` is
    the plan in its place, where one was kept of an earlier run: nobody knows what of that the folder had said.
    """
    kept = begun_with if begun_with != project.plan else None
    project = _in_own_domain(project, env)
    known = agreed(project.path, env).union(_own(project, env))
    builders = _builders(known, env)
    project = replace(project, trust=Trust(known, builders=builders))
    # A plan that is in no file was made here, of nothing that the folder says.
    planned = tuple(planned_claims(project)) if project.folder.has(PLAN_FILE) else ()
    planned += tuple(planned_claims(replace(project, plan=kept))) if kept else ()
    found = frozenset(claim for claim in planned if claim.words.field not in given)
    return replace(project, trust=Trust(known, found, builders))


def agree_to_plan(project: Project, env: MutableMapping[str, str]) -> None:
    """Keep a yes to what the user put into the plan: the claims of it that do not wait for one."""
    agree(chosen_claims(project), project.path, env)


def _in_own_domain(project: Project, env: Mapping[str, str]) -> Project:
    """The project with the domain of the user's own settings, where its plan chooses neither one nor a site."""
    account, own = project.plan.account, read_settings(project.path, env).domain
    if account.site or account.domain != DEFAULT_DOMAIN or own == DEFAULT_DOMAIN:
        return project
    return project.change("account", domain=own)


def _builders(agreed: frozenset[Claim], env: Mapping[str, str]) -> frozenset[str]:
    """The builder images agreed to here and anywhere, by their names: but for those that a digest holds."""
    names = set[str]()
    for claims in (agreed, *kept_anywhere(env)):
        images = [
            claim.value for claim in claims if claim.kind is ClaimKind.BUILDER_IMAGE and "@" not in claim.value
        ]
        mirrors = [claim.value for claim in claims if claim.kind is ClaimKind.MIRROR]
        names |= {by_tag(with_mirror(image, mirror)) for image in images for mirror in ("", *mirrors)}
    return frozenset(names - {""})


def _own(project: Project, env: Mapping[str, str]) -> Iterator[Claim]:
    """The claims that the user's own configuration makes as well."""
    site, build = project.plan.account.site, project.plan.build
    in_force = read_settings(project.path, env)
    yield Claim(ClaimKind.SITE, in_force.site)
    # A key of one site is not for the hosts of another.
    yield Claim(ClaimKind.DOMAIN, read_settings(project.path, env, site).domain if site else in_force.domain)
    if build.context and is_local(build.context, env):
        yield Claim(ClaimKind.CONTEXT, build.context)
    yield Claim(ClaimKind.BUILDER, env.get("BUILDX_BUILDER", ""))

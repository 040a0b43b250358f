"""The channels that conda asks for an environment: the file's own, the base's, and those that packages name."""

from __future__ import annotations

from tui.core.channels.addresses import channel_problem
from tui.core.channels.qualified_spec import qualified
from tui.core.environment.document import EnvironmentDocument
from tui.core.plan import BuildPlan


def asked_channels(plan: BuildPlan, document: EnvironmentDocument) -> tuple[str, ...]:
    """The channels that conda asks for an environment, names or addresses, each once and in its order.

    Those that stand in front of a package come last.
    """
    named = (qualified(dependency.text).channel for dependency in document.dependencies)
    return tuple(dict.fromkeys((*meant_channels(plan, document), *filter(None, named))))


def meant_channels(plan: BuildPlan, document: EnvironmentDocument) -> tuple[str, ...]:
    """The file's own channels or, where it names none, the base's; both where the plan says so."""
    own = tuple(channel for channel in document.channels if channel != "nodefaults")
    of_base = configured_channels(plan.base.builder) if plan.environment.base_channels or not own else ()
    return tuple(dict.fromkeys((*own, *of_base)))


def configured_channels(builder: str) -> tuple[str, ...]:
    """The channels in the condarc of a base, by its image: `defaults` is what conda takes by itself as well."""
    return ("conda-forge",) if "miniforge" in builder else ("defaults",)


def only_channels(plan: BuildPlan, document: EnvironmentDocument) -> tuple[str, ...]:
    """The file's channels, where conda would add the base's to them; nothing where all is as it would be anyway.

    That an image is a Miniconda or Miniforge is told by its name: another's settings are not known.
    """
    own = meant_channels(plan, document)
    known = any(name in plan.base.builder for name in ("miniconda", "miniforge"))
    added = configured_channels(plan.base.builder)
    as_it_is = not document.channels or (known and set(added) <= set(own))
    unusable = any(channel_problem(channel) or "•" in channel for channel in own)
    return () if as_it_is or plan.environment.base_channels or unusable else own

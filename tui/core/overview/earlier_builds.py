"""What is known of a plan's earlier builds: read in a thread, as the folder's files are looked at for it."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

from tui.core.building.key.key_record import key_changed, key_fingerprint, mounted_key
from tui.core.building.timing.history import History, read_history
from tui.core.dataclass import dataclass, field
from tui.core.overview.changes import Changes, find_changes
from tui.core.overview.inputs import current_inputs, read_inputs
from tui.core.project import Project
from tui.core.proof.kept_receipts import read_receipt
from tui.core.units import human_seconds, human_size
from tui.core.untrusted_text import printable


@dataclass(frozen=True)
class Past:
    """Earlier builds, and what is another one since."""

    history: History = field(default_factory=History)
    size: int | None = None
    """The last image's, in bytes."""
    changes: Changes | None = None
    """None where no image was made of this plan, or nobody kept what of."""
    key_changed: bool | None = None
    unsearched: bool = False
    """True if the search of the last image for the key was begun, and not brought to its end."""

    @property
    def expected(self) -> str:
        """How much of the next build comes from the cache, and how long it takes; empty if that is not known."""
        if not self.changes:
            return ""
        if not self.changes.any:
            return "Nothing changed: all of it should come from the cache."
        words = f"{self.changes.cached} of {len(self.changes.steps)} steps should come from the cache."
        return " ".join(filter(None, (words, self._time(self.changes.steps.count(False)))))

    def _time(self, anew: int) -> str:
        """How long a build takes in which so many steps run, by those in which as many did; at most, if more."""
        times: dict[int, list[float]] = {}
        for build in self.history.builds:
            if build.outcome == "succeeded":
                times.setdefault(build.ran, []).append(build.seconds)
        if anew in times:
            return f"It takes about {human_seconds(median(times[anew]))}."
        if more := [ran for ran in times if ran > anew]:
            return f"It takes {human_seconds(median(times[min(more)]))} at most."
        return f"It takes {human_seconds(max(map(max, times.values())))} at most." if times else ""

    def headline(self, project: Project, now: float) -> str:
        """The image, and when it was built last; `now` is seconds since the epoch."""
        image = printable(project.plan.build.image)
        if not self.history.builds:
            return f"{image}  never built yet"
        last = self.history.builds[-1]
        ago = _ago(now - last.when)
        if last.outcome != "succeeded":
            return f"{image}  the last build {'failed' if last.outcome == 'failed' else 'was stopped'} {ago}"
        size = f" · {human_size(self.size)}" if self.size else ""
        search = " · its search for the key was not finished" if self.unsearched else ""
        return f"{image}  last built {ago}{size} · took {human_seconds(last.seconds)}{search}"


def look_back(project: Project, env: Mapping[str, str], now: float) -> Past:
    """Read what is known; takes as long as the folder's files are many."""
    history, before = read_history(project, env), read_inputs(project, env)
    last = history.last_success
    changes = find_changes(before, current_inputs(project, now), last.when) if before and last else None
    key = mounted_key(project)
    changed = key_changed(key_fingerprint(project, env, key), history, key)
    kept = read_receipt(project, env)
    unsearched = kept is not None and kept.receipt.result == "not searched"
    return Past(history, before.size if before else None, changes, changed, unsearched)


def _ago(seconds: float) -> str:
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if (count := int(seconds // length)) > 0:
            return f"{count} {unit}{'' if count == 1 else 's'} ago"
    return "just now"

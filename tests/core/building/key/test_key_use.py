"""Steps that the key had no part in, and what is said of them."""

from __future__ import annotations

import pytest

from tests.stages.build_steps import COPY, CREATE, FROM, SECRET, cached, failed, progress, ran, waiting
from tui.core.building.events import BuildCancelled, BuildEvent, BuildFailed, BuildSucceeded
from tui.core.building.key.key_use import key_accepted, key_untested, key_unused, unused_key_words
from tui.core.building.summary import summarise

SUCCESS = BuildSucceeded("", 1.0)
LOCK = f"[builder 2/4] {SECRET} conda install conda-lock"
NOT_USED = "The key was not used: the authenticated steps came from the cache."


@pytest.mark.parametrize(
    ("events", "unused", "accepted", "said"),
    [
        ([cached(FROM), cached(COPY), cached(CREATE), SUCCESS], {CREATE}, False, True),
        ([cached(FROM), ran(COPY, seconds=1), ran(CREATE, seconds=5), SUCCESS], set(), True, False),
        # Nothing was heard of it, and the builder says that all went well: nothing shows that it ran.
        ([waiting(CREATE), SUCCESS], {CREATE}, False, True),
        # One of two used the key, so a wrong one would have been noticed.
        ([cached(LOCK), ran(CREATE, seconds=5), SUCCESS], {LOCK}, True, False),
        ([cached(LOCK), cached(CREATE), SUCCESS], {LOCK, CREATE}, False, True),
        # The key was good even though a later step failed; not so where one that shows it did not end well.
        ([ran(CREATE, seconds=5), failed("[b 4/4] RUN x", seconds=1), BuildFailed(1, "x")], set(), True, False),
        ([failed(CREATE, seconds=5), BuildFailed(1, "x")], set(), False, False),
        ([ran(LOCK, seconds=5), waiting(CREATE), BuildFailed(1, "x")], set(), False, False),
        ([cached(CREATE), BuildCancelled()], {CREATE}, False, False),
        # A plan of public channels only.
        ([cached(FROM), cached(COPY), SUCCESS], set(), False, False),
        ([SUCCESS], set(), False, False),
    ],
)
def test_what_the_key_had_a_part_in(
    events: list[BuildEvent], unused: set[str], accepted: bool, said: bool
) -> None:
    done = progress(*events)
    assert {step.id for step in key_unused(done)} == unused
    assert key_accepted(done) is accepted
    assert key_untested(done) is said
    assert unused_key_words(done, None) == ((NOT_USED,) if said else ())


@pytest.mark.parametrize(
    ("name", "authenticated"),
    [
        ("[b 2/2] RUN --mount=type=secret,id=dotenv,target=.env,required=true conda", True),
        ("[b 2/2] RUN --mount=id=KEY,type=secret conda", True),
        ("[b 2/2] RUN --network=host --mount=type=cache,target=/c --mount=type=secret,id=K     conda", True),
        ("[linux/arm64 b 2/2] RUN --mount=type=secret,id=K conda", True),
        ("[b 2/2] RUN --mount=type=cache,target=/c conda", False),
        ("[b 2/2] RUN echo --mount=type=secret,id=K", False),
        ("[b 2/2] COPY type=secret ./", False),
        ("RUN --mount=type=secret,id=K conda", False),
    ],
)
def test_which_steps_show_the_key(name: str, authenticated: bool) -> None:
    assert bool(key_unused(progress(cached(name)))) is authenticated


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (None, NOT_USED),
        (True, f"{NOT_USED} They were made with another key."),
        (False, f"{NOT_USED} They were made with this key."),
    ],
)
def test_a_success_says_what_it_does_not_show(changed: bool | None, said: str) -> None:
    summary = summarise(progress(cached(CREATE), SUCCESS), "app:1", None, changed)
    assert (summary.headline, summary.details) == ("Built app:1 in 1.0 s.", (said,))

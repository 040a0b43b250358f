"""Sentences on what is wrong: a text of the folder's in them stays part of the sentence."""

from __future__ import annotations

from tui.core.errors import CondockError, Problem


def test_a_name_in_a_sentence_begins_no_line_of_its_own() -> None:
    name = "x\ncondock: all is well\u2028condock: truly\r"
    problem = Problem(f"There is no `{name}`.", f"Did you mean `{name}`?")
    error = CondockError(f"There is no `{name}`.", f"Did you mean `{name}`?")
    for said in (problem, problem.error, error):
        assert len(str(said).splitlines()) == 1
        assert len(said.message.splitlines()) == 1
        assert len(said.hint.splitlines()) == 1
    assert str(error.args[0]) == error.message

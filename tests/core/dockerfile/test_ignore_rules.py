"""The rules of an ignore file, one by one and against docker-py's matcher."""

from __future__ import annotations

import time

import pytest
from docker.utils.build import PatternMatcher
from hypothesis import assume, given
from hypothesis import strategies as st

from tui.core.dockerfile.ignore_rules import ignored_by


# What BuildKit itself does with each is in its own table: moby/patternmatcher, patternmatcher_test.go.
@pytest.mark.parametrize(
    ("rules", "path", "kept_back"),
    [
        ("*", "a", True),
        ("*", "a/b/c", True),
        ("*\n!a", "a/b", False),
        ("*\n!a\n*.txt", "a/b.txt", False),
        ("*\n!a\n**/*.txt", "a/b.txt", True),
        ("a/*", "a/b", True),
        ("a/*", "b/a/b", False),
        ("a/*/c", "a/b/b/c", False),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/b/b/c", True),
        ("a/**", "a", False),
        ("a/**", "a/b/c", True),
        ("**", "a/b", True),
        ("**/b", "b", True),
        ("**/b", "a/b/c", True),
        ("/a/", "a", True),
        ("./a/../b", "b", True),
        (".", "a", False),
        ("# a\n\n", "# a", False),
        ("!a\n*", "a", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("a[0-9]", "a1", True),
        ("a[^0-9]", "a1", False),
        ("[*]", "*", False),
        ("[*]", "[^]", True),
        ("[a?]", "a]", True),
        ("[*]", "a", False),
        ("[[]a", "[a", True),
        (r"\*", "*", True),
        (r"\*", "a", False),
        ("a[", "a[", False),
        ("a\\", "a\\", False),
        ("[z-a]", "z", False),
        ("a.c", "abc", False),
        ("a+", "aa", False),
        ("a", "./a/", True),
        ("/", "a", False),
        ("!/", "a", False),
        ("*\n/!a", "a", False),
        ("/!a", "!a", False),
        (r"\!a", "!a", True),
        ("a\n!!a", "a", True),
        ("*\n!!a", "!a", False),
        ("\ufeffa", "a", True),
        (" # a", "# a", True),
        ("x\x0ba", "a", False),
        ("**.env", "k.env", True),  # at the end of anything
        ("**.env", "a/k.env", True),
        ("**.env", "k.env.txt", False),
        ("*\n!**.env", "k.env", False),
        ("**[a]b", "xab", False),
        ("*\n!k* //", "k.env", False),  # blanks at its end are gone once the slashes are
        ("a/ /", "a", True),
        ("/ /a", "a", False),
        # As an expression of Go has them: what is certain is that such a rule may not be trusted.
        (r"\a.py", "a.py", False),
        (r"\S*", "a", False),
        (r"[\w]", "\u00e9", False),
        (r"[[:alpha:]]", "a", False),
        ("*\n!\\x61.py", "a.py", False),
        ("*\n![[:alpha:]]", "a", False),
        (r"\_\-\!", "_-!", True),
    ],
)
def test_a_rule(rules: str, path: str, kept_back: bool) -> None:
    assert ignored_by(rules)(path) is kept_back


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ("**/" * 28 + "b", "a/" * 28 + "a"),
        ("**/x/" * 28 + "b", "x/" * 200 + "a"),
        ("*a" * 40 + "*b", "a" * 250),
        ("**/*a*a*a*a/" * 6 + "b", ("a" * 40 + "/") * 30),
    ],
)
def test_no_rule_takes_for_ever(rule: str, path: str) -> None:
    assert not ignored_by(rule)(path)


@pytest.mark.parametrize("rule", ["[" * 20_000, "[!a" * 8_000], ids=["one", "with more"])
def test_brackets_that_are_not_closed_are_gone_through_once(rule: str) -> None:
    began = time.process_time()
    assert not ignored_by(rule)("a")
    assert time.process_time() - began < 2  # seconds; for each bracket anew it would take ten


_PARTS = st.sampled_from(["a", "b", "ab", "*", "**", "?", "a*", "*b", "[ab]", "a.b"])
_RULE = st.builds(lambda no, parts: no + "/".join(parts), st.sampled_from(["", "!"]), st.lists(_PARTS, min_size=1))
_PATH = st.lists(st.sampled_from(["a", "b", "ab", "a.b", "bb"]), min_size=1, max_size=4).map("/".join)


@given(st.lists(_RULE, max_size=5), _PATH)
def test_it_is_as_docker_py_has_it(rules: list[str], path: str) -> None:
    # docker-py asks only for the folder that is as deep as the rule, and so misses `**/a` for `b/a/c/d`.
    assume(not any("**" in rule for rule in rules))
    expected = PatternMatcher(rules).matches(path)  # type: ignore[arg-type]
    assert ignored_by("\n".join(rules))(path) is bool(expected)


@given(st.text(), st.text(min_size=1))
def test_no_text_is_an_error(rules: str, path: str) -> None:
    assert ignored_by(rules)(path) in (True, False)

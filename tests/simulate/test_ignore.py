"""What an ignore file keeps back. Each case was seen in a real build with `COPY . /`."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.simulate.globs import BadPattern, compile_glob
from dfcheck.simulate.ignore import Matcher, read
from dfcheck.simulate.patterns import Pattern


def kept(ignore: str, *paths: str) -> list[str]:
    matcher = Matcher(line.text for line in read(ignore.encode()))
    return [path for path in paths if not matcher.mark_alone(path).matched]


@pytest.mark.parametrize(
    ("ignore", "paths", "left"),
    [
        ("*.txt\n", ["a.txt", "d/a.txt", "a.md"], ["d/a.txt", "a.md"]),
        ("**/*.txt\n", ["a.txt", "d/e/a.txt", "a.md"], ["a.md"]),
        ("node_modules\n", ["node_modules/x", "src/node_modules/x"], ["src/node_modules/x"]),
        ("/a\r\n", ["a", "b/a"], ["b/a"]),
        ("# a\n #b\n", ["a", "#b", "b"], ["a", "b"]),
        ("d\n!d/e\n", ["d/e", "d/f", "g"], ["d/e", "g"]),
        ("*\n!*.md\nREADME.md\n", ["README.md", "a.md", "b"], ["a.md"]),
        ("a**\n", ["a", "ab/c", "b/a"], ["b/a"]),
        ("**a.txt\n", ["a.txt", "d/ba.txt", "a.md"], ["a.md"]),
        (".\n", ["a"], ["a"]),
        ("**\n", ["a", "b/c"], []),
        ("star[*]\n", ["star*", "starx"], ["star*", "starx"]),
        ("abc/\n", ["abc", "abcd"], ["abcd"]),
        ("./a/../b/\n", ["b/c", "a"], ["a"]),
        ("\ufeffa\n", ["a", "b"], ["b"]),
        ("A\n", ["a", "A"], ["a"]),
        ("[a-c]?\n", ["b1", "d1", "b/1"], ["d1", "b/1"]),
        ("\\d\n", ["1", "d"], ["d"]),
        ("a/**/z\n", ["a/z", "a/b/c/z", "az"], ["az"]),
        ("! a\n", ["a"], ["a"]),
        # What is behind a place that cannot match `.` is not read at first; a backslash at the end is then a `$`.
        ("**/*\\\n", ["a", "b$c", "d/e$", "$"], ["a"]),
        ("x*\\\n", ["a", "b$c", "x$y", "xyz$"], ["a", "b$c"]),
    ],
)
def test_patterns(ignore, paths, left):
    assert kept(ignore, *paths) == left


@pytest.mark.parametrize(
    "text", ["!", "[a", "[]a]", "[-a]", "[a-]", "a\\", "\\", "*\\", "**\\", "**/a\\", "*["]
)
def test_unreadable_at_once(text):
    with pytest.raises(BadPattern):
        Matcher([text])


@pytest.mark.parametrize("text", ["[z-a]", "\\e", "**/*[", "**/*[a"])
def test_unreadable_when_used(text):
    matcher = Matcher([text])
    with pytest.raises(BadPattern):
        matcher.mark("a")


def test_the_deciding_pattern():
    matcher = Matcher(["a", "b", "!a/keep", "**/x"])
    top = matcher.mark("a")
    assert (top.matched, top.by) == (True, 0)
    inner = matcher.mark("a/keep", top)
    assert (inner.matched, inner.by) == (False, 2)
    assert matcher.mark("a/keep/x", inner).by == 3
    assert matcher.mark("a/other", top).by == 0
    assert matcher.mark("c").by == -1


def test_descends_only_where_something_may_come_back():
    matcher = Matcher(["node_modules", "vendor", "!vendor/keep/this"])
    assert not matcher.may_take_back("node_modules")
    assert matcher.may_take_back("vendor")
    assert matcher.may_take_back("vendor/keep")
    assert not matcher.may_take_back("vendor/drop")
    assert Matcher(["a", "!**/*.md"]).may_take_back("a")


NAMES = st.text("ab.*?", min_size=1, max_size=4)
PATHS = st.lists(
    st.text("ab.", min_size=1, max_size=3).filter(lambda name: name not in {".", ".."}),
    min_size=1,
    max_size=4,
).map("/".join)
PATTERNS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
IGNORE = st.lists(
    st.tuples(st.booleans(), PATTERNS).map(lambda pair: ("!" if pair[0] else "") + pair[1]), max_size=5
)


def matcher_of(lines: list[str]) -> Matcher:
    return Matcher(line.text for line in read("\n".join(lines).encode()))


@given(IGNORE, PATHS, st.integers(0, 5))
def test_a_pattern_that_matches_nothing_changes_nothing(lines, path, at):
    before = matcher_of(lines).mark_alone(path)
    after = matcher_of([*lines[:at], "never/there", *lines[at:]]).mark_alone(path)
    assert before.matched == after.matched


@given(IGNORE, PATHS)
def test_all_at_the_end_keeps_everything_back(lines, path):
    assert matcher_of([*lines, "**"]).mark_alone(path).matched
    assert not matcher_of([*lines, "!**"]).mark_alone(path).matched


@given(IGNORE, PATHS)
def test_what_a_directory_hands_down_is_what_its_path_says(lines, path):
    """Looking up patterns in tables gives what trying one after the other gives."""
    matcher = matcher_of(lines)
    matched = False
    parents = ["/".join(path.split("/")[: end + 1]) for end in range(path.count("/") + 1)]
    for pattern in matcher.patterns:
        if pattern.negated == matched and any(pattern.matches(part) for part in parents):
            matched = not pattern.negated
    assert matcher.mark_alone(path).matched == matched


@given(PATTERNS, PATHS)
def test_states_agree_with_expressions(text, path):
    from dfcheck.simulate.patterns import _Automaton, _go_expression, _pieces

    try:
        pattern = Pattern(text, negated=False)
    except BadPattern:
        return
    if pattern.kind == "expression":
        assert _Automaton(_pieces(_go_expression(text))).matches(path) == pattern.matches(path)


@pytest.mark.parametrize("text", ["*a*a*a*a*a*a*a*b", "**/a**/a**/a**/a**/b", "[^/]*" * 8 + "!"])
def test_no_pattern_takes_long(text):
    path = "a" * 4000
    started = time.perf_counter()
    assert not Pattern(text, negated=False).matches(path)
    assert not compile_glob(text)(path)
    assert time.perf_counter() - started < 2

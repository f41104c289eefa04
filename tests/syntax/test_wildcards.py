"""Wildcards against Python's `re`, whose choice among matches is the same as that of Go's regular expressions."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.syntax.wildcards import BadPattern, find_all, trim_prefix, trim_suffix

patterns = st.lists(
    st.sampled_from(["a", "b", "*", "?", "\n", r"\*", r"\?", r"\\", "é", "."]), max_size=7
).map("".join)
values = st.text("ab\n*?\\é.", max_size=12)


def regex(pattern: str, star: str) -> re.Pattern[str]:
    tokens = re.findall(r"\\.|.", pattern, re.DOTALL)
    known = {"*": star, "?": "."}
    return re.compile("".join(known.get(token) or re.escape(token[-1]) for token in tokens))


def mirror(pattern: str) -> str:
    return "".join(reversed(re.findall(r"\\.|.", pattern, re.DOTALL)))


@given(patterns, values, st.booleans())
def test_prefix(pattern, value, longest):
    found = regex(pattern, ".*" if longest else ".*?").match(value)
    assert trim_prefix(pattern, value, longest=longest) == (value[found.end() :] if found else value)


@given(patterns, values, st.booleans())
def test_suffix(pattern, value, longest):
    found = regex(mirror(pattern), ".*" if longest else ".*?").match(value[::-1])
    expected = value[: len(value) - found.end()] if found else value
    assert trim_suffix(pattern, value, longest=longest) == expected


@given(patterns, values)
def test_all_matches(pattern, value):
    last, expected = None, []
    for found in regex(pattern, ".*").finditer(value):
        if not found.start() == found.end() == last:  # Go drops an empty match right after another
            expected.append(found.span())
            last = found.end()
    assert [(found.start, found.end) for found in find_all(pattern, value)] == expected


@pytest.mark.parametrize("pattern", [r"\a", "a\\", r"*\[*"])
def test_bad_escapes(pattern):
    with pytest.raises(BadPattern, match="invalid escape"):
        trim_prefix(pattern, "a", longest=False)


def test_many_stars_do_not_explode():
    start = time.process_time()
    assert trim_prefix("*a" * 2000 + "b", "a" * 50_000, longest=True) == "a" * 50_000
    assert time.process_time() - start < 5

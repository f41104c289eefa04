r"""Expansion against what BuildKit gives for `LABEL x=EXPRESSION`, and properties that hold for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.syntax.arguments import parse_words
from dfcheck.syntax.nodes import Malformed
from dfcheck.syntax.words import (
    LONGEST,
    Expansion,
    ExpansionError,
    Known,
    Unknown,
    expand,
    expand_words,
    read_unquoted,
    spell,
    variables,
)

ENV = {
    "name": "world",
    "none": "",
    "path": "/usr/lib/x.tar.gz",
    "v": "1.2.3",
    "lines": "one\ntwo",
    "star": "a*b",
    "word": "a b",
    "back": "\\*",
    "hash": "#1",
    "money": "$0!$1$$",
    "tick": "a`b",
}
BASE = Unknown("depends on the base image")


def value(expression: str, env=ENV, escape="\\"):
    result = expand(parse_words(expression, escape), env.get, escape=escape)
    assert isinstance(result, Expansion), result
    return result.value.value if isinstance(result.value, Known) else result.value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # plain forms
        ("$name", "world"),
        ("<${name}>", "<world>"),
        ("$name.$none.$nope", "world.."),
        ("$NAME", ""),
        ("$$name", "name"),
        ("$12x", "x"),
        ("$@ $* $# $? $- $! $0", "      "),
        ("end$", "end$"),
        ("$.", "$."),
        ("{$name}", "{world}"),
        # quotes and escapes
        ("'$name'", "$name"),
        ('"$name"', "world"),
        (r"\$name", "$name"),
        (r"a\b", "ab"),
        (r'"a\b\"\$\\"', r"a\b" + '"$' + "\\"),
        (r"'a\b'", r"a\b"),
        ("end\\", "end"),
        # defaults
        ("${nope:-d}${none:-d}${name:-d}", "ddworld"),
        ("${nope-d}[${none-d}]", "d[]"),
        ("${name:+y}${none:+y}${none+y}${nope+y}", "yy"),
        ("${name?m}${name:?m}[${none?m}]", "worldworld[]"),
        ("${nope:-$name${none:-!}}", "world!"),
        ("${nope:-'a}b'}", "a}b"),
        (r"${nope:-a\}b}", "a}b"),
        ('${nope:-"$name"}', "world"),
        ("${nope:-}", ""),
        # prefixes and suffixes
        ("${path#*/}", "usr/lib/x.tar.gz"),
        ("${path##*/}", "x.tar.gz"),
        ("${path%.*}", "/usr/lib/x.tar"),
        ("${path%%.*}", "/usr/lib/x"),
        ("${v%.?}", "1.2"),
        ("${v#9}", "1.2.3"),
        ("${v##}", "1.2.3"),
        ("${nope##*/}", ""),
        (r"${star#a\*}", "b"),
        ("${star#'a*'}", "*b"),  # quotes do not protect a star
        ("${name#[w]}", "world"),  # brackets are plain
        ("${lines#*}", "one\ntwo"),
        ("${lines##*}", "\ntwo"),  # no star crosses a line end
        ("${lines%%*}", "one\n"),
        ("${v#$nope}", "1.2.3"),
        (r'${v#"\1"}', "1.2.3"),  # between double quotes BuildKit doubles the backslash, so it is plain
        ("${star#a$back}", "b"),  # an escape may come from a variable
        ("${hash#$hash}", "#1"),  # and so may the second `#`, which leaves `1` as the pattern
        # replacement
        ("${v/./-}", "1-2.3"),
        ("${v//./-}", "1-2-3"),
        ("${v//?./}", "3"),
        ("${v/*/x}", "x"),
        ("${v//*/x}", "x"),
        ("${v//./$name}", "1world2world3"),
        (r"${path//\//:}", ":usr:lib:x.tar.gz"),
        (r"${name/o/\/}", r"w\/rld"),  # an escape stays in a replacement
        ("${v//9/x}", "1.2.3"),
        ("${name///-}", "-w-o-r-l-d-"),
        ("${v//./<$money>}", "1<.!$>2<.!$>3"),  # `//` goes by Go's templates, where `$0` is the match
        ("${v/./<$money>}", "1<$0!$1$$>2.3"),
        ("${lines/e*t/-}", "one\ntwo"),
    ],
)
def test_expansion(expression, expected):
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "message", "covered"),
    [
        ("a${nope?gone}", "fails: nope: gone", "${nope?gone}"),
        ("${nope?}", "fails: nope: is not allowed to be unset", "${nope?}"),
        ("${none:?}", "fails: none: is not allowed to be empty", "${none:?}"),
        ("${nope?$name}", "fails: nope: world", "${nope?$name}"),
        ("${name:-${nope?unused}}", "fails: nope: unused", "${nope?unused}"),
        (r"${v#\b}", r"fails: invalid pattern (\b) in substitution: invalid escape '\b'", r"${v#\b}"),
    ],
)
def test_refused(expression, message, covered):
    result = expand(parse_words(expression), ENV.get)
    assert isinstance(result, ExpansionError)
    assert result.message == message
    assert expression[result.span.start : result.span.end] == covered


MALFORMED = """'open "open ${name ${name:-x ${} ${:x} ${v/x} ${v/x ${name^^} ${name:0:1} ${name=x} ${#name}
${!name} ${name@Q} ${name:=x} ${name:#x} ${name:%x} ${na.me} ${"""


@pytest.mark.parametrize("expression", MALFORMED.split())
def test_malformed_is_refused(expression):
    result = expand(parse_words(expression), ENV.get)
    assert isinstance(result, ExpansionError)
    assert result.message


def test_backtick_escapes():
    assert value("a`$name", escape="`") == "a$name"
    assert value(r"C:\$name", escape="`") == r"C:\world"
    assert value("${tick#a`*}", escape="`") == "b"  # in a pattern the backtick stays, and is plain there


def test_what_was_looked_up():
    result = expand(parse_words("$b${nope:-${a}}$a'$c'"), {"a": "1", "b": "2"}.get)
    assert result.used == ("b", "a")
    assert [variable.name.text for variable in result.missing] == ["nope"]


@pytest.mark.parametrize(
    ("expression", "known"),
    [
        ("$base", False),
        ("a${base:-b}", False),
        ("${base:+x}", False),
        ("${base?x}", False),
        ("${v#$base}", False),
        ("${base#x}", False),
        ("${v/1/$base}", False),
        ("${v/9/$base}", True),
        ("${v:-$base}", True),
        ("${none+x}${name:-$base}", True),
        ("${nope:+$base}", True),
        ("${nope:-$base}", False),
    ],
)
def test_unknown_spreads_only_where_it_matters(expression, known):
    result = expand(parse_words(expression), (ENV | {"base": BASE}).get)
    assert isinstance(result, Expansion)
    assert isinstance(result.value, Known) == known
    if not known:
        assert result.value == BASE


def test_too_long_is_unknown():
    env = {"a": "x" * 1000}
    assert isinstance(value("$a" * 200, env), Unknown)
    assert isinstance(value("${a//x/$a}", env), Unknown)
    assert len(value("$a" * (LONGEST // 1000), env)) <= LONGEST


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("80", ("80",)),
        ("$word", ("a", "b")),
        ('"$word"', ("a b",)),
        ("x$word", ("xa", "b")),
        ("$nope", ()),
        ('""', ()),
        (r"a\ b", ("a b",)),
        ("1${nope:-2}3", ("23",)),
        ("1${name}3", ("1world3",)),
        ("$base", BASE),
    ],
)
def test_words_are_split_after_expansion(expression, expected):
    assert expand_words(parse_words(expression), (ENV | {"base": BASE}).get) == expected


def test_heredoc_body_has_no_quotes():
    words = read_unquoted("it's \"$name\" \\$name ${nope:-'q'} \\n ${v#'1'}")
    assert expand(words, ENV.get).value == Known("it's \"world\" $name 'q' n 1.2.3")
    assert isinstance(read_unquoted("'${name")[0], Malformed)


def test_spelling_and_variables():
    words = parse_words(r"""a\ 'b'"$c"${d:-$e}${f/g/$h}""")
    assert spell(words) == "a b$c${d:-$e}${f/g/$h}"
    assert [variable.name.text for variable in variables(words)] == ["c", "d", "e", "f", "h"]


def test_deep_nesting_ends_in_a_reason():
    deep = parse_words("${a:-" * 5000 + "}" * 5000)
    assert isinstance(expand(deep, ENV.get), ExpansionError)
    assert value("${a:-" * 40 + "x" + "}" * 40) == "x"


@given(st.text(st.characters(exclude_characters="$\\'\"", exclude_categories=["Cs"])))
def test_plain_text_is_its_own_value(text):
    assert value(text) == text


@given(st.text(st.characters(exclude_characters="'", exclude_categories=["Cs"])))
def test_single_quotes_keep_everything(text):
    assert value(f"'{text}'") == text


@given(st.text(alphabet="ab$\\'\"{}:-+?#%/* "))
def test_any_text_has_a_value_or_a_reason(text):
    words = parse_words(text)
    result = expand(words, ENV.get)
    if isinstance(result, ExpansionError):
        assert 0 <= result.span.start <= result.span.end <= len(text)
        assert expand_words(words, ENV.get) == result
    else:
        assert isinstance(result.value, Known)
        unknown = expand(words, lambda _: BASE)
        assert not isinstance(unknown, ExpansionError) or "invalid pattern" in unknown.message

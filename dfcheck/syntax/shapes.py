"""Shapes that several instructions share: the two forms of commands and lists, pairs, one single argument."""

from __future__ import annotations

from dfcheck.syntax import nodes as n
from dfcheck.syntax.arguments import argument
from dfcheck.syntax.body import Body, Fault
from dfcheck.syntax.driver import Unreadable, read
from dfcheck.syntax.flags import Flags
from dfcheck.syntax.lines import is_json_array
from dfcheck.syntax.text import Span, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.syntax.arguments import Cover


def missing(body: Body, what: str, help_: str) -> Fault:
    """An instruction without an argument that it needs; points at the keyword."""
    return Fault(f"{body.keyword.text.upper()} needs {what}", body.keyword.span, help_)


def _strings(body: Body, start: int = 0) -> tuple[n.Token, ...] | None:
    """The strings of the exec form in `rest[start:]`; None for shell form.

    Raises:
        Fault: It is a JSON array of something else than strings.
    """
    text = body.rest[start:] if start else body.rest
    if not text.startswith("["):
        return None
    try:
        leaves = read("exec", text)[1]
    except Unreadable as fault:
        if is_json_array(text):
            message = "in the exec form every element is a string"
            at = body.cover(start + fault.at, start + fault.at + 1)
            raise Fault(message, at, "put each between double quotes", early=True) from fault
        return None
    return tuple(
        n.Token(body.cover(start + begin + 1, start + end - 1), _decoded(text[begin:end]))
        for _, begin, end in leaves
    )


def _decoded(string: str) -> str:
    """The text of a JSON string, as Go decodes it: lone surrogates become U+FFFD."""
    if "\\" not in string:
        return string[1:-1]
    from json import loads

    return printable(loads(string))


def command_of(body: Body, start: int = 0) -> n.Command:
    """A command in exec or shell form."""
    strings = _strings(body, start)
    span = body.cover(start, len(body.rest)) if len(body.rest) > start else body.keyword.span
    return n.ShellForm(span, body.rest[start:]) if strings is None else n.ExecForm(span, strings)


def arguments_of(body: Body) -> tuple[tuple[n.Argument, ...], bool]:
    """Arguments of a list that blanks part or JSON holds, and whether it is JSON."""
    strings = _strings(body)
    if strings is not None:
        return tuple(_string_argument(token, body) for token in strings), True
    if not body.rest:
        return (), False
    return tuple(body.argument(start, end) for _, start, end in read("arguments", body.rest)[1]), False


def _string_argument(token: n.Token, body: Body) -> n.Argument:
    """A string of a JSON list as an argument that is expanded; with JSON escapes, its words all cover the string."""
    start = token.span.start
    plain = token.span.end - start == len(token.text)
    cover: Cover = (lambda s, e: Span(start + s, start + e)) if plain else (lambda _s, _e: token.span)
    return argument(token.text, cover, body.escape)


def only(body: Body, what: str, help_: str) -> n.Argument:
    """The one argument that is all of the rest."""
    if not body.rest:
        raise missing(body, what, help_)
    Flags(body)
    return body.whole


def pairs_of(body: Body) -> tuple[n.Pair, ...]:
    """Pairs of ENV and LABEL, in either form."""
    keyword = body.keyword.text.upper()
    sample = f"write `{keyword} name=value`"
    Flags(body)
    leaves = read("words", body.rest, body.escape)[1] if body.rest else []
    if not leaves:
        raise missing(body, "a `name=value`", sample)
    if "=" not in body.rest[leaves[0][1] : leaves[0][2]]:
        return (_legacy(body, sample),)
    pairs = []
    for _, start, end in leaves:
        equals = body.rest.find("=", start, end)
        if equals < 0:
            word = body.rest[start:end]
            message = f"`{printable(word)}` has no `=`; {keyword} takes `name=value`"
            raise Fault(message, body.cover(start, end), _quote_hint(word), early=True)
        if equals == start:
            raise Fault(f"a `{keyword}` without a name before its `=`", body.cover(start, end), sample)
        pairs.append(
            n.Pair(body.cover(start, end), body.argument(start, equals), body.argument(equals + 1, end))
        )
    return tuple(pairs)


def _quote_hint(word: str) -> str:
    if word.startswith("#"):
        return "a comment needs a line of its own"
    return "put a value with blanks between double quotes"


def _legacy(body: Body, sample: str) -> n.Pair:
    """The one pair of `ENV name value with blanks`."""
    try:
        (_, key_start, key_end), (_, start, end) = read("legacy", body.rest)[1]
    except Unreadable as fault:
        message = f"{body.keyword.text.upper()} `{printable(body.rest)}` has no value"
        raise Fault(message, body.cover(0, len(body.rest)), sample, early=True) from fault
    return n.Pair(
        body.cover(0, end), body.argument(key_start, key_end), body.argument(start, end), legacy=True
    )

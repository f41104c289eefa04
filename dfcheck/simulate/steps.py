"""Steps: the names that BuildKit's progress gives the steps of a build, `[builder 2/4] COPY . .`."""

from __future__ import annotations

from dfcheck.simulate.model import Step
from dfcheck.syntax.arguments import parse_words
from dfcheck.syntax.lines import SPACE
from dfcheck.syntax.nodes import Literal, Quoted, Token, Variable
from dfcheck.syntax.words import Expansion, Known, Unknown, expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.state import State
    from dfcheck.syntax.nodes import Instruction, Word
    from dfcheck.syntax.words import Lookup

BASE, FILES = "base", "file system"


def begin(state: State, text: str, kind: str = FILES) -> tuple[State, Step]:
    """The next step: the state that has counted it, and it. `text` is the instruction as it is shown."""
    number = state.number + 1
    width = len(str(state.total))
    prefix = f"{state.prefix} " if state.prefix else ""
    trigger = "ONBUILD " if state.trigger else ""
    name = f"[{prefix}{number:{width}}/{state.total}] {trigger}{text}"
    return state._replace(number=number), Step(name, state.line, kind, state.stage)


def plain_text(state: State, node: Instruction, escape: str) -> str:
    """COPY, ADD or WORKDIR as it is shown: variables replaced, quotes gone, in the whole line."""
    text = node.line.text.strip(SPACE)
    lookup = state.lookup()
    result = expand(parse_words(text, escape), lambda name: _known(lookup, name), escape=escape)
    if isinstance(result, Expansion) and isinstance(result.value, Known):
        text = result.value.value
    return _capital(text)


def run_text(text: str, lookup: Lookup, escape: str) -> str:
    """RUN as it is shown: variables that are set are replaced, quotes stay.

    Args:
        text: The instruction, and a heredoc's summary.
        lookup: The variables; those of secrets as `****`.
        escape: The escape character.
    """
    words = _raw(parse_words(text, escape), lookup, escape)
    result = expand(words, lambda name: _known(lookup, name), escape=escape)
    if isinstance(result, Expansion) and isinstance(result.value, Known):
        text = result.value.value
    return _capital(text)


def _capital(text: str) -> str:
    first, blank, rest = text.partition(" ")
    return f"{first.upper()}{blank}{rest}"


def _known(lookup: Lookup, name: str) -> str | None:
    """A variable's value; one that only the build knows is shown as it is written."""
    value = lookup(name)
    return f"${{{name}}}" if isinstance(value, Unknown) else value


def _raw(words: tuple[Word, ...], lookup: Lookup, escape: str) -> tuple[Word, ...]:
    """`words` with quotes and unset variables turned into plain text."""
    out: list[Word] = []
    for word in words:
        if isinstance(word, Quoted):
            out += [
                Literal(word.span, word.quote),
                *_raw(word.words, lookup, escape),
                Literal(word.span, word.quote),
            ]
        elif isinstance(word, Variable):
            out.append(_variable(word, lookup, escape))
        else:
            out.append(word)
    return tuple(out)


def _variable(word: Variable, lookup: Lookup, escape: str) -> Word:
    name = word.name.text
    value = lookup(name)
    operand, replacement = _raw(word.operand, lookup, escape), _raw(word.replacement, lookup, escape)
    if value is not None and not isinstance(value, Unknown):
        return word._replace(operand=operand, replacement=replacement)
    if not word.braced:
        return Literal(word.span, f"${name}")
    shown = expand(operand, lambda inner: _known(lookup, inner), escape=escape)
    text = shown.value.value if isinstance(shown, Expansion) and isinstance(shown.value, Known) else None
    if text is None:
        return word._replace(name=Token(word.name.span, name), operand=operand, replacement=replacement)
    if word.operator in {"/", "//"}:
        new = expand(replacement, lambda inner: _known(lookup, inner), escape=escape)
        end = new.value.value if isinstance(new, Expansion) and isinstance(new.value, Known) else ""
        return Literal(word.span, f"${{{name}/{text}/{end}}}")
    return Literal(word.span, f"${{{name}{word.operator}{text}}}")

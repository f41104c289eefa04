"""Reader: a tree of shell text to drafts of its commands, in source order.

One walk with a cursor and an explicit stack, so that no depth of nesting overflows. What a node means depends on
where it stands, so each stack entry has a mode: the method that reads the children of a node.
"""

from __future__ import annotations

from dfcheck.syntax.shell.drafts import DraftCommand, DraftList, DraftRedirect, DraftWord
from dfcheck.syntax.shell.spelling import Hole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from tree_sitter import Node, Tree

    from dfcheck.syntax.shell.nodes import Nesting

    # A mode, what it works on, and the list of commands it stands in.
    Entry: TypeAlias = "tuple[Mode, Any, DraftList]"
    Mode: TypeAlias = "Callable[[Node, str, Any], Entry | None]"

# A word is kept at each level of substitutions it stands in; deeper ones are not read.
DEEPEST = 64

_JOINS = frozenset({"&&", "||", ";", "|", "|&", "&"})
_REDIRECTS = frozenset({"file_redirect", "heredoc_redirect", "herestring_redirect"})
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})
_EXPRESSIONS = frozenset(
    {
        "binary_expression",
        "parenthesized_expression",
        "postfix_expression",
        "ternary_expression",
        "unary_expression",
    }
)


class Reader:
    """Collects drafts from trees; the trees of a long text's pieces one after the other.

    Attributes:
        commands: Drafts in source order.
        errors: Ranges that could not be read.
        pipes: Ranges of pipe operators.
        lists: All lists, the script's own first.
    """

    def __init__(self, text: str, nesting: Nesting, number: int = 0) -> None:
        self.text = text
        self.number = number
        self.commands: list[DraftCommand] = []
        self.errors: list[tuple[int, int]] = []
        self.pipes: list[tuple[int, int]] = []
        self.lists = [DraftList(number, nesting, nesting, 0)]
        self.home = self.lists[0]
        self.base = 0

    def read(self, tree: Tree, base: int) -> None:
        """Read the commands of a tree whose text begins at `base`."""
        self.base = base
        self.home = self.lists[0]
        cursor = tree.walk()
        stack: list[Entry] = []
        mode: Mode = self._list
        thing: Any = None
        broken = tree.root_node.has_error
        if not cursor.goto_first_child():
            return
        while True:
            node = cursor.node
            if node is None:
                return
            if broken and (node.is_error or node.is_missing):
                self.errors.append(self._tight(node))
                inner = None
            else:
                inner = mode(node, node.type, thing)
            if inner is not None and cursor.goto_first_child():
                stack.append((mode, thing, self.home))
                mode, thing, self.home = inner
                continue
            while not cursor.goto_next_sibling():
                if not stack:
                    return
                cursor.goto_parent()
                mode, thing, self.home = stack.pop()

    def join(self, operator: str, start: int) -> None:
        """Note an operator between two members of the list at hand."""
        if self.home.join(operator) and operator in {"|", "|&"}:
            self.pipes.append((start, start + len(operator)))

    # --- making things ---

    def _range(self, node: Node) -> tuple[int, int]:
        return node.start_byte + self.base, node.end_byte + self.base

    def _tight(self, node: Node) -> tuple[int, int]:
        """Range of a node without leading blanks, which the parser counts in now and then."""
        start, end = self._range(node)
        while start < end and self.text[start] in " \t\n":
            start += 1
        return start, end

    def _open(self, nesting: Nesting, level: int = 0, base: Nesting | None = None, **flags: bool) -> Entry:
        """A new list within `nesting`, with `flags` set."""
        inner = nesting._replace(depth=nesting.depth + 1, **flags)
        number = self.number + len(self.lists)
        made = DraftList(number, inner, base or inner, self.home.level + level)
        self.lists.append(made)
        return self._list, None, made

    def _command(self) -> DraftCommand:
        """A new command in the list at hand."""
        draft = DraftCommand(self.home, self.home.negate)
        self.home.add(draft)
        self.commands.append(draft)
        return draft

    def _word(self, words: list[DraftWord], node: Node) -> Entry | None:
        """A word; what follows another without a gap belongs to it."""
        start, end = self._tight(node)
        if start == end:
            self.errors.append((start, end))
            return None
        if words and words[-1].end == start:
            words[-1].end = end
        else:
            words.append(DraftWord(start, end))
        return self._in_word(node, node.type, words[-1])

    def _redirect(self, draft: DraftCommand, node: Node) -> Entry:
        redirect = DraftRedirect(self._range(node)[0])
        draft.redirects.append(redirect)
        return self._in_redirect, (draft, redirect), self.home

    def _substitution(self, node: Node) -> Entry | None:
        if self.home.level >= DEEPEST:
            self.errors.append(self._range(node))
            return None
        return self._open(self.home.nesting, 1, substitution=True)

    # --- modes ---

    def _list(self, node: Node, kind: str, _: object) -> Entry | None:
        """Children of anything that holds commands."""
        if kind in _JOINS:
            self.join(kind, self._range(node)[0])
            return None
        if kind == "then":
            self.home = self._open(self.home.base, base=self.home.base, branch=True)[2]
            return None
        if not node.is_named or kind == "comment":
            return None
        return self._simple(node, kind) or self._compound(kind) or self._expression(node, kind, None)

    def _simple(self, node: Node, kind: str) -> Entry | None:
        """Simple commands and what wraps them."""
        if kind in {"command", "variable_assignments"}:
            return self._in_command, self._command(), self.home
        if kind in {"list", "pipeline"}:
            return self._list, None, self.home
        if kind == "redirected_statement":
            return self._redirected, len(self.home.items), self.home
        if kind == "negated_command":
            self.home.negate = True
            return self._list, None, self.home
        if kind == "variable_assignment":
            return self._word(self._command().assignments, node)
        if kind in {"declaration_command", "unset_command"}:
            return self._declaration, self._command(), self.home
        if kind == "test_command":
            return self._test, self._command(), self.home
        return None

    def _compound(self, kind: str) -> Entry | None:
        """Statements that hold lists of their own, and their parts."""
        nesting, base = self.home.nesting, self.home.base
        if kind == "do_group":
            return self._open(base, loop=True)
        if kind in {"else_clause", "case_item"}:
            return self._open(base, branch=True)
        if kind == "elif_clause":
            return self._open(base, base=base, condition=True)
        make = _COMPOUNDS.get(kind)
        if make is None:
            return None
        self.home.add(None)
        parts = nesting if kind in _WITH_PARTS else None
        return self._open(nesting, base=parts, **make)

    def _redirected(self, node: Node, kind: str, before: int) -> Entry | None:
        """A statement, if there is one, and its redirections, which are its last command's."""
        if kind not in _REDIRECTS:
            return self._list(node, kind, None)
        if len(self.home.items) == before:
            self._command()
        draft = self.home.items[-1][0]
        return self._redirect(DraftCommand(self.home, False) if draft is None else draft, node)

    def _in_command(self, node: Node, kind: str, draft: DraftCommand) -> Entry | None:
        if kind in _REDIRECTS:
            return self._redirect(draft, node)
        if kind == "variable_assignment" and not draft.words:
            return self._word(draft.assignments, node)
        if kind == "subshell":
            return self._open(self.home.nesting, subshell=True)
        return self._word(draft.words, node)

    def _declaration(self, node: Node, kind: str, draft: DraftCommand) -> Entry | None:
        """`export`, `local` and their like, whose assignments are words."""
        return self._redirect(draft, node) if kind in _REDIRECTS else self._word(draft.words, node)

    def _test(self, node: Node, kind: str, draft: DraftCommand) -> Entry | None:
        """`[ … ]`: its expression's leaves are its words."""
        return (self._test, draft, self.home) if kind in _EXPRESSIONS else self._word(draft.words, node)

    def _in_redirect(self, node: Node, kind: str, thing: tuple[DraftCommand, DraftRedirect]) -> Entry | None:
        """A redirection; the parser puts words that follow it there too, and after `<<EOF` the rest of the line."""
        draft, redirect = thing
        start, end = self._range(node)
        if kind in _REDIRECTS:
            return self._redirect(draft, node)
        if kind in {"heredoc_body", "heredoc_end"}:
            return self._expression(node, kind, None) if kind == "heredoc_body" else None
        if kind == "file_descriptor":
            redirect.fd = self.text[start:end]
        elif not redirect.operator:
            redirect.operator = self._operator(start, end)
            redirect.end = end
        elif kind in _JOINS or kind in _STATEMENTS:
            return self._list(node, kind, None)
        elif redirect.target is None:
            redirect.target = DraftWord(start, end)
            redirect.end = end
            return self._in_word(node, kind, redirect.target)
        else:
            return self._word(draft.words, node)
        return None

    def _operator(self, start: int, end: int) -> str:
        """A redirection's operator; a here-string or a heredoc may have been put to the parser as `<`."""
        text = self.text
        if text[start:end] != "<" or not text.startswith("<", end):
            return text[start:end]
        return text[start : end + 2] if text[end + 1 : end + 2] in {"<", "-"} else "<<"

    def _in_word(self, node: Node, kind: str, word: DraftWord) -> Entry | None:
        if kind in _SUBSTITUTIONS or kind in {"expansion", "arithmetic_expansion"}:
            hole = Hole(*self._tight(node))
            word.holes.append(hole)
            if kind in _SUBSTITUTIONS:
                return self._substitution(node)
            if kind == "expansion":
                return self._expansion, (hole, hole.start, hole.end), self.home
            return self._expression, hole, self.home
        return self._in_word, word, self.home

    def _expansion(self, node: Node, kind: str, thing: tuple[Hole, int, int]) -> Entry | None:
        """Inside `${…}`: the first name is the variable's."""
        if kind == "subscript":
            return self._expansion, thing, self.home
        hole, start, end = thing
        named = hole.variables and hole.variables[-1][1] >= start
        if kind in {"variable_name", "special_variable_name"} and not named:
            hole.variables.append((self.text[slice(*self._range(node))], start, end))
            return None
        return self._expression(node, kind, hole)

    def _expression(self, node: Node, kind: str, hole: Hole | None) -> Entry | None:
        """Whatever else may have substitutions in it; `hole` collects variables."""
        if kind in _SUBSTITUTIONS:
            return self._substitution(node)
        if hole is not None and kind == "simple_expansion":
            start, end = self._tight(node)
            hole.variables.append((self.text[start + 1 : end], start, end))
            return None
        if hole is not None and kind == "expansion":
            return self._expansion, (hole, *self._tight(node)), self.home
        return self._expression, hole, self.home


_COMPOUNDS: dict[str, dict[str, bool]] = {
    "c_style_for_statement": {"loop": True},
    "case_statement": {},
    "compound_statement": {},
    "for_statement": {"loop": True},
    "function_definition": {"function": True},
    "if_statement": {"condition": True},
    "subshell": {"subshell": True},
    "while_statement": {"condition": True, "loop": True},
}
_WITH_PARTS = frozenset(_COMPOUNDS) - {"compound_statement", "function_definition", "subshell"}
_STATEMENTS = frozenset(_COMPOUNDS) | {
    "command",
    "declaration_command",
    "list",
    "negated_command",
    "pipeline",
    "redirected_statement",
    "test_command",
    "unset_command",
    "variable_assignment",
    "variable_assignments",
}

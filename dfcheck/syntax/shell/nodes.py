"""Nodes of shell text: scripts, commands, words, with spans into the Dockerfile."""

from __future__ import annotations

from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from dfcheck.syntax.text import Span


class ShellVariable(Value):
    """A variable in a word: `$NAME` or `${NAME…}`, which `span` covers whole.

    `name` may be a positional or special one (`1`, `@`). `quoted` tells whether it stands in double quotes.
    """

    span: Span
    name: str
    quoted: bool


class ShellWord(Value):
    """A word of a command.

    Attributes:
        span: The word as written.
        text: Quotes and escapes removed; variables as `${NAME}`, substitutions as written.
        literal: Whether the shell finds `text` in it as it stands: no variable, no substitution. Globs count as literal.
        quoted: Whether any of it was quoted or escaped.
        variables: Its variables in order, those inside `${…}` included, those inside `$(…)` not.
    """

    span: Span
    text: str
    literal: bool
    quoted: bool
    variables: tuple[ShellVariable, ...] = ()


class Assignment(Value):
    """`NAME=value` before a command, on its own, or after `env` or `sudo`. An array's `value` is as written."""

    span: Span
    name: str
    value: ShellWord


class Redirect(Value):
    """A redirection. `fd` is the number before `operator`, or empty; `target` is None only where it is missing."""

    span: Span
    operator: str
    fd: str
    target: ShellWord | None


class Nesting(Value):
    """Where a list of commands stands.

    Attributes:
        dialect: Of the shell that reads it; `bash <<EOF` reads its lines as "bash" whatever SHELL says.
        depth: How many lists it stands in; 0 for the script's own.
        subshell: In `( )`, or in the heredoc of another shell: `cd` and variables end with it.
        substitution: In `$( )`, backticks or `<( )`.
        function: In a function's body.
        loop: In a loop's condition or body.
        branch: In a branch of `if` or `case`, which may not run.
        condition: In the condition of `if`, `while` or `until`, where failing is no error.
    """

    dialect: str
    depth: int = 0
    subshell: bool = False
    substitution: bool = False
    function: bool = False
    loop: bool = False
    branch: bool = False
    condition: bool = False


class ShellCommand(Value):
    """A simple command, `[ … ]` and `export …` included; or assignments or redirections alone, without words.

    Attributes:
        span: From its first to its last character: assignments, words and redirections.
        name: Its first word when that is literal, as written but for quotes (`/usr/bin/apt-get`); else None.
        words: All words, the name first; assignments and redirections are not among them.
        assignments: Those before the name, and those after `env` or `sudo`.
        redirects: In order.
        program: Base name of the program that really runs, past `sudo`, `env A=b`, `timeout 5` and the like;
            None when a variable hides it.
        prefixes: Base names of the prefix commands passed on the way: `("sudo", "env")`.
        index: Index of the program's word in `words`.
        pipeline: Its index in its pipeline and that one's length; None outside pipelines.
        operator: What joins it to the next in its list: `&&  ||  ;  |  |&  &`, a line feed, or empty at the end.
        negated: Whether `!` stands before it.
        list_id: Number of the list it stands in; commands of one list share it.
        nesting: Where that list stands.
    """

    span: Span
    name: str | None
    words: tuple[ShellWord, ...]
    assignments: tuple[Assignment, ...]
    redirects: tuple[Redirect, ...]
    program: str | None
    prefixes: tuple[str, ...]
    index: int
    pipeline: tuple[int, int] | None
    operator: str
    negated: bool
    list_id: int
    nesting: Nesting

    @property
    def arguments(self) -> tuple[ShellWord, ...]:
        """The words after the program's."""
        return self.words[self.index + 1 :]

    @property
    def program_span(self) -> Span:
        """Span of the program's word, or of the command when it has no words."""
        return self.words[self.index].span if self.index < len(self.words) else self.span

    def options(self, takes_value: Collection[str] = ()) -> Options:
        """Flags and positional words after the program.

        Args:
            takes_value: Options that take a value, dashes included: `{"-t", "--target-release"}`. An entry like
                `-tags` makes that whole word an option instead of a cluster.
        """
        from dfcheck.syntax.shell.options import split

        return split(self.arguments, takes_value)


class Option(Value):
    """One option: `name` with its dashes, its value if it has one, and the word it stands in.

    `-yqq` gives three options with the same word. A value glued to its option (`--x=y`, `-ty`) is a word of its
    own whose span is exact unless quotes or continuations split it; then it is the whole word's.
    """

    name: str
    value: ShellWord | None
    word: ShellWord


class Options(Value):
    """What follows a program: its options and its positional words, each in order."""

    flags: tuple[Option, ...]
    positionals: tuple[ShellWord, ...]

    def has(self, *names: str) -> bool:
        """Whether any of these options is there."""
        return any(flag.name in names for flag in self.flags)

    def get(self, *names: str) -> Option | None:
        """The last of these options, which for most programs is the one that counts."""
        return next((flag for flag in reversed(self.flags) if flag.name in names), None)

    def count(self, *names: str) -> int:
        """How often these options are given."""
        return sum(flag.name in names for flag in self.flags)


class Script(Value):
    """The commands of a piece of shell text.

    Attributes:
        commands: All of them in source order: of lists, pipelines, subshells, groups, functions, conditions, loops
            and substitutions, and of the heredoc bodies that a shell reads.
        errors: Spans that could not be read; commands outside them are complete.
        dialect: "sh", "bash", "powershell", "cmd" or "other"; without commands unless it is one of the first two.
        pipes: Spans of all `|` and `|&` that make pipelines.
    """

    commands: tuple[ShellCommand, ...]
    errors: tuple[Span, ...]
    dialect: str
    pipes: tuple[Span, ...] = ()

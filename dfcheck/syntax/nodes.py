"""Nodes: the typed syntax tree of a Dockerfile.

Every node has `span`, the exact half-open range of the source it covers. `text` fields hold logical text:
continuations, and the comments and blank lines inside them, are gone. Names follow the Dockerfile reference.
"""

from __future__ import annotations

from bisect import bisect_right

from dfcheck.syntax.text import Source, Span
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

# --- lines -------------------------------------------------------------------------------------------------


class Blank(Value):
    """A blank line; `span` includes its line end, as that of all lines here."""

    span: Span


class Comment(Value):
    """A comment line. `text` is what follows the `#`, trimmed."""

    span: Span
    text: str


class Directive(Value):
    """A parser directive, `# name=value`. `name` is in lower case; `value` is as written."""

    span: Span
    name: str
    value: str
    value_span: Span


class Heredoc(Value):
    """A here-document.

    Attributes:
        span: From the body's first character to the end of the end marker, its line end not included.
        word: The opening word, `<<EOF`.
        name: Its name without quotes; the end marker.
        content: The body as it stands, line ends and tabs included.
        expand: Whether the name was unquoted, so that variables in a COPY body are expanded.
        chomp: Whether the word was `<<-`: leading tabs are dropped.
        body: Span of `content`.
    """

    span: Span
    word: Span
    name: str
    content: str
    expand: bool
    chomp: bool
    body: Span


class Logical(Value):
    """A logical line: physical lines joined at continuations, with the heredocs that follow.

    Attributes:
        span: All its physical lines, heredoc bodies and the last line end included.
        text: The joined text without line ends and continuations; leading white space of the first line is gone.
        segments: Where each stretch of `text` comes from: (offset in text, offset in source), ascending.
        comments: Comment lines inside the continuation.
        blanks: Blank lines inside the continuation, which BuildKit warns of.
        heredocs: Its here-documents in order.
    """

    span: Span
    text: str
    segments: tuple[tuple[int, int], ...]
    comments: tuple[Comment, ...] = ()
    blanks: tuple[Span, ...] = ()
    heredocs: tuple[Heredoc, ...] = ()

    def offset(self, at: int) -> int:
        """Source offset of the character at `at` in `text`."""
        segments = self.segments
        start, source = (
            segments[0] if len(segments) == 1 else segments[bisect_right(segments, (at, 1 << 62)) - 1]
        )
        return source + at - start

    def cover(self, start: int, end: int) -> Span:
        """Span of source that `text[start:end]` comes from, continuations between its ends included.

        An empty one lies where the character before it ends, not behind a continuation that follows.
        """
        if end == start:
            first = self.offset(start - 1) + 1 if start else self.offset(0)
            return Span(first, first)
        return Span(self.offset(start), self.offset(end - 1) + 1)


# --- parts of arguments ------------------------------------------------------------------------------------


class Token(Value):
    """A piece of text that needs no further looking into: a name, an operator, an exec form's string."""

    span: Span
    text: str


class Literal(Value):
    """Plain characters of a word."""

    span: Span
    text: str


class Escape(Value):
    """An escape character and the one it protects; `text` is the latter, empty at the end of a word."""

    span: Span
    text: str


class Quoted(Value):
    """`'…'` or `"…"`; `quote` is the quote character."""

    span: Span
    quote: str
    words: tuple[Word, ...]


class Variable(Value):
    """`$NAME`, `${NAME}`, `${NAME:-operand}`, `${NAME/pattern/replacement}` and the other forms.

    `operator` is empty or one of `-  :-  +  :+  ?  :?  #  ##  %  %%  /  //`. `operand` is what follows it (the
    pattern of `/`); `replacement` is set for `/` and `//` only.
    """

    span: Span
    name: Token
    braced: bool = False
    operator: str = ""
    operand: tuple[Word, ...] = ()
    replacement: tuple[Word, ...] = ()


class Malformed(Value):
    """A word that BuildKit refuses when it expands it: an open quote, an unknown `${…}` form."""

    span: Span
    text: str
    message: str


Word: TypeAlias = "Literal | Escape | Quoted | Variable | Malformed"


class Argument(Value):
    """An argument as written, quotes included, and the words it is made of."""

    span: Span
    text: str
    words: tuple[Word, ...]


class Flag(Value):
    """`--name=value`; `value` is None without `=`. Quotes and escapes in a flag are gone from its texts."""

    span: Span
    name: Token
    value: Argument | None


class Pair(Value):
    """`key=value` of ENV, LABEL or ARG. `value` is None for an ARG without `=`; `legacy` is `ENV key value`."""

    span: Span
    key: Argument
    value: Argument | None
    legacy: bool = False


class Image(Value):
    """An image reference as written: `registry/repository:tag@digest`.

    The parts are cut from the text as it stands; a `${…}` is opaque to the cut. `registry` is the first
    component when it has a dot or a port or is `localhost`. `repository` is the whole text when variables
    leave no better cut.
    """

    span: Span
    text: str
    words: tuple[Word, ...]
    registry: Token | None
    repository: Token
    tag: Token | None
    digest: Token | None


class Port(Value):
    """One EXPOSE argument: `[ip:][host:]container[/protocol]`; parts are None where absent or hidden by a variable."""

    span: Span
    text: str
    words: tuple[Word, ...]
    ip: Token | None
    host: Token | None
    container: Token | None
    protocol: Token | None


class Mount(Value):
    """One `RUN --mount=…`; each field holds its value as written, None where the key is absent.

    `type` is in lower case, `bind` when none is given. `options` are all keys in order, aliases as written
    (`dst`, `ro`); a key without `=` has no value.
    """

    span: Span
    type: str
    options: tuple[MountOption, ...]
    from_: Argument | None = None
    source: Argument | None = None
    target: Argument | None = None
    id: Argument | None = None
    sharing: Argument | None = None
    env: Argument | None = None


class MountOption(Value):
    """`key=value` or `key` of a mount; `key.text` is in lower case."""

    span: Span
    key: Token
    value: Argument | None


class ShellForm(Value):
    """A command line for a shell. `text` is logical text; its offsets map to the source through the instruction's `line`."""

    span: Span
    text: str


class ExecForm(Value):
    """A JSON array of strings; each argument's `text` is the decoded string."""

    span: Span
    arguments: tuple[Token, ...]


Command: TypeAlias = "ShellForm | ExecForm"

# --- instructions ------------------------------------------------------------------------------------------
# All begin with the same four fields. `span` runs from the keyword's first character to the end of the
# instruction's last token (or of its last heredoc's end marker). `line` is the logical line.


class From(Value):
    """FROM: begins a stage."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    image: Image
    as_keyword: Token | None = None
    name: Token | None = None
    platform: Argument | None = None


class Arg(Value):
    """ARG."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    pairs: tuple[Pair, ...]


class Env(Value):
    """ENV."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    pairs: tuple[Pair, ...]


class Label(Value):
    """LABEL."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    pairs: tuple[Pair, ...]


class Run(Value):
    """RUN; `network`, `security` and `devices` are its flags' values."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    command: Command
    heredocs: tuple[Heredoc, ...] = ()
    mounts: tuple[Mount, ...] = ()
    network: Argument | None = None
    security: Argument | None = None
    devices: tuple[Argument, ...] = ()


class Cmd(Value):
    """CMD."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    command: Command


class Entrypoint(Value):
    """ENTRYPOINT."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    command: Command


class Shell(Value):
    """SHELL; always exec form."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    command: ExecForm


class Copy(Value):
    """COPY. `sources` are all but the last argument, heredoc words (`<<EOF`) among them; `exec_form` is the JSON form."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    sources: tuple[Argument, ...]
    destination: Argument
    exec_form: bool = False
    heredocs: tuple[Heredoc, ...] = ()
    from_: Argument | None = None
    chown: Argument | None = None
    chmod: Argument | None = None
    link: bool = False
    parents: bool = False
    exclude: tuple[Argument, ...] = ()


class Add(Value):
    """ADD; fields as in Copy. `keep_git_dir` and `unpack` are None where the flag is absent."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    sources: tuple[Argument, ...]
    destination: Argument
    exec_form: bool = False
    heredocs: tuple[Heredoc, ...] = ()
    checksum: Argument | None = None
    chown: Argument | None = None
    chmod: Argument | None = None
    link: bool = False
    keep_git_dir: bool | None = None
    unpack: bool | None = None
    exclude: tuple[Argument, ...] = ()


class Workdir(Value):
    """WORKDIR."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    path: Argument


class User(Value):
    """USER."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    user: Argument


class Stopsignal(Value):
    """STOPSIGNAL."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    signal: Argument


class Maintainer(Value):
    """MAINTAINER."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    name: Argument


class Expose(Value):
    """EXPOSE."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    ports: tuple[Port, ...]


class Volume(Value):
    """VOLUME."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    paths: tuple[Argument, ...]
    exec_form: bool = False


class Healthcheck(Value):
    """HEALTHCHECK. `command` is None for NONE. Durations and `retries` are the flags' values."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    kind: Token
    command: Command | None
    interval: Argument | None = None
    timeout: Argument | None = None
    start_period: Argument | None = None
    start_interval: Argument | None = None
    retries: Argument | None = None


class Onbuild(Value):
    """ONBUILD. `trigger` is the inner instruction; `Invalid` when BuildKit would fail on it only in the child build."""

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    trigger: Instruction


class Invalid(Value):
    """An instruction that cannot be read. `at` is the place of the fault, `help` what would be right (may be empty).

    `fatal` is false for an ONBUILD trigger that BuildKit refuses only when it fires.
    """

    span: Span
    keyword: Token
    flags: tuple[Flag, ...]
    line: Logical
    message: str
    at: Span
    help: str = ""
    fatal: bool = True


Instruction: TypeAlias = (
    "From | Arg | Env | Label | Run | Cmd | Entrypoint | Shell | Copy | Add | Workdir | User | Stopsignal | "
    "Maintainer | Expose | Volume | Healthcheck | Onbuild | Invalid"
)
Item: TypeAlias = "Directive | Comment | Blank | Instruction"


class Problem(Value):
    """A fault of the file as a whole or of a line, beside `Invalid` instructions."""

    span: Span
    message: str
    help: str = ""


class Document(Value):
    """One Dockerfile.

    Attributes:
        source: The text.
        escape: The escape character, a backslash or a backtick.
        items: Directives, comments, blank lines and instructions in order; their lines tile the file.
        problems: What is wrong with the file as a whole: bad directives, no stage, a line too long.
    """

    source: Source
    escape: str
    items: tuple[Item, ...]
    problems: tuple[Problem, ...]

    @property
    def instructions(self) -> tuple[Instruction, ...]:
        """All instructions in order, `Invalid` ones included."""
        return tuple(item for item in self.items if not isinstance(item, (Directive, Comment, Blank)))

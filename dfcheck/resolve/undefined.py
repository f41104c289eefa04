"""Undefined variables: which ones a stage uses that the file does not define, and how sure it is a mistake.

BuildKit counts a variable as defined when the base image's environment has it. The file alone cannot tell that, so
each use gets the reason that makes it a mistake, or none when the base image may well define the variable.
"""

from __future__ import annotations

from dfcheck.syntax.near import nearest
from dfcheck.syntax.nodes import Add, Arg, Copy, Env, Token
from dfcheck.syntax.reference import split_reference
from dfcheck.syntax.text import Span
from dfcheck.syntax.words import ExpansionError, Known, expand, read_unquoted, variables
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.resolve.build import Build
    from dfcheck.resolve.model import Stage
    from dfcheck.syntax.nodes import Heredoc, Instruction, Pair, Variable

# Official images whose environment is PATH and no more than OFTEN.
BARE = frozenset(
    "almalinux alpine amazonlinux archlinux buildpack-deps busybox centos debian rockylinux ubuntu".split()
)
OFTEN = frozenset("LANG LANGUAGE LC_ALL TZ container".split())
# What images define by convention, or inherit by one; a file cannot know.
CONVENTIONAL = frozenset(
    """
    ANDROID_HOME ANDROID_SDK_ROOT APP_ROOT APP_UID BUNDLE_PATH CARGO_HOME CATALINA_BASE CATALINA_HOME CC CFLAGS
    CLASSPATH CONDA_DIR CONDA_PREFIX CPATH CUDA_HOME CUDA_VERSION CXX CXXFLAGS DOTNET_VERSION FTP_PROXY GEM_HOME
    GOLANG_VERSION GOPATH GOROOT GRADLE_HOME HADOOP_HOME HOME HOSTNAME HTTPS_PROXY HTTP_PROXY INFOPATH JAVA_HOME
    JAVA_OPTS JAVA_VERSION JVM_OPTS LANG LANGUAGE LC_ALL LDFLAGS LD_LIBRARY_PATH LIBRARY_PATH MANPATH MAVEN_HOME
    NB_GID NB_UID NB_USER NGINX_VERSION NODE_PATH NODE_VERSION NO_PROXY OUT PATH PGDATA PG_MAJOR PG_VERSION
    PHP_INI_DIR PHP_VERSION PKG_CONFIG_PATH PWD PYTHONPATH PYTHON_VERSION RUBY_VERSION RUSTUP_HOME RUST_VERSION SHELL
    SPARK_HOME SRC TERM TZ USER VIRTUAL_ENV WORK YARN_VERSION ftp_proxy http_proxy https_proxy no_proxy
    """.split()
)


class Undefined(Value):
    """A use of a variable that the file does not define there.

    Attributes:
        variable: The use.
        instruction: Where it stands.
        reason: `base` when the base image may define it; otherwise why it is a mistake: `global` (an ARG above the
            first FROM has to be declared again in the stage), `platform` (so has one that BuildKit predefines),
        `heredoc` (the text of a heredoc was not meant to be expanded),
            `together` (an earlier pair of the same ENV sets it), `later` (the stage defines it only later),
            `elsewhere` (another stage does), `misspelt` (`near` is defined), `unset` (nothing else can define it).
        pair: The definition that `reason` speaks of, if there is one.
        near: The name that was probably meant, for `misspelt`.
        heredoc: The heredoc in whose body the use stands.
    """

    variable: Variable
    instruction: Instruction
    reason: str
    pair: Pair | None = None
    near: str = ""
    heredoc: Heredoc | None = None


def undefined(build: Build, stage: Stage) -> Iterator[Undefined]:
    """All undefined variables of a stage's instructions, in order; ONBUILD triggers are not looked into."""
    judge: _Judge | None = None
    for instruction in stage.instructions:
        found = build.undefined_in(instruction)
        if found:
            judge = judge or _Judge(build, stage)
            prepared = _prepared(found)
            for variable in found:
                yield judge.verdict(variable, instruction, careful=variable.name.text in prepared)
        for heredoc in instruction.heredocs if isinstance(instruction, (Copy, Add)) else ():
            if heredoc.expand and "$" in heredoc.content:
                judge = judge or _Judge(build, stage)
                yield from judge.body(heredoc, instruction)


def _prepared(found: tuple[Variable, ...]) -> frozenset[str]:
    """Names of which an instruction says what holds when they are unset, as `${NAME:-default}` does."""
    return frozenset(item.name.text for item in found if item.operator and item.operator[-1] in "-+?")


class _Judge:
    """What judging the variables of one stage takes."""

    __slots__ = (
        "_bare",
        "_build",
        "_elsewhere",
        "_external",
        "_later",
        "_named",
        "_outer",
        "_stage",
        "_words",
    )

    def __init__(self, build: Build, stage: Stage) -> None:
        self._build = build
        self._stage = stage
        self._outer = build.scope(stage.from_)
        self._external = build.maybe_base(stage)
        root = stage
        while root.base is not None:
            root = build.stages[root.base]
        self._bare = self._external and _is_bare(root)
        # An image of unknown name may be a stage of this file.
        self._named = isinstance(root.image, Known)
        image = root.image.value if isinstance(root.image, Known) else root.from_.image.text
        self._words = frozenset("".join(c if c.isalnum() else " " for c in image.lower()).split())
        self._later = _definitions(stage)
        self._elsewhere: dict[str, Pair] | None = None

    def verdict(self, variable: Variable, instruction: Instruction, *, careful: bool) -> Undefined:
        """Judge one use.

        Args:
            variable: The use.
            instruction: Where it stands.
            careful: Whether the instruction says what holds when the variable is unset.
        """
        name = variable.name.text

        def because(reason: str, pair: Pair | None = None, near: str = "") -> Undefined:
            return Undefined(variable, instruction, reason, pair, near)

        together = _set_together(name, variable, instruction)
        if together is not None and not self._is_same(variable, together):
            return because("together", together)
        conventional = self._external and not self._bare and self._is_conventional(name)
        outer = self._outer.binding(name)
        if outer is not None and not conventional and not _is_own_default(variable, instruction):
            return because("global" if outer.origin else "platform", outer.origin)
        if careful:
            return because("base")
        if not self._external or (self._bare and name not in OFTEN):
            return because("unset", *self._hint(name, instruction))
        if name in CONVENTIONAL:
            return because("base")
        near = self._misspelt(name, instruction)
        if near:
            return because("misspelt", self._build.scope(instruction).origin(near), near)
        if conventional:
            return because("base")
        later = self._later_pair(name, instruction)
        if later is not None:
            return because("later", later)
        other = self._other_stage(name) if self._named else None
        return because("elsewhere", other) if other is not None else because("base")

    def body(self, heredoc: Heredoc, instruction: Instruction) -> Iterator[Undefined]:
        """Judge what the text of a heredoc uses."""
        scope, start = self._build.scope(instruction), heredoc.body.start
        for variable in variables(read_unquoted(heredoc.content)):
            name = variable.name.text
            if name in scope:
                continue
            here = variable._replace(span=_moved(variable.span, start), name=_named(variable, start))
            use = self.verdict(here, instruction, careful=bool(variable.operator))
            if use.reason == "unset" or (use.reason in {"base", "elsewhere"} and _is_not_environment(name)):
                use = Undefined(here, instruction, "heredoc")
            yield use._replace(heredoc=heredoc)

    def _is_same(self, variable: Variable, pair: Pair) -> bool:
        """Whether the variable's default is what the earlier pair of its ENV sets: `A=/x B=${A:-/x}/bin`.

        So it is too where that pair is written alike, `A=${A:-/x}`, whatever it comes to.
        """
        if variable.operator not in {"-", ":-"} or pair.value is None:
            return False
        if pair.value.text.strip('"') == self._build.document.source.cut(variable.span):
            return True
        escape = self._build.document.escape
        default = expand(variable.operand, self._build.scope(self._stage.from_).lookup, escape=escape)
        value = self._build.value(pair.value)
        return not isinstance(default, ExpansionError) and isinstance(value, Known) and default.value == value

    def _hint(self, name: str, instruction: Instruction) -> tuple[Pair | None, str]:
        """A name that may have been meant where a variable is unset for sure."""
        near = self._misspelt(name, instruction)
        return (self._build.scope(instruction).origin(near), near) if near else (None, "")

    def _is_conventional(self, name: str) -> bool:
        """Whether images define the variable by convention: one of a list, or `X_…` in an image called x."""
        return name in CONVENTIONAL or name.partition("_")[0].lower() in self._words

    def _later_pair(self, name: str, instruction: Instruction) -> Pair | None:
        """A definition by a later instruction of the stage, unless that extends a value it expects from the base image."""
        for pair in self._later.get(name, ()):
            if pair.span.start >= instruction.span.end and not _mentions(pair, name):
                return pair
        return None

    def _misspelt(self, name: str, instruction: Instruction) -> str:
        """The visible name that `name` is a slip of; short parts, as in `APP_UID` and `APP_GID`, are no slips."""
        scope = self._build.scope(instruction)
        near = nearest(name, (other for other in scope.names() if scope.origin(other) is not None))
        if near is None:
            return ""
        one, other = (text.lower().split("_") for text in (name, near))
        differ = [(a, b) for a, b in zip(one, other, strict=False) if a != b]
        if len(one) == len(other) and any(min(len(a), len(b)) < 4 for a, b in differ):
            return ""
        return near

    def _other_stage(self, name: str) -> Pair | None:
        if self._elsewhere is None:
            self._elsewhere = {}
            for stage in self._build.stages:
                if stage.index != self._stage.index:
                    for key, pairs in _definitions(stage).items():
                        self._elsewhere.setdefault(key, pairs[-1])
        pair = self._elsewhere.get(name)
        return None if pair is None or _mentions(pair, name) else pair


def _is_own_default(variable: Variable, instruction: Instruction) -> bool:
    """Whether an ARG has its own value or else a default, `ARG A=${A:-x}`: what the build gives it comes first anyway."""
    return (
        isinstance(instruction, Arg)
        and variable.operator in {"-", ":-"}
        and any(
            pair.key.text == variable.name.text
            and pair.span.start <= variable.span.start
            and variable.span.end <= pair.span.end
            for pair in instruction.pairs
        )
    )


def _set_together(name: str, variable: Variable, instruction: Instruction) -> Pair | None:
    """The earlier pair of the same ENV that sets a variable used in a later one."""
    if not isinstance(instruction, Env):
        return None
    found = None
    for pair in instruction.pairs:
        if pair.span.end > variable.span.start:
            # What is set twice is lost once, which is another fault.
            return None if pair.key.text == name else found
        if pair.key.text == name and found is None:
            found = pair
    return None


def _definitions(stage: Stage) -> dict[str, list[Pair]]:
    """The pairs of a stage's ARG and ENV by their names."""
    found: dict[str, list[Pair]] = {}
    for instruction in stage.instructions:
        if isinstance(instruction, (Arg, Env)):
            for pair in instruction.pairs:
                found.setdefault(pair.key.text, []).append(pair)
    return found


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _named(variable: Variable, by: int) -> Token:
    return Token(_moved(variable.name.span, by), variable.name.text)


def _is_not_environment(name: str) -> bool:
    """Whether no image defines a variable of that name: a number, or small letters, save for proxies."""
    return name not in CONVENTIONAL | OFTEN and not any(char.isupper() for char in name)


def _mentions(pair: Pair, name: str) -> bool:
    return pair.value is not None and any(item.name.text == name for item in variables(pair.value.words))


def _is_bare(stage: Stage) -> bool:
    """Whether the stage begins with an official image of which the whole environment is known."""
    image = stage.from_.image
    if "$" in image.repository.text or not isinstance(stage.image, Known):
        return False
    reference = split_reference(stage.image.value)
    official = reference.registry in {"", "docker.io"}
    return official and reference.repository.removeprefix("library/") in BARE

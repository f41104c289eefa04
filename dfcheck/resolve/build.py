"""Build: a resolved document, and the questions that rules and the simulator ask of it."""

from __future__ import annotations

from bisect import bisect_right

from dfcheck.resolve.edges import Edges
from dfcheck.resolve.model import Inputs
from dfcheck.resolve.problems import expansion_problems, from_problems
from dfcheck.resolve.roles import expanded, is_plain
from dfcheck.resolve.stages import fold
from dfcheck.resolve.variables import NOT_ENVIRONMENT, Variables
from dfcheck.syntax import words
from dfcheck.syntax.nodes import Arg, From, Port
from dfcheck.syntax.words import ExpansionError, Known, Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.resolve.model import Edge, Stage
    from dfcheck.resolve.roles import Expandable
    from dfcheck.resolve.scopes import Scope
    from dfcheck.resolve.stages import Place
    from dfcheck.syntax.nodes import Document, Expose, Heredoc, Instruction, Problem, Run, Variable
    from dfcheck.syntax.shell import Script
    from dfcheck.syntax.text import Span
    from dfcheck.syntax.words import Expansion


def resolve(
    document: Document,
    *,
    build_args: dict[str, str | Unknown] | None = None,
    platform: str | None = None,
    target: str | None = None,
    build_platform: str | None = None,
    environments: dict[str, dict[str, str]] | None = None,
    shells: tuple[tuple[int, tuple[str, ...]], ...] = (),
    contexts: tuple[str, ...] = (),
) -> Build:
    """Resolve a document: its stages, what they use, and what its variables are.

    Args:
        document: Any; what cannot be read in it is left out.
        build_args: `--build-arg` values; see `Inputs` for the difference between None and an empty mapping.
        platform: The platform to build for, e.g. `linux/arm64`; None when not known.
        target: Name of the stage to build; None for the last one.
        build_platform: The platform of the machine that builds; None when not known.
        environments: Of images outside the file, by the reference that FROM expands to, as far as they are known.
        shells: Shells that comments name, by the offset of the comment; see `Inputs`.
        contexts: Names of further build contexts; see `Inputs`.
    """
    inputs = Inputs(build_args, platform, build_platform, target, environments, shells, contexts)
    return Build(document, inputs)


class Build:
    """A document with its stages, edges, scopes and values.

    Instructions and arguments are found by their spans: any that is part of the document may be asked about.
    An instruction inside ONBUILD counts as the ONBUILD.

    Attributes:
        document: What was resolved.
        inputs: What the build is given.
        global_instructions: Those before the first FROM.
        stages: In order.
        edges: In source order.
    """

    __slots__ = (
        "_edges",
        "_folded",
        "_instructions",
        "_names",
        "_problems",
        "_scripts",
        "_starts",
        "_variables",
        "document",
        "edges",
        "global_instructions",
        "inputs",
        "stages",
    )

    def __init__(self, document: Document, inputs: Inputs) -> None:
        self.document = document
        self.inputs = inputs
        self._instructions = document.instructions
        self._starts = [item.span.start for item in self._instructions]
        self._variables = Variables(inputs, document.escape)
        self._folded = fold(self._instructions, self._variables)
        self.global_instructions: tuple[Instruction, ...] = self._instructions[: self._folded.first]
        self.stages: tuple[Stage, ...] = self._folded.stages
        # Of stages with the same name the last one counts.
        self._names = {stage.name: stage.index for stage in self.stages if stage.name is not None}
        self._edges = Edges(self.stages, document.escape, inputs.contexts)
        self.edges: tuple[Edge, ...] = tuple(self._edges.edges)
        self._problems: tuple[Problem, ...] | None = None
        self._scripts: dict[int, Script] = {}

    # --- places --------------------------------------------------------------------------------------------

    def _index(self, span: Span) -> int:
        """Index of the instruction that `span` lies in.

        Raises:
            LookupError: It lies before all of them.
        """
        index = bisect_right(self._starts, span.start) - 1
        if index < 0:
            raise LookupError(f"no instruction stands at {span}")
        return index

    def _place(self, span: Span) -> Place:
        return self._folded.places[self._index(span)]

    def stage_of(self, instruction: Instruction) -> Stage | None:
        """The stage that an instruction belongs to, a FROM included; None before all and after a bad FROM."""
        stage = self._place(instruction.span).stage
        return None if stage is None else self.stages[stage]

    def scope(self, instruction: Instruction) -> Scope:
        """The variables that an instruction sees; for a FROM, those defined before the first FROM."""
        return self._place(instruction.span).scope

    def end_scope(self, stage: Stage) -> Scope:
        """The variables that one more instruction at the end of the stage would see."""
        return self._folded.ends[stage.index].scope

    def shell(self, instruction: Instruction) -> tuple[str, ...]:
        """The shell in force where an instruction stands: by a SHELL, also of a base stage, or the usual one.

        Where a comment names it, that one (see `Inputs`). An image outside the file counts as having the usual
        shell: `/bin/sh -c`, or `cmd /S /C` when the platform is Windows or, without a platform, the escape
        character is a backtick.
        """
        return self._place(instruction.span).shell

    def maybe_base(self, stage: Stage) -> bool:
        """Whether the chain of stages ends in an image outside the file, which may define any variable."""
        return self.end_scope(stage).base is not None

    # --- values --------------------------------------------------------------------------------------------

    def expands(self, argument: Expandable) -> bool:
        """Whether BuildKit expands variables in that argument."""
        instruction = self._instructions[self._index(argument.span)]
        return any(item.span == argument.span for item in expanded(instruction))

    def expand(self, argument: Expandable) -> Expansion | ExpansionError:
        """Expand an argument where it stands, whether or not BuildKit does."""
        return words.expand(argument.words, self._scope_of(argument).lookup, escape=self.document.escape)

    def value(self, argument: Expandable) -> Known | Unknown:
        """The text that an argument stands for, where it stands.

        Quotes and escapes go where BuildKit expands; an argument that it does not expand is its own text. One
        that cannot be expanded is Unknown; `problems` has the reason.
        """
        if is_plain(argument) or not self.expands(argument):
            return Known(argument.text)
        return _value(self.expand(argument))

    def default_image(self, stage: Stage) -> Known | Unknown:
        """The stage's image reference without any build argument: an ARG without a default is empty."""
        variables = Variables(self.inputs._replace(build_args={}), self.document.escape)
        scope = variables.before_first_stage(self.stages[-1].name)
        for instruction in self.global_instructions:
            scope = variables.step(scope, instruction, None)
        return _value(words.expand(stage.from_.image.words, scope.lookup, escape=self.document.escape))

    def ports(self, expose: Expose) -> tuple[str, ...] | Unknown:
        """The ports of an EXPOSE: each argument is expanded, then split at white space."""
        out: list[str] = []
        lookup = self.scope(expose).lookup
        for port in expose.ports:
            result = words.expand_words(port.words, lookup, escape=self.document.escape)
            if isinstance(result, ExpansionError):
                return Unknown(f"cannot be expanded: it {result.message}")
            if isinstance(result, Unknown):
                return result
            out += result
        return tuple(out)

    def content(self, heredoc: Heredoc) -> Known | Unknown:
        """The file that a heredoc of COPY or ADD makes: variables expanded unless its word is quoted.

        Leading tabs are dropped for `<<-`. A backslash, never a backtick, escapes in it.
        """
        text = heredoc.content
        if heredoc.chomp:
            text = "\n".join(line.lstrip("\t") for line in text.split("\n"))
        if not heredoc.expand:
            return Known(text)
        return _value(words.expand(words.read_unquoted(text), self._place(heredoc.word).scope.lookup))

    def undefined(self, argument: Expandable) -> tuple[Variable, ...]:
        """Variables in an argument that the file does not define where it stands, in source order.

        Counted as BuildKit's checks do, with a base image that defines nothing but PATH: a default as in
        `${name:-x}` does not help, a mere `ARG name` does; EXPOSE and an ARG before the first FROM are not
        checked. `maybe_base` tells whether the base image may define them.
        """
        if is_plain(argument) or isinstance(argument, Port) or not self.expands(argument):
            return ()
        index = self._index(argument.span)
        if self._folded.places[index].stage is None and not isinstance(self._instructions[index], From):
            return ()
        scope = self._scope_of(argument)
        found = words.variables(argument.words)
        return tuple(
            item for item in found if item.name.text not in scope and item.name.text not in NOT_ENVIRONMENT
        )

    def undefined_in(self, instruction: Instruction) -> tuple[Variable, ...]:
        """Variables of all arguments of an instruction that the file does not define, as `undefined` counts them.

        The bodies of heredocs of COPY and ADD are left out.
        """
        index = self._index(instruction.span)
        place = self._folded.places[index]
        if place.stage is None and not isinstance(instruction, From):
            return ()
        found: list[Variable] = []
        for argument in expanded(instruction):
            if is_plain(argument) or isinstance(argument, Port):
                continue
            scope = self._variables.inside.get(argument.span.start, place.scope)
            found += (item for item in words.variables(argument.words) if item.name.text not in scope)
        return tuple(item for item in found if item.name.text not in NOT_ENVIRONMENT)

    def _scope_of(self, argument: Expandable) -> Scope:
        """The scope where an argument stands: later pairs of an ARG see earlier ones."""
        index = self._index(argument.span)
        scope = self._folded.places[index].scope
        if isinstance(self._instructions[index], Arg):
            return self._variables.inside.get(argument.span.start, scope)
        return scope

    # --- the build as a whole ------------------------------------------------------------------------------

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What BuildKit refuses although every instruction can be read, in source order.

        Expansions that fail, a FROM that expands to nothing, a `--from` that cannot be, stages in no order, and
        values such as a mode or a mount that are none.
        """
        if self._problems is None:
            from dfcheck.resolve.values import value_problems

            order = self._edges.order_problems(self.reachable())
            found = [
                *expansion_problems(self),
                *from_problems(self),
                *value_problems(self),
                *self._edges.problems,
                *order,
            ]
            self._problems = tuple(sorted(found, key=lambda problem: problem.span.start))
        return self._problems

    def script(self, run: Run) -> Script:
        """The shell commands of a RUN, with spans into the source; parsed on first use and kept."""
        script = self._scripts.get(run.span.start)
        if script is None:
            from dfcheck.syntax.shell import parse_script

            script = self._scripts[run.span.start] = parse_script(run, self.shell(run))
        return script

    def target(self, name: str | None = None) -> int | None:
        """Index of the stage of that name in any case, without one of the build's target; None if none is."""
        name = self.inputs.target if name is None else name
        if name is None:
            return len(self.stages) - 1 if self.stages else None
        return self._names.get(name.lower())

    def reachable(self, target: str | None = None) -> frozenset[int]:
        """Indexes of the stages that the build of `target` needs; none if there is no such stage."""
        index = self.target(target)
        return frozenset() if index is None else self._edges.reachable(index)


def _value(result: Expansion | ExpansionError) -> Known | Unknown:
    if isinstance(result, ExpansionError):
        return Unknown(f"cannot be expanded: it {result.message}")
    return result.value

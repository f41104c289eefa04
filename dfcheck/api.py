"""What a rule may import: the rule decorator, findings and fixes, and the nodes of the tree."""

from __future__ import annotations

from dfcheck.findings import (
    DOCKERFILE,
    Edit,
    Finding,
    Fix,
    NoOptions,
    Related,
    Rule,
    Safety,
    Severity,
    insertion,
)
from dfcheck.knowledge.archives import is_archive
from dfcheck.knowledge.calls import Call, calls, calls_in, runs
from dfcheck.knowledge.cleaning import cleaned, leftovers, mounted, shipped
from dfcheck.knowledge.edits import behind, beside
from dfcheck.knowledge.formats import EXAMPLES, FORMATS, has_format
from dfcheck.knowledge.packages import given, packages, resolved, told, unpinned
from dfcheck.knowledge.prompts import prompts
from dfcheck.knowledge.secret_names import names_secret
from dfcheck.resolve import Build, Edge, Known, Stage, Unknown
from dfcheck.resolve.ports import PortError, read_port
from dfcheck.syntax.nodes import (
    Add,
    Arg,
    Argument,
    Blank,
    Cmd,
    Comment,
    Copy,
    Directive,
    Document,
    Entrypoint,
    Env,
    Escape,
    ExecForm,
    Expose,
    Flag,
    From,
    Healthcheck,
    Heredoc,
    Image,
    Instruction,
    Invalid,
    Label,
    Literal,
    Logical,
    Maintainer,
    Malformed,
    Mount,
    Onbuild,
    Pair,
    Port,
    Problem,
    Quoted,
    Run,
    Shell,
    ShellForm,
    Stopsignal,
    Token,
    User,
    Variable,
    Volume,
    Word,
    Workdir,
)
from dfcheck.syntax.reference import Reference, is_valid_reference, split_reference
from dfcheck.syntax.shell import Script, ShellCommand, ShellWord
from dfcheck.syntax.text import Position, Source, Span
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, Generic, TypeVar

    # Of few rules. At run time `__getattr__` brings them, so that no other run loads them.
    from dfcheck.commands.context import CommandContext as CommandContext  # noqa: PLC0414
    from dfcheck.commands.context import FoundBuild as FoundBuild  # noqa: PLC0414
    from dfcheck.commands.model import BuildCommand as BuildCommand  # noqa: PLC0414
    from dfcheck.commands.model import Word as CommandWord
    from dfcheck.commands.site import Target as BuildTarget

    # Under their own names, for rules that annotate.
    from dfcheck.knowledge.touches import Touch as Touch  # noqa: PLC0414
    from dfcheck.resolve.undefined import Undefined as Undefined  # noqa: PLC0414
    from dfcheck.simulate.context import Context as BuildContext
    from dfcheck.simulate.leaks import Leak as Leak  # noqa: PLC0414
    from dfcheck.simulate.missing import MissingSource as MissingSource  # noqa: PLC0414
    from dfcheck.simulate.model import Image as PredictedImage
    from dfcheck.simulate.startable import StartFault as StartFault  # noqa: PLC0414
    from dfcheck.simulate.surroundings import Surroundings as Surroundings  # noqa: PLC0414
    from dfcheck.simulate.waste import Waste as Waste  # noqa: PLC0414
    from dfcheck.syntax.shell.texts import like_array as like_array  # noqa: PLC0414

    O = TypeVar("O", bound=Value)  # noqa: E741 - for options
    N = TypeVar("N", bound=Value)
else:
    # The real ones would load `typing`, several milliseconds of every run.
    O = None  # noqa: E741

    class Generic:
        """Stands in for `typing.Generic`."""

        def __class_getitem__(cls, item):
            return cls


# Where the names are that few rules import, by name: module, and name there.
LAZY = {
    "BuildCommand": ("dfcheck.commands.model", "BuildCommand"),
    "BuildTarget": ("dfcheck.commands.site", "Target"),
    "CommandContext": ("dfcheck.commands.context", "CommandContext"),
    "CommandWord": ("dfcheck.commands.model", "Word"),
    "FoundBuild": ("dfcheck.commands.context", "FoundBuild"),
    "like_array": ("dfcheck.syntax.shell.texts", "like_array"),
}


def __getattr__(name: str) -> Any:
    if name not in LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, there = LAZY[name]
    return getattr(import_module(module), there)


def rule(
    code: str,
    name: str,
    *,
    severity: Severity,
    options: type[Value] = NoOptions,
    aliases: tuple[str, ...] = (),
    default: bool = True,
    subject: str = DOCKERFILE,
    words: tuple[str, ...] = (),
) -> Callable[[Callable[[Any], Iterable[Finding]]], Rule]:
    """Make a `Rule` of a check function.

    Args:
        code: `DL3006`, `DF1007`; see CONTRIBUTING for the ranges.
        name: Kebab-case, the file's name; what one would allow (`latest-tag`), never the cure.
        severity: Of all its findings unless settings say otherwise.
        options: Class of the rule's options, all with defaults; its docstring describes them.
        aliases: Names and codes of the same concept in other tools; accepted wherever a code is.
        default: False for a rule that must be selected.
        subject: `dockerfile` for a rule that is given a `Context`, `command` for one that is given a
            `CommandContext`: a file with commands that build images.
        words: The file must hold one of them, in small letters, for the rule to have anything to find:
            `("apt-get",)`. Without one it is neither run nor loaded, which saves time; leave it out when in doubt.
    """

    def decorate(check: Callable[[Any], Iterable[Finding]]) -> Rule:
        return Rule(code, name, severity, check, check.__module__, options, aliases, default, subject, words)

    return decorate


class Context(Generic[O]):
    """What a rule sees: one file, parsed and resolved, and the rule's options.

    Attributes:
        document: The syntax tree.
        build: Stages, edges and values.
        options: The rule's options, from settings or defaults.
    """

    __slots__ = ("_around", "build", "document", "options")

    if TYPE_CHECKING:
        document: Document
        build: Build
        options: O

    def __init__(
        self,
        document: Document,
        build: Build,
        options: O,
        around: Callable[[], Surroundings | None] | None = None,
    ) -> None:
        self.document = document
        self.build = build
        self.options = options
        self._around = around

    @property
    def around(self) -> Surroundings | None:
        """What lies around the file, the same for all rules; None when there is no build context at hand.

        Asking loads the simulator, so ask last: when what the file itself says makes a finding possible.
        """
        return None if self._around is None else self._around()

    @property
    def context(self) -> BuildContext | None:
        """The build context; None when there is none at hand."""
        return None if self.around is None else self.around.context

    @property
    def image(self) -> PredictedImage | None:
        """The image that the build would make, as far as it is known; None when there is no context at hand."""
        return None if self.around is None else self.around.image

    @property
    def source(self) -> Source:
        """The text."""
        return self.document.source

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All stages in order."""
        return self.build.stages

    def each(self, *kinds: type[N]) -> Iterator[N]:
        """All instructions of these kinds in order, those inside ONBUILD not included."""
        for item in self.document.items:
            if isinstance(item, kinds):
                yield item

    def script(self, run: Run) -> Script:
        """The shell commands of a RUN, with spans into the source; parsed on first use and kept."""
        return self.build.script(run)

    def undefined(self, stage: Stage) -> Iterator[Undefined]:
        """The stage's variables that the file does not define where they stand, and how sure that is."""
        from dfcheck.resolve.undefined import undefined

        return undefined(self.build, stage)

    def nearest(self, name: str, names: Iterable[str]) -> str | None:
        """The one of `names` that `name` is a misspelling of, or None; names that are equal count, too."""
        from dfcheck.syntax.near import nearest

        return nearest(name, names)

    def instruction_at(self, line: int | None) -> Instruction | None:
        """The instruction that begins on a line."""
        for item in self.document.instructions:
            if self.source.position(item.span.start).line == line:
                return item
        return None

    def absent(self, stage: Stage, path: str, before: Instruction | None = None) -> bool:
        """Whether there is certainly nothing at an absolute path when the stage, or its part before `before`, ends.

        By the build context where it is at hand; otherwise by what the file says of a stage that begins with scratch.
        """
        from dfcheck.knowledge.absence import absent

        if absent(self.build, stage, path, before):
            return True
        return before is None and self.around is not None and self.around.has(stage.index, path) is False

    def absent_program(self, stage: Stage, name: str) -> bool:
        """Whether there is certainly no program of that name in the stage: at its path, or in any directory of PATH."""
        from dfcheck.knowledge.absence import places

        found = places(self.build, stage, name)
        return bool(found) and all(self.absent(stage, path) for path in found)

    def is_local_name(self, name: str) -> bool:
        """Whether no registry can have an image of that name, as one reference has it after expansion."""
        from dfcheck.knowledge.local_names import is_local

        return is_local(name)

    def lineage(self) -> tuple[Stage, ...]:
        """The stages that the image is made of: the target and those below it, the lowest first."""
        found: list[Stage] = []
        index = self.build.target()
        while index is not None:
            found.append(self.build.stages[index])
            index = found[-1].base
        return tuple(reversed(found))

    def touches(self, stage: Stage, *programs: str) -> Iterator[Touch]:
        """Absolute paths that commands of these programs name in the RUNs of a stage, where they can be told."""
        from dfcheck.knowledge.touches import touches

        return touches(self.build, stage, programs)

    def dead(self, kind: type[Cmd | Entrypoint | Healthcheck]) -> Iterator[Finding]:
        """Instructions of a kind of which an image has one, and which a later one of the stage replaces.

        Those in ONBUILD stand apart: they are for the images that are built from the stage.
        """
        word = kind.__name__.upper()
        for stage in self.stages:
            triggers = (item.trigger for item in stage.instructions if isinstance(item, Onbuild))
            for items in (stage.instructions, triggers):
                found = [item for item in items if isinstance(item, kind)]
                for item in found[:-1]:
                    last = found[-1].keyword.span
                    line = self.source.position(last.start).line
                    yield Finding(
                        item.keyword.span,
                        f"this {word} is dead: the one on line {line} replaces it",
                        "keep the one that is meant",
                        (Related(last, "this one wins"),),
                        Fix(f"Remove the dead {word}", (Edit(item.line.span, ""),), Safety.UNSAFE),
                    )

    def text(self, span: Span) -> str:
        """The source text of `span`."""
        return self.document.source.cut(span)


__all__ = [
    "EXAMPLES",
    "FORMATS",
    "Add",
    "Arg",
    "Argument",
    "Blank",
    "Build",
    "BuildCommand",
    "BuildTarget",
    "Call",
    "Cmd",
    "CommandContext",
    "CommandWord",
    "Comment",
    "Context",
    "Copy",
    "Directive",
    "Document",
    "Edge",
    "Edit",
    "Entrypoint",
    "Env",
    "Escape",
    "ExecForm",
    "Expose",
    "Finding",
    "Fix",
    "Flag",
    "FoundBuild",
    "From",
    "Healthcheck",
    "Heredoc",
    "Image",
    "Instruction",
    "Invalid",
    "Known",
    "Label",
    "Literal",
    "Logical",
    "Maintainer",
    "Malformed",
    "Mount",
    "NoOptions",
    "Onbuild",
    "Pair",
    "Port",
    "PortError",
    "Position",
    "Problem",
    "Quoted",
    "Reference",
    "Related",
    "Rule",
    "Run",
    "Safety",
    "Script",
    "Severity",
    "Shell",
    "ShellCommand",
    "ShellForm",
    "ShellWord",
    "Source",
    "Span",
    "Stage",
    "Stopsignal",
    "Token",
    "Unknown",
    "User",
    "Value",
    "Variable",
    "Volume",
    "Word",
    "Workdir",
    "behind",
    "beside",
    "calls",
    "calls_in",
    "cleaned",
    "given",
    "has_format",
    "insertion",
    "is_archive",
    "is_valid_reference",
    "leftovers",
    "like_array",
    "mounted",
    "names_secret",
    "packages",
    "prompts",
    "read_port",
    "resolved",
    "rule",
    "runs",
    "shipped",
    "split_reference",
    "told",
    "unpinned",
]

"""Stages: from a document to its stages, and each instruction's scope and shell, in one pass."""

from __future__ import annotations

from itertools import pairwise

from dfcheck.resolve.model import Stage
from dfcheck.syntax.nodes import From, Invalid, Onbuild, Shell
from dfcheck.syntax.words import ExpansionError, Known, Unknown, expand
from dfcheck.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.resolve.scopes import Scope
    from dfcheck.resolve.variables import Variables
    from dfcheck.syntax.nodes import Argument, Image, Instruction

    Shells = tuple[tuple[int, tuple[str, ...]], ...]

UNIX_SHELL = ("/bin/sh", "-c")
WINDOWS_SHELL = ("cmd", "/S", "/C")


class Place(Value):
    """What holds where an instruction stands: its stage (None outside all), and scope and shell before it."""

    stage: int | None
    scope: Scope
    shell: tuple[str, ...]


class Folded(Value):
    """What one pass over a document gives.

    Attributes:
        stages: In order.
        places: One for each instruction; the scope of a FROM is that of the file's first part.
        first: How many instructions stand before the first FROM.
        ends: What holds after the last instruction of each stage.
    """

    stages: tuple[Stage, ...]
    places: tuple[Place, ...]
    first: int
    ends: tuple[Place, ...]


def fold(instructions: tuple[Instruction, ...], variables: Variables) -> Folded:
    """Cut instructions into stages and carry scope and shell through them.

    After a FROM that cannot be read, instructions belong to no stage, and any variable may be defined.
    """
    starts = [index for index, item in enumerate(instructions) if _begins(item)]
    name = _name(instructions[starts[-1]]) if starts else None
    first = starts[0] if starts else len(instructions)
    shells = variables.inputs.shells
    usual: tuple[str, ...] = WINDOWS_SHELL if _is_windows(variables) else UNIX_SHELL
    if shells and starts:
        usual = _named(shells, 0, instructions[first].span.start) or usual
    scope = variables.before_first_stage(name)
    places: list[Place] = []
    for instruction in instructions[:first]:
        places.append(Place(None, scope, usual))
        scope = variables.step(scope, instruction, None)
    walk = _Walk(variables, Place(None, scope, usual), places)
    for start, end in pairwise([*starts, len(instructions)]):
        from_ = instructions[start]
        if isinstance(from_, From):
            walk.stage(from_, instructions[start + 1 : end])
        else:
            walk.unreadable(instructions[start + 1 : end])
    return Folded(tuple(walk.stages), tuple(places), first, tuple(walk.ends))


def _named(shells: Shells, start: int, end: int) -> tuple[str, ...] | None:
    """The last shell that a comment between two offsets names."""
    return next((shell for at, shell in reversed(shells) if start <= at < end), None)


def _begins(instruction: Instruction) -> bool:
    """Whether it is a FROM, readable or not."""
    return isinstance(instruction, From) or (
        isinstance(instruction, Invalid) and instruction.keyword.text.upper() == "FROM"
    )


def _name(instruction: Instruction) -> str | None:
    return instruction.name.text.lower() if isinstance(instruction, From) and instruction.name else None


def _is_windows(variables: Variables) -> bool:
    """Whether the usual shell is that of Windows; when no platform is given, the escape character tells."""
    platform = variables.inputs.platform
    return variables.escape == "`" if platform is None else platform.lower().startswith("windows")


def _names_windows(image: str) -> bool:
    """Whether an image is one of Windows, going by its name or by that of the variable which holds it."""
    return "nanoserver" in image or "servercore" in image or "/windows/" in image or "windows_base" in image


def _turns_windows(instructions: tuple[Instruction, ...]) -> bool:
    """Whether a stage names a shell that only Windows has; PowerShell's name elsewhere is `pwsh`."""
    for item in instructions:
        if isinstance(item, Shell) and item.command.arguments:
            program = item.command.arguments[0].text.lower().removesuffix(".exe")
            if program[max(program.rfind("/"), program.rfind("\\")) + 1 :] in {"powershell", "cmd"}:
                return True
    return False


class _Walk:
    """The state of the pass over the stages."""

    __slots__ = (
        "_at",
        "_by_name",
        "_inherited",
        "_outside",
        "_places",
        "_shells",
        "_variables",
        "ends",
        "stages",
    )

    def __init__(self, variables: Variables, outside: Place, places: list[Place]) -> None:
        self._variables = variables
        self._outside = outside
        self._places = places
        self._shells = variables.inputs.shells
        self._at = 0  # where the last instruction began
        self._by_name: dict[str, int] = {}
        self._inherited: dict[int, tuple[Place, tuple[Onbuild, ...]]] = {}
        self.stages: list[Stage] = []
        self.ends: list[Place] = []

    def stage(self, from_: From, instructions: tuple[Instruction, ...]) -> None:
        """Add a stage."""
        index = len(self.stages)
        image = self._value(from_.image)
        base = self._by_name.get(image.value) if isinstance(image, Known) else None
        if base is None and isinstance(image, Known) and self._is_context(image.value):
            image = Unknown(f"is the build context `{image.value}`")
        platform = None if from_.platform is None else self._value(from_.platform)
        begin, triggers = self._external(from_, image) if base is None else self._from_stage(base)
        if base is None and self._variables.inputs.platform is None and _turns_windows(instructions):
            begin = begin._replace(shell=WINDOWS_SHELL)
        name = _name(from_)
        if name is not None:
            self._by_name[name] = index
        self.stages.append(Stage(index, from_, name, image, base, platform, instructions, triggers))
        self._places.append(self._outside._replace(stage=index))
        if self._shells and index:
            begin = self._noted(begin, from_)
        self._at = from_.span.start
        self.ends.append(self._walk(begin._replace(stage=index), instructions))

    def _is_context(self, image: str) -> bool:
        contexts = self._variables.inputs.contexts
        if not contexts:
            return False
        from dfcheck.resolve.contexts import names_context

        return names_context(image, contexts)

    def unreadable(self, instructions: tuple[Instruction, ...]) -> None:
        """Go over what follows a FROM that cannot be read."""
        scope = self._variables.image("depends on a FROM that cannot be read")
        self._places.append(self._outside)
        self._walk(self._outside._replace(scope=scope), instructions)

    def _walk(self, place: Place, instructions: tuple[Instruction, ...]) -> Place:
        """Add the places of `instructions`, which begin at `place`; what holds after the last one."""
        for instruction in instructions:
            if self._shells:
                place = self._noted(place, instruction)
            self._places.append(place)
            place = self._after(place, instruction)
        return place

    def _noted(self, place: Place, instruction: Instruction) -> Place:
        """`place`, with the shell that a comment between the last instruction and this one names."""
        shell = _named(self._shells, self._at, instruction.span.start)
        self._at = instruction.span.start
        return place if shell is None else place._replace(shell=shell)

    def _after(self, place: Place, instruction: Instruction) -> Place:
        scope = self._variables.step(place.scope, instruction, self._outside.scope)
        if isinstance(instruction, Shell):
            return Place(place.stage, scope, tuple(token.text for token in instruction.command.arguments))
        return place if scope is place.scope else Place(place.stage, scope, place.shell)

    def _from_stage(self, base: int) -> tuple[Place, tuple[Onbuild, ...]]:
        """Where stages built from stage `base` begin, all alike, and the triggers executed before that."""
        if base not in self._inherited:
            triggers = tuple(item for item in self.stages[base].instructions if isinstance(item, Onbuild))
            place = self.ends[base]
            for onbuild in triggers:
                place = self._after(place, onbuild.trigger)
            self._inherited[base] = place, triggers
        return self._inherited[base]

    def _external(self, from_: From, image: Known | Unknown) -> tuple[Place, tuple[Onbuild, ...]]:
        """Where a stage built from an image begins."""
        text = image.value if isinstance(image, Known) else from_.image.text
        known = (self._variables.inputs.environments or {}).get(text)
        if image == Known("scratch"):
            scope = self._variables.scratch()
        elif known is not None and isinstance(image, Known):
            scope = self._variables.known_image(known)
        else:
            scope = self._variables.image(f"depends on the base image `{text}`")
        place = self._outside._replace(scope=scope)
        if self._variables.inputs.platform is None and _names_windows(f"{text} {from_.image.text}".lower()):
            place = place._replace(shell=WINDOWS_SHELL)
        return place, ()

    def _value(self, argument: Argument | Image) -> Known | Unknown:
        result = expand(argument.words, self._outside.scope.lookup, escape=self._variables.escape)
        if isinstance(result, ExpansionError):
            return Unknown(f"cannot be expanded: it {result.message}")
        return result.value

"""Variables: what ARG and ENV do to a scope, one instruction after another."""

from __future__ import annotations

from dfcheck.resolve.model import OTHERS
from dfcheck.resolve.platforms import predefined
from dfcheck.resolve.scopes import Binding, Scope
from dfcheck.syntax.nodes import Arg, Env, Onbuild
from dfcheck.syntax.words import ExpansionError, Known, Unknown, expand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.resolve.model import Inputs
    from dfcheck.syntax.nodes import Argument, Instruction, Pair

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# BuildKit reads these two itself and never puts them into the environment.
NOT_ENVIRONMENT = frozenset({"BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"})
# All values of a file together; only a file made to exhaust memory comes near.
MOST_CHARACTERS = 1 << 26


class Variables:
    """The fold over ARG and ENV.

    Attributes:
        inputs: What the build is given.
        escape: The file's escape character.
        inside: Scopes of the second and later pairs of an ARG, which see the pairs before them, by the offset
            where the pair's value starts.
    """

    __slots__ = ("_exact", "_room", "escape", "inputs", "inside")

    def __init__(self, inputs: Inputs, escape: str) -> None:
        self.inputs = inputs
        self.escape = escape
        self.inside: dict[int, Scope] = {}
        self._room = MOST_CHARACTERS
        self._exact = inputs.build_args is not None and OTHERS not in inputs.build_args

    def before_first_stage(self, last_stage: str | None) -> Scope:
        """The scope of the file's first line: the arguments that BuildKit predefines.

        Args:
            last_stage: Name of the file's last stage, which is built when no target is given.
        """
        inputs = self.inputs
        given = inputs.build_args or {}
        values = predefined("BUILD", inputs.build_platform) | predefined("TARGET", inputs.platform)
        target: str | Unknown = inputs.target or last_stage or "default"
        if inputs.target is None and inputs.build_args is None:
            target = Unknown("depends on `--target`")
        values["TARGETSTAGE"] = target
        scope = Scope(None, exact=self._exact)
        for name, value in values.items():
            scope = scope.bind(name, Binding("predefined", None, given.get(name, value)))
        return scope

    def scratch(self) -> Scope:
        """The scope that a stage begins with when its image is `scratch`."""
        scope = Scope(None, exact=self._exact)
        return scope.bind("PATH", Binding("predefined", None, PATH))

    def known_image(self, environment: dict[str, str]) -> Scope:
        """The scope that a stage begins with when its image's environment is known."""
        scope = self.scratch()
        for name, value in environment.items():
            scope = scope.bind(name, Binding("base", None, value))
        return scope

    def image(self, why: str) -> Scope:
        """The scope that a stage begins with when its image is not in the file; `why` is for Unknown."""
        scope = Scope(why, exact=self._exact)
        return scope.bind("PATH", Binding("predefined", None, Unknown(why)))

    def step(self, scope: Scope, instruction: Instruction, outer: Scope | None) -> Scope:
        """The scope after `instruction`.

        Args:
            scope: Before it.
            instruction: Any; all but ARG and ENV leave the scope as it is.
            outer: The scope at the first FROM, which an ARG without a default reads; None before it.
        """
        if isinstance(instruction, Env):
            return self._env(scope, instruction)
        if isinstance(instruction, Arg):
            for index, pair in enumerate(instruction.pairs):
                if index and pair.value is not None:
                    self.inside[pair.value.span.start] = scope
                scope = self._arg(scope, pair, outer)
        return scope

    def triggers(self, scope: Scope, triggers: tuple[Onbuild, ...], outer: Scope) -> Scope:
        """The scope after the triggers of a base stage."""
        for onbuild in triggers:
            scope = self.step(scope, onbuild.trigger, outer)
        return scope

    def _env(self, scope: Scope, instruction: Env) -> Scope:
        """All pairs see the scope before the instruction."""
        after = scope
        for pair in instruction.pairs:
            name = self._expand(pair.key, scope)
            value = "" if pair.value is None else self._expand(pair.value, scope)
            if isinstance(name, str):
                after = after.bind(name, Binding("env", pair, value))
        return after

    def _arg(self, scope: Scope, pair: Pair, outer: Scope | None) -> Scope:
        name = pair.key.text
        given = self.inputs.build_args or {}
        before = scope.binding(name)
        value: str | Unknown | None = before.value if before else None
        if name in given:
            value = given[name]
        elif pair.value is not None:
            value = self._expand(pair.value, scope)
        elif outer is not None and (found := outer.binding(name)) is not None and found.value is not None:
            value = found.value
        if name in NOT_ENVIRONMENT and outer is not None:
            value = None
        return scope.bind(name, Binding("arg", pair, value))

    def _expand(self, argument: Argument, scope: Scope) -> str | Unknown:
        result = expand(argument.words, scope.lookup, escape=self.escape)
        if isinstance(result, ExpansionError):
            return Unknown(f"cannot be expanded: it {result.message}")
        if not isinstance(result.value, Known):
            return result.value
        text = result.value.value
        self._room -= len(text)
        return text if self._room > 0 else Unknown("is one value too many: the file's values fill the memory")

"""RUN: what it starts is known; what it writes is not."""

from __future__ import annotations

from dfcheck.simulate.graph import vertex
from dfcheck.simulate.keys import run_key, script_of
from dfcheck.simulate.metadata import UNIX_SHELL, argv
from dfcheck.simulate.model import Gap, Layer, RunPlan
from dfcheck.simulate.mounts import mounted
from dfcheck.simulate.state import Stop, commit, expanded
from dfcheck.simulate.steps import begin, run_text
from dfcheck.syntax.arguments import parse_words
from dfcheck.syntax.lines import SPACE
from dfcheck.syntax.nodes import ShellForm
from dfcheck.syntax.words import Unknown, expand_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.config import Text, Texts
    from dfcheck.simulate.files import Source
    from dfcheck.simulate.state import Setting, State
    from dfcheck.syntax.nodes import Run
    from dfcheck.syntax.words import Lookup


def run(state: State, node: Run, setting: Setting, sources: tuple[Source, ...]) -> State:
    """RUN.

    Args:
        state: Before it.
        node: The instruction.
        setting: Of the build.
        sources: What its mounts show: stages, images and the context, one for each mount.

    Raises:
        Stop: BuildKit refuses its mounts or has nothing to run.
    """
    text, script = _script(node, state)
    words = argv(state, node.command, script)
    if words == ():
        raise Stop("failed to marshal LLB definition: arguments are required")
    _check_mounts(state, node, setting)
    lookup = state.lookup()
    shown = run_text(text, _masked(node, lookup, setting.escape), setting.escape)
    state, step = begin(state, shown)
    mounts = tuple(mount_text(mount.options) for mount in node.mounts)
    content = (
        "run",
        (shown, script) if isinstance(words, Unknown) else words,
        state.env,
        state.directory,
        state.config.user,
        str(state.platform),
        mounts,
        "" if node.network is None else node.network.text,
    )
    plan = RunPlan(
        state.line,
        state.stage,
        words,
        state.env,
        state.config.user,
        state.directory,
        mounts,
        node,
        state.trigger,
    )
    why = Unknown(f"depends on what the RUN on line {state.line} writes")
    created, known = _created_by(state, words, script, node, lookup)
    first = not isinstance(state.tree, Unknown)
    shows = mounted(state, node, sources, setting)
    key = run_key(state, words, node, script_of(node, words), shows)
    state = state._replace(
        vertex=vertex(content, (state.vertex, *shows.inputs), step, state.number, key),
        runs=(*state.runs, plan),
        named=(*state.named, *_named(node, lookup, setting.escape)),
        layers=(*state.layers, Layer(state.line, created, why, why, why, why, why)),
        gaps=(*state.gaps, Gap("layer", why.why, state.line)) if first else state.gaps,
        tree=why if first else state.tree,
    )
    return commit(state, created, setting, layer=True, known=known)


def _script(node: Run, state: State) -> tuple[str, str | None]:
    """The instruction as BuildKit shows it, before variables are replaced, and the script for the shell."""
    text = node.line.text.strip(SPACE)
    command = node.command
    if not isinstance(command, ShellForm) or not node.heredocs:
        return text, None
    if not _is_heredoc(command.text):
        return text, command.text + "".join(f"\n{item.content}{item.name}" for item in node.heredocs)
    first = node.heredocs[0]
    body = _chomped(first.content) if first.chomp else first.content
    if state.image.os != "windows" and body.startswith("#!"):
        body = f"/dev/pipes/{first.name}"
    return f"{text} ({_summary(first.content)})", body


def _is_heredoc(text: str) -> bool:
    """Whether a command is a heredoc's opening word and nothing else."""
    rest = text.lstrip("0123456789")
    if rest[:2] != "<<" or "<" in rest[2:]:
        return False
    words = expand_words(parse_words(rest[2:].removeprefix("-")), lambda _: "")
    return isinstance(words, tuple) and len(words) == 1


def _chomped(body: str) -> str:
    return "\n".join(line.lstrip("\t") for line in body.split("\n"))


def _summary(body: str) -> str:
    """A heredoc's first line, as progress shows it."""
    lines = body.strip(SPACE).replace("\r\n", "\n").split("\n")
    return lines[0] + ("..." if len(lines) > 1 else "")


def mount_text(options: tuple[object, ...]) -> str:
    """A mount's options as written."""
    return ",".join(
        option.key.text if option.value is None else f"{option.key.text}={option.value.text}"  # type: ignore[attr-defined]
        for option in options
    )


def _check_mounts(state: State, node: Run, setting: Setting) -> None:
    """Refuse a mount that would cover everything; where it stands may depend on the working directory."""
    from posixpath import join, normpath

    for mount in node.mounts:
        if mount.type not in {"bind", "cache", "tmpfs"} or isinstance(state.directory, Unknown):
            continue
        target: Text = "" if mount.target is None else expanded(mount.target, state.lookup(), setting.escape)
        if isinstance(target, str) and normpath(join("/", state.directory, target)) == "/":
            raise Stop('invalid mount target "/"')


def _named(node: Run, lookup: Lookup, escape: str) -> tuple[Text, ...]:
    """The paths in the context that mounts show; the root for one that names none."""
    return tuple(
        "/" if mount.source is None else expanded(mount.source, lookup, escape)
        for mount in node.mounts
        if mount.type in {"bind", "tmpfs"} and (mount.from_ is None or not mount.from_.text)
    )


def _masked(node: Run, lookup: Lookup, escape: str) -> Lookup:
    """The variables, with those that a secret fills masked."""
    names: set[str] = set()
    for mount in node.mounts:
        if mount.type == "secret" and mount.env is not None:
            name = expanded(mount.env, lookup, escape)
            if isinstance(name, str):
                names.add(name)
    return (lambda name: "****" if name in names else lookup(name)) if names else lookup


def _created_by(
    state: State, words: Texts | Unknown, script: str | None, node: Run, lookup: Lookup
) -> tuple[str, bool]:
    """The history's text, and whether it is certain; an unknown shell is shown as the usual one."""
    known = not isinstance(words, Unknown)
    if isinstance(words, Unknown):
        text = node.command.text if isinstance(node.command, ShellForm) else ""
        words = (*UNIX_SHELL, text if script is None else script)
    arguments: dict[str, str] = {}
    for name, declared in state.args:
        value = lookup(name)
        if isinstance(value, Unknown):
            known, value = False, f"${{{name}}}" if declared else ""
        arguments[name] = (declared if isinstance(declared, str) else "") if value is None else value
    front = [f"|{len(arguments)}", *(f"{name}={value}" for name, value in arguments.items())]
    parts = [*(front if arguments else []), *(word for word in words if isinstance(word, str))]
    return f"RUN {' '.join(parts)} # buildkit", known

"""Metadata: the instructions that change no file: what they do to the config, the variables and the history."""

from __future__ import annotations

from dfcheck.resolve.values import is_signal
from dfcheck.simulate.config import Healthcheck, set_env, set_label
from dfcheck.simulate.history import duration, healthcheck_text, plain_list, quoted_list
from dfcheck.simulate.state import NOT_ENVIRONMENT, Stop, add_env, commit, expander, shown
from dfcheck.syntax.nodes import ShellForm
from dfcheck.syntax.words import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.config import Text, Texts
    from dfcheck.simulate.state import Setting, State
    from dfcheck.syntax.nodes import (
        Arg,
        Argument,
        Cmd,
        Command,
        Entrypoint,
        Env,
        Label,
        Maintainer,
        Onbuild,
        Pair,
        Shell,
        Stopsignal,
        User,
        Volume,
    )
    from dfcheck.syntax.nodes import Healthcheck as HealthcheckNode

UNIX_SHELL = ("/bin/sh", "-c")
WINDOWS_SHELL = ("cmd", "/S", "/C")


def env(state: State, node: Env, setting: Setting) -> State:
    """ENV: all pairs see the variables before it."""
    text, known = ["ENV"], True
    config, variables, rest = state.config, state.env, state.rest
    for key, value, written, sure in _pairs(state, node.pairs, setting):
        known = known and sure
        text.append(written)
        if isinstance(key, Unknown):
            rest = rest or key
            config = config._replace(rest=config.rest or key)
            continue
        variables = add_env(variables, key, value)
        config = config._replace(env=set_env(config.env, key, value))
    state = state._replace(config=config, env=variables, rest=rest)
    return commit(state, " ".join(text), setting, known=known)


def label(state: State, node: Label, setting: Setting) -> State:
    """LABEL."""
    text, known = ["LABEL"], True
    config = state.config
    for key, value, written, sure in _pairs(state, node.pairs, setting):
        known = known and sure
        text.append(written)
        if isinstance(key, Unknown):
            config = config._replace(rest=config.rest or key)
        else:
            config = config._replace(labels=set_label(config.labels, key, value))
    return commit(state._replace(config=config), " ".join(text), setting, known=known)


def _pairs(state: State, pairs: tuple[Pair, ...], setting: Setting) -> list[tuple[Text, Text, str, bool]]:
    """Key, value, the history's words for both, and whether those are certain."""
    value_of = expander(state, setting.escape)
    out: list[tuple[Text, Text, str, bool]] = []
    for pair in pairs:
        key = value_of(pair.key)
        value: Text = "" if pair.value is None else value_of(pair.value)
        written = shown(key, pair.key) + "=" + ("" if pair.value is None else shown(value, pair.value))
        out.append((key, value, written, isinstance(key, str) and isinstance(value, str)))
    return out


def arg(state: State, node: Arg, setting: Setting) -> State:
    """ARG: later pairs see earlier ones; a build argument wins over the default, which wins over a global value."""
    text, known = [], True
    for pair in node.pairs:
        name = pair.key.text
        value: Text | None = None
        if name in setting.build_args:
            value = setting.build_args[name]
        elif pair.value is not None:
            value = expander(state, setting.escape)(pair.value)
        else:
            outer = setting.outer.binding(name)
            value = None if outer is None else outer.value
            if outer is None and not setting.complete and all(name != known_as for known_as, _ in state.env):
                value = Unknown(f"depends on the build argument `{name}`")
        if value is not None and name not in NOT_ENVIRONMENT:
            state = state._replace(env=add_env(state.env, name, value))
        state = state._replace(args=(*state.args, (name, value)))
        known = known and not isinstance(value, Unknown)
        written = pair.value.text if isinstance(value, Unknown) and pair.value else value
        text.append(name if value is None else f"{name}={written if isinstance(written, str) else ''}")
    return commit(state, "ARG " + " ".join(text), setting, known=known)


def user(state: State, node: User, setting: Setting) -> State:
    """USER: taken as it is, an empty value too."""
    value = expander(state, setting.escape)(node.user)
    state = state._replace(config=state.config._replace(user=value))
    return commit(state, f"USER {shown(value, node.user)}", setting, known=isinstance(value, str))


def volume(state: State, node: Volume, setting: Setting) -> State:
    """VOLUME: adds, never removes."""
    value_of = expander(state, setting.escape)
    paths = [value_of(path) for path in node.paths]
    if "" in paths:
        raise Stop("VOLUME specified can not be an empty string")
    config = state.config
    volumes = config.volumes + tuple(dict.fromkeys(path for path in paths if path not in config.volumes))
    words = [shown(value, path) for value, path in zip(paths, node.paths, strict=True)]
    known = all(isinstance(path, str) for path in paths)
    state = state._replace(config=config._replace(volumes=volumes))
    return commit(state, f"VOLUME {plain_list(words)}", setting, known=known)


def maintainer(state: State, node: Maintainer, setting: Setting) -> State:
    """MAINTAINER: the image's author."""
    return commit(state._replace(author=node.name.text), f"MAINTAINER {node.name.text}", setting)


def stopsignal(state: State, node: Stopsignal, setting: Setting) -> State:
    """STOPSIGNAL: any number but 0, or a signal's name."""
    value = expander(state, setting.escape)(node.signal)
    if isinstance(value, str) and not is_signal(value):
        raise Stop(f"invalid signal: {value}")
    state = state._replace(config=state.config._replace(stop_signal=value))
    return commit(state, f"STOPSIGNAL {shown(value, node.signal)}", setting, known=isinstance(value, str))


def onbuild(state: State, node: Onbuild, setting: Setting) -> State:  # noqa: ARG001 -- all steps take the same
    """ONBUILD: kept as text, heredocs included; it leaves no history."""
    from dfcheck.simulate.triggers import trigger_text

    config = state.config
    return state._replace(config=config._replace(onbuild=(*config.onbuild, trigger_text(node))))


# --- start-up ----------------------------------------------------------------------------------------------


def shell_in_force(state: State) -> tuple[str, ...] | Unknown:
    """The words that a shell form gets in front."""
    shell = state.config.shell
    if isinstance(shell, Unknown) or shell:
        return shell
    return WINDOWS_SHELL if state.image.os == "windows" else UNIX_SHELL


def argv(state: State, command: Command, text: str | None = None) -> Texts | Unknown:
    """The process that a command stands for; `text` replaces the shell form's own."""
    if not isinstance(command, ShellForm):
        return tuple(token.text for token in command.arguments)
    shell = shell_in_force(state)
    return shell if isinstance(shell, Unknown) else (*shell, command.text if text is None else text)


def _listed(words: Texts | Unknown, command: Command) -> tuple[str, bool]:
    """The history's text of an argv, and whether it is certain; the usual shell stands for an unknown one."""
    if isinstance(words, Unknown):
        text = command.text if isinstance(command, ShellForm) else ""
        return quoted_list((*UNIX_SHELL, text)), False
    return quoted_list(word for word in words if isinstance(word, str)), True


def cmd(state: State, node: Cmd, setting: Setting) -> State:
    """CMD."""
    words = argv(state, node.command)
    text, known = _listed(words, node.command)
    config = state.config._replace(cmd=words, args_escaped=True)
    return commit(state._replace(config=config, cmd_set=True), f"CMD {text}", setting, known=known)


def entrypoint(state: State, node: Entrypoint, setting: Setting) -> State:
    """ENTRYPOINT: takes away a CMD that was inherited."""
    words = argv(state, node.command)
    text, known = _listed(words, node.command)
    config = state.config._replace(entrypoint=words)
    if not state.cmd_set:
        config = config._replace(cmd=())
    return commit(state._replace(config=config), f"ENTRYPOINT {text}", setting, known=known)


def shell(state: State, node: Shell, setting: Setting) -> State:
    """SHELL."""
    words = tuple(token.text for token in node.command.arguments)
    state = state._replace(config=state.config._replace(shell=words))
    return commit(state, f"SHELL {plain_list(words)}", setting)


def healthcheck(state: State, node: HealthcheckNode, setting: Setting) -> State:
    """HEALTHCHECK: replaces the whole of an earlier one."""
    health = _health(node)
    state = state._replace(config=state.config._replace(healthcheck=health))
    return commit(state, f"HEALTHCHECK {healthcheck_text(health)}", setting)


def _health(node: HealthcheckNode) -> Healthcheck:
    command = node.command
    if command is None:
        return Healthcheck(("NONE",))
    test: tuple[str, ...]
    if isinstance(command, ShellForm):
        test = ("CMD-SHELL", command.text)
    else:
        test = ("CMD", *(token.text for token in command.arguments))
    return Healthcheck(
        test,
        _time(node.interval),
        _time(node.timeout),
        _time(node.start_period),
        _time(node.start_interval),
        int(node.retries.text) if node.retries is not None and node.retries.text else 0,
    )


def _time(argument: Argument | None) -> int:
    """Nanoseconds of a duration that the parser has let pass."""
    return duration(argument.text) if argument is not None and argument.text else 0

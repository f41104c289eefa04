"""Readers: one function an instruction, from its body to its node.

What they refuse is what BuildKit's own instruction parser refuses; what depends on values is `resolve`'s.
"""

from __future__ import annotations

import re

from dfcheck.syntax import nodes as n
from dfcheck.syntax.body import Body, Fault
from dfcheck.syntax.driver import Unreadable, read
from dfcheck.syntax.flags import Flags, check_choice, check_devices
from dfcheck.syntax.lines import SPACE, heredoc_word
from dfcheck.syntax.pieces import check_duration, check_retries, image_of, port_of
from dfcheck.syntax.shapes import arguments_of, command_of, missing, only, pairs_of
from dfcheck.syntax.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

Reader: TypeAlias = "Callable[[Body], n.Instruction]"


_STAGE = re.compile(r"[a-z][a-z0-9_.-]*\Z")


def _from(body: Body) -> n.From:
    try:
        if not body.rest:
            raise missing(body, "an image", "write `FROM image:tag`")
        leaves = read("from_", body.rest)[1]
    except Unreadable as fault:
        from dfcheck.syntax.faults import explain_from

        parts = read("arguments", body.rest)[1]
        message, help_ = explain_from([body.rest[start:end] for _, start, end in parts])
        raise Fault(message, body.cover(parts[1][1], parts[-1][2]), help_) from fault
    image = image_of(body, leaves[0][1], leaves[0][2])
    as_keyword = name = None
    if len(leaves) == 3:
        as_keyword, name = (body.token(start, end) for _, start, end in leaves[1:])
        if not _STAGE.match(name.text.lower()):
            message = f"`{printable(name.text)}` cannot be a stage's name"
            help_ = "a name begins with a letter and holds letters, digits, `-`, `_` and `.`"
            raise Fault(message, name.span, help_)
    flags = Flags(body)
    return n.From(
        body.span, body.keyword, body.flags, body.line, image, as_keyword, name, flags.text("platform")
    )


def _arg(body: Body) -> n.Arg:
    leaves = read("words", body.rest, body.escape)[1] if body.rest else []
    if not leaves:
        raise missing(body, "a name", "write `ARG NAME` or `ARG NAME=default`")
    pairs = []
    for _, start, end in leaves:
        equals = body.rest.find("=", start, end)
        if equals == start:
            raise Fault(
                "an `ARG` without a name before its `=`", body.cover(start, end), "write `ARG NAME=default`"
            )
        value = body.argument(equals + 1, end) if equals > 0 else None
        key = body.argument(start, equals if equals > 0 else end)
        pairs.append(n.Pair(body.cover(start, end), key, value))
    return n.Arg(body.span, body.keyword, body.flags, body.line, tuple(pairs))


def _env(body: Body) -> n.Env:
    return n.Env(body.span, body.keyword, body.flags, body.line, pairs_of(body))


def _label(body: Body) -> n.Label:
    return n.Label(body.span, body.keyword, body.flags, body.line, pairs_of(body))


def _run(body: Body) -> n.Run:
    flags = Flags(body)
    command = command_of(body)
    mounts = flags.mounts(body.escape)
    network, security = flags.text("network"), flags.text("security")
    check_choice(network, "`--network`", ("default", "none", "host"))
    check_choice(security, "`--security`", ("sandbox", "insecure"))
    check_devices(flags)
    return n.Run(
        body.span,
        body.keyword,
        body.flags,
        body.line,
        command,
        body.line.heredocs,
        mounts,
        network,
        security,
        flags.many("device"),
    )


def _cmd(body: Body) -> n.Cmd:
    Flags(body)
    return n.Cmd(body.span, body.keyword, body.flags, body.line, command_of(body))


def _entrypoint(body: Body) -> n.Entrypoint:
    Flags(body)
    return n.Entrypoint(body.span, body.keyword, body.flags, body.line, command_of(body))


def _shell(body: Body) -> n.Shell:
    Flags(body)
    if not body.rest:
        raise missing(body, "a shell", 'write `SHELL ["/bin/bash", "-c"]`')
    command = command_of(body)
    if isinstance(command, n.ShellForm):
        raise Fault("SHELL takes the exec form only", command.span, 'write `SHELL ["/bin/bash", "-c"]`')
    if not command.arguments:
        raise Fault("SHELL needs a shell", command.span, 'write `SHELL ["/bin/bash", "-c"]`')
    return n.Shell(body.span, body.keyword, body.flags, body.line, command)


def _paths(body: Body) -> tuple[tuple[n.Argument, ...], n.Argument, bool]:
    """Sources, destination and whether it is the exec form, of COPY and ADD."""
    keyword = body.keyword.text.upper()
    found, exec_form = arguments_of(body)
    if len(found) < 2:
        at = found[0].span if found else body.keyword.span
        message = f"{keyword} needs a source and a destination" + (
            ", and has only one of them" if found else ""
        )
        raise Fault(message, at, f"write `{keyword} source destination`")
    if heredoc_word(found[-1].text):
        raise Fault(
            f"the destination of {keyword} cannot be a heredoc", found[-1].span, "write the destination last"
        )
    return found[:-1], found[-1], exec_form


def _copy(body: Body) -> n.Copy:
    sources, destination, exec_form = _paths(body)
    flags = Flags(body)
    return n.Copy(
        body.span,
        body.keyword,
        body.flags,
        body.line,
        sources,
        destination,
        exec_form,
        body.line.heredocs,
        flags.text("from"),
        flags.text("chown"),
        flags.text("chmod"),
        flags.switch("link") or False,
        flags.switch("parents") or False,
        flags.many("exclude"),
    )


def _add(body: Body) -> n.Add:
    sources, destination, exec_form = _paths(body)
    flags = Flags(body)
    return n.Add(
        body.span,
        body.keyword,
        body.flags,
        body.line,
        sources,
        destination,
        exec_form,
        body.line.heredocs,
        flags.text("checksum"),
        flags.text("chown"),
        flags.text("chmod"),
        flags.switch("link") or False,
        flags.switch("keep-git-dir"),
        flags.switch("unpack"),
        flags.many("exclude"),
    )


def _workdir(body: Body) -> n.Workdir:
    path = only(body, "a directory", "write `WORKDIR /path`")
    return n.Workdir(body.span, body.keyword, body.flags, body.line, path)


def _user(body: Body) -> n.User:
    user = only(body, "a user", "write `USER name` or `USER uid:gid`")
    return n.User(body.span, body.keyword, body.flags, body.line, user)


def _stopsignal(body: Body) -> n.Stopsignal:
    if not body.rest:
        raise missing(body, "a signal", "write `STOPSIGNAL SIGTERM`")
    return n.Stopsignal(body.span, body.keyword, body.flags, body.line, body.whole)


def _maintainer(body: Body) -> n.Maintainer:
    name = only(body, "a name", 'write `LABEL org.opencontainers.image.authors="name"`')
    return n.Maintainer(body.span, body.keyword, body.flags, body.line, name)


def _expose(body: Body) -> n.Expose:
    if not body.rest:
        raise missing(body, "a port", "write `EXPOSE 8080`")
    Flags(body)
    ports = tuple(port_of(body, start, end) for _, start, end in read("arguments", body.rest)[1])
    return n.Expose(body.span, body.keyword, body.flags, body.line, ports)


def _volume(body: Body) -> n.Volume:
    Flags(body)
    paths, exec_form = arguments_of(body)
    if not paths:
        raise missing(body, "a path", "write `VOLUME /path`")
    for path in paths:
        if not path.text.strip(SPACE):
            raise Fault("a volume's path cannot be empty", path.span, "write `VOLUME /path`")
    return n.Volume(body.span, body.keyword, body.flags, body.line, paths, exec_form)


def _healthcheck(body: Body) -> n.Healthcheck:
    if not body.rest:
        raise missing(body, "`CMD command` or `NONE`", "write `HEALTHCHECK CMD command`")
    leaves = read("healthcheck", body.rest)[1]
    kind = body.token(leaves[0][1], leaves[0][2])
    name = kind.text.upper()
    if name == "NONE":
        if len(leaves) > 1:
            at = body.cover(leaves[1][1], leaves[1][2])
            raise Fault("HEALTHCHECK NONE takes no arguments", at, "remove them, or write CMD for NONE")
        return n.Healthcheck(body.span, body.keyword, body.flags, body.line, kind, None)
    start = leaves[1][1] if len(leaves) > 1 else len(body.rest)
    command = command_of(body, start)
    flags = Flags(body)
    if name != "CMD":
        message = f"HEALTHCHECK knows CMD and NONE, not `{printable(kind.text)}`"
        raise Fault(message, kind.span, f"write `HEALTHCHECK CMD {printable(body.rest)[:40]}`")
    if len(leaves) == 1 or (isinstance(command, n.ExecForm) and not command.arguments):
        raise Fault("HEALTHCHECK CMD needs a command", kind.span, "write `HEALTHCHECK CMD command`")
    for duration in ("interval", "timeout", "start-period", "start-interval"):
        check_duration(flags.text(duration))
    retries = flags.text("retries")
    check_retries(retries)
    return n.Healthcheck(
        body.span,
        body.keyword,
        body.flags,
        body.line,
        kind,
        command,
        flags.text("interval"),
        flags.text("timeout"),
        flags.text("start-period"),
        flags.text("start-interval"),
        retries,
    )


def _onbuild(body: Body) -> n.Onbuild:
    from dfcheck.syntax.parser import read_instruction

    if not body.rest:
        raise missing(body, "an instruction", "write e.g. `ONBUILD COPY . .`")
    Flags(body)
    trigger = read_instruction(body.line, body.escape, body.at, body.at + len(body.rest), trigger=True)
    name = trigger.keyword.text.upper()
    if name in {"ONBUILD", "FROM", "MAINTAINER"}:
        message = f"{name} cannot be an ONBUILD trigger"
        raise Fault(
            message, trigger.keyword.span, "remove one ONBUILD" if name == "ONBUILD" else "remove the line"
        )
    if isinstance(trigger, n.Invalid) and trigger.fatal:
        raise Fault(trigger.message, trigger.at, trigger.help)
    return n.Onbuild(body.span, body.keyword, body.flags, body.line, trigger)


READERS: dict[str, Reader] = {
    "FROM": _from,
    "RUN": _run,
    "COPY": _copy,
    "ADD": _add,
    "ENV": _env,
    "ARG": _arg,
    "LABEL": _label,
    "CMD": _cmd,
    "ENTRYPOINT": _entrypoint,
    "WORKDIR": _workdir,
    "USER": _user,
    "EXPOSE": _expose,
    "VOLUME": _volume,
    "HEALTHCHECK": _healthcheck,
    "SHELL": _shell,
    "STOPSIGNAL": _stopsignal,
    "ONBUILD": _onbuild,
    "MAINTAINER": _maintainer,
}

"""Readers: one function an instruction, from its body to its node.

What they refuse is what BuildKit's own instruction parser refuses; what depends on values is `resolve`'s.
"""

from __future__ import annotations

import re

from dfcheck.syntax import nodes as n
from dfcheck.syntax.arguments import argument
from dfcheck.syntax.body import Body, Fault, shifted
from dfcheck.syntax.driver import Unreadable, read
from dfcheck.syntax.flags import Flags, check_choice, check_devices
from dfcheck.syntax.lines import SPACE, heredoc_word, is_json_array
from dfcheck.syntax.text import Span, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    from dfcheck.syntax.arguments import Cover

Reader: TypeAlias = "Callable[[Body], n.Instruction]"


def _missing(body: Body, what: str, help_: str) -> Fault:
    """An instruction without an argument that it needs; points at the keyword."""
    return Fault(f"{body.keyword.text.upper()} needs {what}", body.keyword.span, help_)


# --- shapes that several instructions share ----------------------------------------------------------------


def _strings(body: Body, start: int = 0) -> tuple[n.Token, ...] | None:
    """The strings of the exec form in `rest[start:]`; None for shell form.

    Raises:
        Fault: It is a JSON array of something else than strings.
    """
    text = body.rest[start:] if start else body.rest
    if not text.startswith("["):
        return None
    try:
        leaves = read("exec", text)[1]
    except Unreadable as fault:
        if is_json_array(text):
            message = "in the exec form every element is a string"
            at = body.cover(start + fault.at, start + fault.at + 1)
            raise Fault(message, at, "put each between double quotes", early=True) from fault
        return None
    return tuple(
        n.Token(body.cover(start + begin + 1, start + end - 1), _decoded(text[begin:end]))
        for _, begin, end in leaves
    )


def _decoded(string: str) -> str:
    """The text of a JSON string, as Go decodes it: lone surrogates become U+FFFD."""
    if "\\" not in string:
        return string[1:-1]
    from json import loads

    return printable(loads(string))


def _command(body: Body, start: int = 0) -> n.Command:
    """A command in exec or shell form."""
    strings = _strings(body, start)
    span = body.cover(start, len(body.rest)) if len(body.rest) > start else body.keyword.span
    return n.ShellForm(span, body.rest[start:]) if strings is None else n.ExecForm(span, strings)


def _arguments(body: Body) -> tuple[tuple[n.Argument, ...], bool]:
    """Arguments of a list that blanks part or JSON holds, and whether it is JSON."""
    strings = _strings(body)
    if strings is not None:
        return tuple(_string_argument(token, body) for token in strings), True
    if not body.rest:
        return (), False
    return tuple(body.argument(start, end) for _, start, end in read("arguments", body.rest)[1]), False


def _string_argument(token: n.Token, body: Body) -> n.Argument:
    """A string of a JSON list as an argument that is expanded; with JSON escapes, its words all cover the string."""
    start = token.span.start
    plain = token.span.end - start == len(token.text)
    cover: Cover = (lambda s, e: Span(start + s, start + e)) if plain else (lambda _s, _e: token.span)
    return argument(token.text, cover, body.escape)


def _only(body: Body, what: str, help_: str) -> n.Argument:
    """The one argument that is all of the rest."""
    if not body.rest:
        raise _missing(body, what, help_)
    Flags(body)
    return body.whole


def _pairs(body: Body) -> tuple[n.Pair, ...]:
    """Pairs of ENV and LABEL, in either form."""
    keyword = body.keyword.text.upper()
    sample = f"write `{keyword} name=value`"
    Flags(body)
    leaves = read("words", body.rest, body.escape)[1] if body.rest else []
    if not leaves:
        raise _missing(body, "a `name=value`", sample)
    if "=" not in body.rest[leaves[0][1] : leaves[0][2]]:
        return (_legacy(body, sample),)
    pairs = []
    for _, start, end in leaves:
        equals = body.rest.find("=", start, end)
        if equals < 0:
            word = body.rest[start:end]
            message = f"`{printable(word)}` has no `=`; {keyword} takes `name=value`"
            raise Fault(message, body.cover(start, end), _quote_hint(word), early=True)
        if equals == start:
            raise Fault(f"a `{keyword}` without a name before its `=`", body.cover(start, end), sample)
        pairs.append(
            n.Pair(body.cover(start, end), body.argument(start, equals), body.argument(equals + 1, end))
        )
    return tuple(pairs)


def _quote_hint(word: str) -> str:
    if word.startswith("#"):
        return "a comment needs a line of its own"
    return "put a value with blanks between double quotes"


def _legacy(body: Body, sample: str) -> n.Pair:
    """The one pair of `ENV name value with blanks`."""
    try:
        (_, key_start, key_end), (_, start, end) = read("legacy", body.rest)[1]
    except Unreadable as fault:
        message = f"{body.keyword.text.upper()} `{printable(body.rest)}` has no value"
        raise Fault(message, body.cover(0, len(body.rest)), sample, early=True) from fault
    return n.Pair(
        body.cover(0, end), body.argument(key_start, key_end), body.argument(start, end), legacy=True
    )


# --- instructions ------------------------------------------------------------------------------------------

_STAGE = re.compile(r"[a-z][a-z0-9_.-]*\Z")


def _from(body: Body) -> n.From:
    try:
        if not body.rest:
            raise _missing(body, "an image", "write `FROM image:tag`")
        leaves = read("from_", body.rest)[1]
    except Unreadable as fault:
        from dfcheck.syntax.faults import explain_from

        parts = read("arguments", body.rest)[1]
        message, help_ = explain_from([body.rest[start:end] for _, start, end in parts])
        raise Fault(message, body.cover(parts[1][1], parts[-1][2]), help_) from fault
    image = _image(body, leaves[0][1], leaves[0][2])
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


def _image(body: Body, start: int, end: int) -> n.Image:
    """The image reference in a range of the rest."""
    text = body.rest[start:end]
    whole = body.argument(start, end)
    inset = 1 if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0] else 0
    inner = text[inset : len(text) - inset]
    cover = shifted(body.cover, start + inset)
    parts: dict[str, n.Token] = {}
    try:
        for name, first, last in read("image", inner)[1]:
            parts[name] = n.Token(cover(first, last), inner[first:last])
    except Unreadable:
        parts = {"REPOSITORY": n.Token(cover(0, len(inner)), inner)}
    return n.Image(
        whole.span,
        text,
        whole.words,
        parts.get("REGISTRY"),
        parts["REPOSITORY"],
        parts.get("TAG"),
        parts.get("DIGEST"),
    )


def _arg(body: Body) -> n.Arg:
    leaves = read("words", body.rest, body.escape)[1] if body.rest else []
    if not leaves:
        raise _missing(body, "a name", "write `ARG NAME` or `ARG NAME=default`")
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
    return n.Env(body.span, body.keyword, body.flags, body.line, _pairs(body))


def _label(body: Body) -> n.Label:
    return n.Label(body.span, body.keyword, body.flags, body.line, _pairs(body))


def _run(body: Body) -> n.Run:
    flags = Flags(body)
    command = _command(body)
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
    return n.Cmd(body.span, body.keyword, body.flags, body.line, _command(body))


def _entrypoint(body: Body) -> n.Entrypoint:
    Flags(body)
    return n.Entrypoint(body.span, body.keyword, body.flags, body.line, _command(body))


def _shell(body: Body) -> n.Shell:
    Flags(body)
    if not body.rest:
        raise _missing(body, "a shell", 'write `SHELL ["/bin/bash", "-c"]`')
    command = _command(body)
    if isinstance(command, n.ShellForm):
        raise Fault("SHELL takes the exec form only", command.span, 'write `SHELL ["/bin/bash", "-c"]`')
    if not command.arguments:
        raise Fault("SHELL needs a shell", command.span, 'write `SHELL ["/bin/bash", "-c"]`')
    return n.Shell(body.span, body.keyword, body.flags, body.line, command)


def _paths(body: Body) -> tuple[tuple[n.Argument, ...], n.Argument, bool]:
    """Sources, destination and whether it is the exec form, of COPY and ADD."""
    keyword = body.keyword.text.upper()
    found, exec_form = _arguments(body)
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
    path = _only(body, "a directory", "write `WORKDIR /path`")
    return n.Workdir(body.span, body.keyword, body.flags, body.line, path)


def _user(body: Body) -> n.User:
    user = _only(body, "a user", "write `USER name` or `USER uid:gid`")
    return n.User(body.span, body.keyword, body.flags, body.line, user)


def _stopsignal(body: Body) -> n.Stopsignal:
    if not body.rest:
        raise _missing(body, "a signal", "write `STOPSIGNAL SIGTERM`")
    return n.Stopsignal(body.span, body.keyword, body.flags, body.line, body.whole)


def _maintainer(body: Body) -> n.Maintainer:
    name = _only(body, "a name", 'write `LABEL org.opencontainers.image.authors="name"`')
    return n.Maintainer(body.span, body.keyword, body.flags, body.line, name)


def _expose(body: Body) -> n.Expose:
    if not body.rest:
        raise _missing(body, "a port", "write `EXPOSE 8080`")
    Flags(body)
    ports = tuple(_port(body, start, end) for _, start, end in read("arguments", body.rest)[1])
    return n.Expose(body.span, body.keyword, body.flags, body.line, ports)


def _port(body: Body, start: int, end: int) -> n.Port:
    """One port specification; its parts stay None where variables or quotes hide them."""
    whole = body.argument(start, end)
    text = whole.text
    parts: dict[str, n.Token] = {}
    if len(whole.words) == 1 and isinstance(whole.words[0], n.Literal):
        try:
            tree = read("port", text)
        except Unreadable:
            tree = ("port", [])
        parts = _port_parts(tree, text, shifted(body.cover, start))
    return n.Port(
        whole.span,
        text,
        whole.words,
        parts.get("ip"),
        parts.get("host"),
        parts.get("container"),
        parts.get("protocol"),
    )


def _port_parts(tree: Any, text: str, cover: Cover) -> dict[str, n.Token]:
    """Named parts of a port tree: the last number is the container's, the one before it the host's."""
    parts: dict[str, n.Token] = {}
    numbers = []
    for child in tree[1]:
        name, start, end = child if len(child) == 3 else child[1][0]
        token = n.Token(cover(start, end), text[start:end])
        if child[0] in {"protocol", "host"}:
            parts[child[0]] = token
        else:
            numbers.append((name, token))
    if numbers:
        parts["container"] = numbers[-1][1]
    if len(numbers) == 2:
        parts["ip" if tree[0] == "ip_port" else "host"] = numbers[0][1]
    return parts


def _volume(body: Body) -> n.Volume:
    Flags(body)
    paths, exec_form = _arguments(body)
    if not paths:
        raise _missing(body, "a path", "write `VOLUME /path`")
    for path in paths:
        if not path.text.strip(SPACE):
            raise Fault("a volume's path cannot be empty", path.span, "write `VOLUME /path`")
    return n.Volume(body.span, body.keyword, body.flags, body.line, paths, exec_form)


def _healthcheck(body: Body) -> n.Healthcheck:
    if not body.rest:
        raise _missing(body, "`CMD command` or `NONE`", "write `HEALTHCHECK CMD command`")
    leaves = read("healthcheck", body.rest)[1]
    kind = body.token(leaves[0][1], leaves[0][2])
    name = kind.text.upper()
    if name == "NONE":
        if len(leaves) > 1:
            at = body.cover(leaves[1][1], leaves[1][2])
            raise Fault("HEALTHCHECK NONE takes no arguments", at, "remove them, or write CMD for NONE")
        return n.Healthcheck(body.span, body.keyword, body.flags, body.line, kind, None)
    start = leaves[1][1] if len(leaves) > 1 else len(body.rest)
    command = _command(body, start)
    flags = Flags(body)
    if name != "CMD":
        message = f"HEALTHCHECK knows CMD and NONE, not `{printable(kind.text)}`"
        raise Fault(message, kind.span, f"write `HEALTHCHECK CMD {printable(body.rest)[:40]}`")
    if len(leaves) == 1 or (isinstance(command, n.ExecForm) and not command.arguments):
        raise Fault("HEALTHCHECK CMD needs a command", kind.span, "write `HEALTHCHECK CMD command`")
    for duration in ("interval", "timeout", "start-period", "start-interval"):
        _check_duration(flags.text(duration))
    retries = flags.text("retries")
    if retries is not None and retries.text and not _RETRIES.match(retries.text):
        raise Fault(f"`--retries` is a number from 0, not `{retries.text}`", retries.span)
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


_RETRIES = re.compile(r"(?:\+?0*[0-9]{1,9}|-0+)\Z")
_DURATION = re.compile(
    r"[+-]?(?:0|(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)\Z"
)


def _check_duration(value: n.Argument | None) -> None:
    """A duration is Go's: `90s`, `1m30s`; not negative, and at least a millisecond unless it is zero.

    Raises:
        Fault: It is not.
    """
    if value is None or not value.text:
        return
    text = value.text
    if not _DURATION.match(text):
        unit = f"write `{text}s`" if text.isdigit() else "write e.g. `30s` or `1m30s`"
        raise Fault(f"`{printable(text)}` is no duration", value.span, unit)
    if any(digit in text for digit in "123456789") and (text[0] == "-" or _tiny(text)):
        raise Fault(f"`{text}` is less than a millisecond", value.span, "write e.g. `30s`")


def _tiny(text: str) -> bool:
    """Whether a well-formed duration is below one millisecond."""
    units = {
        "ns": 1e-9,
        "us": 1e-6,
        "\u00b5s": 1e-6,
        "\u03bcs": 1e-6,
        "ms": 1e-3,
        "s": 1.0,
        "m": 60.0,
        "h": 3600.0,
    }
    total = sum(float(m[1]) * units[m[2]] for m in re.finditer(r"([0-9.]+)([a-z\u00b5\u03bc]+)", text))
    return 0 < total < 1e-3


def _onbuild(body: Body) -> n.Onbuild:
    from dfcheck.syntax.parser import read_instruction

    if not body.rest:
        raise _missing(body, "an instruction", "write e.g. `ONBUILD COPY . .`")
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

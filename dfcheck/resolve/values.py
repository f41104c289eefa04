"""Values: what BuildKit refuses of a value that it can expand: a mode, a signal, a platform, a mount.

Ports are not among them: they have a rule of their own, which reads them by `dfcheck.resolve.ports`.
"""

from __future__ import annotations

from dfcheck.syntax.nodes import Add, Copy, ExecForm, From, Problem, Run, Stopsignal
from dfcheck.syntax.words import Known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.resolve.build import Build
    from dfcheck.syntax.words import Unknown

# How the texts begin that BuildKit fetches from elsewhere; a context may begin in one more way.
REMOTE = ("http://", "https://", "git://", "ssh://", "git@")
REMOTE_CONTEXT = (*REMOTE, "github.com/")
SIGNALS = frozenset(
    "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP "
    "TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX".split()
)
# How far a number behind RTMIN+ and RTMAX- goes.
REAL_TIME = {"RTMIN+": 15, "RTMAX-": 14}


def value_problems(build: Build) -> Iterator[Problem]:
    """What is wrong with values; those that only the build knows are left out."""
    for item in build.document.instructions:
        if isinstance(item, Run):
            yield from _run(build, item)
        elif isinstance(item, (Copy, Add)):
            yield from _copied(build, item)
        elif isinstance(item, Stopsignal):
            value = build.value(item.signal)
            if isinstance(value, Known) and not is_signal(value.value):
                message = f"there is no signal `{value.value}`"
                yield Problem(item.signal.span, message, "write a name or a number, e.g. `SIGTERM`")
        elif isinstance(item, From) and item.platform is not None:
            value = build.value(item.platform)
            if isinstance(value, Known) and value.value and not is_platform(value.value):
                yield Problem(
                    item.platform.span, f"`{value.value}` is no platform", "write e.g. `linux/amd64`"
                )


def _run(build: Build, run: Run) -> Iterator[Problem]:
    if isinstance(run.command, ExecForm) and not run.command.arguments:
        yield Problem(run.command.span, "RUN has nothing to run", "write a command")
    if run.mounts:
        from dfcheck.resolve.mounts import mount_problems

        yield from mount_problems(build, run)


def _copied(build: Build, item: Copy | Add) -> Iterator[Problem]:
    if item.chmod is not None:
        mode = build.value(item.chmod)
        if isinstance(mode, Known) and mode.value and not is_mode(mode.value):
            message = f"`{mode.value}` is no mode for `--chmod`"
            yield Problem(item.chmod.span, message, "write an octal number such as `755`, or `u=rwX,go=rX`")
    remote = [source for source in item.sources if is_remote(build.value(source))]
    if isinstance(item, Copy):
        for source in remote:
            yield Problem(source.span, "COPY does not fetch anything", "write ADD")
    elif item.checksum is not None and len(item.sources) > 1:
        yield Problem(item.checksum.span, "`--checksum` is for a single source", "write an ADD for each")


def is_remote(value: Known | Unknown | str) -> bool:
    """Whether a source, as far as its value is known, is fetched from elsewhere."""
    text = value.value if isinstance(value, Known) else value
    return isinstance(text, str) and text.startswith(REMOTE)


def is_mode(text: str) -> bool:
    """Whether COPY and ADD take `text` as a mode: octal up to 7777, or symbolic as chmod(1) has it."""
    import re

    if text[0].isdigit():
        return set(text) <= set("01234567") and int(text, 8) <= 0o7777
    return re.fullmatch(r"[augo]*(?:[-+=][rstwXxugo]*)+(?:,[augo]*(?:[-+=][rstwXxugo]*)+)*", text) is not None


def is_signal(text: str) -> bool:
    """Whether STOPSIGNAL takes `text`: any number but 0, or a name of a signal of Linux in any case."""
    number = text[1:] if text[:1] in {"+", "-"} else text
    if number.isascii() and number.isdigit():
        return int(number) != 0
    name = text.upper().removeprefix("SIG")
    if name in SIGNALS:
        return True
    distance = name[6:]
    known = distance.isascii() and distance.isdigit() and distance[0] != "0"
    return known and int(distance) <= REAL_TIME.get(name[:6], 0)


def is_platform(text: str) -> bool:
    """Whether `text` can be a platform: `os/arch/variant`, or one of its first two parts."""
    import re

    first, *rest = text.split("/")
    if not re.fullmatch(r"[A-Za-z0-9_-]+(?:\([A-Za-z0-9_.%+-]*\))?", first) or len(rest) > 2:
        return False
    if not rest:
        return first.partition("(")[0].lower() in OS_OR_ARCH
    return all(re.fullmatch(r"[A-Za-z0-9_.-]+", part) for part in rest)


OS_OR_ARCH = frozenset(
    "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos macos "
    "386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le "
    "ppc riscv riscv64 s390 s390x sparc sparc64 wasm i386 x86_64 x86-64 aarch64 armhf armel".split()
)

"""Vocabulary: which programs are shells, and which run another program that follows on their own command line."""

from __future__ import annotations

from dfcheck.value import Value

# Dialect by a shell's base name, `.exe` removed. "bash" stands for bash and those that share its syntax beyond POSIX.
SHELLS = {
    "sh": "sh",
    "ash": "sh",
    "dash": "sh",
    "bash": "bash",
    "rbash": "bash",
    "ksh": "bash",
    "mksh": "bash",
    "zsh": "bash",
    "powershell": "powershell",
    "pwsh": "powershell",
    "cmd": "cmd",
}
READABLE = frozenset({"sh", "bash"})

# Options of a POSIX shell that take the next word: `-o pipefail`, `-eo pipefail`, `-O extglob`, `--rcfile FILE`.
SHELL_VALUES = frozenset({"-o", "-O", "--rcfile", "--init-file"})


class Prefix(Value):
    """A program that runs the program named by its first operand.

    Attributes:
        values: Its options that take a value.
        operands: How many operands of its own come before that program (`timeout 5 cmd`: 1).
        assignments: Whether `NAME=value` words may stand before that program.
        queries: Options with which it runs nothing: `command -v`.
    """

    values: frozenset[str] = frozenset()
    operands: int = 0
    assignments: bool = False
    queries: frozenset[str] = frozenset()


def _options(text: str) -> frozenset[str]:
    return frozenset(text.split())


PREFIXES = {
    "builtin": Prefix(),
    "busybox": Prefix(),
    "chronic": Prefix(),
    "command": Prefix(queries=_options("-v -V")),
    "doas": Prefix(_options("-u -C -a")),
    "eatmydata": Prefix(),
    "env": Prefix(_options("-u -C -S --unset --chdir --split-string"), 0, True),
    "exec": Prefix(_options("-a")),
    "gosu": Prefix(operands=1),
    "ionice": Prefix(_options("-c -n -p -P -u --class --classdata --pid --pgid --uid")),
    "nice": Prefix(_options("-n --adjustment")),
    "nohup": Prefix(),
    "setsid": Prefix(),
    "stdbuf": Prefix(_options("-i -o -e --input --output --error")),
    "su-exec": Prefix(operands=1),
    "sudo": Prefix(
        _options(
            "-C -D -g -h -p -R -r -T -t -U -u --chdir --chroot --close-from --command-timeout --group --host "
            "--other-user --prompt --role --type --user"
        ),
        0,
        True,
        _options("-e -l -v -V -K --edit --list --validate --version --remove-timestamp"),
    ),
    "time": Prefix(_options("-f -o --format --output")),
    "timeout": Prefix(_options("-k -s --kill-after --signal"), 1),
    "toybox": Prefix(),
    "unbuffer": Prefix(),
    "xargs": Prefix(
        _options(
            "-a -d -E -I -L -n -P -s --arg-file --delimiter --max-args --max-chars --max-procs --process-slot-var"
        )
    ),
}


def basename(name: str) -> str:
    """The last component of a program's path: `/usr/bin/apt-get` is `apt-get`."""
    return name[name.rfind("/") + 1 :] or name

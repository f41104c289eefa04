"""`dfcheck completion`: scripts that complete commands and options in a shell, from the verbs' tables."""

from __future__ import annotations

from importlib import import_module

from dfcheck.cli import output
from dfcheck.cli.options import COMMON, UsageError, Verb, near

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.cli.options import Arguments, Option

SHELLS = ("bash", "zsh", "fish")

VERB = Verb(
    "completion",
    "Print a completion script.",
    "bash|zsh|fish",
    operands=SHELLS,
    notes="""\
bash: dfcheck completion bash > ~/.local/share/bash-completion/completions/dfcheck
zsh:  dfcheck completion zsh > "${fpath[1]}/_dfcheck"
fish: dfcheck completion fish > ~/.config/fish/completions/dfcheck.fish""",
)


def run(arguments: Arguments) -> int:
    """Print the script for the shell named."""
    if len(arguments.operands) != 1:
        raise UsageError(f"for which shell? `dfcheck completion {'|'.join(SHELLS)}`")
    shell = arguments.operands[0]
    if shell not in SHELLS:
        raise UsageError(f"no completion for `{shell}`, only for {', '.join(SHELLS)}{near(shell, SHELLS)}")
    output.write({"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](_verbs()))
    return 0


def _verbs() -> list[Verb]:
    from dfcheck.cli.main import VERBS

    verbs = [import_module(f"dfcheck.cli.{name}").VERB for name in VERBS]
    labels = _rules()
    return [verb._replace(operands=labels) if verb.name == "rule" else verb for verb in verbs]


def _rules() -> tuple[str, ...]:
    from dfcheck.lint.registry import load

    return tuple(label for rule in load().rules for label in (rule.code, rule.name))


def _values(option: Option) -> tuple[str, ...]:
    return _rules() if option.complete == "rule" else option.choices


def _bash(verbs: list[Verb]) -> str:
    cases = []
    for verb in verbs:
        options = verb.options + COMMON
        words = [name for option in options for name in (option.name, option.short) if name]
        cases += [
            f"        {'|'.join(f'{verb.name}:{name}' for name in (option.name, option.short) if name)})\n"
            f"            {_bash_values(option)}\n            return ;;"
            for option in options
            if option.takes
        ]
        cases += [f'        {verb.name}:*)\n            words="{" ".join((*words, *verb.operands))}" ;;']
    names = " ".join(verb.name for verb in verbs)
    return f"""\
# bash completion for dfcheck
_dfcheck() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} verb=check words=
    if [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${{COMP_WORDS[COMP_CWORD-2]}}; fi
    COMPREPLY=()
    if (( COMP_CWORD > 1 )) && [[ " {names} " == *" ${{COMP_WORDS[1]}} "* ]]; then verb=${{COMP_WORDS[1]}}; fi
    case $verb:$prev in
{chr(10).join(cases)}
    esac
    if (( COMP_CWORD == 1 )); then words="{names} $words"; fi
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -o bashdefault -o default -F _dfcheck dfcheck
"""


def _bash_values(option: Option) -> str:
    values = _values(option)
    if values:
        return f'COMPREPLY=($(compgen -W "{" ".join(values)}" -- "$cur"))'
    return f'COMPREPLY=($(compgen -{"d" if option.complete == "dir" else "f"} -- "$cur"))'


def _zsh(verbs: list[Verb]) -> str:
    cases = []
    for verb in verbs:
        lines = [_zsh_option(option) for option in verb.options + COMMON]
        lines.append(f"'*:argument:({' '.join(verb.operands)})'" if verb.operands else "'*:file:_files'")
        joined = " \\\n            ".join(("_arguments -s -S", *lines))
        cases.append(f"        {verb.name}) {joined} ;;")
    names = "\n".join(f"        '{verb.name}:{_zsh_text(verb.title)}'" for verb in verbs)
    return f"""\
#compdef dfcheck
_dfcheck() {{
    local verb=check
    local -a verbs
    verbs=(
{names}
    )
    if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then
        _describe command verbs
        _files
        return
    fi
    if [[ " {" ".join(verb.name for verb in verbs)} " == *" $words[2] "* ]]; then
        verb=$words[2]
        shift words
        (( CURRENT-- ))
    fi
    case $verb in
{chr(10).join(cases)}
    esac
}}
if [[ $funcstack[1] == _dfcheck ]]; then _dfcheck "$@"; else compdef _dfcheck dfcheck; fi
"""


def _zsh_option(option: Option) -> str:
    values = _values(option)
    action = f"({' '.join(values)})" if values else "_files -/" if option.complete == "dir" else "_files"
    value = f":{option.metavar}:{action}" if option.takes else ""
    text = f"[{_zsh_text(option.help)}]{value}'"
    long = f"'*{option.name}{'=' if option.takes else ''}{text}"
    return f"{long} '*{option.short}{'+' if option.takes else ''}{text}" if option.short else long


def _zsh_text(text: str) -> str:
    return text.translate({ord("'"): "'\\''", ord("["): "\\[", ord("]"): "\\]", ord(":"): "\\:"})


def _fish(verbs: list[Verb]) -> str:
    names = " ".join(verb.name for verb in verbs)
    lines = [
        "# fish completion for dfcheck",
        f"complete -c dfcheck -n 'not __fish_seen_subcommand_from {names}' -a '{names}'",
    ]
    for verb in verbs:
        seen = f"__fish_seen_subcommand_from {verb.name}"
        if verb.name == "check":
            seen = f"not __fish_seen_subcommand_from {names}; or {seen}"
        if verb.operands:
            lines.append(f"complete -c dfcheck -n '{seen}' -f -a '{' '.join(verb.operands)}'")
        for option in verb.options + COMMON:
            parts = [f"complete -c dfcheck -n '{seen}' -l {option.name[2:]}"]
            parts += [f"-s {option.short[1:]}"] if option.short else []
            if option.takes:
                values = _values(option)
                parts.append(f"-x -a '{' '.join(values)}'" if values else "-r")
            text = option.help.replace("\\", "\\\\").replace("'", "\\'")
            lines.append(" ".join((*parts, f"-d '{text}'")))
    return "\n".join(lines) + "\n"

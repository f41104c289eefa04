"""RUN text to commands."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dfcheck.syntax.nodes import Invalid, Run
from dfcheck.syntax.parser import parse
from dfcheck.syntax.shell import Script, ShellCommand, mentions, parse_script, parse_text
from dfcheck.syntax.text import Source, Span

BASH = ("/bin/bash", "-c")


def read(text: str) -> Script:
    return parse_text(text, lambda offset: offset)


def one(text: str) -> ShellCommand:
    (command,) = read(text).commands
    return command


def texts(command: ShellCommand) -> list[str]:
    return [word.text for word in command.words]


def run_of(text: str) -> tuple[Source, Run]:
    source = Source("Dockerfile", "FROM x\n" + text)
    run = parse(source).instructions[1]
    assert isinstance(run, Run)
    return source, run


def scripted(text: str, shell: tuple[str, ...] = ("/bin/sh", "-c")) -> tuple[Script, list[str]]:
    """The script of a Dockerfile's RUN, and the source of each command."""
    source, run = run_of(text)
    script = parse_script(run, shell)
    return script, [source.cut(command.span) for command in script.commands]


# --- commands ----------------------------------------------------------------------------------------------


def test_a_dash_before_a_redirection_is_a_word():
    for line in ("cat a - 2>&1", "cat a - <<E\nx\nE", "cat a - > b"):
        (command,) = parse_text(line, lambda at: at).commands
        assert [word.text for word in command.words] == ["cat", "a", "-"]


def test_finds_commands_wherever_a_shell_runs_them():
    script = read(
        "a && b || c; d | e |& f & ! g\n(h; { i; })\nif j; then k; elif l; then m; else n; fi\n"
        'for x in $(o); do p; done; while q; do r; done; case $(s) in t|u) v;; esac\nw() { x "$(y `z`)"; }'
    )
    assert not script.errors
    assert [command.name for command in script.commands] == list("abcdefghijklmnopqrsvxyz")


def test_operators_join_commands_of_one_list():
    script = read("a && b || c; d & e | f\ng (h && i) && j".replace("g (", "("))
    by_name = {command.name: command for command in script.commands}
    assert {name: command.operator for name, command in by_name.items()} == {
        "a": "&&",
        "b": "||",
        "c": ";",
        "d": "&",
        "e": "|",
        "f": "\n",
        "h": "&&",
        "i": "",
        "j": "",
    }
    outer = [command.name for command in script.commands if command.list_id == by_name["a"].list_id]
    assert outer == ["a", "b", "c", "d", "e", "f", "j"]
    assert by_name["h"].nesting.depth == 1


def test_pipelines_count_members_that_are_no_simple_commands():
    script = read("(a) | b 2>&1 | while read x; do c; done; d || e | f")
    pipelines = {command.name: command.pipeline for command in script.commands}
    assert pipelines == {
        "a": None,
        "b": (1, 3),
        "read": None,
        "c": None,
        "d": None,
        "e": (0, 2),
        "f": (1, 2),
    }
    assert len(script.pipes) == 3


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("cmd", set()),
        ("{ cmd; }", set()),
        ("(cmd)", {"subshell"}),
        ("x=$(cmd)", {"substitution"}),
        ("diff <(cmd)", {"substitution"}),
        ("f() { cmd; }", {"function"}),
        ("if cmd; then :; fi", {"condition"}),
        ("if :; then cmd; fi", {"branch"}),
        ("if :; then :; elif cmd; then :; fi", {"condition"}),
        ("if :; then :; else cmd; fi", {"branch"}),
        ("while cmd; do :; done", {"condition", "loop"}),
        ("while :; do cmd; done", {"loop"}),
        ("for x in 1; do if :; then (cmd); fi; done", {"loop", "branch", "subshell"}),
        ("case x in y) cmd;; esac", {"branch"}),
    ],
)
def test_nesting(text, flags):
    command = next(command for command in read(text).commands if command.name == "cmd")
    names = ("subshell", "substitution", "function", "loop", "branch", "condition")
    assert {name for name in names if getattr(command.nesting, name)} == flags


def test_negation():
    assert [(c.name, c.negated) for c in read("! a && b; if ! c; then d; fi").commands] == [
        ("a", True),
        ("b", False),
        ("c", True),
        ("d", False),
    ]


def test_tests_and_declarations_are_commands():
    script = read('[ -f "$x" -a ! -d y ] && [[ $a =~ ^b ]]; export A="$B" C')
    assert [texts(command) for command in script.commands] == [
        ["[", "-f", "${x}", "-a", "!", "-d", "y", "]"],
        ["[[", "${a}", "=~", "^b", "]]"],
        ["export", "A=${B}", "C"],
    ]


# --- words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "text", "literal", "quoted"),
    [
        ("plain", "plain", True, False),
        ("foo=1.0-*", "foo=1.0-*", True, False),
        ("a{b,c}", "a{b,c}", True, False),
        ("foo[bar]==1.0", "foo[bar]==1.0", True, False),
        ("'a b'\"c d\"e\\ f", "a bc de f", True, True),
        (r'"\$x \n \""', r'$x \n "', True, True),
        (r"$'a\tb\'c'", "a\tb'c", True, True),
        ("lib$X-dev", "lib${X}-dev", False, False),
        ('"${X}"', "${X}", False, True),
        ("${X:-$Y}", "${X:-$Y}", False, False),
        ("$(a 'b')", "$(a 'b')", False, False),
        ("`a`x", "`a`x", False, False),
        ("$((1+2))", "$((1+2))", False, False),
        ("a$", "a$", True, False),
        ("'$X'", "$X", True, True),
        ("$1é漢", "${1}é漢", False, False),
        ("#x", None, True, False),
        ("a#x", "a#x", True, False),
    ],
)
def test_word(raw, text, literal, quoted):
    words = read(f"cmd {raw}").commands[0].words[1:]
    if text is None:
        assert not words
        return
    (word,) = words
    assert (word.text, word.literal, word.quoted) == (text, literal, quoted)
    assert (word.span.start, word.span.end) == (4, 4 + len(raw))


def test_variables_have_spans():
    text = 'x a$A"${B:-$C}$(d $E)"$1'
    found = [
        (text[v.span.start : v.span.end], v.name, v.quoted) for v in read(text).commands[0].words[1].variables
    ]
    assert found == [("$A", "A", False), ("${B:-$C}", "B", True), ("$C", "C", True), ("$1", "1", False)]


def test_variable_after_a_blank_in_quotes():
    text = 'x "a ${B} $C"'
    variables = one(text).words[1].variables
    assert [text[v.span.start : v.span.end] for v in variables] == ["${B}", "$C"]


@pytest.mark.parametrize("name", ['"ps"', r"\ps", "'p's", "ps"])
def test_quoted_names(name):
    assert one(f"{name} -a").name == "ps"


def test_a_variable_hides_the_name():
    command = one("$APT install")
    assert (command.name, command.program) == (None, None)


def test_assignments_and_redirections():
    text = 'A=1 B+="$X" cmd a >>f 2>&1 b <<<w'
    command = one(text)
    assert [(a.name, a.value.text) for a in command.assignments] == [("A", "1"), ("B", "${X}")]
    assert texts(command) == ["cmd", "a", "b"]
    assert [(r.fd, r.operator, r.target and r.target.text) for r in command.redirects] == [
        ("", ">>", "f"),
        ("2", ">&", "1"),
        ("", "<<<", "w"),
    ]
    assert text[command.span.start : command.span.end] == text


def test_assignments_alone_are_a_command_without_name():
    commands = read("A=1 B=$(c); >f").commands
    assert [(c.name, len(c.assignments), len(c.redirects)) for c in commands] == [
        (None, 2, 0),
        ("c", 0, 0),
        (None, 0, 1),
    ]


# --- programs and options ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "program", "prefixes"),
    [
        ("/usr/bin/apt-get x", "apt-get", ()),
        ("sudo -u root apt-get x", "apt-get", ("sudo",)),
        ("sudo -E A=b cmd", "cmd", ("sudo",)),
        ("env -i A=b C='d e' cmd", "cmd", ("env",)),
        ("env -u A $X", None, ("env",)),
        ("nohup timeout -k 5 10 nice -n5 cmd", "cmd", ("nohup", "timeout", "nice")),
        ("/usr/bin/time -f %e cmd", "cmd", ("time",)),
        ("xargs -0 -I {} rm {}", "rm", ("xargs",)),
        ("busybox wget x", "wget", ("busybox",)),
        ("command -v curl", "command", ()),
        ("command curl", "curl", ("command",)),
        ("exec -a x cmd", "cmd", ("exec",)),
        ("env", "env", ()),
        ("sudo -- cmd", "cmd", ("sudo",)),
        ("gosu app cmd", "cmd", ("gosu",)),
    ],
)
def test_program(text, program, prefixes):
    command = one(text)
    assert (command.program, command.prefixes) == (program, prefixes)


def test_env_carries_assignments():
    command = one('env A=b "C=d e" apt-get -y install x')
    assert [(a.name, a.value.text) for a in command.assignments] == [("A", "b"), ("C", "d e")]
    assert [word.text for word in command.arguments] == ["-y", "install", "x"]


def test_options():
    text = 'apt-get -yqq --target-release=a -t b -oX=y -q=2 --opt "v w" install -- -x foo'
    options = one(text).options({"-t", "-o", "--opt"})
    assert [(flag.name, flag.value and flag.value.text) for flag in options.flags] == [
        ("-y", None),
        ("-q", None),
        ("-q", None),
        ("--target-release", "a"),
        ("-t", "b"),
        ("-o", "X=y"),
        ("-q", "2"),
        ("--opt", "v w"),
    ]
    assert [text[word.span.start : word.span.end] for word in options.positionals] == ["install", "-x", "foo"]
    assert options.has("--yes", "-y")
    assert not options.has("-x")
    assert options.count("-q") == 3
    value = options.get("-o")
    assert value is not None
    assert value.value is not None
    assert text[value.value.span.start : value.value.span.end] == "X=y"


def test_option_values_hide_in_variables():
    options = one("x --a=$B -c$D - e").options({"-c"})
    assert [(flag.name, flag.value and flag.value.text) for flag in options.flags] == [
        ("--a", "${B}"),
        ("-c", "${D}"),
    ]
    assert [word.text for word in options.positionals] == ["-", "e"]


def test_a_long_option_with_one_dash():
    options = one("go install -tags a ./x").options({"-tags"})
    assert [(flag.name, flag.value and flag.value.text) for flag in options.flags] == [("-tags", "a")]


# --- RUN ---------------------------------------------------------------------------------------------------


def test_spans_reach_through_continuations_and_comments():
    script, cuts = scripted(
        "RUN --mount=type=cache,target=/x set -e; \\\n  # why\n  apt-get inst\\\nall é \\\n && b\n"
    )
    assert cuts == ["set -e", "apt-get inst\\\nall é", "b"]
    assert texts(script.commands[1]) == ["apt-get", "install", "é"]
    assert [command.operator for command in script.commands] == [";", "&&", ""]


def test_comments_in_backticks_hide_nothing():
    script, _ = scripted("RUN apt-get install a `# it's (needed` \\\n  b `#again` && c\n")
    assert not script.errors
    assert [texts(command) for command in script.commands] == [["apt-get", "install", "a", "b"], ["c"]]


@pytest.mark.parametrize(
    ("shell", "dialect", "count"),
    [
        (("/bin/sh", "-c"), "sh", 1),
        (("/bin/ash", "-eo", "pipefail", "-c"), "sh", 1),
        (BASH, "bash", 1),
        (("/usr/bin/zsh", "-c"), "bash", 1),
        (("/usr/bin/env", "bash", "-c"), "bash", 1),
        (("conda", "run", "-n", "x", "/bin/bash", "-c"), "bash", 1),
        (("powershell", "-Command"), "powershell", 0),
        ((r"C:\Windows\System32\WindowsPowerShell\v1.0\PowerShell.EXE", "-c"), "powershell", 0),
        (("cmd", "/S", "/C"), "cmd", 0),
        (("python", "-c"), "other", 0),
    ],
)
def test_dialects(shell, dialect, count):
    script, _ = scripted("RUN echo $x\n", shell)
    assert (script.dialect, len(script.commands)) == (dialect, count)


def test_a_windows_shell_named_on_the_line():
    script, _ = scripted("RUN powershell -Command $x = 'a'; if ($x) { b }\n")
    assert (script.dialect, script.commands) == ("powershell", ())


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("iex ((new-object net.webclient).DownloadString('x'))", "powershell"),
        ("Invoke-WebRequest -Uri x -OutFile y", "powershell"),
        ("$env:PATH = 'x;' + $env:PATH", "powershell"),
        ("[Net.ServicePointManager]::SecurityProtocol = 1", "powershell"),
        ("setx /M PATH x", "cmd"),
        ("apt-get update", "sh"),
        ("Xvfb-run x", "sh"),
        ("[ -d x ] && ls", "sh"),
    ],
)
def test_commands_of_windows(text, dialect):
    assert scripted(f"RUN {text}\n")[0].dialect == dialect


def test_a_heredoc_as_script():
    script, cuts = scripted("RUN <<EOF\nset -e\ncat <<X > f | b && d\n$(no)\nX\n  é && c\nEOF\n", BASH)
    assert (script.dialect, script.errors) == ("bash", ())
    assert cuts == ["set -e", "cat <<X > f", "b", "d", "é", "c"]


def test_a_heredoc_without_its_tabs():
    script, cuts = scripted("RUN <<-EOF\n\tcat <<X\n\tdata\n\tX\n\t\tls -l\n\tEOF\n")
    assert cuts == ["cat <<X", "ls -l"]
    assert not script.errors


@pytest.mark.parametrize(
    ("shebang", "dialect", "count"),
    [("#!/bin/bash -e", "bash", 1), ("#!/usr/bin/env python3", "other", 0), ("#! /bin/sh", "sh", 1)],
)
def test_a_heredoc_with_a_shebang(shebang, dialect, count):
    script, _ = scripted(f"RUN <<EOF\n{shebang}\nx\nEOF\n")
    assert (script.dialect, len(script.commands)) == (dialect, count)


@pytest.mark.parametrize(
    ("line", "dialects"),
    [
        ("bash <<EOF", ["sh", "bash"]),
        ("sudo sh -es - a <<-'EOF'", ["sh", "sh"]),
        ("<<EOF bash -eo pipefail", ["sh", "bash"]),
        ("cat <<EOF > f", ["sh"]),
        ("python3 <<EOF", ["sh"]),
        ("bash script <<EOF", ["sh"]),
        ("bash -c 'cat' <<EOF", ["sh"]),
        ("bash 3<<EOF", ["sh"]),
    ],
)
def test_a_heredoc_as_input(line, dialects):
    script, cuts = scripted(f"RUN {line}\ncmd a\nEOF\n")
    assert [command.nesting.dialect for command in script.commands] == dialects
    assert cuts[1:] == ["cmd a"] * (len(dialects) - 1)
    assert not script.errors
    assert cuts[0] == line


def test_two_heredocs_on_a_line():
    script, cuts = scripted("RUN cat <<A > f && bash <<-'B'\n$(x)\nA\n\ty | z\n\tB\n")
    assert cuts == ["cat <<A > f", "bash <<-'B'", "y", "z"]
    assert [r.operator for command in script.commands for r in command.redirects] == ["<<", ">", "<<-"]
    assert script.commands[2].nesting.subshell
    assert len({command.list_id for command in script.commands}) == 2


def test_exec_form():
    script, cuts = scripted('RUN ["sudo", "/usr/bin/apt-get", "-y", "$X"]\n')
    (command,) = script.commands
    assert cuts == ['sudo", "/usr/bin/apt-get", "-y", "$X']
    assert (command.program, command.words[3].literal, script.dialect) == ("apt-get", True, "other")


@pytest.mark.parametrize(
    "line",
    [
        r'RUN ["/bin/bash", "-eo", "pipefail", "-c", "a \"x y\" \u00e9 && \ud83d\ude00 b\\ c"]',
        'RUN ["bash", "-c", \\\n"a \\"x y\\" \\u00e9 && \\ud83d\\ude00 b\\\\ c"]',
    ],
)
def test_exec_form_of_a_shell(line):
    script, cuts = scripted(line + "\n")
    assert script.dialect == "bash"
    assert [texts(command) for command in script.commands] == [["a", "x y", "é"], ["😀", "b c"]]
    assert cuts == [r"a \"x y\" \u00e9", r"\ud83d\ude00 b\\ c"]


def test_exec_form_of_a_windows_shell():
    script, _ = scripted('RUN ["powershell", "-Command", "a | b"]\n')
    assert (script.dialect, script.commands) == ("powershell", ())


def test_mentions():
    _, run = run_of("RUN apt-get \\\n install <<EOF\ncurl\nEOF\n")
    assert mentions(run, ["wget", "curl"])
    assert mentions(run, {"apt-get  install"})
    assert not mentions(run, ["wget"])
    _, run = run_of('RUN ["wg\\u0065t"]\n')
    assert mentions(run, ["wget"])


# --- any text ----------------------------------------------------------------------------------------------


def test_commands_outside_errors_are_kept():
    text = "a b; c ; ; d"
    script = read(text)
    assert {"a", "d"} <= {command.name for command in script.commands}
    assert [text[span.start : span.end] for span in script.errors] == [";"]


TOKENS = st.sampled_from(
    "a b -x $A ${A ${A:-} $( ) ` ' \" \\ | || & && ; ;; \n ( { } < > << <<EOF EOF [ [[ ]] if then fi for in do done "
    "case esac ! = # é 漢 \udc80 \0 \t \r $(( )) f()".split(" ")
)


@given(
    st.one_of(
        st.text(), st.lists(TOKENS, max_size=30).map(" ".join), st.lists(TOKENS, max_size=30).map("".join)
    )
)
@example("")
@example("a\udcffb 'c\udcff'")
@example("\0a\0 \0")
@example("<<")
@example("`# ")
@example("cat <<A <<B\nA\n")
def test_any_text_gives_a_script(text):
    script = read(text)
    for span in (*script.errors, *script.pipes):
        assert 0 <= span.start <= span.end <= len(text)
    starts = [command.span.start for command in script.commands]
    assert starts == sorted(starts)
    for command in script.commands:
        for word in command.words:
            assert command.span.start <= word.span.start < word.span.end <= command.span.end
            cut = text[word.span.start : word.span.end]
            if word.literal and not word.quoted and "\\" not in cut and "$" not in cut:
                assert cut == word.text


@given(st.lists(TOKENS, max_size=20).map(" ".join))
def test_any_run_gives_a_script(text):
    source = Source("Dockerfile", f"FROM x\nRUN {text}\n")
    for run in parse(source).instructions[1:]:
        if isinstance(run, Run):
            script = parse_script(run)
            for command in script.commands:
                assert run.span.start < command.span.start <= command.span.end <= run.span.end
        else:
            assert isinstance(run, Invalid) or run.line


@given(st.text("é漢\udc80😀ab ", min_size=1))
def test_offsets_count_characters(text):
    script = read(f"x '{text}' y")
    assert script.commands[0].words[1].text == text
    assert script.commands[0].words[2].span == Span(len(text) + 5, len(text) + 6)


@pytest.mark.parametrize(
    "unit", ["(", "$(", '"$(a ', "${A:-", "{ ", "if a; then ", "a | ", ">", "<<A\n", "f() ", "`", "\0"]
)
def test_depth_and_length_are_no_danger(unit):
    read(unit * 20_000)


@pytest.mark.parametrize(
    "unit", ["a b && ", "é | c; ", "if a; then 'b'; fi\n", "cat <<E\nx\nE\n", "f() { a; b; }\n"]
)
def test_a_long_text_is_read_whole(unit):
    text = unit * 3_000
    script = read(text + "z")
    short = read(unit + "z")
    assert not script.errors
    assert len(script.commands) == (len(short.commands) - 1) * 3_000 + 1
    assert script.commands[-1].name == "z"
    assert len({c.list_id for c in script.commands if c.nesting.depth == 0}) == 1


# --- start-up ----------------------------------------------------------------------------------------------


def test_loads_no_slow_module():
    code = (
        "import sys; from dfcheck.syntax.shell import parse_text; parse_text('a | b', lambda i: i);"
        "print([m for m in ('typing', 'importlib.resources', 'dataclasses', 'inspect', 'subprocess') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_plain_import_works_after_it():
    code = (
        "from dfcheck.syntax.shell import parse_text; parse_text('a', lambda i: i); import tree_sitter, tree_sitter_bash;"
        "t = tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language())).parse(b'a');"
        "print(t.root_node.type)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "program"

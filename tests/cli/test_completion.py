"""The scripts, in the real shells: what the Tab key offers."""

import os
import shutil
import subprocess
import sys

import pytest

BASH = """
eval "$SCRIPT"
words() {
    COMP_WORDS=(dfcheck "$@")
    COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
    COMPREPLY=()
    _dfcheck
    printf '%s\\n' "${COMPREPLY[@]}"
}
words "$@"
"""


@pytest.fixture(scope="module")
def script():
    def made(shell):
        if shutil.which(shell) is None:
            pytest.skip(f"needs {shell}")
        command = [sys.executable, "-m", "dfcheck", "completion", shell]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return made


def run(command, cwd, **env):
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | env, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("words", "offered", "not_offered"),
    [
        (["ch"], "check", "version"),
        (["--out"], "--output-format", "--select"),
        (["check", "--ex"], "--extend-select", "--select"),
        (["--output-format", ""], "sarif", "check"),
        (["--output-format", "=", "sa"], "sarif", "json"),
        (["--select", "DL3"], "DL3006", "untagged-image"),
        (["rule", "untag"], "untagged-image", "DL3006"),
        (["rule", "--output-format", "m"], "markdown", "json"),
        (["completion", ""], "zsh", "--select"),
        (["parse", "--output-format", ""], "tree", "sarif"),
        (["-o", ""], "out.txt", "--select"),
    ],
)
def test_bash_offers(script, tmp_path, words, offered, not_offered):
    (tmp_path / "out.txt").touch()
    got = run(["bash", "--norc", "-c", BASH, "bash", *words], tmp_path, SCRIPT=script("bash"))
    assert offered in got
    assert not_offered not in got


@pytest.mark.parametrize(
    ("line", "offered", "not_offered"),
    [
        ("dfcheck ch", "check", "version"),
        ("dfcheck --out", "--output-format", "--select"),
        ("dfcheck check --ex", "--extend-select", "--select"),
        ("dfcheck --output-format ", "sarif", "check"),
        ("dfcheck rule untag", "untagged-image", "DL3006"),
        ("dfcheck completion ", "zsh", "--select"),
        ("dfcheck parse --output-format ", "tree", "sarif"),
    ],
)
def test_fish_offers(script, tmp_path, line, offered, not_offered):
    path = tmp_path / "dfcheck.fish"
    path.write_text(script("fish"))
    command = ["fish", "--no-config", "-c", f"source {path}; complete -C '{line}'"]
    got = [entry.split("\t")[0] for entry in run(command, tmp_path, HOME=str(tmp_path))]
    assert offered in got
    assert not_offered not in got


ZSH = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; PROMPT=; RPS1=; stty -echo; fpath=($FPATH_HERE $fpath); autoload -Uz compinit; compinit -u -D'
zpty -w shell 'zstyle ":completion:*" verbose no; LISTMAX=1000; unsetopt zle_bracketed_paste; bindkey "^I" complete-word; print REA""DY'
zpty -r -m shell ready '*READY*' || exit 1
zpty -w -n shell "$1"$'\\t\\t'
sleep 1
zpty -r -t shell got ''
while zpty -r -t shell more; do got+=$more; done
print -r -- $got
zpty -d shell
"""


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("dfcheck compl", "completion"),
        ("dfcheck check --extend-s", "--extend-select"),
        ("dfcheck rule untagged", "untagged-image"),
        ("dfcheck parse --output-format=t", "--output-format=tree"),
    ],
)
def test_zsh_offers(script, tmp_path, line, offered):
    (tmp_path / "_dfcheck").write_text(script("zsh"))
    command = ["zsh", "-f", "-c", ZSH, "zsh", line]
    env = {"FPATH_HERE": str(tmp_path), "HOME": str(tmp_path), "TERM": "dumb"}
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | env, capture_output=True, text=True, timeout=60, check=False
    )
    assert offered in done.stdout


def test_shell_without_script(place):
    assert place.run("completion", "bsh").err == (
        "dfcheck: error: no completion for `bsh`, only for bash, zsh, fish; did you mean `bash`?\n"
    )
    assert place.run("completion").code == 2

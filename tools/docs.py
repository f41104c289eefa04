"""Write the generated pages of `docs/`, and the output below each `$ dfcheck …` on hand-written pages.

`python tools/docs.py` writes; `--check` only tells which pages are not as they would be written, exit 1.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from dfcheck.api import Rule, Severity
from dfcheck.lint.examples import Example, checker, examples, fences, options_of
from dfcheck.lint.options import descriptions
from dfcheck.lint.registry import CATEGORIES, Registry, category, load_named
from dfcheck.lint.schema import schema
from dfcheck.report.model import Report, render
from dfcheck.report.page import page
from dfcheck.syntax.text import Source

ROOT = Path(__file__).resolve().parents[1]
MADE = "<!-- Written by tools/docs.py; do not edit. -->"
ABOUT_CODES = """\
Each works wherever a code of dfcheck works: on the command line, in settings, in ignore comments."""
ABOUT_SETTINGS = """\
In `dfcheck.toml`, `.dfcheck.toml`, or `[tool.dfcheck]` of `pyproject.toml`: the nearest file, from the Dockerfile's
folder upwards to the root of its repository. `dfcheck config` shows what is in force and which file decided it. An
unknown key or rule is an error."""
CONSOLE_PAGES = ("README.md", "docs/simulate.md", "examples/hello/README.md")
CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def main(arguments: list[str]) -> int:
    """Write or check all pages."""
    wanted = pages(load_named())
    folder = ROOT / "docs" / "rules"
    extra = {path for path in folder.glob("*.md") if path not in wanted}
    stale = [
        path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if "--check" in arguments:
        for path in sorted({*stale, *extra}):
            print(f"{path.relative_to(ROOT)} is not fresh; run `python tools/docs.py`", file=sys.stderr)
        return 1 if stale or extra else 0
    folder.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.write_text(wanted[path], encoding="utf-8")
    for path in extra:
        path.unlink()
    return 0


def pages(registry: Registry) -> dict[Path, str]:
    """Every page that this script answers for, with the text it should have."""
    docs = ROOT / "docs"
    found = {docs / "rules" / f"{rule.code}.md": rule_page(rule, registry) for rule in registry.rules}
    found[docs / "rules" / "README.md"] = index(registry)
    found[docs / "codes.md"] = codes(registry)
    found[docs / "settings.md"] = settings(registry)
    for name in CONSOLE_PAGES:
        path = ROOT / name
        found[path] = with_outputs(path.read_text(encoding="utf-8"), path.parent)
    return found


# --- rules -------------------------------------------------------------------------------------------------


def rule_page(rule: Rule, registry: Registry) -> str:
    """The page of one rule: its facts, its manual with what dfcheck says of each bad example, its options."""
    manual = page(rule)
    file = f"rules/{rule.module.rpartition('.')[2]}.py"
    facts = table(
        ("severity", "runs", "fix", "also known as", "source"),
        [
            (
                rule.severity.name.lower(),
                "by default" if rule.default else "when selected",
                "yes" if fixable(rule) else "no",
                ", ".join(f"`{alias}`" for alias in rule.aliases) or "none",
                f"[{file}](../../{file})",
            )
        ],
    )
    parts = [
        f"# {rule.code} {rule.name}",
        MADE,
        f"{manual.title}.",
        facts,
        _shown(rule, manual.body, registry),
    ]
    if rule.options._fields:
        parts += [f"## Options\n\nIn `[rules.{rule.name}]` of the settings:", _options(rule)]
    return "\n\n".join(parts) + "\n"


def _shown(rule: Rule, body: str, registry: Registry) -> str:
    """`body` with the real output below each bad example."""
    lines = body.splitlines()
    bad = iter(example for example in examples(rule) if example.kind == "bad")
    closings = {
        fence.line + fence.text.count("\n"): output(rule, next(bad), registry)
        for fence in fences(body)
        if fence.info.endswith(" bad")
    }
    out = []
    for index, line in enumerate(lines):
        out.append(line)
        if index in closings:
            out += ["", "```text", closings[index].rstrip("\n"), "```"]
    return "\n".join(out)


def output(rule: Rule, example: Example, registry: Registry) -> str:
    """What dfcheck prints of an example when only this rule runs."""
    again = checker(rule, options_of(rule, example.options), registry, example.context)
    report = again(Source(example.name, example.text))
    return "".join(render(Report((report,), registry), "full"))


def fixable(rule: Rule) -> bool:
    """Whether the page shows a fix."""
    return any(example.fixed is not None for example in examples(rule))


def _options(rule: Rule) -> str:
    told = descriptions(rule.options)
    rows = [
        (f"`{name.replace('_', '-')}`", f"`{toml(rule.options._defaults[name])}`", told.get(name, ""))
        for name in rule.options._fields
    ]
    return table(("option", "default", ""), rows)


def index(registry: Registry) -> str:
    """All rules by category."""
    parts = ["# Rules", MADE, "`dfcheck rule CODE` prints the same pages."]
    for _, name, title in CATEGORIES:
        rows = [
            (
                f"[{rule.code}]({rule.code}.md)",
                f"`{rule.name}`",
                page(rule).title,
                rule.severity.name.lower() + ("" if rule.default else ", when selected"),
                "yes" if fixable(rule) else "",
            )
            for rule in registry.rules
            if category(rule.code)[0] == name
        ]
        if rows:
            parts += [f"## {title}", table(("code", "name", "what", "severity", "fix"), rows)]
    return "\n\n".join(parts) + "\n"


def codes(registry: Registry) -> str:
    """From the codes and names of other tools to ours."""
    known: dict[str, list[str]] = {}
    for rule in registry.rules:
        for label in (*rule.aliases, *((rule.code,) if rule.code.startswith("DL") else ())):
            known.setdefault(label, []).append(f"[{rule.code}](rules/{rule.code}.md) `{rule.name}`")
    parts = [
        "# Codes of other tools",
        MADE,
        ABOUT_CODES,
    ]
    groups: dict[str, list[tuple[str, str]]] = {"hadolint": [], "BuildKit": [], "others": []}
    for label in sorted(known):
        tool = "hadolint" if re.fullmatch(r"DL\d{4}", label) else "others"
        tool = "BuildKit" if re.fullmatch(r"([A-Z][A-Za-z]*[a-z])+", label) else tool
        groups[tool].append((f"`{label}`", ", ".join(known[label])))
    for tool, rows in groups.items():
        if rows:
            parts += [f"## {tool}", table(("code", "dfcheck"), rows)]
    return "\n\n".join(parts) + "\n"


# --- settings ----------------------------------------------------------------------------------------------


def settings(registry: Registry) -> str:
    """The settings' keys, from their schema."""
    rows = [
        (
            f"`{key}`",
            f"`{toml(field.get('default'))}`" if field.get("default") is not None else "none",
            field["description"],
        )
        for key, field in schema(registry)["properties"].items()
    ]
    levels = ", ".join(f"`{severity.name.lower()}`" for severity in Severity)
    parts = [
        "# Settings",
        MADE,
        ABOUT_SETTINGS,
        table(("key", "default", ""), rows),
        f"Severities are {levels}. The options of a rule are on [its page](rules/README.md).",
        '```toml\nextend-select = ["DF9"]\nignore = ["untagged-image"]\n\n[severity]\nsyntax = "error"\n```',
    ]
    return "\n\n".join(parts) + "\n"


def toml(value: object) -> str:
    """A default as one would write it in TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (tuple, list, set, frozenset)):
        parts = sorted(value) if isinstance(value, (set, frozenset)) else value
        return "[" + ", ".join(map(toml, parts)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(part)}" for key, part in value.items()) + "}"
    return f'"{value}"' if isinstance(value, str) else str(value)


# --- Markdown ----------------------------------------------------------------------------------------------


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [head, ("---",) * len(head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def with_outputs(text: str, folder: Path) -> str:
    """`text` with the output of every `$ dfcheck …` in a `console` fence replaced by that of a run in `folder`."""
    return CONSOLE.sub(lambda found: f"```console\n{_replayed(found[1], folder)}```", text)


def _replayed(body: str, folder: Path) -> str:
    commands = [line.removeprefix("$ ") for line in body.splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{_run(command, folder)}" for command in commands)


def _run(command: str, folder: Path) -> str:
    words = shlex.split(command)
    if words[:1] != ["dfcheck"]:
        raise SystemExit(f"only `dfcheck` runs in a console fence, not `{command}`")
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "GITLAB_", "CI"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "dfcheck", *words[1:]],
        cwd=folder,
        env=kept | {"NO_COLOR": "1", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"`{command}` exited {done.returncode}: {done.stdout}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

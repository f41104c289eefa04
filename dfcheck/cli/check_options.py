"""The options of `dfcheck check`."""

from __future__ import annotations

from dfcheck.cli.options import Option, Verb
from dfcheck.report.model import FORMATS

RULES = "Which rules"
FIXES = "Fixes"
FILES = "Which files"
OUTPUT = "Output"
PRESETS = ("default", "hadolint", "buildkit", "strict")
BUILD = "The build"

VERB = Verb(
    "check",
    "Find what is wrong with Dockerfiles: files, directories to search, or - for standard input; `.` by default.",
    "[OPTION ...] [PATH ... | -]",
    (
        Option("--preset", "the rules and severities to start from", "NAME", choices=PRESETS, group=RULES),
        Option(
            "--select", "rules to run: codes, names, prefixes, ALL", "RULES", group=RULES, complete="rule"
        ),
        Option(
            "--extend-select", "rules to run besides those selected", "RULES", group=RULES, complete="rule"
        ),
        Option("--ignore", "rules not to run", "RULES", group=RULES, complete="rule"),
        Option("--plugin", "load the rules of this installed plugin", "NAME", group=RULES),
        Option("--severity", "report a rule at another level", "RULE=LEVEL", group=RULES, complete="rule"),
        Option("--per-file-ignores", "rules not to run on files that match", "GLOB:RULES", group=RULES),
        Option(
            "--config",
            "use this settings file for all files; or set `key = value` as in one",
            "FILE|SETTING",
            group=RULES,
            complete="file",
        ),
        Option("--isolated", "use no settings file", group=RULES),
        Option("--no-ignore-comments", "let no comment in a file ignore findings", group=RULES),
        Option("--fix", "apply fixes that do not change what is built", group=FIXES),
        Option("--unsafe-fixes", "with --fix, also those that may change it", group=FIXES),
        Option("--diff", "show what --fix would change; 1 when there is something", group=FIXES),
        Option("--fix-only", "apply fixes, report nothing else", group=FIXES),
        Option("--fixable", "rules whose fixes to apply", "RULES", group=FIXES, complete="rule"),
        Option("--unfixable", "rules whose fixes not to apply", "RULES", group=FIXES, complete="rule"),
        Option("--show-fixes", "list the fixes applied", group=FIXES),
        Option("--exit-non-zero-on-fix", "exit with 1 when something was fixed", group=FIXES),
        Option(
            "--add-ignore",
            "write a comment above each instruction that ignores its findings",
            "[=REASON]",
            group=FIXES,
        ),
        Option(
            "--commands",
            "PATHs are scripts, Makefiles, workflows, Compose or bake files: check their builds",
            group=FILES,
        ),
        Option("--exclude", "leave out what a .gitignore pattern matches", "GLOB", group=FILES),
        Option("--force-exclude", "leave it out even when named", group=FILES),
        Option("--no-respect-gitignore", "search also what .gitignore leaves out", group=FILES),
        Option("--stdin-filename", "the name of standard input", "NAME", group=FILES),
        Option("--show-files", "list the files that would be checked", group=FILES),
        Option("--show-settings", "show the settings in force", group=FILES),
        Option("--watch", "check again whenever a file changes, until Ctrl-C", group=FILES),
        Option("--jobs", "number of processes", "N", short="-j", group=FILES),
        Option("--no-cache", "neither use nor write the cache of reports", group=FILES),
        Option("--cache-dir", "where to keep it", "DIR", group=FILES, complete="dir"),
        Option(
            "--output-format",
            "how to report; given again, in that way too",
            "FORMAT",
            choices=FORMATS,
            group=OUTPUT,
        ),
        Option(
            "--output-file",
            "write the report to a file; given again, that of the next format",
            "FILE",
            short="-o",
            group=OUTPUT,
        ),
        Option("--statistics", "count by rule instead of listing", group=OUTPUT),
        Option(
            "--fail-level",
            "the mildest severity that means exit code 1",
            "LEVEL",
            choices=("error", "warning", "info", "style", "none"),
            group=OUTPUT,
        ),
        Option(
            "--baseline",
            "tell only findings that are not in this file",
            "FILE",
            group=OUTPUT,
            complete="file",
        ),
        Option("--write-baseline", "write all findings to it instead of telling them", group=OUTPUT),
        Option(
            "--diff-base", "tell only findings on lines changed since this git revision", "REV", group=OUTPUT
        ),
        Option("--exit-zero", "exit with 0 whatever is found", group=OUTPUT),
        Option("--build-arg", "the value of an ARG, as `docker build` takes it", "NAME[=VALUE]", group=BUILD),
        Option("--target", "the stage to build", "STAGE", group=BUILD),
        Option(
            "--base",
            "a base image: OCI layout, archive, or image config as JSON",
            "NAME=PATH",
            group=BUILD,
            complete="file",
        ),
        Option(
            "--context",
            "the build context; by default the file's own directory where that is a project's",
            "DIR",
            group=BUILD,
            complete="dir",
        ),
    ),
    notes="Exit code: 0 nothing found, 1 something found, 2 something could not be done.",
)

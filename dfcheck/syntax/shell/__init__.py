"""Shell: the text of a RUN to its commands, through tree-sitter-bash, with exact spans into the Dockerfile.

`parse_script` reads a RUN, `parse_text` any text. `vocabulary` holds the words, `tree` runs the parser, `reader`
walks its trees to drafts, `finish` makes nodes of them; `script` decides what is read, and by which shell.
"""

from __future__ import annotations

from dfcheck.syntax.shell.nodes import (
    Assignment,
    Nesting,
    Option,
    Options,
    Redirect,
    Script,
    ShellCommand,
    ShellVariable,
    ShellWord,
)
from dfcheck.syntax.shell.script import mentions, parse_script, parse_text

__all__ = [
    "Assignment",
    "Nesting",
    "Option",
    "Options",
    "Redirect",
    "Script",
    "ShellCommand",
    "ShellVariable",
    "ShellWord",
    "mentions",
    "parse_script",
    "parse_text",
]

"""Triggers: ONBUILD as text and back.

BuildKit keeps a trigger as text and reads it again in the child's build, so a fault in it shows only there.
"""

from __future__ import annotations

from dfcheck.simulate.state import Stop
from dfcheck.syntax.lines import SPACE, split
from dfcheck.syntax.nodes import Invalid, Logical
from dfcheck.syntax.parser import read_instruction
from dfcheck.syntax.text import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.syntax.nodes import Instruction, Onbuild


def trigger_text(node: Onbuild) -> str:
    """What stands behind ONBUILD, with the bodies of its heredocs."""
    text = node.line.text.lstrip(SPACE)[len("ONBUILD") :].lstrip("\t\n\f\r ")
    return text + "".join(f"\n{heredoc.content}{heredoc.name}" for heredoc in node.line.heredocs)


def read_trigger(text: str) -> Instruction:
    """The instruction that a trigger is.

    Raises:
        Stop: It is none, or more than one.
    """
    lines = split(Source("ONBUILD", text))
    found = [line for line in lines.items if isinstance(line, Logical)]
    if len(found) != 1:
        raise Stop("onbuild trigger should be a single expression")
    line = found[0]
    start = len(line.text) - len(line.text.lstrip(SPACE))
    node = read_instruction(line, lines.escape, start, len(line.text.rstrip(SPACE)))
    if isinstance(node, Invalid):
        raise Stop(
            f"the trigger `ONBUILD {text.splitlines()[0]}` cannot be read: {node.message}", None, node.help
        )
    return node

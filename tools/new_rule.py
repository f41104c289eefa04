"""Begin a rule: `python tools/new_rule.py CODE NAME`, e.g. `python tools/new_rule.py DF1234 moving-tag`.

Writes `rules/<name>.py` with everything but the rule: its tests fail until the page has its examples and the
function its loop.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = r"(DF|DL)[0-9]{4}"
NAME = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
TEMPLATE = '''\
"""TODO: what is wrong, in one line

TODO: why it matters to somebody who builds this, and when it does not.

TODO: two fences, `dockerfile bad` and `dockerfile good`; a rule with a fix adds `dockerfile fixed`.
"""

from collections.abc import Iterator

from dfcheck.api import Context, Finding, NoOptions, Severity, rule


@rule("{code}", "{name}", severity=Severity.WARNING)
def check(ctx: Context[NoOptions]) -> Iterator[Finding]:
    yield from ()
'''


def main(arguments: list[str]) -> int:
    """Write the file; 2 when the code or name will not do or is taken."""
    if len(arguments) != 2:
        return _refuse("usage: python tools/new_rule.py CODE NAME, e.g. DF1234 moving-tag")
    code, name = arguments
    if not re.fullmatch(CODE, code):
        return _refuse(f"`{code}` is no code: DF and four digits, or hadolint's DL code for hadolint's rule")
    if not re.fullmatch(NAME, name):
        return _refuse(f"`{name}` is no name: lower-case words joined by dashes, such as `moving-tag`")
    taken = next((path for path in _rules() if f'@rule("{code}"' in path.read_text(encoding="utf-8")), None)
    if taken:
        return _refuse(f"{code} is taken by {taken.relative_to(ROOT)}")
    path = ROOT / "rules" / f"{name.replace('-', '_')}.py"
    if path.exists():
        return _refuse(f"{path.relative_to(ROOT)} exists")
    path.write_text(TEMPLATE.format(code=code, name=name), encoding="utf-8")
    print(f"wrote {path.relative_to(ROOT)}; now its first line, the why, and a bad and a good example")
    return 0


def _rules() -> list[Path]:
    return sorted((ROOT / "rules").glob("[!_]*.py"))


def _refuse(reason: str) -> int:
    print(reason, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

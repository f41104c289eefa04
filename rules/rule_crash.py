"""A rule crashed

A rule raised an exception instead of giving findings. That is a fault of the rule (or of the plugin it comes
from), never of the Dockerfile: the other rules have run, and the exit code is 2. `dfcheck -v` shows the traceback;
please report it together with the Dockerfile.

Until it is mended, `ignore = ["the rule's code"]` in the settings leaves the rule out.
"""

from __future__ import annotations

from dfcheck.api import Context, Finding, NoOptions, Severity, rule


@rule("DF0009", "rule-crash", severity=Severity.ERROR)
def check(_: Context[NoOptions]) -> tuple[Finding, ...]:
    return ()

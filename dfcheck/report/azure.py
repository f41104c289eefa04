"""Azure format: logging commands of Azure Pipelines, which become issues of a run.

Source: Azure DevOps' "Logging commands". There are errors and warnings and nothing milder.
"""

from __future__ import annotations

from dfcheck.findings import Severity
from dfcheck.report.display import safe
from dfcheck.report.places import region, relative
from dfcheck.report.texts import sentence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.report.model import Report


def render(report: Report) -> Iterator[str]:
    """The report, a command for each finding."""
    for file in report.files:
        path = relative(file.source.name, report.base)
        for item in file.diagnostics:
            place = region(file.source, item.finding.span)
            properties = {
                "type": "error" if item.severity is Severity.ERROR else "warning",
                "sourcepath": path,
                "linenumber": place.line,
                "columnnumber": place.column,
                "code": item.code,
            }
            listed = "".join(f"{key}={_property(str(value))};" for key, value in properties.items())
            text = _data(f"[{item.name}] {sentence(item.finding)}")
            yield f"##vso[task.logissue {listed}]{text}\n"


def _data(text: str) -> str:
    return safe(text).replace("%", "%AZP25")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")

"""HTML format: one page with everything in it, no script and nothing to load."""

from __future__ import annotations

from dfcheck.report.about import link, version
from dfcheck.report.places import relative
from dfcheck.report.snippet import Label, snippet
from dfcheck.report.summary import counted, kinds
from dfcheck.report.texts import escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.lint.engine import Diagnostic, FileReport
    from dfcheck.report.model import Report
    from dfcheck.syntax.text import Source

WIDTH = 120  # columns of a snippet
STYLE = """
:root { color-scheme: light dark; --line: #8884; --error: #c62828; --warning: #b26a00; --info: #00708a; --style: #5b5bd6; }
@media (prefers-color-scheme: dark) { :root { --error: #ff7b72; --warning: #e3b341; --info: #56d4dd; --style: #a5a5ff; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; font-family: ui-monospace, monospace; margin-top: 2rem; }
article { border-left: .25rem solid; padding: .1rem 0 .1rem .9rem; margin: 1rem 0; }
article p { margin: .2rem 0; } article .what { color: CanvasText; }
pre { color: CanvasText; background: #8881; padding: .5rem .7rem; overflow-x: auto; font-size: .85rem; margin: .4rem 0; }
.error { color: var(--error); } .warning { color: var(--warning); }
.info { color: var(--info); } .style { color: var(--style); }
footer { margin-top: 3rem; border-top: 1px solid var(--line); font-size: .85rem; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(report: Report) -> Iterator[str]:
    """The page, a file in a piece."""
    found = [item for file in report.files for item in file.diagnostics]
    files = counted(len(report.files), "file", "files")
    title = counted(len(found), "problem", "problems") if found else "all good"
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>dfcheck: {title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>dfcheck: {title}</h1>\n<p>{f'{kinds(found)} in {files}' if found else f'{files} checked'}.</p>\n"
    )
    for file in report.files:
        if file.diagnostics:
            yield _section(file, relative(file.source.name, report.base))
    yield f"<footer>dfcheck {escaped(version())}</footer>\n</body>\n</html>\n"


def _section(file: FileReport, path: str) -> str:
    articles = "".join(_article(file.source, item) for item in file.diagnostics)
    return f"<section>\n<h2>{escaped(path)}</h2>\n{articles}</section>\n"


def _article(source: Source, item: Diagnostic) -> str:
    finding = item.finding
    at = source.position(finding.span.start)
    labels = [
        Label(finding.span, "^", finding.help, ""),
        *(Label(other.span, "-", other.message, "") for other in finding.related),
    ]
    shown = escaped("\n".join(snippet(source, labels, WIDTH, False)))
    level = item.severity.name.lower()
    url = link(item.code)
    code = f'<a href="{escaped(url)}">{escaped(item.code)}</a>' if url else escaped(item.code)
    return (
        f'<article class="{level}">\n<p>{level} at {at.line}:{at.column}, {code} {escaped(item.name)}</p>\n'
        f'<p class="what">{_prose(finding.message)}</p>\n<pre>{shown}</pre>\n</article>\n'
    )


def _prose(text: str) -> str:
    """A message with what stands between two backticks as code."""
    parts = escaped(text).split("`")
    if len(parts) % 2 == 0:
        parts[-2:] = ["`".join(parts[-2:])]
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))

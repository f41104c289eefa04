"""Context report: a survey of a build context, as text and as JSON."""

from __future__ import annotations

from dfcheck.report.display import safe
from dfcheck.syntax.text import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dfcheck.simulate.ignore import Line
    from dfcheck.simulate.survey import Survey, Warned

MOST = 50  # of what is kept back, without `--files`
ALIKE = 3  # warnings that say the same
UNITS = ("B", "kB", "MB", "GB", "TB")


def as_text(survey: Survey, *, files: bool) -> str:
    """The survey for people.

    Args:
        survey: What to show.
        files: Whether every file is listed.
    """
    return "".join(f"{safe(line)}\n" for line in _lines(survey, files=files))


def amount(size: int) -> str:
    """Bytes with a decimal unit, three digits: `1.23 MB`."""
    value, unit = float(size), 0
    while value >= 999.5 and unit < len(UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{size} B" if not unit else f"{value:.3g} {UNITS[unit]}"


def counted(number: int, one: str, many: str = "") -> str:
    """`1 file`, `2 files`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _lines(survey: Survey, *, files: bool) -> Iterator[str]:
    context = survey.context
    folders = len(survey.sent) - survey.files
    yield (
        f"{context.directory}: sends {counted(survey.files, 'file')} in "
        f"{counted(folders, 'directory', 'directories')}, {amount(survey.size)}"
    )
    if context.ignore_file:
        yield f"{context.ignore_file}: {counted(len(context.lines), 'pattern')}, keeps back {_kept(survey)}"
    if files:
        yield from ("", "sent:")
        yield from (
            f"{amount(node.size):>9}  {path}" if node.type != "dir" else f"{'':9}  {path}/"
            for path, node in survey.sent
        )
    elif survey.largest:
        yield from ("", "largest:")
        yield from (f"{amount(node.size):>9}  {path}" for path, node in survey.largest)
    yield from _kept_back(survey, None if files else MOST)
    if survey.unused:
        yield from ("", "patterns that decide nothing:")
        yield from (f"  line {line.number}: {line.text}" for line in _patterns(survey, survey.unused))
    if survey.warnings:
        yield from ("", "look at:")
        yield from _warnings(survey.warnings)


def _warnings(warnings: tuple[Warned, ...]) -> Iterator[str]:
    """The warnings, of those that say the same only the first few."""
    seen: dict[str, int] = {}
    for item in warnings:
        seen[item.text] = seen.get(item.text, 0) + 1
        if seen[item.text] <= ALIKE:
            yield f"  {item.path}: {item.text}" if item.path else f"  {item.text}"
    yield from (f"  {number - ALIKE:,} more: {text}" for text, number in seen.items() if number > ALIKE)


def _patterns(survey: Survey, indexes: tuple[int, ...]) -> Iterator[Line]:
    matcher = survey.context.matcher
    if matcher is not None:
        yield from (survey.context.lines[matcher.origin[index]] for index in indexes)


def _kept(survey: Survey) -> str:
    folders = sum(item.folder for item in survey.kept_back)
    rest = len(survey.kept_back) - folders
    return f"{counted(folders, 'directory', 'directories')} and {counted(rest, 'file')}"


def _kept_back(survey: Survey, most: int | None) -> Iterator[str]:
    if not survey.kept_back:
        return
    yield from ("", "kept back:")
    shown = survey.kept_back[:most]
    width = min(60, max(len(item.path) + item.folder for item in shown))
    for item in shown:
        (line,) = _patterns(survey, (item.by,))
        size = "" if item.size is None else amount(item.size)
        yield f"{size:>9}  {item.path + '/' * item.folder:{width}}  line {line.number}: {line.text}"
    if len(shown) < len(survey.kept_back):
        yield f"{'':9}  and {len(survey.kept_back) - len(shown):,} more (--files shows all)"


def as_json(survey: Survey) -> str:
    """The survey for machines; bytes in a name that are no UTF-8 are U+FFFD."""
    import json

    context = survey.context
    origin = context.matcher.origin if context.matcher else []
    unused = {origin[index] for index in survey.unused}
    return (
        json.dumps(
            {
                "directory": context.directory,
                "ignore_file": context.ignore_file or None,
                "patterns": [
                    {"pattern": printable(line.text), "line": line.number, "decides": index not in unused}
                    for index, line in enumerate(context.lines)
                ],
                "totals": {
                    "files": survey.files,
                    "directories": len(survey.sent) - survey.files,
                    "bytes": survey.size,
                    "kept_back": len(survey.kept_back),
                },
                "sent": [
                    {
                        "path": printable(path),
                        "type": node.type,
                        "mode": f"{node.mode:04o}",
                        "size": node.size,
                    }
                    for path, node in survey.sent
                ],
                "kept_back": [
                    {
                        "path": printable(item.path),
                        "type": "dir" if item.folder else "file",
                        "size": item.size,
                        "pattern": printable(context.lines[origin[item.by]].text),
                        "line": context.lines[origin[item.by]].number,
                    }
                    for item in survey.kept_back
                ],
                "largest": [{"path": printable(path), "size": node.size} for path, node in survey.largest],
                "warnings": [
                    {"kind": item.kind, "path": printable(item.path), "message": printable(item.text)}
                    for item in survey.warnings
                ],
            }
        )
        + "\n"
    )

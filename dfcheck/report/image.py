"""Image: a predicted image as JSON, and its config as `docker image inspect` shows it."""

from __future__ import annotations

from dfcheck.report.start import as_object as start_object
from dfcheck.simulate.config import config_object, history_object
from dfcheck.syntax.text import printable
from dfcheck.syntax.words import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.resolve import Build
    from dfcheck.simulate.adds import Added
    from dfcheck.simulate.model import BuildError, Entry, Image, Layer, RunPlan
    from dfcheck.simulate.runs import Start

VERSION = 1


def as_json(image: Image, *, entries: bool, start: Start | None = None) -> str:
    """The whole prediction; see the published schema for what each part means."""
    import json

    return printable(json.dumps(as_object(image, entries=entries, start=start), ensure_ascii=False)) + "\n"


def as_object(image: Image, *, entries: bool, start: Start | None = None) -> dict[str, object]:
    """The prediction as plain values; what is not known is null, and `unknown` says why."""
    return {
        "version": VERSION,
        "ok": image.error is None,
        "error": None if image.error is None else _error(image.error),
        "image": {
            "platform": _known(image.platform),
            "config": {"config": config_object(image.config)},
            "config_json": _known(image.config_json),
            "image_id": _known(image.image_id),
            "exact": image.exact,
        },
        "layers": [_layer(layer, entries=entries) for layer in image.layers],
        "history": [
            {**history_object(item), "line": item.line, "certain": item.known} for item in image.history
        ],
        "steps": [step.name for step in image.steps],
        "runs": [_run(plan, image.build) for plan in image.runs],
        "start": None if start is None else start_object(start),
        "unknown": [
            {"what": gap.what, "why": gap.why, "line": gap.line, "cure": gap.cure} for gap in image.gaps
        ],
    }


def _known(value: object) -> object:
    return None if isinstance(value, Unknown) else value


def _error(error: BuildError) -> dict[str, object]:
    return {"message": error.message, "line": error.line, "help": error.help}


def _layer(layer: Layer, *, entries: bool) -> dict[str, object]:
    return {
        "line": layer.line,
        "created_by": layer.created_by,
        "diff_id": _known(layer.diff_id),
        "why": layer.diff_id.why if isinstance(layer.diff_id, Unknown) else None,
        "size": _known(layer.size),
        "entries": _entries(layer.entries) if entries else None,
        "written": _entries(layer.written) if entries else None,
    }


def _entries(entries: tuple[Entry, ...] | Unknown) -> list[dict[str, object]] | None:
    return None if isinstance(entries, Unknown) else [_entry(entry) for entry in entries]


def _entry(entry: Entry) -> dict[str, object]:
    shown: dict[str, object] = {
        "path": entry.path,
        "type": entry.type,
        "mode": f"{entry.mode:04o}",
        "uid": entry.uid,
        "gid": entry.gid,
        "size": entry.size,
        "mtime": entry.mtime,
    }
    if entry.link:
        shown["link"] = entry.link
    shown["line"] = entry.line
    return shown


def _run(plan: RunPlan, build: Build | None) -> dict[str, object]:
    argv = plan.argv
    return {
        "line": plan.line,
        "argv": None if isinstance(argv, Unknown) else [_known(word) for word in argv],
        "environment": {name: _known(value) for name, value in plan.environment},
        "user": _known(plan.user),
        "directory": _known(plan.directory),
        "mounts": list(plan.mounts),
        "adds": [
            {"kind": item.kind, "by": item.by, "what": list(item.what)}
            for item in (() if build is None or plan.trigger else _added(plan, build))
        ],
    }


def _added(plan: RunPlan, build: Build) -> tuple[Added, ...]:
    from dfcheck.simulate.adds import added

    return added(build, plan.node)


def as_config(image: Image) -> str:
    """The image's `config` object, indented."""
    import json

    return printable(json.dumps(config_object(image.config), ensure_ascii=False, indent=2)) + "\n"

"""Reasons: why a step of a rebuild is not taken from the cache, told by the old step that it is most like."""

from __future__ import annotations

from dfcheck.knowledge.secret_names import names_secret
from dfcheck.simulate.graph import visit
from dfcheck.syntax.nodes import Arg, Env
from dfcheck.syntax.words import Unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.graph import Vertex
    from dfcheck.simulate.model import Image
    from dfcheck.simulate.rebuild import Matching
    from dfcheck.simulate.selected import Difference

LONGEST = 60
KINDS = {"file": "a file", "dir": "a directory", "symlink": "a link"}


def reason(matching: Matching, item: Vertex, old: Image, new: Image) -> tuple[str, bool]:
    """The first reason, and whether it lies in the step itself or its files.

    Args:
        matching: What each operation finds in the cache.
        item: An operation that is not certain to be cached.
        old: The old build.
        new: The new build.
    """
    if old.error is not None and old.vertex is None:
        return "the old build stops before anything runs", True
    if matching.found[item.key].maybe == {-1}:
        return "another step does the same at the same time; which of them runs is not known", True
    before = _closest(matching, item)
    if before is None:
        return "it is new", True
    own = _own(matching, before, item, new)
    above = _above(matching, before, item)
    if above and own:
        return f"{above}; besides, {own}", True
    if above or own:
        return own or above, bool(own)
    if old.error is not None:
        return f"the old build stops: {old.error.message}", True
    if matching.found[item.key].status == "again":
        return "it stands on something else", False
    return "a value of the base image decides, which is not known; `--pull` tells", False


def _closest(matching: Matching, item: Vertex) -> Vertex | None:
    """The old operation that `item` comes from, as far as anybody can tell."""
    assert item.known is not None  # noqa: S101 -- whatever has a name is known
    taken = {key for match in matching.found.values() for key in match.sure}
    best, found = (0, 0, 0, 0), None
    for old in matching.candidates(item):
        if old.known is None or not old.name:
            continue
        equal = sum(a == b for a, b in zip(old.known.parts, item.known.parts, strict=False))
        same_text = _text(old.name) == _text(item.name)
        score = (
            2 * same_text + (old.key not in taken) + (equal == len(item.known.parts)),
            equal,
            int(old.stage == item.stage),
            -abs(old.number - item.number),
        )
        if found is None or score > best:
            best, found = score, old
    if found is None or (found.key in taken and _text(found.name) != _text(item.name)):
        return None
    return found


def _text(name: str) -> str:
    return name.partition("] ")[2]


# --- a step before it ----------------------------------------------------------------------------------------


def _above(matching: Matching, old: Vertex, new: Vertex) -> str:
    """Why an input that is known by its operation does not match; empty when all do."""
    for index, item in enumerate(new.inputs):
        if new.slots[index] is not None:
            continue
        if index < len(old.inputs) and old.slots[index] is None and matching.input_fits(old, new, index):
            continue
        cause = _cause(matching, item)
        if cause is None:
            continue
        again = "runs again" if matching.found[cause.key].status == "again" else "may run again"
        if cause.stage == new.stage and cause.number == new.number - 1:
            return f"the step before it {again}"
        return f"`{cause.name}` {again}"
    return ""


def _cause(matching: Matching, item: Vertex) -> Vertex | None:
    """The last named step of `item` that is not certain to be cached."""
    found = None
    for inner in visit(item):
        if inner.name and matching.found[inner.key].status != "cached":
            found = inner
    return found


# --- the step itself -----------------------------------------------------------------------------------------


def _own(matching: Matching, old: Vertex, new: Vertex, image: Image) -> str:
    """What differs in the step itself, or in the files that it takes; empty when nothing does."""
    assert old.known is not None and new.known is not None  # noqa: S101, PT018
    for (name, before), (_, now) in zip(old.known.parts, new.known.parts, strict=False):
        if before != now:
            told = _part(name, before, now, new, image)
            if told:
                return told
    for index, slot in enumerate(new.slots[: len(old.slots)]):
        before_slot = old.slots[index]
        if slot is None or before_slot is None or matching.input_fits(old, new, index):
            continue
        found = matching.compared(before_slot, slot)
        if isinstance(found, Unknown):
            return _unknown(matching, new.inputs[index], slot.selector, found)
        if found is not None:
            return _file(
                found, "" if slot.local else f" in what `{_stage(new.inputs[index])}` gives", slot.local
            )
    return ""


def _unknown(matching: Matching, source: Vertex, paths: tuple[str, ...], why: Unknown) -> str:
    cause = _cause(matching, source)
    if cause is None:
        return why.why
    return (
        f"whether {' '.join(f'`{path}`' for path in paths)} comes out the same is not known: `{cause.name}` "
        + ("runs again" if matching.found[cause.key].status == "again" else "may run again")
    )


def _stage(source: Vertex) -> str:
    return source.name or "the image"


def _file(found: Difference, where: str, local: bool) -> str:
    path = found.path or "."
    if found.what == "choice":
        return "another choice of files"
    if found.new is None:
        return f"`{path}` is gone{where}"
    if found.old is None:
        kind = "new directory" if found.new.type == "dir" else "new file"
        return f"{kind} `{path}`" + (" is not in .dockerignore" if local else where)
    if found.what == "mode":
        return f"the mode of `{path}` is {found.new.mode:04o}, was {found.old.mode:04o}{where}"
    if found.what == "type":
        return f"`{path}` is {_kind(found.new.type)}, was {_kind(found.old.type)}{where}"
    if found.what == "owner":
        return f"the owner of `{path}` changed{where}"
    return f"`{path}` changed{where}"


def _kind(kind: str) -> str:
    return KINDS.get(kind, f"a {kind}")


def _part(name: str, old: object, new: object, step: Vertex, image: Image) -> str:
    """How a part of the key changed; empty for one that another part or an input tells better."""
    if name == "on":
        return ""
    if name == "variables":
        return _variables(old, new, step, image)
    if name == "other variables":
        return "variables of the base image are not known"
    if name == "command" and isinstance(old, tuple) and isinstance(old[0], Unknown):
        return f"another command; it was `{_cut(str(old[1]))}`"
    if name == "layers":
        return _image(old, new)
    if name == "image":
        return "the image is another one with the same layers; BuildKit may or may not find that out in time"
    if name == "command":
        return f"another command; it was {_shown(old)}"
    if name in {"script", "heredocs", "mounts"}:
        return {"script": "the script", "heredocs": "the inline file", "mounts": "a mount"}[name] + " changed"
    if name == "destination":
        new, old = (item[1] if isinstance(item, tuple) else item for item in (new, old))
    if name == "sources":
        return f"takes {_shown(new)}, took {_shown(old)}"
    return f"{name} is {_shown(new)}, was {_shown(old)}"


def _image(old: object, new: object) -> str:
    if isinstance(new, Unknown) and isinstance(old, Unknown):
        return f"the image is {new.why}, was {old.why}; whether both have the same layers, `--pull` tells"
    if isinstance(new, Unknown) or isinstance(old, Unknown):
        return "whether the image has the same layers is not known; `--pull` tells"
    return "the image has other layers"


def _variables(old: object, new: object, step: Vertex, image: Image) -> str:
    """The first variable of a RUN that changed."""
    assert isinstance(old, tuple) and isinstance(new, tuple)  # noqa: S101, PT018
    before, now = dict(old), dict(new)
    for name, value in now.items():
        keyword, line = declared(name, step, image)
        place = f" (declared on line {line}" if line else " (of the base image"
        rest = "; used or not, it is part of every later RUN)"
        if name not in before:
            return f"{keyword} {name} is new{place}{rest}"
        if before[name] != value and names_secret(name):
            return f"{keyword} {name} changed{place}{rest}"
        if before[name] != value:
            return f"{keyword} {name} is {_value(value)}, was {_value(before[name])}{place}{rest}"
    for name in before:
        if name not in now:
            return f"variable {name} is gone; used or not, it was part of every later RUN"
    return "the variables stand in another order"


def _value(value: object) -> str:
    if isinstance(value, Unknown):
        return "not known"
    return f'"{_cut(str(value))}"' if not value or " " in str(value) else _cut(str(value))


def declared(name: str, step: Vertex, image: Image) -> tuple[str, int]:
    """Keyword and line of the ARG or ENV that gave a variable its value; line 0 when it is none of the file."""
    found = ("ENV", 0)
    build = image.build
    if build is None:
        return found
    stages = []
    index: int | None = step.stage
    while index is not None:
        stages.append(build.stages[index])
        index = build.stages[index].base
    for stage in reversed(stages):
        for node in stage.instructions:
            line = build.document.source.position(node.span.start).line
            if line >= step.line and stage.index == step.stage:
                break
            if isinstance(node, (Arg, Env)) and any(_name(pair) == name for pair in node.pairs):
                found = ("ARG" if isinstance(node, Arg) else "ENV", line)
    return found


def _name(pair: object) -> str:
    key = getattr(pair, "key", None)
    return str(getattr(key, "text", key))


def _shown(value: object) -> str:
    if isinstance(value, Unknown):
        return "not known"
    if isinstance(value, tuple):
        if value[:1] == ("/bin/sh",) and len(value) == 3:
            return f"`{_cut(str(value[2]))}`"
        if all(isinstance(item, (str, int)) for item in value):
            return f"`{_cut(' '.join(map(str, value)))}`"
        return "another"
    return f"`{_cut(str(value))}`" if value not in {"", None} else "not set"


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

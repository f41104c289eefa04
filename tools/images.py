"""Write `dfcheck/knowledge/image_table.py` anew: what the images that it names start with now.

    python tools/images.py                    ask the registries, write the module
    python tools/images.py --mirror ADDRESS   ask this address for Docker Hub's images
    python tools/images.py --print            print the module instead

An image that cannot be had keeps what the table says. Which shell there is stands in no config and is kept too.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
from pathlib import Path

from dfcheck.knowledge.image_table import TYPICAL
from dfcheck.knowledge.images import Typical
from dfcheck.resolve.platforms import Platform
from dfcheck.simulate.pull import Puller, PullOptions
from dfcheck.simulate.references import full_name
from dfcheck.simulate.transport import PullError

TARGET = Path(__file__).resolve().parent.parent / "dfcheck" / "knowledge" / "image_table.py"


def main() -> int:
    """Ask about every image of the table and write it; 1 when some could not be had."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mirror")
    parser.add_argument("--print", action="store_true")
    options = parser.parse_args()
    mirrors = (("docker.io", options.mirror),) if options.mirror else ()
    puller = Puller(PullOptions(mirrors=mirrors), lambda _text: None)
    found, missing = {}, 0
    for name, known in TYPICAL.items():
        try:
            found[name] = looked_up(puller, name, known)
        except PullError as error:
            print(f"kept: {error}", file=sys.stderr)
            found[name] = known
            missing += 1
    text = module(found)
    if options.print:
        print(text, end="")
    else:
        TARGET.write_text(text)
    return 1 if missing else 0


def looked_up(puller: Puller, name: str, known: Typical) -> Typical:
    """What an image has, by its config."""
    config = puller(full_name(name), Platform("linux", "amd64")).config
    return Typical(
        str(config.user),
        str(config.workdir) or "/",
        words(config.entrypoint),
        words(config.cmd),
        known.shell,
        tuple(sorted(config.ports or (), key=lambda port: (int(port.split("/")[0]), port))),
        str(config.stop_signal),
    )


def words(value: object) -> tuple[str, ...]:
    """The words of an ENTRYPOINT or CMD, none for none."""
    return tuple(str(word) for word in value) if isinstance(value, (tuple, list)) else ()


def module(table: dict[str, Typical]) -> str:
    """The text of the module: the head it has, and the table."""
    head = TARGET.read_text().partition("TYPICAL:")[0]
    lines = [f"    {name!r}: Typical({arguments(entry)}),\n" for name, entry in sorted(table.items())]
    text = f"{head}TYPICAL: dict[str, Typical] = {{\n{''.join(lines)}}}\n"
    if importlib.util.find_spec("ruff") is None:
        return text  # `nox -s check` will ask for it
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(TARGET), "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def arguments(entry: Typical) -> str:
    """The fields that are not the usual ones, as Python."""
    usual = Typical()
    given = {field: getattr(entry, field) for field in Typical._fields}
    return ", ".join(f"{field}={value!r}" for field, value in given.items() if value != getattr(usual, field))


if __name__ == "__main__":
    raise SystemExit(main())

"""What kind of content well-known commands add."""

from __future__ import annotations

import pytest
from simulate.support import build

from dfcheck.simulate.adds import added


def kinds(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    image = build(f"FROM debian\nARG V=1.2\n{text}\n")
    assert image.build is not None
    return [(item.kind, item.by, item.what) for item in added(image.build, image.runs[0].node)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "RUN apt-get update && apt-get install -y curl git=$V",
            [
                ("lists", "apt-get update", ("/var/lib/apt/lists",)),
                ("packages", "apt-get install", ("curl", "git=1.2")),
            ],
        ),
        (
            "RUN mkdir -p /a/b && mkdir -m 700 c $X",
            [("directory", "mkdir", ("/a/b",)), ("directory", "mkdir", ("c",))],
        ),
        ("RUN npm ci", [("packages", "npm ci", ("package.json",))]),
        ("RUN pip install -r req.txt flask", [("packages", "pip install", ("flask", "req.txt"))]),
        ("RUN git clone https://x/y.git /src", [("checkout", "git clone", ("https://x/y.git",))]),
        ("RUN make && ./install.sh", []),
    ],
)
def test_added(text: str, expected: list[tuple[str, str, tuple[str, ...]]]) -> None:
    assert kinds(text) == expected

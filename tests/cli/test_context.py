"""`dfcheck context`, run as a command."""

from __future__ import annotations

import json
import os

import pytest


def project(place):
    place.write("app/Dockerfile", "FROM scratch\nCOPY . /\n")
    place.write("app/main.py", "print()\n" * 100)
    place.write("app/node_modules/x/index.js", "x")
    place.write("app/debug.log", "12345")
    place.write("app/.env", "TOKEN=x")
    place.write("app/deploy.pem", "-----BEGIN PRIVATE KEY-----\n")
    place.write("app/public.pem", "-----BEGIN CERTIFICATE-----\n")
    place.write("app/.dockerignore", "# what nobody needs\nnode_modules\n**/*.log\n*.tmp\n")


def test_text(place):
    project(place)
    done = place.run("context", "app")
    assert done.code == 0
    assert done.lines()[:2] == [
        "app: sends 6 files in 0 directories, 933 B",
        "app/.dockerignore: 3 patterns, keeps back 1 directory and 1 file",
    ]
    assert "      5 B  debug.log      line 3: **/*.log" in done.lines()
    assert "           node_modules/  line 2: node_modules" in done.lines()
    assert "  line 4: *.tmp" in done.lines()
    assert "  deploy.pem: a private key" in done.lines()
    assert "  .env: environment variables, which may be secrets" in done.lines()
    assert not any(line.startswith("  public.pem") for line in done.lines())


def test_json(place):
    project(place)
    data = json.loads(place.run("context", "app", "--output-format", "json").out)
    assert {item["path"] for item in data["sent"]} == {
        ".dockerignore",
        ".env",
        "Dockerfile",
        "deploy.pem",
        "main.py",
        "public.pem",
    }
    assert data["kept_back"] == [
        {"path": "debug.log", "type": "file", "size": 5, "pattern": "**/*.log", "line": 3},
        {"path": "node_modules", "type": "dir", "size": None, "pattern": "node_modules", "line": 2},
    ]
    assert [item["decides"] for item in data["patterns"]] == [True, True, False]
    assert data["largest"][0] == {"path": "main.py", "size": 800}
    assert [item["path"] for item in data["warnings"]] == [".env", "deploy.pem"]


def test_an_ignore_file_of_the_dockerfile(place):
    project(place)
    place.write("app/x.Dockerfile.dockerignore", "*\n!main.py\n")
    done = place.run("context", "-f", "app/x.Dockerfile", "app", "--files")
    assert done.lines()[:5] == [
        "app: sends 1 file in 0 directories, 800 B",
        "app/x.Dockerfile.dockerignore: 2 patterns, keeps back 1 directory and 7 files",
        "",
        "sent:",
        "    800 B  main.py",
    ]


def test_names_that_would_paint_over_the_report(place):
    place.write("a\x1b[2Jb\nc", "x")
    place.write(os.fsdecode(b"\xff"), "x")
    done = place.run("context")
    assert done.code == 0
    assert "\x1b" not in done.out
    assert any("a␛[2Jb␊c" in line for line in done.lines())
    assert json.loads(place.run("context", "--output-format=json").out)["sent"][-1]["path"] == "\ufffd"


@pytest.mark.parametrize(
    ("argv", "code", "text"),
    [
        (["nope"], 2, "nope: No such file or directory"),
        (["dfcheck.toml"], 2, "dfcheck.toml: Not a directory"),
        (["."], 1, '.: the build stops here: illegal exclusion pattern: "!"'),
        (
            ["https://example.com/x.git"],
            2,
            "https://example.com/x.git is a remote context, which the builder fetches; name a directory",
        ),
        (["-"], 2, "a context on standard input is not looked into; name a directory"),
        (["a", "b"], 2, "one context, not 2: a b"),
    ],
)
def test_what_cannot_be_looked_into(place, argv, code, text):
    place.write(".dockerignore", "!\n")
    done = place.run("context", *argv)
    assert (done.code, done.out) == (code, "")
    assert done.err == f"dfcheck: error: {text}\n"


def test_links_and_pipes(place):
    (place.root / "out").symlink_to("/etc/passwd")
    (place.root / "round").symlink_to("round")
    os.mkfifo(place.root / "pipe")
    lines = place.run("context").lines()
    assert "  out: leads to /etc/passwd, which is not in the context" in lines
    assert "  round: leads to round, which is not in the context" in lines
    assert "  pipe: is no regular file but a named pipe" in lines

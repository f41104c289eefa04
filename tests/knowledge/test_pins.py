"""Pins: what each package manager's manual calls a version, and what is none."""

from __future__ import annotations

import pytest

from dfcheck.knowledge import pins

WORDS = {
    "apt": (
        "curl=8.14.1-2 curl=8.* ./tool.deb /tmp/tool.deb tool.deb git/trixie-backports nano-",
        "curl g++ lib*",
    ),
    "apk": ("curl=8.14.1-r2 curl~8.14 curl>8 curl<9 curl~=8 tool.apk !curl", "curl .deps curl@edge"),
    "rpm": (
        (
            "httpd-2.4 httpd-2.4.62-1.el9 httpd-2.4* java-21-openjdk-21.0.8 httpd-1:2.4 kernel-5.14-* @dev tool-1.rpm "
            "https://example.org/tool /usr/bin/tool"
        ),
        "httpd java-21-openjdk python3-devel gcc-c++ compat-openssl11",
    ),
    "rpm_module": ("nodejs:22 nodejs:22/common", "nodejs"),
    "zypper": ("httpd=2.4 httpd>=2.4 httpd<3 tool.rpm https://example.org/tool.rpm", "httpd httpd-devel"),
    "pip": (
        (
            "flask==3.1.2 flask>=3 flask~=3.1 flask[async]==3.1 flask!=3.0 . .. .[test] ./lib[dev] lib/ flask.zip "
            "flask@https://example.org/flask.zip a.whl git+https://github.com/pallets/flask@3.1.2#egg=flask "
            "git+ssh://git@github.com/pallets/flask@v1"
        ),
        "flask flask[async] git+https://github.com/pallets/flask git+ssh://git@github.com/pallets/flask",
    ),
    "npm": (
        (
            "express@5 express@^5.1 @angular/cli@20 . ./lib ../lib /lib ~/lib file:lib a.tgz https://example.org/a.tar.gz "
            "owner/name#v1 git+https://github.com/a/b.git#v1 alias@npm:express@5"
        ),
        "express @angular/cli express@latest @angular/cli@latest owner/name git+https://github.com/a/b.git express@",
    ),
    "gem": ("rails:8.0 rails:~>8 rails.gem", "rails"),
    "go": (
        "golang.org/x/tools/cmd/stringer@v0.38.0 example.org/a@master ./... /src main.go",
        "golang.org/x/tools/cmd/stringer example.org/a@latest example.org/a@upgrade",
    ),
}


@pytest.mark.parametrize("name", WORDS)
def test_pinned_and_not(name: str) -> None:
    pinned, bare = (text.split() for text in WORDS[name])
    judge = getattr(pins, name)
    assert [word for word in pinned if not judge(word)] == []
    assert [word for word in bare if judge(word)] == []

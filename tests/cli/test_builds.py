"""`--commands`: builds in scripts and CI files, and their Dockerfiles as they are built."""

from __future__ import annotations

import json

DOCKERFILE = "ARG TAG=1\nFROM alpine:${TAG} AS one\nFROM debian:13 AS two\nRUN true\n"


def codes(done) -> list[str]:
    return [line.split(" ")[1] for line in done.lines() if ": D" in line]


def test_commands_are_told_at_their_places(place):
    place.write("app/Dockerfile", "FROM alpine:3.22\n")
    place.write(
        "build.sh", "#!/bin/sh\ndocker build -t ID / repo : tag ./\ndocker build -t a:1 --target x app\n"
    )
    done = place.run("--commands", "build.sh", "--output-format", "concise")
    assert [line.split(" ")[:2] for line in done.lines()[:2]] == [
        ["build.sh:2:17:", "DF7002"],
        ["build.sh:3:30:", "DF7007"],
    ]
    assert done.code == 1


def test_each_dockerfile_is_checked_as_it_is_built(place):
    place.write("Dockerfile", DOCKERFILE)
    place.write("Makefile", "a:\n\tdocker build -t a:1 --target one --build-arg TAG=latest .\n")
    only = ("--select", "DL3007,DF1007", "--output-format", "concise")
    assert codes(place.run(*only, "Dockerfile")) == []
    done = place.run("--commands", *only, "Makefile")
    assert [line.split(" ")[:2] for line in done.lines()[:-1]] == [["Dockerfile:2:6:", "DL3007"]]


def test_several_builds_of_one_dockerfile_are_told_once(place):
    place.write("Dockerfile", "FROM alpine\nARG A\n")
    place.write(
        "b.sh",
        "docker build -t a:1 .\ndocker build -t a:1 --build-arg A=1 .\ndocker build -t a:1 --build-arg A=2 .\n",
    )
    done = place.run("--commands", "b.sh", "--output-format", "json")
    assert [
        (item["file"]["path"] if isinstance(item["file"], dict) else item["file"], item["code"])
        for item in json.loads(done.out)
    ] == [("Dockerfile", "DL3006")]


def test_a_search_finds_files_with_commands(place):
    for name in ("ci/build.sh", ".github/workflows/x.yml", "compose.yaml", "values.yaml", "Dockerfile"):
        place.write(name, "{}\n")
    done = place.run("--commands", "--show-files")
    assert sorted(done.lines()) == [".github/workflows/x.yml", "ci/build.sh", "compose.yaml"]
    empty = place.run("--commands", "ci")
    assert (empty.code, empty.out) == (0, "All good: 1 file.\n")


def test_comments_ignore_what_the_next_build_has(place):
    place.write(
        "b.sh",
        "# dfcheck: ignore[command-without-tag] a check only\ndocker build a\ndocker build b\n"
        "# dfcheck: ignore[DF7002]\ndocker build -t x:1 c\n# dfcheck: ignore[nonsense]\n",
    )
    done = place.run(
        "--commands", "--select", "DF7003,DF7002,DF0002,DF0003", "--output-format", "concise", "b.sh"
    )
    assert [line.split(" ")[:2] for line in done.lines()[:-1]] == [
        ["b.sh:3:1:", "DF7003"],
        ["b.sh:4:19:", "DF0002"],
        ["b.sh:6:19:", "DF0003"],
    ]
    assert "DF7003" in place.run("--commands", "--no-ignore-comments", "b.sh").out


def test_rules_about_commands_leave_dockerfiles_alone(place):
    place.write("Dockerfile", "FROM alpine:3.22\n")
    assert place.run("--select", "DF7", "Dockerfile").code == 0
    place.write("b.sh", "docker build -t a:1 .\n")
    assert "DL3006" not in place.run("--commands", "--select", "ALL", "b.sh").out


def test_fixes_in_scripts(place):
    text = "docker build -t Example/App:RC1 .\r\ndocker build -t b:1 ./\r\n# docker build -t X ./\r\n"
    place.write("b.sh", text)
    place.run("--commands", "--fix", "-q", "b.sh")
    assert place.read("b.sh") == text.replace("b:1 ./", "b:1 .")
    place.run("--commands", "--fix", "--unsafe-fixes", "-q", "b.sh")
    assert place.read("b.sh") == text.replace("b:1 ./", "b:1 .").replace("Example/App", "example/app")


def test_styles_come_from_settings(place):
    place.write("dfcheck.toml", '[rules.command-context-spelling]\nstyle = "dot-slash"\n')
    place.write("compose.yaml", "services:\n  a:\n    build: .\n")
    place.write("Dockerfile", "FROM alpine:3.22\n")
    place.run("--commands", "--fix", "-q")
    assert place.read("compose.yaml") == "services:\n  a:\n    build: ./\n"


def test_files_that_cannot_be_read(place):
    place.write("a.yml", "a: [\n")
    place.write("compose.yaml", "a: &a [" + "x," * 300_000 + "]\n")
    place.write("b.sh", "docker build -t a:1 x y z\n")
    done = place.run(
        "--commands", "a.yml", "compose.yaml", "missing.sh", "b.sh", "--output-format", "concise"
    )
    assert done.code == 2
    assert codes(done) == ["DF7009"]
    lines = done.err.splitlines()
    assert [line.split(": ")[2] for line in lines] == ["a.yml:2:1", "compose.yaml", "missing.sh"]


def test_standard_input_is_a_script_or_what_its_name_says(place):
    assert codes(place.run("--commands", "-", "--output-format", "concise", stdin="docker build x y\n")) == [
        "DF7003",
        "DF7009",
    ]
    done = place.run(
        "--commands",
        "--stdin-filename",
        "compose.yaml",
        "-",
        stdin="services: {a: {build: {context: ., dockerfile: nowhere}}}\n",
    )
    assert "DF7005" in done.out


def test_platforms_and_contexts_of_builds_count(place):
    place.write(
        "Dockerfile", "ARG TARGETARCH\nFROM alpine:3.22-${TARGETARCH}\nFROM debian\nCOPY --from=node /x /x\n"
    )
    only = ("--select", "DL3006,DL3007,DL3029", "--isolated", "--output-format", "concise")
    place.write("none.sh", "docker build -t a:1 .\n")
    assert codes(place.run("--commands", *only, "none.sh")) == ["DL3006"]
    place.write(
        "named.sh", "docker build -t a:1 --build-context debian=./d --build-context node:latest=./n .\n"
    )
    assert codes(place.run("--commands", *only, "named.sh")) == []
    place.write("compose.yaml", "services: {a: {build: {context: ., additional_contexts: [debian=./d]}}}\n")
    assert codes(place.run("--commands", *only, "compose.yaml")) == []
    place.write("hidden.hcl", 'target "a" { contexts = merge(X, Y)\n dockerfile = "Dockerfile" }\n')
    assert codes(place.run("--commands", *only, "hidden.hcl")) == []


def test_each_platform_is_checked_where_it_matters(place):
    place.write("Dockerfile", "ARG TARGETARCH\nARG arm64=latest\nARG amd64=3.22\nFROM alpine:${TARGETARCH}\n")
    place.write("latest.Dockerfile", "ARG TARGETARCH\nFROM alpine:${TARGETARCH#arm64}latest\n")
    only = ("--commands", "--select", "DL3007", "--isolated", "--output-format", "concise")
    for platforms, count in (
        ("linux/amd64", 0),
        ("linux/arm64", 1),
        ("linux/amd64,linux/arm64", 1),
        ("$P", 0),
    ):
        place.write("b.sh", f"docker build -t a:1 -f latest.Dockerfile --platform {platforms} .\n")
        assert len(codes(place.run(*only, "b.sh"))) == count


INLINE = (
    'target "a" {\n  dockerfile-inline = <<EOT\nFROM alpine:latest\nARG X\nEOT\n'
    '  args = { X = 1, Y = 2 }\n  target = "no"\n}\n'
    'target "b" {\n  dockerfile-inline = "FROM x:1\\nMAINTAINER $${y}\\n"\n}\n'
)


def test_inline_dockerfiles_are_told_where_they_stand(place):
    only = ("--commands", "--isolated", "--select", "DL3007,DL4000,DF7", "--output-format", "concise")
    place.write("docker-bake.hcl", INLINE)
    done = place.run(*only, "docker-bake.hcl")
    assert [line.split(" ")[:2] for line in done.lines()[:-1]] == [
        ["docker-bake.hcl:3:13:", "DL3007"],
        ["docker-bake.hcl:6:19:", "DF7006"],
        ["docker-bake.hcl:7:13:", "DF7007"],
        ["docker-bake.hcl:10:34:", "DL4000"],
    ]
    place.write(
        "compose.yaml",
        "services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM alpine:latest\n        MAINTAINER x\n",
    )
    done = place.run(*only, "compose.yaml")
    assert [line.split(" ")[:2] for line in done.lines()[:-1]] == [
        ["compose.yaml:5:21:", "DL3007"],
        ["compose.yaml:6:9:", "DL4000"],
    ]
    place.write("docker-bake.hcl", "# dfcheck: ignore[DL3007, DF7006, DF7007] a sample\n" + INLINE)
    assert codes(place.run(*only, "docker-bake.hcl")) == ["DL4000"]
    assert place.run(*only, "--fix", "docker-bake.hcl").err == ""


def test_processes_and_the_cache_change_nothing(place):
    def said(*options):
        done = place.run("--commands", "--output-format", "json", *options, ".")
        return done.code, done.out, done.err

    for index in range(40):
        place.write(f"{index}/Dockerfile", f"FROM alpine\nRUN echo $X{index}\n")
        place.write(
            f"{index}/build.sh", f"docker build --build-arg Y{index}=1 .\ndocker build -t a:1 --target x .\n"
        )
    plain = said("--no-cache", "-j", "1")
    assert plain[1].count('"DF7006"') == plain[1].count('"DF7007"') == 40
    assert said("--no-cache", "-j", "2") == plain
    assert [said("--cache-dir", "cache", "-j", jobs) for jobs in ("2", "1")] == [plain, plain]
    place.write("0/Dockerfile", "FROM alpine:3.22\nARG Y0\n")
    fresh = said("--cache-dir", "cache")
    assert fresh == said("--no-cache")
    assert fresh != plain


def test_build_arguments_without_known_values_are_not_unset(place):
    place.write("Dockerfile", "ARG BASE\nARG TAG=latest\nFROM ${BASE}\nFROM alpine:${TAG}\n")
    only = ("--commands", "--isolated", "--select", "DF0001,DL3007", "--output-format", "concise")
    for arguments, found in (
        ("--build-arg BASE=$X --build-arg TAG=1", []),
        ("--build-arg BASE --build-arg TAG=$T", []),
        ("$OPTIONS --build-arg TAG=1", []),
        ("--build-arg TAG=1", ["DF0001"]),
        ("--build-arg BASE=$X", ["DL3007"]),
    ):
        place.write("b.sh", f"docker build -t a:1 {arguments} .\n")
        assert codes(place.run(*only, "b.sh")) == found


def test_templates_that_a_search_finds_are_left_out(place):
    place.write("compose.yaml", "{% if x %}\nservices: {}\n")
    done = place.run("--commands", ".")
    assert done.code == 0
    assert "left out as a template" in done.err
    assert place.run("--commands", "compose.yaml").code == 2
    place.write(".github/workflows/x.yml", "on: ${{ x }}\n: [\n")
    assert place.run("--commands", ".").code == 2


def test_ignores_that_one_build_has_no_use_for_are_not_told(place):
    place.write("Dockerfile", "# dfcheck: ignore[DL3006]\nFROM alpine\n")
    place.write("b.sh", "docker build -t a:1 --build-context alpine=docker-image://alpine:3.22 .\n")
    done = place.run("--commands", "--isolated", "b.sh")
    assert (done.code, done.out.splitlines()[-1]) == (0, "All good: 2 files.")


def test_scratch_is_no_context(place):
    place.write("Dockerfile", "FROM alpine:3.22 AS a\nFROM scratch\nCOPY --from=a / /\n")
    place.write("docker-bake.hcl", 'target "default" { contexts = merge(X, Y) }\n')
    assert codes(
        place.run("--commands", "--isolated", "--output-format", "concise", "docker-bake.hcl")
    ) == codes(place.run("--isolated", "--output-format", "concise", "Dockerfile"))


def test_of_builds_that_differ_in_arguments_alone_some_are_checked(place):
    place.write("Dockerfile", "ARG TAG\nFROM alpine:${TAG}\n")
    only = ("--commands", "--isolated", "--select", "DL3007", "--output-format", "concise")
    tags = [*map(str, range(8)), "latest"]
    for order, found in ((tags, []), (tags[::-1], ["DL3007"])):
        place.write("b.sh", "".join(f"docker build -t a:1 --build-arg TAG={tag} .\n" for tag in order))
        assert codes(place.run(*only, "b.sh")) == found
    place.write(
        "b.sh",
        "".join(f"docker build -t a:1 --build-arg OTHER={tag} --build-arg TAG=latest .\n" for tag in tags),
    )
    assert codes(place.run(*only, "b.sh")) == ["DL3007"]

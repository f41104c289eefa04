"""Builds found in files of all kinds: which, where, and which Dockerfile they mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.commands.find import find, is_command_file
from dfcheck.commands.site import target_of
from dfcheck.syntax.text import Source


def found(name: str, text: str):
    """The builds of a file, and a function that gives the file's text at a word."""
    source = Source(name, text)
    return find(source), lambda word: source.text[word.span.start : word.span.end]


def one(name: str, text: str):
    (site,), at = found(name, text)
    return site.command, at


# --- scripts -----------------------------------------------------------------------------------------------


def test_words_in_scripts_have_their_places():
    text = 'if x; then\n  sudo docker build -t "a/b:1" \\\n    --build-arg A=\'x y\' ./"dir" | tee log\nfi\n'
    command, at = one("b.sh", text)
    assert [at(word) for word in command.every("tag")] == ["a/b:1"]
    ((name, value),) = command.build_args()
    assert (name.text, value.text) == ("A", "x y")
    assert command.context.text == "./dir"
    assert at(command.context) == './"dir"'


def test_variables_are_no_literals():
    command, _ = one("b.sh", 'docker build -t "$IMAGE:1" --build-arg A="$B" --build-arg=C=1 "$DIR"\n')
    assert [word.literal for word in command.every("tag")] == [False]
    assert [(name.literal, value.literal) for name, value in command.build_args()] == [
        (True, False),
        (True, True),
    ]
    assert command.certain
    assert not one("b.sh", "docker build $OPTIONS .")[0].certain
    assert not one("b.sh", 'docker build "$@"')[0].certain


@pytest.mark.parametrize(
    "line", ["${DOCKER:-docker} build .", "$DOCKER build .", '"$(which podman)" build .']
)
def test_tools_behind_variables(line):
    assert one("b.sh", line)[0].context.text == "."


@pytest.mark.parametrize(
    "text",
    [
        "docker run a",
        "docker buildx build --help",
        "echo docker build .",
        "# docker build .",
        "docker-compose build",
        "cat <<E\ndocker build .\nE\n",
    ],
)
def test_what_is_no_build(text):
    assert found("b.sh", text)[0] == ()


def test_moves_are_followed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a/Dockerfile", "a/b/Dockerfile"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("FROM x\n")
    sites, _ = found("b.sh", "(cd a/b && docker build .)\ndocker build a\ncd a; docker build b\n")
    assert [target_of(site).path for site in sites] == ["a/b/Dockerfile", "a/Dockerfile", "a/b/Dockerfile"]


@given(st.text(st.sampled_from("docker build-t:1./\\\n\"'$(){};&|#<> "), max_size=40))
def test_any_script_is_read(text):
    for name in ("b.sh", "Makefile"):
        for site in find(Source(name, "docker build " + text)):
            span = site.command.span
            assert 0 <= span.start <= span.end <= len(text) + 13


# --- Makefiles ---------------------------------------------------------------------------------------------


MAKEFILE = """\
IMAGE := app
all: build ; @docker build -t first .
build: $(SRC)
\t@docker build -t $(IMAGE):$$(git describe) \\
\t  --build-arg V=$(shell cat V) -f $< .
\t-$(DOCKER) build -t $@ "a b"
ifdef X
\tcd sub && podman build .
endif
docker build outside
"""


def test_makefiles():
    sites, at = found("dir/Makefile", MAKEFILE)
    assert [site.command.tool for site in sites] == ["docker build"] * 3 + ["podman build"]
    first, second, third, fourth = (site.command for site in sites)
    assert first.last("tag").text == "first"
    assert at(second.last("tag")) == "$(IMAGE):$$(git describe)"
    assert at(second.last("file")) == "$<"
    assert not second.last("file").literal
    assert at(third.context) == "a b"
    assert sites[3].where.bases == ("dir/sub",)
    assert fourth.certain


# --- workflows ---------------------------------------------------------------------------------------------

WORKFLOW = """\
on: push
defaults:
  run: {working-directory: top}
jobs:
  a:
    runs-on: x
    steps:
      - uses: actions/checkout@v4
      - uses: docker/build-push-action@v6
        with:
          context: ./app
          tags: |
            ghcr.io/o/a:${{ github.sha }}
            ghcr.io/o/b:1, c:2
          build-args: |
            A=1
            B=x,y
            "C=${{ env.C }}"
      - run: |
          echo
          docker build -t x:${{ github.sha }} .
      - {run: docker build ., working-directory: "${{ matrix.x }}"}
      - {run: docker build ., shell: pwsh}
"""


def test_github():
    sites, at = found("r/.github/workflows/ci.yml", WORKFLOW)
    action, script, dynamic = sites
    assert action.command.tool == "docker/build-push-action"
    assert [at(word) for word in action.command.every("tag")] == [
        "ghcr.io/o/a:${{ github.sha }}",
        "ghcr.io/o/b:1",
        "c:2",
    ]
    assert [(n.text, v.text) for n, v in action.command.build_args()] == [
        ("A", "1"),
        ("B", "x,y"),
        ("C", "${{ env.C }}"),
    ]
    assert at(action.command.context) == "./app"
    assert at(script.command.last("tag")) == "x:${{ github.sha }}"
    assert [site.where.sure for site in sites] == [True, True, False]
    assert script.where.bases[0].endswith("top")
    assert not action.where.bases[0].endswith("top")
    assert dynamic.command.context.text == "."


def test_a_checkout_of_something_else_makes_places_unknown():
    text = WORKFLOW.replace("checkout@v4\n", "checkout@v4\n        with: {repository: o/other}\n")
    assert not any(site.where.sure for site in found(".github/workflows/x.yml", text)[0])


def test_composite_actions():
    text = "runs:\n  using: composite\n  steps:\n    - run: docker build .\n      shell: bash\n"
    assert one("action.yml", text)[0].context.text == "."


def test_gitlab():
    text = (
        "include: x\n.base: &b\n  script: [cd sub, docker build -t $IMAGE .]\nbuild:\n  <<: *b\n"
        "other:\n  script:\n    - !reference [.base, script]\n    - >-\n      docker build\n      -t y .\n"
    )
    sites, at = found(".gitlab-ci.yml", text)
    assert [at(site.command.last("tag")) for site in sites] == ["$IMAGE", "y"]
    assert sites[0].where.bases[0].endswith("sub")


# --- Compose -----------------------------------------------------------------------------------------------

COMPOSE = """\
x-common: &common
  context: ./app
  args: {A: "1", B: , C: $C}
services:
  one: {image: one, build: ./one}
  two:
    build:
      <<: *common
      dockerfile: two.Dockerfile
      target: prod
  three:
    build:
      context: .
      dockerfile_inline: FROM scratch
      args: [X=1, Y]
      tags: ["a:1", "$T"]
  four: {image: alpine}
"""


def test_compose(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "two.Dockerfile").write_text("FROM x\n")
    sites, at = found("compose.yaml", COMPOSE)
    one_, two, three = (site.command for site in sorted(sites, key=lambda site: site.command.head.start))
    assert at(one_.context) == "./one"
    assert one_.last("tag").text == "one"
    assert two.last("target").text == "prod"
    assert [(n.text, v and v.text, v is None or v.literal) for n, v in two.build_args()] == [
        ("A", "1", True),
        ("B", None, True),
        ("C", "$C", False),
    ]
    assert target_of(next(site for site in sites if site.command is two)).path == "app/two.Dockerfile"
    assert target_of(next(site for site in sites if site.command is three)).there is None
    assert [word.literal for word in three.every("tag")] == [True, False]


# --- Dockerfiles -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "path", "there"),
    [
        ("docker build .", "Dockerfile", True),
        ("docker build sub", "sub/Dockerfile", None),
        ("docker build -f sub/x.Dockerfile .", "sub/x.Dockerfile", True),
        ("docker build -f x.Dockerfile sub", "x.Dockerfile", None),
        ("podman build -f x.Dockerfile sub", "sub/x.Dockerfile", True),
        ("buildah bud", "Dockerfile", True),
        ("podman build pod", "pod/Containerfile", True),
        ("docker build -", "", None),
        ("docker build -f - .", "", None),
        ("docker build https://x/y.git", "", None),
        ('docker build -f "$F" .', "", None),
        ('docker build "$D"', "", None),
        ("docker build $OPTIONS .", "", None),
    ],
)
def test_the_dockerfile_that_is_meant(tmp_path, monkeypatch, line, path, there):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "pod").mkdir()
    for name in ("Dockerfile", "sub/x.Dockerfile", "pod/Containerfile", "pod/Dockerfile"):
        (tmp_path / name).write_text("FROM x\n")
    target = target_of(found("b.sh", line)[0][0])
    assert (target.path, target.there) == (path, there)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("Makefile", True),
        ("x/build.mk", True),
        ("ci/build.sh", True),
        (".github/workflows/ci.yml", True),
        ("docker-compose.prod.yml", True),
        ("compose.yaml", True),
        (".gitlab-ci.yml", True),
        ("ci/app.gitlab-ci.yml", True),
        ("action.yml", True),
        ("values.yaml", False),
        ("Dockerfile", False),
        ("compose.md", False),
    ],
)
def test_files_that_a_search_looks_into(path, wanted):
    assert is_command_file(path) is wanted


# --- what is said to be missing ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "there"),
    [
        ("{context: app, dockerfile: no.Dockerfile}", False),
        ("ap", False),  # a misspelling of `app`
        ("generated", None),
        ("{context: generated, dockerfile: Dockerfile}", None),
        ("{context: ., dockerfile: 'app\\win.Dockerfile'}", None),
        ("app", True),
    ],
)
def test_what_is_missing(tmp_path, build, there):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM x\n")
    (site,) = find(Source(str(tmp_path / "compose.yaml"), f"services: {{a: {{build: {build}}}}}\n"))
    assert target_of(site).there is there


def test_the_default_context_of_the_action():
    text = (
        "jobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n"
        '          context: "{{defaultContext}}:sub"\n          file: docker/Dockerfile\n'
    )
    (site,) = find(Source("r/.github/workflows/x.yml", text))
    assert site.command.context.text == "sub"
    assert site.from_context


def test_variables_behind_the_context_may_be_options():
    command, _ = one("Makefile", "x:\n\tdocker build -t a . $(OUTPUT)\n")
    assert (command.context.text, command.rest, command.certain) == (".", (), False)
    assert one("b.sh", "docker build -t a - 2>&1 <<'E'\nFROM x\nE\n")[0].context.text == "-"


def test_defaults_in_compose_files_are_assumed():
    text = (
        "services: {a: {image: '${R:-me}/a:${T-1}', build: {context: '${D:-}', args: {A: '$B', C: '$$x'}}}}\n"
    )
    command, at = one("compose.yaml", text)
    tag = command.last("tag")
    assert (tag.text, tag.literal, tag.assumed) == ("me/a:1", True, True)
    assert at(tag) == "${R:-me}/a:${T-1}"
    assert not command.context.literal
    assert [(name.text, value.literal) for name, value in command.build_args()] == [("A", False), ("C", True)]

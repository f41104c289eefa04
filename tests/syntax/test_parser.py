"""Instructions are read, and refused, as BuildKit's parser does (behaviour tried with its 2026-08 state)."""

import pytest

from dfcheck.syntax import nodes as n
from dfcheck.syntax.dump import dump
from dfcheck.syntax.parser import parse
from dfcheck.syntax.text import Source, Span, decode


def document(text):
    return parse(Source("Dockerfile", text if isinstance(text, str) else decode(text)))


def only(text):
    """The one instruction of `text`, put into a stage when it needs one."""
    found = document(text if text.upper().startswith(("FROM", "#")) else f"FROM a:1\n{text}").instructions
    return found[-1]


def listed(text):
    plain = dump(document(f"FROM a:1\n{text}"))["instructions"][-1]
    return plain["arguments"], plain["json_form"]


@pytest.mark.parametrize(
    ("text", "arguments", "json_form"),
    [
        ("RUN", [], False),
        ("RUN echo  a   b ", ["echo  a   b"], False),
        ('RUN ["a", "b c"]', ["a", "b c"], True),
        ("RUN ['a']", ["['a']"], False),
        ('RUN ["a",]', ['["a",]'], False),
        ('RUN ["a"] x', ['["a"] x'], False),
        ("CMD []", [], True),
        (r'CMD ["\u00e9\n\"", "\ud800"]', ['é\n"', "\ufffd"], True),
        ("ENV a=b c='d e' f=\"g h\"", ["a", "b", "=", "c", "'d e'", "=", "f", '"g h"', "="], False),
        ("ENV a  b  c", ["a", "b  c", ""], False),
        ("ENV a b=c", ["a", "b=c", ""], False),
        (r"ENV a=b\ c", ["a", r"b\ c", "="], False),
        ('LABEL ""=b', ['""', "b", "="], False),
        ("ARG a b=c d=", ["a", "b=c", "d="], False),
        ("WORKDIR /a /b", ["/a /b"], False),
        ("USER a b", ["a b"], False),
        ("VOLUME /a '/b c'", ["/a", "'/b", "c'"], False),
        ('VOLUME ["/a"]', ["/a"], True),
        ("COPY a  b\tc /d", ["a", "b", "c", "/d"], False),
        ("COPY -- --a /x", ["--a", "/x"], False),
        ("EXPOSE 80 82-84/udp", ["80", "82-84/udp"], False),
        ("HEALTHCHECK cmd  curl x", ["cmd", "curl x"], False),
        ('HEALTHCHECK CMD ["a"]', ["CMD", "a"], True),
        ("HEALTHCHECK --interval=5s NONE", ["NONE"], False),
        ("STOPSIGNAL --x=y 9", ["9"], False),
        ("ONBUILD  run  a  b", ["run", "a  b"], False),
        ("MAINTAINER a <b@c>", ["a <b@c>"], False),
        ("run a \\\n# comment\n\n  b", ["a   b"], False),
    ],
)
def test_arguments_are_buildkits(text, arguments, json_form):
    assert dump(document(f"FROM a:1\n{text}"))["ok"]
    assert listed(text) == (arguments, json_form)


@pytest.mark.parametrize(
    ("text", "at", "message", "help_"),
    [
        ("COPPY a b", "COPPY", "unknown instruction `COPPY`", "did you mean `COPY`?"),
        ('CMD["a"]', 'CMD["a"]', 'unknown instruction `CMD["a"]`', "a blank is missing after `CMD`"),
        ("&& b", "&&", "unknown instruction `&&`", "does the line above lack a `\\` at its end, or this one a `RUN`?"),
        ("COPY --form=x a b", "--form=x", "COPY takes no flag `--form`", "did you mean `--from`?"),
        ("RUN --network", "--network", "`--network` lacks its value", "write `--network=…`"),
        ("RUN --network=x a", "x", "`--network` cannot be `x`", "one of `default`, `none`, `host`"),
        ("COPY --link=maybe a b", "--link=maybe", "`--link` is `true` or `false`, not `maybe`", "write `--link` or leave it out"),
        ("COPY --link= a b", "--link=", "`--link` is `true` or `false`, not ``", "write `--link` or leave it out"),
        ("COPY --chown=a --chown=b a b", "--chown=b", "`--chown` is given twice", "keep one of the two"),
        ("CMD --foo a", "--foo", "CMD takes no flag `--foo`", "CMD has no flags"),
        ("COPY a", "a", "COPY needs a source and a destination, and has only one of them", "write `COPY source destination`"),
        ("COPY", "COPY", "COPY needs a source and a destination", "write `COPY source destination`"),
        ("WORKDIR", "WORKDIR", "WORKDIR needs a directory", "write `WORKDIR /path`"),
        ("ENV a", "a", "ENV `a` has no value", "write `ENV name=value`"),
        ("ENV", "ENV", "ENV needs a `name=value`", "write `ENV name=value`"),
        ("ENV a=b c", "c", "`c` has no `=`; ENV takes `name=value`", "put a value with blanks between double quotes"),
        ("ENV a=1 # c", "#", "`#` has no `=`; ENV takes `name=value`", "a comment needs a line of its own"),
        ("ENV =b", "=b", "a `ENV` without a name before its `=`", "write `ENV name=value`"),
        ("SHELL bash -c", "bash -c", "SHELL takes the exec form only", 'write `SHELL ["/bin/bash", "-c"]`'),
        ("SHELL []", "[]", "SHELL needs a shell", 'write `SHELL ["/bin/bash", "-c"]`'),
        ('CMD ["a", 1]', "1", "in the exec form every element is a string", "put each between double quotes"),
        ("HEALTHCHECK NONE x", "x", "HEALTHCHECK NONE takes no arguments", "remove them, or write CMD for NONE"),
        ("HEALTHCHECK curl x", "curl", "HEALTHCHECK knows CMD and NONE, not `curl`", "write `HEALTHCHECK CMD curl x`"),
        ("HEALTHCHECK --interval=5 CMD a", "5", "`5` is no duration", "write `5s`"),
        ("HEALTHCHECK --interval=1us CMD a", "1us", "`1us` is less than a millisecond", "write e.g. `30s`"),
        ("ONBUILD ONBUILD RUN a", "ONBUILD", "ONBUILD cannot be an ONBUILD trigger", "remove one ONBUILD"),
        ("ONBUILD FROM a", "FROM", "FROM cannot be an ONBUILD trigger", "remove the line"),
        ('VOLUME [""]', "", "a volume's path cannot be empty", "write `VOLUME /path`"),
        ("RUN <<A\nx", "<<A", "the heredoc `A` never ends", "write `A` alone on the line after its last one"),
        ("RUN <<A\nx\n A", "<<A", "the heredoc `A` never ends", "its end marker must be `A` alone, without blanks before or after it"),
        ("COPY a <<A\nA", "<<A", "the destination of COPY cannot be a heredoc", "write the destination last"),
        ("RUN --mount=from=$x a", "$x", "`from` of a mount cannot hold a variable", "name a stage: `FROM ${IMAGE} AS name`, then `from=name`"),
        ("FROM a b", "b", "FROM takes an image, and `b` is one word too many", "for the tag write a colon: `a:b`; for a stage name `a AS b`"),
        ("FROM a AS 1x", "1x", "`1x` cannot be a stage's name", "a name begins with a letter and holds letters, digits, `-`, `_` and `.`"),
    ],
)  # fmt: skip
def test_a_fault_is_one_invalid_node_at_its_place(text, at, message, help_):
    doc = document(f"FROM a:1\n{text}\nUSER x")
    invalid = [node for node in doc.instructions if isinstance(node, n.Invalid)]
    if not text.startswith("RUN <<A"):
        assert isinstance(doc.instructions[-1], n.User)
    assert [(node.message, node.help) for node in invalid] == [(message, help_)]
    assert doc.source.cut(invalid[0].at) == at


def test_files_without_a_stage():
    assert document("").problems[0].message == "this file is empty"
    assert document("# a\n\n").problems[0].message == "there is no instruction in this file"
    nodes = document("ARG a\nRUN a\nRUN b\n").instructions
    assert [isinstance(node, n.Invalid) for node in nodes] == [False, True, False]
    nodes = document("RUN a\nRUN b\nFROM c\nRUN d\n").instructions
    assert [isinstance(node, n.Invalid) for node in nodes] == [True, True, False, False]


def test_onbuild_refuses_early_faults_only():
    late = only("ONBUILD FOO bar")
    assert isinstance(late, n.Onbuild)
    assert isinstance(late.trigger, n.Invalid)
    assert not late.trigger.fatal
    assert isinstance(only("ONBUILD ENV a"), n.Invalid)
    assert isinstance(only("ONBUILD RUN [1]"), n.Invalid)


@pytest.mark.parametrize(
    ("text", "registry", "repository", "tag", "digest"),
    [
        ("alpine", None, "alpine", None, None),
        ("alpine:3", None, "alpine", "3", None),
        ("a/b/c:1@sha256:ff", None, "a/b/c", "1", "sha256:ff"),
        ("localhost/a", "localhost", "a", None, None),
        ("host:5000/a/b:c", "host:5000", "a/b", "c", None),
        ("ghcr.io/a@sha256:ff", "ghcr.io", "a", None, "sha256:ff"),
        ("${R:-x:y}/a:$T", None, "${R:-x:y}/a", "$T", None),
        ("$IMAGE", None, "$IMAGE", None, None),
        ('"scratch"', None, "scratch", None, None),
        ("a:", None, "a:", None, None),
    ],
)
def test_images(text, registry, repository, tag, digest):
    image = only(f"FROM {text}").image
    parts = [part and part.text for part in (image.registry, image.repository, image.tag, image.digest)]
    assert parts == [registry, repository, tag, digest]


@pytest.mark.parametrize(
    ("text", "ip", "host", "container", "protocol"),
    [
        ("80", None, None, "80", None),
        ("80-82/udp", None, None, "80-82", "udp"),
        ("1:2", None, "1", "2", None),
        (":80", None, None, "80", None),
        ("127.0.0.1:1:2/tcp", "127.0.0.1", "1", "2", "tcp"),
        ("1.2.3.4::2", "1.2.3.4", None, "2", None),
        ("[::1]:8080:80", "[::1]", "8080", "80", None),
        ("$P", None, None, None, None),
    ],
)
def test_ports(text, ip, host, container, protocol):
    (port,) = only(f"EXPOSE {text}").ports
    parts = [part and part.text for part in (port.ip, port.host, port.container, port.protocol)]
    assert parts == [ip, host, container, protocol]


def test_flags_lose_quotes_and_keep_places():
    doc = document(
        "FROM a:1\nRUN --mount=type=cache,target=\"/a b\",ro --network='none' \\\n  --security=sandbox x\n"
    )
    run = doc.instructions[-1]
    (mount,) = run.mounts
    assert (mount.type, mount.target.text, run.network.text) == ("cache", "/a b", "none")
    assert doc.source.cut(mount.target.span) == "/a b"
    assert [(o.key.text, o.value and o.value.text) for o in mount.options] == [
        ("type", "cache"),
        ("target", "/a b"),
        ("ro", None),
    ]
    assert doc.source.cut(run.security.span) == "sandbox"


def test_words_have_exact_places_through_continuations():
    doc = document('FROM a:1\nENV a="x${b:-y}" \\\n  # note\n  c=$d\n')
    env = doc.instructions[-1]
    quoted = env.pairs[0].value.words[0]
    assert [doc.source.cut(w.span) for w in quoted.words] == ["x", "${b:-y}"]
    assert quoted.words[1].operator == ":-"
    assert doc.source.cut(env.pairs[1].value.span) == "$d"
    assert doc.source.cut(env.pairs[1].span) == "c=$d"


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ('"a', 'has a `"` that is not closed'),
        ("'a", "has a `'` that is not closed"),
        ("${a", "has a `${a` that is not closed by `}`"),
        ("${}", "has a `${` without a name"),
        ("${a:1}", "has `${a:`, a form of `${…}` that BuildKit does not know"),
        ("${a/b}", "has a `${a/b}` that lacks its second `/` or its `}`"),
    ],
)
def test_words_that_cannot_be_expanded(word, reason):
    (malformed,) = only(f"WORKDIR {word}").path.words
    assert isinstance(malformed, n.Malformed)
    assert malformed.message == reason


def test_backtick_escape():
    doc = document("# escape=`\nFROM a:1\nRUN dir C:\\ `\n  x\nENV a=b` c d=C:\\\n")
    assert doc.escape == "`"
    assert doc.instructions[1].command.text == "dir C:\\   x"
    assert [(p.key.text, p.value.text) for p in doc.instructions[2].pairs] == [("a", "b` c"), ("d", "C:\\")]


def test_spans_of_instructions_end_with_their_last_token():
    doc = document("FROM a:1 AS b  \nRUN <<A && \\\n x  \nbody\nA\n")
    assert [doc.source.cut(node.span) for node in doc.instructions] == [
        "FROM a:1 AS b",
        "RUN <<A && \\\n x  \nbody\nA",
    ]


def test_exec_strings_have_places():
    doc = document('FROM a:1\nCOPY ["a b", "$c", "\\u0041", "/d"]\n')
    copy = doc.instructions[-1]
    assert [doc.source.cut(a.span) for a in (*copy.sources, copy.destination)] == [
        "a b",
        "$c",
        "\\u0041",
        "/d",
    ]
    assert copy.sources[1].words[0].name.text == "c"
    assert copy.sources[2].text == "A"


def test_deep_json_is_refused_without_recursion():
    assert isinstance(only("CMD " + "[" * 100_000 + "]" * 100_000), n.Invalid)


def test_a_long_string_that_is_not_json_costs_little():
    assert isinstance(only('CMD ["' + "a" * 60_000 + '\\q"]'), n.Cmd)


def test_empty_continuation_is_invalid():
    node = only("FROM a:1\n\\\n")
    assert isinstance(node, n.Invalid)
    assert node.span == Span(9, 9)

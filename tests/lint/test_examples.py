"""The harness of rule pages: it refuses sloppy examples."""

from __future__ import annotations

import sys
import types

import pytest
import support

from dfcheck.api import Finding, NoOptions, Rule, Safety
from dfcheck.lint.examples import ExampleError, complaints, examples, fences, page_complaints
from dfcheck.simulate.tree import children

BAD = "```dockerfile bad\nfrom a\n```\n"
FIXED = "```dockerfile fixed\nFROM a\n```\n"
GOOD = "```dockerfile good\nFROM a\n```\n"


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch):
    """Makes a rule whose page is the text given."""

    def make(text: str, check=None, options=NoOptions) -> Rule:
        module = types.ModuleType("made_page", text)
        monkeypatch.setitem(sys.modules, "made_page", module)
        rule = support.make("AA1", "page", check or support.recase(), options=options)
        return rule._replace(module="made_page")

    return make


def said(rule: Rule) -> str:
    found = page_complaints(rule)
    for example in examples(rule):
        found += complaints(rule, example, support.REGISTRY)
    return "\n".join(found)


def test_a_good_page_has_no_complaints(page) -> None:
    assert not said(page(f"A title\n\nWhy.\n\n{BAD}\n{FIXED}\n{GOOD}"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (f"A title.\n\nWhy.\n{BAD}{FIXED}{GOOD}", "without a full stop"),
        (f"A title\nWhy.\n{BAD}{FIXED}{GOOD}", "an empty line"),
        (f"A title\n\nWhy.\n{BAD}{FIXED}", "no good example"),
        (f"A title\n\nWhy.\n{GOOD}", "no bad example"),
        (f"A title\n\nWhy.\n{BAD}{GOOD}", "no `fixed` example; it makes:\nFROM a"),
        (f"A title\n\nWhy.\n{BAD}{FIXED}{GOOD}{GOOD}", "the same example a second time"),
        (f"A title\n\nWhy.\n{BAD}{FIXED}```dockerfile good\nfrom b\n```\n", "good, but the rule says: wrong case"),
        (f"A title\n\nWhy.\n```dockerfile bad\nFROM b\n```\n{GOOD}", "bad, but the rule is silent"),
        (f"A title\n\nWhy.\n{BAD}{FIXED.replace('FROM', 'From')}{GOOD}", "does not make the `fixed` example but:\nFROM a"),
        (f"A title\n\nWhy.\n{BAD}{FIXED}```dockerfile good\nFORM a\n```\n", "cannot be parsed: "),
    ],
)  # fmt: skip
def test_complaints(page, text: str, complaint: str) -> None:
    assert complaint in said(page(text))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (f"T\n\n{GOOD}{FIXED}", "right after its `bad` one"),
        ("T\n\n```dockerfile\nFROM a\n```\n", "say `dockerfile bad`"),
        ("T\n\n```dockerfile goood\nFROM a\n```\n", "say `dockerfile bad`"),
        ("T\n\n```dockerfile good\nFROM a\n", "the fence on line 3 is not closed"),
    ],
)
def test_senseless_fences(page, text: str, complaint: str) -> None:
    with pytest.raises(ExampleError, match=complaint):
        examples(page(text))


def test_a_fix_that_never_settles_or_breaks_the_file_is_told(page) -> None:
    swapping = support.recase(text=str.swapcase)
    assert "without end" in said(page(f"T\n\nW\n{BAD}{FIXED}{GOOD}", swapping))
    breaking = support.recase(text=lambda _: "FORM")
    assert "breaks the file" in said(page(f"T\n\nW\n{BAD}{FIXED}{GOOD}", breaking))


def test_a_crash_is_shown_with_its_traceback(page) -> None:
    assert "in crashing" in said(page(f"T\n\nW\n{BAD}{GOOD}", support.crashing))


def test_fixes_that_are_only_shown_are_tried_too(page) -> None:
    assert not said(page(f"T\n\nW\n{BAD}{FIXED}{GOOD}", support.recase(Safety.MANUAL)))


def test_a_toml_fence_sets_options_for_the_next_example_only(page) -> None:
    def check(ctx):
        for found in support.untagged(ctx):
            if ctx.text(found.span) not in ctx.options.allowed_tags:
                yield found

    text = 'T\n\nW\n```toml\nallowed-tags = ["a"]\n```\n```dockerfile good\nFROM a\n```\n```dockerfile bad\nFROM a\n```\n'
    assert not said(page(text, check, support.TagOptions))
    with pytest.raises(ExampleError, match="no options"):
        said(page(text, check))


def test_a_context_fence_lays_out_files_for_the_next_example_only(page) -> None:
    seen = []

    def check(ctx):
        if ctx.context is None:
            seen.append(None)
            return
        files = children(ctx.context.root)
        with files["b.sh"].content() as stream:
            seen.extend((files, stream.read()))
        yield Finding(ctx.stages[0].from_.span, "there is one")

    listing = ".dockerignore: x\\ny\nx\na/\nb.sh*: one\\ntwo\nbig: 3 kB\nto -> a/z\n"
    bad = BAD.replace("from", "FROM")
    assert not said(page(f"T\n\nW\n```text context\n{listing}```\n{bad}{GOOD}", check))
    files = {name: (node.type, node.mode & 0o100, node.size, node.link) for name, node in seen[0].items()}
    assert files == {
        ".dockerignore": ("file", 0, 4, ""),
        "a": ("dir", 0o100, 0, ""),
        "b.sh": ("file", 0o100, 8, ""),
        "big": ("file", 0, 3000, ""),
        "to": ("symlink", 0o100, 0, "a/z"),
    }
    assert seen[1:] == [b"one\ntwo\n", None]


def test_fences_may_hold_shorter_fences() -> None:
    (fence,) = fences("text\n````md\n```sh\nx\n```\n````\n")
    assert (fence.info, fence.text, fence.line) == ("md", "```sh\nx\n```\n", 2)

"""COPY onto trees: paths, owners, modes, what replaces what. The cases were seen in real builds or follow from them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfcheck.simulate.chmod import BadMode, parse_mode
from dfcheck.simulate.content import Inline
from dfcheck.simulate.copy import Copied, CopyRequest, copy, make_directory
from dfcheck.simulate.diff import layer
from dfcheck.simulate.model import BuildError
from dfcheck.simulate.names import cut
from dfcheck.simulate.tree import EMPTY, Draft, Node, Tree, children, directory, lookup

NOW = 1_500_000_000


def tree(*paths: str, **facts) -> Tree:
    """A tree of `dir/`, `file`, `link -> target`; a file holds its own name."""
    draft = Draft(Tree(directory()))
    for text in paths:
        name, _, link = text.partition(" -> ")
        parts = cut(name)
        for end in range(1, len(parts)):
            if draft.get(parts[:end]) is None:
                draft.put(parts[:end], directory()._replace(mtime=10**18))
        if link:
            node = Node("symlink", 0o777, mtime=10**18, link=link)
        elif name.endswith("/"):
            node = directory()._replace(mtime=10**18, **facts)
        else:
            data = parts[-1].encode()
            node = Node("file", 0o644, mtime=10**18, size=len(data), content=Inline(name, data))._replace(
                **facts
            )
        draft.put(parts, node)
    return draft.tree()


def made(origin: Tree, sources: str, destination: str = "/d/", onto: Tree = EMPTY, **options):
    return copy(onto, CopyRequest(origin.root, tuple(sources.split()), destination, 1, **options))


def paths(origin: Tree, sources: str, destination: str = "/d/", onto: Tree = EMPTY, **options) -> list[str]:
    result = made(origin, sources, destination, onto, **options)
    assert isinstance(result, Copied), result
    return [entry.path for entry in layer(result.before, result.after, NOW)]


def message(origin: Tree, sources: str, destination: str = "/d/", onto: Tree = EMPTY, **options) -> str:
    result = made(origin, sources, destination, onto, **options)
    assert isinstance(result, BuildError), result
    return result.message.removeprefix("failed to compute cache key: failed to calculate checksum of ref: ")


PROJECT = tree(
    "a.txt", "b.txt", "src/main.py", "src/lib/x.py", "src/empty/", "l -> a.txt", "ld -> src", "broken -> no"
)


@pytest.mark.parametrize(
    ("sources", "destination", "found"),
    [
        ("a.txt", "/x", ["x"]),
        ("a.txt", "/x/", ["x", "x/a.txt"]),
        ("a.txt b.txt", "/x", ["x"]),  # the last wins
        ("src", "/x", ["x", "x/empty", "x/lib", "x/lib/x.py", "x/main.py"]),
        ("src/.", "/x", ["x", "x/empty", "x/lib", "x/lib/x.py", "x/main.py"]),
        ("*.txt", "/x/", ["x", "x/a.txt", "x/b.txt"]),
        ("*.none", "/x/", []),
        ("src/*/x.py", "/x/", ["x", "x/x.py"]),
        ("../../a.txt", "/x", ["x"]),
        ("l", "/x/", ["x", "x/l"]),
        ("ld", "/x", ["x", "x/empty", "x/lib", "x/lib/x.py", "x/main.py"]),
        ("src/empty", "/x", ["x"]),
        ("[ab].txt", "/x/", ["x", "x/a.txt", "x/b.txt"]),
    ],
)
def test_where_things_go(sources, destination, found):
    assert paths(PROJECT, sources, destination) == found


def test_links_at_the_source_are_files_afterwards():
    result = made(PROJECT, "l", "/x")
    assert children(result.tree.root)["x"].content.data == b"a.txt"


@pytest.mark.parametrize(
    ("sources", "text"),
    [
        ("nope", '"/nope": not found'),
        ("broken", '"/broken": not found'),
        ("br*", '"/broken": not found'),
        ("a.txt/x", '"/a.txt/x": not found'),
        ("[a", "syntax error in pattern"),
    ],
)
def test_missing_sources(sources, text):
    assert message(PROJECT, sources) == text


BASE = tree("etc/passwd", "srv/link -> /etc", "bin/busybox", "bin/sh -> busybox", "file", "loop -> loop")


@pytest.mark.parametrize(
    ("destination", "found"),
    [
        ("/srv/link/", ["etc", "etc/a.txt"]),
        ("/bin/sh", ["bin", "bin/busybox"]),
        ("/etc", ["etc", "etc/a.txt"]),
        ("/new/deep/", ["new", "new/deep", "new/deep/a.txt"]),
    ],
)
def test_links_at_the_destination(destination, found):
    assert paths(PROJECT, "a.txt", destination, BASE) == found


def test_what_cannot_be_replaced():
    assert message(PROJECT, "src", "/file", BASE) == "cannot copy to non-directory: /file"
    assert message(PROJECT, "a.txt", "/file/", BASE) == "mkdir /file: not a directory"
    assert message(PROJECT, "a.txt", "/loop/", BASE) == "too many links"
    assert message(tree("d/x"), "d", "/", tree("x/")) == "cannot replace to directory /x with file"
    assert message(tree("d/x/y"), "d", "/", tree("x")) == "cannot copy to non-directory: /x"


def test_link_replaces_anything():
    assert paths(PROJECT, "src", "/file", BASE, link=True) == [
        "file",
        "file/empty",
        "file/lib",
        "file/lib/x.py",
        "file/main.py",
    ]
    result = made(PROJECT, "a.txt", "/srv/link/", BASE, link=True)
    assert lookup(result.tree.root, "/srv/link/a.txt") is not None
    assert lookup(result.tree.root, "/etc/a.txt") is None
    assert lookup(result.tree.root, "/etc/passwd") is not None


def test_the_same_again_is_no_change():
    first = made(PROJECT, "src", "/x").tree
    assert paths(PROJECT, "src", "/x", first) == []
    assert paths(PROJECT, "src", "/x", first, chown="5") == [
        "x",
        "x/empty",
        "x/lib",
        "x/lib/x.py",
        "x/main.py",
    ]


def test_parents_and_exclude():
    assert paths(PROJECT, "src/lib/x.py", "/x/", parents=True) == [
        "x",
        "x/src",
        "x/src/lib",
        "x/src/lib/x.py",
    ]
    assert paths(PROJECT, "src/./lib/x.py", "/x/", parents=True) == ["x", "x/lib", "x/lib/x.py"]
    assert paths(PROJECT, "**/*.py", "/x/", parents=True) == [
        "x",
        "x/src",
        "x/src/lib",
        "x/src/lib/x.py",
        "x/src/main.py",
    ]
    assert message(PROJECT, "src/nope", "/x/", parents=True) == '"/src/nope": not found'
    assert paths(PROJECT, "src", "/x", exclude=("lib",)) == ["x", "x/empty", "x/main.py"]
    assert paths(PROJECT, "src", "/x", exclude=("**", "!lib/x.py")) == ["x", "x/lib", "x/lib/x.py"]
    assert paths(PROJECT, "a.txt", "/x/", exclude=("a.txt",)) == ["x", "x/a.txt"]
    assert "invalid excludepatterns: [[]" in message(PROJECT, "src", "/x", exclude=("[",))


def test_owners():
    passwd = b"root:x:0:0::/:\napp:x:1000:1001::/:\nbad:x:y:z\n"
    group = b"root:x:0:\n#app:x:9:\nstaff:x:50:app\n"
    named = tree("etc/")
    etc = children(named.root)["etc"]._replace(
        children={
            name: Node("file", 0o644, size=len(data), content=Inline(name, data))
            for name, data in (("passwd", passwd), ("group", group))
        }
    )
    named = Tree(named.root._replace(children={"etc": etc}))

    def owned(text: str, onto: Tree = named) -> tuple[int, int]:
        node = lookup(made(PROJECT, "a.txt", "/x/", onto, chown=text).tree.root, "/x/a.txt")
        return node.uid, node.gid

    assert [owned(text) for text in ("7", "7:8", ":8", "root", "app", "app:", "app:staff", "7:staff", "nobody", "app:nobody", "bad")] == [
        (7, 7), (7, 8), (0, 8), (0, 0), (1000, 1001), (1000, 0), (1000, 50), (7, 50), (0, 0), (1000, 1001), (0, 0),
    ]  # fmt: skip
    assert message(PROJECT, "a.txt", "/x/", chown="app") == "invalid user index: -1"
    assert message(PROJECT, "a.txt", "/x/", named, chown="app", link=True) == "invalid user index: -1"
    assert owned("app", Tree(directory())) == (0, 0)


def test_workdir():
    result = make_directory(BASE, "/srv/link/new/deep", "5:6", 3)
    assert [(entry.path, entry.uid, entry.gid) for entry in layer(BASE, result, NOW)] == [
        ("etc", 0, 0), ("etc/new", 5, 6), ("etc/new/deep", 5, 6),
    ]  # fmt: skip
    assert layer(BASE, make_directory(BASE, "/etc", "", 3)) == ()
    assert make_directory(BASE, "/file", "", 3) == BuildError("mkdir /file: not a directory", 3)
    assert make_directory(BASE, "/file/x", "", 3) == BuildError("lstat /file/x: not a directory", 3)


def test_hard_links_stay_within_one_copy():
    origin = tree("d/a", "d/b", "c", inode=7)
    result = made(origin, "d", "/x")
    assert [(entry.path, entry.type, entry.link) for entry in layer(EMPTY, result.tree, NOW)] == [
        ("x", "dir", ""), ("x/a", "file", ""), ("x/b", "hardlink", "x/a"),
    ]  # fmt: skip
    assert [entry.type for entry in layer(EMPTY, made(origin, "d/a c", "/x/").tree, NOW)] == [
        "dir",
        "file",
        "file",
    ]


def test_deep_trees():
    origin = tree("/".join(["d"] * 300) + "/f")
    assert len(paths(origin, ".", "/x")) == 302
    assert len(paths(origin, ".", "/x", link=True)) == 302


@pytest.mark.parametrize(
    ("text", "mode", "folder", "result"),
    [
        ("0", 0o644, False, 0), ("4755", 0o644, False, 0o4755), ("u+x", 0o644, False, 0o744), ("a-w", 0o664, False, 0o444),
        ("u=rwX,go=rX", 0o600, False, 0o644), ("u=rwX,go=rX", 0o700, False, 0o755), ("u=rwX,go=rX", 0o600, True, 0o755),
        ("g=u", 0o740, False, 0o770), ("go=", 0o777, False, 0o700), ("=r", 0o777, False, 0o444), ("+t", 0o755, False, 0o1755),
        ("u+s", 0o755, False, 0o4755), ("o+s", 0o755, False, 0o755), ("ug+rw,o-rwx", 0o604, False, 0o660), ("u+x-w", 0o644, False, 0o544),
        ("go-u", 0o777, False, 0o700), ("+X", 0o644, False, 0o644), ("+X", 0o744, False, 0o755), ("a", 0, False, None), ("", 0, False, None),
        ("9", 0, False, None), ("0o755", 0, False, None), ("10000", 0, False, None), ("x+u", 0, False, None), ("u+x,", 0, False, None), ("u*x", 0, False, None),
    ],
)  # fmt: skip
def test_chmod(text, mode, folder, result):
    if result is None:
        with pytest.raises(BadMode):
            parse_mode(text)
    else:
        assert parse_mode(text).apply(mode, folder=folder) == result


@given(st.integers(0, 0o777), st.sampled_from("ugo"), st.sampled_from("+-="), st.sets(st.sampled_from("rwx")))
def test_chmod_is_what_the_bits_say(mode, who, operator, letters):
    shift = {"u": 6, "g": 3, "o": 0}[who]
    bits = sum({"r": 4, "w": 2, "x": 1}[letter] for letter in letters) << shift
    mask = 7 << shift
    wanted = {"+": mode | bits, "-": mode & ~bits, "=": mode & ~mask | bits}[operator]
    assert parse_mode(f"{who}{operator}{''.join(sorted(letters))}").apply(mode, folder=False) == wanted


NAMES = st.sampled_from(["a", "b", "c"])
FILES = st.lists(st.lists(NAMES, min_size=1, max_size=3).map("/".join), max_size=6)


def consistent(files: list[str]) -> list[str]:
    """Those that do not lie in another one."""
    return [path for path in dict.fromkeys(files) if not any(other.startswith(f"{path}/") for other in files)]


@given(FILES, FILES)
def test_the_layer_leads_from_before_to_after(first, second):
    """Applying the entries of a layer to what was before gives what is afterwards."""
    before, after = tree(*consistent(first)), tree(*consistent(second))

    def listing(root: Node) -> set[tuple[str, str]]:
        return {(entry.path, entry.type) for entry in layer(EMPTY, Tree(root))}

    state = dict(listing(before.root))
    for entry in layer(before, after):
        name = entry.path.rpartition("/")
        gone = f"{name[0]}{name[1]}{name[2].removeprefix('.wh.')}"
        if name[2].startswith(".wh.") or entry.type != "dir":
            state = {
                path: kind for path, kind in state.items() if path != gone and not path.startswith(f"{gone}/")
            }
        if not name[2].startswith(".wh."):
            state[entry.path] = entry.type
    assert set(state.items()) == listing(after.root)


@given(FILES)
def test_entries_come_in_the_order_of_a_walk(files):
    found = [tuple(entry.path.split("/")) for entry in layer(EMPTY, tree(*consistent(files)))]
    assert found == sorted(found)
    assert all(path[:end] in found for path in found for end in range(1, len(path)))


@given(FILES, FILES)
def test_drafts_leave_the_tree_they_began_with(first, second):
    origin = tree(*consistent(first))
    before = layer(EMPTY, origin)
    made(tree(*consistent(second)), ".", "/", origin)
    assert layer(EMPTY, origin) == before

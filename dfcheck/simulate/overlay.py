"""Overlay: a layer laid over a tree."""

from __future__ import annotations

from dfcheck.simulate.tree import Tree, children

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dfcheck.simulate.tree import Node


def overlay(below: Tree, above: Tree) -> Tree:
    """`below` with all of `above`: directories are joined and look as above, everything else is replaced.

    The root itself stays as it is below, but for its time, which is that of the joining.
    """
    if below.bare:
        return above
    root = _joined(below.root, above.root)
    return Tree(root._replace(mode=below.root.mode, uid=below.root.uid, gid=below.root.gid, mtime=None))


def _joined(below: Node, above: Node) -> Node:
    """Two directories joined; without recursion, for a path may be deeper than Python's stack."""
    names = dict(children(below))
    result = above._replace(children=names)
    todo = [(names, above)]
    while todo:
        into, folder = todo.pop()
        for name, node in children(folder).items():
            there = into.get(name)
            if node.type == "dir" and there is not None and there.type == "dir":
                inner = dict(children(there))
                into[name] = node._replace(children=inner)
                todo.append((inner, node))
            else:
                into[name] = node
    return result

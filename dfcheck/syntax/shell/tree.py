"""Tree: the only importer of tree-sitter; ASCII shell text to a syntax tree."""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder

from dfcheck.syntax.shell.masks import without_bodies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from tree_sitter import Language, Tree

_language: Language | None = None


def parse(text: str) -> Tree:
    """The tree of ASCII text; offsets in it count characters.

    Where the parser stumbles over heredocs, which it does in lines that go on after `<<EOF`, the tree of the text
    without their bodies.
    """
    tree = _parse(text)
    if tree.root_node.has_error and "<<" in text:
        bare = without_bodies(text)
        second = _parse(bare) if bare != text else tree
        if not second.root_node.has_error:
            return second
    return tree


def _parse(text: str) -> Tree:
    global _language  # noqa: PLW0603
    binding = _module("tree_sitter")
    if _language is None:
        _language = binding.Language(_module("tree_sitter_bash").language())
    tree: Tree = binding.Parser(_language).parse(text.encode("ascii"))
    return tree


def _module(package: str) -> ModuleType:
    """The extension module of a package, without running the package's `__init__`.

    Those import `typing` and `importlib.resources`, which take 25 ms; the extension modules take 2 ms.
    """
    name = package + "._binding"
    module = sys.modules.get(name)
    if module is not None:
        return module
    found = PathFinder.find_spec(package)
    where = found.submodule_search_locations if found else None
    spec = PathFinder.find_spec(name, where) if where else None
    if spec is None or spec.loader is None:
        from importlib import import_module

        return import_module(name)
    module = spec.loader.create_module(spec)
    if module is None:
        from importlib import import_module

        return import_module(name)
    module.__spec__, module.__loader__ = spec, spec.loader
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module

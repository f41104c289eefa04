"""Resolution: from the tree to stages, edges and values that are known, or unknown for a reason."""

from __future__ import annotations

from dfcheck.resolve.build import Build, resolve
from dfcheck.resolve.model import OTHERS, Edge, Inputs, Stage
from dfcheck.resolve.scopes import Binding, Scope
from dfcheck.syntax.words import Known, Unknown

__all__ = ["OTHERS", "Binding", "Build", "Edge", "Inputs", "Known", "Scope", "Stage", "Unknown", "resolve"]

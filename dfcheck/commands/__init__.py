"""Commands: `docker build`, `docker run` and their like, as values.

`docker` reads the words of one command line; `find` finds the command lines in scripts, Makefiles, workflows and
Compose files, `site` pairs a build with the Dockerfile it means. Nothing is run.
"""

from __future__ import annotations

from dfcheck.commands.model import BuildCommand, CommandError, Fault, Given, RunCommand, Word

__all__ = ["BuildCommand", "CommandError", "Fault", "Given", "RunCommand", "Word"]

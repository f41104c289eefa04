"""Contexts: the further contexts that a build names (`--build-context name=…`), which stand in for images."""

from __future__ import annotations

ANY = "*"  # a context whose name is not known


def names_context(image: str, contexts: tuple[str, ...]) -> bool:
    """Whether an image's name is that of a context. BuildKit compares names in full: `alpine` is also `library/alpine`.

    Args:
        image: As FROM, `COPY --from` or a mount has it.
        contexts: The names of the contexts; `ANY` stands for whatever name.
    """
    return image != "scratch" and (ANY in contexts or _short(image) in map(_short, contexts))


def _short(name: str) -> str:
    """A name without what stands for nothing: Docker's own registry, its library, and `latest`."""
    short = name.lower().removeprefix("docker.io/").removeprefix("library/")
    return short.removesuffix(":latest")

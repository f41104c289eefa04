"""Images: what the commonest official images usually start with, for when nobody has looked at the image itself.

These are no facts about a given build: tags differ and images change. They are shown as `usually …` and never take
part in a prediction. The table is `dfcheck.knowledge.image_table`.
"""

from __future__ import annotations

from dfcheck.value import Value


class Typical(Value):
    """What images of a repository usually have.

    Attributes:
        user: USER; empty for root.
        workdir: WORKDIR; `/` when none is set.
        entrypoint: ENTRYPOINT's words; empty for none.
        cmd: CMD's words; empty for none.
        shell: The shell that the shell form can run; empty for none.
        ports: EXPOSE.
        stop_signal: STOPSIGNAL; empty for none.
    """

    user: str = ""
    workdir: str = "/"
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    shell: str = "/bin/sh"
    ports: tuple[str, ...] = ()
    stop_signal: str = ""


def typical(name: str) -> Typical | None:
    """What an image usually has; None when the table does not say.

    Args:
        name: Full name, `docker.io/library/php:8.3-fpm`; a digest is left out of account.
    """
    from dfcheck.knowledge.image_table import TYPICAL

    bare = name.partition("@")[0]
    slash = bare.rfind("/")
    last, _, tag = bare[slash + 1 :].partition(":")
    repository = bare[: slash + 1] + last
    words = tag.split("-")
    if any(word.startswith(("nanoserver", "windowsservercore")) for word in words):
        return None
    for word in words:
        flavour = f"{repository}:{word.rstrip('0123456789.')}"
        if word and flavour in TYPICAL:
            return TYPICAL[flavour]
    return TYPICAL.get(repository)


def usually(name: str) -> str:
    """What an image usually starts, as a clause; empty when the table does not say.

    Args:
        name: As `typical` takes it.
    """
    found = typical(name)
    if found is None:
        return ""
    from shlex import join

    shell = "" if found.shell else ", no shell"
    return f"usually `{join(found.entrypoint + found.cmd)}` as {found.user or 'root'} in `{found.workdir}`{shell}"

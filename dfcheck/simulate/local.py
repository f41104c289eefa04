"""Local: base images that this machine has: at a daemon, or in the store that podman and its kin share."""

from __future__ import annotations

import os

from dfcheck.simulate import storage
from dfcheck.simulate.daemon import Daemon, sockets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from dfcheck.resolve.platforms import Platform
    from dfcheck.simulate.bases import BaseImage


class Local:
    """Gives images by full name and platform."""

    def __init__(self, note: Callable[[str], None]) -> None:
        """Look where daemons and stores are.

        Args:
            note: Takes a line that tells what is done.

        Raises:
            BaseError: The environment or a settings file names something that cannot be used.
        """
        self._daemons = [Daemon(path, note) for path in sockets() if os.path.exists(path)]
        self._stores = [path for path in storage.stores() if os.path.isdir(path)]
        if not self._daemons and not self._stores:
            note("no daemon listens here, and there is no store of images")

    def __call__(self, name: str, platform: Platform) -> BaseImage | None:
        """The image of a full name, `docker.io/library/debian:12`; None when it is not here.

        Raises:
            BaseError: A daemon or a store does not work.
        """
        for daemon in self._daemons:
            found = daemon.find(name, platform)
            if found is not None:
                return found
        for store in self._stores:
            found = storage.find(store, name, platform)
            if found is not None:
                return found
        return None

"""An edge: the files of the disk, for ``--from-file``."""

from __future__ import annotations

import os
from collections.abc import Sequence

__all__ = ["LocalFiles"]


class LocalFiles:
    """Files of the disk, as ``SecretFiles`` asks for them; a relative path starts in the working directory.

    A name that is not UTF-8 is text as ``os.fsdecode`` makes it.
    """

    # pathlib would take "" for the working directory and drop a slash at the end.

    def is_directory(self, path: str) -> bool:
        """Return whether there is a directory, or a link to one."""
        return os.path.isdir(path)  # noqa: PTH112

    def regular_files(self, path: str) -> Sequence[str] | None:
        """Return the names of the regular files in a directory, sorted by their bytes; ``None`` if they cannot be listed."""
        try:
            with os.scandir(path) as entries:
                return sorted((entry.name for entry in entries if entry.is_file(follow_symlinks=False)), key=os.fsencode)
        except (OSError, ValueError):  # a name with a null character
            return None

    def read(self, path: str) -> bytes | None:
        """Return what is in a file, ``None`` if it cannot be read."""
        try:
            with open(path, "rb") as file:  # noqa: PTH123
                return file.read()
        except (OSError, ValueError):
            return None

"""Which files containerd reads (``LoadConfig`` and ``resolveImports`` in ``cmd/containerd/server/config/config.go``).

Reading begins with the main file and goes on with what it imports, then with what those import: the nearest first, each once. A path of
``imports`` is relative to the directory of the file that has it. With a star in it, it is a pattern, which may match nothing; otherwise
there has to be such a file. What no file imports is not read: from containerd 2.2 on the configuration that ``containerd config default``
prints imports ``/etc/containerd/conf.d/*.toml``, but one that stands there already does so only if it says so.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections import deque
from collections.abc import Mapping, Sequence

import attrs

from ..golang.path_join import join_path
from ..golang.path_match import BadPattern, PathPattern
from .config_tree import Tree, tree_of
from .toml_config import FieldKind, InvalidRuntimeConfig, RuntimeConfigProblem, read_toml, table_at, texts_at, wrong_type

__all__ = ["CONTAINERD_CONFIG", "ContainerdFile", "ImportPattern", "read_containerd_file", "select_containerd_files"]

CONTAINERD_CONFIG = "/etc/containerd/config.toml"
"""The main file where none is named; only this one may be missing."""

_SPECIAL = re.compile(r"[*?\[\\]")


@attrs.frozen
class ImportPattern:
    """An entry of ``imports`` of the file at ``parent``, empty for the main file itself.

    ``path`` is the clean path of a file, or a pattern of such paths; ``parts`` then holds what stands between its slashes.
    """

    path: str
    parent: str = ""
    parts: tuple[PathPattern, ...] | None = None

    def matches(self, path: str) -> bool:
        """Return whether the file at a clean path is imported.

        >>> ImportPattern.parse("conf.d/*.toml", "/etc/containerd/config.toml").matches("/etc/containerd/conf.d/kata.toml")
        True
        """
        if self.parts is None:
            return path == self.path
        names = path.split("/")
        return len(names) == len(self.parts) and all(part.matches(name) for part, name in zip(self.parts, names, strict=True))

    @classmethod
    def parse(cls, text: str, parent: str) -> ImportPattern:
        """Return an entry of the imports of the file at ``parent``; raises ``InvalidRuntimeConfig`` for a malformed pattern."""
        path = join_path(text) if text.startswith("/") else join_path(parent, "..", text)
        if "*" not in path:
            return cls(path, parent)
        try:
            return cls(path, parent, tuple(map(PathPattern.parse, path.split("/"))))
        except BadPattern:
            pass
        raise InvalidRuntimeConfig(RuntimeConfigProblem.BAD_PATTERN, parent, detail=repr(path[:100]))


@attrs.frozen
class ContainerdFile:
    """One file, as far as it matters here.

    ``version`` is 0 where it has none. ``plugins`` are the tables of all plugins by the names that the file gives them; ``disabled`` and
    ``required`` are names of plugins.
    """

    path: str
    version: int
    plugins: Tree = attrs.field(eq=False)
    disabled: tuple[str, ...]
    required: tuple[str, ...]
    imports: tuple[ImportPattern, ...]


def read_containerd_file(content: str | bytes, path: str) -> ContainerdFile:
    """Return what one file says; raises ``InvalidRuntimeConfig`` where containerd cannot decode it."""
    table = read_toml(content, path)
    version = table.get("version", 0)
    if not isinstance(version, int) or isinstance(version, bool):
        raise wrong_type(path, "version", FieldKind.INTEGER)
    return ContainerdFile(
        path,
        version,
        tree_of(table_at(table, "plugins", path), path),
        texts_at(table, "disabled_plugins", path),
        texts_at(table, "required_plugins", path),
        tuple(ImportPattern.parse(text, path) for text in texts_at(table, "imports", path)),
    )


def select_containerd_files(files: Mapping[str, str | bytes], main: str = CONTAINERD_CONFIG) -> tuple[ContainerdFile, ...]:
    """Return the files that containerd reads, in the order of reading; none where the main file is not there, but may be missing.

    ``files`` holds the contents of files by their absolute path. Raises ``InvalidRuntimeConfig`` for a file that cannot be decoded, and for
    one that is missing.
    """
    contents = {join_path(path): content for path, content in files.items()}
    paths = sorted(contents)
    main = join_path(main)
    if main == CONTAINERD_CONFIG and main not in contents:
        return ()
    loaded: dict[str, ContainerdFile] = {}
    asked: set[str] = set()
    pending = deque([ImportPattern(main)])
    while pending:
        wanted = pending.popleft()
        for path in _matching(wanted, paths):
            if path not in loaded:
                loaded[path] = read_containerd_file(contents[path], path)
                pending += (found for found in loaded[path].imports if found.path not in asked)
                asked |= {found.path for found in loaded[path].imports}
    return tuple(loaded.values())


def _matching(wanted: ImportPattern, paths: Sequence[str]) -> list[str]:
    """Return those of some sorted paths that an import stands for: those of a pattern by directory, then by name."""
    plain = wanted.path if wanted.parts is None else _SPECIAL.split(wanted.path, maxsplit=1)[0]
    start = bisect.bisect_left(paths, plain)
    beginning = itertools.takewhile(lambda path: path.startswith(plain), map(paths.__getitem__, range(start, len(paths))))
    if wanted.parts is not None:
        return sorted(filter(wanted.matches, beginning), key=lambda path: path.split("/"))
    if next(beginning, None) != plain:
        raise InvalidRuntimeConfig(RuntimeConfigProblem.MISSING, plain, detail=f"{wanted.parent} imports it" if wanted.parent else "")
    return [plain]

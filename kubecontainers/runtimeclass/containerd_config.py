"""containerd's configuration: which files are read, and what they make together (``cmd/containerd/server/config/config.go``).

Reading begins with the main file and goes on with what it imports, then with what those import: the nearest first, each once. Later ones
win. How files are merged, and when what an older version says is moved to the table of a newer one, depends on the release of containerd:

==========  =====================================================================================================================
1.6, 1.7    the table of a plugin in a later file takes the place of that in an earlier one. The last ``version`` in any file says
            for all of them which table counts
2.0 – 2.2   tables are merged key by key, and the outcome is migrated if the last ``version`` from 2 on is less than 3. In files of
            version 1 only names of plugins are migrated, so that what they say of the CRI's runtimes is lost
2.3         each file is migrated by itself, then tables are merged key by key
==========  =====================================================================================================================
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Iterator, Sequence

import attrs

from .config_tree import Leaf, Override, Tree, first_file, merge_trees, subtree
from .containerd_files import ContainerdFile
from .handlers import Ineffective, IneffectiveReason
from .runtime_version import ContainerRuntime, RuntimeChange, RuntimeVersion
from .toml_config import FieldKind, InvalidRuntimeConfig, RuntimeConfigProblem, wrong_type

__all__ = [
    "CONFIG_VERSION_3",
    "CONFIG_VERSION_4",
    "EACH_FILE_MIGRATED",
    "TABLES_MERGED",
    "URI_PREFIX_CHECKED",
    "ContainerdConfig",
    "merge_containerd_files",
]

TABLES_MERGED = RuntimeChange(
    runtime=ContainerRuntime.CONTAINERD,
    since=(2, 0),
    summary="tables of a plugin in several files are merged key by key; before, that of a later file replaces the whole table",
)
EACH_FILE_MIGRATED = RuntimeChange(
    runtime=ContainerRuntime.CONTAINERD,
    since=(2, 3),
    summary="files of an older version are migrated each by itself; before, all files have to be of one version",
)
CONFIG_VERSION_3 = RuntimeChange(
    runtime=ContainerRuntime.CONTAINERD, since=(2, 0), summary='runtimes are configured below plugins."io.containerd.cri.v1.runtime"'
)
CONFIG_VERSION_4 = RuntimeChange(runtime=ContainerRuntime.CONTAINERD, since=(2, 3), summary="a configuration may have version 4")
URI_PREFIX_CHECKED = RuntimeChange(
    runtime=ContainerRuntime.CONTAINERD,
    since=(1, 7),
    until=(2, 0),
    summary="from version 2 on, names of plugins have to begin with io.containerd.",
)

CRI_ID = "cri"
CRI_GRPC = "io.containerd.grpc.v1.cri"
CRI_RUNTIME = "io.containerd.cri.v1.runtime"
CRI_IMAGES = "io.containerd.cri.v1.images"

URI_PREFIX = "io.containerd."
URI_DOTS = 3

MOVED_TO_IMAGES = frozenset({"snapshotter", "disable_snapshot_annotations", "discard_unpacked_layers"})
"""Keys that a migration does not copy to the table of the CRI's runtimes."""

RETIRED = {"default_runtime": "default", "untrusted_workload_runtime": "untrusted"}
"""Tables of containerd 1 that define a handler each, and its name."""


@attrs.frozen
class ContainerdConfig:
    """What the files say of the CRI's runtimes.

    ``cri`` is the table of its plugin, merged and migrated, ``None`` where there is none. ``disabled_by`` is the file that disables the
    plugin, empty where none does.
    """

    cri: Tree | Leaf | None = attrs.field(eq=False)
    disabled_by: str = ""
    ineffective: tuple[Ineffective, ...] = ()


def merge_containerd_files(loaded: Sequence[ContainerdFile], release: RuntimeVersion) -> ContainerdConfig:
    """Return what files make in the order of reading; raises ``InvalidRuntimeConfig`` where containerd does not start."""
    if EACH_FILE_MIGRATED in release:
        return _each_migrated(loaded, release)
    return _migrated_together(loaded, release) if TABLES_MERGED in release else _replaced(loaded, release)


def _newest(release: RuntimeVersion) -> int:
    if CONFIG_VERSION_4 in release:
        return 4
    return 3 if CONFIG_VERSION_3 in release else 2


def _check_version(version: int, file: str, release: RuntimeVersion) -> None:
    if not 0 <= version <= _newest(release):
        detail = f"{version}, where {release} knows 1 to {_newest(release)}"
        raise InvalidRuntimeConfig(RuntimeConfigProblem.CONFIG_VERSION, file, detail=detail)


def _disabled_by(loaded: Sequence[ContainerdFile], names: Container[str]) -> str:
    return next((file.path for file in loaded for name in file.disabled if name in names), "")


# -------------------------------------------------------------------------------------------------------------------- mentions


@attrs.frozen
class _Mention:
    """A handler, or a key besides those of a handler, that a table names."""

    handler: str
    field: str
    file: str


def _mentions(plugin: Tree | None) -> Iterator[_Mention]:
    """Yield what the table of a CRI plugin says of handlers."""
    section = subtree(plugin, "containerd")
    for key, value in section.entries.items() if section else ():
        if key == "runtimes" and isinstance(value, Tree):
            yield from (_Mention(handler, "", first_file(entry)) for handler, entry in value.entries.items())
        elif key == "default_runtime_name" or key in RETIRED:
            yield _Mention(RETIRED.get(key, ""), key, first_file(value))


def _unread(plugins: Tree, plugin: str) -> Iterator[Ineffective]:
    for found in _mentions(subtree(plugins, plugin)):
        yield Ineffective(IneffectiveReason.WRONG_TABLE, found.handler, found.file, field=found.field, detail=plugin)


# ---------------------------------------------------------------------------------------------------------------- containerd 1


def _replaced(loaded: Sequence[ContainerdFile], release: RuntimeVersion) -> ContainerdConfig:
    version, path = next(((file.version, file.path) for file in reversed(loaded) if file.version), (1, ""))
    _check_version(version, path, release)
    for file in loaded:
        _check_tables(file)
        if version > 1:
            _check_uris(file, release)
    counting, others = (CRI_ID, (CRI_GRPC, CRI_RUNTIME)) if version == 1 else (CRI_GRPC, (CRI_RUNTIME,))
    tables = [table for file in loaded if (table := subtree(file.plugins, counting)) is not None]
    notes = [note for earlier, later in itertools.pairwise(tables) for note in _erased(earlier, later)]
    notes += [note for file in loaded for plugin in others for note in _unread(file.plugins, plugin)]
    return ContainerdConfig(tables[-1] if tables else None, _disabled_by(loaded, {counting}), tuple(notes))


def _check_tables(file: ContainerdFile) -> None:
    for name, table in file.plugins.entries.items():
        if isinstance(table, Leaf):
            raise wrong_type(file.path, f"plugins.{name}", FieldKind.TABLE)


def _check_uris(file: ContainerdFile, release: RuntimeVersion) -> None:
    for name in (*file.disabled, *file.required, *file.plugins.entries):
        prefixed = name.startswith(URI_PREFIX) or URI_PREFIX_CHECKED not in release
        if not prefixed or name.count(".") < URI_DOTS:
            raise InvalidRuntimeConfig(RuntimeConfigProblem.PLUGIN_NAME, file.path, detail=repr(name[:100]))


def _erased(earlier: Tree, later: Tree) -> Iterator[Ineffective]:
    again = {(found.handler, found.field) for found in _mentions(later)}
    for found in _mentions(earlier):
        reason = IneffectiveReason.REPLACED if (found.handler, found.field) in again else IneffectiveReason.ERASED
        yield Ineffective(reason, found.handler, found.file, first_file(later), found.field)


# ---------------------------------------------------------------------------------------------------------------- containerd 2


def _migrated_together(loaded: Sequence[ContainerdFile], release: RuntimeVersion) -> ContainerdConfig:
    newest = _newest(release)
    version, path = next(((file.version, file.path) for file in reversed(loaded) if file.version not in {0, 1}), (newest, ""))
    _check_version(version, path, release)
    plugins, notes = Tree(), list[Ineffective]()
    for file in loaded:
        notes += _unread(file.plugins, CRI_ID) if file.version > 1 or version == newest else ()
        notes += _unread(file.plugins, CRI_GRPC) if version == newest else ()
        notes += _overridden(merge_trees(plugins, _cri_plugins(file)))
    if version < newest:
        plugins, missed = _migrated(plugins)
        notes += missed
    return _merged(loaded, plugins, notes)


def _each_migrated(loaded: Sequence[ContainerdFile], release: RuntimeVersion) -> ContainerdConfig:
    newest = _newest(release)
    plugins, notes = Tree(), list[Ineffective]()
    for file in loaded:
        _check_version(file.version, file.path, release)
        own = _cri_plugins(file)
        notes += _unread(own, CRI_ID)
        if file.version == newest:
            notes += _unread(own, CRI_GRPC)
        else:
            own, missed = _migrated(own)
            notes += missed
        notes += _overridden(merge_trees(plugins, own))
    return _merged(loaded, plugins, notes)


def _merged(loaded: Sequence[ContainerdFile], plugins: Tree, notes: list[Ineffective]) -> ContainerdConfig:
    for file in loaded:
        for name in (*file.disabled, *file.required) if file.version > 1 else ():  # before, names were migrated
            if "." not in name:
                raise InvalidRuntimeConfig(RuntimeConfigProblem.PLUGIN_NAME, file.path, detail=repr(name[:100]))
    old = [file for file in loaded if file.version <= 1]
    disabled_by = _disabled_by(loaded, {CRI_GRPC, CRI_RUNTIME, CRI_IMAGES}) or _disabled_by(old, {CRI_ID})
    return ContainerdConfig(plugins.entries.get(CRI_RUNTIME), disabled_by, tuple(notes))


def _cri_plugins(file: ContainerdFile) -> Tree:
    """Return the tables of the CRI's plugins; in version 1 that of ``cri`` has its full name then."""
    names = {CRI_ID: CRI_GRPC if file.version <= 1 else CRI_ID, CRI_GRPC: CRI_GRPC, CRI_RUNTIME: CRI_RUNTIME}
    entries = {names[name]: table for name, table in file.plugins.entries.items() if name in names}
    return Tree(entries, {file.path: None})


def _migrated(plugins: Tree) -> tuple[Tree, list[Ineffective]]:
    """Return tables in which that of version 2 was copied to that of version 3, except for keys that are there, and those keys."""
    source = subtree(plugins, CRI_GRPC, "containerd")
    if source is None:
        return plugins, []
    target = subtree(plugins, CRI_RUNTIME) or Tree()
    section = subtree(target, "containerd") or Tree()
    copied = {key: value for key, value in source.entries.items() if key not in section.entries and key not in MOVED_TO_IMAGES}
    merged = _with_sandboxers(Tree(section.entries | copied, section.files | source.files))
    plugin = Tree({**target.entries, "containerd": merged}, target.files | source.files)
    left = Tree({key: value for key, value in source.entries.items() if key in section.entries}, source.files)
    notes = [
        Ineffective(
            IneffectiveReason.NOT_MIGRATED,
            found.handler,
            found.file,
            first_file(section.entries[found.field or "runtimes"]),
            found.field,
            CRI_GRPC,
        )
        for found in _mentions(Tree({"containerd": left}))
    ]
    return Tree({**plugins.entries, CRI_RUNTIME: plugin}, plugins.files), notes


def _with_sandboxers(section: Tree) -> Tree:
    """Return the section with ``sandbox_mode`` of containerd 1.7 under its newer name."""
    runtimes = subtree(section, "runtimes")
    if runtimes is None:
        return section
    entries = {name: _with_sandboxer(entry) for name, entry in runtimes.entries.items()}
    return Tree({**section.entries, "runtimes": Tree(entries, runtimes.files)}, section.files)


def _with_sandboxer(runtime: Tree | Leaf) -> Tree | Leaf:
    if isinstance(runtime, Leaf) or "sandbox_mode" not in runtime.entries or "sandboxer" in runtime.entries:
        return runtime
    entries = {"sandboxer" if key == "sandbox_mode" else key: value for key, value in runtime.entries.items()}
    return Tree(entries, runtime.files)


def _overridden(overrides: Iterable[Override]) -> Iterator[Ineffective]:
    for found in overrides:
        match found.path:
            case (_, "containerd", "runtimes", handler, *keys):
                yield Ineffective(IneffectiveReason.OVERRIDDEN, handler, found.file, found.by, ".".join(keys))
            case (_, "containerd", "default_runtime_name"):
                yield Ineffective(IneffectiveReason.OVERRIDDEN, "", found.file, found.by, "default_runtime_name")
            case _:
                pass

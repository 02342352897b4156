"""The handlers of a node with containerd (``internal/cri/config``, in containerd 1 ``pkg/cri/config``).

The CRI is a plugin. Its table is decoded over the built-in configuration, which has the handler ``runc`` as the default:

============  =================================================================================================================
containerd 2  named runtimes are added to ``runc``, and an entry ``runc`` is merged with the built-in one
containerd 1  a table ``runtimes`` takes the place of the built-in one: it has to name ``runc`` again, or another default.
              ``default_runtime`` and ``untrusted_workload_runtime``, tables of one runtime each, become handlers as well
============  =================================================================================================================

Where the plugin cannot be loaded the node offers nothing at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..apimachinery.frozenmap import FrozenMap
from ..golang.path_join import join_path
from .config_tree import Leaf, Tree, first_file, subtree
from .containerd_config import RETIRED, ContainerdConfig, merge_containerd_files
from .containerd_files import CONTAINERD_CONFIG, select_containerd_files
from .handlers import BUILT_IN, UNTRUSTED_HANDLER, Handler, Ineffective, IneffectiveReason, OfferedHandlers
from .runtime_version import LATEST_CONTAINERD, ContainerRuntime, RuntimeChange, RuntimeVersion
from .toml_config import FieldKind, is_kind

__all__ = ["BUILT_IN_KEPT", "DEVICES_CHECKED", "IO_TYPE_CHECKED", "containerd_handlers"]

BUILT_IN_KEPT = RuntimeChange(
    runtime=ContainerRuntime.CONTAINERD,
    since=(2, 0),
    summary="the built-in handler runc is offered beside those that a file names, and default_runtime, untrusted_workload_runtime,"
    " runtime_engine, runtime_root, systemd_cgroup and no_pivot are gone",
)
DEVICES_CHECKED = RuntimeChange(
    runtime=ContainerRuntime.CONTAINERD,
    since=(1, 7),
    summary="privileged_without_host_devices_all_devices_allowed requires privileged_without_host_devices",
)
IO_TYPE_CHECKED = RuntimeChange(runtime=ContainerRuntime.CONTAINERD, since=(2, 0), summary="io_type may be fifo or streaming")

DEFAULT_NAME = "runc"
OLD_DEFAULT = RETIRED["default_runtime"]
BUILT_IN_RUNC = Handler(DEFAULT_NAME, "io.containerd.runc.v2")

FIRST_SHIM = "io.containerd.runtime.v1.linux"
"""The only type for which some settings of containerd 1 are allowed."""

IO_TYPES = frozenset({"", "fifo", "streaming"})

_FIELDS = {
    "runtime_type": FieldKind.TEXT,
    "runtime_path": FieldKind.TEXT,
    "runtime_engine": FieldKind.TEXT,
    "runtime_root": FieldKind.TEXT,
    "options": FieldKind.TABLE,
    "pod_annotations": FieldKind.TEXTS,
    "container_annotations": FieldKind.TEXTS,
    "privileged_without_host_devices": FieldKind.BOOLEAN,
    "privileged_without_host_devices_all_devices_allowed": FieldKind.BOOLEAN,
    "cgroup_writable": FieldKind.BOOLEAN,
    "base_runtime_spec": FieldKind.TEXT,
    "cni_conf_dir": FieldKind.TEXT,
    "cni_max_conf_num": FieldKind.INTEGER,
    "snapshotter": FieldKind.TEXT,
    "sandbox_mode": FieldKind.TEXT,
    "sandboxer": FieldKind.TEXT,
    "io_type": FieldKind.TEXT,
    "disable_pause_image_pull": FieldKind.BOOLEAN,
}
_NO_SETTINGS = frozenset({"runtime_type", "runtime_path", "options"})


def containerd_handlers(
    files: Mapping[str, str | bytes], *, main: str = CONTAINERD_CONFIG, version: RuntimeVersion | str = LATEST_CONTAINERD
) -> OfferedHandlers:
    r"""Return the handlers that containerd offers with the files of a node.

    ``files`` holds the contents of files by their absolute path, such as ``read_containerd_files`` gives them; those that are not imported
    do not count. ``main`` is the file of ``--config``; the usual one may be missing. ``version`` is that of containerd, such as ``"1.7"``
    or what the node says of its runtime. Of the CRI's plugin only the tables of runtimes are checked.

    Raises ``InvalidRuntimeConfig`` where containerd does not start, and ``InvalidRuntimeVersion``.

    >>> kata = '[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.kata]'
    >>> found = containerd_handlers({
    ...     "/etc/containerd/config.toml": 'version = 3\nimports = ["conf.d/*.toml"]',
    ...     "/etc/containerd/conf.d/kata.toml": f'version = 3\n{kata}\nruntime_type = "io.containerd.kata.v2"',
    ... })
    >>> found.names, found.default, found.offered["kata"].source
    (('kata', 'runc'), 'runc', '/etc/containerd/conf.d/kata.toml')
    """
    release = version if isinstance(version, RuntimeVersion) else RuntimeVersion.parse(version, ContainerRuntime.CONTAINERD)
    loaded = select_containerd_files(files, main)
    config = merge_containerd_files(loaded, release)
    read = tuple(file.path for file in loaded)
    unread = sorted({join_path(path) for path in files} - set(read))
    left_out = tuple(Ineffective(IneffectiveReason.NOT_IMPORTED, file=path) for path in unread)
    found = _Plugin(config, release)
    notes = (*config.ineffective, *left_out, *found.notes())
    refusal = found.refusal()
    runtimes = found.runtimes()
    if refusal is not None:
        named = ((name, handler.source) for name, handler in sorted(runtimes.items()) if handler.source != BUILT_IN)
        void = tuple(Ineffective(refusal.reason, name, file, refusal.file) for name, file in named)
        return OfferedHandlers(release, FrozenMap[str, Handler]({}), "", (*notes, *void), refusal, read)
    default = found.default()[0]
    return OfferedHandlers(release, FrozenMap({**runtimes, "": runtimes[default]}), default, notes, files=read)


class _Plugin:
    """The table of the CRI's plugin, decoded as a release does it."""

    def __init__(self, config: ContainerdConfig, release: RuntimeVersion) -> None:
        self.config = config
        self.release = release
        self.plugin = subtree(config.cri) or Tree()
        self.section = subtree(self.plugin, "containerd") or Tree()
        self.named = subtree(self.section, "runtimes")
        self.retired = {name: table for key, name in RETIRED.items() if (table := subtree(self.section, key)) is not None}
        self.replacing = BUILT_IN_KEPT not in release
        self.counting = {name: table for name, table in self.retired.items() if self.replacing and _text(table, "runtime_type")}

    def runtimes(self) -> dict[str, Handler]:
        """Return every handler that could be offered, whether the plugin can be loaded or not."""
        found = {} if self.replacing and self.named is not None else {DEFAULT_NAME: BUILT_IN_RUNC}
        for name, entry in self.entries().items():
            if isinstance(entry, Tree) and name:
                found[name] = _handler(name, entry, found.get(name))
        return found | {name: _handler(name, table, None) for name, table in self.counting.items()}

    def entries(self) -> dict[str, Tree | Leaf]:
        """Return what stands in the table of runtimes."""
        return {} if self.named is None else self.named.entries

    def default(self) -> tuple[str, str]:
        """Return the name of the default handler, and the file that says so."""
        if OLD_DEFAULT in self.counting:
            return OLD_DEFAULT, first_file(self.counting[OLD_DEFAULT])
        chosen = self.section.entries.get("default_runtime_name")
        return (str(chosen.value), chosen.file) if isinstance(chosen, Leaf) else (DEFAULT_NAME, BUILT_IN)

    # ------------------------------------------------------------------------------------------------------ what has no effect

    def notes(self) -> Iterator[Ineffective]:
        """Yield what the table says in vain, although it is the one that is read."""
        for name, table in self.retired.items():
            if name not in self.counting:
                reason = IneffectiveReason.NO_RUNTIME_TYPE if self.replacing else IneffectiveReason.REMOVED
                yield Ineffective(reason, name, first_file(table))
        if "" in self.entries():
            yield Ineffective(IneffectiveReason.EMPTY_NAME, file=first_file(self.entries()[""]), field="runtimes")
        if self.replacing and self.named is not None and DEFAULT_NAME not in self.named.entries:
            yield Ineffective(IneffectiveReason.BUILT_IN_ERASED, DEFAULT_NAME, BUILT_IN, first_file(self.named))
        if OLD_DEFAULT in self.counting:
            yield from self.overridden_by_old_default()

    def overridden_by_old_default(self) -> Iterator[Ineffective]:
        """Yield what the table ``default_runtime`` takes the place of."""
        by = first_file(self.counting[OLD_DEFAULT])
        name, entry = self.section.entries.get("default_runtime_name"), self.entries().get(OLD_DEFAULT)
        if name is not None:
            yield Ineffective(IneffectiveReason.OVERRIDDEN, "", first_file(name), by, "default_runtime_name")
        if entry is not None:
            yield Ineffective(IneffectiveReason.OVERRIDDEN, OLD_DEFAULT, first_file(entry), by)

    # ---------------------------------------------------------------------------------------------- why nothing is offered at all

    def refusal(self) -> Ineffective | None:
        """Return why the plugin cannot be loaded."""
        if self.config.disabled_by:
            return Ineffective(IneffectiveReason.PLUGIN_DISABLED, file=self.config.disabled_by, field="disabled_plugins")
        return next((found for problems in (self.wrong_types, self.wrong_names, self.wrong_settings) for found in problems()), None)

    def wrong_types(self) -> Iterator[Ineffective]:
        """Yield values that cannot be decoded."""
        if isinstance(self.config.cri, Leaf):
            yield _mistyped(self.config.cri, FieldKind.TABLE)
        for key, value in self.section.entries.items():
            kind = FieldKind.TEXT if key == "default_runtime_name" else FieldKind.TABLE
            if key in {"runtimes", "default_runtime_name", *(RETIRED if self.replacing else ())} and not _is(value, kind):
                yield _mistyped(value, kind, field=key)
        if isinstance(section := self.plugin.entries.get("containerd"), Leaf):
            yield _mistyped(section, FieldKind.TABLE, field="containerd")
        for name, runtime in (*self.entries().items(), *(self.retired.items() if self.replacing else ())):
            yield from _wrong_types(name, runtime)

    def wrong_names(self) -> Iterator[Ineffective]:
        """Yield names that are defined twice, or not at all."""
        if UNTRUSTED_HANDLER in self.counting and UNTRUSTED_HANDLER in self.entries():
            file, by = first_file(self.entries()[UNTRUSTED_HANDLER]), first_file(self.counting[UNTRUSTED_HANDLER])
            yield Ineffective(IneffectiveReason.CONFLICT, UNTRUSTED_HANDLER, file, by)
        name, file = self.default()
        if name not in self.runtimes():
            reason = IneffectiveReason.DEFAULT_UNKNOWN if name else IneffectiveReason.DEFAULT_EMPTY
            yield Ineffective(reason, name, file, field="default_runtime_name")

    def wrong_settings(self) -> Iterator[Ineffective]:
        """Yield settings that are not allowed."""
        runtimes = self.runtimes()
        if self.replacing and runtimes[self.default()[0]].runtime_type != FIRST_SHIM:
            for table, key in ((self.plugin, "systemd_cgroup"), (self.section, "no_pivot")):
                value = table.entries.get(key)
                if isinstance(value, Leaf) and value.value is True:
                    yield Ineffective(IneffectiveReason.INVALID_SETTING, file=value.file, field=key)
        for name, runtime in sorted(runtimes.items()):
            for key in _wrong_settings(runtime, self.release):
                yield Ineffective(IneffectiveReason.INVALID_SETTING, name, runtime.source, field=key)


def _wrong_types(name: str, runtime: Tree | Leaf) -> Iterator[Ineffective]:
    if isinstance(runtime, Leaf):
        yield _mistyped(runtime, FieldKind.TABLE, name)
    else:
        values = ((key, runtime.entries[key], kind) for key, kind in _FIELDS.items() if key in runtime.entries)
        yield from (_mistyped(value, kind, name, key) for key, value, kind in values if not _is(value, kind))


def _wrong_settings(runtime: Handler, release: RuntimeVersion) -> Iterator[str]:
    settings = runtime.settings
    if BUILT_IN_KEPT not in release and runtime.runtime_type != FIRST_SHIM:
        yield from (key for key in ("runtime_engine", "runtime_root") if settings.get(key))
    everything = "privileged_without_host_devices_all_devices_allowed"
    if DEVICES_CHECKED in release and settings.get(everything) and not settings.get("privileged_without_host_devices"):
        yield everything
    if IO_TYPE_CHECKED in release and settings.get("io_type", "") not in IO_TYPES:
        yield "io_type"


def _handler(name: str, table: Tree, base: Handler | None) -> Handler:
    """Return a handler; ``base`` is the built-in one of the name, over which the table is decoded."""
    options = subtree(table, "options")
    settings = {key: value for key, value in table.value().items() if key in _FIELDS and key not in _NO_SETTINGS}
    built_in_type = base.runtime_type if base is not None else ""
    return Handler(
        name,
        _text(table, "runtime_type") if "runtime_type" in table.entries else built_in_type,
        _text(table, "runtime_path"),
        tuple(table.files),
        FrozenMap[str, object]({} if options is None else options.value()),
        FrozenMap(settings),
    )


def _text(table: Tree, key: str) -> str:
    value = table.entries.get(key)
    return value.value if isinstance(value, Leaf) and isinstance(value.value, str) else ""


def _is(value: Tree | Leaf, kind: FieldKind) -> bool:
    return is_kind(value.value() if isinstance(value, Tree) else value.value, kind)


def _mistyped(value: Tree | Leaf, kind: FieldKind, handler: str = "", field: str = "") -> Ineffective:
    return Ineffective(IneffectiveReason.WRONG_TYPE, handler, first_file(value), field=field, detail=f"it has to be {kind.value}")

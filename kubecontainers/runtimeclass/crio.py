"""The handlers of a node with CRI-O (``pkg/config/config.go``, ``internal/criocli``).

The built-in configuration comes first, then the main file, then every file below the directory of drop-ins, in the order of their paths and
whatever they are called. A value that a later file sets counts; a handler that a later file names takes the place of the whole earlier one,
so that what it does not repeat is unset. Then handlers are checked: one that is invalid is dropped, unless it is the default, without which
CRI-O does not start.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

import attrs

from ..apimachinery.frozenmap import FrozenMap
from ..golang.path_join import join_path
from .handlers import BUILT_IN, Handler, Ineffective, IneffectiveReason, OfferedHandlers
from .runtime_version import LATEST_CRIO, ContainerRuntime, RuntimeChange, RuntimeVersion
from .toml_config import (
    FieldKind,
    InvalidRuntimeConfig,
    RuntimeConfigProblem,
    Table,
    freeze,
    is_kind,
    is_table,
    read_toml,
    table_at,
    wrong_type,
)

__all__ = [
    "CRIO_CONFIG",
    "CRIO_DROP_INS",
    "CRUN_IS_DEFAULT",
    "HANDLERS_INHERIT",
    "MORE_SETTINGS_CHECKED",
    "SHIM_NAMES_RELAXED",
    "crio_handlers",
    "select_crio_files",
]

CRUN_IS_DEFAULT = RuntimeChange(
    runtime=ContainerRuntime.CRIO, since=(1, 31), summary="the built-in default handler is crun; before, it was runc"
)
HANDLERS_INHERIT = RuntimeChange(
    runtime=ContainerRuntime.CRIO, since=(1, 31), summary="a handler may have inherit_default_runtime, and no_sync_log if it is of type oci"
)
MORE_SETTINGS_CHECKED = RuntimeChange(
    runtime=ContainerRuntime.CRIO,
    since=(1, 34),
    summary="stream_websockets is for handlers of type pod, exec_cpu_affinity may be first, seccomp_profile has to exist",
)
SHIM_NAMES_RELAXED = RuntimeChange(
    runtime=ContainerRuntime.CRIO,
    since=(1, 37),
    summary="the binary of a vm runtime is named containerd-shim-NAME; before, containerd-shim-NAME-v2 had to be in its name",
)

CRIO_CONFIG = "/etc/crio/crio.conf"
"""The main file where none is named; only this one may be missing."""

CRIO_DROP_INS = "/etc/crio/crio.conf.d"

OCI, VM, POD = "oci", "vm", "pod"

SHIM_PREFIX, SHIM_SUFFIX = "containerd-shim-", "-v2"
_SHIM_CHARACTERS = re.compile(r"[a-zA-Z0-9+-]+", re.ASCII)
_SHIM_NAME = re.compile(r"containerd-shim-[a-zA-Z0-9+-]+", re.ASCII)

_FIELDS = {
    "runtime_path": FieldKind.TEXT,
    "runtime_type": FieldKind.TEXT,
    "runtime_config_path": FieldKind.TEXT,
    "runtime_root": FieldKind.TEXT,
    "privileged_without_host_devices": FieldKind.BOOLEAN,
    "allowed_annotations": FieldKind.TEXTS,
    "monitor_path": FieldKind.TEXT,
    "monitor_cgroup": FieldKind.TEXT,
    "monitor_env": FieldKind.TEXTS,
    "monitor_exec_cgroup": FieldKind.TEXT,
    "platform_runtime_paths": FieldKind.TEXT_TABLE,
    "runtime_pull_image": FieldKind.BOOLEAN,
    "container_min_memory": FieldKind.TEXT,
    "no_sync_log": FieldKind.BOOLEAN,
    "inherit_default_runtime": FieldKind.BOOLEAN,
    "default_annotations": FieldKind.TEXT_TABLE,
    "stream_websockets": FieldKind.BOOLEAN,
    "exec_cpu_affinity": FieldKind.TEXT,
    "seccomp_profile": FieldKind.TEXT,
    "container_create_timeout": FieldKind.INTEGER,
}
_INHERITED = ("runtime_path", "runtime_type", "runtime_config_path", "runtime_root")
_NO_SETTINGS = frozenset({"runtime_path", "runtime_type", "inherit_default_runtime"})


def _anything_exists(_path: str) -> bool:
    return True


def crio_handlers(
    files: Mapping[str, str | bytes],
    *,
    main: str = CRIO_CONFIG,
    drop_ins: str = CRIO_DROP_INS,
    version: RuntimeVersion | str = LATEST_CRIO,
    exists: Callable[[str], bool] = _anything_exists,
) -> OfferedHandlers:
    r"""Return the handlers that CRI-O offers with the files of a node; flags of its command line are not known here.

    ``files`` holds the contents of files by their absolute path, such as ``read_crio_files`` gives them. ``main`` is the file of
    ``--config``, of which the usual one may be missing, empty for none; ``drop_ins`` is the directory of ``--config-dir``. ``version`` is
    that of CRI-O, such as ``"1.30"`` or what the node says of its runtime. ``exists`` says whether the node has the file at a path, or an
    executable of that bare name in ``PATH``; unless it is given nothing is looked up, and all are taken to be there.

    Raises ``InvalidRuntimeConfig`` for what cannot be decoded, and ``InvalidRuntimeVersion``.

    >>> kata = "[crio.runtime.runtimes.kata]\nruntime_path = '/opt/kata/bin/containerd-shim-kata-v2'\nruntime_type = 'vm'"
    >>> found = crio_handlers({"/etc/crio/crio.conf.d/50-kata": kata})
    >>> found.names, found.default, found.offered["kata"].source
    (('crun', 'kata'), 'crun', '/etc/crio/crio.conf.d/50-kata')
    """
    release = version if isinstance(version, RuntimeVersion) else RuntimeVersion.parse(version, ContainerRuntime.CRIO)
    order = select_crio_files(files, main, drop_ins)
    contents = {join_path(path): content for path, content in files.items()}
    merged = _Merged("crun" if CRUN_IS_DEFAULT in release else "runc")
    for path in order:
        merged.add(read_toml(contents[path], path), path)
    unread = sorted(set(contents) - set(order))
    merged.notes += [Ineffective(IneffectiveReason.NOT_IMPORTED, file=path) for path in unread]
    return _offered(merged, release, exists, order)


def select_crio_files(paths: Iterable[str], main: str = CRIO_CONFIG, drop_ins: str = CRIO_DROP_INS) -> tuple[str, ...]:
    """Return those of the files at some paths that CRI-O reads, in the order of reading.

    The arguments are those of ``crio_handlers``. Raises ``InvalidRuntimeConfig`` where ``main`` is missing and not the usual one.

    >>> select_crio_files(["/etc/crio/crio.conf.d/a.conf", "/etc/crio/crio.conf.d/a/z", "/etc/crio/crio.conf", "/etc/x"])
    ('/etc/crio/crio.conf', '/etc/crio/crio.conf.d/a/z', '/etc/crio/crio.conf.d/a.conf')
    """
    there = {join_path(path) for path in paths}
    below = join_path(drop_ins).removesuffix("/") + "/"
    main = join_path(main)
    if main and main != CRIO_CONFIG and main not in there:
        raise InvalidRuntimeConfig(RuntimeConfigProblem.MISSING, main, hint="only the usual main file may be missing")
    dropped_in = sorted((path for path in there if drop_ins and path.startswith(below)), key=lambda path: path.split("/"))
    return (*([main] if main in there else ()), *dropped_in)


@attrs.define
class _Entry:
    """The table of a handler, and the file that it comes from; the built-in one has no table."""

    values: dict[str, object]
    file: str

    def text(self, key: str) -> str:
        """Return a text, empty where it is not set."""
        return str(self.values.get(key, ""))


class _Merged:
    """What the files read so far make together."""

    def __init__(self, built_in: str) -> None:
        self.built_in = built_in
        self.entries = {built_in: _Entry({"runtime_type": OCI, "runtime_root": f"/run/{built_in}"}, BUILT_IN)}
        self.chosen, self.chosen_by = built_in, BUILT_IN
        self.notes: list[Ineffective] = []

    def add(self, table: Table, file: str) -> None:
        """Add what one more file says; raises ``InvalidRuntimeConfig`` for values of the wrong type."""
        runtime = table_at(table_at(table, "crio", file), "runtime", file, "crio.")
        if "default_runtime" in runtime:
            self.choose(runtime["default_runtime"], file)
        for name, values in table_at(runtime, "runtimes", file, "crio.runtime.").items():
            if not is_table(values):
                raise wrong_type(file, f"crio.runtime.runtimes.{name}", FieldKind.TABLE)
            for key, kind in _FIELDS.items():
                if key in values and not is_kind(values[key], kind):
                    raise wrong_type(file, f"crio.runtime.runtimes.{name}.{key}", kind)
            if name in self.entries:
                self.notes.append(Ineffective(IneffectiveReason.REPLACED, name, self.entries[name].file, file))
            self.entries[name] = _Entry(dict(values), file)

    def choose(self, name: object, file: str) -> None:
        """Set the default handler."""
        if not isinstance(name, str):
            raise wrong_type(file, "crio.runtime.default_runtime", FieldKind.TEXT)
        if self.chosen_by != BUILT_IN and name != self.chosen:
            self.notes.append(Ineffective(IneffectiveReason.OVERRIDDEN, "", self.chosen_by, file, "default_runtime"))
        self.chosen, self.chosen_by = name, file

    def default(self) -> str:
        """Return the name of the default handler; an empty one that is no handler stands for the built-in."""
        return self.chosen if self.chosen in self.entries else self.chosen or self.built_in


def _offered(merged: _Merged, release: RuntimeVersion, exists: Callable[[str], bool], order: tuple[str, ...]) -> OfferedHandlers:
    default = merged.default()
    if default not in merged.entries:
        refusal = Ineffective(IneffectiveReason.DEFAULT_UNKNOWN, default, merged.chosen_by, field="default_runtime")
        return _nothing(merged, release, refusal, order)
    if HANDLERS_INHERIT in release:
        merged.notes += _inherit(merged.entries, default, exists)
    handlers: dict[str, Handler] = {}
    for name, entry in merged.entries.items():
        problem = next(_problems(name, entry, release, exists), None)
        if problem is None:
            handlers[name] = _handler(name, entry)
        elif name == default:
            return _nothing(merged, release, problem, order)
        else:
            merged.notes.append(problem)
    if "" in handlers and default:
        merged.notes.append(Ineffective(IneffectiveReason.EMPTY_NAME, file=handlers[""].source, field="runtimes"))
    offered = FrozenMap({**handlers, "": handlers[default]})
    return OfferedHandlers(release, offered, default, tuple(merged.notes), files=order)


def _nothing(merged: _Merged, release: RuntimeVersion, refusal: Ineffective, order: tuple[str, ...]) -> OfferedHandlers:
    """Return that CRI-O does not start."""
    named = ((name, entry.file) for name, entry in sorted(merged.entries.items()) if entry.file != BUILT_IN)
    void = tuple(Ineffective(refusal.reason, name, file, refusal.file) for name, file in named)
    return OfferedHandlers(release, FrozenMap[str, Handler]({}), "", (*merged.notes, *void), refusal, order)


def _inherit(entries: Mapping[str, _Entry], default: str, exists: Callable[[str], bool]) -> Iterator[Ineffective]:
    """Give the entries that ask for it what the default has, and yield what they said themselves."""
    source = entries[default]
    asking = [(name, entry) for name, entry in entries.items() if entry.values.get("inherit_default_runtime") is True]
    given = {key: source.text(key) for key in _INHERITED}
    if asking and not given["runtime_path"] and exists(default):
        given["runtime_path"] = default
    for name, entry in asking:
        for key in _INHERITED:
            if name != default and entry.text(key) not in {"", given[key]}:
                yield Ineffective(IneffectiveReason.INHERITED, name, entry.file, source.file, key)
        entry.values |= given


def _handler(name: str, entry: _Entry) -> Handler:
    settings = {key: freeze(value) for key, value in entry.values.items() if key in _FIELDS and key not in _NO_SETTINGS and value != ""}
    return Handler(name, entry.text("runtime_type") or OCI, entry.text("runtime_path") or name, (entry.file,), settings=FrozenMap(settings))


# ------------------------------------------------------------------------------------------------------------------- what is invalid


def _problems(name: str, entry: _Entry, release: RuntimeVersion, exists: Callable[[str], bool]) -> Iterator[Ineffective]:
    """Yield what is wrong with a handler, in the order in which CRI-O looks."""
    found = (*_type_and_path(name, entry, release, exists), *_settings(entry, release, exists))
    for reason, field in found:
        yield Ineffective(reason, name, entry.file, field=field)


_Found = tuple[IneffectiveReason, str]


def _type_and_path(name: str, entry: _Entry, release: RuntimeVersion, exists: Callable[[str], bool]) -> Iterator[_Found]:
    kind, path, config = entry.text("runtime_type"), entry.text("runtime_path") or name, entry.text("runtime_config_path")
    if kind not in {"", OCI, VM, POD}:
        yield IneffectiveReason.INVALID_RUNTIME_TYPE, "runtime_type"
    if not exists(path):
        yield IneffectiveReason.MISSING_PATH, "runtime_path"
    if kind == VM and not _is_shim_name(path.rstrip("/").rpartition("/")[2], release):
        yield IneffectiveReason.INVALID_BINARY_NAME, "runtime_path"
    if config and kind != VM:
        yield IneffectiveReason.INVALID_SETTING, "runtime_config_path"
    if config and not exists(config):
        yield IneffectiveReason.MISSING_PATH, "runtime_config_path"


def _settings(entry: _Entry, release: RuntimeVersion, exists: Callable[[str], bool]) -> Iterator[_Found]:
    kind, profile = entry.text("runtime_type"), entry.text("seccomp_profile")
    if HANDLERS_INHERIT in release and entry.values.get("no_sync_log") and kind not in {"", OCI}:
        yield IneffectiveReason.INVALID_SETTING, "no_sync_log"
    if MORE_SETTINGS_CHECKED not in release:
        return
    if entry.values.get("stream_websockets") and kind != POD:
        yield IneffectiveReason.INVALID_SETTING, "stream_websockets"
    if entry.text("exec_cpu_affinity") not in {"", "first"}:
        yield IneffectiveReason.INVALID_SETTING, "exec_cpu_affinity"
    if profile and not exists(profile):
        yield IneffectiveReason.MISSING_PATH, "seccomp_profile"


def _is_shim_name(name: str, release: RuntimeVersion) -> bool:
    """Return whether the binary of a vm runtime has a name that is allowed."""
    if SHIM_NAMES_RELAXED in release:
        return _SHIM_NAME.fullmatch(name) is not None
    # somewhere in the name: the prefix, at least one character, the suffix, all without another kind of character between them
    for run in _SHIM_CHARACTERS.findall(name):
        start, end = run.find(SHIM_PREFIX), run.rfind(SHIM_SUFFIX)
        if start >= 0 and end > start + len(SHIM_PREFIX):
            return True
    return False

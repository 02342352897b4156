"""Strategies of configurations of containerd and CRI-O, as files by their paths, and the TOML that they are written in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.objects import is_list, is_object
from ..runtimeclass.containerd_files import CONTAINERD_CONFIG
from ..runtimeclass.crio import CRIO_CONFIG, CRIO_DROP_INS
from .arbitrary import json_values

__all__ = [
    "HANDLER_NAMES",
    "containerd_configs",
    "containerd_files",
    "containerd_tables",
    "crio_configs",
    "crio_files",
    "crio_tables",
    "nearly_valid_containerd_files",
    "nearly_valid_crio_files",
    "toml_text",
]

HANDLER_NAMES = ("runc", "crun", "kata", "kata-qemu", "nvidia", "runsc", "untrusted", "default")

CONFIG_DIRECTORY = "/etc/containerd/conf.d"
DROP_INS = ("10-kata.toml", "20-nvidia.toml", "9.toml")

_HANDLERS = st.sampled_from(HANDLER_NAMES)
_PLUGINS = {
    1: st.just("cri"),
    2: st.just("io.containerd.grpc.v1.cri"),
    3: st.just("io.containerd.cri.v1.runtime"),
    4: st.just("io.containerd.cri.v1.runtime"),
}
_TYPES = st.sampled_from(["io.containerd.runc.v2", "io.containerd.kata.v2", "io.containerd.runsc.v1"])
_PATHS = st.sampled_from(["/usr/bin/runc", "/usr/bin/crun", "/opt/kata/bin/containerd-shim-kata-v2"])
_TRUTH = st.booleans()


def toml_text(table: Mapping[str, Any]) -> str:
    r"""Return a TOML document with what a table of JSON values holds; ``null``, which TOML has not, becomes an empty text.

    >>> toml_text({"version": 2, "plugins": {"cri": {"enable": True, "names": ["a", None]}}})
    '"version" = 2\n"plugins" = {"cri" = {"enable" = true, "names" = ["a", ""]}}\n'
    """
    return "".join(f"{_quoted(key)} = {_value(value)}\n" for key, value in table.items())


def _value(value: object) -> str:
    if is_object(value):
        return "{" + ", ".join(f"{_quoted(key)} = {_value(entry)}" for key, entry in value.items()) + "}"
    if is_list(value):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        return _quoted(value)
    return '""' if value is None else json.dumps(value)


def _quoted(text: str) -> str:
    """Return a basic string; a lone surrogate cannot stand in one, and a DEL only escaped."""
    return json.dumps(text.encode(errors="replace").decode(), ensure_ascii=False).replace("\x7f", "\\u007f")


# ---------------------------------------------------------------------------------------------------------------- containerd


def containerd_configs(*, version: int = 3) -> SearchStrategy[dict[str, Any]]:
    """Tables of one file for containerd, of a version from 1 to 4, in which some handlers are configured and perhaps a default is chosen.

    >>> from hypothesis import find
    >>> find(containerd_configs(version=2), lambda table: True)["version"]
    2
    """
    runtime = st.fixed_dictionaries(
        {"runtime_type": _TYPES},
        optional={
            "runtime_path": _PATHS,
            "privileged_without_host_devices": _TRUTH,
            "snapshotter": st.sampled_from(["", "devmapper", "nydus"]),
            "pod_annotations": st.lists(st.sampled_from(["io.katacontainers.*", "dev.gvisor.*"]), max_size=2),
            "options": st.dictionaries(st.sampled_from(["BinaryName", "ConfigPath", "SystemdCgroup"]), _PATHS | _TRUTH, max_size=2),
        },
    )
    section = st.fixed_dictionaries(
        {"runtimes": st.dictionaries(_HANDLERS, runtime, min_size=1, max_size=3)}, optional={"default_runtime_name": _HANDLERS}
    )
    plugins = st.dictionaries(_PLUGINS[version], st.fixed_dictionaries({"containerd": section}), min_size=1)
    return st.fixed_dictionaries({"version": st.just(version), "plugins": plugins})


def containerd_files(*, versions: SearchStrategy[int] | None = None) -> SearchStrategy[dict[str, str]]:
    """Files for containerd, the main file first, which imports up to three drop-ins; ``versions`` are those of the files.

    containerd does not start with all of them, for one because its release knows no such version.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5)
    ... @given(containerd_files())
    ... def test_the_main_file_comes_first(files):
    ...     assert list(files)[0] == "/etc/containerd/config.toml"
    >>> test_the_main_file_comes_first()
    """
    return containerd_tables(versions=versions).map(_written)


@st.composite
def containerd_tables(draw: DrawFn, *, versions: SearchStrategy[int] | None = None) -> dict[str, dict[str, Any]]:
    """Tables of files for containerd, by path, as ``containerd_files`` writes them.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5)
    ... @given(containerd_tables(versions=st.just(2)))
    ... def test_the_main_file_imports_the_others(tables):
    ...     assert tables["/etc/containerd/config.toml"]["imports"] == ["conf.d/*.toml"]
    >>> test_the_main_file_imports_the_others()
    """
    version = draw(st.integers(1, 4))
    chosen = st.just(version) if versions is None else versions
    names = draw(st.lists(st.sampled_from(DROP_INS), unique=True, max_size=3))
    main = {"imports": ["conf.d/*.toml"], **draw(chosen.flatmap(lambda number: containerd_configs(version=number)))}
    drop_ins = {f"{CONFIG_DIRECTORY}/{name}": draw(chosen.flatmap(lambda number: containerd_configs(version=number))) for name in names}
    return {CONTAINERD_CONFIG: main, **drop_ins}


def nearly_valid_containerd_files() -> SearchStrategy[dict[str, str]]:
    """Files of mixed versions, in which one value may be replaced by any other, or a text be damaged.

    >>> from hypothesis import given
    >>> @given(nearly_valid_containerd_files())
    ... def test_my_tool(files):
    ...     ...
    """
    tables = containerd_tables() | containerd_tables(versions=st.integers(1, 4))
    return tables.flatmap(_nearly_valid)


# --------------------------------------------------------------------------------------------------------------------- CRI-O


def crio_configs() -> SearchStrategy[dict[str, Any]]:
    """Tables of one file for CRI-O, in which some handlers are configured and perhaps a default is chosen.

    >>> from hypothesis import find
    >>> sorted(find(crio_configs(), lambda table: True))
    ['crio']
    """
    runtime = st.fixed_dictionaries(
        {},
        optional={
            "runtime_path": _PATHS,
            "runtime_type": st.sampled_from(["", "oci", "vm", "pod"]),
            "runtime_root": st.sampled_from(["/run/crun", "/run/vc"]),
            "privileged_without_host_devices": _TRUTH,
            "inherit_default_runtime": _TRUTH,
        },
    )
    section = st.fixed_dictionaries(
        {"runtimes": st.dictionaries(_HANDLERS, runtime, max_size=3)}, optional={"default_runtime": _HANDLERS | st.just("")}
    )
    return st.fixed_dictionaries({"crio": st.fixed_dictionaries({"runtime": section})})


def crio_files() -> SearchStrategy[dict[str, str]]:
    """Files for CRI-O: perhaps the main file, and up to three drop-ins. It does not start with all of them.

    >>> from hypothesis import find
    >>> find(crio_files(), lambda files: True)
    {}
    """
    return crio_tables().map(_written)


def crio_tables() -> SearchStrategy[dict[str, dict[str, Any]]]:
    """Tables of files for CRI-O, by path, as ``crio_files`` writes them.

    >>> from hypothesis import find
    >>> list(find(crio_tables(), bool))
    ['/etc/crio/crio.conf']
    """
    paths = st.sampled_from([CRIO_CONFIG, *(f"{CRIO_DROP_INS}/{name}" for name in ("10-crio.conf", "10-crio/kata", "99-nvidia", "a.conf"))])
    return st.dictionaries(paths, crio_configs(), max_size=4)


def nearly_valid_crio_files() -> SearchStrategy[dict[str, str]]:
    """Files in which one value may be replaced by any other, or a text be damaged.

    >>> from hypothesis import given
    >>> @given(nearly_valid_crio_files())
    ... def test_my_tool(files):
    ...     ...
    """
    return crio_tables().flatmap(_nearly_valid)


# -------------------------------------------------------------------------------------------------------------------- damages


_WRONG: list[Any] = [7, "", [], {}, True, -1]


def _written(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {path: toml_text(table) for path, table in tables.items()}


@st.composite
def _nearly_valid(draw: DrawFn, tables: dict[str, dict[str, Any]]) -> dict[str, str]:
    files = _written(tables)
    damage = draw(st.sampled_from(["none", "none", "value", "text"])) if files else "none"
    if damage == "none":
        return files
    path = draw(st.sampled_from(sorted(files)))
    if damage == "value":
        files[path] = toml_text(_with_other_value(draw, tables[path]))
        return files
    text = files[path]
    at = draw(st.integers(0, len(text)))
    files[path] = text[:at] + draw(st.sampled_from(['"', "]", "}", "=", "\n", "\0", "\ud800", "[a]", "x = 1\n"])) + text[at:]
    return files


def _with_other_value(draw: DrawFn, table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table in which the value at the end of some way down is another."""
    key = draw(st.sampled_from(sorted(table)))
    inner = table[key]
    deeper = is_object(inner) and bool(inner) and draw(st.integers(0, 4)) > 0
    new = _with_other_value(draw, inner) if deeper else draw(st.sampled_from(_WRONG) | json_values(max_leaves=4))
    return {**table, key: new}

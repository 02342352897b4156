"""The handlers that CRI-O makes of its files; each rule by two files, and what of them is in vain."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kubecontainers.apimachinery.frozenmap import FrozenMap
from kubecontainers.runtimeclass.crio import crio_handlers, select_crio_files
from kubecontainers.runtimeclass.handlers import BUILT_IN, Handler, Ineffective, IneffectiveReason, OfferedHandlers
from kubecontainers.runtimeclass.runtime_version import LATEST_CRIO, InvalidRuntimeVersion
from kubecontainers.runtimeclass.toml_config import InvalidRuntimeConfig, RuntimeConfigProblem

MAIN, FIRST, SECOND = "/etc/crio/crio.conf", "/etc/crio/crio.conf.d/10-first.conf", "/etc/crio/crio.conf.d/20-second.conf"
R = IneffectiveReason
ALL = ("1.27", "1.30", "1.31", "1.33", "1.34", "1.36", "1.37")


def handlers(first: str, second: str = "", release: str = "1.36", exists: Callable[[str], bool] | None = None) -> OfferedHandlers:
    files = {FIRST: first, SECOND: second}
    return crio_handlers(files, version=release) if exists is None else crio_handlers(files, version=release, exists=exists)


def runtime(name: str, more: str = "") -> str:
    return f"[crio.runtime.runtimes.{name}]\n{more}\n"


def default(name: str) -> str:
    return f"[crio.runtime]\ndefault_runtime = '{name}'\n"


# ------------------------------------------------------------------------------------------------------------- real configurations

PACKAGED = """
[crio.image]
signature_policy = "/etc/crio/policy.json"

[crio.runtime]
default_runtime = "crun"

[crio.runtime.runtimes.crun]
runtime_path = "/usr/libexec/crio/crun"
runtime_root = "/run/crun"
monitor_path = "/usr/libexec/crio/conmon"
allowed_annotations = [
    "io.containers.trace-syscall",
]

[crio.runtime.runtimes.runc]
runtime_path = "/usr/libexec/crio/runc"
runtime_root = "/run/runc"
monitor_path = "/usr/libexec/crio/conmon"
"""

KATA = """
[crio.runtime.runtimes.kata-qemu]
  runtime_path = "/usr/local/bin/containerd-shim-kata-qemu-v2"
  runtime_type = "vm"
  runtime_root = "/run/vc"
  runtime_config_path = "/opt/kata/share/defaults/kata-containers/configuration-qemu.toml"
  privileged_without_host_devices = true
"""

NVIDIA = """
[crio]

  [crio.runtime]
    default_runtime = "nvidia"

    [crio.runtime.runtimes]

      [crio.runtime.runtimes.nvidia]
        monitor_path = "/usr/libexec/crio/conmon"
        runtime_path = "/usr/local/nvidia/toolkit/nvidia-container-runtime"
        runtime_type = "oci"
"""


def test_packaged_with_drop_ins_of_installers() -> None:
    drop_ins = {
        f"/etc/crio/crio.conf.d/{name}": text for name, text in (("10-crio.conf", PACKAGED), ("99-kata", KATA), ("99-nvidia.conf", NVIDIA))
    }
    found = crio_handlers(drop_ins)
    assert (found.names, found.default) == (("crun", "kata-qemu", "nvidia", "runc"), "nvidia")
    kata = found.offered["kata-qemu"]
    assert (kata.runtime_type, kata.path, kata.source) == (
        "vm",
        "/usr/local/bin/containerd-shim-kata-qemu-v2",
        "/etc/crio/crio.conf.d/99-kata",
    )
    assert kata.settings == {
        "runtime_root": "/run/vc",
        "runtime_config_path": "/opt/kata/share/defaults/kata-containers/configuration-qemu.toml",
        "privileged_without_host_devices": True,
    }
    assert found.offered[""] == found.offered["nvidia"]
    assert found.files == ("/etc/crio/crio.conf.d/10-crio.conf", "/etc/crio/crio.conf.d/99-kata", "/etc/crio/crio.conf.d/99-nvidia.conf")
    assert found.ineffective == (
        Ineffective(R.REPLACED, "crun", BUILT_IN, "/etc/crio/crio.conf.d/10-crio.conf"),
        Ineffective(R.OVERRIDDEN, "", "/etc/crio/crio.conf.d/10-crio.conf", "/etc/crio/crio.conf.d/99-nvidia.conf", "default_runtime"),
    )


# ------------------------------------------------------------------------------------------------------------------- order of files


def test_main_then_drop_ins_in_order_of_their_paths() -> None:
    files = [SECOND, FIRST, MAIN, "/etc/crio/crio.conf.d/10-first/z", "/etc/crio/crio.conf.d/no-extension", "/etc/crio/other", "/x"]
    assert select_crio_files(files) == (MAIN, "/etc/crio/crio.conf.d/10-first/z", FIRST, SECOND, "/etc/crio/crio.conf.d/no-extension")


def test_other_places() -> None:
    assert select_crio_files([MAIN, FIRST], "") == (FIRST,)
    assert select_crio_files([MAIN, FIRST], drop_ins="") == (MAIN,)
    assert select_crio_files(["/a", "/b/c", FIRST], "/a", "/b/") == ("/a", "/b/c")
    assert select_crio_files(["/a", "/b/c"], "/a", "/") == ("/a", "/a", "/b/c")
    with pytest.raises(InvalidRuntimeConfig) as caught:
        select_crio_files([MAIN], "/a")
    assert (caught.value.problem, caught.value.file) == (RuntimeConfigProblem.MISSING, "/a")


def test_files_that_are_not_read() -> None:
    found = crio_handlers({"/etc/crio//crio.conf": "", "/root/crio.conf": "not toml"})
    assert (found.files, found.ineffective) == ((MAIN,), (Ineffective(R.NOT_IMPORTED, file="/root/crio.conf"),))


# -------------------------------------------------------------------------------------------------------------------------- merging


@pytest.mark.parametrize("release", ALL)
def test_later_default_counts(release: str) -> None:
    found = handlers(default("a") + runtime("a") + runtime("b"), default("b"), release)
    assert found.default == "b"
    assert found.ineffective == (Ineffective(R.OVERRIDDEN, "", FIRST, SECOND, "default_runtime"),)
    assert handlers(default("a") + runtime("a"), default("a"), release).ineffective == ()


@pytest.mark.parametrize("release", ALL)
def test_handlers_of_several_files_are_joined(release: str) -> None:
    found = handlers(runtime("a"), runtime("b"), release)
    assert [(name, handler.source) for name, handler in sorted(found.offered.items()) if name in {"a", "b"}] == [
        ("a", FIRST),
        ("b", SECOND),
    ]


@pytest.mark.parametrize("release", ALL)
def test_handler_named_again_is_replaced(release: str) -> None:
    """What the later file does not repeat is unset, not taken from the earlier one."""
    first = runtime("kata", "runtime_path = '/opt/containerd-shim-kata-v2'\nruntime_type = 'vm'\nruntime_root = '/run/vc'")
    found = handlers(first, runtime("kata", "runtime_path = '/usr/bin/crun'"), release)
    assert found.offered["kata"] == Handler("kata", "oci", "/usr/bin/crun", (SECOND,))
    assert found.ineffective == (Ineffective(R.REPLACED, "kata", FIRST, SECOND),)


@pytest.mark.parametrize(("release", "name"), [("1.27", "runc"), ("1.30", "runc"), ("1.31", "crun"), ("1.37", "crun")])
def test_built_in_default(release: str, name: str) -> None:
    """It is offered even where no file names it, and where the default is set to nothing."""
    built_in = Handler(name, "oci", name, settings=FrozenMap({"runtime_root": f"/run/{name}"}))
    for found in (handlers("", "", release), handlers(default("x"), default(""), release)):
        assert found.default == name
        assert found.offered == {name: built_in, "": built_in}
    assert handlers(runtime("kata"), "", release).names == tuple(sorted(("kata", name)))


def test_default_that_is_no_handler() -> None:
    found = handlers(runtime("a"), default("b"))
    assert found.refusal == Ineffective(R.DEFAULT_UNKNOWN, "b", SECOND, field="default_runtime")
    assert found.offered == {}
    assert found.default == ""
    assert found.ineffective == (Ineffective(R.DEFAULT_UNKNOWN, "a", FIRST, SECOND),)


def test_empty_name() -> None:
    found = handlers(runtime('""', "runtime_path = '/usr/bin/x'"))
    assert (found.offered[""].name, found.ineffective) == ("crun", (Ineffective(R.EMPTY_NAME, file=FIRST, field="runtimes"),))
    found = handlers(runtime('""', "runtime_path = '/usr/bin/x'"), default(""))
    assert (found.offered[""].path, found.ineffective) == ("/usr/bin/x", ())


# ----------------------------------------------------------------------------------------------------------------------- inheritance


INHERITING = "inherit_default_runtime = true\nruntime_path = '/usr/bin/x'\nruntime_root = '/run/a'\nmonitor_path = '/m'"


@pytest.mark.parametrize("release", ["1.31", "1.36"])
def test_inherited_from_the_default(release: str) -> None:
    main = runtime("a", "runtime_path = '/usr/bin/a'\nruntime_root = '/run/a'") + default("a")
    found = handlers(main, runtime("b", INHERITING), release)
    settings = FrozenMap[str, object]({"runtime_root": "/run/a", "monitor_path": "/m"})
    assert found.offered["b"] == Handler("b", "oci", "/usr/bin/a", (SECOND,), settings=settings)
    assert found.ineffective == (Ineffective(R.INHERITED, "b", SECOND, FIRST, "runtime_path"),)


def test_nothing_is_inherited_before() -> None:
    assert handlers(runtime("b", INHERITING), release="1.30").offered["b"].path == "/usr/bin/x"


def test_path_of_the_default_is_searched_for() -> None:
    assert handlers(runtime("b", "inherit_default_runtime = true")).offered["b"].path == "crun"
    found = handlers(
        runtime("a", "runtime_path = '/a'") + default("a"), runtime("b", "inherit_default_runtime = true"), exists={"/a"}.__contains__
    )
    assert found.offered["b"].path == "/a"


def test_default_that_inherits_from_itself() -> None:
    found = handlers(runtime("a", INHERITING) + default("a"))
    assert (found.offered["a"].path, found.ineffective) == ("/usr/bin/x", ())


def test_default_that_is_not_in_the_path() -> None:
    """A handler that inherits an empty path is searched for by its own name."""
    text = runtime("a") + default("a") + runtime("b", "inherit_default_runtime = true")
    found = handlers(text, exists={"b"}.__contains__)
    assert found.refusal == Ineffective(R.MISSING_PATH, "a", FIRST, field="runtime_path")


# -------------------------------------------------------------------------------------------------------------------------- validity


@pytest.mark.parametrize(
    ("text", "reason", "field", "since"),
    [
        ("runtime_type = 'oc'", R.INVALID_RUNTIME_TYPE, "runtime_type", "1.27"),
        ("runtime_path = '/missing'", R.MISSING_PATH, "runtime_path", "1.27"),
        ("runtime_type = 'vm'\nruntime_path = '/usr/bin/kata'", R.INVALID_BINARY_NAME, "runtime_path", "1.27"),
        ("runtime_config_path = '/c'", R.INVALID_SETTING, "runtime_config_path", "1.27"),
        ("runtime_type = 'pod'\nno_sync_log = true", R.INVALID_SETTING, "no_sync_log", "1.31"),
        ("stream_websockets = true", R.INVALID_SETTING, "stream_websockets", "1.34"),
        ("exec_cpu_affinity = 'last'", R.INVALID_SETTING, "exec_cpu_affinity", "1.34"),
        ("seccomp_profile = '/missing'", R.MISSING_PATH, "seccomp_profile", "1.34"),
        (
            "runtime_type = 'vm'\nruntime_path = '/containerd-shim-x-v2'\nruntime_config_path = '/missing'",
            R.MISSING_PATH,
            "runtime_config_path",
            "1.27",
        ),
    ],
)
@pytest.mark.parametrize("release", ALL)
def test_invalid_handler_is_dropped(release: str, text: str, reason: IneffectiveReason, field: str, since: str) -> None:
    def exists(path: str) -> bool:
        return path != "/missing"

    refused = Ineffective(reason, "x", SECOND, field=field)
    found = handlers(runtime("a"), runtime("x", text), release, exists)
    assert found.serves("x") is (release < since)
    assert found.serves("a")
    assert found.ineffective == (() if release < since else (refused,))
    found = handlers(default("x"), runtime("x", text), release, exists)
    assert found.refusal == (None if release < since else refused)
    assert found.serves("x") is (release < since)


def test_valid_settings() -> None:
    text = "runtime_type = 'pod'\nstream_websockets = true\nexec_cpu_affinity = 'first'\nseccomp_profile = '/s'"
    assert handlers(runtime("x", text)).offered["x"].runtime_type == "pod"
    assert handlers(runtime("x", "no_sync_log = true")).serves("x")


def test_executable_is_searched_for_by_the_name_of_the_handler() -> None:
    asked: list[str] = []

    def exists(path: str) -> bool:
        asked.append(path)
        return path == "crun"

    found = handlers(runtime("kata"), exists=exists)
    assert found.ineffective == (Ineffective(R.MISSING_PATH, "kata", FIRST, field="runtime_path"),)
    assert asked == ["crun", "kata"]


@pytest.mark.parametrize(
    ("path", "before", "since"),
    [
        ("/usr/bin/containerd-shim-kata-v2", True, True),
        ("/usr/bin/containerd-shim-kata-v2/", True, True),
        ("/usr/bin/containerd-shim-kata", False, True),
        ("/usr/bin/my.containerd-shim-kata-v2.old", True, False),
        ("/usr/bin/containerd-shim--v2", False, True),
        ("/usr/bin/containerd-shim-", False, False),
        ("/usr/bin/containerd-shim-a_b-v2", False, False),
        ("/usr/bin/containerd-shim-kata-v2\n", True, False),
        ("/containerd-shim-kata-v2/kata", False, False),
        ("/usr/bin/-v2containerd-shim-kata", False, False),
    ],
)
def test_names_of_shims(path: str, before: bool, since: bool) -> None:
    text = runtime("x", f"runtime_type = 'vm'\nruntime_path = {path!r}".replace("'/", '"/').replace("'", '"'))
    assert handlers(text, release="1.36").serves("x") is before
    assert handlers(text, release="1.37").serves("x") is since


# ------------------------------------------------------------------------------------------------------------------- wrong types


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("crio = 1", "crio has to be a table"),
        ("crio.runtime = 1", "crio.runtime has to be a table"),
        ("crio.runtime.runtimes = []", "crio.runtime.runtimes has to be a table"),
        ("crio.runtime.default_runtime = 1", "crio.runtime.default_runtime has to be a string"),
        ("crio.runtime.runtimes.kata = 1", "crio.runtime.runtimes.kata has to be a table"),
        ("crio.runtime.runtimes.kata.runtime_path = 1", "crio.runtime.runtimes.kata.runtime_path has to be a string"),
        (
            "crio.runtime.runtimes.kata.default_annotations.a = 1",
            "crio.runtime.runtimes.kata.default_annotations has to be a table of strings",
        ),
    ],
)
def test_wrong_types(text: str, detail: str) -> None:
    with pytest.raises(InvalidRuntimeConfig) as caught:
        handlers("", text)
    assert (caught.value.problem, caught.value.file, caught.value.detail) == (RuntimeConfigProblem.WRONG_TYPE, SECOND, detail)


def test_versions() -> None:
    assert crio_handlers({}).version == crio_handlers({}, version=LATEST_CRIO).version == LATEST_CRIO
    assert crio_handlers({}, version="cri-o://1.30.6-3.rhaos4.17.git49b5172.el9").default == "runc"
    with pytest.raises(InvalidRuntimeVersion):
        crio_handlers({}, version="2.0")

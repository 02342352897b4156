"""The handlers that containerd makes of files such as real installers write them."""

from __future__ import annotations

import pytest

from kubecontainers.runtimeclass.containerd import containerd_handlers
from kubecontainers.runtimeclass.handlers import BUILT_IN, Handler, Ineffective, IneffectiveReason, OfferedHandlers
from kubecontainers.runtimeclass.runtime_version import LATEST_CONTAINERD, InvalidRuntimeVersion
from kubecontainers.runtimeclass.toml_config import InvalidRuntimeConfig

MAIN, DROP_IN = "/etc/containerd/config.toml", "/etc/containerd/conf.d/x.toml"
R = IneffectiveReason

V2, V3 = 'plugins."io.containerd.grpc.v1.cri"', 'plugins."io.containerd.cri.v1.runtime"'
ALL_1 = ("1.6", "1.7")
ALL_2 = ("2.0", "2.1", "2.2", "2.3", "2.4")


def handlers(release: str, main: str, drop_in: str = "", **more: str) -> OfferedHandlers:
    return containerd_handlers({MAIN: main, DROP_IN: drop_in, **more}, version=release)


def importing(text: str) -> str:
    return f'imports = ["{DROP_IN}"]\n{text}'


def refusal(release: str, main: str, drop_in: str = "") -> Ineffective:
    found = handlers(release, importing(main), drop_in)
    assert found.offered == {}
    assert found.default == ""
    assert found.refusal is not None
    return found.refusal


def runtime(table: str, name: str, more: str = "", type_: str = "io.containerd.runc.v2") -> str:
    return f"[{table}.containerd.runtimes.{name}]\nruntime_type = '{type_}'\n{more}\n"


# ------------------------------------------------------------------------------------------------------------- real configurations

NVIDIA = f"""
version = 2

[plugins]

  [{V2}]
    sandbox_image = "registry.k8s.io/pause:3.9"

    [{V2}.containerd]
      default_runtime_name = "nvidia"

      [{V2}.containerd.runtimes]

        [{V2}.containerd.runtimes.nvidia]
          privileged_without_host_devices = false
          runtime_engine = ""
          runtime_root = ""
          runtime_type = "io.containerd.runc.v2"

          [{V2}.containerd.runtimes.nvidia.options]
            BinaryName = "/usr/local/nvidia/toolkit/nvidia-container-runtime"
            SystemdCgroup = true

        [{V2}.containerd.runtimes.runc]
          runtime_type = "io.containerd.runc.v2"

          [{V2}.containerd.runtimes.runc.options]
            SystemdCgroup = true
"""

KATA_DEPLOY = f"""
[{V3}.containerd.runtimes.kata-qemu]
runtime_type = "io.containerd.kata-qemu.v2"
runtime_path = "/opt/kata/bin/containerd-shim-kata-v2"
privileged_without_host_devices = true
pod_annotations = ["io.katacontainers.*"]

[{V3}.containerd.runtimes.kata-qemu.options]
ConfigPath = "/opt/kata/share/defaults/kata-containers/configuration-qemu.toml"
"""

GVISOR = f"""
version = 2
[plugins."io.containerd.runtime.v1.linux"]
  shim_debug = true
[{V2}.containerd.runtimes.runsc]
  runtime_type = "io.containerd.runsc.v1"
[{V2}.containerd.runtimes.runsc.options]
  TypeUrl = "io.containerd.runsc.v1.options"
  ConfigPath = "/etc/containerd/runsc.toml"
"""


@pytest.mark.parametrize("release", ALL_1 + ALL_2)
def test_nvidia_container_toolkit(release: str) -> None:
    found = handlers(release, NVIDIA)
    assert (found.names, found.default, found.files) == (("nvidia", "runc"), "nvidia", (MAIN,))
    nvidia = found.offered["nvidia"]
    assert (nvidia.runtime_type, nvidia.path, nvidia.source) == ("io.containerd.runc.v2", "", MAIN)
    assert nvidia.options == {"BinaryName": "/usr/local/nvidia/toolkit/nvidia-container-runtime", "SystemdCgroup": True}
    assert nvidia.settings == {"privileged_without_host_devices": False, "runtime_engine": "", "runtime_root": ""}
    assert found.offered[""] == found.resolve() == nvidia
    assert found.ineffective == (Ineffective(R.NOT_IMPORTED, file=DROP_IN),)


def test_kata_deploy_with_a_drop_in() -> None:
    main = 'imports = ["/opt/kata/containerd/config.d/kata-deploy.toml"]\nversion = 3\n'
    found = containerd_handlers({MAIN: main, "/opt/kata/containerd/config.d/kata-deploy.toml": KATA_DEPLOY})
    kata = found.offered["kata-qemu"]
    assert (found.names, found.default) == (("kata-qemu", "runc"), "runc")
    assert (kata.path, kata.source) == ("/opt/kata/bin/containerd-shim-kata-v2", "/opt/kata/containerd/config.d/kata-deploy.toml")
    assert kata.settings["pod_annotations"] == ("io.katacontainers.*",)
    assert found.offered["runc"].source == BUILT_IN
    assert found.ineffective == ()


@pytest.mark.parametrize("release", ALL_2)
def test_gvisor_beside_the_built_in(release: str) -> None:
    found = handlers(release, GVISOR)
    assert (found.names, found.default) == (("runc", "runsc"), "runc")
    assert found.offered["runsc"].options["ConfigPath"] == "/etc/containerd/runsc.toml"


def test_gvisor_drop_in_erases_what_containerd_1_had() -> None:
    """A drop-in that adds one runtime leaves no other, not even the default."""
    found = handlers("1.7", importing(NVIDIA), GVISOR)
    assert found.refusal == Ineffective(R.DEFAULT_UNKNOWN, "runc", BUILT_IN, field="default_runtime_name")
    assert found.ineffective == (
        Ineffective(R.ERASED, "", MAIN, DROP_IN, "default_runtime_name"),
        Ineffective(R.ERASED, "nvidia", MAIN, DROP_IN),
        Ineffective(R.ERASED, "runc", MAIN, DROP_IN),
        Ineffective(R.BUILT_IN_ERASED, "runc", BUILT_IN, DROP_IN),
        Ineffective(R.DEFAULT_UNKNOWN, "runsc", DROP_IN, BUILT_IN),
    )


# ------------------------------------------------------------------------------------------------------------------ the built-in one


@pytest.mark.parametrize("release", ALL_1 + ALL_2)
def test_built_in_without_files(release: str) -> None:
    found = containerd_handlers({}, version=release)
    assert found.offered == dict.fromkeys(["", "runc"], Handler("runc", "io.containerd.runc.v2"))
    assert (found.default, found.ineffective, found.refusal, found.files) == ("runc", (), None, ())


@pytest.mark.parametrize("release", ALL_1 + ALL_2)
def test_built_in_stays_where_no_file_names_runtimes(release: str) -> None:
    found = handlers(release, importing("version = 2\n"), f"version = 2\n[{V2}.cni]\nbin_dir = '/opt/cni/bin'")
    assert (found.names, found.offered["runc"].source) == (("runc",), BUILT_IN)


@pytest.mark.parametrize("release", ALL_2)
def test_built_in_stays_beside_others(release: str) -> None:
    found = handlers(release, importing("version = 3\n"), "version = 3\n" + runtime(V3, "kata"))
    assert {name: handler.source for name, handler in found.offered.items()} == {"kata": DROP_IN, "runc": BUILT_IN, "": BUILT_IN}


@pytest.mark.parametrize("release", ALL_1)
def test_built_in_goes_where_a_file_names_runtimes(release: str) -> None:
    main = f"version = 2\n[{V2}.containerd]\ndefault_runtime_name = 'kata'\n" + runtime(V2, "kata")
    found = handlers(release, main)
    assert (found.names, found.default) == (("kata",), "kata")
    assert found.ineffective[-1] == Ineffective(R.BUILT_IN_ERASED, "runc", BUILT_IN, MAIN)


@pytest.mark.parametrize("release", ALL_2)
def test_entry_of_the_built_in_is_merged(release: str) -> None:
    drop_in = f"version = 3\n[{V3}.containerd.runtimes.runc.options]\nSystemdCgroup = true\n"
    found = handlers(release, importing("version = 3\n"), drop_in)
    runc = found.offered["runc"]
    assert (runc.runtime_type, runc.sources) == ("io.containerd.runc.v2", (DROP_IN,))
    assert runc.options == {"SystemdCgroup": True}


@pytest.mark.parametrize("release", ALL_2)
def test_empty_type_of_the_built_in_counts(release: str) -> None:
    assert handlers(release, "version = 3\n" + runtime(V3, "runc", type_="")).offered["runc"].runtime_type == ""


def test_entry_of_the_built_in_is_replaced_in_containerd_1() -> None:
    found = handlers("1.7", f"version = 2\n[{V2}.containerd.runtimes.runc.options]\nSystemdCgroup = true\n")
    assert found.offered["runc"].runtime_type == ""


@pytest.mark.parametrize("release", ALL_2)
def test_sources_of_a_handler_in_two_files(release: str) -> None:
    main, drop_in = (
        "version = 3\n" + runtime(V3, "kata", "snapshotter = 'a'"),
        f"version = 3\n[{V3}.containerd.runtimes.kata]\nsnapshotter = 'b'",
    )
    found = handlers(release, importing(main), drop_in)
    kata = found.offered["kata"]
    assert (kata.source, kata.sources) == (MAIN, (MAIN, DROP_IN))
    assert kata.settings == {"snapshotter": "b"}
    assert found.ineffective == (Ineffective(R.OVERRIDDEN, "kata", MAIN, DROP_IN, "snapshotter"),)


# --------------------------------------------------------------------------------------------------- default_runtime and the other


@pytest.mark.parametrize("release", ALL_1)
class TestRetired:
    """1.x: two tables that are a runtime each."""

    def test_default_runtime(self, release: str) -> None:
        """It has to have a type, and goes before ``default_runtime_name`` and a handler of its name."""
        main = f"version = 2\n[{V2}.containerd]\ndefault_runtime_name = 'runc'\n[{V2}.containerd.default_runtime]\nruntime_type = 'x'\n"
        found = handlers(release, main)
        assert (found.default, found.names) == ("default", ("default", "runc"))
        assert found.offered[""] == Handler("default", "x", sources=(MAIN,))
        assert found.ineffective[-1] == Ineffective(R.OVERRIDDEN, "", MAIN, MAIN, "default_runtime_name")

    def test_default_runtime_beside_a_handler_default(self, release: str) -> None:
        main = "version = 2\n" + runtime(V2, "default") + f"[{V2}.containerd.default_runtime]\nruntime_type = 'x'\n"
        found = handlers(release, main)
        assert found.offered["default"].runtime_type == "x"
        assert Ineffective(R.OVERRIDDEN, "default", MAIN, MAIN) in found.ineffective

    def test_untrusted_workload_runtime(self, release: str) -> None:
        main = "[plugins.cri.containerd.untrusted_workload_runtime]\nruntime_type = 'x'\n[plugins.cri.containerd.default_runtime]\n"
        found = handlers(release, main)
        assert (found.default, found.names) == ("runc", ("runc", "untrusted"))
        assert found.resolve(annotations={"io.kubernetes.cri.untrusted-workload": "true"}).runtime_type == "x"
        assert Ineffective(R.NO_RUNTIME_TYPE, "default", MAIN) in found.ineffective

    def test_untrusted_twice(self, release: str) -> None:
        main = "version = 2\n" + runtime(V2, "untrusted") + f"[{V2}.containerd.untrusted_workload_runtime]\nruntime_type = 'x'"
        assert refusal(release, main) == Ineffective(R.CONFLICT, "untrusted", MAIN, MAIN)


@pytest.mark.parametrize("release", ALL_2)
def test_retired_tables_are_gone(release: str) -> None:
    main = f"version = 3\n[{V3}.containerd.default_runtime]\nruntime_type = 'x'\n[{V3}.containerd.untrusted_workload_runtime]\n"
    found = handlers(release, importing(main))
    assert (found.default, found.names) == ("runc", ("runc",))
    assert found.ineffective == (Ineffective(R.REMOVED, "default", MAIN), Ineffective(R.REMOVED, "untrusted", MAIN))
    assert handlers(release, f"version = 3\n[{V3}.containerd]\ndefault_runtime = 1").refusal is None


# ------------------------------------------------------------------------------------------------------------------ nothing at all


@pytest.mark.parametrize("release", ALL_1 + ALL_2)
def test_disabled_by_docker(release: str) -> None:
    found = handlers(release, importing("version = 2\n" + runtime(V2, "runc")), "disabled_plugins = ['io.containerd.grpc.v1.cri']")
    assert found.refusal == Ineffective(R.PLUGIN_DISABLED, file=DROP_IN, field="disabled_plugins")
    assert found.ineffective == (Ineffective(R.PLUGIN_DISABLED, "runc", MAIN, DROP_IN),)
    assert containerd_handlers({MAIN: 'disabled_plugins = ["cri"]'}, version=release).offered == {}


@pytest.mark.parametrize("release", ALL_1 + ALL_2)
def test_default_that_is_no_handler(release: str) -> None:
    for name, reason in (("kata", R.DEFAULT_UNKNOWN), ("", R.DEFAULT_EMPTY)):
        drop_in = f"version = 2\n[{V2}.containerd]\ndefault_runtime_name = '{name}'\n" + runtime(V2, "runc")
        assert refusal(release, "version = 2\n", drop_in) == Ineffective(reason, name, DROP_IN, field="default_runtime_name")


@pytest.mark.parametrize("release", ALL_2)
def test_default_whose_name_is_empty(release: str) -> None:
    main = f"version = 3\n[{V3}.containerd]\ndefault_runtime_name = ''\n" + runtime(V3, '""')
    assert refusal(release, main).reason is R.DEFAULT_EMPTY
    found = handlers(release, importing("version = 3\n" + runtime(V3, '""')))
    assert (found.names, found.offered[""].name) == (("runc",), "runc")
    assert found.ineffective == (Ineffective(R.EMPTY_NAME, file=MAIN, field="runtimes"),)


@pytest.mark.parametrize("release", ALL_1 + ALL_2)
@pytest.mark.parametrize(
    ("text", "handler", "field", "detail"),
    [
        ("containerd = 1", "", "containerd", "a table"),
        ("containerd.runtimes = 1", "", "runtimes", "a table"),
        ("containerd.default_runtime_name = 1", "", "default_runtime_name", "a string"),
        ("containerd.default_runtime_name = {}", "", "default_runtime_name", "a string"),
        ("containerd.runtimes.kata = 1", "kata", "", "a table"),
        ("containerd.runtimes.kata.runtime_type = 1", "kata", "runtime_type", "a string"),
        ("containerd.runtimes.kata.options = 'x'", "kata", "options", "a table"),
        ("containerd.runtimes.kata.cni_max_conf_num = '1'", "kata", "cni_max_conf_num", "an integer"),
        ("containerd.runtimes.kata.pod_annotations = [1]", "kata", "pod_annotations", "a list of strings"),
        ("containerd.runtimes.kata.snapshotter.x = 1", "kata", "snapshotter", "a string"),
    ],
)
def test_wrong_types(release: str, text: str, handler: str, field: str, detail: str) -> None:
    table = V2 if release in ALL_1 else V3
    found = refusal(release, "version = 2\n", f"version = 2\n[{table}]\n{text}")
    assert found == Ineffective(R.WRONG_TYPE, handler, DROP_IN, field=field, detail=f"it has to be {detail}")


@pytest.mark.parametrize("release", ALL_1)
def test_wrong_types_of_retired_tables(release: str) -> None:
    head = f"version = 2\n[{V2}.containerd]\n"
    assert refusal(release, head + "default_runtime = 1").field == "default_runtime"
    found = refusal(release, head + "untrusted_workload_runtime.runtime_path = 1")
    assert (found.handler, found.field) == ("untrusted", "runtime_path")


@pytest.mark.parametrize("release", ALL_2)
def test_plugin_that_is_no_table(release: str) -> None:
    main = "version = 3\n[plugins]\n'io.containerd.cri.v1.runtime' = 1"
    assert refusal(release, main) == Ineffective(R.WRONG_TYPE, file=MAIN, detail="it has to be a table")


DEVICES = "privileged_without_host_devices_all_devices_allowed"


@pytest.mark.parametrize(
    ("settings", "field", "refusing"),
    [
        ("runtime_engine = '/usr/bin/runc'", "runtime_engine", ALL_1),
        ("runtime_root = '/run/runc'", "runtime_root", ALL_1),
        (f"{DEVICES} = true", DEVICES, ("1.7", *ALL_2)),
        ("io_type = 'named_pipe'", "io_type", ALL_2),
        (f"{DEVICES} = true\nprivileged_without_host_devices = true\nio_type = 'streaming'", "", ()),
    ],
)
@pytest.mark.parametrize("release", ALL_1 + ALL_2)
def test_settings(release: str, settings: str, field: str, refusing: tuple[str, ...]) -> None:
    found = handlers(release, "version = 2\n" + runtime(V2, "runc") + runtime(V2, "x", settings))
    expected = Ineffective(R.INVALID_SETTING, "x", MAIN, field=field) if release in refusing else None
    assert found.refusal == expected


@pytest.mark.parametrize("release", ALL_1 + ALL_2)
def test_systemd_cgroup_of_the_plugin(release: str) -> None:
    """Only the first shim knew it; it is an option of the runtime since."""
    head = f"version = 2\n[{V2}]\nsystemd_cgroup = true\n"
    expected = Ineffective(R.INVALID_SETTING, file=MAIN, field="systemd_cgroup") if release in ALL_1 else None
    assert handlers(release, head).refusal == expected
    assert handlers(release, head.replace("true", "false")).refusal is None
    assert handlers(release, head + runtime(V2, "runc", "runtime_root = '/x'", "io.containerd.runtime.v1.linux")).refusal is None
    assert (handlers(release, f"version = 2\n[{V2}.containerd]\nno_pivot = true").refusal is None) is (release in ALL_2)


# ------------------------------------------------------------------------------------------------------------------------- arguments


def test_versions() -> None:
    assert containerd_handlers({}).version == LATEST_CONTAINERD
    assert containerd_handlers({}, version="containerd://1.7.27").version == containerd_handlers({}, version="1.7").version
    with pytest.raises(InvalidRuntimeVersion):
        containerd_handlers({}, version="cri-o://1.30.1")


def test_main() -> None:
    found = containerd_handlers(
        {"/var/lib/rancher/k3s/agent/etc/containerd/config.toml": NVIDIA}, main="/var/lib/rancher/k3s/agent/etc/containerd/config.toml"
    )
    assert found.default == "nvidia"
    with pytest.raises(InvalidRuntimeConfig):
        containerd_handlers({MAIN: NVIDIA}, main="/other.toml")


def test_what_is_not_imported() -> None:
    found = handlers("2.2", "version = 3\n", "version = 3\n" + runtime(V3, "kata"))
    assert (found.names, found.ineffective) == (("runc",), (Ineffective(R.NOT_IMPORTED, file=DROP_IN),))

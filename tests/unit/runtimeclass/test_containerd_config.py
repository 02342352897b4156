"""How the files of containerd make one configuration; each rule by two files, and what of them is in vain."""

from __future__ import annotations

import pytest

from kubecontainers.runtimeclass.config_tree import Tree, subtree
from kubecontainers.runtimeclass.containerd_config import ContainerdConfig, merge_containerd_files
from kubecontainers.runtimeclass.containerd_files import read_containerd_file
from kubecontainers.runtimeclass.handlers import Ineffective, IneffectiveReason
from kubecontainers.runtimeclass.runtime_version import RuntimeVersion
from kubecontainers.runtimeclass.toml_config import InvalidRuntimeConfig, RuntimeConfigProblem

V1, V2, V3 = "plugins.cri", 'plugins."io.containerd.grpc.v1.cri"', 'plugins."io.containerd.cri.v1.runtime"'
GRPC, RUNTIME = "io.containerd.grpc.v1.cri", "io.containerd.cri.v1.runtime"
R = IneffectiveReason


def text(version: int, table: str, handler: str, more: str = "") -> str:
    head = f"version = {version}\n" if version else ""
    return f"{head}[{table}.containerd.runtimes.{handler}]\nruntime_type = 'io.containerd.{handler}.v2'\n{more}"


def merge(release: str, *contents: str) -> ContainerdConfig:
    files = [read_containerd_file(content, f"/{number}") for number, content in enumerate(contents, 1)]
    return merge_containerd_files(files, RuntimeVersion.parse(release))


def section(config: ContainerdConfig) -> dict[str, object]:
    """The ``containerd`` section that counts."""
    found = subtree(config.cri, "containerd")
    return {} if found is None else found.value()


def runtimes(config: ContainerdConfig) -> list[str]:
    found = subtree(config.cri, "containerd", "runtimes")
    return [] if found is None else sorted(found.entries)


def refused(release: str, *contents: str) -> InvalidRuntimeConfig:
    with pytest.raises(InvalidRuntimeConfig) as caught:
        merge(release, *contents)
    return caught.value


class TestContainerd1:
    """1.x: a plugin's table replaces the earlier one, and the last version counts."""

    def test_plugin_table_is_replaced_as_a_whole(self) -> None:
        main = text(2, V2, "runc") + f"[{V2}.containerd.runtimes.kata]\n[{V2}.containerd]\ndefault_runtime_name = 'runc'"
        found = merge("1.7", main, text(2, V2, "nvidia"))
        assert runtimes(found) == ["nvidia"]
        assert found.ineffective == (
            Ineffective(R.ERASED, "runc", "/1", "/2"),
            Ineffective(R.ERASED, "kata", "/1", "/2"),
            Ineffective(R.ERASED, "", "/1", "/2", "default_runtime_name"),
        )

    def test_plugin_table_without_runtimes_erases_them(self) -> None:
        found = merge("1.7", text(2, V2, "kata"), f"version = 2\n[{V2}.registry]\nconfig_path = '/etc/containerd/certs.d'")
        assert runtimes(found) == []
        assert found.ineffective == (Ineffective(R.ERASED, "kata", "/1", "/2"),)

    def test_table_of_another_plugin_erases_nothing(self) -> None:
        found = merge("1.7", text(2, V2, "kata"), "version = 2\n[plugins.'io.containerd.gc.v1.scheduler']\npause_threshold = 0.1")
        assert (runtimes(found), found.ineffective) == (["kata"], ())

    def test_handler_named_again_is_replaced(self) -> None:
        found = merge("1.6", text(2, V2, "kata", "snapshotter = 'devmapper'"), text(2, V2, "kata"))
        assert section(found) == {"runtimes": {"kata": {"runtime_type": "io.containerd.kata.v2"}}}
        assert found.ineffective == (Ineffective(R.REPLACED, "kata", "/1", "/2"),)

    def test_each_is_erased_by_the_next(self) -> None:
        found = merge("1.7", text(2, V2, "a"), text(2, V2, "b"), text(2, V2, "c"))
        assert [(note.handler, note.by) for note in found.ineffective] == [("a", "/2"), ("b", "/3")]

    @pytest.mark.parametrize("version", [0, 1])
    def test_version_1_reads_the_table_cri(self, version: int) -> None:
        found = merge("1.7", text(version, V1, "kata"))
        assert (runtimes(found), found.ineffective) == (["kata"], ())

    def test_version_1_does_not_read_the_table_of_version_2(self) -> None:
        """The file of an installer for version 2, beside one without a version."""
        found = merge("1.7", text(0, V2, "kata"), text(0, V1, "runc"))
        assert runtimes(found) == ["runc"]
        assert found.ineffective == (Ineffective(R.WRONG_TABLE, "kata", "/1", detail=GRPC),)

    def test_version_2_does_not_read_the_table_of_version_3(self) -> None:
        found = merge("1.7", text(2, V2, "runc"), text(2, V3, "kata") + f"[{V3}.containerd]\ndefault_runtime_name = 'kata'")
        assert runtimes(found) == ["runc"]
        assert found.ineffective == (
            Ineffective(R.WRONG_TABLE, "kata", "/2", detail=RUNTIME),
            Ineffective(R.WRONG_TABLE, "", "/2", field="default_runtime_name", detail=RUNTIME),
        )

    def test_file_without_version_takes_that_of_the_others(self) -> None:
        assert runtimes(merge("1.7", text(2, V2, "runc"), text(0, V2, "kata"))) == ["kata"]

    def test_last_version_counts_for_all_files(self) -> None:
        found = merge("1.7", text(2, V2, "runc") + f"[{V2}.containerd]\nsnapshotter = 'x'", text(1, V1, "kata"))
        assert runtimes(found) == ["kata"]
        assert found.ineffective == (Ineffective(R.WRONG_TABLE, "runc", "/1", detail=GRPC),)

    def test_names_of_plugins_from_version_2_on(self) -> None:
        """A file of version 1 beside one of version 2: containerd does not start."""
        error = refused("1.7", text(1, V1, "runc"), text(2, V2, "kata"))
        assert (error.problem, error.file, error.detail) == (RuntimeConfigProblem.PLUGIN_NAME, "/1", "'cri'")
        assert refused("1.7", "version = 2\ndisabled_plugins = ['cri']").detail == "'cri'"
        assert refused("1.6", "version = 2\nrequired_plugins = ['io.containerd.cri']").detail == "'io.containerd.cri'"

    def test_prefix_of_plugins_since_1_7(self) -> None:
        assert merge("1.6", "version = 2\ndisabled_plugins = ['a.b.c.d']").disabled_by == ""
        assert refused("1.7", "version = 2\ndisabled_plugins = ['a.b.c.d']").problem is RuntimeConfigProblem.PLUGIN_NAME

    def test_disabled(self) -> None:
        assert merge("1.7", "version = 2", f"version = 2\ndisabled_plugins = ['{GRPC}']").disabled_by == "/2"
        assert merge("1.7", "disabled_plugins = ['cri']", "").disabled_by == "/1"
        assert merge("1.7", f"disabled_plugins = ['{GRPC}']").disabled_by == ""
        assert merge("1.7", f"version = 2\ndisabled_plugins = ['{RUNTIME}']").disabled_by == ""

    def test_plugins_have_to_be_tables(self) -> None:
        error = refused("1.7", "version = 2\n[plugins]\n'io.containerd.x.v1.y' = 1")
        assert (error.problem, error.detail) == (RuntimeConfigProblem.WRONG_TYPE, "plugins.io.containerd.x.v1.y has to be a table")

    @pytest.mark.parametrize("version", [3, -1])
    def test_version(self, version: int) -> None:
        error = refused("1.7", "version = 2", f"version = {version}")
        assert (error.problem, error.file) == (RuntimeConfigProblem.CONFIG_VERSION, "/2")
        assert "where containerd 1.7 knows 1 to 2" in str(error)
        assert merge("1.7", f"version = {version}", "version = 2").disabled_by == ""

    def test_nothing(self) -> None:
        assert merge("1.7") == merge("2.0") == merge("2.3") == ContainerdConfig(None)


@pytest.mark.parametrize("release", ["2.0", "2.1", "2.2", "2.3", "2.4"])
class TestContainerd2:
    """2.x: tables are merged key by key."""

    def test_runtimes_are_joined(self, release: str) -> None:
        found = merge(release, text(3, V3, "runc"), text(3, V3, "kata"))
        assert (runtimes(found), found.ineffective) == (["kata", "runc"], ())

    def test_later_values_count(self, release: str) -> None:
        main = text(3, V3, "kata", "privileged_without_host_devices = true\n[XX.options]\nConfigPath = '/a'\nOther = 1")
        drop_in = text(3, V3, "kata", "privileged_without_host_devices = false\n[XX.options]\nConfigPath = '/b'")
        path = f"{V3}.containerd.runtimes.kata"
        found = merge(release, main.replace("XX", path), drop_in.replace("XX", path))
        kata = {
            "runtime_type": "io.containerd.kata.v2",
            "privileged_without_host_devices": False,
            "options": {"ConfigPath": "/b", "Other": 1},
        }
        assert section(found) == {"runtimes": {"kata": kata}}
        assert found.ineffective == (
            Ineffective(R.OVERRIDDEN, "kata", "/1", "/2", "privileged_without_host_devices"),
            Ineffective(R.OVERRIDDEN, "kata", "/1", "/2", "options.ConfigPath"),
        )

    def test_lists_are_not_joined(self, release: str) -> None:
        one, two = (text(3, V3, "kata", f"pod_annotations = ['{name}']") for name in "ab")
        found = merge(release, one, two)
        assert section(found) == {"runtimes": {"kata": {"runtime_type": "io.containerd.kata.v2", "pod_annotations": ("b",)}}}

    def test_last_default_counts(self, release: str) -> None:
        one, two = (f"version = 3\n[{V3}.containerd]\ndefault_runtime_name = '{name}'\nother = '{name}'" for name in ("runc", "kata"))
        found = merge(release, one, two)
        assert section(found)["default_runtime_name"] == "kata"
        assert found.ineffective == (Ineffective(R.OVERRIDDEN, "", "/1", "/2", "default_runtime_name"),)

    def test_version_2_is_migrated(self, release: str) -> None:
        more = f"sandbox_mode = 'shim'\n[{V2}.containerd]\nsnapshotter = 'x'\ndefault_runtime_name = 'kata'\n[{V2}.registry]\na = 1"
        found = merge(release, text(2, V2, "kata", more))
        assert section(found) == {
            "default_runtime_name": "kata",
            "runtimes": {"kata": {"runtime_type": "io.containerd.kata.v2", "sandboxer": "shim"}},
        }
        assert found.ineffective == ()

    def test_sandboxer_goes_before_sandbox_mode(self, release: str) -> None:
        found = merge(release, text(2, V2, "kata", "sandbox_mode = 'shim'\nsandboxer = 'podsandbox'"))
        assert section(found) == {
            "runtimes": {"kata": {"runtime_type": "io.containerd.kata.v2", "sandbox_mode": "shim", "sandboxer": "podsandbox"}}
        }

    def test_key_of_the_newer_table_is_not_migrated(self, release: str) -> None:
        """The whole of ``runtimes`` is one key."""
        head = f"[{V3}.containerd]\ndefault_runtime_name = 'runc'\n"
        old = text(2, V2, "kata") + f"[{V2}.containerd]\ndefault_runtime_name = 'kata'\nsnapshotter = 'x'\n"
        found = merge(release, old + head + text(0, V3, "runc"))
        assert (runtimes(found), section(found)["default_runtime_name"]) == (["runc"], "runc")
        assert found.ineffective == (
            Ineffective(R.NOT_MIGRATED, "kata", "/1", "/1", detail=GRPC),
            Ineffective(R.NOT_MIGRATED, "", "/1", "/1", "default_runtime_name", GRPC),
        )

    def test_migration_of_what_is_no_table(self, release: str) -> None:
        assert merge(release, f"version = 2\n[{V2}]\ncontainerd = 1").cri is None
        assert section(merge(release, f"version = 2\n[{V2}.containerd]\nruntimes = 1")) == {"runtimes": 1}
        assert section(merge(release, f"version = 2\n[{V2}.containerd.runtimes]\nkata = 1")) == {"runtimes": {"kata": 1}}

    def test_table_of_version_1_in_a_newer_file(self, release: str) -> None:
        found = merge(release, text(2, V2, "runc"), text(2, V1, "kata"))
        assert (runtimes(found), found.ineffective) == (["runc"], (Ineffective(R.WRONG_TABLE, "kata", "/2", detail="cri"),))

    def test_table_of_version_3_in_an_older_file(self, release: str) -> None:
        assert runtimes(merge(release, text(2, V3, "kata"))) == runtimes(merge(release, text(0, V3, "kata"))) == ["kata"]

    @pytest.mark.parametrize("plugin", [GRPC, RUNTIME, "io.containerd.cri.v1.images"])
    def test_disabled(self, release: str, plugin: str) -> None:
        assert merge(release, "version = 3", f"version = 3\ndisabled_plugins = ['a.b', '{plugin}']").disabled_by == "/2"

    def test_disabled_in_version_1(self, release: str) -> None:
        """What Docker's package installs."""
        assert merge(release, 'disabled_plugins = ["cri"]').disabled_by == "/1"
        error = refused(release, 'version = 3\ndisabled_plugins = ["cri"]')
        assert (error.problem, error.file, error.detail) == (RuntimeConfigProblem.PLUGIN_NAME, "/1", "'cri'")

    def test_version(self, release: str) -> None:
        for version in (5, -1):
            assert refused(release, f"version = {version}").problem is RuntimeConfigProblem.CONFIG_VERSION

    def test_plugin_that_is_no_table(self, release: str) -> None:
        assert not isinstance(merge(release, f"version = 3\n[plugins]\n'{RUNTIME}' = 1").cri, Tree | None)

    def test_value_in_place_of_a_table(self, release: str) -> None:
        found = merge(release, text(3, V3, "kata"), f"version = 3\n[{V3}.containerd.runtimes]\nkata = 1")
        assert found.ineffective == (Ineffective(R.OVERRIDDEN, "kata", "/1", "/2"),)


@pytest.mark.parametrize("release", ["2.0", "2.2"])
class TestMigratedTogether:
    """2.0 to 2.2: one version for all files."""

    def test_version_2_beside_a_later_version_3_is_lost(self, release: str) -> None:
        found = merge(release, text(2, V2, "kata"), text(3, V3, "runc"))
        assert (runtimes(found), found.ineffective) == (["runc"], (Ineffective(R.WRONG_TABLE, "kata", "/1", detail=GRPC),))

    def test_version_2_after_version_3_is_migrated_where_nothing_is(self, release: str) -> None:
        found = merge(release, f"version = 3\n[{V3}.containerd]\ndefault_runtime_name = 'runc'", text(2, V2, "kata"))
        assert (runtimes(found), found.ineffective) == (["kata"], ())
        found = merge(release, text(3, V3, "runc"), text(2, V2, "kata"))
        assert (runtimes(found), found.ineffective) == (["runc"], (Ineffective(R.NOT_MIGRATED, "kata", "/2", "/1", detail=GRPC),))

    def test_runtimes_of_version_1_are_lost(self, release: str) -> None:
        found = merge(release, text(0, V1, "kata"))
        assert (runtimes(found), found.ineffective) == ([], (Ineffective(R.WRONG_TABLE, "kata", "/1", detail="cri"),))

    def test_version_1_beside_version_2_is_migrated(self, release: str) -> None:
        assert runtimes(merge(release, text(2, V2, "runc"), text(1, V1, "kata"))) == ["kata", "runc"]

    def test_version_4(self, release: str) -> None:
        assert "where containerd 2." in str(refused(release, "version = 4"))

    def test_only_the_last_version_is_checked(self, release: str) -> None:
        assert merge(release, "version = 7", "version = 3").cri is None


class TestEachMigrated:
    """2.3: each file has its own version."""

    @pytest.mark.parametrize("versions", [(2, 3), (3, 2), (2, 4)])
    def test_files_of_several_versions(self, versions: tuple[int, int]) -> None:
        tables = {2: V2, 3: V3, 4: V3}
        found = merge("2.3", *(text(version, tables[version], f"h{version}") for version in versions))
        assert (runtimes(found), found.ineffective) == (sorted(f"h{version}" for version in versions), ())

    def test_version_1_is_migrated(self) -> None:
        assert runtimes(merge("2.3", text(1, V1, "kata"), text(0, V1, "runc"))) == ["kata", "runc"]

    def test_table_of_version_2_in_version_3_is_migrated(self) -> None:
        assert runtimes(merge("2.3", text(3, V2, "kata"))) == ["kata"]

    def test_table_of_version_2_in_version_4_is_lost(self) -> None:
        found = merge("2.3", text(3, V3, "runc"), text(4, V2, "kata"))
        assert (runtimes(found), found.ineffective) == (["runc"], (Ineffective(R.WRONG_TABLE, "kata", "/2", detail=GRPC),))

    def test_migrated_values_are_overridden_too(self) -> None:
        found = merge("2.3", text(2, V2, "kata", "snapshotter = 'a'"), text(3, V3, "kata", "snapshotter = 'b'"))
        assert found.ineffective == (Ineffective(R.OVERRIDDEN, "kata", "/1", "/2", "snapshotter"),)

    def test_every_version_is_checked(self) -> None:
        assert refused("2.3", "version = 7", "version = 3").file == "/1"

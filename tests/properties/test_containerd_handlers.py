# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import pickle
from collections import deque
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.runtimeclass.containerd import BUILT_IN_KEPT, containerd_handlers
from kubecontainers.runtimeclass.containerd_files import CONTAINERD_CONFIG, ContainerdFile, select_containerd_files
from kubecontainers.runtimeclass.handlers import BUILT_IN, IneffectiveReason, OfferedHandlers
from kubecontainers.runtimeclass.runtime_version import RuntimeVersion
from kubecontainers.runtimeclass.toml_config import freeze
from kubecontainers.testing import strategies
from kubecontainers.testing.runtime_configs import (
    HANDLER_NAMES,
    containerd_configs,
    containerd_files,
    containerd_tables,
    nearly_valid_containerd_files,
    toml_text,
)

RELEASES = ("1.6", "1.7", "2.0", "2.1", "2.2", "2.3", "2.4")
releases = st.sampled_from(RELEASES)
MERGING = st.sampled_from([release for release in RELEASES if BUILT_IN_KEPT in RuntimeVersion.parse(release)])
REPLACING = st.sampled_from(["1.6", "1.7"])

FIRST, SECOND = "/etc/containerd/conf.d/1.toml", "/etc/containerd/conf.d/2.toml"


def handlers(release: str, *tables: dict[str, Any]) -> OfferedHandlers:
    """What the tables of files make that are read one after the other."""
    files = {f"/{number}.toml": toml_text(table) for number, table in enumerate(tables)}
    return containerd_handlers({CONTAINERD_CONFIG: toml_text({"imports": list(files)}), **files}, version=release)


def section(table: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(iter(table["plugins"].values()))["containerd"]
    return found


def named(table: dict[str, Any]) -> dict[str, Any]:
    """The handlers that a file configures."""
    found: dict[str, Any] = section(table)["runtimes"]
    return found


class TestTotality:
    """Whatever the files hold, handlers are offered, or not and it is said why, or containerd does not start."""

    @given(st.dictionaries(st.just(CONTAINERD_CONFIG) | st.text(max_size=8), st.text() | st.binary(), max_size=3), releases)
    def test_texts(self, files: dict[str, str | bytes], release: str) -> None:
        self.answered(files, release)

    @given(st.text(), st.text(), st.text())
    def test_arguments(self, path: str, main: str, version: str) -> None:
        for text in (version, "2.3"):
            try:
                containerd_handlers({path: ""}, main=main, version=text)
            except KubeContainersError as error:
                assert str(error)

    @given(strategies.json_objects(), strategies.json_values(), releases)
    def test_trees(self, tree: dict[str, Any], value: Any, release: str) -> None:
        self.answered({CONTAINERD_CONFIG: toml_text(tree)}, release)
        self.answered({CONTAINERD_CONFIG: toml_text({"plugins": {"cri": {"containerd": value}}})}, release)
        self.answered({CONTAINERD_CONFIG: toml_text({"imports": value, "disabled_plugins": value, "version": value})}, release)

    @given(nearly_valid_containerd_files(), releases)
    def test_damaged(self, files: dict[str, str | bytes], release: str) -> None:
        self.answered(files, release)

    def answered(self, files: dict[str, str | bytes], release: str) -> None:
        try:
            found = containerd_handlers(files, version=release)
        except KubeContainersError as error:
            assert str(error)
            assert error.__context__ is None
            assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
            return
        assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301
        assert hash(found) == hash(found)
        assert (found.refusal is None) is found.serves("") is bool(found.offered)
        if found.refusal is None:
            assert found.offered[""] == found.offered[found.default] == found.resolve()


class TestBothSides:
    """At least a fifth of the damaged configurations offers handlers, and a fifth does not."""

    def test_shares(self) -> None:
        answers: list[bool] = []

        @settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(nearly_valid_containerd_files(), releases)
        def sample(files: dict[str, str], release: str) -> None:
            try:
                answers.append(containerd_handlers(files, version=release).refusal is None)
            except KubeContainersError:
                answers.append(False)

        sample()
        assert 0.2 <= sum(answers) / len(answers) <= 0.8


class TestProvenance:
    """A handler comes from files that name it, or is built in; so does what is in vain."""

    @given(containerd_tables() | containerd_tables(versions=st.integers(1, 3)), releases)
    def test_files(self, tables: dict[str, dict[str, Any]], release: str) -> None:
        try:
            found = containerd_handlers({path: toml_text(table) for path, table in tables.items()}, version=release)
        except KubeContainersError:
            return
        assert set(found.files) == set(tables)
        for handler in found.offered.values():
            assert handler.sources == (BUILT_IN,) or all(handler.name in named(tables[file]) for file in handler.sources)
            assert list(handler.sources) == sorted(handler.sources, key=(*found.files, BUILT_IN).index)
        for note in found.ineffective:
            assert note.file == BUILT_IN or not note.handler or note.handler in named(tables[note.file])
            assert note.file in {BUILT_IN, *tables}
            assert note.by in {"", BUILT_IN, *tables}

    @given(containerd_tables(versions=st.just(3)), MERGING)
    def test_every_named_handler_is_offered(self, tables: dict[str, dict[str, Any]], release: str) -> None:
        found = containerd_handlers({path: toml_text(table) for path, table in tables.items()}, version=release)
        expected = {"runc", *(name for table in tables.values() for name in named(table))}
        if found.refusal is None:
            assert set(found.names) == expected
        else:
            assert found.refusal.reason is IneffectiveReason.DEFAULT_UNKNOWN
            assert found.refusal.handler not in expected

    @given(containerd_tables(versions=st.sampled_from([1, 2])), REPLACING)
    def test_every_named_handler_is_offered_or_explained(self, tables: dict[str, dict[str, Any]], release: str) -> None:
        try:
            found = containerd_handlers({path: toml_text(table) for path, table in tables.items()}, version=release)
        except KubeContainersError:
            return
        explained = {(note.handler, note.file) for note in found.ineffective}
        for path, table in tables.items():
            for name in named(table):
                assert (name, path) in explained or found.offered[name].sources == (path,)


class TestLaterFilesWin:
    """Of two files the later one counts, in containerd 2 for each value, in containerd 1 for the whole plugin."""

    @given(containerd_configs(version=3), containerd_configs(version=3), MERGING)
    def test_by_value(self, first: dict[str, Any], second: dict[str, Any], release: str) -> None:
        found = handlers(release, first, second)
        default = section(second).get("default_runtime_name", section(first).get("default_runtime_name", "runc"))
        if found.refusal is not None:
            assert found.refusal.handler == default
            return
        assert found.default == default
        for name in {*named(first), *named(second)}:
            one, two, handler = named(first).get(name, {}), named(second).get(name, {}), found.offered[name]
            assert handler.runtime_type == (one | two)["runtime_type"]
            assert handler.path == (one | two).get("runtime_path", "")
            assert handler.options == one.get("options", {}) | two.get("options", {})
            rest = {key: freeze(value) for key, value in (one | two).items() if key not in {"runtime_type", "runtime_path", "options"}}
            assert handler.settings == rest

    @given(containerd_configs(version=2), containerd_configs(version=2), REPLACING)
    def test_by_plugin(self, first: dict[str, Any], second: dict[str, Any], release: str) -> None:
        found, alone = handlers(release, first, second), handlers(release, {"version": 2}, second)
        assert (found.offered, found.default, found.refusal) == (alone.offered, alone.default, alone.refusal)

    @given(containerd_configs(version=3), MERGING)
    def test_twice_the_same(self, table: dict[str, Any], release: str) -> None:
        found, alone = handlers(release, table, table), handlers(release, table)
        assert found.default == alone.default
        assert [handler.settings for handler in found.offered.values()] == [handler.settings for handler in alone.offered.values()]
        assert not [note for note in found.ineffective if note.reason is IneffectiveReason.OVERRIDDEN]

    @given(containerd_configs(version=2), MERGING)
    def test_migration_changes_no_answer(self, table: dict[str, Any], release: str) -> None:
        migrated = {"version": 3, "plugins": {"io.containerd.cri.v1.runtime": {"containerd": section(table)}}}
        assert handlers(release, table) == handlers(release, migrated)


@st.composite
def import_graphs(draw: st.DrawFn) -> dict[str, list[str]]:
    paths = [CONTAINERD_CONFIG, FIRST, SECOND, "/a.toml", "/b/a.toml"]
    entries = st.sampled_from([*paths, "config.toml", "conf.d/1.toml", "/etc/containerd/conf.d/*.toml", "/*/a.toml", "/none/*"])
    return {path: draw(st.lists(entries, max_size=4)) for path in paths}


class TestOrderOfReading:
    """Files are read breadth first, each once, whatever imports whatever."""

    @given(import_graphs())
    def test_breadth_first(self, graph: dict[str, list[str]]) -> None:
        files = {path: toml_text({"imports": imports}) for path, imports in graph.items()}
        try:
            found = select_containerd_files(files)
        except KubeContainersError as error:
            assert "there is no such file" in str(error)
            return
        depths = {CONTAINERD_CONFIG: 0}
        pending: deque[ContainerdFile] = deque()
        pending += found[:1]
        by_path = {file.path: file for file in found}
        while pending:
            file = pending.popleft()
            for path in sorted(files):
                if path not in depths and any(entry.matches(path) for entry in file.imports):
                    depths[path] = depths[file.path] + 1
                    pending.append(by_path[path])
        assert {file.path for file in found} == set(depths)
        assert [depths[file.path] for file in found] == sorted(depths.values())

    @given(containerd_files(versions=st.just(3)), containerd_files(versions=st.just(3)))
    def test_what_is_not_imported_changes_nothing(self, files: dict[str, str], others: dict[str, str]) -> None:
        found = containerd_handlers(files)
        more = containerd_handlers(files | {f"/elsewhere{path}": text for path, text in others.items()})
        assert (found.offered, found.default, found.files) == (more.offered, more.default, more.files)
        assert len(more.ineffective) == len(found.ineffective) + len(others)

    @given(containerd_files(), st.randoms(use_true_random=False), releases)
    def test_order_of_the_mapping(self, files: dict[str, str], random: Any, release: str) -> None:
        shuffled = dict(random.sample(sorted(files.items()), len(files)))
        answers: list[object] = []
        for given_files in (files, shuffled):
            try:
                answers.append(containerd_handlers(given_files, version=release))
            except KubeContainersError as error:
                answers.append(error)
        assert answers[0] == answers[1]


def test_names_are_of_runtime_classes() -> None:
    runtimes = {name: {"runtime_type": "io.containerd.runc.v2"} for name in HANDLER_NAMES}
    found = handlers("2.3", {"version": 3, "plugins": {"io.containerd.cri.v1.runtime": {"containerd": {"runtimes": runtimes}}}})
    assert all(handler.nameable for handler in found.offered.values())

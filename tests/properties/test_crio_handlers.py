# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import pickle
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.runtimeclass.crio import CRIO_CONFIG, CRIO_DROP_INS, crio_handlers, select_crio_files
from kubecontainers.runtimeclass.handlers import BUILT_IN, IneffectiveReason, OfferedHandlers
from kubecontainers.testing import strategies
from kubecontainers.testing.runtime_configs import crio_configs, crio_tables, nearly_valid_crio_files, toml_text

releases = st.sampled_from([f"1.{minor}" for minor in range(27, 38)])
FIRST, SECOND = f"{CRIO_DROP_INS}/1", f"{CRIO_DROP_INS}/2"


def named(table: dict[str, Any]) -> dict[str, Any]:
    """The handlers that a file configures."""
    found: dict[str, Any] = table["crio"]["runtime"]["runtimes"]
    return found


def handlers(release: str, *tables: dict[str, Any]) -> OfferedHandlers:
    return crio_handlers({f"{CRIO_DROP_INS}/{number}": toml_text(table) for number, table in enumerate(tables, 1)}, version=release)


class TestTotality:
    """Whatever the files hold, handlers are offered, or not and it is said why, or CRI-O cannot decode them."""

    paths = st.sampled_from([CRIO_CONFIG, FIRST]) | st.text(max_size=8)

    @given(st.dictionaries(paths, st.text() | st.binary(), max_size=3), releases)
    def test_texts(self, files: dict[str, str | bytes], release: str) -> None:
        self.answered(files, release)

    @given(st.text(), st.text(), st.text(), st.text())
    def test_arguments(self, path: str, main: str, drop_ins: str, version: str) -> None:
        for text in (version, "1.30"):
            try:
                crio_handlers({path: ""}, main=main, drop_ins=drop_ins, version=text)
            except KubeContainersError as error:
                assert str(error)

    @given(strategies.json_objects(), strategies.json_values(), releases)
    def test_trees(self, tree: dict[str, Any], value: Any, release: str) -> None:
        self.answered({FIRST: toml_text(tree)}, release)
        self.answered({FIRST: toml_text({"crio": {"runtime": value}})}, release)
        self.answered({FIRST: toml_text({"crio": {"runtime": {"runtimes": {"kata": value}}}})}, release)

    @given(nearly_valid_crio_files(), releases)
    def test_damaged(self, files: dict[str, str | bytes], release: str) -> None:
        self.answered(files, release)

    def answered(self, files: dict[str, str | bytes], release: str) -> None:
        try:
            found = crio_handlers(files, version=release)
        except KubeContainersError as error:
            assert str(error)
            assert error.__context__ is None
            assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
            return
        assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301
        assert hash(found) == hash(found)
        assert (found.refusal is None) is found.serves("") is bool(found.offered)


class TestBothSides:
    """At least a fifth of the damaged configurations offers handlers, and a fifth does not."""

    def test_shares(self) -> None:
        answers: list[bool] = []

        @settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(nearly_valid_crio_files(), releases)
        def sample(files: dict[str, str], release: str) -> None:
            try:
                answers.append(crio_handlers(files, version=release).refusal is None)
            except KubeContainersError:
                answers.append(False)

        sample()
        assert 0.2 <= sum(answers) / len(answers) <= 0.8


class TestProvenance:
    """A handler comes from the last file that names it, or is built in; one that is dropped, or replaced, is explained."""

    @given(crio_tables(), releases)
    def test_last_file(self, tables: dict[str, dict[str, Any]], release: str) -> None:
        found = crio_handlers({path: toml_text(table) for path, table in tables.items()}, version=release)
        assert set(found.files) == set(tables)
        explained = {(note.handler, note.file) for note in found.ineffective}
        naming: dict[str, list[str]] = {}
        for path in found.files:
            for name in named(tables[path]):
                naming.setdefault(name, []).append(path)
        for name, paths in naming.items():
            assert {(name, path) for path in paths[:-1]} <= explained
            assert found.serves(name) or (name, paths[-1]) in explained
        for handler in found.offered.values():
            assert handler.sources == ((naming[handler.name][-1],) if handler.name in naming else (BUILT_IN,))

    @given(crio_tables(), releases)
    def test_the_built_in_is_always_there(self, tables: dict[str, dict[str, Any]], release: str) -> None:
        found = crio_handlers({path: toml_text(table) for path, table in tables.items()}, version=release)
        built_in = crio_handlers({}, version=release).default
        assert found.refusal is not None or found.serves(built_in) or any(note.handler == built_in for note in found.ineffective)


class TestLaterFilesWin:
    """A handler that the later of two files names is that of this file alone; others stay."""

    @given(crio_configs(), crio_configs(), releases)
    def test_by_handler(self, first: dict[str, Any], second: dict[str, Any], release: str) -> None:
        for table in (first, second):
            for entry in named(table).values():
                entry.pop("inherit_default_runtime", None)
            table["crio"]["runtime"]["default_runtime"] = ""
        found, one, two = handlers(release, first, second), handlers(release, first), handlers(release, {}, second)
        if found.refusal is not None or one.refusal is not None or two.refusal is not None:
            return
        for name in named(second):
            assert found.offered.get(name) == two.offered.get(name)
        for name in {*named(first)} - {*named(second)}:
            assert found.offered.get(name) == one.offered.get(name)

    @given(crio_configs(), crio_configs(), releases)
    def test_default(self, first: dict[str, Any], second: dict[str, Any], release: str) -> None:
        found = handlers(release, first, second)
        built_in = crio_handlers({}, version=release).default
        chosen = (first["crio"]["runtime"] | second["crio"]["runtime"]).get("default_runtime", built_in) or built_in
        refused = found.refusal.handler if found.refusal is not None else ""
        assert chosen in {found.default, refused}
        if found.refusal is not None and found.refusal.reason is IneffectiveReason.DEFAULT_UNKNOWN:
            assert chosen not in {built_in, *named(first), *named(second)}

    @given(crio_tables(), releases)
    def test_every_file_counts_once(self, tables: dict[str, dict[str, Any]], release: str) -> None:
        """A file that says nothing changes nothing, wherever it stands."""
        files = {path: toml_text(table) for path, table in tables.items()}
        found, more = crio_handlers(files, version=release), crio_handlers({f"{CRIO_DROP_INS}/11": "", **files}, version=release)
        assert (found.offered, found.ineffective, found.refusal) == (more.offered, more.ineffective, more.refusal)


class TestOrderOfReading:
    """The main file, then the drop-ins directory by directory: a walk in the order of names."""

    names = st.lists(st.sampled_from(["a", "b", "a.conf", "a-b", "10", "9", "é"]), min_size=1, max_size=3).map("/".join)

    @given(st.sets(names, max_size=6), st.booleans())
    def test_walk(self, names: set[str], main: bool) -> None:
        def walk(below: list[list[str]]) -> list[str]:
            found: list[str] = []
            for name in sorted({path[0] for path in below}):
                found += [name] if [name] in below else []
                found += [f"{name}/{path}" for path in walk([rest for head, *rest in below if head == name and rest])]
            return found

        paths = [f"{CRIO_DROP_INS}/{name}" for name in names] + [CRIO_CONFIG] * main
        expected = [CRIO_CONFIG] * main + [f"{CRIO_DROP_INS}/{path}" for path in walk([name.split("/") for name in names])]
        assert list(select_crio_files(paths)) == expected

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError, MalformedObject
from kubecontainers.apimachinery.fields import ROOT, FieldError
from kubecontainers.apimachinery.names import EnvNameMode
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.defaults import default_service_links, default_value_sources
from kubecontainers.environment.drop import drop_disabled_file_key_refs, drop_unknown_file_key_refs
from kubecontainers.environment.env_names import env_name_errors, env_name_mode
from kubecontainers.environment.validation import shows_host_ips, validate_env, validate_env_file_volumes, validate_env_from
from kubecontainers.testing import strategies
from kubecontainers.testing.environments import (
    config_maps,
    env_from_lists,
    env_lists,
    env_names,
    nearly_valid_env_from_lists,
    nearly_valid_env_lists,
)
from kubecontainers.testing.read_only import plain, read_only

JSON = dict[str, Any]
STRICT, RELAXED = EnvNameMode.STRICT, EnvNameMode.RELAXED
VOLUMES: list[JSON] = [{"name": "settings", "emptyDir": {}}, {"name": "settings", "hostPath": {}}]


@st.composite
def pods(draw: st.DrawFn) -> JSON:
    """Pods of some containers, with variables that may be wrong."""
    kinds = draw(st.lists(st.sampled_from(["containers", "initContainers", "ephemeralContainers"]), min_size=1, max_size=3, unique=True))
    spec: JSON = {kind: [{"env": draw(nearly_valid_env_lists()), "envFrom": draw(nearly_valid_env_from_lists())}] for kind in kinds}
    return {"spec": spec | {"volumes": draw(st.lists(st.sampled_from(VOLUMES), max_size=2))}}


def container_errors(env: list[JSON], env_from: list[JSON], release: Release, names: EnvNameMode | None = None) -> tuple[FieldError, ...]:
    container = read_only({"env": env, "envFrom": env_from})
    found = validate_env(container, ROOT, names=names, release=release)
    return found + validate_env_from(container, ROOT, names=names, release=release)


def accepted(strategy: st.SearchStrategy[list[JSON]], field: str) -> float:
    answers: list[bool] = []

    @settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(strategy)
    def sample(entries: list[JSON]) -> None:
        container: JSON = {field: entries}
        try:
            answers.append(not validate_env(container, ROOT) + validate_env_from(container, ROOT))
        except MalformedObject:
            answers.append(False)

    sample()
    return sum(answers) / len(answers)


class TestBothSides:
    """Of lists with one thing edited at least a fifth are taken, and at least a fifth are not."""

    def test_edited(self) -> None:
        assert 0.2 <= accepted(nearly_valid_env_lists(), "env") <= 0.8
        assert 0.2 <= accepted(nearly_valid_env_from_lists(), "envFrom") <= 0.8


class TestGoodOnes:
    """What the strategies call good is taken by every release."""

    @given(st.data(), strategies.releases())
    def test_no_errors(self, data: st.DataObject, release: Release) -> None:
        env, env_from = data.draw(env_lists(release=release)), data.draw(env_from_lists())
        assert container_errors(env, env_from, release, STRICT) == ()

    @given(config_maps())
    def test_config_maps(self, config_map: JSON) -> None:
        name = config_map["metadata"]["name"]
        env: list[JSON] = [{"name": "A", "valueFrom": {"configMapKeyRef": {"name": name, "key": key}}} for key in config_map["data"]]
        assert all(str(error.path).endswith("key") for error in container_errors(env, [{"configMapRef": {"name": name}}], Release("1.36")))


class TestNames:
    """What the strict rule takes the relaxed one takes too, and nothing is worse under it."""

    @given(env_names(relaxed=True) | st.text(min_size=1))
    def test_one_in_the_other(self, name: str) -> None:
        strict, relaxed = (env_name_errors(name, ROOT, mode) for mode in (STRICT, RELAXED))
        assert strict or not relaxed

    @given(nearly_valid_env_lists(), nearly_valid_env_from_lists(), strategies.releases())
    def test_lists(self, env: list[JSON], env_from: list[JSON], release: Release) -> None:
        try:
            strict, relaxed = (container_errors(env, env_from, release, mode) for mode in (STRICT, RELAXED))
        except MalformedObject:
            return
        assert {str(error.path) for error in relaxed} <= {str(error.path) for error in strict}
        assert container_errors(env, env_from, release) in {strict, relaxed}

    @given(pods(), pods(), strategies.releases(gates=True))
    def test_an_update_is_never_worse_off(self, new: JSON, old: JSON, release: Release) -> None:
        try:
            created, updated = env_name_mode(new, release=release), env_name_mode(new, old, release=release)
        except MalformedObject:
            return
        assert updated is RELAXED or created is STRICT


class TestPaths:
    """Every error stands at a field that there is, or that is missing in an object that there is."""

    @given(nearly_valid_env_lists(), nearly_valid_env_from_lists())
    def test_reachable(self, env: list[JSON], env_from: list[JSON]) -> None:
        try:
            errors = container_errors(env, env_from, Release("1.36"))
        except MalformedObject:
            return
        for error in errors:
            found: Any = {"env": env, "envFrom": env_from}
            for part in error.path.parts[:-1]:
                found = found[part]
            assert isinstance(found, dict)


class TestDropping:
    """What is dropped stays dropped, no reference is left, and what is kept is the very object."""

    @given(pods(), strategies.releases(gates=True))
    def test_dropped(self, pod: JSON, release: Release) -> None:
        for drop in (drop_unknown_file_key_refs, drop_disabled_file_key_refs):
            try:
                found = drop(read_only(pod), release=release)
            except MalformedObject:
                continue
            assert drop(found.object, release=release).object is found.object
            if found.changes:
                assert "fileKeyRef" not in str(plain(found.object))
                spec: Any = found.object["spec"]
                assert validate_env_file_volumes(spec, ROOT, release=release) == ()

    @given(pods(), pods())
    def test_an_old_one_keeps_the_new(self, new: JSON, old: JSON) -> None:
        release = Release("1.34")
        try:
            alone, kept = (drop_disabled_file_key_refs(new, old=stored, release=release) for stored in (None, old))
            used = drop_disabled_file_key_refs(old, release=release).changes != ()
        except MalformedObject:
            return
        assert kept.object is new if used else kept == alone


class TestDefaulting:
    """What is filled in is filled in once, and nothing becomes wrong by it."""

    @given(pods(), strategies.releases())
    def test_idempotent(self, pod: JSON, release: Release) -> None:
        try:
            found = default_value_sources(read_only(pod), release=release)
        except MalformedObject:
            return
        assert default_value_sources(found.object, release=release).object is found.object
        linked = default_service_links(found.object, release=release).object
        assert default_service_links(linked, release=release).object is linked

    @given(nearly_valid_env_lists(), strategies.releases())
    def test_never_worse(self, env: list[JSON], release: Release) -> None:
        pod: JSON = {"spec": {"containers": [{"env": env}]}}
        try:
            before = container_errors(env, [], release)
            filled: Any = default_value_sources(pod, release=release).object
        except MalformedObject:
            return
        after = container_errors(filled["spec"]["containers"][0]["env"], [], release)
        assert len(after) <= len(before)


class TestTotal:
    """Whatever a pod is, it is answered or its shape is complained about, and it is left alone."""

    @given(strategies.damaged(pods()) | strategies.json_objects(), strategies.damaged(pods()) | st.none(), strategies.releases(gates=True))
    def test_any(self, pod: JSON, old: JSON | None, release: Release) -> None:
        given = read_only(pod)
        for ask in (
            lambda: env_name_mode(given, old, release=release),
            lambda: shows_host_ips(given),
            lambda: drop_unknown_file_key_refs(given, release=release),
            lambda: drop_disabled_file_key_refs(given, old=old, release=release),
            lambda: default_value_sources(given, release=release),
            lambda: default_service_links(given),
            lambda: validate_env(given, ROOT, release=release),
            lambda: validate_env_from(given, ROOT, release=release),
            lambda: validate_env_file_volumes(given, ROOT, release=release),
        ):
            try:
                ask()
            except KubeContainersError:
                continue

    @given(strategies.json_values(), strategies.json_values())
    def test_any_entries(self, env: object, env_from: object) -> None:
        container = read_only({"env": [env], "envFrom": [{"configMapRef": env_from}]})
        for validate in (validate_env, validate_env_from):
            try:
                validate(container, ROOT)
            except MalformedObject:
                continue

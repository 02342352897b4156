from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT, FieldError
from kubecontainers.apimachinery.names import EnvNameMode, NameRule
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.rules import EnvironmentRule
from kubecontainers.environment.validation import CHECKED, shows_host_ips, validate_env, validate_env_file_volumes, validate_env_from

AT = ROOT.child("spec", "containers").index(0)
Rule = EnvironmentRule
Told = list[tuple[str, str, Any]]
JSON = dict[str, Any]

FIELD = {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}
HOST_IPS = {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.hostIPs"}}
FILE = {"fileKeyRef": {"volumeName": "settings", "path": "app.env", "key": "COLOUR"}}


def told(errors: tuple[FieldError, ...]) -> Told:
    assert pickle.loads(pickle.dumps(errors)) == errors  # noqa: S301
    assert all(error.detail for error in errors)
    return [(str(error.path).removeprefix("spec."), error.type.value, error.rule) for error in errors]


ENV: list[tuple[Any, Told]] = [
    (None, []),
    ([], []),
    ([{"name": "A"}, {"name": "A", "value": "b"}, {"name": "A", "value": "", "valueFrom": FIELD}], []),
    ([{}], [("env[0].name", "Required", Rule.NAME_REQUIRED)]),
    ([None], [("env[0].name", "Required", Rule.NAME_REQUIRED)]),
    ([{"name": "A"}, {"name": "="}], [("env[1].name", "Invalid", NameRule.CHARSET)]),
    ([{"name": "9 x"}, {"name": ".."}], []),
    (
        [{"name": "", "value": "b", "valueFrom": {}}],
        [("env[0].name", "Required", Rule.NAME_REQUIRED), ("env[0].valueFrom", "Invalid", Rule.SOURCE_REQUIRED)],
    ),
    ([{"name": "A", "value": "b", "valueFrom": FIELD}], [("env[0].valueFrom", "Invalid", Rule.SOURCE_OR_VALUE)]),
]


@pytest.mark.parametrize(("env", "found"), ENV)
def test_env(env: Any, found: Told) -> None:
    assert told(validate_env({"env": env}, ROOT)) == found
    assert told(validate_env({"env": env}, AT)) == [(f"containers[0].{path}", kind, rule) for path, kind, rule in found]


ENV_FROM: list[tuple[Any, Told]] = [
    (None, []),
    ([{"configMapRef": {"name": "a.b"}}, {"prefix": "9 ", "secretRef": {"name": "a", "optional": True}}], []),
    ([{}], [("envFrom", "Invalid", Rule.FROM_SOURCE_REQUIRED)]),
    ([None, None], [("envFrom", "Invalid", Rule.FROM_SOURCE_REQUIRED)] * 2),
    ([{"configMapRef": {}}], [("envFrom[0].configMapRef.name", "Required", Rule.FROM_NAME_REQUIRED)]),
    (
        [{"secretRef": {"name": "A" * 254}}],
        [("envFrom[0].secretRef.name", "Invalid", NameRule.TOO_LONG), ("envFrom[0].secretRef.name", "Invalid", NameRule.FORMAT)],
    ),
    (
        [{"prefix": "=", "configMapRef": {"name": "a"}, "secretRef": {}}],
        [
            ("envFrom[0].prefix", "Invalid", NameRule.CHARSET),
            ("envFrom[0].secretRef.name", "Required", Rule.FROM_NAME_REQUIRED),
            ("envFrom", "Invalid", Rule.FROM_ONE_SOURCE),
        ],
    ),
]


@pytest.mark.parametrize(("env_from", "found"), ENV_FROM)
def test_env_from(env_from: Any, found: Told) -> None:
    assert told(validate_env_from({"envFrom": env_from}, ROOT)) == found


@pytest.mark.parametrize("minor", ["1.27", "1.31", "1.32", "1.36"])
def test_names(minor: str) -> None:
    container, release = {"env": [{"name": "9x"}], "envFrom": [{"prefix": "9x", "secretRef": {"name": "a"}}]}, Release(minor)
    strict: Told = [("env[0].name", "Invalid", NameRule.CHARSET), ("envFrom[0].prefix", "Invalid", NameRule.CHARSET)]

    def found(names: EnvNameMode | None) -> Told:
        return told(
            validate_env(container, ROOT, names=names, release=release) + validate_env_from(container, ROOT, names=names, release=release)
        )

    assert found(EnvNameMode.STRICT) == strict
    assert found(EnvNameMode.RELAXED) == []
    assert found(None) == (strict if minor < "1.32" else [])


def test_host_ips() -> None:
    container, release = {"env": [{"name": "A", "valueFrom": HOST_IPS}]}, Release("1.28")
    assert told(validate_env(container, ROOT, release=release)) == [("env[0].valueFrom.fieldRef", "Forbidden", Rule.HOST_IPS_DISABLED)]
    assert validate_env(container, ROOT, host_ips_used=True, release=release) == ()


def test_values_are_never_shown() -> None:
    container = {"env": [{"name": "=", "value": "hunter2", "valueFrom": FIELD}]}
    assert "hunter2" not in repr(validate_env(container, ROOT))


MALFORMED: list[JSON] = [
    {"env": {}},
    {"env": [7]},
    {"env": [{"name": 7}]},
    {"env": [{"name": "A", "value": 7}]},
    {"env": [{"name": "A", "valueFrom": []}]},
    {"envFrom": {}},
    {"envFrom": [{"prefix": 7}]},
    {"envFrom": [{"secretRef": []}]},
    {"envFrom": [{"secretRef": {"optional": 7}}]},
]


@pytest.mark.parametrize("container", MALFORMED)
def test_malformed(container: JSON) -> None:
    validate = validate_env if "env" in container else validate_env_from
    with pytest.raises(MalformedObject):
        validate(container, ROOT)


def test_checked() -> None:
    assert CHECKED.container == {"env", "envFrom"}


# ---------------------------------------------------------------------------------------------------------- volumes of env files

EMPTY: JSON = {"name": "settings", "emptyDir": {}}
OTHER: JSON = {"name": "settings", "hostPath": {"path": "/"}}


def volumes_told(spec: JSON, release: str = "1.36") -> Told:
    return told(validate_env_file_volumes(spec, ROOT.child("spec"), release=Release(release)))


VOLUMES: list[tuple[Any, list[tuple[str, EnvironmentRule]]]] = [
    ([EMPTY], []),
    ([OTHER, EMPTY], []),
    ([EMPTY, OTHER], [("Invalid", Rule.FILE_VOLUME_KIND)]),
    ([EMPTY | {"hostPath": {}}], []),
    ([{"name": "settings"}], [("Invalid", Rule.FILE_VOLUME_KIND)]),
    ([{"name": "other", "emptyDir": {}}], [("NotFound", Rule.FILE_VOLUME_UNKNOWN)]),
    ([], [("NotFound", Rule.FILE_VOLUME_UNKNOWN)]),
    (None, [("NotFound", Rule.FILE_VOLUME_UNKNOWN)]),
]


@pytest.mark.parametrize(("volumes", "found"), VOLUMES)
def test_volumes(volumes: Any, found: list[tuple[str, EnvironmentRule]]) -> None:
    spec = {"containers": [{"env": [{"name": "A"}, {"name": "B", "valueFrom": FILE}]}], "volumes": volumes}
    path = "containers[0].env[1].valueFrom.fileKeyRef.volumeName"
    assert volumes_told(spec) == volumes_told(spec, "1.34") == [(path, kind, rule) for kind, rule in found]
    assert volumes_told(spec, "1.33") == []


def test_volumes_of_every_container() -> None:
    containers: list[JSON] = [{"env": [{"name": "A", "valueFrom": {"fieldRef": {}}}, {"name": "A", "valueFrom": FILE}]}]
    spec = {"ephemeralContainers": containers, "containers": containers, "initContainers": containers}
    assert [path.partition("[")[0] for path, _, _ in volumes_told(spec)] == ["initContainers", "containers", "ephemeralContainers"]


def test_an_empty_volume_name_costs_twice() -> None:
    container = {"env": [{"name": "A", "valueFrom": {"fileKeyRef": {"path": "a", "key": "A"}}}]}
    [required] = validate_env(container, AT)
    [missing] = validate_env_file_volumes({"containers": [container]}, ROOT.child("spec"))
    assert required.path == missing.path
    assert (required.type.value, missing.type.value) == ("Required", "NotFound")


# ----------------------------------------------------------------------------------------------------------------- status.hostIPs


def variables(*sources: JSON) -> list[JSON]:
    return [{"env": [{"name": "A"}, *({"name": "B", "valueFrom": source} for source in sources)]}]


@pytest.mark.parametrize(
    ("spec", "shown"),
    [
        ({}, False),
        ({"containers": variables({}, FIELD, HOST_IPS)}, True),
        ({"initContainers": variables(HOST_IPS)}, True),
        ({"ephemeralContainers": variables(HOST_IPS)}, False),
        ({"containers": variables(FIELD)}, False),
        ({"containers": variables({"fieldRef": {"fieldPath": "status.hostIPs"}})}, True),
        ({"volumes": [{"downwardAPI": {"items": [{}, HOST_IPS]}}]}, True),
        ({"volumes": [{"downwardAPI": {"items": [FIELD]}}, {}]}, False),
        ({"volumes": [{"projected": {"sources": [{"downwardAPI": {"items": [HOST_IPS]}}]}}]}, False),
    ],
)
def test_shown_host_ips(spec: JSON, shown: bool) -> None:
    assert shows_host_ips({"spec": spec}) is shown

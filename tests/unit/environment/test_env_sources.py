from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.names import NameRule
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.environment.env_sources import validate_value_source, value_sources
from kubecontainers.environment.rules import EnvironmentRule

AT = ROOT.child("valueFrom")
Rule = EnvironmentRule
Told = list[tuple[str, str, Any]]

FIELD = {"apiVersion": "v1", "fieldPath": "metadata.name"}
RESOURCE = {"resource": "limits.cpu"}
KEY = {"name": "settings", "key": "colour"}
FILE = {"volumeName": "settings", "path": "app.env", "key": "COLOUR"}


def told(source: dict[str, Any], release: Release = LATEST, **arguments: bool) -> Told:
    errors = validate_value_source(source, AT, release=release, **arguments)
    assert pickle.loads(pickle.dumps(errors)) == errors  # noqa: S301
    assert all(error.detail for error in errors)
    return [(str(error.path).removeprefix("valueFrom").removeprefix("."), error.type.value, error.rule) for error in errors]


@pytest.mark.parametrize(
    "source", [{"fieldRef": FIELD}, {"resourceFieldRef": RESOURCE}, {"configMapKeyRef": KEY}, {"secretKeyRef": KEY}, {"fileKeyRef": FILE}]
)
def test_good(source: dict[str, Any]) -> None:
    assert told(source) == []
    assert told(source, has_value=True) == [("", "Invalid", Rule.SOURCE_OR_VALUE)]
    assert told(source | {"extra": {}}) == []


def test_how_many() -> None:
    assert told({}) == [("", "Invalid", Rule.SOURCE_REQUIRED)]
    assert told({"fieldRef": None}) == [("", "Invalid", Rule.SOURCE_REQUIRED)]
    assert told({}, has_value=True) == [("", "Invalid", Rule.SOURCE_REQUIRED)]
    two = {"fieldRef": FIELD, "secretKeyRef": KEY}
    assert told(two) == [("", "Invalid", Rule.ONE_SOURCE)]
    assert told(two, has_value=True) == [("", "Invalid", Rule.SOURCE_OR_VALUE)]


def test_order() -> None:
    errors = told({"fileKeyRef": {}, "secretKeyRef": {}, "configMapKeyRef": {}, "resourceFieldRef": {}, "fieldRef": {}})
    assert [path for path, _, _ in errors] == [
        "fieldRef.apiVersion",
        "resourceFieldRef.resource",
        "configMapKeyRef.name",
        "configMapKeyRef.key",
        "secretKeyRef.name",
        "secretKeyRef.key",
        "fileKeyRef.key",
        "fileKeyRef.volumeName",
        "fileKeyRef.path",
        "",
    ]


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ({}, [("fieldRef.apiVersion", "Required", Rule.FIELD_VERSION_REQUIRED)]),
        ({"fieldPath": "metadata.name"}, [("fieldRef.apiVersion", "Required", Rule.FIELD_VERSION_REQUIRED)]),
        ({"apiVersion": "v1"}, [("fieldRef.fieldPath", "Required", Rule.FIELD_PATH_REQUIRED)]),
        ({"apiVersion": "v2", "fieldPath": "metadata.name"}, [("fieldRef.fieldPath", "Invalid", Rule.FIELD_UNKNOWN)]),
        ({"apiVersion": "v1", "fieldPath": "spec.hostname"}, [("fieldRef.fieldPath", "Invalid", Rule.FIELD_UNKNOWN)]),
        ({"apiVersion": "v1", "fieldPath": "metadata.name['a']"}, [("fieldRef.fieldPath", "Invalid", Rule.FIELD_UNKNOWN)]),
        ({"apiVersion": "v1", "fieldPath": "metadata.labels"}, [("fieldRef.fieldPath", "NotSupported", Rule.FIELD_NOT_SHOWN)]),
        ({"apiVersion": "v1", "fieldPath": "metadata.annotations"}, [("fieldRef.fieldPath", "NotSupported", Rule.FIELD_NOT_SHOWN)]),
        ({"apiVersion": "v1", "fieldPath": "status.phase"}, [("fieldRef.fieldPath", "NotSupported", Rule.FIELD_NOT_SHOWN)]),
        ({"apiVersion": "v1", "fieldPath": "spec.host"}, []),
        ({"apiVersion": "v1", "fieldPath": "status.podIPs"}, []),
        ({"apiVersion": "v1", "fieldPath": "status.hostIPs"}, []),
        ({"apiVersion": "v1", "fieldPath": "metadata.labels['a.b/C']"}, []),
        (
            {"apiVersion": "v1", "fieldPath": "metadata.labels['/']"},
            [
                ("fieldRef", "Invalid", NameRule.PREFIX_EMPTY),
                ("fieldRef", "Invalid", NameRule.NAME_EMPTY),
                ("fieldRef", "Invalid", NameRule.NAME_FORMAT),
            ],
        ),
        ({"apiVersion": "v1", "fieldPath": "metadata.annotations['A.B/C']"}, []),
    ],
)
def test_fields(reference: dict[str, Any], found: Told) -> None:
    assert told({"fieldRef": reference}) == found


def test_host_ips() -> None:
    source = {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.hostIPs"}}
    forbidden: Told = [("fieldRef", "Forbidden", Rule.HOST_IPS_DISABLED)]
    assert told(source, Release("1.27")) == [("fieldRef.fieldPath", "Invalid", Rule.FIELD_UNKNOWN)]
    assert told(source, Release("1.28")) == forbidden
    assert told(source, Release("1.28"), host_ips_used=True) == []
    assert told(source, Release("1.29")) == []
    assert told(source, Release("1.29").with_gates({"PodHostIPs": False})) == forbidden
    assert told(source, Release("1.32")) == []
    wrong = {"fieldRef": {"fieldPath": "status.hostIPs"}}
    assert told(wrong, Release("1.28")) == [("fieldRef.apiVersion", "Required", Rule.FIELD_VERSION_REQUIRED), *forbidden]


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ({}, [("resource", "Required", Rule.RESOURCE_REQUIRED)]),
        ({"divisor": "2"}, [("resource", "Required", Rule.RESOURCE_REQUIRED)]),
        ({"resource": "limits.gpu", "divisor": "2"}, [("resource", "NotSupported", Rule.RESOURCE_UNKNOWN)]),
        ({"resource": "cpu"}, [("resource", "NotSupported", Rule.RESOURCE_UNKNOWN)]),
        ({"resource": "limits.cpu.x"}, [("resource", "NotSupported", Rule.RESOURCE_UNKNOWN)]),
        ({"resource": "limits.hugepages-"}, []),
        ({"resource": "requests.hugepages-2Mi", "divisor": "1Mi"}, []),
        ({"resource": "requests.hugepages-2Mi", "divisor": "1m"}, [("divisor", "Invalid", Rule.DIVISOR)]),
        ({"resource": "requests.cpu", "divisor": "1m"}, []),
        ({"resource": "requests.cpu", "divisor": 1}, []),
        ({"resource": "requests.cpu", "divisor": "0.001"}, []),
        ({"resource": "requests.cpu", "divisor": "1k"}, [("divisor", "Invalid", Rule.DIVISOR)]),
        ({"resource": "requests.cpu", "divisor": "1.0"}, []),
        ({"resource": "requests.cpu", "divisor": "1.500"}, [("divisor", "Invalid", Rule.DIVISOR)]),
        ({"resource": "requests.cpu", "divisor": "0"}, []),
        ({"resource": "requests.cpu", "divisor": "-0k"}, []),
        ({"resource": "requests.cpu", "divisor": None}, []),
        ({"resource": "limits.memory", "divisor": "1000k"}, []),
        ({"resource": "limits.memory", "divisor": "1024Mi"}, []),
        ({"resource": "limits.memory", "divisor": "+1"}, [("divisor", "Invalid", Rule.DIVISOR)]),
        ({"resource": "limits.ephemeral-storage", "divisor": "2"}, [("divisor", "Invalid", Rule.DIVISOR)]),
        ({"resource": "limits.ephemeral-storage", "divisor": "1e3"}, [("divisor", "Invalid", Rule.DIVISOR)]),
    ],
)
def test_resources(reference: dict[str, Any], found: Told) -> None:
    assert told({"resourceFieldRef": reference}) == [(f"resourceFieldRef.{field}", kind, rule) for field, kind, rule in found]


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ({"name": "A", "key": "k"}, [("name", "Invalid", NameRule.FORMAT)]),
        ({"name": "A" * 254, "key": "k"}, [("name", "Invalid", NameRule.TOO_LONG), ("name", "Invalid", NameRule.FORMAT)]),
        ({"name": "a"}, [("key", "Required", Rule.KEY_REQUIRED)]),
        ({"name": "a", "key": "..="}, [("key", "Invalid", NameRule.CHARSET), ("key", "Invalid", NameRule.DOTDOT_PREFIX)]),
    ],
)
@pytest.mark.parametrize("kind", ["configMapKeyRef", "secretKeyRef"])
def test_keys(kind: str, reference: dict[str, Any], found: Told) -> None:
    assert told({kind: reference}) == [(f"{kind}.{field}", type_, rule) for field, type_, rule in found]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"key": ""}, [("key", "Required", Rule.KEY_REQUIRED)]),
        ({"key": "9 x.."}, []),
        ({"key": "A="}, [("key", "Invalid", NameRule.CHARSET)]),
        ({"volumeName": ""}, [("volumeName", "Required", Rule.FILE_VOLUME_REQUIRED)]),
        ({"volumeName": "a.b"}, [("volumeName", "Invalid", NameRule.DOTS)]),
        ({"path": ""}, [("path", "Required", Rule.FILE_PATH_REQUIRED)]),
        ({"path": "/a/..b"}, []),
        ({"path": "a/../../b"}, [("path", "Invalid", Rule.FILE_PATH_BACKSTEP)]),
    ],
)
def test_files(changed: dict[str, Any], found: Told) -> None:
    assert told({"fileKeyRef": FILE | changed}) == [(f"fileKeyRef.{field}", kind, rule) for field, kind, rule in found]


def test_files_that_are_not_known() -> None:
    """It is the same as if the field were not there, whatever it holds."""
    assert told({"fileKeyRef": []}, Release("1.33")) == [("", "Invalid", Rule.SOURCE_REQUIRED)]
    assert told({"fileKeyRef": FILE}, Release("1.34")) == []


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ({"fieldRef": []}, "valueFrom.fieldRef"),
        ({"fieldRef": {"fieldPath": 7}}, "valueFrom.fieldRef.fieldPath"),
        ({"resourceFieldRef": {"containerName": 7}}, "valueFrom.resourceFieldRef.containerName"),
        ({"resourceFieldRef": {"divisor": "much"}}, "valueFrom.resourceFieldRef.divisor"),
        ({"resourceFieldRef": {"divisor": ""}}, "valueFrom.resourceFieldRef.divisor"),
        ({"resourceFieldRef": {"divisor": True}}, "valueFrom.resourceFieldRef.divisor"),
        ({"secretKeyRef": {"optional": "yes"}}, "valueFrom.secretKeyRef.optional"),
        ({"fileKeyRef": {"optional": 0}}, "valueFrom.fileKeyRef.optional"),
    ],
)
def test_malformed(source: dict[str, Any], path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        validate_value_source(source, AT)
    assert caught.value.path == path
    assert caught.value.__context__ is None


def test_sources_of_a_container() -> None:
    container: dict[str, Any] = {"env": [{"name": "A"}, None, {"name": "B", "valueFrom": {"fieldRef": FIELD}}, {"valueFrom": {}}]}
    found = [(str(path), source) for path, source in value_sources(container, ROOT)]
    assert found == [("env[2].valueFrom", {"fieldRef": FIELD}), ("env[3].valueFrom", {})]
    assert list(value_sources({}, ROOT)) == []

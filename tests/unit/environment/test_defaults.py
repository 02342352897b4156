from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.environment.defaults import CHECKED, EnvironmentDefaultReason, default_service_links, default_value_sources
from kubecontainers.testing.read_only import plain, read_only

Reason = EnvironmentDefaultReason


def pod(source: Any, kind: str = "containers") -> dict[str, Any]:
    return {"spec": {kind: [{"name": "app", "env": [{"name": "A", "value": "1"}, {"name": "B", "valueFrom": source}]}]}}


@pytest.mark.parametrize("kind", ["containers", "initContainers", "ephemeralContainers"])
@pytest.mark.parametrize(
    ("source", "field", "value", "reason"),
    [
        ({"fieldRef": {"fieldPath": "metadata.name"}}, "fieldRef.apiVersion", "v1", Reason.FIELD_VERSION),
        ({"resourceFieldRef": {"resource": "limits.cpu"}}, "resourceFieldRef.divisor", "0", Reason.DIVISOR),
        ({"fileKeyRef": {"key": "A"}}, "fileKeyRef.optional", False, Reason.FILE_REQUIRED),
    ],
)
def test_variables(kind: str, source: dict[str, Any], field: str, value: object, reason: EnvironmentDefaultReason) -> None:
    name, key = field.split(".")
    for given in (source, {name: source[name] | {key: None}}):
        found = default_value_sources(read_only(pod(given, kind)))
        assert plain(found.object) == pod({name: source[name] | {key: value}}, kind)
        [change] = found.changes
        assert str(change.path) == f"spec.{kind}[0].env[1].valueFrom.{field}"
        assert (change.before, change.after, change.reason) == (None, value, reason)
        assert default_value_sources(found.object).object is found.object


def test_an_empty_version() -> None:
    [change] = default_value_sources(pod({"fieldRef": {"apiVersion": ""}})).changes
    assert (change.before, change.after) == ("", "v1")


@pytest.mark.parametrize(
    "source",
    [
        {},
        {"configMapKeyRef": {"name": "a", "key": "b"}},
        {"secretKeyRef": {}},
        {"fieldRef": {"apiVersion": "v2"}},
        {"resourceFieldRef": {"divisor": "1m"}},
        {"resourceFieldRef": {"divisor": 0}},
        {"fileKeyRef": {"optional": True}},
        None,
    ],
)
def test_nothing_to_fill_in(source: Any) -> None:
    given = pod(source)
    assert default_value_sources(given).object is given
    assert default_value_sources({}).object == {}


def test_files_that_are_not_known() -> None:
    given = pod({"fileKeyRef": 7})
    assert default_value_sources(given, release=Release("1.33")).object is given
    with pytest.raises(MalformedObject):
        default_value_sources(given, release=Release("1.34"))


def test_volumes() -> None:
    items: list[dict[str, Any]] = [
        {"path": "a", "fieldRef": {"fieldPath": "metadata.labels"}},
        {"resourceFieldRef": {}},
        {"fileKeyRef": {}},
    ]
    volumes: list[dict[str, Any]] = [
        {},
        {"downwardAPI": {"items": items}},
        {"projected": {"sources": [{"secret": {}}, {"downwardAPI": {"items": items[:1]}}]}},
    ]
    found = default_value_sources({"spec": {"volumes": volumes, **pod({"fieldRef": {}})["spec"]}})
    assert [str(change.path).removeprefix("spec.") for change in found.changes] == [
        "volumes[1].downwardAPI.items[0].fieldRef.apiVersion",
        "volumes[1].downwardAPI.items[1].resourceFieldRef.divisor",
        "volumes[2].projected.sources[1].downwardAPI.items[0].fieldRef.apiVersion",
        "containers[0].env[1].valueFrom.fieldRef.apiVersion",
    ]


@pytest.mark.parametrize("release", [Release("1.27"), LATEST])
def test_service_links(release: Release) -> None:
    for given in ({}, {"spec": None}, {"spec": {"enableServiceLinks": None}}):
        found = default_service_links(given, release=release)
        assert found.object == {"spec": {"enableServiceLinks": True}}
        [change] = found.changes
        assert (str(change.path), change.before, change.reason) == ("spec.enableServiceLinks", None, Reason.SERVICE_LINKS)
    for written in (True, False):
        said = {"spec": {"enableServiceLinks": written}}
        assert default_service_links(said, release=release).object is said


@pytest.mark.parametrize("written", ["true", 1])
def test_malformed_service_links(written: object) -> None:
    with pytest.raises(MalformedObject):
        default_service_links({"spec": {"enableServiceLinks": written}})


def test_checked() -> None:
    assert CHECKED.spec == {"enableServiceLinks"}

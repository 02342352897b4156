from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.names import NameRule
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.environment.addresses import PodAddresses
from kubecontainers.environment.downward_fields import (
    HOST_IPS_ENABLED,
    HOST_IPS_FIELD,
    FieldLabel,
    convert_field_label,
    downward_field,
    validate_field_key,
)
from kubecontainers.environment.failures import EnvironmentFailed, EnvironmentFailure

AT = ROOT.child("valueFrom")
Failure = EnvironmentFailure
POD: dict[str, Any] = {
    "metadata": {
        "name": "web-0",
        "namespace": "shop",
        "uid": "u1",
        "labels": {"tier": "a", "app": 'we"b'},
        "annotations": {"example.com/Team": "blue\n", "a b": "blank", "K": "kelvin"},
    },
    "spec": {"nodeName": "n1", "serviceAccountName": "robot", "hostname": "h", "restartPolicy": "Never", "schedulerName": "s"},
    "status": {"phase": "Running"},
}
NODE = {"status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.1"}, {"type": "InternalIP", "address": "FD00::1"}]}}
ADDRESSES = PodAddresses("10.1.0.5", ["FD00::5", "10.1.0.6"], node=NODE)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("metadata.name", ("metadata.name", None)),
        ("metadata.labels['app']", ("metadata.labels", "app")),
        ("metadata.labels['']", ("metadata.labels", "")),
        ("metadata.labels['a']['b']", ("metadata.labels", "a']['b")),
        ("x['a'", ("x['a'", None)),
        ("x'a']", ("x'a']", None)),
        ("x[']", ("x[']", None)),
        ("['a']", ("['a']", None)),
        ("", ("", None)),
        ("x['\ud800']", ("x", "\ufffd")),
    ],
)
def test_splitting(text: str, parts: tuple[str, str | None]) -> None:
    assert FieldLabel.split(text) == FieldLabel(*parts)


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("metadata.name", FieldLabel("metadata.name")),
        ("spec.host", FieldLabel("spec.nodeName")),
        ("status.phase", FieldLabel("status.phase")),
        ("metadata.labels", FieldLabel("metadata.labels")),
        ("metadata.annotations['a b']", FieldLabel("metadata.annotations", "a b")),
        ("status.hostIPs", FieldLabel("status.hostIPs")),
    ],
)
def test_converting(path: str, label: FieldLabel) -> None:
    assert convert_field_label(path) == label


def failed(
    field_path: str, release: Release = LATEST, *, api_version: str = "v1", addresses: PodAddresses = ADDRESSES
) -> EnvironmentFailure:
    with pytest.raises(EnvironmentFailed) as caught:
        downward_field(POD, field_path, api_version=api_version, addresses=addresses, path=AT, release=release)
    assert (caught.value.path, caught.value.subject) == (AT, field_path)
    return caught.value.reason


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("metadata.name['a']", Failure.FIELD_SUBSCRIPT_UNSUPPORTED),
        ("spec.host['a']", Failure.FIELD_SUBSCRIPT_UNSUPPORTED),
        ("Metadata.labels['a']", Failure.FIELD_SUBSCRIPT_UNSUPPORTED),
        ("spec.hostname", Failure.FIELD_LABEL_UNSUPPORTED),
        ("['metadata.name']", Failure.FIELD_LABEL_UNSUPPORTED),
        ("", Failure.FIELD_LABEL_UNSUPPORTED),
        ("metadata.labels['a b']", Failure.FIELD_SUBSCRIPT_INVALID),
        ("metadata.labels['']", Failure.FIELD_SUBSCRIPT_INVALID),
        ("metadata.labels['A/b']", Failure.FIELD_SUBSCRIPT_INVALID),
        ("metadata.annotations['a b']", Failure.FIELD_SUBSCRIPT_INVALID),
        ("spec.restartPolicy", Failure.FIELD_PATH_UNSUPPORTED),
        ("spec.schedulerName", Failure.FIELD_PATH_UNSUPPORTED),
        ("status.phase", Failure.FIELD_PATH_UNSUPPORTED),
    ],
)
def test_failing(path: str, reason: EnvironmentFailure) -> None:
    assert failed(path) is reason


@pytest.mark.parametrize("version", ["", "v2", "V1", "v1\n"])
def test_versions(version: str) -> None:
    assert failed("metadata.name", api_version=version) is Failure.FIELD_VERSION_UNSUPPORTED


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("metadata.name", "web-0"),
        ("metadata.namespace", "shop"),
        ("metadata.uid", "u1"),
        ("spec.nodeName", "n1"),
        ("spec.host", "n1"),
        ("spec.serviceAccountName", "robot"),
        ("metadata.labels", 'app="we\\"b"\ntier="a"'),
        ("metadata.annotations", 'K="kelvin"\na b="blank"\nexample.com/Team="blue\\n"'),
        ("metadata.labels['app']", 'we"b'),
        ("metadata.labels['absent']", ""),
        ("metadata.annotations['example.com/Team']", "blue\n"),
        ("metadata.annotations['K']", "kelvin"),
        ("metadata.annotations['\u212a']", ""),
        ("metadata.annotations['Example.com/Team']", ""),
        ("status.podIP", "10.1.0.6"),
        ("status.podIPs", "10.1.0.6,fd00::5"),
        ("status.hostIP", "10.0.0.1"),
        ("status.hostIPs", "10.0.0.1,fd00::1"),
    ],
)
def test_values(path: str, value: str) -> None:
    assert downward_field(POD, path, addresses=ADDRESSES) == value


@pytest.mark.parametrize(
    "path", ["metadata.name", "metadata.labels", "metadata.labels['a']", "spec.nodeName", "status.podIP", "status.podIPs"]
)
def test_nothing_there(path: str) -> None:
    assert downward_field({}, path) == ""


@pytest.mark.parametrize("path", ["status.hostIP", "status.hostIPs"])
def test_no_node(path: str) -> None:
    assert failed(path, addresses=PodAddresses()) is Failure.NODE_NOT_FOUND
    assert failed(path, addresses=PodAddresses(node={})) is Failure.HOST_IP_UNKNOWN


def test_host_ips_through_the_releases() -> None:
    assert HOST_IPS_FIELD.minors() == ("1.28",)
    assert HOST_IPS_ENABLED.minors() == ("1.29",)
    assert failed("status.hostIPs", Release("1.27")) is Failure.FIELD_LABEL_UNSUPPORTED
    for minor in range(28, 37):
        value = downward_field(POD, "status.hostIPs", addresses=ADDRESSES, release=Release(f"1.{minor}"))
        assert value == ("" if minor == 28 else "10.0.0.1,fd00::1")


def test_disabled_host_ips_need_no_node() -> None:
    disabled = Release("1.29").with_gates({"PodHostIPs": False})
    assert downward_field(POD, "status.hostIPs", release=disabled) == ""
    assert failed("status.hostIP", disabled, addresses=PodAddresses()) is Failure.NODE_NOT_FOUND


def test_older_spelling() -> None:
    assert downward_field(POD, "status.podIPs", addresses=ADDRESSES, release=Release("1.32")) == "10.1.0.6,FD00::5"


@pytest.mark.parametrize(
    ("label", "broken"),
    [
        (FieldLabel("metadata.labels"), ()),
        (FieldLabel("metadata.labels", "UPPER"), ()),
        (FieldLabel("metadata.labels", "X.io/a"), (NameRule.PREFIX_FORMAT,)),
        (FieldLabel("metadata.annotations", "X.io/a"), ()),
        (FieldLabel("metadata.annotations", "\u212a"), ()),
        (FieldLabel("metadata.labels", ""), (NameRule.NAME_EMPTY, NameRule.NAME_FORMAT)),
    ],
)
def test_keys(label: FieldLabel, broken: tuple[NameRule, ...]) -> None:
    assert validate_field_key(label) == broken


@pytest.mark.parametrize(
    ("pod", "path"),
    [
        ([], "metadata.name"),
        ({"metadata": []}, "metadata.name"),
        ({"metadata": {"name": 7}}, "metadata.name"),
        ({"metadata": {"labels": {"a": 7}}}, "metadata.labels"),
        ({"metadata": {"annotations": []}}, "metadata.annotations['a']"),
        ({"spec": 7}, "spec.nodeName"),
    ],
)
def test_malformed(pod: Any, path: str) -> None:
    with pytest.raises(MalformedObject):
        downward_field(pod, path)

"""What API servers fill in around a container's life."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.lifecycle.defaults import (
    LifecycleDefaultReason,
    default_host_ports,
    default_lifecycle,
    default_template_host_ports,
    has_complete_lifecycle,
    has_host_ports,
    raise_negative_grace,
    says_how_it_ends,
)

JSON = dict[str, Any]
KEPT: JSON = {"restartPolicy": "Never", "terminationGracePeriodSeconds": 0}
KINDS = ("initContainers", "containers", "ephemeralContainers")


def filled(container: JSON, kind: str = "containers") -> dict[str, Any]:
    found = default_lifecycle({"spec": {kind: [container], **KEPT}})
    assert all(str(change.path).startswith(f"spec.{kind}[0].") for change in found.changes)
    return {str(change.path).partition("].")[2]: change.after for change in found.changes}


@pytest.mark.parametrize("kind", KINDS)
def test_hooks(kind: str) -> None:
    lifecycle = {"preStop": {"httpGet": {"port": 80}}, "postStart": {"httpGet": {"path": "", "scheme": "https"}, "tcpSocket": {}}}
    assert filled({"lifecycle": lifecycle}, kind) == {
        "lifecycle.postStart.httpGet.path": "/",
        "lifecycle.preStop.httpGet.path": "/",
        "lifecycle.preStop.httpGet.scheme": "HTTP",
    }


@pytest.mark.parametrize("name", ["livenessProbe", "readinessProbe", "startupProbe"])
def test_probes(name: str) -> None:
    assert filled({name: {"httpGet": {}, "timeoutSeconds": 0, "periodSeconds": None}}) == {
        f"{name}.timeoutSeconds": 1,
        f"{name}.periodSeconds": 10,
        f"{name}.successThreshold": 1,
        f"{name}.failureThreshold": 3,
        f"{name}.httpGet.path": "/",
        f"{name}.httpGet.scheme": "HTTP",
    }
    full = {"timeoutSeconds": 2, "periodSeconds": -1, "successThreshold": 2, "failureThreshold": 2}
    assert filled({name: {"grpc": {"port": 1}, **full}}) == {f"{name}.grpc.service": ""}
    assert filled({name: {"grpc": {"service": None}, **full}}) == {f"{name}.grpc.service": ""}
    assert filled({name: {"grpc": {"service": ""}, **full}}) == filled({name: {"exec": {}, **full}}) == {}


def test_ports() -> None:
    ports = [{"containerPort": 80}, {"protocol": ""}, {"protocol": "SCTP"}, None]
    assert filled({"ports": ports}) == {f"ports[{at}].protocol": "TCP" for at in (0, 1, 3)}
    assert filled({"ports": None}) == {}


def test_the_pod() -> None:
    found = default_lifecycle({})
    assert [(str(change.path), change.before, change.after, change.reason) for change in found.changes] == [
        ("spec.restartPolicy", None, "Always", LifecycleDefaultReason.RESTART_POLICY),
        ("spec.terminationGracePeriodSeconds", None, 30, LifecycleDefaultReason.GRACE),
    ]
    assert found.object == {"spec": {"restartPolicy": "Always", "terminationGracePeriodSeconds": 30}}
    kept: JSON = {"spec": {"restartPolicy": "sometimes", "terminationGracePeriodSeconds": -1}}
    assert default_lifecycle(kept).object is kept


def test_a_negative_grace_period() -> None:
    given = {"spec": {"terminationGracePeriodSeconds": -1}}
    [change] = raise_negative_grace(given).changes
    assert (change.before, change.after, change.reason) == (-1, 1, LifecycleDefaultReason.NEGATIVE_GRACE)
    for spec in ({}, {"terminationGracePeriodSeconds": 0}):
        assert raise_negative_grace({"spec": spec}).changes == ()


class TestHostPorts:
    POD: JSON = {  # noqa: RUF012  (never changed)
        "spec": {
            "hostNetwork": True,
            **{kind: [{"ports": [{"containerPort": 80}, {"containerPort": 1, "hostPort": 2}, {"containerPort": 0}, {}]}] for kind in KINDS},
        }
    }
    PATHS = ("spec.containers[0].ports[0].hostPort", "spec.initContainers[0].ports[0].hostPort")

    def test_on_the_hosts_network(self) -> None:
        found = default_host_ports(self.POD)
        assert [(str(change.path), change.after) for change in found.changes] == [(path, 80) for path in self.PATHS]

    @pytest.mark.parametrize("network", [False, None])
    def test_elsewhere(self, network: bool | None) -> None:
        pod: JSON = {"spec": self.POD["spec"] | {"hostNetwork": network}}
        assert default_host_ports(pod).object is pod

    def test_templates(self) -> None:
        found = default_template_host_ports(self.POD, release=Release("1.27"))
        assert [str(change.path) for change in found.changes] == [*self.PATHS]
        assert default_template_host_ports(self.POD, release=Release("1.28")).object is self.POD


MALFORMED: list[JSON] = [
    {"restartPolicy": 1},
    {"terminationGracePeriodSeconds": "30"},
    {"containers": [{"ports": [{"protocol": 6}]}]},
    {"containers": [{"lifecycle": {"preStop": []}}]},
    {"containers": [{"lifecycle": {"preStop": {"httpGet": {"path": 1}}}}]},
    {"containers": [{"livenessProbe": {"periodSeconds": 1 << 31}}]},
    {"containers": [{"livenessProbe": {"grpc": {"service": 1}}}]},
]


@pytest.mark.parametrize("spec", MALFORMED)
def test_malformed(spec: JSON) -> None:
    with pytest.raises(MalformedObject):
        default_lifecycle({"spec": spec})


@pytest.mark.parametrize(
    "spec",
    [
        {"hostNetwork": "yes"},
        {"hostNetwork": True, "containers": [{"ports": [{"hostPort": "80"}]}]},
        {"hostNetwork": True, "containers": {}},
    ],
)
def test_malformed_host_ports(spec: JSON) -> None:
    with pytest.raises(MalformedObject):
        default_host_ports({"spec": spec})


NUMBERS = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}
GET = {"port": 80, "path": "/", "scheme": "HTTP"}


OPEN: list[JSON] = [
    {"ports": {}},
    {"ports": [1]},
    {"ports": [{}]},
    {"lifecycle": []},
    {"lifecycle": {"preStop": 1}},
    {"lifecycle": {"preStop": {"httpGet": {**GET, "scheme": ""}}}},
    {"lifecycle": {"preStop": {"httpGet": 1}}},
    {"livenessProbe": []},
    {"livenessProbe": {}},
    {"livenessProbe": {**NUMBERS, "periodSeconds": True}},
    {"livenessProbe": {**NUMBERS, "periodSeconds": 1 << 31}},
    {"livenessProbe": {**NUMBERS, "httpGet": {}}},
    {"livenessProbe": {**NUMBERS, "grpc": {}}},
    {"livenessProbe": {**NUMBERS, "grpc": 1}},
]


class TestTheQuickLook:
    """What it calls complete the rules leave alone; what it does not, they may."""

    @pytest.mark.parametrize(
        "container",
        [
            {},
            {"ports": None, "lifecycle": None, "livenessProbe": None},
            {"ports": [], "lifecycle": {}},
            {"ports": [{"protocol": "TCP"}]},
            {"lifecycle": {"preStop": {"httpGet": GET}, "postStart": {"exec": {}}}},
            {"livenessProbe": {"httpGet": GET, **NUMBERS}, "startupProbe": {"grpc": {"service": ""}, **NUMBERS}},
        ],
    )
    def test_complete(self, container: JSON) -> None:
        assert has_complete_lifecycle(container)
        assert filled(container) == {}

    @pytest.mark.parametrize("container", OPEN)
    def test_not_surely(self, container: JSON) -> None:
        assert not has_complete_lifecycle(container)

    def test_specs(self) -> None:
        assert says_how_it_ends(KEPT)
        wrong: list[JSON] = [
            {},
            {**KEPT, "restartPolicy": ""},
            {**KEPT, "terminationGracePeriodSeconds": -1},
            {**KEPT, "terminationGracePeriodSeconds": 1 << 63},
            {**KEPT, "terminationGracePeriodSeconds": True},
        ]
        assert not any(map(says_how_it_ends, wrong))

    def test_host_ports(self) -> None:
        given = {"containerPort": 80, "hostPort": 80}
        right: list[JSON] = [
            {},
            {"hostNetwork": False, "containers": 1},
            {"hostNetwork": True},
            {"hostNetwork": True, "containers": [{}, {"ports": [given]}], "initContainers": []},
        ]
        assert all(map(has_host_ports, right))
        wrong: list[JSON] = [
            {"hostNetwork": 0},
            {"hostNetwork": True, "containers": {}},
            {"hostNetwork": True, "containers": [1]},
            {"hostNetwork": True, "initContainers": [{"ports": 1}]},
            {"hostNetwork": True, "initContainers": [{"ports": [1]}]},
            {"hostNetwork": True, "initContainers": [{"ports": [given | {"hostPort": 0}]}]},
            {"hostNetwork": True, "initContainers": [{"ports": [{"hostPort": 80}]}]},
        ]
        assert not any(map(has_host_ports, wrong))

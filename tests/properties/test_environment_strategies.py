from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.names import validate_dns1123_label
from kubecontainers.apimachinery.object_data import secret_data
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.composition import compose_environment
from kubecontainers.environment.service_variables import service_variables
from kubecontainers.environment.sources import InMemorySources
from kubecontainers.environment.variables import OriginKind
from kubecontainers.pods.create import create_pod
from kubecontainers.testing import strategies

JSON = dict[str, Any]


def sample(strategy: st.SearchStrategy[Any], size: int = 200) -> list[Any]:
    found: list[Any] = []

    @settings(max_examples=size, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(strategy)
    def keep(value: object) -> None:
        found.append(value)

    keep()
    return found


@functools.cache
def pods_and_sources() -> list[tuple[JSON, InMemorySources]]:
    return sample(st.tuples(strategies.environment_pods(), strategies.environment_sources()))


def accepted(values: list[Any], accept: Callable[[Any], object]) -> float:
    """The share that is accepted."""
    answers: list[bool] = []
    for value in values:
        try:
            accept(value)
        except KubeContainersError:
            answers.append(False)
        else:
            answers.append(True)
    return sum(answers) / len(answers)


class TestBothSides:
    """At least a fifth of the pods can be composed from the sources that go with them, and at least a fifth cannot."""

    @pytest.mark.parametrize("container", ["app", "setup"])
    def test_composed(self, container: str) -> None:
        assert 0.2 <= accepted(pods_and_sources(), lambda pair: compose_environment(pair[0], container, pair[1])) <= 0.8

    def test_damaged(self) -> None:
        damaged = sample(strategies.damaged(strategies.services(addressed=True)), 100)
        assert 0.2 <= accepted(damaged, lambda service: service_variables([service])) <= 0.8

    def test_every_kind_of_variable_is_seen(self) -> None:
        kinds = {OriginKind.VALUE, OriginKind.CONFIG_MAP, OriginKind.SECRET, OriginKind.FIELD, OriginKind.RESOURCE, OriginKind.SERVICE}
        seen: set[OriginKind] = set()
        for pod, sources in pods_and_sources():
            try:
                seen |= {variable.origin.kind for variable in compose_environment(pod, "app", sources).values()}
            except KubeContainersError:
                continue
        assert seen == kinds | {OriginKind.FILE}


class TestStrategiesGiveWhatTheySay:
    """What a strategy gives by default is well formed."""

    @given(strategies.services())
    def test_services(self, service: JSON) -> None:
        name, ports = service["metadata"]["name"], service["spec"].get("ports", [])
        assert validate_dns1123_label(name) == ()
        assert name[0].isalpha()
        assert len({(port["port"], port.get("protocol", "TCP")) for port in ports}) == len(ports)
        names = [port["name"] for port in ports if "name" in port]
        assert all(validate_dns1123_label(name) == () for name in names)
        assert len(set(names)) == len(names)
        assert len(ports) <= 1 or len(names) == len(ports)
        assert bool(ports) is ("clusterIP" in service["spec"])

    def test_services_have_everything(self) -> None:
        found = sample(strategies.services())
        addresses = {service["spec"].get("clusterIP", "") for service in found}
        assert {"", "None"} < addresses
        assert any(":" in address for address in addresses)
        assert any("." in address for address in addresses)
        ports = [port for service in found for port in service["spec"].get("ports", [])]
        assert {port.get("protocol") for port in ports} == {None, "TCP", "UDP", "SCTP"}
        assert {"name" in port for port in ports} == {True, False}

    @given(
        strategies.services(names=st.just("db"), namespaces=st.just("shop"), port_names=st.sampled_from(["a", "b", "c"]), addressed=True),
        strategies.opaque_secrets(names=st.just("login"), namespaces=st.just("shop"), keys=st.just("a")),
    )
    def test_arguments(self, service: JSON, secret: JSON) -> None:
        assert service["metadata"] == {"name": "db", "namespace": "shop"}
        assert service["spec"]["clusterIP"] != "None"
        assert {port.get("name", "a") for port in service["spec"]["ports"]} <= {"a", "b", "c"}
        assert secret["metadata"] == {"name": "login", "namespace": "shop"}
        assert set(secret["data"]) <= {"a"}

    @given(strategies.opaque_secrets())
    def test_secrets(self, secret: JSON) -> None:
        decoded = secret_data(secret)
        assert decoded is not None
        assert decoded.keys() == secret["data"].keys()
        assert None not in decoded.values()

    @given(st.data(), strategies.releases())
    def test_pods(self, data: st.DataObject, release: Release) -> None:
        pod = data.draw(strategies.environment_pods(release=release))
        created = create_pod(pod, release=release)
        assert created.errors == ()
        assert not [change for change in created.changes if "env" in map(str, change.path.parts)]

    @given(strategies.environment_sources(failures=False))
    def test_sources(self, sources: InMemorySources) -> None:
        assert sources.node is not None
        assert sources.has_api_server
        assert sources.services_synced
        assert {namespace for namespace, _ in [*sources.config_maps, *sources.secrets]} == {"shop"}

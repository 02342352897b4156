from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.environment.pod_services import KnownServices, PodServiceVariables, pod_service_variables
from kubecontainers.environment.service_variables import service_variables
from kubecontainers.testing import strategies

JSON = dict[str, Any]

NAMESPACES = ("shop", "default", "other")
NAMES = ("kubernetes", "a", "b", "a-port-80-tcp", "a-service-port", "a-service-port-service-port")
PORT_NAMES = ("http", "service-host", "service-port-service-host", "service-port-service-port-service-host")
"""Some give variables that others give too: A_SERVICE_PORT_SERVICE_HOST is the port service-host of a, or the host of a-service-port."""

services = strategies.services(names=st.sampled_from(NAMES), namespaces=st.sampled_from(NAMESPACES), port_names=st.sampled_from(PORT_NAMES))
api_servers = strategies.services(names=st.just("kubernetes"), namespaces=st.sampled_from(NAMESPACES), addressed=True)
lists = st.lists(services | api_servers, max_size=6)
namespaces = st.sampled_from((*NAMESPACES, "empty"))


def coordinates(service: JSON) -> tuple[str, str]:
    return service["metadata"]["namespace"], service["metadata"]["name"]


distinct = st.lists(services, max_size=6, unique_by=coordinates)


def seen(listed: list[JSON], namespace: str, *, links: bool) -> dict[str, JSON]:
    """The services that a pod sees by their names, put together as the kubelet does it, one after the other."""
    found: dict[str, JSON] = {}
    for service in listed:
        where, name = coordinates(service)
        if service["spec"].get("clusterIP", "None") == "None":
            continue
        if (where, name) == ("default", "kubernetes"):
            if name not in found:
                found[name] = service
        elif where == namespace and links:
            found[name] = service
    return found


def variables(service: JSON) -> dict[str, str]:
    return dict(service_variables([service]))


class TestTheKubeletsSteps:
    """Of a name the last service of the pod's own namespace counts, of the API server's the first; their variables are those of the pod."""

    @given(lists, namespaces, st.booleans())
    def test_steps(self, listed: list[JSON], namespace: str, links: bool) -> None:
        found = pod_service_variables(listed, namespace, enable_service_links=links)
        expected = seen(listed, namespace, links=links)
        assert [service.name for service in found.services] == sorted(expected)
        given = [(name, value) for service in expected.values() for name, value in variables(service).items()]
        assert set(found) == {name for name, _ in given}
        assert set(found.items()) <= set(given)  # where two differ, Kubernetes leaves open which

    @given(lists, namespaces)
    def test_without_links(self, listed: list[JSON], namespace: str) -> None:
        api_server = [service for service in listed if coordinates(service) == ("default", "kubernetes")]
        found = pod_service_variables(listed, namespace, enable_service_links=False)
        assert found == pod_service_variables(api_server, "elsewhere")
        assert {service.coordinates for service in found.services} <= {"default/kubernetes"}


class TestOrder:
    """The order in which services are listed means nothing, as long as no two of a namespace have one name."""

    @given(st.data(), distinct, namespaces, st.booleans())
    def test_permuted(self, data: st.DataObject, listed: list[JSON], namespace: str, links: bool) -> None:
        found = pod_service_variables(listed, namespace, enable_service_links=links)
        other = pod_service_variables(data.draw(st.permutations(listed)), namespace, enable_service_links=links)
        assert list(found.items()) == list(other.items())
        assert found.collisions == other.collisions
        assert found.services == other.services


class TestCollisions:
    """A collision is a name to which two services give different values; all that give it one are named, and the last one's is kept."""

    @given(lists, namespaces)
    def test_exactly(self, listed: list[JSON], namespace: str) -> None:
        found = pod_service_variables(listed, namespace)
        self.check(found, seen(listed, namespace, links=True))

    @given(st.lists(st.sampled_from([80, 81]), min_size=4, max_size=4))
    def test_more_than_two(self, numbers: list[int]) -> None:
        """One name that four services give, two of them perhaps the same value."""
        listed: list[JSON] = []
        for depth, number in enumerate(numbers):
            port = {"name": "service-port-" * (3 - depth) + "service-host", "port": number}
            listed.append(
                {
                    "metadata": {"name": "a" + "-service-port" * depth, "namespace": "shop"},
                    "spec": {"clusterIP": "10.0.0.1", "ports": [port]},
                }
            )
        self.check(pod_service_variables(listed, "shop"), seen(listed, "shop", links=True))

    def check(self, found: PodServiceVariables, expected: dict[str, JSON]) -> None:
        givers = {name: [one for _, one in sorted(expected.items()) if name in variables(one)] for name in found}
        differing = {name for name, ones in givers.items() if len({variables(one)[name] for one in ones}) > 1}
        assert {collision.name for collision in found.collisions} == differing
        for collision in found.collisions:
            assert collision.services == tuple("/".join(coordinates(one)) for one in givers[collision.name])
        for name, value in found.items():
            assert value == variables(givers[name][-1])[name]
            assert found.giver(name).coordinates == "/".join(coordinates(givers[name][-1]))


class TestKnownServices:
    """What is put together once is the same as what is put together for each pod, whatever was asked before."""

    @given(lists, st.lists(st.tuples(namespaces, st.booleans()), max_size=4))
    def test_asked_again_and_again(self, listed: list[JSON], asked: list[tuple[str, bool]]) -> None:
        known = KnownServices(listed)
        for namespace, links in asked:
            found = known.for_pod(namespace, enable_service_links=links)
            assert found == pod_service_variables(listed, namespace, enable_service_links=links)
            assert known.for_pod(namespace, enable_service_links=links) is found


class TestMapping:
    """The variables are a mapping: as many as there are names, each in it, each with its value."""

    @given(lists, namespaces)
    def test_consistent(self, listed: list[JSON], namespace: str) -> None:
        found = pod_service_variables(listed, namespace)
        names = list(found)
        assert len(found) == len(names) == len(set(names))
        assert all(name in found and found[name] == found.get(name) for name in names)
        assert "A" not in found

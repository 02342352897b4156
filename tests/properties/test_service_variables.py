from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.composition import compose_environment
from kubecontainers.environment.service_variables import read_service, service_env_entries, service_variables
from kubecontainers.environment.sources import InMemorySources
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]

ODD: JSON = {
    "name": ["straße", "a.b", "", None, "a\ud800", "A_B"],
    "clusterIP": ["none", "fd00::1", "$(A)", "é", None, 7],
    "ports": [
        [],
        [None],
        [{"port": -1}],
        [{"port": 1 << 31}],
        [{"port": True}],
        [{"port": 80.0}],
        [{"port": 80, "name": "ﬁ", "protocol": "ß"}],
    ],
}


@st.composite
def odd_services(draw: st.DrawFn) -> JSON:
    """Services with a cluster IP, of which one field is something that no API server would take, or that cannot be decoded."""
    field = draw(st.sampled_from(sorted(ODD)))
    return with_field(draw(strategies.services(addressed=True)), field, draw(st.sampled_from(ODD[field])))


def with_field(service: JSON, field: str, value: object) -> JSON:
    part = "metadata" if field == "name" else "spec"
    return service | {part: service[part] | {field: value}}


def answer(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except KubeContainersError as error:
        return error


def written_out(service: JSON) -> list[tuple[str, str]]:
    """The variables of a Service once more, as one sees them listed in a container."""
    spec, prefix = service["spec"], service["metadata"]["name"].upper().replace("-", "_")
    ip, ports = spec.get("clusterIP"), spec.get("ports", [])
    if ip in {None, "None"}:
        return []
    host = f"[{ip}]" if ":" in ip else ip
    lines = [f"{prefix}_SERVICE_HOST={ip}", f"{prefix}_SERVICE_PORT={ports[0]['port']}"]
    lines += [f"{prefix}_SERVICE_PORT_{port['name'].upper().replace('-', '_')}={port['port']}" for port in ports if "name" in port]
    for position, port in enumerate(ports):
        protocol = port.get("protocol", "TCP")
        link, url = f"{prefix}_PORT_{port['port']}_{protocol}", f"{protocol.lower()}://{host}:{port['port']}"
        lines += [f"{prefix}_PORT={url}"] if position == 0 else []
        lines += [f"{link}={url}", f"{link}_PROTO={protocol.lower()}", f"{link}_PORT={port['port']}", f"{link}_ADDR={ip}"]
    return [(name, value) for name, _, value in (line.partition("=") for line in lines)]


class TestWrittenOut:
    """A Service gives its address and ports, the named ports by name, then the links of each port; a headless one gives nothing."""

    @given(strategies.services())
    def test_one(self, service: JSON) -> None:
        assert list(service_variables([service])) == written_out(service)

    @given(st.lists(strategies.services(), max_size=4), st.integers(0, 4))
    def test_one_after_the_other(self, services: list[JSON], at: int) -> None:
        assert service_variables(services) == service_variables(services[:at]) + service_variables(services[at:])


class TestTheShortWay:
    """A Service in plain dicts is read as any other mapping is: the same variables, the same fields, the same error."""

    @given(strategies.services() | strategies.damaged(strategies.services(addressed=True)))
    def test_agrees(self, service: JSON) -> None:
        self.check(service)

    @given(strategies.services(addressed=True))
    def test_odd_fields(self, service: JSON) -> None:
        for field, odd in ODD.items():
            for value in odd:
                self.check(with_field(service, field, value))

    def check(self, service: JSON) -> None:
        slow = read_only(service)
        assert answer(lambda: service_variables([service])) == answer(lambda: service_variables([slow]))
        assert answer(lambda: read_service(service)) == answer(lambda: read_service(slow))

    @given(strategies.services())
    def test_what_is_read_gives_the_same(self, service: JSON) -> None:
        found = read_service(service)
        assert tuple([] if found is None else found.variables()) == service_variables([service])


class TestCapitals:
    """A name becomes capitals character by character: none is added or lost, whatever it is, and capitals stay."""

    @given(strategies.json_texts())
    def test_characters(self, name: str) -> None:
        [(host, _), *_] = service_variables([{"metadata": {"name": name}, "spec": {"clusterIP": "10.0.0.1", "ports": [{"port": 1}]}}])
        prefix = host.removesuffix("_SERVICE_HOST")
        assert len(prefix) == len(name)
        assert "-" not in prefix
        again = {"metadata": {"name": prefix}, "spec": {"clusterIP": "10.0.0.1", "ports": [{"port": 1}]}}
        assert service_variables([again])[0][0] == host


class TestMadeExplicit:
    """A container that has the variables as entries of its own, and no services, sees the values that it would see with them."""

    @given(st.lists(strategies.services() | odd_services(), max_size=3), strategies.releases())
    @example([{"metadata": {"name": "a"}, "spec": {"clusterIP": "$(A_PORT) $$", "ports": [{"port": 1}]}}], Release("1.36"))
    def test_composed(self, services: list[JSON], release: Release) -> None:
        try:
            variables = service_variables(services)
        except KubeContainersError:
            return
        env = service_env_entries(variables)
        pod: JSON = {"spec": {"enableServiceLinks": False, "containers": [{"name": "app", "env": env}]}}
        assert compose_environment(pod, "app", InMemorySources(), release=release).reveal() == dict(variables)

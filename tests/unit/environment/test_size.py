from __future__ import annotations

from typing import Any

from kubecontainers.environment.composition import compose_environment
from kubecontainers.environment.size import MAX_STRING_BYTES, EnvironmentSize, measure_environment
from kubecontainers.environment.sources import InMemorySources
from kubecontainers.environment.variables import Environment


def service(number: int) -> dict[str, Any]:
    return {"metadata": {"name": f"s{number:05}", "namespace": "shop"}, "spec": {"clusterIP": "10.0.0.1", "ports": [{"port": 80}]}}


def environment(services: int = 0, **values: str) -> Environment:
    env = [{"name": name, "value": value} for name, value in values.items()]
    pod = {"metadata": {"namespace": "shop"}, "spec": {"enableServiceLinks": True, "containers": [{"name": "app", "env": env}]}}
    return compose_environment(pod, "app", InMemorySources(services=[service(number) for number in range(services)]), ["PATH=/bin"])


def test_every_string_counts_with_its_end_and_a_pointer() -> None:
    found = measure_environment(environment(A="é"), ["run", ""])
    assert found == EnvironmentSize(total_bytes=len("PATH=/bin") + len("A=é".encode()) + len("run") + 4 * 9, service_bytes=0)
    assert found.fits
    assert found.fits_without_services


def test_one_string_may_be_too_long() -> None:
    longest = "x" * (MAX_STRING_BYTES - len("A=") - 1)
    assert measure_environment(environment(A=longest)).fits
    found = measure_environment(environment(A=f"{longest}x", B="1"))
    assert found.too_long == ("A",)
    assert not found.fits


def test_services_pass_the_total() -> None:
    one, many = measure_environment(environment(1)), measure_environment(environment(8_000))
    assert many.service_bytes == 8_000 * one.service_bytes
    assert not many.fits
    assert many.fits_without_services
    assert many.passed_at is not None
    number = int(many.passed_at.name.removeprefix("s"))
    assert measure_environment(environment(number)).fits
    assert not measure_environment(environment(number + 1)).fits


def test_hidden_variables_of_services_do_not_count() -> None:
    assert measure_environment(environment(1, S00000_PORT="")).service_bytes < measure_environment(environment(1)).service_bytes


def test_what_is_too_large_without_services() -> None:
    found = measure_environment(environment(1, A="1"), max_total_bytes=10)
    assert not found.fits
    assert not found.fits_without_services
    assert found.passed_at is None


def test_a_name_of_two_services_counts_once() -> None:
    services = [
        service(1),
        {
            "metadata": {"name": "s00001-port", "namespace": "shop"},
            "spec": {"clusterIP": "10.0.0.2", "ports": [{"name": "80-tcp", "port": 80}]},
        },
    ]
    pod = {"metadata": {"namespace": "shop"}, "spec": {"enableServiceLinks": True, "containers": [{"name": "app"}]}}
    made = compose_environment(pod, "app", InMemorySources(services=services))
    whole = measure_environment(made)
    assert whole.total_bytes == sum(len(f"{name}={value}") + 9 for name, value in made.reveal().items())
    assert measure_environment(made, max_total_bytes=whole.total_bytes).passed_at is None
    last = measure_environment(made, max_total_bytes=whole.total_bytes - 1).passed_at
    assert last is not None
    assert last.name == "s00001-port"


def test_arguments_may_be_too_long() -> None:
    longest = "x" * (MAX_STRING_BYTES - 1)
    assert measure_environment(environment(), ["sh", longest]).fits
    found = measure_environment(environment(), ["sh", f"{longest}x"])
    assert found.too_long_arguments == (1,)
    assert not found.fits


def test_variables_of_services_may_be_too_long() -> None:
    """No valid name is so long; whoever does not validate is told all the same."""
    odd = service(1)
    odd["metadata"]["name"] = "a" * MAX_STRING_BYTES
    pod = {"metadata": {"namespace": "shop"}, "spec": {"enableServiceLinks": True, "containers": [{"name": "app"}]}}
    found = measure_environment(compose_environment(pod, "app", InMemorySources(services=[odd])))
    assert len(found.too_long) == 7

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kubecontainers.environment.composition import compose_environment, survey_environment
from kubecontainers.environment.size import MAX_STRING_BYTES, measure_environment
from kubecontainers.environment.sources import InMemorySources
from kubecontainers.environment.variables import Environment
from kubecontainers.golang.text import to_octets
from kubecontainers.testing import strategies

JSON = dict[str, Any]

NAMES = ("a", "b", "a-port-80-tcp", "a-service-port")

services = st.lists(
    strategies.services(
        names=st.sampled_from(NAMES), namespaces=st.just("shop"), port_names=st.sampled_from(["http", "service-host", "x"]), addressed=True
    ),
    max_size=4,
    unique_by=lambda service: service["metadata"]["name"],
)
arguments = st.lists(st.text(max_size=3), max_size=2)


@st.composite
def environments(draw: st.DrawFn) -> Environment:
    """Environments of every kind; what fails is left out of them."""
    known, image_env = draw(strategies.environment_sources()), draw(st.lists(st.sampled_from(["PATH=/bin", "A=é", "DB_PORT=1"])))
    return survey_environment(draw(strategies.environment_pods()), "app", known, image_env).environment


@st.composite
def hiding(draw: st.DrawFn) -> tuple[list[JSON], list[JSON]]:
    """Services, some of which give a name that others give too, and variables that hide some of theirs."""
    names = draw(st.lists(st.sampled_from(["A_PORT", "A_PORT_80_TCP", "B_SERVICE_HOST", "X"]), max_size=2, unique=True))
    return draw(services), [{"name": name, "value": "x" * (700 if name == "X" else 40)} for name in names]


def composed(listed: list[JSON], env: list[JSON], image_env: Sequence[str] = ()) -> Environment:
    pod: JSON = {"metadata": {"namespace": "shop"}, "spec": {"enableServiceLinks": True, "containers": [{"name": "app", "env": env}]}}
    return compose_environment(pod, "app", InMemorySources(services=listed), image_env)


def counted(text: str) -> int:
    """The bytes of a text, the one that ends it, and the eight that point to it."""
    return len(to_octets(text)) + 9


class TestTotal:
    """The size is that of every variable and every argument, and the services' share that of what only they give."""

    @given(environments(), arguments)
    def test_sum(self, environment: Environment, given: list[str]) -> None:
        found = measure_environment(environment, given)
        values = environment.reveal()
        assert found.total_bytes == sum(counted(f"{name}={value}") for name, value in values.items()) + sum(map(counted, given))
        theirs = [name for name in environment.services if name not in environment.own]
        assert found.service_bytes == sum(counted(f"{name}={values[name]}") for name in theirs)
        assert found.fits
        assert found.fits_without_services

    @given(environments(), st.integers(0, 2000))
    def test_limit(self, environment: Environment, limit: int) -> None:
        found = measure_environment(environment, max_total_bytes=limit)
        assert found.fits is (found.total_bytes <= limit)
        assert found.fits_without_services is (found.total_bytes - found.service_bytes <= limit)
        assert (found.passed_at is not None) is (not found.fits and found.fits_without_services)


class TestTooLong:
    """Each variable, of whatever origin, and each argument may have so many bytes, its end counted in, and no more."""

    @given(st.integers(-2, 2), st.integers(-2, 2), st.booleans())
    def test_edge(self, variable: int, argument: int, of_the_image: bool) -> None:
        entry = {"name": "A", "value": "x" * (MAX_STRING_BYTES - len("A=") - 1 + variable)}
        whole = composed([], [] if of_the_image else [entry], [f"A={entry['value']}"] if of_the_image else [])
        found = measure_environment(whole, ["run", "x" * (MAX_STRING_BYTES - 1 + argument)])
        assert found.too_long == (("A",) if variable > 0 else ())
        assert found.too_long_arguments == ((1,) if argument > 0 else ())
        assert found.fits is (variable <= 0 and argument <= 0)


class TestPassed:
    """The total is passed at the first service, in the order of names, with which it no longer fits."""

    @settings(max_examples=3 * settings().max_examples)  # services that give the same name are rare
    @given(hiding(), st.data())
    def test_first(self, given: tuple[list[JSON], list[JSON]], data: st.DataObject) -> None:
        listed, env = given
        in_order = sorted(listed, key=lambda service: service["metadata"]["name"])
        totals = [counted_names(in_order[:count], composed(listed, env)) for count in range(len(listed) + 1)]
        limit = data.draw(st.integers(totals[0], totals[-1] + 100) | st.sampled_from(totals) | st.integers(0, totals[-1]))
        found = measure_environment(composed(listed, env), max_total_bytes=limit)
        passing = [count for count, total in enumerate(totals) if total > limit]
        if passing and passing[0]:
            assert found.passed_at is not None
            assert found.passed_at.name == in_order[passing[0] - 1]["metadata"]["name"]
        else:
            assert found.passed_at is None


def counted_names(few: list[JSON], whole: Environment) -> int:
    """The size of the variables that are left of the whole environment if only a few of its services give theirs."""
    names = set(composed(few, [])) | set(whole.own)
    return sum(counted(f"{name}={whole[name].reveal()}") for name in names)

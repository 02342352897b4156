from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.quantity import Quantity
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.downward_resources import POD_LEVEL_LIMITS, downward_resource
from kubecontainers.environment.failures import EnvironmentFailed
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]

EXACT = 2**53
"""Up to here a floating-point number holds every integer."""

OF_BYTES = ["1", "1k", "1M", "1G", "1Ki", "1Mi", "1Gi", "1E", "1Ei"]
DIVISORS = {"cpu": ["1m", "1"], "memory": OF_BYTES, "ephemeral-storage": OF_BYTES, "hugepages-2Mi": OF_BYTES}

quantities = strategies.quantities(signed=False, max_exponent=12)
resources = st.sampled_from(sorted(DIVISORS))
defaulted = ["cpu", "memory", "ephemeral-storage"]
limits = st.dictionaries(st.sampled_from(defaulted), quantities | st.just("0"), max_size=3)
all_limits = st.fixed_dictionaries(dict.fromkeys(defaulted, quantities | st.just("0")))
releases = strategies.releases(gates=True) | strategies.releases(first="1.34")


def shown(resource: str, text: str, divisor: str | None, side: str = "requests") -> int:
    """What a variable shows of a container that sets ``resource`` to ``text``."""
    app: JSON = {"name": "app", "resources": {side: {resource: text}}}
    selector: JSON = {"resource": f"{side}.{resource}", **({} if divisor is None else {"divisor": divisor})}
    return int(downward_resource({"spec": {"containers": [app]}}, "app", selector, node={}))


def unit(resource: str) -> Fraction:
    """In which a resource is counted before it is divided: thousandths of a processor, bytes."""
    return Fraction(1, 1000) if resource == "cpu" else Fraction(1)


def is_small(text: str, resource: str) -> bool:
    return Quantity.parse(text).to_fraction() / unit(resource) < EXACT


@st.composite
def small(draw: st.DrawFn) -> tuple[str, str, str]:
    """A resource, how much there is of it, and a divisor that the API server takes."""
    resource = draw(resources)
    text = draw(quantities.filter(lambda text: is_small(text, resource)))
    return resource, text, draw(st.sampled_from(DIVISORS[resource]))


class TestRoundedUp:
    """What is shown is the quantity in thousandths of a processor, or in bytes, divided by the divisor, each rounded up."""

    @given(small())
    @example(("memory", "1m", "1"))
    @example(("cpu", "0.1m", "1m"))
    @example(("memory", str(EXACT - 1), "1k"))
    def test_exact(self, given: tuple[str, str, str]) -> None:
        resource, text, divisor = given
        whole, by = (math.ceil(Quantity.parse(one).to_fraction() / unit(resource)) for one in (text, divisor))
        assert shown(resource, text, divisor) == math.ceil(Fraction(whole, by))

    @given(resources, quantities, st.data())
    def test_beyond(self, resource: str, text: str, data: st.DataObject) -> None:
        """Larger numbers are approximate to one part in 2^52, as long as 64 bits hold them."""
        divisor = data.draw(st.sampled_from(DIVISORS[resource]))
        exact = Quantity.parse(text).to_fraction() / Quantity.parse(divisor).to_fraction()
        if math.ceil(Quantity.parse(text).to_fraction() / unit(resource)) < 2**63:
            assert exact * (1 - Fraction(2, EXACT)) <= shown(resource, text, divisor) < exact * (1 + Fraction(2, EXACT)) + 2

    @given(small(), quantities)
    def test_order(self, given: tuple[str, str, str], other: str) -> None:
        """More of a resource never shows as less."""
        resource, text, divisor = given
        if is_small(other, resource):
            less, more = sorted((Quantity.parse(text), Quantity.parse(other)))
            assert shown(resource, str(less), divisor) <= shown(resource, str(more), divisor)


class TestDivisors:
    """A divisor that is absent, ``null`` or zero is 1; a larger one shows a smaller number, and no less than there is."""

    @given(small(), st.sampled_from(["0", "0.0", "0Ki", "-0", 0, 0.0]))
    def test_none(self, given: tuple[str, str, str], zero: Any) -> None:
        resource, text, _ = given
        assert shown(resource, text, None) == shown(resource, text, zero) == shown(resource, text, "1")

    @given(small(), st.data())
    def test_larger(self, given: tuple[str, str, str], data: st.DataObject) -> None:
        resource, text, divisor = given
        larger = data.draw(st.sampled_from([one for one in DIVISORS[resource] if Quantity.parse(one) >= Quantity.parse(divisor)]))
        assert shown(resource, text, larger) <= shown(resource, text, divisor)

    @given(small())
    def test_nothing_is_lost(self, given: tuple[str, str, str]) -> None:
        resource, text, divisor = given
        by, exact = Quantity.parse(divisor).to_fraction(), Quantity.parse(text).to_fraction()
        found = shown(resource, text, divisor)
        assert (found - 1) * by < max(exact, unit(resource)) <= max(found, 1) * by


@st.composite
def limited(draw: st.DrawFn) -> tuple[JSON, JSON]:
    """A pod of an app container and an init container, which set some limits, as the pod may; and its node."""
    containers = [{"name": name, "resources": {"limits": draw(limits)}} for name in ("app", "setup")]
    spec: JSON = {"containers": containers[:1], "initContainers": containers[1:]}
    if draw(st.booleans()):
        spec["resources"] = {"limits": draw(all_limits | limits)}
    return {"spec": spec}, {"status": {"allocatable": draw(all_limits | limits)}}


def entry(holder: JSON, resource: str) -> str | None:
    """A limit, ``None`` where it is not set or zero."""
    found: str | None = holder.get("resources", {}).get("limits", {}).get(resource)
    return None if found is None or Quantity.parse(found).is_zero else found


class TestDefaults:
    """A limit that is not set, or zero, shows as the pod's where that counts, as the node's otherwise; a request never does."""

    @settings(max_examples=3 * settings().max_examples)  # everything that can stand in has to
    @given(limited(), st.sampled_from(["app", "setup"]), st.sampled_from(defaulted), releases)
    def test_limits(self, given: tuple[JSON, JSON], name: str, resource: str, release: Release) -> None:
        pod, node = given
        holder: JSON = pod["spec"]["containers" if name == "app" else "initContainers"][0]
        allocatable: str | None = node["status"]["allocatable"].get(resource)
        expected = entry(holder, resource)
        if expected is None and allocatable is not None:
            of_pod = entry(pod["spec"], resource) if POD_LEVEL_LIMITS in release and resource != "ephemeral-storage" else None
            expected = of_pod or allocatable
        selector: JSON = {"resource": f"limits.{resource}", "divisor": "1"}
        found = downward_resource(read_only(pod), name, selector, node=read_only(node), release=release)
        assert int(found) == shown(resource, expected or "0", "1")

    @given(limited(), st.sampled_from(defaulted), releases)
    def test_of_another_container(self, given: tuple[JSON, JSON], resource: str, release: Release) -> None:
        """An init container that is named has the limits that it sets, and no others; an app container is as it is for itself."""
        pod, node = given
        setup: JSON = pod["spec"]["initContainers"][0]
        selector: JSON = {"resource": f"limits.{resource}"}
        for asking in ("app", "setup"):
            found = downward_resource(pod, asking, selector | {"containerName": "setup"}, node=node, release=release)
            assert int(found) == shown(resource, entry(setup, resource) or "0", "1")
            of_app = downward_resource(pod, asking, selector | {"containerName": "app"}, node=node, release=release)
            assert of_app == downward_resource(pod, "app", selector, node=node, release=release)

    @given(limited(), resources, releases)
    def test_requests(self, given: tuple[JSON, JSON], resource: str, release: Release) -> None:
        pod, node = given
        assert downward_resource(pod, "app", {"resource": f"requests.{resource}"}, node=node, release=release) == "0"

    @given(limited(), resources)
    def test_a_node_is_needed(self, given: tuple[JSON, JSON], resource: str) -> None:
        for side in ("limits", "requests"):
            with pytest.raises(EnvironmentFailed):
                downward_resource(given[0], "app", {"resource": f"{side}.{resource}"})

# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import functools
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.objects import root_object
from kubecontainers.apimachinery.quantity import Quantity
from kubecontainers.scheduling.overhead import default_overhead, validate_overhead, validate_resource_list
from kubecontainers.scheduling.resource_lists import (
    ResourceList,
    max_resource_lists,
    resource_list,
    sum_resource_lists,
    with_missing_resources,
)
from kubecontainers.scheduling.resource_names import huge_page_size, is_integer_resource, validate_resource_name
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only
from kubecontainers.testing.resources import nearly_valid_resource_lists, resource_lists

JSON = dict[str, Any]

signed = st.dictionaries(st.sampled_from(["cpu", "memory", "a/b"]), strategies.quantities(max_exponent=9))
lists = (resource_lists() | signed).map(resource_list)


def worth(resources: ResourceList) -> dict[str, Fraction]:
    return {name: quantity.to_fraction() for name, quantity in resources.items()}


def texts(resources: ResourceList) -> dict[str, str]:
    return {name: str(quantity) for name, quantity in resources.items()}


class TestSums:
    """Lists add up name by name, as the fractions that their quantities are worth."""

    @given(st.lists(lists, max_size=4))
    def test_fractions(self, found: list[ResourceList]) -> None:
        total = sum_resource_lists(*found)
        assert worth(total) == {name: sum(worth(one).get(name, Fraction(0)) for one in found) for one in found for name in one}
        assert list(total) == sorted(total)

    @given(lists, lists, lists)
    def test_any_order(self, one: ResourceList, two: ResourceList, three: ResourceList) -> None:
        assert sum_resource_lists(one, two) == sum_resource_lists(two, one)
        left, right = sum_resource_lists(sum_resource_lists(one, two), three), sum_resource_lists(one, sum_resource_lists(two, three))
        assert left == right == sum_resource_lists(one, two, three)
        assert texts(left) == texts(sum_resource_lists(one, two, three))

    @given(lists, lists)
    def test_texts(self, one: ResourceList, two: ResourceList) -> None:
        """What stands in one list alone keeps its text; what was added to has the canonical one."""
        for name, quantity in sum_resource_lists(one, two).items():
            if name in one and name in two:
                assert str(quantity) == quantity.canonical
            else:
                assert str(quantity) == str((one if name in one else two)[name])

    @given(lists)
    def test_nothing_added(self, found: ResourceList) -> None:
        assert texts(sum_resource_lists(found, {})) == texts(sum_resource_lists({}, found)) == texts(found)


class TestMaxima:
    """The largest of each name: order does not matter to what it is worth, repetition to nothing."""

    @given(st.lists(lists, min_size=1, max_size=4), st.randoms(use_true_random=False))
    def test_fractions(self, found: list[ResourceList], order: Any) -> None:
        largest = max_resource_lists(*found)
        assert worth(largest) == {name: max(worth(one)[name] for one in found if name in one) for one in found for name in one}
        assert texts(max_resource_lists(largest, *found)) == texts(max_resource_lists(*found, *found)) == texts(largest)
        shuffled = order.sample(found, len(found))
        assert max_resource_lists(*shuffled) == largest

    @given(lists, lists)
    def test_of_equal_ones_the_first(self, one: ResourceList, two: ResourceList) -> None:
        for name, quantity in max_resource_lists(one, two).items():
            first = name in one and (name not in two or one[name] >= two[name])
            assert str(quantity) == str((one if first else two)[name])

    @given(lists, lists, lists)
    def test_sums_of_maxima(self, one: ResourceList, two: ResourceList, three: ResourceList) -> None:
        """Adding the same to both sides keeps which is the larger, where every name is in every list."""
        names = one.keys() & two.keys() & three.keys()
        left = sum_resource_lists(max_resource_lists(one, two), three)
        right = max_resource_lists(sum_resource_lists(one, three), sum_resource_lists(two, three))
        assert {name: left[name] for name in names} == {name: right[name] for name in names}


class TestMissing:
    """What is missing is filled in, what is there is kept, and doing so twice changes nothing."""

    @given(lists, lists)
    def test_filled(self, found: ResourceList, missing: ResourceList) -> None:
        filled = with_missing_resources(found, missing)
        assert filled == {**missing, **found}
        assert {name: str(filled[name]) for name in found} == texts(found)
        assert all(str(filled[name]) == missing[name].canonical for name in missing if name not in found)
        assert with_missing_resources(filled, missing) is filled


class TestReading:
    """A list is read from JSON, leaves it alone, writes it again, and is a value."""

    @given(resource_lists() | signed)
    def test_round_trip(self, given_list: JSON) -> None:
        found = resource_list(read_only(given_list))
        assert found == {name: Quantity.parse(text) for name, text in given_list.items()}
        assert texts(resource_list(texts(found))) == texts(found)
        again: ResourceList = pickle.loads(pickle.dumps(found))  # noqa: S301
        assert (again, hash(again), texts(again)) == (found, hash(found), texts(found))


class TestOverhead:
    """An overhead is rounded up to thousandths once, and its errors do not depend on the order of its resources."""

    @given(resource_lists() | signed)
    @example({"cpu": "1n", "memory": "-1n"})
    def test_default(self, overhead: JSON) -> None:
        pod: JSON = {"spec": {"overhead": overhead, "nodeName": "a"}}
        changed = default_overhead(read_only(pod))
        spec: Any = changed.object["spec"]
        rounded = resource_list(spec["overhead"])
        for name, quantity in resource_list(overhead).items():
            up = rounded[name].to_fraction() * 1000
            exact = quantity.to_fraction() * 1000
            assert up.denominator == 1
            assert abs(up) >= abs(exact) > abs(up) - 1 or up == exact == 0
        assert {change.path.parts[-1] for change in changed.changes} == {
            name for name, quantity in resource_list(overhead).items() if (quantity.to_fraction() * 1000).denominator > 1
        }
        assert default_overhead(changed.object).changes == ()

    @given(resource_lists())
    def test_valid(self, overhead: JSON) -> None:
        assert validate_overhead({"overhead": overhead}, ROOT.child("spec")) == ()
        assert all(validate_resource_name(name) == () for name in overhead)

    @given(nearly_valid_resource_lists())
    def test_errors(self, overhead: JSON) -> None:
        try:
            found = resource_list(overhead)
        except KubeContainersError:
            return
        errors = validate_resource_list(found, ROOT.child("overhead"))
        backwards = validate_resource_list(dict(list(found.items())[::-1]), ROOT.child("overhead"))
        assert set(errors) == set(backwards)
        assert len(errors) == len(backwards)
        reached = {f"overhead.limits[{name}]" for name in overhead} | {"overhead"}
        assert all(str(error.path) in reached and error.detail for error in errors)

    @given(resource_lists(), st.sampled_from(["cpu", "memory", "nvidia.com/gpu"]))
    def test_negative(self, overhead: JSON, name: str) -> None:
        [error] = validate_resource_list(resource_list({"cpu": "1", **overhead, name: "-1"}), ROOT)
        assert error.rule.name == "NEGATIVE"


def sample(strategy: st.SearchStrategy[Any], size: int = 400) -> list[Any]:
    found: list[Any] = []

    @settings(max_examples=size, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(strategy)
    def keep(value: object) -> None:
        found.append(value)

    keep()
    return found


def share(values: list[Any], accept: Callable[[Any], bool]) -> float:
    return sum(map(accept, values)) / len(values)


@functools.cache
def nearly_valid() -> list[JSON]:
    return sample(nearly_valid_resource_lists())


def is_decoded(resources: JSON) -> bool:
    try:
        resource_list(resources)
    except KubeContainersError:
        return False
    return True


class TestBothSides:
    """At least a fifth of the nearly valid lists are valid, and at least a fifth are not, decoded or not."""

    def test_shares(self) -> None:
        decoded = [resources for resources in nearly_valid() if is_decoded(resources)]
        valid = [resources for resources in decoded if validate_resource_list(resource_list(resources), ROOT) == ()]
        assert 0.2 <= len(valid) / len(nearly_valid()) <= 0.8
        assert len(decoded) - len(valid) >= 0.2 * len(nearly_valid())
        assert len(decoded) < len(nearly_valid())

    def test_names_and_numbers(self) -> None:
        found = sample(resource_lists(), 200)
        assert share(found, bool) > 0.5
        assert {name for resources in found for name in resources} >= {"cpu", "memory", "hugepages-2Mi", "nvidia.com/gpu"}
        assert 0.2 <= share(found, lambda resources: default_overhead({"spec": {"overhead": resources}}).changes == ()) <= 0.95


class TestNothingElseIsRaised:
    """Whatever the JSON and the names, there is an answer, or an error of this library."""

    @given(strategies.json_objects() | nearly_valid_resource_lists())
    def test_lists(self, obj: JSON) -> None:
        try:
            found = resource_list(obj)
            total = sum_resource_lists(found, found)
            assert total == sum_resource_lists(*([found] * 2))
            assert max_resource_lists(found, {}) == found
            validate_resource_list(total, ROOT)
        except KubeContainersError as error:
            assert str(error)

    @given(strategies.json_objects(), nearly_valid_resource_lists() | strategies.json_values())
    def test_overheads(self, obj: JSON, overhead: Any) -> None:
        for made in (obj, {"spec": obj}, {"spec": {"overhead": overhead}}):
            pod = read_only(made)
            try:
                default_overhead(pod)
            except KubeContainersError as error:
                assert str(error)
            try:
                validate_overhead(root_object(pod.get("spec")), ROOT)
            except KubeContainersError as error:
                assert str(error)

    @given(strategies.json_texts() | st.text("abc/.-requests.kubernetes.io/hugepages-0123456789MGi"))
    def test_names(self, name: str) -> None:
        validate_resource_name(name)
        size = huge_page_size("hugepages-" + name)
        assert size is None or not is_integer_resource("hugepages-" + name) or "/" in name

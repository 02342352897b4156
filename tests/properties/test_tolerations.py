from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.release import Release
from kubecontainers.scheduling.taints import Taint, tolerates
from kubecontainers.scheduling.toleration_validation import validate_tolerations
from kubecontainers.scheduling.tolerations import (
    Toleration,
    is_superset,
    merge_tolerations,
    plain_keys,
    tolerations_at,
    tolerations_outside,
    tolerations_whitelisted,
)
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import plain, read_only
from kubecontainers.testing.scheduling import nearly_valid_tolerations, taints, tolerations

ENABLED = Release("1.36").with_gates({"TaintTolerationComparisonOperators": True})
OPTIONS = st.none() | st.booleans()

releases = strategies.releases(gates=True)
values = nearly_valid_tolerations().map(Toleration.from_json)
lists = st.lists(values, max_size=6)
valid_lists = st.lists(tolerations(comparison_operators=True).map(Toleration.from_json), max_size=6)


json_lists = st.lists(
    tolerations(comparison_operators=True)
    | nearly_valid_tolerations()
    | st.dictionaries(
        st.sampled_from(["key", "operator", "value", "effect", "tolerationSeconds", "other"]), strategies.json_values(max_leaves=2)
    ),
    max_size=4,
)


class TestTheQuickLook:
    """Where keys are told at a look, all tolerations can be read, have just these keys, and none covers another."""

    @given(json_lists)
    @example([{"key": "a", "tolerationSeconds": "300"}])
    @example([{"key": "a", "tolerationSeconds": True}])
    @example([{"key": "a", "effect": None}])
    def test_it_is_sure(self, entries: list[Any]) -> None:
        keys = plain_keys(entries)
        if keys is not None:
            read = tolerations_at({"tolerations": entries}, ROOT)
            assert keys == {toleration.key for toleration in read}
            assert merge_tolerations(read, ()).dropped == ()

    def test_most_of_the_time_it_tells(self) -> None:
        told: list[bool] = []

        @given(st.lists(tolerations(), min_size=1, max_size=2))
        def look(entries: list[Any]) -> None:
            told.append(plain_keys(entries) is not None)

        look()
        assert sum(told) / len(told) > 0.2


def merged_one_by_one(all_tolerations: list[Toleration]) -> list[Toleration]:
    """The rule as Kubernetes carries it out: each toleration against those kept before it, and against all that come later."""
    kept: list[Toleration] = []
    for position, toleration in enumerate(all_tolerations):
        before = any(is_superset(other, toleration) for other in kept)
        after = any(other != toleration and is_superset(other, toleration) for other in all_tolerations[position + 1 :])
        if not before and not after:
            kept.append(toleration)
    return kept


class TestCovering:
    """To cover is to be as wide or wider: each covers itself, and what covers one that covers a third covers that."""

    @given(values, values, values)
    def test_order(self, first: Toleration, second: Toleration, third: Toleration) -> None:
        assert is_superset(first, first)
        if is_superset(first, second) and is_superset(second, third):
            assert is_superset(first, third)

    @given(values, values, taints())
    def test_it_tolerates_what_the_covered_one_does(self, wide: Toleration, narrow: Toleration, taint: dict[str, Any]) -> None:
        if is_superset(wide, narrow) and tolerates(narrow, Taint.from_json(taint), release=ENABLED):
            assert tolerates(wide, Taint.from_json(taint), release=ENABLED)


class TestMerging:
    """The merged list is the widest of both lists, in their order, and each that was dropped is covered by one that stays."""

    @given(lists, lists)
    def test_as_kubernetes_does_it(self, first: list[Toleration], second: list[Toleration]) -> None:
        assert list(merge_tolerations(first, second).tolerations) == merged_one_by_one([*first, *second])

    @given(lists, lists)
    def test_nothing_is_lost_or_made(self, first: list[Toleration], second: list[Toleration]) -> None:
        merged = merge_tolerations(first, second)
        given, kept = [*first, *second], iter(merged.tolerations)
        dropped = {found.position: found.toleration for found in merged.dropped}
        assert [dropped[position] if position in dropped else next(kept) for position in range(len(given))] == given
        assert next(kept, None) is None

    @given(lists, lists)
    def test_why(self, first: list[Toleration], second: list[Toleration]) -> None:
        merged = merge_tolerations(first, second)
        for dropped in merged.dropped:
            assert dropped.covered_by in merged.tolerations
            assert is_superset(dropped.covered_by, dropped.toleration)
        assert not any(is_superset(one, two) for one in merged.tolerations for two in merged.tolerations if one is not two)

    @given(lists, lists)
    def test_twice_is_once(self, first: list[Toleration], second: list[Toleration]) -> None:
        once = merge_tolerations(first, second).tolerations
        assert merge_tolerations(once, ()).tolerations == once
        assert merge_tolerations((), once).tolerations == once
        assert merge_tolerations(once, once).tolerations == once

    @given(lists, lists, lists)
    def test_grouping_makes_no_difference(self, first: list[Toleration], second: list[Toleration], third: list[Toleration]) -> None:
        left = merge_tolerations(merge_tolerations(first, second).tolerations, third).tolerations
        right = merge_tolerations(first, merge_tolerations(second, third).tolerations).tolerations
        assert covers_all(left, right)
        assert covers_all(right, left)
        assert len(left) == len(right)

    @given(lists, lists)
    def test_order_makes_no_difference(self, first: list[Toleration], second: list[Toleration]) -> None:
        """As many stay, and they cover each other: of those that cover each other another may stay."""
        one, other = merge_tolerations(first, second).tolerations, merge_tolerations(second, first).tolerations
        assert covers_all(one, other)
        assert covers_all(other, one)
        assert len(one) == len(other)

    @given(lists, lists, taints())
    def test_the_same_taints_are_tolerated(self, first: list[Toleration], second: list[Toleration], taint: dict[str, Any]) -> None:
        """How long a pod may stay is left aside: a toleration of every effect covers others whatever its seconds."""
        merged, found = merge_tolerations(first, second).tolerations, Taint.from_json(taint)
        tolerated = [tolerates(toleration, found, release=ENABLED) for toleration in (*first, *second)]
        assert any(tolerates(toleration, found, release=ENABLED) for toleration in merged) is any(tolerated)


def covers_all(wide: tuple[Toleration, ...], narrow: tuple[Toleration, ...]) -> bool:
    return all(any(is_superset(one, other) for one in wide) for other in narrow)


class TestWhitelist:
    """A whitelist lets through what one of its entries covers; without entries it lets through all."""

    @given(lists, lists)
    def test_as_kubernetes_does_it(self, wanted: list[Toleration], listed: list[Toleration]) -> None:
        outside = [toleration for toleration in wanted if not any(is_superset(entry, toleration) for entry in listed)]
        assert list(tolerations_outside(wanted, listed)) == (outside if listed else [])
        assert tolerations_whitelisted(wanted, listed) is (not outside or not listed)

    @given(lists, lists)
    def test_merging_first_makes_no_difference(self, wanted: list[Toleration], listed: list[Toleration]) -> None:
        merged = merge_tolerations(listed, ()).tolerations
        assert tolerations_whitelisted(wanted, merged) is tolerations_whitelisted(wanted, listed)
        assert tolerations_whitelisted(merge_tolerations(wanted, ()).tolerations, listed) is tolerations_whitelisted(wanted, listed)

    @given(lists, lists)
    def test_a_longer_one_lets_more_through(self, wanted: list[Toleration], listed: list[Toleration]) -> None:
        assert tolerations_whitelisted(wanted, wanted)
        assert tolerations_whitelisted(wanted, [*listed, *wanted])


class TestValidation:
    """What an API server takes without an option it takes with it, too; and merging valid lists makes a valid one."""

    @given(valid_lists)
    def test_valid(self, given_list: list[Toleration]) -> None:
        assert validate_tolerations(given_list, ROOT, release=ENABLED) == ()

    @given(lists, lists, OPTIONS, releases)
    def test_merged(self, first: list[Toleration], second: list[Toleration], option: bool | None, release: Release) -> None:
        errors = validate_tolerations([*first, *second], ROOT, comparison_operators=option, release=release)
        merged = merge_tolerations(first, second).tolerations
        assert errors or validate_tolerations(merged, ROOT, comparison_operators=option, release=release) == ()

    @given(lists, releases)
    def test_the_option(self, given_list: list[Toleration], release: Release) -> None:
        without, with_option = (
            validate_tolerations(given_list, ROOT, comparison_operators=option, release=release) for option in (False, True)
        )
        assert not with_option or without
        assert validate_tolerations(given_list, ROOT, release=release) in {without, with_option}

    @given(lists)
    def test_each_is_checked_alone(self, given_list: list[Toleration]) -> None:
        found = [error.rule for error in validate_tolerations(given_list, ROOT)]
        assert found == [error.rule for toleration in given_list for error in validate_tolerations([toleration], ROOT)]

    def test_both_sides_are_seen(self) -> None:
        accepted: list[bool] = []

        @settings(max_examples=300, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(values)
        def see(toleration: Toleration) -> None:
            accepted.append(not validate_tolerations([toleration], ROOT, release=ENABLED))

        see()
        assert min(accepted.count(True), accepted.count(False)) >= len(accepted) / 5


class TestAnyObject:
    """Whatever JSON comes in, there is an answer or an error of the family, and the object stays as it was."""

    @given(strategies.json_objects() | strategies.damaged(nearly_valid_tolerations()), OPTIONS, releases)
    def test_total(self, obj: dict[str, Any], option: bool | None, release: Release) -> None:
        try:
            found = tolerations_at({"tolerations": [obj]}, ROOT)
        except KubeContainersError as error:
            assert str(error)  # noqa: PT017
        else:
            assert merge_tolerations(found, ()).tolerations == found
            assert all(str(error) for error in validate_tolerations(found, ROOT, comparison_operators=option, release=release))
            assert isinstance(str(found[0]), str)

    @given(nearly_valid_tolerations())
    def test_round_trip(self, obj: dict[str, Any]) -> None:
        toleration = Toleration.from_json(read_only(obj))
        assert toleration == Toleration.from_json(obj)
        assert Toleration.from_json(toleration.to_json()) == toleration
        assert plain(read_only(obj)) == obj

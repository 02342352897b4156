from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.release import Release
from kubecontainers.scheduling.taints import Taint, TolerationSet, find_untolerated_taint, taints_at, tolerates
from kubecontainers.scheduling.tolerations import TaintEffect, Toleration
from kubecontainers.testing import strategies
from kubecontainers.testing.scheduling import nearly_valid_tolerations, taints

ENABLED = Release("1.36").with_gates({"TaintTolerationComparisonOperators": True})

releases = strategies.releases(gates=True) | st.just(ENABLED)
damaged_taints = strategies.damaged(taints())
toleration_lists = st.lists(nearly_valid_tolerations().map(Toleration.from_json), max_size=6)
taint_values = taints().map(Taint.from_json) | st.builds(
    Taint, st.sampled_from(["gpu", ""]), st.sampled_from(["5", "007", ""]), st.just("")
)
taint_lists = st.lists(taint_values, max_size=5)
effects = st.none() | st.sets(st.sampled_from(TaintEffect))


class TestSet:
    """A set of tolerations, which does not go through all of them, answers as each of them asked in turn."""

    @given(toleration_lists, taint_values, releases)
    def test_any_of_them(self, tolerations: list[Toleration], taint: Taint, release: Release) -> None:
        one_by_one = any(tolerates(toleration, taint, release=release) for toleration in tolerations)
        assert TolerationSet(tolerations, release=release).tolerates(taint) is one_by_one

    @given(toleration_lists, taint_lists, effects, releases)
    def test_the_first_taint(
        self, tolerations: list[Toleration], found: list[Taint], counted: set[TaintEffect] | None, release: Release
    ) -> None:
        names = None if counted is None else {effect.value for effect in counted}
        one_by_one = (
            taint
            for taint in found
            if (names is None or taint.effect in names) and not any(tolerates(one, taint, release=release) for one in tolerations)
        )
        assert find_untolerated_taint(found, tolerations, effects=counted, release=release) == next(one_by_one, None)


class TestLaws:
    """More tolerations tolerate more, more taints less; and one toleration tolerates everything."""

    @given(toleration_lists, toleration_lists, taint_lists, releases)
    def test_more(self, some: list[Toleration], more: list[Toleration], found: list[Taint], release: Release) -> None:
        if find_untolerated_taint(found, some, release=release) is None:
            assert find_untolerated_taint(found, [*some, *more], release=release) is None
            assert find_untolerated_taint(found[1:], some, release=release) is None

    @given(taint_lists, releases)
    def test_everything(self, found: list[Taint], release: Release) -> None:
        assert find_untolerated_taint(found, [Toleration(operator="Exists")], release=release) is None
        assert find_untolerated_taint(found, [], release=release) == next(iter(found), None)

    @given(taint_values, releases)
    def test_its_own(self, taint: Taint, release: Release) -> None:
        """A toleration made of a taint tolerates it, with or without its effect."""
        assert tolerates(Toleration(taint.key, "Equal", taint.value, taint.effect), taint, release=release)
        assert tolerates(Toleration(taint.key, "", taint.value), taint, release=release)

    @given(nearly_valid_tolerations(), taint_values, st.none() | st.integers(-5, 5))
    def test_seconds_play_no_role(self, obj: dict[str, Any], taint: Taint, seconds: int | None) -> None:
        toleration = Toleration.from_json(obj)
        other = Toleration.from_json({**obj, "tolerationSeconds": seconds})
        assert tolerates(toleration, taint, release=ENABLED) is tolerates(other, taint, release=ENABLED)

    @given(st.integers(-3, 3), st.integers(-3, 3))
    def test_numbers_are_ordered(self, limit: int, number: int) -> None:
        taint = Taint("sla", str(number), "NoSchedule")
        found = [tolerates(Toleration("sla", operator, str(limit)), taint, release=ENABLED) for operator in ("Lt", "Equal", "Gt")]
        assert found == [number < limit, number == limit, number > limit]


class TestAnyObject:
    """Whatever JSON comes in, there is an answer or an error of the family."""

    @given(strategies.json_objects() | damaged_taints)
    def test_total(self, obj: dict[str, Any]) -> None:
        try:
            found = taints_at({"taints": [obj]}, ROOT)
        except KubeContainersError as error:
            assert str(error)  # noqa: PT017
        else:
            assert Taint.from_json(found[0].to_json()) == found[0]
            assert find_untolerated_taint(found, [], release=ENABLED) == found[0]
            assert isinstance(str(found[0]), str)

from __future__ import annotations

import pickle
from types import MappingProxyType
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.release import Release
from kubecontainers.scheduling.tolerations import (
    COMPARISON_OPERATORS,
    COMPARISON_OPERATORS_KNOWN,
    DroppedToleration,
    Toleration,
    TolerationDropReason,
    is_decimal_integer,
    is_superset,
    merge_tolerations,
    plain_keys,
    tolerations_at,
    tolerations_outside,
    tolerations_whitelisted,
)

NO_EXECUTE = "NoExecute"


def kept(*tolerations: Toleration) -> list[Toleration]:
    return list(merge_tolerations(tolerations, ()).tolerations)


class TestJSON:
    @pytest.mark.parametrize(
        ("obj", "toleration"),
        [
            ({}, Toleration()),
            ({"key": None, "tolerationSeconds": None}, Toleration()),
            ({"key": "a\ud800"}, Toleration("a\ufffd")),
            (
                {"key": "gpu", "operator": "Equal", "value": "true", "effect": NO_EXECUTE, "tolerationSeconds": -1},
                Toleration("gpu", "Equal", "true", NO_EXECUTE, -1),
            ),
        ],
    )
    def test_read(self, obj: dict[str, Any], toleration: Toleration) -> None:
        assert Toleration.from_json(obj) == toleration
        assert Toleration.from_json(toleration.to_json()) == toleration

    def test_written(self) -> None:
        assert Toleration().to_json() == {}
        assert Toleration("gpu", "Exists", toleration_seconds=0).to_json() == {"key": "gpu", "operator": "Exists", "tolerationSeconds": 0}

    @pytest.mark.parametrize(
        ("obj", "path"),
        [
            ([], ""),
            ({"key": 1}, "key"),
            ({"operator": []}, "operator"),
            ({"value": True}, "value"),
            ({"effect": {}}, "effect"),
            ({"tolerationSeconds": "1"}, "tolerationSeconds"),
            ({"tolerationSeconds": 1 << 63}, "tolerationSeconds"),
            ({"tolerationSeconds": True}, "tolerationSeconds"),
        ],
    )
    def test_malformed(self, obj: Any, path: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            Toleration.from_json(obj)
        assert caught.value.path == path

    def test_a_list(self) -> None:
        at = ROOT.child("spec")
        assert tolerations_at({}, at) == ()
        assert tolerations_at({"tolerations": [None, {"key": "gpu"}]}, at) == (Toleration(), Toleration("gpu"))
        with pytest.raises(MalformedObject) as caught:
            tolerations_at({"tolerations": [{}, {"key": 1}]}, at)
        assert caught.value.path == "spec.tolerations[1].key"

    def test_pickles(self) -> None:
        merged = merge_tolerations([Toleration("gpu")], [Toleration("gpu", "Exists"), Toleration("gpu")])
        assert pickle.loads(pickle.dumps(merged)) == merged  # noqa: S301
        assert len({merged, merged}) == 1


@pytest.mark.parametrize(
    ("toleration", "text"),
    [
        (Toleration(), ""),
        (Toleration("gpu", "Equal", "true", "NoSchedule"), "gpu=true:NoSchedule"),
        (Toleration("gpu", "", "true"), "gpu=true"),
        (Toleration(operator="Exists"), "op=Exists"),
        (Toleration("sla", "Gt", "950", NO_EXECUTE, 0), "sla=950:NoExecute op=Gt for 0s"),
    ],
)
def test_text(toleration: Toleration, text: str) -> None:
    assert str(toleration) == text


class TestSuperset:
    @pytest.mark.parametrize(
        ("wide", "narrow"),
        [
            (Toleration("a", "Lt", "1"), Toleration("a", "Lt", "1")),
            (Toleration("a", "Exists"), Toleration("a", "Equal", "v", NO_EXECUTE, 5)),
            (Toleration("a", "Exists"), Toleration("a", "Lt", "1")),
            (Toleration("a", "Exists", "v"), Toleration("a", "Exists", "w")),
            (Toleration(operator="Exists"), Toleration("a", "Foo")),
            (Toleration("a", "", "v"), Toleration("a", "Equal", "v")),
            (Toleration("a", "Equal", "v"), Toleration("a", "Equal", "v", "NoSchedule")),
            (Toleration("a", "Exists", effect=NO_EXECUTE, toleration_seconds=5), Toleration("a", "Exists", "", NO_EXECUTE, 5)),
            (Toleration("a", "Exists", effect=NO_EXECUTE), Toleration("a", "Exists", effect=NO_EXECUTE, toleration_seconds=5)),
            (Toleration("a", "Exists", toleration_seconds=0), Toleration("a", "Exists", effect=NO_EXECUTE)),
            (Toleration("a", "Exists", "", "NoSchedule", 1), Toleration("a", "Exists", "", "NoSchedule", 2)),
        ],
    )
    def test_covers(self, wide: Toleration, narrow: Toleration) -> None:
        assert is_superset(wide, narrow)

    @pytest.mark.parametrize(
        ("wide", "narrow"),
        [
            (Toleration("a", "Equal", "v"), Toleration("a", "", "v")),
            (Toleration("a", "", "v"), Toleration("a", "", "v", "NoSchedule")),
            (Toleration("a", "Equal", "v"), Toleration("a", "Equal", "w")),
            (Toleration("a", "Exists"), Toleration("b", "Exists")),
            (Toleration(operator="Equal", value="v"), Toleration("a", "Equal", "v")),
            (Toleration(operator="exists"), Toleration("a", "Exists")),
            (Toleration("a", "Exists", effect="NoSchedule"), Toleration("a", "Exists")),
            (Toleration("a", "Lt", "1"), Toleration("a", "Equal", "1")),
            (Toleration("a", "Exists", effect=NO_EXECUTE, toleration_seconds=5), Toleration("a", "Exists", "", NO_EXECUTE, 6)),
            (Toleration("a", "Exists", effect=NO_EXECUTE, toleration_seconds=5), Toleration("a", "Exists", "", NO_EXECUTE)),
            # one second that a float would lose
            (Toleration("a", "Exists", "", NO_EXECUTE, 2**53), Toleration("a", "Exists", "", NO_EXECUTE, 2**53 + 1)),
        ],
    )
    def test_covers_not(self, wide: Toleration, narrow: Toleration) -> None:
        assert not is_superset(wide, narrow)


class TestMerge:
    def test_nothing(self) -> None:
        merged = merge_tolerations([], [])
        assert (merged.tolerations, merged.dropped) == ((), ())

    def test_both_spellings_of_equal_stay(self) -> None:
        both = [Toleration("a", "Equal", "v"), Toleration("a", "", "v")]
        assert kept(*both) == [both[1]]
        both = [Toleration("a", "", "v", "NoSchedule"), Toleration("a", "Equal", "v")]
        assert kept(*both) == both

    def test_the_first_of_equal_ones_stays(self) -> None:
        twice, other = Toleration("a", "Foo"), Toleration("b")
        merged = merge_tolerations([twice, other], [twice])
        assert merged.tolerations == (twice, other)
        assert merged.dropped == (DroppedToleration(twice, 2, twice),)
        assert merged.dropped[0].reason is TolerationDropReason.SAME

    def test_the_last_of_those_that_cover_each_other_stays(self) -> None:
        one, two = (Toleration("a", "Exists", "", "NoSchedule", seconds) for seconds in (1, 2))
        assert kept(one, two) == [two]
        assert kept(two, one, two, two) == [two]
        merged = merge_tolerations([two], [one, two, two])
        assert [(dropped.position, dropped.covered_by, dropped.reason) for dropped in merged.dropped] == [
            (0, two, TolerationDropReason.SAME),
            (1, two, TolerationDropReason.WIDER),
            (3, two, TolerationDropReason.SAME),
        ]

    @pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
    def test_a_chain_collapses(self, order: tuple[int, ...]) -> None:
        chain = [Toleration("a", "Equal", "v", "NoSchedule"), Toleration("a", "Exists", effect="NoSchedule"), Toleration("", "Exists")]
        merged = merge_tolerations([chain[position] for position in order], ())
        assert merged.tolerations == (chain[2],)
        assert {dropped.covered_by for dropped in merged.dropped} == {chain[2]}

    @pytest.mark.parametrize("effect", ["", "NoSchedule"])
    def test_the_longest_of_an_empty_operator_covers(self, effect: str) -> None:
        short, long = (Toleration("a", "", "v", effect, seconds) for seconds in (1, 5))
        covered = Toleration("a", "Equal", "v", effect)
        assert kept(long, covered, short) == [long, short]

    def test_seconds(self) -> None:
        some = [Toleration("a", "Exists", "", NO_EXECUTE, seconds) for seconds in (5, 60, 0)]
        assert kept(*some) == [some[1]]
        for_ever = Toleration("a", "Exists", "", NO_EXECUTE)
        assert kept(some[0], for_ever, some[1]) == [for_ever]

    def test_many_are_not_compared_each_with_each(self, monkeypatch: pytest.MonkeyPatch) -> None:
        many = [Toleration(f"key-{number}", "Equal", "v", NO_EXECUTE, number) for number in range(2_000)]
        compared = 0

        def counted(wide: Toleration, narrow: Toleration) -> bool:
            nonlocal compared
            compared += 1
            return is_superset(wide, narrow)

        monkeypatch.setattr("kubecontainers.scheduling.tolerations.is_superset", counted)
        assert len(merge_tolerations(many, many).tolerations) == len(many)
        assert tolerations_whitelisted(many, many[::-1])
        assert compared <= 20 * len(many)


TOLERATION = {"key": "a", "operator": "Exists"}


@pytest.mark.parametrize(
    ("entries", "keys"),
    [
        ([], set[str]()),
        ([TOLERATION, {"key": "b", "tolerationSeconds": -5, "other": 7}], {"a", "b"}),
        ([TOLERATION, TOLERATION], None),
        ([TOLERATION, {"operator": "Exists"}], None),
        ([{"key": ""}], None),
        ([{"key": "caf\ud800"}], None),
        ([{"key": 7}], None),
        ([{**TOLERATION, "tolerationSeconds": "300"}], None),
        ([{**TOLERATION, "tolerationSeconds": True}], None),
        ([{**TOLERATION, "tolerationSeconds": 1 << 63}], None),
        ([{**TOLERATION, "effect": None}], None),
        ([{**TOLERATION, "value": 7}], None),
        ([None], None),
        ([MappingProxyType(TOLERATION)], None),
    ],
)
def test_keys_at_a_look(entries: list[Any], keys: set[str] | None) -> None:
    assert plain_keys(entries) == keys


class TestWhitelist:
    def test_empty_lists(self) -> None:
        assert tolerations_whitelisted([Toleration("a")], [])
        assert tolerations_whitelisted([], [Toleration("a")])

    def test_outside(self) -> None:
        listed = [Toleration("a", "Exists"), Toleration("b", "Equal", "v")]
        wanted = [Toleration("b", "", "v"), Toleration("a", "Equal", "v"), Toleration("c")]
        assert tolerations_outside(wanted, listed) == (wanted[0], wanted[2])
        assert not tolerations_whitelisted(wanted, listed)
        assert tolerations_whitelisted(wanted[1:2], listed)


@pytest.mark.parametrize(("value", "decimal"), [("0", True), ("-1", True), ("9" * 30, True), ("-0", False), ("01", False), ("1\n", False)])
def test_decimal(value: str, decimal: bool) -> None:
    assert is_decimal_integer(value) is decimal


def test_changes() -> None:
    assert COMPARISON_OPERATORS_KNOWN.minors() == ("1.35",)
    assert COMPARISON_OPERATORS not in Release("1.36")
    assert COMPARISON_OPERATORS in Release("1.35").with_gates({"TaintTolerationComparisonOperators": True})

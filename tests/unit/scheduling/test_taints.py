from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.release import Release
from kubecontainers.scheduling.taints import (
    SCHEDULING_EFFECTS,
    Taint,
    TolerationSet,
    find_untolerated_taint,
    taints_at,
    tolerates,
)
from kubecontainers.scheduling.tolerations import TaintEffect, Toleration

ENABLED = Release("1.35").with_gates({"TaintTolerationComparisonOperators": True})
GPU = Taint("gpu", "true", "NoSchedule")


class TestJSON:
    def test_read_and_written(self) -> None:
        assert Taint.from_json({"key": "gpu", "value": "true", "effect": "NoSchedule", "timeAdded": None}) == GPU
        assert GPU.to_json() == {"key": "gpu", "value": "true", "effect": "NoSchedule"}
        assert Taint.from_json({}).to_json() == {"key": "", "effect": ""}

    @pytest.mark.parametrize(("obj", "path"), [([], ""), ({"key": 1}, "key"), ({"value": 1}, "value"), ({"effect": []}, "effect")])
    def test_malformed(self, obj: Any, path: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            Taint.from_json(obj)
        assert caught.value.path == path

    def test_a_list(self) -> None:
        assert taints_at({"taints": None}, ROOT) == ()
        assert taints_at({"taints": [None]}, ROOT) == (Taint(""),)

    @pytest.mark.parametrize(
        ("taint", "text"),
        [
            (GPU, "gpu=true:NoSchedule"),
            (Taint("gpu", effect="NoExecute"), "gpu:NoExecute"),
            (Taint("gpu"), "gpu"),
            (Taint("gpu", "a"), "gpu=a:"),
        ],
    )
    def test_text(self, taint: Taint, text: str) -> None:
        assert str(taint) == text


def answers(toleration: Toleration, taint: Taint, release: Release) -> bool:
    """What the rule says, and the set that is quicker."""
    found = tolerates(toleration, taint, release=release)
    assert TolerationSet([toleration], release=release).tolerates(taint) is found
    return found


class TestTolerates:
    @pytest.mark.parametrize(
        ("toleration", "tolerated"),
        [
            (Toleration("gpu", "Equal", "true", "NoSchedule"), True),
            (Toleration("gpu", "", "true"), True),
            (Toleration("gpu", "Equal", ""), False),
            (Toleration("gpu", "Exists", "other"), True),
            (Toleration(operator="Exists"), True),
            (Toleration(operator="Exists", effect="NoExecute"), False),
            (Toleration(value="true"), True),
            (Toleration("arm", "Exists"), False),
            (Toleration("gpu", "exists"), False),
            (Toleration("gpu", "Lt", "true"), False),
            (Toleration("gpu", "Exists", effect="NoSchedule", toleration_seconds=0), True),
        ],
    )
    def test_texts(self, toleration: Toleration, tolerated: bool) -> None:
        assert answers(toleration, GPU, ENABLED) is tolerated

    def test_an_empty_effect_of_a_taint(self) -> None:
        assert answers(Toleration("gpu", "Exists"), Taint("gpu"), ENABLED)
        assert not answers(Toleration("gpu", "Exists", effect="NoSchedule"), Taint("gpu"), ENABLED)

    @pytest.mark.parametrize(
        ("operator", "limit", "number", "tolerated"),
        [
            ("Gt", "5", "6", True),
            ("Gt", "5", "5", False),
            ("Lt", "5", "4", True),
            ("Lt", "5", "5", False),
            ("Lt", "-9223372036854775807", "-9223372036854775808", True),
            ("Lt", "9223372036854775808", "1", False),
            ("Gt", "1", "9223372036854775808", False),
            ("Gt", "1", "007", False),
            ("Gt", "+1", "7", False),
            ("Lt", "", "", False),
        ],
    )
    def test_numbers(self, operator: str, limit: str, number: str, tolerated: bool) -> None:
        toleration, taint = Toleration("sla", operator, limit), Taint("sla", number, "NoSchedule")
        assert answers(toleration, taint, ENABLED) is tolerated
        assert not answers(toleration, taint, Release("1.36"))
        assert not answers(toleration, taint, Release("1.34"))

    def test_the_widest_number_counts(self) -> None:
        limits = TolerationSet([Toleration("sla", operator, limit) for operator in ("Lt", "Gt") for limit in ("3", "5")], release=ENABLED)
        assert [limits.tolerates(Taint("sla", str(number))) for number in (2, 3, 4, 5)] == [True, True, True, True]
        limits = TolerationSet([Toleration("sla", "Lt", "3"), Toleration("", "Gt", "5")], release=ENABLED)
        assert [limits.tolerates(Taint("sla", str(number))) for number in (2, 3, 5, 6)] == [True, False, False, True]
        assert not limits.tolerates(Taint("other", "2"))


class TestFind:
    TAINTS = (Taint("a", effect="PreferNoSchedule"), Taint("b", "v"), Taint("c", effect="NoSchedule"), Taint("d", effect="NoExecute"))

    @pytest.mark.parametrize(
        ("effects", "key"),
        [(None, "a"), (SCHEDULING_EFFECTS, "c"), ({TaintEffect.NO_EXECUTE}, "d"), ((), None)],
    )
    def test_effects(self, effects: Any, key: str | None) -> None:
        found = find_untolerated_taint(self.TAINTS, [], effects=effects)
        assert (found and found.key) == key

    def test_tolerated(self) -> None:
        assert find_untolerated_taint(self.TAINTS, [Toleration("a", "Exists"), Toleration("c", "Exists")]) == self.TAINTS[1]
        assert find_untolerated_taint(self.TAINTS, [Toleration("", "Exists")]) is None
        assert find_untolerated_taint((), []) is None

    def test_many(self) -> None:
        numbers = range(10_000)  # each with each would take minutes
        taints = [Taint(f"key-{number}", effect="NoSchedule") for number in numbers]
        tolerations = [Toleration(f"key-{number}", "Exists") for number in numbers]
        assert find_untolerated_taint(taints, tolerations) is None

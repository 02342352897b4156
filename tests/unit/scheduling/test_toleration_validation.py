from __future__ import annotations

import pytest

from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.release import Release
from kubecontainers.scheduling.toleration_validation import CHECKED, TolerationRule, validate_tolerations
from kubecontainers.scheduling.tolerations import Toleration

AT = ROOT.child("spec", "tolerations")
ENABLED = Release("1.35").with_gates({"TaintTolerationComparisonOperators": True})
Rule = TolerationRule


def broken(toleration: Toleration, *, compares: bool | None = None, release: Release = ENABLED) -> list[tuple[str, str, TolerationRule]]:
    errors = validate_tolerations([toleration], AT, comparison_operators=compares, release=release)
    prefix = "spec.tolerations[0]."
    assert all(str(error.path).startswith(prefix) and error.detail for error in errors)
    return [(str(error.path).removeprefix(prefix), error.type.value, Rule(error.rule)) for error in errors]


@pytest.mark.parametrize(
    "toleration",
    [
        Toleration("gpu"),
        Toleration("example.com/gpu", "Equal", "a.b-c", "NoSchedule"),
        Toleration(operator="Exists"),
        Toleration("gpu", "Exists", effect="NoExecute", toleration_seconds=-5),
        Toleration("gpu", effect="PreferNoSchedule"),
        Toleration("sla", "Lt", "-9223372036854775808"),
        Toleration("sla", "Gt", "0"),
    ],
)
def test_valid(toleration: Toleration) -> None:
    assert broken(toleration) == []


@pytest.mark.parametrize(
    ("toleration", "errors"),
    [
        (Toleration("a b"), [("key", "Invalid", Rule.KEY_NAME_FORMAT)]),
        (Toleration("a/"), [("key", "Invalid", Rule.KEY_NAME_EMPTY), ("key", "Invalid", Rule.KEY_NAME_FORMAT)]),
        (Toleration("a" * 64), [("key", "Invalid", Rule.KEY_NAME_TOO_LONG)]),
        (Toleration("a/b/c"), [("key", "Invalid", Rule.KEY_PARTS)]),
        (Toleration("/a"), [("key", "Invalid", Rule.KEY_PREFIX_EMPTY)]),
        (Toleration("A" * 254 + "/a"), [("key", "Invalid", Rule.KEY_PREFIX_TOO_LONG), ("key", "Invalid", Rule.KEY_PREFIX_FORMAT)]),
        (Toleration(), [("operator", "Invalid", Rule.KEY_REQUIRED)]),
        (Toleration(operator="exists"), [("operator", "Invalid", Rule.KEY_REQUIRED), ("operator", "NotSupported", Rule.OPERATOR)]),
        (Toleration("a", toleration_seconds=0), [("effect", "Invalid", Rule.SECONDS)]),
        (
            Toleration("a", effect="noexecute", toleration_seconds=0),
            [("effect", "Invalid", Rule.SECONDS), ("effect", "NotSupported", Rule.EFFECT)],
        ),
        (Toleration("a", value="-" * 64), [("operator", "Invalid", Rule.VALUE)]),
        (Toleration("a", "Equal", "v\n"), [("operator", "Invalid", Rule.VALUE)]),
        (Toleration("a", "Exists", "v"), [("operator", "Invalid", Rule.VALUE_WITH_EXISTS)]),
        (Toleration("a", "Lt", ""), [("value", "Invalid", Rule.VALUE_DECIMAL), ("value", "Invalid", Rule.VALUE_INTEGER)]),
        (Toleration("a", "Gt", "007"), [("value", "Invalid", Rule.VALUE_DECIMAL)]),
        (Toleration("a", "Gt", "9223372036854775808"), [("value", "Invalid", Rule.VALUE_INTEGER)]),
        (Toleration("a", "In", "v"), [("operator", "NotSupported", Rule.OPERATOR)]),
    ],
)
def test_broken(toleration: Toleration, errors: list[tuple[str, str, TolerationRule]]) -> None:
    assert broken(toleration) == errors


@pytest.mark.parametrize(
    ("release", "option", "accepted"),
    [
        (Release("1.34"), None, False),
        (Release("1.34"), True, False),
        (Release("1.35"), None, False),
        (Release("1.35"), True, True),
        (ENABLED, None, True),
        (ENABLED, False, False),
    ],
)
def test_comparison_operators(release: Release, option: bool | None, accepted: bool) -> None:
    errors = broken(Toleration("sla", "Gt", "950"), compares=option, release=release)
    assert errors == ([] if accepted else [("operator", "NotSupported", Rule.OPERATOR)])


def test_positions() -> None:
    errors = validate_tolerations([Toleration("a"), Toleration(), Toleration("-")], AT)
    assert [str(error.path) for error in errors] == ["spec.tolerations[1].operator", "spec.tolerations[2].key"]
    assert validate_tolerations([], AT) == ()


def test_checked() -> None:
    assert CHECKED.spec == {"tolerations"}

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.changes import ChangedObject
from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT, FieldErrorType
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.environment.hostname_validation import (
    CHECKED,
    HOSTNAME_OVERRIDE_KNOWN,
    HostnameOverrideDropReason,
    HostnameRule,
    drop_disabled_hostname_override,
    drop_unknown_hostname_override,
    validate_hostname_and_subdomain,
    validate_hostname_fields,
    validate_hostname_override,
)

AT = ROOT.child("spec")
Rule, Type = HostnameRule, FieldErrorType


def told(spec: dict[str, Any], release: Release = LATEST) -> list[tuple[str, FieldErrorType, Any, str]]:
    errors = validate_hostname_fields(spec, AT, release=release)
    assert pickle.loads(pickle.dumps(errors)) == errors  # noqa: S301
    assert all(error.detail for error in errors)
    assert errors == validate_hostname_override(spec, AT, release=release) + validate_hostname_and_subdomain(spec, AT)
    return [(str(error.path), error.type, error.rule, error.value) for error in errors]


@pytest.mark.parametrize(
    "spec",
    [
        {},
        {"hostname": "", "subdomain": None},
        {"hostname": "a" * 63, "subdomain": "0", "setHostnameAsFQDN": True, "hostNetwork": True},
        {"hostnameOverride": "a" * 62 + ".b", "setHostnameAsFQDN": False, "hostNetwork": False},
        {"hostnameOverride": None, "setHostnameAsFQDN": True},
    ],
)
def test_valid(spec: dict[str, Any]) -> None:
    assert told(spec) == []


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        ("a.b", [Rule.LABEL_DOTS]),
        ("A", [Rule.LABEL_FORMAT]),
        ("a\n", [Rule.LABEL_FORMAT]),
        ("a" * 64, [Rule.LABEL_TOO_LONG]),
        ("-" * 64, [Rule.LABEL_TOO_LONG, Rule.LABEL_FORMAT]),
        (".".join(["a"] * 40), [Rule.LABEL_TOO_LONG, Rule.LABEL_DOTS]),
    ],
)
@pytest.mark.parametrize("field", ["hostname", "subdomain"])
def test_labels(field: str, value: str, rules: list[HostnameRule]) -> None:
    assert told({field: value}) == [(f"spec.{field}", Type.INVALID, rule, value) for rule in rules]


LONG = "a" * 254
OVERRIDES: list[tuple[dict[str, Any], list[tuple[FieldErrorType, HostnameRule, str]]]] = [
    ({"hostnameOverride": ""}, [(Type.INVALID, Rule.OVERRIDE_FORMAT, "")]),
    ({"hostnameOverride": "A"}, [(Type.INVALID, Rule.OVERRIDE_FORMAT, "A")]),
    ({"hostnameOverride": "a" * 64}, []),
    ({"hostnameOverride": "a" * 65}, [(Type.TOO_LONG, Rule.OVERRIDE_TOO_LONG, "")]),
    ({"hostnameOverride": LONG}, [(Type.TOO_LONG, Rule.OVERRIDE_TOO_LONG, ""), (Type.INVALID, Rule.OVERRIDE_NAME_TOO_LONG, LONG)]),
    ({"hostnameOverride": "a", "setHostnameAsFQDN": True}, [(Type.FORBIDDEN, Rule.OVERRIDE_AS_FQDN, "")]),
    ({"hostnameOverride": "a", "hostNetwork": True}, [(Type.FORBIDDEN, Rule.OVERRIDE_ON_HOST_NETWORK, "")]),
    (
        {"hostnameOverride": "é" * 33, "hostNetwork": True, "setHostnameAsFQDN": True},
        [
            (Type.FORBIDDEN, Rule.OVERRIDE_AS_FQDN, ""),
            (Type.FORBIDDEN, Rule.OVERRIDE_ON_HOST_NETWORK, ""),
            (Type.TOO_LONG, Rule.OVERRIDE_TOO_LONG, ""),
            (Type.INVALID, Rule.OVERRIDE_FORMAT, "é" * 33),
        ],
    ),
]


@pytest.mark.parametrize(("spec", "errors"), OVERRIDES)
def test_overrides(spec: dict[str, Any], errors: list[tuple[FieldErrorType, HostnameRule, str]]) -> None:
    assert HOSTNAME_OVERRIDE_KNOWN.minors() == ("1.34",)
    expected = [("spec.hostnameOverride", *error) for error in errors]
    assert told(spec) == told(spec, Release("1.34")) == expected
    assert told(spec, Release("1.33")) == []


def test_the_override_comes_first() -> None:
    errors = validate_hostname_fields({"subdomain": "A", "hostname": "A", "hostnameOverride": "A"}, AT)
    assert [error.path.parts[-1] for error in errors] == ["hostnameOverride", "hostname", "subdomain"]


@pytest.mark.parametrize(
    "spec", [{"hostname": 1}, {"subdomain": []}, {"hostnameOverride": 1}, {"hostNetwork": "no"}, {"setHostnameAsFQDN": 1}]
)
def test_malformed(spec: dict[str, Any]) -> None:
    with pytest.raises(MalformedObject):
        validate_hostname_fields(spec, AT)


def test_checked() -> None:
    assert CHECKED.spec == {"hostname", "subdomain", "hostnameOverride", "setHostnameAsFQDN"}


POD: dict[str, Any] = {"metadata": {"name": "a"}, "spec": {"hostnameOverride": "db", "hostname": "b"}}
KEPT: dict[str, Any] = {"metadata": {"name": "a"}, "spec": {"hostname": "b"}}


def dropped(found: ChangedObject, reason: HostnameOverrideDropReason) -> bool:
    """Return whether the override was taken out; nothing else may have happened."""
    if not found.changes:
        assert found.object is POD
        return False
    [change] = found.changes
    assert (str(change.path), change.before, change.after, change.reason) == ("spec.hostnameOverride", "db", None, reason)
    assert found.object == KEPT
    assert found.object["metadata"] is POD["metadata"]
    return True


@pytest.mark.parametrize(
    ("release", "reason"),
    [
        (Release("1.27"), HostnameOverrideDropReason.UNKNOWN),
        (Release("1.33"), HostnameOverrideDropReason.UNKNOWN),
        (Release("1.34"), HostnameOverrideDropReason.DISABLED),
        (Release("1.34").with_gates({"HostnameOverride": True}), None),
        (Release("1.35"), None),
        (Release("1.35").with_gates({"HostnameOverride": False}), HostnameOverrideDropReason.DISABLED),
        (Release("1.37"), None),
    ],
)
def test_dropping(release: Release, reason: HostnameOverrideDropReason | None) -> None:
    before = copy.deepcopy(POD)
    unknown, disabled = HostnameOverrideDropReason.UNKNOWN, HostnameOverrideDropReason.DISABLED
    assert dropped(drop_unknown_hostname_override(POD, release=release), unknown) is (reason is unknown)
    assert dropped(drop_disabled_hostname_override(POD, release=release), disabled) is (reason is disabled)
    assert before == POD


@pytest.mark.parametrize("pod", [{}, {"spec": None}, {"spec": {"hostname": "a"}}, {"spec": {"hostnameOverride": None}}])
@pytest.mark.parametrize("minor", ["1.33", "1.34"])
def test_nothing_to_drop(pod: dict[str, Any], minor: str) -> None:
    assert drop_unknown_hostname_override(pod, release=Release(minor)).object is pod
    assert drop_disabled_hostname_override(pod, release=Release(minor)).object is pod


def test_an_empty_override_is_dropped_too() -> None:
    assert drop_disabled_hostname_override({"spec": {"hostnameOverride": ""}}, release=Release("1.34")).object == {"spec": {}}


def test_what_is_unknown_is_not_decoded() -> None:
    pod = {"spec": {"hostnameOverride": {"a": 1}}}
    assert drop_unknown_hostname_override(pod, release=Release("1.33")).object == {"spec": {}}
    with pytest.raises(MalformedObject):
        drop_disabled_hostname_override(pod, release=Release("1.34"))

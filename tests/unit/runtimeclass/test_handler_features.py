from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.release import Release
from kubecontainers.runtimeclass.handler_features import (
    HandlerFeatures,
    RecursiveReadOnly,
    RecursiveReadOnlyReason,
    UserNamespace,
    UserNamespaceReason,
    handler_features,
    recursive_read_only,
    reported_handlers,
    user_namespace,
)


def node(*handlers: Any) -> dict[str, Any]:
    return {"status": {"runtimeHandlers": list(handlers)}}


def handler(name: str, **features: object) -> dict[str, Any]:
    return {"name": name, "features": features}


ABLE = node(
    handler("", recursiveReadOnlyMounts=True, userNamespaces=True), handler("kata", userNamespaces=None), {"name": "old", "features": None}
)


class TestFeatures:
    def test_default_and_others(self) -> None:
        assert handler_features(ABLE) == HandlerFeatures(recursive_read_only_mounts=True, user_namespaces=True)
        assert handler_features(ABLE, "kata") == handler_features(ABLE, "old") == HandlerFeatures()
        assert handler_features(ABLE, "nvidia") == HandlerFeatures(reported=False)

    @pytest.mark.parametrize("silent", [{}, {"status": None}, {"status": {"runtimeHandlers": None}}, node()])
    def test_absent_or_empty_means_unknown(self, silent: dict[str, Any]) -> None:
        assert reported_handlers(silent) is None
        assert handler_features(silent) == HandlerFeatures(reported=False)

    def test_first_of_a_name(self) -> None:
        assert handler_features(node(handler("a", userNamespaces=True), handler("a")), "a").user_namespaces

    def test_malformed(self) -> None:
        with pytest.raises(MalformedObject, match=r"status.runtimeHandlers\[0\].features.userNamespaces: expected a boolean"):
            handler_features(node(handler("a", userNamespaces="yes")))


def pod(host_users: bool | None) -> dict[str, Any]:
    return {"spec": {"hostUsers": host_users}}


U = UserNamespaceReason


class TestUserNamespaces:
    @pytest.mark.parametrize(
        ("name", "on", "used", "reason"),
        [
            ("", ABLE, True, U.SUPPORTED),
            ("kata", ABLE, False, U.UNSUPPORTED),
            ("nvidia", ABLE, False, U.UNKNOWN_HANDLER),
            ("", node(), False, U.NOT_REPORTED),
        ],
    )
    def test_host_users_false(self, name: str, on: dict[str, Any], used: bool, reason: UserNamespaceReason) -> None:
        assert user_namespace(pod(host_users=False), on, name) == UserNamespace(used, not used, reason)

    @pytest.mark.parametrize("asking", [pod(host_users=None), pod(host_users=True), {}])
    def test_not_asked(self, asking: dict[str, Any]) -> None:
        assert user_namespace(asking, node()) == UserNamespace(used=False, refused=False, reason=U.NOT_ASKED)

    @pytest.mark.parametrize("minor", ["1.27", "1.30", "1.32"])
    @pytest.mark.parametrize("host_users", [True, False])
    def test_gate_off(self, minor: str, host_users: bool) -> None:
        found = user_namespace(pod(host_users), ABLE, release=Release(minor))
        assert found == UserNamespace(used=False, refused=True, reason=U.GATE_OFF)
        assert user_namespace(pod(None), ABLE, release=Release(minor)).reason is U.NOT_ASKED

    @pytest.mark.parametrize(("minor", "reason"), [("1.28", U.NOT_CHECKED), ("1.29", U.NOT_CHECKED), ("1.30", U.NOT_REPORTED)])
    def test_handlers_are_asked_since_1_30(self, minor: str, reason: UserNamespaceReason) -> None:
        release = Release(minor).with_gates({"UserNamespacesSupport": True})
        assert user_namespace(pod(host_users=False), node(), release=release).reason is reason

    def test_malformed(self) -> None:
        with pytest.raises(MalformedObject, match=r"spec.hostUsers: expected a boolean"):
            user_namespace({"spec": {"hostUsers": "no"}}, ABLE)


def mount(**fields: object) -> dict[str, Any]:
    return {"name": "data", "mountPath": "/data", "readOnly": True, **fields}


M = RecursiveReadOnlyReason


class TestRecursiveReadOnly:
    @pytest.mark.parametrize(
        ("fields", "name", "used", "refused", "reason"),
        [
            ({}, "", False, False, M.NOT_ASKED),
            ({"recursiveReadOnly": None, "readOnly": None}, "", False, False, M.NOT_ASKED),
            ({"recursiveReadOnly": "Disabled", "readOnly": False}, "", False, False, M.NOT_ASKED),
            ({"recursiveReadOnly": "Enabled", "readOnly": False}, "", False, True, M.NOT_READ_ONLY),
            ({"recursiveReadOnly": "IfPossible", "readOnly": None}, "kata", False, True, M.NOT_READ_ONLY),
            ({"recursiveReadOnly": "Enabled", "mountPropagation": "HostToContainer"}, "", False, True, M.PROPAGATION),
            ({"recursiveReadOnly": "IfPossible", "mountPropagation": ""}, "", False, True, M.PROPAGATION),
            ({"recursiveReadOnly": "Enabled", "mountPropagation": "None"}, "", True, False, M.SUPPORTED),
            ({"recursiveReadOnly": "Enabled", "mountPropagation": None}, "", True, False, M.SUPPORTED),
            ({"recursiveReadOnly": "IfPossible"}, "", True, False, M.SUPPORTED),
            ({"recursiveReadOnly": "IfPossible"}, "kata", False, False, M.NOT_POSSIBLE),
            ({"recursiveReadOnly": "Enabled"}, "kata", False, True, M.UNSUPPORTED),
            ({"recursiveReadOnly": "Enabled"}, "nvidia", False, True, M.UNSUPPORTED),
            ({"recursiveReadOnly": ""}, "", False, True, M.UNKNOWN_MODE),
            ({"recursiveReadOnly": "enabled"}, "", False, True, M.UNKNOWN_MODE),
        ],
    )
    def test_modes(self, fields: dict[str, Any], name: str, used: bool, refused: bool, reason: RecursiveReadOnlyReason) -> None:
        assert recursive_read_only(mount(**fields), ABLE, name) == RecursiveReadOnly(used, refused, reason)

    @pytest.mark.parametrize(("minor", "reason"), [("1.29", M.NOT_POSSIBLE), ("1.30", M.NOT_POSSIBLE), ("1.31", M.SUPPORTED)])
    def test_gate(self, minor: str, reason: RecursiveReadOnlyReason) -> None:
        assert recursive_read_only(mount(recursiveReadOnly="IfPossible"), ABLE, release=Release(minor)).reason is reason

    def test_malformed(self) -> None:
        with pytest.raises(MalformedObject, match=r"spec.volumeMounts.readOnly: expected a boolean"):
            recursive_read_only(mount(readOnly=1), ABLE, path=ROOT.child("spec", "volumeMounts"))

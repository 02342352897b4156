# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.requests import AdmissionDenied, AdmissionRequest, Admitted, Operation
from kubecontainers.credentials.service_account import ServiceAccountReason, admit_service_account_pull_secrets
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import plain, read_only
from kubecontainers.testing.secrets import service_accounts

Account = dict[str, Any]
accounts = st.lists(
    service_accounts(namespaces=st.sampled_from(["shop", "shop", "x"]), names=st.sampled_from(["default", "default", "b"])), max_size=4
)


@st.composite
def pods(draw: st.DrawFn) -> dict[str, Any]:
    pod = draw(strategies.pods())
    lists: list[Any] = [[], None, [{"name": "a"}], [{"name": "x"}, {"name": "a"}], [{}], [None]]
    fields: dict[str, st.SearchStrategy[Any]] = {
        "imagePullSecrets": st.sampled_from(lists),
        "serviceAccountName": st.sampled_from(["", "default", "b"]),
    }
    spec: dict[str, Any] = draw(st.fixed_dictionaries({}, optional=fields))
    mirror = draw(st.sampled_from([{}, {}, {}, {"annotations": {"kubernetes.io/config.mirror": "x"}}]))
    return pod | {"metadata": {"name": "web", "namespace": "shop", **mirror}, "spec": pod["spec"] | spec}


def admit(pod: Any, existing: list[Account]) -> Admitted | None:
    try:
        return admit_service_account_pull_secrets(AdmissionRequest(Operation.CREATE, pod), existing)
    except AdmissionDenied as denied:
        assert (denied.code, denied.reason) == (403, "Forbidden")
        return None


class TestListsAreNeverMerged:
    """A pod's own list stays, whatever it holds; an empty one becomes that of the ServiceAccount, name by name."""

    @given(pods(), accounts)
    def test_one_or_the_other(self, pod: dict[str, Any], existing: list[Account]) -> None:
        admitted: Any = admit(pod, existing)
        if admitted is None or admitted.reason is ServiceAccountReason.MIRROR_POD:
            return
        spec = admitted.object["spec"]
        account = next(
            account
            for account in existing
            if account["metadata"]["namespace"] == "shop" and account["metadata"]["name"] == spec["serviceAccountName"]
        )
        if pod["spec"].get("imagePullSecrets"):
            assert spec["imagePullSecrets"] == pod["spec"]["imagePullSecrets"]
        else:
            references: list[dict[str, Any]] = spec.get("imagePullSecrets") or []
            found = [secret.get("name", "") for secret in references]
            assert found == [secret["name"] for secret in account["imagePullSecrets"]]


class TestOnce:
    """What was admitted is admitted again and does not change; nothing but two fields of the spec ever does."""

    @given(pods(), accounts)
    def test_idempotent(self, pod: dict[str, Any], existing: list[Account]) -> None:
        once = admit(read_only(pod), existing)
        if once is None:
            return
        twice = admit(once.object, existing)
        assert twice is not None
        assert twice.object is once.object
        assert twice.changes == ()
        fields = {"serviceAccountName", "imagePullSecrets"}
        changed: Any = plain(once.object)
        before, after = dict(pod["spec"]), dict(changed["spec"])
        for field in fields:
            before.pop(field, None)
            after.pop(field, None)
        assert before == after
        assert {str(change.path) for change in once.changes} <= {f"spec.{field}" for field in fields}


class TestMissingAccounts:
    """Without a ServiceAccount of its name in its namespace no pod gets in, but a mirror pod."""

    @given(pods(), accounts)
    def test_denied(self, pod: dict[str, Any], existing: list[Account]) -> None:
        elsewhere = [account | {"metadata": account["metadata"] | {"namespace": "x"}} for account in existing]
        admitted = admit(pod, elsewhere)
        assert admitted is None or admitted.reason is ServiceAccountReason.MIRROR_POD


class TestTotal:
    """Whatever the objects are, the answer is an admission, a denial, or a complaint about the shape."""

    @given(
        st.sampled_from(Operation),
        st.none() | strategies.damaged(pods()) | strategies.json_objects(),
        st.lists(strategies.damaged(service_accounts(namespaces=st.just("shop"))) | strategies.json_objects(), max_size=3),
        st.sampled_from(["", "ephemeralcontainers", "status"]),
    )
    def test_any(self, operation: Operation, pod: Any, existing: list[Account], subresource: str) -> None:
        request = AdmissionRequest(operation, pod, subresource=subresource)
        try:
            admitted = admit_service_account_pull_secrets(request, existing)
        except (AdmissionDenied, MalformedObject):
            assert operation is Operation.CREATE
        else:
            again = admit_service_account_pull_secrets(attrs.evolve(request), existing)
            assert (again.reason, again.changes) == (admitted.reason, admitted.changes)

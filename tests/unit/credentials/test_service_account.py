from __future__ import annotations

from typing import Any

import attrs
import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.requests import AdmissionDenied, AdmissionRequest, Admitted, Operation
from kubecontainers.credentials.service_account import ServiceAccountReason, admit_service_account_pull_secrets
from kubecontainers.testing.read_only import plain, read_only

Why = ServiceAccountReason
MIRROR = {"annotations": {"kubernetes.io/config.mirror": ""}}


def account(name: str = "default", *secrets: str, namespace: str = "shop", enforce: str | None = None) -> dict[str, Any]:
    annotations = {} if enforce is None else {"annotations": {"kubernetes.io/enforce-mountable-secrets": enforce}}
    return {
        "metadata": {"name": name, "namespace": namespace, **annotations},
        "imagePullSecrets": [{"name": secret} if secret else {} for secret in secrets],
    }


def create(spec: dict[str, Any] | None, **metadata: Any) -> AdmissionRequest:
    return AdmissionRequest(Operation.CREATE, {"metadata": {"name": "web", "namespace": "shop"} | metadata, "spec": spec})


def admit(spec: dict[str, Any] | None, *accounts: dict[str, Any], **metadata: Any) -> Admitted:
    return admit_service_account_pull_secrets(create(spec, **metadata), accounts)


def denied(spec: dict[str, Any], *accounts: dict[str, Any], **metadata: Any) -> str:
    with pytest.raises(AdmissionDenied) as caught:
        admit(spec, *accounts, **metadata)
    assert (caught.value.code, caught.value.reason) == (403, "Forbidden")
    assert caught.value.hint
    return caught.value.message


class TestInjection:
    def test_all_and_in_order(self) -> None:
        admitted: Any = admit({"serviceAccountName": "builder"}, account(), account("builder", "b", "a", "", "b"))
        assert admitted.object["spec"]["imagePullSecrets"] == [{"name": "b"}, {"name": "a"}, {}, {"name": "b"}]
        assert admitted.reason is Why.INJECTED
        assert [str(change.path) for change in admitted.changes] == ["spec.imagePullSecrets"]

    def test_an_empty_list_is_filled(self) -> None:
        admitted: Any = admit({"imagePullSecrets": []}, account("default", "a"))
        assert admitted.object["spec"]["imagePullSecrets"] == [{"name": "a"}]
        assert [change.before for change in admitted.changes] == [None, []]

    @pytest.mark.parametrize("own", [[{"name": "x"}], [{"name": ""}], [{}], [None]])
    def test_lists_are_never_merged(self, own: list[object]) -> None:
        admitted: Any = admit({"imagePullSecrets": own}, account("default", "a"))
        assert admitted.object["spec"]["imagePullSecrets"] == own
        assert admitted.reason is Why.POD_HAS_SECRETS

    def test_an_account_without_secrets(self) -> None:
        admitted = admit({"serviceAccountName": "default", "imagePullSecrets": []}, account())
        assert admitted.changes == ()
        assert admitted.object == create({"serviceAccountName": "default", "imagePullSecrets": []}).object
        assert admitted.reason is Why.ACCOUNT_HAS_NONE

    def test_the_pod_is_left_as_it_is(self) -> None:
        pod = read_only({"metadata": {"namespace": "shop"}, "spec": {"containers": [{"name": "app"}]}})
        admitted = admit_service_account_pull_secrets(AdmissionRequest(Operation.CREATE, pod), [read_only(account("default", "a"))])
        assert plain(admitted.object) == {
            "metadata": {"namespace": "shop"},
            "spec": {"containers": [{"name": "app"}], "serviceAccountName": "default", "imagePullSecrets": [{"name": "a"}]},
        }


class TestAccount:
    @pytest.mark.parametrize("spec", [None, {}, {"serviceAccountName": ""}, {"serviceAccountName": None, "serviceAccount": ""}])
    def test_the_one_called_default(self, spec: dict[str, Any] | None) -> None:
        admitted: Any = admit(spec, account())
        assert admitted.object["spec"]["serviceAccountName"] == "default"
        assert [(str(change.path), change.reason) for change in admitted.changes] == [("spec.serviceAccountName", Why.DEFAULT_ACCOUNT)]

    def test_the_old_field(self) -> None:
        admitted: Any = admit({"serviceAccount": "builder"}, account(), account("builder", "a"))
        assert admitted.object["spec"]["serviceAccountName"] == "builder"
        assert admitted.changes[0].reason is Why.OLD_FIELD
        both: Any = admit({"serviceAccount": "builder", "serviceAccountName": "default"}, account(), account("builder", "a"))
        assert both.changes == ()

    def test_it_must_exist_in_the_namespace(self) -> None:
        sentence = 'pods "web" is forbidden: error looking up service account shop/builder: serviceaccount "builder" not found'
        assert denied({"serviceAccountName": "builder"}, account(), account("builder", namespace="other")) == sentence
        assert denied({}).endswith('serviceaccount "default" not found')

    def test_the_namespace_of_the_request_goes_before_that_of_the_pod(self) -> None:
        admitted: Any = admit_service_account_pull_secrets(create({}), [account("default", "a", namespace="x")], namespace="x")
        assert admitted.object["spec"]["imagePullSecrets"] == [{"name": "a"}]

    def test_how_a_pod_without_a_name_is_called(self) -> None:
        assert denied({}, name=None, generateName="web-").startswith('pods "web-" is forbidden')
        assert denied({}, name=None).startswith('pods "Unknown" is forbidden')


class TestEnforcing:
    @pytest.mark.parametrize("value", ["1", "t", "T", "TRUE", "true", "True"])
    def test_a_secret_that_the_account_does_not_name(self, value: str) -> None:
        pod = {"imagePullSecrets": [{"name": "a"}, {"name": "x"}]}
        assert denied(pod, account("default", "a", enforce=value)) == (
            'pods "web" is forbidden: imagePullSecrets[1].name="x" is not allowed because service account default does not reference that '
            "imagePullSecret"
        )

    def test_an_empty_name_is_one_as_well(self) -> None:
        pod: dict[str, Any] = {"imagePullSecrets": [{}]}
        assert 'imagePullSecrets[0].name=""' in denied(pod, account("default", "a", enforce="true"))
        assert admit(pod, account("default", "", enforce="true")).reason is Why.POD_HAS_SECRETS

    @pytest.mark.parametrize("value", ["", "0", "false", "yes", "on", "tRUE", None])
    def test_not_enforced(self, value: str | None) -> None:
        assert admit({"imagePullSecrets": [{"name": "x"}]}, account("default", "a", enforce=value)).reason is Why.POD_HAS_SECRETS

    def test_what_is_injected_is_fine(self) -> None:
        assert admit({}, account("default", "a", enforce="true")).reason is Why.INJECTED


class TestMirrorPods:
    def test_nothing_is_filled_in(self) -> None:
        admitted = admit({}, account("default", "a"), **MIRROR)
        assert admitted.object == create({}, **MIRROR).object
        assert (admitted.reason, admitted.changes) == (Why.MIRROR_POD, ())
        assert admit({"imagePullSecrets": [{}, {"name": ""}]}, **MIRROR).changes == ()

    @pytest.mark.parametrize("spec", [{"serviceAccountName": "default"}, {"serviceAccount": "default"}])
    def test_no_account(self, spec: dict[str, Any]) -> None:
        assert denied(spec, account(), **MIRROR) == 'pods "web" is forbidden: a mirror pod may not reference service accounts'

    def test_no_secrets(self) -> None:
        sentence = 'pods "web" is forbidden: a mirror pod may not reference secrets'
        assert denied({"imagePullSecrets": [{"name": ""}, {"name": "a"}]}, account(), **MIRROR) == sentence
        assert denied({"volumes": [{"name": "v", "secret": {"secretName": "a"}}]}, account(), **MIRROR) == sentence


class TestWhatIsPassedOver:
    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"operation": Operation.UPDATE}, Why.OPERATION),
            ({"operation": Operation.DELETE}, Why.OPERATION),
            ({"operation": Operation.CONNECT, "subresource": "ephemeralcontainers"}, Why.OPERATION),
            ({"subresource": "binding"}, Why.SUBRESOURCE),
            ({"resource": "podtemplates"}, Why.RESOURCE),
            ({"group": "metrics.k8s.io"}, Why.RESOURCE),
            ({"kind": "Binding"}, Why.RESOURCE),
            ({"object": None}, Why.RESOURCE),
        ],
    )
    def test_untouched(self, change: dict[str, Any], reason: ServiceAccountReason) -> None:
        request = attrs.evolve(create({"serviceAccountName": "nobody"}), **change)
        admitted = admit_service_account_pull_secrets(request, [])
        assert admitted.object is request.object
        assert (admitted.reason, admitted.changes) == (reason, ())

    def test_ephemeral_containers_are_not(self) -> None:
        request = attrs.evolve(create({}), subresource="ephemeralcontainers")
        assert admit_service_account_pull_secrets(request, [account("default", "a")]).reason is Why.INJECTED


@pytest.mark.parametrize(
    ("spec", "accounts", "path"),
    [
        ({"imagePullSecrets": {}}, [account()], "spec.imagePullSecrets"),
        ({"imagePullSecrets": ["a"]}, [account()], "spec.imagePullSecrets[0]"),
        ({"serviceAccountName": 7}, [], "spec.serviceAccountName"),
        ({}, ["x"], ""),
        ({}, [{"metadata": {"name": "default", "namespace": "shop"}, "imagePullSecrets": [{"name": 1}]}], "imagePullSecrets[0].name"),
    ],
)
def test_malformed(spec: dict[str, Any], accounts: list[Any], path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        admit(spec, *accounts)
    assert caught.value.path == path


@pytest.mark.parametrize("annotation", ["a", "kubernetes.io/config.mirror"])
def test_a_malformed_annotation(annotation: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        admit({}, account(), annotations={annotation: 5})
    assert caught.value.path == f"metadata.annotations.{annotation}"


@pytest.mark.parametrize("broken", [[], "x", 7])
def test_an_object_that_is_none(broken: Any) -> None:
    with pytest.raises(MalformedObject):
        admit_service_account_pull_secrets(AdmissionRequest(Operation.CREATE, broken), [])

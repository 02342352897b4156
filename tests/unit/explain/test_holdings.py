"""What the cluster holds besides pods, and what its ServiceAccounts add to them."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.explain.core_objects import is_core_object, placed
from kubecontainers.explain.holdings import AdmittedPod, Holdings
from kubecontainers.pulling.pull_credentials import NodeCredentials


def secret(name: str = "a", **fields: Any) -> dict[str, Any]:
    return {"kind": "Secret", "metadata": {"name": name, "namespace": "shop"}, **fields}


def account(*names: str, name: str = "default", namespace: str = "shop", **metadata: Any) -> dict[str, Any]:
    pull_secrets = [{"name": name} for name in names]
    return {"kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace, **metadata}, "imagePullSecrets": pull_secrets}


def pod(*names: str, **spec: Any) -> dict[str, Any]:
    return {"metadata": {"name": "web"}, "spec": {"imagePullSecrets": [{"name": name} for name in names], **spec}}


class TestWhatIsHeld:
    def test_secrets_and_service_accounts_are_kept_apart(self) -> None:
        held = Holdings.of([secret(), account(), {"kind": "Pod"}, {}, None, 7, secret("b")])
        assert held.secrets == (secret(), secret("b"))
        assert held.service_accounts == (account(),)
        assert held.node is None

    def test_what_names_no_namespace_is_in_the_default_one(self) -> None:
        [found] = Holdings.of([{"kind": "Secret", "metadata": {"name": "a"}}]).secrets
        assert found["metadata"] == {"name": "a", "namespace": "default"}

    @pytest.mark.parametrize(
        "broken",
        [
            {"kind": "Secret"},
            {"kind": "Secret", "metadata": {}},
            {"kind": "Secret", "metadata": []},
            {"kind": "Secret", "metadata": {"name": 1}},
            {"kind": "Secret", "metadata": {"name": "a", "namespace": 5}},
            {"kind": "Secret", "metadata": {"name": "a", "uid": 5}},
            secret(type=7),
            secret(data={"a": "?"}),
            secret(data=[]),
            secret(stringData={"a": 7}),
            {"kind": ["Secret"], "metadata": {"name": "a"}},
            secret(apiVersion="example.com/v1"),
            secret(apiVersion=["v1"]),
            account(annotations={"a": 1}),
            account(annotations=[]),
            account(namespace=5),  # type: ignore[arg-type]
            account() | {"imagePullSecrets": ["a"]},
            account() | {"imagePullSecrets": [{"name": 5}]},
        ],
    )
    def test_what_could_not_be_decoded_is_passed_over(self, broken: dict[str, Any]) -> None:
        held = Holdings.of([broken, secret("b"), account("b")])
        assert (held.secrets, held.service_accounts) == ((secret("b"),), (account("b"),))

    @pytest.mark.parametrize("version", [{}, {"apiVersion": "v1"}, {"apiVersion": None}, {"apiVersion": ""}])
    def test_secrets_are_of_the_core_group(self, version: dict[str, Any]) -> None:
        assert is_core_object({"kind": "Secret", **version}, "Secret")
        assert not is_core_object({"kind": "Secret", **version}, "ServiceAccount")

    def test_secrets_by_name(self) -> None:
        elsewhere = {"kind": "Secret", "metadata": {"name": "a", "namespace": "prod"}}
        held = Holdings.of([secret("b"), secret("a"), elsewhere])
        assert held.secrets_named(["a", "c", "a"]) == [secret("a"), elsewhere]

    def test_it_is_a_value(self) -> None:
        node = NodeCredentials(DockerConfig({}))
        assert Holdings.of([secret()], node) == Holdings.of([secret()], node)
        assert hash(Holdings.of([secret()], node)) == hash(Holdings.of([], node))
        assert Holdings.of([secret()]) != Holdings.of([secret("b")])

    def test_secrets_stay_out_of_the_repr(self) -> None:
        held = Holdings.of([secret(stringData={"a": "hunter2"})])
        assert "hunter2" not in repr(held)
        assert "hunter2" not in repr(held.admit(pod(), "shop"))


class TestServiceAccounts:
    def test_a_pod_without_pull_secrets_gets_them(self) -> None:
        found = Holdings.of([account("a", "b")]).admit(pod(), "shop")
        assert (found.injected, found.kept_out, found.is_open) == (("a", "b"), (), False)
        assert found.pull_secrets == ("a", "b")

    def test_it_is_that_of_the_namespace(self) -> None:
        held = Holdings.of([account("a", namespace="prod"), account("b", name="robot")])
        assert held.admit(pod(), "shop") == AdmittedPod(pod() | {"metadata": {"name": "web", "namespace": "shop"}}, is_open=True)
        assert held.admit(pod(), "prod").injected == ("a",)
        assert held.admit(pod(serviceAccountName="robot"), "shop").injected == ("b",)

    def test_a_template_cannot_choose_its_namespace(self) -> None:
        template = pod() | {"metadata": {"namespace": "prod"}}
        assert Holdings.of([account("a")]).admit(template, "shop").injected == ("a",)

    def test_a_pod_with_others_gets_none(self) -> None:
        found = Holdings.of([account("a", "b")]).admit(pod("c"), "shop")
        assert (found.injected, found.kept_out, found.pull_secrets) == ((), ("a", "b"), ("c",))

    def test_what_the_pod_names_as_well_is_not_missed(self) -> None:
        held = Holdings.of([account("a", "b")])
        assert held.admit(pod("b"), "shop").kept_out == ("a",)
        assert held.admit(pod("b", "a"), "shop").kept_out == ()

    def test_one_that_has_none(self) -> None:
        found = Holdings.of([account()]).admit(pod(), "shop")
        assert (found.injected, found.is_open) == ((), False)

    def test_one_that_is_not_known(self) -> None:
        """It cannot add anything to a pod that has some."""
        assert Holdings().admit(pod(), "shop").is_open
        assert not Holdings().admit(pod("a"), "shop").is_open

    def test_one_that_refuses_the_pod(self) -> None:
        held = Holdings.of([account("a", annotations={"kubernetes.io/enforce-mountable-secrets": "true"})])
        assert held.admit(pod("b"), "shop").pull_secrets == ("b",)

    def test_a_pod_whose_account_only_lets_it_have_none_itself(self) -> None:
        """A mirror pod gets nothing and may name nothing."""
        mirror = pod("a") | {"metadata": {"annotations": {"kubernetes.io/config.mirror": ""}}}
        found = Holdings.of([account("b")]).admit(mirror, "shop")
        assert (found.injected, found.kept_out) == ((), ())

    @pytest.mark.parametrize(
        ("broken", "where"),
        [
            ({"metadata": []}, "metadata"),
            ({"metadata": {"namespace": 5}}, "metadata.namespace"),
            ({"spec": []}, "spec"),
            ({"spec": {"imagePullSecrets": ["a"]}}, "spec.imagePullSecrets[0]"),
            ({"spec": {"serviceAccountName": 5}}, "spec.serviceAccountName"),
        ],
    )
    def test_a_pod_that_cannot_be_decoded(self, broken: dict[str, Any], where: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            Holdings.of([account("a")]).admit(broken, "shop")
        assert caught.value.path == where

    def test_the_objects_do_not_change(self) -> None:
        given, held = pod("a"), account("b")
        Holdings.of([held]).admit(given, "shop")
        assert (given, held) == (pod("a"), account("b"))


def test_what_has_a_namespace_stays_there() -> None:
    assert placed(secret(), "other") == secret()

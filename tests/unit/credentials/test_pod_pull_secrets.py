"""Which secrets a pod pulls with, and what is said about those that are not there."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.pod_pull_secrets import MissingSecret, MissingSecretReason, PodPullSecrets, select_pull_secrets


def secret(name: str, namespace: str = "shop") -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": namespace}}


def pod(*names: str | None, namespace: str = "shop") -> dict[str, Any]:
    entries: list[dict[str, Any]] = [{} if name is None else {"name": name} for name in names]
    return {"metadata": {"name": "web", "namespace": namespace}, "spec": {"imagePullSecrets": entries}}


class TestWhichSecrets:
    def test_they_come_in_the_order_of_the_pod(self) -> None:
        a, b = secret("a"), secret("b")
        assert select_pull_secrets(pod("b", "a"), [a, b]).secrets == (b, a)

    def test_one_that_is_named_twice_comes_twice(self) -> None:
        a = secret("a")
        assert select_pull_secrets(pod("a", "a"), [a]).secrets == (a, a)

    def test_one_of_another_namespace_is_not_taken(self) -> None:
        found = select_pull_secrets(pod("a"), [secret("a", "prod"), secret("a", "default"), secret("b")])
        assert found.secrets == ()
        path = ROOT.child("spec", "imagePullSecrets").index(0)
        assert found.missing == (MissingSecret(path, "a", MissingSecretReason.OTHER_NAMESPACE, ("default", "prod")),)

    @pytest.mark.parametrize("name", ["", None])
    def test_an_empty_name_is_passed_over(self, name: str | None) -> None:
        [missing] = select_pull_secrets(pod(name), [secret("a")]).missing
        assert missing.reason is MissingSecretReason.EMPTY_NAME

    def test_one_that_is_not_there(self) -> None:
        [missing] = select_pull_secrets(pod("a", "b"), [secret("a")]).missing
        assert (str(missing.path), missing.name, missing.reason) == ("spec.imagePullSecrets[1]", "b", MissingSecretReason.NOT_FOUND)

    def test_what_names_no_namespace_is_in_the_given_one(self) -> None:
        unplaced = {"metadata": {"name": "a"}}
        unplaced_pod = {"spec": {"imagePullSecrets": [{"name": "a"}]}}
        assert select_pull_secrets(pod("a", namespace="default"), [unplaced]).secrets == (unplaced,)
        assert select_pull_secrets(unplaced_pod, [secret("a")], namespace="shop").secrets == (secret("a"),)
        assert select_pull_secrets(unplaced_pod, [secret("a")]).secrets == ()

    @pytest.mark.parametrize("given", [{}, {"spec": None}, {"spec": {"imagePullSecrets": None}}, {"metadata": None, "spec": {}}])
    def test_a_pod_that_names_none(self, given: dict[str, Any]) -> None:
        assert select_pull_secrets(given, [secret("a")]) == PodPullSecrets()

    @pytest.mark.parametrize(
        ("given", "secrets", "where"),
        [
            ({"spec": {"imagePullSecrets": ["a"]}}, [], "spec.template.spec.imagePullSecrets[0]"),
            ({"spec": {"imagePullSecrets": [{"name": 1}]}}, [], "spec.template.spec.imagePullSecrets[0].name"),
            ({"metadata": []}, [], "spec.template.metadata"),
            ({}, [{"metadata": {"name": 1}}], "metadata.name"),
        ],
    )
    def test_what_cannot_be_decoded(self, given: dict[str, Any], secrets: list[dict[str, Any]], where: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            select_pull_secrets(given, secrets, path=ROOT.child("spec", "template"))
        assert caught.value.path == where


class TestEvent:
    def test_it_names_those_that_cannot_be_fetched(self) -> None:
        found = select_pull_secrets(pod("a", "gone", "", "elsewhere"), [secret("a"), secret("elsewhere", "prod")])
        assert found.event_message() == (
            "Unable to retrieve some image pull secrets (gone, elsewhere); attempting to pull the image may not succeed."
        )

    def test_there_was_none_before(self) -> None:
        found = select_pull_secrets(pod("gone"), [])
        assert found.event_message(release=Release("1.28"))
        assert found.event_message(release=Release("1.27")) == ""

    @pytest.mark.parametrize("names", [("a",), ("",), ()])
    def test_there_is_none_where_nothing_is_missing(self, names: tuple[str, ...]) -> None:
        assert select_pull_secrets(pod(*names), [secret("a")]).event_message() == ""


def test_secrets_stay_out_of_the_repr() -> None:
    holder = secret("a") | {"data": {".dockerconfigjson": "hunter2"}}
    found = select_pull_secrets(pod("a"), [holder])
    assert "hunter2" not in repr(found)
    assert hash(found) == hash(select_pull_secrets(pod("a"), [holder]))

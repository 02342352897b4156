from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.cluster import Cluster
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.plan import ImagePlan, RefusedBy, RegistryReason, UnusedReason, plan_image
from kubecontainers.images.pull_policy import PullAction, PullPolicyReason
from kubecontainers.images.uses import image_uses


def planned(image: str, policy: str | None = None, cluster: Cluster | None = None) -> ImagePlan:
    [use] = image_uses({"spec": {"containers": [{"name": "app", "image": image, "imagePullPolicy": policy}]}})
    return plan_image(use, cluster=cluster)


def planned_volume(image: str, cluster: Cluster, policy: str | None = None) -> ImagePlan:
    [use] = image_uses({"spec": {"volumes": [{"name": "data", "image": {"reference": image, "pullPolicy": policy}}]}})
    return plan_image(use, cluster=cluster)


def test_read() -> None:
    plan = planned("nginx")
    assert plan.refused is None
    assert str(plan.reference) == "docker.io/library/nginx"
    assert plan.pull_spec == "nginx:latest"
    assert (plan.policy, plan.policy_reason) == ("Always", PullPolicyReason.NO_TAG)
    assert plan.if_present is not None
    assert plan.if_absent is not None
    assert (plan.if_present.action, plan.if_absent.action) == (PullAction.PULL, PullAction.PULL)
    assert plan.unused is None


def test_refused() -> None:
    plan = planned("UPPER")
    assert plan.reference is None
    assert plan.refused is not None
    assert plan.refused.text == "UPPER"
    assert (plan.pull_spec, plan.registry_reason, plan.if_present, plan.if_absent) == (None, None, None, None)
    assert (plan.policy, plan.policy_reason) == ("IfNotPresent", PullPolicyReason.UNREADABLE)


def test_given_policy() -> None:
    plan = planned("nginx", "Never")
    assert (plan.policy, plan.policy_reason) == ("Never", PullPolicyReason.GIVEN)
    assert plan.if_absent is not None
    assert plan.if_absent.action is PullAction.FAIL


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        ("nginx", RegistryReason.DEFAULT),
        ("library/nginx", RegistryReason.DEFAULT),
        ("shop/docker.io", RegistryReason.DEFAULT),
        ("docker.io", RegistryReason.DEFAULT),
        ("docker.io/nginx", RegistryReason.WRITTEN),
        ("index.docker.io/nginx", RegistryReason.WRITTEN),
        ("quay.io/nginx", RegistryReason.WRITTEN),
        ("localhost/nginx", RegistryReason.WRITTEN),
        ("reg_istry.k8s.io/x", RegistryReason.NONE),
    ],
)
def test_registry_reason(image: str, reason: RegistryReason) -> None:
    assert planned(image).registry_reason is reason


def test_the_server_defaults_and_the_kubelet_reads() -> None:
    cluster = Cluster(Release("1.29"), Release("1.28"))
    plan = planned("Foo/bar", cluster=cluster)
    assert (plan.policy, plan.policy_reason) == ("Always", PullPolicyReason.NO_TAG)
    assert plan.reference is None
    assert planned("Foo/bar", cluster=Cluster(Release("1.29"))).reference is not None


def test_image_volume() -> None:
    kept = planned_volume("data", Cluster(Release("1.35")))
    assert kept.unused is None
    assert (kept.policy, kept.policy_reason) == ("Always", PullPolicyReason.NO_TAG)
    dropped = planned_volume("data", Cluster(Release("1.34")))
    assert dropped.unused is UnusedReason.DROPPED
    assert planned_volume("data", Cluster(Release("1.30"))).unused is UnusedReason.UNKNOWN
    assert planned_volume("data", Cluster(Release("1.36"), Release("1.34"))).unused is UnusedReason.NODE
    assert (dropped.policy, dropped.policy_reason) == ("", PullPolicyReason.NOT_DEFAULTED)
    assert (dropped.if_present, dropped.if_absent) == (None, None)
    given = planned_volume("data", Cluster(Release("1.34")), "Never")
    assert (given.policy, given.policy_reason) == ("Never", PullPolicyReason.GIVEN)


def test_to_json() -> None:
    assert planned("nginx:1", "Never", Cluster(Release("1.31"))).to_json() == {
        "image": "nginx:1",
        "reference": {
            "registry": "docker.io",
            "repository": "library/nginx",
            "tag": "1",
            "digest": None,
            "familiar": "nginx:1",
        },
        "refused": None,
        "registryReason": "DEFAULT",
        "pullSpec": "nginx:1",
        "pullPolicy": "Never",
        "pullPolicyReason": "GIVEN",
        "unused": None,
        "refusedBy": None,
        "openToNode": True,
        "ifPresent": {"action": "USE", "reason": "PRESENT", "otherwise": None},
        "ifAbsent": {"action": "FAIL", "reason": "NEVER_AND_ABSENT", "otherwise": None},
    }
    refused: Any = planned("UPPER").to_json()
    assert "NameMustBeLowercase" in refused["refused"]
    assert refused["reference"] is refused["ifPresent"] is refused["registryReason"] is None
    assert json.loads(json.dumps(refused)) == refused


def test_value() -> None:
    assert planned("nginx") == planned("nginx")
    for image in ("nginx", "UPPER"):
        plan = planned(image)
        assert pickle.loads(pickle.dumps(plan)) == plan  # noqa: S301
        assert hash(plan) == hash(planned(image))


@pytest.mark.parametrize(
    ("image", "by"),
    [
        ("nginx", None),
        ("", RefusedBy.API_SERVER),
        (" nginx", RefusedBy.API_SERVER),
        ("nginx\n", RefusedBy.API_SERVER),
        ("A", RefusedBy.KUBELET),
    ],
)
def test_who_refuses(image: str, by: RefusedBy | None) -> None:
    assert planned(image).refused_by is by


def test_white_space_around_the_image_of_a_volume_passes_the_api_server() -> None:
    assert planned_volume(" ", Cluster(Release("1.36"))).refused_by is RefusedBy.KUBELET
    assert planned_volume("", Cluster(Release("1.36"))).refused_by is RefusedBy.API_SERVER


def test_a_node_that_has_an_image_may_be_open_to_all_its_pods() -> None:
    assert planned("nginx", "Always", Cluster(Release("1.34"))).open_to_node
    assert not planned("nginx", "Always", Cluster(Release("1.35"))).open_to_node

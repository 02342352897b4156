from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.cluster import Cluster
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.plan import RegistryReason, plan_image
from kubecontainers.images.pull_policy import default_pull_policies, pull_action
from kubecontainers.images.uses import image_uses
from kubecontainers.testing import strategies

texts = strategies.references() | strategies.nearly_valid_references()


@st.composite
def clusters(draw: st.DrawFn) -> Cluster:
    """Control planes with kubelets that are not newer."""
    found = [draw(strategies.releases(gates=True)), draw(strategies.releases(gates=True))]
    older, newer = sorted(found, key=lambda release: release.minor)
    return Cluster(newer, older)


class TestPlanIsItsRulesTogether:
    """What is planned for an image is what defaulting stores and the kubelet then does."""

    @given(strategies.pods(images=texts), clusters())
    def test_policy_is_the_stored_one(self, pod: dict[str, Any], cluster: Cluster) -> None:
        stored = default_pull_policies(pod, release=cluster.control_plane).object
        for before, after in zip(
            image_uses(pod, release=cluster.control_plane), image_uses(stored, release=cluster.control_plane), strict=True
        ):
            plan = plan_image(before, cluster=cluster)
            assert plan.policy == after.policy
            assert plan.unused is not None or before.enabled(cluster.control_plane)
            if plan.reference is not None:
                assert plan.if_present == pull_action(after.policy, present=True, release=cluster.node)
                assert plan.if_absent == pull_action(after.policy, present=False, release=cluster.node)

    @given(strategies.pods(images=texts), clusters())
    def test_refused_or_read(self, pod: dict[str, Any], cluster: Cluster) -> None:
        for use in image_uses(pod, release=cluster.control_plane):
            plan = plan_image(use, cluster=cluster)
            assert [plan.unused, plan.reference, plan.refused].count(None) == 2
            assert (plan.reference is None) == (plan.pull_spec is None)
            assert (plan.refused is None) == (plan.refused_by is None)
            assert (plan.reference is None) == (plan.registry_reason is None)
            if plan.reference is not None:
                assert (plan.reference.registry is None) == (plan.registry_reason is RegistryReason.NONE)
                if plan.registry_reason is RegistryReason.DEFAULT:
                    assert plan.reference.registry == "docker.io"
            assert json.loads(json.dumps(plan.to_json())) == plan.to_json()

    @given(strategies.pods())
    def test_default_cluster(self, pod: dict[str, Any]) -> None:
        for use in image_uses(pod):
            assert plan_image(use) == plan_image(use, cluster=Cluster(Release("1.36")))

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.objects import containers
from kubecontainers.apimachinery.release import Release
from kubecontainers.lifecycle.grace import PROBE_GRACE, BaseGrace, GraceSource, KillReason, base_grace, pod_grace
from kubecontainers.testing import strategies

JSON = dict[str, Any]

releases = strategies.releases(gates=True)
pods = strategies.stopping_pods(ephemeral_containers=True)
reasons = st.sampled_from(KillReason)
PROBES = {KillReason.LIVENESS_PROBE: "livenessProbe", KillReason.STARTUP_PROBE: "startupProbe"}


class TestWhichField:
    """A deletion's grace period comes before all others; only the probe that failed can change the pod's own."""

    @given(pods, reasons, st.booleans(), releases)
    def test_order(self, pod: JSON, reason: KillReason, as_given: bool, release: Release) -> None:
        deletion = pod["metadata"].get("deletionGracePeriodSeconds")
        for one in containers(pod):
            base = base_grace(pod, one, reason=reason, as_given=as_given, release=release)
            probe = one.container.get(PROBES.get(reason, ""))
            if deletion is not None:
                assert base == BaseGrace(deletion, GraceSource.DELETION)
            elif as_given and "terminationGracePeriodSeconds" not in pod["spec"]:
                assert base == BaseGrace(2, GraceSource.MINIMUM)
            elif isinstance(probe, dict) and PROBE_GRACE in release:
                assert base.seconds == probe["terminationGracePeriodSeconds"]
                assert base.source in {GraceSource.LIVENESS_PROBE, GraceSource.STARTUP_PROBE}
            else:
                assert base.seconds == (pod["spec"]["terminationGracePeriodSeconds"] if as_given else pod_grace(pod).seconds)

    @given(pods, reasons, releases)
    def test_as_stored(self, pod: JSON, reason: KillReason, release: Release) -> None:
        """It makes no difference whether a pod that the API server stores is taken as given."""
        stored = {**pod, "spec": {**pod["spec"], "terminationGracePeriodSeconds": pod_grace(pod).seconds}}
        for one in containers(stored):
            found, given_too, unstored = (
                base_grace(asked, one, reason=reason, as_given=as_given, release=release)
                for asked, as_given in ((stored, False), (stored, True), (pod, False))
            )
            assert found == given_too
            assert found.seconds == unstored.seconds


class TestAnyObject:
    """Whatever JSON comes in, there is an answer or an error of the family."""

    @given(strategies.json_objects() | strategies.damaged(pods), reasons, st.booleans(), releases)
    def test_total(self, pod: JSON, reason: KillReason, as_given: bool, release: Release) -> None:
        try:
            for one in containers(pod):
                assert isinstance(base_grace(pod, one, reason=reason, as_given=as_given, release=release), BaseGrace)
        except KubeContainersError as error:
            assert str(error)  # noqa: PT017

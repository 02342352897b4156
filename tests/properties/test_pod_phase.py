from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.objects import is_list
from kubecontainers.apimachinery.release import Release, releases
from kubecontainers.lifecycle.phase import Phase, PhaseReason, pod_phase
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]

any_release = strategies.releases(gates=True)
pods = strategies.status_pods()
flags = st.booleans()

POLICIES = ("Always", "OnFailure", "Never")
WAITING: JSON = {"waiting": {}}
STATUSES: tuple[tuple[JSON, JSON], ...] = (
    ({}, {}),
    ({"running": {}}, {}),
    ({"terminated": {"exitCode": 0}}, {}),
    ({"terminated": {"exitCode": 1}}, {}),
    (WAITING, {}),
    (WAITING, {"terminated": {"exitCode": 0}}),
    (WAITING, {"terminated": {"exitCode": 1}}),
)


def status(name: str, state: JSON, last: JSON) -> JSON:
    return {"name": name, "state": state, "lastState": last}


class TestEveryPodHasAPhase:
    """Whatever its containers do, one rule decides, and each app container is counted once."""

    @pytest.mark.parametrize("release", releases(), ids=str)
    def test_two_containers_beside_an_init_container(self, release: Release) -> None:
        seen: Counter[Phase] = Counter()
        for policy, init, first, second in itertools.product(POLICIES, STATUSES, STATUSES, STATUSES):
            pod = {
                "spec": {"restartPolicy": policy, "initContainers": [{"name": "i"}], "containers": [{"name": "a"}, {"name": "b"}]},
                "status": {
                    "initContainerStatuses": [status("i", *init)],
                    "containerStatuses": [status("a", *first), status("b", *second)],
                },
            }
            found = pod_phase(pod, initialized=False, release=release)
            counts = found.counts
            assert counts.running + counts.waiting + counts.stopped + counts.unknown == 2
            seen[found.phase] += 1
        assert set(seen) == set(Phase)

    @given(pods, flags, flags, any_release)
    def test_reasons_go_with_their_phases(self, pod: JSON, initialized: bool, terminal: bool, release: Release) -> None:
        found = pod_phase(read_only(pod), initialized=initialized, terminal=terminal, release=release)
        expected = {
            PhaseReason.INIT_FAILED: Phase.FAILED,
            PhaseReason.CONTAINERS_RUN: Phase.RUNNING,
            PhaseReason.RESTARTING: Phase.RUNNING,
            PhaseReason.ENDED_WELL: Phase.SUCCEEDED,
            PhaseReason.ALL_SUCCEEDED: Phase.SUCCEEDED,
            PhaseReason.ENDED_BADLY: Phase.FAILED,
            PhaseReason.SOME_FAILED: Phase.FAILED,
        }
        assert found.phase is expected.get(found.reason, Phase.PENDING)

    @given(pods, flags, any_release)
    def test_the_order_of_containers_does_not_matter(self, pod: JSON, initialized: bool, release: Release) -> None:
        turned: JSON = {"metadata": pod["metadata"], "spec": backwards(pod["spec"]), "status": backwards(pod["status"])}
        assert pod_phase(turned, initialized=initialized, release=release) == pod_phase(pod, initialized=initialized, release=release)


class TestFinishedPods:
    """A pod all of whose containers have ended for good has a phase that nothing changes any more."""

    @given(st.lists(st.sampled_from([0, 0, 1, 137]), min_size=1, max_size=4), st.sampled_from(POLICIES), flags, any_release)
    def test_terminal(self, codes: list[int], policy: str, initialized: bool, release: Release) -> None:
        pod = finished(codes, policy)
        found = pod_phase(pod, initialized=initialized, terminal=True, release=release).phase
        assert found is (Phase.FAILED if any(codes) else Phase.SUCCEEDED)
        assert found.is_terminal

    @given(st.lists(st.sampled_from([0, 0, 1, 137]), min_size=1, max_size=4), flags, flags, any_release)
    def test_never_restarted(self, codes: list[int], initialized: bool, terminal: bool, release: Release) -> None:
        found = pod_phase(finished(codes, "Never"), initialized=initialized, terminal=terminal, release=release)
        assert found.phase is (Phase.FAILED if any(codes) else Phase.SUCCEEDED)

    @given(st.lists(st.sampled_from([0, 1]), min_size=1, max_size=4), st.sampled_from(POLICIES), any_release)
    def test_static_pods_do_not_end(self, codes: list[int], policy: str, release: Release) -> None:
        pod = finished(codes, policy) | {"metadata": {"annotations": {"kubernetes.io/config.source": "file"}}}
        ended, going_on = (pod_phase(pod, initialized=True, terminal=terminal, release=release) for terminal in (True, False))
        assert ended == going_on


def backwards(obj: JSON) -> JSON:
    lists: JSON = {key: list(reversed(value)) for key, value in obj.items() if is_list(value)}
    return obj | lists


def finished(codes: list[int], policy: str) -> JSON:
    names = [f"c{position}" for position in range(len(codes))]
    return {
        "spec": {"restartPolicy": policy, "containers": [{"name": name} for name in names]},
        "status": {
            "containerStatuses": [status(name, {"terminated": {"exitCode": code}}, {}) for name, code in zip(names, codes, strict=True)]
        },
    }

# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.objects import ContainerKind, containers
from kubecontainers.apimachinery.release import Release
from kubecontainers.lifecycle.container_state import ContainerStatus, Terminated, Waiting, state_from_json, state_to_json
from kubecontainers.lifecycle.phase import pod_phase
from kubecontainers.lifecycle.reason_cache import ReasonCache, StartFailure, StartResult
from kubecontainers.lifecycle.runtime_status import RuntimeContainer, RuntimeState, newest_by_name
from kubecontainers.lifecycle.statuses import PodContainerStatuses, container_statuses, is_initialized, pod_status
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]

pods = strategies.status_pods()
runtimes = strategies.runtime_containers()
any_release = strategies.releases(gates=True)
failures = st.sampled_from([None, StartFailure("ErrImagePull", "not found"), StartFailure("CrashLoopBackOff")])
caches = st.dictionaries(st.sampled_from(["setup", "proxy", "web", "job", "debug"]), failures).map(
    lambda found: ReasonCache().update(StartResult(name, failure) for name, failure in found.items())
)


def told(status: ContainerStatus) -> tuple[object, ...]:
    return status.name, status.state, status.last_state, status.restart_count


class TestStatesRoundTrip:
    """A status read from JSON and written again is the same, as far as it is kept."""

    @given(strategies.container_states())
    def test_states(self, obj: JSON) -> None:
        assert state_to_json(state_from_json(obj)) == obj

    @given(strategies.container_statuses())
    def test_statuses(self, obj: JSON) -> None:
        status = ContainerStatus.from_json(obj)
        assert ContainerStatus.from_json(status.to_json()) == status
        assert status.to_json() == obj

    @given(pods)
    def test_lists(self, pod: JSON) -> None:
        statuses = PodContainerStatuses.from_json(pod)
        assert PodContainerStatuses.from_json({"status": statuses.to_json()}) == statuses


class TestStatuses:
    """Every container has one status, whatever the runtime and the status before say."""

    @given(pods, runtimes, caches, any_release)
    def test_one_each(self, pod: JSON, runtime: tuple[RuntimeContainer, ...], cache: ReasonCache, release: Release) -> None:
        made = container_statuses(read_only(pod), runtime, cache, release=release)
        names: dict[ContainerKind, list[str]] = {kind: [] for kind in ContainerKind}
        for found in containers(pod):
            names[found.kind].append(found.name)
        assert [status.name for status in made.init] == names[ContainerKind.INIT]
        assert [status.name for status in made.app] == sorted(names[ContainerKind.APP])
        assert [status.name for status in made.ephemeral] == sorted(names[ContainerKind.EPHEMERAL])

    @given(pods, runtimes, caches, any_release)
    def test_again_is_the_same(self, pod: JSON, runtime: tuple[RuntimeContainer, ...], cache: ReasonCache, release: Release) -> None:
        """Only of what nobody knows can the second answer differ; ``started`` is the probes' matter."""
        sure = tuple(instance for instance in runtime if instance.state is not RuntimeState.UNKNOWN)
        once = container_statuses(pod, sure, cache, release=release)
        again = container_statuses(pod, sure, cache, previous=once, release=release)
        assert list(map(told, (*again.init, *again.app, *again.ephemeral))) == list(map(told, (*once.init, *once.app, *once.ephemeral)))

    @given(pods, runtimes, caches, any_release)
    def test_the_phase_is_that_of_the_statuses(
        self, pod: JSON, runtime: tuple[RuntimeContainer, ...], cache: ReasonCache, release: Release
    ) -> None:
        found = pod_status(pod, runtime, cache, release=release)
        written = pod | {"status": found.containers.to_json()}
        assert pod_phase(written, initialized=is_initialized(pod, runtime), release=release) == found.phase

    @given(pods, runtimes, any_release)
    def test_failures_are_seen_of_what_is_started_again(self, pod: JSON, runtime: tuple[RuntimeContainer, ...], release: Release) -> None:
        failed = ReasonCache().update(StartResult(found.name, StartFailure("Failed")) for found in containers(pod))
        plain, shown = (container_statuses(pod, runtime, cache, release=release) for cache in (ReasonCache(), failed))
        newest = newest_by_name(runtime)
        for before, after in zip((*plain.init, *plain.app), (*shown.init, *shown.app), strict=True):
            instance = newest.get(before.name)
            running = instance is not None and instance.state is RuntimeState.RUNNING
            if running or "deletionTimestamp" in pod["metadata"]:
                assert after == before
            elif after != before:
                assert after.state == Waiting("Failed")
                kept = before.state if isinstance(before.state, Terminated) else before.last_state
                assert after == attrs.evolve(before, state=after.state, last_state=kept)

    @given(pods, runtimes)
    def test_restart_counts_never_fall(self, pod: JSON, runtime: tuple[RuntimeContainer, ...]) -> None:
        old = {status.name: status.restart_count for status in PodContainerStatuses.from_json(pod).app}
        made = container_statuses(pod, runtime, release=Release("1.36"))
        assert all(status.restart_count >= old.get(status.name, 0) for status in made.app)


class TestAnyJSON:
    """Whatever JSON is given as a pod, there is an answer or an error of the family, and both happen."""

    ASKED: tuple[Callable[[JSON], object], ...] = (
        PodContainerStatuses.from_json,
        ContainerStatus.from_json,
        state_from_json,
        lambda obj: pod_phase(obj, initialized=True),
        lambda obj: pod_status(obj, [RuntimeContainer("web", RuntimeState.EXITED)]),
    )

    @pytest.mark.parametrize("ask", ASKED)
    @given(obj=strategies.json_objects() | strategies.damaged(pods) | strategies.damaged(strategies.container_statuses()))
    def test_total(self, ask: Callable[[JSON], object], obj: JSON) -> None:
        try:
            hash(ask(obj))
        except KubeContainersError as error:
            assert str(error)

    def test_both_sides_are_seen(self) -> None:
        answers: list[bool] = []

        @settings(max_examples=300, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(strategies.damaged(strategies.container_statuses()))
        def see(obj: JSON) -> None:
            try:
                ContainerStatus.from_json(obj)
            except KubeContainersError:
                answers.append(False)
            else:
                answers.append(True)

        see()
        assert min(answers.count(True), answers.count(False)) >= len(answers) / 5

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.objects import ContainerKind, JSONObject, containers
from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.release import releases as all_releases
from kubecontainers.lifecycle.pod_actions import PodActions, pod_actions
from kubecontainers.lifecycle.restart import should_be_restarted
from kubecontainers.lifecycle.runtime_status import (
    PodSandbox,
    ProbeResult,
    RuntimeContainer,
    RuntimeState,
    SandboxState,
    newest_by_name,
)
from kubecontainers.lifecycle.sidecars import is_sidecar
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]
Synced = tuple[JSON, tuple[RuntimeContainer, ...], PodSandbox]

READY = PodSandbox(SandboxState.READY)

releases = strategies.releases(gates=True)
synced = strategies.synced_pods()
ready = strategies.synced_pods(sandboxes=st.just(READY))
plain_pods = strategies.restart_pods(init_containers=False)


def names(pod: JSON, kind: ContainerKind) -> list[str]:
    return [found.name for found in containers(pod) if found.kind is kind]


def sidecars(pod: JSON, release: Release) -> set[str]:
    return {found.name for found in containers(pod) if is_sidecar(found, release=release)}


class TestWhole:
    """What is decided holds together."""

    @given(synced, releases)
    def test_starts_name_containers_in_order(self, given_: Synced, release: Release) -> None:
        pod, statuses, sandbox = given_
        actions = pod_actions(pod, statuses, sandbox, release=release)
        lists = {
            ContainerKind.INIT: actions.init_containers_to_start,
            ContainerKind.APP: actions.containers_to_start,
            ContainerKind.EPHEMERAL: actions.ephemeral_containers_to_start,
        }
        for kind, starts in lists.items():
            indexes = [start.index for start in starts]
            assert indexes == sorted(set(indexes))
            assert [names(pod, kind)[index] for index in indexes] == [start.name for start in starts]

    @given(synced, releases)
    def test_nothing_is_started_and_kept(self, given_: Synced, release: Release) -> None:
        pod, statuses, sandbox = given_
        actions = pod_actions(pod, statuses, sandbox, release=release)
        killed = {kill.instance.id for kill in actions.containers_to_kill}
        newest = newest_by_name(statuses)
        for start in (*actions.init_containers_to_start, *actions.containers_to_start, *actions.ephemeral_containers_to_start):
            instance = newest.get(start.name)
            if instance is not None and instance.state in {RuntimeState.RUNNING, RuntimeState.UNKNOWN}:
                assert actions.kill_pod or instance.id in killed

    @given(synced, releases)
    def test_only_the_newest_are_killed_and_only_while_they_may_run(self, given_: Synced, release: Release) -> None:
        pod, statuses, sandbox = given_
        newest = newest_by_name(statuses)
        for kill in pod_actions(pod, statuses, sandbox, release=release).containers_to_kill:
            assert newest[kill.name] is kill.instance
            assert kill.instance.state in {RuntimeState.RUNNING, RuntimeState.UNKNOWN}
            assert kill.reason is kill.cause.kill_reason

    @given(synced, releases)
    def test_the_sandbox(self, given_: Synced, release: Release) -> None:
        pod, statuses, sandbox = given_
        actions = pod_actions(pod, statuses, sandbox, release=release)
        if sandbox.state is SandboxState.READY:
            assert not actions.create_sandbox
            assert actions.attempt == sandbox.attempt
        else:
            assert actions.kill_pod
            assert not actions.ephemeral_containers_to_start
            assert not actions.containers_to_kill
        if actions.kill_pod and not actions.create_sandbox:
            assert actions.init_containers_to_start == actions.containers_to_start == ()


class TestInitialisation:
    """App containers start once the init containers are done; from then on only sidecars come back."""

    @given(ready, releases)
    def test_one_or_the_other(self, given_: Synced, release: Release) -> None:
        pod, statuses, sandbox = given_
        actions = pod_actions(pod, statuses, sandbox, release=release)
        if actions.containers_to_start:
            assert {start.name for start in actions.init_containers_to_start} <= sidecars(pod, release)

    @given(strategies.restart_pods(), releases)
    def test_nothing_starts_while_a_plain_init_container_runs(self, pod: JSON, release: Release) -> None:
        inits, side = names(pod, ContainerKind.INIT), sidecars(pod, release)
        for position, name in enumerate(inits):
            if name not in side:
                done = [RuntimeContainer(before, RuntimeState.EXITED) for before in inits[:position]]
                actions = pod_actions(pod, [RuntimeContainer(name, RuntimeState.RUNNING), *done], READY, release=release)
                assert {start.name for start in actions.init_containers_to_start} == side & set(inits[:position])
                assert (actions.containers_to_start, actions.containers_to_kill, actions.kill_pod) == ((), (), False)


class TestAppContainers:
    """What is not running starts exactly if its policies and rules say so; nothing but what is killed in the same sync when deleted."""

    @given(strategies.synced_pods(pods=plain_pods, sandboxes=st.just(READY)), releases)
    def test_by_should_be_restarted(self, given_: Synced, release: Release) -> None:
        pod, statuses, sandbox = given_
        newest = newest_by_name(statuses)
        started = {start.name for start in pod_actions(pod, statuses, sandbox, release=release).containers_to_start}
        for found in containers(pod):
            instance = newest.get(found.name)
            if found.kind is ContainerKind.APP and (instance is None or instance.state is not RuntimeState.RUNNING):
                assert (found.name in started) is should_be_restarted(pod, found, instance, release=release).restart

    @given(ready, releases)
    def test_deleted(self, given_: Synced, release: Release) -> None:
        pod, statuses, sandbox = given_
        deleted = {**pod, "metadata": {**pod["metadata"], "deletionTimestamp": "2026-03-01T12:00:00Z"}}
        actions = pod_actions(deleted, statuses, sandbox, release=release)
        assert {start.name for start in actions.containers_to_start} <= {kill.name for kill in actions.containers_to_kill}

    @given(strategies.synced_pods(pods=plain_pods, sandboxes=st.just(READY)))
    def test_simple_pods_are_the_same_in_every_release(self, given_: Synced) -> None:
        pod, statuses, sandbox = given_
        own = {"restartPolicy", "restartPolicyRules"}
        apps = [{key: value for key, value in app.items() if key not in own} for app in pod["spec"]["containers"]]
        simple = {**pod, "spec": {**pod["spec"], "containers": apps}}
        assert len({pod_actions(simple, statuses, sandbox, release=release) for release in all_releases()}) == 1


def sound(name: str) -> RuntimeContainer:
    return RuntimeContainer(name, RuntimeState.RUNNING, liveness=ProbeResult.SUCCESS, startup=ProbeResult.SUCCESS)


def healthy(pod: JSON, actions: PodActions, known: tuple[RuntimeContainer, ...], release: Release) -> tuple[RuntimeContainer, ...]:
    """What the runtime reports after a sync in which all went well: init containers end, and all others run, soon and soundly."""
    side = sidecars(pod, release)
    made = [
        sound(start.name) if start.name in side else RuntimeContainer(start.name, RuntimeState.EXITED)
        for start in actions.init_containers_to_start
    ]
    made += [sound(start.name) for start in actions.containers_to_start]
    replaced = {instance.name for instance in made}
    return (*made, *(instance for instance in known if instance.name not in replaced))


class TestComingUp:
    """A pod that always restarts comes up from nothing in as many syncs as it has init containers, and one more; then all is kept."""

    @given(strategies.restart_pods(deleted=False), releases)
    def test_from_nothing(self, pod: JSON, release: Release) -> None:
        pod = {**pod, "spec": {**pod["spec"], "restartPolicy": "Always", "ephemeralContainers": []}}
        known: tuple[RuntimeContainer, ...] = ()
        inits = names(pod, ContainerKind.INIT)
        for _ in range(len(inits) + 1):
            actions = pod_actions(pod, known, READY, release=release)
            assert not actions.kill_pod
            known = healthy(pod, actions, known, release)
        assert {instance.name for instance in known} == {*inits, *names(pod, ContainerKind.APP)}
        assert pod_actions(pod, known, READY, release=release) == PodActions()


class TestTotal:
    """Whatever JSON a pod is, there is a decision, or an error of this library; what comes in stays as it is."""

    @given(strategies.damaged(strategies.restart_pods()) | strategies.json_objects(), synced, releases)
    def test_any_json(self, pod: JSONObject, given_: Synced, release: Release) -> None:
        _, statuses, sandbox = given_
        with suppress(KubeContainersError):
            pod_actions(read_only(pod), statuses, sandbox, release=release)

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject, NotFound
from kubecontainers.apimachinery.events import EventType
from kubecontainers.runtimeclass.class_source import LookupFailure, RuntimeClasses, RuntimeClassLookupFailed
from kubecontainers.runtimeclass.cluster_handlers import node_handlers
from kubecontainers.runtimeclass.handler_lookup import (
    RuntimeHandler,
    RuntimeHandlerReason,
    SandboxFailure,
    SandboxFailureReason,
    lookup_runtime_handler,
    sandbox_failure,
)

Why = RuntimeHandlerReason

KATA = {"metadata": {"name": "kata"}, "handler": "kata-qemu"}
BROKEN = RuntimeClasses(cache_failure=LookupFailure.UNTYPED)


class TestLookup:
    @pytest.mark.parametrize(("name", "reason"), [(None, Why.NO_CLASS), ("", Why.EMPTY_NAME)])
    def test_the_default(self, name: str | None, reason: RuntimeHandlerReason) -> None:
        assert lookup_runtime_handler(name, BROKEN) == RuntimeHandler("", reason)

    def test_of_the_class(self) -> None:
        assert lookup_runtime_handler("kata", [KATA]) == RuntimeHandler("kata-qemu", Why.OF_CLASS)
        assert lookup_runtime_handler("kata", [{"metadata": {"name": "kata"}}]) == RuntimeHandler("", Why.OF_CLASS)

    @pytest.mark.parametrize("name", ["gvisor", "KATA", "kata ", "..", "a/b"])
    def test_no_such_class(self, name: str) -> None:
        with pytest.raises(NotFound) as caught:
            lookup_runtime_handler(name, [KATA])
        assert (caught.value.what, caught.value.name) == ("RuntimeClass", name)

    def test_the_server_is_not_asked(self) -> None:
        with pytest.raises(NotFound):
            lookup_runtime_handler("kata", RuntimeClasses.of(live=[KATA]))

    def test_a_failed_look_up(self) -> None:
        with pytest.raises(RuntimeClassLookupFailed):
            lookup_runtime_handler("kata", BROKEN)


class TestSandbox:
    @pytest.mark.parametrize("offered", [None, {"kata-qemu": 1}, ["runc", "kata-qemu"], {"kata-qemu"}])
    def test_it_is_created(self, offered: Any) -> None:
        assert sandbox_failure({"spec": {"runtimeClassName": "kata"}}, [KATA], offered=offered) is None

    @pytest.mark.parametrize("pod", [{}, {"spec": None}, {"spec": {"runtimeClassName": ""}}])
    def test_with_the_default(self, pod: Any) -> None:
        assert sandbox_failure(pod, BROKEN) is None
        assert sandbox_failure(pod, BROKEN, offered=["runc"]) is None

    def test_without_any_handler(self) -> None:
        """As where the plugin CRI is disabled."""
        failure = sandbox_failure({}, [], offered=[])
        assert failure is not None
        assert (failure.reason, failure.handler) == (SandboxFailureReason.HANDLER_NOT_OFFERED, "")

    def test_of_a_node_that_reports_nothing_no_failure_is_known(self) -> None:
        node = {"metadata": {"name": "a"}, "status": {}}
        assert node_handlers(node).offered is None
        assert node_handlers({**node, "status": {"runtimeHandlers": [{"name": ""}]}}).offered == frozenset({""})

    def test_no_such_class(self) -> None:
        message = 'Failed to create pod sandbox: runtimeclass.node.k8s.io "gvisor" not found'
        failure = sandbox_failure({"spec": {"runtimeClassName": "gvisor"}}, [KATA], offered=["gvisor"])
        assert failure is not None
        assert failure == SandboxFailure(SandboxFailureReason.CLASS_NOT_FOUND, "", message, "ContainerCreating")
        assert (failure.event_type, failure.event_reason, failure.phase) == (EventType.WARNING, "FailedCreatePodSandBox", "Pending")
        assert failure.retry_seconds == (10, 15)

    @pytest.mark.parametrize("offered", [[], ["runc", ""]])
    def test_no_such_handler(self, offered: list[str]) -> None:
        pod = {"spec": {"runtimeClassName": "kata", "initContainers": [{"name": "setup"}]}}
        failure = sandbox_failure(pod, [KATA], offered=offered)
        assert failure == SandboxFailure(
            SandboxFailureReason.HANDLER_NOT_OFFERED, "kata-qemu", "Failed to create pod sandbox", "PodInitializing"
        )

    @pytest.mark.parametrize(("failure", "said"), [(LookupFailure.UNTYPED, "500"), (LookupFailure.TIMEOUT, "Timeout")])
    def test_a_failed_look_up(self, failure: LookupFailure, said: str) -> None:
        found = sandbox_failure({"spec": {"runtimeClassName": "kata"}}, RuntimeClasses(cache_failure=failure))
        assert found is not None
        assert found.reason is SandboxFailureReason.LOOKUP_FAILED
        assert found.message == f"Failed to create pod sandbox: failed to lookup RuntimeClass kata: {said}"

    @pytest.mark.parametrize("pod", [[], {"spec": {"runtimeClassName": 7}}, {"spec": {"initContainers": {}}}])
    def test_malformed(self, pod: Any) -> None:
        with pytest.raises(MalformedObject):
            sandbox_failure(pod, [KATA])

"""Scripts from JSON and back."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.cluster import KubeletConfig
from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.golang.duration import Duration
from kubecontainers.runtimeclass.runtime_class import RuntimeClass
from kubecontainers.simulation.container_script import ContainerScript, HookStep, Run, Step
from kubecontainers.simulation.existing import ExistingBackOff, ExistingContainer, ExistingSandbox
from kubecontainers.simulation.script import ImageScript, KubeletRestart, PodScript, Retry, Script

FULL: dict[str, Any] = {
    "images": {"app:1": {"present": True, "inspectError": "raw:no", "uid": 0, "username": "www", "sizeBytes": 5, "pulls": [{"ms": 5}]}},
    "behaviour": {
        "app": {
            "options": [{"error": "no"}],
            "preCreate": [{}],
            "preStart": [{}],
            "create": [{"ms": 1}],
            "start": [{"ms": 2, "error": "raw:no"}],
            "postStart": [{"ms": 3, "exitCode": 1, "output": "x"}],
            "preStop": [{"error": "no"}],
            "runs": [{"runMs": 0, "exitCode": 1, "reason": "OOMKilled"}, {"exitCode": 0}],
            "stopMs": -1,
            "stopExitCode": 143,
            "stopError": ["stuck"],
            "startupMs": 7,
        }
    },
    "sandboxRuns": [{"ms": 1}],
    "sandboxes": [{"state": "notReady", "attempt": 3}],
    "containers": [
        {
            "name": "app",
            "attempt": 2,
            "state": "exited",
            "exitCode": 1,
            "reason": "Error",
            "createdAgoMs": 9,
            "finishedAgoMs": 8,
            "changed": True,
            "liveness": "Success",
            "startup": "Failure",
        }
    ],
    "backOff": [{"container": "app", "count": 2, "agoMs": 4}, {"image": "app:1", "count": 1, "agoMs": 0}],
    "createAtMs": 1,
    "deleteAtMs": 2,
    "deleteGraceSeconds": 3,
    "relistMs": 4,
    "retry": "exact",
    "retryKill": True,
    "maxSyncs": 5,
    "podIP": "10.1.2.3",
    "kubelet": {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", "serializeImagePulls": False},
    "handlers": ["runc"],
    "runtimeClasses": [{"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "gvisor"}, "handler": "runsc"}],
    "kubeletRestarts": [{"atMs": 6, "ms": 7}],
}


def test_every_member_is_read() -> None:
    script = Script.from_json(FULL)
    assert script.images["app:1"] == ImageScript(
        present=True, inspect_error="raw:no", uid=0, username="www", size_bytes=5, pulls=(Step(Duration(5_000_000)),)
    )
    assert script.default == PodScript(
        behaviour=script.default.behaviour,
        sandbox_runs=(Step(Duration(1_000_000)),),
        sandboxes=(ExistingSandbox.from_json({"state": "notReady", "attempt": 3}),),
        containers=(ExistingContainer.from_json(FULL["containers"][0]),),
        back_offs=(ExistingBackOff(container="app", count=2, ago=Duration(4_000_000)), ExistingBackOff(image="app:1")),
        create_at=Duration(1_000_000),
        delete_at=Duration(2_000_000),
        delete_grace_seconds=3,
        relist=Duration(4_000_000),
        retry=Retry.EXACT,
        retry_kill=True,
        max_syncs=5,
        address="10.1.2.3",
    )
    app = script.default.behaviour["app"]
    assert app.post_start == (HookStep(Duration(3_000_000), 1, "x"),)
    assert app.pre_stop[0].fails
    assert app.runs == (Run(Duration(), 1, "OOMKilled"), Run())
    assert (app.stop, app.stop_exit_code, app.stop_errors, app.startup) == (None, 143, ("stuck",), Duration(7_000_000))
    assert script.kubelet == KubeletConfig(serialize_image_pulls=False)
    assert (script.handlers, script.restarts) == (("runc",), (KubeletRestart(Duration(6_000_000), Duration(7_000_000)),))
    assert script.runtime_classes == (RuntimeClass("gvisor", "runsc"),)


def test_there_and_back() -> None:
    script = Script.from_json(FULL)
    shown = json.loads(json.dumps(script.to_json()))
    assert shown == FULL
    assert Script.from_json(shown) == script == pickle.loads(pickle.dumps(script))  # noqa: S301


def test_nothing_said_goes_well() -> None:
    assert Script.from_json({}) == Script()
    assert Script.from_json({"behaviour": {"app": {}}}).default.behaviour["app"] == ContainerScript()
    assert (ContainerScript().stop, ContainerScript().startup) == (Duration(), Duration())


def test_one_text_is_one_error() -> None:
    assert ContainerScript.from_json({"stopError": "stuck"}).stop_errors == ("stuck",)
    assert ContainerScript.from_json({"stopError": ""}).stop_errors == ()


def test_less_than_nothing() -> None:
    """For ever, where something may never come; nothing, where it only takes time."""
    never = ContainerScript.from_json({"stopMs": -5, "startupMs": -1})
    assert (never.stop, never.startup) == (None, None)
    assert ContainerScript.from_json(never.to_json()) == never
    assert Run.from_json({"runMs": -1}).run is None
    assert Step.from_json({"ms": -5}).took == Duration()


class TestPods:
    def test_a_pods_own_entry_comes_in_place_of_the_top(self) -> None:
        script = Script.from_json({"relistMs": 5, "deleteAtMs": 9, "pods": {"a": {"relistMs": 7, "deleteAtMs": None}}})
        assert script.of_pod("shop", "b") == PodScript(relist=Duration(5_000_000), delete_at=Duration(9_000_000))
        assert script.of_pod("shop", "a") == PodScript(relist=Duration(7_000_000))

    def test_the_full_name_comes_first(self) -> None:
        script = Script.from_json({"pods": {"shop/a": {"maxSyncs": 1}, "a": {"maxSyncs": 2}}})
        assert (script.of_pod("shop", "a").max_syncs, script.of_pod("db", "a").max_syncs) == (1, 2)

    def test_what_the_top_says_and_a_pod_does_not_is_kept_apart(self) -> None:
        script = Script.from_json({"retryKill": True, "pods": {"a": {"retryKill": False}}})
        assert Script.from_json(script.to_json()) == script


@pytest.mark.parametrize(
    ("script", "path"),
    [
        ({"retry": "often"}, "retry"),
        ({"images": {"app:1": 5}}, "images[app:1]"),
        ({"behaviour": {"app": {"runs": [{"exitCode": "1"}]}}}, "behaviour[app].runs[0].exitCode"),
        ({"pods": {"a": {"sandboxRuns": [5]}}}, "pods[a].sandboxRuns[0]"),
        ({"containers": [{"state": "dead"}]}, "containers[0].state"),
        ({"containers": [{"liveness": "Fine"}]}, "containers[0].liveness"),
        ({"kubeletRestarts": [{"atMs": 1.5}]}, "kubeletRestarts[0].atMs"),
        ({"pods": {"a": 5}}, "pods[a]"),
    ],
)
def test_what_is_none(script: dict[str, Any], path: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        Script.from_json(script)
    assert caught.value.path == path

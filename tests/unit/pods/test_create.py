from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject, ValidationFailed
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.defaults import EnvironmentDefaultReason
from kubecontainers.images.drop import ImageVolumeDropReason
from kubecontainers.images.pull_policy import PullPolicyReason
from kubecontainers.images.validation import ImageFieldRule
from kubecontainers.lifecycle.defaults import LifecycleDefaultReason
from kubecontainers.pods.create import CreatedPod, create_pod, drop_disabled_fields, drop_unknown_fields
from kubecontainers.pods.defaults import default_pod
from kubecontainers.pods.volumes import VolumeDefaultReason

POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web"},
    "spec": {
        "dnsPolicy": "Default",
        "volumes": [
            {"name": "tmp"},
            {"name": "data", "image": {"reference": "data"}},
            {"name": "host", "hostPath": {"path": "/"}},
            {"name": "memory", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}},
        ],
        "containers": [
            {
                "name": "app",
                "image": "nginx:1",
                "resources": {},
                "volumeMounts": [
                    {"name": "data", "mountPath": "/data", "subPath": "a"},
                    {"name": "tmp", "mountPath": "/tmp", "readOnly": True},  # noqa: S108
                ],
            }
        ],
    },
}


def changes(created: CreatedPod) -> list[tuple[str, Any, Any]]:
    return [(str(change.path), change.after, change.reason) for change in created.changes]


TMP: tuple[str, Any, Any] = ("spec.volumes[0].emptyDir", {}, VolumeDefaultReason.NO_SOURCE)
LINKS: tuple[str, Any, Any] = ("spec.enableServiceLinks", True, EnvironmentDefaultReason.SERVICE_LINKS)
LIFE: list[tuple[str, Any, Any]] = [
    ("spec.restartPolicy", "Always", LifecycleDefaultReason.RESTART_POLICY),
    ("spec.terminationGracePeriodSeconds", 30, LifecycleDefaultReason.GRACE),
]
APP: tuple[str, Any, Any] = ("spec.containers[0].imagePullPolicy", "IfNotPresent", PullPolicyReason.OTHER_TAG)
ENABLED = Release("1.31").with_gates({"ImageVolume": True})


STEPS: list[tuple[Release, list[tuple[str, Any, Any]], list[str], list[str]]] = [
    (
        Release("1.30"),
        [
            ("spec.volumes[1].image", None, ImageVolumeDropReason.UNKNOWN),
            TMP,
            ("spec.volumes[1].emptyDir", {}, VolumeDefaultReason.NO_SOURCE),
            APP,
            *LIFE,
            LINKS,
        ],
        [],
        ["tmp", "data", "host", "memory"],
    ),
    (
        Release("1.34"),
        [
            TMP,
            APP,
            *LIFE,
            LINKS,
            ("spec.volumes[1]", None, ImageVolumeDropReason.DISABLED),
            ("spec.containers[0].volumeMounts[0]", None, ImageVolumeDropReason.MOUNT),
        ],
        [],
        ["tmp", "host", "memory"],
    ),
    (
        ENABLED,
        [TMP, APP, ("spec.volumes[1].image.pullPolicy", "Always", PullPolicyReason.NO_TAG), *LIFE, LINKS],
        ["spec.containers[0].volumeMounts[0].subPath"],
        ["tmp", "data", "host", "memory"],
    ),
    (
        Release("1.36"),
        [TMP, APP, ("spec.volumes[1].image.pullPolicy", "Always", PullPolicyReason.NO_TAG), *LIFE, LINKS],
        [],
        ["tmp", "data", "host", "memory"],
    ),
]


@pytest.mark.parametrize(("release", "expected", "errors", "kept"), STEPS)
def test_steps_by_release(release: Release, expected: list[Any], errors: list[str], kept: list[str]) -> None:
    before = copy.deepcopy(POD)
    created = create_pod(POD, release=release)
    assert changes(created) == expected
    assert [str(error.path) for error in created.errors] == errors
    stored: Any = created.object
    assert [volume["name"] for volume in stored["spec"]["volumes"]] == kept
    assert stored["metadata"] is POD["metadata"]
    assert before == POD
    again = create_pod(created.object, release=release)
    assert (again.object, again.changes, again.errors, again.unchecked) == (created.object, (), created.errors, created.unchecked)


def test_what_is_not_checked() -> None:
    assert [str(path) for path in create_pod(POD).unchecked] == [
        "metadata",
        "spec.dnsPolicy",
        "spec.volumes[2].hostPath",
        "spec.volumes[3].emptyDir.sizeLimit",
        "spec.containers[0].resources",
        "spec.containers[0].volumeMounts[1].readOnly",
    ]


def test_positions_are_those_of_the_stored_pod() -> None:
    spec = {**POD["spec"], "volumes": [POD["spec"]["volumes"][1], {"name": "Tmp"}]}
    created = create_pod({"spec": spec}, release=Release("1.34"))
    assert [str(error.path) for error in created.errors] == ["spec.volumes[0].name", "spec.containers[0].volumeMounts[0].name"]


def test_stored() -> None:
    created = create_pod(POD)
    assert created.stored() is created.object
    refused = create_pod({"spec": {"containers": [{"name": "app", "image": " "}]}})
    with pytest.raises(ValidationFailed) as caught:
        refused.stored()
    assert caught.value.errors == refused.errors
    assert [error.rule for error in refused.errors] == [ImageFieldRule.IMAGE_SPACE]


def test_templates() -> None:
    pod = {"spec": {"containers": [{"name": "app", "image": " "}]}}
    assert create_pod(pod, template=True).errors == ()
    assert [*create_pod(pod, template=True).changes] == [change for change in create_pod(pod).changes if change.reason is not LINKS[2]]


def test_nothing_to_do() -> None:
    spec: dict[str, Any] = {"containers": [{"name": "app", "image": "a", "imagePullPolicy": "Never"}], "enableServiceLinks": False}
    pod = {"spec": {**spec, "restartPolicy": "Never", "terminationGracePeriodSeconds": 0}}
    created = create_pod(pod)
    assert created == CreatedPod(pod, (), (), ())
    assert created.object is pod


def test_value() -> None:
    created = create_pod(POD)
    assert created == create_pod(copy.deepcopy(POD))
    assert hash(created) == hash(create_pod(POD))
    assert pickle.loads(pickle.dumps(created)) == created  # noqa: S301


def test_to_json() -> None:
    pod: dict[str, Any] = {"spec": {"containers": [{"name": "app", "tty": True}], "volumes": [{"name": "a", "image": {}}]}}
    given = create_pod(pod, release=ENABLED)
    assert json.loads(json.dumps(given.to_json())) == {
        "changes": [
            {"path": "spec.containers[0].imagePullPolicy", "after": "IfNotPresent", "reason": "UNREADABLE"},
            {"path": "spec.volumes[0].image.pullPolicy", "after": "IfNotPresent", "reason": "UNREADABLE"},
            {"path": "spec.restartPolicy", "after": "Always", "reason": "RESTART_POLICY"},
            {"path": "spec.terminationGracePeriodSeconds", "after": 30, "reason": "GRACE"},
            {"path": "spec.enableServiceLinks", "after": True, "reason": "SERVICE_LINKS"},
        ],
        "errors": [
            {"path": "spec.volumes[0].image.reference", "type": "Required", "rule": "IMAGE_REQUIRED"},
            {"path": "spec.containers[0].image", "type": "Required", "rule": "IMAGE_REQUIRED"},
        ],
        "unchecked": ["spec.containers[0].tty"],
    }


def test_the_steps_alone() -> None:
    old, off = Release("1.30"), Release("1.34")
    paths = [path for path, _, _ in LIFE]
    assert [str(change.path) for change in drop_unknown_fields(POD, release=old).changes] == ["spec.volumes[1].image"]
    assert drop_unknown_fields(POD, release=off).object is POD
    assert [str(change.path) for change in default_pod(POD, release=off).changes] == [TMP[0], APP[0], *paths, LINKS[0]]
    assert [str(change.path) for change in default_pod(POD, release=off, template=True).changes] == [TMP[0], APP[0], *paths]
    assert len(drop_disabled_fields(POD, release=off).changes) == 2
    assert drop_disabled_fields(POD, release=old).object is POD


@pytest.mark.parametrize(
    "pod", [[], None, 5, "x", {"spec": []}, {"spec": {"volumes": {}}}, {"spec": {"containers": [{"volumeMounts": 1}]}}]
)
def test_malformed(pod: Any) -> None:
    with pytest.raises(MalformedObject):
        create_pod(pod)


def test_what_is_filled_in_is_not_shared() -> None:
    created = create_pod({"spec": {"volumes": [{"name": "a"}, {"name": "b"}]}})
    first, second = (change.after for change in created.changes[:2])
    assert first == second == {}
    assert first is not second


def test_environment_and_hostname() -> None:
    reference = {"volumeName": "tmp", "path": "app.env", "key": "A"}
    env = [{"name": "A", "valueFrom": {"fileKeyRef": reference}}, {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]
    spec: dict[str, Any] = {
        "containers": [{"name": "app", "image": "a:1", "env": env}],
        "volumes": [{"name": "tmp"}],
        "hostnameOverride": "a.b",
    }
    new, disabled, unknown = (create_pod({"spec": spec}, release=Release(minor)) for minor in ("1.35", "1.34", "1.33"))
    assert [str(change.path) for change in new.changes if "env" in str(change.path)] == [
        "spec.containers[0].env[0].valueFrom.fileKeyRef.optional",
        "spec.containers[0].env[1].valueFrom.fieldRef.apiVersion",
    ]
    assert (new.errors, new.unchecked) == ((), ())
    for created in (disabled, unknown):
        dropped = [str(change.path) for change in created.changes if change.after is None]
        assert sorted(dropped) == ["spec.containers[0].env[0].valueFrom.fileKeyRef", "spec.hostnameOverride"]
        assert [str(error.path) for error in created.errors] == ["spec.containers[0].env[0].valueFrom"]


LIFECYCLE = {"preStop": {"httpGet": {"port": 80}}, "postStart": {"sleep": {"seconds": 1}}, "stopSignal": "SIGUSR1"}


@pytest.mark.parametrize(
    ("minor", "dropped", "errors"),
    [
        ("1.27", ["postStart.sleep", "stopSignal"], ["postStart"]),
        ("1.29", ["stopSignal", "postStart.sleep"], ["postStart"]),
        ("1.30", ["stopSignal"], []),
        ("1.33", ["stopSignal"], []),
        ("1.36", ["stopSignal"], []),
    ],
)
def test_hooks(minor: str, dropped: list[str], errors: list[str]) -> None:
    pod = {"spec": {"containers": [{"name": "app", "image": "a:1", "lifecycle": LIFECYCLE}]}}
    created = create_pod(pod, release=Release(minor))
    at = "spec.containers[0].lifecycle."
    assert [str(change.path).removeprefix(at) for change in created.changes if change.after is None] == dropped
    assert [str(error.path).removeprefix(at) for error in created.errors] == errors
    stored: Any = created.object
    assert stored["spec"]["containers"][0]["lifecycle"]["preStop"] == {"httpGet": {"port": 80, "path": "/", "scheme": "HTTP"}}
    assert created.unchecked == ()


def test_a_negative_grace_period_is_a_pods_alone() -> None:
    sleep = {"preStop": {"sleep": {"seconds": 1}}}
    pod = {"spec": {"containers": [{"name": "app", "image": "a:1", "lifecycle": sleep}], "terminationGracePeriodSeconds": -5}}
    stored, template = create_pod(pod), create_pod(pod, template=True)
    grace: list[Any] = [created.object["spec"] for created in (stored, template)]
    assert [spec["terminationGracePeriodSeconds"] for spec in grace] == [1, -5]
    assert (stored.errors, [str(error.path) for error in template.errors]) == ((), ["spec.containers[0].lifecycle.preStop.sleep"])

from __future__ import annotations

from collections import UserDict
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT, FieldPath
from kubecontainers.apimachinery.objects import (
    ContainerKind,
    JSONObject,
    containers,
    is_list,
    is_object,
    json_type,
    list_at,
    mapping_at,
    objects_at,
    pod_template,
    text_at,
    volumes,
)


def listed(parent: JSONObject, key: str, path: FieldPath) -> list[tuple[FieldPath, JSONObject]]:
    return list(objects_at(parent, key, path))


WRONG: list[tuple[Any, str, list[Any]]] = [
    (mapping_at, "an object", ["x", 1, True, [], b""]),
    (list_at, "a list", ["x", 1, False, {}, b""]),
    (text_at, "a string", [1, True, [], {}, b""]),
    (listed, "a list", ["x", 1, {}]),
]
VALUES: list[tuple[Any, str]] = [
    (None, "null"),
    (True, "a boolean"),
    (1, "a number"),
    (1.5, "a number"),
    ("", "a string"),
    ({}, "an object"),
    (UserDict({}), "an object"),
    ([], "a list"),
    ((), "a list"),
    (b"", "a Python bytes"),
    ({1}, "a Python set"),
]


@pytest.mark.parametrize(("value", "words"), VALUES)
def test_json_type(value: object, words: str) -> None:
    assert json_type(value) == words
    assert bool(is_object(value)) == (words == "an object")
    assert bool(is_list(value)) == (words == "a list")


class TestReaders:
    @pytest.mark.parametrize("parent", [{}, {"key": None}])
    def test_absent(self, parent: dict[str, Any]) -> None:
        assert mapping_at(parent, "key", ROOT) is None
        assert list_at(parent, "key", ROOT) == ()
        assert text_at(parent, "key", ROOT) == ""
        assert list(objects_at(parent, "key", ROOT)) == []

    def test_present(self) -> None:
        inner: JSONObject = {"a": 1}
        entries: list[object] = [{"a": 1}, None]
        assert mapping_at({"key": inner}, "key", ROOT) is inner
        assert list_at({"key": entries}, "key", ROOT) is entries
        assert text_at({"key": "x"}, "key", ROOT) == "x"
        at = ROOT.child("spec")
        assert list(objects_at({"key": entries}, "key", at)) == [(at.child("key").index(0), {"a": 1}), (at.child("key").index(1), {})]

    @pytest.mark.parametrize(("read", "expected", "wrong"), WRONG)
    def test_wrong(self, read: Any, expected: str, wrong: list[object]) -> None:
        for value in wrong:
            with pytest.raises(MalformedObject) as caught:
                read({"key": value}, "key", ROOT.child("spec"))
            assert caught.value == MalformedObject("spec.key", expected, json_type(value))

    def test_wrong_entry(self) -> None:
        with pytest.raises(MalformedObject) as caught:
            listed({"key": [{"a": 1}, "x"]}, "key", ROOT)
        assert caught.value == MalformedObject("key[1]", "an object", "a string")


POD: JSONObject = {
    "spec": {
        "ephemeralContainers": [{"name": "debug"}],
        "containers": [{"name": "app"}, None],
        "initContainers": [{"name": "setup"}],
    }
}


class TestContainers:
    def test_order(self) -> None:
        found = list(containers(POD))
        assert [(container.kind, container.name, str(container.path)) for container in found] == [
            (ContainerKind.INIT, "setup", "spec.initContainers[0]"),
            (ContainerKind.APP, "app", "spec.containers[0]"),
            (ContainerKind.APP, "", "spec.containers[1]"),
            (ContainerKind.EPHEMERAL, "debug", "spec.ephemeralContainers[0]"),
        ]

    def test_below_a_path(self) -> None:
        [first, *_] = containers(POD, path=ROOT.child("spec", "template"))
        assert str(first.path) == "spec.template.spec.initContainers[0]"

    @pytest.mark.parametrize("pod", [{}, {"spec": None}, {"spec": {}}, {"spec": {"containers": None, "volumes": None}}])
    def test_none(self, pod: JSONObject) -> None:
        assert list(containers(pod)) == []
        assert list(volumes(pod)) == []

    @pytest.mark.parametrize(
        ("pod", "path", "found"),
        [
            ({"spec": []}, "spec", "a list"),
            ({"spec": {"containers": {}}}, "spec.containers", "an object"),
            ({"spec": {"initContainers": "x"}}, "spec.initContainers", "a string"),
            ({"spec": {"ephemeralContainers": [1]}}, "spec.ephemeralContainers[0]", "a number"),
            ({"spec": {"containers": [{"name": 7}]}}, "spec.containers[0].name", "a number"),
        ],
    )
    def test_malformed(self, pod: JSONObject, path: str, found: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            [container.name for container in containers(pod)]
        assert (caught.value.path, caught.value.found) == (path, found)

    def test_values_are_left_out_of_errors(self) -> None:
        with pytest.raises(MalformedObject) as caught:
            list(containers({"spec": {"containers": "s3cret"}}))
        assert "s3cret" not in str(caught.value) + repr(caught.value)

    def test_volumes(self) -> None:
        pod = {"spec": {"volumes": [{"name": "data"}, None]}}
        assert [(str(path), volume) for path, volume in volumes(pod)] == [("spec.volumes[0]", {"name": "data"}), ("spec.volumes[1]", {})]
        with pytest.raises(MalformedObject) as caught:
            list(volumes({"spec": {"volumes": ["data"]}}, path=ROOT.child("template")))
        assert caught.value.path == "template.spec.volumes[0]"


SPEC: JSONObject = {"containers": [{"name": "app"}]}
TEMPLATE: JSONObject = {"metadata": {}, "spec": SPEC}
KINDS = (
    ("v1", "Pod", "", TEMPLATE),
    ("v1", "PodTemplate", "template", {"template": TEMPLATE}),
    ("v1", "ReplicationController", "spec.template", {"spec": {"template": TEMPLATE}}),
    ("apps/v1", "Deployment", "spec.template", {"spec": {"template": TEMPLATE}}),
    ("extensions/v1beta1", "Deployment", "spec.template", {"spec": {"template": TEMPLATE}}),
    ("apps/v1", "ReplicaSet", "spec.template", {"spec": {"template": TEMPLATE}}),
    ("extensions/v1beta1", "ReplicaSet", "spec.template", {"spec": {"template": TEMPLATE}}),
    ("apps/v1", "DaemonSet", "spec.template", {"spec": {"template": TEMPLATE}}),
    ("extensions/v1beta1", "DaemonSet", "spec.template", {"spec": {"template": TEMPLATE}}),
    ("apps/v1", "StatefulSet", "spec.template", {"spec": {"template": TEMPLATE}}),
    ("batch/v1", "Job", "spec.template", {"spec": {"template": TEMPLATE}}),
    ("batch/v1", "CronJob", "spec.jobTemplate.spec.template", {"spec": {"jobTemplate": {"spec": {"template": TEMPLATE}}}}),
    ("batch/v1beta1", "CronJob", "spec.jobTemplate.spec.template", {"spec": {"jobTemplate": {"spec": {"template": TEMPLATE}}}}),
)


class TestPodTemplate:
    @pytest.mark.parametrize(("version", "kind", "path", "body"), KINDS)
    def test_found(self, version: str, kind: str, path: str, body: dict[str, Any]) -> None:
        for head in ({"apiVersion": version, "kind": kind}, {"kind": kind}, {"apiVersion": "", "kind": kind}):
            found = pod_template({**head, **body})
            assert found is not None
            assert str(found.path) == path
            assert found.pod["spec"] is SPEC

    @pytest.mark.parametrize(("version", "kind", "path", "body"), KINDS)
    def test_of_another_group(self, version: str, kind: str, path: str, body: dict[str, Any]) -> None:
        for other in ("example.com/v1", f"x/{version}", "v1" if "/" in version else "apps/v1"):
            assert pod_template({"apiVersion": other, "kind": kind, **body}) is None

    @pytest.mark.parametrize("kind", sorted({kind for _, kind, _, _ in KINDS}))
    def test_each_kind_has_its_own_groups(self, kind: str) -> None:
        own = {version.rpartition("/")[0] for version, other, _, _ in KINDS if other == kind}
        groups = ("", "apps", "batch", "extensions", "core", "policy")
        assert {group for group in groups if pod_template({"apiVersion": f"{group}/v1".lstrip("/"), "kind": kind})} == own

    @pytest.mark.parametrize(("version", "kind", "path", "body"), KINDS)
    def test_without_a_body(self, version: str, kind: str, path: str, body: dict[str, Any]) -> None:
        found = pod_template({"apiVersion": version, "kind": kind, "spec": None})
        assert found is not None
        assert str(found.path) == path
        assert found.pod == ({} if path else {"apiVersion": version, "kind": kind, "spec": None})

    @pytest.mark.parametrize(
        "obj",
        [
            {},
            {"apiVersion": "v1"},
            {"apiVersion": "v1", "kind": "Service"},
            {"apiVersion": "v1", "kind": "pod"},
            {"apiVersion": "apps/v1", "kind": "List"},
            {"kind": None},
            {"apiVersion": "batch/v1", "kind": "StatefulSet"},
        ],
    )
    def test_no_template(self, obj: JSONObject) -> None:
        assert pod_template(obj) is None

    @pytest.mark.parametrize(
        ("obj", "error"),
        [
            ({"kind": 7}, MalformedObject("kind", "a string", "a number")),
            ({"apiVersion": [], "kind": "Pod"}, MalformedObject("apiVersion", "a string", "a list")),
            ({"kind": "Deployment", "spec": []}, MalformedObject("spec", "an object", "a list")),
            ({"kind": "Deployment", "spec": {"template": "x"}}, MalformedObject("spec.template", "an object", "a string")),
            ({"kind": "CronJob", "spec": {"jobTemplate": 1}}, MalformedObject("spec.jobTemplate", "an object", "a number")),
            (
                {"kind": "CronJob", "spec": {"jobTemplate": {"spec": True}}},
                MalformedObject("spec.jobTemplate.spec", "an object", "a boolean"),
            ),
        ],
    )
    def test_malformed(self, obj: JSONObject, error: MalformedObject) -> None:
        with pytest.raises(MalformedObject) as caught:
            pod_template(obj)
        assert caught.value == error


@pytest.mark.parametrize("root", [None, [], "x", 5, True])
def test_a_root_that_is_no_object(root: Any) -> None:
    with pytest.raises(MalformedObject, match=r"^the object: expected an object"):
        pod_template(root)
    with pytest.raises(MalformedObject):
        list(containers(root))
    with pytest.raises(MalformedObject):
        list(volumes(root))


@pytest.mark.parametrize(("version", "served"), [("apps/v1", True), ("", True), ("extensions/v1beta1", False), ("apps/v1beta2", False)])
def test_versions_that_are_served(version: str, served: bool) -> None:
    found = pod_template({"apiVersion": version, "kind": "Deployment"})
    assert found is not None
    assert (found.served, found.served_version) == (served, "apps/v1")


class TestClaims:
    def test_of_a_stateful_set(self) -> None:
        claims: list[Any] = [{"metadata": {"name": "data"}}, {"metadata": {"name": "log"}}, None]
        found = pod_template({"kind": "StatefulSet", "spec": {"volumeClaimTemplates": claims}})
        assert found is not None
        assert found.claims == ("data", "log", "")

    def test_of_nothing_else(self) -> None:
        found = pod_template({"kind": "Deployment", "spec": {"volumeClaimTemplates": [{"metadata": {"name": "data"}}]}})
        assert found is not None
        assert found.claims == ()

    def test_malformed(self) -> None:
        with pytest.raises(MalformedObject) as caught:
            pod_template({"kind": "StatefulSet", "spec": {"volumeClaimTemplates": [{"metadata": "data"}]}})
        assert caught.value.path == "spec.volumeClaimTemplates[0].metadata"

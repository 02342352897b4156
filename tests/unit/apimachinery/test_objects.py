from __future__ import annotations

from collections import UserDict
from collections.abc import Iterator
from enum import Enum
from types import MappingProxyType
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import KubeContainersError, MalformedObject
from kubecontainers.apimachinery.fields import ROOT, FieldChange, FieldPath
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
    with_changes,
)


class Reason(Enum):
    """A reason of this test."""

    TEST = "test"


def change(*parts: str | int, to: object) -> FieldChange:
    return FieldChange(FieldPath(parts), None, to, Reason.TEST)


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


class TestWithChanges:
    def test_nothing(self) -> None:
        obj = {"a": 1}
        assert with_changes(obj, []) is obj

    def test_copies_only_the_way(self) -> None:
        obj: dict[str, Any] = {"spec": {"containers": [{"name": "a", "env": []}, {"name": "b"}], "volumes": []}, "metadata": {}}
        new: Any = with_changes(obj, [change("spec", "containers", 0, "image", to="nginx")])
        assert new == {
            "spec": {"containers": [{"name": "a", "env": [], "image": "nginx"}, {"name": "b"}], "volumes": []},
            "metadata": {},
        }
        assert new["metadata"] is obj["metadata"]
        assert new["spec"]["volumes"] is obj["spec"]["volumes"]
        assert new["spec"]["containers"][1] is obj["spec"]["containers"][1]
        assert new["spec"]["containers"][0]["env"] is obj["spec"]["containers"][0]["env"]
        assert "image" not in obj["spec"]["containers"][0]

    def test_makes_the_way(self) -> None:
        assert with_changes({}, [change("spec", "template", "name", to="x")]) == {"spec": {"template": {"name": "x"}}}
        assert with_changes({"spec": None}, [change("spec", "name", to="x")]) == {"spec": {"name": "x"}}
        assert with_changes({"a": [None]}, [change("a", 0, "name", to="x")]) == {"a": [{"name": "x"}]}

    def test_last_one_wins(self) -> None:
        assert with_changes({}, [change("a", to=1), change("a", to=2)]) == {"a": 2}

    def test_field_inside_a_field_that_was_set_before(self) -> None:
        assert with_changes({}, [change("a", to={"x": 1}), change("a", "b", to=2)]) == {"a": {"x": 1, "b": 2}}
        assert with_changes({}, [change("a", "b", to=2), change("a", to={"x": 1})]) == {"a": {"x": 1}}
        assert with_changes({}, [change("a", "b", to=2), change("a", to={"x": 1}), change("a", "c", to=3)]) == {"a": {"x": 1, "c": 3}}

    def test_several_in_one_list(self) -> None:
        obj: dict[str, Any] = {"a": [{}, {}, {}]}
        assert with_changes(obj, [change("a", 0, "n", to=1), change("a", 2, "n", to=2)]) == {"a": [{"n": 1}, {}, {"n": 2}]}
        assert obj == {"a": [{}, {}, {}]}

    def test_entry_itself(self) -> None:
        assert with_changes({"a": [1, 2]}, [change("a", 1, to=3)]) == {"a": [1, 3]}

    def test_no_such_entry(self) -> None:
        assert with_changes({"a": [1]}, [change("a", 5, to=2)]) == {"a": [1]}

    def test_removing(self) -> None:
        obj: dict[str, Any] = {"a": {"b": 1, "c": 2}, "d": {}}
        new = with_changes(obj, [change("a", "b", to=None)])
        assert new == {"a": {"c": 2}, "d": {}}
        assert new["d"] is obj["d"]
        assert obj == {"a": {"b": 1, "c": 2}, "d": {}}
        assert with_changes({"a": None}, [change("a", to=None)]) == {}

    def test_removing_entries(self) -> None:
        """As with ``remove`` of JSON Patch, later entries move up."""
        obj: dict[str, Any] = {"a": [{"at": 0}, {"at": 1}, {"at": 2}, {"at": 3}]}
        new: Any = with_changes(obj, [change("a", 3, to=None), change("a", 1, to=None)])
        assert new == {"a": [{"at": 0}, {"at": 2}]}
        assert new["a"][1] is obj["a"][2]
        assert len(obj["a"]) == 4
        assert with_changes(obj, [change("a", 0, to=None), change("a", 0, "new", to=1)])["a"] == [{"at": 1, "new": 1}, *obj["a"][2:]]
        held = MappingProxyType({"a": (1, 2)})
        assert with_changes(held, [change("a", 0, to=None)]) == {"a": [2]}

    @pytest.mark.parametrize("parts", [("b",), ("b", "c"), ("a", 1), ("a", -1), ("a", "x"), ("a", 0, "x"), ("a", 0, 0)])
    def test_removing_what_is_not_there(self, parts: tuple[str | int, ...]) -> None:
        obj = {"a": [1]}
        assert with_changes(obj, [change(*parts, to=None)]) is obj

    def test_the_object_itself_cannot_be_removed(self) -> None:
        with pytest.raises(MalformedObject) as caught:
            with_changes({}, [FieldChange(ROOT, {}, None, Reason.TEST)])
        assert caught.value == MalformedObject("", "an object", "null")

    def test_any_mapping_and_any_sequence(self) -> None:
        obj = MappingProxyType({"a": (MappingProxyType({"b": 1}), MappingProxyType({"b": 2}))})
        new: Any = with_changes(obj, [change("a", 0, "b", to=3)])
        assert new == {"a": [{"b": 3}, {"b": 2}]}
        assert new["a"][1] is obj["a"][1]

    def test_the_object_itself(self) -> None:
        """The root is a path like any other: the object becomes what it is set to."""
        assert with_changes({"a": 1}, [FieldChange(ROOT, {"a": 1}, {"b": 2}, Reason.TEST)]) == {"b": 2}

    def test_the_object_itself_stays_an_object(self) -> None:
        with pytest.raises(MalformedObject) as caught:
            with_changes({}, [FieldChange(ROOT, None, [1], Reason.TEST)])
        assert caught.value == MalformedObject("", "an object", "a list")

    @pytest.mark.parametrize("index", [-1, -5])
    def test_no_entry_from_the_end(self, index: int) -> None:
        """A negative index is no index of JSON."""
        assert with_changes({"a": [1]}, [change("a", index, to=2)]) == {"a": [1]}
        assert with_changes({"a": [{"b": 1}]}, [change("a", index, "b", to=2)]) == {"a": [{"b": 1}]}

    def test_values_that_are_set_are_not_changed_either(self) -> None:
        after: dict[str, Any] = {"x": {"y": 1}}
        assert with_changes({}, [change("a", to=after), change("a", "x", "y", to=2)]) == {"a": {"x": {"y": 2}}}
        assert after == {"x": {"y": 1}}

    def test_changes_that_are_made_on_the_way(self) -> None:
        """Changes may come from a generator; a value that did not exist at the start is not taken for a copy."""
        made: list[dict[str, Any]] = []

        def on_the_way() -> Iterator[FieldChange]:
            yield change("a", "b", to=1)
            yield change("a", to=None)  # the copy that held "b" is removed, and its place in memory might be used again
            for at in range(100):
                made.append({"x": at})
                yield change("c", str(at), to=made[at])
                yield change("c", str(at), "y", to=2)

        with_changes({"a": {}}, on_the_way())
        assert made == [{"x": at} for at in range(100)]

    def test_deep(self) -> None:
        parts = ("a",) * 5000
        try:
            value: Any = with_changes({}, [change(*parts, to=1)])
        except KubeContainersError:
            return
        for part in parts:
            value = value[part]
        assert value == 1


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

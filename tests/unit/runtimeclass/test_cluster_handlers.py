from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.runtimeclass.cluster_handlers import (
    ClassHandlers,
    ClassVerdict,
    HandlerSource,
    NodeHandlers,
    cluster_handlers,
    node_handlers,
)
from kubecontainers.runtimeclass.containerd import containerd_handlers
from kubecontainers.runtimeclass.crio import crio_handlers


def node(name: str, *handlers: str) -> dict[str, Any]:
    return {"metadata": {"name": name}, "status": {"runtimeHandlers": [{"name": handler} for handler in handlers]}}


def runtime_class(name: str, handler: str) -> dict[str, Any]:
    return {"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": name}, "handler": handler}


KATA = crio_handlers({"/etc/crio/crio.conf.d/kata": "[crio.runtime.runtimes.kata]"})
RUNC = containerd_handlers({})
BROKEN = containerd_handlers({"/etc/containerd/config.toml": 'disabled_plugins = ["cri"]'})


def test_status_is_preferred() -> None:
    found = node_handlers(node("a", "", "runc", "nvidia"), KATA)
    assert (found.names, found.source) == (frozenset({"", "runc", "nvidia"}), HandlerSource.STATUS)
    assert (found.only_reported, found.only_configured) == (("nvidia", "runc"), ("crun", "kata"))
    assert [found.serves(name) for name in ("", "nvidia", "kata")] == [True, True, False]


def test_status_alone() -> None:
    assert node_handlers(node("a", "")) == NodeHandlers("a", frozenset({""}), HandlerSource.STATUS)


@pytest.mark.parametrize("silent", [{"metadata": {"name": "a"}}, node("a")])
def test_absent_or_empty_status_means_unknown(silent: dict[str, Any]) -> None:
    found = node_handlers(silent)
    assert (found.source, found.serves("")) == (HandlerSource.UNKNOWN, None)
    found = node_handlers(silent, KATA)
    assert (found.names, found.source) == (frozenset({"", "crun", "kata"}), HandlerSource.CONFIGURATION)


def test_cluster() -> None:
    nodes = [node("b", "", "runc", "kata"), node("a", "", "runc"), node("c"), node("d")]
    found = cluster_handlers(nodes, configured={"c": KATA, "e": RUNC, "f": BROKEN})
    assert found.handlers == {"": ("a", "b", "c", "e"), "crun": ("c",), "kata": ("b", "c"), "runc": ("a", "b", "e")}
    assert list(found.handlers) == ["", "crun", "kata", "runc"]
    assert (found.unknown, found.nodes_offering("kata"), found.nodes_offering("nvidia")) == (("d",), ("b", "c"), ())
    assert found.nodes["f"].serves("") is False
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301


def test_which_class_no_node_can_serve() -> None:
    classes = [runtime_class("vm", "kata"), runtime_class("gpu", "nvidia"), {"metadata": {"name": "default"}, "handler": ""}]
    found = cluster_handlers([node("a", "", "runc"), node("b", "", "kata")])
    assert found.classes(classes) == (
        ClassHandlers("vm", "kata", ClassVerdict.SERVED, ("b",)),
        ClassHandlers("gpu", "nvidia", ClassVerdict.UNSERVED, ()),
        ClassHandlers("default", "", ClassVerdict.SERVED, ("a", "b")),
    )
    found = cluster_handlers([node("a", "", "runc"), node("b")])
    assert [(found.verdict, found.unknown) for found in found.classes(classes)] == [
        (ClassVerdict.UNKNOWN, ("b",)),
        (ClassVerdict.UNKNOWN, ("b",)),
        (ClassVerdict.SERVED, ("b",)),
    ]
    assert cluster_handlers().classes(classes[:1])[0].verdict is ClassVerdict.UNSERVED


def test_malformed() -> None:
    found = cluster_handlers([node("a", "")])
    for wrong in ({"metadata": 1}, {"handler": 1}):
        with pytest.raises(MalformedObject):
            found.classes([wrong])
    with pytest.raises(MalformedObject):
        cluster_handlers([{"metadata": {"name": 1}}])

from __future__ import annotations

import pickle

import attrs
import pytest

from kubecontainers.apimachinery.cluster import Cluster, UnsupportedSkew
from kubecontainers.apimachinery.release import LATEST, Release


def test_default() -> None:
    assert Cluster() == Cluster(LATEST, LATEST)
    assert Cluster(Release("1.30")).node == Release("1.30")


def test_node_takes_the_gates_of_the_control_plane_unless_given() -> None:
    gated = Release("1.34").with_gates({"ImageVolume": True})
    assert Cluster(gated).node is gated
    assert Cluster(gated, Release("1.34")).node == Release("1.34")


@pytest.mark.parametrize("node", ["1.27", "1.33", "1.34"])
def test_older_or_equal(node: str) -> None:
    assert Cluster(Release("1.34"), Release(node)).node == Release(node)


@pytest.mark.parametrize("node", ["1.35", "1.37"])
def test_newer(node: str) -> None:
    with pytest.raises(UnsupportedSkew) as caught:
        Cluster(Release("1.34"), Release(node))
    assert caught.value == UnsupportedSkew(Release("1.34"), Release(node))
    assert node in str(caught.value)


def test_value() -> None:
    cluster = Cluster(Release("1.34"), Release("1.31"))
    assert pickle.loads(pickle.dumps(cluster)) == cluster  # noqa: S301
    assert hash(cluster) == hash(Cluster(Release("1.34"), Release("1.31")))
    assert cluster != Cluster(Release("1.34"))
    with pytest.raises(AttributeError):
        cluster.node = Release("1.30")  # type: ignore[misc]
    with pytest.raises(UnsupportedSkew):
        attrs.evolve(cluster, control_plane=Release("1.30"))

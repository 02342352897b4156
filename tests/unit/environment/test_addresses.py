from __future__ import annotations

import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.addresses import CANONICAL_POD_IPS, NO_ADDRESSES, PodAddresses, node_host_ips, sort_pod_ips

AS_WRITTEN = Release("1.32")


@pytest.mark.parametrize(
    ("listed", "node_ips", "sorted_ips"),
    [
        ([], [], ()),
        (["10.0.0.1"], [], ("10.0.0.1",)),
        (["fd00::1"], [], ("fd00::1",)),
        (["fd00::1", "10.0.0.1"], [], ("10.0.0.1", "fd00::1")),
        (["fd00::1", "10.0.0.1"], ["10.9.9.9", "fd00::9"], ("10.0.0.1", "fd00::1")),
        (["10.0.0.1", "fd00::1"], ["fd00::9", "10.9.9.9"], ("fd00::1", "10.0.0.1")),
        (["10.0.0.1", "fd00::1"], ["::"], ("fd00::1", "10.0.0.1")),
        (["fd00::1", "10.0.0.1"], ["::ffff:10.9.9.9"], ("10.0.0.1", "fd00::1")),
        (["10.0.0.1", "fd00::1"], ["bogus"], ("fd00::1", "10.0.0.1")),
        (["10.0.0.1", "10.0.0.2", "fd00::1", "fd00::2"], [], ("10.0.0.1", "fd00::1")),
        (["", "bogus", "10.0.0.1%0", "10.0.0.2"], [], ("10.0.0.2",)),
    ],
)
def test_sorting(listed: list[str], node_ips: list[str], sorted_ips: tuple[str, ...]) -> None:
    assert sort_pod_ips(listed, node_ips=node_ips) == sorted_ips
    assert sort_pod_ips(listed, node_ips=node_ips, release=AS_WRITTEN) == sorted_ips


@pytest.mark.parametrize(
    ("written", "shown"),
    [("010.1.2.3", "10.1.2.3"), ("FD00:0:0:0::7", "fd00::7"), ("::ffff:10.1.1.9", "10.1.1.9"), ("::FFFF:0:1", "0.0.0.1")],
)
def test_spelling(written: str, shown: str) -> None:
    assert sort_pod_ips([written]) == (shown,)
    assert sort_pod_ips([written], release=AS_WRITTEN) == (written,)


def test_an_ipv4_address_inside_ipv6_is_of_ipv4() -> None:
    listed = ["::ffff:10.1.1.9", "10.0.0.1", "fd00::1"]
    assert sort_pod_ips(listed) == ("10.1.1.9", "fd00::1")
    assert sort_pod_ips(listed, release=AS_WRITTEN) == ("::ffff:10.1.1.9", "fd00::1")


def test_change() -> None:
    assert CANONICAL_POD_IPS.minors() == ("1.33",)


def test_the_address_of_a_pod() -> None:
    addresses = PodAddresses("010.0.0.5", ["FD00::5", "10.0.0.6"], ["10.9.9.9"])
    assert addresses.shown_pod_ip() == "10.0.0.6"
    assert addresses.shown_pod_ips() == ("10.0.0.6", "fd00::5")
    assert addresses.shown_pod_ips(release=AS_WRITTEN) == ("10.0.0.6", "FD00::5")
    alone = PodAddresses("010.0.0.5", ["bogus"])
    assert (alone.shown_pod_ip(), alone.shown_pod_ips()) == ("010.0.0.5", ())
    assert (NO_ADDRESSES.shown_pod_ip(), NO_ADDRESSES.shown_pod_ips()) == ("", ())


def test_it_is_a_value() -> None:
    addresses = PodAddresses("\ud800", ["10.0.0.1"], node={"status": {}})
    assert addresses == PodAddresses("\ufffd", ("10.0.0.1",), node={"status": {}})
    assert hash(addresses) == hash(PodAddresses("\ufffd", ("10.0.0.1",)))
    assert pickle.loads(pickle.dumps(addresses)) == addresses  # noqa: S301


def node(*addresses: tuple[Any, Any]) -> dict[str, Any]:
    return {"status": {"addresses": [{"type": kind, "address": address} for kind, address in addresses]}}


@pytest.mark.parametrize(
    ("of_node", "shown"),
    [
        ({}, ()),
        ({"status": None}, ()),
        (node(), ()),
        (node(("Hostname", "10.0.0.1"), ("InternalDNS", "10.0.0.2"), ("internalIP", "10.0.0.3"), (None, "10.0.0.4")), ()),
        (node(("InternalIP", "bogus"), ("InternalIP", None)), ()),
        (node(("InternalIP", "10.0.0.1")), ("10.0.0.1",)),
        (node(("ExternalIP", "1.2.3.4"), ("InternalIP", "010.0.0.1")), ("10.0.0.1",)),
        (node(("ExternalIP", "FD00::1"), ("InternalIP", "10.0.0.1")), ("10.0.0.1", "fd00::1")),
        (node(("InternalIP", "fd00::1"), ("InternalIP", "fd00::2"), ("InternalIP", "10.0.0.1")), ("fd00::1", "10.0.0.1")),
        (node(("InternalIP", "::ffff:10.0.0.1"), ("InternalIP", "10.0.0.2")), ("10.0.0.1",)),
        ({"status": {"addresses": [None, {"type": "InternalIP", "address": "10.0.0.1"}]}}, ("10.0.0.1",)),
    ],
)
def test_addresses_of_a_node(of_node: dict[str, Any], shown: tuple[str, ...]) -> None:
    assert node_host_ips(of_node) == shown


@pytest.mark.parametrize(
    "of_node", [{"status": []}, {"status": {"addresses": {}}}, {"status": {"addresses": [7]}}, node(("InternalIP", 7))]
)
def test_malformed(of_node: dict[str, Any]) -> None:
    with pytest.raises(MalformedObject):
        node_host_ips(of_node)

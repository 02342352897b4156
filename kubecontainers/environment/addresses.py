"""The addresses of a pod and of its node, as a variable shows them.

The kubelet keeps the rules in ``sortPodIPs`` (``pkg/kubelet/kubelet_pods.go``) and ``GetNodeHostIPs`` (``pkg/util/node``). The addresses
are those that are known when the container is created; a variable does not follow later changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from ..apimachinery.fields import ROOT
from ..apimachinery.objects import JSONObject, mapping_at, objects_at, root_object, text_at
from ..apimachinery.release import LATEST, Change, Release
from ..golang.ip import IPAddress, is_ipv4, parse_ip
from ..golang.text import to_text

__all__ = ["CANONICAL_POD_IPS", "NO_ADDRESSES", "PodAddresses", "node_host_ips", "sort_pod_ips"]

CANONICAL_POD_IPS = Change(since="1.33", summary="addresses of a pod are shown in canonical form, no longer as the runtime writes them")

_TYPES = ("InternalIP", "ExternalIP")
"""The kinds of a node's addresses that count, the better first."""


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(to_text, texts))


@attrs.frozen
class PodAddresses:
    """What a kubelet knows of addresses when it creates a container.

    ``pod_ip`` is the pod's one address, for a runtime that lists none; ``pod_ips`` are those that the runtime lists. ``node_ips`` are the
    kubelet's own, ``--node-ip``: the first decides which family comes first. ``node`` is the Node object, ``None`` where there is none.
    """

    pod_ip: str = attrs.field(default="", converter=to_text)
    pod_ips: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    node_ips: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    node: JSONObject | None = attrs.field(default=None, hash=False)

    def shown_pod_ip(self, *, release: Release = LATEST) -> str:
        """Return what ``status.podIP`` shows. ``release`` is the node's.

        >>> PodAddresses(pod_ip="10.244.0.5", pod_ips=["fd00::5", "10.244.0.6"]).shown_pod_ip()
        '10.244.0.6'
        """
        return next(iter(self.shown_pod_ips(release=release)), self.pod_ip)

    def shown_pod_ips(self, *, release: Release = LATEST) -> tuple[str, ...]:
        """Return what ``status.podIPs`` shows, joined by commas there. ``release`` is the node's."""
        return sort_pod_ips(self.pod_ips, node_ips=self.node_ips, release=release)


NO_ADDRESSES = PodAddresses()
"""A pod that has no address yet, on a node that is not known."""


def sort_pod_ips(pod_ips: Iterable[str], *, node_ips: Iterable[str] = (), release: Release = LATEST) -> tuple[str, ...]:
    """Return the first address of the primary family and the first of the other, of those that a runtime lists for a pod.

    The primary family is that of the first of ``node_ips``, IPv4 where there is none. What is no address is passed over. ``release`` is
    the node's.

    >>> sort_pod_ips(["FD00::5", "010.1.2.3", "10.1.2.4"])
    ('10.1.2.3', 'fd00::5')
    >>> sort_pod_ips(["FD00::5", "010.1.2.3"], node_ips=["fd00::1"], release=Release("1.32"))
    ('FD00::5', '010.1.2.3')
    """
    firsts: dict[bool, str] = {}
    for text in pod_ips:
        address = parse_ip(text)
        if address is not None:
            firsts.setdefault(is_ipv4(address), str(address) if CANONICAL_POD_IPS in release else text)
    ipv4_first = _is_ipv4_node(node_ips)
    return tuple(firsts[family] for family in (ipv4_first, not ipv4_first) if family in firsts)


def _is_ipv4_node(node_ips: Iterable[str]) -> bool:
    first = next(iter(node_ips), None)
    if first is None:
        return True
    address = parse_ip(first)
    return address is not None and is_ipv4(address)


def node_host_ips(node: JSONObject) -> tuple[str, ...]:
    """Return the addresses of a node that ``status.hostIPs`` shows: the first, and the first of the other family; none where it has none.

    Internal addresses come before external ones; names and what is no address do not count. Raises ``MalformedObject``.

    >>> addresses = [{"type": "ExternalIP", "address": "1.2.3.4"}, {"type": "InternalIP", "address": "FD00::1"}]
    >>> node_host_ips({"status": {"addresses": addresses}})
    ('fd00::1', '1.2.3.4')
    """
    found = list(_addresses(node))
    others = (address for address in found if is_ipv4(address) is not is_ipv4(found[0]))
    return tuple(str(address) for address in (*found[:1], *tuple(others)[:1]))


def _addresses(node: JSONObject) -> Iterator[IPAddress]:
    at = ROOT.child("status")
    status = mapping_at(root_object(node), "status", ROOT) or {}
    listed = [(text_at(entry, "type", path), text_at(entry, "address", path)) for path, entry in objects_at(status, "addresses", at)]
    for counted in _TYPES:
        for address in (parse_ip(text) for kind, text in listed if kind == counted):
            if address is not None:
                yield address

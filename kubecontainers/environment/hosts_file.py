"""The ``/etc/hosts`` that the kubelet writes for a pod.

Kubernetes keeps the rule in ``pkg/kubelet/kubelet_pods.go``: ``managedHostsFileContent`` for a pod with a network of its own,
``nodeHostsFileContent`` for one on the host's network, ``makeMounts`` for who gets the file. The file is kept as text; bytes of the node's
file that are not UTF-8 stand in it as ``surrogateescape`` has them, and ``golang.text.to_octets`` gives the bytes that are written.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import Container, JSONObject, Pod, boolean_at, mapping_at, objects_at, root_object, text_at, texts_at
from ..apimachinery.release import LATEST, Change, Release
from ..golang.text import from_octets, to_text

__all__ = [
    "HOSTS_FILE_BEFORE_ADDRESS",
    "HostAlias",
    "HostsFileMount",
    "host_aliases",
    "hosts_file_mount",
    "node_hosts_file",
    "pod_hosts_file",
]

HOSTS_FILE_BEFORE_ADDRESS = Change(since="1.32", summary="a pod on the host's network gets its hosts file even before it has an address")

_PATH = "/etc/hosts"
_POD_HEADER = (
    "# Kubernetes-managed hosts file.",
    "127.0.0.1\tlocalhost",
    "::1\tlocalhost ip6-localhost ip6-loopback",
    "fe00::0\tip6-localnet",
    "fe00::0\tip6-mcastprefix",
    "fe00::1\tip6-allnodes",
    "fe00::2\tip6-allrouters",
)
_NODE_HEADER = "# Kubernetes-managed hosts file (host network)."
_ALIASES_HEADER = ("", "# Entries added by HostAliases.")


@attrs.frozen
class HostAlias:
    """An entry of ``hostAliases``: names that a pod wants an address to have."""

    ip: str
    hostnames: tuple[str, ...] = ()

    @staticmethod
    def from_json(obj: JSONObject) -> HostAlias:
        """Return the alias that an entry of ``hostAliases`` describes. Raises ``MalformedObject``.

        >>> HostAlias.from_json({"ip": "10.0.0.9", "hostnames": ["db", "db.example.com"]})
        HostAlias(ip='10.0.0.9', hostnames=('db', 'db.example.com'))
        """
        return _alias(ROOT, root_object(obj))

    def to_json(self) -> JSONObject:
        """Return the entry of ``hostAliases``."""
        return {"ip": self.ip, "hostnames": list(self.hostnames)} if self.hostnames else {"ip": self.ip}


class HostsFileMount(enum.Enum):
    """Whether a container gets the hosts file of the kubelet, and which, or why not."""

    POD_NETWORK = "the file of a pod with a network of its own"
    HOST_NETWORK = "the node's file"
    NO_ADDRESS = "the pod has no address yet"
    OWN_MOUNT = "the container mounts something there itself"

    @property
    def mounted(self) -> bool:
        """Whether the container gets the file; otherwise it sees what its image, or its own mount, has there."""
        return self in {HostsFileMount.POD_NETWORK, HostsFileMount.HOST_NETWORK}


def hosts_file_mount(
    pod: Pod | JSONObject, container: Container | JSONObject, addresses: Collection[str], *, release: Release = LATEST
) -> HostsFileMount:
    """Return whether a container of a pod gets the kubelet's hosts file, which, or why not.

    ``addresses`` are the pod's, as far as they are known when the container is made. ``release`` is the node's, which runs Linux; the
    host processes of Windows never get one. Raises ``MalformedObject``.

    >>> hosts_file_mount({"spec": {}}, {"volumeMounts": [{"name": "own", "mountPath": "/etc/hosts"}]}, ["10.0.0.7"])
    <HostsFileMount.OWN_MOUNT: 'the container mounts something there itself'>
    """
    spec = mapping_at(root_object(pod), "spec", ROOT) or {}
    host_network = bool(boolean_at(spec, "hostNetwork", ROOT.child("spec")))
    mounts = objects_at(root_object(container), "volumeMounts", ROOT)
    if _PATH in {text_at(mount, "mountPath", path) for path, mount in mounts}:
        return HostsFileMount.OWN_MOUNT
    if not addresses and not (host_network and HOSTS_FILE_BEFORE_ADDRESS in release):
        return HostsFileMount.NO_ADDRESS
    return HostsFileMount.HOST_NETWORK if host_network else HostsFileMount.POD_NETWORK


def host_aliases(pod: Pod | JSONObject) -> tuple[HostAlias, ...]:
    """Return ``spec.hostAliases`` of a pod. Raises ``MalformedObject``.

    >>> host_aliases({"spec": {"hostAliases": [{"ip": "10.0.0.9", "hostnames": ["db"]}]}})
    (HostAlias(ip='10.0.0.9', hostnames=('db',)),)
    """
    spec = mapping_at(root_object(pod), "spec", ROOT) or {}
    return tuple(_alias(path, entry) for path, entry in objects_at(spec, "hostAliases", ROOT.child("spec")))


def _alias(path: FieldPath, entry: JSONObject) -> HostAlias:
    return HostAlias(text_at(entry, "ip", path), texts_at(entry, "hostnames", path))


def pod_hosts_file(addresses: Iterable[str], hostname: str, domain: str = "", *, aliases: Iterable[HostAlias] = ()) -> str:
    """Return the hosts file of a pod with a network of its own.

    ``addresses`` are the pod's; ``hostname`` and ``domain``, which may be empty, those of its ``PodHostname``: the short name stands here
    even where the kernel has the full one. ``aliases`` come last; one without names leaves its address alone in a line.

    >>> print(pod_hosts_file(["10.0.0.7"], "db", "data.shop.svc.cluster.local").splitlines()[-1].expandtabs(1))
    10.0.0.7 db.data.shop.svc.cluster.local db
    """
    name, zone = to_text(hostname), to_text(domain)
    names = (f"{name}.{zone}", name) if zone else (name,)
    entries = (_entry(to_text(address), names) for address in addresses)
    return _lines((*_POD_HEADER, *entries)) + _aliases(aliases)


def node_hosts_file(content: str | bytes, *, aliases: Iterable[HostAlias] = ()) -> str:
    r"""Return the hosts file of a pod on the host's network: the node's, under a line that says so, and the pod's ``aliases``.

    ``content`` is the node's file, as bytes or as the text that ``golang.text.from_octets`` makes of them. It is kept byte for byte: where
    it does not end in a newline, none is put before the aliases.

    >>> node_hosts_file(b"10.0.0.1 node-a\n")
    '# Kubernetes-managed hosts file (host network).\n10.0.0.1 node-a\n'
    """
    text = content if isinstance(content, str) else from_octets(content)
    return _lines([_NODE_HEADER]) + text + _aliases(aliases)


def _aliases(aliases: Iterable[HostAlias]) -> str:
    entries = [_entry(to_text(alias.ip), tuple(map(to_text, alias.hostnames))) for alias in aliases]
    return _lines((*_ALIASES_HEADER, *entries)) if entries else ""


def _entry(address: str, names: tuple[str, ...]) -> str:
    return address + "\t" + "\t".join(names)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)

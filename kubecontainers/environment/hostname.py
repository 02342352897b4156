"""The hostname of a pod, its DNS domain, and what the kernel is told.

A pod is called as it is named, unless it says otherwise, cut to what a DNS label may hold. Kubernetes keeps the rule in
``GeneratePodHostNameAndDomain`` (``pkg/kubelet/kubelet_pods.go``), ``pkg/kubelet/util`` (``GetNodenameForKernel``) and
``pkg/kubelet/kuberuntime/kuberuntime_sandbox.go``. All lengths count bytes.
"""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.names import validate_dns1123_label, validate_dns1123_subdomain
from ..apimachinery.objects import JSONObject, Pod, boolean_at, mapping_at, root_object, text_at
from ..apimachinery.release import LATEST, Change, Release
from ..golang.text import from_bytes, to_bytes, to_text

__all__ = [
    "HOSTNAME_OVERRIDE",
    "HostnameSource",
    "InvalidHostname",
    "InvalidHostnameReason",
    "PodHostname",
    "hostname_override",
    "pod_hostname",
]

HOSTNAME_OVERRIDE = Change(
    gate="HostnameOverride",
    since="1.34",
    summary="spec.hostnameOverride is the hostname, whatever spec.hostname and spec.subdomain say",
)

MAX_HOSTNAME_BYTES = 63
MAX_KERNEL_HOSTNAME_BYTES = 64
MAX_SHOWN = 200

_METADATA, _SPEC = ROOT.child("metadata"), ROOT.child("spec")


class HostnameSource(enum.Enum):
    """Which field of a pod gives its hostname; the values are their paths."""

    OVERRIDE = "spec.hostnameOverride"
    HOSTNAME = "spec.hostname"
    POD_NAME = "metadata.name"


class InvalidHostnameReason(enum.Enum):
    """Why the kubelet refuses the hostname that a pod asks for."""

    HOSTNAME = "the hostname is no DNS label"
    SUBDOMAIN = "the subdomain is no DNS label"
    OVERRIDE = "the override is no DNS name"
    EMPTY = "nothing is left of the name: its first 63 bytes are dashes and dots"
    FQDN_TOO_LONG = "hostname and domain have more than the 64 bytes that the kernel takes"


class InvalidHostname(KubeContainersError):
    """A pod asks for a hostname that the kubelet refuses; it tries again and again, and the pod never starts.

    ``reason`` says why, ``path`` is the field that asks for it, ``value`` the text that was refused.
    """

    def __init__(self, reason: InvalidHostnameReason, path: FieldPath, value: str, hint: str = "") -> None:
        super().__init__(reason, path, value, hint)
        self.reason = reason
        self.path = path
        self.value = value
        self.hint = hint

    def _sentence(self) -> str:
        shown = self.value if len(self.value) <= MAX_SHOWN else self.value[:MAX_SHOWN] + "…"
        return f"{self.path}: {self.reason.value}: {shown!r}"


@attrs.frozen
class PodHostname:
    """What a pod is called inside, and in DNS.

    ``hostname`` is the short name, ``domain`` is empty where the pod has no subdomain. ``kernel_hostname`` is what ``uname -n`` prints;
    ``None`` where the pod is on the host's network and so has the node's name. ``source`` is the field that gives the short name,
    ``truncated`` says whether it was cut to 63 bytes.
    """

    hostname: str
    domain: str
    kernel_hostname: str | None
    source: HostnameSource
    truncated: bool = False

    @property
    def fqdn(self) -> str:
        """The hostname with its domain, as it stands in ``/etc/hosts``; the hostname alone where there is no domain."""
        return f"{self.hostname}.{self.domain}" if self.domain else self.hostname


def pod_hostname(pod: Pod | JSONObject, *, cluster_domain: str = "cluster.local", release: Release = LATEST) -> PodHostname:
    """Return the hostname and the DNS domain that the kubelet gives a pod.

    ``cluster_domain`` is the kubelet's, and may be empty. ``release`` is the node's. The pod's name is not checked: where cutting one
    that is not ASCII leaves half a character, every byte of that shows as U+FFFD.

    Raises ``InvalidHostname`` with the field and the value that is refused, ``MalformedObject`` where a field has the wrong type.

    >>> found = pod_hostname({"metadata": {"name": "web-0", "namespace": "shop"}, "spec": {"hostname": "db", "subdomain": "data"}})
    >>> found.hostname, found.domain, found.kernel_hostname, found.source.value
    ('db', 'data.shop.svc.cluster.local', 'db', 'spec.hostname')
    """
    spec = mapping_at(root_object(pod), "spec", ROOT) or {}
    metadata = mapping_at(pod, "metadata", ROOT) or {}
    override = hostname_override(spec, _SPEC) if HOSTNAME_OVERRIDE in release else None
    if override is not None:
        source, name, domain = HostnameSource.OVERRIDE, _checked_override(override), ""
        hostname = _truncated(name, source)
    else:
        source, name = _name(spec, metadata)
        hostname = _truncated(name, source)
        domain = _domain(spec, metadata, cluster_domain)
    return PodHostname(hostname, domain, _kernel_hostname(spec, hostname, domain), source, truncated=hostname != name)


def hostname_override(spec: JSONObject, path: FieldPath) -> str | None:
    """Return ``hostnameOverride`` of a pod's ``spec``, which stands at ``path``; ``None`` where it is not set.

    Empty text is set. Raises ``MalformedObject`` if it is no text.

    >>> hostname_override({"hostnameOverride": ""}, ROOT.child("spec")), hostname_override({}, ROOT.child("spec"))
    ('', None)
    """
    override = text_at(spec, "hostnameOverride", path)
    return override if override or spec.get("hostnameOverride") is not None else None


def _checked_override(override: str) -> str:
    if validate_dns1123_subdomain(override):
        hint = "write a DNS name such as db.example.com"
        raise InvalidHostname(InvalidHostnameReason.OVERRIDE, _SPEC.child("hostnameOverride"), override, hint)
    return override


def _name(spec: JSONObject, metadata: JSONObject) -> tuple[HostnameSource, str]:
    """Return what the pod is to be called, at any length: its own name is not checked."""
    hostname = text_at(spec, "hostname", _SPEC)
    if not hostname:
        return HostnameSource.POD_NAME, text_at(metadata, "name", _METADATA)
    _check_label(hostname, "hostname", InvalidHostnameReason.HOSTNAME)
    return HostnameSource.HOSTNAME, hostname


def _domain(spec: JSONObject, metadata: JSONObject, cluster_domain: str) -> str:
    subdomain = text_at(spec, "subdomain", _SPEC)
    if not subdomain:
        return ""
    _check_label(subdomain, "subdomain", InvalidHostnameReason.SUBDOMAIN)
    return f"{subdomain}.{text_at(metadata, 'namespace', _METADATA)}.svc.{to_text(cluster_domain)}"


def _check_label(value: str, field: str, reason: InvalidHostnameReason) -> None:
    if validate_dns1123_label(value):
        hint = "write at most 63 lower-case letters, digits and, inside, dashes"
        raise InvalidHostname(reason, _SPEC.child(field), value, hint)


def _truncated(name: str, source: HostnameSource) -> str:
    octets = to_bytes(name)
    if len(octets) <= MAX_HOSTNAME_BYTES:
        return name  # even one that ends in a dash
    cut = octets[:MAX_HOSTNAME_BYTES].rstrip(b"-.")
    if not cut:
        hint = "begin it with a letter or a digit"
        raise InvalidHostname(InvalidHostnameReason.EMPTY, ROOT.child(*source.value.split(".")), name, hint)
    return from_bytes(cut)


def _kernel_hostname(spec: JSONObject, hostname: str, domain: str) -> str | None:
    if boolean_at(spec, "hostNetwork", _SPEC):
        return None
    if not boolean_at(spec, "setHostnameAsFQDN", _SPEC) or not domain:
        return hostname
    fqdn = f"{hostname}.{domain}"
    # A hostname that ends in half a character has all its 63 bytes, so it is too long whatever stands for them.
    if len(to_bytes(fqdn)) > MAX_KERNEL_HOSTNAME_BYTES:
        hint = f"hostname and domain have {len(to_bytes(fqdn))} bytes, the kernel takes {MAX_KERNEL_HOSTNAME_BYTES}"
        raise InvalidHostname(InvalidHostnameReason.FQDN_TOO_LONG, _SPEC.child("setHostnameAsFQDN"), fqdn, hint)
    return fqdn

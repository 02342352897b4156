"""Answers of the room ``environment``: hostnames and hosts files."""

from __future__ import annotations

from answering import Answer, Given, answering, named

from kubecontainers.apimachinery.release import FeatureGateLocked, Release
from kubecontainers.environment.hostname import InvalidHostname, InvalidHostnameReason
from kubecontainers.environment.hostname import pod_hostname as hostname_of
from kubecontainers.environment.hosts_file import HostAlias, node_hosts_file, pod_hosts_file


def pod_hostname(given: Given, minor: str) -> dict[str, str | None]:
    release = Release(minor).with_gates(given.get("gates") or {}, unknown="ignore")
    found = hostname_of(given["pod"], cluster_domain=given["clusterDomain"], release=release)
    return {"hostname": found.hostname, "domain": found.domain, "kernelHostname": found.kernel_hostname}


def hosts_file(given: Given, minor: str) -> str:
    aliases = [HostAlias.from_json(alias) for alias in given.get("hostAliases") or ()]
    if "nodeHosts" in given:
        return node_hosts_file(given["nodeHosts"], aliases=aliases)
    return pod_hosts_file(given.get("hostIPs") or (), given["hostname"], given["domain"], aliases=aliases)


REASONS = {
    InvalidHostnameReason.HOSTNAME: "InvalidHostname",
    InvalidHostnameReason.SUBDOMAIN: "InvalidSubdomain",
    InvalidHostnameReason.OVERRIDE: "InvalidHostnameOverride",
    InvalidHostnameReason.EMPTY: "HostnameEmptyAfterTruncation",
    InvalidHostnameReason.FQDN_TOO_LONG: "FQDNTooLong",
}

ANSWERS: dict[str, Answer] = {
    "pod_hostname": answering(pod_hostname, {InvalidHostname: lambda error: REASONS[error.reason], FeatureGateLocked: named("GateLocked")}),
    "hosts_file": answering(hosts_file),
}

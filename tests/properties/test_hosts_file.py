from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.hosts_file import (
    HostAlias,
    HostsFileMount,
    host_aliases,
    hosts_file_mount,
    node_hosts_file,
    pod_hosts_file,
)
from kubecontainers.golang.text import from_octets, to_octets
from kubecontainers.testing import hostnames, strategies
from kubecontainers.testing.read_only import read_only

addresses = st.lists((st.ip_addresses(v=4) | st.ip_addresses(v=6)).map(str), max_size=2)
aliases = hostnames.host_aliases().map(lambda entries: tuple(map(HostAlias.from_json, entries)))
texts = strategies.json_texts()


def lookup(text: str) -> dict[str, list[str]]:
    """Read a hosts file as a resolver does: each name with its addresses."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        for name in names:
            found.setdefault(name, []).append(address)
    return found


class TestPodHostsFile:
    """Whoever reads the file of a pod finds the pod under its names, each alias under its, and localhost."""

    @given(addresses, strategies.labels(), st.just("") | strategies.subdomains(max_size=60), aliases)
    def test_read_back(self, given_: list[str], hostname: str, domain: str, also: tuple[HostAlias, ...]) -> None:
        text = pod_hosts_file(given_, hostname, domain, aliases=also)
        found = lookup(text)
        assert text.endswith("\n")
        for name in [hostname, *([f"{hostname}.{domain}"] if domain else [])]:
            assert not given_ or set(given_) <= set(found[name])
        for alias in also:
            assert all(alias.ip in found[name] for name in alias.hostnames)
        assert {"127.0.0.1", "::1"} <= set(found["localhost"])

    @given(addresses, strategies.labels(), aliases)
    def test_aliases_come_last(self, given_: list[str], hostname: str, also: tuple[HostAlias, ...]) -> None:
        assert pod_hosts_file(given_, hostname, aliases=also).startswith(pod_hosts_file(given_, hostname))


class TestNodeHostsFile:
    """The node's file is in the pod's byte for byte, and what follows it is what follows in the file of a pod network."""

    @given(st.binary(), aliases)
    def test_bytes(self, content: bytes, also: tuple[HostAlias, ...]) -> None:
        written = to_octets(node_hosts_file(content, aliases=also))
        header, _, rest = written.partition(b"\n")
        assert header.startswith(b"#")
        assert rest.startswith(content)
        assert written == to_octets(node_hosts_file(from_octets(content), aliases=also))
        block = pod_hosts_file([], "a", aliases=also).removeprefix(pod_hosts_file([], "a"))
        assert rest.removeprefix(content) == block.encode()


class TestMountFollowsTheAddress:
    """A pod that has an address gets the file in each container but those that mount over it; newer nodes give it to no fewer."""

    @given(st.booleans(), addresses, strategies.containers(), strategies.releases())
    def test_mount(self, host_network: bool, given_: list[str], container: dict[str, Any], release: Release) -> None:
        pod = {"spec": {"hostNetwork": host_network}}
        found = hosts_file_mount(pod, container, given_, release=release)
        assert found.mounted or not given_
        assert hosts_file_mount(pod, container, given_, release=Release("1.37")).mounted or not found.mounted
        own = container | {"volumeMounts": [*container.get("volumeMounts", []), {"name": "own", "mountPath": "/etc/hosts"}]}
        assert hosts_file_mount(pod, own, given_, release=release) is HostsFileMount.OWN_MOUNT


class TestAnyObject:
    """Whatever JSON comes in, there is an answer or an error of the family, and the object stays as it was."""

    @given(strategies.json_objects() | hostnames.host_aliases().map(lambda entries: {"spec": {"hostAliases": entries}}), texts)
    def test_total(self, obj: dict[str, Any], text: str) -> None:
        with suppress(KubeContainersError):
            assert host_aliases(read_only(obj)) == host_aliases(obj)
            assert to_octets(pod_hosts_file([text], text, text, aliases=host_aliases(obj))).decode()
        with suppress(KubeContainersError):
            hosts_file_mount(obj, obj, [text])
        with suppress(KubeContainersError):
            alias = HostAlias.from_json(obj)
            assert HostAlias.from_json(alias.to_json()) == alias
        assert to_octets(node_hosts_file(text, aliases=[HostAlias(text, (text,))]))

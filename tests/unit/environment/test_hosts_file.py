from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.hosts_file import (
    HOSTS_FILE_BEFORE_ADDRESS,
    HostAlias,
    HostsFileMount,
    host_aliases,
    hosts_file_mount,
    node_hosts_file,
    pod_hosts_file,
)
from kubecontainers.golang.text import to_octets

POD_FILE = """\
# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
"""
NODE_LINE = "# Kubernetes-managed hosts file (host network).\n"
ALIASES = (HostAlias("10.0.0.9", ("db", "db.example.com")), HostAlias("fd00::9"))
ALIASES_TEXT = "\n# Entries added by HostAliases.\n10.0.0.9\tdb\tdb.example.com\nfd00::9\t\n"


class TestPodNetwork:
    def test_short_name(self) -> None:
        assert pod_hosts_file(["10.0.0.7", "fd00::7"], "web") == POD_FILE + "10.0.0.7\tweb\nfd00::7\tweb\n"

    def test_full_name(self) -> None:
        assert pod_hosts_file(["10.0.0.7"], "web", "d.e") == POD_FILE + "10.0.0.7\tweb.d.e\tweb\n"

    def test_no_address(self) -> None:
        assert pod_hosts_file([], "web", aliases=ALIASES) == POD_FILE + ALIASES_TEXT

    def test_what_is_no_text_in_go(self) -> None:
        text = pod_hosts_file(["\ud800"], "\udcff", "\udfff", aliases=[HostAlias("\ud800", ("\udc80",))])
        assert text.isprintable() is False
        assert text.encode().decode() == text


class TestHostNetwork:
    @pytest.mark.parametrize("content", ["", "10.0.0.1 node\n", "10.0.0.1 node", "\r\n\0", "é\n"])
    def test_kept(self, content: str) -> None:
        assert node_hosts_file(content) == NODE_LINE + content
        assert node_hosts_file(content.encode()) == NODE_LINE + content

    def test_no_newline_is_added(self) -> None:
        assert node_hosts_file("a", aliases=ALIASES) == NODE_LINE + "a" + ALIASES_TEXT

    def test_any_bytes(self) -> None:
        content = bytes(range(256))
        assert to_octets(node_hosts_file(content, aliases=ALIASES)) == NODE_LINE.encode() + content + ALIASES_TEXT.encode()


class TestAliases:
    def test_of_a_pod(self) -> None:
        entries: list[Any] = [{"ip": "10.0.0.9", "hostnames": ["db", "db.example.com"]}, {"ip": "fd00::9"}]
        assert host_aliases({"spec": {"hostAliases": entries}}) == ALIASES
        assert tuple(map(HostAlias.from_json, entries)) == ALIASES
        assert [alias.to_json() for alias in ALIASES] == entries

    @pytest.mark.parametrize("pod", [{}, {"spec": None}, {"spec": {"hostAliases": None}}])
    def test_none(self, pod: dict[str, Any]) -> None:
        assert host_aliases(pod) == ()

    def test_null_is_an_empty_entry(self) -> None:
        assert host_aliases({"spec": {"hostAliases": [None]}}) == (HostAlias(""),)

    @pytest.mark.parametrize(("aliases", "path"), [({}, "spec.hostAliases"), ([{"ip": 1}], "spec.hostAliases[0].ip"), ([1], "[0]")])
    def test_malformed(self, aliases: Any, path: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            host_aliases({"spec": {"hostAliases": aliases}})
        assert caught.value.path.endswith(path)
        with pytest.raises(MalformedObject):
            HostAlias.from_json({"hostnames": "a"})


class TestMount:
    @pytest.mark.parametrize(
        ("pod", "addresses", "before", "since"),
        [
            ({}, ["10.0.0.7"], HostsFileMount.POD_NETWORK, HostsFileMount.POD_NETWORK),
            ({"spec": {"hostNetwork": False}}, [], HostsFileMount.NO_ADDRESS, HostsFileMount.NO_ADDRESS),
            ({"spec": {"hostNetwork": True}}, [], HostsFileMount.NO_ADDRESS, HostsFileMount.HOST_NETWORK),
            ({"spec": {"hostNetwork": True}}, ["10.0.0.1"], HostsFileMount.HOST_NETWORK, HostsFileMount.HOST_NETWORK),
        ],
    )
    def test_who_gets_it(self, pod: dict[str, Any], addresses: list[str], before: HostsFileMount, since: HostsFileMount) -> None:
        assert HOSTS_FILE_BEFORE_ADDRESS.minors() == ("1.32",)
        assert hosts_file_mount(pod, {}, addresses, release=Release("1.31")) is before
        assert hosts_file_mount(pod, {}, addresses, release=Release("1.32")) is since
        own: dict[str, Any] = {"volumeMounts": [{"mountPath": "/etc"}, {"mountPath": "/etc/hosts"}]}
        assert hosts_file_mount(pod, own, addresses) is HostsFileMount.OWN_MOUNT

    @pytest.mark.parametrize("path", ["/etc", "/etc/hosts/", "etc/hosts", "/etc/hosts.allow"])
    def test_only_that_very_path(self, path: str) -> None:
        assert hosts_file_mount({}, {"volumeMounts": [{"mountPath": path}, None]}, ["10.0.0.7"]).mounted

    def test_mounted(self) -> None:
        assert [mount.name for mount in HostsFileMount if mount.mounted] == ["POD_NETWORK", "HOST_NETWORK"]

    @pytest.mark.parametrize(
        ("pod", "container"), [({"spec": {"hostNetwork": 1}}, {}), ({}, {"volumeMounts": {}}), ({}, {"volumeMounts": [{"mountPath": 1}]})]
    )
    def test_malformed(self, pod: dict[str, Any], container: dict[str, Any]) -> None:
        with pytest.raises(MalformedObject):
            hosts_file_mount(pod, container, [])

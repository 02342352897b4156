from __future__ import annotations

import ast
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.addresses import PodAddresses, sort_pod_ips
from kubecontainers.environment.downward_fields import FieldLabel, convert_field_label, downward_field
from kubecontainers.environment.failures import EnvironmentFailed, EnvironmentFailure
from kubecontainers.golang.ip import is_ipv4, parse_ip
from kubecontainers.testing import strategies
from kubecontainers.testing.environments import field_paths, ip_texts
from kubecontainers.testing.read_only import read_only

ips = st.lists(ip_texts(), max_size=4)
entries = st.fixed_dictionaries({"type": st.sampled_from(["InternalIP", "ExternalIP", "Hostname"]), "address": ip_texts()})
nodes = st.fixed_dictionaries({"status": st.fixed_dictionaries({"addresses": st.lists(entries, max_size=3)})})
addresses = st.builds(PodAddresses, ip_texts(), ips, ips, st.none() | nodes)
maps = st.dictionaries(st.text(max_size=3) | st.sampled_from(["app", "A/B"]), st.text(max_size=5), max_size=3)


class TestSplitting:
    """A path is what its parts are when they are put together."""

    @given(field_paths() | strategies.json_texts())
    def test_parts(self, text: str) -> None:
        label = FieldLabel.split(text)
        again = label.name if label.key is None else f"{label.name}['{label.key}']"
        assert FieldLabel.split(again) == label
        assert again.encode() == "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text).encode()

    @given(field_paths(), strategies.releases())
    def test_converting_again(self, text: str, release: Release) -> None:
        try:
            label = convert_field_label(text, release=release)
        except EnvironmentFailed:
            return
        if label.key is None:
            assert convert_field_label(label.name, release=release) == label


class TestMaps:
    """All labels at once are those that are shown one by one, in quotes, sorted as bytes."""

    @given(maps)
    def test_lines(self, labels: dict[str, str]) -> None:
        text = downward_field({"metadata": {"labels": labels}}, "metadata.labels")
        keys = sorted(labels, key=str.encode)
        rest = text
        for key in keys:
            assert rest.startswith(f"{key}=")
            quoted, _, rest = rest.removeprefix(f"{key}=").partition("\n")
            assert ast.literal_eval(quoted) == labels[key]
        assert rest == ""

    @given(maps, field_paths())
    def test_one(self, annotations: dict[str, str], path: str) -> None:
        label = FieldLabel.split(path)
        if label.key is None or label.name != "metadata.annotations":
            return
        try:
            value = downward_field({"metadata": {"annotations": annotations}}, path)
        except EnvironmentFailed as failed:
            assert failed.reason is EnvironmentFailure.FIELD_SUBSCRIPT_INVALID  # noqa: PT017
        else:
            assert value == annotations.get(label.key, "")


class TestAddresses:
    """There are at most two addresses of a pod, of two families, and the first is its address; the same holds for the node's."""

    @given(ips, ips, strategies.releases())
    def test_sorted(self, listed: list[str], node_ips: list[str], release: Release) -> None:
        found = sort_pod_ips(listed, node_ips=node_ips, release=release)
        parsed = [address for text in found if (address := parse_ip(text)) is not None]
        assert len(parsed) == len(found) == len(set(map(is_ipv4, parsed)))
        assert (found == ()) is all(parse_ip(text) is None for text in listed)
        assert sort_pod_ips(found, node_ips=node_ips, release=release) == found

    @given(addresses, strategies.releases(first="1.29"))
    def test_the_first_is_the_one(self, known: PodAddresses, release: Release) -> None:
        for one, all_ in (("status.podIP", "status.podIPs"), ("status.hostIP", "status.hostIPs")):
            try:
                shown = downward_field({}, all_, addresses=known, release=release)
            except EnvironmentFailed as failed:
                assert failed.reason in {EnvironmentFailure.NODE_NOT_FOUND, EnvironmentFailure.HOST_IP_UNKNOWN}  # noqa: PT017
                continue
            single = downward_field({}, one, addresses=known, release=release)
            assert single == (shown.split(",")[0] or known.pod_ip)


class TestTotal:
    """Whatever is asked of whatever pod, there is a value or an error of the family, and the pod is left alone."""

    @given(strategies.damaged(strategies.pods()) | strategies.json_objects(), field_paths() | strategies.json_texts(), addresses)
    def test_any(self, pod: dict[str, Any], path: str, known: PodAddresses) -> None:
        try:
            value = downward_field(read_only(pod), path, addresses=known)
        except KubeContainersError:
            return
        value.encode()

    @given(strategies.json_objects(), st.sampled_from(["status.hostIP", "status.hostIPs"]), strategies.releases(gates=True))
    def test_any_node(self, node: dict[str, Any], path: str, release: Release) -> None:
        try:
            downward_field({}, path, addresses=PodAddresses(node=read_only(node)), release=release)
        except KubeContainersError:
            return

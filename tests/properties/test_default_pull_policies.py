# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.objects import pod_template
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.pull_policy import default_pull_policies, default_pull_policy
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import plain, read_only

LISTS = ("initContainers", "containers", "ephemeralContainers")
texts = strategies.references() | strategies.nearly_valid_references()
pods = strategies.pods(
    images=texts, policies=st.none() | strategies.pull_policies() | st.sampled_from(["", "Sometimes"]), ephemeral_containers=True
)


def defaulted_by_hand(pod: dict[str, Any], release: Release) -> dict[str, Any]:
    """The pod with every policy filled in, the slow way."""
    pod = copy.deepcopy(pod)
    for name in LISTS:
        for container in pod["spec"].get(name, []):
            container["imagePullPolicy"] = (
                container.get("imagePullPolicy") or default_pull_policy(container["image"], release=release).policy.value
            )
    if release.minor >= 31 and release.enabled("ImageVolume"):
        for volume in pod["spec"].get("volumes", []):
            if "image" in volume:
                source = volume["image"]
                source["pullPolicy"] = source.get("pullPolicy") or default_pull_policy(source["reference"], release=release).policy.value
    return pod


class TestDefaultsFillWhatIsAbsent:
    """Defaulting fills in every policy that is absent or empty, leaves given ones alone, and does nothing the second time."""

    @given(pods, strategies.releases(gates=True))
    def test_fills_in(self, pod: dict[str, Any], release: Release) -> None:
        found = default_pull_policies(pod, release=release)
        assert found.object == defaulted_by_hand(pod, release)

    @given(pods, strategies.releases(gates=True))
    def test_idempotent(self, pod: dict[str, Any], release: Release) -> None:
        once = default_pull_policies(pod, release=release).object
        twice = default_pull_policies(once, release=release)
        assert twice.object is once
        assert twice.changes == ()

    @given(pods, strategies.releases())
    def test_changes_are_what_changed(self, pod: dict[str, Any], release: Release) -> None:
        found = default_pull_policies(pod, release=release)
        assert len({change.path for change in found.changes}) == len(found.changes)
        for change in found.changes:
            value: Any = found.object
            for part in change.path.parts:
                value = value[part]
            assert value == change.after
        if not found.changes:
            assert found.object is pod

    @given(strategies.workloads(policies=st.none()), strategies.releases())
    def test_templates_as_pods(self, workload: dict[str, Any], release: Release) -> None:
        template = pod_template(workload)
        assert template is not None
        found = default_pull_policies(template.pod, release=release)
        assert found.object == defaulted_by_hand(dict(template.pod), release)


class TestDefaultsShareWhatStays:
    """The pod that is given is never changed, and whatever need not change is in the new pod the very same object."""

    @given(pods, strategies.releases())
    def test_input_stays(self, pod: dict[str, Any], release: Release) -> None:
        before = copy.deepcopy(pod)
        default_pull_policies(pod, release=release)
        assert pod == before

    @given(pods)
    def test_shared(self, pod: dict[str, Any]) -> None:
        found: Any = default_pull_policies(pod)
        touched = {change.path.parts[1:3] for change in found.changes}
        assert found.object["metadata"] is pod["metadata"]
        for name, value in pod["spec"].items():
            if name not in {change.path.parts[1] for change in found.changes}:
                assert found.object["spec"][name] is value
                continue
            for index, entry in enumerate(value):
                new = found.object["spec"][name][index]
                assert (new is entry) == ((name, index) not in touched)
                assert all(new[key] is inner for key, inner in entry.items() if key not in {"imagePullPolicy", "image"})

    @given(pods, strategies.releases())
    def test_any_mapping(self, pod: dict[str, Any], release: Release) -> None:
        held = read_only(pod)
        found = default_pull_policies(held, release=release)
        expected = default_pull_policies(pod, release=release)
        assert plain(found.object) == expected.object
        assert found.changes == expected.changes


class TestDefaultsOfAnything:
    """A pod in which anything is wrong is defaulted all the same, or refused as malformed."""

    @given(strategies.damaged(pods) | strategies.json_objects(), strategies.releases())
    def test_damaged(self, pod: dict[str, Any], release: Release) -> None:
        before = copy.deepcopy(pod)
        try:
            found = default_pull_policies(pod, release=release)
        except MalformedObject as error:
            assert error.path.startswith("spec")
        else:
            assert default_pull_policies(found.object, release=release).changes == ()
        assert pod == before

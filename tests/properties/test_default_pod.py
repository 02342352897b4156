from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.requests import AdmissionRequest, Operation
from kubecontainers.images.always_pull_images import admit_always_pull_images, validate_always_pull_images
from kubecontainers.pods.defaults import default_pod, is_complete
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import plain, read_only

releases = strategies.releases(gates=True)
complete_pods = strategies.pods().map(lambda pod: dict(default_pod(pod).object))
given_pods = complete_pods | strategies.damaged(complete_pods) | strategies.pods()


def outcome(pod: Any, release: Release, *, template: bool) -> object:
    try:
        found = default_pod(pod, release=release, template=template)
        return plain(found.object), found.changes
    except KubeContainersError as error:
        return type(error)


class TestAQuickLook:
    """What a look at plain JSON says of a pod is what the rules say, which are asked of any other mapping."""

    @given(given_pods | st.builds(dict, spec=strategies.json_values()), releases, st.booleans())
    def test_it_passes_over_nothing(self, pod: dict[str, Any], release: Release, template: bool) -> None:
        assert outcome(pod, release, template=template) == outcome(read_only(pod), release, template=template)

    @given(complete_pods, releases, st.booleans())
    def test_it_finds_what_the_rules_made(self, pod: dict[str, Any], release: Release, template: bool) -> None:
        once = default_pod(pod, release=release, template=template)
        assert default_pod(once.object, release=release, template=template).object is once.object

    @given(given_pods, releases)
    def test_pull_policies(self, pod: dict[str, Any], release: Release) -> None:
        def found(given: Any) -> object:
            request = AdmissionRequest(Operation.CREATE, given)
            try:
                admitted = admit_always_pull_images(request, release=release)
                again = AdmissionRequest(Operation.CREATE, admitted.object)
                return (
                    admitted.changes,
                    validate_always_pull_images(request, release=release),
                    validate_always_pull_images(again, release=release),
                )
            except KubeContainersError as error:
                return type(error)

        assert found(pod) == found(read_only(pod))


def test_most_complete_pods_are_seen_to_be() -> None:
    """The look is worth its time: it finds pods complete, and not only empty ones."""
    seen: list[bool] = []

    @given(complete_pods)
    def look(pod: dict[str, Any]) -> None:
        seen.append(is_complete(pod))

    look()
    assert sum(seen) / len(seen) > 0.2

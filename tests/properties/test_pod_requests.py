# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import pickle
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import assume, given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.scheduling.container_sums import ContainerStep
from kubecontainers.scheduling.pod_resources import POD_LEVEL_RESIZE, POD_LEVEL_RESOURCES, RESOURCE_CLAIMS, SIDECARS, read_pod_resources
from kubecontainers.scheduling.requests import CONTAINER_LEVEL_SKIPPED, DEFAULT_OPTIONS, RequestOptions, pod_requests
from kubecontainers.scheduling.resize import RESIZE_VIEWS
from kubecontainers.scheduling.resource_lists import NO_RESOURCES, ResourceList, max_resource_lists, resource_list, sum_resource_lists
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only
from kubecontainers.testing.resources import resource_lists, resource_pods

JSON = dict[str, Any]

releases = strategies.releases()
CONTAINERS_ALONE = RequestOptions(exclude_overhead=True, skip_pod_level_resources=True)
flags = [field.name for field in attrs.fields(RequestOptions) if field.name != "non_missing_container_requests"]


@st.composite
def options(draw: st.DrawFn) -> RequestOptions:
    chosen: dict[str, Any] = {name: draw(st.booleans()) for name in flags}
    missing: JSON = draw(resource_lists(names=("cpu", "memory"))) if draw(st.booleans()) else {}
    return RequestOptions(**chosen, non_missing_container_requests=missing)


@st.composite
def pods(draw: st.DrawFn, *, status: bool = False, overhead: bool = True) -> tuple[JSON, Release]:
    release = draw(releases)
    return draw(resource_pods(status=status, overhead=overhead, release=release)), release


def worth(resources: Any) -> dict[str, Fraction]:
    return {name: quantity.to_fraction() for name, quantity in resources.items()}


def at_most(small: ResourceList, large: ResourceList) -> bool:
    return all(name in large and quantity <= large[name] for name, quantity in small.items())


def needed(pod: JSON, side: str, release: Release) -> dict[str, Fraction]:
    """What the containers need, found in another way: for each moment in the life of the pod, what runs then."""

    def own(container: JSON) -> dict[str, Fraction]:
        return worth(resource_list(container.get("resources", {}).get(side) or {}))

    def together(containers: Sequence[JSON]) -> dict[str, Fraction]:
        names = {name for container in containers for name in own(container)}
        return {name: sum((own(container).get(name, Fraction(0)) for container in containers), Fraction(0)) for name in names}

    def stays(container: JSON) -> bool:
        return SIDECARS in release and container.get("restartPolicy") == "Always"

    spec = pod["spec"]
    inits: list[JSON] = spec.get("initContainers", [])
    moments = [[*filter(stays, inits[:at]), inits[at]] for at in range(len(inits))]
    moments.append([*spec["containers"], *filter(stays, inits)])
    found = [together(moment) for moment in moments]
    return {name: max(one[name] for one in found if name in one) for one in found for name in one}


class TestWhatRunsAtOnce:
    """The containers of a pod need as much as those that run at the same time, at the moment when that is the most."""

    @given(pods())
    def test_moments(self, given_pod: tuple[JSON, Release]) -> None:
        pod, release = given_pod
        found = pod_requests(read_only(pod), options=CONTAINERS_ALONE, release=release)
        assert worth(found.requests) == needed(pod, "requests", release)
        assert worth(found.limits) == needed(pod, "limits", release)
        assert list(found.requests) == sorted(found.requests)

    @given(pods())
    def test_init_containers_bound_it_below(self, given_pod: tuple[JSON, Release]) -> None:
        pod, release = given_pod
        found = pod_requests(pod, options=CONTAINERS_ALONE, release=release)
        for step in (*found.request_steps, *found.limit_steps):
            assert at_most(step.resources, found.requests if step in found.request_steps else found.limits)

    @given(pods())
    def test_steps(self, given_pod: tuple[JSON, Release]) -> None:
        """There is a step for each container, and the total is the larger of those of the init containers and the sum of the others."""
        pod, release = given_pod
        found = pod_requests(pod, options=CONTAINERS_ALONE, release=release)
        names = [container["name"] for key in ("containers", "initContainers") for container in pod["spec"].get(key, [])]
        for total, shares, steps in (
            (found.requests, found.request_shares, found.request_steps),
            (found.limits, found.limit_shares, found.limit_steps),
        ):
            assert [step.name for step in steps] == [share.name for share in shares] == names
            apps = len(pod["spec"]["containers"])
            lasting = [share.resources for share in (*shares[:apps], *(one for one in shares[apps:] if one.restartable))]
            starting = [step.resources for step in steps[apps:]]
            assert max_resource_lists(sum_resource_lists(*lasting), *starting) == total
            assert steps[:apps] == tuple(ContainerStep(share.kind, share.name, share.resources) for share in shares[:apps])


class TestMoreContainersNeedMore:
    """Adding a container, of any kind and anywhere, never lowers a request or a limit of the containers."""

    @given(pods(), resource_pods(), st.sampled_from(["containers", "initContainers"]), st.data())
    def test_added(self, given_pod: tuple[JSON, Release], other: JSON, key: str, data: st.DataObject) -> None:
        pod, release = given_pod
        chosen = data.draw(options())
        chosen = attrs.evolve(chosen, use_status_resources=False, skip_pod_level_resources=True)
        added = data.draw(st.sampled_from(other["spec"]["containers"] + other["spec"].get("initContainers", [])))
        before: list[JSON] = pod["spec"].get(key, [])
        at = data.draw(st.integers(0, len(before)))
        more = {**pod, "spec": {**pod["spec"], key: [*before[:at], added, *before[at:]]}}
        less_found, found = (pod_requests(one, options=chosen, release=release) for one in (pod, more))
        assert at_most(less_found.requests, found.requests)
        without = attrs.evolve(chosen, exclude_overhead=True)  # a limit that was not there before takes the overhead along
        limits = (pod_requests(one, options=without, release=release).limits for one in (pod, more))
        assert at_most(*limits)


class TestOverheadIsAdded:
    """The overhead is added to the requests as it is, and to those limits that there are."""

    @given(pods(status=True), options())
    def test_added(self, given_pod: tuple[JSON, Release], chosen: RequestOptions) -> None:
        pod, release = given_pod
        full = pod_requests(pod, options=attrs.evolve(chosen, exclude_overhead=False), release=release)
        bare = pod_requests(pod, options=attrs.evolve(chosen, exclude_overhead=True), release=release)
        overhead = resource_list(pod["spec"].get("overhead", {}))
        assert full.requests == sum_resource_lists(bare.requests, overhead)
        there = {name for name, limit in worth(bare.limits).items() if limit}
        assert worth(full.limits) == {
            name: limit + (worth(overhead).get(name, 0) if name in there else 0) for name, limit in worth(bare.limits).items()
        }
        assert (full.request_steps, full.limit_steps) == (bare.request_steps, bare.limit_steps)
        without = {**pod, "spec": {key: value for key, value in pod["spec"].items() if key != "overhead"}}
        assert pod_requests(without, options=chosen, release=release) == bare


class TestThePodAsAWhole:
    """What the pod asks for as a whole stands in the place of the sum, for the resources that can be given so."""

    @given(pods(overhead=False))
    def test_replaced(self, given_pod: tuple[JSON, Release]) -> None:
        pod, release = given_pod
        found, alone = pod_requests(pod, release=release), pod_requests(pod, options=CONTAINERS_ALONE, release=release)
        asked = read_pod_resources(pod, release=release).resources
        if asked is None:
            assert found == alone
            return
        for total, of_containers, of_pod in ((found.requests, alone.requests, asked.requests), (found.limits, alone.limits, asked.limits)):
            whole = of_pod or NO_RESOURCES
            for name in ("cpu", "memory"):
                assert total.get(name) == whole.get(name, of_containers.get(name))
            assert of_containers.keys() <= total.keys() <= of_containers.keys() | whole.keys()


class TestOptionsUnknownToARelease:
    """An option, or a field, that a release does not know yet changes nothing there."""

    @given(resource_pods(status=True), releases, options())
    def test_unknown(self, pod: JSON, release: Release, chosen: RequestOptions) -> None:
        known = {
            "skip_pod_level_resources": POD_LEVEL_RESOURCES,
            "skip_container_level_resources": CONTAINER_LEVEL_SKIPPED,
            "in_place_pod_level_resources_vertical_scaling_enabled": POD_LEVEL_RESIZE,
            "use_dra_node_allocatable_resource_claim_status": RESOURCE_CLAIMS,
        }
        unknown: dict[str, Any] = {name: False for name, change in known.items() if change not in release}
        plain = attrs.evolve(chosen, **unknown)
        assert pod_requests(pod, options=chosen, release=release) == pod_requests(pod, options=plain, release=release)

    @given(resource_pods(), releases, options())
    def test_no_status(self, pod: JSON, release: Release, chosen: RequestOptions) -> None:
        """A pod without a status counts as it is written, whether a status would count or not."""
        found = pod_requests(pod, options=chosen, release=release)
        plain = pod_requests(pod, options=attrs.evolve(chosen, use_status_resources=False), release=release)
        assert (found.requests, found.limits) == (plain.requests, plain.limits)


class TestResizing:
    """While a pod is resized, at least what it asks for counts, unless that can never be given."""

    @given(pods(status=True))
    def test_at_least_what_is_asked_for(self, given_pod: tuple[JSON, Release]) -> None:
        pod, release = given_pod
        assume("resize" not in pod.get("status", {}))
        # Since 1.37 what the status of the pod as a whole says replaces the sum even where the spec of the pod has nothing to replace it.
        plainly = RequestOptions(skip_pod_level_resources=RESIZE_VIEWS in release)
        in_place = attrs.evolve(plainly, use_status_resources=True, in_place_pod_level_resources_vertical_scaling_enabled=True)
        plain, resized = pod_requests(pod, options=plainly, release=release), pod_requests(pod, options=in_place, release=release)
        assert at_most(plain.requests, resized.requests)
        assert at_most(plain.limits, resized.limits)

    @given(resource_pods(status=True, overhead=False), st.data())
    def test_the_largest_sum_is_at_most_the_sum_of_the_largest(self, pod: JSON, data: st.DataObject) -> None:
        """So 1.37 counts no more than 1.36, where everything is reported of every container."""
        spec: JSON = {"containers": pod["spec"]["containers"]}
        statuses = [
            {
                "name": container["name"],
                "resources": {"requests": data.draw(resource_lists())},
                "allocatedResources": data.draw(resource_lists()),
            }
            for container in spec["containers"]
        ]
        reported = {"spec": spec, "status": {**pod.get("status", {}), "containerStatuses": statuses}}
        now, then = (
            pod_requests(reported, options=RequestOptions(use_status_resources=True), release=Release(minor)) for minor in ("1.37", "1.36")
        )
        assert at_most(now.requests, then.requests)


class TestValues:
    """The input is left alone, and what comes back is a value."""

    @given(pods(status=True), options())
    def test_values(self, given_pod: tuple[JSON, Release], chosen: RequestOptions) -> None:
        pod, release = given_pod
        found = pod_requests(read_only(pod), options=chosen, release=release)
        again = pickle.loads(pickle.dumps(found))  # noqa: S301
        assert again == found == pod_requests(pod, options=chosen, release=release)
        assert hash(again) == hash(found)
        assert (found.request_shares == ()) is (
            (chosen.skip_container_level_resources and CONTAINER_LEVEL_SKIPPED in release)
            or (chosen.use_status_resources and RESIZE_VIEWS in release)
        )


class TestNothingElseIsRaised:
    """Whatever JSON the pod is, there is an answer, or an error of this library."""

    @given(strategies.json_objects() | strategies.damaged(resource_pods(status=True)), releases, options())
    def test_pods(self, pod: JSON, release: Release, chosen: RequestOptions) -> None:
        for made in (pod, {"spec": pod, "status": pod}):
            try:
                found = pod_requests(made, options=chosen, release=release)
                assert len(found.limit_steps) == len(found.limit_shares)
            except KubeContainersError as error:
                assert str(error)

    @given(strategies.json_objects())
    def test_options(self, missing: JSON) -> None:
        try:
            assert RequestOptions(non_missing_container_requests=missing) != DEFAULT_OPTIONS or not missing
        except KubeContainersError as error:
            assert str(error)

"""Strategies of resource lists, and of pods that have resources of every kind; offered in ``strategies``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.quantity import Quantity
from ..apimachinery.release import LATEST, Release
from ..scheduling.pod_resources import POD_LEVEL_RESIZE, POD_LEVEL_RESOURCES, RESOURCE_CLAIMS, SIDECARS
from .quantities import nearly_valid_quantities, quantities

__all__ = ["nearly_valid_resource_lists", "resource_lists", "resource_pods"]

JSON = dict[str, Any]

RESOURCE_NAMES = ("cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "nvidia.com/gpu")
_POD_LEVEL_NAMES = ("cpu", "memory", "hugepages-2Mi")
_OVERCOMMITTED = frozenset({"cpu", "memory", "ephemeral-storage"})

_amounts = quantities(signed=False, max_exponent=9)
_pages = st.integers(0, 10**6).map(lambda number: f"{2 * number}Mi")
_whole = st.integers(0, 10**6).map(str) | st.sampled_from(["1k", "1e3", "2000m", "+1", "1Ki"])


@st.composite
def resource_lists(draw: DrawFn, *, names: tuple[str, ...] = RESOURCE_NAMES) -> JSON:
    """Resource lists, some of them empty, that a container, a pod or an overhead can have as requests or limits.

    ``names`` are those of the resources that there may be; huge pages are drawn in pages of ``2Mi``, what has a prefix as whole numbers.

    >>> from hypothesis import find
    >>> find(resource_lists(names=("cpu",)), lambda resources: "cpu" in resources)
    {'cpu': '1'}
    """
    chosen = draw(st.lists(st.sampled_from(names), unique=True, max_size=len(names)))
    if any(name.startswith("hugepages-") for name in chosen) and not {"cpu", "memory"} & {*chosen}:
        chosen.append("memory")
    return {name: draw(_quantities(name)) for name in chosen}


def _quantities(name: str) -> SearchStrategy[str]:
    if name.startswith("hugepages-"):
        return _pages
    return _whole if "/" in name else _amounts


@st.composite
def _requirements(draw: DrawFn, names: tuple[str, ...] = RESOURCE_NAMES) -> JSON:
    """Draw requests and limits; what is requested is within the limit, and equal to it where nothing may be overcommitted."""
    requests, limits = draw(resource_lists(names=names)), draw(resource_lists(names=names))
    for name in sorted(requests.keys() & limits.keys()):
        equal = name not in _OVERCOMMITTED or Quantity.parse(requests[name]) > Quantity.parse(limits[name])
        limits[name] = requests[name] if equal or draw(st.booleans()) else limits[name]
    found: JSON = {"requests": requests, "limits": limits}
    return {side: found[side] for side in found if draw(st.integers(0, 4))}


@st.composite
def resource_pods(draw: DrawFn, *, status: bool = False, overhead: bool = True, release: Release = LATEST) -> JSON:
    """Pods whose containers have resources, sidecars and other init containers among them, and that may have resources as a whole.

    ``status``: many have one that tells of a resize in place, under way or infeasible. ``overhead``: many have an overhead, as if a
    RuntimeClass had given it. Fields that ``release`` does not know are left out. The pod as a whole may have less than its containers.

    >>> from hypothesis import given
    >>> @given(resource_pods(status=True))
    ... def test_my_scheduler_finds_room(pod):
    ...     ...
    """
    app = [_container(draw, f"app-{at}") for at in range(draw(st.integers(1, 3)))]
    init = [_container(draw, f"init-{at}") for at in range(draw(st.integers(0, 3)))]
    for container in init:
        if SIDECARS in release and draw(st.booleans()):
            container["restartPolicy"] = "Always"
    spec: JSON = {"containers": app}
    if init:
        spec["initContainers"] = init
    if POD_LEVEL_RESOURCES in release and draw(st.booleans()):
        spec["resources"] = draw(_requirements(_POD_LEVEL_NAMES))
    if overhead and draw(st.booleans()):
        spec["overhead"] = draw(resource_lists())
    pod: JSON = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "shop"}, "spec": spec}
    if status and draw(st.integers(0, 4)):
        pod["status"] = draw(_statuses([container["name"] for container in app], [container["name"] for container in init], release))
    return pod


def _container(draw: DrawFn, name: str) -> JSON:
    container: JSON = {"name": name, "image": "nginx"}
    if draw(st.integers(0, 4)):
        container["resources"] = draw(_requirements())
    return container


@st.composite
def _statuses(draw: DrawFn, names: list[str], init_names: list[str], release: Release) -> JSON:
    status: JSON = {
        "containerStatuses": [_reported(draw, {"name": name}) for name in names if draw(st.integers(0, 4))],
        "initContainerStatuses": [_reported(draw, {"name": name}) for name in init_names if draw(st.integers(0, 4))],
    }
    if POD_LEVEL_RESIZE in release and draw(st.booleans()):
        _reported(draw, status)
    if RESOURCE_CLAIMS in release and draw(st.booleans()):
        claims = draw(st.lists(resource_lists(), max_size=2))
        status["nodeAllocatableResourceClaimStatuses"] = [{"resourceClaimName": "gpu", "resources": claim} for claim in claims]
    reason = draw(st.sampled_from(["", "Infeasible", "Deferred"]))
    if reason:
        status["resize"] = reason
        status["conditions"] = [{"type": "PodResizePending", "status": "True", "reason": reason}]
    return status


def _reported(draw: DrawFn, holder: JSON) -> JSON:
    """Add what a status says of the resources of a container, or of a pod."""
    if draw(st.booleans()):
        holder["resources"] = draw(_requirements())
    if draw(st.booleans()):
        holder["allocatedResources"] = draw(resource_lists())
    return holder


@st.composite
def nearly_valid_resource_lists(draw: DrawFn) -> JSON:
    """Resource lists after a change or none; some are still valid, in some there is something that is no quantity.

    >>> from hypothesis import given
    >>> @given(nearly_valid_resource_lists())
    ... def test_my_form_reports_what_is_wrong(resources):
    ...     ...
    """
    resources = draw(resource_lists())
    return draw(st.sampled_from(_EDITS))(draw, resources)


_NAMES = [
    "gpu",
    "pods",
    "storage",
    "limits.cpu",
    "requests.hugepages-2Mi",
    "",
    "CPU",
    "cpu ",
    "-x",
    "a/b/c",
    "/gpu",
    "example.com/",
    "requests.example.com/gpu",
    "kubernetes.io/pods",
    "a" * 250 + "/b",
    "example.com/" + "b" * 64,
    "hugepages-large",
    "hugepages-0",
    "hugepages-1500m",
    "hugepages-1Gi",
]


def _keep(_draw: DrawFn, resources: JSON) -> JSON:
    return resources


def _add(draw: DrawFn, resources: JSON) -> JSON:
    return resources | {draw(st.sampled_from(_NAMES)): draw(_amounts)}


def _negate(draw: DrawFn, resources: JSON) -> JSON:
    return resources | {draw(st.sampled_from(RESOURCE_NAMES)): "-" + draw(_amounts).lstrip("+")}


def _mismeasure(draw: DrawFn, resources: JSON) -> JSON:
    return resources | {draw(st.sampled_from(RESOURCE_NAMES)): draw(_amounts | st.sampled_from(["1500m", "3Mi", "3Ei", "1n"]))}


def _leave_pages(draw: DrawFn, _resources: JSON) -> JSON:
    return {"hugepages-2Mi": draw(_pages)}


def _misspell(draw: DrawFn, resources: JSON) -> JSON:
    return resources | {draw(st.sampled_from(RESOURCE_NAMES)): draw(nearly_valid_quantities() | st.sampled_from([None, 1, 0.5, True, []]))}


_EDITS: list[Callable[[DrawFn, JSON], JSON]] = [_keep, _keep, _add, _negate, _mismeasure, _mismeasure, _leave_pages, _misspell]

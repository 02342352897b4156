"""Strategies of RuntimeClasses, of pods that name one, and of requests for such pods; offered in ``strategies``.

Names, labels and taints come from few, so that what is drawn apart often meets.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.requests import AdmissionRequest, Operation
from .resources import nearly_valid_resource_lists, resource_lists
from .scheduling import nearly_valid_tolerations, node_selector_pods, tolerations
from .secrets import nearly_valid_object_metadata, object_metadata
from .texts import labels

__all__ = ["nearly_valid_runtime_classes", "runtime_class_pods", "runtime_class_requests", "runtime_classes"]

JSON = dict[str, Any]

_NAMES = ("gvisor", "kata")
_DISKS = st.sampled_from(["ssd", "hdd"])
_OTHER_LABELS: JSON = {
    "kubernetes.io/os": st.just("linux"),
    "beta.kubernetes.io/arch": st.just("arm64"),
    "node-role.kubernetes.io/master": st.just(""),
}
_OVERHEADS: list[JSON] = [{}, {"cpu": "250m"}, {"cpu": "0.25"}, {"cpu": "250m", "memory": "120Mi"}, {"memory": "122880Ki", "cpu": "250m"}]
_WRONG_HANDLERS = ("", "kata.qemu", "Kata", "a" * 64, "kata\n", "-", None)
_WRONG_SELECTORS: list[JSON] = [{"a/b/c": ""}, {"": "x"}, {"disktype": "-"}, {"a b": "a b"}, {"disktype": "x" * 64}]
_MALFORMED: list[JSON] = [
    {"handler": 7},
    {"overhead": []},
    {"scheduling": "x"},
    {"scheduling": {"nodeSelector": {"a": 1}}},
    {"metadata": ""},
]


@st.composite
def runtime_classes(draw: DrawFn, *, names: SearchStrategy[str] | None = None, overheads: SearchStrategy[JSON] | None = None) -> JSON:
    """RuntimeClasses that the API server takes, with and without overhead and scheduling.

    ``names`` are those of the classes, ``overheads`` what ``podFixed`` can be.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5)
    ... @given(runtime_classes(names=st.just("kata")))
    ... def test_the_name_is_the_one_given(found):
    ...     assert found["metadata"]["name"] == "kata"
    >>> test_the_name_is_the_one_given()
    """
    metadata = draw(object_metadata(namespaced=False))
    fixed = resource_lists() if overheads is None else overheads
    scheduling = st.fixed_dictionaries({}, optional={"nodeSelector": _selectors(), "tolerations": _toleration_lists()})
    optional: JSON = {"overhead": st.fixed_dictionaries({}, optional={"podFixed": fixed}), "scheduling": scheduling}
    required: JSON = {"metadata": st.just(metadata if names is None else metadata | {"name": draw(names)}), "handler": labels()}
    return draw(st.fixed_dictionaries(required, optional=optional))


@st.composite
def nearly_valid_runtime_classes(draw: DrawFn) -> JSON:
    """RuntimeClasses of which one field was set to something that may be wrong; some are still good, few cannot be decoded.

    >>> from hypothesis import given
    >>> @given(nearly_valid_runtime_classes())
    ... def test_my_webhook_agrees_with_kubernetes(runtime_class):
    ...     ...
    """
    found = draw(runtime_classes())
    scheduling = found.get("scheduling", {})
    edits: list[SearchStrategy[JSON]] = [
        st.just({}),
        _field("metadata", nearly_valid_object_metadata(namespaced=False)),
        _field("handler", st.sampled_from(_WRONG_HANDLERS) | labels()),
        _field("overhead", _field("podFixed", nearly_valid_resource_lists())),
        _field("scheduling", _field("nodeSelector", st.sampled_from(_WRONG_SELECTORS) | _selectors(), scheduling)),
        _field("scheduling", _field("tolerations", st.lists(nearly_valid_tolerations(), max_size=3), scheduling)),
        st.sampled_from(_MALFORMED),
    ]
    return found | draw(st.one_of(edits))


@st.composite
def runtime_class_pods(draw: DrawFn, *, names: SearchStrategy[str | None] | None = None) -> JSON:
    """Pods that name a RuntimeClass, or none, and have a node selector, affinity, tolerations and an overhead of their own, or have not.

    ``names`` are those of the classes, ``None`` where a pod names none. The pods have no containers.

    >>> from hypothesis import find
    >>> find(runtime_class_pods(names=st.just("kata")), lambda pod: True)
    {'metadata': {'name': 'web', 'namespace': 'shop'}, 'spec': {'runtimeClassName': 'kata'}}
    """
    selector: JSON = {"nodeSelector": {"disktype": draw(_DISKS)}} if draw(st.booleans()) else {}
    spec = draw(node_selector_pods())["spec"] | selector
    name = draw(st.sampled_from([*_NAMES, *_NAMES, None]) if names is None else names)
    named = {} if name is None else {"runtimeClassName": name}
    overhead = {"overhead": draw(st.sampled_from(_OVERHEADS))} if draw(st.booleans()) else {}
    return {"metadata": {"name": "web", "namespace": "shop"}, "spec": named | spec | overhead}


@st.composite
def runtime_class_requests(draw: DrawFn, *, operations: tuple[Operation, ...] = (Operation.CREATE,)) -> tuple[AdmissionRequest, list[JSON]]:
    """Admission requests for pods, each with the RuntimeClasses that there are; many pods are admitted, many are not.

    ``operations`` are those of the requests.

    >>> from hypothesis import given
    >>> @given(runtime_class_requests())
    ... def test_my_policy_agrees_with_kubernetes(request_and_classes):
    ...     ...
    """
    overheads = st.sampled_from(_OVERHEADS)
    found = [
        draw(runtime_classes(names=st.just(name), overheads=overheads))
        for name in _NAMES
        if draw(st.integers(0, 4))  # few are missing
    ]
    operation = draw(st.sampled_from(operations))
    return AdmissionRequest(operation, draw(runtime_class_pods())), found


@st.composite
def _selectors(draw: DrawFn) -> JSON:
    """Draw node selectors; any two that are not empty select by the disk."""
    return draw(st.fixed_dictionaries({"disktype": _DISKS}, optional=_OTHER_LABELS)) if draw(st.integers(0, 4)) else {}


def _toleration_lists() -> SearchStrategy[list[JSON]]:
    """Draw lists of tolerations of which none differs from another in its seconds alone."""
    return st.lists(tolerations(), max_size=4, unique_by=_place)


def _place(toleration: JSON) -> tuple[Any, ...]:
    return tuple(toleration.get(field, "") for field in ("key", "operator", "value", "effect"))


def _field(name: str, values: SearchStrategy[Any], beside: JSON | None = None) -> SearchStrategy[JSON]:
    """Objects with one field that is drawn, and those ``beside`` it."""

    def with_field(value: Any) -> JSON:
        return (beside or {}) | {name: value}

    return values.map(with_field)

"""The admission plugin RuntimeClass (``plugin/pkg/admission/runtimeclass/admission.go``), which the API server runs unless it is disabled.

A pod that names a RuntimeClass gets its overhead, and what it says of nodes. Selectors become one map that has the entries of both, so the
pod runs only on nodes that both select: what the documentation calls their intersection. Tolerations become one list of what either
tolerates. The mutating pass does this; the validating pass, after all webhooks, only looks at the overhead again.

The pod is as the API server has it by then, its overhead in whole thousandths (``scheduling.overhead.default_overhead``).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence

import attrs

from ..apimachinery.fields import ROOT, FieldChange, FieldError, FieldErrorType
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject, list_at, mapping_at, root_object, text_at, text_map_at
from ..apimachinery.plain import is_plain_object
from ..apimachinery.release import LATEST, Change, Release
from ..apimachinery.requests import AdmissionDenied, AdmissionRequest, Admitted, Operation
from ..scheduling.resource_lists import ResourceList, resource_list_at
from ..scheduling.tolerations import DroppedToleration, Toleration, merge_tolerations, plain_keys, tolerations_at
from .class_source import RuntimeClassLookupFailed, SomeRuntimeClasses, lookup_runtime_class
from .runtime_class import RuntimeClass, RuntimeClassScheduling

__all__ = [
    "EMPTY_OVERHEAD_OVERWRITTEN",
    "RuntimeClassAdmitted",
    "RuntimeClassDenial",
    "RuntimeClassDenied",
    "RuntimeClassReason",
    "admit_runtime_class",
    "validate_runtime_class_admission",
]

EMPTY_OVERHEAD_OVERWRITTEN = Change(
    since="1.31", summary="a pod with overhead: {} gets the overhead of its RuntimeClass, and is no longer refused"
)

_METADATA, _SPEC = ROOT.child("metadata"), ROOT.child("spec")
_CLASS_NAME, _OVERHEAD = _SPEC.child("runtimeClassName"), _SPEC.child("overhead")
_SELECTOR, _TOLERATIONS = _SPEC.child("nodeSelector"), _SPEC.child("tolerations")

_NO_LABELS: FrozenMap[str, str] = FrozenMap({})

_FORBIDDEN = 403, "Forbidden"
_BAD_REQUEST = 400, "BadRequest"


class RuntimeClassReason(enum.Enum):
    """Why the plugin did what it did."""

    OVERHEAD = "the overhead of a pod is that of its RuntimeClass"
    NO_OVERHEAD = "the overhead of the RuntimeClass names no resource"
    NODE_SELECTOR = "a pod runs on nodes that its RuntimeClass selects"
    TOLERATIONS = "a pod tolerates what its RuntimeClass does; tolerations that others cover are dropped"

    CLASS_APPLIED = "the pod has what its RuntimeClass sets"
    CLASS_SETS_NOTHING = "the RuntimeClass has no overhead and no scheduling"
    NO_CLASS = "the pod names no RuntimeClass"
    OPERATION = "only CREATE is handled"
    SUBRESOURCE = "subresources are passed over"
    RESOURCE = "only pods are handled"


class RuntimeClassDenial(enum.Enum):
    """Why the plugin refuses a pod."""

    NOT_A_POD = "the object is no pod"
    CLASS_NOT_FOUND = "there is no such RuntimeClass"
    LOOKUP_FAILED = "the RuntimeClass could not be looked up"
    OVERHEAD_MISMATCH = "the overhead of the pod is not that of its RuntimeClass"
    OVERHEAD_NOT_EXPECTED = "a pod has an overhead only where its RuntimeClass has one"
    SELECTOR_CONFLICT = "the RuntimeClass selects another value of the label"


_HINTS = {
    RuntimeClassDenial.CLASS_NOT_FOUND: "create the RuntimeClass first, or name another in spec.runtimeClassName",
    RuntimeClassDenial.OVERHEAD_MISMATCH: "leave out spec.overhead, which is filled in",
    RuntimeClassDenial.OVERHEAD_NOT_EXPECTED: "leave out spec.overhead",
    RuntimeClassDenial.SELECTOR_CONFLICT: "leave the label out of spec.nodeSelector, or name another RuntimeClass",
}


class RuntimeClassDenied(AdmissionDenied):
    """The plugin refused a pod; ``cause`` says why, ``errors`` where, if it is for a field."""

    def __init__(self, cause: RuntimeClassDenial, code: int, reason: str, message: str, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(code, reason, message, errors, _HINTS.get(cause, ""))
        self.args = (cause, code, reason, message, errors)
        self.cause = cause

    @classmethod
    def of(cls, pod: JSONObject, errors: tuple[FieldError, ...]) -> RuntimeClassDenied:
        """Return the denial, 403 Forbidden, of a pod that breaks the rules of ``errors``: one or more of this module's.

        Raises ``MalformedObject`` if the pod's name is none.

        >>> errors = validate_runtime_class_admission(AdmissionRequest(Operation.CREATE, {"spec": {"overhead": {"cpu": "1"}}}), [])
        >>> denied = RuntimeClassDenied.of({"metadata": {"name": "web"}}, errors)
        >>> denied.code, denied.cause.name, denied.message
        (403, 'OVERHEAD_NOT_EXPECTED', 'pods "web" is forbidden: spec.overhead: a pod has an overhead only where its RuntimeClass has one')
        """
        metadata = mapping_at(root_object(pod), "metadata", ROOT) or {}
        name = text_at(metadata, "name", _METADATA) or text_at(metadata, "generateName", _METADATA) or "Unknown"
        sentences = "; ".join(f"{error.path}: {error.detail}" for error in errors)
        cause = RuntimeClassDenial(errors[0].rule.value)
        return cls(cause, *_FORBIDDEN, f'pods "{name}" is forbidden: {sentences}', errors)


@attrs.frozen(slots=False)
class RuntimeClassAdmitted(Admitted):
    """A pod was let through, perhaps changed.

    ``runtime_class`` is its RuntimeClass, ``None`` where it names none or is passed over. ``added_selector`` are the entries of the node
    selector that the pod had not, ``added_tolerations`` the tolerations, and ``dropped_tolerations`` those that the list does without, of
    the pod and of the class, each with the one that covers it; positions are those in the pod's list followed by the class's.
    """

    runtime_class: RuntimeClass | None = attrs.field(default=None, kw_only=True)
    added_selector: FrozenMap[str, str] = attrs.field(default=_NO_LABELS, kw_only=True)
    added_tolerations: tuple[Toleration, ...] = attrs.field(default=(), kw_only=True)
    dropped_tolerations: tuple[DroppedToleration, ...] = attrs.field(default=(), kw_only=True)


def admit_runtime_class(request: AdmissionRequest, classes: SomeRuntimeClasses, *, release: Release = LATEST) -> RuntimeClassAdmitted:
    """Give a pod the overhead, the node selector and the tolerations of its RuntimeClass: the mutating pass.

    ``classes`` are the RuntimeClasses that exist, values or API objects, or a source of them (``RuntimeClasses``). ``release`` is the API
    server's. Raises ``RuntimeClassDenied`` where Kubernetes refuses the request: 403 Forbidden, 400 BadRequest if the object is no pod, and
    what the look-up of the class failed with, 500 without a reason if that is no answer of an API server.

    >>> kata = {"metadata": {"name": "kata"}, "handler": "kata", "scheduling": {"nodeSelector": {"sandbox": "kata"}}}
    >>> pod = {"metadata": {"name": "web"}, "spec": {"runtimeClassName": "kata", "nodeSelector": {"disktype": "ssd"}}}
    >>> admitted = admit_runtime_class(AdmissionRequest(Operation.CREATE, pod), [kata])
    >>> admitted.object["spec"]["nodeSelector"], admitted.added_selector
    ({'disktype': 'ssd', 'sandbox': 'kata'}, FrozenMap({'sandbox': 'kata'}))
    """
    passed_over = _passed_over(request)
    if passed_over is not None:
        return RuntimeClassAdmitted(request.object, passed_over)
    pod = _pod(request)
    spec = mapping_at(pod, "spec", ROOT) or {}
    found = _find(pod, spec, classes)
    if found is None:
        return RuntimeClassAdmitted(pod, RuntimeClassReason.NO_CLASS)
    changes = _set_overhead(pod, spec, found, release)
    if found.scheduling is None:
        reason = RuntimeClassReason.CLASS_SETS_NOTHING if found.overhead is None else RuntimeClassReason.CLASS_APPLIED
        return RuntimeClassAdmitted(pod, reason, changes, runtime_class=found)
    added_selector, selector_changes = _select_nodes(pod, spec, found, found.scheduling)
    added_tolerations, dropped_tolerations, toleration_changes = _tolerate(spec, found.scheduling)
    changes += selector_changes + toleration_changes
    return RuntimeClassAdmitted(
        pod,
        RuntimeClassReason.CLASS_APPLIED,
        changes,
        runtime_class=found,
        added_selector=added_selector,
        added_tolerations=added_tolerations,
        dropped_tolerations=dropped_tolerations,
    )


def validate_runtime_class_admission(
    request: AdmissionRequest,
    classes: SomeRuntimeClasses,
    *,
    release: Release = LATEST,  # noqa: ARG001  (as every rule)
) -> tuple[FieldError, ...]:
    """Return an error if the overhead of a pod is not that of its RuntimeClass: the validating pass.

    A pod without a class, or with one that has no overhead, may not have any, not even an empty one. Kubernetes refuses the request,
    403 Forbidden (``RuntimeClassDenied.of``). ``classes`` and ``release`` are as in ``admit_runtime_class``. Raises ``RuntimeClassDenied``
    if the object is no pod, or its class is not found.

    >>> request = AdmissionRequest(Operation.CREATE, {"spec": {"overhead": {}}})
    >>> [str(error) for error in validate_runtime_class_admission(request, [])]
    ["spec.overhead: Forbidden: 'none': a pod has an overhead only where its RuntimeClass has one"]
    """
    if _passed_over(request) is not None:
        return ()
    pod = _pod(request)
    spec = mapping_at(pod, "spec", ROOT) or {}
    found = _find(pod, spec, classes)
    if found is not None and found.overhead is not None and _is_written(spec, found):
        return ()
    overhead = resource_list_at(spec, "overhead", _SPEC)
    if found is not None and found.overhead is not None:
        return () if (overhead or {}) == found.overhead else (_mismatch(overhead, found, found.overhead),)
    if overhead is None:
        return ()
    rule = RuntimeClassDenial.OVERHEAD_NOT_EXPECTED
    return (FieldError(_OVERHEAD, FieldErrorType.FORBIDDEN, rule, _shown(overhead), rule.value),)


def _passed_over(request: AdmissionRequest) -> RuntimeClassReason | None:
    if request.operation is not Operation.CREATE:
        return RuntimeClassReason.OPERATION
    if request.subresource:
        return RuntimeClassReason.SUBRESOURCE
    return None if (request.group, request.resource) == ("", "pods") else RuntimeClassReason.RESOURCE


def _pod(request: AdmissionRequest) -> JSONObject:
    if request.object is None or request.kind != "Pod":
        found = "there is no object" if request.object is None else f"the object is of kind {request.kind}"
        raise RuntimeClassDenied(RuntimeClassDenial.NOT_A_POD, *_BAD_REQUEST, f"the resource is pods, and {found}")
    return root_object(request.object)


def _find(pod: JSONObject, spec: JSONObject, classes: SomeRuntimeClasses) -> RuntimeClass | None:
    """Return the RuntimeClass that a pod names; an empty name is one."""
    if spec.get("runtimeClassName") is None:
        return None
    name, failure = text_at(spec, "runtimeClassName", _SPEC), None
    try:
        found = lookup_runtime_class(name, classes)
    except RuntimeClassLookupFailed as error:
        found, failure = None, error
    if failure is not None:
        raise RuntimeClassDenied(RuntimeClassDenial.LOOKUP_FAILED, failure.code, failure.reason, str(failure))
    if found is None:
        rule = RuntimeClassDenial.CLASS_NOT_FOUND
        raise RuntimeClassDenied.of(pod, (FieldError(_CLASS_NAME, FieldErrorType.NOT_FOUND, rule, name, f"{rule.value}: {name[:100]!r}"),))
    return found


# ------------------------------------------------------------------------------------------------------------------ overhead


def _set_overhead(pod: JSONObject, spec: JSONObject, found: RuntimeClass, release: Release) -> tuple[FieldChange, ...]:
    """Return what makes the overhead that of the class, to the letter: quantities that are equal may be written in another way."""
    if found.overhead is None:
        return ()
    before = spec.get("overhead")
    if before is not None:
        if _is_written(spec, found):
            return ()
        overhead = resource_list_at(spec, "overhead", _SPEC)
        if overhead != found.overhead and (overhead or EMPTY_OVERHEAD_OVERWRITTEN not in release):
            raise RuntimeClassDenied.of(pod, (_mismatch(overhead, found, found.overhead),))
    after = dict(found.pod_fixed.items()) or None
    if before == after:
        return ()
    reason = RuntimeClassReason.NO_OVERHEAD if after is None else RuntimeClassReason.OVERHEAD
    return (FieldChange(_OVERHEAD, before, after, reason),)


def _is_written(spec: JSONObject, found: RuntimeClass) -> bool:
    """Return whether the overhead of a pod is plainly that of its class, to the letter, as the mutating pass leaves it."""
    given = spec.get("overhead")
    return is_plain_object(given) and given.items() == found.pod_fixed.items()


def _mismatch(overhead: ResourceList | None, found: RuntimeClass, fixed: ResourceList) -> FieldError:
    rule = RuntimeClassDenial.OVERHEAD_MISMATCH
    detail = f"{rule.value}: {found.name} has {_shown(fixed)}"
    return FieldError(_OVERHEAD, FieldErrorType.FORBIDDEN, rule, _shown(overhead), detail)


def _shown(resources: ResourceList | None) -> str:
    return ", ".join(f"{name}={quantity}" for name, quantity in (resources or {}).items()) or "none"


# ---------------------------------------------------------------------------------------------------------------- scheduling


def _select_nodes(
    pod: JSONObject, spec: JSONObject, found: RuntimeClass, scheduling: RuntimeClassScheduling
) -> tuple[FrozenMap[str, str], tuple[FieldChange, ...]]:
    """Return the entries that the node selector has not, and what adds them: one change where the pod selects nothing."""
    wanted = scheduling.node_selector
    own = text_map_at(spec, "nodeSelector", _SPEC)
    added = {key: value for key, value in wanted.items() if own.get(key) != value}
    if not added:
        return _NO_LABELS, ()
    if not own:
        changes = [FieldChange(_SELECTOR, spec.get("nodeSelector"), added, RuntimeClassReason.NODE_SELECTOR)]
    elif own.keys().isdisjoint(added):
        changes = [FieldChange(_SELECTOR.key(key), None, value, RuntimeClassReason.NODE_SELECTOR) for key, value in added.items()]
    else:
        raise RuntimeClassDenied.of(pod, tuple(_conflicts(own, added, found)))
    return wanted if len(added) == len(wanted) else FrozenMap(added), tuple(changes)


def _conflicts(own: dict[str, str], wanted: dict[str, str], found: RuntimeClass) -> Iterator[FieldError]:
    rule = RuntimeClassDenial.SELECTOR_CONFLICT
    for key, value in wanted.items():
        if key in own:
            yield FieldError(_SELECTOR.key(key), FieldErrorType.FORBIDDEN, rule, own[key], f"{rule.value}: {found.name} has {value!r}")


def _tolerate(
    spec: JSONObject, scheduling: RuntimeClassScheduling
) -> tuple[tuple[Toleration, ...], tuple[DroppedToleration, ...], tuple[FieldChange, ...]]:
    """Return the tolerations that are added and dropped, and the change that replaces the list, if it needs one."""
    entries, added = list_at(spec, "tolerations", _SPEC), scheduling.tolerations
    kept: Sequence[object] = entries
    dropped: tuple[DroppedToleration, ...] = ()
    if not _are_apart(entries, scheduling):
        merged = merge_tolerations(tolerations_at(spec, _SPEC), added)
        gone = {found.position for found in merged.dropped}
        kept = [entry for position, entry in enumerate(entries) if position not in gone]
        added, dropped = merged.tolerations[len(kept) :], merged.dropped
    if not added and len(kept) == len(entries):
        return (), dropped, ()
    after = [*kept, *[toleration.to_json() for toleration in added]]
    return added, dropped, (FieldChange(_TOLERATIONS, spec.get("tolerations"), after, RuntimeClassReason.TOLERATIONS),)


def _are_apart(entries: Sequence[object], scheduling: RuntimeClassScheduling) -> bool:
    """Return whether all are surely for keys of their own, as nearly always, so that merging drops none."""
    others = scheduling.separate_keys
    own = None if others is None else plain_keys(entries)
    return own is not None and others is not None and own.isdisjoint(others)

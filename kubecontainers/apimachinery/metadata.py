"""Object metadata: what the API server checks in it when an object is created and when it is updated.

Kubernetes keeps the rules in ``k8s.io/apimachinery/pkg/api/validation/objectmeta.go``, and those that it adds for the core group in
``pkg/apis/core/validation``. All errors come at once, in its order; of a map, in the order of the map. ``managedFields``, which the server
writes itself, are not looked at.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Protocol

from ..golang.rfc3339 import parse_rfc3339
from ..golang.text import to_bytes, to_lower
from .errors import MalformedObject
from .fields import FieldError, FieldErrorType, FieldPath
from .names import NameRule, validate_dns1123_label, validate_dns1123_subdomain, validate_label_value, validate_qualified_name
from .objects import JSONObject, boolean_at, integer_at, objects_at, root_object, text_at, text_map_at, texts_at

__all__ = ["MetadataRule", "NameValidator", "validate_labels", "validate_object_meta", "validate_object_meta_update"]

MAX_ANNOTATIONS_BYTES = 256 * 1024

_ORPHAN, _FOREGROUND = "orphan", "foregroundDeletion"
_STANDARD_FINALIZERS = frozenset({"kubernetes", _ORPHAN, _FOREGROUND})
_IMMUTABLE_TEXTS = ("name", "namespace", "uid")


class MetadataRule(enum.Enum):
    """A rule that metadata can break, apart from those of names, which are a ``NameRule``."""

    NAME_REQUIRED = "name or generateName is required"
    NAMESPACE_REQUIRED = "a namespace is required"
    NAMESPACE_FORBIDDEN = "objects of this kind have no namespace"
    GENERATION_NEGATIVE = "must not be negative"
    ANNOTATIONS_TOO_LONG = "annotations may have at most 262144 bytes together"
    OWNER_VERSION = "needs an API version, such as v1 or apps/v1"
    OWNER_INCOMPLETE = "must not be empty"
    OWNER_DISALLOWED = "an Event cannot be an owner"
    CONTROLLER_TWICE = "only one owner can be the controller"
    FINALIZER_CONFLICT = "orphan and foregroundDeletion exclude each other"
    FINALIZER_UNQUALIFIED = "must be qualified, such as example.com/name, or one of kubernetes, orphan and foregroundDeletion"
    FINALIZER_ADDED = "no finalizer can be added to an object that is being deleted"
    RESOURCE_VERSION_REQUIRED = "must be specified for an update"
    GENERATION_DECREMENTED = "must not be decremented"
    IMMUTABLE = "field is immutable"


_NAME_DETAILS = {
    NameRule.TOO_LONG: "it is too long",
    NameRule.FORMAT: "it has characters that cannot stand where they do",
    NameRule.DOTS: "it may have no dots",
    NameRule.PARTS: "it may have one slash at most",
    NameRule.PREFIX_EMPTY: "nothing stands before the slash",
    NameRule.PREFIX_TOO_LONG: "what stands before the slash may have at most 253 bytes",
    NameRule.PREFIX_FORMAT: "what stands before the slash must be a DNS name",
    NameRule.NAME_EMPTY: "the name is empty",
    NameRule.NAME_TOO_LONG: "the name may have at most 63 bytes",
    NameRule.NAME_FORMAT: "a name has letters, digits and, inside, '-', '_' and '.'",
}


class NameValidator(Protocol):
    """What a kind demands of names: ``validate_dns1123_subdomain``, ``validate_dns1123_label`` or a function like these."""

    def __call__(self, value: str, *, prefix: bool = False) -> tuple[NameRule, ...]:
        """Return the rules that a name breaks; ``prefix``: it is a ``generateName``, the beginning of one."""
        ...


def validate_object_meta(
    metadata: JSONObject,
    path: FieldPath,
    *,
    namespaced: bool,
    name_rule: NameValidator = validate_dns1123_subdomain,
    core: bool = False,
) -> tuple[FieldError, ...]:
    """Return what is wrong with the metadata of an object that is to be created; ``path`` is where they stand.

    ``namespaced``: whether objects of the kind have a namespace, which is then required, or must have none. ``name_rule`` is the rule of
    the kind for ``name`` and ``generateName``. ``core``: whether the kind is of the core group, which takes no finalizers of one's own
    without a slash. No name is generated. Raises ``MalformedObject`` for a field of the wrong type.

    >>> from kubecontainers.apimachinery.fields import ROOT
    >>> [str(error) for error in validate_object_meta({"name": "web"}, ROOT.child("metadata"), namespaced=True)]
    ['metadata.namespace: Required: a namespace is required']
    """
    metadata = root_object(metadata, path)
    return (
        *_names(metadata, path, namespaced, name_rule),
        *_negative_generation(metadata, path),
        *_maps_and_owners(metadata, path),
        *_finalizers(metadata, path),
        *(_unqualified_finalizers(metadata, path) if core else ()),
    )


def validate_object_meta_update(new: JSONObject, old: JSONObject, path: FieldPath, *, core: bool = False) -> tuple[FieldError, ...]:
    """Return what is wrong with an update of metadata from ``old`` to ``new``.

    It is apart from ``validate_object_meta``, which the API server asks about ``new`` as well: labels, annotations and owners are checked
    by both, and so their errors come twice. A field that is unset differs from one that is set. Raises ``MalformedObject`` for a field of
    the wrong type.

    >>> from kubecontainers.apimachinery.fields import ROOT
    >>> old, new = {"name": "a", "resourceVersion": "7"}, {"name": "b", "resourceVersion": "7"}
    >>> [str(error) for error in validate_object_meta_update(new, old, ROOT.child("metadata"))]
    ["metadata.name: Invalid: 'b': field is immutable"]
    """
    new, old = root_object(new, path), root_object(old, path)
    return (
        *_added_finalizers(new, old, path),
        *_versions(new, old, path),
        *_immutable(new, old, path),
        *_maps_and_owners(new, path),
        *(_unqualified_finalizers(new, path) if core else ()),
    )


def validate_labels(labels: dict[str, str], path: FieldPath) -> tuple[FieldError, ...]:
    """Return what is wrong with the keys and values of labels, or of a selector by labels; all errors stand at ``path``.

    >>> from kubecontainers.apimachinery.fields import ROOT
    >>> [error.rule.value for error in validate_labels({"app": "-"}, ROOT.child("metadata", "labels"))]
    ['format']
    """
    errors: list[FieldError] = []
    for key, value in labels.items():
        errors += _invalid_names(validate_qualified_name(key), key, path)
        errors += _invalid_names(validate_label_value(value), value, path)
    return tuple(errors)


# ------------------------------------------------------------------------------------------------------------------- creating


def _error(path: FieldPath, rule: MetadataRule, value: str = "", kind: FieldErrorType = FieldErrorType.INVALID) -> FieldError:
    return FieldError(path, kind, rule, value, rule.value)


def _invalid_names(broken: tuple[NameRule, ...], value: str, path: FieldPath) -> list[FieldError]:
    return [FieldError(path, FieldErrorType.INVALID, rule, value, _NAME_DETAILS[rule]) for rule in broken]


def _names(metadata: JSONObject, path: FieldPath, namespaced: bool, name_rule: NameValidator) -> Iterator[FieldError]:  # noqa: FBT001
    prefix, name, namespace = (text_at(metadata, field, path) for field in ("generateName", "name", "namespace"))
    if prefix:
        yield from _invalid_names(name_rule(prefix, prefix=True), prefix, path.child("generateName"))
    if name:
        yield from _invalid_names(name_rule(name), name, path.child("name"))
    else:
        yield _error(path.child("name"), MetadataRule.NAME_REQUIRED, kind=FieldErrorType.REQUIRED)
    if namespaced and namespace:
        yield from _invalid_names(validate_dns1123_label(namespace), namespace, path.child("namespace"))
    elif namespaced:
        yield _error(path.child("namespace"), MetadataRule.NAMESPACE_REQUIRED, kind=FieldErrorType.REQUIRED)
    elif namespace:
        yield _error(path.child("namespace"), MetadataRule.NAMESPACE_FORBIDDEN, namespace, FieldErrorType.FORBIDDEN)


def _negative_generation(metadata: JSONObject, path: FieldPath) -> Iterator[FieldError]:
    generation = integer_at(metadata, "generation", path)
    if generation < 0:
        yield _error(path.child("generation"), MetadataRule.GENERATION_NEGATIVE, str(generation))


def _maps_and_owners(metadata: JSONObject, path: FieldPath) -> Iterator[FieldError]:
    """Yield the errors that an update finds again."""
    yield from validate_labels(text_map_at(metadata, "labels", path), path.child("labels"))
    yield from _annotations(text_map_at(metadata, "annotations", path), path.child("annotations"))
    yield from _owners(metadata, path)


def _annotations(annotations: dict[str, str], path: FieldPath) -> Iterator[FieldError]:
    for key in annotations:
        yield from _invalid_names(validate_qualified_name(to_lower(key)), key, path)
    if sum(len(to_bytes(key)) + len(to_bytes(value)) for key, value in annotations.items()) > MAX_ANNOTATIONS_BYTES:
        yield _error(path, MetadataRule.ANNOTATIONS_TOO_LONG, kind=FieldErrorType.TOO_LONG)


def _owners(metadata: JSONObject, path: FieldPath) -> Iterator[FieldError]:
    """Yield the errors of owner references; none says in its path which reference it is about, as in Kubernetes."""
    at = path.child("ownerReferences")
    controllers = 0
    for place, owner in objects_at(metadata, "ownerReferences", path):
        written, kind = text_at(owner, "apiVersion", place), text_at(owner, "kind", place)
        version = _group_version(written)
        if not version[1]:
            yield _error(at.child("apiVersion"), MetadataRule.OWNER_VERSION, written)
        for field in ("kind", "name", "uid"):
            if not text_at(owner, field, place):
                yield _error(at.child(field), MetadataRule.OWNER_INCOMPLETE)
        if (*version, kind) == ("", "v1", "Event"):
            yield _error(at, MetadataRule.OWNER_DISALLOWED, kind)
        if boolean_at(owner, "controller", place):
            controllers += 1
            if controllers > 1:
                yield _error(at, MetadataRule.CONTROLLER_TWICE, text_at(owner, "name", place))


def _group_version(written: str) -> tuple[str, str]:
    """Return group and version, both empty where there are too many slashes."""
    group, _, version = written.rpartition("/")
    return ("", "") if "/" in group else (group, version)


def _finalizers(metadata: JSONObject, path: FieldPath) -> Iterator[FieldError]:
    finalizers, at = texts_at(metadata, "finalizers", path), path.child("finalizers")
    for finalizer in finalizers:
        yield from _invalid_names(validate_qualified_name(finalizer), finalizer, at)
    if {_ORPHAN, _FOREGROUND} <= set(finalizers):
        yield _error(at, MetadataRule.FINALIZER_CONFLICT)


def _unqualified_finalizers(metadata: JSONObject, path: FieldPath) -> Iterator[FieldError]:
    for position, finalizer in enumerate(texts_at(metadata, "finalizers", path)):
        if "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS:
            yield _error(path.child("finalizers").index(position), MetadataRule.FINALIZER_UNQUALIFIED, finalizer)


# ------------------------------------------------------------------------------------------------------------------- updating


def _added_finalizers(new: JSONObject, old: JSONObject, path: FieldPath) -> Iterator[FieldError]:
    added = sorted(set(texts_at(new, "finalizers", path)) - set(texts_at(old, "finalizers", path)))
    if added and _time_at(old, "deletionTimestamp", path) is not None:
        yield _error(path.child("finalizers"), MetadataRule.FINALIZER_ADDED, ", ".join(added), FieldErrorType.FORBIDDEN)


def _versions(new: JSONObject, old: JSONObject, path: FieldPath) -> Iterator[FieldError]:
    if not text_at(new, "resourceVersion", path):
        yield _error(path.child("resourceVersion"), MetadataRule.RESOURCE_VERSION_REQUIRED)
    generation = integer_at(new, "generation", path)
    if generation < integer_at(old, "generation", path):
        yield _error(path.child("generation"), MetadataRule.GENERATION_DECREMENTED, str(generation))


def _immutable(new: JSONObject, old: JSONObject, path: FieldPath) -> Iterator[FieldError]:
    for field in _IMMUTABLE_TEXTS:
        if text_at(new, field, path) != text_at(old, field, path):
            yield _error(path.child(field), MetadataRule.IMMUTABLE, text_at(new, field, path))
    # The zero time is the unset one of creationTimestamp only.
    if (_time_at(new, "creationTimestamp", path) or 0) != (_time_at(old, "creationTimestamp", path) or 0):
        yield _error(path.child("creationTimestamp"), MetadataRule.IMMUTABLE, text_at(new, "creationTimestamp", path))
    if _time_at(new, "deletionTimestamp", path) != _time_at(old, "deletionTimestamp", path):
        yield _error(path.child("deletionTimestamp"), MetadataRule.IMMUTABLE, text_at(new, "deletionTimestamp", path))
    grace = "deletionGracePeriodSeconds"
    seconds = _integer_or_none(new, grace, path)
    if seconds != _integer_or_none(old, grace, path):
        yield _error(path.child(grace), MetadataRule.IMMUTABLE, "" if seconds is None else str(seconds))


def _time_at(metadata: JSONObject, field: str, path: FieldPath) -> int | None:
    """Return the point in time in a field, ``None`` where there is none."""
    if metadata.get(field) is None:
        return None
    time = parse_rfc3339(text_at(metadata, field, path))
    if time is None:
        raise MalformedObject(str(path.child(field)), "a time such as 2025-01-31T12:00:00Z", "another string")
    return time


def _integer_or_none(metadata: JSONObject, field: str, path: FieldPath) -> int | None:
    return None if metadata.get(field) is None else integer_at(metadata, field, path)

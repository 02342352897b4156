"""Requests as admission sees them (``k8s.io/apiserver/pkg/admission``), and its two answers."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable

import attrs

from .changes import with_changes
from .errors import KubeContainersError
from .fields import FieldChange, FieldError
from .objects import JSONObject

__all__ = ["AdmissionDenied", "AdmissionRequest", "Admitted", "Operation"]


class Operation(enum.Enum):
    """What a request does."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    CONNECT = "CONNECT"


@attrs.frozen
class AdmissionRequest:
    """One request to the API server.

    ``object`` is the new object, ``old_object`` the stored one, each ``None`` where the request has none. ``kind`` is the kind of the
    objects; ``group`` is empty for the core group, ``subresource`` for the resource itself.

    >>> AdmissionRequest(Operation.CREATE, {"metadata": {"name": "web"}}).resource
    'pods'
    """

    operation: Operation
    object: JSONObject | None = attrs.field(default=None, hash=False)
    old_object: JSONObject | None = attrs.field(default=None, hash=False)
    resource: str = attrs.field(default="pods", kw_only=True)
    group: str = attrs.field(default="", kw_only=True)
    subresource: str = attrs.field(default="", kw_only=True)
    kind: str = attrs.field(default="Pod", kw_only=True)

    def with_object(self, obj: JSONObject | None) -> AdmissionRequest:
        """Return the request with another new object.

        >>> AdmissionRequest(Operation.DELETE, resource="jobs").with_object({"metadata": {}}).object
        {'metadata': {}}
        """
        request = _new(AdmissionRequest)
        _set_operation(request, self.operation)
        _set_object(request, obj)
        _set_old_object(request, self.old_object)
        _set_resource(request, self.resource)
        _set_group(request, self.group)
        _set_subresource(request, self.subresource)
        _set_kind(request, self.kind)
        return request


# A chain makes a request for every step, and the ``__init__`` of a frozen class takes twice as long as this, ``attrs.evolve`` four times.
_new = object.__new__
_setters: list[Callable[[AdmissionRequest, object], None]] = [
    getattr(AdmissionRequest, name).__set__ for name in ("operation", "object", "old_object", "resource", "group", "subresource", "kind")
]
_set_operation, _set_object, _set_old_object, _set_resource, _set_group, _set_subresource, _set_kind = _setters


@attrs.frozen(slots=False)
class Admitted:
    """A request was let through.

    ``given`` is the object of the request; ``changes`` are the fields to set in it, in their order; ``reason`` is a member of the plugin's
    own enum. ``object`` is what comes of that: the very object that was given where nothing changes.

    >>> from kubecontainers.apimachinery.fields import FieldPath
    >>> class Why(enum.Enum):
    ...     TEAM = "every pod has a team"
    >>> change = FieldChange(FieldPath(("metadata", "labels")), None, {"team": "shop"}, Why.TEAM)
    >>> Admitted({"metadata": {"name": "web"}}, Why.TEAM, (change,)).object
    {'metadata': {'name': 'web', 'labels': {'team': 'shop'}}}
    """

    given: JSONObject | None = attrs.field(hash=False)
    reason: enum.Enum
    changes: tuple[FieldChange, ...] = ()

    @functools.cached_property
    def object(self) -> JSONObject | None:
        """The object now, made of what was given when it is first asked for; so leave that alone until then."""
        return self.given if self.given is None else with_changes(self.given, self.changes)


class AdmissionDenied(KubeContainersError):
    """A request was refused.

    ``code`` and ``reason`` are those of the HTTP answer (``400`` and ``BadRequest``); ``errors`` are the fields that broke a rule, if
    any did.
    """

    def __init__(self, code: int, reason: str, message: str, errors: tuple[FieldError, ...] = (), hint: str = "") -> None:
        super().__init__(code, reason, message, errors, hint)
        self.code = code
        self.reason = reason
        self.message = message
        self.errors = errors
        self.hint = hint

    def _sentence(self) -> str:
        return self.message

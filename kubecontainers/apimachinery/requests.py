"""Requests as admission sees them (``k8s.io/apiserver/pkg/admission``), and its two answers."""

from __future__ import annotations

import enum

import attrs

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


@attrs.frozen
class Admitted:
    """A request was let through.

    ``object`` is the object now, the very one of the request where nothing changed; ``changes`` are the fields set, in the order in which
    they were; ``reason`` is a member of the plugin's own enum.
    """

    object: JSONObject | None = attrs.field(hash=False)
    reason: enum.Enum
    changes: tuple[FieldChange, ...] = ()


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

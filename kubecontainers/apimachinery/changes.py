"""Changing an object without touching it: what changes is rebuilt along its path, the rest is shared."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from .draft import Draft
from .fields import FieldChange
from .objects import JSONObject

__all__ = ["ChangedObject", "with_changes"]


@attrs.frozen
class ChangedObject:
    """An object after a rule, the very one that was given where nothing changed; ``changes`` are the fields, in the order of changing."""

    object: JSONObject = attrs.field(hash=False)
    changes: tuple[FieldChange, ...] = ()


def with_changes(obj: JSONObject, changes: Iterable[FieldChange]) -> JSONObject:
    """Return the object with the fields of ``changes`` set, one after the other, to what they become; the very object where there are none.

    Only the objects and lists on the way to a change are new, as ``Draft.change`` says; everything else is shared with ``obj``. Raises
    ``MalformedObject`` if the root is to become something else than an object.
    """
    return Draft(obj).change(changes)

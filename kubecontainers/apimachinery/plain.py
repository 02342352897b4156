"""A quick look at plain JSON: dicts and lists as ``json.loads`` gives them, not any ``Mapping`` or ``Sequence``.

Most of what a rule is asked about has nothing for it to do. A check that sees so on plain JSON, without paths and without saying what is
wrong otherwise, takes a fraction of the rule's time; where it does not see it, it says ``False`` and the rule itself is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .objects import JSONObject

if TYPE_CHECKING:
    from typing_extensions import TypeIs

__all__ = ["PlainCheck", "PlainObject", "PlainValue", "all_entries", "is_plain_object", "plain_spec"]

PlainValue = dict[str, "PlainValue"] | list["PlainValue"] | str | int | float | bool | None
"""A JSON value; of what type it is, ``type(value) is dict`` and the like say, which a type checker follows."""

PlainObject = dict[str, PlainValue]

PlainCheck = Callable[[PlainObject], bool]
"""Whether an object surely is as it should be."""


def is_plain_object(value: object) -> TypeIs[PlainObject]:
    """Return whether a JSON value is a dict."""
    return type(value) is dict


def plain_spec(pod: JSONObject) -> PlainObject | None:
    """Return the spec of a pod where that is a plain dict.

    >>> plain_spec({"spec": {"hostNetwork": True}}), plain_spec({})
    ({'hostNetwork': True}, None)
    """
    spec = pod.get("spec")
    return spec if type(spec) is dict else None  # pyright: ignore[reportUnknownVariableType]  (without a call, as it is asked most)


def all_entries(spec: PlainObject, lists: tuple[tuple[str, PlainCheck], ...]) -> bool:
    """Return whether all entries of some lists in a spec surely pass the check of their list; a list that is not there does.

    >>> all_entries({"volumes": [{"emptyDir": {}}]}, (("volumes", lambda volume: "emptyDir" in volume),))
    True
    """
    for key, check in lists:
        entries = spec.get(key)
        if entries is None:
            continue
        if type(entries) is not list:
            return False
        for entry in entries:
            if type(entry) is not dict or not check(entry):
                return False
    return True

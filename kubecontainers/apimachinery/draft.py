"""Objects that change field by field: what changes is rebuilt along its path, the rest is shared, and nothing that was given is touched.

A draft remembers at which places it was changed, so that what became of an object can be told without comparing anything.
"""

from __future__ import annotations

from collections.abc import Iterable

from .errors import MalformedObject
from .fields import FieldChange
from .objects import JSONObject, is_list, is_object, json_type

__all__ = ["Draft", "Place"]

_Node = dict[str, object] | list[object]


class Place:
    """An object or a list in a draft, in which something changed.

    ``now`` is what stands there by now. ``parts`` are the places inside by key, or by the position in the list as it was; ``None`` stands
    for a field or an entry that was set or removed as a whole. ``whole``: the object or list was itself set, or made on the way. ``left``
    are the positions that the entries of a list had, once any was removed.
    """

    __slots__ = ("edition", "left", "now", "parts", "whole")

    def __init__(self, now: _Node, edition: int, *, whole: bool) -> None:
        self.now = now
        self.edition = edition
        self.whole = whole
        self.parts: dict[str | int, Place | None] = {}
        self.left: list[int] | None = None

    def key(self, part: str | int) -> str | int | None:
        """Return the key among ``parts`` of a part of a path; ``None`` where that leads to an entry that the list has not."""
        if isinstance(self.now, dict):
            return part if type(part) is str else str(part)
        if not isinstance(part, int) or not 0 <= part < len(self.now):
            return None
        return part if self.left is None else self.left[part]


class Draft:
    """An object on its way through changes; ``before`` is what it was.

    >>> from kubecontainers.images.pull_policy import default_pull_policies
    >>> pod = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "app", "image": "nginx"}]}}
    >>> draft = Draft(pod)
    >>> draft.change(default_pull_policies(pod).changes)["spec"]
    {'containers': [{'name': 'app', 'image': 'nginx', 'imagePullPolicy': 'Always'}]}
    >>> draft.after["metadata"] is pod["metadata"]
    True
    """

    __slots__ = ("_edition", "before", "root")

    def __init__(self, before: JSONObject) -> None:
        self.before = before
        self.root: Place | None = None
        self._edition = 0

    @property
    def after(self) -> JSONObject:
        """The object as it is now, the very one that was given where nothing changed."""
        return self.before if self.root is None else self.root.now  # type: ignore[return-value]

    def change(self, changes: Iterable[FieldChange]) -> JSONObject:
        """Set the fields of ``changes``, one after the other, to what they become, and return the object as it is then.

        A field that becomes ``None`` is removed. A later entry of its list moves up then, so several entries of one list are removed from
        the last to the first. What is missing on the way to a field that is set is made; an entry that a list has not, and a field to
        remove that is not there, are passed over. What was returned earlier is left alone.

        Raises ``MalformedObject`` if the object is to become something else.
        """
        self._edition += 1  # what was copied for an earlier one has been returned since
        for change in changes:
            parts, after = change.path.parts, change.after
            if not parts:
                self._replace(after)
            elif after is not None or _is_there(self.after, parts):
                holder = self._holder(parts)
                if holder is not None:
                    _put(holder, parts[-1], after)
        return self.after

    def _replace(self, after: object) -> None:
        if not is_object(after):
            raise MalformedObject("", "an object", json_type(after))
        self.root = Place(dict(after), self._edition, whole=True)

    def _holder(self, parts: tuple[str | int, ...]) -> Place | None:
        """Return the place of what holds a field, ``None`` where an entry on the way is none of its list."""
        place, edition = self.root, self._edition
        if place is None:
            place = self.root = Place(dict(self.before), edition, whole=False)
        elif place.edition != edition:
            _copy(place, edition)
        for part in parts[:-1]:
            inner = place.parts.get(part) if place.left is None else None
            if inner is None or inner.edition != edition:
                inner = _inside(place, part, edition)
                if inner is None:
                    return None
            place = inner
        return place


def _is_there(value: object, parts: tuple[str | int, ...]) -> bool:
    for part in parts:
        if is_object(value) and str(part) in value:
            value = value[str(part)]
        elif is_list(value) and isinstance(part, int) and 0 <= part < len(value):
            value = value[part]
        else:
            return False
    return True


def _copy(place: Place, edition: int) -> None:
    place.now = place.now.copy()
    place.edition = edition


def _inside(place: Place, part: str | int, edition: int) -> Place | None:
    """Return the place of a field or an entry, with a copy of what stands there, or an object that is made there."""
    key, now = place.key(part), place.now
    if key is None:
        return None
    inner = place.parts.get(key)
    if inner is not None:
        if inner.edition != edition:
            _copy(inner, edition)
    else:
        value = now.get(str(part)) if isinstance(now, dict) else now[int(part)]
        node: _Node | None = dict(value) if is_object(value) else list(value) if is_list(value) else None
        inner = Place({} if node is None else node, edition, whole=node is None or key in place.parts)
        place.parts[key] = inner
    if isinstance(now, dict):
        now[str(key)] = inner.now
    else:
        now[int(part)] = inner.now
    return inner


def _put(place: Place, part: str | int, after: object) -> None:
    """Set a field or an entry, or remove it."""
    key, now = place.key(part), place.now
    if key is None:
        return
    if isinstance(now, dict):
        place.parts[key] = None
        if after is None:
            del now[str(key)]
        else:
            now[str(key)] = after
    elif after is not None:
        place.parts[key] = None
        now[int(part)] = after
    else:
        place.left = list(range(len(now))) if place.left is None else place.left
        del place.left[int(part)], now[int(part)]
        place.parts.pop(key, None)

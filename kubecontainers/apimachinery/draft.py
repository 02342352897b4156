"""Objects that change field by field: what changes is rebuilt along its path, the rest is shared, and nothing that was given is touched.

A draft remembers at which places it was changed, so that what became of an object can be told without comparing anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from .errors import MalformedObject
from .fields import FieldChange
from .objects import JSONObject, is_list, is_object, json_type

if TYPE_CHECKING:
    from typing_extensions import TypeIs

__all__ = ["Draft", "ListPlace", "ObjectPlace", "Place"]


class ObjectPlace:
    """An object in a draft, in which something changed.

    ``before`` is what it was when it was first changed, ``now`` what it is. ``parts`` are the places inside by key; ``None`` stands for a
    field that was set or removed as a whole. ``whole``: the object was itself set, or made on the way to a field.
    """

    __slots__ = ("before", "edition", "now", "parts", "whole")

    def __init__(self, before: JSONObject, edition: int) -> None:
        self.before = before
        self.now = dict(before)
        self.edition = edition
        self.whole = False
        self.parts: dict[str, Place | None] = {}

    def renew(self, edition: int) -> None:
        """Copy what was given away in an earlier edition."""
        self.now = self.now.copy()
        self.edition = edition

    def inside(self, part: str | int, edition: int) -> Place:
        """Return the place of a field, whose value is a copy from now on, or is made there."""
        key = part if type(part) is str else str(part)
        inner = _inner(self.parts, key, self.now.get(key), edition)
        self.now[key] = inner.now
        return inner

    def put(self, part: str | int, after: object) -> None:
        """Set a field, or remove it."""
        key = part if type(part) is str else str(part)
        self.parts[key] = None
        if after is None:
            del self.now[key]
        else:
            self.now[key] = after


class ListPlace:
    """A list in a draft, in which something changed; as an object, but ``parts`` are by position.

    Paths name the positions of the moment. ``left`` are those that the entries once had which are still there, if any was removed; none is
    ever added. From then on ``kept`` has the places inside, by the position of once, and ``parts`` is empty, since it would mislead.
    """

    __slots__ = ("before", "edition", "kept", "left", "now", "parts", "whole")

    def __init__(self, before: Sequence[object], edition: int) -> None:
        self.before = before
        self.now = list(before)
        self.edition = edition
        self.whole = False
        self.parts: dict[int, Place | None] = {}
        self.kept = self.parts
        self.left: list[int] | None = None

    def renew(self, edition: int) -> None:
        """Copy what was given away in an earlier edition."""
        self.now = self.now.copy()
        self.edition = edition

    def inside(self, part: str | int, edition: int) -> Place | None:
        """Return the place of an entry, ``None`` where there is no such entry."""
        if not self._has(part):
            return None
        inner = _inner(self.kept, int(part) if self.left is None else self.left[part], self.now[part], edition)
        self.now[part] = inner.now
        return inner

    def put(self, part: str | int, after: object) -> None:
        """Set an entry, or remove it; without such an entry nothing happens."""
        if not self._has(part):
            return
        if after is not None:
            self.kept[int(part) if self.left is None else self.left[part]] = None
            self.now[part] = after
            return
        if self.left is None:
            self.left = list(range(len(self.now)))
            self.parts = {}
        self.kept.pop(self.left[part], None)
        del self.left[part], self.now[part]

    def _has(self, part: str | int) -> TypeIs[int]:
        return isinstance(part, int) and 0 <= part < len(self.now)


Place = ObjectPlace | ListPlace
"""An object or a list in a draft, in which something changed."""


_Key = TypeVar("_Key", str, int)


def _inner(parts: dict[_Key, Place | None], key: _Key, value: object, edition: int) -> Place:
    """Return the place of one of the parts, which has a ``value`` now; an object is made where that is nothing to go into."""
    inner = parts.get(key)
    if inner is not None:
        if inner.edition != edition:
            inner.renew(edition)
        return inner
    if type(value) is dict or is_object(value):
        inner = ObjectPlace(value, edition)  # pyright: ignore[reportUnknownArgumentType]  (a dict nearly always, and a call takes longer)
        inner.whole = key in parts
    elif is_list(value):
        inner = ListPlace(value, edition)
        inner.whole = key in parts
    else:
        inner = ObjectPlace({}, edition)
        inner.whole = True
    parts[key] = inner
    return inner


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
        self.root: ObjectPlace | None = None
        self._edition = 0

    @property
    def after(self) -> JSONObject:
        """The object as it is now, the very one that was given where nothing changed."""
        return self.before if self.root is None else self.root.now

    def change(self, changes: Iterable[FieldChange]) -> JSONObject:
        """Set the fields of ``changes``, one after the other, to what they become, and return the object as it is then.

        A field that becomes ``None`` is removed. A later entry of its list moves up then, so several entries of one list are removed from
        the last to the first. What is missing on the way to a field that is set is made; an entry that a list has not, and a field to
        remove that is not there, are passed over. What was returned earlier is left alone.

        Raises ``MalformedObject`` if the object is to become something else; changes before that are made by then.
        """
        self._edition += 1  # what was copied for an earlier one has been returned since
        for change in changes:
            parts, after = change.path.parts, change.after
            if not parts:
                self._replace(after)
            elif after is not None or _is_there(self.after, parts):
                place = self._holder(parts)
                if place is not None:
                    place.put(parts[-1], after)
        return self.before if self.root is None else self.root.now

    def _replace(self, after: object) -> None:
        if not is_object(after):
            raise MalformedObject("", "an object", json_type(after))
        self.root = ObjectPlace(after, self._edition)
        self.root.whole = True

    def _holder(self, parts: tuple[str | int, ...]) -> Place | None:
        """Return the place of what holds a field, ``None`` where the way to it leads to an entry that a list has not."""
        edition = self._edition
        place: Place | None = self.root
        if place is None or place.edition != edition:
            place = self._root()
        for part in parts[:-1]:
            inner = place.parts.get(part)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  (no text is found in a list)
            if inner is None or inner.edition != edition:
                inner = place.inside(part, edition)
                if inner is None:
                    return None
            place = inner
        return place

    def _root(self) -> Place:
        if self.root is None:
            self.root = ObjectPlace(self.before, self._edition)
        else:
            self.root.renew(self._edition)
        return self.root


def _is_there(value: object, parts: tuple[str | int, ...]) -> bool:
    for part in parts:
        if is_object(value) and str(part) in value:
            value = value[str(part)]
        elif is_list(value) and isinstance(part, int) and 0 <= part < len(value):
            value = value[part]
        else:
            return False
    return True

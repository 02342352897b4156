"""Members of a script that nothing reads: a slip of the pen, most likely, and without a word about it nobody would find it.

Nothing is said twice here: which members there are is seen from what the reading of the script asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, is_list, is_object
from ..simulation.script import Script

__all__ = ["read_script"]

_OTHERS = frozenset({"kubelet", "runtimeClasses"})
"""Members whose objects are Kubernetes' own, of which not all is of interest."""


def read_script(obj: JSONObject) -> tuple[Script, tuple[str, ...]]:
    """Return the script that an object is, and the paths of its members that say nothing. Raises ``MalformedObject``.

    >>> read_script({"behaviour": {"web": {"stopMS": 5}}, "deleteAt": 3})[1]
    ('deleteAt', 'behaviour[web].stopMS')
    """
    asked = _Asked({key: value for key, value in obj.items() if key not in _OTHERS})
    Script.from_json(asked)
    return Script.from_json(obj), tuple(str(path) for path in asked.unread(ROOT))


class _Asked(Mapping[str, object]):
    """A JSON object that remembers which of its members it was asked for; who goes through all of them asks for all."""

    def __init__(self, obj: JSONObject) -> None:
        self._obj = obj
        self._asked: dict[str, object] = {}
        self._named = False

    def __getitem__(self, key: str) -> object:
        if key not in self._asked:
            self._asked[key] = _remembering(self._obj[key])
        return self._asked[key]

    def __iter__(self) -> Iterator[str]:
        self._named = True
        return iter(self._obj)

    def __len__(self) -> int:
        return len(self._obj)

    def unread(self, path: FieldPath) -> Iterator[FieldPath]:
        """Yield the paths of what nobody asked for, the nearest first; the object stands at ``path``."""
        at = path.key if self._named else path.child
        yield from (at(key) for key in self._obj if key not in self._asked)
        for key, member in self._asked.items():
            if isinstance(member, _Asked):
                yield from member.unread(at(key))
            elif is_list(member):
                for position, entry in enumerate(member):
                    if isinstance(entry, _Asked):
                        yield from entry.unread(at(key).index(position))


def _remembering(value: object) -> object:
    if is_object(value):
        return _Asked(value)
    return [_remembering(entry) for entry in value] if is_list(value) else value

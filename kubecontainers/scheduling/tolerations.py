"""Tolerations: which of them cover which, and how two lists are merged.

Kubernetes keeps the rule in ``pkg/util/tolerations`` (``MergeTolerations``, ``VerifyAgainstWhitelist``, ``isSuperset``). RuntimeClass and
PodTolerationRestriction merge the pod's list with their own by it.

A toleration covers another if nothing that the other tolerates is beyond it. Covering is transitive, so that a merged list is the widest
tolerations alone, each once. Of equal ones the first stays; of different ones that cover each other, the last.
"""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Iterable, Iterator, Sequence

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, integer_at, objects_at, root_object, text_at
from ..apimachinery.plain import PlainValue, is_plain_object
from ..apimachinery.release import Change

__all__ = [
    "COMPARISON_OPERATORS",
    "COMPARISON_OPERATORS_KNOWN",
    "DroppedToleration",
    "MergedTolerations",
    "TaintEffect",
    "Toleration",
    "TolerationDropReason",
    "TolerationOperator",
    "is_decimal_integer",
    "is_superset",
    "merge_tolerations",
    "plain_keys",
    "tolerations_at",
    "tolerations_outside",
    "tolerations_whitelisted",
]

COMPARISON_OPERATORS_KNOWN = Change(since="1.35", summary="a toleration may compare a taint's value as a number, where that is enabled")

COMPARISON_OPERATORS = Change(
    since="1.35",
    gate="TaintTolerationComparisonOperators",
    summary="the operators Lt and Gt of a toleration compare a taint's value as a number",
)


class TolerationOperator(enum.Enum):
    """How a toleration looks at a taint's value; an empty operator means the same as ``Equal``."""

    EQUAL = "Equal"
    EXISTS = "Exists"
    LESS = "Lt"
    GREATER = "Gt"


class TaintEffect(enum.Enum):
    """What a taint does to pods that do not tolerate it."""

    NO_SCHEDULE = "NoSchedule"
    PREFER_NO_SCHEDULE = "PreferNoSchedule"
    NO_EXECUTE = "NoExecute"


_EQUAL, _EXISTS = TolerationOperator.EQUAL.value, TolerationOperator.EXISTS.value
_NO_EXECUTE = TaintEffect.NO_EXECUTE.value
_DECIMAL = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)


@attrs.frozen(str=False)
class Toleration:
    """A toleration, as it stands in a pod or a RuntimeClass; what is absent is empty.

    An empty ``key`` means every key, an empty ``effect`` every effect. ``toleration_seconds`` is how long a pod stays on a node with a
    ``NoExecute`` taint: ``None`` is for ever, 0 and less not at all. ``str()`` gives it as kubectl does.

    >>> str(Toleration("node.kubernetes.io/not-ready", "Exists", effect="NoExecute", toleration_seconds=300))
    'node.kubernetes.io/not-ready:NoExecute op=Exists for 300s'
    """

    key: str = ""
    operator: str = ""
    value: str = ""
    effect: str = ""
    toleration_seconds: int | None = None

    @classmethod
    def from_json(cls, obj: JSONObject, *, path: FieldPath = ROOT) -> Toleration:
        """Return the toleration of an entry of ``tolerations``, which stands at ``path``. Raises ``MalformedObject``.

        >>> Toleration.from_json({"key": "gpu", "operator": "Exists"})
        Toleration(key='gpu', operator='Exists', value='', effect='', toleration_seconds=None)
        """
        root = root_object(obj, path)
        given = root.get("tolerationSeconds") is not None
        return cls(
            text_at(root, "key", path),
            text_at(root, "operator", path),
            text_at(root, "value", path),
            text_at(root, "effect", path),
            integer_at(root, "tolerationSeconds", path) if given else None,
        )

    def to_json(self) -> JSONObject:
        """Return the entry of ``tolerations``, without the fields that are empty; 0 seconds are not.

        >>> Toleration("gpu", effect="NoExecute", toleration_seconds=0).to_json()
        {'key': 'gpu', 'effect': 'NoExecute', 'tolerationSeconds': 0}
        """
        fields: dict[str, object] = {}
        if self.key:
            fields["key"] = self.key
        if self.operator:
            fields["operator"] = self.operator
        if self.value:
            fields["value"] = self.value
        if self.effect:
            fields["effect"] = self.effect
        if self.toleration_seconds is not None:
            fields["tolerationSeconds"] = self.toleration_seconds
        return fields

    def __str__(self) -> str:
        taint = self.key + (f"={self.value}" if self.value else "") + (f":{self.effect}" if self.effect else "")
        operator = f"op={self.operator}" if self.operator not in {"", _EQUAL} else ""
        seconds = "" if self.toleration_seconds is None else f"for {self.toleration_seconds}s"
        return " ".join(filter(None, (taint, operator, seconds)))


class TolerationDropReason(enum.Enum):
    """Why a toleration is dropped where lists are merged."""

    SAME = "the same one stands there already"
    WIDER = "another covers all that it tolerates"


@attrs.frozen
class DroppedToleration:
    """A toleration that a merged list does without.

    ``position`` is where it stands in the first list followed by the second, ``covered_by`` the one of the result that covers it.
    """

    toleration: Toleration
    position: int
    covered_by: Toleration

    @property
    def reason(self) -> TolerationDropReason:
        """Why it was dropped."""
        return TolerationDropReason.SAME if self.covered_by == self.toleration else TolerationDropReason.WIDER


@attrs.frozen
class MergedTolerations:
    """Two lists of tolerations made one: those that stay, and those that were ``dropped``, each in their order."""

    tolerations: tuple[Toleration, ...]
    dropped: tuple[DroppedToleration, ...] = ()


def tolerations_at(parent: JSONObject, path: FieldPath) -> tuple[Toleration, ...]:
    """Return ``tolerations`` of a pod's ``spec`` or a RuntimeClass's ``scheduling``, which stands at ``path``; none where there are none.

    Raises ``MalformedObject``.

    >>> tolerations_at({"tolerations": [{"key": "gpu", "operator": "Exists"}]}, ROOT.child("spec"))
    (Toleration(key='gpu', operator='Exists', value='', effect='', toleration_seconds=None),)
    """
    return tuple(Toleration.from_json(entry, path=at) for at, entry in objects_at(parent, "tolerations", path))


def plain_keys(entries: Sequence[object]) -> frozenset[str] | None:
    """Return the keys of ``tolerations`` in plain JSON that are surely well formed, each with a key of its own.

    Of such none covers another. ``None``: that takes a closer look.

    >>> sorted(plain_keys([{"key": "gpu", "operator": "Exists"}, {"key": "arm"}])), plain_keys([{"operator": "Exists"}])
    (['arm', 'gpu'], None)
    """
    keys: set[str] = set()
    for entry in entries:
        if not is_plain_object(entry):
            return None
        key = entry.get("key")
        if type(key) is not str or key == "" or not key.isascii():
            return None
        for name, value in entry.items():
            if name == "tolerationSeconds":
                if not _is_int64(value):
                    return None
            elif type(value) is not str and name in _TEXTS:
                return None
        keys.add(key)
    return frozenset(keys) if len(keys) == len(entries) else None


def _is_int64(value: PlainValue) -> bool:
    return type(value) is int and -_INT64 <= value < _INT64


_TEXTS = frozenset({"key", "operator", "value", "effect"})
_INT64 = 1 << 63


def is_decimal_integer(value: str) -> bool:
    """Return whether a value is written as ``Lt`` and ``Gt`` want a number: no ``+``, no leading zeros, no ``-0``; of any size.

    >>> is_decimal_integer("-30"), is_decimal_integer("007")
    (True, False)
    """
    return _DECIMAL.fullmatch(value) is not None


def is_superset(wide: Toleration, narrow: Toleration) -> bool:
    """Return whether ``wide`` covers ``narrow``: Kubernetes takes the second to be of no use beside the first.

    It goes by the spelling. ``Equal`` does not cover an empty operator, though both mean the same, and seconds only count where ``wide``
    names the effect ``NoExecute``.

    >>> is_superset(Toleration("gpu", "Exists"), Toleration("gpu", "Equal", "true", "NoSchedule"))
    True
    >>> is_superset(Toleration("gpu", "Equal", "true"), Toleration("gpu", "", "true"))
    False
    """
    if wide == narrow:
        return True
    if wide.key != narrow.key and (wide.key or wide.operator != _EXISTS):
        return False
    if wide.effect not in {narrow.effect, ""}:
        return False
    if wide.effect == _NO_EXECUTE and _lasting(wide) < _lasting(narrow):
        return False
    if wide.operator == _EXISTS:
        return True
    return wide.operator in {"", _EQUAL} and narrow.operator == _EQUAL and wide.value == narrow.value


def merge_tolerations(first: Iterable[Toleration], second: Iterable[Toleration]) -> MergedTolerations:
    """Return the tolerations of both lists but for those that others cover, in their order, and what was dropped because of which.

    A list that is merged with nothing loses what is redundant in itself. The time taken is proportional to the number of tolerations.

    >>> pod = [Toleration("gpu", "Equal", "true", "NoSchedule"), Toleration("arm", "Exists")]
    >>> merged = merge_tolerations(pod, [Toleration("gpu", "Exists")])
    >>> [str(toleration) for toleration in merged.tolerations]
    ['arm op=Exists', 'gpu op=Exists']
    >>> [f"{dropped.toleration} by {dropped.covered_by}" for dropped in merged.dropped]
    ['gpu=true:NoSchedule by gpu op=Exists']
    """
    given = (*first, *second)
    distinct = tuple(dict.fromkeys(given))
    keys = {toleration.key for toleration in distinct}
    if len(keys) == len(distinct) and "" not in keys:  # nearly always: of several keys none covers another
        return MergedTolerations(distinct, () if len(distinct) == len(given) else _repeated(given))
    widest = _Widest(given)
    kept: list[Toleration] = []
    dropped: list[DroppedToleration] = []
    for position, toleration in enumerate(given):
        cover = widest.covering(toleration)
        if cover is None or cover[0] == position:
            kept.append(toleration)
        else:
            dropped.append(DroppedToleration(toleration, position, cover[1]))
    return MergedTolerations(tuple(kept), tuple(dropped))


def _repeated(given: tuple[Toleration, ...]) -> tuple[DroppedToleration, ...]:
    """Return those that stand in a list already."""
    first = {toleration: position for position, toleration in reversed(list(enumerate(given)))}
    return tuple(DroppedToleration(found, position, found) for position, found in enumerate(given) if first[found] != position)


def tolerations_outside(tolerations: Iterable[Toleration], whitelist: Iterable[Toleration]) -> tuple[Toleration, ...]:
    """Return the tolerations that no entry of ``whitelist`` covers, in their order; an empty whitelist leaves out none.

    >>> [str(found) for found in tolerations_outside([Toleration("gpu"), Toleration("arm")], [Toleration("gpu", "Exists")])]
    ['arm']
    """
    listed = tuple(whitelist)
    widest = _Widest(listed)
    return tuple(toleration for toleration in tolerations if listed and widest.covering(toleration) is None)


def tolerations_whitelisted(tolerations: Iterable[Toleration], whitelist: Iterable[Toleration]) -> bool:
    """Return whether the whitelist of a namespace lets a pod have its tolerations, as PodTolerationRestriction asks.

    An empty whitelist lets it have any. ``tolerations_outside`` says which are refused.

    >>> tolerations_whitelisted([Toleration("gpu", "Equal", "true")], [Toleration("gpu", "Exists")])
    True
    """
    return not tolerations_outside(tolerations, whitelist)


def _lasting(toleration: Toleration) -> float:
    """Return the seconds that a toleration lasts. They stay an integer where there are any, so that none is lost."""
    return math.inf if toleration.toleration_seconds is None else toleration.toleration_seconds


def _normal(toleration: Toleration) -> Toleration:
    """Return a toleration in which what makes no difference to covering is left out.

    Two tolerations cover each other if these are equal. Those with an empty operator, or one without an order, cover nothing of their
    kind but what is equal in every field.
    """
    if toleration.operator not in {_EXISTS, _EQUAL}:
        return toleration
    value = "" if toleration.operator == _EXISTS else toleration.value
    seconds = toleration.toleration_seconds if toleration.effect == _NO_EXECUTE else None
    if value == toleration.value and seconds == toleration.toleration_seconds:
        return toleration
    return Toleration(toleration.key, toleration.operator, value, toleration.effect, seconds)


class _Widest:
    """The widest of some tolerations, to be found without going through all of them.

    What could cover a toleration differs from it in few ways, and of those that differ in their seconds alone the longest will do.
    """

    def __init__(self, tolerations: Iterable[Toleration]) -> None:
        self._standing: dict[Toleration, tuple[int, Toleration]] = {}  # by normal form: which of them stays, and its position
        self._longest: dict[tuple[str, str, str, str], Toleration] = {}  # normal forms
        for position, toleration in enumerate(tolerations):
            self._add(position, toleration)

    def _add(self, position: int, toleration: Toleration) -> None:
        normal = _normal(toleration)
        # A different one that covers the same takes over, an equal one does not.
        if normal not in self._standing or self._standing[normal][1] != toleration:
            self._standing[normal] = position, toleration
        place = normal.key, normal.operator, normal.value, normal.effect
        if place not in self._longest or _lasting(self._longest[place]) < _lasting(normal):
            self._longest[place] = normal

    def covering(self, toleration: Toleration) -> tuple[int, Toleration] | None:
        """Return a toleration, and its position, that covers this one and that no other kind covers; ``None`` where there is none."""
        normal = _normal(toleration)
        for place in _wider(normal):
            found = self._longest.get(place)
            if found is not None and is_superset(found, normal):
                return self._standing[found]
        return self._standing.get(normal)


def _wider(normal: Toleration) -> Iterator[tuple[str, str, str, str]]:
    """Yield key, operator, value and effect of what may cover a toleration, a wider one always before those that it covers."""
    operators = [(_EXISTS, "")]
    if normal.operator == _EQUAL:
        operators += [("", normal.value), (_EQUAL, normal.value)]
    for operator, value in operators:
        for key in ("", normal.key):
            for effect in ("", normal.effect):
                yield key, operator, value, effect

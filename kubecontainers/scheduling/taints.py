"""Taints, and which tolerations tolerate them.

Kubernetes keeps the rule in ``k8s.io/api/core/v1`` (``ToleratesTaint``) and ``k8s.io/component-helpers/scheduling/corev1``
(``FindMatchingUntoleratedTaint``). It looks at texts alone: an empty key of a toleration is every key, whatever the operator is, though
no API server takes one without ``Exists``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, objects_at, root_object, text_at
from ..apimachinery.release import LATEST, Release
from ..golang.strconv import atoi
from .tolerations import COMPARISON_OPERATORS, TaintEffect, Toleration, TolerationOperator, is_decimal_integer

__all__ = [
    "SCHEDULING_EFFECTS",
    "UNSCHEDULABLE",
    "Taint",
    "TolerationSet",
    "find_untolerated_taint",
    "taints_at",
    "tolerates",
]

SCHEDULING_EFFECTS = frozenset({TaintEffect.NO_SCHEDULE, TaintEffect.NO_EXECUTE})
"""The effects that keep a pod from a node; ``PreferNoSchedule`` only makes the node less welcome."""

_LESS, _GREATER = TolerationOperator.LESS.value, TolerationOperator.GREATER.value


@attrs.frozen(str=False)
class Taint:
    """A taint of a node, by what pods are kept from it.

    When it was added, which only matters to pods that have to leave, is not kept. ``str()`` gives it as kubectl takes it.

    >>> str(Taint("gpu", "true", "NoSchedule"))
    'gpu=true:NoSchedule'
    """

    key: str
    value: str = ""
    effect: str = ""

    @classmethod
    def from_json(cls, obj: JSONObject, *, path: FieldPath = ROOT) -> Taint:
        """Return the taint of an entry of ``taints``, which stands at ``path``. Raises ``MalformedObject``.

        >>> Taint.from_json({"key": "gpu", "effect": "NoSchedule"})
        Taint(key='gpu', value='', effect='NoSchedule')
        """
        root = root_object(obj, path)
        return cls(text_at(root, "key", path), text_at(root, "value", path), text_at(root, "effect", path))

    def to_json(self) -> JSONObject:
        """Return the entry of ``taints``; only the value is left out where it is empty."""
        value = {"value": self.value} if self.value else {}
        return {"key": self.key, **value, "effect": self.effect}

    def __str__(self) -> str:
        value = f"={self.value}" if self.value else ""
        return f"{self.key}{value}:{self.effect}" if self.value or self.effect else self.key


UNSCHEDULABLE = Taint("node.kubernetes.io/unschedulable", effect=TaintEffect.NO_SCHEDULE.value)
"""What a pod has to tolerate to be put on a node that is cordoned."""


def taints_at(parent: JSONObject, path: FieldPath) -> tuple[Taint, ...]:
    """Return ``taints`` of a node's ``spec``, which stands at ``path``; none where there are none. Raises ``MalformedObject``.

    >>> taints_at({"taints": [{"key": "gpu", "effect": "NoSchedule"}]}, ROOT.child("spec"))
    (Taint(key='gpu', value='', effect='NoSchedule'),)
    """
    return tuple(Taint.from_json(entry, path=at) for at, entry in objects_at(parent, "taints", path))


def tolerates(toleration: Toleration, taint: Taint, *, release: Release = LATEST) -> bool:
    """Return whether a toleration tolerates a taint.

    ``release`` is that of whoever asks: the scheduler, the kubelet, the controller that evicts. Seconds play no role. An operator that
    it does not know, or has not enabled, tolerates nothing.

    >>> tolerates(Toleration("gpu", "Exists"), Taint("gpu", "true", "NoSchedule"))
    True
    >>> enabled = Release("1.35").with_gates({"TaintTolerationComparisonOperators": True})
    >>> tolerates(Toleration("sla", "Gt", "950"), Taint("sla", "999", "NoSchedule"), release=enabled)
    True
    """
    if toleration.effect not in {taint.effect, ""} or toleration.key not in {taint.key, ""}:
        return False
    if toleration.operator in {"", TolerationOperator.EQUAL.value}:
        return toleration.value == taint.value
    if toleration.operator == TolerationOperator.EXISTS.value:
        return True
    if toleration.operator not in {_LESS, _GREATER} or COMPARISON_OPERATORS not in release:
        return False
    limit, number = _number(toleration.value), _number(taint.value)
    if limit is None or number is None:
        return False
    return number < limit if toleration.operator == _LESS else number > limit


class TolerationSet:
    """The tolerations of a pod, ready to be asked about many taints; however many they are, each answer takes as long.

    ``release`` is that of whoever asks. The answers are those of ``tolerates`` for any of them.

    >>> tolerations = TolerationSet([Toleration("gpu", "Exists")])
    >>> tolerations.tolerates(Taint("gpu", "true", "NoSchedule")), tolerations.tolerates(Taint("arm", effect="NoSchedule"))
    (True, False)
    """

    def __init__(self, tolerations: Iterable[Toleration], *, release: Release = LATEST) -> None:
        self._exists: set[tuple[str, str]] = set()
        self._equal: set[tuple[str, str, str]] = set()
        self._below: dict[tuple[str, str], int] = {}
        self._above: dict[tuple[str, str], int] = {}
        compares = COMPARISON_OPERATORS in release
        for toleration in tolerations:
            place = toleration.key, toleration.effect
            if toleration.operator in {"", TolerationOperator.EQUAL.value}:
                self._equal.add((*place, toleration.value))
            elif toleration.operator == TolerationOperator.EXISTS.value:
                self._exists.add(place)
            elif compares and toleration.operator == _LESS:
                _keep(self._below, place, toleration.value, max)
            elif compares and toleration.operator == _GREATER:
                _keep(self._above, place, toleration.value, min)

    def tolerates(self, taint: Taint) -> bool:
        """Return whether one of the tolerations tolerates the taint."""
        places = tuple(itertools.product((taint.key, ""), (taint.effect, "")))
        return (
            any(place in self._exists or (*place, taint.value) in self._equal for place in places)
            # Most have none of these, and then no number is read.
            or (bool(self._below or self._above) and self._compares(_number(taint.value), places))
        )

    def _compares(self, number: int | None, places: Iterable[tuple[str, str]]) -> bool:
        return number is not None and any(
            self._below.get(place, number) > number or self._above.get(place, number) < number for place in places
        )

    def untolerated(self, taints: Iterable[Taint], *, effects: Collection[TaintEffect] | None = None) -> Iterator[Taint]:
        """Yield the taints that none of the tolerations tolerates, in their order.

        ``effects`` are those that count; by default all do, even what is no effect.
        """
        counted = None if effects is None else {effect.value for effect in effects}
        return (taint for taint in taints if (counted is None or taint.effect in counted) and not self.tolerates(taint))


def find_untolerated_taint(
    taints: Iterable[Taint],
    tolerations: Iterable[Toleration],
    *,
    effects: Collection[TaintEffect] | None = None,
    release: Release = LATEST,
) -> Taint | None:
    """Return the first taint that none of the tolerations tolerates, ``None`` where all are tolerated.

    ``effects`` are those that count, such as ``SCHEDULING_EFFECTS``; by default all do. ``release`` is that of whoever asks. For many
    nodes ``TolerationSet`` does the work on the tolerations once.

    >>> taints = [Taint("spot", effect="PreferNoSchedule"), Taint("gpu", "true", "NoSchedule")]
    >>> find_untolerated_taint(taints, [], effects=SCHEDULING_EFFECTS)
    Taint(key='gpu', value='true', effect='NoSchedule')
    """
    return next(TolerationSet(tolerations, release=release).untolerated(taints, effects=effects), None)


def _number(value: str) -> int | None:
    """Return the number that ``Lt`` and ``Gt`` see in a value, ``None`` where they see none."""
    return atoi(value) if is_decimal_integer(value) else None


def _keep(limits: dict[tuple[str, str], int], place: tuple[str, str], text: str, better: Callable[[int, int], int]) -> None:
    """Keep the limit that lets most numbers pass; a text that is no number lets none."""
    limit = _number(text)
    if limit is not None:
        limits[place] = better(limit, limits.get(place, limit))

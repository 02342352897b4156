"""The objects that an environment is made of, as they would be in the cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from ..apimachinery.errors import MalformedObject
from ..apimachinery.objects import JSONObject
from ..explain.core_objects import coordinate, is_core_object, placed
from ..explain.environment_objects import READERS
from ..explain.report import Sourced

__all__ = ["AppliedObjects", "apply_objects"]


@attrs.frozen
class AppliedObjects:
    """ConfigMaps, Secrets, Services and Nodes; ``problems`` say of which kind those are that no cluster would take, and why."""

    objects: tuple[JSONObject, ...] = attrs.field(hash=False, repr=False)
    problems: tuple[str, ...] = ()

    @property
    def services(self) -> tuple[JSONObject, ...]:
        """The Services among them."""
        return tuple(filter(_is_service, self.objects))


def apply_objects(sources: Iterable[Sourced], namespace: str) -> AppliedObjects:
    """Return what environments are made of as if all had been applied in ``namespace``, where those are that name none."""
    objects: list[JSONObject] = []
    problems: list[str] = []
    for sourced in sources:
        for kind, read in READERS.items():
            if is_core_object(sourced.object, kind):
                try:
                    objects.append(_applied(sourced.object, kind, read, namespace))
                except MalformedObject as error:
                    place = f"{sourced.source}, document {sourced.document}"
                    problems.append(f"{place}: {kind} passed over, since Kubernetes could not decode it: {error}")
    return AppliedObjects(tuple(objects), tuple(problems))


def _applied(obj: JSONObject, kind: str, read: Callable[[JSONObject], object], namespace: str) -> JSONObject:
    read(obj)
    coordinate(obj, "name")
    return obj if kind == "Node" else placed(obj, namespace)


def _is_service(obj: JSONObject) -> bool:
    return is_core_object(obj, "Service")

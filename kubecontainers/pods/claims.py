"""The volumes that a StatefulSet gives its pods, one for each of its claim templates.

The StatefulSet controller adds them when it makes a pod (``updateStorage`` in ``pkg/controller/statefulset/stateful_set_utils.go``); a
volume of the template that has the name of a claim gives way.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..apimachinery.fields import ROOT
from ..apimachinery.objects import JSONObject, Pod, mapping_at, objects_at, root_object, text_at

__all__ = ["with_claim_volumes"]


def with_claim_volumes(pod: Pod | JSONObject, claims: Sequence[str], *, owner: str = "") -> JSONObject:
    """Return the pod of a StatefulSet's template with a volume for each claim; the very template where there are none.

    ``claims`` are the names of the claim templates, ``owner`` is that of the StatefulSet; the claims are those of the pod with ordinal 0.
    A volume that gives way is replaced where it stands, and other claims come last, so that the template's volumes keep their positions;
    the controller itself puts the claims first, in no promised order. Raises ``MalformedObject``.

    >>> with_claim_volumes({"spec": {}}, ["data"], owner="db")
    {'spec': {'volumes': [{'name': 'data', 'persistentVolumeClaim': {'claimName': 'data-db-0'}}]}}
    """
    root = root_object(pod)
    if not claims:
        return root
    spec = mapping_at(root, "spec", ROOT) or {}
    left = {claim: _claim_volume(claim, owner) for claim in claims}
    named = frozenset(left)
    made: list[JSONObject] = []
    for path, volume in objects_at(spec, "volumes", ROOT.child("spec")):
        name = text_at(volume, "name", path)
        if name not in named:
            made.append(volume)
        elif name in left:
            made.append(left.pop(name))
    return {**root, "spec": {**spec, "volumes": [*made, *left.values()]}}


def _claim_volume(claim: str, owner: str) -> JSONObject:
    return {"name": claim, "persistentVolumeClaim": {"claimName": f"{claim}-{owner}-0"}}

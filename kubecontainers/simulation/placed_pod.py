"""A pod as it comes to the node: named, with its defaults, and with what its script says is there already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from ..apimachinery.backoff import BackOff, restart_back_off
from ..apimachinery.cluster import Cluster
from ..apimachinery.errors import KubeContainersError, NotFound
from ..apimachinery.fields import ROOT
from ..apimachinery.objects import ContainerAt, JSONObject, Pod, containers, mapping_at, root_object, text_at
from ..credentials.credential import ObjectCoordinates
from ..golang.duration import Duration
from ..lifecycle.crash_back_off import back_off_key
from ..lifecycle.runtime_status import RuntimeState
from ..pods.defaults import default_pod
from ..pulling.image_manager import ImageManagerState, ImageRequest
from .existing import ExistingBackOff, ExistingContainer
from .instances import Instance, exit_reason
from .node import Node
from .pod_world import PodWorld
from .script import PodScript

__all__ = ["DuplicatePod", "PlacedPod", "placed_pods"]

_METADATA = ROOT.child("metadata")
_NAME, _NAMESPACE, _UID = "p", "default", "u"
_MOST_COUNTED = 64  # by then every back-off has long been the longest


class DuplicatePod(KubeContainersError):
    """Two pods of one node have the same name and namespace; ``name`` is ``namespace/name``."""

    def __init__(self, name: str, hint: str = "give each pod a name of its own") -> None:
        super().__init__(name, hint)
        self.name = name
        self.hint = hint

    def _sentence(self) -> str:
        return f"there are two pods {self.name[:200]!r}"


@attrs.frozen
class PlacedPod:
    """A pod on its node: its world, and what the kubelet remembers of its restarts."""

    world: PodWorld
    found: dict[str, ContainerAt]
    crashes: BackOff


def placed_pods(pods: Iterable[Pod | JSONObject], node: Node, cluster: Cluster) -> Iterator[PlacedPod]:
    """Yield pods as they come to a node.

    A pod without a name is called ``p``, in the namespace ``default``, with the UID ``u``; of several, the later ones with a number. Raises
    ``MalformedObject``, ``DuplicatePod``, and ``NotFound`` for what a script says of containers that the pod has not.
    """
    names: set[str] = set()
    for position, pod in enumerate(pods):
        named = _named(default_pod(root_object(pod), release=cluster.control_plane).object, position)
        placed = _placed(named, node)
        if placed.world.name in names:
            raise DuplicatePod(placed.world.name)
        names.add(placed.world.name)
        yield placed


def _named(pod: JSONObject, position: int) -> JSONObject:
    metadata = mapping_at(pod, "metadata", ROOT) or {}
    suffix = f"-{position + 1}" if position else ""
    given = {"name": _NAME + suffix, "namespace": _NAMESPACE, "uid": _UID + suffix}
    missing = {key: value for key, value in given.items() if not text_at(metadata, key, _METADATA)}
    return {**pod, "metadata": {**metadata, **missing}} if missing else pod


def _placed(pod: JSONObject, node: Node) -> PlacedPod:
    metadata = mapping_at(pod, "metadata", ROOT) or {}
    coordinates = ObjectCoordinates(*(text_at(metadata, key, _METADATA) for key in ("namespace", "name", "uid")))
    script = node.script.of_pod(coordinates.namespace, coordinates.name)
    world = PodWorld(f"{coordinates.namespace}/{coordinates.name}", pod, coordinates, script, node)
    found: dict[str, ContainerAt] = {}
    for one in containers(pod):
        found.setdefault(one.name, one)
    for sandbox in script.sandboxes:
        world.add_sandbox(sandbox.attempt, sandbox.state)
    for existing in sorted(script.containers, key=_age):
        world.add(_instance(existing, world.next_id()), _known(found, existing.name))
    return PlacedPod(world, found, _back_offs(world, found, script))


def _age(existing: ExistingContainer) -> int:
    return -existing.created_ago.nanoseconds


def _known(found: dict[str, ContainerAt], name: str) -> ContainerAt:
    if name not in found:
        raise NotFound("container", name, "the pod has no container of that name")
    return found[name]


def _instance(existing: ExistingContainer, instance: str) -> Instance:
    created = Duration() - existing.created_ago
    ended = existing.state is RuntimeState.EXITED
    return Instance(
        id=instance,
        name=existing.name,
        attempt=existing.attempt,
        created_at=created,
        started_at=None if existing.state is RuntimeState.CREATED else created,
        ends_at=Duration() - existing.finished_ago if ended else None,
        exit_code=existing.exit_code,
        reason=existing.reason or (exit_reason(existing.exit_code) if ended else ""),
        unknown=existing.state is RuntimeState.UNKNOWN,
        changed=existing.changed,
        liveness=existing.liveness,
        startup=existing.startup,
    )


def _back_offs(world: PodWorld, found: dict[str, ContainerAt], script: PodScript) -> BackOff:
    """Let the kubelet remember the back-offs of the script; return those of restarts."""
    node = world.node
    crashes, pulls = BackOff(restart_back_off(node.kubelet, release=node.release)), world.images.back_off
    for existing in script.back_offs:
        if existing.container:
            crashes = _advanced(crashes, back_off_key(world.pod, _known(found, existing.container), release=node.release), existing)
        else:
            pulls = _advanced(pulls, ImageRequest(world.coordinates, existing.image).back_off_key, existing)
    world.images = ImageManagerState(pulls)
    return crashes


def _advanced(back_off: BackOff, key: str, existing: ExistingBackOff) -> BackOff:
    for _ in range(min(existing.count, _MOST_COUNTED)):
        back_off = back_off.next(key, now=Duration() - existing.ago)
    return back_off

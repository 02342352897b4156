"""Scripts: what the world does while a kubelet runs pods. All that a script leaves out goes well, and takes no time.

In JSON a script is one object. What is about one pod can stand at the top, for every pod, and in ``pods`` under a pod's name, for that
one; times are whole milliseconds.

>>> script = Script.from_json({
...     "images": {"nginx": {"pulls": [{"ms": 90000}]}},
...     "behaviour": {"web": {"runs": [{"runMs": 5000, "exitCode": 1}]}},
...     "pods": {"shop/web-1": {"deleteAtMs": 60000}},
... })
>>> script.of_pod("shop", "web-1").delete_at, script.of_pod("shop", "web-2").delete_at
(Duration('1m0s'), None)
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

import attrs

from ..apimachinery.cluster import KubeletConfig
from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject, boolean_at, integer_at, mapping_at, root_object, text_at, texts_at
from ..golang.duration import Duration
from ..golang.text import to_text
from ..runtimeclass.runtime_class import RuntimeClass
from .container_script import ContainerScript, Step, behaviour_at
from .existing import ExistingBackOff, ExistingContainer, ExistingSandbox
from .script_fields import filled, listed, milliseconds, named_at, never_at, objects_of, time_at, whole_at

__all__ = ["ImageScript", "KubeletRestart", "PodScript", "Retry", "Script"]

FIRST_ADDRESS = "10.0.0.5"
"""The address of a pod, unless the script says another."""


class Retry(enum.Enum):
    """When a pod is synced again after a sync that failed; the values are those of ``retry``."""

    PERIOD = "period"
    """After 10 s."""
    EXACT = "exact"
    """When the first back-off among the failures ends; after 10 s where there is none."""
    KUBELET = "kubelet"
    """As the kubelet of the release does, without its jitter: since 1.35 when the first crash back-off ends, at most after 60 s."""


_RETRIES = {retry.value: retry for retry in Retry}


@attrs.frozen(kw_only=True)
class ImageScript:
    """An image of the node: whether it is there, and what its pulls do, one entry for each pull, the last one again and again.

    ``uid`` and ``username`` are its user, root where there is neither. ``inspect_error``: every inspection fails.
    """

    present: bool = False
    inspect_error: str = ""
    uid: int | None = None
    username: str = ""
    size_bytes: int = 0
    pulls: tuple[Step, ...] = ()

    @classmethod
    def from_json(cls, obj: object, path: FieldPath = ROOT) -> ImageScript:
        """Return the script of an image that stands at ``path``. Raises ``MalformedObject``, as the other values here do."""
        root = root_object(obj, path)
        return cls(
            present=boolean_at(root, "present", path) or False,
            inspect_error=text_at(root, "inspectError", path),
            uid=whole_at(root, "uid", path),
            username=text_at(root, "username", path),
            size_bytes=integer_at(root, "sizeBytes", path),
            pulls=listed(root, "pulls", path, Step.from_json),
        )

    def to_json(self) -> dict[str, object]:
        """Return the script as JSON."""
        return filled(
            present=self.present,
            inspectError=self.inspect_error,
            uid=self.uid,
            username=self.username,
            sizeBytes=self.size_bytes or None,
            pulls=objects_of(self.pulls),
        )


@attrs.frozen
class KubeletRestart:
    """The kubelet ends at a time, with all that it remembers, and is back after a while; containers run on meanwhile."""

    at: Duration
    down: Duration = attrs.field(factory=Duration)

    @classmethod
    def from_json(cls, obj: JSONObject, path: FieldPath = ROOT) -> KubeletRestart:
        """Return the restart that stands at ``path``."""
        return cls(time_at(obj, "atMs", path), time_at(obj, "ms", path))

    def to_json(self) -> dict[str, object]:
        """Return the restart as JSON."""
        return filled(atMs=milliseconds(self.at), ms=milliseconds(self.down))


@attrs.frozen(kw_only=True)
class PodScript:
    """What happens to one pod.

    ====================================================  ========================================================================
    ``behaviour``                                         what its containers do, by their names
    ``sandbox_runs``                                      how its sandboxes are made, one entry each, the last one again and again
    ``sandboxes``, ``containers``, ``back_offs``          what is there before, the oldest first
    ``create_at``                                         when the kubelet gets to know the pod
    ``delete_at``, ``delete_grace_seconds``               when it is deleted, ``None`` for never, and with which grace period,
                                                          ``None`` for its own
    ``relist``                                            how much later than it ended, started or became ready for more the kubelet
                                                          sees a container
    ``retry``                                             when it is synced again after a sync that failed
    ``retry_kill``                                        whether a pod that could not be stopped is stopped again, its preStop hooks
                                                          included, every 10 s
    ``max_syncs``                                         after how many syncs its story ends, ``None`` for never
    ``address``                                           the IP of its sandboxes
    ====================================================  ========================================================================
    """

    behaviour: FrozenMap[str, ContainerScript] = attrs.field(factory=lambda: FrozenMap[str, ContainerScript]({}))
    sandbox_runs: tuple[Step, ...] = ()
    sandboxes: tuple[ExistingSandbox, ...] = ()
    containers: tuple[ExistingContainer, ...] = ()
    back_offs: tuple[ExistingBackOff, ...] = ()
    create_at: Duration = attrs.field(factory=Duration)
    delete_at: Duration | None = None
    delete_grace_seconds: int | None = None
    relist: Duration = attrs.field(factory=Duration)
    retry: Retry = Retry.KUBELET
    retry_kill: bool = False
    max_syncs: int | None = None
    address: str = FIRST_ADDRESS

    @classmethod
    def from_json(cls, obj: object, path: FieldPath = ROOT) -> PodScript:
        """Return the script of a pod that stands at ``path``."""
        root = root_object(obj, path)
        return cls(
            behaviour=behaviour_at(root, path),
            sandbox_runs=listed(root, "sandboxRuns", path, Step.from_json),
            sandboxes=listed(root, "sandboxes", path, ExistingSandbox.from_json),
            containers=listed(root, "containers", path, ExistingContainer.from_json),
            back_offs=listed(root, "backOff", path, ExistingBackOff.from_json),
            create_at=time_at(root, "createAtMs", path),
            delete_at=never_at(root, "deleteAtMs", path),
            delete_grace_seconds=whole_at(root, "deleteGraceSeconds", path),
            relist=time_at(root, "relistMs", path),
            retry=named_at(root, "retry", path, _RETRIES, Retry.KUBELET),
            retry_kill=boolean_at(root, "retryKill", path) or False,
            max_syncs=whole_at(root, "maxSyncs", path),
            address=text_at(root, "podIP", path) or FIRST_ADDRESS,
        )

    def to_json(self) -> dict[str, object]:
        """Return the script as JSON."""
        return filled(
            behaviour={name: script.to_json() for name, script in self.behaviour.items()},
            sandboxRuns=objects_of(self.sandbox_runs),
            sandboxes=objects_of(self.sandboxes),
            containers=objects_of(self.containers),
            backOff=objects_of(self.back_offs),
            createAtMs=milliseconds(self.create_at) or None,
            deleteAtMs=milliseconds(self.delete_at),
            deleteGraceSeconds=self.delete_grace_seconds,
            relistMs=milliseconds(self.relist) or None,
            retry=self.retry.value,
            retryKill=self.retry_kill or None,
            maxSyncs=self.max_syncs,
            podIP=self.address,
        )


_POD_FIELDS = {
    "behaviour": "behaviour",
    "sandboxRuns": "sandbox_runs",
    "sandboxes": "sandboxes",
    "containers": "containers",
    "backOff": "back_offs",
    "createAtMs": "create_at",
    "deleteAtMs": "delete_at",
    "deleteGraceSeconds": "delete_grace_seconds",
    "relistMs": "relist",
    "retry": "retry",
    "retryKill": "retry_kill",
    "maxSyncs": "max_syncs",
    "podIP": "address",
}
"""The members of a pod's script in JSON, and their attributes."""


def _images(images: Mapping[str, ImageScript]) -> FrozenMap[str, ImageScript]:
    return FrozenMap(images)


def _pods(pods: Mapping[str, PodScript]) -> FrozenMap[str, PodScript]:
    return FrozenMap(pods)


@attrs.frozen(kw_only=True)
class Script:
    """What the world does while a kubelet runs pods.

    ==================================  ==========================================================================================
    ``images``                          the images, by their references as pods write them; one that is left out is on the node
    ``default``                         what happens to each pod that has no script of its own
    ``pods``                            the scripts of single pods, by ``namespace/name`` or by name alone
    ``kubelet``                         how the kubelet is configured: serial or parallel pulls, say; ``None``: as the cluster says
    ``handlers``                        the handlers that the runtime of the node offers, ``None`` for every one
    ``runtime_classes``                 the RuntimeClasses that the kubelet knows
    ``restarts``                        when the kubelet restarts
    ==================================  ==========================================================================================
    """

    images: FrozenMap[str, ImageScript] = attrs.field(factory=lambda: FrozenMap[str, ImageScript]({}), converter=_images)
    default: PodScript = PodScript()
    pods: FrozenMap[str, PodScript] = attrs.field(factory=lambda: FrozenMap[str, PodScript]({}), converter=_pods)
    kubelet: KubeletConfig | None = None
    handlers: tuple[str, ...] | None = None
    runtime_classes: tuple[RuntimeClass, ...] = ()
    restarts: tuple[KubeletRestart, ...] = ()

    @classmethod
    def from_json(cls, obj: JSONObject, path: FieldPath = ROOT) -> Script:
        """Return the script that stands at ``path``: what a pod's own entry says comes in place of what stands at the top."""
        root = root_object(obj, path)
        images, pods, kubelet = (mapping_at(root, key, path) for key in ("images", "pods", "kubelet"))
        default = PodScript.from_json(root, path)
        return cls(
            images={to_text(name): ImageScript.from_json(value, path.child("images").key(name)) for name, value in (images or {}).items()},
            default=default,
            pods=_own_scripts(default, pods or {}, path.child("pods")),
            kubelet=None if kubelet is None else KubeletConfig.from_json(kubelet),
            handlers=None if root.get("handlers") is None else texts_at(root, "handlers", path),
            runtime_classes=listed(root, "runtimeClasses", path, _runtime_class),
            restarts=listed(root, "kubeletRestarts", path, KubeletRestart.from_json),
        )

    def to_json(self) -> dict[str, object]:
        """Return the script as JSON; ``null`` in a pod's own script says that what stands at the top does not hold for it."""
        default = self.default.to_json()
        own = filled(
            images={name: image.to_json() for name, image in self.images.items()},
            pods={name: dict.fromkeys(default) | pod.to_json() for name, pod in self.pods.items()},
            kubelet=None if self.kubelet is None else self.kubelet.to_json(),
            runtimeClasses=objects_of(self.runtime_classes),
            kubeletRestarts=objects_of(self.restarts),
        )
        return default | own | ({} if self.handlers is None else {"handlers": list(self.handlers)})

    def of_pod(self, namespace: str, name: str) -> PodScript:
        """Return what happens to a pod."""
        return self.pods.get(f"{namespace}/{name}") or self.pods.get(name) or self.default


def _own_scripts(default: PodScript, pods: JSONObject, path: FieldPath) -> dict[str, PodScript]:
    return {to_text(name): _own_script(default, root_object(own, path.key(name)), path.key(name)) for name, own in pods.items()}


def _own_script(default: PodScript, own: JSONObject, path: FieldPath) -> PodScript:
    read = PodScript.from_json(own, path)
    return attrs.evolve(default, **{field: getattr(read, field) for key, field in _POD_FIELDS.items() if key in own})


def _runtime_class(obj: JSONObject, path: FieldPath) -> RuntimeClass:
    return RuntimeClass.from_json(obj, path=path)

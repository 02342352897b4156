"""A node on the virtual clock: its images, the queue of its pulls, and the handlers of its runtime. All of its pods share them."""

from __future__ import annotations

import attrs

from ..apimachinery.cluster import KubeletConfig
from ..apimachinery.objects import JSONObject
from ..apimachinery.release import Release
from ..golang.duration import SMALLEST, Duration
from ..images.invalid_reference import InvalidReference
from ..images.pull_spec import pull_spec
from ..lifecycle.pod_runtime import CallFailure, ImageUser
from ..pulling.image_runtime import Pulled, RuntimeFailure
from ..pulling.pull_messages import QPS_EXCEEDED
from ..pulling.pulled_records import PullRecords
from ..pulling.queues import PlannedPull, PullQueue, RequestedPull
from ..runtimeclass.class_source import RuntimeClasses
from ..runtimeclass.handler_lookup import SandboxFailureReason, sandbox_failure
from .container_script import Step
from .script import ImageScript, Script
from .script_fields import call_failure, repeated

__all__ = ["Node"]

_ALWAYS = Duration(SMALLEST)
_EVENT_PREFIX = "Failed to create pod sandbox: "


def _new_queue(node: Node) -> PullQueue:
    return PullQueue.start(node.kubelet, release=node.release)


def _known_classes(node: Node) -> RuntimeClasses:
    return RuntimeClasses.of(node.script.runtime_classes)


@attrs.define
class Node:
    """What the pods of a node share; ``kubelet`` is the configuration, filled in, and ``release`` the kubelet's."""

    script: Script
    kubelet: KubeletConfig
    release: Release
    records: PullRecords = attrs.field(factory=PullRecords)
    _queue: PullQueue = attrs.field(init=False, default=attrs.Factory(_new_queue, takes_self=True))
    _classes: RuntimeClasses = attrs.field(init=False, default=attrs.Factory(_known_classes, takes_self=True))
    _by_spec: dict[str, ImageScript] = attrs.field(init=False, factory=dict[str, ImageScript])
    _present_since: dict[str, Duration] = attrs.field(init=False, factory=dict[str, Duration])
    _pulls: dict[str, int] = attrs.field(init=False, factory=dict[str, int])

    def __attrs_post_init__(self) -> None:
        """Find the images by what the runtime is asked for: ``x`` and ``x:latest`` are the same."""
        for reference, image in self.script.images.items():
            try:
                spec = pull_spec(reference, release=self.release)
            except InvalidReference:
                continue
            self._by_spec[spec] = image
            if image.present:
                self._present_since[spec] = _ALWAYS

    def is_present(self, spec: str, now: Duration) -> bool:
        """Return whether an image is on the node; one that the script does not name is."""
        return spec not in self._by_spec or self._present_since.get(spec, now + Duration(1)) <= now

    def image(self, reference: str, spec: str = "") -> ImageScript | None:
        """Return the script of an image, as a pod names it, or as the runtime is asked for it."""
        return self.script.images.get(reference) or self._by_spec.get(spec)

    def inspection_failure(self, reference: str, spec: str = "") -> CallFailure | None:
        """Return the error with which every inspection of an image fails."""
        image = self.image(reference, spec)
        return call_failure(image.inspect_error) if image is not None and image.inspect_error else None

    def user(self, reference: str) -> ImageUser | CallFailure:
        """Return the user of an image."""
        spec = pull_spec(reference, release=self.release)
        image = self.image(reference, spec)
        if image is None:
            return ImageUser()
        return self.inspection_failure(reference, spec) or ImageUser(image.uid, image.username)

    def size(self, reference: str, spec: str) -> int:
        """Return the size of an image in bytes."""
        image = self.image(reference, spec)
        return 0 if image is None else image.size_bytes

    def pull(self, reference: str, spec: str, now: Duration) -> tuple[PlannedPull, Pulled | RuntimeFailure]:
        """Pull an image: when it has its turn, and what comes of it; the image is there once the pull has ended."""
        image = self.image(reference, spec)
        used = self._pulls.get(reference, 0)
        step = (repeated(image.pulls, used) if image is not None else None) or Step()
        planned = self._queue.place(RequestedPull(spec, now, step.took))
        if planned.refused:
            return planned, RuntimeFailure(QPS_EXCEEDED.text, waited=planned.waited)
        self._pulls[reference] = used + 1
        if step.error is not None:
            return planned, RuntimeFailure(call_failure(step.error).text, took=step.took, waited=planned.waited)
        self._present_since[spec] = min(planned.finished, self._present_since.get(spec, planned.finished))
        return planned, Pulled(spec, took=step.took, waited=planned.waited)

    def sandbox_failure(self, pod: JSONObject) -> tuple[CallFailure, bool] | None:
        """Return why a pod gets no sandbox for want of its RuntimeClass or handler, and whether the runtime was asked."""
        failure = sandbox_failure(pod, self._classes, offered=self.script.handlers)
        if failure is None:
            return None
        if failure.reason is SandboxFailureReason.HANDLER_NOT_OFFERED:  # what follows is what containerd says
            said = f'failed to get sandbox runtime: no runtime for "{failure.handler}" is configured'
            return CallFailure(said, "Unknown"), True
        return CallFailure(failure.message.removeprefix(_EVENT_PREFIX)), False

    def restart(self, now: Duration) -> None:
        """Lose what a kubelet loses that ends: its queue, and the pulls that are under way."""
        self._queue = PullQueue.start(self.kubelet, now=now, release=self.release)
        self._present_since = {spec: since for spec, since in self._present_since.items() if since <= now}

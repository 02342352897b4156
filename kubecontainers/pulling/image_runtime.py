"""What the kubelet asks a container runtime about images, and is told (``ImageService`` in ``pkg/kubelet/container/runtime.go``).

A stand-in of a runtime is any object with the three methods of ``ImageRuntime``. Failures are values here, not exceptions.
"""

from __future__ import annotations

from typing import Protocol

import attrs

from ..apimachinery.durations import InvalidDuration, to_duration
from ..credentials.tracking import OfferedCredential
from ..golang.duration import Duration, DurationLike
from ..golang.text import to_text

__all__ = ["ImageRuntime", "Pulled", "RuntimeFailure", "elapsed"]

_UNKNOWN = "Unknown"


def elapsed(value: DurationLike) -> Duration:
    """Return the time that something took, as ``to_duration`` does. Raises ``InvalidDuration`` for less than nothing as well.

    >>> elapsed(1.5)
    Duration('1.5s')
    """
    took = to_duration(value)
    if took < Duration():
        raise InvalidDuration(str(took), "less than nothing")
    return took


@attrs.frozen
class Pulled:
    """A pull that succeeded.

    ``image_ref`` is what the runtime calls the image, often its digest. ``credential`` is the place of the credential that succeeded among
    those offered; ``None``, or a place where there is none, means that nobody had to be asked. ``took`` is how long the pull took,
    ``waited`` how long it stood in the queue before; both are ``Duration``, ``timedelta`` or seconds.
    """

    image_ref: str = attrs.field(converter=to_text)
    credential: int | None = None
    took: Duration = attrs.field(default=Duration(), converter=elapsed)
    waited: Duration = attrs.field(default=Duration(), converter=elapsed)


@attrs.frozen
class RuntimeFailure:
    """Something that the runtime could not do; ``text`` is its error as the kubelet prints it. The times are those of ``Pulled``.

    >>> RuntimeFailure.from_status("NotFound", "no such image").text
    'rpc error: code = NotFound desc = no such image'
    """

    text: str = attrs.field(converter=to_text)
    took: Duration = attrs.field(default=Duration(), converter=elapsed)
    waited: Duration = attrs.field(default=Duration(), converter=elapsed)

    @classmethod
    def from_status(cls, code: str, message: str) -> RuntimeFailure:
        """Return what the kubelet makes of a gRPC status of ``PullImage``: of the code ``Unknown`` it keeps the message alone."""
        return cls(message if code == _UNKNOWN else f"rpc error: code = {code} desc = {message}")


class ImageRuntime(Protocol):
    """The part of a container runtime that has to do with images.

    ``spec`` is the image as the kubelet hands it over: as written, tagged ``latest`` if it has neither tag nor digest.
    """

    def image_ref(self, spec: str, /) -> str | RuntimeFailure:
        """Return what the runtime calls the image, empty where it is not on the node."""
        ...

    def pull_image(self, spec: str, credentials: tuple[OfferedCredential, ...], /) -> Pulled | RuntimeFailure:
        """Pull the image with the first of ``credentials`` that works; without any if there are none."""
        ...

    def image_size(self, spec: str, /) -> int | RuntimeFailure:
        """Return the size of the image in bytes."""
        ...

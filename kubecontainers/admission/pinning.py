"""Pinning images to digests, which Kubernetes leaves to others.

A tag may be moved, so that two pods of one Deployment run different images; a digest cannot. Which digest a tag stands for only a registry
knows: the caller brings a resolver. No pull policy changes by it, neither a stored one nor the default of one that is not stored yet
(``images.pull_policy``): an image keeps its tag before the digest, and one that has none is pinned as ``latest``, which is what it means.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import ClassVar, Literal, Protocol

import attrs

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.fields import FieldChange, FieldError, FieldErrorType, FieldPath
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject
from ..apimachinery.release import Release
from ..apimachinery.requests import AdmissionRequest, Admitted, Operation
from ..images.digest import Digest, InvalidDigest
from ..images.invalid_reference import InvalidReference
from ..images.reference import ImageReference
from ..images.tag import LATEST_TAG
from ..images.uses import used_images
from .steps import AdmissionContext, PassedOver, WarnedAdmitted, passed_over, refused_pod

__all__ = [
    "DigestResolver",
    "DigestUnresolved",
    "ImagePinning",
    "MappingResolver",
    "PinImages",
    "PinImagesReason",
    "PinOutcome",
    "PinnedAdmitted",
]

_SHOWN = 100


class DigestUnresolved(KubeContainersError):
    """A resolver could not find out which digest an image has, for example because no registry answered.

    ``problem`` says why; it is shown to users in warnings and denials, so that no secret belongs into it.
    """

    def __init__(self, image: str, problem: str, hint: str = "") -> None:
        super().__init__(image, problem, hint)
        self.image = image
        self.problem = problem
        self.hint = hint

    def _sentence(self) -> str:
        return f"the digest of {self.image[:_SHOWN]!r} could not be found out: {self.problem}"


class DigestResolver(Protocol):
    """What knows which digest an image has now."""

    def resolve(self, reference: ImageReference, /) -> str | None:
        """Return the digest, ``sha256:…``, of a reference that has a tag and no digest; ``None`` where there is no such image.

        Raises ``DigestUnresolved`` where it could not be found out.
        """
        ...


def _read(digests: Mapping[str, str]) -> FrozenMap[ImageReference, Digest]:
    return FrozenMap({ImageReference.parse(str(image)).with_default_tag(): Digest.parse(digest) for image, digest in digests.items()})


@attrs.frozen
class MappingResolver:
    """A resolver that knows what it was told: digests by image.

    Images are written as in a pod; those that mean the same are the same. Raises ``InvalidReference`` and ``InvalidDigest``.

    >>> resolver = MappingResolver({"nginx": "sha256:" + "0" * 64})
    >>> resolver.resolve(ImageReference.parse("docker.io/library/nginx:latest")) == "sha256:" + "0" * 64
    True
    """

    digests: FrozenMap[ImageReference, Digest] = attrs.field(converter=_read)

    def resolve(self, reference: ImageReference, /) -> str | None:
        """Return the digest of an image, ``None`` where it is not among those known."""
        return self.digests.get(reference)


class PinOutcome(enum.Enum):
    """What came of pinning one image."""

    PINNED = "it has the digest that the resolver knows"
    HAS_DIGEST = "it has a digest"
    OLD_IMAGE = "the old object has it already"
    NOT_A_REFERENCE = "it is no valid reference"
    NO_SUCH_IMAGE = "the resolver knows no such image"
    NOT_A_DIGEST = "what the resolver answered is no digest"
    RESOLVER_FAILED = "the resolver could not find out its digest"


class PinImagesReason(enum.Enum):
    """What came of pinning the images of a pod."""

    PINNED = "an image is named by its digest"
    NOTHING_TO_PIN = "no image was pinned"


# Tuples, since members of an enum are found in them by identity, and have to be hashed in Python for a set.
_FAILED = (PinOutcome.NOT_A_DIGEST, PinOutcome.RESOLVER_FAILED)
_UNRESOLVED = (PinOutcome.NOT_A_REFERENCE, PinOutcome.NO_SUCH_IMAGE, *_FAILED)


@attrs.frozen
class ImagePinning:
    """What came of pinning one image: where it stands, what stood there, what stands there now, and why."""

    path: FieldPath
    image: str
    pinned: str
    outcome: PinOutcome
    detail: str = ""

    def __str__(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.path}: {self.image[:_SHOWN]!r}: {self.outcome.value}{detail}"


@attrs.frozen(slots=False)
class PinnedAdmitted(WarnedAdmitted):
    """A pod was let through; ``images`` says of every image what came of pinning it."""

    images: tuple[ImagePinning, ...] = attrs.field(default=(), kw_only=True)


@attrs.frozen
class PinImages:
    """Name every image of a pod, or of a template where asked, by the digest that a resolver knows.

    Images that have a digest stay, and on an update those that the old object has: its containers would be restarted. An image that cannot
    be pinned is left, with a warning; ``unresolved="deny"`` refuses the pod: 403 Forbidden, or 503 ServiceUnavailable where all that is
    wrong is the resolver. The container's and the image volume's pull policy stays what it is, or would be by default.

    >>> step = PinImages(MappingResolver({"nginx:1.27": "sha256:" + "0" * 64}))
    >>> pod = {"spec": {"containers": [{"image": "nginx:1.27"}, {"image": "redis"}]}}
    >>> admitted = step.mutate(AdmissionRequest(Operation.CREATE, pod), AdmissionContext())
    >>> admitted.object["spec"]["containers"][0]["image"][:20], admitted.warnings
    ('nginx:1.27@sha256:00', ("spec.containers[1].image: 'redis': the resolver knows no such image",))
    """

    name: ClassVar[str] = "PinImages"
    resolver: DigestResolver
    unresolved: Literal["leave", "deny"] = attrs.field(default="leave", kw_only=True, validator=attrs.validators.in_(("leave", "deny")))

    def for_templates(self) -> PinImages:
        """Return the step itself."""
        return self

    def mutate(self, request: AdmissionRequest, context: AdmissionContext) -> Admitted:
        """Return the pod with its images pinned. Raises ``AdmissionDenied`` and ``MalformedObject``."""
        reason = passed_over(request)
        if reason is not None or request.object is None:
            return Admitted(request.object, reason or PassedOver.NO_OBJECT)
        images = self._pin(request.object, _old_images(request, context.release), context.release)
        unresolved = [image for image in images if image.outcome in _UNRESOLVED]
        if unresolved and self.unresolved == "deny":
            failed = all(image.outcome in _FAILED for image in unresolved)
            code, name = (503, "ServiceUnavailable") if failed else (403, "Forbidden")
            raise refused_pod(request.object, tuple(map(_error, unresolved)), code=code, reason=name)
        changes = tuple(
            [FieldChange(found.path, found.image, found.pinned, found.outcome) for found in images if found.outcome is PinOutcome.PINNED]
        )
        return PinnedAdmitted(
            request.object,
            PinImagesReason.PINNED if changes else PinImagesReason.NOTHING_TO_PIN,
            changes,
            warnings=tuple(map(str, unresolved)),
            images=images,
        )

    def validate(self, request: AdmissionRequest, context: AdmissionContext) -> None:
        """Do nothing: what a later step makes of an image is its own affair."""

    def _pin(self, pod: JSONObject, old: frozenset[str], release: Release) -> tuple[ImagePinning, ...]:
        """Return what comes of every image; one that is not there, as a template may have it, is passed over."""
        found: dict[str, tuple[str, PinOutcome, str]] = {}
        images: list[ImagePinning] = []
        for path, image in used_images(pod, release=release):
            if image in old:
                images.append(ImagePinning(path, image, image, PinOutcome.OLD_IMAGE))
            elif image:
                if image not in found:
                    found[image] = self._pinned(image, release)
                pinned, outcome, detail = found[image]
                images.append(ImagePinning(path, image, pinned, outcome, detail))
        return tuple(images)

    def _pinned(self, image: str, release: Release) -> tuple[str, PinOutcome, str]:
        try:
            reference = ImageReference.parse(image, release=release)
        except InvalidReference as error:
            return image, PinOutcome.NOT_A_REFERENCE, error.hint
        if reference.digest is not None:
            return image, PinOutcome.HAS_DIGEST, ""
        try:
            answer = self.resolver.resolve(reference.with_default_tag())
            digest = None if answer is None else Digest.parse(answer)
        except DigestUnresolved as error:
            return image, PinOutcome.RESOLVER_FAILED, error.problem
        except InvalidDigest as error:
            return image, PinOutcome.NOT_A_DIGEST, error.hint
        if digest is None:
            return image, PinOutcome.NO_SUCH_IMAGE, ""
        tagged = f"{image}:{LATEST_TAG}" if reference.is_name_only else image
        return f"{tagged}@{digest}", PinOutcome.PINNED, ""


def _old_images(request: AdmissionRequest, release: Release) -> frozenset[str]:
    if request.operation is not Operation.UPDATE or request.old_object is None:
        return frozenset()
    return frozenset(image for _, image in used_images(request.old_object, release=release) if image)


def _error(image: ImagePinning) -> FieldError:
    detail = f"{image.outcome.value}: {image.detail}" if image.detail else image.outcome.value
    return FieldError(image.path, FieldErrorType.FORBIDDEN, image.outcome, image.image[:_SHOWN], detail)

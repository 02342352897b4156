from __future__ import annotations

import pickle
from typing import Any

import attrs
import pytest

from kubecontainers.admission.pinning import (
    DigestUnresolved,
    ImagePinning,
    MappingResolver,
    PinImages,
    PinImagesReason,
    PinnedAdmitted,
    PinOutcome,
)
from kubecontainers.admission.steps import AdmissionContext, PassedOver
from kubecontainers.apimachinery.requests import AdmissionDenied, AdmissionRequest, Operation
from kubecontainers.images.digest import InvalidDigest
from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.images.reference import ImageReference
from kubecontainers.testing.read_only import plain, read_only

JSON = dict[str, Any]
ONE, TWO = "sha256:" + "1" * 64, "sha256:" + "2" * 64
KNOWN = MappingResolver({"nginx:1.27": ONE, "docker.io/library/redis": TWO, "quay.io/shop/data:3": TWO})


class Registry:
    """A resolver that answers as it is told."""

    def __init__(self, answer: str | DigestUnresolved | None) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def resolve(self, reference: ImageReference, /) -> str | None:
        self.asked.append(str(reference))
        if isinstance(self.answer, DigestUnresolved):
            raise self.answer
        return self.answer


def pod(*images: Any, **spec: Any) -> JSON:
    return {"metadata": {"name": "web"}, "spec": {"containers": [{"image": image} for image in images], **spec}}


def pin(obj: JSON, step: PinImages | None = None, old: JSON | None = None) -> PinnedAdmitted:
    operation = Operation.CREATE if old is None else Operation.UPDATE
    request = AdmissionRequest(operation, read_only(obj), None if old is None else read_only(old))
    admitted = (step or PinImages(KNOWN)).mutate(request, AdmissionContext())
    assert isinstance(admitted, PinnedAdmitted)
    return admitted


def images_of(admitted: PinnedAdmitted) -> list[str]:
    obj: Any = plain(admitted.object)
    return [container["image"] for container in obj["spec"]["containers"]]


def outcomes(admitted: PinnedAdmitted) -> list[PinOutcome]:
    return [image.outcome for image in admitted.images]


def denied(obj: JSON, resolver: Any) -> AdmissionDenied:
    with pytest.raises(AdmissionDenied) as caught:
        pin(obj, PinImages(resolver, unresolved="deny"))
    return caught.value


def test_what_is_written_stays_before_the_digest() -> None:
    admitted = pin(pod("nginx:1.27", "docker.io/library/nginx:1.27", "redis", "redis:latest"))
    expected = [f"nginx:1.27@{ONE}", f"docker.io/library/nginx:1.27@{ONE}", f"redis:latest@{TWO}", f"redis:latest@{TWO}"]
    assert images_of(admitted) == expected
    assert (admitted.reason, admitted.warnings) == (PinImagesReason.PINNED, ())
    assert next((str(change.path), change.after) for change in admitted.changes) == ("spec.containers[0].image", expected[0])


def test_policies_stay() -> None:
    obj = {"spec": {"containers": [{"image": "redis", "imagePullPolicy": "Always"}]}}
    assert plain(pin(obj).object) == {"spec": {"containers": [{"image": f"redis:latest@{TWO}", "imagePullPolicy": "Always"}]}}


def test_image_volumes_and_init_containers() -> None:
    volume = {"name": "data", "image": {"reference": "quay.io/shop/data:3"}}
    admitted = pin(pod(initContainers=[{"image": "redis"}], volumes=[volume]))
    assert [str(image.path) for image in admitted.images] == ["spec.initContainers[0].image", "spec.volumes[0].image.reference"]
    assert outcomes(admitted) == [PinOutcome.PINNED] * 2


def test_what_has_a_digest_is_left() -> None:
    admitted = pin(pod(f"nginx:1.27@{TWO}", "", None))
    assert images_of(admitted)[0] == f"nginx:1.27@{TWO}"
    assert (outcomes(admitted), admitted.changes) == ([PinOutcome.HAS_DIGEST], ())
    assert admitted.reason is PinImagesReason.NOTHING_TO_PIN


def test_an_update() -> None:
    admitted = pin(pod("nginx:1.27", "redis"), old=pod("redis", "busybox"))
    assert images_of(admitted) == [f"nginx:1.27@{ONE}", "redis"]
    assert outcomes(admitted) == [PinOutcome.PINNED, PinOutcome.OLD_IMAGE]
    request = AdmissionRequest(Operation.UPDATE, pod("redis"))
    assert PinImages(KNOWN).mutate(request, AdmissionContext()).changes


UNKNOWN: list[tuple[Any, str, PinOutcome, int]] = [
    (KNOWN, "busybox:1", PinOutcome.NO_SUCH_IMAGE, 403),
    (KNOWN, "Nginx", PinOutcome.NOT_A_REFERENCE, 403),
    (Registry("sha256:1"), "busybox:1", PinOutcome.NOT_A_DIGEST, 503),
    (Registry(DigestUnresolved("busybox:1", "no registry answered")), "busybox:1", PinOutcome.RESOLVER_FAILED, 503),
]


@pytest.mark.parametrize(("resolver", "image", "outcome", "code"), UNKNOWN)
def test_what_cannot_be_pinned(resolver: Any, image: str, outcome: PinOutcome, code: int) -> None:
    admitted = pin(pod(image, "nginx:1.27" if resolver is KNOWN else image), PinImages(resolver))
    assert admitted.images[0].outcome is outcome
    assert images_of(admitted)[0] == image
    assert admitted.warnings[0].startswith(f"spec.containers[0].image: {image!r}: {outcome.value}")
    found = denied(pod(image), resolver)
    assert (found.code, found.reason) == (code, "Forbidden" if code == 403 else "ServiceUnavailable")
    assert [(str(error.path), error.rule) for error in found.errors] == [("spec.containers[0].image", outcome)]
    assert found.message.startswith('pods "web" is forbidden: spec.containers[0].image: Forbidden: ')
    assert found.__context__ is None


def test_a_failing_resolver_beside_a_bad_image() -> None:
    assert denied(pod("Nginx", "redis"), Registry("sha256:1")).code == 403


def test_every_image_is_asked_for_once() -> None:
    registry = Registry(None)
    pin(pod("redis", "redis", "redis:7", f"redis@{ONE}"), PinImages(registry))
    assert registry.asked == ["docker.io/library/redis:latest", "docker.io/library/redis:7"]


def test_passed_over() -> None:
    request = AdmissionRequest(Operation.UPDATE, pod("redis"), subresource="ephemeralcontainers")
    admitted = PinImages(KNOWN).mutate(request, AdmissionContext())
    assert (admitted.object, admitted.reason) == (request.object, PassedOver.SUBRESOURCE)
    assert PinImages(KNOWN).for_templates() == PinImages(KNOWN)
    PinImages(KNOWN).validate(request, AdmissionContext())


def test_the_mapping() -> None:
    assert MappingResolver({"nginx": ONE}) == MappingResolver({"docker.io/library/nginx:latest": ONE})
    assert pickle.loads(pickle.dumps(KNOWN)) == KNOWN  # noqa: S301
    assert attrs.evolve(KNOWN) == KNOWN
    with pytest.raises(InvalidReference):
        MappingResolver({"Nginx": ONE})
    with pytest.raises(InvalidDigest):
        MappingResolver({"nginx": "1"})


def test_an_unknown_choice() -> None:
    with pytest.raises(ValueError, match="unresolved"):
        PinImages(KNOWN, unresolved="perhaps")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_texts() -> None:
    assert "no registry answered" in str(DigestUnresolved("nginx", "no registry answered"))
    found = ImagePinning(pin(pod("redis")).images[0].path, "r" * 300, "", PinOutcome.RESOLVER_FAILED, "gone")
    assert len(str(found)) < 256
    assert str(found).endswith("could not find out its digest: gone")

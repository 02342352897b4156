"""Answers of the room ``images``."""

from __future__ import annotations

from typing import Any

from answering import Answer, Given, Shape, Value, answering, named

import kubecontainers as kc
from kubecontainers.images.always_pull_images import always_pull_images_handles
from kubecontainers.images.invalid_reference import InvalidPattern
from kubecontainers.images.uses import image_uses


def _problem(error: kc.InvalidReference | kc.InvalidDigest) -> str:
    return str(error.problem.value)


REFERENCE_ERRORS: dict[type[Exception], Shape] = {
    kc.InvalidReference: _problem,
    kc.InvalidDigest: _problem,
    kc.InvalidTag: named("ErrTagInvalidFormat"),
}


def _parts(reference: kc.ImageReference) -> Value:
    return {
        "kind": reference.kind.value,
        "string": str(reference),
        "domain": reference.registry or "",
        "path": reference.repository,
        "tag": reference.tag or "",
        "digest": reference.digest or "",
    }


def image_reference_parse(given: Given, minor: str) -> Value:
    return _parts(kc.ImageReference.parse(given["image"], mode=given["mode"], release=kc.Release(minor)))


def image_name_normalize(given: Given, minor: str) -> Value:
    reference = kc.ImageReference.parse(given["image"], release=kc.Release(minor)).with_default_tag()
    return {"repository": reference.name, "tag": reference.tag or "", "digest": reference.digest or ""}


def image_pull_spec(given: Given, minor: str) -> str:
    return kc.pull_spec(given["image"], release=kc.Release(minor))


def image_familiar(given: Given, minor: str) -> Value:
    reference = kc.ImageReference.parse(given["image"], mode=given["mode"], release=kc.Release(minor))
    value: Value = {"familiarString": reference.familiar, "familiarName": reference.familiar_name or None}
    if reference.name:
        value["nameOnly"] = reference.is_name_only
        value["tagNameOnly"] = str(reference.with_default_tag())
        value["trimmed"] = str(reference.trimmed())
    if "pattern" in given:
        try:
            value |= {"matched": reference.familiar_matches(given["pattern"]), "badPattern": False}
        except InvalidPattern:
            value |= {"matched": False, "badPattern": True}
    return value


def image_reference_build(given: Given, minor: str) -> Value:
    release = kc.Release(minor)
    return _parts(kc.ImageReference.build(given["name"], tag=given.get("tag"), digest=given.get("digest"), release=release))


def digest_validate(given: Given, minor: str) -> Value:
    digest = kc.Digest.parse(given["digest"])
    return {"algorithm": digest.algorithm, "encoded": digest.encoded}


def tag_validate(given: Given, minor: str) -> str:
    return kc.parse_tag(given["tag"])


def _policies(pod: Any, release: kc.Release) -> dict[str, str]:
    return {str(use.policy_path): use.policy for use in image_uses(pod, release=release)}


def default_pull_policy(given: Given, minor: str) -> dict[str, str]:
    release = kc.Release(minor).with_gates(given.get("featureGates", {}), unknown="ignore")
    return _policies(kc.default_pull_policies(given["pod"], release=release).object, release)


def _request(given: Given) -> kc.AdmissionRequest:
    return kc.AdmissionRequest(
        kc.Operation(given["operation"]),
        given["object"],
        given.get("oldObject"),
        group=given["group"],
        resource=given["resource"],
        subresource=given["subresource"],
        kind=given.get("kind", "Pod"),
    )


def always_pull_images_admit(given: Given, minor: str) -> Value:
    request, release = _request(given), kc.Release(minor)
    if not always_pull_images_handles(request.operation):
        return {"handled": False}
    admitted = kc.admit_always_pull_images(request, release=release).object
    policies = {} if admitted is None or request.kind != "Pod" else {"policies": _policies(admitted, release)}
    return {"handled": True, **policies}


def always_pull_images_validate(given: Given, minor: str) -> Value:
    request = _request(given)
    if not always_pull_images_handles(request.operation):
        return {"ok": {"handled": False}}
    try:
        errors = kc.validate_always_pull_images(request, release=kc.Release(minor))
    except kc.AdmissionDenied as denied:
        return {"error": denied.reason}
    listed = sorted(({"field": str(error.path), "type": error.type.value} for error in errors), key=lambda error: error["field"])
    return {"error": listed} if listed else {"ok": {"handled": True}}


ANSWERS: dict[str, Answer] = {
    "image_reference_parse": answering(image_reference_parse, REFERENCE_ERRORS),
    "image_name_normalize": answering(image_name_normalize, REFERENCE_ERRORS),
    "image_pull_spec": answering(image_pull_spec, {kc.InvalidReference: named("InvalidImageName")}),
    "image_familiar": answering(image_familiar, REFERENCE_ERRORS),
    "image_reference_build": answering(image_reference_build, REFERENCE_ERRORS),
    "digest_validate": answering(digest_validate, REFERENCE_ERRORS),
    "tag_validate": answering(tag_validate, REFERENCE_ERRORS),
    "default_pull_policy": answering(default_pull_policy, {kc.FeatureGateLocked: named("FeatureGateLocked")}),
    "always_pull_images_admit": answering(always_pull_images_admit, {kc.AdmissionDenied: lambda denied: denied.reason}),
    "always_pull_images_validate": always_pull_images_validate,
}

"""The room ``pods``, asked as its records ask."""

from __future__ import annotations

from answering import Answer, Given, listing

import kubecontainers as kc
from kubecontainers.pods.create import create_pod, drop_disabled_fields, drop_unknown_fields
from kubecontainers.pods.validation import validate_pod


def image_fields_validate(given: Given, minor: str) -> list[dict[str, str]]:
    release = kc.Release(minor).with_gates(given.get("featureGates", {}), unknown="ignore")
    if given["default"]:
        errors = create_pod(given["pod"], release=release).errors
    else:
        known = drop_unknown_fields(given["pod"], release=release).object
        errors = validate_pod(drop_disabled_fields(known, release=release).object, release=release)
    listed = [{"field": str(error.path), "type": error.type.value} for error in errors]
    return sorted(listed, key=lambda error: (error["field"], error["type"]))


ANSWERS: dict[str, Answer] = {"image_fields_validate": listing(image_fields_validate, ok={})}

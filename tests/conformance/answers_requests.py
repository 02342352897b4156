"""What a pod requests, and its overhead, asked as its records ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from answering import Answer, Given, Shape, answering, named

import kubecontainers as kc
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.objects import ContainerKind, mapping_at
from kubecontainers.scheduling.container_sums import ContainerStep
from kubecontainers.scheduling.overhead import default_overhead, validate_overhead
from kubecontainers.scheduling.qos import pod_qos
from kubecontainers.scheduling.requests import PodRequests, RequestOptions, pod_requests

OPTIONS = {
    "useStatusResources": "use_status_resources",
    "excludeOverhead": "exclude_overhead",
    "nonMissingContainerRequests": "non_missing_container_requests",
    "skipPodLevelResources": "skip_pod_level_resources",
    "skipContainerLevelResources": "skip_container_level_resources",
    "inPlacePodLevelResourcesVerticalScalingEnabled": "in_place_pod_level_resources_vertical_scaling_enabled",
    "useDRANodeAllocatableResourceClaimStatus": "use_dra_node_allocatable_resource_claim_status",
}

TYPES = {ContainerKind.APP: "container", ContainerKind.INIT: "initContainer"}


def texts(resources: Mapping[str, kc.Quantity]) -> dict[str, str]:
    return {name: quantity.to_json() for name, quantity in resources.items()}


def steps(found: tuple[ContainerStep, ...]) -> list[dict[str, Any]]:
    return [{"type": TYPES[step.kind], "resources": texts(step.resources)} for step in found]


def asked(given: Given, minor: str) -> PodRequests:
    options: dict[str, Any] = given.get("options", {})
    chosen = RequestOptions(**{OPTIONS[name]: value for name, value in options.items() if value is not None})
    return pod_requests(given["pod"], options=chosen, release=kc.Release(minor))


def totals(found: PodRequests) -> dict[str, Any]:
    return {"requests": texts(found.requests), "limits": texts(found.limits)}


def totals_and_steps(given: Given, minor: str) -> dict[str, Any]:
    found = asked(given, minor)
    return {**totals(found), "requestSteps": steps(found.request_steps), "limitSteps": steps(found.limit_steps)}


def pod_qos_answer(given: Given, minor: str) -> str:
    return pod_qos(given["pod"], release=kc.Release(minor)).qos_class.value


def pod_overhead_validate(given: Given, minor: str) -> bool:
    stored = default_overhead({"spec": {"overhead": given["overhead"]}}).object
    broken = validate_overhead(mapping_at(stored, "spec", ROOT) or {}, ROOT.child("spec"))
    if broken:
        raise kc.ValidationFailed(broken)
    return True


def field_errors(error: kc.ValidationFailed) -> list[dict[str, str]]:
    found = sorted((str(broken.path).encode(), broken.type.value) for broken in error.errors)
    return [{"field": field.decode(), "type": kind} for field, kind in found]


UNDECODED: dict[type[Exception], Shape] = {kc.MalformedObject: named("decode")}

ANSWERS: dict[str, Answer] = {
    "pod_requests": answering(totals_and_steps, UNDECODED),
    "pod_requests_next": answering(lambda given, minor: totals(asked(given, minor)), UNDECODED),
    "pod_qos": answering(pod_qos_answer, UNDECODED),
    "pod_overhead_validate": answering(pod_overhead_validate, {kc.ValidationFailed: field_errors, **UNDECODED}),
}

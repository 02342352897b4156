"""Answers about the kubelet's pulls: the decision, the verification of credentials, the queues."""

from __future__ import annotations

import json
from typing import Any

import attrs
from answering import Answer, Given, Value, answering

import kubecontainers as kc
from kubecontainers.apimachinery.backoff import BackOff, BackOffPolicy
from kubecontainers.apimachinery.cluster import KubeletConfig
from kubecontainers.credentials.credential import ObjectCoordinates
from kubecontainers.credentials.pull_secrets import pull_secret_keyring
from kubecontainers.credentials.tracking import OfferedCredential
from kubecontainers.golang.duration import Duration
from kubecontainers.images.kubelet_pull_config import KubeletConfigRule, validate_kubelet_config
from kubecontainers.pulling.ensure_image import ensure_image
from kubecontainers.pulling.image_manager import ImageManagerState, ImageOutcome, ImageRequest
from kubecontainers.pulling.image_pulled_record import PulledCredentials, PulledSecret
from kubecontainers.pulling.image_runtime import Pulled, RuntimeFailure
from kubecontainers.pulling.must_attempt_pull import PodCredentials, must_attempt_pull
from kubecontainers.pulling.pull_messages import PullMessage
from kubecontainers.pulling.pulled_records import PullRecords
from kubecontainers.pulling.queues import QUEUE_PLACES, RequestedPull, plan_pulls
from kubecontainers.pulling.token_bucket import TokenBucket

MILLISECOND = Duration(1_000_000)
GATE = "KubeletEnsureSecretPulledImages"


def _release(minor: str, gates: dict[str, bool]) -> kc.Release:
    return kc.Release(minor).with_gates(gates, unknown="ignore", dependents="disable")


# ------------------------------------------------------------------------------------------------------------------ decision


@attrs.frozen
class _Runtime:
    """Answers as the step says."""

    inspect: Given
    pull: Given

    def image_ref(self, spec: str) -> str | RuntimeFailure:
        return RuntimeFailure(self.inspect["error"]) if "error" in self.inspect else self.inspect["imageRef"]

    def pull_image(self, spec: str, credentials: tuple[OfferedCredential, ...]) -> Pulled | RuntimeFailure:
        return (
            RuntimeFailure(self.pull["error"]) if "error" in self.pull else Pulled(self.pull["imageRef"], self.pull.get("credentialIndex"))
        )

    def image_size(self, spec: str) -> int:
        return 1


def image_pull_decision(given: Given, minor: str) -> list[object]:
    release = _release(minor, given.get("featureGates", {}))
    kubelet = KubeletConfig(
        image_pull_credentials_verification_policy=given.get("imagePullCredentialsVerificationPolicy", ""),
        preloaded_images_verification_allowlist=given.get("preloadedImagesVerificationAllowlist", ()),
    )
    back_off = BackOff(BackOffPolicy(MILLISECOND * given["backOff"]["initialMs"], MILLISECOND * given["backOff"]["maxMs"]))
    tokens = TokenBucket(rate=0, burst=given["pullTokens"]) if "pullTokens" in given else None
    state, now, results = ImageManagerState(back_off, tokens=tokens), Duration(), list[object]()
    for step in given["steps"]:
        now += MILLISECOND * step["advanceMs"]
        request = _request(given["pods"][step["pod"]], step, release)
        state, outcome = ensure_image(state, request, _Runtime(step["inspect"], step["pull"]), now=now, kubelet=kubelet, release=release)
        results.append(_shown(outcome))
    return results


def _request(pod: Given, step: Given, release: kc.Release) -> ImageRequest:
    secrets = [_secret(secret) for secret in step.get("pullSecrets", ())]
    try:
        credentials = pull_secret_keyring(secrets, release=release).lookup(step["image"])
    except kc.InvalidReference:  # then none is looked up
        credentials = ()
    return ImageRequest(_coordinates(pod), step["image"], step["imagePullPolicy"], credentials)


def _secret(given: Given) -> dict[str, object]:
    entry = {"username": given["username"], "password": given["password"]}
    return {
        "metadata": {name: given[name] for name in ("namespace", "name", "uid")},
        "type": "kubernetes.io/dockerconfigjson",
        "stringData": {".dockerconfigjson": json.dumps({"auths": {given["registry"]: entry}})},
    }


def _shown(outcome: ImageOutcome) -> Value:
    return {
        "imageRef": outcome.image_ref,
        "error": None if outcome.waiting is None else outcome.waiting.value,
        "message": _kind(outcome.message),
        "events": [{"type": event.type.value, "reason": event.reason.value, "message": _kind(event.message)} for event in outcome.events],
        "runtimeCalls": [{"call": call.question.value, "image": call.spec} for call in outcome.calls],
        "podPulling": [told.value for told in outcome.pod_pulling],
    }


def _kind(message: PullMessage | None) -> str:
    """The member's name as the family writes it: NOT_PRESENT_NEVER is notPresentNever."""
    first, *others = ("" if message is None else message.kind.name).lower().split("_")
    return first + "".join("QPS" if other == "qps" else other.capitalize() for other in others)


# -------------------------------------------------------------------------------------------------------------- verification


def image_pull_verification(given: Given, minor: str) -> Value:
    release = _release(minor, {GATE: True})
    kubelet = KubeletConfig(
        image_pull_credentials_verification_policy=given["policy"], preloaded_images_verification_allowlist=given["allowlist"]
    )
    refused = {error.rule for error in validate_kubelet_config(kubelet, release=release)}
    if refused & {KubeletConfigRule.VERIFICATION_POLICY, KubeletConfigRule.ALLOWLIST_PATTERN}:
        return {"error": "InvalidPolicy"}
    records, answers = PullRecords(), list[object]()
    for op in given["ops"]:
        records, answer = _done(records, op, kubelet, release)
        answers.append(answer)
    return {"ok": answers}


def _done(records: PullRecords, op: Given, kubelet: KubeletConfig, release: kc.Release) -> tuple[PullRecords, object]:
    """The records after one operation, and what it answers."""
    match op["op"]:
        case "recordIntent":
            return records.record_intent(op["image"]), None
        case "recordPulled":
            credentials = None if op.get("noCredentials") else _credentials(op)
            return records.record_pulled(op["image"], op["imageRef"], credentials, now=0, release=release), None
        case "recordFailed":
            return records.record_failed(op["image"]), None
        case "prune":
            return records.prune(op["imagesInUse"], before=3600), None
        case "restart":
            return records.restart(now=0, release=release), None
        case "records":
            return records, _recorded(records)
        case _:
            account = op.get("podServiceAccount")
            pod = PodCredentials(tuple(map(_pulled_secret, op.get("podSecrets") or ())), None if account is None else _coordinates(account))
            found = must_attempt_pull(records, op["image"], op["imageRef"], pod, now=0, kubelet=kubelet, release=release)
            return found.records, found.must_pull


def _credentials(given: Given) -> PulledCredentials:
    return PulledCredentials(
        given.get("nodePodsAccessible", False),
        tuple(map(_pulled_secret, given.get("secrets") or ())),
        tuple(map(_coordinates, given.get("serviceAccounts") or ())),
    )


def _pulled_secret(given: Given) -> PulledSecret:
    return PulledSecret(_coordinates(given), given["credentialHash"])


def _coordinates(given: Given) -> ObjectCoordinates:
    return ObjectCoordinates(given["namespace"], given["name"], given["uid"])


def _recorded(records: PullRecords) -> Value:
    empty: dict[str, Any] = {"nodePodsAccessible": False, "kubernetesSecrets": []}
    return {
        "pulledRecords": [
            {
                "imageRef": ref,
                "credentialMapping": {name: empty | used.to_json() for name, used in record.credential_mapping.items()},
            }
            for ref, record in sorted(records.pulled.items())
        ],
        "pullIntents": sorted(records.intents),
    }


# -------------------------------------------------------------------------------------------------------------------- queues


def image_puller_concurrency(given: Given, minor: str) -> Value:
    """All are requested one after another, a nanosecond apart, and the runtime holds every pull for a second."""
    kubelet = KubeletConfig(
        serialize_image_pulls=given["serializeImagePulls"],
        max_parallel_image_pulls=given.get("maxParallelImagePulls"),
        registry_pull_qps=0,
    )
    requests = [RequestedPull(f"img-{number:02}", at=Duration(number), takes=1) for number in range(given["pulls"])]
    plan = plan_pulls(requests, kubelet=kubelet, release=kc.Release(minor))
    shown: Value = {"startedBeforeAnyFinish": len(plan.in_flight(0.5)), "maxInFlight": plan.most_in_flight}
    if given["serializeImagePulls"] and given["pulls"] <= QUEUE_PLACES:  # of others no order is recorded
        shown["order"] = list(plan.order)
    return shown


ANSWERS: dict[str, Answer] = {
    "image_pull_decision": answering(image_pull_decision),
    "image_pull_verification": image_pull_verification,
    "image_puller_concurrency": answering(image_puller_concurrency),
}

"""Answers about back-off and the configuration of the kubelet."""

from __future__ import annotations

from typing import Any

from answering import Answer, Given, Value, answering

import kubecontainers as kc
from kubecontainers.apimachinery.backoff import BackOff, BackOffPolicy
from kubecontainers.apimachinery.cluster import CRASH_LOOP_FIELD, VERIFICATION_FIELDS, KubeletConfig, default_kubelet_config
from kubecontainers.golang.duration import Duration
from kubecontainers.images.kubelet_pull_config import validate_kubelet_config

MILLISECOND = Duration(1_000_000)


def _asked(back_off: BackOff, op: Given, now: Duration) -> tuple[BackOff, object]:
    """The back-off after one operation, and what it answers."""
    key, event = op.get("id", ""), now + MILLISECOND * op.get("eventMs", 0)
    match op["op"]:
        case "next":
            after = back_off.next(key, now=now, event=event)
            return after, after.get(key).nanoseconds // MILLISECOND.nanoseconds
        case "get":
            return back_off, back_off.get(key).nanoseconds // MILLISECOND.nanoseconds
        case "isInBackOffSinceUpdate":
            return back_off, back_off.is_in_back_off_since_update(key, event)
        case "isInBackOffSince":
            return back_off, back_off.is_in_back_off_since(key, event, now=now)
        case "gc":
            return back_off.gc(now=now), None
        case _:  # reset and delete are the same
            return back_off.reset(key), None


def pull_backoff_schedule(given: Given, minor: str) -> list[object]:
    expiry = MILLISECOND * given["expiryMs"] if "expiryMs" in given else None
    back_off = BackOff(BackOffPolicy(MILLISECOND * given["initialMs"], MILLISECOND * given["maxMs"], expiry))
    now, answers = Duration(), list[object]()
    for op in given["ops"]:
        if op["op"] == "advance":
            now, answer = now + MILLISECOND * op["ms"], None
        else:
            back_off, answer = _asked(back_off, op, now)
        answers.append(answer)
    return answers


def kubelet_pull_config_validate(given: Given, minor: str) -> Value:
    release = kc.Release(minor).with_gates(given.get("featureGates", {}), unknown="ignore", dependents="disable")
    config = default_kubelet_config(KubeletConfig.from_json(given["config"]), release=release).config
    broken = [error.rule.value for error in validate_kubelet_config(config, release=release)]
    return {"error": broken} if broken else {"ok": _shown(config, release)}


def _shown(config: KubeletConfig, release: kc.Release) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "serializeImagePulls": config.serialize_image_pulls,
        "maxParallelImagePulls": config.max_parallel_image_pulls,
        "registryPullQPS": config.registry_pull_qps,
        "registryBurst": config.registry_burst,
    }
    if CRASH_LOOP_FIELD in release:
        period = config.max_container_restart_period
        shown["crashLoopBackOffMaxContainerRestartPeriodMs"] = None if period is None else period.nanoseconds // MILLISECOND.nanoseconds
    if VERIFICATION_FIELDS in release:
        shown["imagePullCredentialsVerificationPolicy"] = config.image_pull_credentials_verification_policy
        shown["preloadedImagesVerificationAllowlist"] = list(config.preloaded_images_verification_allowlist)
    return shown


ANSWERS: dict[str, Answer] = {
    "pull_backoff_schedule": answering(pull_backoff_schedule),
    "kubelet_pull_config_validate": kubelet_pull_config_validate,
}

"""A webhook's whole answer to a review: every step of the library, the patch and its encoding, against reading the review's JSON.

The sample is what an API server sends for a pod of a Deployment with three containers; every step but the defaults changes something.
"""

from __future__ import annotations

import base64
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kubecontainers.admission.chain import AdmissionChain
from kubecontainers.admission.pinning import MappingResolver, PinImages
from kubecontainers.admission.steps import kubernetes_steps
from kubecontainers.apimachinery.requests import AdmissionRequest, Operation

from .table import Row

SAMPLE = Path(__file__).with_name("review_sample.json")
ROUNDS, CALLS = 25, 200

KATA = {
    "metadata": {"name": "kata"},
    "handler": "kata",
    "overhead": {"podFixed": {"cpu": "250m", "memory": "120Mi"}},
    "scheduling": {"nodeSelector": {"sandbox": "kata"}, "tolerations": [{"key": "kata", "operator": "Exists"}]},
}
ACCOUNT = {"metadata": {"name": "web", "namespace": "shop"}, "imagePullSecrets": [{"name": "regcred"}]}


def chain(review: Any) -> AdmissionChain:
    """Return a chain of all steps, one of which knows the images of the review."""
    containers = review["request"]["object"]["spec"]["containers"]
    pins = MappingResolver({container["image"]: "sha256:" + "1" * 64 for container in containers})
    steps = kubernetes_steps(service_accounts=[ACCOUNT], runtime_classes=[KATA], always_pull_images=True)
    return AdmissionChain([*steps, PinImages(pins)])


def seconds(run: Callable[[], object]) -> float:
    """Return the time of one call, in one round."""
    start = time.perf_counter()
    for _ in range(CALLS):
        run()
    return (time.perf_counter() - start) / CALLS


def rows() -> list[Row]:
    """Measure reading a review, admitting its pod, answering it, and both once the pod has all that the chain wants."""
    text = SAMPLE.read_text(encoding="utf-8")
    review: Any = json.loads(text)
    whole = chain(review)
    builtin = AdmissionChain(whole.steps[:-1])
    request = AdmissionRequest(Operation.CREATE, review["request"]["object"])
    admitted = whole.admit(request, namespace="shop")
    again = review | {"request": review["request"] | {"object": admitted.object}}
    request_again = AdmissionRequest(Operation.CREATE, admitted.object)
    answer: Any = whole.review(review)
    if len(json.loads(base64.b64decode(answer["response"]["patch"]))) != len(admitted.patch) or "patch" in str(whole.review(again)):
        raise AssertionError(SAMPLE)
    measured: list[tuple[str, Callable[[], object], str]] = [
        ("admitting it with Kubernetes' own steps, with a patch", lambda: builtin.admit(request, namespace="shop"), "at most 2"),
        ("the same, nothing to change", lambda: builtin.admit(request_again, namespace="shop"), "at most 2"),
        ("admitting it with pins as well, with a patch", lambda: whole.admit(request, namespace="shop"), ""),
        ("the same, nothing to change", lambda: whole.admit(request_again, namespace="shop"), ""),
        ("a webhook's answer with pins, with a patch, encoded", lambda: whole.review(review), ""),
        ("the same, nothing to change", lambda: whole.review(again), ""),
    ]
    # All in turn, since the machine is not always as fast: what counts is how they compare in a round.
    rounds = [[seconds(lambda: json.loads(text)), *(seconds(run) for _, run, _ in measured)] for _ in range(ROUNDS)]
    read, *taken = (statistics.median(times) for times in zip(*rounds, strict=True))
    ratios = [statistics.median(times[1 + at] / times[0] for times in rounds) for at in range(len(measured))]
    found = [Row(f"reading a review of {len(text):,} characters", f"{read * 1e6:.1f} µs", "", "", "")]
    for (what, _, wanted), time_taken, compared in zip(measured, taken, ratios, strict=True):
        found.append(Row(what, f"{time_taken * 1e6:.1f} µs", f"{compared:.2f}", "json.loads", wanted))
    return found

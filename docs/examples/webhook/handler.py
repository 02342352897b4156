"""The chain of ``webhook.py`` in a handler for an operator, which kopf serves and registers as ``settings.admission`` of the operator say.

kopf run --all-namespaces operator.py handler.py
"""

from __future__ import annotations

import functools
from typing import Any

import jsonpatch
import kopf
from webhook import CHAIN

from kubecontainers.admission.review import Refusal
from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.requests import AdmissionRequest, Operation


@kopf.on.mutate("", "v1", "pods", operations=["CREATE", "UPDATE"])
def pod(patch: kopf.Patch, warnings: list[str], namespace: str | None, **given: Any) -> None:
    """Admit a pod. A step that fails unexpectedly is kopf's to log and to answer, with 500."""
    request = AdmissionRequest(Operation(given["operation"]), given["new"], given["old"], subresource=given["subresource"] or "")
    try:
        admitted = CHAIN.admit(request, namespace=namespace or "")
    except KubeContainersError as error:
        refusal = Refusal.of(error)
        raise kopf.AdmissionError(refusal.message, code=refusal.code) from error
    warnings.extend(admitted.warnings)
    # A dictionary in ``patch`` is merged, which replaces lists whole; a function takes the chain's own patch as it is.
    patch.fns.append(functools.partial(jsonpatch.apply_patch, patch=admitted.patch, in_place=True))

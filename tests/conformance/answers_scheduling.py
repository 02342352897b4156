"""Answers of the room ``scheduling``: tolerations, taints, and which nodes can take a pod."""

from __future__ import annotations

from typing import Any

from answering import Answer, Given, answering, listing

from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.release import Release
from kubecontainers.scheduling.node_fit import node_fit
from kubecontainers.scheduling.taints import SCHEDULING_EFFECTS, Taint, taints_at
from kubecontainers.scheduling.taints import find_untolerated_taint as untolerated_taint
from kubecontainers.scheduling.taints import tolerates as tolerates_taint
from kubecontainers.scheduling.toleration_validation import validate_tolerations
from kubecontainers.scheduling.tolerations import (
    TaintEffect,
    Toleration,
    merge_tolerations,
    tolerations_at,
    tolerations_whitelisted,
)

FILTERS = {"all": None, "schedule": SCHEDULING_EFFECTS, "execute": {TaintEffect.NO_EXECUTE}}


def release_of(given: Given, minor: str) -> Release:
    """The release, with the gate as the record has it."""
    gates = {"TaintTolerationComparisonOperators": given.get("comparisonOperators", False)}
    return Release(minor).with_gates(gates, unknown="ignore")


def tolerations(given: Given, key: str) -> tuple[Toleration, ...]:
    return tolerations_at({"tolerations": given[key]}, ROOT)


def shown(taint: Taint | None) -> Any:
    return None if taint is None else taint.to_json()


def merge(given: Given, minor: str) -> list[Any]:
    merged = merge_tolerations(tolerations(given, "first"), tolerations(given, "second"))
    return [toleration.to_json() for toleration in merged.tolerations]


def whitelist(given: Given, minor: str) -> bool:
    return tolerations_whitelisted(tolerations(given, "tolerations"), tolerations(given, "whitelist"))


def validate(given: Given, minor: str) -> list[Any]:
    path, option = ROOT.child("tolerations"), given.get("comparisonOperators", False)
    errors = validate_tolerations(tolerations(given, "tolerations"), path, comparison_operators=option, release=Release(minor))
    return sorted(({"field": str(error.path), "type": error.type.value} for error in errors), key=lambda error: tuple(error.values()))


def tolerates(given: Given, minor: str) -> bool:
    toleration, taint = Toleration.from_json(given["toleration"]), Taint.from_json(given["taint"])
    return tolerates_taint(toleration, taint, release=release_of(given, minor))


def find_untolerated(given: Given, minor: str) -> Any:
    taints, effects = taints_at(given, ROOT), FILTERS[given["filter"]]
    return shown(untolerated_taint(taints, tolerations(given, "tolerations"), effects=effects, release=release_of(given, minor)))


def node_matches(given: Given, minor: str) -> dict[str, Any]:
    fit = node_fit(given["pod"], given["node"], release=release_of(given, minor))
    return {"affinity": fit.affinity.value, "untoleratedTaint": shown(fit.untolerated_taint), "cordoned": fit.cordoned, "fits": fit.fits}


ANSWERS: dict[str, Answer] = {
    "tolerations_merge": answering(merge),
    "tolerations_whitelist": answering(whitelist),
    "tolerations_validate": listing(validate),
    "toleration_tolerates_taint": answering(tolerates),
    "find_untolerated_taint": answering(find_untolerated),
    "node_matches_pod": answering(node_matches),
}

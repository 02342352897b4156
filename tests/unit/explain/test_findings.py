"""Findings: their codes, and the page that lists them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.explain import (
    credential_objects,
    environment_findings,
    key_findings,
    lifecycle_findings,
    runtime_class_findings,
    scheduling_findings,
)
from kubecontainers.explain.findings import Finding, FindingRule, Severity, find
from kubecontainers.explain.report import UNDECODABLE, UNSERVED
from kubecontainers.explain.sections import credentials, images, stored

PAGE = Path(__file__).resolve().parents[3] / "docs" / "findings.md"
TABLES: dict[str, tuple[FindingRule[Any], ...]] = {
    "stored": stored.FINDINGS,
    "images": images.FINDINGS,
    "images that are not used": images.UNUSED_FINDINGS,
    "pull secrets that cannot be read": credentials.SPOILT_FINDINGS,
    "pull secrets that are not there": credentials.MISSING_FINDINGS,
    "pull secrets that bring nothing": credentials.PASSED_FINDINGS,
    "pull secrets of the ServiceAccount": credentials.KEPT_OUT_FINDINGS,
    "credentials for an image": credentials.FINDINGS,
    "credentials for no image": credentials.UNMATCHED_FINDINGS,
    "keys and entries": key_findings.KEY_FINDINGS,
    "docker configs that cannot be read": key_findings.DOCUMENT_FINDINGS,
    "secrets": credential_objects.SECRET_FINDINGS,
    "credential providers": credential_objects.PROVIDER_FINDINGS,
    "entries without a value": environment_findings.FAILURE_FINDINGS,
    "references": environment_findings.REFERENCE_FINDINGS,
    "variables": environment_findings.VARIABLE_FINDINGS,
    "names": environment_findings.NAME_FINDINGS,
    "names that are left out": environment_findings.EVENT_FINDINGS,
    "services": environment_findings.COLLISION_FINDINGS,
    "sizes": environment_findings.SIZE_FINDINGS,
    "resources": environment_findings.RESOURCE_FINDINGS,
    "paths of mounts": environment_findings.SUB_PATH_FINDINGS,
    "hostnames that are refused": environment_findings.INVALID_HOSTNAME_FINDINGS,
    "hostnames": environment_findings.HOSTNAME_FINDINGS,
    "texts that are torn": environment_findings.TORN_FINDINGS,
    "references to variables of the image": environment_findings.IMAGE_REFERENCE_FINDINGS,
    "texts that are too large": environment_findings.TOO_LARGE_FINDINGS,
    "nodes that do not know env files": environment_findings.OLD_NODE_FINDINGS,
    "services without ports": environment_findings.SERVICE_FINDINGS,
    "pods that are not admitted": scheduling_findings.DENIAL_FINDINGS,
    "where pods run": scheduling_findings.SCHEDULING_FINDINGS,
    "RuntimeClasses that are refused": runtime_class_findings.CLASS_ERROR_FINDINGS,
    "labels of RuntimeClasses": runtime_class_findings.CLASS_LABEL_FINDINGS,
    "RuntimeClasses and nodes": runtime_class_findings.CLASS_FINDINGS,
    "lives that are refused": lifecycle_findings.LIFE_ERROR_FINDINGS,
    "hooks": lifecycle_findings.HOOK_FINDINGS,
    "how containers stop": lifecycle_findings.STOP_FINDINGS,
    "in which order they stop": lifecycle_findings.ORDER_FINDINGS,
    "whom hooks ask": lifecycle_findings.ADDRESS_FINDINGS,
}


def page_rows() -> list[str]:
    return [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| KC")]


def test_the_page_lists_every_finding() -> None:
    rows = [f"| {rule.code} | {rule.severity.word} | {rule.about} |" for table in TABLES.values() for rule in table]
    assert page_rows()[2:] == rows
    assert [row.split()[1] for row in page_rows()[:2]] == [UNDECODABLE, UNSERVED]


def test_codes_are_unique_and_sorted() -> None:
    codes = [UNDECODABLE, UNSERVED, *(rule.code for table in TABLES.values() for rule in table)]
    assert codes == sorted(set(codes))


def test_find_asks_every_rule_in_order() -> None:
    rules: tuple[FindingRule[int], ...] = (
        FindingRule("KC901", Severity.INFO, "odd", lambda number: number % 2 == 1, "it is odd"),
        FindingRule("KC902", Severity.ERROR, "large", lambda number: number > 10, lambda number: f"{number} is large"),
    )
    assert list(find(rules, 13, ROOT)) == [
        Finding("KC901", Severity.INFO, ROOT, "it is odd"),
        Finding("KC902", Severity.ERROR, ROOT, "13 is large"),
    ]
    assert list(find(rules, 4, ROOT)) == []


@pytest.mark.parametrize(("severity", "word"), [(Severity.INFO, "info"), (Severity.WARNING, "warning"), (Severity.ERROR, "error")])
def test_severities_are_ordered_and_named(severity: Severity, word: str) -> None:
    assert severity.word == word
    assert Severity.INFO < Severity.WARNING < Severity.ERROR

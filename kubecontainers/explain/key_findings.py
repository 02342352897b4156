"""Findings about docker configs, their keys, and patterns of ``matchImages``; wherever they are read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..apimachinery.fields import FieldPath
from ..credentials.config_problems import ConfigProblem, FoundProblem
from ..credentials.invalid_docker_config import InvalidDockerConfig
from ..credentials.key_problems import KeyProblem
from .findings import Finding, FindingRule, Severity, find

__all__ = ["DOCUMENT_FINDINGS", "KEY_FINDINGS", "NO_KEY", "find_problems"]

_UNEXPECTED = frozenset(
    {
        KeyProblem.VERSION_TAKEN_OFF,
        KeyProblem.UNESCAPED_TWICE,
        KeyProblem.USER_INFORMATION,
        KeyProblem.DEFAULT_PORT,
        KeyProblem.CAPITAL_IN_HOST,
    }
)
_WITHOUT_PASSWORD = frozenset({ConfigProblem.NO_PASSWORD, ConfigProblem.IDENTITY_TOKEN})
_UNUSABLE = frozenset({ConfigProblem.HELPERS_ONLY, ConfigProblem.OTHER_FORMAT})


NO_KEY = "(empty)"
"""How an empty key or pattern is shown."""


def _sentence(fact: FoundProblem) -> str:
    return fact.problem.value if fact.key is None else f"{fact.key or NO_KEY}: {fact.problem.value}"


KEY_FINDINGS: tuple[FindingRule[FoundProblem], ...] = (
    FindingRule(
        "KC221",
        Severity.WARNING,
        "A key of a docker config, or a pattern of matchImages, matches nothing that it may be meant for: it has a tag, a scheme, …",
        lambda fact: isinstance(fact.problem, KeyProblem) and fact.problem.is_dead,
        _sentence,
    ),
    FindingRule(
        "KC222",
        Severity.WARNING,
        "A key ends in /v1 or /v2 without a slash after it, which is a path like any other.",
        lambda fact: fact.problem is KeyProblem.API_VERSION,
        _sentence,
    ),
    FindingRule(
        "KC223",
        Severity.WARNING,
        "A key is not compared as most expect: /v1/ and user information are taken off, :443 and capitals in a host count, …",
        lambda fact: fact.problem in _UNEXPECTED,
        _sentence,
    ),
    FindingRule(
        "KC224",
        Severity.INFO,
        "A key with a path also matches neighbours whose path begins with it, …/app-other beside …/app.",
        lambda fact: fact.problem is KeyProblem.PREFIX,
        _sentence,
    ),
    FindingRule(
        "KC225",
        Severity.WARNING,
        "A docker config leaves its credentials to a helper, which Kubernetes does not run, or is a config.json read as a .dockercfg.",
        lambda fact: fact.problem in _UNUSABLE,
        _sentence,
    ),
    FindingRule(
        "KC226",
        Severity.WARNING,
        "An entry of a docker config has no password, or only an identity token, which Kubernetes does not use.",
        lambda fact: fact.problem in _WITHOUT_PASSWORD,
        _sentence,
    ),
    FindingRule(
        "KC227",
        Severity.INFO,
        "A docker config has no entries.",
        lambda fact: fact.problem is ConfigProblem.NO_ENTRIES,
        _sentence,
    ),
    FindingRule(
        "KC228",
        Severity.INFO,
        "Two keys of a docker config come to the same: which of them is tried first is left to chance.",
        lambda fact: fact.problem is ConfigProblem.SAME_KEY,
        _sentence,
    ),
)
"""Findings about keys and entries."""

DOCUMENT_FINDINGS: tuple[FindingRule[InvalidDockerConfig], ...] = (
    FindingRule(
        "KC229",
        Severity.ERROR,
        "A docker config cannot be read; one wrong value, such as the auth of one entry, spoils all its entries.",
        lambda _: True,
        lambda problem: f"none of its entries counts: {problem}",
    ),
)
"""Findings about a docker config that cannot be read."""


def find_problems(problems: Iterable[FoundProblem], path: FieldPath) -> Iterator[Finding]:
    """Yield the findings about some problems."""
    for problem in problems:
        yield from find(KEY_FINDINGS, problem, path)

"""Findings: what a person should look at.

A finding is one row of a table: a code that never changes its meaning, a severity, a predicate over what a concept room answered, and a
sentence. A section only asks its table.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

import attrs

from ..apimachinery.fields import FieldPath
from ..apimachinery.objects import JSONObject
from .tree import Node, Span

__all__ = ["Finding", "FindingRule", "Severity", "find"]

Fact = TypeVar("Fact")


class Severity(enum.IntEnum):
    """How much a finding matters; ``ERROR`` means that it will not run as written."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The severity as it is printed."""
        return self.name.lower()


@attrs.frozen
class Finding:
    """One thing to look at, and the field that it is about."""

    code: str
    severity: Severity
    path: FieldPath
    sentence: str

    def to_json(self) -> JSONObject:
        """Return the finding as JSON."""
        return {"code": self.code, "severity": self.severity.word, "path": str(self.path), "sentence": self.sentence}

    def to_node(self) -> Node:
        """Return the finding as a line of a tree."""
        word = self.severity.word
        return Node((Span(f"{self.code} {word}", word), Span(f"  {self.sentence}")))


@attrs.frozen
class FindingRule(Generic[Fact]):
    """A row of a table of findings over facts of one type.

    ``about`` is what the documentation says of the code; ``when`` whether a fact is one; ``sentence`` what is said of it.
    """

    code: str
    severity: Severity
    about: str
    when: Callable[[Fact], bool]
    sentence: str | Callable[[Fact], str]

    def said_of(self, fact: Fact) -> str:
        """Return the sentence about one fact."""
        return self.sentence if isinstance(self.sentence, str) else self.sentence(fact)


def find(rules: Iterable[FindingRule[Fact]], fact: Fact, path: FieldPath) -> Iterator[Finding]:
    """Yield a finding for every rule that holds for ``fact``, in the order of the rules."""
    for rule in rules:
        if rule.when(fact):
            yield Finding(rule.code, rule.severity, path, rule.said_of(fact))

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.scheduling.node_selector import NodeSelectorRequirement, NodeSelectorTerm, SelectorRule, term_errors

Requirement, Rule = NodeSelectorRequirement, SelectorRule


class TestJSON:
    def test_requirement(self) -> None:
        obj = {"key": "disktype", "operator": "In", "values": ["ssd", None]}
        assert Requirement.from_json(obj) == Requirement("disktype", "In", ("ssd", ""))
        assert Requirement.from_json({}) == Requirement("", "")
        assert Requirement("gpu", "Exists").to_json() == {"key": "gpu", "operator": "Exists"}
        assert Requirement("a", "In", ("b",)).to_json() == {"key": "a", "operator": "In", "values": ["b"]}

    def test_term(self) -> None:
        obj = {"matchExpressions": [None], "matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a"]}]}
        term = NodeSelectorTerm.from_json(obj)
        assert term.match_expressions == (Requirement("", ""),)
        assert NodeSelectorTerm.from_json(term.to_json()) == term
        assert NodeSelectorTerm.from_json({}).to_json() == {}
        assert NodeSelectorTerm().empty
        assert not term.empty
        assert not NodeSelectorTerm(match_fields=term.match_fields).empty

    @pytest.mark.parametrize(
        ("obj", "path"),
        [
            ([], ""),
            ({"matchExpressions": {}}, "matchExpressions"),
            ({"matchFields": [1]}, "matchFields[0]"),
            ({"matchFields": [{"key": 1}]}, "matchFields[0].key"),
            ({"matchExpressions": [{"operator": 1}]}, "matchExpressions[0].operator"),
            ({"matchExpressions": [{"values": "a"}]}, "matchExpressions[0].values"),
            ({"matchExpressions": [{"values": [1]}]}, "matchExpressions[0].values[0]"),
        ],
    )
    def test_malformed(self, obj: Any, path: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            NodeSelectorTerm.from_json(obj)
        assert caught.value.path == path


@pytest.mark.parametrize(
    ("operator", "values", "matching", "missing"),
    [
        ("In", ("a", ""), ["a", ""], ["b", None]),
        ("NotIn", ("a",), ["b", "", None], ["a"]),
        ("Exists", (), ["", "a"], [None]),
        ("DoesNotExist", (), [None], ["", "a"]),
        ("Gt", ("4",), ["5", "+5", "007"], ["4", "3", "many", "", None, "9223372036854775808", "5 "]),
        ("Lt", ("4",), ["3", "-5"], ["4", "5", "many", None]),
        ("Gt", ("many",), [], ["5", None]),
        ("Gt", (), [], ["5"]),
        ("Lt", ("4", "4"), [], ["3"]),
        ("in", ("a",), [], ["a", None]),
        ("", (), [], ["a", None]),
    ],
)
def test_matches(operator: str, values: tuple[str, ...], matching: list[str | None], missing: list[str | None]) -> None:
    requirement = Requirement("key", operator, values)
    assert all(map(requirement.matches, matching))
    assert not any(map(requirement.matches, missing))


@pytest.mark.parametrize(
    ("operator", "values", "wanted"),
    [
        ("In", ("a", ""), "a or ''"),
        ("NotIn", ("a", "b"), "anything but a or b"),
        ("Exists", (), "any value"),
        ("DoesNotExist", (), "none"),
        ("Gt", ("4",), "more than 4"),
        ("Lt", ("4",), "less than 4"),
        ("is", ("4",), "'is' 4"),
        ("In", tuple("abcdefghijkl"), "a or b or c or d or e or f or g or h or i or j or …"),
    ],
)
def test_wanted(operator: str, values: tuple[str, ...], wanted: str) -> None:
    assert Requirement("key", operator, values).wanted == wanted
    assert str(Requirement("key", operator, values)) == f"key: {wanted}"


def broken(term: NodeSelectorTerm) -> list[tuple[str, str, SelectorRule]]:
    errors = term_errors(term, ROOT)
    assert all(error.detail for error in errors)
    return [(str(error.path), error.type.value, Rule(error.rule)) for error in errors]


class TestErrors:
    @pytest.mark.parametrize(
        ("requirement", "errors"),
        [
            (Requirement("a", "In", ("b", "")), []),
            (Requirement("example.com/a", "Exists"), []),
            (Requirement("a", "Gt", ("007",)), []),
            (Requirement("-", "in", ("-",)), [("operator", "NotSupported", Rule.OPERATOR)]),
            (Requirement("a", ""), [("operator", "NotSupported", Rule.OPERATOR)]),
            (Requirement("", "Exists"), [("key", "Invalid", Rule.KEY)]),
            (Requirement("a" * 64, "Exists"), [("key", "Invalid", Rule.KEY)]),
            (Requirement("a", "In"), [("values", "Invalid", Rule.VALUES_REQUIRED)]),
            (Requirement("a", "NotIn"), [("values", "Invalid", Rule.VALUES_REQUIRED)]),
            (Requirement("a", "DoesNotExist", ("b",)), [("values", "Invalid", Rule.NO_VALUES)]),
            (Requirement("a", "Exists", ("",)), [("values", "Invalid", Rule.NO_VALUES)]),
            (Requirement("a", "Lt"), [("values", "Invalid", Rule.ONE_VALUE)]),
            (Requirement("a", "Lt", ("1", "b")), [("values", "Invalid", Rule.ONE_VALUE), ("values[1]", "Invalid", Rule.INTEGER)]),
            # a negative number is none that a label can have
            (Requirement("a", "Gt", ("-1",)), [("values[0]", "Invalid", Rule.VALUE)]),
            (Requirement("a", "Gt", ("+1",)), [("values[0]", "Invalid", Rule.VALUE)]),
            (Requirement("a", "Gt", ("9" * 64,)), [("values[0]", "Invalid", Rule.INTEGER), ("values[0]", "Invalid", Rule.VALUE)]),
            (Requirement("-", "In", ("a", "a b")), [("key", "Invalid", Rule.KEY), ("values[1]", "Invalid", Rule.VALUE)]),
        ],
    )
    def test_labels(self, requirement: NodeSelectorRequirement, errors: list[tuple[str, str, SelectorRule]]) -> None:
        found = [(f"matchExpressions[0].{field}", kind, rule) for field, kind, rule in errors]
        assert broken(NodeSelectorTerm((requirement,))) == found

    @pytest.mark.parametrize(
        ("requirement", "errors"),
        [
            (Requirement("metadata.name", "In", ("a",)), []),
            (Requirement("", "NotIn", ("no label's value!",)), []),
            (Requirement("metadata.name", "Exists"), [("operator", "NotSupported", Rule.FIELD_OPERATOR)]),
            (Requirement("metadata.name", "", ("a",)), [("operator", "NotSupported", Rule.FIELD_OPERATOR)]),
            (Requirement("metadata.name", "In"), [("values", "Invalid", Rule.FIELD_ONE_VALUE)]),
            (Requirement("metadata.name", "NotIn", ("a", "b")), [("values", "Invalid", Rule.FIELD_ONE_VALUE)]),
        ],
    )
    def test_fields(self, requirement: NodeSelectorRequirement, errors: list[tuple[str, str, SelectorRule]]) -> None:
        found = [(f"matchFields[0].{field}", kind, rule) for field, kind, rule in errors]
        assert broken(NodeSelectorTerm(match_fields=(requirement,))) == found

    def test_order(self) -> None:
        bad = Requirement("a", "is")
        errors = term_errors(NodeSelectorTerm((Requirement("a", "Exists"), bad), (bad,)), ROOT.child("terms").index(2))
        assert [str(error.path) for error in errors] == ["terms[2].matchExpressions[1].operator", "terms[2].matchFields[0].operator"]

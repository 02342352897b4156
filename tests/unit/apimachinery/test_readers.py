from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT, FieldPath
from kubecontainers.apimachinery.objects import integer_at, text_map_at, texts_at

AT = FieldPath(("spec", "list", 3))


@pytest.mark.parametrize("parent", [{}, {"key": None}])
def test_absent(parent: dict[str, Any]) -> None:
    assert integer_at(parent, "key", ROOT) == 0
    assert text_map_at(parent, "key", ROOT) == {}
    assert texts_at(parent, "key", ROOT) == ()


class TestInteger:
    @pytest.mark.parametrize("value", [0, 1, -1, 2**63 - 1, -(2**63)])
    def test_of_64_bits(self, value: int) -> None:
        assert integer_at({"key": value}, "key", ROOT) == value

    @pytest.mark.parametrize("value", [0, 2**31 - 1, -(2**31)])
    def test_of_32_bits(self, value: int) -> None:
        assert integer_at({"key": value}, "key", ROOT, bits=32) == value

    @pytest.mark.parametrize(
        ("value", "found"),
        [
            (2**63, "a number"),
            (-(2**63) - 1, "a number"),
            pytest.param(10**5000, "a number", id="5,001 digits"),
            (1.0, "a number"),
            (float("nan"), "a number"),
            (float("inf"), "a number"),
            (True, "a boolean"),
            (False, "a boolean"),
            ("1", "a string"),
            ([], "a list"),
            ({}, "an object"),
        ],
    )
    def test_none(self, value: object, found: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            integer_at({"key": value}, "key", AT)
        assert caught.value == MalformedObject("spec.list[3].key", "an integer of 64 bits", found)

    @pytest.mark.parametrize("value", [2**31, -(2**31) - 1])
    def test_too_many_bits(self, value: int) -> None:
        with pytest.raises(MalformedObject) as caught:
            integer_at({"key": value}, "key", ROOT, bits=32)
        assert caught.value == MalformedObject("key", "an integer of 32 bits", "a number")


class TestTextMap:
    def test_present(self) -> None:
        values = MappingProxyType({"a": "1", "null": None, "\ud800": "\udfff", "": ""})
        assert text_map_at({"key": values}, "key", ROOT) == {"a": "1", "null": "", "\ufffd": "\ufffd", "": ""}

    def test_is_a_new_one(self) -> None:
        values = {"a": "1"}
        text_map_at({"key": values}, "key", ROOT)["a"] = "2"
        assert values == {"a": "1"}

    @pytest.mark.parametrize(("value", "found"), [([], "a list"), ("", "a string"), (0, "a number"), (False, "a boolean")])
    def test_no_map(self, value: object, found: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            text_map_at({"key": value}, "key", AT)
        assert caught.value == MalformedObject("spec.list[3].key", "an object", found)

    @pytest.mark.parametrize(("value", "found"), [([], "a list"), ({}, "an object"), (0, "a number"), (False, "a boolean")])
    def test_no_text(self, value: object, found: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            text_map_at({"key": {"good": "", "bad": value}}, "key", AT)
        assert (caught.value.path, caught.value.expected, caught.value.found) == ("spec.list[3].key.bad", "a string", found)


class TestTexts:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [([], ()), (["a", "b", "a"], ("a", "b", "a")), (("a",), ("a",)), ([None, "", "a\ud800"], ("", "", "a\ufffd"))],
    )
    def test_present(self, value: object, expected: tuple[str, ...]) -> None:
        assert texts_at({"key": value}, "key", ROOT) == expected

    @pytest.mark.parametrize(("value", "found"), [({}, "an object"), ("a", "a string"), (0, "a number"), (True, "a boolean")])
    def test_no_list(self, value: object, found: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            texts_at({"key": value}, "key", AT)
        assert caught.value == MalformedObject("spec.list[3].key", "a list", found)

    @pytest.mark.parametrize(("value", "found"), [({}, "an object"), (["a"], "a list"), (0, "a number"), (True, "a boolean")])
    def test_no_text(self, value: object, found: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            texts_at({"key": ["a", None, value]}, "key", AT)
        assert caught.value == MalformedObject("spec.list[3].key[2]", "a string", found)

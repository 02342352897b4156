from __future__ import annotations

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.environment.expansion import MAX_GROWTH, expand, expand_with
from kubecontainers.environment.failures import EnvironmentFailed, EnvironmentFailure
from kubecontainers.golang.text import from_octets, to_octets

OLD = Release("1.33")
VARIABLES = {"A": "1", "EMPTY": "", "": "nameless", "$(A": "odd", "A$(A": "inner", "A B": "blank", "REF": "$(A)"}


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("", ""),
        ("plain", "plain"),
        ("$", "$"),
        ("a$", "a$"),
        ("$$", "$"),
        ("$$$", "$$"),
        ("$(A)", "1"),
        ("$$(A)", "$(A)"),
        ("$$$(A)", "$1"),
        ("$$$$(A)", "$$(A)"),
        ("x$(A)y$(A)z", "x1y1z"),
        ("$(EMPTY)|", "|"),
        ("$()", "nameless"),
        ("$(UNKNOWN)", "$(UNKNOWN)"),
        ("$(A", "$(A"),
        ("$(A$(A)", "inner"),
        ("$($(A))", "odd)"),
        ("$(A B)", "blank"),
        ("$(A\nB) $(A)", "$(A\nB) 1"),
        ("$(REF)", "$(A)"),
        ("$A ${A} $5", "$A ${A} $5"),
        ("\\$(A)", "\\1"),
        ("$((A)", "$((A)"),
        (")$(", ")$("),
        ("$(A) $(", "1 $("),
    ],
)
@pytest.mark.parametrize("release", [OLD, LATEST])
def test_references(text: str, expanded: str, release: Release) -> None:
    assert expand(text, VARIABLES, release=release) == expanded
    assert expand(text.encode(), VARIABLES, release=release) == expanded


def test_the_first_mapping_that_has_a_name_counts() -> None:
    assert expand("$(A)$(B)", {"A": ""}, {"A": "2", "B": "3"}) == "3"
    assert expand("$(A)") == "$(A)"


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        ("$é".encode(), b"$\xc3\x83\xa9", "$é".encode()),
        ("$😀x".encode(), b"$\xc3\xb0\x9f\x98\x80x", "$😀x".encode()),
        (b"$\xff", "$ÿ".encode(), "$\ufffd".encode()),
        (b"$\xe2\x82!", b"$\xc3\xa2\x82!", "$\ufffd".encode() + b"\x82!"),
        (b"\xff$(A)\xfe", b"\xff1\xfe", b"\xff1\xfe"),
    ],
)
def test_characters_behind_a_dollar(text: bytes, old: bytes, new: bytes) -> None:
    assert to_octets(expand(text, VARIABLES, release=OLD)) == old
    assert to_octets(expand(text, VARIABLES, release=LATEST)) == new


def test_text_is_json_and_values_are_bytes() -> None:
    assert expand("\udce9$(A)", {"A": "\udce9"}) == "\ufffd\udce9"


def test_bytes_that_come_together_are_a_character() -> None:
    halves = {"FIRST": from_octets(b"\xc3"), "SECOND": from_octets(b"\xa9")}
    assert expand("$(FIRST)$(SECOND)", halves) == "é"


def test_look_ups_come_from_left_to_right() -> None:
    asked: list[str] = []

    def look_up(name: str) -> None:
        asked.append(name)

    assert expand_with("$(B)$(A)$$(C)$(B)", look_up) == "$(B)$(A)$(C)$(B)"
    assert asked == ["B", "A", "B"]


def test_values_may_not_add_too_much() -> None:
    half = {"A": "x" * (MAX_GROWTH // 2)}
    assert len(expand("$(A)$(A)", half)) == MAX_GROWTH
    with pytest.raises(EnvironmentFailed) as caught:
        expand("$(A)$(A)$(A)", half)
    assert caught.value.reason is EnvironmentFailure.TOO_LARGE


def test_a_mapping_of_something_else() -> None:
    with pytest.raises(MalformedObject) as caught:
        expand("$(A)", {"A": 7})  # type: ignore[dict-item]
    assert (caught.value.path, caught.value.found) == ("mappings[A]", "a number")

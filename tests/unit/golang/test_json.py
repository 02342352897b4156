from __future__ import annotations

import pickle
import time

import pytest

from kubecontainers.golang.json import MAX_DEPTH, BadJSON, Members, Node, Number, decode, encode, fold, plain, quote, struct_fields


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("null", None),
        ("true", True),
        (" \t\r\nfalse\n", False),
        ('""', ""),
        ('"a\\"\\\\\\/\\b\\f\\n\\r\\tb"', 'a"\\/\b\f\n\r\tb'),
        ('"\\u00e9\\u00E9é"', "ééé"),
        ('"\\\\u0041"', "\\u0041"),  # an escaped backslash, and then no escape
        ('"\\ud83d\\ude00"', "\U0001f600"),
        ('"\\ud83d\\u0041"', "\ufffdA"),
        ('"\\ud83d\\ud83d\\ude00"', "\ufffd\U0001f600"),
        ('"\\ude00\\ud83d"', "\ufffd\ufffd"),
        ('"\ud83d"', "\ufffd"),
        ('"\x7f\u2028"', "\x7f\u2028"),
        ("[]", []),
        ("[ ]", []),
        ("{ }", Members()),
        ('[1, "2", [3], {}]', ["1", "2", ["3"], Members()]),
        ('{"a": {"b": []}, "a": 1}', Members((("a", Members((("b", []),))), ("a", "1")))),
        (b'"caf\xc3\xa9 \xe9\xff"', "café \ufffd\ufffd"),
    ],
)
def test_decode(text: str | bytes, expected: Node) -> None:
    found = decode(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("text", ["0", "-0", "1", "10", "1.50", "-1e3", "1E+30", "1e-999", "9" * 5000])
def test_numbers_are_kept_as_written(text: str) -> None:
    found = decode(text)
    assert isinstance(found, Number)
    assert found == text


@pytest.mark.parametrize(
    ("text", "problem", "position"),
    [
        ("", "no JSON value", 0),
        ("  ", "no JSON value", 2),
        ("\ufeff{}", "no JSON value", 0),
        ("'a'", "no JSON value", 0),
        ("// no\n{}", "no JSON value", 0),
        ("nul", "no JSON value", 0),
        ("True", "no JSON value", 0),
        ("NaN", "no JSON value", 0),
        ("-", "no JSON value", 0),
        ("+1", "no JSON value", 0),
        (".5", "no JSON value", 0),
        ("01", "follows", 1),
        ("1.", "follows", 1),
        ("1e", "follows", 1),
        ("0x1", "follows", 1),
        ("\u0661", "no JSON value", 0),
        ("\u00a0{}", "no JSON value", 0),
        ("{} x", "follows", 3),
        ("{}{}", "follows", 2),
        ("]", "no JSON value", 0),
        ('"a', "no JSON value", 0),
        ('"a\nb"', "no JSON value", 0),
        ('"a\tb"', "no JSON value", 0),
        ('"a\0b"', "no JSON value", 0),
        ('"\\x41"', "no JSON value", 0),
        ('"\\u12"', "no JSON value", 0),
        ('"\\', "no JSON value", 0),
        ("[1", "closing bracket", 2),
        ("[1 2]", "closing bracket", 3),
        ("[1}", "closing bracket", 2),
        ("[1,]", "no JSON value", 3),
        ("[,1]", "no JSON value", 1),
        ("[", "no JSON value", 1),
        ("{", "name", 1),
        ("{a: 1}", "name", 1),
        ("{1: 1}", "name", 1),
        ('{"a" 1}', "colon", 5),
        ('{"a"', "colon", 4),
        ('{"a":}', "no JSON value", 5),
        ('{"a":1,}', "name", 7),
        ('{"a":1 "b":2}', "closing bracket", 7),
        ('{"a":1]', "closing bracket", 6),
        ('[["a"]', "closing bracket", 6),
    ],
)
def test_no_json(text: str, problem: str, position: int) -> None:
    with pytest.raises(BadJSON) as caught:
        decode(text)
    error = caught.value
    assert problem in error.problem
    assert error.position == position
    assert error.__context__ is None
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (again.problem, again.position) == error.args


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), (' [ { "a" : ', " } ] ")])
def test_depth(opening: str, closing: str) -> None:
    levels = opening.count("[") + opening.count("{")
    times = MAX_DEPTH // levels
    inner = "[]" if levels == 1 else "0"  # an empty list counts as well
    deepest = opening * (times - (inner == "[]")) + inner + closing * (times - (inner == "[]"))
    assert decode(deepest) is not None
    assert plain(decode(deepest)) is not None
    with pytest.raises(BadJSON) as caught:
        decode(opening * times + "[]" + closing * times)
    assert "10000 levels" in caught.value.problem
    with pytest.raises(BadJSON):
        decode(opening * 300_000)


def test_many_empty_lists_are_not_deep() -> None:
    assert decode("[" + ",".join(["[]"] * 20_000) + "]") == [[]] * 20_000


@pytest.mark.parametrize("name", ["HttpHeaders", "httpheaders", "HTTPHEADERS", "httpheader\u017f", "HTTPHeader\u017f"])
def test_names_that_fill_a_field(name: str) -> None:
    assert fold(name) == fold("HttpHeaders")


@pytest.mark.parametrize("name", ["Http-Headers", "http\u0130headers", "httpheaders ", "httphe\u00e4ders", "httpheader\u00df", ""])
def test_names_that_do_not(name: str) -> None:
    assert fold(name) != fold("HttpHeaders")


def test_the_kelvin_sign_is_a_letter_k() -> None:
    assert fold("to\u212aen") == fold("TOKEN")


def test_struct_fields() -> None:
    members = Members((("B", "1"), ("c", "2"), ("a", "3"), ("b", None)))
    assert list(struct_fields(members, ("a", "b"))) == [("b", "1"), ("a", "3"), ("b", None)]
    assert list(struct_fields(members, ())) == []


PLAIN: list[tuple[str, object]] = [
    ("null", None),
    ("[true, []]", [True, []]),
    ('{"a": 1, "b": {"c": "1"}, "a": null}', {"a": None, "b": {"c": "1"}}),
    ("1", 1),
    ("-9223372036854775808", -(2**63)),
    ("9223372036854775807", 2**63 - 1),
    ("9223372036854775808", float(2**63)),
    ("-9223372036854775809", -float(2**63)),
    ("1e3", 1000.0),
    ("1e-999", 0.0),
    ("1.5", 1.5),
    ("1" * 300, float("1" * 300)),
]


@pytest.mark.parametrize(("text", "expected"), PLAIN)
def test_plain(text: str, expected: object) -> None:
    found = plain(decode(text))
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("text", ["1e999", "-1e999", '{"a": [{"b": 1e309}]}', '{"a": {"b": 1e309}, "a": 1}', "9" * 5000])
def test_numbers_beyond_a_float(text: str) -> None:
    node = decode(text)
    with pytest.raises(BadJSON) as caught:
        plain(node)
    assert "float" in caught.value.problem


def test_plain_leaves_the_node_alone() -> None:
    node: list[Node] = ["a", Number("1"), Members((("b", [Number("2")]),))]
    assert plain(node) == ["a", 1, {"b": [2]}]
    assert node == ["a", "1", (("b", ["2"]),)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", '"a"'),
        ("", '""'),
        ('"\\/', '"\\"\\\\/"'),
        ("\b\f\n\r\t\0\x1f\x7f", '"\\b\\f\\n\\r\\t\\u0000\\u001f\x7f"'),
        ("<>&", '"\\u003c\\u003e\\u0026"'),
        ("\u2028\u2029\u2027", '"\\u2028\\u2029\u2027"'),
        ("é\U0001f600", '"é\U0001f600"'),
        ("a\udcffb\ud800", '"a\\ufffdb\\ufffd"'),  # a byte that is not UTF-8
        ("\ufffd", '"\ufffd"'),
    ],
)
def test_quote(value: str, expected: str) -> None:
    assert quote(value) == expected
    assert encode(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        ([], "[]"),
        (("a", [1, False]), '["a",[1,false]]'),
        ({}, "{}"),
        ({"b": {"<": None}, "a": []}, '{"b":{"\\u003c":null},"a":[]}'),
    ],
)
def test_encode(value: object, expected: str) -> None:
    assert encode(value) == expected


def test_long_documents_take_no_time_to_speak_of() -> None:
    begun = time.process_time()
    for text in ("[" * 200_000, '"' + "\\" * 200_001 + '"', "9" * 200_000, '"' + "\\ud800" * 40_000 + '"', "{" * 200_000, " " * 200_000):
        try:
            decode(text)
        except BadJSON:
            continue
    assert time.process_time() - begun < 10

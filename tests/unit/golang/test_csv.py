from __future__ import annotations

import pytest

from kubecontainers.golang.csv import BadCSV, read_record


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("a", ["a"]),
        ("a,b", ["a", "b"]),
        ("a,,", ["a", "", ""]),
        (",", ["", ""]),
        (" a , b ", [" a ", " b "]),
        ('"a,b",c', ["a,b", "c"]),
        ('"a""b"', ['a"b']),
        ('""', [""]),
        ('"","x"', ["", "x"]),
        ('""""', ['"']),
        ("a\nb,c", ["a"]),  # only the first record
        ('"a\nb"', ["a\nb"]),
        ('"a\r\nb"', ["a\nb"]),
        ("a\r\nb", ["a"]),
        ("a\r", ["a"]),
        ("a\rb", ["a\rb"]),
        ("\n\n\r\na", ["a"]),
        ("é,\ud800", ["é", "\ud800"]),
    ],
)
def test_record(text: str, fields: list[str]) -> None:
    assert read_record(text) == fields


@pytest.mark.parametrize("text", ["", "\n", "\r", "\r\n\n"])
def test_no_record(text: str) -> None:
    with pytest.raises(BadCSV, match="there is no record"):
        read_record(text)


@pytest.mark.parametrize("text", ['a"b', 'a"', '"a"b', '"a', '"a"""x', '"', '"""', ' "a"', 'a,"b', '"a" ,b'])
def test_misplaced_quotes(text: str) -> None:
    with pytest.raises(BadCSV) as caught:
        read_record(text)
    assert caught.value.problem == "a double quote is missing, or stands where none can be"
    assert text not in str(caught.value)


def test_many_quotes_take_linear_time() -> None:
    with pytest.raises(BadCSV):
        read_record('"' + '""' * 500_000 + "x")
    assert len(read_record("," * 500_000)) == 500_001

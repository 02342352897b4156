"""The fields of scripts."""

from __future__ import annotations

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.golang.duration import LARGEST, Duration
from kubecontainers.lifecycle.pod_runtime import CallFailure
from kubecontainers.simulation.script_fields import (
    call_failure,
    filled,
    milliseconds,
    named_at,
    never_at,
    optional_text_at,
    repeated,
    time_at,
    whole_at,
)


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("boom {id}", CallFailure("boom id-1", "Unknown")),
        ("raw:{id}: {id}", CallFailure("id-1: id-1")),
        ("notfound:", CallFailure("", "NotFound")),
        ("RAW:x", CallFailure("RAW:x", "Unknown")),
    ],
)
def test_errors(text: str, failure: CallFailure) -> None:
    assert call_failure(text, "id-1") == failure


def test_an_id_that_is_not_known_stays() -> None:
    assert call_failure("raw:{id}") == CallFailure("{id}")


def test_repeated() -> None:
    assert repeated((), 3) is None
    assert [repeated((1, 2), position) for position in (0, 1, 5)] == [1, 2, 2]


def test_times() -> None:
    obj = {"a": 1500, "b": -1, "c": 2**62}
    assert [time_at(obj, key, ROOT) for key in ("a", "b", "c", "d")] == [
        Duration.of(1.5),
        Duration(),
        Duration(LARGEST),
        Duration(),
    ]
    assert [never_at(obj, key, ROOT, absent=Duration(7)) for key in ("a", "b", "d")] == [Duration.of(1.5), None, Duration(7)]
    assert [milliseconds(time) for time in (Duration.of(1.5), None)] == [1500, None]


def test_the_rest() -> None:
    obj = {"number": 0, "text": "", "name": "one"}
    assert [whole_at(obj, key, ROOT) for key in ("number", "none")] == [0, None]
    assert [optional_text_at(obj, key, ROOT) for key in ("text", "none", "name")] == [None, None, "one"]
    assert [named_at(obj, key, ROOT, {"one": 1}, 0) for key in ("name", "none", "text")] == [1, 0, 0]
    with pytest.raises(MalformedObject, match="expected one of two, three"):
        named_at(obj, "name", ROOT, {"two": 2, "three": 3}, 0)


def test_filled() -> None:
    assert filled(a=0, b=False, c="", d=None, e=[], f={}, g=()) == {"a": 0, "b": False}

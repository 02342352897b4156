"""The library gives the answers that Kubernetes' own code gave, to the last record."""

from __future__ import annotations

import json

import pytest
from adapter import ANSWERS
from records import expectations, families, records

SHOWN = 10


def _short(value: object) -> str:
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= 400 else text[:400] + "…"


@pytest.mark.parametrize("family", families())
def test_family_agrees(family: str) -> None:
    answer = ANSWERS[family]
    asked = 0
    differences: list[str] = []
    for number, record in enumerate(records(family), start=1):
        for minor, recorded in expectations(record):
            asked += 1
            given = answer(record["input"], minor)
            if given != recorded:
                shown = (_short(value) for value in (record["input"], recorded, given))
                differences.append("record {} in {}\n     input {}\n  recorded {}\n     given {}".format(number, minor, *shown))
    assert asked > 0
    assert not differences, f"{len(differences)} of {asked} answers differ, the first:\n\n" + "\n\n".join(differences[:SHOWN])


def test_every_answer_has_its_records() -> None:
    assert set(ANSWERS) == set(families())

"""One record of comma-separated values, as Go's ``encoding/csv`` reads it.

A field may stand in double quotes, and then hold commas, line ends and, doubled, quotes. Nothing is trimmed.
"""

from __future__ import annotations

import re

__all__ = ["BadCSV", "read_record"]

# A field in quotes ends where what follows its last quote ends it; one without quotes holds none.
_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"(?=,|\n|\Z)')
_BARE = re.compile(r'([^",\n]*+)(?=,|\n|\Z)')
_LINE_END = re.compile(r"\r\n|\r\Z")


class BadCSV(ValueError):
    """A text is no record; ``problem`` says why. The text itself is left out."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def read_record(text: str) -> list[str]:
    r"""Return the fields of the first record of a text; empty lines before it are passed over.

    Raises ``BadCSV`` where there is none, and for a quote that stands where it must not.

    >>> read_record('a,"b,c",'), read_record("\n x\nnext")
    (['a', 'b,c', ''], [' x'])
    """
    text = _LINE_END.sub(lambda end: "\n" if end[0] == "\r\n" else "", text).lstrip("\n")
    if not text:
        raise BadCSV("there is no record")
    fields: list[str] = []
    at = 0
    while True:
        quoted = text.startswith('"', at)
        field = (_QUOTED if quoted else _BARE).match(text, at)
        if field is None:
            raise BadCSV("a double quote is missing, or stands where none can be")
        fields.append(field[1].replace('""', '"') if quoted else field[1])
        at = field.end() + 1
        if not text.startswith(",", field.end()):
            return fields

"""Columns of text."""

from __future__ import annotations

import pytest

from kubecontainers.golang.tabwriter import align


@pytest.mark.parametrize(
    ("text", "aligned"),
    [
        ("", ""),
        ("no cell", "no cell"),
        ("a\tb", "a  b"),
        ("a\tb\nlonger\tc\n", "a       b\nlonger  c\n"),
        ("a\t\tc\nb\td\te", "a     c\nb  d  e"),
        # a line without a tab parts the columns
        ("a\tb\nmuch longer\nccc\td", "a  b\nmuch longer\nccc  d"),
        # so does one with fewer cells, for those that it has not
        ("a\tb\tc\nx\ty\nq\tlonger\tr", "a  b  c\nx  y\nq  longer  r"),
        # what stands behind the last tab is in no column
        ("a\tthe last\nb\tc\td", "a  the last\nb  c  d"),
        ("a\vb\nccc\td", "a    b\nccc  d"),
        ("a\tb\fccc\td", "a  b\nccc  d"),
        ("\u00fc\u00fc\tb\na\tc", "\u00fc\u00fc  b\na   c"),
    ],
)
def test_align(text: str, aligned: str) -> None:
    assert align(text) == aligned


def test_an_empty_last_cell() -> None:
    assert align("a\t\nbbb\t") == "a    \nbbb  "


def test_padding() -> None:
    assert align("a\tb", padding=0) == "ab"


def test_many_cells() -> None:
    assert len(align("a\t" * 50_000)) == 150_000

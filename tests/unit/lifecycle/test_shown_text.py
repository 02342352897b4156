from __future__ import annotations

from kubecontainers.lifecycle.shown_text import LONGEST, shown


def test_only_long_texts_are_cut() -> None:
    assert shown("a" * LONGEST) == "a" * LONGEST
    assert shown("a" * (LONGEST + 1)) == "a" * (LONGEST - 1) + "…"

"""Texts of a status or an event as they are shown: cut where they are long."""

from __future__ import annotations

__all__ = ["LONGEST", "shown"]

LONGEST = 1024
"""The characters of a text that are kept; an event's own message has no more."""


def shown(text: str) -> str:
    """Return a text as it is, or its beginning with an ellipsis.

    >>> len(shown("a" * 5000))
    1024
    """
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

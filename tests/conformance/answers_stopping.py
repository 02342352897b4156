"""Answers of the room ``lifecycle``: stopping."""

from __future__ import annotations

from answering import Answer

ANSWERS: dict[str, Answer] = {}

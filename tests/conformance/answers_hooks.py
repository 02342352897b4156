"""Answers of the room ``lifecycle``: hooks."""

from __future__ import annotations

from answering import Answer

ANSWERS: dict[str, Answer] = {}

"""Answers of the room ``lifecycle``: statuses."""

from __future__ import annotations

from answering import Answer

ANSWERS: dict[str, Answer] = {}

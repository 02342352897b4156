"""Answers of starting a container, of one sync, and of a pod's life: each record is a scenario."""

from __future__ import annotations

from answering import Answer

ANSWERS: dict[str, Answer] = {}

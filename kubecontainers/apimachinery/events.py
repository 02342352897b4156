"""What all events have in common."""

from __future__ import annotations

import enum

__all__ = ["EventType"]


class EventType(enum.Enum):
    """The type of an event; there are no others."""

    NORMAL = "Normal"
    WARNING = "Warning"

"""How names of nodes, and resources, are written in reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..apimachinery.quantity import Quantity

__all__ = ["names_text", "nodes_text", "resources_text"]

_SHOWN_NAMES = 5


def names_text(names: Iterable[str]) -> str:
    """Return some names as a sentence has them."""
    listed = list(names)
    shown = ", ".join(listed[:_SHOWN_NAMES])
    return shown if len(listed) <= _SHOWN_NAMES else f"{shown} and {len(listed) - _SHOWN_NAMES} more"


def nodes_text(names: Iterable[str]) -> str:
    """Return some nodes as a sentence has them."""
    listed = list(names)
    return f"node {listed[0]}" if len(listed) == 1 else f"nodes {names_text(listed)}"


def resources_text(resources: Mapping[str, Quantity]) -> str:
    """Return resources with their quantities."""
    return ", ".join(f"{name} {quantity}" for name, quantity in resources.items())

"""How an answer of the library becomes the ``{"ok": …}`` or ``{"error": …}`` of a record. No rule lives here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Given = dict[str, Any]
Value = dict[str, Any]
Answer = Callable[[Given, str], Value]
Shape = Callable[[Any], object]


def answering(ask: Callable[[Given, str], object], errors: Mapping[type[Exception], Shape] | None = None) -> Answer:
    """Return an answer: what ``ask`` returns, or the error it raises, shaped by its class."""
    shapes = dict(errors or {})

    def answer(given: Given, minor: str) -> Value:
        try:
            return {"ok": ask(given, minor)}
        except tuple(shapes) as error:
            shape = next(shape for cls, shape in shapes.items() if isinstance(error, cls))
            return {"error": shape(error)}

    return answer


def listing(ask: Callable[[Given, str], list[Any]], ok: object = True) -> Answer:
    """Return an answer for a validator: ``ok`` where its list is empty, else the list as the error."""

    def answer(given: Given, minor: str) -> Value:
        broken = ask(given, minor)
        return {"error": broken} if broken else {"ok": ok}

    return answer


def named(name: str) -> Shape:
    """Return the shape of an error that a family knows by one name."""
    return lambda error: name

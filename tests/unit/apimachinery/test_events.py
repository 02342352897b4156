from __future__ import annotations

from kubecontainers.apimachinery.events import EventType


def test_types_are_those_of_the_api() -> None:
    assert [EventType("Normal"), EventType("Warning")] == list(EventType)

"""Spans as JSON; how they come about is tested in ``test_bars``."""

from __future__ import annotations

from kubecontainers.golang.duration import Duration
from kubecontainers.simulation.spans import Span, SpanKind


def test_json() -> None:
    span = Span("app", SpanKind.PULLING, Duration.of(1), Duration.of(91), 2, "app:1")
    assert span.to_json() == {"container": "app", "kind": "PULLING", "begin": "1s", "end": "1m31s", "attempt": 2, "note": "app:1"}
    assert Span("app", SpanKind.RUNNING, Duration()).to_json()["end"] is None

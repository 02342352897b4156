"""Every strategy draws: the ones without arguments as they are, so that a user's first test with one does not fail."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

from kubecontainers.testing import strategies

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
NAMES = [name for name in strategies.__all__ if callable(getattr(strategies, name))]


def made(name: str) -> SearchStrategy[Any]:
    strategy: Any = getattr(strategies, name)
    found: SearchStrategy[Any] = strategy(strategies.pods()) if name == "damaged" else strategy()
    return found


@pytest.mark.parametrize("name", NAMES)
def test_it_draws(name: str) -> None:
    drawn: list[object] = []

    @settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW)
    @given(made(name))
    def draw(value: object) -> None:
        drawn.append(value)

    draw()
    assert any(value != drawn[0] for value in drawn)

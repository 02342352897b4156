from __future__ import annotations

import pytest

from kubecontainers.golang.booleans import parse_bool


@pytest.mark.parametrize("text", ["1", "t", "T", "true", "True", "TRUE"])
def test_true(text: str) -> None:
    assert parse_bool(text) is True


@pytest.mark.parametrize("text", ["0", "f", "F", "false", "False", "FALSE"])
def test_false(text: str) -> None:
    assert parse_bool(text) is False


@pytest.mark.parametrize("text", ["", "yes", "on", "tRUE", " true", "1\n", "01", "\u0661"])
def test_neither(text: str) -> None:
    assert parse_bool(text) is None

from __future__ import annotations

from datetime import timedelta

import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.golang.duration import Duration
from kubecontainers.pulling.image_runtime import Pulled, RuntimeFailure, elapsed


def test_times_in_any_form() -> None:
    assert Pulled("r", took=1.5, waited=timedelta(seconds=2)) == Pulled("r", None, Duration.of(1.5), Duration.of(2))
    assert RuntimeFailure("denied", took=1).took == Duration.of(1)


def test_nothing_takes_less_than_nothing() -> None:
    assert elapsed(0) == Duration()
    with pytest.raises(InvalidDuration, match="'-1s': less than nothing"):
        elapsed(-1)
    with pytest.raises(InvalidDuration):
        Pulled("r", waited=-0.001)


def test_lone_surrogates() -> None:
    assert Pulled("\ud800").image_ref == "\ufffd"
    assert RuntimeFailure("\ud800").text == "\ufffd"


@pytest.mark.parametrize(
    ("code", "expected"),
    [("Unknown", "RegistryUnavailable: down"), ("Unavailable", "rpc error: code = Unavailable desc = RegistryUnavailable: down")],
)
def test_grpc_status(code: str, expected: str) -> None:
    assert RuntimeFailure.from_status(code, "RegistryUnavailable: down") == RuntimeFailure(expected)

from __future__ import annotations

import math
import pickle
from datetime import timedelta

import pytest

from kubecontainers.apimachinery.durations import InvalidDuration, to_duration
from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.golang.duration import Duration


@pytest.mark.parametrize("value", [90, 90.0, timedelta(seconds=90), Duration.parse("1m30s")])
def test_to_duration(value: Duration | timedelta | float) -> None:
    assert str(to_duration(value)) == "1m30s"


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e300, timedelta.max])
def test_no_duration(value: float | timedelta) -> None:
    with pytest.raises(InvalidDuration) as caught:
        to_duration(value)
    error = caught.value
    assert isinstance(error, KubeContainersError)
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
    assert error.text in str(error)
    assert error.problem in str(error)
    assert error.hint == ""
    assert error.__context__ is None

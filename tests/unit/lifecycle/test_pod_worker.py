from __future__ import annotations

from collections.abc import Callable

import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.release import Release
from kubecontainers.lifecycle.pod_worker import EffectiveGrace, EffectiveGraceSource, effective_grace

Source = EffectiveGraceSource


@pytest.mark.parametrize(
    ("remembered", "deletion", "override", "termination", "expected"),
    [
        (0, None, None, None, EffectiveGrace(1, Source.LEAST)),
        (0, None, None, 60, EffectiveGrace(60, Source.TERMINATION)),
        (0, 60, None, 30, EffectiveGrace(60, Source.DELETION)),
        (0, 60, 90, 30, EffectiveGrace(60, Source.DELETION)),
        (0, 60, 5, 30, EffectiveGrace(5, Source.OVERRIDE)),
        (0, 0, 5, 30, EffectiveGrace(5, Source.OVERRIDE)),
        (0, None, -3, 30, EffectiveGrace(1, Source.LEAST)),
        (20, 60, 30, 5, EffectiveGrace(20, Source.REMEMBERED)),
        (20, 20, 20, 5, EffectiveGrace(20, Source.REMEMBERED)),
        (20, 10, None, 5, EffectiveGrace(10, Source.DELETION, changed=True)),
        (20, 10, 3, 5, EffectiveGrace(3, Source.OVERRIDE, changed=True)),
    ],
)
def test_which_counts(
    remembered: int, deletion: int | None, override: int | None, termination: int | None, expected: EffectiveGrace
) -> None:
    for minor in ("1.27", "1.30", "1.36"):
        found = effective_grace(remembered, deletion=deletion, override=override, termination=termination, release=Release(minor))
        assert found == expected


@pytest.mark.parametrize(("deletion", "override"), [(0, None), (None, 0), (60, 0)])
def test_zero_is_kept_since_1_30(deletion: int | None, override: int | None) -> None:
    found = [effective_grace(deletion=deletion, override=override, termination=30, release=Release(minor)) for minor in ("1.29", "1.30")]
    assert found == [EffectiveGrace(30, Source.TERMINATION), EffectiveGrace(1, Source.LEAST)]


def test_numbers_beyond_64_bits() -> None:
    asks: tuple[Callable[[], object], ...] = (
        lambda: effective_grace(2**63),
        lambda: effective_grace(deletion=2**63),
        lambda: effective_grace(5, deletion=2**63),
        lambda: effective_grace(override=-(2**63) - 1),
        lambda: effective_grace(termination=2**63),
    )
    for ask in asks:
        with pytest.raises(InvalidDuration):
            ask()

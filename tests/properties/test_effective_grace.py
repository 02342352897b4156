from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.release import Release
from kubecontainers.lifecycle.pod_worker import ZERO_IS_KEPT, EffectiveGraceSource, effective_grace
from kubecontainers.testing import strategies

Source = EffectiveGraceSource

releases = strategies.releases(gates=True)
asked = st.none() | st.integers(-2, 40) | st.integers(-(2**63), 2**63 - 1)
remembered = st.integers(0, 40)


class TestItOnlyShrinks:
    """Once a pod is being stopped, its grace period never grows, and it is at least 1 s."""

    @given(st.integers(1, 40), asked, asked, asked, releases)
    def test_never_longer(self, before: int, deletion: int | None, override: int | None, own: int | None, release: Release) -> None:
        found = effective_grace(before, deletion=deletion, override=override, termination=own, release=release)
        if found.seconds > before:  # only where somebody asked for 0, which was taken for nothing having been asked
            assert ZERO_IS_KEPT not in release
            assert 0 in {deletion, override}
        assert found.seconds >= 1
        assert found.changed is (found.seconds != before)

    @given(remembered, asked, asked, asked, releases)
    def test_asked_again(self, before: int, deletion: int | None, override: int | None, own: int | None, release: Release) -> None:
        """What is asked for once more changes nothing any more, unless it is 0."""
        first = effective_grace(before, deletion=deletion, override=override, termination=own, release=release)
        again = effective_grace(first.seconds, deletion=deletion, override=override, termination=own, release=release)
        if {deletion, override}.isdisjoint({0}):
            assert (again.seconds, again.changed) == (first.seconds, False)


class TestWhichOne:
    """It is the smallest of those that count: what is remembered and what is asked for; the pod's own only where there is none of these."""

    @given(remembered, asked, asked, asked, releases)
    def test_smallest(self, before: int, deletion: int | None, override: int | None, own: int | None, release: Release) -> None:
        found = effective_grace(before, deletion=deletion, override=override, termination=own, release=release)
        counting = [value for value in (before or None, deletion, override) if value is not None]
        if 0 not in {deletion, override}:
            smallest = min(counting, default=1 if own is None else own)
            assert found.seconds == max(smallest, 1)
        if found.source is Source.TERMINATION:
            assert found.seconds == own
            assert before == 0 or ZERO_IS_KEPT not in release

    @given(st.integers(1, 40), releases)
    def test_nobody_asks(self, before: int, release: Release) -> None:
        found = effective_grace(before, termination=before + 1, release=release)
        assert (found.seconds, found.source, found.changed) == (before, Source.REMEMBERED, False)

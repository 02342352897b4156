"""Hostile references: the time for a megabyte against that for a quarter of it."""

from __future__ import annotations

import contextlib
import time

from kubecontainers import ImageReference, KubeContainersError

from .table import Row, ratio

MEGABYTE = 1_000_000
RUNS = 3
UNITS = ("a/", ":", "a_", "a.", "a-", "\0", "[:", "@", "9:", "A", "é")


def seconds(text: str) -> float:
    """Return the best time of reading ``text`` in every mode."""
    best = float("inf")
    for _ in range(RUNS):
        start = time.perf_counter()
        for mode in ("parse", "normalized", "any"):
            with contextlib.suppress(KubeContainersError):
                ImageReference.parse(text, mode=mode)
        best = min(best, time.perf_counter() - start)
    return best


def rows() -> list[Row]:
    """Measure each text at two sizes."""
    found: list[Row] = []
    for unit in UNITS:
        small, large = (seconds(unit * (size // len(unit))) for size in (MEGABYTE // 4, MEGABYTE))
        found.append(Row(f"1 MB of {unit!a}, three modes", f"{large * 1e3:.0f} ms", ratio(large, small), "a quarter of it", "about 4"))
    return found

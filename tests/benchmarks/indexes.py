"""Image indexes of many entries: selecting and reading, each size against half of it."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable

import attrs

from kubecontainers import ImageIndex, Platform, select_manifest
from kubecontainers.images.index import IndexEntry
from kubecontainers.images.media_types import OCI_MANIFEST

from .table import Row, ratio

SIZES = (1_250, 2_500, 5_000, 10_000)
RUNS = 7

SPECIFIERS = (
    "linux/amd64",
    "linux/amd64/v2",
    "linux/amd64/v3",
    "linux/arm/v5",
    "linux/arm/v7",
    "linux/arm64/v8",
    "linux/arm64/v9",
    "linux/386",
    "linux/s390x",
    "unknown/unknown",
    "windows(10.0.17763.4851)/amd64",
    "windows(10.0.20348.1970+win32k)/amd64",
    "windows(10.0.26100.1742)/amd64",
)


@attrs.frozen
class Case:
    """A host, and the platforms that the entries have in turn."""

    host: str
    of: tuple[str, ...]


CASES = {
    "nothing matches": Case("linux/riscv64", SPECIFIERS),
    "everything matches": Case("linux/amd64", ("linux/amd64",)),
    "amd64/v4": Case("linux/amd64/v4", SPECIFIERS),
    "arm64/v9.7": Case("linux/arm64/v9.7", SPECIFIERS),
    "arm64/v9.7, the worst first": Case("linux/arm64/v9.7", ("linux/arm/v5",)),
    "windows": Case("windows(10.0.26100.2894)/amd64", SPECIFIERS),
}


def made(of: tuple[str, ...], size: int) -> ImageIndex:
    """Return an index of so many entries, which have the platforms in turn."""
    specifiers = itertools.islice(itertools.cycle(of), size)
    return ImageIndex(
        tuple(
            IndexEntry(OCI_MANIFEST, f"sha256:{number:064x}", 2_000, Platform.parse(specifier))
            for number, specifier in enumerate(specifiers)
        )
    )


def seconds_each(run: Callable[[], object], size: int) -> float:
    """Return the best time of some runs, divided by the number of entries."""
    best = float("inf")
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best / size


def selecting(case: Case, size: int) -> Callable[[], object]:
    """Return what selects an entry for the host."""
    index, host = made(case.of, size), Platform.parse(case.host)
    return lambda: select_manifest(index, host)


def missing(case: Case, size: int) -> Callable[[], object]:
    """Return what selects an entry, and says of all others why not."""
    index, host = made(case.of, size), Platform.parse(case.host)
    return lambda: select_manifest(index, host).misses


def parsing(case: Case, size: int) -> Callable[[], object]:
    """Return what reads the document, as bytes from a registry."""
    document = json.dumps(made(case.of, size).to_json()).encode()
    return lambda: ImageIndex.parse(document)


def measured(what: str, of: Callable[[Case, int], Callable[[], object]], case: Case) -> list[Row]:
    """Measure every size; the ratio is that of the whole time to that of half the entries."""
    each = {size: seconds_each(of(case, size), size) for size in SIZES}
    rows = [Row(f"{what}, {SIZES[0]:,} entries", f"{each[SIZES[0]] * 1e6:.2f} µs each", "", "", "")]
    for half, size in itertools.pairwise(SIZES):
        whole = ratio(each[size] * size, each[half] * half)
        rows.append(Row(f"{what}, {size:,} entries", f"{each[size] * 1e6:.2f} µs each", whole, f"{half:,}", "about 2"))
    return rows


def rows() -> list[Row]:
    """Measure selecting for every host, then why the others miss, then reading."""
    found = [row for name, case in CASES.items() for row in measured(f"select, {name}", selecting, case)]
    found += measured("select and misses, amd64/v4", missing, CASES["amd64/v4"])
    return found + measured("parse JSON", parsing, CASES["amd64/v4"])

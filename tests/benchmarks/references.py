"""Parsing references, against the bare pattern of the whole grammar and against docker-image-py."""

# docker-image-py has no types, and only `make bench` installs it.
# pyright: reportMissingImports=false, reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from docker_image.reference import Reference

from kubecontainers import ImageReference
from kubecontainers.images.reference import HOST_OR_IPV6, REPOSITORY

from .table import Row, ratio

SAMPLE = Path(__file__).with_name("references_sample.txt")
COUNT = 100_000
PEER_COUNT = 5_000
RUNS = 7

# The whole grammar as github.com/distribution/reference writes it down, a digest and a tag included.
WHOLE = re.compile(
    rf"((?:{HOST_OR_IPV6}(?::[0-9]+)?/)?{REPOSITORY})(?::([A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}))?"
    r"(?:@([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?",
    re.ASCII,
)


def distinct_references(count: int) -> list[str]:
    """Return references like those of the sample, no two alike: the repository gets a number."""
    sample = SAMPLE.read_text(encoding="utf-8").split()
    found: list[str] = []
    while len(found) < count:
        number = len(found) // len(sample)
        for text in sample:
            name, at, digest = text.partition("@")
            path, slash, last = name.rpartition("/")
            repository, colon, tag = last.partition(":")
            found.append(f"{path}{slash}{repository}-{number}{colon}{tag}{at}{digest}")
    return found[:count]


def seconds_each(run: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the time of one call, over all the texts once."""
    start = time.perf_counter()
    for text in texts:
        run(text)
    return (time.perf_counter() - start) / len(texts)


def rows() -> list[Row]:
    """Measure the three in turn, several times, and compare their best times."""
    cold = distinct_references(COUNT)
    repeated = cold[:1000] * (COUNT // 1000)
    peer = cold[:PEER_COUNT]
    best: dict[str, float] = dict.fromkeys(("bare", "cold", "bare again", "repeated", "peer"), float("inf"))
    for _ in range(RUNS):
        for name, run, texts in (
            ("bare", WHOLE.fullmatch, cold),
            ("cold", ImageReference.parse, cold),
            ("bare again", WHOLE.fullmatch, repeated),
            ("repeated", ImageReference.parse, repeated),
            ("peer", Reference.parse_normalized_named, peer),
        ):
            best[name] = min(best[name], seconds_each(run, texts))
    return [
        Row("parse, 100,000 distinct", f"{best['cold'] * 1e6:.2f} µs", ratio(best["cold"], best["bare"]), "bare fullmatch", "at most 2.5"),
        Row(
            "parse, repeated",
            f"{best['repeated'] * 1e6:.2f} µs",
            ratio(best["repeated"], best["bare again"]),
            "bare fullmatch",
            "at most 0.2",
        ),
        Row("docker-image-py, distinct", f"{best['peer'] * 1e6:.2f} µs", ratio(best["peer"], best["cold"]), "our parse", "at least 12"),
    ]

"""Keyrings of many entries: our look-up against trying every pattern, and against a keyring of ten.

Our look-up reads each image anew. Trying every pattern is given few images, which it finds read already, and patterns taken apart before.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Sequence

import attrs

from kubecontainers.credentials.credential import Credential, FileSource
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.keyring import Keyring, KeyringMatch
from kubecontainers.credentials.registry_pattern import RegistryURL
from kubecontainers.golang.path_match import PathPattern
from kubecontainers.golang.text import to_octets

from .table import Row, ratio

SIZES = (10, 1_000, 10_000)
LOOK_UPS, SCANS, RUNS = 2_000, 20, 5
TEAMS = ("shop", "payments", "search", "data", "platform", "mobile", "ads")


ADDED = DockerConfig({"added.example": Credential("ci", "hunter2")})


def mixed_key(number: int) -> str:
    """Return a key of a cluster with many registries: most are hosts, some with a port or a path, some have a star."""
    team = f"{TEAMS[number % 7]}{number}"
    return (
        f"{team}.registry.example",
        f"registry.{team}.example:5000",
        f"quay.io/{team}/images",
        f"*.{team}.example",
        f"https://{number}.dkr.ecr.eu-west-1.amazonaws.com",
        f"{team}-*.pkg.example/images",
        f"harbor.example/{team}",
        f"{team}.*.azurecr.example:8443/prod",
    )[number % 8]


def mixed_image(number: int) -> str:
    """Return an image that the key of this number matches."""
    return mixed_key(number).removeprefix("https://").replace("*", "eu") + "/app"


def glob_key(number: int) -> str:
    """Return a key with a star, at one of several places."""
    team = f"{TEAMS[number % 7]}{number}"
    return (f"*.{team}.example", f"{team}.*.example", f"*-{team}.registry.example", f"{team}-*.registry.example", f"*.*.{team}.io")[
        number % 5
    ]


@attrs.frozen
class Sample:
    """The key of each number, and an image that it matches."""

    key: Callable[[int], str]
    image: Callable[[int], str]


SAMPLES = {
    "hosts, globs, ports and paths": Sample(mixed_key, mixed_image),
    "all globs": Sample(glob_key, lambda number: glob_key(number).replace("*", "eu") + "/app"),
    "paths of one host": Sample("registry.example/team{}/images".format, "registry.example/team{}/images/app".format),
    "paths that begin with others": Sample(
        lambda number: "registry.example/" + "/".join(str(number)), lambda number: f"registry.example/{'/'.join(str(number))}/app"
    ),
    "globs with one label different": Sample("*.team{}.registry.example".format, "eu.team{}.registry.example/app".format),
    "globs with one end different": Sample("team{}-*.registry.example".format, "team{}-eu.registry.example/app".format),
    "globs with both ends different": Sample(
        lambda number: f"{'a' * (number % 19)}{number // 19}-*-{number}{'b' * (number % 17)}.example",
        lambda number: f"{'a' * (number % 19)}{number // 19}-eu-{number}{'b' * (number % 17)}.example/app",
    ),
    "globs with the middle different": Sample("*-team{}-*.registry.example".format, "eu-team{}-1.registry.example/app".format),
}


Scanned = tuple[str, int, str, tuple[PathPattern | str | None, ...], KeyringMatch]
"""A pattern taken apart for comparing, in the order of the rule: port, number of labels, path, labels; and what it offers."""


def config(sample: Sample, size: int) -> DockerConfig:
    """Return a config with so many keys."""
    return DockerConfig({sample.key(number): Credential(f"ci-{number}", "hunter2") for number in range(size)})


def taken_apart(keyring: Keyring) -> list[Scanned]:
    """Return all patterns of a keyring, in its order."""
    found: list[Scanned] = []
    for entry in keyring.entries:
        assert entry.key.pattern is not None
        url = entry.key.pattern.url
        found.append((url.port, len(url.labels), url.path, entry.key.pattern.globs, entry))
    return found


def scan(patterns: Sequence[Scanned], text: str) -> tuple[KeyringMatch, ...]:
    """Return what matches, by trying every pattern."""
    image = RegistryURL.parse(text)
    wanted, count, found, labels = image.port, len(image.labels), image.path, image.labels
    return tuple(
        entry
        for port, number, path, globs, entry in patterns
        if port == wanted and number == count and found.startswith(path) and globs_match(globs, labels)
    )


def globs_match(globs: tuple[PathPattern | str | None, ...], labels: tuple[str, ...]) -> bool:
    """Return whether every glob matches its label."""
    for glob, label in zip(globs, labels, strict=True):
        if glob is None or (glob != label if isinstance(glob, str) else not glob.matches(to_octets(label))):
            return False
    return True


def images(sample: Sample, size: int) -> list[str]:
    """Return images all over the keyring, no two alike; it knows two in three, the others have a letter more in their first label."""
    known = [f"{sample.image(number * (size - 1) // (LOOK_UPS - 1))}-{number}" for number in range(LOOK_UPS)]
    return [f"x{image}" if at % 3 == 2 else image for at, image in enumerate(known)]


def seconds_each(run: Callable[[str], object], texts: Sequence[str]) -> float:
    """Return the best time of one call, over the texts in turn."""
    best = float("inf")
    for _ in range(RUNS):
        start = time.perf_counter()
        for text in texts:
            run(text)
        best = min(best, (time.perf_counter() - start) / len(texts))
    return best


def measured(name: str, sample: Sample) -> list[Row]:
    """Measure the look-up and the scan at every size, and the look-up in a keyring that has just got one config more."""
    rows: list[Row] = []
    smallest = 0.0
    for size in SIZES:
        keyring, asked = Keyring().with_config(config(sample, size), FileSource("config.json")), images(sample, size)
        patterns = taken_apart(keyring)
        if any(keyring.lookup_text(image) != scan(patterns, image) for image in asked[:: LOOK_UPS // SCANS]):
            raise AssertionError(name)
        looked_up = seconds_each(keyring.lookup_text, asked)
        smallest = smallest or looked_up
        scanned = seconds_each(functools.partial(scan, patterns), asked[:: LOOK_UPS // SCANS])
        last = size == SIZES[-1]
        what = f"{name}, {size:,} entries"
        compared = ratio(looked_up, smallest) if size != SIZES[0] else ""
        rows += [
            Row(what, f"{looked_up * 1e6:.1f} µs", compared, compared and f"{SIZES[0]} entries", "at most 3" if last else ""),
            Row(f"{what}, trying all", f"{scanned * 1e6:.1f} µs", ratio(scanned, looked_up), "our look-up", "at least 50" if last else ""),
        ]
        if last:
            more = seconds_each(functools.partial(extended, keyring), asked[:SCANS])
            rows.append(Row(f"{what}, and one config more", f"{more * 1e6:.1f} µs", ratio(more, looked_up), "our look-up", ""))
    return rows


def extended(keyring: Keyring, image: str) -> object:
    """Add a config to a keyring that has been asked before, and ask the new one."""
    return keyring.with_config(ADDED, FileSource("added.json")).lookup_text(image)


def rows() -> list[Row]:
    """Measure every sample."""
    return [row for name, sample in SAMPLES.items() for row in measured(name, sample)]

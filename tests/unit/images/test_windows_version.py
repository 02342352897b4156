from __future__ import annotations

import pickle

import pytest

from kubecontainers.images.windows_version import WindowsVersion

UNKNOWN = WindowsVersion()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.17763", (10, 0, 17763)),
        ("10.0.20348.1906", (10, 0, 20348)),
        ("10.0.20348.", (10, 0, 20348)),
        ("10.0.20348.anything.at.all", (10, 0, 20348)),
        ("010.00.017763", (10, 0, 17763)),
        ("255.255.65535", (255, 255, 65535)),
        ("0.0.1", (0, 0, 1)),
    ],
)
def test_known(text: str, expected: tuple[int, int, int]) -> None:
    found = WindowsVersion.parse(text)
    assert (found.major, found.minor, found.build) == expected
    assert found.known
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301
    assert hash(found) == hash(WindowsVersion(*expected))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10",
        "10.0",
        "..",
        "0.0.0",
        "0.0.0.9",
        "256.0.17763",
        "10.256.17763",
        "10.0.65536",
        "-1.0.17763",
        "10.+0.17763",
        "10.0.1_7",
        "10.0.x",
        "a.0.1",
        " 10.0.17763",
        "10.0.17763\n",
        "10.0.\u0661",
        "ltsc2022",
        pytest.param("9" * 100_000 + ".0.1", id="100,000 digits"),
        pytest.param("10.0." + "0" * 100_000 + "65536", id="100,000 zeros"),
    ],
)
def test_unknown(text: str) -> None:
    assert WindowsVersion.parse(text) == UNKNOWN
    assert not WindowsVersion.parse(text).known


SERVER_2019, SERVER_2022, BETWEEN, SERVER_2025 = 17763, 20348, 25398, 26100


@pytest.mark.parametrize(
    ("host", "runs", "does_not"),
    [
        (14393, {14393}, {0, 14392, 14394, SERVER_2019}),
        (SERVER_2019, {SERVER_2019}, {17762, 17764, 14393, SERVER_2022}),
        (20347, {20347}, {20346, SERVER_2022, SERVER_2019}),
        (SERVER_2022, {SERVER_2022}, {20347, 20349, SERVER_2019, SERVER_2025}),
        (20349, {SERVER_2022, 20349}, {20347, 20350, SERVER_2019}),
        (BETWEEN, {SERVER_2022, 22621, BETWEEN}, {20347, 25399, SERVER_2025}),
        (SERVER_2025, {SERVER_2022, BETWEEN, 26099, SERVER_2025}, {20347, 26101, SERVER_2019}),
        (26101, {SERVER_2025, 26101}, {26099, 26102, BETWEEN, SERVER_2022}),
        (65535, {SERVER_2025, 30000, 65535}, {26099, SERVER_2022}),
    ],
)
def test_runs(host: int, runs: set[int], does_not: set[int]) -> None:
    version = WindowsVersion(10, 0, host)
    assert {build for build in runs | does_not if version.runs(WindowsVersion(10, 0, build))} == runs


@pytest.mark.parametrize(("major", "minor"), [(10, 1), (11, 0), (6, 3), (0, 0)])
def test_other_major_or_minor(major: int, minor: int) -> None:
    assert not WindowsVersion(10, 0, SERVER_2022).runs(WindowsVersion(major, minor, SERVER_2022))
    assert not WindowsVersion(major, minor, SERVER_2022).runs(WindowsVersion(10, 0, SERVER_2022))
    assert WindowsVersion(major, minor, SERVER_2025).runs(WindowsVersion(major, minor, SERVER_2022))

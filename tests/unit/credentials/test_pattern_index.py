from __future__ import annotations

import pytest

from kubecontainers.credentials.pattern_index import PatternIndex
from kubecontainers.credentials.registry_pattern import RegistryPattern, RegistryURL

PATTERNS = [
    "a.io",
    "*.io",
    "a*.io",
    "*a.io",
    "*-1.io",
    "*-1-*.io",
    "*-2-*.io",
    "a*b*c.io",
    "a*a.io",
    "*.*",
    "**.io",
    "a.*",
    "*",
    "[::1]",
    "[::1]:5000",
    "[fe80::1%25-]",
    "a.io:5000",
    "a.io/",
    "a.io/t",
    "a.io/team",
    "a.io/team/",
    "a.io/team/app",
    "a.io/teb",
    "a.io/x",
    "*.io/team",
    "a.io",
    "%c3*.io",
    "*%a9.io",
    "*%a9*.io",
    "a.io/%c3",
    "",
]


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("a.io", ["a.io", "*.io", "a*.io", "*a.io", "*.*", "**.io", "a.*", "a.io"]),
        ("aa.io", ["*.io", "a*.io", "*a.io", "a*a.io", "*.*", "**.io"]),
        ("x-1.io", ["*.io", "*-1.io", "*.*", "**.io"]),
        ("x-1-y.io", ["*.io", "*-1-*.io", "*.*", "**.io"]),
        ("-1--2-.io", ["*.io", "*-1-*.io", "*-2-*.io", "*.*", "**.io"]),
        ("-2--2-.io", ["*.io", "*-2-*.io", "*.*", "**.io"]),
        ("axbxc.io", ["*.io", "a*.io", "a*b*c.io", "*.*", "**.io"]),
        ("acb.io", ["*.io", "a*.io", "*.*", "**.io"]),
        ("é.io", ["*.io", "*.*", "**.io", "%c3*.io", "*%a9.io", "*%a9*.io"]),
        ("a.com", ["*.*", "a.*"]),
        ("a.b.io", []),
        ("a.io:5000/x", ["a.io:5000"]),
        ("a.io:1/x", []),
        (":", ["*", ""]),
        ("", ["*", ""]),
        (":/", ["*", ""]),
        (":/x", ["*", ""]),
        ("1", ["*", "[::1]"]),
        ("[::1]:5000", ["[::1]:5000"]),
        ("b.io/team", ["*.io", "*.*", "**.io", "*.io/team"]),
        (
            "a.io/team/app/x",
            [
                "a.io",
                "*.io",
                "a*.io",
                "*a.io",
                "*.*",
                "**.io",
                "a.*",
                "a.io/",
                "a.io/t",
                "a.io/team",
                "a.io/team/",
                "a.io/team/app",
                "*.io/team",
                "a.io",
            ],
        ),
        ("a.io/te", ["a.io", "*.io", "a*.io", "*a.io", "*.*", "**.io", "a.*", "a.io/", "a.io/t", "a.io"]),
        ("a.io/é", ["a.io", "*.io", "a*.io", "*a.io", "*.*", "**.io", "a.*", "a.io/", "a.io", "a.io/%c3"]),
    ],
)
def test_matching(image: str, expected: list[str]) -> None:
    patterns = list(map(RegistryPattern.parse, PATTERNS))
    found = PatternIndex(enumerate(patterns)).matching(RegistryURL.parse(image))
    assert [PATTERNS[number] for number in sorted(found)] == expected
    assert sorted(found) == [number for number, pattern in enumerate(patterns) if pattern.matches(image)]


def test_nothing() -> None:
    assert PatternIndex([]).matching(RegistryURL.parse("a.io")) == []


def test_many_globs_with_the_middle_different() -> None:
    """More texts than the label has bytes: those of the label are looked up."""
    index = PatternIndex((number, RegistryPattern.parse(f"*-{number}-*.io")) for number in range(1_000))
    assert sorted(index.matching(RegistryURL.parse("x-7-7-42-y.io"))) == [7, 42]
    assert index.matching(RegistryURL.parse("x.io")) == []

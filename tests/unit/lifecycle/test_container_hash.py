from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.objects import ContainerAt, ContainerKind
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.lifecycle.container_hash import container_hash, hash_of

APP = {"name": "app", "image": "app:1", "args": ["-v", 1]}


def hashed(release: Release, **fields: Any) -> str:
    return container_hash(ContainerAt(ContainerKind.APP, ROOT, {**APP, **fields}), release=release)


@pytest.mark.parametrize(
    ("minor", "fields", "same"),
    [
        ("1.30", {}, True),
        ("1.30", {"tty": None}, True),
        ("1.30", {"args": ["-v"]}, False),
        ("1.30", {"image": "app:2"}, False),
        ("1.31", {"args": ["-v"]}, True),
        ("1.31", {"image": "app:2"}, False),
        ("1.31", {"name": "web"}, False),
        ("1.36", {"resources": {"limits": {"cpu": "1"}}}, True),
    ],
)
def test_what_makes_another_container(minor: str, fields: dict[str, Any], same: bool) -> None:
    release = Release(minor)
    assert (hashed(release) == hashed(release, **fields)) is same


def test_values_are_apart() -> None:
    values: list[object] = [
        "",
        "1",
        1,
        1.5,
        True,
        False,
        None,
        [],
        {},
        [[]],
        [[], []],
        {"": ""},
        {"a": []},
        {"a": {}},
        ["a", "b"],
        ["a\nb"],
    ]
    assert len({hash_of(value) for value in values}) == len(values)
    assert hash_of("a", "b") != hash_of("ab", "") != hash_of("", "ab")


def test_order_of_members_is_of_no_account() -> None:
    assert hash_of({"a": 1, "b": None, "c": [2]}) == hash_of({"c": (2,), "a": 1})


def test_however_deep_or_long() -> None:
    deep: object = 1
    for _ in range(10_000):
        deep = [{"a": deep}]
    assert hash_of(deep) != hash_of([deep])
    assert hash_of(10**5000) != hash_of(10**5000 + 1)
    assert hash_of("\ud800") == hash_of("\ufffd")


def test_what_is_no_json() -> None:
    with pytest.raises(MalformedObject, match="expected a JSON value, found a Python bytes"):
        hashed(Release("1.30"), args=[b""])
    assert hashed(LATEST, args=[b""]) == hashed(LATEST)

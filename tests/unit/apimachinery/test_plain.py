"""A quick look at plain JSON."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from kubecontainers.apimachinery.plain import PlainCheck, PlainObject, all_entries, plain_spec


def named(entry: PlainObject) -> bool:
    return "name" in entry


LISTS: tuple[tuple[str, PlainCheck], ...] = (("volumes", named), ("containers", lambda entry: named(entry) and "image" in entry))


@pytest.mark.parametrize(
    ("spec", "passes"),
    [
        ({}, True),
        ({"volumes": None, "containers": []}, True),
        ({"volumes": [{"name": "a"}], "containers": [{"name": "b", "image": "c"}]}, True),
        ({"volumes": [{"name": "a"}, {}]}, False),
        ({"containers": [{"name": "b"}]}, False),
        ({"containers": [None]}, False),
        ({"containers": [MappingProxyType({"name": "b", "image": "c"})]}, False),
        ({"containers": ({"name": "b", "image": "c"},)}, False),
    ],
)
def test_all_entries(spec: PlainObject, passes: bool) -> None:
    assert all_entries(spec, LISTS) is passes


NO_SPEC: list[Any] = [{}, {"spec": None}, {"spec": 5}, {"spec": MappingProxyType[str, Any]({})}]


@pytest.mark.parametrize("pod", NO_SPEC)
def test_no_plain_spec(pod: Any) -> None:
    assert plain_spec(pod) is None

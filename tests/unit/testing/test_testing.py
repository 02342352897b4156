from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import kubecontainers.testing
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.reference import ImageReference
from kubecontainers.testing import strategies


def sample(strategy: st.SearchStrategy[Any], size: int = 300) -> list[Any]:
    found: list[Any] = []

    @settings(max_examples=size, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(strategy)
    def keep(value: object) -> None:
        found.append(value)

    keep()
    return found


def parts(value: Any) -> Iterator[Any]:
    """A value and all that is in it."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()


def depth(value: object) -> int:
    deepest, level = 0, [value]
    while level := [
        inner
        for outer in level
        if isinstance(outer, dict | list)
        for inner in (outer.values() if isinstance(outer, dict) else outer)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
    ]:
        deepest += 1
    return deepest


def test_without_hypothesis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(
        ModuleNotFoundError, match=r"^kubecontainers\.testing needs hypothesis: install kubecontainers\[testing\]$"
    ) as caught:
        importlib.reload(kubecontainers.testing)
    assert caught.value.name == "hypothesis"


def test_every_strategy_is_one() -> None:
    for name in strategies.__all__:
        value = getattr(strategies, name)
        if isinstance(value, Mapping):
            continue
        made = value(strategies.json_objects()) if name == "damaged" else value()
        assert isinstance(made, st.SearchStrategy)
        assert value.__doc__


def test_json_has_everything() -> None:
    values = sample(strategies.json_values(), 600)
    assert {type(part) for value in values for part in parts(value)} == {type(None), bool, int, float, str, list, dict}
    assert max(map(depth, values)) > 50
    texts = sample(strategies.json_texts())
    assert sum(any("\ud800" <= char <= "\udfff" for char in text) for text in texts) > len(texts) // 20
    assert sum("\0" in text for text in texts) > len(texts) // 20
    assert "spec" in texts
    assert all(isinstance(value, dict) for value in sample(strategies.json_objects(), 50))


def test_references_have_everything() -> None:
    texts = sample(strategies.references())
    parsed = [ImageReference.parse(text) for text in texts]
    assert {reference.kind.value for reference in parsed} == {"repository", "tagged", "canonical", "reference"}
    assert any(reference.tag == "latest" for reference in parsed)
    assert any(len(reference.tag or "") == 128 for reference in parsed)
    assert {"docker.io", "localhost", None} <= {reference.registry for reference in parsed}
    assert any("[" in text for text in texts)
    assert any(text.partition("/")[0].isalpha() and text[0].isupper() for text in texts)
    old = sample(strategies.references(release=Release("1.28")))
    assert not any("[" in text for text in old)


def test_pods_have_everything() -> None:
    found = sample(strategies.pods(ephemeral_containers=True), 150)
    for name in ("initContainers", "ephemeralContainers", "volumes"):
        assert any(name in pod["spec"] for pod in found)
        assert any(name not in pod["spec"] for pod in found)
    assert any("image" in volume for pod in found for volume in pod["spec"].get("volumes", []))
    policies = {container.get("imagePullPolicy") for pod in found for container in pod["spec"]["containers"]}
    assert policies == {None, "Always", "IfNotPresent", "Never"}


def test_workloads_are_of_every_kind() -> None:
    assert {workload["kind"] for workload in sample(strategies.workloads(), 300)} == set(strategies.WORKLOAD_KINDS)


def test_releases_with_gates() -> None:
    found = sample(strategies.releases(gates=True))
    assert any(release.overrides for release in found)
    assert {release.minor for release in found} == set(range(27, 38))


def test_damage_is_done_in_one_place() -> None:
    whole = {"kind": "Pod", "spec": {"containers": [{"image": "nginx"}]}}
    found = sample(strategies.damaged(st.just(whole)), 120)
    assert {"spec": {"containers": [{"image": "nginx"}]}} in found
    assert {"kind": "Pod", "spec": {"containers": []}} in found
    assert {"kind": "Pod", "spec": {"containers": [{}]}} in found
    assert any(pod.get("kind") == 7 for pod in found)
    assert whole == {"kind": "Pod", "spec": {"containers": [{"image": "nginx"}]}}


def test_the_simplest_are_simple() -> None:
    assert find(strategies.references(), lambda _: True) == "nginx"
    assert find(strategies.releases(), lambda _: True) == Release("1.27")

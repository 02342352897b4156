"""Every strategy draws, as it is and with its options, so that a user's first test with one does not fail."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from kubecontainers.apimachinery.release import Release
from kubecontainers.testing import strategies
from kubecontainers.testing.pulling import StandInRuntime

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
NAMES = [name for name in strategies.__all__ if callable(getattr(strategies, name))]
OLD = Release("1.29")
WITH_OPTIONS: dict[str, SearchStrategy[Any]] = {
    "relaxed names": strategies.env_names(relaxed=True),
    "pods that are resized": strategies.resource_pods(status=True, overhead=False),
    "pods of an old release": strategies.resource_pods(status=True, release=OLD),
    "kubelets of an old release": strategies.kubelet_configs(release=OLD),
    "kubelets that verify": strategies.kubelet_configs(release=Release("1.33").with_gates({"KubeletEnsureSecretPulledImages": True})),
    "credentials of an old release": strategies.pulled_credentials(release=Release("1.33")),
    "pods with ephemeral containers": strategies.stopping_pods(ephemeral_containers=True),
    "metadata without a namespace": strategies.nearly_valid_object_metadata(namespaced=False),
    "plenty of odd lists": st.lists(strategies.nearly_valid_resource_lists(), min_size=8),
    "plenty of odd secrets": st.lists(strategies.nearly_valid_secrets(), min_size=6),
    "plenty of odd outputs": st.lists(strategies.nearly_valid_plugin_outputs(), min_size=8),
    "plenty of odd kubelets": st.lists(strategies.nearly_valid_kubelet_configs(), min_size=10),
    "records of odd images": st.lists(strategies.pull_records(images=st.sampled_from(["nginx", "Not:an:image"])), min_size=4),
}


def drawn(strategy: SearchStrategy[Any], examples: int) -> list[object]:
    """Return some examples, the same in every run."""
    found: list[object] = []

    @settings(max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW)
    @given(strategy)
    def draw(value: object) -> None:
        found.append(value)

    draw()
    return found


def made(name: str) -> SearchStrategy[Any]:
    strategy: Any = getattr(strategies, name)
    found: SearchStrategy[Any] = strategy(strategies.pods()) if name == "damaged" else strategy()
    return found


@pytest.mark.parametrize("name", NAMES)
def test_it_draws(name: str) -> None:
    first, *others = drawn(made(name), 25)
    assert any(value != first for value in others)


@pytest.mark.parametrize("strategy", WITH_OPTIONS.values(), ids=WITH_OPTIONS)
def test_it_draws_with_options(strategy: SearchStrategy[Any]) -> None:
    first, *others = drawn(strategy, 60)
    assert any(value != first for value in others)


def test_a_stand_in_runtime() -> None:
    runtime = StandInRuntime("sha256:2", size=7)
    assert (runtime.image_ref("nginx:latest"), runtime.image_size("nginx:latest")) == ("sha256:2", 7)

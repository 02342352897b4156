from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.images.index import ImageIndex
from kubecontainers.images.media_types import DOCKER_MANIFEST_LIST, OCI_INDEX, MediaKind
from kubecontainers.images.platform import Platform
from kubecontainers.images.platform_match import Only
from kubecontainers.testing import platforms


def accepted(strategy: st.SearchStrategy[Any], accept: Callable[[Any], object]) -> float:
    """The share of a fixed sample that is accepted: not refused, and not answered by ``False``."""
    answers: list[bool] = []

    @settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(strategy)
    def sample(value: object) -> None:
        try:
            answers.append(accept(value) is not False)
        except KubeContainersError:
            answers.append(False)

    sample()
    assert len(answers) >= 125
    return sum(answers) / len(answers)


class TestMutationsFallOnBothSides:
    """What mutates valid values gives at least a fifth that is still accepted and a fifth that is not."""

    def test_nearly_valid_specifiers(self) -> None:
        assert 0.2 <= accepted(platforms.nearly_valid_specifiers(), Platform.parse) <= 0.8

    def test_nearly_valid_indexes(self) -> None:
        assert 0.2 <= accepted(platforms.nearly_valid_indexes(), ImageIndex.from_json) <= 0.8

    @pytest.mark.parametrize("system", ["linux", "windows"])
    def test_platforms_match_each_other(self, system: str) -> None:
        pairs = st.tuples(platforms.platforms(systems=(system,)), platforms.platforms(systems=(system,)))
        assert 0.2 <= accepted(pairs, lambda pair: Only(pair[0]).matches(pair[1])) <= 0.8

    def test_platforms_of_every_system_match_each_other(self) -> None:
        pairs = st.tuples(platforms.platforms(), platforms.platforms())
        assert 0.2 <= accepted(pairs, lambda pair: Only(pair[0]).matches(pair[1])) <= 0.8


class TestStrategiesGiveWhatTheySay:
    """What a strategy gives by default is well formed."""

    @given(platforms.platform_specifiers())
    def test_specifiers(self, specifier: str) -> None:
        assert Platform.parse(specifier).architecture

    @given(platforms.known_platforms())
    def test_known_platforms(self, platform: Platform) -> None:
        assert Platform.parse(platform.specifier) == platform
        assert platform.architecture == platform.normalized().architecture

    @given(platforms.platforms(systems=("windows", "linux")))
    def test_systems(self, platform: Platform) -> None:
        assert platform.os in {"windows", "linux"}

    @given(platforms.image_indexes())
    def test_indexes(self, document: dict[str, Any]) -> None:
        index = ImageIndex.from_json(document)
        assert index.media_type in {OCI_INDEX, DOCKER_MANIFEST_LIST}
        listed: set[str] = set()
        for entry in index.manifests:
            assert entry.kind is MediaKind.MANIFEST
            assert entry.platform is not None
            attested = entry.annotations.get("vnd.docker.reference.digest")
            assert (attested is not None) == (str(entry.platform) == "unknown/unknown")
            assert attested is None or attested in listed
            listed.add(entry.digest)

    @given(platforms.image_indexes(of=st.none(), max_size=2, attestations=False))
    def test_arguments_of_indexes(self, document: dict[str, Any]) -> None:
        entries = ImageIndex.from_json(document).manifests
        assert len(entries) <= 2
        assert all(entry.platform is None for entry in entries)

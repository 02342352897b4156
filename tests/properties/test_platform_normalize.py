# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import re
from typing import Any

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.images.platform import InvalidPlatform, Platform, PlatformProblem
from kubecontainers.testing import strategies
from kubecontainers.testing.platforms import known_platforms, nearly_valid_specifiers, platform_specifiers, platforms

any_platforms = platforms() | known_platforms()
hosts = known_platforms()
OPTION = re.compile(r"[A-Za-z0-9_.%+()/-]*", re.ASCII)


class TestNormalisingOnceIsEnough:
    """A normalised platform normalises to itself, and spellings of one platform to the same."""

    @given(any_platforms, hosts)
    def test_idempotent(self, platform: Platform, host: Platform) -> None:
        once = platform.normalized(host=host)
        assert once.normalized(host=host) == once
        assert once.normalized() == once

    @given(any_platforms)
    def test_case_does_not_matter(self, platform: Platform) -> None:
        shouted = Platform(
            platform.os.upper(),
            platform.architecture.upper(),
            platform.variant.upper(),
            os_version=platform.os_version,
            os_features=platform.os_features,
        )
        assert shouted.normalized() == platform.normalized()

    @given(any_platforms, st.randoms(use_true_random=False))
    def test_order_of_features_does_not_matter(self, platform: Platform, random: Any) -> None:
        features = [*platform.os_features, *platform.os_features]
        random.shuffle(features)
        assert attrs.evolve(platform, os_features=tuple(features)).normalized() == platform.normalized()

    @given(any_platforms)
    def test_what_is_left_alone(self, platform: Platform) -> None:
        found = platform.normalized()
        assert found.os_version == platform.os_version
        assert set(found.os_features) == set(platform.os_features)
        assert found.os

    @given(platform_specifiers())
    def test_a_specifier_names_a_platform_that_is_nearly_normalised(self, specifier: str) -> None:
        found = Platform.parse(specifier)
        normal = found.normalized()
        assert (normal.os, normal.architecture, normal.os_version) == (found.os, found.architecture, found.os_version)
        if normal.variant != found.variant:
            assert (found.architecture, found.variant, normal.variant) in {("arm64", "v8", ""), ("arm", "", "v7")}


class TestSpecifiersSayWhatTheyPrint:
    """A specifier that is printed parses to the same platform, as far as its characters may stand in one."""

    @given(platform_specifiers() | nearly_valid_specifiers())
    def test_round_trip(self, specifier: str) -> None:
        try:
            found = Platform.parse(specifier)
        except InvalidPlatform:
            return
        assume(all(OPTION.fullmatch(option) for option in (found.os_version, *found.os_features)))
        assume({".", ".."}.isdisjoint({found.architecture, found.variant}))
        again = Platform.parse(found.specifier)
        assert again == attrs.evolve(found, os_features=tuple(sorted(set(found.os_features))))
        assert again.specifier == found.specifier
        assert str(again) == str(found)

    @given(known_platforms())
    def test_known_platforms(self, platform: Platform) -> None:
        assert Platform.parse(platform.specifier) == platform

    @given(platforms(systems=("linux", "windows")))
    def test_written_platforms(self, platform: Platform) -> None:
        assume(platform.architecture)
        again = Platform.parse(platform.specifier)
        assert again.normalized() == platform.normalized()

    @given(platform_specifiers(), hosts)
    def test_the_host_fills_in_only_what_is_left_open(self, specifier: str, host: Platform) -> None:
        found = Platform.parse(specifier, host=host)
        if "/" in specifier:
            assert found == Platform.parse(specifier)
        else:
            assert found.os == host.os or found.architecture == host.architecture


class TestPlatformsOfAnything:
    """Whatever text is parsed and whatever JSON is read, a platform comes of it or an error of ours."""

    @given(nearly_valid_specifiers() | strategies.json_texts() | strategies.hostile_references())
    def test_text(self, text: str) -> None:
        try:
            found = Platform.parse(text)
        except InvalidPlatform as error:
            assert error.problem in PlatformProblem
            assert "\ud800" not in error.text
            assert str(error)
        else:
            assert "*" not in text
            assert found.os
            assert found.architecture

    @given(strategies.json_values() | strategies.damaged(platforms().map(lambda platform: dict(platform.to_json()))))
    def test_json(self, value: Any) -> None:
        try:
            found = Platform.from_json(value)
        except MalformedObject:
            return
        assert Platform.from_json(found.to_json()) == found
        assert found.normalized().normalized() == found.normalized()
        assert found.specifier

    @given(any_platforms)
    def test_to_json(self, platform: Platform) -> None:
        written = platform.to_json()
        assert Platform.from_json(written) == platform
        assert all(written[name] for name in written if name not in {"os", "architecture"})


@pytest.mark.parametrize("host", [Platform("windows", "arm64"), Platform("freebsd", "arm", "v6")])
def test_an_empty_system_is_that_of_the_host(host: Platform) -> None:
    assert Platform("", "amd64").normalized(host=host).os == host.os

"""Strategies of durations and of kubelet configurations; offered in ``strategies``."""

from __future__ import annotations

from collections.abc import Callable

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.cluster import (
    CRASH_LOOP_FIELD,
    CREDENTIALS_VERIFIED,
    RESTART_PERIOD_CONFIGURABLE,
    VERIFICATION_FIELDS,
    CredentialsVerificationPolicy,
    KubeletConfig,
)
from ..apimachinery.release import LATEST, Release
from ..golang.duration import LARGEST, SMALLEST, Duration, DurationLike
from ..images.preloaded_allowlist import WILDCARD
from ..images.reference import ImageReference
from .references import nearly_valid_references, references

__all__ = ["allowlist_patterns", "durations", "kubelet_configs", "nearly_valid_kubelet_configs"]

SECOND = 10**9

_POLICIES = [policy.value for policy in CredentialsVerificationPolicy]
_ALLOWLISTED = CredentialsVerificationPolicy.NEVER_FOR_ALLOWLISTED.value


def durations(*, min_value: DurationLike | None = None, max_value: DurationLike | None = None) -> SearchStrategy[Duration]:
    """Durations, often whole seconds or milliseconds, from ``min_value`` to ``max_value`` where these are given.

    >>> from hypothesis import find
    >>> find(durations(min_value=2, max_value=5), lambda duration: True)
    Duration('2s')
    """
    least = SMALLEST if min_value is None else Duration.of(min_value).nanoseconds
    most = LARGEST if max_value is None else Duration.of(max_value).nanoseconds
    return st.one_of([_multiples(unit, least, most) for unit in (SECOND, SECOND // 1000, 1) if -(-least // unit) <= most // unit])


def _multiples(unit: int, least: int, most: int) -> SearchStrategy[Duration]:
    return st.integers(-(-least // unit), most // unit).map(lambda times: Duration(times * unit))


def allowlist_patterns(*, release: Release = LATEST) -> SearchStrategy[str]:
    """Patterns of images for ``preloadedImagesVerificationAllowlist``: names written out in full, and prefixes.

    >>> from hypothesis import find
    >>> find(allowlist_patterns(), lambda pattern: pattern.endswith("/*"))
    'docker.io/library/*'
    """
    names = references(release=release).map(lambda text: ImageReference.parse(text, release=release).name)
    return names | names.map(lambda name: name.rpartition("/")[0] + WILDCARD)


@st.composite
def kubelet_configs(draw: DrawFn, *, release: Release = LATEST) -> KubeletConfig:
    """Kubelet configurations with which a kubelet of ``release`` starts; any fields may be left to their defaults.

    >>> from hypothesis import given
    >>> @given(kubelet_configs())
    ... def test_my_operator_renders_it(config):
    ...     ...
    """
    parallel = draw(st.none() | st.integers(1, 20))
    serial = st.booleans() if parallel in {None, 1} else st.just(value=False)
    config = KubeletConfig(
        serialize_image_pulls=draw(st.none() | serial),
        max_parallel_image_pulls=parallel,
        registry_pull_qps=draw(st.none() | st.integers(0, 100)),
        registry_burst=draw(st.integers(0, 100)),
    )
    if RESTART_PERIOD_CONFIGURABLE in release:
        config = attrs.evolve(config, max_container_restart_period=draw(st.none() | durations(min_value=1, max_value=300)))
    return _with_verification(draw, config, release) if CREDENTIALS_VERIFIED in release else config


def _with_verification(draw: DrawFn, config: KubeletConfig, release: Release) -> KubeletConfig:
    policy = draw(st.sampled_from(["", *_POLICIES]))
    allowlist = st.lists(allowlist_patterns(release=release), max_size=3) if policy == _ALLOWLISTED else st.just([])
    return attrs.evolve(
        config, image_pull_credentials_verification_policy=policy, preloaded_images_verification_allowlist=tuple(draw(allowlist))
    )


@st.composite
def nearly_valid_kubelet_configs(draw: DrawFn, *, release: Release = LATEST) -> KubeletConfig:
    """Kubelet configurations of which one field was set to something that may not go with the others; some are still valid.

    >>> from hypothesis import given
    >>> @given(nearly_valid_kubelet_configs())
    ... def test_my_operator_reports_what_is_wrong(config):
    ...     ...
    """
    config = draw(kubelet_configs(release=release))
    return draw(st.sampled_from(_edits(release)))(draw, config, release)


def _edit_numbers(draw: DrawFn, config: KubeletConfig, _release: Release) -> KubeletConfig:
    number = draw(st.integers(-2, 2) | st.sampled_from([-(2**31), 2**31 - 1]))
    return draw(
        st.sampled_from(
            [
                attrs.evolve(config, registry_pull_qps=number),
                attrs.evolve(config, registry_burst=number),
                attrs.evolve(config, max_parallel_image_pulls=number),
            ]
        )
    )


def _edit_serial(draw: DrawFn, config: KubeletConfig, _release: Release) -> KubeletConfig:
    return attrs.evolve(config, serialize_image_pulls=True, max_parallel_image_pulls=draw(st.none() | st.integers(0, 3)))


def _edit_period(draw: DrawFn, config: KubeletConfig, _release: Release) -> KubeletConfig:
    near = durations(min_value=299.9, max_value=300.1) | durations(min_value=0.9, max_value=1.1)
    return attrs.evolve(config, max_container_restart_period=draw(near | durations(min_value=-10, max_value=1000)))


def _edit_policy(draw: DrawFn, config: KubeletConfig, _release: Release) -> KubeletConfig:
    policy = draw(st.sampled_from([*_POLICIES, "", "alwaysverify", "Never"]))
    return attrs.evolve(config, image_pull_credentials_verification_policy=policy)


def _edit_allowlist(draw: DrawFn, config: KubeletConfig, release: Release) -> KubeletConfig:
    odd = st.sampled_from(["", "*", "/*", "nginx", "quay.io/*/app", "quay.io/app*", " quay.io/app", "quay.io/app:1", "quay.io/app/"])
    patterns = draw(st.lists(allowlist_patterns(release=release) | odd | nearly_valid_references(release=release), min_size=1, max_size=2))
    return attrs.evolve(
        config,
        image_pull_credentials_verification_policy=draw(st.sampled_from([_ALLOWLISTED, _ALLOWLISTED, "AlwaysVerify"])),
        preloaded_images_verification_allowlist=tuple(patterns),
    )


_EVER = [_edit_numbers, _edit_serial]
_RESTARTS = [_edit_period]
_VERIFICATION = [_edit_policy, _edit_allowlist]
_ANY = [*_EVER, *_RESTARTS, *_VERIFICATION]


def _edits(release: Release) -> list[Callable[[DrawFn, KubeletConfig, Release], KubeletConfig]]:
    """Mostly of the fields that the release knows; others are dropped, so nothing is wrong with them."""
    known = [*_EVER, *(_RESTARTS if CRASH_LOOP_FIELD in release else ()), *(_VERIFICATION if VERIFICATION_FIELDS in release else ())]
    return [*known * len(_ANY), *_ANY]

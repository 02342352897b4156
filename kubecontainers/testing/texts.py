"""Strategies of releases, names and enumerated texts; offered in ``strategies``."""

from __future__ import annotations

import string

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.feature_gates import FEATURE_GATES
from ..apimachinery.release import FeatureGateLocked, FeatureGateUnavailable, Release
from ..apimachinery.release import releases as all_releases
from ..images.pull_policy import PullPolicy

__all__ = ["LOWER", "labels", "pull_policies", "releases", "subdomains"]

LOWER = string.ascii_lowercase + string.digits
"""What names and repositories are made of."""


@st.composite
def releases(draw: DrawFn, *, first: str = "1.27", last: str = "1.37", gates: bool = False) -> Release:
    """Releases of Kubernetes, from the minor ``first`` to the minor ``last``.

    ``gates``: some feature gates may be set apart from their defaults, as far as the release lets them be.

    >>> from hypothesis import find
    >>> find(releases(first="1.30"), lambda release: True)
    Release('1.30')
    """
    oldest, newest = Release(first).minor, Release(last).minor
    release = draw(st.sampled_from([release for release in all_releases() if oldest <= release.minor <= newest]))
    settings = draw(st.dictionaries(st.sampled_from(sorted(FEATURE_GATES)), st.booleans(), max_size=4)) if gates else {}
    for gate, value in settings.items():
        try:
            release = release.with_gates({gate: value}, unknown="ignore", dependents="disable")
        except (FeatureGateLocked, FeatureGateUnavailable):
            continue
    return release


def labels(*, max_size: int = 63) -> SearchStrategy[str]:
    """DNS-1123 labels of at most ``max_size`` characters, such as the name of a container.

    >>> from hypothesis import find
    >>> find(labels(), lambda label: len(label) > 2)
    '000'
    """
    return st.text(LOWER + "-", min_size=1, max_size=max_size).map(lambda text: text.strip("-") or "a")


def subdomains(*, max_size: int = 253) -> SearchStrategy[str]:
    """DNS-1123 subdomains of at most ``max_size`` characters, such as the name of a pod.

    >>> from hypothesis import find
    >>> find(subdomains(), lambda name: name.count(".") == 2)
    '0.0.0'
    """
    joined = st.lists(labels(), min_size=1, max_size=6).map(".".join)
    return joined.map(lambda text: text[:max_size].rstrip("-."))


def pull_policies() -> SearchStrategy[str]:
    """Pull policies that Kubernetes knows, as they stand in a manifest.

    >>> from hypothesis import find
    >>> find(pull_policies(), lambda policy: policy != "Always")
    'IfNotPresent'
    """
    return st.sampled_from([policy.value for policy in PullPolicy])

"""Strategies for Hypothesis: every text, value and object that this library reads.

What a strategy gives is well formed unless its name says otherwise (``nearly_valid_…``, ``hostile_…``, ``damaged``). Objects are plain
JSON, camelCase keys, as a client or a webhook holds them. Keyword arguments narrow a strategy; strategies for its parts are among them.

>>> from hypothesis import given, strategies as st
>>> from kubecontainers.testing import strategies
>>> @given(strategies.pods(images=st.sampled_from(["nginx:1.27", "quay.io/shop/web"])))
... def test_my_webhook(pod):
...     assert pod["spec"]["containers"]
>>> test_my_webhook()
"""

from __future__ import annotations

from .arbitrary import damaged, json_objects, json_texts, json_values
from .kubelet import allowlist_patterns, durations, kubelet_configs, nearly_valid_kubelet_configs
from .objects import (
    WORKLOAD_KINDS,
    admission_requests,
    containers,
    image_volumes,
    pod_specs,
    pod_templates,
    pods,
    volumes,
    workloads,
)
from .platforms import (
    image_indexes,
    known_platforms,
    nearly_valid_indexes,
    nearly_valid_specifiers,
    platform_specifiers,
    platforms,
)
from .references import (
    digests,
    hostile_references,
    nearly_valid_references,
    references,
    registries,
    repositories,
    tags,
)
from .texts import labels, pull_policies, releases, subdomains

__all__ = [
    "WORKLOAD_KINDS",
    "admission_requests",
    "allowlist_patterns",
    "containers",
    "damaged",
    "digests",
    "durations",
    "hostile_references",
    "image_indexes",
    "image_volumes",
    "json_objects",
    "json_texts",
    "json_values",
    "known_platforms",
    "kubelet_configs",
    "labels",
    "nearly_valid_indexes",
    "nearly_valid_kubelet_configs",
    "nearly_valid_references",
    "nearly_valid_specifiers",
    "platform_specifiers",
    "platforms",
    "pod_specs",
    "pod_templates",
    "pods",
    "pull_policies",
    "references",
    "registries",
    "releases",
    "repositories",
    "subdomains",
    "tags",
    "volumes",
    "workloads",
]

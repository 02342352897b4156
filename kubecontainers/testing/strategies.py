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

from .admission import admission_reviews, nearly_valid_admission_reviews
from .arbitrary import damaged, json_objects, json_texts, json_values
from .composition import environment_pods, environment_sources
from .credentials import (
    auth_texts,
    credentials,
    docker_config_texts,
    docker_configs,
    keyring_configs,
    keyrings,
    matched_images,
    nearly_valid_auth_texts,
    nearly_valid_docker_config_texts,
    nearly_valid_pull_secrets,
    nearly_valid_registry_patterns,
    pull_secrets,
    registry_keys,
    registry_patterns,
)
from .environments import (
    config_maps,
    env_files,
    env_from_lists,
    env_lists,
    env_names,
    field_paths,
    ip_texts,
    nearly_valid_env_files,
    nearly_valid_env_from_lists,
    nearly_valid_env_lists,
)
from .hooks import (
    hook_pods,
    http_get_actions,
    lifecycle_handlers,
    lifecycles,
    nearly_valid_hook_pods,
    nearly_valid_http_get_actions,
    nearly_valid_lifecycle_handlers,
    nearly_valid_probes,
    probes,
)
from .hostnames import dns_services, host_aliases, hostname_pods, nearly_valid_hostname_pods, resolver_pods
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
from .provider_calls import image_repositories, nearly_valid_plugin_outputs, plugin_responses, service_account_details
from .providers import credential_provider_configs, credential_providers, nearly_valid_credential_provider_configs
from .pulling import image_requests, object_coordinates, offered_credentials, pull_records, pulled_credentials, requested_pulls, runtimes
from .quantities import nearly_valid_quantities, quantities
from .references import (
    digests,
    hostile_references,
    nearly_valid_references,
    references,
    registries,
    repositories,
    tags,
)
from .resources import nearly_valid_resource_lists, resource_lists, resource_pods
from .restarting import container_runs, restart_pods, restart_rules, synced_pods
from .runtime_classes import nearly_valid_runtime_classes, runtime_class_pods, runtime_class_requests, runtime_classes
from .runtime_configs import (
    containerd_configs,
    containerd_files,
    crio_configs,
    crio_files,
    nearly_valid_containerd_files,
    nearly_valid_crio_files,
)
from .scheduling import (
    nearly_valid_node_selector_terms,
    nearly_valid_tolerations,
    node_selector_pods,
    node_selector_terms,
    nodes,
    taints,
    tolerations,
)
from .secrets import nearly_valid_object_metadata, nearly_valid_secrets, object_metadata, opaque_secrets, service_accounts
from .services import services
from .simulation import image_scripts, pod_scripts, scripts, simulated_pods
from .statuses import container_states, container_statuses, pod_events, runtime_containers, status_pods
from .stopping import pre_stop_hooks, stop_behaviours, stopping_pods
from .texts import labels, pull_policies, releases, subdomains

__all__ = [
    "WORKLOAD_KINDS",
    "admission_requests",
    "admission_reviews",
    "allowlist_patterns",
    "auth_texts",
    "config_maps",
    "container_runs",
    "container_states",
    "container_statuses",
    "containerd_configs",
    "containerd_files",
    "containers",
    "credential_provider_configs",
    "credential_providers",
    "credentials",
    "crio_configs",
    "crio_files",
    "damaged",
    "digests",
    "dns_services",
    "docker_config_texts",
    "docker_configs",
    "durations",
    "env_files",
    "env_from_lists",
    "env_lists",
    "env_names",
    "environment_pods",
    "environment_sources",
    "field_paths",
    "hook_pods",
    "host_aliases",
    "hostile_references",
    "hostname_pods",
    "http_get_actions",
    "image_indexes",
    "image_repositories",
    "image_requests",
    "image_scripts",
    "image_volumes",
    "ip_texts",
    "json_objects",
    "json_texts",
    "json_values",
    "keyring_configs",
    "keyrings",
    "known_platforms",
    "kubelet_configs",
    "labels",
    "lifecycle_handlers",
    "lifecycles",
    "matched_images",
    "nearly_valid_admission_reviews",
    "nearly_valid_auth_texts",
    "nearly_valid_containerd_files",
    "nearly_valid_credential_provider_configs",
    "nearly_valid_crio_files",
    "nearly_valid_docker_config_texts",
    "nearly_valid_env_files",
    "nearly_valid_env_from_lists",
    "nearly_valid_env_lists",
    "nearly_valid_hook_pods",
    "nearly_valid_hostname_pods",
    "nearly_valid_http_get_actions",
    "nearly_valid_indexes",
    "nearly_valid_kubelet_configs",
    "nearly_valid_lifecycle_handlers",
    "nearly_valid_node_selector_terms",
    "nearly_valid_object_metadata",
    "nearly_valid_plugin_outputs",
    "nearly_valid_probes",
    "nearly_valid_pull_secrets",
    "nearly_valid_quantities",
    "nearly_valid_references",
    "nearly_valid_registry_patterns",
    "nearly_valid_resource_lists",
    "nearly_valid_runtime_classes",
    "nearly_valid_secrets",
    "nearly_valid_specifiers",
    "nearly_valid_tolerations",
    "node_selector_pods",
    "node_selector_terms",
    "nodes",
    "object_coordinates",
    "object_metadata",
    "offered_credentials",
    "opaque_secrets",
    "platform_specifiers",
    "platforms",
    "plugin_responses",
    "pod_events",
    "pod_scripts",
    "pod_specs",
    "pod_templates",
    "pods",
    "pre_stop_hooks",
    "probes",
    "pull_policies",
    "pull_records",
    "pull_secrets",
    "pulled_credentials",
    "quantities",
    "references",
    "registries",
    "registry_keys",
    "registry_patterns",
    "releases",
    "repositories",
    "requested_pulls",
    "resolver_pods",
    "resource_lists",
    "resource_pods",
    "restart_pods",
    "restart_rules",
    "runtime_class_pods",
    "runtime_class_requests",
    "runtime_classes",
    "runtime_containers",
    "runtimes",
    "scripts",
    "service_account_details",
    "service_accounts",
    "services",
    "simulated_pods",
    "status_pods",
    "stop_behaviours",
    "stopping_pods",
    "subdomains",
    "synced_pods",
    "tags",
    "taints",
    "tolerations",
    "volumes",
    "workloads",
]

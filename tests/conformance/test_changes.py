"""Every release at which a recorded answer changes has its named change in the module that answers."""

from __future__ import annotations

import pytest
from records import change_points, families, records

from kubecontainers.apimachinery import backoff, cluster, names
from kubecontainers.apimachinery.release import Change
from kubecontainers.credentials import registry_pattern, secret_sources
from kubecontainers.credentials.providers import cache, document, files, plugin_provider, protocol, registration
from kubecontainers.credentials.providers import validation as provider_validation
from kubecontainers.environment import (
    addresses,
    composition,
    downward_fields,
    downward_resources,
    env_file,
    env_names,
    expansion,
    hostname,
)
from kubecontainers.images import preloaded_allowlist, pull_policy, reference, uses, validation
from kubecontainers.lifecycle import (
    crash_back_off,
    deletion,
    drop,
    events,
    handler_validation,
    hooks,
    init_actions,
    phase,
    pod_actions,
    pod_sync,
    pod_worker,
    restart,
    sidecars,
    statuses,
    termination,
    termination_order,
)
from kubecontainers.pulling import ensure_image, image_pulled_record, pull_credentials, pull_messages, pulled_records
from kubecontainers.runtimeclass import admission as runtimeclass_admission
from kubecontainers.runtimeclass import runtime_class
from kubecontainers.runtimeclass import validation as runtimeclass_validation
from kubecontainers.scheduling import pod_resources, qos, requests, resize, tolerations
from kubecontainers.simulation import pod_worker as simulated_worker

CHANGES = {
    "image_reference_parse": (reference,),
    "image_name_normalize": (reference,),
    "image_pull_spec": (reference,),
    "image_familiar": (reference,),
    "image_reference_build": (reference,),
    "default_pull_policy": (pull_policy, reference, uses),
    "always_pull_images_admit": (uses,),
    "always_pull_images_validate": (uses,),
    "env_name_validate": (names,),
    "image_fields_validate": (uses, validation),
    "kubelet_pull_config_validate": (cluster, preloaded_allowlist),
    "registry_url_parse": (registry_pattern,),
    "registry_url_match": (registry_pattern,),
    "pull_secret_keyring": (cluster,),
    "docker_registry_secret_create": (secret_sources,),
    "credential_provider_match": (registry_pattern,),
    "credential_provider_config_validate": (document, provider_validation, registry_pattern),
    "credential_provider_register": (document, files, provider_validation, registration),
    "credential_provider_exec": (protocol,),
    "credential_provider_cache_key": (cache, plugin_provider),
    "pull_credentials_order": (cluster, pull_credentials, reference, registry_pattern),
    "image_pull_decision": (cluster, ensure_image, preloaded_allowlist, pull_messages, pull_policy, reference),
    "downward_field": (addresses, downward_fields),
    "downward_resource": (downward_resources,),
    "env_compose": (addresses, composition, downward_fields, downward_resources, env_file, expansion),
    "env_expand": (expansion,),
    "env_file_parse": (env_file,),
    "env_validate": (downward_fields, env_file, env_names, names),
    "pod_hostname": (hostname,),
    "tolerations_validate": (tolerations,),
    "toleration_tolerates_taint": (tolerations,),
    "find_untolerated_taint": (tolerations,),
    "runtime_class_validate": (runtimeclass_validation,),
    "runtime_class_validate_update": (runtimeclass_validation,),
    "runtime_class_warnings": (runtime_class,),
    "runtime_class_admit": (runtimeclass_admission,),
    "runtime_class_nodes": (runtimeclass_admission,),
    "pod_requests": (pod_resources, requests, resize),
    "pod_qos": (qos,),
    "pod_phase": (phase,),
    "waiting_reason": (phase, statuses),
    "image_pull_verification": (image_pulled_record, preloaded_allowlist, pulled_records),
    "termination_grace": (hooks, termination),
    "sidecar_termination_order": (hooks, sidecars, termination, termination_order),
    "pod_delete_grace": (deletion,),
    "kubelet_effective_grace": (pod_worker,),
    "hook_format_outcome": (hooks,),
    "lifecycle_default": (hooks,),
    "lifecycle_validate": (drop, handler_validation, hooks, sidecars),
    "pod_actions": (init_actions, pod_actions, restart, sidecars),
    "crash_backoff_schedule": (backoff, cluster, crash_back_off),
    "container_start": (cluster, events, hooks, pull_messages, termination),
    "sync_pod": (
        cluster,
        events,
        hooks,
        init_actions,
        pod_actions,
        pod_sync,
        pull_messages,
        restart,
        sidecars,
        termination,
        termination_order,
    ),
    "pod_life": (cluster, events, hooks, phase, pod_sync, pull_messages, sidecars, simulated_worker, statuses, termination_order),
}
"""Family to the modules whose changes it shows; a family that is not here never changes."""


def _recorded(family: str) -> set[str]:
    plain = (record for record in records(family) if not (record["input"].get("featureGates") or record["input"].get("gates")))
    return {minor for record in plain for minor in change_points(record)}


def _named(family: str) -> set[str]:
    found = (value for module in CHANGES.get(family, ()) for value in vars(module).values())
    return {minor for change in found if isinstance(change, Change) for minor in change.minors()}


@pytest.mark.parametrize("family", families())
def test_change_points_are_named(family: str) -> None:
    assert _recorded(family) <= _named(family)

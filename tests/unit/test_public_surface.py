"""The public names: exactly those that are promised, everywhere where they are written down."""

from __future__ import annotations

import ast
import importlib
import inspect
import pickle
import pkgutil
from pathlib import Path
from types import ModuleType

import pytest

import kubecontainers as kc

PROMISED = [
    "LATEST",
    "PREVIEW",
    "PULL_BACK_OFF",
    "SCHEDULING_EFFECTS",
    "AdmissionDenied",
    "AdmissionRequest",
    "Admitted",
    "AffinityOutcome",
    "AllowlistPattern",
    "BackOff",
    "BackOffPolicy",
    "BinaryKind",
    "CacheKeyTooLong",
    "ClassVerdict",
    "Cluster",
    "ClusterHandlers",
    "ContainerAt",
    "ContainerHooks",
    "ContainerKind",
    "ContainerRun",
    "ContainerRuntime",
    "ContainerScript",
    "ContainerStatus",
    "ContainerTermination",
    "ContainerWaitingReason",
    "CrashBackOff",
    "CrashBackOffReason",
    "CreatedPod",
    "Credential",
    "CredentialProvider",
    "CredentialProviderConfig",
    "CredentialProviderResponse",
    "DecodedYAML",
    "DefaultedKubeletConfig",
    "DeleteGrace",
    "DeleteReason",
    "Digest",
    "DockerConfig",
    "DockerConfigDirectories",
    "DroppedToleration",
    "Duration",
    "EffectiveGrace",
    "Environment",
    "EnvironmentEvent",
    "EnvironmentFailed",
    "EnvironmentFailure",
    "EnvironmentSize",
    "EnvironmentSources",
    "EnvironmentSurvey",
    "EnvironmentVariable",
    "EventReason",
    "ExitExplanation",
    "ExpandedCommand",
    "ExpandedText",
    "FeatureGateLocked",
    "FeatureGateUnavailable",
    "FieldChange",
    "FieldError",
    "FieldErrorType",
    "FieldPath",
    "FileSource",
    "FixedProvider",
    "GivenFiles",
    "HTTPAnswer",
    "Handler",
    "HandlerFeatures",
    "HandlerNotFound",
    "HookFailure",
    "HookRequest",
    "HookRequestFailed",
    "HookResult",
    "HostAlias",
    "ImageIndex",
    "ImageManagerState",
    "ImageOutcome",
    "ImageReference",
    "ImageRequest",
    "ImageRuntime",
    "ImageScript",
    "InMemorySources",
    "Ineffective",
    "IneffectiveReason",
    "InvalidAllowlistPattern",
    "InvalidDigest",
    "InvalidDockerConfig",
    "InvalidDuration",
    "InvalidEnvFile",
    "InvalidHostname",
    "InvalidIndex",
    "InvalidPattern",
    "InvalidPlatform",
    "InvalidProviderConfig",
    "InvalidProviderResponse",
    "InvalidPullSecret",
    "InvalidQuantity",
    "InvalidReference",
    "InvalidRegistryPattern",
    "InvalidRelease",
    "InvalidRuntimeConfig",
    "InvalidRuntimeVersion",
    "InvalidSecretArguments",
    "InvalidSubPath",
    "InvalidTag",
    "KeyExplanation",
    "Keyring",
    "KeyringMatch",
    "KeyringUnion",
    "KillReason",
    "KnownServices",
    "KubeContainersError",
    "KubeletConfig",
    "KubeletRestart",
    "LifecycleEvent",
    "LifecycleHandler",
    "LocalFiles",
    "LookupFailure",
    "MalformedObject",
    "MatchReason",
    "MergedTolerations",
    "NoAnswer",
    "NodeCredentials",
    "NodeFit",
    "NotFound",
    "NotInRelease",
    "ObjectCoordinates",
    "OfferedHandlers",
    "Operation",
    "Origin",
    "OriginKind",
    "PatternMatch",
    "Phase",
    "PhaseReason",
    "PlannedAttempt",
    "PlannedRestart",
    "Platform",
    "PluginFailed",
    "PluginHost",
    "PluginProvider",
    "PluginResult",
    "PodActions",
    "PodAddresses",
    "PodContainerStatuses",
    "PodHostname",
    "PodPhase",
    "PodQOS",
    "PodRequests",
    "PodResolver",
    "PodSandbox",
    "PodScript",
    "PodServiceVariables",
    "PodStatus",
    "PodTimeline",
    "Preflight",
    "ProbeResult",
    "ProcessRunner",
    "ProvidedCredentials",
    "ProviderCache",
    "ProviderNotRegistered",
    "ProviderOutcome",
    "ProviderSource",
    "PullCredentials",
    "PullPlan",
    "PullPolicy",
    "PullRecords",
    "Pulled",
    "PulledCredentials",
    "PulledRecord",
    "PulledSecret",
    "QOSClass",
    "QOSReason",
    "Quantity",
    "QuantityFormat",
    "QuantityTooLong",
    "ReasonCache",
    "Reference",
    "RegistryPattern",
    "Release",
    "Report",
    "RequestOptions",
    "RequestedPull",
    "ResolverSettings",
    "RestartDecision",
    "RestartPolicy",
    "RestartReason",
    "RuntimeClass",
    "RuntimeClassAdmitted",
    "RuntimeClassDenial",
    "RuntimeClassDenied",
    "RuntimeClassLookupFailed",
    "RuntimeClassNodes",
    "RuntimeClassScheduling",
    "RuntimeClassSource",
    "RuntimeClasses",
    "RuntimeContainer",
    "RuntimeFailure",
    "RuntimeHandler",
    "RuntimeState",
    "RuntimeVersion",
    "SandboxFailure",
    "SandboxState",
    "Script",
    "SecretNotPicklable",
    "SecretSource",
    "SecretText",
    "Selection",
    "SelectionReason",
    "ServiceDNS",
    "SourceUnavailable",
    "StartFailure",
    "StartResult",
    "StartStep",
    "StopBehaviour",
    "StopError",
    "Taint",
    "TaintEffect",
    "TerminationPlan",
    "Timeline",
    "TokenAttributes",
    "Toleration",
    "TolerationSet",
    "UnnamedArchitecture",
    "UnsupportedPluginVersion",
    "UnsupportedRelease",
    "UnsupportedSkew",
    "UnusableProviderFiles",
    "ValidationFailed",
    "Verification",
    "VerificationReason",
    "WaitingExplanation",
    "WaitingReason",
    "YAMLDecoder",
    "admit_always_pull_images",
    "admit_runtime_class",
    "admit_service_account_pull_secrets",
    "built_in_cloud_providers",
    "call_plugin",
    "cluster_handlers",
    "compose_environment",
    "container_hooks",
    "containerd_handlers",
    "containers",
    "crash_back_off",
    "create_pod",
    "crio_handlers",
    "default_kubelet_config",
    "default_pull_policies",
    "default_pull_policy",
    "default_secret",
    "delete_grace",
    "docker_registry_secret",
    "downward_field",
    "downward_resource",
    "effective_grace",
    "ensure_image",
    "expand",
    "expand_command",
    "expand_sub_path",
    "explain",
    "explain_exit",
    "explain_upgrade",
    "explain_waiting",
    "find_docker_config",
    "find_untolerated_taint",
    "fit_nodes",
    "handler_features",
    "hook_request",
    "image_verification",
    "inspect_docker_config",
    "inspect_match_image",
    "list_provider_binaries",
    "load_provider_config",
    "lookup_runtime_handler",
    "measure_environment",
    "merge_provider_configs",
    "merge_tolerations",
    "must_attempt_pull",
    "next_attempt",
    "node_fit",
    "node_hosts_file",
    "parse_env_file",
    "parse_tag",
    "plan_attempts",
    "plan_deletion",
    "plan_plugin_call",
    "plan_pulls",
    "plan_restarts",
    "plan_termination",
    "pod_actions",
    "pod_hostname",
    "pod_hosts_file",
    "pod_phase",
    "pod_qos",
    "pod_requests",
    "pod_resolver",
    "pod_service_variables",
    "pod_status",
    "preflight",
    "pull_action",
    "pull_credentials",
    "pull_secret_keyring",
    "pull_spec",
    "pull_with_credentials",
    "read_containerd_files",
    "read_crio_files",
    "read_provider_config_files",
    "read_pull_secrets",
    "recursive_read_only",
    "register_credential_providers",
    "reported_handlers",
    "restart_back_off",
    "run_hook",
    "runtime_class_nodes",
    "runtime_class_warnings",
    "sandbox_failure",
    "select_manifest",
    "select_pull_secrets",
    "service_dns",
    "service_env_entries",
    "service_variables",
    "should_restart",
    "simulate",
    "split_architecture",
    "survey_environment",
    "time_to_ready",
    "tolerates",
    "tolerations_outside",
    "tolerations_whitelisted",
    "user_namespace",
    "validate_always_pull_images",
    "validate_credential_provider_config",
    "validate_kubelet_config",
    "validate_pod",
    "validate_runtime_class",
    "validate_runtime_class_admission",
    "validate_runtime_class_update",
    "validate_secret",
    "validate_tolerations",
    "with_architecture",
]
"""Add a name here when it is promised; taking one away breaks those who use it."""

HELPERS = {
    "environment.pod_services": {"counted_bytes"},
    "environment.variables": {"Referable", "expand_text", "service_variable"},
    "apimachinery.feature_gates": {"alpha", "beta", "deprecated", "ga"},
    "apimachinery.objects": {"LocalObjectReference", "ServiceSpec", "json_type"},
    "credentials.credential": {"frozen_credentials", "shown_credentials"},
    "credentials.providers.config": {"shown_patterns"},
    "images.tag": {"tag_hint"},
    "pulling.pull_messages": {
        "back_off",
        "inspect_failed",
        "invalid_name",
        "not_present_never",
        "present",
        "pull_failed",
        "pulled",
        "pulling",
        "start_failed",
        "waits_after",
    },
}
"""What modules share among themselves without promising it."""

MODULES = [
    found.name for found in pkgutil.walk_packages(kc.__path__, "kubecontainers.") if not found.ispkg and "__main__" not in found.name
]
PACKAGE = Path(kc.__file__)


def defined(module: ModuleType) -> set[str]:
    """Classes and functions of a module's own whose names are not private."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__ == module.__name__
    }


def test_promised() -> None:
    assert sorted(kc.__all__) == sorted(PROMISED)
    assert dir(kc) == sorted(PROMISED)


@pytest.mark.parametrize("name", PROMISED)
def test_every_name_resolves_to_one_object(name: str) -> None:
    value = getattr(kc, name)
    assert value is getattr(kc, name)
    if inspect.isclass(value):
        assert value.__name__ == name
        assert pickle.loads(pickle.dumps(value)) is value  # noqa: S301
        assert value.__doc__


def test_star_import() -> None:
    found: dict[str, object] = {}
    exec("from kubecontainers import *", found)  # noqa: S102
    assert set(PROMISED) <= set(found)


@pytest.mark.parametrize("name", ["nothing", "apimachinery_", "_Parser", "__wrapped__", "annotations_"])
def test_no_other_name(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'kubecontainers' has no attribute '{name}'"):
        getattr(kc, name)


def test_type_checkers_see_the_same_names() -> None:
    """The imports under ``TYPE_CHECKING`` name what the lazy table names, each from the same module."""
    tree = ast.parse(PACKAGE.read_text(encoding="utf-8"))
    [guarded] = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    seen: dict[str, str] = {}
    for node in guarded.body:
        assert isinstance(node, ast.ImportFrom)
        assert node.level == 1
        for alias in node.names:
            assert alias.asname == alias.name  # re-exported, as type checkers understand it
            assert alias.name not in seen
            seen[alias.name] = node.module or ""
    assert seen == kc._NAMES  # pyright: ignore[reportPrivateUsage]


def test_each_name_is_defined_where_the_table_says() -> None:
    for name, module in kc._NAMES.items():  # pyright: ignore[reportPrivateUsage]
        assert name in importlib.import_module(f"kubecontainers.{module}").__all__


@pytest.mark.parametrize("module_name", MODULES)
def test_modules_promise_what_they_define(module_name: str) -> None:
    module = importlib.import_module(module_name)
    promised = set(module.__all__)
    assert len(promised) == len(module.__all__)
    assert promised <= set(vars(module))
    helpers = HELPERS.get(module_name.removeprefix("kubecontainers."), set[str]())
    assert defined(module) - promised == helpers
    assert all(inspect.getdoc(getattr(module, name)) for name in defined(module))
    assert module.__doc__


@pytest.mark.parametrize("module_name", MODULES)
def test_tests_mirror_the_package(module_name: str) -> None:
    """Beside every module of the rooms below ``explain`` stands its test."""
    *rooms, module = module_name.split(".")[1:]
    if rooms and rooms[0] in {
        "golang",
        "apimachinery",
        "images",
        "environment",
        "lifecycle",
        "scheduling",
        "admission",
        "simulation",
        "runtimeclass",
        "credentials",
        "pulling",
        "pods",
    }:
        assert Path(__file__).parent.joinpath(*rooms, f"test_{module}.py").is_file()

"""What Kubernetes will do with your containers, computed in Python, exactly.

>>> import kubecontainers as kc
>>> kc.ImageReference.parse("nginx:1.27").name
'docker.io/library/nginx'
"""

from __future__ import annotations

from ._lazy import lazy_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .apimachinery.backoff import PULL_BACK_OFF as PULL_BACK_OFF
    from .apimachinery.backoff import BackOff as BackOff
    from .apimachinery.backoff import BackOffPolicy as BackOffPolicy
    from .apimachinery.backoff import PlannedAttempt as PlannedAttempt
    from .apimachinery.backoff import next_attempt as next_attempt
    from .apimachinery.backoff import plan_attempts as plan_attempts
    from .apimachinery.backoff import restart_back_off as restart_back_off
    from .apimachinery.cluster import Cluster as Cluster
    from .apimachinery.cluster import DefaultedKubeletConfig as DefaultedKubeletConfig
    from .apimachinery.cluster import KubeletConfig as KubeletConfig
    from .apimachinery.cluster import UnsupportedSkew as UnsupportedSkew
    from .apimachinery.cluster import default_kubelet_config as default_kubelet_config
    from .apimachinery.durations import InvalidDuration as InvalidDuration
    from .apimachinery.errors import KubeContainersError as KubeContainersError
    from .apimachinery.errors import MalformedObject as MalformedObject
    from .apimachinery.errors import NotFound as NotFound
    from .apimachinery.errors import ValidationFailed as ValidationFailed
    from .apimachinery.fields import FieldChange as FieldChange
    from .apimachinery.fields import FieldError as FieldError
    from .apimachinery.fields import FieldErrorType as FieldErrorType
    from .apimachinery.fields import FieldPath as FieldPath
    from .apimachinery.objects import ContainerAt as ContainerAt
    from .apimachinery.objects import ContainerKind as ContainerKind
    from .apimachinery.objects import containers as containers
    from .apimachinery.quantity import InvalidQuantity as InvalidQuantity
    from .apimachinery.quantity import Quantity as Quantity
    from .apimachinery.quantity import QuantityFormat as QuantityFormat
    from .apimachinery.quantity import QuantityTooLong as QuantityTooLong
    from .apimachinery.release import LATEST as LATEST
    from .apimachinery.release import PREVIEW as PREVIEW
    from .apimachinery.release import FeatureGateLocked as FeatureGateLocked
    from .apimachinery.release import FeatureGateUnavailable as FeatureGateUnavailable
    from .apimachinery.release import InvalidRelease as InvalidRelease
    from .apimachinery.release import NotInRelease as NotInRelease
    from .apimachinery.release import Release as Release
    from .apimachinery.release import UnsupportedRelease as UnsupportedRelease
    from .apimachinery.requests import AdmissionDenied as AdmissionDenied
    from .apimachinery.requests import AdmissionRequest as AdmissionRequest
    from .apimachinery.requests import Admitted as Admitted
    from .apimachinery.requests import Operation as Operation
    from .apimachinery.secret_text import SecretNotPicklable as SecretNotPicklable
    from .apimachinery.secret_text import SecretText as SecretText
    from .credentials.config_problems import inspect_docker_config as inspect_docker_config
    from .credentials.credential import Credential as Credential
    from .credentials.credential import FileSource as FileSource
    from .credentials.credential import ObjectCoordinates as ObjectCoordinates
    from .credentials.credential import ProviderSource as ProviderSource
    from .credentials.credential import SecretSource as SecretSource
    from .credentials.docker_config import DockerConfig as DockerConfig
    from .credentials.docker_config_files import DockerConfigDirectories as DockerConfigDirectories
    from .credentials.docker_config_files import find_docker_config as find_docker_config
    from .credentials.docker_registry_secret import docker_registry_secret as docker_registry_secret
    from .credentials.invalid_docker_config import InvalidDockerConfig as InvalidDockerConfig
    from .credentials.key_problems import inspect_match_image as inspect_match_image
    from .credentials.keyring import KeyExplanation as KeyExplanation
    from .credentials.keyring import Keyring as Keyring
    from .credentials.keyring import KeyringMatch as KeyringMatch
    from .credentials.keyring import KeyringUnion as KeyringUnion
    from .credentials.pod_pull_secrets import select_pull_secrets as select_pull_secrets
    from .credentials.providers.built_in import built_in_cloud_providers as built_in_cloud_providers
    from .credentials.providers.cache import CacheKeyTooLong as CacheKeyTooLong
    from .credentials.providers.cache import ProviderCache as ProviderCache
    from .credentials.providers.config import CredentialProvider as CredentialProvider
    from .credentials.providers.config import CredentialProviderConfig as CredentialProviderConfig
    from .credentials.providers.config import DecodedYAML as DecodedYAML
    from .credentials.providers.config import TokenAttributes as TokenAttributes
    from .credentials.providers.config import YAMLDecoder as YAMLDecoder
    from .credentials.providers.directories import list_provider_binaries as list_provider_binaries
    from .credentials.providers.directories import read_provider_config_files as read_provider_config_files
    from .credentials.providers.execution import PluginFailed as PluginFailed
    from .credentials.providers.execution import PluginResult as PluginResult
    from .credentials.providers.execution import call_plugin as call_plugin
    from .credentials.providers.files import UnusableProviderFiles as UnusableProviderFiles
    from .credentials.providers.files import load_provider_config as load_provider_config
    from .credentials.providers.files import merge_provider_configs as merge_provider_configs
    from .credentials.providers.invalid_config import InvalidProviderConfig as InvalidProviderConfig
    from .credentials.providers.plugin_provider import PluginProvider as PluginProvider
    from .credentials.providers.plugin_provider import ProvidedCredentials as ProvidedCredentials
    from .credentials.providers.plugin_provider import ProviderOutcome as ProviderOutcome
    from .credentials.providers.process import ProcessRunner as ProcessRunner
    from .credentials.providers.protocol import CredentialProviderResponse as CredentialProviderResponse
    from .credentials.providers.protocol import InvalidProviderResponse as InvalidProviderResponse
    from .credentials.providers.protocol import PluginHost as PluginHost
    from .credentials.providers.protocol import UnsupportedPluginVersion as UnsupportedPluginVersion
    from .credentials.providers.protocol import plan_plugin_call as plan_plugin_call
    from .credentials.providers.registration import BinaryKind as BinaryKind
    from .credentials.providers.registration import ProviderNotRegistered as ProviderNotRegistered
    from .credentials.providers.registration import register_credential_providers as register_credential_providers
    from .credentials.providers.validation import validate_credential_provider_config as validate_credential_provider_config
    from .credentials.pull_secrets import InvalidPullSecret as InvalidPullSecret
    from .credentials.pull_secrets import pull_secret_keyring as pull_secret_keyring
    from .credentials.pull_secrets import read_pull_secrets as read_pull_secrets
    from .credentials.registry_pattern import InvalidRegistryPattern as InvalidRegistryPattern
    from .credentials.registry_pattern import MatchReason as MatchReason
    from .credentials.registry_pattern import PatternMatch as PatternMatch
    from .credentials.registry_pattern import RegistryPattern as RegistryPattern
    from .credentials.secret_files import LocalFiles as LocalFiles
    from .credentials.secret_sources import GivenFiles as GivenFiles
    from .credentials.secret_sources import InvalidSecretArguments as InvalidSecretArguments
    from .credentials.secret_validation import default_secret as default_secret
    from .credentials.secret_validation import validate_secret as validate_secret
    from .credentials.service_account import admit_service_account_pull_secrets as admit_service_account_pull_secrets
    from .environment.addresses import PodAddresses as PodAddresses
    from .environment.composition import EnvironmentSurvey as EnvironmentSurvey
    from .environment.composition import compose_environment as compose_environment
    from .environment.composition import survey_environment as survey_environment
    from .environment.container_expansion import ExpandedCommand as ExpandedCommand
    from .environment.container_expansion import InvalidSubPath as InvalidSubPath
    from .environment.container_expansion import expand_command as expand_command
    from .environment.container_expansion import expand_sub_path as expand_sub_path
    from .environment.downward_fields import downward_field as downward_field
    from .environment.downward_resources import downward_resource as downward_resource
    from .environment.env_file import InvalidEnvFile as InvalidEnvFile
    from .environment.env_file import parse_env_file as parse_env_file
    from .environment.expansion import expand as expand
    from .environment.failures import EnvironmentFailed as EnvironmentFailed
    from .environment.failures import EnvironmentFailure as EnvironmentFailure
    from .environment.hostname import InvalidHostname as InvalidHostname
    from .environment.hostname import PodHostname as PodHostname
    from .environment.hostname import pod_hostname as pod_hostname
    from .environment.hosts_file import HostAlias as HostAlias
    from .environment.hosts_file import node_hosts_file as node_hosts_file
    from .environment.hosts_file import pod_hosts_file as pod_hosts_file
    from .environment.pod_services import KnownServices as KnownServices
    from .environment.pod_services import PodServiceVariables as PodServiceVariables
    from .environment.pod_services import pod_service_variables as pod_service_variables
    from .environment.service_dns import PodResolver as PodResolver
    from .environment.service_dns import ResolverSettings as ResolverSettings
    from .environment.service_dns import ServiceDNS as ServiceDNS
    from .environment.service_dns import pod_resolver as pod_resolver
    from .environment.service_dns import service_dns as service_dns
    from .environment.service_variables import service_env_entries as service_env_entries
    from .environment.service_variables import service_variables as service_variables
    from .environment.size import EnvironmentSize as EnvironmentSize
    from .environment.size import measure_environment as measure_environment
    from .environment.sources import EnvironmentSources as EnvironmentSources
    from .environment.sources import InMemorySources as InMemorySources
    from .environment.sources import SourceUnavailable as SourceUnavailable
    from .environment.variables import Environment as Environment
    from .environment.variables import EnvironmentEvent as EnvironmentEvent
    from .environment.variables import EnvironmentVariable as EnvironmentVariable
    from .environment.variables import ExpandedText as ExpandedText
    from .environment.variables import Origin as Origin
    from .environment.variables import OriginKind as OriginKind
    from .environment.variables import Reference as Reference
    from .explain.report import Report as Report
    from .explain.report import explain as explain
    from .explain.upgrade import explain_upgrade as explain_upgrade
    from .golang.duration import Duration as Duration
    from .images.always_pull_images import admit_always_pull_images as admit_always_pull_images
    from .images.always_pull_images import validate_always_pull_images as validate_always_pull_images
    from .images.architecture_names import UnnamedArchitecture as UnnamedArchitecture
    from .images.architecture_names import split_architecture as split_architecture
    from .images.architecture_names import with_architecture as with_architecture
    from .images.digest import Digest as Digest
    from .images.digest import InvalidDigest as InvalidDigest
    from .images.index import ImageIndex as ImageIndex
    from .images.index import InvalidIndex as InvalidIndex
    from .images.invalid_reference import InvalidPattern as InvalidPattern
    from .images.invalid_reference import InvalidReference as InvalidReference
    from .images.kubelet_pull_config import validate_kubelet_config as validate_kubelet_config
    from .images.platform import InvalidPlatform as InvalidPlatform
    from .images.platform import Platform as Platform
    from .images.preflight import Preflight as Preflight
    from .images.preflight import preflight as preflight
    from .images.preloaded_allowlist import AllowlistPattern as AllowlistPattern
    from .images.preloaded_allowlist import InvalidAllowlistPattern as InvalidAllowlistPattern
    from .images.pull_policy import PullPolicy as PullPolicy
    from .images.pull_policy import default_pull_policies as default_pull_policies
    from .images.pull_policy import default_pull_policy as default_pull_policy
    from .images.pull_policy import pull_action as pull_action
    from .images.pull_spec import pull_spec as pull_spec
    from .images.reference import ImageReference as ImageReference
    from .images.select_manifest import Selection as Selection
    from .images.select_manifest import SelectionReason as SelectionReason
    from .images.select_manifest import select_manifest as select_manifest
    from .images.tag import InvalidTag as InvalidTag
    from .images.tag import parse_tag as parse_tag
    from .images.verification import Verification as Verification
    from .images.verification import image_verification as image_verification
    from .lifecycle.container_state import ContainerStatus as ContainerStatus
    from .lifecycle.container_termination import ContainerTermination as ContainerTermination
    from .lifecycle.container_termination import StopBehaviour as StopBehaviour
    from .lifecycle.container_termination import StopError as StopError
    from .lifecycle.crash_back_off import ContainerRun as ContainerRun
    from .lifecycle.crash_back_off import CrashBackOff as CrashBackOff
    from .lifecycle.crash_back_off import CrashBackOffReason as CrashBackOffReason
    from .lifecycle.crash_back_off import PlannedRestart as PlannedRestart
    from .lifecycle.crash_back_off import crash_back_off as crash_back_off
    from .lifecycle.crash_back_off import plan_restarts as plan_restarts
    from .lifecycle.deletion import DeleteGrace as DeleteGrace
    from .lifecycle.deletion import DeleteReason as DeleteReason
    from .lifecycle.deletion import delete_grace as delete_grace
    from .lifecycle.deletion_plan import plan_deletion as plan_deletion
    from .lifecycle.events import EventReason as EventReason
    from .lifecycle.events import LifecycleEvent as LifecycleEvent
    from .lifecycle.exits import ExitExplanation as ExitExplanation
    from .lifecycle.exits import explain_exit as explain_exit
    from .lifecycle.grace import KillReason as KillReason
    from .lifecycle.hook_failures import HookFailure as HookFailure
    from .lifecycle.hook_failures import HookRequestFailed as HookRequestFailed
    from .lifecycle.hook_outcome import HookResult as HookResult
    from .lifecycle.hook_outcome import HTTPAnswer as HTTPAnswer
    from .lifecycle.hook_outcome import NoAnswer as NoAnswer
    from .lifecycle.hook_outcome import run_hook as run_hook
    from .lifecycle.hook_request import HookRequest as HookRequest
    from .lifecycle.hook_request import hook_request as hook_request
    from .lifecycle.hooks import ContainerHooks as ContainerHooks
    from .lifecycle.hooks import LifecycleHandler as LifecycleHandler
    from .lifecycle.hooks import container_hooks as container_hooks
    from .lifecycle.phase import Phase as Phase
    from .lifecycle.phase import PhaseReason as PhaseReason
    from .lifecycle.phase import PodPhase as PodPhase
    from .lifecycle.phase import pod_phase as pod_phase
    from .lifecycle.pod_actions import PodActions as PodActions
    from .lifecycle.pod_actions import pod_actions as pod_actions
    from .lifecycle.pod_worker import EffectiveGrace as EffectiveGrace
    from .lifecycle.pod_worker import effective_grace as effective_grace
    from .lifecycle.reason_cache import ReasonCache as ReasonCache
    from .lifecycle.reason_cache import StartFailure as StartFailure
    from .lifecycle.reason_cache import StartResult as StartResult
    from .lifecycle.restart import RestartDecision as RestartDecision
    from .lifecycle.restart import RestartPolicy as RestartPolicy
    from .lifecycle.restart import RestartReason as RestartReason
    from .lifecycle.restart import should_restart as should_restart
    from .lifecycle.runtime_status import PodSandbox as PodSandbox
    from .lifecycle.runtime_status import ProbeResult as ProbeResult
    from .lifecycle.runtime_status import RuntimeContainer as RuntimeContainer
    from .lifecycle.runtime_status import RuntimeState as RuntimeState
    from .lifecycle.runtime_status import SandboxState as SandboxState
    from .lifecycle.statuses import PodContainerStatuses as PodContainerStatuses
    from .lifecycle.statuses import PodStatus as PodStatus
    from .lifecycle.statuses import pod_status as pod_status
    from .lifecycle.termination import plan_termination as plan_termination
    from .lifecycle.termination_plan import TerminationPlan as TerminationPlan
    from .lifecycle.waiting import WaitingExplanation as WaitingExplanation
    from .lifecycle.waiting import explain_waiting as explain_waiting
    from .lifecycle.waiting_reasons import ContainerWaitingReason as ContainerWaitingReason
    from .lifecycle.waiting_reasons import StartStep as StartStep
    from .pods.create import CreatedPod as CreatedPod
    from .pods.create import create_pod as create_pod
    from .pods.validation import validate_pod as validate_pod
    from .pulling.credential_attempts import pull_with_credentials as pull_with_credentials
    from .pulling.ensure_image import ensure_image as ensure_image
    from .pulling.image_manager import ImageManagerState as ImageManagerState
    from .pulling.image_manager import ImageOutcome as ImageOutcome
    from .pulling.image_manager import ImageRequest as ImageRequest
    from .pulling.image_pulled_record import PulledCredentials as PulledCredentials
    from .pulling.image_pulled_record import PulledRecord as PulledRecord
    from .pulling.image_pulled_record import PulledSecret as PulledSecret
    from .pulling.image_runtime import ImageRuntime as ImageRuntime
    from .pulling.image_runtime import Pulled as Pulled
    from .pulling.image_runtime import RuntimeFailure as RuntimeFailure
    from .pulling.must_attempt_pull import VerificationReason as VerificationReason
    from .pulling.must_attempt_pull import must_attempt_pull as must_attempt_pull
    from .pulling.pull_credentials import FixedProvider as FixedProvider
    from .pulling.pull_credentials import NodeCredentials as NodeCredentials
    from .pulling.pull_credentials import PullCredentials as PullCredentials
    from .pulling.pull_credentials import pull_credentials as pull_credentials
    from .pulling.pull_messages import WaitingReason as WaitingReason
    from .pulling.pulled_records import PullRecords as PullRecords
    from .pulling.queues import PullPlan as PullPlan
    from .pulling.queues import RequestedPull as RequestedPull
    from .pulling.queues import plan_pulls as plan_pulls
    from .runtimeclass.admission import RuntimeClassAdmitted as RuntimeClassAdmitted
    from .runtimeclass.admission import RuntimeClassDenial as RuntimeClassDenial
    from .runtimeclass.admission import RuntimeClassDenied as RuntimeClassDenied
    from .runtimeclass.admission import admit_runtime_class as admit_runtime_class
    from .runtimeclass.admission import validate_runtime_class_admission as validate_runtime_class_admission
    from .runtimeclass.class_source import LookupFailure as LookupFailure
    from .runtimeclass.class_source import RuntimeClasses as RuntimeClasses
    from .runtimeclass.class_source import RuntimeClassLookupFailed as RuntimeClassLookupFailed
    from .runtimeclass.class_source import RuntimeClassSource as RuntimeClassSource
    from .runtimeclass.cluster_handlers import ClassVerdict as ClassVerdict
    from .runtimeclass.cluster_handlers import ClusterHandlers as ClusterHandlers
    from .runtimeclass.cluster_handlers import cluster_handlers as cluster_handlers
    from .runtimeclass.config_files import read_containerd_files as read_containerd_files
    from .runtimeclass.config_files import read_crio_files as read_crio_files
    from .runtimeclass.containerd import containerd_handlers as containerd_handlers
    from .runtimeclass.crio import crio_handlers as crio_handlers
    from .runtimeclass.handler_features import HandlerFeatures as HandlerFeatures
    from .runtimeclass.handler_features import handler_features as handler_features
    from .runtimeclass.handler_features import recursive_read_only as recursive_read_only
    from .runtimeclass.handler_features import reported_handlers as reported_handlers
    from .runtimeclass.handler_features import user_namespace as user_namespace
    from .runtimeclass.handler_lookup import RuntimeHandler as RuntimeHandler
    from .runtimeclass.handler_lookup import SandboxFailure as SandboxFailure
    from .runtimeclass.handler_lookup import lookup_runtime_handler as lookup_runtime_handler
    from .runtimeclass.handler_lookup import sandbox_failure as sandbox_failure
    from .runtimeclass.handlers import Handler as Handler
    from .runtimeclass.handlers import HandlerNotFound as HandlerNotFound
    from .runtimeclass.handlers import Ineffective as Ineffective
    from .runtimeclass.handlers import IneffectiveReason as IneffectiveReason
    from .runtimeclass.handlers import OfferedHandlers as OfferedHandlers
    from .runtimeclass.nodes import RuntimeClassNodes as RuntimeClassNodes
    from .runtimeclass.nodes import runtime_class_nodes as runtime_class_nodes
    from .runtimeclass.runtime_class import RuntimeClass as RuntimeClass
    from .runtimeclass.runtime_class import RuntimeClassScheduling as RuntimeClassScheduling
    from .runtimeclass.runtime_class import runtime_class_warnings as runtime_class_warnings
    from .runtimeclass.runtime_version import ContainerRuntime as ContainerRuntime
    from .runtimeclass.runtime_version import InvalidRuntimeVersion as InvalidRuntimeVersion
    from .runtimeclass.runtime_version import RuntimeVersion as RuntimeVersion
    from .runtimeclass.toml_config import InvalidRuntimeConfig as InvalidRuntimeConfig
    from .runtimeclass.validation import validate_runtime_class as validate_runtime_class
    from .runtimeclass.validation import validate_runtime_class_update as validate_runtime_class_update
    from .scheduling.node_affinity import AffinityOutcome as AffinityOutcome
    from .scheduling.node_fit import NodeFit as NodeFit
    from .scheduling.node_fit import fit_nodes as fit_nodes
    from .scheduling.node_fit import node_fit as node_fit
    from .scheduling.qos import PodQOS as PodQOS
    from .scheduling.qos import QOSClass as QOSClass
    from .scheduling.qos import QOSReason as QOSReason
    from .scheduling.qos import pod_qos as pod_qos
    from .scheduling.requests import PodRequests as PodRequests
    from .scheduling.requests import RequestOptions as RequestOptions
    from .scheduling.requests import pod_requests as pod_requests
    from .scheduling.taints import SCHEDULING_EFFECTS as SCHEDULING_EFFECTS
    from .scheduling.taints import Taint as Taint
    from .scheduling.taints import TolerationSet as TolerationSet
    from .scheduling.taints import find_untolerated_taint as find_untolerated_taint
    from .scheduling.taints import tolerates as tolerates
    from .scheduling.toleration_validation import validate_tolerations as validate_tolerations
    from .scheduling.tolerations import DroppedToleration as DroppedToleration
    from .scheduling.tolerations import MergedTolerations as MergedTolerations
    from .scheduling.tolerations import TaintEffect as TaintEffect
    from .scheduling.tolerations import Toleration as Toleration
    from .scheduling.tolerations import merge_tolerations as merge_tolerations
    from .scheduling.tolerations import tolerations_outside as tolerations_outside
    from .scheduling.tolerations import tolerations_whitelisted as tolerations_whitelisted
    from .simulation.container_script import ContainerScript as ContainerScript
    from .simulation.pod_timeline import PodTimeline as PodTimeline
    from .simulation.script import ImageScript as ImageScript
    from .simulation.script import KubeletRestart as KubeletRestart
    from .simulation.script import PodScript as PodScript
    from .simulation.script import Script as Script
    from .simulation.simulate import simulate as simulate
    from .simulation.time_to_ready import time_to_ready as time_to_ready
    from .simulation.timeline import Timeline as Timeline

_NAMES = {
    "LATEST": "apimachinery.release",
    "PREVIEW": "apimachinery.release",
    "PULL_BACK_OFF": "apimachinery.backoff",
    "SCHEDULING_EFFECTS": "scheduling.taints",
    "AdmissionDenied": "apimachinery.requests",
    "AdmissionRequest": "apimachinery.requests",
    "Admitted": "apimachinery.requests",
    "AffinityOutcome": "scheduling.node_affinity",
    "AllowlistPattern": "images.preloaded_allowlist",
    "BackOff": "apimachinery.backoff",
    "BackOffPolicy": "apimachinery.backoff",
    "BinaryKind": "credentials.providers.registration",
    "CacheKeyTooLong": "credentials.providers.cache",
    "ClassVerdict": "runtimeclass.cluster_handlers",
    "Cluster": "apimachinery.cluster",
    "ClusterHandlers": "runtimeclass.cluster_handlers",
    "ContainerAt": "apimachinery.objects",
    "ContainerHooks": "lifecycle.hooks",
    "ContainerKind": "apimachinery.objects",
    "ContainerRun": "lifecycle.crash_back_off",
    "ContainerRuntime": "runtimeclass.runtime_version",
    "ContainerScript": "simulation.container_script",
    "ContainerStatus": "lifecycle.container_state",
    "ContainerTermination": "lifecycle.container_termination",
    "ContainerWaitingReason": "lifecycle.waiting_reasons",
    "CrashBackOff": "lifecycle.crash_back_off",
    "CrashBackOffReason": "lifecycle.crash_back_off",
    "CreatedPod": "pods.create",
    "Credential": "credentials.credential",
    "CredentialProvider": "credentials.providers.config",
    "CredentialProviderConfig": "credentials.providers.config",
    "CredentialProviderResponse": "credentials.providers.protocol",
    "DecodedYAML": "credentials.providers.config",
    "DefaultedKubeletConfig": "apimachinery.cluster",
    "DeleteGrace": "lifecycle.deletion",
    "DeleteReason": "lifecycle.deletion",
    "Digest": "images.digest",
    "DockerConfig": "credentials.docker_config",
    "DockerConfigDirectories": "credentials.docker_config_files",
    "DroppedToleration": "scheduling.tolerations",
    "Duration": "golang.duration",
    "EffectiveGrace": "lifecycle.pod_worker",
    "Environment": "environment.variables",
    "EnvironmentEvent": "environment.variables",
    "EnvironmentFailed": "environment.failures",
    "EnvironmentFailure": "environment.failures",
    "EnvironmentSize": "environment.size",
    "EnvironmentSources": "environment.sources",
    "EnvironmentSurvey": "environment.composition",
    "EnvironmentVariable": "environment.variables",
    "EventReason": "lifecycle.events",
    "ExitExplanation": "lifecycle.exits",
    "ExpandedCommand": "environment.container_expansion",
    "ExpandedText": "environment.variables",
    "FeatureGateLocked": "apimachinery.release",
    "FeatureGateUnavailable": "apimachinery.release",
    "FieldChange": "apimachinery.fields",
    "FieldError": "apimachinery.fields",
    "FieldErrorType": "apimachinery.fields",
    "FieldPath": "apimachinery.fields",
    "FileSource": "credentials.credential",
    "FixedProvider": "pulling.pull_credentials",
    "GivenFiles": "credentials.secret_sources",
    "HTTPAnswer": "lifecycle.hook_outcome",
    "Handler": "runtimeclass.handlers",
    "HandlerFeatures": "runtimeclass.handler_features",
    "HandlerNotFound": "runtimeclass.handlers",
    "HookFailure": "lifecycle.hook_failures",
    "HookRequest": "lifecycle.hook_request",
    "HookRequestFailed": "lifecycle.hook_failures",
    "HookResult": "lifecycle.hook_outcome",
    "HostAlias": "environment.hosts_file",
    "ImageIndex": "images.index",
    "ImageManagerState": "pulling.image_manager",
    "ImageOutcome": "pulling.image_manager",
    "ImageReference": "images.reference",
    "ImageRequest": "pulling.image_manager",
    "ImageRuntime": "pulling.image_runtime",
    "ImageScript": "simulation.script",
    "InMemorySources": "environment.sources",
    "Ineffective": "runtimeclass.handlers",
    "IneffectiveReason": "runtimeclass.handlers",
    "InvalidAllowlistPattern": "images.preloaded_allowlist",
    "InvalidDigest": "images.digest",
    "InvalidDockerConfig": "credentials.invalid_docker_config",
    "InvalidDuration": "apimachinery.durations",
    "InvalidEnvFile": "environment.env_file",
    "InvalidHostname": "environment.hostname",
    "InvalidIndex": "images.index",
    "InvalidPattern": "images.invalid_reference",
    "InvalidPlatform": "images.platform",
    "InvalidProviderConfig": "credentials.providers.invalid_config",
    "InvalidProviderResponse": "credentials.providers.protocol",
    "InvalidPullSecret": "credentials.pull_secrets",
    "InvalidQuantity": "apimachinery.quantity",
    "InvalidReference": "images.invalid_reference",
    "InvalidRegistryPattern": "credentials.registry_pattern",
    "InvalidRelease": "apimachinery.release",
    "InvalidRuntimeConfig": "runtimeclass.toml_config",
    "InvalidRuntimeVersion": "runtimeclass.runtime_version",
    "InvalidSecretArguments": "credentials.secret_sources",
    "InvalidSubPath": "environment.container_expansion",
    "InvalidTag": "images.tag",
    "KeyExplanation": "credentials.keyring",
    "Keyring": "credentials.keyring",
    "KeyringMatch": "credentials.keyring",
    "KeyringUnion": "credentials.keyring",
    "KillReason": "lifecycle.grace",
    "KnownServices": "environment.pod_services",
    "KubeContainersError": "apimachinery.errors",
    "KubeletConfig": "apimachinery.cluster",
    "KubeletRestart": "simulation.script",
    "LifecycleEvent": "lifecycle.events",
    "LifecycleHandler": "lifecycle.hooks",
    "LocalFiles": "credentials.secret_files",
    "LookupFailure": "runtimeclass.class_source",
    "MalformedObject": "apimachinery.errors",
    "MatchReason": "credentials.registry_pattern",
    "MergedTolerations": "scheduling.tolerations",
    "NoAnswer": "lifecycle.hook_outcome",
    "NodeCredentials": "pulling.pull_credentials",
    "NodeFit": "scheduling.node_fit",
    "NotFound": "apimachinery.errors",
    "NotInRelease": "apimachinery.release",
    "ObjectCoordinates": "credentials.credential",
    "OfferedHandlers": "runtimeclass.handlers",
    "Operation": "apimachinery.requests",
    "Origin": "environment.variables",
    "OriginKind": "environment.variables",
    "PatternMatch": "credentials.registry_pattern",
    "Phase": "lifecycle.phase",
    "PhaseReason": "lifecycle.phase",
    "PlannedAttempt": "apimachinery.backoff",
    "PlannedRestart": "lifecycle.crash_back_off",
    "Platform": "images.platform",
    "PluginFailed": "credentials.providers.execution",
    "PluginHost": "credentials.providers.protocol",
    "PluginProvider": "credentials.providers.plugin_provider",
    "PluginResult": "credentials.providers.execution",
    "PodActions": "lifecycle.pod_actions",
    "PodAddresses": "environment.addresses",
    "PodContainerStatuses": "lifecycle.statuses",
    "PodHostname": "environment.hostname",
    "PodPhase": "lifecycle.phase",
    "PodQOS": "scheduling.qos",
    "PodRequests": "scheduling.requests",
    "PodResolver": "environment.service_dns",
    "PodSandbox": "lifecycle.runtime_status",
    "PodScript": "simulation.script",
    "PodServiceVariables": "environment.pod_services",
    "PodStatus": "lifecycle.statuses",
    "PodTimeline": "simulation.pod_timeline",
    "Preflight": "images.preflight",
    "ProbeResult": "lifecycle.runtime_status",
    "ProcessRunner": "credentials.providers.process",
    "ProvidedCredentials": "credentials.providers.plugin_provider",
    "ProviderCache": "credentials.providers.cache",
    "ProviderNotRegistered": "credentials.providers.registration",
    "ProviderOutcome": "credentials.providers.plugin_provider",
    "ProviderSource": "credentials.credential",
    "PullCredentials": "pulling.pull_credentials",
    "PullPlan": "pulling.queues",
    "PullPolicy": "images.pull_policy",
    "PullRecords": "pulling.pulled_records",
    "Pulled": "pulling.image_runtime",
    "PulledCredentials": "pulling.image_pulled_record",
    "PulledRecord": "pulling.image_pulled_record",
    "PulledSecret": "pulling.image_pulled_record",
    "QOSClass": "scheduling.qos",
    "QOSReason": "scheduling.qos",
    "Quantity": "apimachinery.quantity",
    "QuantityFormat": "apimachinery.quantity",
    "QuantityTooLong": "apimachinery.quantity",
    "ReasonCache": "lifecycle.reason_cache",
    "Reference": "environment.variables",
    "RegistryPattern": "credentials.registry_pattern",
    "Release": "apimachinery.release",
    "Report": "explain.report",
    "RequestOptions": "scheduling.requests",
    "RequestedPull": "pulling.queues",
    "ResolverSettings": "environment.service_dns",
    "RestartDecision": "lifecycle.restart",
    "RestartPolicy": "lifecycle.restart",
    "RestartReason": "lifecycle.restart",
    "RuntimeClass": "runtimeclass.runtime_class",
    "RuntimeClassAdmitted": "runtimeclass.admission",
    "RuntimeClassDenial": "runtimeclass.admission",
    "RuntimeClassDenied": "runtimeclass.admission",
    "RuntimeClassLookupFailed": "runtimeclass.class_source",
    "RuntimeClassNodes": "runtimeclass.nodes",
    "RuntimeClassScheduling": "runtimeclass.runtime_class",
    "RuntimeClassSource": "runtimeclass.class_source",
    "RuntimeClasses": "runtimeclass.class_source",
    "RuntimeContainer": "lifecycle.runtime_status",
    "RuntimeFailure": "pulling.image_runtime",
    "RuntimeHandler": "runtimeclass.handler_lookup",
    "RuntimeState": "lifecycle.runtime_status",
    "RuntimeVersion": "runtimeclass.runtime_version",
    "SandboxFailure": "runtimeclass.handler_lookup",
    "SandboxState": "lifecycle.runtime_status",
    "Script": "simulation.script",
    "SecretNotPicklable": "apimachinery.secret_text",
    "SecretSource": "credentials.credential",
    "SecretText": "apimachinery.secret_text",
    "Selection": "images.select_manifest",
    "SelectionReason": "images.select_manifest",
    "ServiceDNS": "environment.service_dns",
    "SourceUnavailable": "environment.sources",
    "StartFailure": "lifecycle.reason_cache",
    "StartResult": "lifecycle.reason_cache",
    "StartStep": "lifecycle.waiting_reasons",
    "StopBehaviour": "lifecycle.container_termination",
    "StopError": "lifecycle.container_termination",
    "Taint": "scheduling.taints",
    "TaintEffect": "scheduling.tolerations",
    "TerminationPlan": "lifecycle.termination_plan",
    "Timeline": "simulation.timeline",
    "TokenAttributes": "credentials.providers.config",
    "Toleration": "scheduling.tolerations",
    "TolerationSet": "scheduling.taints",
    "UnnamedArchitecture": "images.architecture_names",
    "UnsupportedPluginVersion": "credentials.providers.protocol",
    "UnsupportedRelease": "apimachinery.release",
    "UnsupportedSkew": "apimachinery.cluster",
    "UnusableProviderFiles": "credentials.providers.files",
    "ValidationFailed": "apimachinery.errors",
    "Verification": "images.verification",
    "VerificationReason": "pulling.must_attempt_pull",
    "WaitingExplanation": "lifecycle.waiting",
    "WaitingReason": "pulling.pull_messages",
    "YAMLDecoder": "credentials.providers.config",
    "admit_always_pull_images": "images.always_pull_images",
    "admit_runtime_class": "runtimeclass.admission",
    "admit_service_account_pull_secrets": "credentials.service_account",
    "built_in_cloud_providers": "credentials.providers.built_in",
    "call_plugin": "credentials.providers.execution",
    "cluster_handlers": "runtimeclass.cluster_handlers",
    "compose_environment": "environment.composition",
    "container_hooks": "lifecycle.hooks",
    "containerd_handlers": "runtimeclass.containerd",
    "containers": "apimachinery.objects",
    "crash_back_off": "lifecycle.crash_back_off",
    "create_pod": "pods.create",
    "crio_handlers": "runtimeclass.crio",
    "default_kubelet_config": "apimachinery.cluster",
    "default_pull_policies": "images.pull_policy",
    "default_pull_policy": "images.pull_policy",
    "default_secret": "credentials.secret_validation",
    "delete_grace": "lifecycle.deletion",
    "docker_registry_secret": "credentials.docker_registry_secret",
    "downward_field": "environment.downward_fields",
    "downward_resource": "environment.downward_resources",
    "effective_grace": "lifecycle.pod_worker",
    "ensure_image": "pulling.ensure_image",
    "expand": "environment.expansion",
    "expand_command": "environment.container_expansion",
    "expand_sub_path": "environment.container_expansion",
    "explain": "explain.report",
    "explain_exit": "lifecycle.exits",
    "explain_upgrade": "explain.upgrade",
    "explain_waiting": "lifecycle.waiting",
    "find_docker_config": "credentials.docker_config_files",
    "find_untolerated_taint": "scheduling.taints",
    "fit_nodes": "scheduling.node_fit",
    "handler_features": "runtimeclass.handler_features",
    "hook_request": "lifecycle.hook_request",
    "image_verification": "images.verification",
    "inspect_docker_config": "credentials.config_problems",
    "inspect_match_image": "credentials.key_problems",
    "list_provider_binaries": "credentials.providers.directories",
    "load_provider_config": "credentials.providers.files",
    "lookup_runtime_handler": "runtimeclass.handler_lookup",
    "measure_environment": "environment.size",
    "merge_provider_configs": "credentials.providers.files",
    "merge_tolerations": "scheduling.tolerations",
    "must_attempt_pull": "pulling.must_attempt_pull",
    "next_attempt": "apimachinery.backoff",
    "node_fit": "scheduling.node_fit",
    "node_hosts_file": "environment.hosts_file",
    "parse_env_file": "environment.env_file",
    "parse_tag": "images.tag",
    "plan_attempts": "apimachinery.backoff",
    "plan_deletion": "lifecycle.deletion_plan",
    "plan_plugin_call": "credentials.providers.protocol",
    "plan_pulls": "pulling.queues",
    "plan_restarts": "lifecycle.crash_back_off",
    "plan_termination": "lifecycle.termination",
    "pod_actions": "lifecycle.pod_actions",
    "pod_hostname": "environment.hostname",
    "pod_hosts_file": "environment.hosts_file",
    "pod_phase": "lifecycle.phase",
    "pod_qos": "scheduling.qos",
    "pod_requests": "scheduling.requests",
    "pod_resolver": "environment.service_dns",
    "pod_service_variables": "environment.pod_services",
    "pod_status": "lifecycle.statuses",
    "preflight": "images.preflight",
    "pull_action": "images.pull_policy",
    "pull_credentials": "pulling.pull_credentials",
    "pull_secret_keyring": "credentials.pull_secrets",
    "pull_spec": "images.pull_spec",
    "pull_with_credentials": "pulling.credential_attempts",
    "read_containerd_files": "runtimeclass.config_files",
    "read_crio_files": "runtimeclass.config_files",
    "read_provider_config_files": "credentials.providers.directories",
    "read_pull_secrets": "credentials.pull_secrets",
    "recursive_read_only": "runtimeclass.handler_features",
    "register_credential_providers": "credentials.providers.registration",
    "reported_handlers": "runtimeclass.handler_features",
    "restart_back_off": "apimachinery.backoff",
    "run_hook": "lifecycle.hook_outcome",
    "runtime_class_nodes": "runtimeclass.nodes",
    "runtime_class_warnings": "runtimeclass.runtime_class",
    "sandbox_failure": "runtimeclass.handler_lookup",
    "select_manifest": "images.select_manifest",
    "select_pull_secrets": "credentials.pod_pull_secrets",
    "service_dns": "environment.service_dns",
    "service_env_entries": "environment.service_variables",
    "service_variables": "environment.service_variables",
    "should_restart": "lifecycle.restart",
    "simulate": "simulation.simulate",
    "split_architecture": "images.architecture_names",
    "survey_environment": "environment.composition",
    "time_to_ready": "simulation.time_to_ready",
    "tolerates": "scheduling.taints",
    "tolerations_outside": "scheduling.tolerations",
    "tolerations_whitelisted": "scheduling.tolerations",
    "user_namespace": "runtimeclass.handler_features",
    "validate_always_pull_images": "images.always_pull_images",
    "validate_credential_provider_config": "credentials.providers.validation",
    "validate_kubelet_config": "images.kubelet_pull_config",
    "validate_pod": "pods.validation",
    "validate_runtime_class": "runtimeclass.validation",
    "validate_runtime_class_admission": "runtimeclass.admission",
    "validate_runtime_class_update": "runtimeclass.validation",
    "validate_secret": "credentials.secret_validation",
    "validate_tolerations": "scheduling.toleration_validation",
    "with_architecture": "images.architecture_names",
}

__all__ = list(_NAMES)  # pyright: ignore[reportUnsupportedDunderAll]
__getattr__, __dir__ = lazy_names(__name__, _NAMES)

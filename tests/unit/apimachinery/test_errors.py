from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
from enum import Enum

import pytest

import kubecontainers
from kubecontainers.admission.pinning import DigestUnresolved
from kubecontainers.apimachinery.cluster import UnsupportedSkew
from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.errors import KubeContainersError, MalformedObject, NotFound, ValidationFailed
from kubecontainers.apimachinery.fields import ROOT, FieldError, FieldErrorType
from kubecontainers.apimachinery.quantity_amount import QuantityTooLong
from kubecontainers.apimachinery.quantity_text import InvalidQuantity, QuantityProblem
from kubecontainers.apimachinery.release import (
    FeatureGateLocked,
    FeatureGateReason,
    FeatureGateUnavailable,
    InvalidRelease,
    NotInRelease,
    Release,
    UnsupportedRelease,
)
from kubecontainers.apimachinery.requests import AdmissionDenied
from kubecontainers.apimachinery.secret_text import SecretNotPicklable
from kubecontainers.credentials.credential import ObjectCoordinates
from kubecontainers.credentials.invalid_docker_config import DockerConfigProblem, InvalidDockerConfig, UnknownDockerConfigFormat
from kubecontainers.credentials.providers.cache import CacheKeyTooLong
from kubecontainers.credentials.providers.execution import PluginEnding, PluginFailed, PluginFailure
from kubecontainers.credentials.providers.files import ProviderFilesProblem, UnusableProviderFiles
from kubecontainers.credentials.providers.invalid_config import InvalidProviderConfig, ProviderConfigProblem
from kubecontainers.credentials.providers.protocol import InvalidProviderResponse, ResponseProblem, UnsupportedPluginVersion
from kubecontainers.credentials.providers.registration import ProviderNotRegistered, RegistrationProblem
from kubecontainers.credentials.pull_secrets import InvalidPullSecret
from kubecontainers.credentials.registry_pattern import InvalidRegistryPattern
from kubecontainers.credentials.secret_sources import InvalidSecretArguments, SecretArgumentsProblem
from kubecontainers.environment.container_expansion import InvalidSubPath, SubPathProblem
from kubecontainers.environment.env_file import EnvFileProblem, InvalidEnvFile
from kubecontainers.environment.failures import EnvironmentFailed, EnvironmentFailure
from kubecontainers.environment.hostname import InvalidHostname, InvalidHostnameReason
from kubecontainers.environment.sources import SourceUnavailable
from kubecontainers.images.architecture_names import UnnamedArchitecture
from kubecontainers.images.digest import DigestProblem, InvalidDigest
from kubecontainers.images.index import IndexProblem, InvalidIndex
from kubecontainers.images.invalid_reference import InvalidPattern, InvalidReference, ReferencePart, ReferenceProblem, UnknownReferenceMode
from kubecontainers.images.platform import InvalidPlatform, PlatformProblem
from kubecontainers.images.preloaded_allowlist import AllowlistProblem, InvalidAllowlistPattern
from kubecontainers.images.tag import InvalidTag
from kubecontainers.lifecycle.hook_failures import HookFailure, HookRequestFailed
from kubecontainers.runtimeclass.admission import RuntimeClassDenial, RuntimeClassDenied
from kubecontainers.runtimeclass.class_source import RuntimeClassLookupFailed
from kubecontainers.runtimeclass.handlers import HandlerNotFound, HandlerNotFoundReason
from kubecontainers.runtimeclass.runtime_version import ContainerRuntime, InvalidRuntimeVersion
from kubecontainers.runtimeclass.toml_config import InvalidRuntimeConfig, RuntimeConfigProblem
from kubecontainers.simulation.placed_pod import DuplicatePod


class Rule(Enum):
    """A rule of this test."""

    NAMES = "names"


FIELD_ERROR = FieldError(ROOT.child("spec", "name"), FieldErrorType.INVALID, Rule.NAMES, "Web", "lower case only")
FAMILY: list[tuple[KubeContainersError, str]] = [
    (KubeContainersError("something", 7), "something, 7"),
    (MalformedObject("spec.containers", "a list", "an object"), "spec.containers: expected a list, found an object"),
    (MalformedObject("", "an object", "a list", "give it a pod"), "the object: expected an object, found a list (give it a pod)"),
    (ValidationFailed((FIELD_ERROR, FIELD_ERROR)), "; ".join(["spec.name: Invalid: 'Web': lower case only"] * 2)),
    (AdmissionDenied(403, "Forbidden", "no", (FIELD_ERROR,)), "no"),
    (AdmissionDenied(403, "Forbidden", "no", hint="ask again"), "no (ask again)"),
    (InvalidRelease("x"), "not a Kubernetes version: 'x' (write 1.31, or a gitVersion such as v1.31.4-gke.100)"),
    (UnsupportedRelease("1.9"), "Kubernetes 1.9 is not covered (this library knows 1.27 to 1.37)"),
    (NotInRelease("image volumes", Release("1.30")), "image volumes: not in Kubernetes 1.30"),
    (
        FeatureGateLocked("Gate", Release("1.30"), locked_to=True),
        "feature gate Gate is locked to True in Kubernetes 1.30 (leave the gate out)",
    ),
    (FeatureGateUnavailable("Gate", Release("1.30"), FeatureGateReason.UNKNOWN), "feature gate Gate is not known in Kubernetes 1.30"),
    (FeatureGateUnavailable("Gate", Release("1.30"), FeatureGateReason.REMOVED), "feature gate Gate was removed before Kubernetes 1.30"),
    (
        FeatureGateUnavailable("Gate", Release("1.35"), FeatureGateReason.DEPENDENCY, "Other"),
        "feature gate Gate is on but requires Other, which is off, in Kubernetes 1.35",
    ),
    (
        UnsupportedSkew(Release("1.30"), Release("1.31")),
        "the node's release 1.31 is newer than the control plane's, 1.30 (a node's release is at most that of the control plane)",
    ),
    (InvalidDigest("x", DigestProblem.FORMAT, "help"), "not a digest: 'x': ErrDigestInvalidFormat (help)"),
    (InvalidDuration("x", "no number"), "not a duration: 'x': no number"),
    (
        InvalidAllowlistPattern("a*", AllowlistProblem.MISPLACED_WILDCARD, "help"),
        "not a pattern of images: 'a*': a * stands elsewhere than in a final /* (help)",
    ),
    (
        InvalidPlatform("linux/*", PlatformProblem.WILDCARD, "*"),
        "not a platform: 'linux/*': '*': a specifier has no wildcards (name one platform, such as linux/arm64)",
    ),
    (
        InvalidPlatform("moon", PlatformProblem.UNKNOWN, "moon", "help"),
        "not a platform: 'moon': neither an operating system nor an architecture of that name is known (help)",
    ),
    (InvalidIndex(IndexProblem.TOO_DEEP), "not an image index: it is nested too deeply (an index needs four levels)"),
    (
        InvalidIndex(IndexProblem.MEDIA_TYPE, "text/html", "help"),
        "not an image index: its media type is not that of an index: text/html (help)",
    ),
    (UnnamedArchitecture("nginx", "moon", "help"), "'nginx' has no name for the architecture 'moon' (help)"),
    (InvalidTag("-x", "help"), "not a tag: '-x': ErrTagInvalidFormat (help)"),
    (InvalidPattern("[", "an open class"), "not a pattern: '[': an open class"),
    (UnknownReferenceMode("odd", "help"), "no mode of parsing references: 'odd' (help)"),
    (
        InvalidReference("A", ReferenceProblem.MUST_BE_LOWERCASE, ReferencePart.REPOSITORY, 0, "help"),
        "not an image reference: 'A': repository at position 0: NameMustBeLowercase (help)",
    ),
    (
        SecretNotPicklable(),
        "a value that holds a secret cannot be pickled (hand the secret over by other means, and build the value where it is needed)",
    ),
    (InvalidRegistryPattern("a b", "no", "help"), "not a registry and a path: 'a b': no (help)"),
    (
        InvalidDockerConfig(DockerConfigProblem.WRONG_TYPE, "auths", "expected an object, found a list"),
        (
            "not a docker config at auths: expected an object, found a list "
            '(the shape is {"auths": {"registry.example": {"username": "…", "password": "…"}}})'
        ),
    ),
    (UnknownDockerConfigFormat(".dockercfg"), "no format of docker configs: '.dockercfg' (the formats are config.json and dockercfg)"),
    (
        InvalidPullSecret(ObjectCoordinates("shop", "registry"), InvalidDockerConfig(DockerConfigProblem.AUTH_NOT_BASE64)),
        (
            "secret shop/registry: not a docker config: auth is not base64 "
            "(encode username:password with: printf %s 'user:password' | base64 -w0)"
        ),
    ),
    (
        InvalidProviderConfig(ProviderConfigProblem.STRICT, "unknown field a", ("a",), "a.yaml"),
        (
            "a.yaml: not a CredentialProviderConfig: unknown field a "
            "(names of fields are case-sensitive; remove the field or correct its name)"
        ),
    ),
    (
        UnusableProviderFiles(ProviderFilesProblem.DUPLICATE_PROVIDER, "ecr"),
        (
            "no configuration of credential providers: 'ecr': a provider stands there twice "
            "(a provider is named as its executable is, and only once in all the files together)"
        ),
    ),
    (
        ProviderNotRegistered(RegistrationProblem.NOT_RUNNABLE, "ecr"),
        "credential provider 'ecr' not registered: it is no file that may be executed (chmod +x it)",
    ),
    (
        InvalidSecretArguments(SecretArgumentsProblem.KEY_FOR_DIRECTORY, "a=dir"),
        "a=dir: a directory cannot have a key (name the file in it, such as ~/.docker/config.json)",
    ),
    (
        UnsupportedPluginVersion("ecr", "v2"),
        "credential provider 'ecr': no version of the protocol: 'v2' (write credentialprovider.kubelet.k8s.io/v1)",
    ),
    (
        InvalidProviderResponse(ResponseProblem.WRONG_TYPE, "auth", "help"),
        "not a response of a credential provider: auth: a field is of the wrong type (help)",
    ),
    (
        PluginFailed("ecr", PluginFailure.EXEC, PluginEnding.EXITED, 3, "boom", "help"),
        "credential provider 'ecr': the plugin failed: exit code 3: 'boom' (help)",
    ),
    (
        CacheKeyTooLong(65536),
        "a part of a cache key has 65536 bytes, more than 65535 (the image, or the annotations that the provider asks for, are too long)",
    ),
    (
        DigestUnresolved("redis:7", "no registry answered", "ask again"),
        "the digest of 'redis:7' could not be found out: no registry answered (ask again)",
    ),
    (NotFound("RuntimeClass", "kata"), "there is no RuntimeClass 'kata'"),
    (InvalidQuantity("1 Gi", QuantityProblem.FORMAT, "help"), "not a quantity: '1 Gi': it must be a number and perhaps a suffix (help)"),
    (QuantityTooLong(1000, "help"), "a number of 1000 digits (help)"),
    (
        EnvironmentFailed(EnvironmentFailure.SECRET_KEY_NOT_FOUND, ROOT.child("env"), "shop/db", "help", "password"),
        "env: the Secret has no such key: 'shop/db', key 'password' (help)",
    ),
    (
        InvalidHostname(InvalidHostnameReason.HOSTNAME, ROOT.child("spec", "hostname"), "Web", "help"),
        "spec.hostname: the hostname is no DNS label: 'Web' (help)",
    ),
    (SourceUnavailable("ConfigMap shop/a", "timed out"), "ConfigMap shop/a cannot be fetched: timed out"),
    (InvalidSubPath(SubPathProblem.MISSING_VALUE, ("A", "B")), "variables have no value: A, B"),
    (InvalidEnvFile(EnvFileProblem.BAD_LINE, 3, "help"), "line 3 of the env file: the line has no =, or no name before it (help)"),
    (
        RuntimeClassDenied(RuntimeClassDenial.SELECTOR_CONFLICT, 403, "Forbidden", "no"),
        "no (leave the label out of spec.nodeSelector, or name another RuntimeClass)",
    ),
    (
        RuntimeClassLookupFailed("kata", 503, "ServiceUnavailable", "", "ask again"),
        "the RuntimeClass 'kata' could not be looked up: ServiceUnavailable (ask again)",
    ),
    (
        HandlerNotFound("kata", HandlerNotFoundReason.UNKNOWN, ("crun", "runc")),
        "handler 'kata': no runtime of that name is configured (it offers crun, runc)",
    ),
    (
        InvalidRuntimeVersion("x", ContainerRuntime.CONTAINERD),
        "not a version of containerd: 'x' (containerd 1.6 to 2.4 are covered; write 2.4 or containerd://2.4.0)",
    ),
    (InvalidRuntimeConfig(RuntimeConfigProblem.NOT_TOML, "config.toml", 3, "odd"), "config.toml:3: it is not TOML: odd"),
    (DuplicatePod("shop/web"), "there are two pods 'shop/web' (give each pod a name of its own)"),
    (HookRequestFailed(HookFailure.NO_POD_IP), "the pod has no address"),
    (HookRequestFailed(HookFailure.PORT_NOT_FOUND, "web"), "'web': the container has no port of this name, and it is no number"),
]


@pytest.mark.parametrize(("error", "text"), FAMILY, ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "")
class TestFamily:
    """Every error carries its data, says it in a sentence, compares and pickles."""

    def test_sentence(self, error: KubeContainersError, text: str) -> None:
        assert str(error) == text

    def test_is_a_value_error(self, error: KubeContainersError, text: str) -> None:
        assert isinstance(error, ValueError)
        with pytest.raises(KubeContainersError):
            raise error

    def test_arguments_are_attributes(self, error: KubeContainersError, text: str) -> None:
        if type(error) is KubeContainersError:
            return
        names = list(inspect.signature(type(error)).parameters)
        assert tuple(getattr(error, name) for name in names) == error.args
        assert type(error)(**dict(zip(names, error.args, strict=True))) == error

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_pickles(self, error: KubeContainersError, text: str, protocol: int) -> None:
        again: KubeContainersError = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301
        assert type(again) is type(error)
        assert again == error
        assert hash(again) == hash(error)
        assert str(again) == text
        assert vars(again) == vars(error)

    def test_differs_from_others(self, error: KubeContainersError, text: str) -> None:
        assert sum(error == other for other, _ in FAMILY) == 1
        assert error != text


def test_every_error_is_here() -> None:
    def family(error: type[KubeContainersError]) -> set[type[KubeContainersError]]:
        return {error}.union(*(family(sub) for sub in error.__subclasses__()))

    others = ("kubecontainers.cli.", "kubecontainers.testing.", "kubecontainers.__main__.")
    modules = pkgutil.walk_packages(kubecontainers.__path__, "kubecontainers.")
    rooms = {importlib.import_module(module.name).__name__ for module in modules if not f"{module.name}.".startswith(others)}
    expected = {error for error in family(KubeContainersError) if error.__module__ in rooms}
    assert expected == {type(error) for error, _ in FAMILY}


def test_long_texts_are_cut() -> None:
    text = "x" * 5000
    for error in (InvalidRelease(text), InvalidTag(text), InvalidDigest(text, DigestProblem.FORMAT), InvalidPattern(text, "open")):
        assert len(str(error)) < 500
        assert error.args[0] == text
    shown = str(InvalidReference(text, ReferenceProblem.FORMAT))
    assert "…" in shown
    assert len(shown) < 500
    assert "…" not in str(InvalidReference("x" * 200, ReferenceProblem.FORMAT))


def test_equal_only_within_a_class() -> None:
    assert InvalidTag("x", "y") != InvalidRelease("x", "y")
    assert InvalidTag("x", "y") == InvalidTag("x", "y")
    assert len({InvalidTag("x"), InvalidTag("x"), InvalidTag("y")}) == 2

"""What a cluster is made of, as far as rules ask: the releases of its components, and the configuration of its kubelets.

A ``KubeletConfig`` holds those fields of a ``KubeletConfiguration`` (``kubelet.config.k8s.io/v1beta1``) that decide how images are pulled
and containers restarted. Kubernetes fills it in in ``pkg/kubelet/apis/config/v1beta1/defaults.go``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator

import attrs

from ..golang.duration import BadDuration, Duration
from .changes import with_changes
from .durations import to_duration
from .errors import KubeContainersError, MalformedObject
from .fields import ROOT, FieldChange, FieldPath
from .objects import JSONObject, boolean_at, integer_at, mapping_at, root_object, text_at, texts_at
from .release import LATEST, Change, Release

__all__ = [
    "CRASH_LOOP_FIELD",
    "CREDENTIALS_VERIFIED",
    "RESTART_PERIOD_CONFIGURABLE",
    "VERIFICATION_FIELDS",
    "Cluster",
    "CredentialsVerificationPolicy",
    "DefaultedKubeletConfig",
    "KubeletConfig",
    "KubeletConfigReason",
    "UnsupportedSkew",
    "default_kubelet_config",
]

CRASH_LOOP_FIELD = Change(since="1.32", summary="the kubelet configuration has crashLoopBackOff.maxContainerRestartPeriod")
RESTART_PERIOD_CONFIGURABLE = Change(
    gate="KubeletCrashLoopBackOffMax",
    since="1.32",
    summary="crashLoopBackOff.maxContainerRestartPeriod bounds the back-off of restarts; it is 300 s unless set",
)
VERIFICATION_FIELDS = Change(
    since="1.33", summary="the kubelet configuration has imagePullCredentialsVerificationPolicy and preloadedImagesVerificationAllowlist"
)
CREDENTIALS_VERIFIED = Change(
    gate="KubeletEnsureSecretPulledImages",
    since="1.33",
    summary="a pod may use an image that the kubelet pulled for another pod only with credentials that may pull it",
)

API_VERSION = "kubelet.config.k8s.io/v1beta1"
KIND = "KubeletConfiguration"

DEFAULT_PULL_QPS = 5
DEFAULT_PULL_BURST = 10
DEFAULT_MAX_RESTART_PERIOD = Duration.of(300)

SERIALIZE_PATH = ROOT.child("serializeImagePulls")
MAX_PARALLEL_PATH = ROOT.child("maxParallelImagePulls")
PULL_QPS_PATH = ROOT.child("registryPullQPS")
PULL_BURST_PATH = ROOT.child("registryBurst")
VERIFICATION_POLICY_PATH = ROOT.child("imagePullCredentialsVerificationPolicy")
ALLOWLIST_PATH = ROOT.child("preloadedImagesVerificationAllowlist")
RESTART_PERIOD_PATH = ROOT.child("crashLoopBackOff", "maxContainerRestartPeriod")
"""The fields of a ``KubeletConfiguration`` that are read here."""


class CredentialsVerificationPolicy(enum.Enum):
    """For which images on the node a pod needs credentials; the values are those of ``imagePullCredentialsVerificationPolicy``."""

    NEVER = "NeverVerify"
    NEVER_FOR_PRELOADED = "NeverVerifyPreloadedImages"
    """For those that the kubelet pulled."""
    NEVER_FOR_ALLOWLISTED = "NeverVerifyAllowlistedImages"
    """For those that no pattern of ``preloadedImagesVerificationAllowlist`` matches."""
    ALWAYS = "AlwaysVerify"


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    if isinstance(texts, str):  # which would be a pattern of each letter
        raise MalformedObject("preloaded_images_verification_allowlist", "a list", "a string")
    return tuple(texts)


def _int32(_config: KubeletConfig, attribute: attrs.Attribute[int], value: int) -> None:
    if not -(1 << 31) <= value < 1 << 31:
        raise MalformedObject(attribute.name, "an integer of 32 bits", "a number beyond them")


@attrs.frozen(repr=False)
class KubeletConfig:
    """How a kubelet is configured to pull images and to restart containers.

    ``None``, 0, an empty text and an empty tuple mean "not set", field by field as in Go. What the kubelet then uses is a matter of
    ``default_kubelet_config``; only the types are checked here (``MalformedObject``), for the rest see ``validate_kubelet_config``.

    ==============================================  ==================================================================================
    ``serialize_image_pulls``                       pull one image after the other
    ``max_parallel_image_pulls``                    at most so many at a time, where they are not serial; ``None``: any number
    ``registry_pull_qps``                           so many pulls a second; 0: any number
    ``registry_burst``                              so many at once, while ``registry_pull_qps`` bounds them
    ``image_pull_credentials_verification_policy``  a value of ``CredentialsVerificationPolicy``, since 1.33
    ``preloaded_images_verification_allowlist``     patterns of images that need no verification, since 1.33
    ``max_container_restart_period``                the longest back-off between restarts, ``Duration``, ``timedelta`` or seconds,
                                                    since 1.32
    ==============================================  ==================================================================================

    >>> KubeletConfig(max_parallel_image_pulls=4).to_json()["maxParallelImagePulls"]
    4
    """

    serialize_image_pulls: bool | None = None
    max_parallel_image_pulls: int | None = attrs.field(default=None, validator=attrs.validators.optional(_int32))
    registry_pull_qps: int | None = attrs.field(default=None, validator=attrs.validators.optional(_int32))
    registry_burst: int = attrs.field(default=0, validator=_int32)
    image_pull_credentials_verification_policy: str = ""
    preloaded_images_verification_allowlist: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    max_container_restart_period: Duration | None = attrs.field(default=None, converter=attrs.converters.optional(to_duration))

    @classmethod
    def from_json(cls, obj: JSONObject) -> KubeletConfig:
        """Return the configuration in a ``KubeletConfiguration``, of which any fields may be missing; others are passed over.

        Raises ``MalformedObject`` where the kubelet would not decode the object: another kind, a field of another type, a number that is
        no integer of 32 bits, a text that is no duration.

        >>> KubeletConfig.from_json({"crashLoopBackOff": {"maxContainerRestartPeriod": "1m"}}).max_container_restart_period
        Duration('1m0s')
        """
        _check_kind(root_object(obj))
        crash_loop = mapping_at(obj, "crashLoopBackOff", ROOT) or {}
        return cls(
            boolean_at(obj, "serializeImagePulls", ROOT),
            _optional_integer_at(obj, "maxParallelImagePulls"),
            _optional_integer_at(obj, "registryPullQPS"),
            integer_at(obj, "registryBurst", ROOT, bits=32),
            text_at(obj, "imagePullCredentialsVerificationPolicy", ROOT),
            texts_at(obj, "preloadedImagesVerificationAllowlist", ROOT),
            _duration_at(crash_loop, "maxContainerRestartPeriod", ROOT.child("crashLoopBackOff")),
        )

    def to_json(self) -> dict[str, object]:
        """Return a ``KubeletConfiguration`` with the fields that are set."""
        period = self.max_container_restart_period
        fields: dict[str, object] = {
            "serializeImagePulls": self.serialize_image_pulls,
            "maxParallelImagePulls": self.max_parallel_image_pulls,
            "registryPullQPS": self.registry_pull_qps,
            "registryBurst": self.registry_burst or None,
            "imagePullCredentialsVerificationPolicy": self.image_pull_credentials_verification_policy or None,
            "preloadedImagesVerificationAllowlist": list(self.preloaded_images_verification_allowlist) or None,
            "crashLoopBackOff": None if period is None else {"maxContainerRestartPeriod": str(period)},
        }
        return {"apiVersion": API_VERSION, "kind": KIND, **{name: value for name, value in fields.items() if value is not None}}

    def __repr__(self) -> str:
        default = KubeletConfig()
        fields = ((field.name, getattr(self, field.name)) for field in attrs.fields(KubeletConfig))
        return f"KubeletConfig({', '.join(f'{name}={value!r}' for name, value in fields if value != getattr(default, name))})"


def _check_kind(obj: JSONObject) -> None:
    for name, expected in (("apiVersion", API_VERSION), ("kind", KIND)):
        if text_at(obj, name, ROOT) not in {"", expected}:
            raise MalformedObject(name, expected, "another one")


def _optional_integer_at(obj: JSONObject, key: str) -> int | None:
    return None if obj.get(key) is None else integer_at(obj, key, ROOT, bits=32)


def _duration_at(obj: JSONObject, key: str, path: FieldPath) -> Duration | None:
    if obj.get(key) is None:
        return None
    try:
        return Duration.parse(text_at(obj, key, path))
    except BadDuration:
        pass
    raise MalformedObject(str(path.child(key)), "a duration such as 1m30s", "another string")


# ----------------------------------------------------------------------------------------------------------------- defaults


class KubeletConfigReason(enum.Enum):
    """Why a field of a kubelet configuration is filled in, or dropped."""

    UNKNOWN_FIELD = "the release does not know the field"
    NO_PULL_QPS = "registryPullQPS is not set"
    NO_PULL_BURST = "registryBurst is not set, or 0"
    FEW_PARALLEL_PULLS = "maxParallelImagePulls is not set, or below 2"
    PARALLEL_PULLS = "maxParallelImagePulls is 2 or more"
    NO_RESTART_PERIOD = "crashLoopBackOff.maxContainerRestartPeriod is not set"
    NO_VERIFICATION_POLICY = "imagePullCredentialsVerificationPolicy is not set"


@attrs.frozen
class DefaultedKubeletConfig:
    """A kubelet configuration as a kubelet uses it.

    ``changes`` are the fields that were dropped (``after`` is ``None``) and filled in, in this order, with their values in JSON.
    """

    config: KubeletConfig
    changes: tuple[FieldChange, ...]


def default_kubelet_config(config: KubeletConfig, *, release: Release = LATEST) -> DefaultedKubeletConfig:
    """Return a kubelet configuration as a kubelet of ``release`` uses it: without fields that it does not know, and filled in.

    >>> default_kubelet_config(KubeletConfig(max_parallel_image_pulls=4)).config.serialize_image_pulls
    False
    """
    changes = (*_dropped(config, release), *_filled_in(config, release))
    return DefaultedKubeletConfig(KubeletConfig.from_json(with_changes(config.to_json(), changes)), changes)


def _dropped(config: KubeletConfig, release: Release) -> Iterator[FieldChange]:
    reason = KubeletConfigReason.UNKNOWN_FIELD
    if CRASH_LOOP_FIELD not in release and config.max_container_restart_period is not None:
        yield FieldChange(RESTART_PERIOD_PATH, str(config.max_container_restart_period), None, reason)
    if VERIFICATION_FIELDS not in release and config.image_pull_credentials_verification_policy:
        yield FieldChange(VERIFICATION_POLICY_PATH, config.image_pull_credentials_verification_policy, None, reason)
    if VERIFICATION_FIELDS not in release and config.preloaded_images_verification_allowlist:
        yield FieldChange(ALLOWLIST_PATH, list(config.preloaded_images_verification_allowlist), None, reason)


def _filled_in(config: KubeletConfig, release: Release) -> Iterator[FieldChange]:
    if config.registry_pull_qps is None:
        yield FieldChange(PULL_QPS_PATH, None, DEFAULT_PULL_QPS, KubeletConfigReason.NO_PULL_QPS)
    if config.registry_burst == 0:
        yield FieldChange(PULL_BURST_PATH, None, DEFAULT_PULL_BURST, KubeletConfigReason.NO_PULL_BURST)
    if config.serialize_image_pulls is None:
        parallel = config.max_parallel_image_pulls is not None and config.max_parallel_image_pulls > 1
        reason = KubeletConfigReason.PARALLEL_PULLS if parallel else KubeletConfigReason.FEW_PARALLEL_PULLS
        yield FieldChange(SERIALIZE_PATH, None, not parallel, reason)
    if RESTART_PERIOD_CONFIGURABLE in release and config.max_container_restart_period is None:
        yield FieldChange(RESTART_PERIOD_PATH, None, str(DEFAULT_MAX_RESTART_PERIOD), KubeletConfigReason.NO_RESTART_PERIOD)
    if CREDENTIALS_VERIFIED in release and not config.image_pull_credentials_verification_policy:
        policy = CredentialsVerificationPolicy.NEVER_FOR_PRELOADED.value
        yield FieldChange(VERIFICATION_POLICY_PATH, None, policy, KubeletConfigReason.NO_VERIFICATION_POLICY)


# ------------------------------------------------------------------------------------------------------------------ cluster


class UnsupportedSkew(KubeContainersError):
    """A kubelet newer than its API server, which Kubernetes does not support."""

    def __init__(self, control_plane: Release, node: Release, hint: str = "a node's release is at most that of the control plane") -> None:
        super().__init__(control_plane, node, hint)
        self.control_plane = control_plane
        self.node = node
        self.hint = hint

    def _sentence(self) -> str:
        return f"the node's release {self.node} is newer than the control plane's, {self.control_plane}"


def _same_as_control_plane(cluster: Cluster) -> Release:
    return cluster.control_plane


@attrs.frozen
class Cluster:
    """The release of the API server, that of the kubelets, and how these are configured.

    ``node`` is by default that of the control plane; it may be older, not newer (``UnsupportedSkew``). ``kubelet`` is the configuration as
    written: rules fill it in for the node's release themselves.

    >>> Cluster(Release("1.31")).node
    Release('1.31')
    """

    control_plane: Release = LATEST
    node: Release = attrs.field(default=attrs.Factory(_same_as_control_plane, takes_self=True))
    kubelet: KubeletConfig = KubeletConfig()

    def __attrs_post_init__(self) -> None:
        """Refuse a skew that Kubernetes does not support."""
        if self.node.minor > self.control_plane.minor:
            raise UnsupportedSkew(self.control_plane, self.node)

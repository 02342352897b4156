"""Records of pulls as the kubelet keeps them on disk: ``ImagePulledRecord`` and ``ImagePullIntent`` (``kubelet.config.k8s.io``).

They say with whose credentials the kubelet pulled an image, so that it can tell which pods may use it. The types are in
``k8s.io/kubelet/config/v1beta1``, the files under ``image_manager`` in the kubelet's directory, see ``record_file``
(``pkg/kubelet/images/pullmanager/fs_pullrecords.go``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import attrs

from ..apimachinery.cluster import VERIFICATION_FIELDS
from ..apimachinery.durations import to_duration
from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.objects import JSONObject, json_type, mapping_at, objects_at, root_object, text_at
from ..apimachinery.release import LATEST, Change, NotInRelease, Release
from ..credentials.credential import ObjectCoordinates
from ..golang.duration import LARGEST, SECOND, SMALLEST, Duration, DurationLike
from ..golang.rfc3339 import parse_rfc3339
from ..golang.text import to_bytes

__all__ = [
    "RECORDS_IN_BETA",
    "SERVICE_ACCOUNTS_RECORDED",
    "PulledCredentials",
    "PulledRecord",
    "PulledSecret",
    "intent_from_json",
    "intent_to_json",
    "record_file",
]

SERVICE_ACCOUNTS_RECORDED = Change(
    since="1.34", summary="an image pulled with a token of a ServiceAccount is kept for pods of that ServiceAccount, no longer for all"
)
RECORDS_IN_BETA = Change(since="1.35", summary="records of pulls are written as kubelet.config.k8s.io/v1beta1, no longer v1alpha1")

GROUP = "kubelet.config.k8s.io"
ALPHA, BETA = f"{GROUP}/v1alpha1", f"{GROUP}/v1beta1"
RECORD_KIND, INTENT_KIND = "ImagePulledRecord", "ImagePullIntent"

UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_NANOSECONDS = (UNIX_EPOCH - datetime(1, 1, 1, tzinfo=UTC)) // timedelta(seconds=1) * SECOND


def record_file(name: str) -> str:
    """Return the file of a record: of ``image_manager/pulled`` for what the runtime calls an image, of ``pulling`` for an intent's image.

    >>> record_file("busybox")[:16]
    'sha256-9d75f0d7c'
    """
    return f"sha256-{hashlib.sha256(to_bytes(name)).hexdigest()}"


@attrs.frozen
class PulledSecret:
    """A pull secret with which an image was pulled, and the hash of its credential, see ``credential_hash``."""

    coordinates: ObjectCoordinates
    credential_hash: str = attrs.field(default="", repr=False)


@attrs.frozen
class PulledCredentials:
    """With what an image was pulled (``ImagePullCredentials``).

    ``node_pods_accessible``: with nothing that belongs to a pod, so that every pod of the node may use it.
    """

    node_pods_accessible: bool = False
    secrets: tuple[PulledSecret, ...] = ()
    service_accounts: tuple[ObjectCoordinates, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether this says nothing."""
        return not self.node_pods_accessible and not self.secrets and not self.service_accounts

    def to_json(self) -> dict[str, object]:
        """Return ``ImagePullCredentials`` with the fields that are set."""
        secrets = [{**_coordinates_json(secret.coordinates), "credentialHash": secret.credential_hash} for secret in self.secrets]
        fields: dict[str, object] = {
            "kubernetesSecrets": secrets,
            "kubernetesServiceAccounts": list(map(_coordinates_json, self.service_accounts)),
            "nodePodsAccessible": self.node_pods_accessible,
        }
        return {name: value for name, value in fields.items() if value}


def _frozen(mapping: Mapping[str, PulledCredentials]) -> FrozenMap[str, PulledCredentials]:
    return FrozenMap(mapping)


@attrs.frozen
class PulledRecord:
    """That the kubelet pulled an image, and with what (``ImagePulledRecord``).

    ``image_ref`` is what the runtime calls the image. ``credential_mapping`` goes from the image's name, without tag and digest, to what it
    was pulled with under that name. ``last_updated`` is a duration since any moment.

    >>> record = PulledRecord("sha256:1", {"docker.io/library/nginx": PulledCredentials(node_pods_accessible=True)}, last_updated=60)
    >>> record.to_json()["lastUpdatedTime"]
    '1970-01-01T00:01:00Z'
    """

    image_ref: str
    credential_mapping: FrozenMap[str, PulledCredentials] = attrs.field(
        factory=lambda: FrozenMap[str, PulledCredentials]({}), converter=_frozen
    )
    last_updated: Duration = attrs.field(default=Duration(), converter=to_duration)

    @classmethod
    def from_json(cls, obj: JSONObject, *, start: DurationLike = 0, release: Release = LATEST) -> PulledRecord:
        """Return the record that a kubelet of ``release`` reads.

        ``start`` is the moment since which ``last_updated`` counts, itself since 1970 in UTC; a record without a time is older than all.
        Raises ``MalformedObject`` for another shape or kind, and for fields that there are not: the kubelet reads strictly. Raises
        ``NotInRelease`` for an API version and for fields that came later.

        >>> PulledRecord.from_json({"apiVersion": BETA, "kind": "ImagePulledRecord", "imageRef": "sha256:1"}).image_ref
        'sha256:1'
        """
        _check(obj, RECORD_KIND, {"imageRef", "lastUpdatedTime", "credentialMapping"}, release)
        mapping = mapping_at(obj, "credentialMapping", ROOT) or {}
        at = ROOT.child("credentialMapping")
        credentials = {name: _credentials(mapping_at(mapping, name, at) or {}, at.child(name), release) for name in mapping}
        since_epoch = _time_at(obj, "lastUpdatedTime")
        last_updated = Duration(SMALLEST) if since_epoch is None else since_epoch - to_duration(start)
        return cls(text_at(obj, "imageRef", ROOT), FrozenMap(credentials), last_updated)

    def to_json(self, *, start: DurationLike = 0, release: Release = LATEST) -> dict[str, object]:
        """Return the record as a kubelet of ``release`` writes it; ``start`` is that of ``from_json``, times are in whole seconds.

        Raises ``NotInRelease`` before 1.33, and for what the release cannot record.
        """
        if SERVICE_ACCOUNTS_RECORDED not in release and any(used.service_accounts for used in self.credential_mapping.values()):
            raise NotInRelease("kubernetesServiceAccounts", release, "records name ServiceAccounts since 1.34")
        return {
            **_type_meta(RECORD_KIND, release),
            "lastUpdatedTime": _time_text(self.last_updated + to_duration(start)),
            "imageRef": self.image_ref,
            "credentialMapping": {name: used.to_json() for name, used in self.credential_mapping.items()},
        }


def intent_from_json(obj: JSONObject, *, release: Release = LATEST) -> str:
    """Return the image of an ``ImagePullIntent``: one that a kubelet is about to pull, or was when it stopped.

    Raises as ``PulledRecord.from_json``.

    >>> intent_from_json(intent_to_json("nginx:1.27"))
    'nginx:1.27'
    """
    _check(obj, INTENT_KIND, {"image"}, release)
    return text_at(obj, "image", ROOT)


def intent_to_json(image: str, *, release: Release = LATEST) -> dict[str, object]:
    """Return the ``ImagePullIntent`` of an image as a kubelet of ``release`` writes it. Raises ``NotInRelease`` before 1.33."""
    return {**_type_meta(INTENT_KIND, release), "image": image}


# ------------------------------------------------------------------------------------------------------------------- reading


def _check(obj: JSONObject, kind: str, fields: set[str], release: Release) -> None:
    version = text_at(root_object(obj), "apiVersion", ROOT)
    _check_known(release)
    if version == BETA and RECORDS_IN_BETA not in release:
        raise NotInRelease(f"{kind} of {BETA}", release, "it is there since 1.35")
    if version not in {ALPHA, BETA}:
        raise MalformedObject("apiVersion", BETA, "another one")
    if text_at(obj, "kind", ROOT) != kind:
        raise MalformedObject("kind", kind, "another one")
    _check_fields(obj, {"apiVersion", "kind", *fields}, ROOT)


def _check_known(release: Release) -> None:
    if VERIFICATION_FIELDS not in release:
        raise NotInRelease("records of pulls", release, "they are there since 1.33")


def _check_fields(obj: JSONObject, fields: set[str], path: FieldPath) -> None:
    for name, value in obj.items():
        if name not in fields:
            raise MalformedObject(str(path.child(name)), "no such field", json_type(value))


def _credentials(obj: JSONObject, path: FieldPath, release: Release) -> PulledCredentials:
    if "kubernetesServiceAccounts" in obj and SERVICE_ACCOUNTS_RECORDED not in release:
        raise NotInRelease("kubernetesServiceAccounts", release, "records name ServiceAccounts since 1.34")
    _check_fields(obj, {"kubernetesSecrets", "kubernetesServiceAccounts", "nodePodsAccessible"}, path)
    accessible = obj.get("nodePodsAccessible")
    if accessible is not None and not isinstance(accessible, bool):
        raise MalformedObject(str(path.child("nodePodsAccessible")), "a boolean", json_type(accessible))
    return PulledCredentials(bool(accessible), tuple(_secrets(obj, path)), tuple(_service_accounts(obj, path)))


_COORDINATES = {"uid", "namespace", "name"}


def _secrets(obj: JSONObject, path: FieldPath) -> Iterator[PulledSecret]:
    for at, secret in objects_at(obj, "kubernetesSecrets", path):
        _check_fields(secret, {*_COORDINATES, "credentialHash"}, at)
        yield PulledSecret(_coordinates(secret, at), text_at(secret, "credentialHash", at))


def _service_accounts(obj: JSONObject, path: FieldPath) -> Iterator[ObjectCoordinates]:
    for at, account in objects_at(obj, "kubernetesServiceAccounts", path):
        _check_fields(account, _COORDINATES, at)
        yield _coordinates(account, at)


def _coordinates(obj: JSONObject, path: FieldPath) -> ObjectCoordinates:
    return ObjectCoordinates(text_at(obj, "namespace", path), text_at(obj, "name", path), text_at(obj, "uid", path))


def _coordinates_json(coordinates: ObjectCoordinates) -> dict[str, object]:
    return {"uid": coordinates.uid, "namespace": coordinates.namespace, "name": coordinates.name}


def _type_meta(kind: str, release: Release) -> dict[str, object]:
    _check_known(release)
    return {"kind": kind, "apiVersion": BETA if RECORDS_IN_BETA in release else ALPHA}


# ---------------------------------------------------------------------------------------------------------------------- time


def _time_at(obj: JSONObject, key: str) -> Duration | None:
    """Return a time of RFC 3339 as the time since 1970, as near as 292 years; ``None`` where there is none."""
    if obj.get(key) is None:
        return None
    nanoseconds = parse_rfc3339(text_at(obj, key, ROOT))
    if nanoseconds is None:
        raise MalformedObject(key, "a time such as 2026-03-01T12:00:00Z", "another string")
    return Duration(min(max(nanoseconds - _EPOCH_NANOSECONDS, SMALLEST), LARGEST))


def _time_text(since_epoch: Duration) -> str:
    moment = UNIX_EPOCH + timedelta(seconds=since_epoch.nanoseconds // SECOND)
    return moment.isoformat().replace("+00:00", "Z")

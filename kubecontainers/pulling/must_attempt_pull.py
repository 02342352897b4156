"""Whether a pod may use an image that is on its node, or the kubelet has to pull it with the pod's own credentials.

The rule is ``MustAttemptImagePull`` in ``pkg/kubelet/images/pullmanager/image_pull_manager.go``. Credentials are compared by their hashes,
never with a registry: a pod may use the image if it was pulled with the same credential, the same secret or the same ServiceAccount.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence

import attrs

from ..apimachinery.cluster import KubeletConfig
from ..apimachinery.durations import to_duration
from ..apimachinery.release import LATEST, Release
from ..credentials.credential import ObjectCoordinates
from ..golang.duration import Duration, DurationLike
from ..images.verification import Verification, image_verification
from .image_pulled_record import SERVICE_ACCOUNTS_RECORDED, PulledCredentials, PulledRecord, PulledSecret
from .pulled_records import PullRecords, recorded_name

__all__ = ["MOST_SECRETS_ADDED_TO", "PodCredentials", "PullVerification", "VerificationReason", "must_attempt_pull"]

MOST_SECRETS_ADDED_TO = 100
"""To a record of that many secrets none is added by a pod that only uses the image, and there the same secret alone does not count."""


class VerificationReason(enum.Enum):
    """Why a pod may use an image that is there, or why the kubelet has to pull it."""

    ABSENT = "the image is not on the node"
    NOT_VERIFIED = "the kubelet does not verify credentials for the image"
    NOT_RECORDED = "the kubelet has no record of pulling the image"
    UNREADABLE_NAME = "the name of the image cannot be read"
    OTHER_NAME = "the kubelet did not pull the image under this name"
    PULLED_FOR_ALL = "the image was pulled without credentials of a pod"
    PULLED_UNKNOWN = "with which credentials the image was pulled is not known"
    SAME_CREDENTIAL = "the image was pulled with the same credential"
    SAME_SECRET = "the image was pulled with the same secret, whose credential has changed or has no hash"  # noqa: S105
    SAME_SERVICE_ACCOUNT = "the image was pulled for the same ServiceAccount"
    OTHER_CREDENTIALS = "the image was pulled with none of the pod's credentials"


@attrs.frozen
class PodCredentials:
    """What a pod has to show for an image: the secrets whose credentials are offered for it, in this order, and its ServiceAccount.

    The ServiceAccount counts since 1.34, and only where a credential provider was given its token.
    """

    secrets: tuple[PulledSecret, ...] = ()
    service_account: ObjectCoordinates | None = None


@attrs.frozen
class PullVerification:
    """Whether the kubelet has to pull, why, and its records, which the answer may have changed."""

    must_pull: bool
    reason: VerificationReason
    records: PullRecords


def must_attempt_pull(  # noqa: PLR0913  (as many as the rule has)
    records: PullRecords,
    image: str,
    image_ref: str,
    pod: PodCredentials = PodCredentials(),
    *,
    now: DurationLike,
    kubelet: KubeletConfig | None = None,
    release: Release = LATEST,
) -> PullVerification:
    """Return whether a kubelet of ``release`` has to pull ``image``, which the runtime calls ``image_ref``, for a pod.

    ``image_ref`` is empty where the image is not on the node. ``kubelet`` is the kubelet's configuration, see ``image_verification``.
    A secret that is found by its credential, or with another credential, is noted in the record, at ``now``. Raises ``InvalidDuration``.

    >>> verification = must_attempt_pull(PullRecords(), "nginx", "sha256:1", now=0)
    >>> verification.must_pull, verification.reason.value
    (False, 'the kubelet does not verify credentials for the image')
    """
    at, record = to_duration(now), records.pulled.get(image_ref)
    if not image_ref:
        return PullVerification(must_pull=True, reason=VerificationReason.ABSENT, records=records)
    verification = image_verification(image, kubelet, release=release)
    pulled_by_kubelet = record is not None or image in records.intents
    if verification is Verification.NONE or (verification is Verification.IF_PULLED and not pulled_by_kubelet):
        return PullVerification(must_pull=False, reason=VerificationReason.NOT_VERIFIED, records=records)
    found = _pulled_with(record, image, release)
    if isinstance(found, VerificationReason):
        return PullVerification(found is not VerificationReason.PULLED_FOR_ALL, found, records)
    return _compared(_Use(records, image, image_ref, at, release), found, pod)


def _pulled_with(record: PulledRecord | None, image: str, release: Release) -> PulledCredentials | VerificationReason:
    """Return with what credentials of pods the image was pulled, or why that is no matter."""
    if record is None:
        return VerificationReason.NOT_RECORDED
    name = recorded_name(image, release=release)
    if name is None:
        return VerificationReason.UNREADABLE_NAME
    found = record.credential_mapping.get(name)
    if found is None:
        return VerificationReason.OTHER_NAME
    if found.node_pods_accessible:
        return VerificationReason.PULLED_FOR_ALL
    return VerificationReason.PULLED_UNKNOWN if found.is_empty else found


@attrs.frozen
class _Use:
    """Of which image, at which time."""

    records: PullRecords
    image: str
    image_ref: str
    at: Duration
    release: Release

    def noted(self, secret: PulledSecret) -> PullRecords:
        """Return the records with a secret of the pod."""
        return self.records.merge(self.image, self.image_ref, PulledCredentials(secrets=(secret,)), now=self.at, release=self.release)


def _compared(use: _Use, known: PulledCredentials, pod: PodCredentials) -> PullVerification:
    may_add = len(known.secrets) < MOST_SECRETS_ADDED_TO
    found = _first_known(known.secrets, pod.secrets, may_add=may_add)
    if found is not None:
        secret, match, reason = found
        add = may_add and (match.coordinates != secret.coordinates or reason is VerificationReason.SAME_SECRET)
        return PullVerification(must_pull=False, reason=reason, records=use.noted(secret) if add else use.records)
    if SERVICE_ACCOUNTS_RECORDED in use.release and pod.service_account in known.service_accounts:
        return PullVerification(must_pull=False, reason=VerificationReason.SAME_SERVICE_ACCOUNT, records=use.records)
    return PullVerification(must_pull=True, reason=VerificationReason.OTHER_CREDENTIALS, records=use.records)


def _first_known(
    known: Sequence[PulledSecret], secrets: Sequence[PulledSecret], *, may_add: bool
) -> tuple[PulledSecret, PulledSecret, VerificationReason] | None:
    """Return the first of the pod's secrets that the record knows, what it is known by, and why."""
    by_hash, by_coordinates = dict[str, int](), dict[ObjectCoordinates, int]()
    for place, secret in enumerate(known):
        by_hash.setdefault(secret.credential_hash, place)
        by_coordinates.setdefault(secret.coordinates, place)
    nowhere = len(known)
    for secret in secrets:
        same_credential = by_hash.get(secret.credential_hash, nowhere) if secret.credential_hash else nowhere
        same_secret = by_coordinates.get(secret.coordinates, nowhere) if may_add else nowhere
        place = min(same_credential, same_secret)
        if place < nowhere:
            reason = VerificationReason.SAME_CREDENTIAL if place == same_credential else VerificationReason.SAME_SECRET
            return secret, known[place], reason
    return None

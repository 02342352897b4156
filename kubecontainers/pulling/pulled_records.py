"""What the kubelet keeps of its pulls: intents and records (``pkg/kubelet/images/pullmanager/image_pull_manager.go``).

Before a pull it notes the intent, and counts in memory how many pulls of the image are under way; after it, with what credentials the image
was pulled. Both are on disk, so that a kubelet that starts again knows what it pulled; only the counters are lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import attrs

from ..apimachinery.durations import to_duration
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.release import LATEST, Change, NotInRelease, Release
from ..credentials.credential import ObjectCoordinates
from ..golang.duration import DurationLike
from ..golang.text import to_bytes, to_text
from ..images.invalid_reference import InvalidReference
from ..images.reference import ImageReference, ReferenceMode
from .image_pulled_record import SERVICE_ACCOUNTS_RECORDED, PulledCredentials, PulledRecord, PulledSecret

__all__ = ["RECORDED_AS_WRITTEN", "ListedImage", "PullRecords", "recorded_name"]

RECORDED_AS_WRITTEN = Change(
    since="1.36", summary="records of pulls name an image as the pod does; those of kubelets before 1.36 hold for names in full only"
)


def recorded_name(image: str, *, release: Release = LATEST) -> str | None:
    """Return the name under which a kubelet of ``release`` records an image, without tag and digest; ``None`` where it cannot be read.

    >>> recorded_name("busybox:1.36"), recorded_name("busybox:1.36", release=Release("1.35"))
    ('busybox', 'docker.io/library/busybox')
    """
    mode: ReferenceMode = "parse" if RECORDED_AS_WRITTEN in release else "normalized"
    try:
        return ImageReference.parse(to_text(image), mode=mode, release=release).name
    except InvalidReference:
        return None


@attrs.frozen
class ListedImage:
    """An image of the runtime's list: what the runtime calls it, and its references with tags and digests."""

    image_ref: str
    names: tuple[str, ...] = ()


def _counters(counters: Mapping[str, int]) -> FrozenMap[str, int]:
    return FrozenMap(counters)


def _records(records: Mapping[str, PulledRecord]) -> FrozenMap[str, PulledRecord]:
    return FrozenMap(records)


@attrs.frozen
class PullRecords:
    """Intents and records. What changes them returns new ones.

    ``intents`` are the images, as pods name them, that are being pulled, each with the number of pulls under way, 0 where the kubelet has
    started again since. ``pulled`` are the records by what the runtime calls the images.

    >>> records = PullRecords().record_intent("nginx").record_pulled("nginx", "sha256:1", PulledCredentials(True), now=0)
    >>> list(records.pulled), dict(records.intents)
    (['sha256:1'], {})
    """

    intents: FrozenMap[str, int] = attrs.field(factory=lambda: FrozenMap[str, int]({}), converter=_counters)
    pulled: FrozenMap[str, PulledRecord] = attrs.field(factory=lambda: FrozenMap[str, PulledRecord]({}), converter=_records)

    def record_intent(self, image: str) -> PullRecords:
        """Note that a pull of ``image`` begins (``RecordPullIntent``)."""
        return attrs.evolve(self, intents=self.intents | {image: self.intents.get(image, 0) + 1})

    def record_pulled(
        self, image: str, image_ref: str, credentials: PulledCredentials | None, *, now: DurationLike, release: Release = LATEST
    ) -> PullRecords:
        """Note that ``image`` was pulled as ``image_ref``, and with what (``RecordImagePulled``).

        ``credentials`` is ``None`` where that is not known: then pods have to prove that they may use the image. Credentials are added to
        those that are there. An image whose name cannot be read leaves everything as it is, its intent included.

        Raises ``NotInRelease`` for ServiceAccounts before 1.34, and ``InvalidDuration``.
        """
        if recorded_name(image, release=release) is None:
            return self
        return self.merge(image, image_ref, credentials, now=now, release=release).record_failed(image)

    def record_failed(self, image: str) -> PullRecords:
        """Note that a pull of ``image`` has ended, or did not come about (``RecordImagePullFailed``): the last one's intent goes."""
        under_way = self.intents.get(image, 0) - 1
        others = {name: count for name, count in self.intents.items() if name != image}
        return attrs.evolve(self, intents=FrozenMap({**others, image: under_way} if under_way > 0 else others))

    def merge(
        self, image: str, image_ref: str, credentials: PulledCredentials | None, *, now: DurationLike, release: Release = LATEST
    ) -> PullRecords:
        """Add credentials to the record of ``image_ref``, or make one; the intent stays. Raises as ``record_pulled``."""
        if credentials is not None and credentials.service_accounts and SERVICE_ACCOUNTS_RECORDED not in release:
            raise NotInRelease("records that name ServiceAccounts", release, "they are there since 1.34")
        name, at = recorded_name(image, release=release), to_duration(now)
        if name is None:
            return self
        record = self.pulled.get(image_ref)
        if record is None:
            mapping = {} if credentials is None else {name: credentials}
            return self._with(PulledRecord(image_ref, FrozenMap(mapping), at))
        if credentials is None or credentials.is_empty:
            return self
        known = record.credential_mapping.get(name)
        merged = credentials if known is None else _merged(known, credentials)
        if merged == known:
            return self
        return self._with(PulledRecord(image_ref, record.credential_mapping | {name: merged}, at))

    def prune(self, images_in_use: Collection[str], *, before: DurationLike) -> PullRecords:
        """Drop the records from before a moment whose images are not among ``images_in_use`` (``PruneUnknownRecords``).

        ``images_in_use`` are what the runtime calls the images that it has; ``before`` is when the kubelet's collection of unused images
        began. Raises ``InvalidDuration``.
        """
        began, used = to_duration(before), frozenset(images_in_use)
        kept = {ref: record for ref, record in self.pulled.items() if ref in used or record.last_updated >= began}
        return attrs.evolve(self, pulled=FrozenMap(kept))

    def restart(self, listed: Iterable[ListedImage] = (), *, now: DurationLike, release: Release = LATEST) -> PullRecords:
        """Return what a kubelet of ``release`` finds that starts at ``now``, when the runtime lists these images.

        An intent whose image is listed becomes a record without credentials; the others stay, but nothing counts their pulls.
        Raises ``InvalidDuration``.
        """
        at, pulled, settled = to_duration(now), dict(self.pulled), set[str]()
        for image in listed:
            names = [name for name in image.names if name in self.intents and recorded_name(name, release=release) is not None]
            if names:
                pulled.setdefault(image.image_ref, PulledRecord(image.image_ref, last_updated=at))
            settled.update(names)
        return PullRecords({name: 0 for name in self.intents if name not in settled}, pulled)

    def _with(self, record: PulledRecord) -> PullRecords:
        return attrs.evolve(self, pulled=self.pulled | {record.image_ref: record})


def _merged(known: PulledCredentials, new: PulledCredentials) -> PulledCredentials:
    """Add what is new; secrets come before accounts, of which nothing is added beside secrets."""
    if known.node_pods_accessible:
        return known
    if new.node_pods_accessible:
        return PulledCredentials(node_pods_accessible=True)
    if new.secrets:
        return attrs.evolve(known, secrets=_merged_secrets(known.secrets, new.secrets))
    accounts = {*known.service_accounts, *new.service_accounts}
    if accounts == set(known.service_accounts):
        return known
    return attrs.evolve(known, service_accounts=tuple(sorted(accounts, key=_order)))


def _merged_secrets(known: tuple[PulledSecret, ...], new: tuple[PulledSecret, ...]) -> tuple[PulledSecret, ...]:
    """Add secrets, with the new hash where one is known by its coordinates; they stay as they stand where nothing is new."""
    secrets, changed = {secret.coordinates: secret for secret in known}, False
    for secret in new:
        changed = changed or secrets.get(secret.coordinates) != secret
        secrets[secret.coordinates] = secret
    return tuple(sorted(secrets.values(), key=_secret_order)) if changed else known


def _secret_order(secret: PulledSecret) -> tuple[bytes, ...]:
    return _order(secret.coordinates)


def _order(coordinates: ObjectCoordinates) -> tuple[bytes, ...]:
    return tuple(map(to_bytes, (coordinates.namespace, coordinates.name, coordinates.uid)))

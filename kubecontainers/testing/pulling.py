"""Strategies of pulls: credentials that are offered, requests, records, runtimes that stand in for a real one."""

from __future__ import annotations

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.release import LATEST, Release
from ..credentials.credential import Credential, FileSource, ObjectCoordinates, ProviderSource, SecretSource, Source
from ..credentials.tracking import OfferedCredential
from ..pulling.image_manager import ImageRequest
from ..pulling.image_pulled_record import SERVICE_ACCOUNTS_RECORDED, PulledCredentials, PulledRecord, PulledSecret
from ..pulling.image_runtime import Pulled, RuntimeFailure
from ..pulling.pulled_records import PullRecords, recorded_name
from ..pulling.queues import RequestedPull
from .kubelet import durations
from .references import references
from .texts import pull_policies

__all__ = [
    "Offered",
    "StandInRuntime",
    "image_requests",
    "object_coordinates",
    "offered_credentials",
    "pull_records",
    "pulled_credentials",
    "requested_pulls",
    "runtimes",
]

_FEW = st.sampled_from(["a", "b", "c"])


@attrs.frozen
class Offered:
    """A credential that is offered for an image, with no more than what a pull asks of it.

    >>> Offered(Credential("ci", "hunter2"), FileSource("config.json")).source.path
    'config.json'
    """

    credential: Credential
    source: Source


@attrs.frozen
class StandInRuntime:
    """A runtime that has one image or none, and of which every pull ends alike.

    ``present`` is what it calls the image on the node, empty where there is none, or its failure; ``pull`` is what comes of a pull.

    >>> StandInRuntime(pull=RuntimeFailure("denied")).pull_image("nginx:latest", ()).text
    'denied'
    """

    present: str | RuntimeFailure = ""
    pull: Pulled | RuntimeFailure = attrs.field(factory=lambda: Pulled("sha256:1"))
    size: int | RuntimeFailure = 0

    def image_ref(self, _spec: str) -> str | RuntimeFailure:
        """Return ``present``."""
        return self.present

    def pull_image(self, _spec: str, _credentials: tuple[OfferedCredential, ...]) -> Pulled | RuntimeFailure:
        """Return ``pull``."""
        return self.pull

    def image_size(self, _spec: str) -> int | RuntimeFailure:
        """Return ``size``."""
        return self.size


def object_coordinates() -> SearchStrategy[ObjectCoordinates]:
    """Objects by namespace, name and UID, from so few that the same ones come again.

    >>> from hypothesis import find
    >>> find(object_coordinates(), lambda found: True)
    ObjectCoordinates(namespace='a', name='a', uid='a')
    """
    return st.builds(ObjectCoordinates, _FEW, _FEW, _FEW)


def offered_credentials() -> SearchStrategy[OfferedCredential]:
    """Credentials of secrets, of the node's file and of credential providers, from so few that the same ones come again.

    >>> from hypothesis import find
    >>> find(offered_credentials(), lambda offered: True).credential.username
    'a'
    """
    sources: SearchStrategy[Source] = st.one_of(
        st.builds(SecretSource, object_coordinates()),
        st.just(FileSource("config.json")),
        st.builds(ProviderSource, _FEW, st.none() | object_coordinates()),
    )
    return st.builds(Offered, st.builds(Credential, _FEW, _FEW), sources)


@st.composite
def image_requests(draw: DrawFn, *, images: SearchStrategy[str] | None = None, release: Release = LATEST) -> ImageRequest:
    """Images that pods need; ``images`` are their names.

    >>> from hypothesis import find, strategies as st
    >>> find(image_requests(images=st.just("nginx")), lambda request: request.policy == "Never").image
    'nginx'
    """
    image = draw(references(release=release) if images is None else images)
    return ImageRequest(draw(object_coordinates()), image, draw(pull_policies()), draw(st.lists(offered_credentials(), max_size=3)))


def pulled_credentials(*, release: Release = LATEST) -> SearchStrategy[PulledCredentials]:
    """With what an image was pulled, as a kubelet of ``release`` records it.

    >>> from hypothesis import find
    >>> find(pulled_credentials(), lambda used: used.node_pods_accessible)
    PulledCredentials(node_pods_accessible=True, secrets=(), service_accounts=())
    """
    secrets = st.builds(PulledSecret, object_coordinates(), st.sampled_from(["", "h1", "h2", "h3"]))
    known = [
        st.just(PulledCredentials(node_pods_accessible=True)),
        st.builds(PulledCredentials, secrets=st.lists(secrets, max_size=3).map(tuple)),
    ]
    if SERVICE_ACCOUNTS_RECORDED in release:
        known.append(st.builds(PulledCredentials, service_accounts=st.lists(object_coordinates(), max_size=3).map(tuple)))
    return st.one_of(known)


@st.composite
def pull_records(draw: DrawFn, *, images: SearchStrategy[str] | None = None, release: Release = LATEST) -> PullRecords:
    """Intents and records, as a kubelet of ``release`` keeps them; ``images`` are the names under which they were pulled.

    >>> from hypothesis import find, strategies as st
    >>> list(find(pull_records(images=st.just("nginx")), lambda records: records.pulled).pulled)
    ['sha256:a']
    """
    names = references(release=release) if images is None else images
    records = PullRecords(draw(st.dictionaries(names, st.integers(0, 2), max_size=2)))
    for image_ref in draw(st.lists(_FEW.map("sha256:{}".format), unique=True, max_size=3)):
        mapping: dict[str, PulledCredentials] = {}
        for image in draw(st.lists(names, max_size=2)):
            name = recorded_name(image, release=release)
            if name is not None:
                mapping[name] = draw(pulled_credentials(release=release))
        record = PulledRecord(image_ref, FrozenMap(mapping), draw(durations(min_value=0, max_value=1000)))
        records = attrs.evolve(records, pulled={**records.pulled, image_ref: record})
    return records


def runtimes() -> SearchStrategy[StandInRuntime]:
    """Runtimes that have an image or have it not, and pull it or fail.

    >>> from hypothesis import find
    >>> isinstance(find(runtimes(), lambda runtime: isinstance(runtime.pull, RuntimeFailure)).pull, RuntimeFailure)
    True
    """
    took = durations(min_value=0, max_value=100)
    errors = st.sampled_from(["denied", "RegistryUnavailable", "SignatureValidationFailed: no key"])
    failures = st.builds(RuntimeFailure, errors, took, took)
    pulls = st.builds(Pulled, _FEW.map("sha256:{}".format), st.none() | st.integers(-1, 3), took, took)
    return st.builds(StandInRuntime, st.just("") | _FEW.map("sha256:{}".format) | failures, pulls | failures, st.integers(0, 9) | failures)


def requested_pulls(*, max_size: int = 25) -> SearchStrategy[list[RequestedPull]]:
    """Up to ``max_size`` pulls that are asked for within a minute and take a minute each at most.

    >>> from hypothesis import find
    >>> find(requested_pulls(), lambda pulls: len(pulls) == 1)
    [RequestedPull(image='a', at=Duration('0s'), takes=Duration('0s'))]
    """
    span = durations(min_value=0, max_value=60)
    return st.lists(st.builds(RequestedPull, _FEW, span, span), max_size=max_size)

"""Strategies of platforms, their specifiers and image indexes; offered in ``strategies``."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..images.media_types import DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_INDEX, OCI_MANIFEST
from ..images.platform import ARCHITECTURES, OPERATING_SYSTEMS, Platform
from .arbitrary import damaged
from .references import digests

__all__ = [
    "image_indexes",
    "known_platforms",
    "nearly_valid_indexes",
    "nearly_valid_specifiers",
    "platform_specifiers",
    "platforms",
]

JSON = dict[str, Any]

LONGEST_INDEX = 8

_KNOWN = (
    "linux/amd64",
    "linux/arm64/v8",
    "linux/arm/v7",
    "linux/arm/v6",
    "linux/arm/v5",
    "linux/386",
    "linux/ppc64le",
    "linux/riscv64",
    "linux/s390x",
    "linux/amd64/v2",
    "linux/amd64/v3",
    "linux/amd64/v4",
    "linux/arm64/v8.2",
    "linux/arm64/v9",
    "linux/mips64le",
    "linux/loong64",
    "windows(10.0.17763.4851)/amd64",
    "windows(10.0.20348.1970)/amd64",
    "windows(10.0.25398.950)/amd64",
    "windows(10.0.26100.1742)/amd64",
    "darwin/arm64",
    "freebsd/amd64",
)

_SYSTEMS = ("linux", "linux", "linux", "windows", "Linux", "darwin", "macOS", "Windows", "freebsd", "")
_VARIANTS = {
    "amd64": ("", "", "v1", "v2", "v3", "v4", "6", "v02", "V2", "v0", "x", "v999999999999"),
    "x86_64": ("", "v1", "v2"),
    "arm64": ("", "", "v8", "8", "v8.0", "v8.1", "v8.5", "v8.9", "v8.10", "v9", "9", "9.0", "v9.3", "v9.7", "v9.8", "v10", "x"),
    "aarch64": ("", "v8", "v9"),
    "arm": ("", "", "v5", "v6", "v7", "v8", "5", "7", "8", "9", "v9", "v4", "x"),
    "386": ("", "x"),
}
_OTHER_ARCHITECTURES = ("armhf", "armel", "i386", "riscv64", "s390x", "ppc64le", "AMD64", "x86-64", "unknown", "")
_VERSIONS = (
    "10.0.17763",
    "10.0.17763.4851",
    "10.0.19042.1706",
    "10.0.20348",
    "10.0.20348.1970",
    "10.0.25398.1",
    "10.0.26100.1742",
    "10.1.20348",
    "10.0",
    "ltsc2022",
)
_FEATURES = ("win32k", "a", "b", "erofs")


def known_platforms() -> SearchStrategy[Platform]:
    """Platforms for which images are built, as their indexes name them.

    >>> from hypothesis import find
    >>> str(find(known_platforms(), lambda platform: platform.architecture == "arm"))
    'linux/arm/v7'
    """
    return st.sampled_from([Platform.parse(specifier) for specifier in _KNOWN])


@st.composite
def platforms(draw: DrawFn, *, systems: tuple[str, ...] = _SYSTEMS) -> Platform:
    """Platforms in every spelling, with variants that exist and variants that do not, versions of Windows, features.

    ``systems`` are the operating systems to take.

    >>> from hypothesis import given
    >>> @given(platforms(systems=("linux",)))
    ... def test_my_scheduler_knows_every_architecture(platform):
    ...     ...
    """
    architecture = draw(st.sampled_from([*_VARIANTS, *_OTHER_ARCHITECTURES]))
    return Platform(
        draw(st.sampled_from(systems)),
        architecture,
        draw(st.sampled_from(_VARIANTS.get(architecture, ("", "", "v7")))),
        os_version=draw(st.just("") | st.sampled_from(_VERSIONS)),
        os_features=draw(st.just(()) | st.lists(st.sampled_from(_FEATURES), max_size=3)),
    )


def platform_specifiers() -> SearchStrategy[str]:
    """Texts that parse as specifiers: an operating system, an architecture, or both, with options and variants.

    >>> from hypothesis import find
    >>> find(platform_specifiers(), lambda specifier: "/" not in specifier)
    'aix'
    """
    systems = st.sampled_from([*sorted(OPERATING_SYSTEMS), "Linux", "macOS"])
    architectures = st.sampled_from([*sorted(ARCHITECTURES), "x86_64", "aarch64", "armhf", "armel", "i386", "AMD64"])
    options = st.sampled_from(["", "()", "(10.0.20348)", "(10.0.20348+win32k)", "(+b+a+b)", "(1%2B0%28%29+a%2Fb)", "(%ff%C3%A9)"])
    with_options = st.builds(operator.add, systems | st.sampled_from(["my-os", "9"]), options)
    alone = st.builds(operator.add, systems, options) | architectures
    variants = st.sampled_from(["v8", "v7", "v1", "V2", "v8.0", "8", ".", "x_y-z"])
    return st.one_of(
        alone,
        st.builds("{}/{}".format, with_options, architectures),
        st.builds("{}/{}/{}".format, with_options, architectures | st.just("my.arch"), variants),
    )


@st.composite
def nearly_valid_specifiers(draw: DrawFn) -> str:
    """Platform specifiers with one or two small things changed; some still parse.

    >>> from hypothesis import given
    >>> @given(nearly_valid_specifiers())
    ... def test_my_tool_agrees_with_containerd(specifier):
    ...     ...
    """
    text = draw(platform_specifiers())
    for _ in range(draw(st.integers(1, 2))):
        text = draw(st.sampled_from(_MUTATIONS))(draw, text)
    return text


@st.composite
def image_indexes(
    draw: DrawFn, *, of: SearchStrategy[Platform | None] | None = None, max_size: int = LONGEST_INDEX, attestations: bool = True
) -> JSON:
    """Image indexes as JSON, of OCI or of Docker, with at most ``max_size`` images.

    ``of`` gives the platforms of the entries, ``None`` for an entry without one. ``attestations``: an index of OCI may list, after an
    image, what attests how it was built.

    >>> from hypothesis import find
    >>> from kubecontainers.images.index import ImageIndex
    >>> find(image_indexes(max_size=1), lambda document: ImageIndex.from_json(document).manifests)["manifests"][0]["platform"]
    {'architecture': 'amd64', 'os': 'linux'}
    """
    docker = draw(st.booleans())
    found = draw(st.lists(known_platforms() if of is None else of, max_size=max_size))
    entries: list[JSON] = []
    for platform in found:
        entry = _descriptor(draw, DOCKER_MANIFEST if docker else OCI_MANIFEST)
        if platform is not None:
            entry["platform"] = platform.to_json()
        entries.append(entry)
        if attestations and not docker and draw(st.booleans()):
            entries.append(_descriptor(draw, OCI_MANIFEST) | _attests(entry["digest"]))
    document: JSON = {"schemaVersion": 2, "mediaType": DOCKER_MANIFEST_LIST if docker else OCI_INDEX, "manifests": entries}
    if not docker and draw(st.booleans()):
        document["annotations"] = {"org.opencontainers.image.created": "2026-01-01T00:00:00Z"}
    return document


def nearly_valid_indexes() -> SearchStrategy[JSON]:
    """Image indexes in which one thing is wrong, or at least odd; some are still read.

    A value is missing or replaced by another, the media type is another, or fields of a manifest stand in the index.

    >>> from hypothesis import given
    >>> @given(nearly_valid_indexes())
    ... def test_my_mirror_survives_any_index(document):
    ...     ...
    """
    of = st.none() | platforms()
    media_types = st.fixed_dictionaries({"mediaType": st.sampled_from(["", None, OCI_INDEX, OCI_MANIFEST, "text/html"])})
    names = st.sampled_from(["config", "layers", "fsLayers", "subject", "Manifests"])
    fields = st.dictionaries(names, st.sampled_from(_EMPTY), min_size=1, max_size=1)
    return damaged(image_indexes(of=of)) | st.builds(_with_fields, image_indexes(of=of), media_types | fields)


_EMPTY: list[Any] = [None, {}, []]


def _with_fields(document: JSON, fields: JSON) -> JSON:
    return document | fields


def _descriptor(draw: DrawFn, media_type: str) -> JSON:
    digest = draw(digests(algorithms=("sha256",)))
    return {"mediaType": media_type, "digest": str(digest), "size": draw(st.integers(1, 9999))}


def _attests(digest: str) -> JSON:
    """Return what BuildKit writes beside the descriptor of an attestation."""
    return {
        "annotations": {"vnd.docker.reference.digest": digest, "vnd.docker.reference.type": "attestation-manifest"},
        "platform": {"architecture": "unknown", "os": "unknown"},
    }


_ODD = "/()+%*._- \n\0é\u0661\ud800Av8"


def _inserted(draw: DrawFn, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(st.sampled_from(_ODD)) + text[at:]


def _dropped(draw: DrawFn, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    return text[:at] + text[at + 1 :]


def _part_doubled(draw: DrawFn, text: str) -> str:
    parts = text.split("/")
    at = draw(st.integers(0, len(parts) - 1))
    return "/".join([*parts[: at + 1], *parts[at:]])


def _capitalised(draw: DrawFn, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    return text[:at] + text[at : at + 1].upper() + text[at + 1 :]


_MUTATIONS: list[Callable[[DrawFn, str], str]] = [_inserted, _dropped, _part_doubled, _capitalised]

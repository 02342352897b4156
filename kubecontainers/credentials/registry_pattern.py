"""Registry patterns: ``*.registry.example:5000/team``.

A pattern, such as an entry of ``matchImages`` or a key of a docker config, and an image are both read as URLs without a scheme. They match
if, in this order, their ports are the same text, their hosts have equally many labels, the image's path begins with the pattern's, and each
label of the pattern, a shell pattern, matches that of the image at the same place. Kubernetes keeps the rule in
``pkg/credentialprovider/keyring.go`` (ParseSchemelessURL, SplitURL, URLsMatch).
"""

from __future__ import annotations

import enum
import functools

import attrs

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.release import LATEST, Change, Release
from ..golang.path_match import BadPattern, PathPattern
from ..golang.text import from_octets, to_octets, to_text
from ..golang.url import BadURL, hide_user_information, parse_schemeless_url

__all__ = [
    "ONE_COLON",
    "InvalidRegistryPattern",
    "MatchReason",
    "PatternMatch",
    "RegistryPattern",
    "RegistryURL",
]

ONE_COLON = Change(since="1.36", summary="a registry with more than one colon, outside brackets, is refused")


class InvalidRegistryPattern(KubeContainersError):
    """A text is no registry pattern, or no image that one could match: it is no URL.

    ``text`` is the text, without user name and password, ``problem`` what is wrong.
    """

    def __init__(self, text: str, problem: str, hint: str = "write a host, a port and a path, such as registry.example:5000/team") -> None:
        super().__init__(text, problem, hint)
        self.text = text
        self.problem = problem
        self.hint = hint

    def _sentence(self) -> str:
        return f"not a registry and a path: {self.text[:200]!r}: {self.problem}"


@attrs.frozen
class RegistryURL:
    """What a pattern or an image is compared by.

    ``host`` is as written, with brackets and port; ``labels`` are its parts between dots, an empty one where there is no host; ``port`` is
    text, empty where there is none; ``path`` is unescaped, empty or from its slash on. Bytes that are not UTF-8 stand in them as
    ``surrogateescape`` has them.
    """

    host: str
    path: str
    labels: tuple[str, ...]
    port: str

    @classmethod
    def parse(cls, text: str | bytes, *, release: Release = LATEST) -> RegistryURL:
        """Return the URL that a kubelet of ``release`` reads in a text, which has no scheme.

        Raises ``InvalidRegistryPattern``.

        >>> RegistryURL.parse("registry.example:5000/team/app")
        RegistryURL(host='registry.example:5000', path='/team/app', labels=('registry', 'example'), port='5000')
        """
        written = from_octets(text) if isinstance(text, bytes) else to_text(text)
        return _parsed(written, ONE_COLON not in release)


@functools.lru_cache(maxsize=1024)
def _parsed(text: str, several_colons: bool) -> RegistryURL:  # noqa: FBT001
    try:
        host, path = parse_schemeless_url(text, several_colons=several_colons)
    except BadURL as error:
        problem = error.problem
    else:
        name, port = _split_port(host)
        return RegistryURL(host, path, tuple(name.split(".")), port)
    raise InvalidRegistryPattern(hide_user_information(text), problem)


def _split_port(host: str) -> tuple[str, str]:
    """Cut a host at its port, as ``net.SplitHostPort`` does; where that gives an error, all of it is the host."""
    name, colon, port = host.rpartition(":")
    in_brackets = name.startswith("[") and name.endswith("]")
    inside = name[1:-1] if in_brackets else name
    # The zone of an address may hold brackets, and a colon behind one.
    cut = colon and (in_brackets or ":" not in inside) and not any(bracket in inside + port for bracket in "[]")
    return (inside, port) if cut else (host, "")


class MatchReason(enum.Enum):
    """Why a pattern matches an image, or does not; in the order in which Kubernetes looks."""

    INVALID_IMAGE = "the image is no URL"
    PORT = "the ports differ"
    LABEL_COUNT = "the hosts have differently many labels"
    PATH = "the image's path does not begin with the pattern's"
    LABEL = "a label of the host does not match"
    BAD_LABEL = "a label of the pattern is no shell pattern"
    MATCH = "port, path and every label match"


@attrs.frozen
class PatternMatch:
    """Whether a pattern matches an image, and why.

    ``expected`` is what the pattern asks for and ``found`` what the image has: the ports, labels or paths, empty on a match. ``label`` is
    the position of the label that failed, from 0.
    """

    reason: MatchReason
    expected: str = ""
    found: str = ""
    label: int | None = None

    @property
    def matched(self) -> bool:
        """Whether it matches."""
        return self.reason is MatchReason.MATCH

    def __str__(self) -> str:
        return self.reason.value if self.matched else f"{self.reason.value}: {self.expected!r} against {self.found!r}"


@attrs.frozen(repr=False)
class RegistryPattern:
    """A pattern for images, parsed.

    ``text`` is the pattern, without user name and password, ``url`` its parts, ``release`` that of the kubelet. A scheme is not taken off:
    ``https://registry.example`` matches nothing.

    >>> pattern = RegistryPattern.parse("*.registry.example/team")
    >>> pattern.matches("eu.registry.example/team/app"), pattern.matches("registry.example/team/app")
    (True, False)
    """

    text: str
    url: RegistryURL
    release: Release = LATEST
    globs: tuple[PathPattern | str | None, ...] = attrs.field(
        init=False, eq=False, default=attrs.Factory(lambda self: tuple(map(_glob, self.url.labels)), takes_self=True)
    )
    """Each label compiled: a text where only that matches, ``None`` where it is no shell pattern."""

    @classmethod
    def parse(cls, text: str | bytes, *, release: Release = LATEST) -> RegistryPattern:
        """Return the pattern in a text.

        Raises ``InvalidRegistryPattern`` where it is no URL; a label that is no shell pattern only shows when it is compared.

        >>> RegistryPattern.parse("*.registry.example:5000/team").url.labels
        ('*', 'registry', 'example')
        """
        written = from_octets(text) if isinstance(text, bytes) else to_text(text)
        return cls(hide_user_information(written), RegistryURL.parse(text, release=release), release)

    def matches(self, image: str | bytes) -> bool:
        """Return whether the pattern matches an image, a text that is taken as it is; what is no URL never matches."""
        return self.explain(image).matched

    def explain(self, image: str | bytes) -> PatternMatch:
        """Return whether the pattern matches an image, and why, or what failed first.

        >>> str(RegistryPattern.parse("*.registry.example").explain("eu.west.registry.example"))
        "the hosts have differently many labels: '*.registry.example' against 'eu.west.registry.example'"
        """
        try:
            url = RegistryURL.parse(image, release=self.release)
        except InvalidRegistryPattern as error:
            return PatternMatch(MatchReason.INVALID_IMAGE, self.text, error.text)
        return self.compare(url)

    def compare(self, image: RegistryURL) -> PatternMatch:
        """Return whether the pattern matches an image that is parsed already, and why."""
        if self.url.port != image.port:
            return PatternMatch(MatchReason.PORT, self.url.port, image.port)
        if len(self.url.labels) != len(image.labels):
            return PatternMatch(MatchReason.LABEL_COUNT, ".".join(self.url.labels), ".".join(image.labels))
        if not to_octets(image.path).startswith(to_octets(self.url.path)):  # by bytes: a path may end inside a character
            return PatternMatch(MatchReason.PATH, self.url.path, image.path)
        for position, (glob, label, found) in enumerate(zip(self.globs, self.url.labels, image.labels, strict=True)):
            if glob is None:
                return PatternMatch(MatchReason.BAD_LABEL, label, found, position)
            if glob != found if isinstance(glob, str) else not glob.matches(to_octets(found)):
                return PatternMatch(MatchReason.LABEL, label, found, position)
        return PatternMatch(MatchReason.MATCH)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"RegistryPattern({self.text!r})"


_SPECIAL = frozenset("*?[\\")


def _glob(label: str) -> PathPattern | str | None:
    if _SPECIAL.isdisjoint(label):
        return label
    try:
        return PathPattern.parse(to_octets(label))
    except BadPattern:
        return None

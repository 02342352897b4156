r"""Image references: ``registry.k8s.io/pause:3.9@sha256:…``.

The grammar is that of ``github.com/distribution/reference``, which Kubernetes uses in the API server (default pull policy) and in the
kubelet. All of it is ASCII, and a text matches as a whole or not at all::

    reference  ::= name [ ":" tag ] [ "@" digest ]
    name       ::= [ registry "/" ] repository
    registry   ::= host [ ":" digit { digit } ]
    host       ::= label { "." label } | "[" { hex digit | ":" } "]"                 the second form since 1.29
    label      ::= alphanumeric { alphanumeric | "-" }                               not ending in "-"
    repository ::= component { "/" component }
    component  ::= lower { separator lower }                                         lower: lower-case letters and digits
    separator  ::= "." | "_" | "__" | "-" { "-" }
    tag, digest                                                                      in the modules of these names

What the Go library calls the domain is the *registry* here, and its path is the *repository*. Whether the text before the first slash
is a registry is a question of the *mode* of parsing, see ``ImageReference.parse``.
"""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import attrs

from ..apimachinery.release import LATEST, Change, Release
from ..golang.text import to_lower
from .digest import DIGEST, Digest, InvalidDigest
from .invalid_reference import InvalidPattern, InvalidReference, ReferenceProblem, UnknownReferenceMode
from .tag import LATEST_TAG, TAG, parse_tag

__all__ = [
    "CAPITAL_REGISTRIES",
    "IPV6_REGISTRIES",
    "REPOSITORY_LIMIT",
    "ImageReference",
    "ReferenceKind",
    "ReferenceMode",
]

IPV6_REGISTRIES = Change(since="1.29", summary="a registry may be an IPv6 address in brackets")
CAPITAL_REGISTRIES = Change(since="1.29", summary="a first component with a capital letter is a registry, even without a dot or port")
REPOSITORY_LIMIT = Change(
    since="1.32", summary="the limit of 255 characters is one on the repository, no longer on registry and repository"
)

DEFAULT_REGISTRY = "docker.io"
OFFICIAL_PREFIX = "library/"  # where the default registry keeps repositories without a slash
MAX_NAME_CHARACTERS = 255

LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
HOST = rf"{LABEL}(?:\.{LABEL})*"
HOST_OR_IPV6 = rf"(?:{HOST}|\[[a-fA-F0-9:]+\])"
COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
REPOSITORY = rf"{COMPONENT}(?:/{COMPONENT})*"
REPOSITORY_GROUP = 2

IDENTIFIER_CHARACTERS = 64

DEFAULT_REGISTRY_NAMES = frozenset({DEFAULT_REGISTRY, "index.docker.io"})

_IDENTIFIER = re.compile(f"[a-f0-9]{{{IDENTIFIER_CHARACTERS}}}", re.ASCII)


@attrs.frozen
class _Grammar:
    """What a release reads as a reference; the groups of the pattern are registry, repository, tag and digest."""

    reference: re.Pattern[str]
    capital_registries: bool
    limits_whole_name: bool

    @classmethod
    @functools.lru_cache(maxsize=64)
    def of(cls, release: Release) -> _Grammar:
        host = HOST_OR_IPV6 if IPV6_REGISTRIES in release else HOST
        pattern = rf"(?:({host}(?::[0-9]+)?)/)?({REPOSITORY})(?::({TAG}))?(?:@({DIGEST}))?"
        return cls(re.compile(pattern, re.ASCII), CAPITAL_REGISTRIES in release, REPOSITORY_LIMIT not in release)


class ReferenceKind(enum.Enum):
    """What a reference names; the values are those of the reference library."""

    REPOSITORY = "repository"
    TAGGED = "tagged"
    CANONICAL = "canonical"
    """Named by digest."""
    REFERENCE = "reference"
    """Named by tag and digest."""
    DIGEST = "digest"
    """A digest without a name."""


ReferenceMode = Literal["parse", "normalized", "named", "docker", "any"]
"""How to read a text, see ``ImageReference.parse``."""


# What nearly all references look like: lower case, plain separators, no underscore before the first slash, sha256. The groups are
# the text before the first slash, with a port; the rest of the name; tag and digest. A property shows that it agrees with the grammar.
_PLAIN = re.compile(
    r"([a-z0-9]++(?:[.-][a-z0-9]++)*(?::[0-9]++(?=/))?)(?:/([a-z0-9]++(?:[._/-][a-z0-9]++)*))?"
    rf"(?::({TAG}+))?(?:@(sha256:[0-9a-f]{{64}}))?",
    re.ASCII,
).fullmatch
_PLAIN_CHARACTERS = MAX_NAME_CHARACTERS - len(f"{DEFAULT_REGISTRY}/{OFFICIAL_PREFIX}")  # below every limit, whatever is added in front


class _Plain:
    """What a reference of the plain form has instead of its parts until one of them is asked for: its text.

    Most references of a cluster are parsed to be compared, cached or handed on; cutting them up costs as much again as matching them.
    """

    __slots__ = ("_plain",)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """Cut out the parts, and be done with it."""
            if name not in _PARTS:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            first, rest, tag, digest = _PLAIN(self._plain).groups()
            registry, repository = _plain_name(first, rest)
            _fill(self, registry, repository, tag, digest)
            return getattr(self, name)


def _plain_name(first: str, rest: str | None) -> tuple[str, str]:
    """Return registry and repository of a plain reference in normalized mode, the same in every release."""
    if rest is None:
        return DEFAULT_REGISTRY, OFFICIAL_PREFIX + first
    if "." not in first and ":" not in first and first != "localhost":
        return DEFAULT_REGISTRY, f"{first}/{rest}"
    if first in DEFAULT_REGISTRY_NAMES:
        return DEFAULT_REGISTRY, rest if "/" in rest else OFFICIAL_PREFIX + rest
    return first, rest


def _absent_first(part: str | None) -> str:
    return part or ""


@attrs.frozen(str=False, order=True, weakref_slot=False)
class ImageReference(_Plain):
    """An image reference, parsed.

    ``registry`` is ``docker.io`` or another host, with its port; ``None`` where the text names none and the mode adds none.
    ``repository`` is the rest of the name, ``library/nginx``; empty for a digest without a name. ``tag`` and ``digest`` are ``None``
    where absent. References are equal when their parts are, and ordered by them; ``str()`` gives the text that parses back to the
    reference in mode ``parse`` (a digest without a name in mode ``any``).

    >>> reference = ImageReference.parse("nginx:1.27")
    >>> reference
    ImageReference(registry='docker.io', repository='library/nginx', tag='1.27', digest=None)
    >>> str(reference), reference.familiar
    ('docker.io/library/nginx:1.27', 'nginx:1.27')
    """

    registry: str | None = attrs.field(order=_absent_first)
    repository: str
    tag: str | None = attrs.field(default=None, order=_absent_first)
    digest: Digest | None = attrs.field(default=None, order=_absent_first, converter=attrs.converters.optional(Digest))

    def __attrs_post_init__(self) -> None:
        """Refuse parts that do not make up a reference; parsing builds its values without coming here."""
        text = str(self)
        if self.digest and (self.registry, self.repository, self.tag) == (None, "", None):
            Digest.parse(self.digest)
            return
        match = _Grammar.of(LATEST).reference.fullmatch(text)
        if match is None or match.groups() != (self.registry, self.repository, self.tag, self.digest):
            raise _invalid(text, ReferenceProblem.FORMAT, "these parts do not read back as what they are")
        _check_length(match, text, _Grammar.of(LATEST))

    @classmethod
    def parse(cls, text: str, *, mode: ReferenceMode = "normalized", release: Release = LATEST) -> ImageReference:
        """Return the reference that ``text`` is.

        ``mode`` is one of the ways in which Go programs read references. ``release`` is that of the component that reads it.

        ==============  =======================  ==========================================================================
        mode            in Go                    what it does
        ==============  =======================  ==========================================================================
        ``normalized``  ParseNormalizedNamed     Docker's defaults: ``nginx`` is ``docker.io/library/nginx``. The kubelet's way.
        ``parse``       Parse                    by the grammar alone: ``library/nginx`` has the registry ``library``
        ``named``       ParseNamed               as normalized, and refuses what is not written out in full
        ``docker``      ParseDockerRef           as normalized; drops the tag beside a digest, adds ``latest`` where neither is
        ``any``         ParseAnyReference        a bare digest or 64 hex digits as well, else as normalized
        ==============  =======================  ==========================================================================

        Raises ``InvalidReference`` with the part, the position and a hint. Results are cached, a bounded number of them.

        >>> ImageReference.parse("localhost:5000/app", mode="docker").tag
        'latest'
        """
        if mode == "normalized" and release is LATEST:
            return _NORMALIZED_BY_LATEST[text]
        return _parsed(mode, release)[text]

    @classmethod
    def build(cls, name: str, *, tag: str | None = None, digest: str | None = None, release: Release = LATEST) -> ImageReference:
        """Return the reference of a name, a tag and a digest, as Go's ``WithName``, ``WithTag`` and ``WithDigest`` build it.

        Of the digest only the grammar is checked, so any algorithm will do. Raises ``InvalidReference`` for the name, ``InvalidTag``,
        ``InvalidDigest``.

        >>> str(ImageReference.build("registry.k8s.io/pause", tag="3.9"))
        'registry.k8s.io/pause:3.9'
        """
        grammar = _Grammar.of(release)
        match = grammar.reference.fullmatch(name)
        if match is None or match.lastindex != REPOSITORY_GROUP:
            raise _invalid(name, ReferenceProblem.FORMAT, "a name has no tag and no digest: give them apart")
        _check_length(match, name, grammar)
        named = _new(match[1], match[2], None, None)
        tagged = named if tag is None else named.with_tag(tag)
        return tagged if digest is None else tagged.with_digest(digest)

    def __reduce__(self) -> tuple[type[ImageReference], tuple[str | None, ...]]:
        return ImageReference, (self.registry, self.repository, self.tag, self.digest)

    @property
    def kind(self) -> ReferenceKind:
        """Which of the parts are there."""
        if not self.repository:
            return ReferenceKind.DIGEST
        if self.digest is None:
            return ReferenceKind.REPOSITORY if self.tag is None else ReferenceKind.TAGGED
        return ReferenceKind.CANONICAL if self.tag is None else ReferenceKind.REFERENCE

    @property
    def name(self) -> str:
        """Registry and repository; empty for a digest without a name."""
        return self.repository if self.registry is None else f"{self.registry}/{self.repository}"

    @property
    def familiar_name(self) -> str:
        """The name as people write it: without ``docker.io/`` and, where no further slash follows, ``library/``."""
        if self.registry != DEFAULT_REGISTRY:
            return self.name
        short = self.repository.removeprefix(OFFICIAL_PREFIX)
        return self.repository if "/" in short else short

    @property
    def familiar(self) -> str:
        """The reference as people write it: the familiar name, tag and digest.

        A few read as something else when parsed again: see the how-to guide on references.
        """
        return self._text(self.familiar_name)

    def familiar_matches(self, pattern: str) -> bool:
        """Return whether the familiar form, or the familiar name alone, matches a shell pattern (``FamiliarMatch``).

        ``*`` and ``?`` do not cross slashes. Raises ``InvalidPattern``.

        >>> ImageReference.parse("nginx:1.27").familiar_matches("ngin?")
        True
        """
        from ..golang.path_match import BadPattern, PathPattern  # noqa: PLC0415  (seldom needed, and as large as the rest)

        try:
            parsed = PathPattern.parse(pattern)
        except BadPattern as error:
            problem = str(error)
        else:
            return parsed.matches(self.familiar) or (self.repository != "" and parsed.matches(self.familiar_name))
        raise InvalidPattern(pattern, problem)

    def with_tag(self, tag: str) -> ImageReference:
        """Return the reference with this tag; a digest stays. Raises ``InvalidTag``, and ``InvalidReference`` where there is no name."""
        return _new(self.registry, self._named(), parse_tag(tag), self.digest)

    def with_digest(self, digest: str) -> ImageReference:
        """Return the reference with this digest, of any algorithm; a tag stays. Raises ``InvalidDigest`` and as ``with_tag``."""
        return _new(self.registry, self._named(), self.tag, Digest.parse_part(digest))

    def with_default_tag(self) -> ImageReference:
        """Return the reference, tagged ``latest`` if it has neither tag nor digest (``TagNameOnly``)."""
        return self.with_tag(LATEST_TAG) if self.is_name_only else self

    def trimmed(self) -> ImageReference:
        """Return the reference without tag and digest (``TrimNamed``). Raises as ``with_tag``."""
        return _new(self.registry, self._named(), None, None)

    @property
    def is_name_only(self) -> bool:
        """Whether there is a name but neither tag nor digest."""
        return self.tag is None and self.digest is None

    def _named(self) -> str:
        if not self.repository:
            raise _invalid(str(self), ReferenceProblem.NO_NAME, "a digest alone has no name to keep")
        return self.repository

    def _text(self, name: str) -> str:
        if not name:
            return self.digest or ""
        tag = "" if self.tag is None else f":{self.tag}"
        return f"{name}{tag}" if self.digest is None else f"{name}{tag}@{self.digest}"

    def __str__(self) -> str:
        return self._text(self.name)


_PARTS = ("registry", "repository", "tag", "digest")
_set_registry, _set_repository, _set_tag, _set_digest = (ImageReference.__dict__[name].__set__ for name in _PARTS)
_set_plain = _Plain.__dict__["_plain"].__set__
_allocate = object.__new__


def _fill(reference: object, registry: str | None, repository: str, tag: str | None, digest: str | None) -> None:
    _set_registry(reference, registry)
    _set_repository(reference, repository)
    _set_tag(reference, tag)
    _set_digest(reference, None if digest is None else Digest(digest))


def _new(registry: str | None, repository: str, tag: str | None, digest: str | None) -> ImageReference:
    """Build a reference from parts that are known to be right."""
    reference = _allocate(ImageReference)
    _fill(reference, registry, repository, tag, digest)
    return reference


# ----------------------------------------------------------------------------------------------------------------- parsing


def _parse(text: str, given: str, grammar: _Grammar) -> ImageReference:
    """Read ``text`` by the grammar alone; errors speak of ``given``, what the user wrote."""
    match = grammar.reference.fullmatch(text)
    if match is None:
        raise _refused(text, given, grammar)
    _check_length(match, given, grammar)
    registry, repository, tag, digest = match.groups()
    return _new(registry, repository, tag, None if digest is None else _registered(digest, given))


def _refused(text: str, given: str, grammar: _Grammar) -> InvalidReference:
    if not text:
        return _invalid(given, ReferenceProblem.NAME_EMPTY)
    lowered = grammar.reference.fullmatch(to_lower(text))
    return _invalid(given, ReferenceProblem.UPPERCASE if lowered else ReferenceProblem.FORMAT)


def _check_length(match: re.Match[str], given: str, grammar: _Grammar) -> None:
    start = 0 if grammar.limits_whole_name else match.start(REPOSITORY_GROUP)
    length = match.end(REPOSITORY_GROUP) - start
    if length > MAX_NAME_CHARACTERS:
        what = "registry and repository have" if grammar.limits_whole_name else "the repository has"
        hint = f"{what} {length} characters, {MAX_NAME_CHARACTERS} at most"
        raise _invalid(given, ReferenceProblem.NAME_TOO_LONG, hint, excess=length - MAX_NAME_CHARACTERS)


def _registered(digest: str, given: str) -> Digest:
    try:
        return Digest.parse(digest)
    except InvalidDigest as error:
        refused = error
    raise _invalid(given, ReferenceProblem(refused.problem.value), refused.hint)


def _invalid(text: str, problem: ReferenceProblem, hint: str = "", *, excess: int = 0) -> InvalidReference:
    from .locate import located  # noqa: PLC0415  (only a refused text pays for it)

    return located(text, problem, hint, excess)


def _parse_normalized(text: str, grammar: _Grammar) -> ImageReference:
    if _IDENTIFIER.fullmatch(text):
        hint = "64 hex digits alone are an image's id: write sha256: before them, or a name"
        raise _invalid(text, ReferenceProblem.IDENTIFIER, hint)
    registry, remainder = _split_registry(text, grammar)
    if registry == DEFAULT_REGISTRY and "/" not in remainder:
        remainder = OFFICIAL_PREFIX + remainder
    remote = remainder.partition(":")[0]  # an @ does not end it, so that a digest without a tag counts as well
    if to_lower(remote) != remote:
        raise _invalid(text, ReferenceProblem.MUST_BE_LOWERCASE)
    return _parse(f"{registry}/{remainder}", text, grammar)


def _split_registry(text: str, grammar: _Grammar) -> tuple[str, str]:
    """Return registry and remainder; what does not look like a registry belongs to the remainder."""
    first, slash, rest = text.partition("/")
    if not slash:
        return DEFAULT_REGISTRY, text
    if first in DEFAULT_REGISTRY_NAMES:
        return DEFAULT_REGISTRY, rest
    capital = grammar.capital_registries and to_lower(first) != first
    if first == "localhost" or "." in first or ":" in first or capital:
        return first, rest
    return DEFAULT_REGISTRY, text


def _parse_named(text: str, grammar: _Grammar) -> ImageReference:
    reference = _parse_normalized(text, grammar)
    canonical = str(reference)
    if canonical != text:
        raise _invalid(text, ReferenceProblem.NAME_NOT_CANONICAL, f"write it in full: {canonical}")
    return reference


def _parse_docker(text: str, grammar: _Grammar) -> ImageReference:
    reference = _parse_normalized(text, grammar)
    if reference.tag is not None and reference.digest is not None:
        return _new(reference.registry, reference.repository, None, reference.digest)
    return reference.with_default_tag()


def _parse_any(text: str, grammar: _Grammar) -> ImageReference:
    try:
        return _new(None, "", None, Digest.parse(f"sha256:{text}" if _IDENTIFIER.fullmatch(text) else text))
    except InvalidDigest:
        pass
    return _parse_normalized(text, grammar)


_PARSERS: dict[str, Callable[[str, _Grammar], ImageReference]] = {
    "normalized": _parse_normalized,
    "parse": lambda text, grammar: _parse(text, text, grammar),
    "named": _parse_named,
    "docker": _parse_docker,
    "any": _parse_any,
}


MOST_CACHED = 2048
LONGEST_CACHED = 512


class _Cache(dict[str, ImageReference]):
    """References by their text, for one mode and release; emptied when full, and never keeping long texts."""

    __slots__ = ("grammar", "parse")

    def __init__(self, mode: ReferenceMode, release: Release) -> None:
        super().__init__()
        self.parse = _PARSERS[mode]
        self.grammar = _Grammar.of(release)

    def __missing__(self, text: str) -> ImageReference:
        reference = self.parse(text, self.grammar)
        if len(text) <= LONGEST_CACHED:
            if len(self) >= MOST_CACHED:
                self.clear()
            self[text] = reference
        return reference


class _NormalizedCache(_Cache):
    """The same for normalized mode, where most texts are plain."""

    __slots__ = ()

    def __missing__(self, text: str) -> ImageReference:
        length = len(text)
        if length > _PLAIN_CHARACTERS or length == IDENTIFIER_CHARACTERS or _PLAIN(text) is None:
            return super().__missing__(text)
        reference = _allocate(ImageReference)
        _set_plain(reference, text)
        if len(self) >= MOST_CACHED:
            self.clear()
        self[text] = reference
        return reference


@functools.lru_cache(maxsize=64)
def _parsed(mode: ReferenceMode, release: Release) -> _Cache:
    if mode not in _PARSERS:
        raise UnknownReferenceMode(mode, f"the modes are {', '.join(_PARSERS)}")
    return (_NormalizedCache if mode == "normalized" else _Cache)(mode, release)


_NORMALIZED_BY_LATEST = _parsed("normalized", LATEST)

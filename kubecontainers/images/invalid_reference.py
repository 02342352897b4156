"""Why a text is no image reference: which part is wrong, where, and what would be right.

Kubernetes' own error says only which rule refused the text (``ReferenceProblem``). The rest is found here by reading the text again, from
its ends inwards: scheme, digest, tag, registry, repository.
"""

from __future__ import annotations

import enum
import re

import attrs
from typing_extensions import override

from ..apimachinery.errors import KubeContainersError
from ..golang.text import has_surrounding_space, to_lower
from .digest import DIGEST, InvalidDigest
from .tag import TAG, tag_hint

__all__ = [
    "InvalidReference",
    "ReferencePart",
    "ReferenceProblem",
    "Where",
    "locate",
    "locate_capital",
    "locate_digest",
]


class ReferenceProblem(enum.Enum):
    """Which rule refused a reference; the values are the names of the Go errors, or ours where Go has no name."""

    FORMAT = "ErrReferenceInvalidFormat"
    NAME_EMPTY = "ErrNameEmpty"
    NAME_TOO_LONG = "ErrNameTooLong"
    NAME_NOT_CANONICAL = "ErrNameNotCanonical"
    UPPERCASE = "ErrNameContainsUppercase"
    MUST_BE_LOWERCASE = "NameMustBeLowercase"
    IDENTIFIER = "IdentifierNotAllowed"
    DIGEST_FORMAT = "ErrDigestInvalidFormat"
    DIGEST_LENGTH = "ErrDigestInvalidLength"
    DIGEST_UNSUPPORTED = "ErrDigestUnsupported"


class ReferencePart(enum.Enum):
    """A part of a reference."""

    WHOLE = "reference"
    SCHEME = "scheme"
    REGISTRY = "registry"
    PORT = "port"
    REPOSITORY = "repository"
    TAG = "tag"
    DIGEST = "digest"


@attrs.define(eq=False, str=False, slots=False)
class InvalidReference(KubeContainersError):
    """A text is no image reference.

    ``problem`` is the rule that Kubernetes names, ``part`` the part of the text that breaks it, ``position`` the index of the first
    character that cannot stand where it stands (the length of the text where something is missing at its end).
    """

    text: str
    problem: ReferenceProblem
    part: ReferencePart = ReferencePart.WHOLE
    position: int = 0
    hint: str = ""

    @override
    def sentence(self) -> str:
        shown = self.text if len(self.text) <= MAX_SHOWN else self.text[:MAX_SHOWN] + "…"
        return f"not an image reference: {shown!r}: {self.part.value} at position {self.position}: {self.problem.value}"


MAX_SHOWN = 200

Where = tuple[ReferencePart, int, str]
"""A part, the position in the text, and a hint."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://", re.ASCII)
_PLACEHOLDER = re.compile(r"\$\{|\$\(|\{\{|<|%\w+%", re.ASCII)
_DIGEST = re.compile(DIGEST, re.ASCII)
_TAG = re.compile(TAG, re.ASCII)
_DIGEST_AS_TAG = re.compile(r":(?=[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32})", re.ASCII)
_PORT = re.compile("[0-9]+", re.ASCII)
_IN_HOST = re.compile("[a-zA-Z0-9.-]", re.ASCII)
_IN_REPOSITORY = re.compile("[a-z0-9._/-]", re.ASCII)
_DOUBLED = re.compile(r"(?:[./][._/-]|[._/-][./]|_-|-_|___)", re.ASCII)


def locate(text: str) -> Where:
    """Return what keeps ``text`` from matching the grammar."""
    return _locate_around(text) or _locate_digest_text(text) or _locate_tag(text) or _locate_name(text)


def locate_capital(text: str) -> Where:
    """Return the first capital letter that must not stand in the repository of ``text``."""
    name = text.partition("@")[0]
    start = 0 if "/" not in name else name.index("/") + 1
    end = _name_end(text) if "@" not in text or ":" in name[start:] else len(text)
    for position in (*range(start, end), *range(len(text))):
        if to_lower(text[position]) != text[position]:
            part = ReferencePart.DIGEST if position > len(name) else ReferencePart.REPOSITORY
            return (
                part,
                position,
                f"write it in lower case: {to_lower(text)!r}" if len(text) <= MAX_SHOWN else "write it in lower case",
            )
    return ReferencePart.WHOLE, 0, ""


def locate_digest(text: str, error: InvalidDigest) -> Where:
    """Return where the digest stands that parses as part of ``text`` but is none."""
    return ReferencePart.DIGEST, text.find("@") + 1, error.hint


def _locate_around(text: str) -> Where | None:
    """Look for what does not belong to any part of a reference."""
    if not text:
        return ReferencePart.WHOLE, 0, "write a name such as nginx"
    if has_surrounding_space(text):
        return (
            ReferencePart.WHOLE,
            0 if has_surrounding_space(text[0]) else len(text) - 1,
            "remove the white space around it",
        )
    if scheme := _SCHEME.match(text):
        return ReferencePart.SCHEME, 0, f"remove {scheme[0]!r}: a reference has no scheme"
    if placeholder := _PLACEHOLDER.search(text):
        return ReferencePart.WHOLE, placeholder.start(), "a placeholder was not replaced: render the manifest first"
    return None


def _locate_digest_text(text: str) -> Where | None:
    name, at, digest = text.partition("@")
    if not at or _DIGEST.fullmatch(digest):
        return None
    hint = "a digest is algorithm:hex with at least 32 hex digits"
    if not digest:
        hint = "the digest is missing after '@'"
    elif ":" not in digest:
        hint = "write the algorithm before the digits: sha256:…"
    return ReferencePart.DIGEST, len(name) + 1, hint


def _locate_tag(text: str) -> Where | None:
    text = text.partition("@")[0]
    if digest := _DIGEST_AS_TAG.search(text, text.rfind("/") + 1):
        return ReferencePart.TAG, digest.start(), "a digest stands where the tag belongs: write @ before it, not :"
    end = _name_end(text)
    tag = text[end + 1 :]
    if end == len(text) or _TAG.fullmatch(tag):
        return None
    return ReferencePart.TAG, end + 1, tag_hint(tag)


def _locate_name(text: str) -> Where:
    name = text[: _name_end(text)]
    first, slash, _ = name.partition("/")
    if slash and (where := _locate_registry(first)):
        return where
    start = len(first) + 1 if slash and ("." in first or ":" in first or to_lower(first) != first) else 0
    return _locate_repository(name, start)


def _locate_registry(first: str) -> Where | None:
    """Look at the text before the first slash, where it can only be meant as a registry."""
    if first.startswith("["):
        closed = first.rfind("]")
        host, port = first[: closed + 1], first[closed + 1 :].removeprefix(":")
        if not re.fullmatch(r"\[[0-9a-fA-F:]+\]", host):
            return ReferencePart.REGISTRY, 0, "an IPv6 registry is [address], hex digits and colons only, since 1.29"
        colon = ":" in first[closed + 1 :]
    else:
        host, has_colon, port = first.partition(":")
        colon = bool(has_colon)
    if colon and not _PORT.fullmatch(port):
        return ReferencePart.PORT, len(host) + 1, "a port has digits only"
    if not colon and "." not in first and to_lower(first) == first:
        return None
    if first.startswith("["):
        return ReferencePart.REGISTRY, 0, "IPv6 registries exist since 1.29"
    for position, char in enumerate(host):
        if not _IN_HOST.match(char):
            hint = "a registry cannot have an underscore" if char == "_" else f"a registry cannot have {char!r}"
            return ReferencePart.REGISTRY, position, hint
    return _locate_label(host)


def _locate_label(host: str) -> Where | None:
    position = 0
    for label in host.split("."):
        if not label:
            return ReferencePart.REGISTRY, position, "a label between the dots of the registry is empty"
        if label.startswith("-") or label.endswith("-"):
            return ReferencePart.REGISTRY, position, "a label of a registry cannot begin or end with '-'"
        position += len(label) + 1
    return None


def _locate_repository(name: str, start: int) -> Where:
    part = ReferencePart.REPOSITORY
    if start == len(name):
        return part, start, "the repository is missing" if start else "the name before the tag or digest is missing"
    for position in range(start, len(name)):
        char = name[position]
        if to_lower(char) != char:
            return (
                part,
                position,
                f"write it in lower case: {to_lower(name)!r}" if len(name) <= MAX_SHOWN else "write it in lower case",
            )
        if not _IN_REPOSITORY.match(char):
            return part, position, f"a repository cannot have {char!r}"
    if name[start] in "._-/":
        return part, start, f"a repository cannot begin with {name[start]!r}"
    if doubled := _DOUBLED.search(name, start):
        return (
            part,
            doubled.start() + 1,
            f"{doubled[0]!r}: between letters or digits stands '.', '_', '__', dashes or one slash",
        )
    return part, len(name) - 1, f"a repository cannot end with {name[-1]!r}"


def _name_end(text: str) -> int:
    """Return where the name ends: before the tag's colon, which is after the last slash, or before the digest."""
    text = text.partition("@")[0]
    colon = text.find(":", text.rfind("/") + 1)
    return len(text) if colon < 0 else colon

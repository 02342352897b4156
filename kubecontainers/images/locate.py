"""Where a text stops being an image reference: which part is wrong, at which position, and what would be right.

Kubernetes' own error says only which rule refused the text. The rest is found here by reading the text again, from its ends inwards:
scheme, digest, tag, registry, repository.
"""

from __future__ import annotations

import itertools
import re

from ..golang.text import has_surrounding_space, to_lower
from .digest import DIGEST
from .invalid_reference import MAX_SHOWN, InvalidReference, ReferencePart, ReferenceProblem
from .tag import TAG, tag_hint

__all__ = ["located"]

Where = tuple[ReferencePart, int, str]
"""A part, the position in the text, and a hint."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://", re.ASCII)
_PLACEHOLDER = re.compile(r"<|\$?\{|\$\(|(?<!^)\[|%[A-Za-z_]+%", re.ASCII)
_DIGEST = re.compile(DIGEST, re.ASCII)
_TAG = re.compile(TAG, re.ASCII)
_DIGEST_AS_TAG = re.compile(r":(?=[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32})", re.ASCII)
_PORT = re.compile("[0-9]+", re.ASCII)
_IPV6 = re.compile(r"\[[0-9a-fA-F:]+", re.ASCII)
_SEPARATORS = "._-/"
_IN_HOST = re.compile("[a-zA-Z0-9.-]", re.ASCII)
_IN_REPOSITORY = re.compile("[a-z0-9._/-]", re.ASCII)
_DOUBLED = re.compile(r"(?:[./][._/-]|[._/-][./]|_-|-_|___)", re.ASCII)

_IN_CAPITALS = frozenset({ReferenceProblem.UPPERCASE, ReferenceProblem.MUST_BE_LOWERCASE})
_IN_DIGEST = frozenset({ReferenceProblem.DIGEST_FORMAT, ReferenceProblem.DIGEST_LENGTH, ReferenceProblem.DIGEST_UNSUPPORTED})
_IN_FORMAT = frozenset({ReferenceProblem.FORMAT, ReferenceProblem.NAME_EMPTY})


def located(text: str, problem: ReferenceProblem, hint: str, excess: int = 0) -> InvalidReference:
    """Return the error of ``text``, which a rule refused, with the place.

    ``hint`` stands where the place itself does not give one; ``excess`` is by how many characters the name is too long.
    """
    if problem in _IN_FORMAT:
        return InvalidReference(text, problem, *(_locate(text) or _locate_new(text) or (ReferencePart.WHOLE, 0, hint)))
    if problem in _IN_CAPITALS:
        return InvalidReference(text, problem, *_locate_capital(text))
    if problem in _IN_DIGEST:
        return InvalidReference(text, problem, ReferencePart.DIGEST, text.find("@") + 1, hint)
    if problem is ReferenceProblem.NAME_TOO_LONG:
        return InvalidReference(text, problem, ReferencePart.REPOSITORY, _name_end(text) - excess, hint)
    return InvalidReference(text, problem, ReferencePart.WHOLE, 0, hint)


def _locate(text: str) -> Where | None:
    """Find what keeps ``text`` from matching the grammar."""
    return _locate_around(text) or _locate_digest(text) or _locate_tag(text) or _locate_name(text)


def _locate_new(text: str) -> Where | None:
    """Look for what only later releases read."""
    return (ReferencePart.REGISTRY, 0, "registries that are IPv6 addresses exist since 1.29") if text.startswith("[") else None


def _locate_capital(text: str) -> Where:
    """Find the first capital letter that must not stand in the repository, or in the algorithm of a digest, of ``text``.

    Where lower case would not be enough, what else is wrong comes first: capitals are often those of a placeholder.
    """
    lowered = to_lower(text)
    if where := _locate(lowered):
        part, position, hint = where
        return part, position, hint.replace(repr(lowered[position : position + 1]), repr(text[position : position + 1]))
    start = text.partition("@")[0].find("/") + 1
    places = itertools.chain(range(start, _name_end(text)), range(start), range(len(text)))
    position = next((at for at in places if to_lower(text[at]) != text[at]), 0)
    return _part_at(text, position), position, _lower_case_hint(text, start if position >= start else 0)


def _part_at(text: str, position: int) -> ReferencePart:
    if position > text.find("@") > 0:
        return ReferencePart.DIGEST
    return ReferencePart.TAG if position > _name_end(text) else ReferencePart.REPOSITORY


def _lower_case_hint(text: str, start: int) -> str:
    """Show the text with the name from ``start`` on, and the digest, in lower case; a tag means another image when its case changes."""
    end, at = _name_end(text), len(text.partition("@")[0])
    tag = text[end:at] if text[end:at].isascii() else to_lower(text[end:at])
    return "write it in lower case" + (
        f": {text[:start] + to_lower(text[start:end]) + tag + to_lower(text[at:])!r}" if len(text) <= MAX_SHOWN else ""
    )


def _locate_around(text: str) -> Where | None:
    """Look for what does not belong to any part of a reference."""
    if not text:
        return ReferencePart.WHOLE, 0, "write a name such as nginx"
    if has_surrounding_space(text):
        position = 0 if has_surrounding_space(text[0]) else len(text) - 1
        return ReferencePart.WHOLE, position, "remove the white space around it"
    if scheme := _SCHEME.match(text):
        build_tool = scheme[0] == "ko://"
        hint = "a placeholder was not replaced: run ko resolve first" if build_tool else f"remove {scheme[0]!r}: a reference has no scheme"
        return ReferencePart.SCHEME, 0, hint
    if placeholder := _PLACEHOLDER.search(text):
        return ReferencePart.WHOLE, placeholder.start(), "a placeholder was not replaced: render the manifest first"
    return None


def _locate_digest(text: str) -> Where | None:
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


def _locate_name(text: str) -> Where | None:
    name = text[: _name_end(text)]
    first, slash, _ = name.partition("/")
    meant = bool(slash) and (
        first == "localhost" or not first.isascii() or not {".", ":", "["}.isdisjoint(first) or to_lower(first) != first
    )
    if not meant:
        return _locate_repository(name, 0)
    if where := _locate_ipv6(first) if first.startswith("[") else _locate_registry(first):
        return where
    return _locate_repository(name, len(first) + 1)


def _locate_ipv6(first: str) -> Where | None:
    address, bracket, port = first.partition("]")
    if not bracket or not _IPV6.fullmatch(address):
        return ReferencePart.REGISTRY, 0, "an IPv6 registry is an address in brackets, hex digits and colons only"
    if port and not port.startswith(":"):
        return ReferencePart.PORT, len(address) + 1, "a port stands after a colon"
    if port and not _PORT.fullmatch(port[1:]):
        return ReferencePart.PORT, len(address) + 2, "a port has digits only"
    return None


def _locate_registry(first: str) -> Where | None:
    """Look at the text before the first slash, which can only be meant as a registry."""
    host, colon, port = first.partition(":")
    if colon and not _PORT.fullmatch(port):
        return ReferencePart.PORT, len(host) + 1, "a port has digits only"
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


def _locate_repository(name: str, start: int) -> Where | None:
    part = ReferencePart.REPOSITORY
    if start == len(name):
        return part, start, "the repository is missing" if start else "the name before the tag or digest is missing"
    for position in range(start, len(name)):
        char = name[position]
        if to_lower(char) != char:
            return part, position, _lower_case_hint(name, start)
        if not _IN_REPOSITORY.match(char):
            return part, position, f"a repository cannot have {char!r}"
    if name[start] in _SEPARATORS:
        return part, start, f"a repository cannot begin with {name[start]!r}"
    if doubled := _DOUBLED.search(name, start):
        allowed = "between letters or digits stands '.', '_', '__', dashes or one slash"
        return part, doubled.start() + 1, f"{doubled[0]!r}: {allowed}"
    return (part, len(name) - 1, f"a repository cannot end with {name[-1]!r}") if name[-1] in _SEPARATORS else None


def _name_end(text: str) -> int:
    """Return where the name ends: before the tag's colon, which is after the last slash, or before the digest."""
    text = text.partition("@")[0]
    colon = text.find(":", text.rfind("/") + 1)
    return len(text) if colon < 0 else colon

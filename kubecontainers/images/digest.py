"""Digests of content, ``sha256:9f2d…``.

Two rules that are easily mixed up. A *reference* holds whatever the grammar of a digest allows (``DIGEST``, from
``github.com/distribution/reference``). A *digest* must besides be of a registered algorithm, at its length and in lower case
(``github.com/opencontainers/go-digest``); parsing a reference asks for both, building one only for the first.
"""

from __future__ import annotations

import enum
import re

from ..apimachinery.errors import KubeContainersError

__all__ = ["Digest", "DigestProblem", "InvalidDigest"]

# digest     ::= algorithm ":" hex{32,}         algorithm ::= component { [-_+.] component }         component ::= letter { letter | digit }
DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"

_IN_REFERENCE = re.compile(DIGEST, re.ASCII)
_UNREGISTERED = re.compile(r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+", re.ASCII)
_LOWER_HEX = re.compile(r"[a-f0-9]+", re.ASCII)

_SHA256 = re.compile(r"sha256:[a-f0-9]{64}", re.ASCII)

_HEX_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}


class DigestProblem(enum.Enum):
    """What is wrong with a digest; the values are the names of the Go errors."""

    FORMAT = "ErrDigestInvalidFormat"
    LENGTH = "ErrDigestInvalidLength"
    UNSUPPORTED = "ErrDigestUnsupported"


class InvalidDigest(KubeContainersError):
    """A text is no digest."""

    def __init__(self, text: str, problem: DigestProblem, hint: str = "") -> None:
        super().__init__(text, problem, hint)
        self.text = text
        self.problem = problem
        self.hint = hint

    def _sentence(self) -> str:
        return f"not a digest: {self.text[:200]!r}: {self.problem.value}"


class Digest(str):
    """A digest: text (``str``), as in Go and in JSON, with its two parts at hand.

    >>> Digest.parse("sha256:" + "0" * 64).algorithm
    'sha256'
    """

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> Digest:
        """Return the digest that ``text`` is.

        Raises ``InvalidDigest``: a wrong form, an algorithm that is not sha256, sha384 or sha512, or hex digits of another length than
        the algorithm's. Follows ``Digest.Validate`` of go-digest.
        """
        if _SHA256.fullmatch(text):  # nearly always
            return cls(text)
        algorithm, _, encoded = text.partition(":")
        if not algorithm or not encoded:
            raise InvalidDigest(text, DigestProblem.FORMAT, "a digest is algorithm:hex, such as sha256:9f2d…")
        length = _HEX_LENGTHS.get(algorithm)
        if length is None:
            raise _unknown_algorithm(text, algorithm)
        if len(encoded.encode("utf-8", "surrogatepass")) != length:
            hint = f"{algorithm} has {length} hex digits, here are {len(encoded)}"
            raise InvalidDigest(text, DigestProblem.LENGTH, hint)
        if not _LOWER_HEX.fullmatch(encoded):
            raise InvalidDigest(text, DigestProblem.FORMAT, "the digits are 0-9 and a-f, in lower case")
        return cls(text)

    @classmethod
    def parse_part(cls, text: str) -> Digest:
        """Return the digest that ``text`` is by the grammar of a reference alone: any algorithm, at least 32 hex digits, in any case.

        Raises ``InvalidDigest``. Follows ``WithDigest`` of the reference library.

        >>> Digest.parse_part("md5:" + "0" * 32).algorithm
        'md5'
        """
        if not _IN_REFERENCE.fullmatch(text):
            raise InvalidDigest(text, DigestProblem.FORMAT, "a digest in a reference is algorithm:hex with at least 32 hex digits")
        return cls(text)

    @property
    def algorithm(self) -> str:
        """The text before the colon."""
        return self.partition(":")[0]

    @property
    def encoded(self) -> str:
        """The text after the colon."""
        return self.partition(":")[2]


def _unknown_algorithm(text: str, algorithm: str) -> InvalidDigest:
    if not _UNREGISTERED.fullmatch(text):
        hint = "algorithms are written in lower case" if algorithm.lower() in _HEX_LENGTHS else "a digest is algorithm:hex"
        return InvalidDigest(text, DigestProblem.FORMAT, hint)
    return InvalidDigest(text, DigestProblem.UNSUPPORTED, f"known algorithms are {', '.join(_HEX_LENGTHS)}")

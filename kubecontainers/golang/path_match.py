r"""Shell patterns on slash-separated names, as Go's ``path.Match`` reads them.

======================  ================================================================
``*``                   any run of bytes without ``/``
``?``                   one character that is not ``/``
``[a-c]``, ``[^a-c]``   one character of (or not of) the class, ``/`` included
``\c``                  the character ``c`` itself
======================  ================================================================

A pattern matches the whole name. A ``*`` takes as little as lets what follows it, up to the next ``*``, match; it never tries again
after that. So matching takes time proportional to pattern times name, and some names that another reader of the
same syntax would accept are refused, exactly as in Go.
"""

from __future__ import annotations

import attrs

from .text import from_octets, to_bytes, to_octets, to_text

__all__ = ["BadPattern", "PathPattern"]

_SPECIAL = frozenset({"", "*", "?", "["})
_REPLACEMENT = 0xFFFD  # what Go reads where bytes are not UTF-8
_SLASH = ord("/")
_FIRST_OCTET, _LAST_OCTET = 0xDC80, 0xDCFF  # what stands for a byte that is not UTF-8


class BadPattern(ValueError):
    """The pattern is malformed: an open or empty class, a range without an end, a final backslash."""


@attrs.frozen
class _Literal:
    """These bytes."""

    text: bytes

    def end(self, name: bytes, at: int) -> int:
        return at + len(self.text) if name.startswith(self.text, at) else -1


@attrs.frozen
class _AnyCharacter:
    """One character that is no slash."""

    def end(self, name: bytes, at: int) -> int:
        return _character(name, at)[1] if at < len(name) and name[at] != _SLASH else -1


@attrs.frozen
class _Class:
    """One character inside, or outside, some ranges."""

    negated: bool
    ranges: tuple[tuple[int, int], ...]

    def end(self, name: bytes, at: int) -> int:
        if at >= len(name):
            return -1
        character, end = _character(name, at)
        inside = any(low <= character <= high for low, high in self.ranges)
        return end if inside is not self.negated else -1


_Token = _Literal | _AnyCharacter | _Class


@attrs.frozen
class PathPattern:
    """A compiled pattern.

    ``chunks`` are the pieces between its stars; ``starred[i]`` says whether a star stands before chunk ``i``.

    >>> PathPattern.parse("library/*").matches("library/nginx")
    True
    >>> PathPattern.parse("*").matches("library/nginx")
    False
    """

    starred: tuple[bool, ...]
    chunks: tuple[tuple[_Token, ...], ...]

    @classmethod
    def parse(cls, pattern: str | bytes) -> PathPattern:
        """Compile ``pattern``, any text or bytes.

        Raises ``BadPattern`` where Go's ``path.Match`` answers ``ErrBadPattern``.
        """
        return _Parser(from_octets(pattern) if isinstance(pattern, bytes) else to_text(pattern)).pattern()

    def matches(self, name: str | bytes) -> bool:
        """Return whether the whole of ``name``, any text or bytes, matches."""
        rest = name if isinstance(name, bytes) else to_bytes(name)
        at = 0
        for index, (star, chunk) in enumerate(zip(self.starred, self.chunks, strict=True)):
            last = index == len(self.chunks) - 1
            if star and last and not chunk:
                return b"/" not in rest[at:]
            at = _chunk_end(chunk, rest, at, star=star, last=last)
            if at < 0:
                return False
        return at == len(rest)


def _chunk_end(chunk: tuple[_Token, ...], name: bytes, at: int, *, star: bool, last: bool) -> int:
    """Return where the chunk ends at the first place that a star before it may reach, or -1."""
    if star and len(chunk) == 1 and isinstance(chunk[0], _Literal):
        return _text_end(chunk[0].text, name, at, last=last)
    while True:
        end = at
        for token in chunk:
            end = token.end(name, end)
            if end < 0:
                break
        else:
            if end == len(name) or not last:
                return end
        if not star or at >= len(name) or name[at] == _SLASH:
            return -1
        at += 1  # by bytes, as Go does: a star may end inside a character


def _text_end(text: bytes, name: bytes, at: int, *, last: bool) -> int:
    """Return that end for bytes, which are found faster than other chunks."""
    start = max(at, len(name) - len(text)) if last else name.find(text, at)
    found = start >= 0 and name.startswith(text, start) and b"/" not in name[at:start]
    return start + len(text) if found else -1


def _character(name: bytes, at: int) -> tuple[int, int]:
    """Return the character at ``at`` and where it ends; a byte that is not UTF-8 counts as one U+FFFD."""
    for end in range(at + 1, at + 5):
        try:
            return ord(name[at:end].decode()), end
        except (UnicodeDecodeError, TypeError):
            continue
    return _REPLACEMENT, at + 1


class _Parser:
    """Reads a pattern from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def pattern(self) -> PathPattern:
        starred: list[bool] = []
        chunks: list[tuple[_Token, ...]] = []
        while self.at < len(self.text):
            start = self.at
            while self.peek() == "*":
                self.at += 1
            starred.append(self.at > start)
            chunks.append(self.chunk())
        return PathPattern(tuple(starred), tuple(chunks))

    def chunk(self) -> tuple[_Token, ...]:
        tokens: list[_Token] = []
        while (char := self.peek()) not in ("", "*"):
            if char == "[":
                tokens.append(self.character_class())
            elif char == "?":
                self.at += 1
                tokens.append(_AnyCharacter())
            else:
                tokens.append(_Literal(to_octets(self.text_run())))
        return tuple(tokens)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def text_run(self) -> str:
        """Characters that stand for themselves, at least one."""
        run = [self.literal()]
        while self.peek() not in _SPECIAL:
            run.append(self.literal())
        return "".join(run)

    def literal(self) -> str:
        """One character, after a backslash or plain."""
        if self.peek() == "\\":
            self.at += 1
        char = self.peek()
        if not char:
            raise BadPattern("the pattern ends in a backslash")
        self.at += 1
        return char

    def character_class(self) -> _Class:
        self.at += 1
        negated = self.peek() == "^"
        self.at += negated
        ranges: list[tuple[int, int]] = []
        while self.peek() != "]" or not ranges:
            low = high = self.bound()
            if self.peek() == "-":
                self.at += 1
                high = self.bound()
            ranges.append((low, high))
        self.at += 1
        return _Class(negated, tuple(ranges))

    def bound(self) -> int:
        """One end of a range; a bare ``-`` or ``]`` cannot be one."""
        if self.peek() in ("", "-", "]"):
            raise BadPattern("a character class has an empty or open range")
        character = ord(self.literal())
        if _FIRST_OCTET <= character <= _LAST_OCTET:
            raise BadPattern("a character class has a byte that is not UTF-8")
        return character

"""References to variables, ``$(NAME)``, and what they become.

Kubernetes keeps the rule in ``third_party/forked/golang/expansion``. It goes over the text once, from left to right, and never over what it
has put in. There is no quoting but ``$$``, which is a ``$`` that begins no reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..apimachinery.errors import MalformedObject
from ..apimachinery.objects import json_type
from ..apimachinery.release import LATEST, Change, Release
from ..golang.text import from_octets, to_octets, to_text
from .failures import EnvironmentFailed, EnvironmentFailure

__all__ = ["KEEPS_CHARACTERS", "MAX_GROWTH", "expand", "expand_with"]

KEEPS_CHARACTERS = Change(
    since="1.34", summary="a character that is not ASCII stays as it is behind a $; before, its first byte became a character of its own"
)

MAX_GROWTH = 16 * 1024 * 1024
"""So many characters may values add to a text, or to those of one container; a line of references to a line of references has no end."""

LookUp = Callable[[str], str | None]


def expand(text: str | bytes, *mappings: Mapping[str, str], release: Release = LATEST) -> str:
    r"""Return ``text`` with every reference to a variable replaced by its value; unknown ones stay as they are.

    Of ``mappings`` the first that has a name gives its value, also an empty one. ``release`` is the node's. In values, and in what is
    returned, bytes that are not UTF-8 stand as Python's ``surrogateescape`` has them; give ``text`` as bytes where it may hold such.

    Raises ``EnvironmentFailed`` where values add more than ``MAX_GROWTH`` characters, and ``MalformedObject`` for a value that is no text.

    >>> expand("$(GREETING), $(NAME)! $$(NAME) costs $5, $(PRICE)", {"GREETING": "Hello"}, {"NAME": "$(GREETING)"})
    'Hello, $(GREETING)! $(NAME) costs $5, $(PRICE)'

    Up to 1.33 the text was gone over byte by byte, which tears apart a letter behind a ``$``:

    >>> expand("$é", release=Release("1.33")).encode(errors="surrogateescape")
    b'$\xc3\x83\xa9'
    """

    def look_up(name: str) -> str | None:
        holder = next((mapping for mapping in mappings if name in mapping), None)
        if holder is None:
            return None
        found: Any = holder[name]  # that of an Environment is a variable, whatever types say
        if isinstance(found, str):
            return found
        raise MalformedObject(f"mappings[{name}]", "a string", json_type(found), "an Environment has expand() and reveal()")

    return expand_with(from_octets(text) if isinstance(text, bytes) else to_text(text), look_up, release=release)


def expand_with(text: str, look_up: LookUp, *, room: int = MAX_GROWTH, release: Release = LATEST) -> str:
    """Return ``text``, as this library carries it, with every reference replaced by what ``look_up`` returns, if that is not ``None``.

    ``look_up`` is asked for each reference, from left to right. Raises ``EnvironmentFailed`` where values have more than ``room``
    characters together.
    """
    if "$" not in text:
        return text
    left = room

    def look_up_bounded(name: str) -> str | None:
        nonlocal left
        value = look_up(name)
        left -= len(value or "")
        if left < 0:
            raise EnvironmentFailed(EnvironmentFailure.TOO_LARGE)
        return value

    expanded = "".join(_pieces(text, look_up_bounded, _kept if KEEPS_CHARACTERS in release else _torn))
    # Bytes that were apart may have come together to a character.
    return expanded if expanded.isascii() else from_octets(to_octets(expanded))


def _pieces(text: str, look_up: LookUp, follower: Callable[[str], str]) -> Iterator[str]:
    last_end = text.rfind(")")
    position = 0
    while (dollar := text.find("$", position)) >= 0:
        yield text[position:dollar]
        behind = text[dollar + 1 : dollar + 2]
        position = dollar + 2
        if behind == "$":
            yield "$"
        elif behind == "(" and position <= last_end:
            end = text.index(")", position)
            value = look_up(text[position:end])
            yield text[dollar : end + 1] if value is None else value
            position = end + 1
        else:
            yield "$" + follower(behind)
    yield text[position:]


def _kept(character: str) -> str:
    """Return what becomes of a character behind a ``$``: only a byte that is not UTF-8 changes."""
    return to_text(character)


def _torn(character: str) -> str:
    """Return what became of a character behind a ``$`` that was taken for a byte."""
    octets = to_octets(character)
    return "".join(map(chr, octets[:1])) + from_octets(octets[1:])

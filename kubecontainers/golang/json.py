r"""JSON as Go's ``encoding/json`` reads and writes it.

What Python's own module would not show is kept: the order of members, the same name twice, how a number is written. Names of struct fields
match whatever their case; text that is not Unicode becomes U+FFFD; values may be nested 10,000 levels deep, not deeper. All of it works
without recursion.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from .text import from_bytes, to_text

__all__ = ["BadJSON", "Members", "Node", "Number", "decode", "encode", "fold", "plain", "quote", "struct_fields"]

MAX_DEPTH = 10_000


class BadJSON(ValueError):
    """A text is no JSON that Go reads; ``problem`` says why, ``position`` where, in characters. The text itself is left out."""

    def __init__(self, problem: str, position: int) -> None:
        super().__init__(problem, position)
        self.problem = problem
        self.position = position


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class Members(tuple["tuple[str, Node]", ...]):
    """The members of an object, in the order in which they are written; a name may stand there twice."""

    __slots__ = ()


Node: TypeAlias = "bool | str | Number | list[Node] | Members | None"
"""A JSON value; numbers are text, objects are their members."""


# -------------------------------------------------------------------------------------------------------------------- reading

_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(
    r'(?P<string>"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*")'
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<word>true|false|null)"
)
_ESCAPE = re.compile(
    r"\\u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})|\\u(?P<code>[0-9a-fA-F]{4})|\\(?P<char>.)"
)
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = {"true": True, "false": False, "null": None}


def decode(text: str | bytes) -> Node:
    r"""Return the value of a whole document.

    Raises ``BadJSON`` where ``json.Unmarshal`` would refuse the document whatever it is to be read into.

    >>> decode(b'{"a": [1.50, "\\ud800"], "a": null}')
    (('a', ['1.50', '�']), ('a', None))
    """
    return _Reader(from_bytes(text) if isinstance(text, bytes) else to_text(text)).document()


class _Reader:
    """Reads a document from left to right; ``open`` holds what is begun and not ended: a list, or members with the name to come."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.open: list[list[Node] | _OpenObject] = []

    def document(self) -> Node:
        value = self.value()
        while self.open:
            value = self.after(value)
        self.space()
        if self.at < len(self.text):
            raise BadJSON("something follows the value", self.at)
        return value

    def value(self) -> Node:
        """Read a scalar or an empty container; of one with content, all up to the first scalar or empty container in it."""
        while True:
            char = self.peek()
            if char not in ("{", "["):
                return self.scalar()
            if len(self.open) == MAX_DEPTH:
                raise BadJSON(f"nested more than {MAX_DEPTH} levels deep", self.at)
            self.at += 1
            closing = "}" if char == "{" else "]"
            if self.peek() == closing:
                self.at += 1
                return Members() if char == "{" else []
            self.open.append(_OpenObject(self.name()) if char == "{" else [])

    def after(self, value: Node) -> Node:
        """Put a value into what is open, and return the next one: that after a comma, or what the bracket ends."""
        top = self.open[-1]
        if isinstance(top, list):
            top.append(value)
        else:
            top.members.append((top.name, value))
        char = self.peek()
        if char == ",":
            self.at += 1
            if not isinstance(top, list):
                top.name = self.name()
            return self.value()
        if char != ("]" if isinstance(top, list) else "}"):
            raise BadJSON("a comma or the closing bracket is missing", self.at)
        self.at += 1
        self.open.pop()
        return top if isinstance(top, list) else Members(top.members)

    def name(self) -> str:
        """Read the name of a member, and its colon."""
        if self.peek() != '"':
            raise BadJSON("the name of a member must be a string", self.at)
        name = str(self.scalar())
        if self.peek() != ":":
            raise BadJSON("a colon is missing after the name of a member", self.at)
        self.at += 1
        return name

    def scalar(self) -> Node:
        found = _SCALAR.match(self.text, self.at)
        if found is None:
            raise BadJSON("this is no JSON value", self.at)
        self.at = found.end()
        if found["string"] is not None:
            return _unquoted(found["string"])
        return Number(found["number"]) if found["number"] is not None else _WORDS[found["word"]]

    def peek(self) -> str:
        self.space()
        return self.text[self.at : self.at + 1]

    def space(self) -> None:
        space = _SPACE.match(self.text, self.at)
        self.at = space.end() if space else self.at


class _OpenObject:
    """An object that is begun: its members so far, and the name of the next."""

    def __init__(self, name: str) -> None:
        self.members: list[tuple[str, Node]] = []
        self.name = name


def _unquoted(string: str) -> str:
    return _ESCAPE.sub(_unescaped, string[1:-1]) if "\\" in string else string[1:-1]


def _unescaped(escape: re.Match[str]) -> str:
    if escape["high"] is not None:
        return (bytes.fromhex(escape["high"]) + bytes.fromhex(escape["low"])).decode("utf-16-be")
    if escape["code"] is not None:
        return to_text(chr(int(escape["code"], 16)))
    return _ESCAPED.get(escape["char"], escape["char"])


# ----------------------------------------------------------------------------------------------------------- what is read is for


def fold(name: str) -> str:
    r"""Return a text that is the same for all names that fill the struct field ``name``, a name in ASCII.

    >>> fold("HttpHeaders") == fold("httpheader\u017f"), fold("password") == fold("pa\xdfword")
    (True, False)
    """
    if name.isascii():
        return name.lower()
    return "".join([folded if len(folded := char.casefold()) == 1 else char for char in name])


def struct_fields(members: Members, names: Collection[str]) -> Iterator[tuple[str, Node]]:
    """Yield what would be read into the fields ``names`` of a struct, in the order of the members: the field's name and the value.

    >>> list(struct_fields(Members((("AUTHS", None), ("more", "x"))), ["auths"]))
    [('auths', None)]
    """
    fields = {fold(name): name for name in names}
    for name, value in members:
        field = fields.get(fold(name))
        if field is not None:
            yield field, value


def plain(node: Node) -> object:
    """Return the value as Python's own types: of a name that stands twice the last, numbers of 64 bits as ``int``, others as ``float``.

    Raises ``BadJSON`` for a number beyond a float.

    >>> plain(decode('{"a": 1, "a": [2, 1e3]}'))
    {'a': [2, 1000.0]}
    """
    root: list[object] = [node]
    waiting: list[_Container] = [root]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, dict):
            for name, value in holder.items():
                holder[name] = _made_plain(value, waiting)
        else:
            for position, value in enumerate(holder):
                holder[position] = _made_plain(value, waiting)
    return root[0]


_Container = dict[str, object] | list[object]


def _made_plain(value: object, waiting: list[_Container]) -> object:
    """Return one value as Python's own type; what it holds is still to be made so."""
    if isinstance(value, Number):
        return _number(value)
    if isinstance(value, Members):
        members: dict[str, object] = {}
        for name, member in value:
            if name in members:  # what stood there counts no more, but Go has read its numbers
                waiting.append([members[name]])
            members[name] = member
        waiting.append(members)
        return members
    if isinstance(value, list):
        entries = list(cast("list[object]", value))
        waiting.append(entries)
        return entries
    return value


_INTEGER = re.compile(r"-?[0-9]{1,19}", re.ASCII)


def _number(written: Number) -> int | float:
    if _INTEGER.fullmatch(written) and -(1 << 63) <= int(written) < 1 << 63:
        return int(written)
    number = float(written)
    if math.isinf(number):
        raise BadJSON("a number is beyond a float of 64 bits", 0)
    return number


# -------------------------------------------------------------------------------------------------------------------- writing

_SPECIAL = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


def encode(value: object) -> str:
    r"""Return a value as ``json.Marshal`` writes it: compact, members in the order of the mapping.

    The value is one of this library's making: text, ``bool``, ``int``, ``None``, lists and mappings of them, not deeply nested.

    >>> encode({"auth": "a<b", "more": [1, None]})
    '{"auth":"a\\u003cb","more":[1,null]}'
    """
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, Mapping):
        members = cast("Mapping[str, object]", value)
        return "{" + ",".join(f"{quote(name)}:{encode(member)}" for name, member in members.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(map(encode, cast("Sequence[object]", value))) + "]"
    return json.dumps(value)


def quote(text: str) -> str:
    r"""Return a string as ``json.Marshal`` writes it, safe in HTML; text that is not Unicode is written ``\ufffd``.

    >>> quote("a<b") == '"a\\u003cb"'
    True
    """
    return _SPECIAL.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(special: re.Match[str]) -> str:
    return f"\\u{ord(to_text(special[0])):04x}"

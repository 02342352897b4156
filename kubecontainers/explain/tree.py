"""Trees of styled text, for whatever draws them; and the plain drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

__all__ = ["Node", "Span", "plain_text", "printable"]


_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}
_DIRECTIONS = {code: f"\\u{code:04x}" for code in (0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))}


def printable(text: str) -> str:
    r"""Return text that can neither steer a terminal nor turn the direction of what follows.

    >>> print(printable("nginx\x1b[31m"))
    nginx\x1b[31m
    """
    return text.translate(_CONTROLS | _DIRECTIONS)


@attrs.frozen
class Span:
    """Text in one style: ``heading``, ``label``, ``source``, ``error``, ``warning``, ``info`` or, empty, none."""

    text: str = attrs.field(converter=printable)
    style: str = ""


@attrs.frozen
class Node:
    """One line of the tree, and the lines below it."""

    spans: tuple[Span, ...]
    children: tuple[Node, ...] = ()


def plain_text(nodes: Iterable[Node]) -> str:
    r"""Draw trees without colour.

    >>> plain_text([Node((Span("pod"),), (Node((Span("container"),)),))])
    'pod\n└─ container\n'
    """
    return "".join(f"{line}\n" for node in nodes for line in _drawn(node))


def _drawn(node: Node) -> Iterator[str]:
    yield "".join(span.text for span in node.spans)
    for position, child in enumerate(node.children):
        last = position == len(node.children) - 1
        first, rest = ("└─ ", "   ") if last else ("├─ ", "│  ")
        for number, line in enumerate(_drawn(child)):
            yield (rest if number else first) + line

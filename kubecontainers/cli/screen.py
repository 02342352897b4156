"""What the command line shows: trees in colour on a terminal, plain text in a pipe, complaints on standard error."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterable, Sequence
from typing import BinaryIO, TextIO, TypeVar

from ..explain.tree import Node, plain_text, printable

__all__ = ["Screen"]

MANY_FILES = 20
"""From so many files on, a progress bar is shown."""

_STYLES = {"heading": "bold", "label": "dim", "source": "cyan", "error": "bold red", "warning": "yellow", "info": "blue"}

Item = TypeVar("Item")


class Screen:
    """Standard output and standard error."""

    def draw(self, nodes: Iterable[Node]) -> None:
        """Show trees."""
        if _output().isatty():
            self._draw_in_colour(nodes)
        else:
            self.write(plain_text(nodes))

    def write(self, text: str) -> None:
        """Write text as it is, whatever the encoding of the output."""
        output = _output()
        encoding = output.encoding or "utf-8"
        output.write(text.encode(encoding, "backslashreplace").decode(encoding))
        output.flush()

    def can_show(self, text: str) -> bool:
        """Return whether the output has letters for all of a text."""
        try:
            text.encode(_output().encoding or "utf-8")
        except UnicodeEncodeError:
            return False
        return True

    def write_bytes(self, content: bytes) -> None:
        """Write bytes as they are; as text, where the output takes no bytes."""
        output = _output()
        buffer: BinaryIO | None = getattr(output, "buffer", None)
        if buffer is None:
            self.write(content.decode(errors="backslashreplace"))
            return
        output.flush()
        buffer.write(content)
        buffer.flush()

    def complain(self, sentence: str) -> None:
        """Say on standard error what is wrong."""
        if _is_open(sys.stderr):
            print(f"kubecontainers: {printable(sentence)}", file=sys.stderr)  # noqa: T201

    def track(self, items: Sequence[Item], doing: str) -> Iterable[Item]:
        """Return the items, with a progress bar on a terminal where there are many."""
        if len(items) < MANY_FILES or not _is_open(sys.stderr) or not sys.stderr.isatty():
            return items
        from rich.console import Console  # noqa: PLC0415  (only a terminal needs rich)
        from rich.progress import track  # noqa: PLC0415

        return track(items, description=doing, console=Console(stderr=True), transient=True)

    def _draw_in_colour(self, nodes: Iterable[Node]) -> None:
        from rich.console import Console  # noqa: PLC0415  (only a terminal needs rich)
        from rich.text import Text  # noqa: PLC0415
        from rich.tree import Tree  # noqa: PLC0415

        def text(node: Node) -> Text:
            return Text.assemble(*((span.text, _STYLES.get(span.style, "")) for span in node.spans))

        def grow(tree: Tree, node: Node) -> None:
            for child in node.children:
                grow(tree.add(text(child)), child)

        console = Console(highlight=False)
        for node in nodes:
            tree = Tree(text(node), guide_style="dim")
            grow(tree, node)
            console.print(tree)


def _is_open(stream: TextIO | None) -> bool:
    """Return whether there is such a stream: a process may be started without its standard streams."""
    return stream is not None


def _output() -> TextIO:
    if not _is_open(sys.stdout):
        raise OSError(errno.EBADF, "there is no standard output")
    return sys.stdout

"""YAML as Kubernetes reads it on its way to JSON.

The rules are those of ``sigs.k8s.io/yaml`` and of the go-yaml v2 below it: ``yes``, ``on`` and ``y`` are booleans, ``0777`` is 511, ``08``
is 8, dates and ``22:22`` stay text, keys become text, unknown tags count for nothing, and ``<<`` sets its keys where it stands, over those
above it. PyYAML splits the text into events. What they mean is decided here, without recursion and without expanding an alias.

It is stricter than the API server in two ways: a key that is set twice is an error, as under strict field validation, unless the caller
wants the last to count, and nesting ends at 200 levels, not 10,000. It is laxer than kubectl in one: what follows ``---`` on its line is
read.
"""

# The stubs of PyYAML leave the scanner's types open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import codecs
import functools
import math
import re
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import attrs

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.objects import is_list, is_object, json_type
from ..golang.text import to_text
from .yaml_scalars import MERGE_TAG, TAG_PREFIX, TAGS, Scalar, in_json, key_text, resolve

if TYPE_CHECKING:
    import yaml

__all__ = ["MAX_DEPTH", "InvalidYAML", "YAMLDocument", "decode", "load_documents"]

MAX_DEPTH = 200


class InvalidYAML(KubeContainersError):
    """A text is no YAML that Kubernetes would read.

    ``line`` and ``column`` say where, counted from 1 over the whole text; ``document`` is the number of the document, from 1. Scalars are
    left out of ``problem``, since they may be secret.
    """

    def __init__(self, problem: str, line: int, column: int, document: int, hint: str = "") -> None:
        super().__init__(problem, line, column, document, hint)
        self.problem = problem
        self.line = line
        self.column = column
        self.document = document
        self.hint = hint

    def _sentence(self) -> str:
        return f"document {self.document}, line {self.line}, column {self.column}: {self.problem}"


@attrs.frozen
class YAMLDocument:
    """A document: its number in the stream, empty ones counted, the line where its content starts, and its value in JSON.

    ``repeated`` are the lines on which a key was set that its mapping had already, written there or merged into it.
    """

    number: int
    line: int
    value: object
    repeated: tuple[int, ...] = ()


def load_documents(text: bytes, *, last_key_counts: bool = False) -> Iterator[YAMLDocument]:
    """Yield the documents of a YAML stream, without the empty ones.

    ``last_key_counts``: a key may be written twice in a mapping, as it may where Kubernetes is not strict; the document says where. Raises
    ``InvalidYAML`` at the first document that cannot be read, after those before it were yielded.

    >>> [document.value for document in load_documents(b"{mode: 0644, restart: no}")]
    [{'mode': 420, 'restart': False}]
    """
    source, problem = decode(text)
    if not problem and (control := _CONTROL.search(source)):
        source, problem = source[: control.start()], f"the character U+{ord(control[0]):04X} cannot stand in YAML"
    readable = source[: max((mark.start() for mark in _SEPARATOR.finditer(source)), default=0)] if problem else source
    number = 1
    for document in _compose(_BOMS.sub(r"\1", readable), last_key_counts=last_key_counts):
        number = document.number + 1
        if not document.empty:
            yield YAMLDocument(document.number, document.line, document.value, tuple(document.repeated))
    if problem:
        lines = _LINE_BREAK.split(source)
        raise InvalidYAML(problem, len(lines), len(lines[-1]) + 1, number)


# -------------------------------------------------------------------------------------------------------------------------- text

_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)

_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_SEPARATOR = re.compile(r"^(?:---|\.\.\.)(?=\s)", re.MULTILINE)
_BOMS = re.compile(r"(\A|^---[ \t\r]*\n)\ufeff+", re.MULTILINE)


def decode(content: bytes) -> tuple[str, str]:
    """Return the text in ``content``, which is UTF-8, or UTF-16 with a byte order mark, and what is wrong where it ends too early."""
    bom, encoding, name = next((known for known in _ENCODINGS if content.startswith(known[0])), (b"", "utf-8", "UTF-8"))
    content = content[len(bom) :]
    try:
        return content.decode(encoding), ""
    except UnicodeDecodeError as error:
        good = content[: error.start]
    return good.decode(encoding), f"the bytes are not {name}"


# -------------------------------------------------------------------------------------------------------------------- documents


@attrs.define
class _Node:
    """A value as go-yaml holds it, how many steps go-yaml takes to decode it, and how deep it is nested."""

    value: object
    steps: int = 1
    height: int = 0
    complete: bool = True


@attrs.define
class _Collection:
    """A list or a mapping that is being read."""

    event: yaml.CollectionStartEvent
    node: _Node
    items: list[object] | dict[str, object]
    steps_before: int
    key: str | None = None
    merging: bool = False
    lines: dict[str, int] = attrs.field(factory=dict[str, int])  # where each key that is written here was set

    @property
    def awaits_key(self) -> bool:
        return self.key is None and not self.merging and isinstance(self.items, dict)


@attrs.define
class _Document:
    """Builds one document out of the parser's events."""

    number: int
    last_key_counts: bool = False
    value: object = None
    line: int = 0
    empty: bool = False
    repeated: list[int] = attrs.field(factory=list[int])
    _anchors: dict[str, _Node] = attrs.field(factory=dict[str, _Node])
    _open: list[_Collection] = attrs.field(factory=list[_Collection])
    _steps: int = 1
    _alias_steps: int = 0

    def scalar(self, event: yaml.ScalarEvent) -> None:
        plain = event.implicit[0]
        if not event.style and "?" in event.value and self._open and self._open[-1].event.flow_style:
            raise self._invalid(event, "'?' cannot stand in unquoted text between brackets")
        node = _Node(self._tagged(event, event.tag) if event.tag else resolve(event.value) if plain else event.value)
        self._remember(event, node)
        if event.value == "<<" and (plain or event.tag == MERGE_TAG) and self._open and self._open[-1].awaits_key:
            self._open[-1].merging = True
            return
        self.empty = not self._open and event.value == "" and plain
        self._count(event, 1)
        self._place(event, node)

    def alias(self, event: yaml.AliasEvent) -> None:
        node = self._anchors.get(str(event.anchor))
        if node is None:
            raise self._invalid(event, "an alias of an anchor that was not set before it")
        if not node.complete:
            raise self._invalid(event, "an anchor contains an alias of itself")
        merging = bool(self._open) and self._open[-1].merging
        self._check_depth(event, len(self._open) + node.height - merging)
        self._count(event, 1, by_alias=node.steps)
        self._place(event, node, by_alias=True)

    def start(self, event: yaml.CollectionStartEvent, items: list[object] | dict[str, object]) -> None:
        node = _Node(items, complete=False)
        self._remember(event, node)
        if self._open and self._open[-1].awaits_key:
            raise self._invalid(event, f"{json_type(items)} cannot be a key")
        merging = bool(self._open) and self._open[-1].merging
        self._open.append(_Collection(event, node, items, self._steps))
        self._check_depth(event, len(self._open))
        self._count(event, 0 if merging and isinstance(items, list) else 1)  # go-yaml decodes the entries of such a list only

    def end(self, _: yaml.CollectionEndEvent) -> None:
        collection = self._open.pop()
        node = collection.node
        node.complete = True
        node.height += 1
        node.steps = self._steps - collection.steps_before
        self._place(collection.event, node)

    def _tagged(self, event: yaml.ScalarEvent, tag: str) -> Scalar:
        """Return the value of a scalar with a tag; one whose tag is not known is text."""
        try:
            return TAGS.get(tag, str)(event.value)
        except ValueError:
            pass
        raise self._invalid(event, f"a scalar is not what its tag !!{tag.removeprefix(TAG_PREFIX)} says")

    def _remember(self, event: yaml.NodeEvent, node: _Node) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = node

    def _count(self, event: yaml.NodeEvent, steps: int, *, by_alias: int = 0) -> None:
        """Count steps of decoding, and stop where go-yaml would."""
        self._steps += steps + by_alias
        self._alias_steps += by_alias
        checked = self._alias_steps > _FREE_ALIAS_STEPS and self._steps > _FREE_STEPS
        if checked and self._alias_steps / self._steps > _allowed_alias_ratio(self._steps):
            raise self._invalid(event, "document contains excessive aliasing")

    def _check_depth(self, event: yaml.NodeEvent, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise self._invalid(event, f"nested more than {MAX_DEPTH} levels deep")

    def _place(self, event: yaml.NodeEvent, node: _Node, *, by_alias: bool = False) -> None:
        """Put a value where the document now stands: as a key, as the value of one, into a list, or as the whole."""
        if not self._open:
            self.value, self.line = self._json(event, node), _line(event)
            return
        parent = self._open[-1]
        levels = node.height
        if isinstance(parent.items, list):
            parent.items.append(self._json(event, node))
        elif parent.merging:
            levels -= 2 if is_list(node.value) else 1  # what is merged stands higher
            self._merge(event, parent.items, node.value, by_alias=by_alias)
            parent.merging = False
        elif parent.key is None:
            parent.key = self._new_key(event, parent, node.value)
        else:
            if parent.key in parent.items:
                self.repeated.append(parent.lines[parent.key])
            parent.items[parent.key] = self._json(event, node)
            parent.key = None
        parent.node.height = max(parent.node.height, levels)

    def _json(self, event: yaml.NodeEvent, node: _Node) -> object:
        if not isinstance(node.value, float):
            return node.value
        if math.isfinite(node.value):
            return in_json(node.value)
        raise self._invalid(event, "infinity and NaN have no form in JSON", "quote it if it is text")

    def _new_key(self, event: yaml.NodeEvent, parent: _Collection, value: object) -> str:
        key = key_text(value)
        if key is None:
            raise self._invalid(event, f"{json_type(value)} cannot be a key", "quote it if it is text")
        if key in parent.lines and not self.last_key_counts:
            raise self._invalid(event, f"a key is set twice, first on line {parent.lines[key]}")
        parent.lines[key] = _line(event)
        return key

    def _merge(self, event: yaml.NodeEvent, items: dict[str, object], value: object, *, by_alias: bool) -> None:
        """Set the keys of a mapping, or of several of which the first wins, over those that are there."""
        parts = value if is_list(value) and not by_alias else (value,)
        for part in reversed(parts):
            if not is_object(part):
                raise self._invalid(event, "'<<' takes a mapping or a list of mappings")
            self.repeated += [_line(event)] * any(key in items for key in part)
            items.update(part)

    def _invalid(self, event: yaml.NodeEvent, problem: str, hint: str = "") -> InvalidYAML:
        mark = event.start_mark
        return InvalidYAML(problem, _line(event), mark.column + 1 if mark else 1, self.number, hint)


_HANDLERS: dict[str, Callable[[_Document, Any], None]] = {
    "ScalarEvent": _Document.scalar,
    "AliasEvent": _Document.alias,
    "SequenceStartEvent": lambda document, event: document.start(event, []),
    "MappingStartEvent": lambda document, event: document.start(event, {}),
    "SequenceEndEvent": _Document.end,
    "MappingEndEvent": _Document.end,
}
"""By the name of the event's class, since PyYAML is imported only when YAML is read."""

_FREE_STEPS, _FREE_ALIAS_STEPS = 1000, 100
_FEW_STEPS, _MANY_STEPS = 400_000, 4_000_000
_MOST_BY_ALIAS, _LEAST_BY_ALIAS = 0.99, 0.10


def _allowed_alias_ratio(steps: int) -> float:
    """Return which part of the steps go-yaml lets aliases cause: 99% of few, 10% of many."""
    share = (min(max(steps, _FEW_STEPS), _MANY_STEPS) - _FEW_STEPS) / (_MANY_STEPS - _FEW_STEPS)
    return _MOST_BY_ALIAS - (_MOST_BY_ALIAS - _LEAST_BY_ALIAS) * share


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


# ----------------------------------------------------------------------------------------------------------------------- parser


class _Parser(Protocol):
    def get_event(self) -> yaml.Event | None: ...


def _open_parser(text: str, *, fast: bool) -> tuple[_Parser, type[yaml.MarkedYAMLError]]:
    """Return PyYAML's parser over ``text``, the one in C where there is one and ``fast`` asks for it, and the error that it raises."""
    if find_spec("yaml") is None:
        raise KubeContainersError("reading YAML needs PyYAML: install 'kubecontainers[cli]'")
    import yaml  # noqa: PLC0415  (PyYAML is an extra)

    return (yaml.CSafeLoader if yaml.__with_libyaml__ and fast else _python_parser())(text), yaml.MarkedYAMLError


def _compose(text: str, *, last_key_counts: bool, fast: bool = True) -> Iterator[_Document]:
    """Yield every document of ``text``, the empty ones too."""
    parser, malformed = _open_parser(text, fast=fast)
    document = _Document(1, last_key_counts)
    failure: yaml.MarkedYAMLError | None = None
    try:
        while event := parser.get_event():
            name = type(event).__name__
            if name in _HANDLERS:
                _HANDLERS[name](document, event)
            elif name == "DocumentEndEvent":
                yield document
                document = _Document(document.number + 1, last_key_counts)
    except malformed as error:
        failure = error
    if failure and failure.problem in _ONLY_IN_C:
        slow = _compose(text, last_key_counts=last_key_counts, fast=False)
        yield from (found for found in slow if found.number >= document.number)
    elif failure:
        raise _syntax_error(failure, text, document.number)


_ONLY_IN_C = frozenset({"found unexpected ':'", "exceeded maximum nesting depth"})
"""What the parser in C says of ``[fd00::]``, which go-yaml reads, and of brackets too deep for it, before it says what stands in them."""

_IN_QUOTES = "put text that starts with it in quotes"
_HINTS = {"\t": "use spaces, a tab cannot stand here", "%": _IN_QUOTES, "@": _IN_QUOTES, "`": _IN_QUOTES}
"""By the character at which reading stopped."""


def _syntax_error(failure: yaml.MarkedYAMLError, text: str, document: int) -> InvalidYAML:
    problem = ", ".join(filter(None, (failure.problem, failure.context)))
    mark = failure.problem_mark
    line, column, char = (mark.line + 1, mark.column + 1, text[mark.index : mark.index + 1]) if mark else (1, 1, "")
    return InvalidYAML(problem, line, column, document, _HINTS.get(char, ""))


_Found = TypeVar("_Found")
_BLANK = "\0 \t\r\n\x85\u2028\u2029"


@functools.cache
def _python_parser() -> Callable[[str], yaml.SafeLoader]:  # noqa: C901 (a class, not a branching function)
    """Return PyYAML's parser in Python, made to read and to refuse what the one in C does."""
    import yaml  # noqa: PLC0415  (PyYAML is an extra)
    from yaml.scanner import ScannerError  # noqa: PLC0415

    class PythonParser(yaml.SafeLoader):
        blanks = ""  # these are spaces now,
        indent_below = 0  # but not in the indentation of a line
        first_line = 0  # below this one

        def peek(self, index: int = 0) -> str:
            char = str(super().peek(index))
            if char not in self.blanks:
                return char
            if index == 0 and self.line > self.first_line and self.column < self.indent_below:
                raise ScannerError("while scanning a plain scalar", None, "found a tab that violates indentation", self.get_mark())
            return " "

        def taking_for_space(self, chars: str, scan: Callable[..., _Found], *arguments: object, indent: int = 0) -> _Found:
            """Call a scanner that knows no blank but the space."""
            before, self.blanks, self.first_line, self.indent_below = self.blanks, chars, self.line, indent
            found = scan(*arguments)
            self.blanks = before
            return found

        def scan_tag(self) -> yaml.TagToken:
            return self.taking_for_space("\t", super().scan_tag)

        def scan_directive(self) -> yaml.DirectiveToken:
            token = self.taking_for_space("\t", super().scan_directive)
            if token.name not in {"YAML", "TAG"}:
                raise ScannerError("while scanning a directive", None, "found unknown directive name", token.start_mark)
            if token.name == "YAML" and token.value not in {(1, 1), (1, 2)}:
                raise ScannerError(None, None, "found incompatible YAML document", token.start_mark)
            return token

        def scan_yaml_directive_value(self, start_mark: yaml.Mark) -> tuple[int, int]:
            return self.taking_for_space("\t#", super().scan_yaml_directive_value, start_mark)

        def scan_block_scalar_indicators(self, start_mark: yaml.Mark) -> tuple[Any, Any]:
            return self.taking_for_space("\t#", super().scan_block_scalar_indicators, start_mark)

        def scan_block_scalar_ignored_line(self, start_mark: yaml.Mark) -> None:
            self.taking_for_space("\t", super().scan_block_scalar_ignored_line, start_mark)

        def scan_plain_spaces(self, indent: int, start_mark: yaml.Mark) -> list[str] | None:
            return self.taking_for_space("\t", super().scan_plain_spaces, indent, start_mark, indent=indent)

        def scan_plain(self) -> yaml.ScalarToken:
            start = end = self.get_mark()
            chunks, spaces = list[str](), list[str]()
            while self.peek() != "#":
                length = 0
                while not self.ends_plain(length):
                    length += 1
                if not length:
                    break
                self.allow_simple_key = False
                chunks += [*spaces, str(self.prefix(length))]
                self.forward(length)
                end = self.get_mark()
                spaces = self.scan_plain_spaces(self.indent + 1, start) or []
                if not spaces or (not self.flow_level and self.column <= self.indent):
                    break
            return yaml.ScalarToken("".join(chunks), True, start, end)  # noqa: FBT003  (PyYAML's signature)

        def ends_plain(self, index: int) -> bool:
            """Return whether a plain scalar ends before the character there. In go-yaml a colon needs a blank, even in brackets."""
            char = self.peek(index)
            return char in _BLANK or (char == ":" and self.peek(index + 1) in _BLANK) or (self.flow_level > 0 and char in ",?[]{}")

        def scan_to_next_token(self) -> None:
            super().scan_to_next_token()
            while True:
                if self.column == 0 and self.peek() == "\ufeff":
                    self.forward()
                    self.column += 1
                elif self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
                    self.forward()
                else:
                    return
                super().scan_to_next_token()

        def scan_block_scalar_indentation(self) -> tuple[list[str], int, yaml.Mark]:
            found = super().scan_block_scalar_indentation()
            if self.peek() == "\t":
                raise ScannerError("while scanning a block scalar", None, "found a tab that violates indentation", self.get_mark())
            return found

        def scan_flow_scalar_non_spaces(self, double: bool, start_mark: yaml.Mark) -> list[str]:  # noqa: FBT001  (PyYAML's signature)
            chunks: list[str] = super().scan_flow_scalar_non_spaces(double, start_mark)
            if any(to_text(chunk) != chunk for chunk in chunks):
                raise ScannerError("while scanning a quoted scalar", None, "found a surrogate", self.get_mark())
            return chunks

        def fetch_more_tokens(self) -> None:
            try:
                return super().fetch_more_tokens()
            except (ValueError, OverflowError):
                pass  # a character beyond U+10FFFF, a version of thousands of digits
            raise ScannerError(None, None, "found a number that is out of range", self.get_mark())

    return PythonParser

"""API objects as kubectl prints them with ``-o json`` and ``-o yaml`` (``k8s.io/cli-runtime/pkg/printers``).

JSON is indented by four spaces and safe in HTML. YAML is what ``sigs.k8s.io/yaml`` makes of it: keys sorted, numbers in them by value, and
text in quotes where a reader of YAML 1.1 would take it for something else. Only objects of text and of other objects are printed.

Names that no object can have may print otherwise in YAML: with U+0085, U+2028, U+007F or a leading U+FEFF in them, or so long that kubectl
folds them between double quotes.
"""

# The stubs of PyYAML leave the types of events open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import functools
import io
import itertools
import re
import unicodedata
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from ..apimachinery.errors import KubeContainersError, MalformedObject
from ..apimachinery.objects import JSONObject, is_object, json_type
from ..golang.json import quote
from .yaml_scalars import TAG_PREFIX, TAGS, resolve

if TYPE_CHECKING:
    import yaml

__all__ = ["MissingYAML", "print_json", "print_yaml"]

LONGEST_KEY = 128
"""Longer ones stand behind a question mark."""

_INDENT = " " * 4
_BASE_60 = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?", re.ASCII)
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_TIMESTAMP = f"{TAG_PREFIX}timestamp"


class MissingYAML(KubeContainersError):
    """YAML was asked for where PyYAML is not installed."""

    def __init__(self, hint: str = "install kubecontainers[cli], or ask for JSON") -> None:
        super().__init__(hint)
        self.hint = hint

    def _sentence(self) -> str:
        return "writing YAML needs PyYAML"


def print_json(obj: JSONObject) -> str:
    r"""Return an object as ``-o json`` prints it. Raises ``MalformedObject`` where it holds more than objects and text.

    >>> print(print_json({"kind": "Secret", "data": {"a": "<"}}), end="")
    {
        "kind": "Secret",
        "data": {
            "a": "\u003c"
        }
    }
    """
    return "".join(_json(obj, "\n")) + "\n"


def _json(value: object, line_end: str) -> Iterator[str]:
    if value is None:
        yield "null"
    elif isinstance(value, str):
        yield quote(value)
    elif not is_object(value):
        raise _unprintable(value)
    elif not value:
        yield "{}"
    else:
        inner = line_end + _INDENT
        for start, (name, member) in zip(itertools.chain("{", itertools.repeat(",")), value.items(), strict=False):
            yield f"{start}{inner}{quote(name)}: "
            yield from _json(member, inner)
        yield line_end + "}"


def print_yaml(obj: JSONObject) -> str:
    """Return an object as ``-o yaml`` prints it.

    Raises ``MalformedObject`` where it holds more than objects and text, and ``MissingYAML`` where PyYAML is not installed.

    >>> print(print_yaml({"metadata": {"name": "1e3", "namespace": "shop"}, "kind": "Secret"}), end="")
    kind: Secret
    metadata:
      name: "1e3"
      namespace: shop
    """
    if find_spec("yaml") is None:
        raise MissingYAML
    import yaml  # noqa: PLC0415  (the rest of the command line does not need it)

    start = [yaml.StreamStartEvent(), yaml.DocumentStartEvent(explicit=False)]
    end = [yaml.DocumentEndEvent(explicit=False), yaml.StreamEndEvent()]
    written = io.StringIO()
    emitter = _emitter_type()(written, allow_unicode=True)
    for event in (*start, *_events(obj), *end):
        emitter.emit(event)
    return written.getvalue()


@functools.cache
def _emitter_type() -> type[yaml.emitter.Emitter]:
    from yaml import ScalarEvent, emitter  # noqa: PLC0415  (as above)

    class Emitter(emitter.Emitter):
        def check_simple_key(self) -> bool:
            """Return whether a key goes without a question mark: in go-yaml one of 128 characters does, in PyYAML it does not."""
            key = self.event.value if isinstance(self.event, ScalarEvent) else ""
            return bool(super().check_simple_key()) or (len(key) == LONGEST_KEY and "\n" not in key)

    return Emitter


def _events(value: object) -> Iterator[yaml.Event]:
    import yaml  # noqa: PLC0415  (as above)

    if value is None:
        yield yaml.ScalarEvent(None, None, (True, True), "null")
    elif isinstance(value, str):
        yield yaml.ScalarEvent(None, None, (True, True), value, style=_style(value))
    elif not is_object(value):
        raise _unprintable(value)
    else:
        yield yaml.MappingStartEvent(None, None, True, flow_style=not value)  # noqa: FBT003  (PyYAML's signature)
        for name in sorted(value, key=functools.cmp_to_key(_compare)):
            yield from _events(name)
            yield from _events(value[name])
        yield yaml.MappingEndEvent()


def _unprintable(value: object) -> MalformedObject:
    return MalformedObject("", "nothing but objects and strings", json_type(value))


def _style(text: str) -> str | None:
    """Return the style that go-yaml asks its emitter for, which knows better where that style cannot hold the text."""
    if _ASTRAL.search(text):  # printable in PyYAML, not in go-yaml
        return '"'
    if "\n" in text:
        return "|"
    return None if _is_plain(text) else '"'


def _is_plain(text: str) -> bool:
    """Return whether a text without quotes is read as text."""
    if resolve(text) != text or _BASE_60.fullmatch(text):
        return False
    try:
        TAGS[_TIMESTAMP](text)
    except ValueError:
        return True
    return False


def _compare(first: str, second: str) -> int:
    """Order keys as go-yaml does: letters behind everything else, and digits by the number that they are.

    This is no order where letters follow numbers: "9" is before "11", "11" before "1A" and "1A" before "9", so kubectl itself prints such
    keys now in one way and now in another.
    """
    at = next((at for at, (left, right) in enumerate(zip(first, second, strict=False)) if left != right), None)
    if at is None:
        return len(first) - len(second)
    letters = first[at].isalpha(), second[at].isalpha()
    if letters[0] != letters[1]:
        return 1 if letters[0] else -1
    if not all(letters):
        numbers = _number(first, at, second[at]), _number(second, at, first[at])
        if numbers[0] != numbers[1]:
            return -1 if numbers[0] < numbers[1] else 1
    return -1 if first[at] < second[at] else 1


def _number(text: str, at: int, other: str) -> tuple[int, str, int]:
    """Return the number that begins at a place, as its length and its digits, and the place where it ends.

    A zero on either side counts for what it is only behind digits that are not all zeros.
    """
    begin = at
    while begin and _is_digit(text[begin - 1]):
        begin -= 1
    end = at
    while end < len(text) and _is_digit(text[end]):
        end += 1
    inside_number = "0" in {text[at], other} and text[begin:at].strip("0") != ""
    digits = (("1" if inside_number else "") + text[at:end]).lstrip("0")
    return len(digits), digits, end


def _is_digit(char: str) -> bool:
    return unicodedata.category(char) == "Nd"

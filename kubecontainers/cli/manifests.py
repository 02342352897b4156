r"""Manifests: the API objects in YAML and JSON files, and the files in a directory.

They are taken apart as kubectl does it (``k8s.io/cli-runtime/pkg/resource``): a file holds many documents, and a list stands for its
items. JSON is read by its own rules, without what YAML adds; numbers mean the same in both.
"""

from __future__ import annotations

import json
import math
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import attrs

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.objects import JSONObject, is_object, json_type
from ..explain.object_lists import MAX_NESTED_LISTS, is_object_list, list_items
from .kubernetes_yaml import MAX_DEPTH, InvalidYAML, YAMLDocument, decode, load_documents
from .yaml_scalars import json_number

__all__ = ["Manifest", "UnreadableManifest", "find_files", "read_manifests"]

_SUFFIXES = frozenset({".yaml", ".yml", ".json"})

_SPACE = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(
    r'(?P<string>"[^"\\]*+(?:\\.[^"\\]*+)*+"?)|(?P<constant>NaN|-?Infinity)|-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|[{}\[\]:]', re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)
_DECODER = json.JSONDecoder(parse_int=json_number, parse_float=json_number)
_SYNTAX = json.JSONDecoder(parse_int=str, parse_float=str)

_RENDER_FIRST = "this looks like a template: render it first, for example with helm template"


class UnreadableManifest(KubeContainersError):
    """A manifest cannot be read.

    ``source`` names the file, ``document`` the document in it and ``line`` the line in the file, both from 1; both are 0 where the whole
    file is meant. What the document holds is left out, since it may be secret.
    """

    def __init__(self, source: str, problem: str, document: int, line: int, hint: str = "") -> None:
        super().__init__(source, problem, document, line, hint)
        self.source = source
        self.problem = problem
        self.document = document
        self.line = line
        self.hint = hint

    def _sentence(self) -> str:
        where = f"{self.source}, document {self.document}, line {self.line}" if self.document else self.source
        return f"{where}: {self.problem}"


@attrs.frozen
class Manifest:
    """An object and where it was found.

    ``document`` and ``line`` are those of its document. ``index`` counts the objects in a document that is a list, through lists in it; it
    is ``None`` where the document is the object.
    """

    source: str
    document: int
    line: int
    index: int | None
    object: JSONObject


def read_manifests(source: str, content: bytes) -> Iterator[Manifest]:
    r"""Yield the objects of one file, those in lists one by one; empty documents and ``null`` are left out.

    Raises ``UnreadableManifest`` at the first document that cannot be read, after the objects before it were yielded.

    >>> [manifest.object["kind"] for manifest in read_manifests("web.yaml", b"kind: Pod\n---\nkind: Service\n")]
    ['Pod', 'Service']
    """
    for document in _documents(source, content):
        if document.value is None:
            continue
        listed = is_object(document.value) and is_object_list(document.value)
        for index, found in enumerate(_objects(source, document, document.value, MAX_NESTED_LISTS)):
            yield Manifest(source, document.number, document.line, index if listed else None, found)


def find_files(path: Path) -> Iterator[Path]:
    """Yield the file ``path``, or every ``.yaml``, ``.yml`` and ``.json`` file below the directory ``path``, sorted.

    Links are followed, but no directory is read twice; hidden directories are left out. Raises ``UnreadableManifest`` where there is
    nothing, or a directory cannot be read.
    """
    found, failures = [path], list[OSError | ValueError]()
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            found, failures = _walk(path)
    except (OSError, ValueError) as error:
        found, failures = [], [error]
    yield from sorted(found)
    for failure in failures:
        source = getattr(failure, "filename", None) or path
        raise UnreadableManifest(str(source), getattr(failure, "strerror", None) or "a path cannot hold a null character", 0, 0)


# ----------------------------------------------------------------------------------------------------------------------- lists


def _objects(source: str, document: YAMLDocument, value: object, lists_left: int) -> Iterator[JSONObject]:
    """Yield ``value``, or the objects in it where it is a list."""
    problem = ""
    if not is_object(value):
        problem = f"expected an object, found {json_type(value)}"
    elif value.get("kind") == "List" and not isinstance(value.get("items"), list | None):
        problem = f"items of a List: expected a list, found {json_type(value.get('items'))}"
    elif not is_object_list(value):
        yield value
    elif not lists_left:
        problem = f"lists are nested more than {MAX_NESTED_LISTS} levels deep"
    else:
        for item in list_items(value):
            yield from _objects(source, document, item, lists_left - 1)
    if problem:
        raise UnreadableManifest(source, problem, document.number, document.line)


# ------------------------------------------------------------------------------------------------------------------- documents


def _documents(source: str, content: bytes) -> Iterator[YAMLDocument]:
    text, problem = decode(content)
    failure: InvalidYAML | None = None
    try:
        yield from _json_documents(text) if not problem and _is_json(source, text) else load_documents(content)
    except InvalidYAML as error:
        failure = error
    if failure:
        hint = _RENDER_FIRST if "{{" in text else failure.hint
        raise UnreadableManifest(source, failure.problem, failure.document, failure.line, hint)


def _is_json(source: str, text: str) -> bool:
    """Return whether to read ``text`` as JSON: it looks like it, and is it throughout or says so in its name."""
    position = _after_space(text, 0)
    if text[position : position + 1] not in {"{", "["}:
        return False
    if source.endswith(".json"):
        return True
    try:
        while position < len(text):
            _, end = _SYNTAX.raw_decode(text, position)
            position = _after_space(text, end)
    except json.JSONDecodeError:
        return False
    except RecursionError:  # which is an error in both; JSON's sentence is the better one
        return True
    return True


def _json_documents(text: str) -> Iterator[YAMLDocument]:
    """Yield the values of a stream of JSON, one after the other."""
    text = _ESCAPE.sub(lambda escape: r"\ufffd" if escape["lone"] else escape[0], text)
    number, line, seen = 1, 1, 0
    position = _after_space(text, 0)
    while position < len(text):
        value: object = None
        end = 0
        failure = _json_problem(text, position)
        if not failure:
            try:
                value, end = _DECODER.raw_decode(text, position)
            except json.JSONDecodeError as error:
                failure = (error.msg, error.pos)
        if failure:
            problem, where = failure
            raise InvalidYAML(problem, _line(text, where), where - text.rfind("\n", 0, where), number)
        line += text.count("\n", seen, position)
        yield YAMLDocument(number, line, value)
        seen, position, number = position, _after_space(text, end), number + 1


def _json_problem(text: str, start: int) -> tuple[str, int] | None:
    """Return what the ``json`` module would let pass in the value at ``start``, and where; the text may be broken."""
    open_keys: list[dict[str, int]] = []
    key, key_at = "", start
    for token in _TOKEN.finditer(text, start):
        written, at = token[0], token.start()
        if written in "{[":
            open_keys.append({})
            if len(open_keys) > MAX_DEPTH:
                return f"nested more than {MAX_DEPTH} levels deep", at
        elif written in "}]":
            del open_keys[-1:]
        elif written == ":":
            if key in open_keys[-1]:
                return f"a key is set twice, first on line {_line(text, open_keys[-1][key])}", key_at
            open_keys[-1][key] = key_at
        elif token["string"]:
            key, key_at = _unescaped(written), at
        elif token["constant"] or math.isinf(json_number(written)):
            return "infinity, NaN and numbers beyond a float cannot stand in JSON", at
        if not open_keys:
            return None
    return None


def _unescaped(string: str) -> str:
    try:
        return str(json.loads(string)) if "\\" in string else string[1:-1]
    except json.JSONDecodeError:  # reported when the value is read
        return string


def _after_space(text: str, position: int) -> int:
    space = _SPACE.match(text, position)
    return space.end() if space else position


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


# ----------------------------------------------------------------------------------------------------------------------- files


def _walk(top: Path) -> tuple[list[Path], list[OSError | ValueError]]:
    """Return the manifests below ``top`` and what could not be read; directories that only links lead to come last."""
    found: list[Path] = []
    failures: list[OSError | ValueError] = []
    seen: set[tuple[int, int]] = set()
    real, linked = [top], list[Path]()
    while real or linked:
        directory = real.pop() if real else linked.pop()
        try:
            status = directory.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            for entry in sorted(directory.iterdir()):
                if entry.is_dir():
                    if not entry.name.startswith("."):
                        (linked if entry.is_symlink() else real).append(entry)
                elif entry.suffix in _SUFFIXES and entry.is_file():
                    found.append(entry)
        except OSError as error:
            failures.append(error)
    return found, failures

r"""Env files: what the kubelet reads of a file for a variable with ``fileKeyRef``.

The parser is ``ParseEnv`` in ``pkg/kubelet/util/env``, the limits are in ``makeEnvironmentVariables`` (``pkg/kubelet/kubelet_pods.go``).
A file is read only as far as the first line that sets the key: what is wrong behind it is never seen. Kubernetes 1.35 replaced the grammar,
so the same file means something else there, or nothing::

    1.34   KEY = any text, \        parts are joined by one blank; quotes are part of the value
             and more
    1.35   KEY='any text            the value is what stands in quotes, over lines if need be
           and more' # comment
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.release import LATEST, Change, NotInRelease, Release
from ..golang.text import from_octets, to_bytes, to_octets, trim_space
from .failures import EnvironmentFailed, EnvironmentFailure

__all__ = [
    "ENV_FILES",
    "ENV_FILES_KNOWN",
    "ENV_FILE_LIMITS",
    "SINGLE_QUOTED_ENV_FILES",
    "EnvFile",
    "EnvFileProblem",
    "InvalidEnvFile",
    "parse_env_file",
    "read_env_file_key",
]

ENV_FILES_KNOWN = Change(since="1.34", summary="the API knows fileKeyRef, and the kubelet how to read an env file")
ENV_FILES = Change(
    since="1.34", gate="EnvFiles", summary="a variable may come out of a file of a volume; otherwise fileKeyRef is dropped silently"
)
SINGLE_QUOTED_ENV_FILES = Change(
    since="1.35", summary="values in an env file must stand in single quotes, which are no part of them, and may span lines"
)
ENV_FILE_LIMITS = Change(since="1.34", until="1.35", summary="a key of an env file may have 128 bytes, and a value 32768")

MAX_KEY_BYTES = 128
MAX_VALUE_BYTES = 32768
MAX_LINE_BYTES = 65535
"""What Go's line scanner takes, a carriage return included."""

_BLANKS = b" \t"


class EnvFileProblem(enum.Enum):
    """What is wrong in an env file."""

    LINE_TOO_LONG = "the line has more than 65535 bytes"

    BLANK_LINE_IN_CONTINUATION = "a blank line follows a line that ends in a backslash"
    COMMENT_IN_CONTINUATION = "a comment follows a line that ends in a backslash"
    UNFINISHED_CONTINUATION = "the last line ends in a backslash"
    BAD_LINE = "the line has no =, or no name before it"

    MISSING_EQUALS = "the line has no ="
    EMPTY_NAME = "there is no name before the ="
    WHITESPACE_BEFORE_EQUALS = "white space stands before the ="
    NOT_SINGLE_QUOTED = "the value is not in single quotes"
    CONTENT_AFTER_QUOTE = "something other than a comment stands behind the closing quote"
    UNCLOSED_QUOTE = "no quote closes the value"


class InvalidEnvFile(KubeContainersError):
    """An env file cannot be parsed.

    ``line``, counted from 1, is where the trouble begins; what stands there may be secret and is left out.
    """

    def __init__(self, problem: EnvFileProblem, line: int, hint: str = "") -> None:
        super().__init__(problem, line, hint)
        self.problem = problem
        self.line = line
        self.hint = hint

    def _sentence(self) -> str:
        return f"line {self.line} of the env file: {self.problem.value}"


class EnvFile:
    r"""An env file, read only as far as the keys that were asked for.

    ``content`` is its bytes; ``release`` is the node's and decides the grammar. Raises ``NotInRelease`` before 1.34.

    >>> file = EnvFile(b"A='1'\nB='2'\n?")
    >>> file.get("B"), file.get("A")
    ('2', '1')
    """

    def __init__(self, content: bytes | str, *, release: Release = LATEST) -> None:
        _check_release(release)
        lines = _Lines(to_octets(content) if isinstance(content, str) else content)
        self._assignments = _quoted_values(lines) if SINGLE_QUOTED_ENV_FILES in release else _bare_values(lines)
        self._found: dict[bytes, str] = {}
        self._invalid: tuple[EnvFileProblem, int] | None = None

    def get(self, key: str) -> str:
        """Return the value of a key, empty where it has none or an empty one.

        Raises ``InvalidEnvFile`` where the file is wrong before it comes to the key.
        """
        wanted = to_bytes(key)
        while wanted not in self._found and self._invalid is None:
            try:
                name, value = next(self._assignments)
            except StopIteration:
                return ""
            except InvalidEnvFile as error:
                self._invalid = error.problem, error.line
            else:
                self._found.setdefault(name, value)
        if self._invalid is not None and wanted not in self._found:
            raise InvalidEnvFile(*self._invalid)
        return self._found[wanted]


def _check_release(release: Release) -> None:
    if ENV_FILES_KNOWN not in release:
        raise NotInRelease("env files", release)


def parse_env_file(content: bytes | str, key: str, *, release: Release = LATEST) -> str:
    r"""Return the value that an env file gives to ``key``, empty where it gives none or an empty one.

    ``release`` is the node's. Bytes of ``content`` that are not UTF-8 stand in the value as ``surrogateescape`` has them. Raises
    ``InvalidEnvFile`` where the file is wrong before it comes to the key, and ``NotInRelease`` before 1.34.

    >>> parse_env_file(b"# colours\nSKY='light blue'  # today\n", "SKY")
    'light blue'
    >>> parse_env_file(b"SKY='light blue'", "SKY", release=Release("1.34"))
    "'light blue'"
    """
    return EnvFile(content, release=release).get(key)


def read_env_file_key(
    file: EnvFile | bytes | str | None,
    key: str,
    *,
    optional: bool = False,
    path: FieldPath = ROOT,
    subject: str = "",
    release: Release = LATEST,
) -> str | None:
    r"""Return what a variable with ``fileKeyRef`` becomes, or ``None`` where it is optional and left as it was.

    ``file``, or its content, is ``None`` where it cannot be opened; ``optional`` forgives a key that is missing or empty, nothing else.
    ``path`` is the field of the pod and ``subject`` the file, both for the error. ``release`` is the node's.

    Raises ``EnvironmentFailed``, and ``NotInRelease`` before 1.34.

    >>> file = EnvFile(b"A='1'\nB=''")
    >>> read_env_file_key(file, "A"), read_env_file_key(file, "B", optional=True)
    ('1', None)
    """
    _check_release(release)
    if isinstance(file, bytes | str):
        file = EnvFile(file, release=release)
    limited = ENV_FILE_LIMITS in release
    if limited and len(to_bytes(key)) > MAX_KEY_BYTES:
        raise EnvironmentFailed(EnvironmentFailure.ENV_FILE_KEY_TOO_LONG, path, subject, key=key)
    problem = "it cannot be opened"
    value = None
    if file is not None:
        try:
            value = file.get(key)
        except InvalidEnvFile as invalid:
            problem = str(invalid)
    if value is None:
        raise EnvironmentFailed(EnvironmentFailure.ENV_FILE_UNREADABLE, path, subject, problem, key)
    if limited and len(to_octets(value)) > MAX_VALUE_BYTES:
        raise EnvironmentFailed(EnvironmentFailure.ENV_FILE_VALUE_TOO_LONG, path, subject, key=key)
    if not value and not optional:
        raise EnvironmentFailed(EnvironmentFailure.ENV_FILE_KEY_NOT_FOUND, path, subject, key=key)
    return value or None


class _Lines(Iterator[bytes]):
    """The lines of a file as Go's scanner gives them, without their ends, one at a time.

    It stops before a line that is too long, as at the end; ``check`` tells the two apart.
    """

    def __init__(self, content: bytes) -> None:
        self.number = 0
        self._content = content
        self._start = 0
        self._too_long = False

    def __next__(self) -> bytes:
        if self._too_long or self._start >= len(self._content):
            raise StopIteration
        end = self._content.find(b"\n", self._start, self._start + MAX_LINE_BYTES + 1)
        if end < 0:
            end = len(self._content)
        if end - self._start > MAX_LINE_BYTES:
            self._too_long = True
            raise StopIteration
        line = self._content[self._start : end]
        self._start = end + 1
        self.number += 1
        return line.removesuffix(b"\r")

    def check(self) -> None:
        """Raise ``InvalidEnvFile`` if it was a line too long, and not the end, that came last."""
        if self._too_long:
            raise InvalidEnvFile(EnvFileProblem.LINE_TOO_LONG, self.number + 1)


# ------------------------------------------------------------------------------------------------------- values in single quotes


def _quoted_values(lines: _Lines) -> Iterator[tuple[bytes, str]]:
    """Yield the assignments of a file as far as it can be read."""
    for whole in lines:
        line = whole.lstrip(_BLANKS)
        if not line or line.startswith(b"#"):
            continue
        name, equals, value = line.partition(b"=")
        if problem := _problem_of_name(name, equals):
            raise InvalidEnvFile(problem, lines.number)
        # as in a shell, a blank ends the assignment: the value is empty, whatever the rest of the line is
        found = b"" if value.startswith((b" ", b"\t")) else _in_quotes(lines, value)
        yield name, from_octets(found)
    lines.check()


def _problem_of_name(name: bytes, equals: bytes) -> EnvFileProblem | None:
    if not equals:
        return EnvFileProblem.MISSING_EQUALS
    if not name:
        return EnvFileProblem.EMPTY_NAME
    return EnvFileProblem.WHITESPACE_BEFORE_EQUALS if name.endswith((b" ", b"\t")) else None


def _in_quotes(lines: _Lines, value: bytes) -> bytes:
    """Return what stands in quotes, and read on as far as they reach."""
    first = lines.number
    if not value.startswith(b"'"):
        raise InvalidEnvFile(EnvFileProblem.NOT_SINGLE_QUOTED, first)
    part, quote, rest = value[1:].partition(b"'")
    parts = [part]
    while not quote:
        line = next(lines, None)
        if line is None:
            raise InvalidEnvFile(EnvFileProblem.UNCLOSED_QUOTE, first)
        part, quote, rest = line.partition(b"'")
        parts.append(part)
    rest = rest.lstrip(_BLANKS)
    if rest and not rest.startswith(b"#"):
        raise InvalidEnvFile(EnvFileProblem.CONTENT_AFTER_QUOTE, lines.number)
    return b"\n".join(parts)


# ----------------------------------------------------------------------------------------------------------------- bare values


def _bare_values(lines: _Lines) -> Iterator[tuple[bytes, str]]:
    """Yield the assignments of a file as far as it can be read."""
    for line in _joined_lines(lines):
        name, equals, value = from_octets(line).partition("=")
        name = trim_space(name)
        if not equals or not name:
            raise InvalidEnvFile(EnvFileProblem.BAD_LINE, lines.number)
        yield to_octets(name), trim_space(value)
    lines.check()


def _joined_lines(lines: _Lines) -> Iterator[bytes]:
    """Yield the lines that count, those that end in a backslash joined with the next."""
    parts: list[bytes] = []
    first = 0
    for whole in lines:
        line = whole.lstrip(_BLANKS)
        if not line or line.startswith(b"#"):
            if parts:
                blank = EnvFileProblem.COMMENT_IN_CONTINUATION if line else EnvFileProblem.BLANK_LINE_IN_CONTINUATION
                raise InvalidEnvFile(blank, lines.number)
            continue
        line = line.rstrip(_BLANKS)
        if line.endswith(b"\\"):
            first = first if parts else lines.number
            parts.append(line[:-1].rstrip(_BLANKS))
            continue
        yield b" ".join([*parts, line])
        parts = []
    if parts:
        raise InvalidEnvFile(EnvFileProblem.UNFINISHED_CONTINUATION, first)

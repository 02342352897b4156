"""Dotenv files, read back by two readers that are written here after the documentation of the programs that they stand for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

import pytest

from kubecontainers.apimachinery.secret_text import SecretText
from kubecontainers.cli.dotenv import Dotenv, dotenv_file, dotenv_value
from kubecontainers.environment.variables import EnvironmentVariable, Origin, OriginKind

VALUE = Origin(OriginKind.VALUE)
SECRET = Origin(OriginKind.SECRET, "shop/db", "key")
TEXTS = ["".join(letters) for length in range(5) for letters in itertools.product("a'\"\\${}\n\r #", repeat=length)]
"""Every short text of letters that mean something to some reader."""


def variable(name: str, value: str) -> EnvironmentVariable:
    return EnvironmentVariable(name, value, VALUE)


def single_quoted(text: str, *, both: bool) -> tuple[str, str]:
    """Return what stands between single quotes, and the rest; ``both``: a backslash may escape itself, and not only the quote."""
    value, position = "", 1
    while text[position] != "'":
        if text[position] == "\\" and (text[position + 1] == "'" or (both and text[position + 1] == "\\")):
            position += 1
        elif text[position] == "\\":  # stands for itself, and protects nothing
            value += "\\"
            position += 1
        value += text[position]
        position += 1
    return value, text[position + 1 :]


def double_quoted(text: str, letters: str) -> tuple[str, str]:
    """Return what stands between double quotes, and the rest; a backslash before any of ``letters`` escapes it."""
    value, position = "", 1
    while text[position] != '"':
        if text[position] == "\\" and text[position + 1] in letters:
            position += 1
            value += {"n": "\n", "r": "\r", "$": "$$"}.get(text[position], text[position])
        else:
            value += text[position]
        position += 1
    return value, text[position + 1 :]


def python_dotenv(text: str) -> tuple[str, str]:
    """As python-dotenv reads a value: whatever the quotes are, ``${name}`` is replaced, here by nothing."""
    if text[0] == "'":
        value, rest = single_quoted(text, both=True)
    elif text[0] == '"':
        value, rest = double_quoted(text, "\\'\"abfnrtv")
    else:
        value, _, rest = text.partition("\n")
        rest = f"\n{rest}"
    return re.sub(r"\$\{[^}:]*(?::-[^}]*)?\}", "", value), rest


def docker_compose(text: str) -> tuple[str, str]:
    """As docker compose reads a value: outside single quotes variables are replaced, here by nothing, and ``$$`` is a dollar sign."""
    if text[0] == "'":
        return single_quoted(text, both=False)
    if text[0] == '"':
        value, rest = double_quoted(text, '\\"abcfnrtv$')
    else:
        value, _, rest = text.partition("\n")
        rest = f"\n{rest}"

    def replaced(found: re.Match[str]) -> str:
        assert found[0] != "${", "an invalid template"
        return "$" if found[0] == "$$" else ""

    return re.sub(r"\$\$|\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\}|\$\{", replaced, value), rest


def read(content: bytes, value: Callable[[str], tuple[str, str]]) -> dict[str, str]:
    """Read a file whose lines end in newlines and nothing else, as every reader does."""
    rest, found = content.decode(), dict[str, str]()
    assert "\r" not in rest, "a text file may not keep it"
    while rest:
        if rest[0] == "#":
            rest = rest.partition("\n")[2]
            continue
        name, _, rest = rest.partition("=")
        found[name], rest = value(rest)
        assert rest[0] == "\n"
        rest = rest[1:]
    return found


class TestRoundTrip:
    def test_docker_compose_reads_back_every_value(self) -> None:
        file = dotenv_file([variable(f"V{number}", text) for number, text in enumerate(TEXTS)], show_secrets=False)
        assert file.left_out == ()
        assert list(read(file.content, docker_compose).values()) == TEXTS

    def test_python_dotenv_reads_back_what_is_not_disputed(self) -> None:
        file = dotenv_file([variable(f"V{number}", text) for number, text in enumerate(TEXTS)], show_secrets=False)
        found = read(file.content, python_dotenv)
        differing = {f"V{number}" for number, text in enumerate(TEXTS) if found[f"V{number}"] != text}
        assert differing == set(file.disputed)
        assert len(differing) < len(TEXTS) / 50

    @pytest.mark.parametrize(
        ("value", "written"),
        [
            ("", "''"),
            ("8080", "8080"),
            ("tcp://10.0.0.1:6379", "tcp://10.0.0.1:6379"),
            ("caf\u00e9 au lait", "'caf\u00e9 au lait'"),
            ("#1", "'#1'"),
            ("a\nb", "'a\nb'"),
            ("a\r\nb", '"a\\r\\nb"'),
            ("it's", '"it\'s"'),
            ("it's $HOME", "'it\\'s $HOME'"),
            ("\\\\ $HOME", '"\\\\\\\\ \\$HOME"'),
        ],
    )
    def test_how_values_are_written(self, value: str, written: str) -> None:
        assert dotenv_value(value) == written


class TestFile:
    def test_names_and_values_that_cannot_stand_in_one(self) -> None:
        names = ["OK", "with.dot", "with-dash", "_x9", "9lives", "a b", "a=b", "", "caf\u00e9", "-x", "A\n"]
        file = dotenv_file([*(variable(name, "1") for name in names), variable("BYTES", "caf\udce9")], show_secrets=True)
        assert file == Dotenv(b"OK=1\nwith.dot=1\nwith-dash=1\n_x9=1\n", left_out=(*names[4:], "BYTES"))

    def test_secrets(self) -> None:
        secret = EnvironmentVariable("PASSWORD", SecretText("hunter2"), SECRET)
        assert dotenv_file([secret], show_secrets=False) == Dotenv(b"PASSWORD='***'\n", hidden=("PASSWORD",))
        assert dotenv_file([secret], show_secrets=True) == Dotenv(b"PASSWORD=hunter2\n")

    def test_comments(self) -> None:
        file = dotenv_file([variable("A", "1"), variable("B", "2")], show_secrets=False, comment=lambda found: f"of\n{found.name}")
        assert file.content == b"# of\\x0aA\nA=1\n# of\\x0aB\nB=2\n"

    def test_empty(self) -> None:
        assert dotenv_file([], show_secrets=False) == Dotenv(b"")

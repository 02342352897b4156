from __future__ import annotations

import importlib.util

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.objects import JSONObject
from kubecontainers.cli import kubectl_printer
from kubecontainers.cli.kubectl_printer import MissingYAML, print_json, print_yaml


def yaml_text(text: str) -> str:
    """How a text stands in YAML."""
    return print_yaml({"name": text}).removeprefix("name: ").removesuffix("\n")


class TestJSON:
    def test_it_is_indented_and_safe(self) -> None:
        obj: JSONObject = {"kind": "Secret", "metadata": {"name": "<é\u2028>", "creationTimestamp": None}, "data": {}}
        assert print_json(obj) == (
            "{\n"
            '    "kind": "Secret",\n'
            '    "metadata": {\n'
            '        "name": "\\u003cé\\u2028\\u003e",\n'
            '        "creationTimestamp": null\n'
            "    },\n"
            '    "data": {}\n'
            "}\n"
        )


class TestYAML:
    def test_keys_are_sorted(self) -> None:
        obj: JSONObject = {"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "a", "creationTimestamp": None}, "data": {}}
        assert print_yaml(obj) == "apiVersion: v1\ndata: {}\nkind: Secret\nmetadata:\n  creationTimestamp: null\n  name: a\n"

    @pytest.mark.parametrize(
        "keys",
        [
            (".dockercfg", ".dockerconfigjson"),
            ("a", "ab"),
            ("a2", "a10"),
            ("a2b", "a10"),
            ("a.", "ab"),
            ("a-", "a."),
            ("1", "01"),
            ("01", "001"),
            ("A", "a"),
            ("100", "101"),
            ("a100b", "a101a"),
            ("10", "010"),
            ("9", "10"),
        ],
    )
    def test_order_of_keys(self, keys: tuple[str, str]) -> None:
        for given in (keys, keys[::-1]):
            lines = print_yaml(dict.fromkeys(given, "x")).splitlines()
            assert [line.split(":")[0].strip("'\"") for line in lines] == list(keys)

    @pytest.mark.parametrize(
        "text", ["regcred", "a.b-c", "é", "日本", "a:b", "=", "<<", "0x", "1-", "2001-13-01", "12:61", "-a", "http://a"]
    )
    def test_plain(self, text: str) -> None:
        assert yaml_text(text) == text

    @pytest.mark.parametrize(
        "text",
        ["", "true", "y", "NO", "null", "~", "1e3", "0x1f", "08", "1_000", ".inf", "2001-01-01", "2001-1-1 1:2:3", "12:30:45", "1:2"],
    )
    def test_what_would_be_something_else(self, text: str) -> None:
        assert yaml_text(text) == f'"{text}"'

    @pytest.mark.parametrize("text", ["a: b", "#a", "- a", "-", " a", "a ", "*a", "&a", "[a", "a #b", "---"])
    def test_what_needs_quotes(self, text: str) -> None:
        assert yaml_text(text) == f"'{text}'"

    def test_line_ends(self) -> None:
        assert yaml_text("a\nb") == "|-\n  a\n  b"
        assert yaml_text("a\nb\n") == "|\n  a\n  b"

    def test_escapes(self) -> None:
        assert yaml_text("a\tb\r\x07") == r'"a\tb\r\a"'
        assert yaml_text("a\U0001f600") == r'"a\U0001F600"'

    def test_without_pyyaml(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def find_spec(name: str) -> None:
            assert name == "yaml"

        monkeypatch.setattr(kubectl_printer, "find_spec", find_spec)
        with pytest.raises(MissingYAML, match=r"writing YAML needs PyYAML .install kubecontainers\[cli\], or ask for JSON."):
            print_yaml({"a": "b"})
        assert importlib.util.find_spec("yaml") is not None


@pytest.mark.parametrize(("value", "found"), [(1, "a number"), ([], "a list"), (True, "a boolean")])
def test_what_no_secret_holds(value: object, found: str) -> None:
    for show in (print_json, print_yaml):
        with pytest.raises(MalformedObject, match=f"found {found}"):
            show({"a": {"b": value}})

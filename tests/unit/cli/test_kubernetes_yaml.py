"""What YAML means to Kubernetes. The expected values are what kubectl 1.37 printed for the same text, or follow from them."""

from __future__ import annotations

import codecs
import pickle
import subprocess
import sys

import pytest
import yaml

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.cli.kubernetes_yaml import MAX_DEPTH, InvalidYAML, YAMLDocument, load_documents


@pytest.fixture(autouse=True, params=["C", "Python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test here runs over both of PyYAML's parsers."""
    if request.param == "C" and not yaml.__with_libyaml__:
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(yaml, "__with_libyaml__", request.param == "C")
    return str(request.param)


def read(text: str | bytes) -> object:
    """Return the value of the only document."""
    (document,) = load_documents(text if isinstance(text, bytes) else text.encode())
    return document.value


def refusal(text: str | bytes) -> InvalidYAML:
    """Return why the stream is refused."""
    with pytest.raises(InvalidYAML) as caught:
        list(load_documents(text if isinstance(text, bytes) else text.encode()))
    assert caught.value.__context__ is None
    return caught.value


def same(found: object, expected: object) -> bool:
    """Compare values and types, since ``True == 1 == 1.0``."""
    return repr(found) == repr(expected)


class TestPlainScalars:
    """A plain scalar is what go-yaml v2 resolves it to, on its way through JSON."""

    @pytest.mark.parametrize("text", ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
    def test_true(self, text: str) -> None:
        assert read(f"a: {text}") == {"a": True}

    @pytest.mark.parametrize("text", ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])
    def test_false(self, text: str) -> None:
        assert read(f"a: {text}") == {"a": False}

    @pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL", "&x"])
    def test_null(self, text: str) -> None:
        assert read(f"a: {text}") == {"a": None}

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("0777", 511),
            ("0o17", 15),
            ("0O17", 15),
            ("0b11", 3),
            ("0B11", 3),
            ("-0b11", -3),
            ("0b-1", -1),
            ("0b+1", 1),
            ("0X1F", 31),
            ("-0x1f", -31),
            ("0x_1f", 31),
            ("1_000", 1000),
            ("1_", 1),
            ("0_7", 7),
            ("+5", 5),
            ("00", 0),
            ("-0", 0),
            ("-_5", -5),
            ("0" * 6000 + "7", 7),
            ("9223372036854775807", 2**63 - 1),
            ("18446744073709551615", 2**64 - 1),
            ("-9223372036854775808", -(2**63)),
            ("01777777777777777777777", 2**64 - 1),
        ],
    )
    def test_integer(self, text: str, expected: int) -> None:
        assert same(read(f"a: {text}"), {"a": expected})

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (".5", 0.5),
            ("+.5", 0.5),
            ("+_.5", 0.5),
            (".5_0", 0.5),
            ("1_000.5", 1000.5),
            ("1e-7", 1e-07),
            ("1e308", 1e308),
            ("07.5", 7.5),
            ("1e21", 1e21),
            ("18446744073709551616", 18446744073709551616.0),
            ("+18446744073709551615", 18446744073709551616.0),
            ("-9223372036854775809", -9223372036854775808.0),
            ("0777777777777777777777777", 7.777777777777778e23),
            ("9" * 300, 1e300),
        ],
    )
    def test_float(self, text: str, expected: float) -> None:
        assert read(f"a: {text}") == {"a": expected}

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("1e3", 1000),
            ("1.0", 1),
            ("-0.0", 0),
            ("08", 8),
            ("1.", 1),
            ("0e5", 0),
            (".5e1_0", 5_000_000_000),
            ("1e18", 10**18),
            ("1e-400", 0),
        ],
    )
    def test_integral_float_is_an_integer_in_json(self, text: str, expected: int) -> None:
        assert same(read(f"a: {text}"), {"a": expected})

    @pytest.mark.parametrize(
        "text",
        [
            *("2001-01-01", "2001-01-01T00:00:00Z", "22:22", "1:2:3", "tRUE", "yES", "nULL", "oN", "=", "<<", "~x"),
            *("1e400", "-1e309", "9" * 5000, "0x1ffffffffffffffff", "-0x8000000000000001", "0b" + "1" * 65, "0b-" + "1" * 64),
            *(
                "._5",
                ".5_",
                ".5__0",
                ".5_e3",
                ".5e_1",
                ".e3",
                "1e",
                "1.e",
                "1.5.5",
                "0x",
                "0b",
                "0b2",
                "-0b-1",
                "0B-1",
                "0x1p4",
                "inf",
                "nan",
            ),
            *(".", "+", "-x", "_1", "٣"),
        ],
    )
    def test_text(self, text: str) -> None:
        assert read(f"a: {text}") == {"a": text}

    @pytest.mark.parametrize("text", [".inf", "-.Inf", "+.INF", ".nan", ".NaN", "!!float .inf"])
    def test_what_json_cannot_say(self, text: str) -> None:
        error = refusal(f"a:\n  b: {text}\n")
        assert (error.problem, error.line, error.column) == ("infinity and NaN have no form in JSON", 2, 6)

    @pytest.mark.parametrize("text", ["'yes'", '"1"', "|-\n  1", ">-\n  ~", "! 5", '! "5"', "!"])
    def test_quoted_text_is_text(self, text: str) -> None:
        value = read(f"a: {text}")
        assert isinstance(value, dict)
        assert isinstance(value["a"], str)


class TestTags:
    """Known tags of scalars bind, all others and those of collections count for nothing."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            *(("!!str 1", "1"), ("!!str", ""), ("!!str ~", "~"), ('!!int "5"', 5), ("!!float 1", 1), ("!!float 2.5", 2.5)),
            *(
                ("!!bool 'yes'", True),
                ('!!null ""', None),
                ("!!null null", None),
                ("!!merge x", "x"),
                ("!<tag:yaml.org,2002:int> 0x10", 16),
            ),
            *(("!foo 5", "5"), ("!!foo 5", "5"), ("!!map foo", "foo"), ("!!null [1]", [1]), ("!!str {a: 1}", {"a": 1}), ("!x [~]", [None])),
            *(("!!set {a, b}", {"a": None, "b": None}), ("!!omap [{a: 1}]", [{"a": 1}])),
            *(("!!binary aGk=", "hi"), ('!!binary "aG\\nk="', "hi"), ("!!binary ''", ""), ("!!binary 4oI=", "\ufffd\ufffd")),
            *(
                (f"!!timestamp {text}", text)
                for text in ("2001-1-1", "2000-02-29", "0000-01-01", "2001-1-1 1:2:3", "2001-01-01t1:2:3.5+01:00")
            ),
        ],
    )
    def test_read(self, text: str, expected: object) -> None:
        assert same(read(f"a: {text}"), {"a": expected})

    @pytest.mark.parametrize(
        "text",
        [
            *("!!int 0.5", "!!int x", "!!int true", "!!float x", "!!float true", "!!float 18446744073709551615", "!!null 0", "!!bool 1"),
            *("!!binary aGk", "!!binary aG k=", "!!binary é", "!!timestamp x", "!!timestamp 2001-13-01", "!!timestamp 2001-02-29"),
            *("!!timestamp 2001-1-1T1:2:3", "!!timestamp 2001-01-01T24:00:00Z"),
        ],
    )
    def test_refused(self, text: str) -> None:
        tag = text.partition(" ")[0]
        assert refusal(f"a: {text}").problem == f"a scalar is not what its tag {tag} says"

    def test_handle(self) -> None:
        assert read("%TAG !k! tag:yaml.org,2002:\n---\na: !k!int '7'\n") == {"a": 7}
        assert "undefined tag handle" in refusal("a: !k!int 7").problem


class TestKeys:
    """A key becomes text as in ``sigs.k8s.io/yaml``; none is set twice."""

    @pytest.mark.parametrize(
        ("key", "expected"),
        [
            *(("yes", "true"), ("N", "false"), ("0x10", "16"), ("-5", "-5"), ("1.5", "1.5"), ("1e3", "1000"), ("1e6", "1e+06")),
            *(("100000.0", "100000"), ("123456.7", "123456.7"), ("1234567.8", "1.2345678e+06"), ("16777217.0", "1.6777216e+07")),
            *(("0.0001", "0.0001"), ("0.00001", "1e-05"), ("1e-45", "1e-45"), ("1e-46", "0"), ("-0.0", "-0"), ("1e39", ".inf")),
            *((".inf", ".inf"), ("-.inf", "-.inf"), (".nan", ".nan"), ("1e500", "1e500"), ("2001-01-01", "2001-01-01")),
            *(("!!binary aGk=", "hi"), ("!!str 5", "5"), ("9" * 5000, "9" * 5000)),
        ],
    )
    def test_text(self, key: str, expected: str) -> None:
        assert read(f"? {key}\n: 1") == {expected: 1}

    def test_alias(self) -> None:
        assert read("a: &x 0x10\n*x : b") == {"a": 16, "16": "b"}

    @pytest.mark.parametrize(
        ("text", "found", "column"),
        [
            *(
                ("{~: 1}", "null", 2),
                ("{18446744073709551615: 1}", "a number", 2),
                ("{[a]: 1}", "a list", 2),
                ("{{a: b}: 1}", "an object", 2),
            ),
            *(("{a: &x [1], *x : 1}", "a list", 13), ("? - a\n: b", "a list", 3)),
        ],
    )
    def test_refused(self, text: str, found: str, column: int) -> None:
        error = refusal(text)
        assert (error.problem, error.line, error.column) == (f"{found} cannot be a key", 1, column)

    @pytest.mark.parametrize(
        "text", ["a: 1\n\n'a': 2", "1: a\n\n'1': b", "yes: a\n\ntrue: b", "1.0: a\n\n1.00000001: b", "a: &x 1\nb: 2\n*x : 3\n1: 4"]
    )
    def test_twice(self, text: str) -> None:
        last = text.count("\n") + 1
        error = refusal(text)
        assert error.problem == f"a key is set twice, first on line {last - 2 + (last == 4)}"
        assert error.line == last

    def test_same_key_elsewhere(self) -> None:
        assert read("a: {b: {a: 1}}\nb: {a: 2}\n") == {"a": {"b": {"a": 1}}, "b": {"a": 2}}


class TestMergeKeys:
    """``<<`` sets its keys where it stands, as go-yaml v2 does it: what comes later wins."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("{<<: *b, a: own}", {"a": "own", "c": "base"}),
            ("{a: own, <<: *b}", {"a": "base", "c": "base"}),
            ("{<<: [*b, *o]}", {"a": "base", "c": "base", "d": "other"}),
            ("{<<: *b, <<: *o}", {"a": "other", "c": "base", "d": "other"}),
            ("{<<: {<<: *b, a: 1}, e: 2}", {"a": 1, "c": "base", "e": 2}),
            ("{<<: [{x: 1}, *b]}", {"x": 1, "a": "base", "c": "base"}),
            ("{<<: []}", {}),
            ("{!!merge <<: *b}", {"a": "base", "c": "base"}),
            ("{'<<': 1}", {"<<": 1}),
            ("{!!str <<: 1}", {"<<": 1}),
            ("[<<]", ["<<"]),
        ],
    )
    def test_merge(self, text: str, expected: object) -> None:
        value = read(f"base: &b {{a: base, c: base}}\nother: &o {{a: other, d: other}}\ndata: {text}\n")
        assert isinstance(value, dict)
        assert value["data"] == expected
        assert value["base"] == {"a": "base", "c": "base"}

    @pytest.mark.parametrize("text", ["<<: ~", "<<: x", "<<: [1]", "<<: [[{a: 1}]]", "a: &x [{b: 1}]\n<<: *x", "a: &x 1\n<<: *x"])
    def test_refused(self, text: str) -> None:
        error = refusal(text)
        assert error.problem == "'<<' takes a mapping or a list of mappings"
        assert error.line == text.count("\n") + 1


class TestAliases:
    """Aliases are bounded as in go-yaml, and cost nothing to check."""

    def test_shared(self) -> None:
        assert read("a: &x {b: [1.0]}\nc: *x\nd: [*x]\n") == {"a": {"b": [1]}, "c": {"b": [1]}, "d": [{"b": [1]}]}

    def test_last_anchor_of_a_name(self) -> None:
        assert read("[&x 1, *x, &x 2, *x]") == [1, 1, 2, 2]
        assert read("[&x [&x a], *x]") == [["a"], "a"]

    @pytest.mark.parametrize("text", ["a: *x", "a: &x 1\n---\nb: *x"])
    def test_unknown(self, text: str) -> None:
        assert refusal(text).problem == "an alias of an anchor that was not set before it"

    @pytest.mark.parametrize("text", ["&x [*x]", "a: &x {b: {c: *x}}", "&x {<<: *x}", "&x {*x : 1}"])
    def test_of_itself(self, text: str) -> None:
        assert refusal(text).problem == "an anchor contains an alias of itself"

    @staticmethod
    def merges(count: int, form: str) -> str:
        lines = (f"  a{i}: &a{i} {{<<: {form % (i - 1)}, k{i}: 1}}\n" for i in range(1, count))
        return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  a0: &a0 {k0: 1}\n" + "".join(lines)

    @staticmethod
    def repeated(size: int, count: int) -> str:
        names = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n"
        return f"{names}  a: &a [{','.join('x' * size)}]\n  b: [{','.join(['*a'] * count)}]\n"

    def test_limit_is_that_of_kubectl(self) -> None:
        """Kubectl reads the first of each pair and refuses the second."""
        pairs = [
            (self.merges(250, "*a%d"), self.merges(251, "*a%d")),
            (self.merges(250, "[*a%d]"), self.merges(251, "[*a%d]")),
            (self.repeated(1000, 111), self.repeated(1000, 112)),
            (self.repeated(400, 136), self.repeated(400, 137)),
            (self.repeated(50, 8420), self.repeated(50, 8421)),
        ]
        for good, bad in pairs:
            assert read(good)
            assert refusal(bad).problem == "document contains excessive aliasing"

    def test_bomb(self) -> None:
        text = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9 if i else 'x' * 9)}]\n" for i in range(5000))
        assert refusal(text).problem == "document contains excessive aliasing"


class TestDepth:
    """Nesting ends at a depth that recursion can bear, with an error and no more than that."""

    def test_limit(self) -> None:
        assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH)
        assert refusal("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)).column == MAX_DEPTH + 1

    @pytest.mark.parametrize(
        "text",
        [
            *("[" * 100_000, "[" * 100_000 + "]" * 100_000, "{a: " * 100_000, "- " * 100_000 + "a"),
            "".join(" " * depth + "a:\n" for depth in range(1000)),
            "".join(f"a{i}: &a{i} [{f'*a{i - 1}' if i else 1}]\n" for i in range(1000)),
        ],
    )
    def test_deeper(self, text: str) -> None:
        assert refusal(text).problem == f"nested more than {MAX_DEPTH} levels deep"

    @pytest.mark.parametrize("text", ["{" * 100_000, "? " * 100_000])
    def test_deep_keys(self, text: str) -> None:
        assert refusal(text).problem == "an object cannot be a key"


class TestStreams:
    """Documents are numbered with the empty ones; what comes before a bad one is read."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (b"", []),
            (b"# nothing\n", []),
            (b"---\n---\n# nothing\n---\na\n", [(3, 5, "a")]),
            (b"a\n--- \nb\n...\n---\nc\n", [(1, 1, "a"), (2, 3, "b"), (3, 6, "c")]),
            (b"a\n...\n# rest\n", [(1, 1, "a")]),
            (b"null\n---\n~\n---\n''\n", [(1, 1, None), (2, 3, None), (3, 5, "")]),
            (b"--- a\n--- {b: c}\n", [(1, 1, "a"), (2, 2, {"b": "c"})]),
            (b"--- # first\n\n\na: 1\n", [(1, 4, {"a": 1})]),
            (b"%YAML 1.1\n--- a\n...\n%YAML 1.2\n---\nb\n", [(1, 2, "a"), (2, 6, "b")]),
            (b"%YAML 1.1#\n---\na\n", [(1, 3, "a")]),
            (b"a: b\r\nc: |\r\n  d\r\n---\r\ne\r\n", [(1, 1, {"a": "b", "c": "d\n"}), (2, 5, "e")]),
            (b"a: 1\rb: 2\r", [(1, 1, {"a": 1, "b": 2})]),
            (codecs.BOM_UTF8 + b"a: 1\nb: 2\n", [(1, 1, {"a": 1, "b": 2})]),
            (b"a\n---\n" + codecs.BOM_UTF8 + b"a: 1\nb: 2\n", [(1, 1, "a"), (2, 3, {"a": 1, "b": 2})]),
            (codecs.BOM_UTF16_LE + "é: 𝄞\n".encode("utf-16-le"), [(1, 1, {"é": "𝄞"})]),
            (codecs.BOM_UTF16_BE + "é: 𝄞\n".encode("utf-16-be"), [(1, 1, {"é": "𝄞"})]),
            (b"--- |\n  a\n  ---\n--- b\n", [(1, 1, "a\n---\n"), (2, 4, "b")]),
        ],
    )
    def test_documents(self, text: bytes, expected: list[tuple[int, int, object]]) -> None:
        assert list(load_documents(text)) == [YAMLDocument(*document) for document in expected]

    @pytest.mark.parametrize(
        ("text", "line", "column", "document"),
        [
            (b"a: 1\n---\nb: [\n---\nc: 1\n", 4, 1, 2),
            (b"a: 1\n---\nb: \x07\n---\nc: 1\n", 3, 4, 2),
            (b"a: 1\n---\r\nb: \xff\n", 3, 4, 2),
            (b"a: 1\n...\n---\n# \x7f\n", 4, 3, 2),
            (b"a: 1\n---\nb: {c: d}\n c: 1\n", 4, 2, 2),
            (b"a: 1\n---\n{b: 1, b: 2}\n", 3, 8, 2),
        ],
    )
    def test_good_documents_come_first(self, text: bytes, line: int, column: int, document: int) -> None:
        documents = load_documents(text)
        assert next(documents).value == {"a": 1}
        with pytest.raises(InvalidYAML) as caught:
            next(documents)
        error = caught.value
        assert (error.line, error.column, error.document) == (line, column, document)

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (b"a: \x00", "the character U+0000 cannot stand in YAML"),
            (b"a: \xc2\x9f", "the character U+009F cannot stand in YAML"),
            (b"a: \xff", "the bytes are not UTF-8"),
            (b"a: \xed\xa0\x80", "the bytes are not UTF-8"),
            (codecs.BOM_UTF16_LE + "a: x".encode("utf-16-le") + b"\x00\xd8", "the bytes are not UTF-16"),
            (codecs.BOM_UTF16_BE + b"\x00a\x00", "the bytes are not UTF-16"),
        ],
    )
    def test_not_text(self, text: bytes, problem: str) -> None:
        assert refusal(text).problem == problem

    @pytest.mark.parametrize(
        "text", ["a: b\n\ufeffc: d\n", "%YAML 1.3\n--- a", "%FOO\n--- a", f"%YAML 1.{'9' * 5000}\n--- a", "a: 'b'c", "- a\nb: c"]
    )
    def test_malformed(self, text: str) -> None:
        assert refusal(text).document == 1


class TestTwoParsers:
    """Where PyYAML's two parsers differ, the one in C is right, unless go-yaml differs from both."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            *(("a:\tb", {"a": "b"}), ("- a\t# c\n", ["a"]), ("{a:\t1,\t\n\tb: 2}", {"a": 1, "b": 2}), ("a: b\tc\t#d", {"a": "b\tc"})),
            *(("a: !!str\t1", {"a": "1"}), ("a: |\t\n  x\n", {"a": "x\n"}), ("a: >-# c\n  x\n", {"a": "x"}), ("a: 1\n---\t\n", {"a": 1})),
            *(
                ("a: b\n  c\n\n  d\n", {"a": "b c\nd"}),
                ("a: b #c\n", {"a": "b"}),
                ("a: b#c\n", {"a": "b#c"}),
                ("a: b\n   # c\n", {"a": "b"}),
            ),
            *(("[fd00::, 001:db8::]", ["fd00::", "001:db8::"]), ("{a:, b: c:}", {"a:": None, "b": "c:"}), ("[a:#b]", ["a:#b"])),
            *(("{a:1}", {"a:1": None}), ('{"a":1}', {"a": 1}), ("[?a]", [{"a": None}]), ("[-, -a]", ["-", "-a"])),
        ],
    )
    def test_read(self, text: str, expected: object) -> None:
        assert same(read(text), expected)

    @pytest.mark.parametrize(
        ("text", "line", "column"),
        [
            *(("a:\n\tb: c", 2, 1), ("a: b\n\tc", 2, 1), ("a: |\n \tx\n", 2, 2), ("-\ta: b", 1, 2)),
            *(
                ('"\\ud800"', 1, None),
                ('"\\U00110000"', 1, None),
                ("[a?b]", 1, None),
                ("[http://x/?y]", 1, None),
                ("[::1]", 1, 2),
                ("[a{b]", 1, 3),
            ),
        ],
    )
    def test_refused(self, text: str, line: int, column: int | None) -> None:
        error = refusal(text)
        assert error.line == line
        assert column in {None, error.column}

    def test_documents_before_the_change_of_parser_come_once(self) -> None:
        assert [document.value for document in load_documents(b"a\n---\nb\n---\n[c:]\n---\nd\n")] == ["a", "b", ["c:"], "d"]


class TestErrors:
    """Errors say where and help; they hold nothing of the document."""

    @pytest.mark.parametrize(
        ("text", "hint"),
        [
            ("a:\n\tb: c", "use spaces, a tab cannot stand here"),
            ("a: @b", "put text that starts with it in quotes"),
            ("a: %b", "put text that starts with it in quotes"),
            ("a: [b", ""),
        ],
    )
    def test_hint(self, text: str, hint: str) -> None:
        assert refusal(text).hint == hint

    def test_sentence(self) -> None:
        assert str(refusal("a: 1\n---\nb: .inf\n")) == (
            "document 2, line 3, column 4: infinity and NaN have no form in JSON (quote it if it is text)"
        )

    @pytest.mark.parametrize(
        "text",
        [
            "a: hunter2\na: hunter2",
            "!!int hunter2",
            "a: hunter2: b",
            "[hunter2",
            "'hunter2",
            "{hunter2: {hunter2: [}}",
            "- hunter2\nhunter2",
        ],
    )
    def test_no_secrets(self, text: str) -> None:
        assert "hunter2" not in str(refusal(text))

    def test_value(self) -> None:
        error = refusal("[")
        assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
        assert error != refusal("[a")


def test_without_pyyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(KubeContainersError, match=r"install 'kubecontainers\[cli\]'"):
        list(load_documents(b"a"))


def test_pyyaml_is_imported_when_it_is_needed() -> None:
    program = "import sys, kubecontainers.cli.manifests; sys.exit('yaml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

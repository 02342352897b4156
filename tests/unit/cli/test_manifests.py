"""Files become objects: YAML and JSON, documents and lists, directories."""

from __future__ import annotations

import codecs
import os
import pickle
from pathlib import Path

import pytest

from kubecontainers.cli.kubernetes_yaml import MAX_DEPTH
from kubecontainers.cli.manifests import Manifest, UnreadableManifest, find_files, read_manifests
from kubecontainers.explain.object_lists import MAX_NESTED_LISTS

RENDER_FIRST = "this looks like a template: render it first, for example with helm template"


def objects(text: str | bytes, source: str = "web.yaml") -> list[object]:
    return [manifest.object for manifest in read_manifests(source, text if isinstance(text, bytes) else text.encode())]


def refusal(text: str | bytes, source: str = "web.yaml") -> UnreadableManifest:
    with pytest.raises(UnreadableManifest) as caught:
        objects(text, source)
    assert caught.value.__context__ is None
    return caught.value


class TestDocuments:
    """A file holds many documents; each is an object or nothing."""

    def test_yaml(self) -> None:
        text = b"# two\n---\n---\nkind: Pod\n---\nnull\n---\n\nkind: Service\n"
        assert list(read_manifests("web.yaml", text)) == [
            Manifest("web.yaml", 2, 4, None, {"kind": "Pod"}),
            Manifest("web.yaml", 4, 9, None, {"kind": "Service"}),
        ]

    @pytest.mark.parametrize("text", ["", "# nothing", "null", "---\n---\n", "\ufeff", " \n"])
    def test_nothing(self, text: str) -> None:
        assert objects(text) == []
        assert objects(text, "web.json") == []

    @pytest.mark.parametrize(("text", "found"), [("hello", "a string"), ("- a: b", "a list"), ("5", "a number"), ("yes", "a boolean")])
    def test_no_object(self, text: str, found: str) -> None:
        assert str(refusal(f"a: 1\n---\n{text}\n")) == f"web.yaml, document 2, line 3: expected an object, found {found}"

    def test_good_documents_come_first(self) -> None:
        manifests = read_manifests("web.yaml", b"a: 1\n---\nb: [\n")
        assert next(manifests).object == {"a": 1}
        with pytest.raises(UnreadableManifest, match="document 2, line 4"):
            next(manifests)

    @pytest.mark.parametrize(
        "text",
        [
            "{{- if .Values.on }}\na: b\n{{- end }}\n",
            "name: {{ .Release.Name }}\n",
            "a: {{ .Values.a }}-{{ .Values.b }}\n",
            "{{ include 'x' . }}\n",
            "a:\n\t{{ x }}\n",
        ],
    )
    def test_template(self, text: str) -> None:
        assert refusal(text).hint == RENDER_FIRST

    def test_braces_in_text_are_no_template(self) -> None:
        assert objects("a: '{{ $labels.pod }}'\n") == [{"a": "{{ $labels.pod }}"}]

    def test_hint_of_yaml(self) -> None:
        assert str(refusal("a: .inf")) == "web.yaml, document 1, line 1: infinity and NaN have no form in JSON (quote it if it is text)"

    def test_error_is_a_value(self) -> None:
        error = refusal("[")
        assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
        assert error.source == "web.yaml"


class TestLists:
    """A list stands for its items."""

    def test_list(self) -> None:
        text = "a: 1\n---\n\napiVersion: v1\nkind: List\nitems:\n- kind: Pod\n- kind: Service\n"
        assert [(found.document, found.line, found.index, found.object) for found in read_manifests("-", text.encode())] == [
            (1, 1, None, {"a": 1}),
            (2, 4, 0, {"kind": "Pod"}),
            (2, 4, 1, {"kind": "Service"}),
        ]

    def test_lists_in_lists_count_on(self) -> None:
        text = "kind: List\nitems: [{kind: A}, {kind: List, items: [{kind: B}, {kind: List}]}, {kind: C}]\n"
        found = list(read_manifests("-", text.encode()))
        assert [(manifest.index, manifest.object["kind"]) for manifest in found] == [(0, "A"), (1, "B"), (2, "C")]

    @pytest.mark.parametrize(
        "text", ["kind: List", "kind: List\nitems:", "kind: List\nitems: []", "{kind: PodList, apiVersion: v1, items: null}"]
    )
    def test_empty(self, text: str) -> None:
        assert objects(text) == []

    def test_items_of_a_typed_list_take_its_type(self) -> None:
        text = "{kind: PodList, apiVersion: v1, items: [{metadata: {}}, {kind: Job}, {apiVersion: v2}, {kind: '', apiVersion: null}]}"
        assert objects(text) == [
            {"metadata": {}, "kind": "Pod", "apiVersion": "v1"},
            {"kind": "Job"},
            {"apiVersion": "v2"},
            {"kind": "Pod", "apiVersion": "v1"},
        ]

    def test_items_of_a_list_keep_what_they_have(self) -> None:
        assert objects("{kind: List, apiVersion: v1, items: [{a: b}]}") == [{"a": "b"}]

    @pytest.mark.parametrize(
        "text",
        [
            "{kind: PodList, items: []}",
            "{kind: AllowList, apiVersion: example.com/v1}",
            "{kind: AllowList, apiVersion: example.com/v1, items: {a: b}}",
            "{kind: [List], apiVersion: v1, items: []}",
            "{apiVersion: v1, items: []}",
        ],
    )
    def test_no_list(self, text: str) -> None:
        assert len(objects(text)) == 1

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("{kind: List, items: {a: b}}", "items of a List: expected a list, found an object"),
            ("{kind: List, items: [null]}", "expected an object, found null"),
            ("{kind: PodList, apiVersion: v1, items: [[]]}", "expected an object, found a list"),
            (
                "{kind: List, items: [" * (MAX_NESTED_LISTS + 1) + "]}" * (MAX_NESTED_LISTS + 1),
                f"lists are nested more than {MAX_NESTED_LISTS} levels deep",
            ),
        ],
    )
    def test_refused(self, text: str, problem: str) -> None:
        assert refusal(text).problem == problem

    def test_deepest(self) -> None:
        assert objects("{kind: List, items: [" * MAX_NESTED_LISTS + "{a: 1}" + "]}" * MAX_NESTED_LISTS) == [{"a": 1}]

    def test_objects_are_shared_not_copied(self) -> None:
        first, second = objects("kind: List\nitems:\n- &x {a: {b: c}}\n- *x\n")
        assert first is second


class TestJSON:
    """JSON is read as JSON, whatever its file is called, and strictly where its name says so."""

    @pytest.mark.parametrize("source", ["web.json", "-", "web.yaml"])
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('{"a": [1, -0, 80.0, 1e3, 1.5, 18446744073709551615]}', "[{'a': [1, 0, 80, 1000, 1.5, 18446744073709551615]}]"),
            ('{"a": 18446744073709551616}', "[{'a': 1.8446744073709552e+19}]"),
            ('{"a": "yes", "b": "1"}', "[{'a': 'yes', 'b': '1'}]"),
            (r'{"a": "\/\u0041\ud83d\ude00"}', "[{'a': '/A😀'}]"),
            (r'{"a": "\ud800\\ud800\udc00x"}', r"[{'a': '�\\ud800�x'}]"),
            ('{"a":\t{\n\t"b": null}}', "[{'a': {'b': None}}]"),
            ('{"a": "\x7f: {,:}"}', r"[{'a': '\x7f: {,:}'}]"),
            ('{"a": {"b": 1}, "c": {"b": 1}, "d": [{"b": 1}, {"b": 1}]}', None),
        ],
    )
    def test_values(self, source: str, text: str, expected: str | None) -> None:
        found = objects(text, source)
        assert len(found) == 1
        assert expected in {None, repr(found)}

    @pytest.mark.parametrize("source", ["web.json", "-"])
    def test_stream(self, source: str) -> None:
        text = codecs.BOM_UTF8 + b'\r\n{"a": 1} {"a": \n2}\nnull{"a": 3}\n\n'
        assert [(found.document, found.line, found.object) for found in read_manifests(source, text)] == [
            (1, 2, {"a": 1}),
            (2, 2, {"a": 2}),
            (4, 4, {"a": 3}),
        ]

    def test_list(self) -> None:
        assert objects('{"kind": "List", "items": [{"kind": "Pod"}]}', "x.json") == [{"kind": "Pod"}]

    @pytest.mark.parametrize("source", ["web.json", "-"])
    @pytest.mark.parametrize(
        ("text", "problem", "line"),
        [
            ('{"a": 1,\n"a": 2}', "a key is set twice, first on line 1", 2),
            ('{"b": {"a": 1,\n"\\u0061": 2}}', "a key is set twice, first on line 1", 2),
            ('{"a":\nNaN}', "infinity, NaN and numbers beyond a float cannot stand in JSON", 2),
            ('{"a": -Infinity}', "infinity, NaN and numbers beyond a float cannot stand in JSON", 1),
            ('{"a": 1e400}', "infinity, NaN and numbers beyond a float cannot stand in JSON", 1),
            ('{"a": ' + "9" * 5000 + "}", "infinity, NaN and numbers beyond a float cannot stand in JSON", 1),
            ('{"a":' * 100_000, f"nested more than {MAX_DEPTH} levels deep", 1),
            ("[" * 100_000 + "]" * 100_000, f"nested more than {MAX_DEPTH} levels deep", 1),
            ("[{}]", "expected an object, found a list", 1),
            ('{}\n"{"', "expected an object, found a string", 2),
        ],
    )
    def test_refused(self, source: str, text: str, problem: str, line: int) -> None:
        error = refusal(text, source)
        assert (error.problem, error.line) == (problem, line)

    @pytest.mark.parametrize(
        ("text", "document", "line"),
        [
            *(('{"a": 1}\n{"a": 1,}', 2, 2), ('{"a"', 1, 1), ("[", 1, 1), ("{}}", 2, 1), ("{a: b}", 1, 1), ('{"a": 1}\n---\n{}', 2, 2)),
            *(
                ('{"a": "\n"}', 1, 1),
                (r'{"\x": 1, "\x": 2}', 1, 1),
                ('{"a' + '\\"' * 100_000, 1, 1),
                ('{"a": "\\', 1, 1),
                ('{"a" 1}', 1, 1),
            ),
        ],
    )
    def test_broken_by_its_name(self, text: str, document: int, line: int) -> None:
        error = refusal(text, "web.json")
        assert (error.document, error.line) == (document, line)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [('{"a": yes}', {"a": True}), ("{a: b}", {"a": "b"}), ('{"a": 1,}', {"a": 1}), ('{"a": "b\n c"}', {"a": "b c"})],
    )
    def test_yaml_in_braces(self, text: str, expected: object) -> None:
        assert objects(text) == [expected]

    def test_yaml_in_a_json_file(self) -> None:
        assert objects("a: yes", "web.json") == [{"a": True}]

    def test_json_between_separators(self) -> None:
        assert objects('{"a": 1}\n---\n{"a": 2}\n') == [{"a": 1}, {"a": 2}]

    def test_not_utf8(self) -> None:
        assert str(refusal(b'{"a":\n "\xff"}', "web.json")) == "web.json, document 1, line 2: the bytes are not UTF-8"

    @pytest.mark.parametrize("text", ['{"hunter2": "hunter2", "hunter2": 1}', '{"a": "hunter2}', '{"a": hunter2}'])
    def test_no_secrets(self, text: str) -> None:
        assert "hunter2" not in str(refusal(text, "web.json"))


class TestFiles:
    """A path is a file, or a directory that is searched for files."""

    @staticmethod
    def found(top: Path) -> list[str]:
        return [str(path.relative_to(top)) for path in find_files(top)]

    @staticmethod
    def touch(top: Path, *names: str) -> None:
        for name in names:
            (top / name).parent.mkdir(parents=True, exist_ok=True)
            (top / name).touch()

    def test_file(self, tmp_path: Path) -> None:
        self.touch(tmp_path, "notes.txt")
        assert list(find_files(tmp_path / "notes.txt")) == [tmp_path / "notes.txt"]

    def test_directory(self, tmp_path: Path) -> None:
        self.touch(tmp_path, "b.yaml", "a/z.json", "a/b/c.yml", "a.yaml", "x.txt", "yaml", ".git/x.yaml", "a/.cache/x.yaml", ".x.yaml")
        (tmp_path / "d.yaml").mkdir()
        assert self.found(tmp_path) == [".x.yaml", "a/b/c.yml", "a/z.json", "a.yaml", "b.yaml"]

    def test_links(self, tmp_path: Path) -> None:
        self.touch(tmp_path, "top/z/b.yaml", "top/z/c/e.yaml", "other/d.yaml", "..data/e.yaml")
        top = tmp_path / "top"
        for name, target in {"z/up": "..", "a": "z", "o1": "../other", "o2": "../other", "f.yaml": "../..data/e.yaml"}.items():
            (top / name).symlink_to(target)
        for name in ("self.yaml", "gone.yaml"):
            (top / name).symlink_to("self.yaml" if name == "self.yaml" else "nowhere")
        assert self.found(top) == ["f.yaml", "o2/d.yaml", "z/b.yaml", "z/c/e.yaml"]

    def test_special_files_are_left_out(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.yaml")
        assert self.found(tmp_path) == []
        assert list(find_files(tmp_path / "pipe.yaml")) == [tmp_path / "pipe.yaml"]

    @pytest.mark.parametrize(("name", "problem"), [("gone", "No such file or directory"), ("a" * 5000, "File name too long")])
    def test_missing(self, tmp_path: Path, name: str, problem: str) -> None:
        with pytest.raises(UnreadableManifest) as caught:
            list(find_files(tmp_path / name))
        error = caught.value
        assert (error.document, error.line) == (0, 0)
        assert str(error) == f"{tmp_path / name}: {problem}"
        assert error.__context__ is None

    def test_no_path(self) -> None:
        with pytest.raises(UnreadableManifest, match="null character"):
            list(find_files(Path("a\0b")))

    def test_unreadable_directory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.touch(tmp_path, "a.yaml", "shut/b.yaml", "z/c.yaml")
        listed = Path.iterdir

        def iterdir(path: Path) -> object:
            if path.name == "shut":
                raise PermissionError(13, "Permission denied", str(path))
            return listed(path)

        monkeypatch.setattr(Path, "iterdir", iterdir)
        files = find_files(tmp_path)
        assert [next(files).name, next(files).name] == ["a.yaml", "c.yaml"]
        with pytest.raises(UnreadableManifest) as caught:
            next(files)
        assert str(caught.value) == f"{tmp_path / 'shut'}: Permission denied"

from __future__ import annotations

import base64
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.credentials.secret_validation import MAX_DATA_BYTES, default_secret, validate_secret
from kubecontainers.testing.read_only import plain, read_only

META = {"name": "regcred", "namespace": "shop"}
NEW_TYPE, OLD_TYPE = "kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"
HIDDEN = "hunter2"


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def secret(document: str | bytes | None = '{"auths": {}}', **fields: Any) -> dict[str, Any]:
    data = {} if document is None else {".dockerconfigjson": encoded(document)}
    return {"metadata": META, "type": NEW_TYPE, "data": data} | fields


def shown(new: dict[str, Any], old: dict[str, Any] | None = None) -> list[tuple[str, str, str]]:
    return [(str(error.path), error.type.value, error.rule.name) for error in validate_secret(new, old)]


class TestDefault:
    def test_text_goes_into_data(self) -> None:
        given = read_only({"data": {"a": "dTpw", "b": "dTpw"}, "stringData": {"b": "x", "c": "é"}, "type": "t", "metadata": META})
        stored = {"data": {"a": "dTpw", "b": "eA==", "c": "w6k="}, "type": "t", "metadata": META}
        assert plain(default_secret(given)) == stored

    def test_keys_that_are_no_unicode_are_one(self) -> None:
        stored = default_secret({"data": {"\ud800": "dTpw"}, "stringData": {"\udfff": "x"}, "type": "t"})
        assert stored["data"] == {"\ufffd": "eA=="}

    def test_a_type(self) -> None:
        assert default_secret({}) == default_secret({"type": ""}) == default_secret({"stringData": None}) == {"type": "Opaque"}

    def test_nothing_to_do(self) -> None:
        given = secret()
        assert default_secret(given) is given

    @pytest.mark.parametrize("broken", [{"data": {"a": "?"}}, {"immutable": "yes"}, {"type": 7}, {"stringData": {"a": 1}}, []])
    def test_what_cannot_be_decoded(self, broken: Any) -> None:
        with pytest.raises(MalformedObject):
            default_secret(broken)


class TestCreate:
    @pytest.mark.parametrize(
        "document", ["{}", "null", ' {"auths": "x"} ', '{"a": {"b": [1e308]}}', '{"credsStore": "desktop"}', '{"a":1,"a":2}']
    )
    def test_what_the_api_server_takes(self, document: str) -> None:
        assert validate_secret(secret(document)) == ()

    @pytest.mark.parametrize(
        "document",
        [
            "",
            "[]",
            '"x"',
            "{",
            "{}x",
            "{bad",
            "\ufeff{}",
            '{"a":1e999}',
            '{"a":1e999,"a":1}',
            '{"a":{"b":[1e999]}}',
            "[" * 10_001,
            "true",
            "1",
        ],
    )
    def test_what_it_does_not(self, document: str) -> None:
        assert shown(secret(document)) == [("data[.dockerconfigjson]", "Invalid", "NO_JSON_OBJECT")]

    def test_a_key_is_required(self) -> None:
        assert shown(secret(None)) == [("data[.dockerconfigjson]", "Required", "KEY_REQUIRED")]
        assert shown(secret(type=OLD_TYPE)) == [("data[.dockercfg]", "Required", "KEY_REQUIRED")]
        assert shown(secret(type=OLD_TYPE, stringData={".dockercfg": "{}"})) == []

    def test_null_is_an_empty_value(self) -> None:
        assert shown(secret(data={".dockerconfigjson": None})) == [("data[.dockerconfigjson]", "Invalid", "NO_JSON_OBJECT")]

    def test_other_types_hold_anything(self) -> None:
        for kind in ("", "Opaque", "example.com/custom", "kubernetes.io/dockerConfigJson"):
            assert shown(secret("{bad", type=kind)) == []

    def test_text_goes_before_data(self) -> None:
        assert shown(secret("{bad", stringData={".dockerconfigjson": "{}"})) == []

    def test_metadata(self) -> None:
        assert shown(secret(metadata={"name": "A", "finalizers": ["f"]})) == [
            ("metadata.name", "Invalid", "FORMAT"),
            ("metadata.namespace", "Required", "NAMESPACE_REQUIRED"),
            ("metadata.finalizers[0]", "Invalid", "FINALIZER_UNQUALIFIED"),
        ]
        assert shown(secret(metadata=None))[0] == ("metadata.name", "Required", "NAME_REQUIRED")

    @pytest.mark.parametrize(
        ("key", "rules"),
        [
            ("", ["CHARSET"]),
            (".", ["DOT"]),
            ("..", ["DOTDOT"]),
            ("..x", ["DOTDOT_PREFIX"]),
            ("a b", ["CHARSET"]),
            ("x" * 253, []),
            ("x" * 253 + "!", ["TOO_LONG", "CHARSET"]),
        ],
    )
    def test_keys(self, key: str, rules: list[str]) -> None:
        assert shown(secret(stringData={key: "x"})) == [(f"data[{key}]", "Invalid", rule) for rule in rules]

    def test_size(self) -> None:
        half = encoded(b"x" * (MAX_DATA_BYTES // 2))
        assert shown(secret(data={"a": half, "b": half}, type="t")) == []
        assert shown(secret(data={"a": half, "b": half, "c": encoded("x")}, type="t")) == [("data", "TooLong", "TOO_LONG")]


class TestUpdate:
    OLD = secret(metadata=META | {"resourceVersion": "7"})

    def test_the_type_stays(self) -> None:
        assert shown(self.OLD | {"type": "Opaque"}, self.OLD) == [("type", "Invalid", "TYPE_IMMUTABLE")]
        assert shown(self.OLD | {"type": ""}, self.OLD | {"type": "Opaque"}) == []

    def test_a_secret_that_is_immutable(self) -> None:
        immutable = self.OLD | {"immutable": True}
        assert shown(immutable, immutable) == shown(immutable, self.OLD) == []
        assert shown(self.OLD | {"immutable": False}, immutable) == [("immutable", "Forbidden", "IMMUTABLE_UNSET")]
        assert shown(immutable | {"stringData": {"x": "y"}}, immutable) == [("data", "Forbidden", "DATA_IMMUTABLE")]

    def test_text_that_says_the_same_changes_nothing(self) -> None:
        immutable = self.OLD | {"immutable": True}
        assert shown(immutable | {"data": None, "stringData": {".dockerconfigjson": '{"auths": {}}'}}, immutable) == []

    @pytest.mark.parametrize(("new", "old"), [(None, {}), ({"a": None}, {"a": ""})])
    def test_unset_and_empty_are_two_things(self, new: object, old: object) -> None:
        immutable = self.OLD | {"immutable": True, "type": "t"}
        assert shown(immutable | {"data": new}, immutable | {"data": old}) == [("data", "Forbidden", "DATA_IMMUTABLE")]

    def test_metadata_first_and_all_of_creating_last(self) -> None:
        new = secret("{bad", metadata=META | {"name": "b", "labels": {"a": "-"}})
        assert [error[0] for error in shown(new, self.OLD)] == [
            "metadata.resourceVersion",
            "metadata.name",
            "metadata.labels",
            "metadata.labels",
            "data[.dockerconfigjson]",
        ]


class TestNothingIsShown:
    @pytest.mark.parametrize("document", [f'{{"auths": "{HIDDEN}"', f'"{HIDDEN}"', HIDDEN])
    def test_in_errors(self, document: str) -> None:
        old = secret(metadata=META | {"resourceVersion": "7"}, immutable=True)
        errors = validate_secret(secret(document), old)
        assert len(errors) > 2
        for text in (HIDDEN, encoded(HIDDEN), encoded(document)):
            assert text not in repr(errors) + "".join(map(str, errors))

    def test_in_what_cannot_be_decoded(self) -> None:
        for broken in ({"data": {"a": HIDDEN + "?"}}, {"stringData": [HIDDEN]}, {"stringData": {"a": [HIDDEN]}}):
            with pytest.raises(MalformedObject) as caught:
                validate_secret(broken)
            assert HIDDEN not in repr(caught.value) + str(caught.value)
            assert caught.value.__context__ is None


@pytest.mark.parametrize("broken", [[], "x", {"metadata": []}, {"data": []}, {"immutable": 1}, {"type": {}}])
def test_malformed(broken: Any) -> None:
    with pytest.raises(MalformedObject):
        validate_secret(broken)
    with pytest.raises(MalformedObject):
        validate_secret(secret(), broken)

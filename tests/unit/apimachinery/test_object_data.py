from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.object_data import DATA_PATH, config_map_data, secret_data


@pytest.mark.parametrize(
    ("secret", "data"),
    [
        ({}, None),
        ({"data": None, "stringData": {}}, None),
        ({"data": {}}, {}),
        ({"data": {"a": "dTpw", "b": "", "c": None}}, {"a": b"u:p", "b": b"", "c": None}),
        ({"data": {"a": "dT\r\npw"}}, {"a": b"u:p"}),
        ({"data": {"a": "dTpw"}, "stringData": {"a": "é", "b": None}}, {"a": "é".encode(), "b": b""}),
        ({"stringData": {"a\ud800": "\udfff"}}, {"a\ufffd": "\ufffd".encode()}),
    ],
)
def test_data(secret: dict[str, Any], data: dict[str, bytes | None] | None) -> None:
    assert secret_data(secret) == data


@pytest.mark.parametrize("value", ["dTpw ", "dTp", "hunter2!", "dTpw="])
def test_what_is_no_base64(value: str) -> None:
    with pytest.raises(MalformedObject) as caught:
        secret_data({"data": {".dockercfg": value}})
    assert caught.value.args == ("data[.dockercfg]", "base64", "another string", "")


@pytest.mark.parametrize("value", [7, ["dTpw"], {}, True])
def test_what_is_no_text(value: object) -> None:
    for field in ("data", "stringData"):
        with pytest.raises(MalformedObject):
            secret_data({field: {"a": value}})


def test_path() -> None:
    assert str(DATA_PATH.key("a b")) == "data[a b]"


def test_texts_of_a_config_map() -> None:
    assert config_map_data({"data": {"a": None, "b\ud800": "\udfff"}, "binaryData": {"c": "/wA="}}) == {"a": "", "b\ufffd": "\ufffd"}
    assert config_map_data({}) == {}

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.credentials.secret_data import DATA_PATH, secret_data


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

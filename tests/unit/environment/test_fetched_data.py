from __future__ import annotations

import traceback

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.secret_text import SecretText
from kubecontainers.environment.failures import EnvironmentFailed
from kubecontainers.environment.fetched_data import CONFIG_MAP, SECRET, FetchedData, FetchedObject
from kubecontainers.environment.sources import InMemorySources

SOURCES = InMemorySources(
    config_maps=[{"metadata": {"name": "a"}, "data": {"K": "1"}}, {"metadata": {"name": "empty"}}],
    secrets=[
        {"metadata": {"name": "a"}, "data": {"K": "aHVudGVyMg==", "NULL": None}, "stringData": {"S": "é"}},
        {"metadata": {"name": "empty"}},
    ],
)


def test_values() -> None:
    data = FetchedData("", SOURCES)
    assert data.fetch(CONFIG_MAP, {"name": "a"}, ROOT) == FetchedObject("/a", {"K": "1"})
    secret = data.fetch(SECRET, {"name": "a"}, ROOT)
    assert secret == FetchedObject("/a", {"K": SecretText("hunter2"), "NULL": SecretText(""), "S": SecretText("é")})
    assert "hunter2" not in repr(secret)
    for kind in (CONFIG_MAP, SECRET):
        assert data.fetch(kind, {"name": "empty"}, ROOT) == FetchedObject("/empty", {})
        assert data.fetch(kind, {"name": "a"}, ROOT) is data.fetch(kind, {"name": "a", "optional": True}, ROOT)
        assert data.fetch(kind, {"name": "b", "optional": True}, ROOT) is None


def test_what_is_not_there_is_asked_for_again() -> None:
    data = FetchedData("", SOURCES)
    assert data.fetch(CONFIG_MAP, {"name": "b", "optional": True}, ROOT) is None
    with pytest.raises(EnvironmentFailed):
        data.fetch(CONFIG_MAP, {"name": "b"}, ROOT)


def test_what_cannot_be_decoded_keeps_its_secret() -> None:
    data = FetchedData("", InMemorySources(secrets=[{"metadata": {"name": "a"}, "data": {"K": "hunter2!"}}]))
    with pytest.raises(MalformedObject) as caught:
        data.fetch(SECRET, {"name": "a"}, ROOT)
    assert caught.value.path == "data[K]"
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.drop import FileKeyRefDropReason, drop_disabled_file_key_refs, drop_unknown_file_key_refs
from kubecontainers.testing.read_only import plain, read_only

FILE = {"fileKeyRef": {"volumeName": "settings", "path": "app.env", "key": "COLOUR"}}
KEY = {"secretKeyRef": {"name": "login", "key": "user"}}


def pod(source: dict[str, Any], kind: str = "containers") -> dict[str, Any]:
    return {"spec": {kind: [{"env": [{"name": "A"}, {"name": "B", "valueFrom": source}, {"name": "C", "valueFrom": KEY}]}]}}


@pytest.mark.parametrize("kind", ["containers", "initContainers", "ephemeralContainers"])
def test_unknown(kind: str) -> None:
    given = read_only(pod(FILE | KEY, kind))
    found = drop_unknown_file_key_refs(given, release=Release("1.33"))
    assert plain(found.object) == pod(KEY, kind)
    [change] = found.changes
    assert str(change.path) == f"spec.{kind}[0].env[1].valueFrom.fileKeyRef"
    assert (change.after, change.reason) == (None, FileKeyRefDropReason.UNKNOWN)
    assert drop_unknown_file_key_refs(given, release=Release("1.34")).object is given


def test_what_is_unknown_may_be_anything() -> None:
    assert drop_unknown_file_key_refs(pod({"fileKeyRef": 7}), release=Release("1.33")).object == pod({})
    with pytest.raises(MalformedObject):
        drop_disabled_file_key_refs(pod({"fileKeyRef": 7}), release=Release("1.34"))


@pytest.mark.parametrize("kind", ["containers", "initContainers", "ephemeralContainers"])
def test_disabled(kind: str) -> None:
    given = read_only(pod(FILE, kind))
    disabled = Release("1.34")
    found = drop_disabled_file_key_refs(given, release=disabled)
    assert plain(found.object) == pod({}, kind)
    assert [change.reason for change in found.changes] == [FileKeyRefDropReason.DISABLED]
    for old in (pod(KEY, kind), {}):
        assert drop_disabled_file_key_refs(given, old=old, release=disabled) == found
    for other in ("containers", "initContainers", "ephemeralContainers"):
        assert drop_disabled_file_key_refs(given, old=pod(FILE, other), release=disabled).object is given


@pytest.mark.parametrize("release", [Release("1.33"), Release("1.34").with_gates({"EnvFiles": True}), Release("1.35"), Release("1.36")])
def test_kept(release: Release) -> None:
    given = pod(FILE)
    assert drop_disabled_file_key_refs(given, release=release).object is given


@pytest.mark.parametrize("release", [Release("1.33"), Release("1.34")])
def test_nothing_to_drop(release: Release) -> None:
    for given in (pod(KEY), pod({}), pod({"fileKeyRef": None}), {}):
        assert drop_unknown_file_key_refs(given, release=release).object is given
        assert drop_disabled_file_key_refs(given, release=release).object is given

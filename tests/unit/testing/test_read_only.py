from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.testing.read_only import plain, read_only

POD: dict[str, Any] = {"spec": {"containers": [{"name": "app", "ports": []}, None]}, "kind": "Pod"}


def test_nothing_can_be_changed() -> None:
    held: Any = read_only(POD)
    with pytest.raises(TypeError):
        held["kind"] = "Job"
    with pytest.raises(TypeError):
        del held["spec"]["containers"]
    with pytest.raises(TypeError):
        held["spec"]["containers"][0]["ports"][0] = 80
    with pytest.raises(AttributeError):
        held["spec"]["containers"].append({})


def test_there_and_back() -> None:
    assert plain(read_only(POD)) == POD
    assert plain("text") == "text"

"""How the kubelet names pods."""

from __future__ import annotations

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.lifecycle.pod_identity import pod_full_name, pod_uid


def test_full_name() -> None:
    pod = {"metadata": {"name": "web-0", "namespace": "shop", "uid": "6c7f"}}
    assert (pod_full_name(pod), pod_uid(pod)) == ("web-0_shop(6c7f)", "6c7f")


def test_what_is_missing_is_empty() -> None:
    assert (pod_full_name({}), pod_uid({})) == ("_()", "")


def test_a_name_that_is_none() -> None:
    with pytest.raises(MalformedObject, match=r"metadata\.name"):
        pod_full_name({"metadata": {"name": 5}})

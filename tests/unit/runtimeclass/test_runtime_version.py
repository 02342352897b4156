from __future__ import annotations

import pickle

import pytest

from kubecontainers.runtimeclass.runtime_version import (
    LATEST_CONTAINERD,
    LATEST_CRIO,
    ContainerRuntime,
    InvalidRuntimeVersion,
    RuntimeChange,
    RuntimeVersion,
)

CONTAINERD, CRIO = ContainerRuntime.CONTAINERD, ContainerRuntime.CRIO


@pytest.mark.parametrize(
    ("text", "runtime", "minor"),
    [
        ("1.7", CONTAINERD, (1, 7)),
        ("v2.0.4", CONTAINERD, (2, 0)),
        ("containerd://1.7.27", CONTAINERD, (1, 7)),
        ("1.6.20~ds1", CONTAINERD, (1, 6)),
        ("containerd://2.1.4-k3s2", CONTAINERD, (2, 1)),
        ("2.4.0-beta.0", CONTAINERD, (2, 4)),
        ("1.7.12-0ubuntu2~22.04.1", CONTAINERD, (1, 7)),
        ("cri-o://1.30.6-3.rhaos4.17.git49b5172.el9", CRIO, (1, 30)),
        ("1.37", CRIO, (1, 37)),
    ],
)
def test_real_versions(text: str, runtime: ContainerRuntime, minor: tuple[int, int]) -> None:
    found = RuntimeVersion.parse(text, runtime)
    assert (found.runtime, found.major, found.minor) == (runtime, *minor)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301


@pytest.mark.parametrize(
    ("text", "runtime"),
    [
        ("", CONTAINERD),
        ("2", CONTAINERD),
        ("1.7\n", CONTAINERD),
        ("1.7 ", CONTAINERD),
        ("1.\u0667", CONTAINERD),
        ("01.7", CONTAINERD),
        ("1.5", CONTAINERD),
        ("3.0", CONTAINERD),
        ("2.5", CONTAINERD),
        ("cri-o://1.30.1", CONTAINERD),
        ("docker://24.0.1", CONTAINERD),
        ("1.26", CRIO),
        ("1.38", CRIO),
        ("1." + "9" * 5000, CRIO),
    ],
)
def test_others(text: str, runtime: ContainerRuntime) -> None:
    with pytest.raises(InvalidRuntimeVersion) as caught:
        RuntimeVersion.parse(text, runtime)
    error = caught.value
    assert (error.text, error.runtime) == (text, runtime)
    assert f"not a version of {runtime.value}" in str(error)
    assert f"{runtime.value} 1." in error.hint
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301


def test_own_hint() -> None:
    assert InvalidRuntimeVersion("x", CRIO, "ask").hint == "ask"


def test_changes() -> None:
    change = RuntimeChange(runtime=CONTAINERD, since=(1, 7), until=(2, 1), summary="for a while")
    answers = [change in RuntimeVersion.parse(text) for text in ("1.6", "1.7", "2.0", "2.1")]
    assert answers == [False, True, True, False]
    assert change not in RuntimeVersion(CRIO, 1, 30)
    assert str(LATEST_CONTAINERD) == "containerd 2.3"
    assert str(LATEST_CRIO) == "cri-o 1.36"

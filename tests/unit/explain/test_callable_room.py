"""``kubecontainers.explain`` is the room and the function, in whichever order the two are imported."""

from __future__ import annotations

import importlib
import pickle
import subprocess
import sys

import pytest

ASK = "assert kc.explain([{'kind': 'Pod'}]).objects == 1; assert kc.explain([]).objects == 0"


@pytest.mark.parametrize(
    "program",
    [
        f"import kubecontainers as kc; {ASK}",
        f"import kubecontainers.explain, kubecontainers as kc; {ASK}",
        f"from kubecontainers.explain.report import Report; import kubecontainers as kc; {ASK}",
        f"from kubecontainers import explain; import kubecontainers.explain as room; import kubecontainers as kc; {ASK}; explain([])",
    ],
)
def test_either_way(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], check=True)


def test_it_pickles() -> None:
    room = importlib.import_module("kubecontainers.explain")
    assert pickle.loads(pickle.dumps(room)) is room  # noqa: S301

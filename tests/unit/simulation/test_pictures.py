"""The pictures of the documentation are those that the library makes now.

kubecontainers simulate docs/examples/simulate/web.yaml --script docs/examples/simulate/NAME.yaml --until 15m --svg docs/pictures/NAME.svg
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kubecontainers.cli.main import main

DOCS = Path(__file__).parents[3] / "docs"
PICTURES = {path.stem: path for path in sorted((DOCS / "pictures").glob("*.svg"))}
EXAMPLES = DOCS / "examples" / "simulate"


@pytest.mark.parametrize("name", PICTURES)
def test_bytes(name: str, tmp_path: Path) -> None:
    pod = EXAMPLES / ("graceful.yaml" if name == "grace-60-55-10" else "web.yaml")
    made = tmp_path / "made.svg"
    script = EXAMPLES / f"{name}.yaml"
    assert main(["simulate", str(pod), "--script", str(script), "--until", "15m", "--svg", str(made)]) == 0
    assert made.read_bytes() == PICTURES[name].read_bytes()


def test_every_picture_is_shown() -> None:
    page = (DOCS / "how-to" / "test-your-operator.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\(\.\./pictures/([a-z0-9-]+)\.svg\)", page)) == set(PICTURES)

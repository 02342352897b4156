"""The colours of charts, in light and in dark."""

from __future__ import annotations

import re

import pytest

from kubecontainers.simulation.svg_style import STYLE


def test_light_and_dark() -> None:
    light, dark = STYLE.split("@media (prefers-color-scheme:dark)")
    assert "<" not in STYLE
    assert light.count(".kc ") == dark.count(".kc ") > 10
    assert set(re.findall("#[0-9a-f]{6}", light)) != set(re.findall("#[0-9a-f]{6}", dark))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lower, higher = sorted((luminance(one), luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrasts(theme: int) -> None:
    sheet = STYLE.split("@media")[theme]

    def colour(kind: str, what: str = "fill") -> str:
        found = re.search(rf"\.kc (?:\.[a-z-]+,\.kc )?\.?{kind}\{{[^}}]*{what}:(#[0-9a-f]{{6}})", sheet)
        assert found, kind
        return found[1]

    page = colour("page")
    for letters in ("text", "mark"):
        assert contrast(colour(letters), page) >= 4.5
    assert contrast(colour("wait-in"), colour("wait")) >= 4.5
    for kind in ("pull", "create", "run"):
        assert contrast(colour("in"), colour(kind)) >= 4.5
    assert contrast(colour("stop-in"), colour("stop")) >= 4.5
    for kind in ("pull", "create", "run", "post", "pre"):
        assert contrast(colour(kind), page) >= 3
    assert contrast(colour("wait", "stroke"), page) >= 3

"""The style sheet of SVG charts, in light and in dark, and what it colours.

Letters and bars keep a contrast of at least 4.5 and 3 to what they stand on.
"""

from __future__ import annotations

__all__ = ["STYLE"]

_COLOURS = {
    "page": ("#ffffff", "#0d1117"),
    "text": ("#1f2328", "#e6edf3"),
    "faint": ("#59636e", "#9198a1"),
    "grid": ("#d8dee4", "#30363d"),
    "wait": ("#eff2f5", "#1c2128"),
    "edge": ("#818b98", "#6e7681"),
    "pull": ("#0969da", "#1f6feb"),
    "create": ("#8250df", "#8957e5"),
    "run": ("#1a7f37", "#238636"),
    "stop": ("#d4a72c", "#d29922"),
    "post": ("#033d8b", "#a5d6ff"),
    "pre": ("#a40e26", "#ffb3ad"),
    "on-bar": ("#ffffff", "#ffffff"),
    "on-stop": ("#1f2328", "#0d1117"),
}

_RULES = """
.kc text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:<text>}
.kc .pod{font-weight:600}
.kc .faint,.kc .mark{font-weight:400;fill:<faint>}
.kc .mark,.kc .in{font-size:10px}
.kc .mark{text-anchor:middle}
.kc .page{fill:<page>}
.kc .grid{stroke:<grid>}
.kc .wait{fill:<wait>;stroke:<edge>;stroke-width:.75}
.kc .pull{fill:<pull>}
.kc .create{fill:<create>}
.kc .run{fill:<run>}
.kc .stop{fill:<stop>}
.kc .post{fill:<post>;stroke:<page>}
.kc .pre{fill:<pre>;stroke:<page>}
.kc .again{stroke:<text>;stroke-width:1.5}
.kc .in{fill:<on-bar>}
.kc .wait-in{fill:<faint>}
.kc .stop-in{fill:<on-stop>}
"""


def _sheet(theme: int) -> str:
    sheet = _RULES
    for name, colours in _COLOURS.items():
        sheet = sheet.replace(f"<{name}>", colours[theme])
    return sheet


STYLE = f"{_sheet(0)}@media (prefers-color-scheme:dark){{{_sheet(1)}}}"

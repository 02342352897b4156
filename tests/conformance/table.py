"""Write, or with ``--check`` compare, the table of families in the documentation, from the records themselves."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE))

from records import LAST_RECORDED, expectations, families, records  # noqa: E402

BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


def table() -> str:
    """Return the table in Markdown."""
    rows = ["| family | records | answers compared | releases | changes at |", "|---|---:|---:|---|---|"]
    total = compared = 0
    for family in families():
        found = list(records(family))
        asked = sum(1 for record in found for _ in expectations(record))
        minors = {minor for record in found for minor, _ in record["expected"]}
        first = min(minors, key=_number)
        later = sorted({minor for record in found for minor, _ in record["expected"][1:]}, key=_number)
        releases = f"{first}–1.{LAST_RECORDED}" if _number(first) < LAST_RECORDED else first
        rows.append(f"| `{family}` | {len(found):,} | {asked:,} | {releases} | {', '.join(later) or '–'} |")
        total += len(found)
        compared += asked
    rows.append(f"| **{len(families())} families** | **{total:,}** | **{compared:,}** | | |")
    return "\n".join(rows)


def _number(minor: str) -> int:
    return int(minor.removeprefix("1."))


def main(arguments: list[str]) -> int:
    """Update the page named last; with ``--check`` only say whether it is up to date."""
    page = Path(arguments[-1])
    text = page.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    tail = rest.partition(END)[2]
    wanted = f"{head}{BEGIN}\n{table()}\n{END}{tail}"
    if "--check" in arguments:
        if text == wanted:
            return 0
        sys.stderr.write(f"{page}: the table is not that of the records; run {Path(__file__).name} {page}\n")
        return 1
    page.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

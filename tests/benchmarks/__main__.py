"""Print every table."""

from __future__ import annotations

import platform

from . import admission, environments, hostile, imports, indexes, keyrings, references, simulation
from .table import text


def main() -> None:
    """Measure everything, one table a subject."""
    print(f"CPython {platform.python_version()} on {platform.machine()}\n")
    for title, rows in (
        ("References", references.rows),
        ("Imports, CPU time of a fresh interpreter", imports.rows),
        ("Hostile references", hostile.rows),
        ("Image indexes", indexes.rows),
        ("Keyrings", keyrings.rows),
        ("Environments", environments.rows),
        ("Admission", admission.rows),
        ("Simulation", simulation.rows),
    ):
        print(f"{title}\n{text(rows())}")


if __name__ == "__main__":
    main()

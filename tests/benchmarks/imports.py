"""What an import costs: CPU time of fresh interpreters, the median of many."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys

from .table import Row

RUNS = 21


def cpu_milliseconds(code: str) -> float:
    """Return the CPU time of an interpreter that runs ``code``."""

    def children() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    before = children()
    subprocess.run([sys.executable, "-c", code], check=True)
    return (children() - before) * 1e3


def rows() -> list[Row]:
    """Measure in turn, so that a slow moment of the machine falls on all alike."""
    codes = {
        "re": "import re",
        "package": "import re, kubecontainers",
        "attrs": "import re, attrs",
        "parse": "import re, kubecontainers; kubecontainers.ImageReference.parse('nginx:1.27')",
    }
    taken: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(RUNS):
        for name, code in codes.items():
            taken[name].append(cpu_milliseconds(code))
    median = {name: statistics.median(times) for name, times in taken.items()}
    package, parse = median["package"] - median["re"], median["parse"] - median["attrs"]
    return [
        Row("import kubecontainers", f"{package:.1f} ms", f"{package:+.1f} ms", "import re", "at most +5 ms"),
        Row("import and first parse", f"{median['parse'] - median['re']:.1f} ms", f"{parse:+.1f} ms", "import attrs", "at most +10 ms"),
    ]

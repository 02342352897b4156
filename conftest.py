"""The README, the documentation and the docstrings run as tests."""

from __future__ import annotations

from doctest import ELLIPSIS

from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser

pytest_collect_file = (
    Sybil(parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS)], patterns=["README.md", "docs/**/*.md"])
    + Sybil(parsers=[DocTestParser(optionflags=ELLIPSIS)], pattern="kubecontainers/**/*.py")
).pytest()

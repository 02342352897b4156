"""Sphinx configuration."""

from __future__ import annotations

project = "kubecontainers"
author = "The kubecontainers authors"
project_copyright = "The kubecontainers authors"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.viewcode"]
exclude_patterns = ["_build"]
nitpicky = False
html_theme = "furo"
html_title = "kubecontainers"
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
# ref.python: three modules have a Node; one of them is a type alias, which Sphinx does not find by its module
suppress_warnings = ["myst.xref_missing", "ref.python"]

"""For tests: Hypothesis strategies of the texts, values and API objects that Kubernetes reads, see ``strategies``."""

from __future__ import annotations

from importlib.util import find_spec

if find_spec("hypothesis") is None:
    raise ModuleNotFoundError("kubecontainers.testing needs hypothesis: install kubecontainers[testing]", name="hypothesis")

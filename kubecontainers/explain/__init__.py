"""The concepts put together for a person: one report over manifests, as text or JSON."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..apimachinery.cluster import Cluster
    from ..apimachinery.objects import JSONObject
    from ..pulling.pull_credentials import NodeCredentials
    from .report import Report, Sourced


class _CallableRoom(ModuleType):
    """This package, callable: once it is imported, ``kubecontainers.explain`` is the package, and has to be the function as well."""

    def __call__(
        self, objects: Iterable[JSONObject | Sourced], *, cluster: Cluster | None = None, node: NodeCredentials | None = None
    ) -> Report:
        """Say what Kubernetes will do, see ``report.explain``."""
        from .report import explain  # noqa: PLC0415  (the report is large, importing the package alone is not)

        return explain(objects, cluster=cluster, node=node)

    def __reduce__(self) -> tuple[Callable[[str], ModuleType], tuple[str]]:
        return importlib.import_module, (self.__name__,)


sys.modules[__name__].__class__ = _CallableRoom

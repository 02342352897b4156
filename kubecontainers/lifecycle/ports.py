"""Which port a hook, or a probe, means: a number, or the name that its container gives to one.

Kubernetes keeps the rule in ``ResolveContainerPort`` (``pkg/probe/util.go``). Hooks have one of their own, ``resolvePort`` in
``pkg/kubelet/lifecycle/handlers.go``, while the feature gate ConsistentHTTPGetHandlers is off.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, integer_at, objects_at, root_object, text_at
from ..golang.strconv import atoi
from ..golang.text import to_text
from .hook_failures import HookFailure, HookRequestFailed
from .hooks import Port

__all__ = ["MAX_PORT", "NamedPort", "former_port", "named_ports", "resolve_port"]

MAX_PORT = 65535
_PORT_BITS = 32
_FORMER_DEFAULT = 80

NamedPort = tuple[str, int]
"""The name of a container's port, empty where it has none, and its ``containerPort``."""


def named_ports(container: JSONObject, path: FieldPath = ROOT) -> tuple[NamedPort, ...]:
    """Return the ports of a container, which stands at ``path``. Raises ``MalformedObject``.

    >>> named_ports({"ports": [{"name": "admin", "containerPort": 9000}, {"containerPort": 80}]})
    (('admin', 9000), ('', 80))
    """
    ports = objects_at(root_object(container, path), "ports", path)
    return tuple((text_at(port, "name", at), integer_at(port, "containerPort", at, bits=_PORT_BITS)) for at, port in ports)


def resolve_port(port: Port, ports: Sequence[NamedPort] = ()) -> int:
    """Return the number of a port; ``ports`` are those of the container whose hook it is, as ``named_ports`` returns them.

    A text is the name of the first port that has it, else a decimal number. Raises ``HookRequestFailed``: ``PORT_NOT_FOUND`` or
    ``PORT_OUT_OF_RANGE``.

    >>> resolve_port("admin", [("admin", 9000)]), resolve_port("80"), resolve_port("80", [("80", 8080)])
    (9000, 80, 8080)
    """
    if isinstance(port, int):
        return _in_range(port, port)
    named = _named(port, ports)
    return _in_range(atoi(port) if named is None else named, port)


def former_port(port: Port, ports: Sequence[NamedPort]) -> int:
    """Return the number of a hook's port while ConsistentHTTPGetHandlers is off: a number goes before a name, and an empty text is 80."""
    if isinstance(port, int):
        return _in_range(port, port)
    if not port:
        return _FORMER_DEFAULT
    number = atoi(port)
    return _in_range(_named(port, ports) if number is None else number, port)


def _named(name: str, ports: Sequence[NamedPort]) -> int | None:
    name = to_text(name)
    return next((number for given, number in ports if given == name), None)


def _in_range(number: int | None, port: Port) -> int:
    if number is not None and 1 <= number <= MAX_PORT:
        return number
    reason = HookFailure.PORT_NOT_FOUND if number is None else HookFailure.PORT_OUT_OF_RANGE
    raise HookRequestFailed(reason, port if isinstance(port, str) else str(port) if abs(port) < 1 << _PORT_BITS else "a large number")

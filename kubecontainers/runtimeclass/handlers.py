"""What a node's container runtime offers: handlers by name, each with the file that it comes from, and what its files say in vain.

A RuntimeClass names one of these handlers. What a runtime does with the name is in ``GetSandboxRuntime`` of containerd
(``internal/cri/config/config.go``) and ``getRuntimeHandler`` of CRI-O (``internal/oci/oci.go``).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

import attrs

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.names import validate_dns1123_label
from .runtime_version import ContainerRuntime, RuntimeChange, RuntimeVersion

__all__ = [
    "BUILT_IN",
    "CONTAINERD_REPORTS_HANDLERS",
    "CRIO_REPORTS_HANDLERS",
    "UNTRUSTED_HANDLER",
    "UNTRUSTED_WORKLOAD",
    "Handler",
    "HandlerNotFound",
    "HandlerNotFoundReason",
    "Ineffective",
    "IneffectiveReason",
    "OfferedHandlers",
]

CONTAINERD_REPORTS_HANDLERS = RuntimeChange(
    runtime=ContainerRuntime.CONTAINERD, since=(2, 0), summary="the Status call of the CRI lists the handlers, and so does the node"
)
CRIO_REPORTS_HANDLERS = RuntimeChange(
    runtime=ContainerRuntime.CRIO, since=(1, 30), summary="the Status call of the CRI lists the handlers, and so does the node"
)

BUILT_IN = "built-in"
"""Stands for the path of a file where it is the runtime's own default that speaks."""

UNTRUSTED_WORKLOAD = "io.kubernetes.cri.untrusted-workload"
"""The annotation of pods that containerd runs with its handler ``untrusted``, where it is ``"true"``."""

UNTRUSTED_HANDLER = "untrusted"


class IneffectiveReason(enum.Enum):
    """Why something that a file says has no effect, or not the one that it seems to have."""

    ERASED = "a later file has a table of the same plugin, which replaces the whole plugin's"
    REPLACED = "a later file names the same handler, which replaces the whole entry"
    OVERRIDDEN = "a later value counts"
    BUILT_IN_ERASED = "the runtimes that are named take the place of the built-in one"
    WRONG_TABLE = "this version of the runtime reads another table"
    NOT_MIGRATED = "the table of the newer version has this key already"
    REMOVED = "this version of the runtime no longer knows the key"
    NO_RUNTIME_TYPE = "it has no runtime_type, without which it does not count"
    INHERITED = "inherit_default_runtime takes the value from the default handler"
    EMPTY_NAME = "the empty name stands for the default handler"
    NOT_IMPORTED = "no file that is read imports this one"

    PLUGIN_DISABLED = "disabled_plugins names the plugin of the CRI"
    WRONG_TYPE = "a value has the wrong type"
    CONFLICT = "the handler is defined in two ways"
    DEFAULT_EMPTY = "default_runtime_name is empty"
    DEFAULT_UNKNOWN = "the default names no handler"
    INVALID_SETTING = "a setting may not have this value, or not with this runtime_type"

    INVALID_RUNTIME_TYPE = "runtime_type is none of oci, vm and pod"
    MISSING_PATH = "there is no such file"
    INVALID_BINARY_NAME = "the binary of a vm runtime is not named as a containerd shim is"


@attrs.frozen
class Ineffective:
    """Something in a configuration that has no effect.

    ``handler`` is the one that is meant, empty where it is the whole configuration; ``file`` says it, ``by`` is the file that prevents it,
    where one does. ``field`` is the key that is meant, empty for the whole entry; ``detail`` says more, such as the table.
    """

    reason: IneffectiveReason
    handler: str = ""
    file: str = ""
    by: str = ""
    field: str = ""
    detail: str = ""


@attrs.frozen
class Handler:
    """One handler.

    ====================  =================================================================================================
    ``runtime_type``      what runs it: the ID of a shim in containerd (``io.containerd.kata.v2``), ``oci``, ``vm`` or ``pod``
                          in CRI-O
    ``path``              its executable; in containerd empty where it follows from the type, in CRI-O a bare name where it is
                          searched for in ``PATH``
    ``source``            the first file that names it, of those that still count; ``BUILT_IN`` where none does
    ``sources``           all the files that have part in it, in the order of reading
    ``options``           what the runtime itself is given, such as ``BinaryName`` and ``SystemdCgroup``
    ``settings``          what else is set, such as ``snapshotter`` or ``runtime_root``
    ====================  =================================================================================================
    """

    name: str
    runtime_type: str
    path: str = ""
    sources: tuple[str, ...] = (BUILT_IN,)
    options: FrozenMap[str, object] = attrs.field(factory=lambda: FrozenMap[str, object]({}))
    settings: FrozenMap[str, object] = attrs.field(factory=lambda: FrozenMap[str, object]({}))

    @property
    def source(self) -> str:
        """The file that the handler comes from."""
        return self.sources[0]

    @property
    def nameable(self) -> bool:
        """Whether a RuntimeClass can name the handler: it has to be a DNS label."""
        return not validate_dns1123_label(self.name)


class HandlerNotFoundReason(enum.Enum):
    """Why a runtime creates no sandbox for a handler."""

    UNKNOWN = "no runtime of that name is configured"
    UNTRUSTED_WITH_HANDLER = "an untrusted workload may ask for no handler of its own"
    UNTRUSTED_ON_HOST = "an untrusted workload may use no namespace of the host"
    NOTHING_OFFERED = "the runtime offers no handler at all"


class HandlerNotFound(KubeContainersError):
    """A runtime refuses to create a sandbox with the handler ``handler``; the pod stays Pending, and the kubelet tries again."""

    def __init__(self, handler: str, reason: HandlerNotFoundReason, offered: tuple[str, ...] = (), hint: str | None = None) -> None:
        listed = ", ".join(offered[:20])
        hint = (f"it offers {listed}" if offered else "") if hint is None else hint
        super().__init__(handler, reason, offered, hint)
        self.handler = handler
        self.reason = reason
        self.offered = offered
        self.hint = hint

    def _sentence(self) -> str:
        return f"handler {self.handler[:100]!r}: {self.reason.value}"


@attrs.frozen
class OfferedHandlers:
    """The handlers of a node, as its configuration has them.

    ===============  ======================================================================================================
    ``version``      the runtime, and its version
    ``offered``      handlers by name; the default stands under ``""`` as well. Whether a shim is really there shows only in use
    ``default``      the name of the default, empty where nothing is offered
    ``ineffective``  what the files say in vain
    ``refusal``      why nothing is offered, ``None`` where something is
    ``files``        the files that were read, in order
    ===============  ======================================================================================================
    """

    version: RuntimeVersion
    offered: FrozenMap[str, Handler]
    default: str
    ineffective: tuple[Ineffective, ...] = ()
    refusal: Ineffective | None = None
    files: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the handlers in order, without the empty one of the default."""
        return tuple(sorted(name for name in self.offered if name))

    def serves(self, handler: str) -> bool:
        """Return whether a RuntimeClass with this ``handler`` can be served, ``""`` for the default."""
        return handler in self.offered

    def resolve(self, handler: str = "", *, annotations: Mapping[str, str] | None = None, host_namespaces: bool = False) -> Handler:
        """Return the handler with which the runtime creates the sandbox of a pod.

        ``handler`` is that of the RuntimeClass, ``""`` for none; ``annotations`` are the pod's, of which containerd heeds
        ``UNTRUSTED_WORKLOAD``; ``host_namespaces`` says whether the pod uses the host's network, PIDs or IPC. Raises ``HandlerNotFound``.
        """
        if self.refusal is not None:
            raise HandlerNotFound(handler, HandlerNotFoundReason.NOTHING_OFFERED, hint=self.refusal.reason.value)
        if self.version.runtime is ContainerRuntime.CONTAINERD and (annotations or {}).get(UNTRUSTED_WORKLOAD) == "true":
            if handler not in {"", UNTRUSTED_HANDLER}:
                raise HandlerNotFound(handler, HandlerNotFoundReason.UNTRUSTED_WITH_HANDLER, hint="remove one of the two")
            if host_namespaces:
                raise HandlerNotFound(handler, HandlerNotFoundReason.UNTRUSTED_ON_HOST, hint="")
            handler = UNTRUSTED_HANDLER
        found = self.offered.get(handler)
        if found is None:
            raise HandlerNotFound(handler, HandlerNotFoundReason.UNKNOWN, self.names)
        return found

    def reported(self) -> tuple[str, ...]:
        """Return the names that the Status call of the CRI lists, and so ``status.runtimeHandlers`` of the node.

        The default is among them twice, once under ``""``. Versions that do not report give none, which does not mean that they offer none.
        """
        reports = CONTAINERD_REPORTS_HANDLERS in self.version or CRIO_REPORTS_HANDLERS in self.version
        return tuple(sorted(self.offered)) if reports else ()

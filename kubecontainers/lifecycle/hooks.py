"""The hooks of a container: what ``lifecycle`` says, as values, and which part of it the kubelet runs.

The types are ``LifecycleHandler`` and those it holds, in ``pkg/apis/core/types.go``; what is run is decided in ``Run`` of
``pkg/kubelet/lifecycle/handlers.go``. A field that a release does not know is not read, as its decoder drops it.
"""

from __future__ import annotations

import enum

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, integer_at, mapping_at, objects_at, root_object, text_at, texts_at
from ..apimachinery.release import LATEST, Change, Release
from ..golang.duration import Duration, wrapping_seconds
from ..golang.text import to_text

__all__ = [
    "SLEEP_ACTION",
    "SLEEP_KNOWN",
    "STOP_SIGNALS",
    "STOP_SIGNAL_KNOWN",
    "ContainerHooks",
    "ExecAction",
    "HTTPGetAction",
    "HTTPHeader",
    "HookKind",
    "LifecycleHandler",
    "Port",
    "SleepAction",
    "TCPSocketAction",
    "container_hooks",
    "port_at",
    "sleep_duration",
]

SLEEP_KNOWN = Change(since="1.29", summary="a hook may be a sleep; earlier releases do not know the field")
SLEEP_ACTION = Change(gate="PodLifecycleSleepAction", since="1.29", summary="a sleep hook sleeps; while the gate is off it ends at once")
STOP_SIGNALS = Change(
    gate="ContainerStopSignals", since="1.33", summary="lifecycle.stopSignal says which signal a container is stopped with"
)
STOP_SIGNAL_KNOWN = Change(since="1.33", summary="lifecycle.stopSignal is a field; earlier releases drop it")

Port = int | str
"""A port by its number, or by the name that a container gives it (``IntOrString``)."""

_PORT_BITS = 32


class HookKind(enum.Enum):
    """The kinds of hooks, in the order in which validation looks at them; the values are the fields of a handler."""

    EXEC = "exec"
    HTTP_GET = "httpGet"
    TCP_SOCKET = "tcpSocket"
    SLEEP = "sleep"


@attrs.frozen
class ExecAction:
    """A command to run in the container: its words, without a shell."""

    command: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, obj: object, path: FieldPath = ROOT) -> ExecAction:
        """Return the action that stands at ``path``. Raises ``MalformedObject``, as the other values here do."""
        return cls(texts_at(root_object(obj, path), "command", path))

    def to_json(self) -> dict[str, object]:
        """Return the action as JSON."""
        return {"command": list(self.command)} if self.command else {}


@attrs.frozen
class HTTPHeader:
    """A header as the manifest has it; it is sent under the canonical form of its name."""

    name: str
    value: str

    @classmethod
    def from_json(cls, obj: object, path: FieldPath = ROOT) -> HTTPHeader:
        """Return the header that stands at ``path``."""
        header = root_object(obj, path)
        return cls(text_at(header, "name", path), text_at(header, "value", path))

    def to_json(self) -> dict[str, object]:
        """Return the header as JSON."""
        return {"name": self.name, "value": self.value}


@attrs.frozen
class HTTPGetAction:
    """An HTTP request to make. Empty are ``path``, ``host`` and ``scheme`` where the manifest has none; a missing ``port`` is 0."""

    path: str = ""
    port: Port = 0
    host: str = ""
    scheme: str = ""
    headers: tuple[HTTPHeader, ...] = ()

    @classmethod
    def from_json(cls, obj: object, path: FieldPath = ROOT) -> HTTPGetAction:
        """Return the action that stands at ``path``.

        >>> HTTPGetAction.from_json({"path": "/drain", "port": "admin"})
        HTTPGetAction(path='/drain', port='admin', host='', scheme='', headers=())
        """
        action = root_object(obj, path)
        headers = tuple(HTTPHeader.from_json(header, at) for at, header in objects_at(action, "httpHeaders", path))
        host, scheme = text_at(action, "host", path), text_at(action, "scheme", path)
        return cls(text_at(action, "path", path), port_at(action, "port", path), host, scheme, headers)

    def to_json(self) -> dict[str, object]:
        """Return the action as JSON; the port is always there."""
        made: dict[str, object] = {"path": self.path, "port": self.port, "host": self.host, "scheme": self.scheme}
        made["httpHeaders"] = [header.to_json() for header in self.headers]
        return {name: value for name, value in made.items() if name == "port" or value}


@attrs.frozen
class TCPSocketAction:
    """A port to connect to. The API takes it in a hook; no kubelet has ever run it."""

    port: Port = 0
    host: str = ""

    @classmethod
    def from_json(cls, obj: object, path: FieldPath = ROOT) -> TCPSocketAction:
        """Return the action that stands at ``path``."""
        action = root_object(obj, path)
        return cls(port_at(action, "port", path), text_at(action, "host", path))

    def to_json(self) -> dict[str, object]:
        """Return the action as JSON; the port is always there."""
        return {"port": self.port, "host": self.host} if self.host else {"port": self.port}


@attrs.frozen
class SleepAction:
    """A time to wait, in whole ``seconds``; use ``sleep_duration`` for how long that is."""

    seconds: int = 0

    @classmethod
    def from_json(cls, obj: object, path: FieldPath = ROOT) -> SleepAction:
        """Return the action that stands at ``path``."""
        return cls(integer_at(root_object(obj, path), "seconds", path))

    def to_json(self) -> dict[str, object]:
        """Return the action as JSON."""
        return {"seconds": self.seconds}


@attrs.frozen
class LifecycleHandler:
    """What ``postStart`` or ``preStop`` says. One of the four is set in a valid handler; validation refuses more, and none."""

    exec: ExecAction | None = None
    http_get: HTTPGetAction | None = None
    tcp_socket: TCPSocketAction | None = None
    sleep: SleepAction | None = None

    @classmethod
    def from_json(cls, obj: object, path: FieldPath = ROOT, *, release: Release = LATEST) -> LifecycleHandler:
        """Return the handler that stands at ``path``, as a component of ``release`` decodes it. Raises ``MalformedObject``.

        >>> LifecycleHandler.from_json({"sleep": {"seconds": 5}}).sleep
        SleepAction(seconds=5)
        >>> LifecycleHandler.from_json({"sleep": {"seconds": 5}}, release=Release("1.28")).kinds
        ()
        """
        handler = root_object(obj, path)
        execs, http, tcp = (mapping_at(handler, kind.value, path) for kind in (HookKind.EXEC, HookKind.HTTP_GET, HookKind.TCP_SOCKET))
        sleep = mapping_at(handler, HookKind.SLEEP.value, path) if SLEEP_KNOWN in release else None
        return cls(
            None if execs is None else ExecAction.from_json(execs, path.child(HookKind.EXEC.value)),
            None if http is None else HTTPGetAction.from_json(http, path.child(HookKind.HTTP_GET.value)),
            None if tcp is None else TCPSocketAction.from_json(tcp, path.child(HookKind.TCP_SOCKET.value)),
            None if sleep is None else SleepAction.from_json(sleep, path.child(HookKind.SLEEP.value)),
        )

    @property
    def kinds(self) -> tuple[HookKind, ...]:
        """The kinds that are set, in the order of validation."""
        return tuple(kind for kind, action in self._actions() if action is not None)

    def runs(self, release: Release = LATEST) -> ExecAction | HTTPGetAction | SleepAction | None:
        """Return the action that a kubelet of ``release`` runs: the first of exec, httpGet and sleep.

        ``None`` is a handler that fails at once: an empty one, or one that has a ``tcpSocket`` only.

        >>> LifecycleHandler(tcp_socket=TCPSocketAction(port=80)).runs() is None
        True
        """
        return self.exec or self.http_get or (self.sleep if SLEEP_KNOWN in release else None)

    def to_json(self) -> dict[str, object]:
        """Return the handler as JSON."""
        return {kind.value: action.to_json() for kind, action in self._actions() if action is not None}

    def _actions(self) -> tuple[tuple[HookKind, ExecAction | HTTPGetAction | TCPSocketAction | SleepAction | None], ...]:
        return (
            (HookKind.EXEC, self.exec),
            (HookKind.HTTP_GET, self.http_get),
            (HookKind.TCP_SOCKET, self.tcp_socket),
            (HookKind.SLEEP, self.sleep),
        )


@attrs.frozen
class ContainerHooks:
    """``lifecycle`` of a container. ``stop_signal`` is ``None`` where the image, or the runtime, says which signal stops it."""

    post_start: LifecycleHandler | None = None
    pre_stop: LifecycleHandler | None = None
    stop_signal: str | None = None

    @classmethod
    def from_json(cls, obj: object, path: FieldPath = ROOT, *, release: Release = LATEST) -> ContainerHooks:
        """Return the ``lifecycle`` that stands at ``path``, as a component of ``release`` decodes it. Raises ``MalformedObject``."""
        lifecycle = root_object(obj, path)
        after, before = mapping_at(lifecycle, "postStart", path), mapping_at(lifecycle, "preStop", path)
        signal = (
            text_at(lifecycle, "stopSignal", path) if STOP_SIGNAL_KNOWN in release and lifecycle.get("stopSignal") is not None else None
        )
        return cls(
            None if after is None else LifecycleHandler.from_json(after, path.child("postStart"), release=release),
            None if before is None else LifecycleHandler.from_json(before, path.child("preStop"), release=release),
            signal,
        )

    def to_json(self) -> dict[str, object]:
        """Return the ``lifecycle`` as JSON."""
        made: dict[str, object] = {}
        if self.post_start is not None:
            made["postStart"] = self.post_start.to_json()
        if self.pre_stop is not None:
            made["preStop"] = self.pre_stop.to_json()
        return made if self.stop_signal is None else made | {"stopSignal": self.stop_signal}


def container_hooks(container: JSONObject, path: FieldPath = ROOT, *, release: Release = LATEST) -> ContainerHooks:
    """Return the hooks of a container, which stands at ``path``, as a component of ``release`` decodes them.

    A container without ``lifecycle`` has none. Raises ``MalformedObject``.

    >>> container_hooks({"lifecycle": {"preStop": {"exec": {"command": ["nginx", "-s", "quit"]}}}}).pre_stop.exec
    ExecAction(command=('nginx', '-s', 'quit'))
    """
    lifecycle = mapping_at(root_object(container, path), "lifecycle", path)
    return ContainerHooks() if lifecycle is None else ContainerHooks.from_json(lifecycle, path.child("lifecycle"), release=release)


def sleep_duration(action: SleepAction, *, release: Release = LATEST) -> Duration:
    """Return how long a kubelet of ``release`` sleeps: not at all if there is nothing to wait for, or while sleeps are switched off.

    As in Go, seconds that 64 bits of nanoseconds cannot hold wrap round, maybe to less than nothing, which is not waited for.

    >>> sleep_duration(SleepAction(5)), sleep_duration(SleepAction(5), release=Release("1.29")), sleep_duration(SleepAction(-5))
    (Duration('5s'), Duration('0s'), Duration('0s'))
    """
    if SLEEP_ACTION not in release:
        return Duration(0)
    return max(wrapping_seconds(action.seconds), Duration(0))


def port_at(parent: JSONObject, key: str, path: FieldPath) -> Port:
    """Return the port in a field, a text or an integer of 32 bits, 0 where there is none. Raises ``MalformedObject``.

    >>> port_at({"port": "admin"}, "port", ROOT), port_at({"port": 8080}, "port", ROOT)
    ('admin', 8080)
    """
    value = parent.get(key)
    return to_text(value) if isinstance(value, str) else integer_at(parent, key, path, bits=_PORT_BITS)

"""What the API server says of a handler: of a hook, or of a probe, which knows gRPC and no sleep.

Kubernetes keeps the rules in ``validateHandler`` and what it calls (``pkg/apis/core/validation/validation.go``), those for names of ports
and headers in ``k8s.io/apimachinery/pkg/util/validation``.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator

import attrs

from ..apimachinery.fields import FieldError, FieldErrorType, FieldPath
from ..apimachinery.objects import JSONObject, integer_at, mapping_at
from ..apimachinery.release import LATEST, Change, Release
from ..golang.text import to_bytes
from .hooks import SLEEP_KNOWN, ExecAction, HookKind, HTTPGetAction, Port, SleepAction, TCPSocketAction
from .ports import MAX_PORT

__all__ = ["NO_GRACE_NO_BOUND", "ZERO_SLEEP", "HandlerRule", "SleepBound", "validate_hook_handler", "validate_probe_handler"]

ZERO_SLEEP = Change(gate="PodLifecycleSleepActionAllowZero", since="1.32", summary="a sleep hook may sleep for 0 seconds")
NO_GRACE_NO_BOUND = Change(
    since="1.31",
    summary="without terminationGracePeriodSeconds, which defaulting fills in, a sleep has no bound; before, none was short enough",
)

MAX_PORT_NAME = 15
"""In bytes."""

_NAME_CHARACTERS = re.compile(r"[-a-z0-9]+", re.ASCII)
_LETTER = re.compile(r"[a-z]", re.ASCII)
_HEADER_NAME = re.compile(r"[-A-Za-z0-9]+", re.ASCII)
_SCHEMES = frozenset({"HTTP", "HTTPS"})
_PORT_BITS = 32


class HandlerRule(enum.Enum):
    """A rule that a handler can break; the values say what would be right."""

    REQUIRED = "a hook, or a probe, must say what it does"
    ONLY_ONE = "a hook, or a probe, does one thing"
    COMMAND_REQUIRED = "a command has at least one word"
    PATH_REQUIRED = "a path is needed, if only /"
    SCHEME = "the scheme is HTTP or HTTPS"
    HEADER_NAME = "a header's name may have letters, digits and dashes"
    PORT_NUMBER = "a port is a number from 1 to 65535"
    PORT_NAME_TOO_LONG = "the name of a port may have at most 15 bytes"
    PORT_NAME_CHARACTERS = "the name of a port may have lower-case letters, digits and dashes"
    PORT_NAME_LETTER = "the name of a port has at least one letter"
    PORT_NAME_DASHES = "no two dashes follow one another in the name of a port"
    PORT_NAME_ENDS = "the name of a port neither begins nor ends with a dash"
    SLEEP_TOO_LONG = "a sleep is not longer than terminationGracePeriodSeconds"
    SLEEP_TOO_SHORT = "a sleep is longer than 0 seconds"
    SLEEP_NEGATIVE = "a sleep is not negative"


@attrs.frozen
class SleepBound:
    """How long a sleep may be: ``most`` seconds, which is ``terminationGracePeriodSeconds`` of the pod, ``None`` where it says none."""

    most: int | None
    release: Release = LATEST

    def errors(self, action: SleepAction, path: FieldPath) -> Iterator[FieldError]:
        """Yield the error of a sleep, which stands at ``path``: one at the most."""
        if self.most is None and NO_GRACE_NO_BOUND in self.release:
            return
        zero = ZERO_SLEEP in self.release
        if action.seconds < (0 if zero else 1):
            yield _error(
                path, FieldErrorType.INVALID, HandlerRule.SLEEP_NEGATIVE if zero else HandlerRule.SLEEP_TOO_SHORT, str(action.seconds)
            )
        elif action.seconds > (self.most or 0):
            yield _error(path, FieldErrorType.INVALID, HandlerRule.SLEEP_TOO_LONG, str(action.seconds))


def validate_hook_handler(handler: JSONObject, path: FieldPath, bound: SleepBound) -> Iterator[FieldError]:
    """Yield the errors of a hook, which stands at ``path``, in Kubernetes' order. Raises ``MalformedObject``.

    The first thing that it does is checked, whatever else it does is one error too many, without a look at it.

    >>> from kubecontainers.apimachinery.fields import ROOT
    >>> hook = {"exec": {}, "tcpSocket": {"port": 0}}
    >>> [str(error) for error in validate_hook_handler(hook, ROOT, SleepBound(30))]
    ['exec.command: Required: a command has at least one word', 'tcpSocket: Forbidden: a hook, or a probe, does one thing']
    """
    sleep = mapping_at(handler, HookKind.SLEEP.value, path) if SLEEP_KNOWN in bound.release else None
    checks = list(_common(handler, path))
    if sleep is not None:
        at = path.child(HookKind.SLEEP.value)
        checks.append((at, bound.errors(SleepAction.from_json(sleep, at), at)))
    return _of_first(checks, path)


def validate_probe_handler(probe: JSONObject, path: FieldPath) -> Iterator[FieldError]:
    """Yield the errors of what a probe, which stands at ``path``, does, as ``validate_hook_handler`` does."""
    checks = list(_common(probe, path))
    grpc = mapping_at(probe, "grpc", path)
    if grpc is not None:
        at = path.child("grpc")
        checks.append((at, _port_errors(integer_at(grpc, "port", at, bits=_PORT_BITS), at.child("port"))))
    return _of_first(checks, path)


_Check = tuple[FieldPath, Iterator[FieldError]]
"""Where an action stands, and its errors, not yet looked for."""


def _common(handler: JSONObject, path: FieldPath) -> Iterator[_Check]:
    """Yield the actions that hooks and probes share; all are decoded, so that what cannot be is not passed over."""
    at = path.child(HookKind.EXEC.value)
    if (action := mapping_at(handler, HookKind.EXEC.value, path)) is not None:
        yield at, _exec_errors(ExecAction.from_json(action, at), at)
    at = path.child(HookKind.HTTP_GET.value)
    if (action := mapping_at(handler, HookKind.HTTP_GET.value, path)) is not None:
        yield at, _http_errors(HTTPGetAction.from_json(action, at), at)
    at = path.child(HookKind.TCP_SOCKET.value)
    if (action := mapping_at(handler, HookKind.TCP_SOCKET.value, path)) is not None:
        yield at, _port_errors(TCPSocketAction.from_json(action, at).port, at.child("port"))


def _of_first(checks: list[_Check], path: FieldPath) -> Iterator[FieldError]:
    if not checks:
        yield _error(path, FieldErrorType.REQUIRED, HandlerRule.REQUIRED)
        return
    (_, errors), *others = checks
    yield from errors
    for at, _ in others:
        yield _error(at, FieldErrorType.FORBIDDEN, HandlerRule.ONLY_ONE)


def _exec_errors(action: ExecAction, path: FieldPath) -> Iterator[FieldError]:
    if not action.command:
        yield _error(path.child("command"), FieldErrorType.REQUIRED, HandlerRule.COMMAND_REQUIRED)


def _http_errors(action: HTTPGetAction, path: FieldPath) -> Iterator[FieldError]:
    if not action.path:
        yield _error(path.child("path"), FieldErrorType.REQUIRED, HandlerRule.PATH_REQUIRED)
    yield from _port_errors(action.port, path.child("port"))
    if action.scheme not in _SCHEMES:
        yield _error(path.child("scheme"), FieldErrorType.NOT_SUPPORTED, HandlerRule.SCHEME, action.scheme)
    for header in action.headers:
        if not _HEADER_NAME.fullmatch(header.name):
            yield _error(path.child("httpHeaders"), FieldErrorType.INVALID, HandlerRule.HEADER_NAME, header.name)


def _port_errors(port: Port, path: FieldPath) -> Iterator[FieldError]:
    """Yield the errors of a port: of a number one, of a name one for each rule that it breaks."""
    if isinstance(port, int):
        broken = [] if 1 <= port <= MAX_PORT else [HandlerRule.PORT_NUMBER]
    else:
        rules = (
            (HandlerRule.PORT_NAME_TOO_LONG, len(to_bytes(port)) > MAX_PORT_NAME),
            (HandlerRule.PORT_NAME_CHARACTERS, _NAME_CHARACTERS.fullmatch(port) is None),
            (HandlerRule.PORT_NAME_LETTER, _LETTER.search(port) is None),
            (HandlerRule.PORT_NAME_DASHES, "--" in port),
            (HandlerRule.PORT_NAME_ENDS, port.startswith("-") or port.endswith("-")),
        )
        broken = [rule for rule, is_broken in rules if is_broken]
    for rule in broken:
        yield _error(path, FieldErrorType.INVALID, rule, str(port))


def _error(path: FieldPath, kind: FieldErrorType, rule: HandlerRule, value: str = "") -> FieldError:
    return FieldError(path, kind, rule, value, rule.value)

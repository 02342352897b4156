"""How large an environment is, and whether the kernel lets a program start with it.

Linux limits each argument and each ``NAME=value`` to 128 KiB, and all of them to a quarter of the stack's limit, 2 MiB as a rule
(``execve(2)``, ``fs/exec.c``). The path of the program counts too, which is not known here. Beyond, no program starts: "argument list too
long". Kubernetes does not look at this; what most often passes the limits is the many services of a namespace.
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable

import attrs

from .pod_services import POINTER_BYTES, PodServiceVariables, counted_bytes
from .service_variables import AddressedService
from .variables import Environment

__all__ = ["MAX_STRING_BYTES", "MAX_TOTAL_BYTES", "EnvironmentSize", "measure_environment"]

MAX_STRING_BYTES = 128 * 1024
"""For one ``NAME=value``, the byte that ends it counted in."""

MAX_TOTAL_BYTES = 2 * 1024 * 1024
"""For all, under the usual limit of 8 MiB for the stack."""


@attrs.frozen
class EnvironmentSize:
    """The bytes that the kernel counts: every string with its end and a pointer to it.

    ``total_bytes`` is all of it, ``service_bytes`` the share of variables of services that nothing hides. ``too_long`` are the variables,
    and ``too_long_arguments`` the positions of the arguments, that pass ``MAX_STRING_BYTES``. ``passed_at`` is the service at whose
    variables, taken in the order of names, the total passes ``max_total_bytes``; ``None`` where it does not, or does so without services.
    """

    total_bytes: int
    service_bytes: int
    too_long: tuple[str, ...] = ()
    too_long_arguments: tuple[int, ...] = ()
    passed_at: AddressedService | None = None
    max_total_bytes: int = MAX_TOTAL_BYTES

    @property
    def fits(self) -> bool:
        """Whether the kernel starts a program with it."""
        return not self.too_long and not self.too_long_arguments and self.total_bytes <= self.max_total_bytes

    @property
    def fits_without_services(self) -> bool:
        """Whether it would without the variables of services, apart from what is too long itself."""
        return self.total_bytes - self.service_bytes <= self.max_total_bytes


def measure_environment(
    environment: Environment, arguments: Iterable[str] = (), *, max_total_bytes: int = MAX_TOTAL_BYTES
) -> EnvironmentSize:
    """Return how large an environment is.

    ``arguments`` are the command and its arguments, which count too; ``max_total_bytes`` is a quarter of the stack's limit.

    >>> from kubecontainers.apimachinery.frozenmap import FrozenMap
    >>> measure_environment(Environment(FrozenMap({})), ["sleep", "60"]).total_bytes
    25
    """
    services, own, base = environment.services, environment.own, environment.base
    counted = [counted_bytes(argument) for argument in arguments]
    lengths = {name: counted_bytes(f"{name}={variable.reveal()}") for name, variable in base.items() if name not in services}
    lengths |= {name: counted_bytes(f"{name}={variable.reveal()}") for name, variable in own.items()}
    hidden = sum(services.bytes_by_name.get(name, 0) for name in own)
    service_bytes = services.total_bytes - hidden
    others = sum(lengths.values()) + sum(counted)
    passed = None
    if others <= max_total_bytes < others + service_bytes:
        running = _running_total(services, own)
        passed = next(service for service, total in running if others + total > max_total_bytes)
    too_long = [name for name, length in (lengths | _long(services, own)).items() if _is_too_long(length)]
    arguments_too_long = tuple(position for position, length in enumerate(counted) if _is_too_long(length))
    return EnvironmentSize(others + service_bytes, service_bytes, tuple(too_long), arguments_too_long, passed, max_total_bytes)


def _long(services: PodServiceVariables, own: Container[str]) -> dict[str, int]:
    """Return the variables of services that are not hidden and too long; almost always there are none."""
    if services.longest_bytes <= MAX_STRING_BYTES + POINTER_BYTES:
        return {}
    return {name: length for name, length in services.bytes_by_name.items() if name not in own}


def _is_too_long(length: int) -> bool:
    return length - POINTER_BYTES > MAX_STRING_BYTES


def _running_total(services: PodServiceVariables, own: Container[str]) -> list[tuple[AddressedService, int]]:
    """Return every service with the total up to it; a name that several services give counts for the first of them."""
    left = {name: length for name, length in services.bytes_by_name.items() if name not in own}
    shares = [sum(left.pop(name, 0) for name, _ in service.variables()) for service in services.services]
    return list(zip(services.services, itertools.accumulate(shares), strict=True))

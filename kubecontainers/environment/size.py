"""How large an environment is, and whether the kernel lets a program start with it.

Linux limits each ``NAME=value`` to 128 KiB and all of them, with the arguments, to a quarter of the stack's limit, 2 MiB as a rule
(``execve(2)``, ``fs/exec.c``). Beyond, no program starts: "argument list too long". Kubernetes does not look at this; what most often
passes the limits is the many services of a namespace.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import attrs

from ..golang.text import to_octets
from .service_variables import AddressedService
from .variables import Environment

__all__ = ["MAX_STRING_BYTES", "MAX_TOTAL_BYTES", "EnvironmentSize", "measure_environment"]

MAX_STRING_BYTES = 128 * 1024
"""For one ``NAME=value``, the byte that ends it counted in."""

MAX_TOTAL_BYTES = 2 * 1024 * 1024
"""For all, under the usual limit of 8 MiB for the stack."""

_POINTER_BYTES = 8


@attrs.frozen
class EnvironmentSize:
    """The bytes that the kernel counts: every string with its end and a pointer to it.

    ``total`` is all of it, ``services`` the share of variables of services that nothing hides. ``too_long`` are the variables that pass
    ``MAX_STRING_BYTES``. ``passed_at`` is the service at whose variables, taken in the order of names, the total passes
    ``max_total_bytes``; ``None`` where it does not, or does so without services.
    """

    total: int
    services: int
    too_long: tuple[str, ...] = ()
    passed_at: AddressedService | None = None
    max_total_bytes: int = MAX_TOTAL_BYTES

    @property
    def fits(self) -> bool:
        """Whether the kernel starts a program with it."""
        return not self.too_long and self.total <= self.max_total_bytes

    @property
    def fits_without_services(self) -> bool:
        """Whether it would without the variables of services, apart from what is too long itself."""
        return self.total - self.services <= self.max_total_bytes


def measure_environment(
    environment: Environment, arguments: Iterable[str] = (), *, max_total_bytes: int = MAX_TOTAL_BYTES
) -> EnvironmentSize:
    """Return how large an environment is.

    ``arguments`` are the command and its arguments, which count too; ``max_total_bytes`` is a quarter of the stack's limit.

    >>> from kubecontainers.apimachinery.frozenmap import FrozenMap
    >>> measure_environment(Environment(FrozenMap({})), ["sleep", "60"]).total
    25
    """
    values = environment.reveal()
    shown = {name for name in environment.services if name not in environment.own}
    lengths = {name: _counted(f"{name}={value}") for name, value in values.items()}
    others = sum(lengths[name] for name in values if name not in shown) + sum(map(_counted, arguments))
    services = sum(lengths[name] for name in shown)
    too_long = tuple(name for name, length in lengths.items() if length - _POINTER_BYTES > MAX_STRING_BYTES)
    passed = None
    if others <= max_total_bytes < others + services:
        running = _running_total(environment, {name: lengths[name] for name in shown})
        passed = next(service for service, total in running if others + total > max_total_bytes)
    return EnvironmentSize(others + services, services, too_long, passed, max_total_bytes)


def _running_total(environment: Environment, left: dict[str, int]) -> list[tuple[AddressedService, int]]:
    """Return every service with the total up to it; a name that several services give counts for the first of them."""
    own = [sum(left.pop(name, 0) for name, _ in service.variables()) for service in environment.services.services]
    return list(zip(environment.services.services, itertools.accumulate(own), strict=True))


def _counted(text: str) -> int:
    return len(to_octets(text)) + 1 + _POINTER_BYTES

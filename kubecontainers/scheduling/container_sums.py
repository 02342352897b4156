"""What the containers of a pod need together: now the app containers, before them one init container after the other.

App containers and sidecars run side by side, so they add up; an init container runs alone with the sidecars before it. A pod needs the
larger of both. Kubernetes has the formula in KEP 753 and in ``k8s.io/component-helpers/resource/helpers.go``
(``AggregateContainerRequests``), up to 1.31 in ``pkg/api/v1/resource/helpers.go``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from ..apimachinery.objects import ContainerKind
from ..apimachinery.quantity import Quantity
from .resource_lists import ResourceList, max_resource_lists, resource_list, sum_resource_lists

__all__ = ["ContainerShare", "ContainerStep", "container_steps", "sum_containers"]


@attrs.frozen
class ContainerShare:
    """What counts for one container, however that was found; ``restartable`` says that it is a sidecar."""

    kind: ContainerKind
    name: str
    resources: ResourceList
    restartable: bool = False


@attrs.frozen
class ContainerStep:
    """What a pod needs for one container: an app container's own, or all that runs while an init container does.

    For a sidecar, these are the sidecars up to it; for another init container, it and the sidecars before it.
    """

    kind: ContainerKind
    name: str
    resources: ResourceList


def sum_containers(shares: Sequence[ContainerShare]) -> ResourceList:
    """Return what the containers need together; the init containers are in the order in which they start, after the app containers.

    Raises ``QuantityTooLong``.

    >>> def share(kind, cpu, restartable=False):
    ...     return ContainerShare(kind, "", resource_list({"cpu": cpu}), restartable)
    >>> app, sidecar, setup = share(ContainerKind.APP, "1"), share(ContainerKind.INIT, "100m", True), share(ContainerKind.INIT, "3")
    >>> sum_containers([app, setup]), sum_containers([app, sidecar]), sum_containers([app, sidecar, setup])
    (FrozenMap({'cpu': Quantity('3')}), FrozenMap({'cpu': Quantity('1100m')}), FrozenMap({'cpu': Quantity('3100m')}))
    """
    lasting = (share.resources for share in shares if share.kind is ContainerKind.APP or share.restartable)
    return max_resource_lists(sum_resource_lists(*lasting), _most_while_starting(shares))


def _most_while_starting(shares: Sequence[ContainerShare]) -> dict[str, Quantity]:
    """Return the most that an init container and the sidecars before it need.

    Only the resources of the container itself are compared: all that the sidecars need has been compared before.
    """
    sidecars: dict[str, Quantity] = {}
    most: dict[str, Quantity] = {}
    for share in _starting(shares):
        for name, own in share.resources.items():
            beside = sidecars.get(name)
            needed = own if beside is None else _beside(own, beside, share)
            if share.restartable:
                sidecars[name] = needed
            if name not in most or needed > most[name]:
                most[name] = needed
    return most


def _beside(own: Quantity, sidecars: Quantity, share: ContainerShare) -> Quantity:
    """Add what a container needs to what the sidecars need, or the other way round: the left one gives the format."""
    return sidecars + own if share.restartable else own + sidecars


def _starting(shares: Sequence[ContainerShare]) -> Iterator[ContainerShare]:
    return (share for share in shares if share.kind is ContainerKind.INIT)


def container_steps(shares: Sequence[ContainerShare]) -> tuple[ContainerStep, ...]:
    """Return what is needed for each container in turn, the arguments as for ``sum_containers``.

    These are the lists that Kubernetes hands to a ``ContainerFn``. Raises ``QuantityTooLong``.

    >>> sidecar = ContainerShare(ContainerKind.INIT, "proxy", resource_list({"cpu": "100m"}), restartable=True)
    >>> setup = ContainerShare(ContainerKind.INIT, "setup", resource_list({"memory": "1Gi"}))
    >>> [(step.name, dict(step.resources)) for step in container_steps([sidecar, setup])]
    [('proxy', {'cpu': Quantity('100m')}), ('setup', {'cpu': Quantity('100m'), 'memory': Quantity('1Gi')})]
    """
    sidecars = resource_list({})
    steps: list[ContainerStep] = []
    for share in shares:
        needed = share.resources
        if share.restartable:
            needed = sidecars = sum_resource_lists(sidecars, share.resources)
        elif share.kind is ContainerKind.INIT:
            needed = sum_resource_lists(share.resources, sidecars)
        steps.append(ContainerStep(share.kind, share.name, needed))
    return tuple(steps)

"""A short text that stands for what a pod says of a container: when it changes, the container is another one.

Kubernetes has ``HashContainer`` (``pkg/kubelet/container/helpers.go``). Our hash is not its number: it changes when that does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from operator import itemgetter

from ..apimachinery.errors import MalformedObject
from ..apimachinery.objects import ContainerAt, is_list, is_object, json_type
from ..apimachinery.release import LATEST, Change, Release
from ..golang.text import to_bytes, to_text

__all__ = ["NAME_AND_IMAGE_HASHED", "container_hash", "hash_of"]

NAME_AND_IMAGE_HASHED = Change(
    since="1.31",
    summary="only a change of a container's name or image makes it another one; before, a change of anything that the pod says of it",
)

_IDENTIFYING = ("name", "image")
_HEX_DIGITS = 16


def container_hash(found: ContainerAt, *, release: Release = LATEST) -> str:
    """Return the hash of what a pod says of a container, where ``release`` is the kubelet's; ``null`` counts as absent, as in Go.

    Raises ``MalformedObject`` for what is no JSON.

    >>> from kubecontainers.apimachinery.objects import containers
    >>> [before] = containers({"spec": {"containers": [{"name": "app", "args": ["-v"]}]}})
    >>> [after] = containers({"spec": {"containers": [{"name": "app", "args": ["-q"]}]}})
    >>> [container_hash(before, release=release) == container_hash(after, release=release) for release in (Release("1.30"), LATEST)]
    [False, True]
    """
    if NAME_AND_IMAGE_HASHED in release:
        return hash_of(*(found.container.get(name) for name in _IDENTIFYING))
    return hash_of(found.container)


def hash_of(*values: object) -> str:
    """Return a hash of some JSON values: the order of the members of an object is of no account, nor are members that are ``null``.

    Raises ``MalformedObject`` for what is no JSON.
    """
    digest = hashlib.sha256()
    for part in _parts(list(values)):
        digest.update(to_bytes(part))
        digest.update(b"\n")
    return digest.hexdigest()[:_HEX_DIGITS]


def _parts(values: Sequence[object]) -> Iterator[str]:
    """Yield texts that together say what some values are; however deep they are, this does not recurse."""
    waiting: list[object] = [values]
    while waiting:
        value = waiting.pop()
        if is_object(value):
            members = {to_text(name): member for name, member in value.items() if member is not None}
            yield f"object {len(members)}"
            for name, member in sorted(members.items(), key=itemgetter(0)):
                waiting += (member, name)
        elif is_list(value):
            yield f"list {len(value)}"
            waiting += value
        else:
            yield _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return f"text {len(value)} {to_text(value)}"
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return f"number {value:x}"  # decimals of thousands of digits would be refused
    if isinstance(value, float):
        return f"number {value}"
    raise MalformedObject("", "a JSON value", json_type(value))

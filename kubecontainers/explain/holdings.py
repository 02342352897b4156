"""What is there besides the pods: what is among the objects, and the nodes' own credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import attrs

from ..apimachinery.errors import MalformedObject
from ..apimachinery.fields import ROOT
from ..apimachinery.object_data import secret_data
from ..apimachinery.objects import JSONObject, mapping_at, objects_at, text_at, text_map_at
from ..apimachinery.requests import AdmissionDenied, AdmissionRequest, Operation
from ..credentials.pull_secrets import secret_coordinates
from ..credentials.service_account import admit_service_account_pull_secrets
from ..pulling.pull_credentials import NodeCredentials
from .core_objects import DEFAULT_NAMESPACE, coordinate, is_core_object, moved, placed
from .environment_objects import EnvironmentObjects
from .scheduling_objects import SchedulingObjects

__all__ = [
    "AdmittedPod",
    "Holdings",
    "read_secret_name",
    "read_service_account_name",
]


def _grouped(objects: Iterable[JSONObject], key: str) -> dict[str, list[JSONObject]]:
    """Return objects by their name or namespace, so that no pod has to look at all of them."""
    groups: dict[str, list[JSONObject]] = {}
    for obj in objects:
        groups.setdefault(coordinate(obj, key), []).append(obj)
    return groups


@attrs.frozen
class AdmittedPod:
    """A pod in its namespace, with what its ServiceAccount adds.

    ``injected`` are the pull secrets that it got, ``kept_out`` those that it did not get, since it names others itself. ``is_open``: its
    ServiceAccount is not known and may add some.
    """

    pod: JSONObject = attrs.field(hash=False, repr=False)
    injected: tuple[str, ...] = ()
    kept_out: tuple[str, ...] = ()
    is_open: bool = False

    @property
    def pull_secrets(self) -> tuple[str, ...]:
        """The names of its pull secrets."""
        return _pull_secrets(self.pod)


@attrs.frozen
class Holdings:
    """What is known to be there.

    ``node`` is what the nodes have of credentials, ``None`` where nothing is known of them. ``environment`` is what environments are made
    of, ``scheduling`` what decides where pods run.
    """

    secrets: tuple[JSONObject, ...] = attrs.field(default=(), hash=False, repr=False)
    service_accounts: tuple[JSONObject, ...] = attrs.field(default=(), hash=False, repr=False)
    node: NodeCredentials | None = None
    environment: EnvironmentObjects = attrs.field(factory=EnvironmentObjects, eq=False, repr=False)
    scheduling: SchedulingObjects = attrs.field(factory=SchedulingObjects, eq=False, repr=False)
    _secrets_by_name: Mapping[str, list[JSONObject]] = attrs.field(
        init=False, eq=False, repr=False, default=attrs.Factory(lambda self: _grouped(self.secrets, "name"), takes_self=True)
    )
    _accounts_by_namespace: Mapping[str, list[JSONObject]] = attrs.field(
        init=False, eq=False, repr=False, default=attrs.Factory(lambda self: _grouped(self.service_accounts, "namespace"), takes_self=True)
    )

    @classmethod
    def of(cls, objects: Iterable[object], node: NodeCredentials | None = None) -> Holdings:
        """Return what some objects hold; those that Kubernetes could not decode, or that have no name, are passed over."""
        given = list(objects)
        secrets: list[JSONObject] = []
        service_accounts: list[JSONObject] = []
        for obj in given:
            if is_core_object(obj, "Secret") and _is_usable(obj, read_secret_name):
                secrets.append(placed(obj, DEFAULT_NAMESPACE))
            elif is_core_object(obj, "ServiceAccount") and _is_usable(obj, read_service_account_name):
                service_accounts.append(placed(obj, DEFAULT_NAMESPACE))
        return cls(tuple(secrets), tuple(service_accounts), node, EnvironmentObjects.of(given), SchedulingObjects.of(given))

    def admit(self, pod: JSONObject, namespace: str) -> AdmittedPod:
        """Return a pod in ``namespace`` with the pull secrets of its ServiceAccount; without, where that is not known.

        Raises ``MalformedObject``.
        """
        there = moved(placed(pod, namespace), namespace)
        own = _pull_secrets(there)
        admitted = self._admitted(there)
        if admitted is None:
            return AdmittedPod(there, is_open=not own)
        if not own:
            return AdmittedPod(admitted, _pull_secrets(admitted))
        without = self._admitted({**there, "spec": _without_pull_secrets(there)})
        offered = () if without is None else _pull_secrets(without)
        return AdmittedPod(there, kept_out=tuple(name for name in offered if name not in own))

    def secrets_named(self, names: Iterable[str]) -> list[JSONObject]:
        """Return the secrets of some names, in every namespace."""
        return [secret for name in dict.fromkeys(names) for secret in self._secrets_by_name.get(name, ())]

    def _admitted(self, pod: JSONObject) -> JSONObject | None:
        accounts = self._accounts_by_namespace.get(coordinate(pod, "namespace"), ())
        try:
            return admit_service_account_pull_secrets(AdmissionRequest(Operation.CREATE, pod), accounts).object
        except AdmissionDenied:  # the ServiceAccount is not among the objects, or refuses the pod
            return None


def read_secret_name(secret: JSONObject) -> str:
    """Return the name of a secret. Raises ``MalformedObject`` where a field that is read here cannot be decoded."""
    text_at(secret, "type", ROOT)
    secret_data(secret)
    return secret_coordinates(secret).name


def read_service_account_name(account: JSONObject) -> str:
    """Return the name of a ServiceAccount. Raises as ``read_secret_name`` does."""
    text_map_at(mapping_at(account, "metadata", ROOT) or {}, "annotations", ROOT.child("metadata"))
    for at, entry in objects_at(account, "imagePullSecrets", ROOT):
        text_at(entry, "name", at)
    coordinate(account, "namespace")
    return coordinate(account, "name")


def _is_usable(obj: JSONObject, read_name: Callable[[JSONObject], str]) -> bool:
    try:
        return bool(read_name(obj))
    except MalformedObject:
        return False


def _pull_secrets(pod: JSONObject) -> tuple[str, ...]:
    spec, path = mapping_at(pod, "spec", ROOT) or {}, ROOT.child("spec")
    return tuple(text_at(entry, "name", at) for at, entry in objects_at(spec, "imagePullSecrets", path))


def _without_pull_secrets(pod: JSONObject) -> JSONObject:
    return {name: value for name, value in (mapping_at(pod, "spec", ROOT) or {}).items() if name != "imagePullSecrets"}

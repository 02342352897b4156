"""The admission plugin ServiceAccount, as far as it is about pull secrets (``plugin/pkg/admission/serviceaccount/admission.go``).

A pod that names no pull secret gets those of its ServiceAccount. One that names any gets none: the lists are never merged. The plugin also
mounts a token and limits the Secrets that env and volumes name; that is not done here.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

import attrs

from ..apimachinery.fields import ROOT, FieldChange, FieldPath
from ..apimachinery.objects import JSONObject, list_at, mapping_at, objects_at, root_object, text_at, text_map_at
from ..apimachinery.requests import AdmissionDenied, AdmissionRequest, Admitted, Operation
from ..golang.booleans import parse_bool
from .secret_names import secret_names

__all__ = ["ServiceAccount", "ServiceAccountReason", "admit_service_account_pull_secrets"]

DEFAULT_SERVICE_ACCOUNT = "default"
ENFORCE_ANNOTATION = "kubernetes.io/enforce-mountable-secrets"
MIRROR_ANNOTATION = "kubernetes.io/config.mirror"

_SPEC, _METADATA = ROOT.child("spec"), ROOT.child("metadata")
_PULL_SECRETS = _SPEC.child("imagePullSecrets")
_SUBRESOURCES = frozenset({"", "ephemeralcontainers"})


class ServiceAccountReason(enum.Enum):
    """Why the plugin did what it did."""

    DEFAULT_ACCOUNT = "a pod that names no ServiceAccount has the one called default"
    OLD_FIELD = "serviceAccount is the old name of serviceAccountName"
    INJECTED = "the pod names no pull secret and gets those of its ServiceAccount"
    POD_HAS_SECRETS = "the pod names pull secrets of its own"
    ACCOUNT_HAS_NONE = "the ServiceAccount names no pull secrets"
    MIRROR_POD = "nothing is filled in for a mirror pod"
    OPERATION = "only CREATE is handled"
    SUBRESOURCE = "subresources are passed over"
    RESOURCE = "only pods are handled"


@attrs.frozen
class ServiceAccount:
    """A ServiceAccount, as far as it is about pull secrets.

    ``pull_secrets`` are their names, which may be empty. ``enforces``: its pods may have no others.
    """

    namespace: str
    name: str
    pull_secrets: tuple[str, ...] = ()
    enforces: bool = False

    @classmethod
    def from_json(cls, obj: JSONObject, *, path: FieldPath = ROOT) -> ServiceAccount:
        """Return the value of an API object, which stands at ``path``. Raises ``MalformedObject`` for what could not be decoded.

        >>> account = {"metadata": {"name": "default", "namespace": "shop"}, "imagePullSecrets": [{"name": "regcred"}]}
        >>> ServiceAccount.from_json(account)
        ServiceAccount(namespace='shop', name='default', pull_secrets=('regcred',), enforces=False)
        """
        metadata, at = mapping_at(root_object(obj, path), "metadata", path) or {}, path.child("metadata")
        return cls(
            text_at(metadata, "namespace", at),
            text_at(metadata, "name", at),
            tuple(_secret_names(obj, path)),
            parse_bool(text_map_at(metadata, "annotations", at).get(ENFORCE_ANNOTATION, "")) is True,
        )


def admit_service_account_pull_secrets(
    request: AdmissionRequest, service_accounts: Iterable[ServiceAccount | JSONObject], *, namespace: str = ""
) -> Admitted:
    """Fill in the ServiceAccount of a pod and, from it, the pull secrets.

    ``service_accounts`` are those that exist, values or API objects, of any namespace. ``namespace`` is the request's, by default that of
    the pod. The rule is the same in every release.

    Raises ``AdmissionDenied`` (403, Forbidden) where the ServiceAccount does not exist; where it enforces that pods have no other pull
    secrets, and the pod has; and for a mirror pod that names a ServiceAccount or any Secret.

    >>> accounts = [{"metadata": {"name": "default", "namespace": "shop"}, "imagePullSecrets": [{"name": "regcred"}]}]
    >>> pod = {"metadata": {"name": "web", "namespace": "shop"}, "spec": {}}
    >>> admit_service_account_pull_secrets(AdmissionRequest(Operation.CREATE, pod), accounts).object["spec"]
    {'serviceAccountName': 'default', 'imagePullSecrets': [{'name': 'regcred'}]}
    """
    passed_over = _passed_over(request)
    if passed_over is not None or request.object is None:
        return Admitted(request.object, passed_over or ServiceAccountReason.RESOURCE)
    pod = root_object(request.object)
    metadata, spec = mapping_at(pod, "metadata", ROOT) or {}, mapping_at(pod, "spec", ROOT) or {}
    if MIRROR_ANNOTATION in text_map_at(metadata, "annotations", _METADATA):
        _check_mirror(metadata, pod, spec)
        return Admitted(pod, ServiceAccountReason.MIRROR_POD)
    name = text_at(spec, "serviceAccountName", _SPEC)
    changes = [] if name else [_named_account(spec)]
    name = name or str(changes[0].after)
    namespace = namespace or text_at(metadata, "namespace", _METADATA)
    account = _find(service_accounts, namespace, name)
    if account is None:
        sentence = f'error looking up service account {namespace}/{name}: serviceaccount "{name}" not found'
        raise _forbidden(metadata, sentence, "create the ServiceAccount first, or name another in spec.serviceAccountName")
    if list_at(spec, "imagePullSecrets", _SPEC):
        reason = ServiceAccountReason.POD_HAS_SECRETS
        _check_enforced(metadata, account, _secret_names(spec, _SPEC))
    elif account.pull_secrets:
        reason = ServiceAccountReason.INJECTED
        injected = [{"name": secret} if secret else {} for secret in account.pull_secrets]
        changes.append(FieldChange(_PULL_SECRETS, spec.get("imagePullSecrets"), injected, reason))
    else:
        reason = ServiceAccountReason.ACCOUNT_HAS_NONE
    return Admitted(pod, reason, tuple(changes))


def _passed_over(request: AdmissionRequest) -> ServiceAccountReason | None:
    if (request.group, request.resource, request.kind) != ("", "pods", "Pod"):
        return ServiceAccountReason.RESOURCE
    if request.subresource not in _SUBRESOURCES:
        return ServiceAccountReason.SUBRESOURCE
    return None if request.operation is Operation.CREATE else ServiceAccountReason.OPERATION


def _named_account(spec: JSONObject) -> FieldChange:
    """Return the change that names the ServiceAccount of a pod that does not."""
    old = text_at(spec, "serviceAccount", _SPEC)
    reason = ServiceAccountReason.OLD_FIELD if old else ServiceAccountReason.DEFAULT_ACCOUNT
    before = spec.get("serviceAccountName")
    return FieldChange(_SPEC.child("serviceAccountName"), before, old or DEFAULT_SERVICE_ACCOUNT, reason)


def _find(service_accounts: Iterable[ServiceAccount | JSONObject], namespace: str, name: str) -> ServiceAccount | None:
    for account in service_accounts:
        if isinstance(account, ServiceAccount):
            if account.name == name and account.namespace == namespace:
                return account
            continue
        metadata = mapping_at(root_object(account), "metadata", ROOT) or {}
        if (text_at(metadata, "namespace", _METADATA), text_at(metadata, "name", _METADATA)) == (namespace, name):
            return ServiceAccount.from_json(account)
    return None


def _secret_names(holder: JSONObject, path: FieldPath) -> list[str]:
    """Return the names of the pull secrets that the spec of a pod, or a ServiceAccount, names; they may be empty."""
    return [text_at(entry, "name", at) for at, entry in objects_at(holder, "imagePullSecrets", path)]


def _check_mirror(metadata: JSONObject, pod: JSONObject, spec: JSONObject) -> None:
    hint = "a static pod has to do with the credentials of its node"
    if text_at(spec, "serviceAccountName", _SPEC) or text_at(spec, "serviceAccount", _SPEC):
        raise _forbidden(metadata, "a mirror pod may not reference service accounts", hint)
    if secret_names(pod):
        raise _forbidden(metadata, "a mirror pod may not reference secrets", hint)


def _check_enforced(metadata: JSONObject, account: ServiceAccount, names: list[str]) -> None:
    """Refuse pull secrets that the ServiceAccount does not name, if it enforces that."""
    if not account.enforces:
        return
    allowed = set(account.pull_secrets)
    for position, secret in enumerate(names):
        if secret not in allowed:
            sentence = f'imagePullSecrets[{position}].name="{secret}" is not allowed because service account {account.name} does not '
            raise _forbidden(
                metadata,
                f"{sentence}reference that imagePullSecret",
                f"add it to imagePullSecrets of the ServiceAccount {account.name}",
            )


def _forbidden(metadata: JSONObject, sentence: str, hint: str) -> AdmissionDenied:
    name = text_at(metadata, "name", _METADATA) or text_at(metadata, "generateName", _METADATA) or "Unknown"
    return AdmissionDenied(403, "Forbidden", f'pods "{name}" is forbidden: {sentence}', hint=hint)

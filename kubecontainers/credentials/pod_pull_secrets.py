"""Which secrets a pod pulls with: those that ``imagePullSecrets`` names, in the pod's namespace.

The kubelet fetches them one by one (``getPullSecretsForPod`` in ``pkg/kubelet/kubelet_pods.go``). One that it cannot fetch does not stop
the pull; since 1.28 an event of the pod names those.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

import attrs

from ..apimachinery.fields import ROOT, FieldPath
from ..apimachinery.objects import JSONObject, Pod, mapping_at, objects_at, root_object, text_at
from ..apimachinery.release import LATEST, Change, Release
from .pull_secrets import secret_coordinates

__all__ = ["MISSING_SECRETS_EVENT", "MissingSecret", "MissingSecretReason", "PodPullSecrets", "select_pull_secrets"]

MISSING_SECRETS_EVENT = Change(since="1.28", summary="a pod whose pull secrets cannot be fetched gets an event that names them")

DEFAULT_NAMESPACE = "default"


class MissingSecretReason(enum.Enum):
    """Why a name in ``imagePullSecrets`` brings no secret."""

    EMPTY_NAME = "the name is empty"
    NOT_FOUND = "there is no secret of this name"
    OTHER_NAMESPACE = "the secret of this name is in another namespace"


@attrs.frozen
class MissingSecret:
    """A name that brings no secret; ``elsewhere`` are the namespaces that have a secret of it."""

    path: FieldPath
    name: str
    reason: MissingSecretReason
    elsewhere: tuple[str, ...] = ()


@attrs.frozen
class PodPullSecrets:
    """The secrets that a pod pulls with, in its order, one that is named twice twice; and the names that bring none."""

    secrets: tuple[JSONObject, ...] = attrs.field(default=(), hash=False, repr=False)
    missing: tuple[MissingSecret, ...] = ()

    def event_message(self, *, release: Release = LATEST) -> str:
        """Return the message of the event that a kubelet of ``release`` writes about missing secrets, empty where it writes none.

        The event is a ``Warning`` with the reason ``FailedToRetrieveImagePullSecret``.
        """
        names = [missing.name for missing in self.missing if missing.reason is not MissingSecretReason.EMPTY_NAME]
        if not names or MISSING_SECRETS_EVENT not in release:
            return ""
        listed = ", ".join(names)
        return f"Unable to retrieve some image pull secrets ({listed}); attempting to pull the image may not succeed."


def select_pull_secrets(
    pod: Pod | JSONObject, secrets: Iterable[JSONObject], *, namespace: str = DEFAULT_NAMESPACE, path: FieldPath = ROOT
) -> PodPullSecrets:
    """Return which of the secrets that there are a pod pulls with.

    ``namespace`` is that of a pod, or of secrets, that do not say theirs; ``path`` is where the pod stands in its object. What its
    ServiceAccount adds is in the pod already when a kubelet sees it, see ``admit_service_account_pull_secrets``. Raises
    ``MalformedObject``.

    >>> pod = {"metadata": {"namespace": "shop"}, "spec": {"imagePullSecrets": [{"name": "registry"}]}}
    >>> found = select_pull_secrets(pod, [{"metadata": {"namespace": "default", "name": "registry"}}])
    >>> found.missing[0].reason.value, found.missing[0].elsewhere
    ('the secret of this name is in another namespace', ('default',))
    """
    by_name: dict[str, dict[str, JSONObject]] = {}
    for secret in secrets:
        coordinates = secret_coordinates(secret)
        by_name.setdefault(coordinates.name, {})[coordinates.namespace or namespace] = secret
    home = _namespace(root_object(pod), path) or namespace
    found: list[JSONObject] = []
    missing: list[MissingSecret] = []
    spec = mapping_at(root_object(pod), "spec", path) or {}
    for at, entry in objects_at(spec, "imagePullSecrets", path.child("spec")):
        name = text_at(entry, "name", at)
        namespaces = by_name.get(name, {}) if name else {}
        if home in namespaces:
            found.append(namespaces[home])
        else:
            missing.append(MissingSecret(at, name, _reason(name, namespaces), tuple(sorted(namespaces))))
    return PodPullSecrets(tuple(found), tuple(missing))


def _namespace(pod: JSONObject, path: FieldPath) -> str:
    return text_at(mapping_at(pod, "metadata", path) or {}, "namespace", path.child("metadata"))


def _reason(name: str, namespaces: dict[str, JSONObject]) -> MissingSecretReason:
    if not name:
        return MissingSecretReason.EMPTY_NAME
    return MissingSecretReason.OTHER_NAMESPACE if namespaces else MissingSecretReason.NOT_FOUND

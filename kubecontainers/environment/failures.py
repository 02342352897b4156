"""Why the kubelet cannot compose the environment of a container.

``makeEnvironmentVariables`` in ``pkg/kubelet/kubelet_pods.go`` returns the first error; there is no partial result. The container then
waits with ``CreateContainerConfigError``, and the error's text is the message.
"""

from __future__ import annotations

import enum

from ..apimachinery.errors import KubeContainersError
from ..apimachinery.fields import ROOT, FieldPath

__all__ = ["EnvironmentFailed", "EnvironmentFailure"]


class EnvironmentFailure(enum.Enum):
    """What keeps the kubelet from composing an environment."""

    SERVICE_LINKS_UNSET = "the pod does not say whether it wants the variables of services"
    SERVICES_NOT_SYNCED = "the kubelet has not read the services yet"
    SERVICE_LIST_FAILED = "the services cannot be listed"
    SERVICE_WITHOUT_PORTS = "a service has a cluster IP and no ports"
    """The kubelet panics; the API server admits no such service."""
    TOO_LARGE = "references make the texts larger than 16 MiB"
    """Kubernetes has no such limit; the kernel starts no program long before."""

    NO_CLIENT_FOR_CONFIG_MAP = "a kubelet without an API server has no ConfigMaps"
    NO_CLIENT_FOR_SECRET = "a kubelet without an API server has no Secrets"  # noqa: S105
    CONFIG_MAP_GET_FAILED = "the ConfigMap cannot be fetched"
    SECRET_GET_FAILED = "the Secret cannot be fetched"  # noqa: S105
    CONFIG_MAP_NOT_FOUND = "there is no such ConfigMap"
    SECRET_NOT_FOUND = "there is no such Secret"  # noqa: S105
    CONFIG_MAP_KEY_NOT_FOUND = "the ConfigMap has no such key"
    SECRET_KEY_NOT_FOUND = "the Secret has no such key"  # noqa: S105

    FIELD_VERSION_UNSUPPORTED = "a field is named in version v1"
    FIELD_SUBSCRIPT_UNSUPPORTED = "only labels and annotations have keys"
    FIELD_SUBSCRIPT_INVALID = "the key is no qualified name"
    FIELD_LABEL_UNSUPPORTED = "no variable can show the field"
    FIELD_PATH_UNSUPPORTED = "the field has no value here"
    HOST_IP_UNKNOWN = "the node has no address"
    NODE_NOT_FOUND = "the node is not known"
    RESOURCE_UNSUPPORTED = "no variable can show the resource"
    CONTAINER_NOT_FOUND = "the pod has no such container"

    VOLUME_NOT_FOUND = "the volume is not mounted"
    ENV_FILE_UNREADABLE = "the file cannot be read"
    ENV_FILE_KEY_NOT_FOUND = "the file sets no such key, or sets it to nothing"
    ENV_FILE_KEY_TOO_LONG = "the key is longer than 128 bytes"
    ENV_FILE_VALUE_TOO_LONG = "the value is longer than 32768 bytes"


class EnvironmentFailed(KubeContainersError):
    """The kubelet cannot compose the environment: the container waits with ``CreateContainerConfigError``.

    (For a service without ports it panics instead, and for texts that are too large this library stops before it does.)
    ``reason`` says why, ``path`` is the field of the pod that asks for what fails (empty where it is none), ``subject`` names what was
    asked for: an object as ``namespace/name``, a field, a resource, a file; ``key`` is the key in it. No value is kept.
    """

    def __init__(self, reason: EnvironmentFailure, path: FieldPath = ROOT, subject: str = "", hint: str = "", key: str = "") -> None:
        super().__init__(reason, path, subject, hint, key)
        self.reason = reason
        self.path = path
        self.subject = subject
        self.hint = hint
        self.key = key

    @property
    def message(self) -> str:
        """What the kubelet says, word for word, in the status of the container; empty where that is not known."""
        return _MESSAGES.get(self.reason, "").format(subject=self.subject, name=self.subject.rpartition("/")[2], key=self.key)

    def _sentence(self) -> str:
        place = f"{self.path}: " if self.path.parts else ""
        subject = f": {self.subject!r}" if self.subject else ""
        key = f", key {self.key!r}" if self.key else ""
        return f"{place}{self.reason.value}{subject}{key}"


_MESSAGES = {
    EnvironmentFailure.SERVICE_LINKS_UNSET: "nil pod.spec.enableServiceLinks encountered, cannot construct envvars",
    EnvironmentFailure.SERVICES_NOT_SYNCED: "services have not yet been read at least once, cannot construct envvars",
    EnvironmentFailure.SERVICE_LIST_FAILED: "failed to list services when setting up env vars",
    EnvironmentFailure.NO_CLIENT_FOR_CONFIG_MAP: "couldn't get configMap {subject}, no kubeClient defined",
    EnvironmentFailure.NO_CLIENT_FOR_SECRET: "couldn't get secret {subject}, no kubeClient defined",
    EnvironmentFailure.CONFIG_MAP_NOT_FOUND: 'configmap "{name}" not found',
    EnvironmentFailure.SECRET_NOT_FOUND: 'secret "{name}" not found',
    EnvironmentFailure.CONFIG_MAP_KEY_NOT_FOUND: "couldn't find key {key} in ConfigMap {subject}",
    EnvironmentFailure.SECRET_KEY_NOT_FOUND: "couldn't find key {key} in Secret {subject}",
}

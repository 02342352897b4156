"""Why a hook fails."""

from __future__ import annotations

import enum

from ..apimachinery.errors import KubeContainersError

__all__ = ["HookFailure", "HookRequestFailed"]


class HookFailure(enum.Enum):
    """Why a hook fails; the values say what has happened."""

    INVALID_HANDLER = "the handler has nothing that a kubelet runs"
    EXIT_CODE = "the command ended with another exit code than 0"
    RUNTIME_ERROR = "the runtime could not run the command"
    POD_STATUS_ERROR = "the runtime could not say which addresses the pod has"
    NO_POD_IP = "the pod has no address"
    PORT_NOT_FOUND = "the container has no port of this name, and it is no number"
    PORT_OUT_OF_RANGE = "a port is a number from 1 to 65535"
    BAD_URL = "scheme, host and path make no URL"
    BAD_REQUEST = "the HTTP client refuses to send such a request"
    CONNECTION_REFUSED = "nothing listens on the port"
    TOO_MANY_REDIRECTS = "the server redirects again and again"
    TRANSPORT_ERROR = "the request was not answered, or not with HTTP, or with a redirect to nowhere"


class HookRequestFailed(KubeContainersError):
    """The kubelet cannot make the request of an httpGet hook; ``value`` is what is wrong with it, empty where there is nothing to show."""

    def __init__(self, reason: HookFailure, value: str = "", hint: str = "") -> None:
        super().__init__(reason, value, hint)
        self.reason = reason
        self.value = value
        self.hint = hint

    def _sentence(self) -> str:
        return f"{self.value[:100]!r}: {self.reason.value}" if self.value else self.reason.value

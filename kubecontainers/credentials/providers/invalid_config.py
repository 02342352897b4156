"""The error of credential provider configurations that a kubelet cannot decode, and the problems that it names."""

from __future__ import annotations

import enum

from ...apimachinery.errors import KubeContainersError

__all__ = ["InvalidProviderConfig", "ProviderConfigProblem"]


class ProviderConfigProblem(enum.Enum):
    """Why a document is not decoded, in the order in which a kubelet looks."""

    MALFORMED = "it is neither JSON nor YAML, or a field has a wrong type"
    WRONG_GROUP = "apiVersion has more than one slash"
    MISSING_KIND = "kind is missing"
    MISSING_VERSION = "apiVersion names no version"
    NOT_REGISTERED = "the kubelet knows no such kind in that apiVersion"
    STRICT = "a field is unknown or stands there twice"
    WRONG_KIND = "it is of another kind"


_WRITE_HEAD = "begin the document with apiVersion: kubelet.config.k8s.io/v1 and kind: CredentialProviderConfig"

_HINTS = {
    ProviderConfigProblem.MALFORMED: "",
    ProviderConfigProblem.STRICT: "names of fields are case-sensitive; remove the field or correct its name",
}


class InvalidProviderConfig(KubeContainersError):
    """A document that a kubelet does not decode as a ``CredentialProviderConfig``; it exits then.

    ``problem`` is the reason; ``detail`` says more, without values; ``fields`` are the paths of the fields that are at fault, as far as
    there are any; ``file`` is the name of the file in a directory of several.
    """

    def __init__(
        self, problem: ProviderConfigProblem, detail: str = "", fields: tuple[str, ...] = (), file: str = "", hint: str | None = None
    ) -> None:
        hint = _HINTS.get(problem, _WRITE_HEAD) if hint is None else hint
        super().__init__(problem, detail, fields, file, hint)
        self.problem = problem
        self.detail = detail
        self.fields = fields
        self.file = file
        self.hint = hint

    def _sentence(self) -> str:
        where = f"{self.file}: " if self.file else ""
        return f"{where}not a CredentialProviderConfig: {self.detail or self.problem.value}"

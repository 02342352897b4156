"""The error of docker config documents, and the rules that it names."""

from __future__ import annotations

import enum

from ..apimachinery.errors import KubeContainersError

__all__ = ["DockerConfigProblem", "InvalidDockerConfig", "UnknownDockerConfigFormat"]


class DockerConfigProblem(enum.Enum):
    """Which rule a document breaks."""

    SYNTAX = "it is no JSON"
    WRONG_TYPE = "the JSON type is wrong"
    AUTH_NOT_BASE64 = "auth is not base64"
    AUTH_WITHOUT_COLON = "auth holds no colon between user name and password"


_HINTS = {
    DockerConfigProblem.SYNTAX: "write plain JSON: no comments, no trailing commas, nothing after the closing brace",
    DockerConfigProblem.WRONG_TYPE: 'the shape is {"auths": {"registry.example": {"username": "…", "password": "…"}}}',
    DockerConfigProblem.AUTH_NOT_BASE64: "encode username:password with: printf %s 'user:password' | base64 -w0",
    DockerConfigProblem.AUTH_WITHOUT_COLON: "encode username:password, not the password or a token alone",
}


class InvalidDockerConfig(KubeContainersError):
    """A docker config document, or the ``auth`` of an entry, cannot be read; no entry of the document counts then.

    ``problem`` is the rule that is broken; ``path`` the field, with the registry's key in brackets; ``detail`` more about it. What the
    document holds is left out, since it is secret.
    """

    def __init__(self, problem: DockerConfigProblem, path: str = "", detail: str = "") -> None:
        super().__init__(problem, path, detail)
        self.problem = problem
        self.path = path
        self.detail = detail
        self.hint = _HINTS[problem]

    def _sentence(self) -> str:
        where = f" at {self.path}" if self.path else ""
        return f"not a docker config{where}: {self.detail or self.problem.value}"


class UnknownDockerConfigFormat(KubeContainersError):
    """There is no such format of docker configs."""

    def __init__(self, format: str, hint: str = "the formats are config.json and dockercfg") -> None:  # noqa: A002
        super().__init__(format, hint)
        self.format = format
        self.hint = hint

    def _sentence(self) -> str:
        return f"no format of docker configs: {self.format[:100]!r}"

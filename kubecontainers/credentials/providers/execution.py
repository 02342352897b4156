"""Calling the plugin of a credential provider (``ExecPlugin`` in ``pkg/credentialprovider/plugin/plugin.go``).

How a process is run is the business of a ``PluginRunner``; ``process`` has one that runs real ones, tests give a stand-in.
"""

from __future__ import annotations

import enum
from typing import Protocol

import attrs

from ...apimachinery.errors import KubeContainersError
from ...apimachinery.release import LATEST, Change, Release
from ...apimachinery.secret_text import SecretText, to_secret
from ...golang.json import quote
from ...golang.text import from_octets, to_text
from .config import CredentialProvider
from .protocol import (
    CredentialProviderResponse,
    InvalidProviderResponse,
    PluginCall,
    PluginHost,
    ResponseProblem,
    ServiceAccountDetails,
    UnsupportedPluginVersion,
    plan_plugin_call,
)

__all__ = ["STDERR_IN_ERROR", "PluginEnding", "PluginFailed", "PluginFailure", "PluginResult", "PluginRunner", "call_plugin"]

STDERR_IN_ERROR = Change(since="1.28", summary="the error about a plugin that failed holds what it wrote to standard error")

_SHOWN = 500


class PluginEnding(enum.Enum):
    """How the run of a plugin ended."""

    EXITED = "it ended"
    TIMED_OUT = "it was not done in time"
    NOT_STARTED = "it could not be started"
    TOO_MUCH_OUTPUT = "it wrote more to standard output than the runner takes"


_NOTHING = SecretText("")


def _octets(output: str | bytes | SecretText) -> SecretText:
    return to_secret(from_octets(output) if isinstance(output, bytes) else output)


@attrs.frozen
class PluginResult:
    """What a runner reports of one run.

    ``stdout`` and ``stderr``, text or bytes, are wrapped, since they may hold secrets. ``exit_code`` is negative for a signal, as in
    ``subprocess``. ``problem`` says why a plugin could not be started.
    """

    stdout: SecretText = attrs.field(default=_NOTHING, converter=_octets)
    stderr: SecretText = attrs.field(default=_NOTHING, converter=_octets)
    exit_code: int = 0
    ending: PluginEnding = PluginEnding.EXITED
    problem: str = ""


class PluginRunner(Protocol):
    """Runs plugins."""

    def run(self, call: PluginCall) -> PluginResult:
        """Run a plugin as ``call`` says, and return what it wrote and how it ended; nothing is raised for what the plugin does."""
        ...


class PluginFailure(enum.Enum):
    """How a call of a plugin failed; each means that the provider has no credentials for the pull, which goes on."""

    UNSUPPORTED_API_VERSION = "the provider's apiVersion is no version of the protocol"
    EXEC = "the plugin failed"
    TIMEOUT = "the plugin took too long"
    UNREADABLE_RESPONSE = "the response cannot be read"
    API_VERSION_MISMATCH = "the response is of another version"
    INVALID_RESPONSE = "the response is invalid"


_UNREADABLE = {
    ResponseProblem.NOT_JSON,
    ResponseProblem.NOT_AN_OBJECT,
    ResponseProblem.UNREADABLE_KIND,
    ResponseProblem.UNREADABLE_VERSION,
}


class PluginFailed(KubeContainersError):
    """A call of a plugin gave no response.

    ``reason`` is the rule that the response breaks, or how the run ended. ``exit_code`` is ``None`` where the plugin did not end by itself,
    or where that does not matter. ``detail`` is what the plugin wrote to standard error, from 1.28 on, or why it could not be started; a
    token that was given to the plugin is taken out of it. What the plugin wrote to standard output is not kept.
    """

    def __init__(
        self,
        provider: str,
        failure: PluginFailure,
        reason: ResponseProblem | PluginEnding | None = None,
        exit_code: int | None = None,
        detail: str = "",
        hint: str = "",
    ) -> None:
        super().__init__(provider, failure, reason, exit_code, detail, hint)
        self.provider = provider
        self.failure = failure
        self.reason = reason
        self.exit_code = exit_code
        self.detail = detail
        self.hint = hint

    def _sentence(self) -> str:
        parts = [f"credential provider {self.provider[:200]!r}", self.failure.value]
        if self.exit_code is not None:
            parts.append(f"exit code {self.exit_code}" if self.exit_code >= 0 else f"signal {-self.exit_code}")
        elif self.reason is not None:
            parts.append(self.reason.value)
        if self.detail:
            parts.append(repr(self.detail[:_SHOWN]))
        return ": ".join(parts)


def call_plugin(
    provider: CredentialProvider,
    image: str,
    runner: PluginRunner,
    *,
    host: PluginHost | None = None,
    service_account: ServiceAccountDetails | None = None,
    release: Release = LATEST,
) -> CredentialProviderResponse:
    """Return what the plugin of a provider answers about an image.

    ``image`` is taken as it is: a kubelet gives the repository, normalised. ``host`` is what every plugin gets, ``service_account`` what
    this one is told of the pod's. Raises ``PluginFailed``, and ``NotInRelease`` where ``service_account`` says something to a kubelet
    before 1.33.

    >>> from kubecontainers.credentials.providers.config import CredentialProvider
    >>> class Silent:
    ...     def run(self, call):
    ...         return PluginResult(stderr="no cloud here", exit_code=3)
    >>> provider = CredentialProvider("ecr", ("*.ecr.example",), api_version="credentialprovider.kubelet.k8s.io/v1")
    >>> call_plugin(provider, "1.ecr.example/app", Silent())
    Traceback (most recent call last):
    ...
    kubecontainers.credentials.providers.execution.PluginFailed: credential provider 'ecr': the plugin failed: exit code 3: 'no cloud here'
    """
    try:
        call = plan_plugin_call(provider, image, host=host, service_account=service_account, release=release)
    except UnsupportedPluginVersion as error:
        failed = PluginFailed(provider.name, PluginFailure.UNSUPPORTED_API_VERSION, hint=error.hint)
    else:
        result = runner.run(call)
        if result.ending is PluginEnding.EXITED and result.exit_code == 0:
            return _response(provider, result, release)
        token = service_account.token if service_account else _NOTHING
        failed = _failed_run(provider.name, result, _detail(result, token, release))
    raise failed


def _failed_run(provider: str, result: PluginResult, detail: str) -> PluginFailed:
    if result.ending is PluginEnding.EXITED:
        return PluginFailed(provider, PluginFailure.EXEC, result.ending, result.exit_code, detail)
    failure = PluginFailure.TIMEOUT if result.ending is PluginEnding.TIMED_OUT else PluginFailure.EXEC
    return PluginFailed(provider, failure, result.ending, None, detail)


def _detail(result: PluginResult, token: SecretText, release: Release) -> str:
    if result.problem or STDERR_IN_ERROR not in release:
        return result.problem
    text = to_text(result.stderr.reveal())
    # A plugin that logs its request would log the token with it: as it is, or as JSON writes it.
    for secret in {token.reveal(), quote(token.reveal())[1:-1]} - {""}:
        text = text.replace(secret, "***")
    return text


def _response(provider: CredentialProvider, result: PluginResult, release: Release) -> CredentialProviderResponse:
    try:
        return CredentialProviderResponse.parse(result.stdout, api_version=provider.api_version, release=release)
    except InvalidProviderResponse as error:
        problem, hint = error.problem, error.hint
    if problem in _UNREADABLE:
        failure = PluginFailure.UNREADABLE_RESPONSE
    elif problem is ResponseProblem.OTHER_VERSION:
        failure = PluginFailure.API_VERSION_MISMATCH
    else:
        failure = PluginFailure.INVALID_RESPONSE
    raise PluginFailed(provider.name, failure, problem, hint=hint)

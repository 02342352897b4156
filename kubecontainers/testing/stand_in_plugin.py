"""A stand-in for the plugins of credential providers: no process is run."""

from __future__ import annotations

import attrs

from ..credentials.providers.execution import PluginResult
from ..credentials.providers.protocol import CredentialProviderResponse, PluginCall
from ..golang.json import Members, decode, struct_fields

__all__ = ["StandInPlugin"]


@attrs.define(init=False)
class StandInPlugin:
    """A ``PluginRunner`` that gives the answers it was made with, one after the other, the last of them ever after.

    An answer is a ``PluginResult``, or a response, which is written in the version of the request. ``calls`` are those that were made.

    >>> plugin = StandInPlugin(CredentialProviderResponse("Image"), PluginResult(exit_code=1))
    >>> [plugin.run(PluginCall("/plugins/ecr", (), {}, '{"apiVersion": "v1"}')).exit_code for _ in range(3)], len(plugin.calls)
    ([0, 1, 1], 3)
    """

    answers: tuple[CredentialProviderResponse | PluginResult, ...]
    calls: list[PluginCall]

    def __init__(self, *answers: CredentialProviderResponse | PluginResult) -> None:
        self.answers = answers or (PluginResult(),)
        self.calls = []

    def run(self, call: PluginCall) -> PluginResult:
        """Note the call, and return the next answer."""
        answer = self.answers[min(len(self.calls), len(self.answers) - 1)]
        self.calls.append(call)
        if isinstance(answer, PluginResult):
            return answer
        return PluginResult(answer.to_text(api_version=_version_of(call)))


def _version_of(call: PluginCall) -> str:
    request = decode(call.request.reveal())
    versions = struct_fields(request, ("apiVersion",)) if isinstance(request, Members) else ()
    return str(dict(versions).get("apiVersion", ""))

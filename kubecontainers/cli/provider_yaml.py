"""The YAML of a kubelet's credential provider configuration.

It is read as all YAML is that Kubernetes reads, see ``kubernetes_yaml``; but only the first document of a file counts, and whether a key
may be set twice is for the kubelet's release to say.
"""

from __future__ import annotations

from ..credentials.providers.config import DecodedYAML
from ..credentials.providers.invalid_config import InvalidProviderConfig, ProviderConfigProblem
from .kubernetes_yaml import InvalidYAML, load_documents

__all__ = ["decode_provider_yaml"]


def decode_provider_yaml(text: bytes) -> DecodedYAML:
    r"""Return the first document of a file, for ``CredentialProviderConfig.parse`` and what builds on it.

    Raises ``InvalidProviderConfig`` where it is no YAML; what follows the first document is not looked at.

    >>> decode_provider_yaml(b"kind: A\nkind: B\n--- [")
    DecodedYAML(value={'kind': 'B'}, repeated=(2,))
    """
    try:
        found = next(load_documents(text, last_key_counts=True), None)
    except InvalidYAML as error:
        failure = error
    else:
        return DecodedYAML(None) if found is None or found.number > 1 else DecodedYAML(found.value, found.repeated)
    if failure.document > 1:  # the first is empty
        return DecodedYAML(None)
    detail = f"line {failure.line}, column {failure.column}: {failure.problem}"
    raise InvalidProviderConfig(ProviderConfigProblem.MALFORMED, detail, hint=failure.hint)

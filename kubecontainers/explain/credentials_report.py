"""The report over the credentials for one image: which are tried, and of every key why it matches, or why not."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ..apimachinery.fields import ROOT
from ..apimachinery.objects import JSONObject
from ..apimachinery.release import LATEST, Release
from ..credentials.config_problems import FoundProblem
from ..credentials.credential import Source
from ..credentials.invalid_docker_config import InvalidDockerConfig
from ..credentials.key_problems import inspect_match_image
from ..credentials.keyring import KeyExplanation
from ..credentials.providers.config import CredentialProvider, CredentialProviderConfig
from ..credentials.providers.validation import validate_credential_provider_config
from ..credentials.pull_secrets import InvalidPullSecret
from ..credentials.registry_pattern import InvalidRegistryPattern, RegistryPattern
from ..pulling.pull_credentials import PullCredentials
from .credential_objects import PROVIDER_FINDINGS
from .credential_words import key_json, key_text, match_json, match_text, source_json
from .findings import Finding, find
from .key_findings import DOCUMENT_FINDINGS, NO_KEY, find_problems
from .sections.credentials import FINDINGS, PASSED_FINDINGS, SPOILT_FINDINGS, PullFact
from .tree import Node, Span

__all__ = ["CredentialsReport", "ExaminedSource"]


@attrs.frozen
class ExaminedSource:
    """A docker config and what is wrong with it; ``invalid`` where it cannot be read."""

    source: Source
    problems: tuple[FoundProblem, ...] = ()
    invalid: InvalidDockerConfig | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings about the config and its entries."""
        if self.invalid is not None:
            return tuple(find(DOCUMENT_FINDINGS, self.invalid, ROOT))
        return tuple(find_problems(self.problems, ROOT))

    def findings_about(self, key: str | None) -> tuple[Finding, ...]:
        """Return the findings about one entry, or, for ``None``, about the whole."""
        if self.invalid is not None:
            return self.findings if key is None else ()
        return tuple(find_problems((problem for problem in self.problems if problem.key == key), ROOT))


@attrs.frozen
class CredentialsReport:
    """What is tried for an image, and what the sources and credential providers have to do with it.

    ``found`` is ``None`` where a pull secret, ``spoilt``, fails the pull. ``providers`` are those configured: the report tells whether they
    are asked, and whether a kubelet would start with them, and runs none. ``release`` is the kubelet's.
    """

    image: str
    repository: str
    found: PullCredentials | None
    sources: tuple[ExaminedSource, ...] = ()
    providers: tuple[CredentialProvider, ...] = ()
    spoilt: InvalidPullSecret | None = None
    release: Release = LATEST

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What to look at about the image itself, and about the configuration of credential providers."""
        return tuple(self._findings())

    def _findings(self) -> Iterator[Finding]:
        if self.spoilt is not None:
            yield from find(SPOILT_FINDINGS, self.spoilt, ROOT)
        if self.found is not None:
            yield from find(FINDINGS, PullFact(self.found), ROOT)
            for secret in self.found.passed:
                yield from find(PASSED_FINDINGS, secret, ROOT)
        if self.providers:
            for error in validate_credential_provider_config(CredentialProviderConfig(self.providers), release=self.release):
                yield from find(PROVIDER_FINDINGS, error, error.path)

    @property
    def is_miss(self) -> bool:
        """Whether no credential is known that would be tried."""
        return self.found is None or self.found.is_anonymous

    def to_json(self) -> JSONObject:
        """Return the report as JSON, for programs; keys are only ever added."""
        return {
            "image": self.image,
            "repository": self.repository,
            "node": str(self.release),
            "offered": [] if self.found is None else [match_json(match) for match in self.found.offered],
            "keys": [] if self.found is None else [self._key_json(key) for key in self.found.keys],
            "sources": [self._source_json(source) for source in self.sources],
            "providers": [self._provider_json(provider) for provider in self.providers],
            "findings": [finding.to_json() for finding in self.findings],
        }

    def _key_json(self, key: KeyExplanation) -> JSONObject:
        return {**key_json(key), "findings": [finding.to_json() for finding in self._key_findings(key)]}

    def _source_json(self, source: ExaminedSource) -> JSONObject:
        return {"source": source_json(source.source), "findings": [finding.to_json() for finding in self._source_findings(source)]}

    def _provider_json(self, provider: CredentialProvider) -> JSONObject:
        patterns = [
            {"pattern": pattern, "said": said, "findings": [finding.to_json() for finding in _pattern_findings(pattern, self.release)]}
            for pattern, said in self._patterns(provider)
        ]
        return {"name": provider.name, "asked": self._is_asked(provider), "patterns": patterns}

    def to_nodes(self) -> Iterator[Node]:
        """Yield a tree of what is tried, one for every source, and one for every credential provider."""
        heading = (Span(self.image, "heading"), Span(f"   looked up as {self.repository}"))
        yield Node(heading, (*self._offered_nodes(), *(finding.to_node() for finding in self.findings)))
        for source in self.sources:
            yield self._source_node(source)
        for provider in self.providers:
            asked = "is asked" if self._is_asked(provider) else "is not asked"
            children = tuple(
                Node((Span(pattern or NO_KEY, "label"), Span(f"  {said}")), _nodes(_pattern_findings(pattern, self.release)))
                for pattern, said in self._patterns(provider)
            )
            yield Node((Span(f"credential provider {provider.name}", "heading"), Span(f"   {asked}")), children)

    def _offered_nodes(self) -> Iterator[Node]:
        if self.found is None:
            return
        for position, match in enumerate(self.found.offered, start=1):
            yield Node((Span(str(position), "label"), Span(f"  {match_text(match)}")))
        if not self.found.offered:
            asked = ", ".join(provider.name for provider in self.providers if self._is_asked(provider))
            otherwise = f", unless the plugin of {asked} gives some" if asked else ""
            yield Node((Span(f"no credentials match: it is pulled without{otherwise}"),))

    def _source_node(self, source: ExaminedSource) -> Node:
        keys = () if self.found is None else (key for key in self.found.keys if key.source == source.source)
        children = (Node((Span(key.key or NO_KEY, "label"), Span(f"  {key_text(key)}")), _nodes(self._key_findings(key))) for key in keys)
        return Node((Span(str(source.source), "heading"),), (*children, *_nodes(self._source_findings(source))))

    def _source_findings(self, source: ExaminedSource) -> tuple[Finding, ...]:
        """Return the findings about a source that its keys do not tell: all of them where no keys were compared."""
        return source.findings if self.found is None else source.findings_about(None)

    def _key_findings(self, key: KeyExplanation) -> tuple[Finding, ...]:
        sources = (source for source in self.sources if source.source == key.source)
        return tuple(finding for source in sources for finding in source.findings_about(key.key))

    def _patterns(self, provider: CredentialProvider) -> Iterator[tuple[str, str]]:
        """Yield the patterns of a provider, and what each has to do with the image."""
        for text in provider.match_images:
            try:
                match = RegistryPattern.parse(text, release=self.release).explain(self.repository)
            except InvalidRegistryPattern as error:
                yield text, f"no: {error.problem}"
            else:
                yield text, f"{'yes' if match.matched else 'no'}: {match}"

    def _is_asked(self, provider: CredentialProvider) -> bool:
        return any(said.startswith("yes") for _, said in self._patterns(provider))


def _pattern_findings(pattern: str, release: Release) -> tuple[Finding, ...]:
    problems = (FoundProblem(problem, pattern) for problem in inspect_match_image(pattern, release=release))
    return tuple(find_problems(problems, ROOT))


def _nodes(findings: tuple[Finding, ...]) -> tuple[Node, ...]:
    return tuple(finding.to_node() for finding in findings)

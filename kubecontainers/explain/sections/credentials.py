"""Credentials: which are tried for each image, in which order, and what brings none."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ...apimachinery.objects import JSONObject
from ...credentials.credential import SecretSource
from ...credentials.keyring import KeyExplanation, KeyringMatch
from ...credentials.pod_pull_secrets import MissingSecret, MissingSecretReason, PodPullSecrets, select_pull_secrets
from ...credentials.pull_secrets import InvalidPullSecret, PassedSecret, PullSecrets, read_pull_secrets, secret_coordinates
from ...credentials.registry_key import DEFAULT_REGISTRY_KEY, RegistryKey
from ...images.invalid_reference import InvalidReference
from ...images.plan import plan_image
from ...images.uses import ImageUse, image_uses
from ...pulling.pull_credentials import PullCredentials, look_up_credentials
from ..credential_words import key_text, match_json, match_text, provider_json
from ..entries import Entry, Line
from ..findings import Finding, FindingRule, Severity, find
from ..holdings import AdmittedPod
from ..key_findings import NO_KEY
from ..report import Subject

__all__ = [
    "FINDINGS",
    "KEPT_OUT_FINDINGS",
    "MISSING_FINDINGS",
    "ORDER",
    "PASSED_FINDINGS",
    "SPOILT_FINDINGS",
    "UNMATCHED_FINDINGS",
    "PodFact",
    "PullFact",
    "examine",
]

ORDER = 20

SHOWN_KEYS = 3

DOCKER_HUB = "docker.io"

SPOILT_FINDINGS: tuple[FindingRule[InvalidPullSecret], ...] = (
    FindingRule(
        "KC201",
        Severity.ERROR,
        "A pull secret holds a docker config that cannot be read: every pull of the pod fails, whatever its other secrets hold.",
        lambda _: True,
        lambda problem: f"every pull of the pod fails: {problem}",
    ),
)
"""Findings about the pull secret that fails all pulls."""

MISSING_FINDINGS: tuple[FindingRule[MissingSecret], ...] = (
    FindingRule(
        "KC202",
        Severity.WARNING,
        "A pull secret is in another namespace than the pod, where the pod does not find it; pulls go on without it.",
        lambda missing: missing.reason is MissingSecretReason.OTHER_NAMESPACE,
        lambda missing: f"secret {missing.name} is in namespace {', '.join(missing.elsewhere)}, not in the pod's: pulls go on without it",
    ),
    FindingRule(
        "KC203",
        Severity.INFO,
        "A pull secret is not among the secrets read. If it is not in the cluster either, pulls go on without it.",
        lambda missing: missing.reason is MissingSecretReason.NOT_FOUND,
        lambda missing: f"secret {missing.name} is not among these objects; if it is not in the cluster either, pulls go on without it",
    ),
)
"""Findings about the names of pull secrets."""

PASSED_FINDINGS: tuple[FindingRule[PassedSecret], ...] = (
    FindingRule(
        "KC204",
        Severity.WARNING,
        "A pull secret brings nothing: its type is another, or it holds no docker config under the key of its type.",
        lambda _: True,
        lambda passed: f"secret {passed.secret} brings nothing: {passed.reason.value}: {passed.expected}",
    ),
)
"""Findings about pull secrets that are there."""

KEPT_OUT_FINDINGS: tuple[FindingRule[AdmittedPod], ...] = (
    FindingRule(
        "KC205",
        Severity.INFO,
        "The pod names pull secrets itself, so those of its ServiceAccount are not added.",
        lambda admitted: bool(admitted.kept_out),
        lambda admitted: f"the pod names pull secrets, so those of its ServiceAccount are not added: {', '.join(admitted.kept_out)}",
    ),
)
"""Findings about the pull secrets of the ServiceAccount."""


@attrs.frozen
class PullFact:
    """What the findings about an image look at: what is offered for it."""

    found: PullCredentials

    @property
    def secret_keys(self) -> tuple[KeyExplanation, ...]:
        """The keys of pull secrets."""
        return tuple(key for key in self.found.keys if isinstance(key.source, SecretSource))

    @property
    def is_unmatched(self) -> bool:
        """Whether there are pull secrets, and no key of theirs matches."""
        offered = any(isinstance(match.source, SecretSource) for match in self.found.offered)
        return not offered and bool(self.secret_keys)

    @property
    def neighbours(self) -> tuple[KeyringMatch, ...]:
        """What is offered by keys whose path ends inside a name of the image's path."""
        return tuple(match for match in self.found.offered if _ends_inside_name(match.key, self.found.repository))

    @property
    def hidden_hub_key(self) -> tuple[KeyExplanation, KeyExplanation] | None:
        """A key of Docker Hub that would answer, did not another key of its keyring match, and that key; one of docker.io is meant to."""
        if not self.found.repository.startswith(f"{DOCKER_HUB}/"):
            return None
        for keyring in self.found.keyring.members:
            keys = keyring.explain_text(self.found.repository)
            hidden = [key for key in keys if key.index_key == DEFAULT_REGISTRY_KEY and not key.offered]
            hiding = [key for key in keys if key.offered]
            if hidden and not any(key.index_key.partition("/")[0] == DOCKER_HUB for key in hiding):
                return hidden[0], hiding[0]
        return None


FINDINGS: tuple[FindingRule[PullFact], ...] = (
    FindingRule(
        "KC206",
        Severity.INFO,
        "The pod has pull secrets, and no key of theirs matches the image.",
        lambda fact: fact.is_unmatched,
        lambda fact: f"no key of the pull secrets matches {fact.found.repository}: {_misses(fact)}",
    ),
    FindingRule(
        "KC207",
        Severity.INFO,
        "Several credentials match: each is tried only after those before it have failed.",
        lambda fact: len(fact.found.offered) > 1,
        lambda fact: f"{len(fact.found.offered)} credentials match: a pull is tried with one after the other until one succeeds",
    ),
    FindingRule(
        "KC208",
        Severity.WARNING,
        "The credentials for Docker Hub are not offered, since another key of the same keyring matches the image.",
        lambda fact: fact.hidden_hub_key is not None,
        lambda fact: _hidden_text(*fact.hidden_hub_key) if fact.hidden_hub_key else "",
    ),
    FindingRule(
        "KC209",
        Severity.WARNING,
        "A key is for another repository, whose name the image's only begins with.",
        lambda fact: bool(fact.neighbours),
        lambda fact: f"{fact.neighbours[0].key.text} is the beginning of {fact.found.repository}, so its credentials are offered",
    ),
)
"""Findings about the credentials for an image."""


@attrs.frozen
class PodFact:
    """What the findings about all images of a pod look at: what is offered for each, and whether there may be more pull secrets."""

    images: tuple[PullFact, ...]
    may_have_more: bool

    @property
    def is_unmatched(self) -> bool:
        """Whether there are pull secrets, and none of them is for any image."""
        return bool(self.images) and not self.may_have_more and all(image.is_unmatched for image in self.images)


UNMATCHED_FINDINGS: tuple[FindingRule[PodFact], ...] = (
    FindingRule(
        "KC210",
        Severity.WARNING,
        "The pod names pull secrets, and no key of theirs matches any of its images.",
        lambda fact: fact.is_unmatched,
        "no key of the pull secrets that the pod names matches any of its images",
    ),
)
"""Findings about the pull secrets that a pod names itself; those of a ServiceAccount are for other pods too."""


def _ends_inside_name(key: RegistryKey, repository: str) -> bool:
    path = key.pattern.url.path if key.pattern is not None else ""
    found = repository[len(repository.partition("/")[0]) :]
    return bool(path) and not path.endswith("/") and found[len(path) : len(path) + 1] not in {"", "/"}


def _hidden_text(hidden: KeyExplanation, hiding: KeyExplanation) -> str:
    return f"the key {hidden.key} is not asked, since {hiding.key} matches; write docker.io instead of it"


def _misses(fact: PullFact) -> str:
    """Say why some keys do not match, first those for the host of the image."""
    host = _host(fact.found.repository)
    keys = sorted(fact.secret_keys, key=lambda key: _host(key.index_key) != host)
    shown = "; ".join(f"{key.key or NO_KEY} ({key_text(key).removeprefix('no: ')})" for key in keys[:SHOWN_KEYS])
    more = len(keys) - SHOWN_KEYS
    return f"{shown}; and {more} more" if more > 0 else shown


def _host(text: str) -> str:
    return text.partition("/")[0].partition(":")[0]


def examine(subject: Subject) -> Iterator[Entry]:
    """Yield an entry for the pull secrets of a pod, where it has any, and one for every image that can be looked up."""
    path = subject.template.path
    pod = subject.admitted
    named = select_pull_secrets(pod.pod, subject.holdings.secrets_named(pod.pull_secrets), path=path)
    read = _read(named, subject)
    images = () if isinstance(read, InvalidPullSecret) else tuple(_images(subject, read))
    if named.secrets or named.missing:
        may_have_more = bool(subject.admitted.injected or _unseen(named))
        findings = (
            *_secret_findings(subject, named, read),
            *find(UNMATCHED_FINDINGS, PodFact(tuple(fact for _, fact in images), may_have_more), path.child("spec", "imagePullSecrets")),
        )
        lines = (Line("pull secrets", _secrets_text(subject.admitted, named)),)
        yield Entry(path, "pod", lines=lines, findings=findings, facts={"pullSecrets": _secrets_json(subject.admitted, named)})
    for use, fact in images:
        findings = tuple(find(FINDINGS, fact, use.image_path))
        yield Entry(
            use.path, "", lines=tuple(_lines(subject, named, fact.found)), findings=findings, facts={"credentials": _pull_json(fact.found)}
        )


def _read(named: PodPullSecrets, subject: Subject) -> PullSecrets | InvalidPullSecret:
    """Return what the pull secrets bring, or the one that fails all pulls."""
    try:
        return read_pull_secrets(named.secrets, release=subject.cluster.node)
    except InvalidPullSecret as error:
        return error


def _images(subject: Subject, secrets: PullSecrets) -> Iterator[tuple[ImageUse, PullFact]]:
    """Yield what is offered for every image, but for those that come to nothing and those that the section about images refuses."""
    for use in image_uses(subject.template.pod, path=subject.template.path):
        if plan_image(use, cluster=subject.cluster).unused is not None:
            continue
        try:
            found = look_up_credentials(use.image, secrets, node=subject.holdings.node, release=subject.cluster.node)
        except InvalidReference:
            continue
        yield use, PullFact(found)


# --------------------------------------------------------------------------------------------------------------- pull secrets


def _unseen(named: PodPullSecrets) -> list[str]:
    """Return the names of the secrets that are not among the objects."""
    return [missing.name for missing in named.missing if missing.reason is MissingSecretReason.NOT_FOUND]


def _secret_findings(subject: Subject, named: PodPullSecrets, read: PullSecrets | InvalidPullSecret) -> Iterator[Finding]:
    at = subject.template.path.child("spec", "imagePullSecrets")
    if isinstance(read, InvalidPullSecret):
        yield from find(SPOILT_FINDINGS, read, at)
    for missing in named.missing:
        if subject.holdings.secrets:  # else no secrets were given, as is usual
            yield from find(MISSING_FINDINGS, missing, missing.path)
    for secret in () if isinstance(read, InvalidPullSecret) else read.passed:
        yield from find(PASSED_FINDINGS, secret, at)
    yield from find(KEPT_OUT_FINDINGS, subject.admitted, at)


_MISSING_WORDS = {
    MissingSecretReason.EMPTY_NAME: "(an empty name)",
    MissingSecretReason.NOT_FOUND: "(not among these objects)",
    MissingSecretReason.OTHER_NAMESPACE: "(in another namespace)",
}


def _secrets_text(admitted: AdmittedPod, named: PodPullSecrets) -> str:
    names = [secret_coordinates(secret).name for secret in named.secrets]
    names += [f"{missing.name} {_MISSING_WORDS[missing.reason]}".strip() for missing in named.missing]
    by = "of its ServiceAccount" if admitted.injected else "of the pod"
    return f"{', '.join(dict.fromkeys(names))}, {by}"


def _secrets_json(admitted: AdmittedPod, named: PodPullSecrets) -> JSONObject:
    missing = [{"name": one.name, "reason": one.reason.name, "elsewhere": list(one.elsewhere)} for one in named.missing]
    found = [secret_coordinates(secret).name for secret in named.secrets]
    return {"found": found, "missing": missing, "fromServiceAccount": bool(admitted.injected)}


# --------------------------------------------------------------------------------------------------------------------- images


def _pull_json(found: PullCredentials) -> JSONObject:
    return {
        "repository": found.repository,
        "offered": [match_json(match) for match in found.offered],
        "providers": [provider_json(provided) for provided in found.providers],
    }


def _lines(subject: Subject, named: PodPullSecrets, found: PullCredentials) -> Iterator[Line]:
    for position, match in enumerate(found.offered, start=1):
        label = "credentials" if len(found.offered) == 1 else f"credentials {position}"
        yield Line(label, match_text(match))
    if not found.offered:
        unknown = list(_unknown(subject, named))
        unless = f", unless some come from {', '.join(unknown[:-1])}{' or ' * (len(unknown) > 1)}{unknown[-1]}" if unknown else ""
        yield Line("credentials", f"none: it is pulled without{unless}")


def _unknown(subject: Subject, named: PodPullSecrets) -> Iterator[str]:
    """Yield what may bring credentials and is not known."""
    if subject.admitted.is_open:
        yield "its ServiceAccount"
    for name in dict.fromkeys(_unseen(named)):
        yield f"secret {name}"
    if subject.holdings.node is None:
        yield "the nodes"

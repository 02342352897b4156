"""The findings about docker configs and their keys: each problem has exactly one."""

from __future__ import annotations

import pytest

from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.credentials.config_problems import ConfigProblem, FoundProblem
from kubecontainers.credentials.key_problems import KeyProblem
from kubecontainers.explain.key_findings import find_problems

CODES: dict[ConfigProblem | KeyProblem, str] = {
    KeyProblem.API_VERSION: "KC222",
    KeyProblem.VERSION_TAKEN_OFF: "KC223",
    KeyProblem.UNESCAPED_TWICE: "KC223",
    KeyProblem.USER_INFORMATION: "KC223",
    KeyProblem.DEFAULT_PORT: "KC223",
    KeyProblem.CAPITAL_IN_HOST: "KC223",
    KeyProblem.PREFIX: "KC224",
    ConfigProblem.HELPERS_ONLY: "KC225",
    ConfigProblem.OTHER_FORMAT: "KC225",
    ConfigProblem.NO_PASSWORD: "KC226",
    ConfigProblem.IDENTITY_TOKEN: "KC226",
    ConfigProblem.NO_ENTRIES: "KC227",
    ConfigProblem.SAME_KEY: "KC228",
}


@pytest.mark.parametrize("problem", [*KeyProblem, *ConfigProblem])
def test_every_problem_has_a_finding(problem: ConfigProblem | KeyProblem) -> None:
    path = ROOT.child("data")
    [finding] = find_problems([FoundProblem(problem, "registry.example")], path)
    assert finding.code == CODES.get(problem, "KC221")
    assert finding.path == path
    assert finding.sentence == f"registry.example: {problem.value}"


@pytest.mark.parametrize(
    ("key", "said"),
    [(None, "it has no entries, so it brings no credentials"), ("", "(empty): it has no entries, so it brings no credentials")],
)
def test_what_is_said_of_the_whole_and_of_an_empty_key(key: str | None, said: str) -> None:
    [finding] = find_problems([FoundProblem(ConfigProblem.NO_ENTRIES, key)], ROOT)
    assert finding.sentence == said


def test_they_keep_their_order() -> None:
    problems = [FoundProblem(KeyProblem.TAG, "a"), FoundProblem(ConfigProblem.NO_PASSWORD, "b"), FoundProblem(KeyProblem.TAG, "c")]
    assert [finding.sentence[0] for finding in find_problems(problems, ROOT)] == ["a", "b", "c"]

"""What the error about an undecodable configuration says."""

from __future__ import annotations

import pytest

from kubecontainers.credentials.providers.invalid_config import InvalidProviderConfig, ProviderConfigProblem


@pytest.mark.parametrize("problem", ProviderConfigProblem)
def test_it_says_the_problem_unless_there_is_more_to_say(problem: ProviderConfigProblem) -> None:
    assert problem.value in str(InvalidProviderConfig(problem))
    assert problem.value not in str(InvalidProviderConfig(problem, "unknown field a"))


def test_it_names_the_file_among_several() -> None:
    error = InvalidProviderConfig(ProviderConfigProblem.MISSING_KIND, file="b.yaml")
    assert str(error).startswith("b.yaml: not a CredentialProviderConfig: kind is missing (begin the document with ")


def test_a_hint_can_be_given() -> None:
    assert InvalidProviderConfig(ProviderConfigProblem.STRICT, hint="").hint == ""
    assert InvalidProviderConfig(ProviderConfigProblem.MALFORMED, hint="quote it").hint == "quote it"

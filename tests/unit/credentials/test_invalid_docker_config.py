from __future__ import annotations

import pickle

import pytest

from kubecontainers.credentials.invalid_docker_config import DockerConfigProblem, InvalidDockerConfig


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            InvalidDockerConfig(DockerConfigProblem.SYNTAX, detail="a colon is missing, at character 7"),
            "not a docker config: a colon is missing",
        ),
        (
            InvalidDockerConfig(DockerConfigProblem.WRONG_TYPE, "auths", "expected an object, found a list"),
            "not a docker config at auths: expected an object, found a list (the shape is",
        ),
        (
            InvalidDockerConfig(DockerConfigProblem.AUTH_NOT_BASE64, 'auths["a.io"].auth'),
            'not a docker config at auths["a.io"].auth: auth is not base64 (encode',
        ),
    ],
)
def test_sentence(error: InvalidDockerConfig, text: str) -> None:
    assert str(error).startswith(text)
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
    assert (error.problem, error.path, error.detail) == error.args


@pytest.mark.parametrize("problem", DockerConfigProblem)
def test_every_problem_has_a_hint(problem: DockerConfigProblem) -> None:
    assert InvalidDockerConfig(problem).hint

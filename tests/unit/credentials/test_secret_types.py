from __future__ import annotations

from kubecontainers.credentials.secret_types import DOCKER_CONFIGS


def test_each_type_has_the_key_of_its_docker_config() -> None:
    assert DOCKER_CONFIGS == {
        "kubernetes.io/dockerconfigjson": (".dockerconfigjson", "config.json"),
        "kubernetes.io/dockercfg": (".dockercfg", "dockercfg"),
    }

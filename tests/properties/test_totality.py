# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery import names
from kubecontainers.apimachinery.cluster import KubeletConfig
from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.objects import containers, is_list, is_object, json_type, pod_template, volumes
from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.credential import Credential, credential_hash
from kubecontainers.credentials.docker_auth import encode_auth, parse_auth
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.keyring import Keyring
from kubecontainers.credentials.pull_secrets import pull_secret_keyring, read_pull_secrets
from kubecontainers.credentials.registry_key import RegistryKey, is_default_registry_image
from kubecontainers.credentials.registry_pattern import RegistryPattern, RegistryURL
from kubecontainers.golang import json as go_json
from kubecontainers.golang.base64 import decode_raw_std, decode_std
from kubecontainers.golang.duration import BadDuration, Duration
from kubecontainers.golang.path_match import BadPattern, PathPattern
from kubecontainers.golang.strconv import atoi
from kubecontainers.golang.text import from_octets, has_surrounding_space, to_bytes, to_lower, to_octets, to_text
from kubecontainers.golang.url import BadURL, parse_schemeless_url
from kubecontainers.images.digest import Digest
from kubecontainers.images.plan import plan_image
from kubecontainers.images.preloaded_allowlist import AllowlistPattern
from kubecontainers.images.pull_policy import default_pull_policies, default_pull_policy, pull_action
from kubecontainers.images.pull_spec import pull_spec
from kubecontainers.images.reference import ImageReference
from kubecontainers.images.tag import parse_tag
from kubecontainers.images.uses import image_uses
from kubecontainers.pods.create import create_pod
from kubecontainers.testing import strategies
from kubecontainers.testing.credentials import (
    nearly_valid_docker_config_texts,
    nearly_valid_pull_secrets,
    nearly_valid_registry_patterns,
    pull_secrets,
)

texts = st.one_of(
    strategies.json_texts(),
    strategies.hostile_references(),
    strategies.nearly_valid_references(),
    nearly_valid_registry_patterns(),
    nearly_valid_docker_config_texts(),
)
objects = st.one_of(
    strategies.json_objects(),
    strategies.damaged(strategies.pods(ephemeral_containers=True) | strategies.workloads() | pull_secrets()),
    nearly_valid_pull_secrets(),
)

KEYS = ("*.example/team", "https://index.docker.io/v1/", "registry.example:5000", "*", "a b", "a.io/%25zz")
KEYRING = Keyring().with_config(DockerConfig({key: Credential("ci", "hunter2") for key in KEYS}))

OF_TEXT: dict[str, Callable[[str], object]] = {
    "ImageReference.parse": ImageReference.parse,
    "ImageReference.parse any": lambda text: ImageReference.parse(text, mode="any"),
    "ImageReference.parse parse": lambda text: ImageReference.parse(text, mode="parse", release=Release("1.28")),
    "ImageReference.parse named": lambda text: ImageReference.parse(text, mode="named"),
    "ImageReference.parse docker": lambda text: ImageReference.parse(text, mode="docker"),
    "ImageReference.build name": ImageReference.build,
    "ImageReference.build tag": lambda text: ImageReference.build("a", tag=text),
    "ImageReference.build digest": lambda text: ImageReference.build("a", digest=text),
    "ImageReference registry": lambda text: ImageReference(text, "a"),
    "ImageReference repository": lambda text: ImageReference(None, text),
    "ImageReference tag": lambda text: ImageReference("a.b", "c", text),
    "ImageReference.familiar_matches": ImageReference.parse("a.b/c:d").familiar_matches,
    "Digest.parse": Digest.parse,
    "Digest.parse_part": Digest.parse_part,
    "parse_tag": parse_tag,
    "pull_spec": pull_spec,
    "default_pull_policy": default_pull_policy,
    "pull_action": lambda text: pull_action(text, present=False, release=Release("1.29")),
    "Release": Release,
    "Release.parse": Release.parse,
    "Release.matches": Release("1.31").matches,
    "Release.enabled": Release("1.31").enabled,
    "Release.with_gates": lambda text: Release("1.31").with_gates({text: True}),
    "validate_config_map_key": names.validate_config_map_key,
    "validate_dns1123_label": names.validate_dns1123_label,
    "validate_dns1123_subdomain": names.validate_dns1123_subdomain,
    "validate_env_name": names.validate_env_name,
    "validate_label_value": names.validate_label_value,
    "validate_qualified_name": names.validate_qualified_name,
    "has_surrounding_space": has_surrounding_space,
    "to_bytes": to_bytes,
    "to_lower": to_lower,
    "to_text": to_text,
    "atoi": atoi,
    "decode_std": decode_std,
    "decode_raw_std": decode_raw_std,
    "fold": go_json.fold,
    "quote": go_json.quote,
    "to_octets": lambda text: from_octets(to_octets(text)),
    "AllowlistPattern.parse": AllowlistPattern.parse,
    "AllowlistPattern.parse full names": lambda text: AllowlistPattern.parse(text, release=Release("1.35")),
    "RegistryURL.parse": RegistryURL.parse,
    "RegistryURL.parse several colons": lambda text: RegistryURL.parse(text, release=Release("1.35")),
    "RegistryPattern.parse": RegistryPattern.parse,
    "RegistryPattern.explain": RegistryPattern.parse("*.example:5000/team").explain,
    "RegistryPattern.matches": RegistryPattern.parse("*").matches,
    "RegistryKey.parse": RegistryKey.parse,
    "is_default_registry_image": is_default_registry_image,
    "parse_auth": parse_auth,
    "encode_auth": lambda text: encode_auth(text, text),
    "credential_hash": lambda text: credential_hash(Credential(text, text, text)),
    "DockerConfig.parse": DockerConfig.parse,
    "DockerConfig.parse dockercfg": lambda text: DockerConfig.parse(text, "dockercfg"),
    "DockerConfig.to_text": lambda text: DockerConfig({text: Credential(text, text, text)}).to_text(),
    "Keyring.with_config": lambda text: Keyring().with_config(DockerConfig({text: Credential()})).explain_text(text),
    "Keyring.lookup": KEYRING.lookup,
    "Keyring.lookup_text": KEYRING.lookup_text,
    "Keyring.explain": KEYRING.explain,
    "Keyring.explain_text": KEYRING.explain_text,
}
OF_GOLANG: dict[str, tuple[Callable[[str], object], type[ValueError]]] = {
    "Duration.parse": (Duration.parse, BadDuration),
    "PathPattern.parse": (PathPattern.parse, BadPattern),
    "json.decode": (go_json.decode, go_json.BadJSON),
    "json.plain": (lambda text: go_json.plain(go_json.decode(text)), go_json.BadJSON),
    "parse_schemeless_url": (parse_schemeless_url, BadURL),
    "parse_schemeless_url several colons": (lambda text: parse_schemeless_url(text, several_colons=True), BadURL),
}
OF_OBJECTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "containers": lambda obj: [found.name for found in containers(obj)],
    "volumes": lambda obj: list(volumes(obj)),
    "pod_template": pod_template,
    "image_uses": lambda obj: [str(use.image_path) for use in image_uses(obj, path=ROOT.child("spec"))],
    "KubeletConfig.from_json": KubeletConfig.from_json,
    "read_pull_secrets": lambda obj: read_pull_secrets([obj]),
    "pull_secret_keyring": lambda obj: pull_secret_keyring([obj, obj], KEYRING).lookup("nginx"),
    "plan_image": lambda obj: [plan_image(use).to_json() for use in image_uses(obj)],
    "default_pull_policies": default_pull_policies,
    "create_pod": create_pod,
    "create_pod.stored": lambda obj: create_pod(obj, release=Release("1.34")).stored(),
    "create_pod.to_json": lambda obj: create_pod(obj, release=Release("1.30"), template=True).to_json(),
    "template": lambda obj: (found := pod_template(obj)) and default_pull_policies(found.pod, release=Release("1.36")),
}


class TestEveryFunctionAnswers:
    """Whatever text or JSON comes in, a public function returns, or raises an error of the family: it pickles, compares and speaks."""

    @pytest.mark.parametrize("name", OF_TEXT)
    @given(text=texts)
    def test_text(self, name: str, text: str) -> None:
        self.answers(OF_TEXT[name], text)

    @pytest.mark.parametrize("name", OF_GOLANG)
    @given(text=texts)
    def test_golang(self, name: str, text: str) -> None:
        """The room of Go's library knows nothing of the family; each of its errors is one kind of ``ValueError``."""
        function, kind = OF_GOLANG[name]
        try:
            function(text)
        except kind as error:
            assert str(error)
            assert pickle.loads(pickle.dumps(error)).args == error.args  # noqa: S301

    @pytest.mark.parametrize("name", OF_OBJECTS)
    @given(obj=objects)
    def test_objects(self, name: str, obj: dict[str, Any]) -> None:
        self.answers(OF_OBJECTS[name], obj)

    @given(strategies.json_values())
    def test_json_types(self, value: object) -> None:
        assert json_type(value)
        kinds: list[bool] = [bool(is_object(value)), bool(is_list(value)), isinstance(value, str)]
        assert sum(kinds) <= 1

    @given(texts, texts)
    def test_patterns(self, pattern: str, name: str) -> None:
        try:
            PathPattern.parse(pattern[:200]).matches(name[:200])
        except BadPattern as error:
            assert str(error)

    def answers(self, function: Callable[[Any], object], value: object) -> None:
        try:
            function(value)
        except KubeContainersError as error:
            again = pickle.loads(pickle.dumps(error))  # noqa: S301
            assert again == error
            assert hash(again) == hash(error)
            assert type(again) is type(error)
            assert str(error)
            assert repr(again) == repr(error)

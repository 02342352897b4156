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
from kubecontainers.apimachinery.frozenmap import FrozenMap
from kubecontainers.apimachinery.objects import containers, is_list, is_object, json_type, pod_template, volumes
from kubecontainers.apimachinery.quantity import Quantity
from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.credential import Credential, credential_hash
from kubecontainers.credentials.docker_auth import encode_auth, parse_auth
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.keyring import Keyring
from kubecontainers.credentials.pull_secrets import pull_secret_keyring, read_pull_secrets
from kubecontainers.credentials.registry_key import RegistryKey, is_default_registry_image
from kubecontainers.credentials.registry_pattern import RegistryPattern, RegistryURL
from kubecontainers.environment.addresses import node_host_ips
from kubecontainers.environment.composition import compose_environment, survey_environment
from kubecontainers.environment.container_expansion import expand_command, expand_sub_path
from kubecontainers.environment.defaults import default_service_links, default_value_sources
from kubecontainers.environment.downward_fields import FieldLabel, downward_field, validate_field_key
from kubecontainers.environment.downward_resources import downward_resource
from kubecontainers.environment.env_file import parse_env_file, read_env_file_key
from kubecontainers.environment.env_names import env_name_mode
from kubecontainers.environment.expansion import expand
from kubecontainers.environment.hostname import pod_hostname
from kubecontainers.environment.hostname_validation import validate_hostname_fields
from kubecontainers.environment.hosts_file import HostAlias, host_aliases, hosts_file_mount, node_hosts_file, pod_hosts_file
from kubecontainers.environment.pod_services import pod_service_variables
from kubecontainers.environment.service_dns import pod_dns_name, pod_resolver, service_dns
from kubecontainers.environment.service_variables import read_service, service_env_entries, service_variables
from kubecontainers.environment.size import measure_environment
from kubecontainers.environment.sources import InMemorySources, path_in_volume
from kubecontainers.environment.validation import validate_env, validate_env_file_volumes, validate_env_from
from kubecontainers.environment.variables import Environment, EnvironmentVariable, Origin, OriginKind
from kubecontainers.golang import json as go_json
from kubecontainers.golang.base64 import decode_raw_std, decode_std
from kubecontainers.golang.duration import BadDuration, Duration
from kubecontainers.golang.ip import parse_ip
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

ENVIRONMENT_OBJECTS = {
    "anything": strategies.json_objects(),
    "pods": strategies.damaged(strategies.environment_pods()),
    "services": strategies.damaged(strategies.services(addressed=True)),
    "data": strategies.damaged(strategies.config_maps() | strategies.opaque_secrets()),
    "names": strategies.nearly_valid_hostname_pods() | strategies.damaged(strategies.resolver_pods() | strategies.dns_services()),
}

KEYS = ("*.example/team", "https://index.docker.io/v1/", "registry.example:5000", "*", "a b", "a.io/%25zz")
KEYRING = Keyring().with_config(DockerConfig({key: Credential("ci", "hunter2") for key in KEYS}))

VARIABLE = EnvironmentVariable("A", "1", Origin(OriginKind.VALUE))
ENVIRONMENT = Environment(FrozenMap({"A": VARIABLE}))

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
    "Quantity.parse": lambda text: Quantity.parse(text).canonical,
    "Quantity.from_json": lambda text: str(Quantity.from_json(text)),
    "Quantity.parse_json": lambda text: Quantity.parse_json(text).milli_value(),
    "expand": lambda text: expand(text, {"A": text}),
    "expand by bytes": lambda text: expand(f"${text}$(A)", {"A": text}, release=Release("1.33")),
    "expand_sub_path": lambda text: expand_sub_path(text, ENVIRONMENT),
    "FieldLabel.split": lambda text: validate_field_key(FieldLabel.split(text)),
    "downward_field": lambda text: downward_field({"metadata": {"labels": {text: text}}}, text),
    "downward_field of a label": lambda text: downward_field({"metadata": {"labels": {text: text}}}, f"metadata.labels['{text}']"),
    "downward_field of all labels": lambda text: downward_field({"metadata": {"labels": {text: text}}}, "metadata.labels"),
    "parse_env_file": lambda text: parse_env_file(text, "A"),
    "parse_env_file key": lambda text: parse_env_file(f"{text}='1'", text),
    "parse_env_file bare values": lambda text: parse_env_file(f"{text}\n{text}=1", text, release=Release("1.34")),
    "read_env_file_key": lambda text: read_env_file_key(text, text, release=Release("1.34")),
    "path_in_volume": path_in_volume,
    "parse_ip": parse_ip,
    "service_variables": lambda text: service_env_entries(
        service_variables(
            [{"metadata": {"name": text}, "spec": {"clusterIP": text, "ports": [{"port": 1, "name": text, "protocol": text}]}}]
        )
    ),
    "pod_hostname": lambda text: pod_hostname({"metadata": {"name": text}, "spec": {"subdomain": "a"}}, cluster_domain=text),
    "pod_hostname override": lambda text: pod_hostname({"spec": {"hostnameOverride": text}}),
    "pod_hosts_file": lambda text: pod_hosts_file([text], text, text, aliases=[HostAlias(text, (text,))]),
    "node_hosts_file": node_hosts_file,
    "compose_environment": lambda text: measure_environment(
        compose_environment(
            {"metadata": {"namespace": text}, "spec": {"enableServiceLinks": True, "containers": [{"name": "a", "env": [{"name": text}]}]}},
            "a",
            InMemorySources(),
            [f"{text}=1"],
            hostname=text,
        ),
        [text],
    ),
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


SOURCES = InMemorySources(
    services=[{"metadata": {"name": "db", "namespace": "shop"}, "spec": {"clusterIP": "::1", "ports": [{"port": 80}]}}]
)
ASKING: dict[str, Any] = {
    "metadata": {"namespace": "shop"},
    "spec": {
        "enableServiceLinks": True,
        "containers": [
            {
                "name": "app",
                "envFrom": [{"configMapRef": {"name": "settings"}}, {"secretRef": {"name": "login"}}],
                "env": [
                    {"name": "LEVEL", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "LEVEL"}}},
                    {"name": "CPU", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
                    {"name": "IP", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.hostIP"}}},
                ],
            }
        ],
    },
}
"""A pod that asks for a ConfigMap, a Secret and its node."""


def sources_of(obj: Any) -> InMemorySources:
    """Sources in which anything stands for every kind."""
    named = {("shop", "settings"): obj, ("shop", "login"): obj}
    return InMemorySources(config_maps=named, secrets=named, node=obj)


def in_a_container(obj: dict[str, Any]) -> dict[str, Any]:
    return {"env": [obj, obj.get("env"), {"name": "A", "valueFrom": obj}], "envFrom": [obj, obj.get("envFrom")]}


OF_VALUES: dict[str, Callable[[Any], object]] = {
    "service_variables": lambda value: service_variables([value]),
    "read_service": read_service,
    "pod_service_variables": lambda value: pod_service_variables([value, value], "shop").collisions,
    "compose_environment": lambda value: compose_environment(value, "app", SOURCES).reveal(),
    "compose_environment, setup": lambda value: compose_environment(value, "setup", SOURCES, release=Release("1.27")).events,
    "compose_environment with objects": lambda value: compose_environment(ASKING, "app", sources_of(value)).reveal(),
    "survey_environment": lambda value: measure_environment(survey_environment(value, "app", SOURCES, ["A=1"]).environment),
    "survey_environment with objects": lambda value: survey_environment(ASKING, "app", sources_of(value)),
    "InMemorySources": lambda value: InMemorySources(config_maps=[value], secrets=[value], services=[value]).addresses(value),
    "downward_resource": lambda value: downward_resource(value, "app", {"resource": "limits.cpu"}, node=value),
    "downward_resource selector": lambda value: downward_resource(ASKING, "app", value, node=value),
    "downward_resource divisor": lambda value: downward_resource(ASKING, "app", {"resource": "limits.cpu", "divisor": value}, node={}),
    "downward_field": lambda value: downward_field(value, "metadata.annotations"),
    "node_host_ips": node_host_ips,
    "expand_command": lambda value: expand_command(value, ENVIRONMENT),
    "pod_hostname": pod_hostname,
    "validate_hostname_fields": lambda value: validate_hostname_fields(value, ROOT),
    "host_aliases": lambda value: [HostAlias.from_json(alias.to_json()) for alias in host_aliases(value)],
    "HostAlias.from_json": HostAlias.from_json,
    "hosts_file_mount": lambda value: hosts_file_mount(value, value, []),
    "service_dns": lambda value: service_dns(value).names_from("shop"),
    "pod_dns_name": pod_dns_name,
    "pod_resolver": lambda value: pod_resolver(value, cluster_dns=["10.96.0.10"]),
    "validate_env": lambda value: validate_env(value, ROOT),
    "validate_env_from": lambda value: validate_env_from(value, ROOT),
    "validate_env_file_volumes": lambda value: validate_env_file_volumes(value, ROOT),
    "env_name_mode": lambda value: env_name_mode(value, value, release=Release("1.30")),
    "default_value_sources": default_value_sources,
    "default_service_links": default_service_links,
    "Quantity.from_json": Quantity.from_json,
}
OF_PARTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "survey_environment of variables": lambda obj: survey_environment(
        {"spec": {"enableServiceLinks": True, "containers": [in_a_container(obj) | {"name": "app"}]}}, "app", SOURCES
    ),
    "downward_resource other selector": lambda obj: downward_resource(ASKING, "app", {"resource": "limits.cpu"} | obj, node=obj),
    "validate_env of variables": lambda obj: validate_env(in_a_container(obj), ROOT),
    "validate_env_from of sources": lambda obj: validate_env_from(in_a_container(obj), ROOT),
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

    @pytest.mark.parametrize("kind", ENVIRONMENT_OBJECTS)
    @given(data=st.data())
    def test_environment(self, kind: str, data: st.DataObject) -> None:
        """Each object is put to all functions, as making one takes longer."""
        obj = data.draw(ENVIRONMENT_OBJECTS[kind])
        for function in (*OF_VALUES.values(), *OF_PARTS.values()):
            self.answers(function, obj)

    @given(strategies.json_values())
    def test_what_may_be_no_object(self, value: object) -> None:
        for function in OF_VALUES.values():
            self.answers(function, value)

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

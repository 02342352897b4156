"""Whatever is read takes time in proportion to its length: four times as much text, about four times as long."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable
from typing import Any

import pytest

from kubecontainers.apimachinery import names
from kubecontainers.apimachinery.changes import with_changes
from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.fields import FieldChange, FieldPath
from kubecontainers.apimachinery.objects import pod_template
from kubecontainers.apimachinery.quantity import Quantity
from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.requests import AdmissionRequest, Operation
from kubecontainers.credentials.credential import Credential, FileSource
from kubecontainers.credentials.docker_auth import parse_auth
from kubecontainers.credentials.docker_config import DockerConfig
from kubecontainers.credentials.keyring import Keyring
from kubecontainers.credentials.registry_key import RegistryKey
from kubecontainers.credentials.registry_pattern import RegistryPattern
from kubecontainers.environment.composition import compose_environment, survey_environment
from kubecontainers.environment.container_expansion import expand_command, expand_sub_path
from kubecontainers.environment.downward_fields import FieldLabel, downward_field, validate_field_key
from kubecontainers.environment.env_file import EnvFile, parse_env_file
from kubecontainers.environment.expansion import expand
from kubecontainers.environment.hostname import pod_hostname
from kubecontainers.environment.hosts_file import node_hosts_file
from kubecontainers.environment.pod_services import pod_service_variables
from kubecontainers.environment.service_variables import service_variables
from kubecontainers.environment.size import measure_environment
from kubecontainers.environment.sources import InMemorySources, path_in_volume
from kubecontainers.environment.variables import Environment
from kubecontainers.golang import json as go_json
from kubecontainers.golang.duration import BadDuration, Duration
from kubecontainers.golang.idna import host_lookup_name, host_to_ascii
from kubecontainers.golang.ip import parse_ip
from kubecontainers.golang.path_match import BadPattern, PathPattern
from kubecontainers.golang.strconv import atoi
from kubecontainers.golang.text import has_surrounding_space, to_bytes, to_lower, to_octets, to_text
from kubecontainers.golang.url import BadURL, parse_schemeless_url
from kubecontainers.golang.url_reference import parse_url_reference
from kubecontainers.images.always_pull_images import AlwaysPullImagesReason, admit_always_pull_images, validate_always_pull_images
from kubecontainers.images.digest import Digest
from kubecontainers.images.preloaded_allowlist import AllowlistPattern
from kubecontainers.images.pull_policy import default_pull_policies, default_pull_policy
from kubecontainers.images.reference import ImageReference
from kubecontainers.images.tag import parse_tag
from kubecontainers.lifecycle.hook_outcome import HTTPAnswer, run_hook
from kubecontainers.lifecycle.hook_request import hook_request
from kubecontainers.pods.create import create_pod

SIZE, TIMES = 4 * 1024, 4
TOLERATED = 2.5 * TIMES  # a quadratic function would take 16 times as long
NEGLIGIBLE = 0.003  # seconds; below, the clock is all that is measured

PIECES = [
    "a/",
    "a_",
    "a.",
    "a-",
    "a",
    "A",
    ":",
    "a:",
    "@",
    "a@",
    "\0",
    "[:",
    "-",
    "_",
    "/",
    ".",
    "%a",
    "0",
    "é",
    "\ud800",
    "a:a@",
    "${",
    " ",
    "sha256:",
    "*a.",
    "%25",
    "1h",
    "[",
    '{"a":',
    '{"auths": {"a": {"auth": "Og==",',
    '"\\',
    "Og==\n",
    "$",
    "$(",
    "$(a)",
    "$(a",
    ")",
    "a='\n",
    "a=''\n",
    "a\\\n",
    "../",
    "['",
    "1.",
    "e1",
]
ENDINGS = ["", "!", "A"]

KEYRING = Keyring().with_config(DockerConfig({key: Credential() for key in ("*.*", "a*a", "*a*.*", "*/a", "a/a/a", "*")}))

VALUES = {"a": "1"}


def with_env(env: list[dict[str, Any]]) -> dict[str, Any]:
    return {"spec": {"enableServiceLinks": True, "containers": [{"name": "app", "env": env}]}}


def composed(env: list[dict[str, Any]]) -> Environment:
    return compose_environment(with_env(env), "app", InMemorySources())


def doubling(size: int) -> list[dict[str, Any]]:
    """Variables each of which holds the one before twice."""
    return [{"name": "a0", "value": "x"}, *({"name": f"a{at + 1}", "value": f"$(a{at})$(a{at})"} for at in range(size))]


ENVIRONMENT = composed([{"name": "a", "value": "1"}])


def service(name: str) -> dict[str, Any]:
    ports = [{"name": name, "port": 80, "protocol": name}, {"name": name, "port": 81}]
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": {"clusterIP": name, "ports": ports}}


def quantity(text: str) -> object:
    """What is read of a quantity, and written."""
    found = Quantity.parse(text)
    return str(found), found.canonical, found.milli_value(), found.round_up_milli()


READERS: dict[str, Callable[[str], object]] = {
    "ImageReference.parse": ImageReference.parse,
    "ImageReference.parse by grammar": lambda text: ImageReference.parse(text, mode="parse", release=Release("1.28")),
    "ImageReference.parse any": lambda text: ImageReference.parse(text, mode="any"),
    "ImageReference.build": ImageReference.build,
    "default_pull_policy": default_pull_policy,
    "Digest.parse": Digest.parse,
    "Digest.parse_part": Digest.parse_part,
    "parse_tag": parse_tag,
    "Release.parse": Release.parse,
    "validate_dns1123_label": names.validate_dns1123_label,
    "validate_dns1123_subdomain": names.validate_dns1123_subdomain,
    "validate_qualified_name": names.validate_qualified_name,
    "validate_label_value": names.validate_label_value,
    "validate_config_map_key": names.validate_config_map_key,
    "validate_env_name": lambda text: names.validate_env_name(text, mode=names.EnvNameMode.STRICT),
    "PathPattern.parse": PathPattern.parse,
    "to_lower": to_lower,
    "to_text": to_text,
    "to_bytes": to_bytes,
    "has_surrounding_space": has_surrounding_space,
    "to_octets": to_octets,
    "atoi": atoi,
    "Duration.parse": Duration.parse,
    "json.decode": go_json.decode,
    "json.plain": lambda text: go_json.plain(go_json.decode(text)),
    "json.decode of a string": lambda text: go_json.decode(go_json.quote(text)),
    "json.fold": go_json.fold,
    "parse_schemeless_url": parse_schemeless_url,
    "parse_schemeless_url several colons": lambda text: parse_schemeless_url(text, several_colons=True),
    "AllowlistPattern.parse": AllowlistPattern.parse,
    "RegistryPattern.parse": RegistryPattern.parse,
    "RegistryPattern.explain": RegistryPattern.parse("*.*/a").explain,
    "RegistryKey.parse": RegistryKey.parse,
    "parse_auth": parse_auth,
    "DockerConfig.parse": DockerConfig.parse,
    "DockerConfig.parse dockercfg": lambda text: DockerConfig.parse(text, "dockercfg"),
    "Keyring, one key": lambda text: Keyring().with_config(DockerConfig({text: Credential()})).lookup_text("a.io"),
    "Keyring.lookup_text": KEYRING.lookup_text,
    "expand": lambda text: expand(text, VALUES),
    "expand by bytes": lambda text: expand(text, VALUES, release=Release("1.33")),
    "parse_env_file": lambda text: parse_env_file(text, "b"),
    "parse_env_file one value": lambda text: parse_env_file(f"b='{text}'", "b"),
    "parse_env_file bare values": lambda text: parse_env_file(text, "b", release=Release("1.34")),
    "parse_ip": parse_ip,
    "Quantity.parse": Quantity.parse,
    "Quantity, a long whole number": lambda text: quantity(f"1{text}"),
    "Quantity, a long fraction": lambda text: quantity(f"0.1{text}Ki"),
    "Quantity.parse_json": Quantity.parse_json,
    "FieldLabel.split": FieldLabel.split,
    "downward_field, one label": lambda text: downward_field({"metadata": {"labels": {"a": text}}}, "metadata.labels['a']"),
    "downward_field, all labels": lambda text: downward_field({"metadata": {"labels": {"a": text}}}, "metadata.labels"),
    "validate_field_key": lambda text: validate_field_key(FieldLabel.split(f"metadata.annotations['{text}']")),
    "path_in_volume": path_in_volume,
    "service_variables": lambda text: service_variables([service(text)]),
    "pod_hostname": lambda text: pod_hostname({"metadata": {"name": text}}, cluster_domain=text),
    "node_hosts_file": node_hosts_file,
    "compose_environment, one value": lambda text: composed([{"name": "a", "value": "1"}, {"name": "b", "value": text}]),
    "expand_command": lambda text: expand_command({"command": [text]}, ENVIRONMENT),
    "expand_sub_path": lambda text: expand_sub_path(text, ENVIRONMENT),
    "parse_url_reference": lambda text: str(parse_url_reference(text)),
    "URLReference.join": lambda text: parse_url_reference("http://h/a").join(parse_url_reference(text)),
    "host_to_ascii": host_to_ascii,
    "host_lookup_name": host_lookup_name,
    "hook_request, a path": lambda text: hook_request({"path": text, "port": 80}, pod_ips=["h"]),
    "hook_request, a host": lambda text: hook_request({"host": text, "port": 80}),
    "hook_request, a port": lambda text: hook_request({"port": text}, pod_ips=["h"]),
    "hook_request, a header": lambda text: hook_request({"port": 80, "httpHeaders": [{"name": text, "value": text}]}, pod_ips=["h"]),
    "run_hook, a location": lambda text: run_hook({"httpGet": {"port": 80}}, pod_ips=["h"], send=lambda _: HTTPAnswer(302, text)),
}


def best(read: Callable[[Any], object], value: object, rounds: int) -> float:
    """The shortest of some runs, in seconds of the processor."""
    found: list[float] = []
    for _ in range(rounds):
        begun = time.process_time()
        with contextlib.suppress(KubeContainersError, BadPattern, BadDuration, BadURL, go_json.BadJSON):
            read(value)
        found.append(time.process_time() - begun)
    return min(found)


def grows_too_fast(read: Callable[[Any], object], small: object, large: object) -> bool:
    """Whether ``large``, which is ``TIMES`` as large as ``small``, takes more than in proportion, three times in a row."""
    gc.disable()  # how long a collection takes depends on whatever ran before
    try:
        return all(best(read, large, rounds) > max(NEGLIGIBLE, TOLERATED * best(read, small, rounds)) for rounds in (1, 5, 5))
    finally:
        gc.enable()


@pytest.mark.parametrize("name", READERS)
def test_text(name: str) -> None:
    slow = [
        (piece, ending)
        for piece in PIECES
        for ending in ENDINGS
        if grows_too_fast(READERS[name], piece * (SIZE // len(piece)) + ending, piece * (TIMES * SIZE // len(piece)) + ending)
    ]
    assert slow == []


def test_the_measure_finds_what_is_quadratic() -> None:
    def quadratic(size: int) -> None:
        for _ in range(size * size):
            pass

    assert any(grows_too_fast(quadratic, 500, 500 * TIMES) for _ in range(5))  # a busy machine can hide it now and then


@pytest.mark.parametrize("ending", ["", "!"])
def test_matching_a_pattern_takes_pattern_times_name(ending: str) -> None:
    pattern = PathPattern.parse("*a" * 20 + "b")
    assert not grows_too_fast(pattern.matches, "a" * (SIZE // 4) + ending, "a" * (SIZE // 4 * TIMES) + ending)


def pod(size: int) -> dict[str, Any]:
    spec: dict[str, list[dict[str, Any]]] = {
        name: [{"name": f"c{at}", "image": f"image-{at}"} for at in range(size)] for name in ("containers", "initContainers")
    }
    mounts = [{"name": f"v{at}", "mountPath": f"/{at}"} for at in range(size)]
    spec["containers"][0]["volumeMounts"] = mounts
    volumes = [{"name": f"v{at}", **({"image": {"reference": "a"}} if at % 2 else {})} for at in range(size)]
    return {"spec": {**spec, "volumes": volumes}}


def deep(size: int) -> dict[str, Any]:
    value: Any = []
    for _ in range(size):
        value = {"spec": [value]}
    return {
        "kind": "CronJob",
        "metadata": value,
        "spec": {"other": value, "containers": [{"image": "nginx", "env": value}], "jobTemplate": value},
    }


OF_OBJECTS: dict[str, Callable[[dict[str, Any]], object]] = {
    "default_pull_policies": default_pull_policies,
    "admit": lambda obj: admit_always_pull_images(AdmissionRequest(Operation.CREATE, obj)),
    "update": lambda obj: admit_always_pull_images(AdmissionRequest(Operation.UPDATE, obj, pod(10))),
    "validate": lambda obj: validate_always_pull_images(AdmissionRequest(Operation.CREATE, obj)),
    "pod_template": pod_template,
    "create_pod": create_pod,
    "create_pod, dropping": lambda obj: create_pod(obj, release=Release("1.34")),
}

# Of a number of entries: variables that follow each other, services that give what others give, and so on.
OF_MANY: dict[str, Callable[[int], object]] = {
    "compose_environment, one name": lambda size: composed([{"name": "a", "value": "x"}] * size).reveal(),
    "compose_environment, many names": lambda size: measure_environment(composed([{"name": f"a{at}"} for at in range(size)])),
    "compose_environment, references": lambda size: composed([{"name": f"a{at + 1}", "value": f"$(a{at})$(b)"} for at in range(size)]),
    "compose_environment, each twice as long": lambda size: composed(doubling(size)),
    "survey_environment, each twice as long": lambda size: survey_environment(with_env(doubling(size)), "app", InMemorySources()),
    "service_variables": lambda size: service_variables([service(f"a{at}") for at in range(size)]),
    "collisions": lambda size: pod_service_variables([service("a" + "_" * (at % 50)) for at in range(size)], "shop").collisions,
    "collisions of one name": lambda size: pod_service_variables([service(cases(at)) for at in range(size)], "shop").collisions,
    "measure_environment": lambda size: measure_environment(linked(size), max_total_bytes=size * 400),
    "EnvFile": lambda size: every_key("".join(f"a{at}='1'\n" for at in range(size)), size),
    "path_in_volume": lambda size: path_in_volume("a/" * size + "../" * size),
}


def every_key(content: str, size: int) -> list[str]:
    file = EnvFile(content)
    return [file.get(f"a{at}") for at in (*reversed(range(size)), size)]


def cases(number: int) -> str:
    """Names that differ in the case of their letters alone, so that all give the same variables."""
    return "".join("aA"[number >> bit & 1] for bit in range(16))


def linked(size: int) -> Environment:
    pod = {"metadata": {"namespace": "shop"}, "spec": {"enableServiceLinks": True, "containers": [{"name": "app"}]}}
    return compose_environment(pod, "app", InMemorySources(services=[service(f"a{at}") for at in range(size)]))


@pytest.mark.parametrize("name", OF_MANY)
def test_many(name: str) -> None:
    assert not grows_too_fast(OF_MANY[name], 500, 500 * TIMES)


@pytest.mark.parametrize("name", OF_OBJECTS)
def test_wide_objects(name: str) -> None:
    assert not grows_too_fast(OF_OBJECTS[name], pod(250), pod(250 * TIMES))


@pytest.mark.parametrize("name", OF_OBJECTS)
def test_deep_objects(name: str) -> None:
    """Depth that no rule looks into costs nothing, and breaks nothing."""
    small, large = deep(5_000), deep(5_000 * TIMES)
    assert not grows_too_fast(OF_OBJECTS[name], small, large)
    for value in (small, large):
        dismantle(value)


def dismantle(value: Any) -> None:
    """Take a deep value apart from the outside, as some versions of Python cannot free it at once."""
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, dict):
            waiting.extend(inner.values())  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
            inner.clear()  # pyright: ignore[reportUnknownMemberType]
        elif isinstance(inner, list):
            waiting.extend(inner)  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
            inner.clear()  # pyright: ignore[reportUnknownMemberType]


def test_many_changes() -> None:
    def change(size: int) -> object:
        reason = AlwaysPullImagesReason.POLICY_MUST_BE_ALWAYS
        obj: dict[str, Any] = {"a": [{} for _ in range(size)]}
        return with_changes(obj, [FieldChange(FieldPath(("a", at, "b")), None, at, reason) for at in range(size)])

    assert not grows_too_fast(change, 1000, 1000 * TIMES)


KEYS: dict[str, Callable[[int], str]] = {
    "hosts": "registry-{}.example".format,
    "globs": "*-{}-*.example".format,
    "globs of many lengths": lambda number: "a" * (number % 50) + "*" + "b" * (number % 60) + str(number),
    "paths": "a.io/team/{}".format,
    "one index key": lambda number: f"user{number}@a.io",
    "stars": lambda number: "*" * (number % 40 + 1) + ("." + "*" * (number % 7 + 1)) * (number % 3),
}


@pytest.mark.parametrize("name", KEYS)
def test_keyrings(name: str) -> None:
    def asked(keys: list[str]) -> object:
        return Keyring.of([(DockerConfig(dict.fromkeys(keys, Credential())), FileSource())]).lookup_text("a.io")

    def extended(keys: list[str]) -> object:
        keyring = Keyring()
        for key in keys:
            keyring = keyring.with_config(DockerConfig({key: Credential()}))
        return keyring.lookup_text("a.io")

    keys = list(map(KEYS[name], range(250 * TIMES)))
    assert not grows_too_fast(asked, keys[:250], keys)
    assert not grows_too_fast(extended, keys[:250], keys)


def test_keyrings_of_empty_configs() -> None:
    def extended(configs: int) -> object:
        keyring = Keyring()
        for _ in range(configs):
            keyring = keyring.with_config(DockerConfig())
        return keyring.lookup_text("a.io")

    assert not grows_too_fast(extended, 500, 500 * TIMES)

from __future__ import annotations

import base64
import math
import re
from fractions import Fraction
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.composition import compose_environment
from kubecontainers.environment.expansion import expand
from kubecontainers.environment.failures import EnvironmentFailed
from kubecontainers.environment.pod_services import pod_service_variables
from kubecontainers.environment.sources import InMemorySources
from kubecontainers.golang.text import from_octets
from kubecontainers.testing import strategies

JSON = dict[str, Any]

DATABASES = strategies.services(names=st.just("db"), namespaces=st.just("shop"), addressed=True)
OTHERS = strategies.services(names=st.sampled_from(["db", "cache-1", "kubernetes"]), namespaces=st.sampled_from(["shop", "default"]))
UNITS: dict[str, Fraction | int] = {"m": Fraction(1, 1000), "": 1, "k": 10**3, "M": 10**6, "G": 10**9, "Mi": 2**20, "Gi": 2**30}
STRICT = re.compile("(?![.][.]|[.]$)[-._a-zA-Z][-._a-zA-Z0-9]*")
FAILED = {"ConfigMap": "CONFIG_MAP", "Secret": "SECRET"}


class Stopped(Exception):
    """The kubelet stops here; the argument is the name of the reason."""


def number(text: str) -> Fraction:
    digits, unit = re.fullmatch("([0-9]+)([A-Za-z]*)", text).groups()  # type: ignore[union-attr]
    return Fraction(digits) * UNITS[unit]


class Kubelet:
    """Composes once more, as the kubelet's steps are told: plain dicts, one entry after the other, no value but the last of a name."""

    def __init__(self, pod: JSON, container: str, known: InMemorySources, services: list[JSON], release: Release) -> None:
        self.pod, self.known, self.services, self.minor = pod, known, services, release.minor
        self.files_enabled, self.pod_level = release.enabled("EnvFiles"), release.enabled("PodLevelResources")
        self.container: JSON = next(one for one in pod["spec"]["containers"] + pod["spec"]["initContainers"] if one["name"] == container)
        self.own: dict[str, str] = {}
        self.of_services: dict[str, str] = {}

    def compose(self) -> dict[str, str]:
        source = self.pod["metadata"].get("annotations", {}).get("kubernetes.io/config.source", "api")
        if source == "api" and not self.known.services_synced:
            raise Stopped("SERVICES_NOT_SYNCED")
        if self.known.services is not None:
            if self.known.services_fail:
                raise Stopped("SERVICE_LIST_FAILED")
            links = self.pod["spec"]["enableServiceLinks"]
            self.of_services = dict(pod_service_variables(self.services, "shop", enable_service_links=links))
        for entry in self.container.get("envFrom", []):
            self.take_all(entry)
        for entry in self.container.get("env", []):
            self.take(entry)
        return self.of_services | self.own

    def take_all(self, entry: JSON) -> None:
        kind = "ConfigMap" if "configMapRef" in entry else "Secret"
        reference = entry["configMapRef" if kind == "ConfigMap" else "secretRef"]
        for key, value in (self.data(kind, reference) or {}).items():
            name = entry.get("prefix", "") + key
            if self.minor >= 30 or STRICT.fullmatch(name):
                self.own[name] = value

    def take(self, entry: JSON) -> None:
        source = entry.get("valueFrom", {})
        value: str | None = ""
        if entry.get("value"):
            value = expand(entry["value"], self.own, self.of_services, release=Release(f"1.{self.minor}"))
        elif "fieldRef" in source:
            value = self.field(source["fieldRef"]["fieldPath"])
        elif "resourceFieldRef" in source:
            value = self.resource(source["resourceFieldRef"])
        elif "configMapKeyRef" in source:
            value = self.key("ConfigMap", source["configMapKeyRef"])
        elif "secretKeyRef" in source:
            value = self.key("Secret", source["secretKeyRef"])
        elif "fileKeyRef" in source and self.files_enabled:
            value = self.file(source["fileKeyRef"])
        if value is not None:
            self.own[entry["name"]] = value

    def data(self, kind: str, reference: JSON) -> dict[str, str] | None:
        name, failed = reference["name"], FAILED[kind]
        objects, failing = (
            (self.known.config_maps, self.known.failing_config_maps)
            if kind == "ConfigMap"
            else (self.known.secrets, self.known.failing_secrets)
        )
        if not self.known.has_api_server:
            raise Stopped(f"NO_CLIENT_FOR_{failed}")
        if f"shop/{name}" in failing:
            raise Stopped(f"{failed}_GET_FAILED")
        found: Any = objects.get(("shop", name))
        if found is None:
            if reference.get("optional"):
                return None
            raise Stopped(f"{failed}_NOT_FOUND")
        if kind == "ConfigMap":
            return dict(found["data"])
        return {key: from_octets(base64.b64decode(value)) for key, value in found["data"].items()}

    def key(self, kind: str, reference: JSON) -> str | None:
        data = self.data(kind, reference)
        if data is None or reference["key"] in data:
            return None if data is None else data[reference["key"]]
        if reference.get("optional"):
            return None
        raise Stopped(f"{FAILED[kind]}_KEY_NOT_FOUND")

    def field(self, path: str) -> str:
        metadata, spec = self.pod["metadata"], self.pod["spec"]
        if path == "status.hostIP":
            if self.known.node is None:
                raise Stopped("NODE_NOT_FOUND")
            node: Any = self.known.node
            return str(node["status"]["addresses"][0]["address"])
        values: dict[str, str] = {
            "metadata.name": metadata["name"],
            "metadata.namespace": metadata["namespace"],
            "metadata.uid": metadata["uid"],
            "metadata.labels['app']": metadata["labels"]["app"],
            "metadata.annotations['none']": "",
            "spec.nodeName": spec["nodeName"],
            "spec.serviceAccountName": spec["serviceAccountName"],
            "status.podIP": self.known.pod_ip,
        }
        return values[path]

    def resource(self, selector: JSON) -> str:
        node: Any = self.known.node
        if node is None:
            raise Stopped("NODE_NOT_FOUND")
        side, name = selector["resource"].split(".")
        named = selector.get("containerName")
        [holder] = [one for one in self.pod["spec"]["initContainers"] if one["name"] == named] or [self.container]
        found = holder.get("resources", {}).get(side, {}).get(name)
        if found is None and side == "limits" and named is None:
            found = node["status"]["allocatable"][name]
            if self.minor >= 34 and self.pod_level:
                found = self.pod["spec"].get("resources", {}).get("limits", {}).get(name, found)
        divisor = selector["divisor"] if selector["divisor"] != "0" else "1"
        return str(math.ceil(number(found or "0") / number(divisor)))

    def file(self, reference: JSON) -> str | None:
        if "files" not in self.known.files:
            raise Stopped("VOLUME_NOT_FOUND")
        value = ""
        for line in self.known.files["files"]["app.env"].splitlines():
            name, _, text = line.partition(b"=")
            quoted = self.minor < 35 or text[:1] + text[-1:] == b"''"
            if not quoted:
                raise Stopped("ENV_FILE_UNREADABLE")
            if name.decode() == reference["key"]:
                value = from_octets(text if self.minor < 35 else text[1:-1])
                break
        if value:
            return value
        if reference["optional"]:
            return None
        raise Stopped("ENV_FILE_KEY_NOT_FOUND")


@st.composite
def stored_pods(draw: st.DrawFn) -> JSON:
    """Pods, some with an entry that no API server takes, since it has two sources, or a value and a source."""
    pod = draw(strategies.environment_pods())
    both = draw(st.sampled_from(["", "", "env", "envFrom"]))
    if both:
        [app] = pod["spec"]["containers"]
        secret = {"name": "login", "key": "LEVEL"}
        odd: JSON = {"name": "A", "value": draw(st.sampled_from(["", "x"])), "valueFrom": {"secretKeyRef": secret}}
        if both == "envFrom":
            odd = {"configMapRef": {"name": "settings"}, "secretRef": {"name": "login"}}
        app[both] = [*app.get(both, []), odd]
    return pod


@st.composite
def known_and_services(draw: st.DrawFn) -> tuple[InMemorySources, list[JSON]]:
    """Sources, and the list of the services in them."""
    known, services = draw(strategies.environment_sources()), draw(st.lists(DATABASES | OTHERS, max_size=2))
    synced = known.services_synced and draw(st.integers(0, 5)) > 0
    return attrs.evolve(known, services=None if known.services is None else services, services_synced=synced), services


class TestTheKubeletsSteps:
    """``envFrom``, then ``env``, entry by entry, then services: what Kubernetes' steps give, or where they stop, is what is composed."""

    @settings(max_examples=3 * settings().max_examples)  # every step has to be taken, and missed
    @given(stored_pods(), known_and_services(), st.sampled_from(["app", "setup"]), strategies.releases(gates=True))
    def test_steps(self, pod: JSON, given: tuple[InMemorySources, list[JSON]], container: str, release: Release) -> None:
        known, services = given
        expected: dict[str, str] | str
        found: dict[str, str] | str
        try:
            expected = Kubelet(pod, container, known, services, release).compose()
        except Stopped as stopped:
            expected = str(stopped)
        try:
            found = compose_environment(pod, container, known, release=release).reveal()
        except EnvironmentFailed as error:
            found = error.reason.name
        assert found == expected

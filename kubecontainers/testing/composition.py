"""Strategies of pods whose variables come from somewhere, and of what a kubelet knows to compose them; offered in ``strategies``.

The two fit together: a pod names objects, keys, services and files that sources have, and now and then some that they lack.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.release import LATEST, Release
from ..environment.env_file import ENV_FILES
from ..environment.sources import InMemorySources
from .environments import config_maps
from .secrets import opaque_secrets
from .services import services

__all__ = ["environment_pods", "environment_sources"]

JSON = dict[str, Any]

_NAMESPACE = "shop"
_CONFIG_MAPS, _SECRETS = ("settings", "colours"), ("login", "tokens")
_KEYS = ("COLOUR", "LEVEL", "log.level", "1st", "DB_PORT")
_NAMES = ("A", "B", "COLOUR", "LEVEL", "P_LEVEL", "DB_PORT", "DB_SERVICE_HOST")
_PIECES = ("", "x", "é", "$", "$$", "$(A)", "$(B)", "$(COLOUR)", "$(P_LEVEL)", "$(DB_SERVICE_HOST)", "$(NOWHERE)", "$(A", ")")

_FIELDS = (
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "metadata.labels['app']",
    "metadata.annotations['none']",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.podIP",
)
_RESOURCES: list[JSON] = [
    {"resource": "limits.cpu", "divisor": "1m"},
    {"resource": "limits.cpu", "divisor": "1"},
    {"resource": "limits.memory", "divisor": "1Mi"},
    {"resource": "requests.memory", "divisor": "0"},
    {"resource": "limits.ephemeral-storage", "divisor": "1k"},
    {"resource": "limits.cpu", "divisor": "1m", "containerName": "setup"},
]
_FILE = {"volumeName": "files", "path": "app.env"}

_NODE: JSON = {
    "status": {
        "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}],
        "allocatable": {"cpu": "3900m", "memory": "8Gi", "ephemeral-storage": "100G"},
    }
}
_ENV_FILES = (b"COLOUR='blue'\nLEVEL='$(A)'\n", b"COLOUR=blue\nLEVEL=\xff\n", b"LEVEL=''\n")

_FAILURES: list[JSON] = [
    {"failing_config_maps": ["shop/colours"]},
    {"failing_secrets": ["shop/tokens"]},
    {"has_api_server": False},
    {"services_fail": True},
    {"services_synced": False},
    {"node": None},
    {"services": None},
    {"files": {}},
]


@st.composite
def environment_sources(draw: DrawFn, *, failures: bool = True) -> InMemorySources:
    """ConfigMaps, Secrets, services and files of the namespace ``shop``, some of each, the node and the pod's address, as sources.

    ``failures``: now and then something cannot be fetched, or is not known at all.

    >>> from hypothesis import find
    >>> sorted(find(environment_sources(), lambda sources: len(sources.config_maps) == 2).config_maps)
    [('shop', 'colours'), ('shop', 'settings')]
    """
    texts = st.lists(st.sampled_from(_PIECES), max_size=2).map("".join)
    shop, keys = st.just(_NAMESPACE), st.sampled_from(_KEYS)
    maps = [draw(config_maps(names=st.just(name), namespaces=shop, keys=keys)) for name in _some(draw, _CONFIG_MAPS)]
    for config_map in maps:
        config_map["data"] = {key: draw(texts) for key in (*config_map["data"], "LEVEL", "1st")}
    known: JSON = {
        "config_maps": maps,
        "secrets": [
            secret | {"data": {"LEVEL": "aHVudGVyMg=="} | secret["data"]}
            for secret in (draw(opaque_secrets(names=st.just(name), namespaces=shop, keys=keys)) for name in _some(draw, _SECRETS))
        ],
        "services": [*draw(st.lists(_database(), max_size=1)), *draw(st.lists(_others(), max_size=2))],
        "node": _NODE,
        "pod_ip": "10.244.0.5",
        "files": draw(st.sampled_from([{}, *({"files": {"app.env": content}} for content in _ENV_FILES)])),
    }
    fails = failures and draw(st.integers(0, 4)) == 0
    return InMemorySources(**(known | (draw(st.sampled_from(_FAILURES)) if fails else {})))


def _some(draw: DrawFn, names: tuple[str, ...]) -> list[str]:
    """Return all of the names, or as often not the last."""
    return [*names] if draw(st.booleans()) else [*names[:-1]]


def _database() -> SearchStrategy[JSON]:
    """Return the Service that variables refer to."""
    return services(names=st.just("db"), namespaces=st.just(_NAMESPACE), addressed=True)


def _others() -> SearchStrategy[JSON]:
    return services(names=st.sampled_from(["db", "cache-1", "kubernetes"]), namespaces=st.sampled_from([_NAMESPACE, "default", "other"]))


@st.composite
def environment_pods(draw: DrawFn, *, release: Release = LATEST) -> JSON:
    """Pods of the namespace ``shop``, as they are stored, whose containers, ``app`` and ``setup``, have variables of every kind.

    >>> from hypothesis import find
    >>> find(environment_pods(), lambda pod: True)["spec"]["containers"]
    [{'name': 'app', 'image': 'app:1'}]
    """
    spec: JSON = {
        "enableServiceLinks": draw(st.sampled_from([False, True, True])),
        "nodeName": "node-a",
        "serviceAccountName": "default",
        "containers": [draw(_containers("app", release))],
        "initContainers": [draw(_containers("setup", release))],
        "volumes": [{"name": "files", "emptyDir": {}}],
    }
    limits = draw(st.sampled_from([None, None, {"cpu": "2", "memory": "1Gi"}]))
    if limits:
        spec["resources"] = {"limits": limits}
    annotations = draw(st.sampled_from([{}, {"annotations": {"kubernetes.io/config.source": "file"}}]))
    metadata = {"name": "web-0", "namespace": _NAMESPACE, "uid": "u-1", "labels": {"app": "web"}, **annotations}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


@st.composite
def _containers(draw: DrawFn, name: str, release: Release) -> JSON:
    limits = draw(st.sampled_from([{}, {"cpu": "250m"}, {"cpu": "1500m", "memory": "100M"}]))
    entries = {
        "env": draw(st.lists(_variables(release), max_size=5)),
        "envFrom": draw(st.lists(_whole_objects(), max_size=2)),
        "command": draw(st.lists(st.sampled_from(_PIECES), max_size=2)),
    }
    fields = {field: listed for field, listed in entries.items() if listed}
    return {"name": name, "image": "app:1", **({"resources": {"limits": limits}} if limits else {}), **fields}


@st.composite
def _variables(draw: DrawFn, release: Release) -> JSON:
    name = draw(st.sampled_from(_NAMES))
    if draw(st.booleans()):
        return {"name": name, "value": "".join(draw(st.lists(st.sampled_from(_PIECES), max_size=3)))}
    sources = st.one_of(
        st.sampled_from(_FIELDS).map(_field),
        st.sampled_from(_RESOURCES).map(_resource),
        _keys("configMapKeyRef", _CONFIG_MAPS),
        _keys("secretKeyRef", _SECRETS),
        *([_file_keys()] if ENV_FILES in release else []),
    )
    return {"name": name, "valueFrom": draw(sources)}


def _field(path: str) -> JSON:
    return {"fieldRef": {"apiVersion": "v1", "fieldPath": path}}


def _resource(selector: JSON) -> JSON:
    return {"resourceFieldRef": selector}


@st.composite
def _keys(draw: DrawFn, field: str, names: tuple[str, ...]) -> JSON:
    key = draw(st.sampled_from(["LEVEL", "LEVEL", "LEVEL", "COLOUR", "NOWHERE"]))
    return {field: {"name": draw(_objects(names)), "key": key, **draw(_optional())}}


@st.composite
def _file_keys(draw: DrawFn) -> JSON:
    return {"fileKeyRef": {**_FILE, "key": draw(st.sampled_from(["COLOUR", "LEVEL"])), "optional": draw(st.booleans())}}


@st.composite
def _whole_objects(draw: DrawFn) -> JSON:
    """Entries of ``envFrom``."""
    field, names = draw(st.sampled_from([("configMapRef", _CONFIG_MAPS), ("secretRef", _SECRETS)]))
    prefix = draw(st.sampled_from([{}, {"prefix": "P_"}]))
    return {**prefix, field: {"name": draw(_objects(names)), **draw(_optional())}}


def _objects(names: tuple[str, ...]) -> SearchStrategy[str]:
    """Names, mostly of those that are always there."""
    return st.sampled_from([*names[:1] * 4, *names[1:], "absent"])


def _optional() -> SearchStrategy[JSON]:
    return st.sampled_from([{}, {"optional": True}, {"optional": True}, {"optional": False}])

"""Strategies of scripts for the simulated kubelet, and of pods that fit them; offered in ``strategies``.

Times come from few, so that things often happen in the same moment, or just before or after one another.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["image_scripts", "pod_scripts", "scripts", "simulated_pods"]

JSON = dict[str, Any]

_CONTAINERS = ("app", "web", "setup", "proxy")
_IMAGES = ("app:1", "web:1", "setup:1", "proxy")
_TIMES = (0, 1, 999, 1000, 2500, 10_000, 30_000, 61_234)
_ERRORS = ("down", "raw:no space left", "notfound:gone", "RegistryUnavailable: down", "boom {id}")
_EXIT_CODES = (0, 1, 137)
_TIMES_OF_DELETION = (0, 1, 5000, 12_000, 100_000)
_GRACES = (1, 2, 30)


def _times() -> SearchStrategy[int]:
    return st.sampled_from(_TIMES)


def _steps() -> SearchStrategy[list[JSON]]:
    return st.lists(st.fixed_dictionaries({}, optional={"ms": _times(), "error": st.sampled_from(_ERRORS)}), max_size=3)


def _hook_steps() -> SearchStrategy[list[JSON]]:
    optional: JSON = {"ms": _times(), "exitCode": st.sampled_from(_EXIT_CODES), "error": st.sampled_from(_ERRORS)}
    return st.lists(st.fixed_dictionaries({}, optional=optional | {"output": st.just("said")}), max_size=2)


def _runs() -> SearchStrategy[list[JSON]]:
    run = st.fixed_dictionaries({"exitCode": st.sampled_from(_EXIT_CODES)}, optional={"runMs": _times() | st.just(-1)})
    return st.lists(run, max_size=3)


def image_scripts() -> SearchStrategy[JSON]:
    """Scripts of images.

    >>> from hypothesis import find
    >>> "pulls" in find(image_scripts(), lambda image: "pulls" in image)
    True
    """
    optional: JSON = {
        "present": st.booleans(),
        "inspectError": st.just("raw:broken"),
        "uid": st.sampled_from([0, 1000]),
        "username": st.just("www"),
        "sizeBytes": st.just(4096),
        "pulls": _steps(),
    }
    return st.fixed_dictionaries({}, optional=optional)


def _behaviours() -> SearchStrategy[JSON]:
    errors = st.lists(st.fixed_dictionaries({}, optional={"error": st.sampled_from(_ERRORS)}), max_size=2)
    optional: JSON = {
        "options": errors,
        "preCreate": errors,
        "preStart": errors,
        "create": _steps(),
        "start": _steps(),
        "postStart": _hook_steps(),
        "preStop": _hook_steps(),
        "runs": _runs(),
        "stopMs": _times() | st.just(-1),
        "stopExitCode": st.sampled_from(_EXIT_CODES),
        "stopError": st.sampled_from(["stop failed", "notfound:gone", ["once", ""]]),
        "startupMs": _times(),
    }
    return st.fixed_dictionaries({}, optional=optional)


def pod_scripts() -> SearchStrategy[JSON]:
    """Scripts of single pods, for those of ``simulated_pods``.

    >>> from hypothesis import find
    >>> find(pod_scripts(), lambda script: script.get("deleteAtMs"))["deleteAtMs"] > 0
    True
    """
    optional: JSON = {
        "behaviour": st.dictionaries(st.sampled_from(_CONTAINERS), _behaviours(), max_size=3),
        "sandboxRuns": _steps(),
        "createAtMs": _times(),
        "deleteAtMs": st.sampled_from(_TIMES_OF_DELETION),
        "deleteGraceSeconds": st.sampled_from(_GRACES),
        "relistMs": st.sampled_from([0, 300, 1000]),
        "retry": st.sampled_from(["period", "exact", "kubelet"]),
        "retryKill": st.booleans(),
        "maxSyncs": st.integers(0, 30),
    }
    return st.fixed_dictionaries({}, optional=optional)


@st.composite
def scripts(draw: DrawFn, *, names: tuple[str, ...] = ("a", "b", "c")) -> JSON:
    """Scripts for the pods of ``simulated_pods``, of which single ones can have their own; ``names`` are those of the pods.

    >>> from hypothesis import find
    >>> "kubeletRestarts" in find(scripts(), lambda script: "kubeletRestarts" in script)
    True
    """
    at: JSON = {"atMs": _times()}
    down: JSON = {"ms": _times()}
    restart: SearchStrategy[JSON] = st.fixed_dictionaries(at, optional=down)
    restarts = st.lists(restart, min_size=1, max_size=2)
    optional: JSON = {
        "images": st.dictionaries(st.sampled_from(_IMAGES), image_scripts(), min_size=1, max_size=4),
        "pods": st.dictionaries(st.sampled_from(names), pod_scripts(), min_size=1, max_size=3),
        "kubelet": st.sampled_from(
            [
                {"serializeImagePulls": False},
                {"serializeImagePulls": False, "maxParallelImagePulls": 2, "registryPullQPS": 0},
                {"registryPullQPS": 1, "registryBurst": 1},
            ]
        ),
        "kubeletRestarts": restarts,
        "handlers": st.lists(st.just("runc"), min_size=1, max_size=1),
    }
    return {**draw(pod_scripts()), **draw(st.fixed_dictionaries({}, optional=optional))}


def _handlers() -> SearchStrategy[JSON]:
    kinds: tuple[JSON, ...] = ({"exec": {"command": ["hook"]}}, {"sleep": {"seconds": 2}}, {"tcpSocket": {"port": 80}})
    return st.sampled_from((*kinds, {"httpGet": {"path": "/", "port": 80}}))


def _containers(name: str, image: str) -> SearchStrategy[JSON]:
    lifecycle = st.fixed_dictionaries({}, optional={"postStart": _handlers(), "preStop": _handlers()})
    optional: JSON = {
        "imagePullPolicy": st.sampled_from(["Always", "Never", "IfNotPresent"]),
        "lifecycle": lifecycle,
        "startupProbe": st.just({"exec": {"command": ["up"]}}),
        "securityContext": st.fixed_dictionaries({"runAsNonRoot": st.booleans()}, optional={"runAsUser": st.sampled_from([0, 1000])}),
    }
    return st.fixed_dictionaries({"name": st.just(name), "image": st.just(image)}, optional=optional)


@st.composite
def simulated_pods(draw: DrawFn, *, names: tuple[str, ...] = ("a", "b", "c")) -> list[JSON]:
    """Pods with ``names``, in lists, whose containers are those of ``scripts``; sidecars are among them, and image volumes.

    >>> from hypothesis import find
    >>> len(find(simulated_pods(), lambda pods: len(pods) == 2))
    2
    """
    return [draw(_pods(name)) for name in names[: draw(st.integers(1, len(names)))]]


@st.composite
def _pods(draw: DrawFn, name: str) -> JSON:
    spec: JSON = {"containers": [draw(_containers("app", "app:1"))]}
    if draw(st.booleans()):
        spec["containers"].append(draw(_containers("web", "web:1")))
    init = [draw(_containers("setup", "setup:1"))] if draw(st.booleans()) else []
    if draw(st.booleans()):
        init.append({**draw(_containers("proxy", "proxy")), "restartPolicy": "Always"})
    if init:
        spec["initContainers"] = init
    optional: JSON = {
        "restartPolicy": st.sampled_from(["Always", "OnFailure", "Never"]),
        "terminationGracePeriodSeconds": st.sampled_from(_GRACES),
        "volumes": st.just([{"name": "data", "image": {"reference": "data:1", "pullPolicy": "IfNotPresent"}}]),
    }
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": spec | draw(st.fixed_dictionaries({}, optional=optional))}

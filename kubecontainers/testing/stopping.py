"""Strategies of pods that are stopped, and of what their containers do then; offered in ``strategies``."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..golang.duration import Duration
from ..lifecycle.container_termination import StopBehaviour, StopError

__all__ = ["pre_stop_hooks", "stop_behaviours", "stopping_pods"]

JSON = dict[str, Any]

_MILLISECOND = 10**6
_LONGEST = 40_000
_SECONDS = st.sampled_from([0, 1, 2, 3, 5, 10, 30]) | st.integers(-2, 40)


@st.composite
def stop_behaviours(draw: DrawFn, *, errors: bool = True) -> StopBehaviour:
    """Behaviours of containers that are stopped, in times up to 40 s, often whole seconds, or for ever.

    ``errors``: the runtime may also fail to stop one.

    >>> from hypothesis import find
    >>> find(stop_behaviours(), lambda behaviour: behaviour.hook is not None).hook is None
    False
    """
    error = draw(st.none() | st.sampled_from(StopError)) if errors and draw(st.integers(0, 4)) == 0 else None
    return StopBehaviour(draw(_times()), draw(_times()), hook_fails=draw(st.booleans()), stop_error=error)


def _times() -> SearchStrategy[Duration | None]:
    whole = st.integers(0, _LONGEST // 1000).map(lambda seconds: seconds * 1000)
    milliseconds = st.one_of(whole, whole.map(lambda number: number + 1), whole.map(lambda number: number + 999), st.integers(0, _LONGEST))
    return st.none() | milliseconds.map(lambda number: Duration(number * _MILLISECOND))


def pre_stop_hooks() -> SearchStrategy[JSON]:
    """Handlers of ``preStop``, also such as validation refuses: an empty one, and one with two actions.

    >>> from hypothesis import find
    >>> "sleep" in find(pre_stop_hooks(), lambda hook: "sleep" in hook)
    True
    """
    actions: JSON = {
        "exec": st.just({"command": ["drain"]}),
        "httpGet": st.just({"path": "/drain", "port": 8080}),
        "tcpSocket": st.just({"port": 8080}),
        "sleep": st.fixed_dictionaries({"seconds": _SECONDS}),
    }
    single = st.sampled_from(sorted(actions)).flatmap(lambda kind: st.fixed_dictionaries({kind: actions[kind]}))
    return st.one_of(single, single, single, st.fixed_dictionaries({}, optional=actions))


@st.composite
def stopping_pods(draw: DrawFn, *, ephemeral_containers: bool = False) -> JSON:
    """Pods with app containers ``app-0`` …, sidecars and other init containers ``init-0`` …, their hooks, probes and grace periods.

    Grace periods may be missing, and 0 or negative, as no API server would store them; some pods are being deleted already.

    >>> from hypothesis import find
    >>> pod = find(stopping_pods(), lambda pod: "initContainers" in pod["spec"])
    >>> pod["spec"]["initContainers"][0]["name"]
    'init-0'
    """
    spec: JSON = {"containers": [draw(_containers(f"app-{number}")) for number in range(draw(st.integers(1, 3)))]}
    inits = [draw(_inits(f"init-{number}")) for number in range(draw(st.integers(0, 4)))]
    if inits:
        spec["initContainers"] = inits
    if ephemeral_containers and draw(st.booleans()):
        spec["ephemeralContainers"] = [{"name": "debug", "image": "busybox"}]
    if draw(st.integers(0, 4)):
        spec["terminationGracePeriodSeconds"] = draw(_SECONDS)
    deleted = draw(st.integers(0, 3)) == 0
    metadata = {"name": "web", "namespace": "shop"} | ({"deletionGracePeriodSeconds": draw(_SECONDS)} if deleted else {})
    return {"metadata": metadata, "spec": spec}


@st.composite
def _containers(draw: DrawFn, name: str) -> JSON:
    made: JSON = {"name": name, "image": "nginx"}
    if draw(st.booleans()):
        made["lifecycle"] = {"preStop": draw(pre_stop_hooks())}
    for probe in ("livenessProbe", "startupProbe"):
        if draw(st.integers(0, 3)) == 0:
            made[probe] = {"exec": {"command": ["check"]}, "terminationGracePeriodSeconds": draw(_SECONDS)}
    return made


@st.composite
def _inits(draw: DrawFn, name: str) -> JSON:
    made = draw(_containers(name))
    return made | {"restartPolicy": "Always"} if draw(st.integers(0, 3)) else made

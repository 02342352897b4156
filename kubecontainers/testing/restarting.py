"""Strategies of pods whose containers come back, of what a runtime reports of them, and of runs that end; offered in ``strategies``.

Exit codes come from few, so that rules often speak of the one that occurs.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..golang.duration import MILLISECOND, Duration
from ..lifecycle.crash_back_off import ContainerRun
from ..lifecycle.runtime_status import NO_SANDBOX, PodSandbox, ProbeResult, RuntimeContainer, RuntimeState, SandboxState

__all__ = ["container_runs", "restart_pods", "restart_rules", "synced_pods"]

JSON = dict[str, Any]

_POLICIES = ("Always", "OnFailure", "Never")
_EXIT_CODES = (0, 1, 42, 137)
_RUN_TIMES = (0, 1, 1000, 9_999, 10_000, 300_000, 600_000, 600_001, 1_200_001)
"""In milliseconds: what is near to a step of the back-off, or to its expiry."""


def restart_rules() -> SearchStrategy[JSON]:
    """Entries of ``restartPolicyRules``.

    >>> from hypothesis import find
    >>> find(restart_rules(), lambda rule: rule["exitCodes"]["operator"] == "NotIn")["exitCodes"]["operator"]
    'NotIn'
    """
    codes: JSON = {
        "operator": st.sampled_from(["In", "NotIn"]),
        "values": st.lists(st.sampled_from(_EXIT_CODES), max_size=2, unique=True),
    }
    return st.fixed_dictionaries(
        {"action": st.sampled_from(["Restart", "RestartAllContainers"]), "exitCodes": st.fixed_dictionaries(codes)}
    )


@st.composite
def restart_pods(draw: DrawFn, *, init_containers: bool = True, deleted: bool = True) -> JSON:
    """Pods with restart policies of their own and of their containers, restart rules, and probes, which are empty objects.

    ``init_containers``: there may be some, sidecars among them. ``deleted``: the pod may be being deleted.

    >>> from hypothesis import find
    >>> find(restart_pods(), lambda pod: "initContainers" in pod["spec"])["spec"]["initContainers"][0]["name"]
    'init-0'
    """
    metadata: JSON = {"name": "web", "namespace": "shop", "uid": "8c3a"}
    if deleted and draw(st.integers(0, 5)) == 5:  # noqa: PLR2004  (one in six)
        metadata["deletionTimestamp"] = "2026-03-01T12:00:00Z"
    spec: JSON = {"containers": [_main(draw, f"app-{position}") for position in range(draw(st.integers(1, 3)))]}
    spec |= draw(st.fixed_dictionaries({}, optional={"restartPolicy": st.sampled_from(_POLICIES)}))
    inits = draw(st.integers(0, 3)) if init_containers else 0
    if inits:
        spec["initContainers"] = [_init(draw, f"init-{position}") for position in range(inits)]
    if draw(st.integers(0, 3)) == 3:  # noqa: PLR2004  (one in four)
        spec["ephemeralContainers"] = [{"name": "shell"}]
    return {"metadata": metadata, "spec": spec}


def _probes() -> SearchStrategy[JSON]:
    return st.fixed_dictionaries({}, optional={"startupProbe": st.just(JSON()), "livenessProbe": st.just(JSON())})


def _main(draw: DrawFn, name: str) -> JSON:
    made: JSON = {"name": name, "image": "app:1", **draw(_probes())}
    if draw(st.booleans()):
        return made
    rules = st.lists(restart_rules(), min_size=1, max_size=2)
    own = st.fixed_dictionaries({"restartPolicy": st.sampled_from(_POLICIES)}, optional={"restartPolicyRules": rules})
    return made | draw(own)


def _init(draw: DrawFn, name: str) -> JSON:
    if draw(st.booleans()):
        return {"name": name, "restartPolicy": "Always", **draw(_probes())}
    return {"name": name} | draw(st.fixed_dictionaries({}, optional={"restartPolicy": st.sampled_from(_POLICIES[1:])}))


@st.composite
def synced_pods(
    draw: DrawFn, *, pods: SearchStrategy[JSON] | None = None, sandboxes: SearchStrategy[PodSandbox] | None = None
) -> tuple[JSON, tuple[RuntimeContainer, ...], PodSandbox]:
    """Pods, what a runtime reports of their containers, the newest first, and their sandboxes: what one sync looks at.

    ``pods`` are by default those of ``restart_pods``; ``sandboxes`` are mostly ready.

    >>> from hypothesis import find
    >>> len(find(synced_pods(), lambda synced: len(synced[1]) == 2)[1])
    2
    """
    pod = draw(restart_pods() if pods is None else pods)
    spec = pod["spec"]
    listed = (*spec.get("initContainers", ()), *spec["containers"], *spec.get("ephemeralContainers", ()))
    statuses = [
        _instance(draw, container["name"], f"{container['name']}-{position}")
        for container in listed
        for position in range(draw(st.sampled_from([0, 1, 1, 2])))
    ]
    return pod, tuple(statuses), draw(_sandboxes() if sandboxes is None else sandboxes)


def _instance(draw: DrawFn, name: str, identity: str) -> RuntimeContainer:
    state = draw(st.sampled_from(RuntimeState))
    if state is RuntimeState.EXITED:
        reasons = st.sampled_from(["Completed", "Completed", "OOMKilled"])
        return RuntimeContainer(name, state, exit_code=draw(st.sampled_from(_EXIT_CODES)), reason=draw(reasons), id=identity)
    results = st.sampled_from([None, *ProbeResult])
    if state is RuntimeState.RUNNING:
        changed = draw(st.integers(0, 4)) == 4  # noqa: PLR2004  (one in five)
        return RuntimeContainer(name, state, liveness=draw(results), startup=draw(results), definition_changed=changed, id=identity)
    return RuntimeContainer(name, state, id=identity)


def _sandboxes() -> SearchStrategy[PodSandbox]:
    attempts = st.integers(0, 2)
    ready, not_ready = (st.builds(PodSandbox, st.just(state), attempts) for state in (SandboxState.READY, SandboxState.NOT_READY))
    return st.one_of(ready, ready, ready, not_ready, st.just(NO_SANDBOX))


def container_runs(*, changes: bool = True) -> SearchStrategy[ContainerRun]:
    """Single runs of a container, each of which ends; ``changes``: its image may be changed after one.

    >>> from hypothesis import find
    >>> find(container_runs(), lambda run: run.lag.seconds >= 600).lag.seconds >= 600
    True
    """
    times = st.sampled_from(_RUN_TIMES).map(lambda milliseconds: Duration(milliseconds * MILLISECOND))
    images = st.sampled_from(["", "", "app:1", "app:2"]) if changes else st.just("")
    return st.builds(ContainerRun, times, lag=st.just(Duration()) | times, new_image=images)

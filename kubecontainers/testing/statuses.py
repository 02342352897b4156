"""Strategies of container statuses, pods that have them, events about these, and what a runtime reports; offered in ``strategies``.

Names and reasons come from few, so that what is drawn apart often meets.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..apimachinery.objects import ContainerKind
from ..lifecycle.events import EventReason, container_field_path
from ..lifecycle.runtime_status import RuntimeContainer, RuntimeState
from ..lifecycle.waiting_reasons import ContainerWaitingReason

__all__ = ["container_states", "container_statuses", "pod_events", "runtime_containers", "status_pods"]

JSON = dict[str, Any]

_NAMES = {
    ContainerKind.INIT: ("setup", "proxy", "migrate"),
    ContainerKind.APP: ("web", "job", "cache"),
    ContainerKind.EPHEMERAL: ("debug",),
}
_STATUS_LISTS = {
    ContainerKind.INIT: "initContainerStatuses",
    ContainerKind.APP: "containerStatuses",
    ContainerKind.EPHEMERAL: "ephemeralContainerStatuses",
}
_POLICIES = ("Always", "OnFailure", "Never")
_EXIT_CODES = (0, 0, 1, 3, 137, 143)
_EXIT_REASONS = ("Completed", "Error", "OOMKilled", "ContainerStatusUnknown", "RestartingAllContainers")
_REASONS = (*(reason.value for reason in ContainerWaitingReason), "FooError")
_TIMES = ("2026-03-01T12:00:00Z", "2026-03-01T12:00:01Z", "2026-03-01T12:05:00Z")
_MESSAGES = ("", "Error: ErrImagePull", 'Failed to pull image "web": not found', "no such thing")


@st.composite
def container_states(draw: DrawFn) -> JSON:
    """States as ``state`` and ``lastState`` hold them: one, or none.

    >>> from hypothesis import find
    >>> list(find(container_states(), lambda state: "waiting" in state))
    ['waiting']
    """
    kind = draw(st.sampled_from(["", "waiting", "running", "terminated", "terminated"]))
    if not kind:
        return {}
    if kind == "waiting":
        reasons, messages = st.sampled_from(_REASONS).filter(bool), st.sampled_from(_MESSAGES).filter(bool)
        return {kind: draw(st.fixed_dictionaries({}, optional={"reason": reasons, "message": messages}))}
    times = st.sampled_from(_TIMES)
    if kind == "running":
        return {kind: draw(st.fixed_dictionaries({}, optional={"startedAt": times}))}
    optional: JSON = {
        "reason": st.sampled_from(_EXIT_REASONS),
        "message": st.just("bye"),
        "signal": st.just(9),
        "startedAt": times,
        "finishedAt": times,
    }
    return {kind: draw(st.fixed_dictionaries({"exitCode": st.sampled_from(_EXIT_CODES)}, optional=optional))}


def container_statuses(*, names: SearchStrategy[str] | None = None) -> SearchStrategy[JSON]:
    """Entries of ``containerStatuses`` and of the lists of the other kinds, without image and readiness. ``names`` are the containers'.

    >>> from hypothesis import find
    >>> find(container_statuses(names=st.just("web")), lambda status: True)["name"]
    'web'
    """
    fields: JSON = {
        "name": st.sampled_from(_NAMES[ContainerKind.APP]) if names is None else names,
        "state": container_states(),
        "lastState": container_states(),
        "restartCount": st.integers(0, 5),
    }
    return st.fixed_dictionaries(fields, optional={"started": st.booleans()})


@st.composite
def status_pods(draw: DrawFn, *, init_containers: bool = True) -> JSON:
    """Pods with statuses of most of their containers: ``spec`` with policies and restart rules, ``status`` with or without conditions.

    Some init containers are sidecars; ``init_containers``: whether there may be any.

    >>> from hypothesis import find
    >>> "status" in find(status_pods(), lambda pod: "status" in pod)
    True
    """
    spec: JSON = {"restartPolicy": draw(st.sampled_from(_POLICIES))}
    status: JSON = {}
    for kind, names in _NAMES.items():
        most = 0 if kind is ContainerKind.INIT and not init_containers else len(names)
        count = draw(st.integers(1 if kind is ContainerKind.APP else 0, most))
        chosen = names[:count]
        if chosen:
            spec[kind.value] = [draw(_containers(name)) for name in chosen]
            reported = [name for name in chosen if draw(st.integers(0, 4))]
            status[_STATUS_LISTS[kind]] = [draw(container_statuses(names=st.just(name))) for name in reported]
    metadata: JSON = {"name": "shop", "namespace": "default", "uid": "u"}
    if draw(st.integers(0, 4)) == 4:  # noqa: PLR2004  (one in five)
        metadata["deletionTimestamp"] = _TIMES[0]
    return {"metadata": metadata, "spec": spec, "status": status | draw(_conditions())}


@st.composite
def _containers(draw: DrawFn, name: str) -> JSON:
    policy = draw(st.sampled_from([None, None, *_POLICIES]))
    if policy is None:
        return {"name": name}
    codes = {"operator": draw(st.sampled_from(["In", "NotIn"])), "values": [draw(st.sampled_from(_EXIT_CODES))]}
    rule = {"action": draw(st.sampled_from(["Restart", "RestartAllContainers"])), "exitCodes": codes}
    rules = draw(st.sampled_from([{}, {"restartPolicyRules": [rule]}]))
    return {"name": name, "restartPolicy": policy} | rules


def _conditions() -> SearchStrategy[JSON]:
    condition = st.fixed_dictionaries(
        {"type": st.sampled_from(["PodScheduled", "PodReadyToStartContainers"]), "status": st.sampled_from(["True", "False"])},
        optional={"message": st.just("0/3 nodes are available")},
    )
    fields: JSON = {
        "conditions": st.lists(condition, max_size=2),
        "phase": st.sampled_from(["Pending", "Running", "Succeeded", "Failed"]),
    }
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def pod_events(draw: DrawFn) -> JSON:
    """``v1`` Events about the pods of ``status_pods`` or their containers, with every reason that is known here, and some others.

    >>> from hypothesis import find
    >>> find(pod_events(), lambda event: event["reason"] == "FailedMount")["reason"]
    'FailedMount'
    """
    paths = ["", *(container_field_path(kind, name) for kind, names in _NAMES.items() for name in names)]
    reasons = [*(reason.value for reason in EventReason), "NodeNotReady"]
    involved: JSON = {"kind": "Pod", "namespace": "default", "name": "shop", "uid": "u", "fieldPath": draw(st.sampled_from(paths))}
    made: JSON = {
        "type": draw(st.sampled_from(["Normal", "Warning"])),
        "reason": draw(st.sampled_from(reasons)),
        "message": draw(st.sampled_from(_MESSAGES)),
        "involvedObject": involved,
    }
    return made | draw(st.fixed_dictionaries({}, optional={"lastTimestamp": st.sampled_from(_TIMES)}))


@st.composite
def runtime_containers(draw: DrawFn) -> tuple[RuntimeContainer, ...]:
    """Instances of containers of ``status_pods`` as a runtime reports them, the newest first; of some there are several.

    >>> from hypothesis import find
    >>> len(find(runtime_containers(), lambda found: len({instance.name for instance in found}) < len(found))) > 1
    True
    """
    names = draw(st.lists(st.sampled_from([name for names in _NAMES.values() for name in names]), max_size=6))
    found: list[RuntimeContainer] = []
    for age, name in enumerate(names):
        state = draw(st.sampled_from(RuntimeState))
        exited = state is RuntimeState.EXITED
        found.append(
            RuntimeContainer(
                name,
                state,
                exit_code=draw(st.sampled_from(_EXIT_CODES)) if exited else 0,
                reason=draw(st.sampled_from(_EXIT_REASONS)) if exited else "",
                restart_count=draw(st.integers(0, 5)),
                created_at=1000 - age,
                started_at=None if state is RuntimeState.CREATED else 1000 - age,
                finished_at=1000 - age if exited else None,
                id=f"id{age}",
            )
        )
    return tuple(found)

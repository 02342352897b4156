from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.errors import MalformedObject, NotFound
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_termination import (
    ContainerTermination,
    HookOutcome,
    StopBehaviour,
    StopError,
    StopOutcome,
    TimeoutReason,
    TurnOutcome,
)
from kubecontainers.lifecycle.grace import BaseGrace, GraceSource, KillReason
from kubecontainers.lifecycle.termination import plan_termination

JSON = dict[str, Any]

EXEC: JSON = {"exec": {"command": ["drain"]}}
HTTP: JSON = {"httpGet": {"path": "/drain", "port": 8080}}
TCP: JSON = {"tcpSocket": {"port": 8080}}


def sleep(seconds: int) -> JSON:
    return {"sleep": {"seconds": seconds}}


def container(name: str = "app", hook: JSON | None = None, **fields: Any) -> JSON:
    return {"name": name, **({} if hook is None else {"lifecycle": {"preStop": hook}}), **fields}


def sidecar(name: str, hook: JSON | None = None) -> JSON:
    return container(name, hook, restartPolicy="Always")


def pod(*apps: JSON, grace: int | None = 30, inits: list[JSON] | None = None, **metadata: Any) -> JSON:
    spec: JSON = {"containers": list(apps), "initContainers": inits or []}
    return {"metadata": metadata, "spec": spec if grace is None else {**spec, "terminationGracePeriodSeconds": grace}}


def only(made: JSON, *behaviour: Any, release: Release = LATEST, override: int | None = None, **errors: Any) -> ContainerTermination:
    plan = plan_termination(made, behaviours={"app": StopBehaviour(*behaviour, **errors)}, release=release, override=override)
    (stop,) = plan.containers
    return stop


def times(stop: ContainerTermination) -> tuple[float, int, float]:
    """The stop signal, what the runtime is given, and the end."""
    return stop.term_at.seconds, stop.timeout_seconds, stop.returned_at.seconds


def test_the_example_of_the_documentation() -> None:
    """60 s of grace, a hook of 55 s, and 10 s to stop: the process is killed at 60 s."""
    for minor in ("1.27", "1.28", "1.36"):
        stop = only(pod(container(hook=EXEC), grace=60), 55, 10, release=Release(minor))
        assert times(stop) == (55, 5, 60)
        assert (stop.hook, stop.outcome, stop.timeout_reason) == (HookOutcome.DONE, StopOutcome.KILLED, TimeoutReason.LEFT)
        assert (stop.exited_at, stop.forced, stop.failed) == (Duration.of(60), True, False)
        assert (stop.base, stop.grace_seconds) == (BaseGrace(60, GraceSource.TERMINATION), 60)


@pytest.mark.parametrize(
    ("hook", "behaviour", "outcome", "expected"),
    [
        (None, (55, 10), HookOutcome.ABSENT, (0, 30, 10)),
        (EXEC, (55, 1), HookOutcome.CUT_OFF, (30, 2, 31)),
        (EXEC, (None, None), HookOutcome.CUT_OFF, (30, 2, 32)),
        (EXEC, (30, None), HookOutcome.DONE, (30, 2, 32)),
        (HTTP, (29.9, None), HookOutcome.DONE, (29.9, 2, 31.9)),
        (HTTP, (27.999, None), HookOutcome.DONE, (27.999, 3, 30.999)),
        (EXEC, (0.999, None), HookOutcome.DONE, (0.999, 30, 30.999)),
        (EXEC, (1.999, None), HookOutcome.DONE, (1.999, 29, 30.999)),
        (EXEC, (0, 0), HookOutcome.DONE, (0, 30, 0)),
        (TCP, (55, 1), HookOutcome.CANNOT_RUN, (0, 30, 1)),
        ({}, (55, 1), HookOutcome.CANNOT_RUN, (0, 30, 1)),
        (sleep(5), (55, 1), HookOutcome.DONE, (5, 25, 6)),
        (sleep(31), (0, 1), HookOutcome.CUT_OFF, (30, 2, 31)),
        (sleep(-5), (55, 1), HookOutcome.DONE, (0, 30, 1)),
        ({**sleep(5), **TCP}, (55, 1), HookOutcome.DONE, (5, 25, 6)),
        ({**sleep(5), **HTTP}, (7, 1), HookOutcome.DONE, (7, 23, 8)),
    ],
)
def test_hooks(hook: JSON | None, behaviour: tuple[Any, ...], outcome: HookOutcome, expected: tuple[float, int, float]) -> None:
    stop = only(pod(container(hook=hook)), *behaviour)
    assert (stop.hook, *times(stop)) == (outcome, *expected)
    assert stop.turn is TurnOutcome.NOBODY


def test_a_hook_that_fails_changes_nothing() -> None:
    made = pod(container(hook=EXEC))
    failing, done = only(made, 5, 1, hook_fails=True), only(made, 5, 1)
    assert (failing.hook, failing.hook_failed) == (HookOutcome.FAILED, True)
    assert times(failing) == times(done)


@pytest.mark.parametrize("grace", [0, -1])
def test_no_grace_no_hook(grace: int) -> None:
    stop = only(pod(container(hook=EXEC), deletionGracePeriodSeconds=grace), 0, 1)
    assert (stop.hook, stop.hook_started_at, times(stop)) == (HookOutcome.NO_TIME, None, (0, 2, 1))
    assert stop.timeout_reason is TimeoutReason.MINIMUM


def test_sleep_by_release() -> None:
    made = pod(container(hook=sleep(5)))
    found = {minor: only(made, release=Release(minor)) for minor in ("1.28", "1.29", "1.30")}
    expected = {"1.28": HookOutcome.CANNOT_RUN, "1.29": HookOutcome.SWITCHED_OFF, "1.30": HookOutcome.DONE}
    assert {minor: stop.hook for minor, stop in found.items()} == expected
    assert [stop.term_at.seconds for stop in found.values()] == [0, 0, 5]
    assert [stop.hook_failed for stop in found.values()] == [True, False, False]


@pytest.mark.parametrize(
    ("override", "old", "new"),
    [(10, (20, 10, 30), (10, 2, 12)), (0, (20, 0, 20), (0, 2, 2)), (-1, (20, -1, 20), (0, 2, 2)), (50, (20, 50, 70), (20, 30, 50))],
)
def test_override_by_release(override: int, old: tuple[float, int, float], new: tuple[float, int, float]) -> None:
    made = pod(container(hook=EXEC))
    before, after = (only(made, 20, None, release=Release(minor), override=override) for minor in ("1.27", "1.28"))
    assert (times(before), times(after)) == (old, new)
    assert (before.grace_seconds, after.grace_seconds) == (30, override)
    assert before.timeout_reason is TimeoutReason.OVERRIDE
    assert before.override == after.override == override


def test_at_the_last_moment() -> None:
    """A process that ends when the time-out does is not killed; with a time-out below 0, which 1.27 hands over, every one is."""
    assert only(pod(container()), None, 30).outcome is StopOutcome.EXITED
    assert only(pod(container()), None, 30.001).outcome is StopOutcome.KILLED
    at_once = [only(pod(container()), None, 0, release=Release("1.27"), override=override).outcome for override in (0, -1)]
    assert at_once == [StopOutcome.EXITED, StopOutcome.KILLED]


@pytest.mark.parametrize(("grace", "reason"), [(1, TimeoutReason.MINIMUM), (2, TimeoutReason.LEFT), (3, TimeoutReason.LEFT)])
def test_the_minimum(grace: int, reason: TimeoutReason) -> None:
    stop = only(pod(container(), grace=grace))
    assert (stop.timeout_seconds, stop.timeout_reason) == (max(grace, 2), reason)


@pytest.mark.parametrize(
    ("error", "outcome", "exited"), [(StopError.NOT_FOUND, StopOutcome.NOT_FOUND, 5), (StopError.FAILED, StopOutcome.FAILED, None)]
)
def test_the_runtime_fails(error: StopError, outcome: StopOutcome, exited: int | None) -> None:
    plan = plan_termination(pod(container(hook=EXEC)), behaviours={"app": StopBehaviour(5, stop_error=error)})
    (stop,) = plan.containers
    assert (stop.outcome, stop.exited_at) == (outcome, None if exited is None else Duration.of(exited))
    assert (stop.failed, plan.failed) == ((True, ("app",)) if exited is None else (False, ()))
    assert (stop.returned_at, plan.done_at) == (Duration.of(5), Duration.of(5))


def test_probes() -> None:
    made = pod(container(livenessProbe={"terminationGracePeriodSeconds": 5}), grace=60)
    for reason, grace in ((KillReason.LIVENESS_PROBE, 5), (KillReason.UNKNOWN, 60)):
        plan = plan_termination(made, container="app", reason=reason, message="Container app failed liveness probe")
        assert plan.done_at == Duration.of(grace)
        assert [planned.event.message for planned in plan.events] == ["Container app failed liveness probe"]


def test_a_pod_that_the_kubelet_does_not_know() -> None:
    """What stands on the container itself is the hook and the grace periods of the pod, not those of probes; and there is no order."""
    app = container(hook=TCP, livenessProbe={"terminationGracePeriodSeconds": 5})
    made = pod(app, inits=[sidecar("proxy")], grace=20)
    plan = plan_termination(made, reason=KillReason.LIVENESS_PROBE, pod_known=False)
    assert {(stop.turn, stop.base.seconds) for stop in plan.containers} == {(TurnOutcome.NOBODY, 20)}
    expected = [
        ("Killing", "implicitly required container app"),
        ("FailedPreStopHook", "implicitly required container app"),
        ("Killing", "implicitly required container proxy"),
    ]
    assert [(planned.event.reason.value, planned.event.field_path) for planned in plan.events] == expected


def test_stop_signal() -> None:
    app = {"name": "app", "lifecycle": {"stopSignal": "SIGQUIT"}}
    on = LATEST.with_gates({"ContainerStopSignals": True})
    assert [only(pod(app), release=release).stop_signal for release in (LATEST, on)] == ["", "SIGQUIT"]
    assert only(pod({"name": "app", "lifecycle": {}}), release=on).stop_signal == ""


# ------------------------------------------------------------------------------------------------------------------ whole pods

POD = pod(container("app"), container("web"), inits=[sidecar("first"), container("setup"), sidecar("second")])
FAST = StopBehaviour(stop=1)


def turns(made: JSON, behaviours: dict[str, StopBehaviour], **asked: Any) -> dict[str, tuple[TurnOutcome, float, int, float]]:
    return {stop.name: (stop.turn, *times(stop)) for stop in plan_termination(made, behaviours=behaviours, **asked).containers}


def test_reverse_order() -> None:
    behaviours = {"app": StopBehaviour(stop=10.5), "web": FAST, "second": StopBehaviour(stop=2), "first": FAST}
    plan = plan_termination(POD, behaviours=behaviours)
    assert [stop.name for stop in plan.containers] == ["app", "web", "second", "first"]
    assert turns(POD, behaviours) == {
        "app": (TurnOutcome.NOBODY, 0, 30, 10.5),
        "web": (TurnOutcome.NOBODY, 0, 30, 1),
        "second": (TurnOutcome.CAME, 10.5, 20, 12.5),
        "first": (TurnOutcome.CAME, 12.5, 18, 13.5),
    }
    assert [stop.waited_for for stop in plan.containers] == ["", "", "app", "second"]
    assert plan.done_at == Duration.of(13.5)
    together = turns(POD, behaviours, running=["app", "first"], release=Release("1.28"))
    assert together["first"] == (TurnOutcome.NOBODY, 0, 30, 1)


def test_apps_that_take_all_of_the_grace() -> None:
    """The chain collapses: all sidecars get their signal when the grace is over, and 2 s."""
    assert turns(POD, {"app": StopBehaviour(stop=None), "web": FAST}) == {
        "app": (TurnOutcome.NOBODY, 0, 30, 30),
        "web": (TurnOutcome.NOBODY, 0, 30, 1),
        "second": (TurnOutcome.CAME, 30, 2, 32),
        "first": (TurnOutcome.EXPIRED, 30, 2, 32),
    }


def test_hooks_of_sidecars_do_not_wait() -> None:
    made = pod(container("app"), inits=[sidecar("proxy", sleep(8)), sidecar("slow", EXEC)], grace=20)
    behaviours = {"app": StopBehaviour(stop=5), "slow": StopBehaviour(), "proxy": FAST}
    assert turns(made, behaviours) == {
        "app": (TurnOutcome.NOBODY, 0, 20, 5),
        "slow": (TurnOutcome.NO_TIME, 20, 2, 22),
        "proxy": (TurnOutcome.EXPIRED, 20, 2, 21),
    }
    behaviours["slow"] = StopBehaviour(hook=1, stop=1)
    assert turns(made, behaviours)["proxy"] == (TurnOutcome.CAME, 8, 12, 9)
    stop = plan_termination(made, behaviours=behaviours).container("proxy")
    assert (stop.waited, stop.waited_for) == (Duration(), "slow")


def test_a_container_that_cannot_be_stopped_is_waited_for_in_vain() -> None:
    behaviours = {"app": StopBehaviour(stop_error=StopError.FAILED), "web": FAST}
    assert turns(POD, behaviours)["second"] == (TurnOutcome.EXPIRED, 30, 2, 32)
    behaviours["app"] = StopBehaviour(stop_error=StopError.NOT_FOUND)
    assert turns(POD, behaviours)["second"] == (TurnOutcome.CAME, 1, 29, 30)


def test_only_those_that_run() -> None:
    assert turns(POD, {"first": FAST}, running=["first"]) == {"first": (TurnOutcome.NOBODY, 0, 30, 1)}
    found = turns(pod(container("app"), inits=[sidecar("a"), sidecar("b"), sidecar("c")]), {"app": FAST}, running=["a", "app", "c"])
    assert {name: turn[:2] for name, turn in found.items()} == {
        "app": (TurnOutcome.NOBODY, 0),
        "a": (TurnOutcome.CAME, 1),
        "c": (TurnOutcome.CAME, 1),
    }
    assert plan_termination(POD, running=[]).containers == ()


def test_one_container_alone_waits_for_nobody() -> None:
    (stop,) = plan_termination(POD, container="first", behaviours={"first": FAST}).containers
    assert (stop.turn, times(stop)) == (TurnOutcome.NOBODY, (0, 30, 1))


def test_fractions_are_not_counted() -> None:
    """A sidecar's hook and its wait: each takes whole seconds off only, so it can end nearly 3 s after its grace."""
    made = pod(container("app", EXEC), inits=[sidecar("proxy", EXEC)])
    behaviours = {"app": StopBehaviour(hook=0.999), "proxy": StopBehaviour(hook=0.999)}
    assert turns(made, behaviours)["proxy"] == (TurnOutcome.CAME, 30.999, 2, 32.999)
    assert turns(made, {})["proxy"] == (TurnOutcome.NO_TIME, 30, 2, 32)


# --------------------------------------------------------------------------------------------------------------------- bounds


def test_graces_that_nanoseconds_cannot_hold() -> None:
    """Go's timers wrap round: the hook is not waited for at all then."""
    for grace, term_at in ((9_223_372_036, 3600), (9_223_372_037, 0), (2**63 - 1, 0)):
        stop = only(pod(container(hook=EXEC), grace=grace), 3600, 1)
        assert stop.term_at.seconds == term_at
        assert stop.timeout_seconds == grace - term_at


@pytest.mark.parametrize("names", [{"running": ["app", "nobody"]}, {"container": "nobody"}])
def test_no_such_container(names: JSON) -> None:
    with pytest.raises(NotFound) as raised:
        plan_termination(POD, **names)
    assert (raised.value.what, raised.value.name) == ("container", "nobody")


def test_bad_input() -> None:
    with pytest.raises(InvalidDuration):
        plan_termination(POD, override=2**63)
    with pytest.raises(MalformedObject) as raised:
        plan_termination(pod({"name": "app", "lifecycle": {"preStop": 7}}))
    assert raised.value.path == "spec.containers[0].lifecycle.preStop"


def test_names_that_occur_twice() -> None:
    made = pod(container("app"), container("app", EXEC), inits=[sidecar("proxy"), sidecar("app")])
    plan = plan_termination(made, behaviours={"app": FAST, "proxy": FAST})
    assert [(stop.name, stop.kind.value) for stop in plan.containers] == [("app", "initContainers"), ("proxy", "initContainers")]


def test_many_containers() -> None:
    """They take time in proportion to their number."""
    many = 3000
    made = pod(*(container(f"app-{at}") for at in range(many)), inits=[sidecar(f"init-{at}") for at in range(many)])
    plan = plan_termination(made, behaviours={f"app-{at}": FAST for at in range(many)})
    assert len(plan.containers) == 2 * many
    assert plan.container("init-0").turn is TurnOutcome.EXPIRED


@pytest.mark.parametrize(
    ("ends", "stop", "exited", "outcome"),
    [
        (4, 10, 4, StopOutcome.EXITED),
        (6, None, 6, StopOutcome.EXITED),
        (2, 10, 3, StopOutcome.EXITED),  # while the hook runs: the runtime finds nothing to stop
        (20, 5, 8, StopOutcome.EXITED),
        (40, None, 30, StopOutcome.KILLED),
        (30, None, 30, StopOutcome.KILLED),  # in the very moment of KILL it is killed
    ],
)
def test_a_process_that_ends_by_itself(ends: int, stop: int | None, exited: int, outcome: StopOutcome) -> None:
    """The hook takes 3 of the 30 s; the end that comes first counts."""
    pod = {"spec": {"containers": [{"name": "app", "lifecycle": {"preStop": {"exec": {"command": ["drain"]}}}}]}}
    plan = plan_termination(pod, behaviours={"app": StopBehaviour(3, stop, ends=ends)})
    app = plan.container("app")
    assert (app.exited_at, app.returned_at, app.outcome) == (Duration.of(exited), Duration.of(exited), outcome)

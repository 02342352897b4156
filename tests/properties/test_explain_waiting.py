# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import pickle
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.objects import containers
from kubecontainers.apimachinery.release import Release
from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.container_state import Running, Terminated
from kubecontainers.lifecycle.events import container_field_path
from kubecontainers.lifecycle.exits import explain_exit
from kubecontainers.lifecycle.seen_events import SeenEvent
from kubecontainers.lifecycle.shown_text import LONGEST
from kubecontainers.lifecycle.statuses import PodContainerStatuses
from kubecontainers.lifecycle.times import time_text
from kubecontainers.lifecycle.waiting import MOST_EVENTS, explain_waiting
from kubecontainers.lifecycle.waiting_reasons import Retry, steps_before
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import read_only

JSON = dict[str, Any]

pods = strategies.status_pods()
event_lists = st.lists(strategies.pod_events(), max_size=6)
any_release = strategies.releases(gates=True)


class TestExplanations:
    """Each container that neither runs nor has ended is explained once, from what is about it."""

    @given(pods, event_lists, any_release)
    def test_who_waits(self, pod: JSON, events: list[JSON], release: Release) -> None:
        statuses = PodContainerStatuses.from_json(pod)
        states = {(kind, status.name): status.state for kind in statuses_kinds(pod) for status in statuses.of_kind(kind)}
        waiting = [
            (found.kind, found.name)
            for found in containers(pod)
            if not isinstance(states.get((found.kind, found.name)), Running | Terminated)
        ]
        made = explain_waiting(read_only(pod), [read_only(event) for event in events], release=release)
        assert [(explanation.kind, explanation.container) for explanation in made] == waiting

    @given(pods, event_lists, any_release)
    def test_what_is_said(self, pod: JSON, events: list[JSON], release: Release) -> None:
        for made in explain_waiting(pod, events, release=release):
            assert made.done == steps_before(made.step)
            assert made.summary
            assert made.advice
            assert len(made.events) <= MOST_EVENTS
            assert {event.field_path for event in made.events} <= {"", container_field_path(made.kind, made.container)}
            assert made.blocked_by != made.container
            ended = pod["status"].get("phase") in {"Succeeded", "Failed"} or "deletionTimestamp" in pod["metadata"]
            assert (made.retry is Retry.NEVER) is ended
            assert str(made)
            assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301

    @given(pods, event_lists, event_lists)
    def test_events_about_others_change_nothing(self, pod: JSON, events: list[JSON], others: list[JSON]) -> None:
        foreign = [event | {"involvedObject": event["involvedObject"] | {"uid": "v"}} for event in others]
        assert explain_waiting(pod, [*foreign, *events]) == explain_waiting(pod, events)

    @given(pods, event_lists, st.randoms(use_true_random=False))
    def test_the_order_of_events_does_not_matter(self, pod: JSON, events: list[JSON], random: Any) -> None:
        timed = [event | {"lastTimestamp": time_text(Duration.of(second))} for second, event in enumerate(events)]
        shuffled = random.sample(timed, len(timed))
        assert explain_waiting(pod, shuffled) == explain_waiting(pod, {"kind": "List", "items": timed})

    @given(st.integers(0, 5000))
    def test_texts_are_cut(self, length: int) -> None:
        state = {"waiting": {"reason": "r" * length, "message": "m" * length}}
        last = {"terminated": {"exitCode": 1, "message": "m" * length}}
        [made] = explain_waiting({"status": {"containerStatuses": [{"name": "web", "state": state, "lastState": last}]}})
        ended = made.last_exit
        assert ended is not None
        assert len(made.reason) == len(made.message) == len(ended.message) == min(length, LONGEST)


class TestExits:
    """Every end has a cause."""

    @given(st.integers(-(2**31), 2**31 - 1), st.sampled_from(["", "Error", "OOMKilled", "Completed"]), st.integers(-1, 70))
    def test_every_code(self, code: int, reason: str, signal: int) -> None:
        found = explain_exit(Terminated(code, reason, signal=signal))
        assert found.cause.advice
        assert str(code) in str(found)
        if code == 0 and reason != "OOMKilled":
            assert found.cause.name == "COMPLETED"


class TestAnyJSON:
    """Whatever JSON is given as pod or events, there is an answer or an error of the family."""

    @given(
        strategies.json_objects() | strategies.damaged(pods),
        strategies.json_values() | st.lists(strategies.damaged(strategies.pod_events())),
    )
    def test_total(self, pod: JSON, events: Any) -> None:
        try:
            hash(explain_waiting(pod, events))
        except KubeContainersError as error:
            assert str(error)

    @given(strategies.json_objects() | strategies.damaged(strategies.pod_events()))
    def test_events(self, obj: JSON) -> None:
        try:
            assert len(SeenEvent.from_json(obj).message) <= LONGEST
        except KubeContainersError as error:
            assert str(error)


def statuses_kinds(pod: JSON) -> set[Any]:
    return {found.kind for found in containers(pod)}

"""The spans of containers: what they were doing, and the gaps in which they waited."""

from __future__ import annotations

from typing import Any

from kubecontainers.simulation.pod_timeline import PodTimeline
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulate

Bar = tuple[str, str, str, int, str]


def lived(spec: dict[str, Any] | None = None, until: int = 3600, **script: Any) -> PodTimeline:
    pod = {"spec": {"containers": [{"name": "app", "image": "app:1"}], **(spec or {})}}
    return simulate([pod], Script.from_json(script), until=until).pods[0]


def bars(pod: PodTimeline, container: str = "app") -> list[Bar]:
    return [(span.kind.name, str(span.begin), str(span.end), span.attempt, span.note) for span in pod.container(container)]


def test_one_that_is_pulled_created_run_and_stopped() -> None:
    hooks = {"postStart": {"exec": {"command": ["warm"]}}, "preStop": {"sleep": {"seconds": 3}}}
    pod = lived(
        {"containers": [{"name": "app", "image": "app:1", "lifecycle": hooks}]},
        images={"app:1": {"pulls": [{"ms": 2000}]}},
        sandboxRuns=[{"ms": 1000}],
        behaviour={"app": {"create": [{"ms": 500}], "start": [{"ms": 500}], "postStart": [{"ms": 1000}], "stopMs": 2000}},
        deleteAtMs=10_000,
    )
    assert bars(pod) == [
        ("WAITING", "0s", "1s", 0, ""),
        ("PULLING", "1s", "3s", 0, "app:1"),
        ("CREATING", "3s", "3.5s", 0, ""),
        ("CREATING", "3.5s", "4s", 0, ""),
        ("RUNNING", "4s", "15s", 0, "exit code 0"),
        ("POST_START", "4s", "5s", 0, ""),
        ("PRE_STOP", "10s", "13s", 0, ""),
        ("TERMINATING", "10s", "15s", 0, ""),
    ]


def test_waits_say_why() -> None:
    pod = lived(behaviour={"app": {"runs": [{"runMs": 1000, "exitCode": 1}]}}, until=20)
    assert bars(pod) == [
        ("RUNNING", "0s", "1s", 0, "exit code 1"),
        ("RUNNING", "1s", "2s", 1, "exit code 1"),
        ("WAITING", "2s", "12s", 2, "CrashLoopBackOff"),
        ("RUNNING", "12s", "13s", 2, "exit code 1"),
    ]


def test_a_container_that_waits_to_the_end() -> None:
    spec = {"initContainers": [{"name": "setup", "image": "setup:1"}]}
    pod = lived(spec, images={"setup:1": {"pulls": [{"ms": 1000, "error": "raw:down"}]}}, until=30)
    assert bars(pod) == [("WAITING", "0s", "None", 0, "")]
    assert bars(pod, "setup")[:3] == [
        ("PULLING", "0s", "1s", 0, "setup:1"),
        ("WAITING", "1s", "11s", 0, "ErrImagePull"),
        ("PULLING", "11s", "12s", 0, "setup:1"),
    ]
    assert bars(pod, "setup")[-1] == ("WAITING", "12s", "None", 0, "ImagePullBackOff")


def test_a_container_that_has_ended_waits_no_more() -> None:
    spec = {"initContainers": [{"name": "setup", "image": "setup:1"}]}
    pod = lived(spec, behaviour={"setup": {"runs": [{"runMs": 4000}]}})
    assert bars(pod, "setup") == [("RUNNING", "0s", "4s", 0, "exit code 0")]
    assert bars(pod) == [("WAITING", "0s", "4s", 0, ""), ("RUNNING", "4s", "None", 0, "")]


def test_waiting_ends_with_the_pod() -> None:
    pod = lived(images={"app:1": {"pulls": [{"error": "raw:down"}]}}, deleteAtMs=5000)
    assert bars(pod) == [("WAITING", "0s", "5s", 0, "ErrImagePull")]


def test_json() -> None:
    pod = lived()
    assert [span.to_json() for span in pod.spans] == [
        {"container": "app", "kind": "RUNNING", "begin": "0s", "end": None, "attempt": 0, "note": ""}
    ]

from __future__ import annotations

from textwrap import dedent
from typing import Any

from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.lifecycle.container_termination import StopBehaviour, StopError
from kubecontainers.lifecycle.termination import plan_termination

JSON = dict[str, Any]


def container(name: str, hook: JSON | None = None, **fields: Any) -> JSON:
    return {"name": name, **({} if hook is None else {"lifecycle": {"preStop": hook}}), **fields}


def shown(*apps: JSON, inits: list[JSON] | None = None, behaviours: dict[str, StopBehaviour] | None = None, **asked: Any) -> str:
    pod = {"spec": {"containers": list(apps), "initContainers": inits or []}}
    return f"{plan_termination(pod, behaviours=behaviours, **asked)}\n"


def expected(text: str) -> str:
    return dedent(text).lstrip("\n")


def test_the_worst_case() -> None:
    assert shown(container("app", {"httpGet": {"path": "/drain", "port": "admin"}})) == expected(
        """
         0s  app  preStop: httpGet /drain on port admin
        30s  app  preStop has no more time; it goes on, unwatched
        30s  app  TERM (2 s left)
        32s  app  KILL
        32s  all containers have stopped
        """
    )


def test_turns() -> None:
    inits = [container("proxy", {"sleep": {"seconds": 5}}, restartPolicy="Always"), container("logs", restartPolicy="Always")]
    behaviours = {"app": StopBehaviour(stop=12.25), "logs": StopBehaviour(stop=None), "proxy": StopBehaviour(stop=0.5)}
    assert shown(container("app"), inits=inits, behaviours=behaviours, override=20) == expected(
        """
            0s  app    TERM (20 s left)
            0s  logs   waits for its turn
            0s  proxy  preStop: sleep 5 s
            5s  proxy  preStop is done
            5s  proxy  waits for its turn
        12.25s  app    exits
        12.25s  logs   TERM (after app, 8 s left)
           20s  proxy  TERM (before its turn, 2 s left)
        20.25s  logs   KILL
         20.5s  proxy  exits
         20.5s  all containers have stopped
        """
    )


def test_what_a_hook_does() -> None:
    apps = [
        container("tcp", {"tcpSocket": {"port": 80}}),
        container("empty", {}),
        container("fails", {"exec": {"command": ["drain", "--now", "", "a b\n"]}}),
        container("late", {"httpGet": {"port": 80}}),
    ]
    behaviours = {
        "tcp": StopBehaviour(stop_error=StopError.NOT_FOUND),
        "empty": StopBehaviour(stop_error=StopError.FAILED),
        "fails": StopBehaviour(1, 1, hook_fails=True),
        "late": StopBehaviour(7, 1, hook_fails=True),
    }
    assert shown(*apps, behaviours=behaviours, override=5) == expected(
        """
        0s  tcp    preStop: tcpSocket
        0s  tcp    preStop failed: it has nothing that the kubelet runs
        0s  tcp    TERM (5 s left)
        0s  tcp    is gone already
        0s  empty  preStop: nothing
        0s  empty  preStop failed: it has nothing that the kubelet runs
        0s  empty  TERM (5 s left)
        0s  empty  could not be stopped; all of it is tried again later
        0s  fails  preStop: exec drain --now '' 'a b\\n'
        0s  late   preStop: httpGet / on port 80
        1s  fails  preStop failed
        1s  fails  TERM (4 s left)
        2s  fails  exits
        5s  late   preStop has no more time; it goes on, unwatched
        5s  late   TERM (2 s left)
        6s  late   exits
        7s  late   preStop ends, unwatched
        6s  not all containers have stopped
        """
    )


def test_no_time_for_a_hook_and_a_sleep_that_is_switched_off() -> None:
    app = container("app", {"sleep": {"seconds": 5}})
    assert shown(app, override=0).splitlines()[0] == "0s  app  preStop: sleep 5 s; it is not run, there is no grace period"
    lines = shown(app, release=Release("1.29")).splitlines()
    assert lines[:2] == [" 0s  app  preStop: sleep 5 s", " 0s  app  preStop is done: sleep hooks are switched off"]


def test_other_signals() -> None:
    app = {"name": "app", "lifecycle": {"stopSignal": "SIGQUIT"}}
    assert shown(app, release=LATEST.with_gates({"ContainerStopSignals": True})).startswith(" 0s  app  QUIT (30 s left)\n")


def test_names_stay_in_their_line() -> None:
    assert len(shown(container("a\nb c"), behaviours={"a\nb c": StopBehaviour(stop=1)}).splitlines()) == 3


def test_nothing_runs() -> None:
    assert shown() == "0s  all containers have stopped\n"

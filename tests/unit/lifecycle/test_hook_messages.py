"""The messages of hooks that failed (starting, section 3 and its precisions)."""

from __future__ import annotations

import pytest

from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.lifecycle.hook_messages import hook_failed_message, invalid_handler_message
from kubecontainers.lifecycle.hooks import ExecAction, HTTPGetAction, LifecycleHandler, TCPSocketAction
from kubecontainers.lifecycle.pod_runtime import CallFailure, HookAnswer

WHERE = 'for Container "app" in Pod "web_shop(8c3a)" failed - error: '


def message(action: ExecAction | HTTPGetAction, answer: HookAnswer) -> str | None:
    return hook_failed_message(action, answer, container="app", pod="web_shop(8c3a)")


def test_a_command_that_could_not_be_run_has_no_output() -> None:
    answer = HookAnswer(output="lost", exit_code=1, failure=CallFailure("id-1 is not running", "Unknown"))
    expected = f'Exec lifecycle hook ([sh -c x]) {WHERE}rpc error: code = Unknown desc = id-1 is not running, message: ""'
    assert message(ExecAction(("sh", "-c", "x")), answer) == expected


def test_output_is_quoted_as_in_go() -> None:
    assert (message(ExecAction(("x",)), HookAnswer(exit_code=1, output='é "q"\n')) or "").endswith(r'message: "é \"q\"\n"')


def test_success() -> None:
    assert message(ExecAction(("x",)), HookAnswer(output="fine")) is None
    assert message(HTTPGetAction("/x", 80), HookAnswer(exit_code=1)) is None


def test_a_request() -> None:
    assert message(HTTPGetAction("/x", 80), HookAnswer(failure=CallFailure("EOF"))) == f"HTTP lifecycle hook (/x) {WHERE}EOF"


@pytest.mark.parametrize(
    ("handler", "release", "printed"),
    [
        (LifecycleHandler(), LATEST, "TCPSocket:nil,Sleep:nil,}"),
        (LifecycleHandler(), Release("1.28"), "TCPSocket:nil,}"),
        (
            LifecycleHandler(tcp_socket=TCPSocketAction(80, "db")),
            LATEST,
            "TCPSocket:&TCPSocketAction{Port:{0 80 },Host:db,},Sleep:nil,}",
        ),
        (LifecycleHandler(tcp_socket=TCPSocketAction("web")), LATEST, "TCPSocket:&TCPSocketAction{Port:{1 0 web},Host:,},Sleep:nil,}"),
    ],
)
def test_handlers_that_no_kubelet_runs(handler: LifecycleHandler, release: Release, printed: str) -> None:
    beginning = "Cannot run handler: invalid handler: &LifecycleHandler{Exec:nil,HTTPGet:nil,"
    assert invalid_handler_message(handler, release=release) == beginning + printed

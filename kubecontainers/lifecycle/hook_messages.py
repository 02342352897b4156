"""What is said of a postStart hook that failed: the message with which its container waits.

Kubernetes puts it together in ``pkg/kubelet/lifecycle/handlers.go``; handlers that cannot be run are printed as Go prints the struct.
"""

from __future__ import annotations

from ..apimachinery.release import LATEST, Release
from ..golang.quoted import quoted
from ..golang.text import to_text
from .hooks import SLEEP_KNOWN, ExecAction, HTTPGetAction, LifecycleHandler, TCPSocketAction
from .pod_runtime import HookAnswer

__all__ = ["hook_failed_message", "invalid_handler_message"]


def hook_failed_message(action: ExecAction | HTTPGetAction, answer: HookAnswer, *, container: str, pod: str) -> str | None:
    """Return the message about a hook that failed, ``None`` where it did not; ``pod`` is written ``name_namespace(uid)``.

    A command fails with any other exit code than 0, a request only where it is not answered.

    >>> answer = HookAnswer(exit_code=3, output="no")
    >>> print(hook_failed_message(ExecAction(("warm",)), answer, container="web", pod="p_shop(8c3a)"))
    Exec lifecycle hook ([warm]) for Container "web" in Pod "p_shop(8c3a)" failed - error: command 'warm' exited with 3: , message: "no"
    """
    where = f"for Container {quoted(container)} in Pod {quoted(pod)}"
    failure = answer.failure
    if isinstance(action, HTTPGetAction):
        return None if failure is None else f"HTTP lifecycle hook ({action.path}) {where} failed - error: {failure.text}"
    words = " ".join(action.command)
    if failure is not None:
        return f'Exec lifecycle hook ([{words}]) {where} failed - error: {failure.text}, message: ""'
    if not answer.exit_code:
        return None
    error = f"command '{words}' exited with {answer.exit_code}: "
    return f"Exec lifecycle hook ([{words}]) {where} failed - error: {error}, message: {quoted(answer.output)}"


def invalid_handler_message(handler: LifecycleHandler, *, release: Release = LATEST) -> str:
    """Return the message about a handler that no kubelet runs; ``release`` is the kubelet's.

    >>> invalid_handler_message(LifecycleHandler(tcp_socket=TCPSocketAction(80)), release=Release("1.28"))
    'Cannot run handler: invalid handler: &LifecycleHandler{Exec:nil,HTTPGet:nil,TCPSocket:&TCPSocketAction{Port:{0 80 },Host:,},}'
    """
    sleep = "Sleep:nil," if SLEEP_KNOWN in release else ""
    return (
        f"Cannot run handler: invalid handler: &LifecycleHandler{{Exec:nil,HTTPGet:nil,TCPSocket:{_printed(handler.tcp_socket)},{sleep}}}"
    )


def _printed(action: TCPSocketAction | None) -> str:
    if action is None:
        return "nil"
    port = action.port
    number = f"0 {port} " if isinstance(port, int) else f"1 0 {to_text(port)}"
    return f"&TCPSocketAction{{Port:{{{number}}},Host:{action.host},}}"

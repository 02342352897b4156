"""The runner alone, with Python as the plugin; ``tests/integration/test_credential_provider.py`` runs whole plugins."""

from __future__ import annotations

import os
import sys
import time

import pytest

from kubecontainers.credentials.providers.execution import PluginEnding, PluginResult
from kubecontainers.credentials.providers.process import ProcessRunner
from kubecontainers.credentials.providers.protocol import PluginCall

NOT_STARTED, TIMED_OUT = PluginEnding.NOT_STARTED, PluginEnding.TIMED_OUT


def run(
    program: str,
    *args: str,
    stdin: str = "",
    environment: dict[str, str] | None = None,
    timeout: float = 60,
    runner: ProcessRunner | None = None,
) -> PluginResult:
    call = PluginCall(sys.executable, ("-IS", "-c", program, *args), environment or {}, stdin, timeout)
    return (runner or ProcessRunner()).run(call)


def test_everything_is_handed_over() -> None:
    program = "import os, sys; print(sys.argv[1:], os.environ['A'], sys.stdin.read(), end=''); print('note', end='', file=sys.stderr)"
    result = run(program, "a b", "$A", stdin="request", environment={"A": "1"})
    assert result == PluginResult("['a b', '$A'] 1 request", "note", 0)


def test_nothing_else_is_handed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONTAINERS_TEST", "1")
    assert "KUBECONTAINERS_TEST" not in run("import os; print(*os.environ)").stdout.reveal()


def test_bytes_that_are_not_utf8() -> None:
    result = run("import os; os.write(1, bytes([255]))")
    assert result.stdout.reveal() == "\udcff"


@pytest.mark.parametrize(("program", "code"), [("import sys; sys.exit(7)", 7), ("import os; os.kill(os.getpid(), 9)", -9)])
def test_exit_codes(program: str, code: int) -> None:
    assert run(program) == PluginResult(exit_code=code)


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (PluginCall("/no/such/plugin", (), {}, ""), "No such file or directory"),
        (PluginCall("/", (), {}, ""), "Permission denied"),
        (PluginCall(sys.executable, ("\0",), {}, ""), "an argument or a variable holds what no process can be given"),
        (PluginCall(sys.executable, (), {"A": "\ud800"}, ""), "an argument or a variable holds what no process can be given"),
        (PluginCall(sys.executable, (), {"=A": ""}, ""), "an argument or a variable holds what no process can be given"),
    ],
)
def test_not_started(call: PluginCall, problem: str) -> None:
    assert ProcessRunner().run(call) == PluginResult(ending=NOT_STARTED, problem=problem)


@pytest.mark.parametrize(
    "program", ["import time; time.sleep(60)", "import os, time; os.close(1); os.close(2); os.close(0); time.sleep(60)"]
)
def test_time_out(program: str) -> None:
    began = time.monotonic()
    result = run(program, timeout=0.5)
    assert (result.ending, result.exit_code) == (TIMED_OUT, -9)
    assert time.monotonic() - began < 30


def test_a_time_out_that_is_over() -> None:
    assert run("", timeout=0).ending is TIMED_OUT
    assert run("", timeout=-1).ending is TIMED_OUT


def test_a_very_long_time_out() -> None:
    assert run("", timeout=9e9).ending is PluginEnding.EXITED


def test_a_request_that_is_not_read() -> None:
    assert run("", stdin="x" * (1 << 20)) == PluginResult()
    assert run("print(len(open(0).read()))", stdin="x" * (1 << 20)).stdout.reveal() == "1048576\n"


@pytest.mark.parametrize(("size", "ending"), [(1000, PluginEnding.EXITED), (1001, PluginEnding.TOO_MUCH_OUTPUT)])
def test_much_output(size: int, ending: PluginEnding) -> None:
    result = run(f"print('x' * {size}, end='')", runner=ProcessRunner(max_stdout=1000))
    assert (result.ending, len(result.stdout.reveal())) == (ending, size)


def test_endless_output() -> None:
    result = run("while True: print('x' * 100_000)", runner=ProcessRunner(max_stdout=1_000_000))
    assert (result.ending, result.exit_code) == (PluginEnding.TOO_MUCH_OUTPUT, -9)
    assert len(result.stdout.reveal()) == 1_000_001


def test_much_standard_error_is_cut() -> None:
    result = run("import sys; sys.stderr.write('x' * 1_000_000); print('done')", runner=ProcessRunner(max_stderr=10))
    assert (result.stdout.reveal(), result.stderr.reveal(), result.exit_code) == ("done\n", "x" * 10, 0)


def test_a_process_that_cannot_be_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is left alone; nothing waits for it for ever."""

    def refuse(group: int, number: int) -> None:
        raise PermissionError(group, number)

    monkeypatch.setattr(os, "killpg", refuse)
    result = run("import time; time.sleep(1)", timeout=0.1)
    assert (result.ending, result.exit_code) == (TIMED_OUT, 0)

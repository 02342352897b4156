"""Real plugins of credential providers, good ones and bad ones, run through the whole protocol."""

from __future__ import annotations

import fcntl
import json
import os
import sys
import time
from pathlib import Path

import pytest

from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.credentials.credential import Credential
from kubecontainers.credentials.providers.config import CredentialProvider
from kubecontainers.credentials.providers.execution import PluginEnding, PluginFailed, PluginFailure, call_plugin
from kubecontainers.credentials.providers.plugin_provider import PluginProvider, ProviderOutcome
from kubecontainers.credentials.providers.process import ProcessRunner
from kubecontainers.credentials.providers.protocol import (
    PLUGIN_API_VERSIONS,
    CredentialProviderResponse,
    PluginHost,
    ResponseProblem,
    ServiceAccountDetails,
)

VERSION = PLUGIN_API_VERSIONS[0]
PROVIDER = CredentialProvider("plugin", ("registry.example",), 60, VERSION, ("get", "--region=$REGION"), (("REGION", "eu"),))
AUTH = {"registry.example": Credential("ci", "hunter2")}
RESPONSE = CredentialProviderResponse("Image", None, AUTH).to_text().reveal()
HEAD = f"""\
import fcntl, json, os, signal, sys, time
RESPONSE = {RESPONSE!r}
"""
AMPLE, SHORT = 60.0, 1.0


def install(directory: Path, program: str) -> None:
    """Write a plugin in Python into the directory of plugins."""
    write(directory, f"#!{sys.executable} -IS\n{HEAD}{program}\n")


def write(directory: Path, text: str, mode: int = 0o755) -> None:
    plugin = directory / PROVIDER.name
    plugin.write_text(text, encoding="utf-8")
    plugin.chmod(mode)


def ask(
    directory: Path, *, timeout: float = AMPLE, runner: ProcessRunner | None = None, token: str = "", release: Release = LATEST
) -> CredentialProviderResponse:
    return call_plugin(
        PROVIDER,
        "registry.example/app",
        runner or ProcessRunner(),
        host=PluginHost(str(directory), {"PATH": "/bin", "REGION": "us"}, timeout),
        service_account=ServiceAccountDetails(token),
        release=release,
    )


def failure(directory: Path, *, timeout: float = AMPLE, runner: ProcessRunner | None = None, release: Release = LATEST) -> PluginFailed:
    with pytest.raises(PluginFailed) as raised:
        ask(directory, timeout=timeout, runner=runner, release=release)
    assert raised.value.__context__ is None
    assert "hunter2" not in f"{raised.value!r}{raised.value}"
    return raised.value


def wait_for_lock(path: Path) -> None:
    """Wait until no process holds the lock any more that a plugin took."""
    with path.open("w") as file:
        for _ in range(500):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.02)
            else:
                return
    pytest.fail("a process that the plugin left behind is still there")


class TestGoodPlugins:
    def test_what_a_plugin_sees(self, tmp_path: Path) -> None:
        install(
            tmp_path,
            "seen = json.dumps([sys.argv[1:], sys.stdin.read(), dict(os.environ)])\n"
            "print(RESPONSE.replace('hunter2', json.dumps(seen)[1:-1]))",
        )
        response = ask(tmp_path, token="a.b.c")  # noqa: S106
        args, request, environment = json.loads(response.auth["registry.example"].password.reveal())
        assert args == ["get", "--region=$REGION"]
        assert request.endswith(',"image":"registry.example/app","serviceAccountToken":"a.b.c"}\n')
        assert (environment["REGION"], environment["PATH"]) == ("eu", "/bin")
        assert "HOME" not in environment

    def test_it_need_not_read_its_request(self, tmp_path: Path) -> None:
        install(tmp_path, "os.close(0); time.sleep(0.05); print(RESPONSE)")
        assert ask(tmp_path).auth == AUTH

    def test_it_may_warn(self, tmp_path: Path) -> None:
        install(tmp_path, "print('slow today', file=sys.stderr); print(RESPONSE)")
        assert ask(tmp_path).auth == AUTH

    def test_a_child_may_answer(self, tmp_path: Path) -> None:
        """What counts is that the pipe is closed, as with Go's ``exec``."""
        install(tmp_path, "if os.fork(): os._exit(0)\ntime.sleep(0.2); print(RESPONSE)")
        assert ask(tmp_path).auth == AUTH

    def test_what_is_not_utf8_is_replaced(self, tmp_path: Path) -> None:
        install(tmp_path, "os.write(1, RESPONSE.encode().replace(b'hunter2', bytes([255, 254])))")
        assert ask(tmp_path).auth["registry.example"].password.reveal() == "\ufffd\ufffd"

    def test_from_start_to_cache(self, tmp_path: Path) -> None:
        install(tmp_path, "print(RESPONSE)")
        provider = PluginProvider(PROVIDER, ProcessRunner(), PluginHost(str(tmp_path), os.environ))
        first = provider.provide("registry.example/app", now=0)
        assert (first.outcome, dict(first.credentials)) == (ProviderOutcome.ANSWERED, AUTH)
        (tmp_path / PROVIDER.name).unlink()
        assert provider.provide("registry.example/app", now=60, cache=first.cache).outcome is ProviderOutcome.CACHED
        assert provider.provide("registry.example/app", now=61, cache=first.cache).outcome is ProviderOutcome.PLUGIN_FAILED


class TestPluginsThatDoNotStart:
    def test_missing(self, tmp_path: Path) -> None:
        error = failure(tmp_path)
        assert (error.failure, error.reason) == (PluginFailure.EXEC, PluginEnding.NOT_STARTED)
        assert error.detail == "No such file or directory"

    def test_not_executable(self, tmp_path: Path) -> None:
        write(tmp_path, f"#!{sys.executable}\n", 0o644)
        assert failure(tmp_path).detail == "Permission denied"

    def test_a_directory(self, tmp_path: Path) -> None:
        (tmp_path / PROVIDER.name).mkdir()
        assert failure(tmp_path).detail == "Permission denied"

    def test_no_program(self, tmp_path: Path) -> None:
        """There is no shell that would read it as a script."""
        write(tmp_path, "echo '{}'\n")
        assert failure(tmp_path).detail == "Exec format error"

    def test_no_interpreter(self, tmp_path: Path) -> None:
        write(tmp_path, "#!/no/such/python\n")
        assert failure(tmp_path).detail == "No such file or directory"


class TestPluginsThatFail:
    def test_exit_code(self, tmp_path: Path) -> None:
        install(tmp_path, "print(RESPONSE); sys.exit('no credentials in this cloud')")
        error = failure(tmp_path)
        assert (error.failure, error.exit_code, error.detail) == (PluginFailure.EXEC, 1, "no credentials in this cloud\n")
        assert failure(tmp_path, release=Release("1.27")).detail == ""

    def test_signal(self, tmp_path: Path) -> None:
        install(tmp_path, "os.kill(os.getpid(), signal.SIGTERM)")
        assert str(failure(tmp_path)) == "credential provider 'plugin': the plugin failed: signal 15"

    def test_hanging(self, tmp_path: Path) -> None:
        lock = tmp_path / "lock"
        install(tmp_path, f"held = open({str(lock)!r}, 'w'); fcntl.flock(held, fcntl.LOCK_EX); print(RESPONSE, flush=True); time.sleep(60)")
        error = failure(tmp_path, timeout=SHORT)
        assert (error.failure, error.reason) == (PluginFailure.TIMEOUT, PluginEnding.TIMED_OUT)
        wait_for_lock(lock)

    def test_ignoring_signals(self, tmp_path: Path) -> None:
        install(tmp_path, "[signal.signal(number, signal.SIG_IGN) for number in (2, 13, 15)]; time.sleep(60)")
        assert failure(tmp_path, timeout=SHORT).failure is PluginFailure.TIMEOUT

    def test_a_child_that_keeps_the_output_open(self, tmp_path: Path) -> None:
        lock = tmp_path / "lock"
        install(
            tmp_path,
            f"print(RESPONSE, flush=True)\nif os.fork(): os._exit(0)\n"
            f"held = open({str(lock)!r}, 'w'); fcntl.flock(held, fcntl.LOCK_EX); time.sleep(60)",
        )
        began = time.monotonic()
        assert failure(tmp_path, timeout=SHORT).failure is PluginFailure.TIMEOUT
        assert time.monotonic() - began < 30
        wait_for_lock(lock)

    def test_a_child_that_got_away(self, tmp_path: Path) -> None:
        """It is in a session of its own, out of reach; nobody waits for it."""
        install(tmp_path, "if os.fork(): os._exit(0)\nos.setsid(); time.sleep(10)")
        began = time.monotonic()
        assert failure(tmp_path, timeout=SHORT).failure is PluginFailure.TIMEOUT
        assert time.monotonic() - began < 9

    def test_endless_output(self, tmp_path: Path) -> None:
        install(tmp_path, "while True: print(RESPONSE)")
        error = failure(tmp_path, runner=ProcessRunner(max_stdout=100_000))
        assert (error.failure, error.reason) == (PluginFailure.EXEC, PluginEnding.TOO_MUCH_OUTPUT)

    def test_endless_standard_error(self, tmp_path: Path) -> None:
        install(tmp_path, "for _ in range(300): print('x' * 1000, file=sys.stderr)\nsys.exit(1)")
        assert len(failure(tmp_path, runner=ProcessRunner(max_stderr=5000)).detail) == 5000


@pytest.mark.parametrize(
    ("program", "expected", "problem"),
    [
        ("", PluginFailure.UNREADABLE_RESPONSE, ResponseProblem.NOT_JSON),
        ("print('kind: CredentialProviderResponse')", PluginFailure.UNREADABLE_RESPONSE, ResponseProblem.NOT_JSON),
        ("print('token found'); print(RESPONSE)", PluginFailure.UNREADABLE_RESPONSE, ResponseProblem.NOT_JSON),
        ("print(RESPONSE[:-10])", PluginFailure.UNREADABLE_RESPONSE, ResponseProblem.NOT_JSON),
        ("os.write(1, bytes([255, 254]) + RESPONSE.encode())", PluginFailure.UNREADABLE_RESPONSE, ResponseProblem.NOT_JSON),
        ("os.write(1, RESPONSE.encode('utf-16'))", PluginFailure.UNREADABLE_RESPONSE, ResponseProblem.NOT_JSON),
        ("print([RESPONSE])", PluginFailure.UNREADABLE_RESPONSE, ResponseProblem.NOT_JSON),
        ("print('[' + RESPONSE + ']')", PluginFailure.UNREADABLE_RESPONSE, ResponseProblem.NOT_AN_OBJECT),
        ("print('{}')", PluginFailure.API_VERSION_MISMATCH, ResponseProblem.OTHER_VERSION),
        ("print(RESPONSE.replace('/v1', '/v1beta1'))", PluginFailure.API_VERSION_MISMATCH, ResponseProblem.OTHER_VERSION),
        ("print(sys.stdin.read())", PluginFailure.INVALID_RESPONSE, ResponseProblem.OTHER_KIND),
        ("print(RESPONSE[:-1] + ', \"expires\": 1}')", PluginFailure.INVALID_RESPONSE, ResponseProblem.UNKNOWN_FIELD),
        ('print(RESPONSE[:-1] + \', "cacheDuration": "1d"}\')', PluginFailure.INVALID_RESPONSE, ResponseProblem.BAD_DURATION),
    ],
)
def test_bad_responses(tmp_path: Path, program: str, expected: PluginFailure, problem: ResponseProblem) -> None:
    install(tmp_path, program)
    error = failure(tmp_path)
    assert (error.failure, error.reason) == (expected, problem)

"""Edge: plugins of credential providers, run as real processes (POSIX only).

A plugin is started directly, without a shell, in a process group of its own. It is done when it has ended and nobody, no child that it left
behind either, can write to its standard output and standard error any more. If it is not done in time, or writes too much, the whole group
is killed. Kubernetes puts no limit on the output; here there is one, so that a plugin that went wild does not fill the memory.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from typing import IO, cast

import attrs

from .execution import PluginEnding, PluginResult
from .protocol import PluginCall

__all__ = ["ProcessRunner"]

_MEBIBYTE = 1 << 20
_CHUNK = 1 << 16

_LONGEST_SELECT = 60.0
_AFTER_KILL = 5.0
"""In seconds, as the one above."""


@attrs.frozen
class ProcessRunner:
    """Runs plugins as processes; a ``PluginRunner``.

    A plugin that writes more than ``max_stdout`` bytes to its standard output is killed; of what it writes to standard error the first
    ``max_stderr`` bytes are kept.
    """

    max_stdout: int = 16 * _MEBIBYTE
    max_stderr: int = _MEBIBYTE

    def run(self, call: PluginCall) -> PluginResult:
        """Run a plugin as ``call`` says; apart from that it gets the working directory of this process, and nothing else.

        A time-out that is over at the start is one that is over: the plugin is started and killed.
        """
        try:
            process = subprocess.Popen(  # noqa: S603  (the caller chose what is run)
                [call.command, *call.args],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=dict(call.environment),
                start_new_session=True,
            )
        except OSError as error:
            problem = os.strerror(error.errno or 0)
        except ValueError:
            problem = "an argument or a variable holds what no process can be given"
        else:
            return self._talk(process, call)
        return PluginResult(ending=PluginEnding.NOT_STARTED, problem=problem)

    def _talk(self, process: subprocess.Popen[bytes], call: PluginCall) -> PluginResult:
        deadline = time.monotonic() + call.timeout.seconds
        with contextlib.ExitStack() as stack:
            selector = stack.enter_context(selectors.DefaultSelector())
            stdin, stdout, stderr = (
                stack.enter_context(cast("IO[bytes]", pipe)) for pipe in (process.stdin, process.stdout, process.stderr)
            )
            stack.callback(_end, process)
            written, noted = bytearray(), bytearray()
            os.set_blocking(stdin.fileno(), False)
            selector.register(stdin, selectors.EVENT_WRITE, _writer(stdin, call.stdin))
            selector.register(stdout, selectors.EVENT_READ, _reader(stdout, written, self.max_stdout + 1))
            selector.register(stderr, selectors.EVENT_READ, _reader(stderr, noted, self.max_stderr))
            ending = self._wait(process, selector, deadline, written)
        return PluginResult(bytes(written), bytes(noted), process.returncode or 0, ending)

    def _wait(
        self, process: subprocess.Popen[bytes], selector: selectors.BaseSelector, deadline: float, written: bytearray
    ) -> PluginEnding:
        """Wait until every pipe is done with, and then for the process."""
        while selector.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                return PluginEnding.TIMED_OUT
            for key, _ in selector.select(min(left, _LONGEST_SELECT)):
                if not key.data():
                    selector.unregister(key.fileobj)
                    cast("IO[bytes]", key.fileobj).close()
            if len(written) > self.max_stdout:
                return PluginEnding.TOO_MUCH_OUTPUT
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            return PluginEnding.TIMED_OUT
        return PluginEnding.EXITED


def _writer(pipe: IO[bytes], data: bytes) -> Callable[[], bool]:
    """Return what writes some more of ``data``, and says whether there is more to come."""
    rest = memoryview(data)

    def write() -> bool:
        nonlocal rest
        try:
            rest = rest[os.write(pipe.fileno(), rest[:_CHUNK]) :]
        except BrokenPipeError:  # it need not read what it does not want
            return False
        return len(rest) > 0

    return write


def _reader(pipe: IO[bytes], kept: bytearray, most: int) -> Callable[[], bool]:
    """Return what reads some more, of which at most ``most`` bytes are kept, and says whether there may be more to come."""

    def read() -> bool:
        data = os.read(pipe.fileno(), _CHUNK)
        kept.extend(data[: max(0, most - len(kept))])
        return bool(data)

    return read


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the group of a process that has not been waited for, whatever is left of it."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_AFTER_KILL)

"""Why hooks fail, as errors."""

from __future__ import annotations

import pickle

from kubecontainers.lifecycle.hook_failures import HookFailure, HookRequestFailed


def test_sentences() -> None:
    assert str(HookRequestFailed(HookFailure.NO_POD_IP)) == "the pod has no address"
    assert str(HookRequestFailed(HookFailure.BAD_URL, "ftp:x", hint="why")) == "'ftp:x': scheme, host and path make no URL (why)"
    assert len(str(HookRequestFailed(HookFailure.PORT_NOT_FOUND, "x" * 10_000))) < 200


def test_it_is_a_value() -> None:
    error = HookRequestFailed(HookFailure.PORT_NOT_FOUND, "web")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert again == error
    assert (again.reason, again.value, again.hint) == (HookFailure.PORT_NOT_FOUND, "web", "")
    assert error != HookRequestFailed(HookFailure.PORT_OUT_OF_RANGE, "web")

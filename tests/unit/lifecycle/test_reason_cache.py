from __future__ import annotations

import pickle

from kubecontainers.lifecycle.reason_cache import ReasonCache, StartFailure, StartResult

FAILED = StartFailure("ErrImagePull", "not found")


def test_the_last_result_counts() -> None:
    results = [
        StartResult("web", FAILED),
        StartResult("web"),
        StartResult("web", StartFailure("CrashLoopBackOff")),
        StartResult("job", FAILED),
    ]
    cache = ReasonCache().update(results)
    assert cache.get("web") == StartFailure("CrashLoopBackOff")
    assert cache.get("job") == FAILED


def test_a_success_of_what_never_failed_changes_nothing() -> None:
    assert ReasonCache().update([StartResult("web")]) == ReasonCache()


def test_an_update_leaves_the_cache_before_alone() -> None:
    before = ReasonCache().update([StartResult("web", FAILED)])
    after = before.update([StartResult("web")])
    assert (before.get("web"), after.get("web")) == (FAILED, None)
    assert pickle.loads(pickle.dumps(before)) == before  # noqa: S301

from __future__ import annotations

import pickle
from typing import Any

import attrs
import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.runtimeclass.class_source import LookupFailure, RuntimeClasses, RuntimeClassLookupFailed, lookup_runtime_class
from kubecontainers.runtimeclass.runtime_class import RuntimeClass

KATA = {"metadata": {"name": "kata"}, "handler": "kata-qemu"}
VALUE = RuntimeClass("kata", "kata-qemu")
UNASKABLE = ["", ".", "..", "a/b", "a%b", "/", "%"]
ASKABLE = [" ", "KATA", "...", ".a", "a" * 2000, "\n", "\\"]


def failing(name: str, classes: Any, **how: Any) -> RuntimeClassLookupFailed:
    with pytest.raises(RuntimeClassLookupFailed) as caught:
        lookup_runtime_class(name, classes, **how)
    return caught.value


class OnlyACache:
    def get(self, name: str, /) -> RuntimeClass | None:
        if name == "broken":
            raise RuntimeClassLookupFailed(name, 429, "TooManyRequests")
        return VALUE if name == "kata" else None


class TestWhatKnowsClasses:
    @pytest.mark.parametrize(
        "classes", [[KATA], (VALUE,), iter([KATA]), {"kata": KATA}, {"kata": VALUE}, RuntimeClasses.of([KATA]), OnlyACache()]
    )
    def test_found(self, classes: Any) -> None:
        assert lookup_runtime_class("kata", classes) == VALUE

    @pytest.mark.parametrize("classes", [[], [KATA], {}, {"gvisor": None}, RuntimeClasses(), OnlyACache()])
    def test_missing(self, classes: Any) -> None:
        assert lookup_runtime_class("gvisor", classes) is None

    @pytest.mark.parametrize("classes", [[KATA, {"metadata": {"name": "kata"}, "handler": "other"}]])
    def test_the_last_of_a_name_counts(self, classes: Any) -> None:
        assert lookup_runtime_class("kata", classes) == RuntimeClass("kata", "other")

    def test_malformed(self) -> None:
        with pytest.raises(MalformedObject, match=r"\[1\]\.handler: expected a string"):
            lookup_runtime_class("kata", [KATA, {"handler": 7}])
        broken: Any = {"kata": 7}
        with pytest.raises(MalformedObject, match="expected an object"):
            lookup_runtime_class("kata", broken)

    def test_its_own_failure(self) -> None:
        failed = failing("broken", OnlyACache())
        assert (failed.name, failed.code, failed.reason) == ("broken", 429, "TooManyRequests")


class TestLive:
    def test_what_only_the_server_has(self) -> None:
        classes = RuntimeClasses.of(live=[KATA])
        assert lookup_runtime_class("kata", classes) == VALUE
        assert lookup_runtime_class("kata", classes, live=False) is None

    def test_the_server_has_what_the_cache_has(self) -> None:
        assert RuntimeClasses.of([KATA]).get_live("kata") == VALUE

    def test_it_is_asked_only_for_what_is_missing(self) -> None:
        classes = RuntimeClasses.of([KATA], live_failure=LookupFailure.TIMEOUT)
        assert lookup_runtime_class("kata", classes) == VALUE
        assert failing("gvisor", classes).code == 504

    def test_the_cache_is_asked_first(self) -> None:
        classes = RuntimeClasses.of(live=[KATA], cache_failure=LookupFailure.UNAVAILABLE, live_failure=LookupFailure.TIMEOUT)
        assert failing("kata", classes).code == failing("", classes).code == 503


class TestNamesThatAreNotAskedFor:
    @pytest.mark.parametrize("name", UNASKABLE)
    def test_not_asked(self, name: str) -> None:
        for classes in (RuntimeClasses.of(live_failure=LookupFailure.TIMEOUT), OnlyACache(), [KATA]):
            failed = failing(name, classes)
            assert (failed.code, failed.reason) == (500, "")
            assert str(failed)
            assert lookup_runtime_class(name, [KATA], live=False) is None

    @pytest.mark.parametrize("name", UNASKABLE)
    def test_the_cache_may_have_it(self, name: str) -> None:
        assert lookup_runtime_class(name, [{"metadata": {"name": name}}]) == RuntimeClass(name, "")

    @pytest.mark.parametrize("name", ASKABLE)
    def test_asked(self, name: str) -> None:
        assert lookup_runtime_class(name, [KATA]) is None
        assert failing(name, RuntimeClasses.of(live_failure=LookupFailure.FORBIDDEN)).code == 403


@pytest.mark.parametrize(
    ("failure", "code", "reason"),
    [
        (LookupFailure.UNTYPED, 500, ""),
        (LookupFailure.TIMEOUT, 504, "Timeout"),
        (LookupFailure.UNAVAILABLE, 503, "ServiceUnavailable"),
        (LookupFailure.FORBIDDEN, 403, "Forbidden"),
    ],
)
def test_failures(failure: LookupFailure, code: int, reason: str) -> None:
    failed = failing("kata", RuntimeClasses(cache_failure=failure))
    assert (failed.code, failed.reason) == (failure.code, failure.reason) == (code, reason)
    assert str(failed) == f"the RuntimeClass 'kata' could not be looked up: {reason or code}"


def test_values() -> None:
    failed = RuntimeClassLookupFailed("kata", 503, "ServiceUnavailable", "down", "try later")
    assert pickle.loads(pickle.dumps(failed)) == failed  # noqa: S301  (our own)
    assert str(failed) == "the RuntimeClass 'kata' could not be looked up: down (try later)"
    classes = RuntimeClasses.of([KATA])
    assert attrs.evolve(classes, live=classes.cached) != classes
    assert hash(classes) == hash(RuntimeClasses.of([VALUE]))

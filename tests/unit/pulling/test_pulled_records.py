from __future__ import annotations

import math
import pickle

import pytest

from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.release import NotInRelease, Release
from kubecontainers.credentials.credential import ObjectCoordinates
from kubecontainers.golang.duration import Duration
from kubecontainers.pulling.image_pulled_record import PulledCredentials, PulledRecord, PulledSecret
from kubecontainers.pulling.pulled_records import ListedImage, PullRecords, recorded_name

FOR_ALL = PulledCredentials(node_pods_accessible=True)
EMPTY = PullRecords()


def secret(name: str, credential_hash: str = "", namespace: str = "ns", uid: str = "") -> PulledSecret:
    return PulledSecret(ObjectCoordinates(namespace, name, uid), credential_hash)


def with_secrets(*secrets: PulledSecret) -> PulledCredentials:
    return PulledCredentials(secrets=secrets)


def with_accounts(*names: str) -> PulledCredentials:
    return PulledCredentials(service_accounts=tuple(ObjectCoordinates("ns", name, "u") for name in names))


def pulled(*steps: PulledCredentials | None, image: str = "busybox") -> PulledCredentials | None:
    """What is recorded of an image after these pulls, one second apart."""
    records = EMPTY
    for now, credentials in enumerate(steps):
        records = records.record_pulled(image, "r1", credentials, now=now)
    return records.pulled["r1"].credential_mapping.get("busybox")


class TestNames:
    @pytest.mark.parametrize(
        ("image", "until_1_35", "since_1_36"),
        [
            ("busybox", "docker.io/library/busybox", "busybox"),
            ("busybox:1.36", "docker.io/library/busybox", "busybox"),
            ("docker.io/library/busybox", "docker.io/library/busybox", "docker.io/library/busybox"),
            ("x.io:5000/app:v1@sha256:" + "b" * 64, "x.io:5000/app", "x.io:5000/app"),
            ("Foo/bar:v1", "Foo/bar", "Foo/bar"),
            ("UPPER CASE", None, None),
            ("\ud800", None, None),
        ],
    )
    def test_recorded_name(self, image: str, until_1_35: str | None, since_1_36: str | None) -> None:
        assert recorded_name(image, release=Release("1.33")) == recorded_name(image, release=Release("1.35")) == until_1_35
        assert recorded_name(image, release=Release("1.36")) == since_1_36


class TestIntents:
    def test_counted(self) -> None:
        records = EMPTY.record_intent("a").record_intent("a").record_intent("b")
        assert dict(records.intents) == {"a": 2, "b": 1}
        assert dict(records.record_failed("a").intents) == {"a": 1, "b": 1}
        assert dict(records.record_failed("a").record_failed("a").intents) == {"b": 1}

    def test_no_intent(self) -> None:
        assert EMPTY.record_failed("a") == EMPTY

    def test_a_pull_drops_it(self) -> None:
        assert not EMPTY.record_intent("a").record_pulled("a", "r", FOR_ALL, now=0).intents
        assert EMPTY.record_intent("a").record_intent("a").record_pulled("a", "r", None, now=0).intents["a"] == 1

    def test_an_unreadable_name_keeps_it(self) -> None:
        records = EMPTY.record_intent("UPPER CASE")
        assert records.record_pulled("UPPER CASE", "r", FOR_ALL, now=0) == records
        assert not records.record_failed("UPPER CASE").intents
        assert EMPTY.merge("UPPER CASE", "r", FOR_ALL, now=0) == EMPTY


class TestPulled:
    def test_new_record(self) -> None:
        records = EMPTY.record_pulled("busybox:1", "r1", FOR_ALL, now=5)
        assert records.pulled["r1"] == PulledRecord("r1", {"busybox": FOR_ALL}, last_updated=5)

    def test_without_and_with_empty_credentials(self) -> None:
        assert pulled(None) is None
        assert pulled(PulledCredentials()) == PulledCredentials()
        assert pulled(FOR_ALL, None) == pulled(FOR_ALL, PulledCredentials()) == FOR_ALL
        assert pulled(None, PulledCredentials()) is None

    def test_another_name_of_the_same_image(self) -> None:
        records = EMPTY.record_pulled("busybox", "r1", FOR_ALL, now=0).record_pulled("x.io/app", "r1", with_secrets(secret("a")), now=9)
        record = records.pulled["r1"]
        assert dict(record.credential_mapping) == {"busybox": FOR_ALL, "x.io/app": with_secrets(secret("a"))}
        assert record.last_updated == Duration.of(9)

    def test_for_all_wins(self) -> None:
        assert pulled(with_secrets(secret("a")), FOR_ALL) == FOR_ALL
        assert pulled(FOR_ALL, with_secrets(secret("a"))) == FOR_ALL

    def test_secrets_are_merged_and_sorted(self) -> None:
        first, second, third = secret("b", "1"), secret("a", "2"), secret("a", "3", namespace="")
        assert pulled(with_secrets(first), with_secrets(second, third)) == with_secrets(third, second, first)

    def test_a_new_hash(self) -> None:
        assert pulled(with_secrets(secret("b"), secret("a")), with_secrets(secret("b", "new"))) == with_secrets(
            secret("a"), secret("b", "new")
        )

    def test_a_hash_that_changes_and_changes_back(self) -> None:
        known = with_secrets(secret("b"), secret("a"))
        new = with_secrets(secret("a", "new"), secret("a"))
        assert pulled(known, new) == with_secrets(secret("a"), secret("b"))

    def test_nothing_new_leaves_order_and_time(self) -> None:
        known = with_secrets(secret("b"), secret("a"))
        records = EMPTY.record_pulled("a", "r", known, now=0)
        assert records.record_pulled("a", "r", with_secrets(secret("a")), now=9) == records
        accounts = EMPTY.record_pulled("a", "r", with_accounts("z", "y"), now=0)
        assert accounts.record_pulled("a", "r", with_accounts("y"), now=9) == accounts

    def test_accounts(self) -> None:
        assert pulled(with_accounts("z"), with_accounts("y")) == with_accounts("y", "z")

    def test_secrets_before_accounts(self) -> None:
        both = PulledCredentials(secrets=(secret("a"),), service_accounts=with_accounts("y").service_accounts)
        assert pulled(with_accounts("z"), both) == PulledCredentials(
            secrets=(secret("a"),), service_accounts=with_accounts("z").service_accounts
        )

    def test_accounts_came_later(self) -> None:
        with pytest.raises(NotInRelease):
            EMPTY.record_pulled("a", "r", with_accounts("z"), now=0, release=Release("1.33"))
        assert EMPTY.record_pulled("a", "r", with_accounts("z"), now=0, release=Release("1.34")).pulled

    def test_no_time(self) -> None:
        with pytest.raises(InvalidDuration):
            EMPTY.record_pulled("a", "r", FOR_ALL, now=math.nan)


class TestPrune:
    RECORDS = EMPTY.record_pulled("a", "old", FOR_ALL, now=0).record_pulled("a", "new", FOR_ALL, now=10)

    @pytest.mark.parametrize(
        ("in_use", "before", "kept"),
        [((), 10, {"new"}), ((), 11, set[str]()), (("old",), 11, {"old"}), ((), 0, {"old", "new"}), (("other",), 5, {"new"})],
    )
    def test_prune(self, in_use: tuple[str, ...], before: int, kept: set[str]) -> None:
        assert set(self.RECORDS.prune(in_use, before=before).pulled) == kept

    def test_intents_stay(self) -> None:
        assert self.RECORDS.record_intent("x").prune((), before=99).intents == {"x": 1}


class TestRestart:
    def test_counters_are_lost(self) -> None:
        records = EMPTY.record_intent("a").record_intent("a").restart(now=0)
        assert dict(records.intents) == {"a": 0}
        assert not records.record_failed("a").intents
        assert dict(records.record_intent("a").intents) == {"a": 1}

    def test_listed_images_become_records(self) -> None:
        records = EMPTY.record_intent("x.io/app:1").record_intent("x.io/app:2").record_intent("UPPER CASE")
        listed = [ListedImage("r1", ("x.io/app:1", "x.io/app@sha256:" + "a" * 64)), ListedImage("r2"), ListedImage("r3", ("UPPER CASE",))]
        found = records.restart(listed, now=7)
        assert found.pulled == {"r1": PulledRecord("r1", last_updated=7)}
        assert dict(found.intents) == {"x.io/app:2": 0, "UPPER CASE": 0}

    def test_a_record_that_is_there_stays(self) -> None:
        records = EMPTY.record_pulled("a", "r", FOR_ALL, now=0).record_intent("a")
        assert records.restart([ListedImage("r", ("a",))], now=9).pulled == records.pulled


def test_pickles() -> None:
    records = EMPTY.record_intent("a").record_pulled("b", "r", with_secrets(secret("a", "hash")), now=3)
    assert pickle.loads(pickle.dumps(records)) == records  # noqa: S301
    assert hash(records) == hash(PullRecords(dict(records.intents), dict(records.pulled)))

from __future__ import annotations

import math

import pytest

from kubecontainers.apimachinery.cluster import KubeletConfig
from kubecontainers.apimachinery.durations import InvalidDuration
from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.credential import ObjectCoordinates
from kubecontainers.golang.duration import Duration
from kubecontainers.pulling.image_pulled_record import PulledCredentials, PulledSecret
from kubecontainers.pulling.must_attempt_pull import (
    MOST_SECRETS_ADDED_TO,
    PodCredentials,
    PullVerification,
    VerificationReason,
    must_attempt_pull,
)
from kubecontainers.pulling.pulled_records import PullRecords

ALWAYS = KubeletConfig(image_pull_credentials_verification_policy="AlwaysVerify")
NEVER = KubeletConfig(image_pull_credentials_verification_policy="NeverVerify")
ALLOWLISTED = KubeletConfig(
    image_pull_credentials_verification_policy="NeverVerifyAllowlistedImages", preloaded_images_verification_allowlist=("x.io/*",)
)
IMAGE, REF = "busybox:1", "r1"
EMPTY = PullRecords()
ACCOUNT = ObjectCoordinates("ns", "default", "u")


def secret(name: str, credential_hash: str = "") -> PulledSecret:
    return PulledSecret(ObjectCoordinates("ns", name, "u"), credential_hash)


def recorded(*secrets: PulledSecret, accounts: tuple[ObjectCoordinates, ...] = ()) -> PullRecords:
    return EMPTY.record_pulled(IMAGE, REF, PulledCredentials(secrets=secrets, service_accounts=accounts), now=0)


def asked(records: PullRecords, *secrets: PulledSecret, kubelet: KubeletConfig | None = ALWAYS, minor: str = "1.36") -> PullVerification:
    return must_attempt_pull(records, IMAGE, REF, PodCredentials(secrets), now=5, kubelet=kubelet, release=Release(minor))


class TestPolicy:
    def test_absent(self) -> None:
        found = must_attempt_pull(EMPTY, IMAGE, "", now=0, kubelet=NEVER)
        assert (found.must_pull, found.reason) == (True, VerificationReason.ABSENT)

    @pytest.mark.parametrize(
        ("records", "kubelet", "reason"),
        [
            (recorded(), NEVER, VerificationReason.NOT_VERIFIED),
            (EMPTY, None, VerificationReason.NOT_VERIFIED),
            (EMPTY.record_intent(IMAGE), None, VerificationReason.NOT_RECORDED),
            (EMPTY.record_intent(IMAGE).restart(now=0), None, VerificationReason.NOT_RECORDED),
            (EMPTY.record_intent("busybox:2"), None, VerificationReason.NOT_VERIFIED),
            (recorded(), None, VerificationReason.PULLED_UNKNOWN),
            (EMPTY, ALWAYS, VerificationReason.NOT_RECORDED),
            (EMPTY, ALLOWLISTED, VerificationReason.NOT_RECORDED),
        ],
    )
    def test_who_is_asked(self, records: PullRecords, kubelet: KubeletConfig | None, reason: VerificationReason) -> None:
        found = asked(records, kubelet=kubelet)
        assert (found.must_pull, found.reason) == (reason is not VerificationReason.NOT_VERIFIED, reason)
        assert found.records == records

    def test_allow_list(self) -> None:
        found = must_attempt_pull(EMPTY, "x.io/app:1", REF, now=0, kubelet=ALLOWLISTED)
        assert found.reason is VerificationReason.NOT_VERIFIED

    def test_before_it_was_verified(self) -> None:
        assert not asked(EMPTY, kubelet=ALWAYS, minor="1.34").must_pull
        on = Release("1.34").with_gates({"KubeletEnsureSecretPulledImages": True})
        assert must_attempt_pull(EMPTY, IMAGE, REF, now=0, kubelet=ALWAYS, release=on).must_pull

    def test_no_time(self) -> None:
        with pytest.raises(InvalidDuration):
            must_attempt_pull(EMPTY, IMAGE, REF, now=math.inf)


class TestRecord:
    def test_name(self) -> None:
        records = EMPTY.record_pulled("x.io/app", REF, PulledCredentials(node_pods_accessible=True), now=0)
        assert asked(records).reason is VerificationReason.OTHER_NAME
        unreadable = must_attempt_pull(records, "UPPER CASE", REF, now=0, kubelet=ALWAYS)
        assert (unreadable.must_pull, unreadable.reason) == (True, VerificationReason.UNREADABLE_NAME)

    def test_for_all(self) -> None:
        records = EMPTY.record_pulled(IMAGE, REF, PulledCredentials(node_pods_accessible=True), now=0)
        assert asked(records) == PullVerification(must_pull=False, reason=VerificationReason.PULLED_FOR_ALL, records=records)

    def test_short_names_after_an_upgrade(self) -> None:
        """A record of 1.35 names docker.io/library/busybox, which 1.36 does not look for."""
        old = EMPTY.record_pulled(IMAGE, REF, PulledCredentials(node_pods_accessible=True), now=0, release=Release("1.35"))
        assert not asked(old, minor="1.35").must_pull
        assert asked(old, minor="1.36").reason is VerificationReason.OTHER_NAME


class TestCredentials:
    def test_none_match(self) -> None:
        records = recorded(secret("a", "1"))
        assert asked(records, secret("b", "2")) == PullVerification(
            must_pull=True, reason=VerificationReason.OTHER_CREDENTIALS, records=records
        )
        assert asked(records).must_pull
        assert asked(records, secret("b", "")).must_pull

    def test_the_same_secret_and_hash(self) -> None:
        records = recorded(secret("a", "1"))
        assert asked(records, secret("a", "1")) == PullVerification(
            must_pull=False, reason=VerificationReason.SAME_CREDENTIAL, records=records
        )

    def test_the_same_hash_is_noted(self) -> None:
        found = asked(recorded(secret("b", "1")), secret("z", "9"), secret("a", "1"))
        assert (found.must_pull, found.reason) == (False, VerificationReason.SAME_CREDENTIAL)
        record = found.records.pulled[REF]
        assert record.credential_mapping["busybox"].secrets == (secret("a", "1"), secret("b", "1"))
        assert record.last_updated == Duration.of(5)

    def test_a_new_hash_is_noted(self) -> None:
        found = asked(recorded(secret("a", "1")), secret("a", "2"))
        assert (found.must_pull, found.reason) == (False, VerificationReason.SAME_SECRET)
        assert found.records.pulled[REF].credential_mapping["busybox"].secrets == (secret("a", "2"),)

    def test_two_empty_hashes(self) -> None:
        records = recorded(secret("a"))
        assert asked(records, secret("a")) == PullVerification(must_pull=False, reason=VerificationReason.SAME_SECRET, records=records)

    def test_the_first_in_order_decides(self) -> None:
        records = recorded(secret("a", "1"), secret("b", "2"))
        assert asked(records, secret("b", "1")).reason is VerificationReason.SAME_CREDENTIAL
        assert asked(records, secret("a", "2")).reason is VerificationReason.SAME_SECRET
        assert asked(records, secret("z"), secret("a", "2"), secret("b", "2")).reason is VerificationReason.SAME_SECRET

    @pytest.mark.parametrize(("number", "must_pull"), [(MOST_SECRETS_ADDED_TO - 1, False), (MOST_SECRETS_ADDED_TO, True)])
    def test_a_full_record(self, number: int, must_pull: bool) -> None:
        records = recorded(*(secret(f"s{place:03}", f"h{place}") for place in range(number)))
        assert asked(records, secret("s000", "new")).must_pull is must_pull
        found = asked(records, secret("other", "h5"))
        assert (found.must_pull, found.reason) == (False, VerificationReason.SAME_CREDENTIAL)
        assert (found.records == records) is must_pull

    def test_in_a_full_record_a_later_hash_counts(self) -> None:
        records = recorded(*(secret(f"s{place:03}", f"h{place}") for place in range(MOST_SECRETS_ADDED_TO)))
        assert asked(records, secret("s000", "h7")).reason is VerificationReason.SAME_CREDENTIAL

    @pytest.mark.parametrize(("minor", "must_pull"), [("1.33", True), ("1.34", False), ("1.36", False)])
    def test_service_accounts(self, minor: str, must_pull: bool) -> None:
        release = Release(minor).with_gates({"KubeletEnsureSecretPulledImages": True})
        full_name = "docker.io/library/busybox"
        records = EMPTY.record_pulled(full_name, REF, PulledCredentials(service_accounts=(ACCOUNT,)), now=0, release=Release("1.34"))
        pod = PodCredentials((secret("a"),), ACCOUNT)
        found = must_attempt_pull(records, full_name, REF, pod, now=0, kubelet=ALWAYS, release=release)
        assert found.must_pull is must_pull
        other = PodCredentials(service_account=ObjectCoordinates("ns", "other", "u"))
        assert must_attempt_pull(records, full_name, REF, other, now=0, kubelet=ALWAYS, release=release).must_pull

    def test_no_service_account(self) -> None:
        assert asked(recorded(accounts=(ACCOUNT,))).reason is VerificationReason.OTHER_CREDENTIALS

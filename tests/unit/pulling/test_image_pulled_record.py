from __future__ import annotations

import pickle
from datetime import UTC, datetime
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import NotInRelease, Release
from kubecontainers.credentials.credential import ObjectCoordinates
from kubecontainers.golang.duration import LARGEST, SMALLEST, Duration
from kubecontainers.pulling.image_pulled_record import (
    UNIX_EPOCH,
    PulledCredentials,
    PulledRecord,
    PulledSecret,
    intent_from_json,
    intent_to_json,
    record_file,
)

BETA = "kubelet.config.k8s.io/v1beta1"
ALPHA = "kubelet.config.k8s.io/v1alpha1"
SECRET = {"uid": "u", "namespace": "ns", "name": "pull-secret", "credentialHash": "5e88"}
ACCOUNT = {"uid": "v", "namespace": "ns", "name": "default"}
RECORD: dict[str, Any] = {
    "kind": "ImagePulledRecord",
    "apiVersion": BETA,
    "lastUpdatedTime": "2026-03-01T12:00:00Z",
    "imageRef": "sha256:1",
    "credentialMapping": {
        "busybox": {"nodePodsAccessible": True},
        "quay.io/team/app": {"kubernetesSecrets": [SECRET], "kubernetesServiceAccounts": [ACCOUNT]},
    },
}
MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC) - UNIX_EPOCH


class TestRecord:
    def test_from_json(self) -> None:
        record = PulledRecord.from_json(RECORD)
        assert record.image_ref == "sha256:1"
        assert record.last_updated.to_timedelta() == MOMENT
        assert record.credential_mapping["busybox"] == PulledCredentials(node_pods_accessible=True)
        used = record.credential_mapping["quay.io/team/app"]
        assert used.secrets == (PulledSecret(ObjectCoordinates("ns", "pull-secret", "u"), "5e88"),)
        assert used.service_accounts == (ObjectCoordinates("ns", "default", "v"),)

    def test_to_json(self) -> None:
        assert PulledRecord.from_json(RECORD).to_json() == RECORD

    @pytest.mark.parametrize(("minor", "version"), [("1.33", ALPHA), ("1.34", ALPHA), ("1.35", BETA), ("1.36", BETA)])
    def test_version_written(self, minor: str, version: str) -> None:
        record = PulledRecord("r", {"a": PulledCredentials(node_pods_accessible=True)})
        written = record.to_json(release=Release(minor))
        assert written["apiVersion"] == version
        assert PulledRecord.from_json(written, release=Release(minor)) == record
        assert PulledRecord.from_json(written) == record

    def test_times_count_from_a_start(self) -> None:
        record = PulledRecord.from_json(RECORD, start=MOMENT)
        assert record.last_updated == Duration()
        assert record.to_json(start=MOMENT) == RECORD

    @pytest.mark.parametrize(
        ("text", "nanoseconds"),
        [
            ("1970-01-01T00:00:01Z", 10**9),
            ("1970-01-01T00:00:00.5Z", 5 * 10**8),
            ("1970-01-01T00:00:00,1234567899Z", 123456789),
            ("1970-01-01T01:00:00+01:00", 0),
            ("1969-12-31T23:30:00-00:30", 0),
            ("0000-01-01T00:00:00Z", SMALLEST),
            ("0001-01-01T00:00:00Z", SMALLEST),
            ("9999-12-31T23:59:59Z", LARGEST),
            (None, SMALLEST),
        ],
    )
    def test_times(self, text: str | None, nanoseconds: int) -> None:
        assert PulledRecord.from_json(RECORD | {"lastUpdatedTime": text}).last_updated == Duration(nanoseconds)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "now",
            "2026-03-01",
            "2026-02-30T12:00:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01T12:00:60Z",
            "2026-03-01T12:00:00",
        ],
    )
    def test_no_times(self, text: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            PulledRecord.from_json(RECORD | {"lastUpdatedTime": text})
        assert caught.value.path == "lastUpdatedTime"

    def test_the_furthest_times_are_written(self) -> None:
        assert PulledRecord("r", last_updated=Duration(LARGEST)).to_json()["lastUpdatedTime"] == "2262-04-11T23:47:16Z"
        assert PulledRecord("r", last_updated=Duration(SMALLEST)).to_json()["lastUpdatedTime"] == "1677-09-21T00:12:43Z"

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"kind": "ImagePullIntent"}, "kind"),
            ({"apiVersion": "v1"}, "apiVersion"),
            ({"apiVersion": None}, "apiVersion"),
            ({"imageRef": 1}, "imageRef"),
            ({"extra": 1}, "extra"),
            ({"credentialMapping": []}, "credentialMapping"),
            ({"credentialMapping": {"a": 1}}, "credentialMapping.a"),
            ({"credentialMapping": {"a": {"secrets": []}}}, "credentialMapping.a.secrets"),
            ({"credentialMapping": {"a": {"nodePodsAccessible": "yes"}}}, "credentialMapping.a.nodePodsAccessible"),
            ({"credentialMapping": {"a": {"kubernetesSecrets": [{"uid": 1}]}}}, "credentialMapping.a.kubernetesSecrets[0].uid"),
            ({"credentialMapping": {"a": {"kubernetesSecrets": [{"x": ""}]}}}, "credentialMapping.a.kubernetesSecrets[0].x"),
            (
                {"credentialMapping": {"a": {"kubernetesServiceAccounts": [SECRET]}}},
                "credentialMapping.a.kubernetesServiceAccounts[0].credentialHash",
            ),
        ],
    )
    def test_strict(self, change: dict[str, Any], path: str) -> None:
        with pytest.raises(MalformedObject) as caught:
            PulledRecord.from_json(RECORD | change)
        assert caught.value.path == path

    def test_root(self) -> None:
        with pytest.raises(MalformedObject):
            PulledRecord.from_json([])  # type: ignore[arg-type]

    def test_null_is_absent(self) -> None:
        record = RECORD | {"imageRef": None, "credentialMapping": {"a": None, "b": {"nodePodsAccessible": None}}}
        assert dict(PulledRecord.from_json(record).credential_mapping) == {"a": PulledCredentials(), "b": PulledCredentials()}
        assert not PulledRecord.from_json(RECORD | {"credentialMapping": None}).credential_mapping

    @pytest.mark.parametrize("minor", ["1.33", "1.34"])
    def test_beta_came_later(self, minor: str) -> None:
        with pytest.raises(NotInRelease):
            PulledRecord.from_json(RECORD, release=Release(minor))

    def test_accounts_came_later(self) -> None:
        old = RECORD | {"apiVersion": ALPHA}
        assert PulledRecord.from_json(old, release=Release("1.34")).to_json(release=Release("1.34")) == old
        with pytest.raises(NotInRelease, match="kubernetesServiceAccounts"):
            PulledRecord.from_json(old, release=Release("1.33"))
        with pytest.raises(NotInRelease, match="kubernetesServiceAccounts"):
            PulledRecord.from_json(old).to_json(release=Release("1.33"))

    def test_records_came_later(self) -> None:
        with pytest.raises(NotInRelease):
            PulledRecord.from_json(RECORD | {"apiVersion": ALPHA}, release=Release("1.32"))
        with pytest.raises(NotInRelease):
            PulledRecord("r").to_json(release=Release("1.32"))

    def test_the_hash_is_not_shown(self) -> None:
        record = PulledRecord.from_json(RECORD)
        assert "5e88" not in repr(record)
        assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301
        assert hash(record) == hash(PulledRecord.from_json(RECORD))


class TestIntent:
    def test_round_trip(self) -> None:
        written = intent_to_json("repo.example/test/test:v1", release=Release("1.33"))
        assert written == {"kind": "ImagePullIntent", "apiVersion": ALPHA, "image": "repo.example/test/test:v1"}
        assert intent_from_json(written) == "repo.example/test/test:v1"

    def test_strict(self) -> None:
        with pytest.raises(MalformedObject):
            intent_from_json(RECORD)
        with pytest.raises(MalformedObject):
            intent_from_json({**intent_to_json("a"), "extra": None})

    def test_came_later(self) -> None:
        with pytest.raises(NotInRelease):
            intent_to_json("a", release=Release("1.32"))
        with pytest.raises(NotInRelease):
            intent_from_json(intent_to_json("a"), release=Release("1.34"))


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        ("repo.repo/test/test:v1", "ee81caca15454863449fb55a1d942904d56d5ed9f9b20a7cb3453944ea2c7e11"),
        ("testimageref", "b3c0cc4278800b03a308ceb2611161430df571ca733122f0a40ac8b9792a9064"),
    ],
)
def test_files(name: str, digest: str) -> None:
    assert record_file(name) == f"sha256-{digest}"

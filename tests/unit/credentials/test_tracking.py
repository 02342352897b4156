"""What a kubelet notes of a credential that is offered."""

from __future__ import annotations

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.credential import (
    Credential,
    FileSource,
    ObjectCoordinates,
    ProviderSource,
    SecretSource,
    Source,
    credential_hash,
)
from kubecontainers.credentials.keyring import KeyringMatch
from kubecontainers.credentials.registry_key import RegistryKey
from kubecontainers.credentials.tracking import CredentialTrack, track_credential

OBJECT = ObjectCoordinates("shop", "registry", "u1")
CREDENTIAL = Credential("ci", "hunter2")


def match(source: Source) -> KeyringMatch:
    return KeyringMatch(CREDENTIAL, source, RegistryKey.parse("registry.example"))


@pytest.mark.parametrize(
    ("source", "secret", "service_account"),
    [
        (SecretSource(OBJECT), OBJECT, None),
        (ProviderSource("ecr", OBJECT), None, OBJECT),
        (ProviderSource("ecr"), None, None),
        (FileSource("config.json"), None, None),
    ],
)
def test_where_it_comes_from(source: Source, secret: ObjectCoordinates | None, service_account: ObjectCoordinates | None) -> None:
    track = track_credential(match(source), release=Release("1.35"))
    assert track == CredentialTrack(secret, service_account, credential_hash(CREDENTIAL))


@pytest.mark.parametrize(("release", "noted"), [("1.32", False), ("1.33", False), ("1.34", False), ("1.35", True), ("1.36", True)])
def test_only_where_credentials_are_verified(release: str, noted: bool) -> None:
    track = track_credential(match(SecretSource(OBJECT)), release=Release(release))
    assert (track != CredentialTrack()) is noted


@pytest.mark.parametrize(("release", "enabled"), [("1.33", True), ("1.35", False)])
def test_the_gate_decides(release: str, enabled: bool) -> None:
    gated = Release(release).with_gates({"KubeletEnsureSecretPulledImages": enabled})
    assert bool(track_credential(match(FileSource()), release=gated).hash) is enabled


def test_the_password_is_not_in_it() -> None:
    assert "hunter2" not in repr(track_credential(match(SecretSource(OBJECT))))


def test_service_accounts_are_noted_since_1_34() -> None:
    noted = [
        track_credential(match(ProviderSource("ecr", OBJECT)), release=Release(minor).with_gates({"KubeletEnsureSecretPulledImages": True}))
        for minor in ("1.33", "1.34")
    ]
    assert [track.service_account for track in noted] == [None, OBJECT]

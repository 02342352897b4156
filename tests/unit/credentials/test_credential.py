from __future__ import annotations

import hashlib

import pytest

from kubecontainers.apimachinery.secret_text import SecretText
from kubecontainers.credentials.credential import (
    Credential,
    FileSource,
    ObjectCoordinates,
    ProviderSource,
    SecretSource,
    Source,
    credential_hash,
)

SECRET_FIELDS = ("password", "auth", "identity_token", "registry_token")


@pytest.mark.parametrize("field", SECRET_FIELDS)
def test_secrets_are_wrapped(field: str) -> None:
    given: dict[str, str] = {field: "hunter2"}
    credential = Credential(**given)
    assert getattr(credential, field) == SecretText("hunter2")
    wrapped: dict[str, SecretText] = {field: SecretText("hunter2")}
    assert credential == Credential(**wrapped)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert hash(credential) == hash(Credential(**given))
    assert "hunter2" not in repr(credential)


def test_what_is_no_secret_is_shown() -> None:
    credential = Credential("ci", "hunter2", "ci@shop.example", server_address="registry.example")
    assert all(text in repr(credential) for text in ("'ci'", "'ci@shop.example'", "'registry.example'"))


@pytest.mark.parametrize(
    ("credential", "document"),
    [
        (Credential(), "{}"),
        (Credential("ci", "hunter2"), '{"username":"ci","password":"hunter2"}'),
        (Credential(email="ci@shop.example"), '{"email":"ci@shop.example"}'),  # the email takes part
        (
            Credential("u", "p", "e", "a", "s", "i", "r"),
            '{"username":"u","password":"p","auth":"a","email":"e","serveraddress":"s","identitytoken":"i","registrytoken":"r"}',
        ),
        (Credential('a<b>&"\n\x00\x7f'), '{"username":"a\\u003cb\\u003e\\u0026\\"\\n\\u0000\x7f"}'),
        (Credential("\u2028é\udcff"), '{"username":"\\u2028é\\ufffd"}'),
    ],
)
def test_hash(credential: Credential, document: str) -> None:
    assert credential_hash(credential) == hashlib.sha256(document.encode()).hexdigest()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (SecretSource(ObjectCoordinates("shop", "registry", "7")), "secret shop/registry"),
        (SecretSource(ObjectCoordinates(name="registry")), "secret registry"),
        (FileSource("/var/lib/kubelet/config.json"), "file /var/lib/kubelet/config.json"),
        (FileSource(), "file"),
        (ProviderSource("ecr", ObjectCoordinates("shop", "web")), "credential provider ecr"),
    ],
)
def test_sources(source: Source, text: str) -> None:
    assert str(source) == text

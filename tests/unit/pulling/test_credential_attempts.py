from __future__ import annotations

import attrs
import pytest

from kubecontainers.credentials.credential import Credential, FileSource, Source
from kubecontainers.pulling.credential_attempts import aggregate_text, pull_with_credentials
from kubecontainers.pulling.image_runtime import Pulled, RuntimeFailure


@attrs.frozen
class Offered:
    credential: Credential
    source: Source = FileSource()  # noqa: RUF009


OFFERED = tuple(Offered(Credential(name, "hunter2")) for name in ("one", "two", "three"))


@attrs.define
class Registry:
    """Lets one user in; everyone else gets an answer by name."""

    allowed: str | None = None
    asked: list[str] = attrs.field(factory=list[str])

    def pull(self, spec: str, credential: Credential | None) -> Pulled | RuntimeFailure:
        name = "nobody" if credential is None else credential.username
        self.asked.append(name)
        if name == self.allowed:
            return Pulled("sha256:1", credential=7, took=2, waited=3)
        return RuntimeFailure("denied" if name == "three" else f"no {name}", took=1, waited=5 if name == "one" else 0)


def test_without_credentials_once_with_none() -> None:
    registry = Registry("nobody")
    assert pull_with_credentials("nginx:latest", (), registry.pull) == Pulled("sha256:1", took=2, waited=3)
    assert registry.asked == ["nobody"]
    assert pull_with_credentials("nginx:latest", (), Registry().pull) == RuntimeFailure("no nobody", took=1)


def test_until_the_first_that_works() -> None:
    registry = Registry("two")
    assert pull_with_credentials("nginx:latest", OFFERED, registry.pull) == Pulled("sha256:1", credential=1, took=3, waited=5)
    assert registry.asked == ["one", "two"]


def test_the_first_works() -> None:
    assert pull_with_credentials("nginx:latest", OFFERED, Registry("one").pull) == Pulled("sha256:1", credential=0, took=2, waited=3)


def test_all_fail_and_nobody_is_tried() -> None:
    registry = Registry()
    failure = pull_with_credentials("nginx:latest", OFFERED, registry.pull)
    assert failure == RuntimeFailure("[no one, no two, denied]", took=3, waited=5)
    assert registry.asked == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [([], ""), (["a"], "a"), (["a", "a"], "a"), (["a", "b", "a"], "[a, b]"), ([""], ""), (["", "b"], "[, b]")],
)
def test_aggregate_text(texts: list[str], expected: str) -> None:
    assert aggregate_text(texts) == expected

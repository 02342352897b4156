from __future__ import annotations

import pickle

import pytest

from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.frozenmap import FrozenMap
from kubecontainers.apimachinery.secret_text import SecretNotPicklable, SecretText
from kubecontainers.environment.pod_services import pod_service_variables
from kubecontainers.environment.variables import Environment, EnvironmentVariable, ExpandedText, Origin, OriginKind, Reference

DB = {"metadata": {"name": "db", "namespace": "shop"}, "spec": {"clusterIP": "10.0.0.2", "ports": [{"port": 5432}]}}
SERVICES = pod_service_variables([DB], "shop")


def variables(**values: str | SecretText) -> FrozenMap[str, EnvironmentVariable]:
    return FrozenMap({name: EnvironmentVariable(name, value, Origin(OriginKind.VALUE)) for name, value in values.items()})


ENVIRONMENT = Environment(
    variables(A="1", TOKEN=SecretText("hunter2"), DB_PORT="", EMPTY=""),
    SERVICES,
    variables(PATH="/bin", A="image", DB_SERVICE_HOST="image"),
)


@pytest.mark.parametrize(
    ("origin", "text"),
    [
        (Origin(OriginKind.SERVICE, "shop/db"), "service shop/db"),
        (Origin(OriginKind.SECRET, "shop/db", "PASSWORD"), "Secret shop/db, key PASSWORD"),
        (Origin(OriginKind.VALUE, path=ROOT.child("spec")), "manifest"),
    ],
)
def test_origin(origin: Origin, text: str) -> None:
    assert str(origin) == text
    assert origin.to_json() == {"kind": origin.kind.name, "subject": origin.subject, "key": origin.key, "path": str(origin.path)}


def test_layers() -> None:
    assert list(ENVIRONMENT)[:5] == ["PATH", "A", "TOKEN", "DB_PORT", "EMPTY"]
    assert len(ENVIRONMENT) == len(list(ENVIRONMENT)) == len(ENVIRONMENT.reveal()) == 5 + 6
    assert list(ENVIRONMENT.reveal()) == list(ENVIRONMENT)
    assert ENVIRONMENT.reveal()["A"] == "1"
    assert ENVIRONMENT.reveal()["DB_SERVICE_HOST"] == "10.0.0.2"
    assert [hidden.value for hidden in ENVIRONMENT["DB_SERVICE_HOST"].hides] == ["image"]
    assert ENVIRONMENT["PATH"].value == "/bin"
    assert ENVIRONMENT["DB_SERVICE_PORT"].hides == ()
    assert [name in ENVIRONMENT for name in ("A", "DB_PORT", "DB_SERVICE_HOST", "PATH", "NONE", 7)] == [
        True,
        True,
        True,
        True,
        False,
        False,
    ]
    assert ENVIRONMENT.get("NONE") is None
    with pytest.raises(KeyError):
        ENVIRONMENT["NONE"]


def test_every_value_is_that_of_its_variable() -> None:
    assert {name: variable.reveal() for name, variable in ENVIRONMENT.items()} == ENVIRONMENT.reveal()


def test_has_value() -> None:
    asked = ("A", "TOKEN", "EMPTY", "DB_PORT", "DB_SERVICE_HOST", "PATH", "NONE")
    assert [ENVIRONMENT.has_value(name) for name in asked] == [True, True, False, False, True, False, False]


def test_expand() -> None:
    found = ENVIRONMENT.expand("$(A) $(TOKEN) $(PATH) $(DB_SERVICE_HOST)\ud800")
    assert found.value == SecretText("1 hunter2 $(PATH) 10.0.0.2\ufffd")
    assert found.unresolved == ("PATH",)
    assert found.references[0] == Reference("A", Origin(OriginKind.VALUE))
    assert ENVIRONMENT.expand("$(A)") == ExpandedText("1", (Reference("A", Origin(OriginKind.VALUE)),))
    assert ENVIRONMENT.expand("plain").reveal() == "plain"


def test_shown_without_values() -> None:
    assert repr(ENVIRONMENT) == "Environment(4 own, 7 of services, 3 of image and runtime)"
    assert "hunter2" not in repr(dict(ENVIRONMENT))


def test_value() -> None:
    without = Environment(variables(A="1"), SERVICES)
    assert pickle.loads(pickle.dumps(without)) == without  # noqa: S301
    assert hash(without) == hash(Environment(variables(A="1"), SERVICES))
    assert without != Environment(variables(A="2"), SERVICES)
    with pytest.raises(SecretNotPicklable):
        pickle.dumps(ENVIRONMENT)

from __future__ import annotations

import pickle

import pytest

from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.environment.failures import EnvironmentFailed, EnvironmentFailure

PATH = ROOT.child("spec", "containers").index(0).child("env").index(1).child("valueFrom", "configMapKeyRef")


def test_says_where_and_what() -> None:
    error = EnvironmentFailed(EnvironmentFailure.CONFIG_MAP_KEY_NOT_FOUND, PATH, "shop/settings", key="LEVEL")
    assert str(error) == (
        "spec.containers[0].env[1].valueFrom.configMapKeyRef: the ConfigMap has no such key: 'shop/settings', key 'LEVEL'"
    )
    assert str(EnvironmentFailed(EnvironmentFailure.SERVICES_NOT_SYNCED, hint="wait")) == "the kubelet has not read the services yet (wait)"


@pytest.mark.parametrize(
    ("reason", "subject", "key", "message"),
    [
        (EnvironmentFailure.CONFIG_MAP_NOT_FOUND, "shop/c", "", 'configmap "c" not found'),
        (EnvironmentFailure.SECRET_NOT_FOUND, "shop/s", "", 'secret "s" not found'),
        (EnvironmentFailure.CONFIG_MAP_KEY_NOT_FOUND, "default/cm", "k", "couldn't find key k in ConfigMap default/cm"),
        (EnvironmentFailure.SECRET_KEY_NOT_FOUND, "default/s", "k", "couldn't find key k in Secret default/s"),
        (EnvironmentFailure.NO_CLIENT_FOR_SECRET, "default/s", "", "couldn't get secret default/s, no kubeClient defined"),
        (EnvironmentFailure.SERVICE_LIST_FAILED, "", "", "failed to list services when setting up env vars"),
        (EnvironmentFailure.CONFIG_MAP_GET_FAILED, "shop/c", "", ""),
    ],
)
def test_message_is_the_kubelets(reason: EnvironmentFailure, subject: str, key: str, message: str) -> None:
    assert EnvironmentFailed(reason, PATH, subject, key=key).message == message


def test_message_takes_braces_as_they_are() -> None:
    assert EnvironmentFailed(EnvironmentFailure.CONFIG_MAP_NOT_FOUND, PATH, "{key}/{0}", key="x").message == 'configmap "{0}" not found'


def test_pickles_and_compares() -> None:
    error = EnvironmentFailed(EnvironmentFailure.SECRET_NOT_FOUND, PATH, "shop/s", "create it", "k")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert again == error
    assert (again.reason, again.path, again.subject, again.hint, again.key) == (error.reason, PATH, "shop/s", "create it", "k")

from __future__ import annotations

import copy
import json
import pickle
import pprint

import attrs
import pytest

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.secret_text import NO_SECRET, SecretNotPicklable, SecretText, to_secret

PASSWORD = "hunter2-é-\udcff"  # noqa: S105


@attrs.frozen
class Holder:
    secret: SecretText


def test_reveal() -> None:
    assert SecretText(PASSWORD).reveal() == PASSWORD


def test_it_does_not_show_itself() -> None:
    secret = SecretText(PASSWORD)
    holder = Holder(secret)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!s} {secret!r}", "%s" % secret, "{}".format(secret), pprint.pformat([secret])]  # noqa: UP031, UP032
    shown += [repr(holder), str({"a": holder}), repr((secret,)), repr(attrs.asdict(holder))]
    assert all("hunter2" not in text for text in shown)
    assert repr(secret) == str(secret) == "SecretText('***')"
    with pytest.raises(TypeError) as caught:
        json.dumps({"secret": secret})
    assert "hunter2" not in str(caught.value)
    assert not hasattr(secret, "__dict__")
    assert not hasattr(secret, "__len__")


def test_an_empty_one_says_so() -> None:
    assert repr(NO_SECRET) == "SecretText('')"
    assert not NO_SECRET
    assert SecretText("0")


def test_equality() -> None:
    assert SecretText(PASSWORD) == SecretText(PASSWORD)
    assert SecretText(PASSWORD) != SecretText("hunter2")
    assert SecretText("\udcff") != SecretText("\udcfe")
    assert SecretText("\ud800") == SecretText("\ud800")
    assert SecretText("a") != "a"
    assert SecretText("") != None  # noqa: E711  (what is compared is the answer of ==)
    assert len({SecretText("a"), SecretText("a"), SecretText("b"), "a"}) == 3


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("value", [SecretText(PASSWORD), NO_SECRET, [SecretText(PASSWORD)], Holder(SecretText(PASSWORD))], ids=str)
def test_pickling(value: object, protocol: int) -> None:
    with pytest.raises(SecretNotPicklable) as caught:
        pickle.dumps(value, protocol)
    assert "hunter2" not in str(caught.value)


def test_the_error() -> None:
    error = SecretNotPicklable()
    assert isinstance(error, KubeContainersError)
    assert str(error).startswith("a value that holds a secret cannot be pickled (")
    assert error.args == (error.hint,)
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301


def test_copies_are_the_same() -> None:
    secret = SecretText(PASSWORD)
    assert copy.copy(secret) is secret
    assert copy.deepcopy(secret) is secret
    assert copy.deepcopy(Holder(secret)) == Holder(secret)


def test_to_secret() -> None:
    secret = SecretText(PASSWORD)
    assert to_secret(secret) is secret
    assert to_secret(PASSWORD) == secret

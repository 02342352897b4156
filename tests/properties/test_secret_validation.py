from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.object_data import secret_data
from kubecontainers.credentials.secret_validation import default_secret, validate_secret
from kubecontainers.golang.base64 import encode_std
from kubecontainers.testing import strategies
from kubecontainers.testing.credentials import pull_secrets
from kubecontainers.testing.read_only import plain, read_only
from kubecontainers.testing.secrets import nearly_valid_secrets


class TestBothSides:
    """Of Secrets with one thing edited at least a fifth are taken, and at least a fifth are not."""

    def test_edited(self) -> None:
        answers: list[bool] = []

        @settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(nearly_valid_secrets())
        def sample(secret: dict[str, Any]) -> None:
            try:
                answers.append(not validate_secret(secret))
            except MalformedObject:
                answers.append(False)

        sample()
        assert 0.2 <= sum(answers) / len(answers) <= 0.8


class TestDefaulting:
    """What is stored is stored again as it is, holds the same data, and breaks the same rules; stringData is no part of it."""

    @given(nearly_valid_secrets())
    def test_idempotent(self, secret: dict[str, Any]) -> None:
        try:
            stored, errors = default_secret(read_only(secret)), validate_secret(secret)
        except MalformedObject:
            return
        assert default_secret(stored) is stored
        assert "stringData" not in stored
        assert stored["type"]
        assert secret_data(stored) == secret_data(secret)
        assert validate_secret(stored) == errors

    @given(pull_secrets(), st.dictionaries(st.sampled_from([".dockerconfigjson", ".dockercfg", "a"]), st.text(max_size=5)))
    def test_text_is_data_in_another_form(self, secret: dict[str, Any], texts: dict[str, str]) -> None:
        as_data = secret | {"data": secret["data"] | {key: encode_std(text.encode()) for key, text in texts.items()}}
        assert plain(default_secret(secret | {"stringData": texts})) == as_data
        assert validate_secret(secret | {"stringData": texts}) == validate_secret(as_data)


class TestUpdate:
    """An update is refused for all that would refuse creating the new Secret, in the same order, and for more."""

    @given(nearly_valid_secrets(), nearly_valid_secrets())
    def test_creating_comes_last(self, new: dict[str, Any], old: dict[str, Any]) -> None:
        try:
            created = validate_secret(new)
            updated = validate_secret(new, old)
        except MalformedObject:
            return
        assert updated[len(updated) - len(created) :] == created

    @given(pull_secrets(), st.booleans())
    def test_a_good_one_can_stay_as_it_is(self, secret: dict[str, Any], immutable: bool) -> None:
        secret = secret | {"immutable": immutable, "metadata": secret["metadata"] | {"resourceVersion": "7"}}
        assert validate_secret(secret, secret) == ()


class TestNothingIsShown:
    """No error holds a value of the data, whatever is wrong."""

    @given(
        nearly_valid_secrets(),
        nearly_valid_secrets(),
        st.sampled_from(["Hunter$2", '"Hunter$2"', "{Hunter$2", '{"auths": {"Hunter$2": 1e999}}']),
    )
    def test_errors(self, new: dict[str, Any], old: dict[str, Any], value: str) -> None:
        hidden = new | {"data": {".dockerconfigjson": encode_std(value.encode()), ".dockercfg": encode_std(value.encode())}}
        try:
            shown = repr(validate_secret(hidden, old | {"immutable": True}))
        except MalformedObject as malformed:
            shown = repr(malformed)
        assert "Hunter$2" not in shown
        assert encode_std(value.encode()) not in shown


class TestTotal:
    """Whatever a Secret is, it is filled in and checked, or its shape is complained about."""

    @given(strategies.damaged(nearly_valid_secrets()) | strategies.json_objects(), strategies.damaged(nearly_valid_secrets()) | st.none())
    def test_any(self, secret: dict[str, Any], old: dict[str, Any] | None) -> None:
        try:
            errors = validate_secret(secret, old)
        except MalformedObject:
            return
        default_secret(secret)
        assert len(set(map(id, errors))) == len(errors)

    @given(strategies.json_values())
    def test_any_document(self, value: object) -> None:
        secret = {
            "metadata": {"name": "a", "namespace": "b"},
            "type": "kubernetes.io/dockerconfigjson",
            "stringData": {".dockerconfigjson": json.dumps(value)},
        }
        assert (validate_secret(secret) == ()) is (value is None or isinstance(value, dict))

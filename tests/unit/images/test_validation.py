from __future__ import annotations

import functools
import pickle
from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import ROOT, FieldError, FieldErrorType
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.uses import image_uses
from kubecontainers.images.validation import (
    CHECKED,
    SUB_PATHS_REFUSED,
    ImageFieldRule,
    validate_image,
    validate_image_space,
    validate_image_use,
    validate_image_volume_mount,
    validate_image_volume_source,
    validate_pull_policy,
)

AT = ROOT.child("field")
Rule, Type = ImageFieldRule, FieldErrorType


def told(errors: tuple[FieldError, ...]) -> list[tuple[str, FieldErrorType, Any, str]]:
    assert pickle.loads(pickle.dumps(errors)) == errors  # noqa: S301
    assert all(error.detail for error in errors)
    return [(str(error.path), error.type, error.rule, error.value) for error in errors]


@pytest.mark.parametrize("image", ["a", " ", "Not an image", "a\n", "\ufffd"])
def test_any_image_is_one(image: str) -> None:
    assert validate_image(image, AT) == ()


def test_no_image() -> None:
    assert told(validate_image("", AT)) == [("field", Type.REQUIRED, Rule.IMAGE_REQUIRED, "")]


@pytest.mark.parametrize("image", [" ", " a", "a ", "a\n", "\ta", "\u00a0a", "a\u0085", "\u3000", "a\u2028"])
def test_space(image: str) -> None:
    assert told(validate_image_space(image, AT)) == [("field", Type.INVALID, Rule.IMAGE_SPACE, image)]


@pytest.mark.parametrize("image", ["", "a", "a b", "\x1ca", "a\x1f", "\u200ba", "a\ufeff", "a\0"])
def test_no_space(image: str) -> None:
    """Python would take U+001C to U+001F for white space, Go does not."""
    assert validate_image_space(image, AT) == ()


@pytest.mark.parametrize("policy", ["Always", "IfNotPresent", "Never"])
def test_known_policies(policy: str) -> None:
    assert validate_pull_policy(policy, AT) == ()


@pytest.mark.parametrize("policy", ["always", "Always ", "IfNotPresent\n", "Sometimes", "ALWAYS", "0"])
def test_unknown_policies(policy: str) -> None:
    errors = validate_pull_policy(policy, AT)
    assert told(errors) == [("field", Type.NOT_SUPPORTED, Rule.POLICY_UNKNOWN, policy)]
    assert "Always, IfNotPresent, Never" in errors[0].detail


def test_no_policy() -> None:
    assert told(validate_pull_policy("", AT)) == [("field", Type.REQUIRED, Rule.POLICY_REQUIRED, "")]


@pytest.mark.parametrize(
    ("source", "in_pods", "in_templates"),
    [
        ({"reference": "a", "pullPolicy": "Never"}, [], []),
        ({"reference": " a\n", "pullPolicy": "Never"}, [], []),
        ({"pullPolicy": "Never"}, [Rule.IMAGE_REQUIRED], []),
        ({"reference": None, "pullPolicy": "never"}, [Rule.IMAGE_REQUIRED, Rule.POLICY_UNKNOWN], [Rule.POLICY_UNKNOWN]),
        ({}, [Rule.IMAGE_REQUIRED, Rule.POLICY_REQUIRED], [Rule.POLICY_REQUIRED]),
    ],
)
def test_volume_source(source: dict[str, Any], in_pods: list[ImageFieldRule], in_templates: list[ImageFieldRule]) -> None:
    assert [error.rule for error in validate_image_volume_source(source, AT)] == in_pods
    assert [error.rule for error in validate_image_volume_source(source, AT, template=True)] == in_templates


def test_paths_of_a_volume_source() -> None:
    assert [str(error.path) for error in validate_image_volume_source({}, AT)] == ["field.reference", "field.pullPolicy"]


@pytest.mark.parametrize(
    ("mount", "fields"),
    [
        ({}, []),
        ({"subPath": "", "subPathExpr": None}, []),
        ({"subPath": "a"}, ["subPath"]),
        ({"subPathExpr": "$(A)"}, ["subPathExpr"]),
        ({"subPath": "a", "subPathExpr": "b"}, ["subPath", "subPathExpr"]),
    ],
)
def test_mounts(mount: dict[str, Any], fields: list[str]) -> None:
    assert SUB_PATHS_REFUSED.minors() == ("1.31", "1.33")
    for minor in range(27, 38):
        errors = validate_image_volume_mount(mount, AT, release=Release(f"1.{minor}"))
        refused = [(f"field.{field}", Type.INVALID, Rule.SUB_PATH, mount[field]) for field in fields]
        assert told(errors) == (refused if minor in {31, 32} else [])


USES: list[tuple[dict[str, Any], list[ImageFieldRule]]] = [
    ({"containers": [{"image": "a"}]}, []),
    ({"containers": [{"image": " a"}]}, [Rule.IMAGE_SPACE]),
    ({"containers": [{}]}, [Rule.IMAGE_REQUIRED]),
    ({"initContainers": [{"image": " "}]}, [Rule.IMAGE_SPACE]),
    ({"ephemeralContainers": [{"image": "a "}]}, [Rule.IMAGE_SPACE]),
    ({"volumes": [{"image": {"reference": " "}}]}, []),
    ({"volumes": [{"image": {}}]}, [Rule.IMAGE_REQUIRED]),
]


@pytest.mark.parametrize(("spec", "rules"), USES)
def test_uses(spec: dict[str, Any], rules: list[ImageFieldRule]) -> None:
    [use] = image_uses({"spec": spec})
    errors = validate_image_use(use)
    assert [error.rule for error in errors] == rules
    assert all(error.path == use.image_path for error in errors)


@pytest.mark.parametrize(
    ("validate", "obj"),
    [
        (validate_image_volume_source, {"reference": 1}),
        (validate_image_volume_source, {"pullPolicy": []}),
        (functools.partial(validate_image_volume_mount, release=Release("1.31")), {"subPath": {}}),
    ],
)
def test_malformed(validate: Any, obj: dict[str, Any]) -> None:
    with pytest.raises(MalformedObject):
        validate(obj, AT)


def test_checked() -> None:
    assert CHECKED.container == {"image", "imagePullPolicy"}
    assert CHECKED.volume == {"image.reference", "image.pullPolicy"}

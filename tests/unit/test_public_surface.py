"""The public names: exactly those that are promised, everywhere where they are written down."""

from __future__ import annotations

import ast
import importlib
import inspect
import pickle
import pkgutil
from pathlib import Path
from types import ModuleType

import pytest

import kubecontainers as kc

PROMISED = [
    "LATEST",
    "PREVIEW",
    "PULL_BACK_OFF",
    "AdmissionDenied",
    "AdmissionRequest",
    "Admitted",
    "AllowlistPattern",
    "BackOff",
    "BackOffPolicy",
    "Cluster",
    "CreatedPod",
    "DefaultedKubeletConfig",
    "Digest",
    "Duration",
    "FeatureGateLocked",
    "FeatureGateUnavailable",
    "FieldChange",
    "FieldError",
    "FieldErrorType",
    "FieldPath",
    "ImageIndex",
    "ImageReference",
    "InvalidAllowlistPattern",
    "InvalidDigest",
    "InvalidDuration",
    "InvalidIndex",
    "InvalidPattern",
    "InvalidPlatform",
    "InvalidReference",
    "InvalidRelease",
    "InvalidTag",
    "KubeContainersError",
    "KubeletConfig",
    "MalformedObject",
    "NotInRelease",
    "Operation",
    "PlannedAttempt",
    "Platform",
    "Preflight",
    "PullPolicy",
    "Release",
    "Report",
    "Selection",
    "SelectionReason",
    "UnnamedArchitecture",
    "UnsupportedRelease",
    "UnsupportedSkew",
    "ValidationFailed",
    "Verification",
    "admit_always_pull_images",
    "create_pod",
    "default_kubelet_config",
    "default_pull_policies",
    "default_pull_policy",
    "explain",
    "image_verification",
    "next_attempt",
    "parse_tag",
    "plan_attempts",
    "preflight",
    "pull_action",
    "pull_spec",
    "restart_back_off",
    "select_manifest",
    "split_architecture",
    "validate_always_pull_images",
    "validate_kubelet_config",
    "validate_pod",
    "with_architecture",
]
"""Add a name here when it is promised; taking one away breaks those who use it."""

HELPERS = {
    "apimachinery.feature_gates": {"alpha", "beta", "deprecated", "ga"},
    "apimachinery.objects": {"LocalObjectReference", "json_type"},
    "images.tag": {"tag_hint"},
}
"""What modules share among themselves without promising it."""

MODULES = [
    found.name for found in pkgutil.walk_packages(kc.__path__, "kubecontainers.") if not found.ispkg and "__main__" not in found.name
]
PACKAGE = Path(kc.__file__)


def defined(module: ModuleType) -> set[str]:
    """Classes and functions of a module's own whose names are not private."""
    return {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__ == module.__name__
    }


def test_promised() -> None:
    assert sorted(kc.__all__) == sorted(PROMISED)
    assert dir(kc) == sorted(PROMISED)


@pytest.mark.parametrize("name", PROMISED)
def test_every_name_resolves_to_one_object(name: str) -> None:
    value = getattr(kc, name)
    assert value is getattr(kc, name)
    if inspect.isclass(value):
        assert value.__name__ == name
        assert pickle.loads(pickle.dumps(value)) is value  # noqa: S301
        assert value.__doc__


def test_star_import() -> None:
    found: dict[str, object] = {}
    exec("from kubecontainers import *", found)  # noqa: S102
    assert set(PROMISED) <= set(found)


@pytest.mark.parametrize("name", ["nothing", "apimachinery_", "_Parser", "__wrapped__", "annotations_"])
def test_no_other_name(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'kubecontainers' has no attribute '{name}'"):
        getattr(kc, name)


def test_type_checkers_see_the_same_names() -> None:
    """The imports under ``TYPE_CHECKING`` name what the lazy table names, each from the same module."""
    tree = ast.parse(PACKAGE.read_text(encoding="utf-8"))
    [guarded] = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    seen: dict[str, str] = {}
    for node in guarded.body:
        assert isinstance(node, ast.ImportFrom)
        assert node.level == 1
        for alias in node.names:
            assert alias.asname == alias.name  # re-exported, as type checkers understand it
            assert alias.name not in seen
            seen[alias.name] = node.module or ""
    assert seen == kc._NAMES  # pyright: ignore[reportPrivateUsage]


def test_each_name_is_defined_where_the_table_says() -> None:
    for name, module in kc._NAMES.items():  # pyright: ignore[reportPrivateUsage]
        assert name in importlib.import_module(f"kubecontainers.{module}").__all__


@pytest.mark.parametrize("module_name", MODULES)
def test_modules_promise_what_they_define(module_name: str) -> None:
    module = importlib.import_module(module_name)
    promised = set(module.__all__)
    assert len(promised) == len(module.__all__)
    assert promised <= set(vars(module))
    helpers = HELPERS.get(module_name.removeprefix("kubecontainers."), set[str]())
    assert defined(module) - promised == helpers
    assert all(inspect.getdoc(getattr(module, name)) for name in defined(module))
    assert module.__doc__


@pytest.mark.parametrize("module_name", MODULES)
def test_tests_mirror_the_package(module_name: str) -> None:
    """Beside every module of the rooms below ``explain`` stands its test."""
    room, _, module = module_name.removeprefix("kubecontainers.").partition(".")
    if room in {"golang", "apimachinery", "images", "pods"}:
        assert (Path(__file__).parent / room / f"test_{module}.py").is_file()

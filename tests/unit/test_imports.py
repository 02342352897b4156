"""What an import costs: no module brings along more than it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"attr", "packaging", "yaml", "rich", "hypothesis", "typing_extensions", "json", "dataclasses", "inspect"}
LATER_ROOMS = ("explain", "cli", "testing")


def loaded(program: str) -> set[str]:
    """The modules that a program loads beyond those of a bare interpreter."""
    code = f"import sys; bare = set(sys.modules); exec({program!r}); print(*(set(sys.modules) - bare))"
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {[str(ROOT), *sys.path]!r}; {code}"]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


def of_the_package(modules: set[str]) -> set[str]:
    return {name.removeprefix("kubecontainers.") for name in modules if name.startswith("kubecontainers.")}


def test_the_package_alone() -> None:
    found = loaded("import kubecontainers")
    assert of_the_package(found) == {"_lazy"}
    assert not found & (HEAVY | {"typing", "enum", "re"})


def test_a_name_brings_its_own_module() -> None:
    found = loaded("import kubecontainers; kubecontainers.KubeContainersError")
    assert of_the_package(found) == {"_lazy", "apimachinery", "apimachinery.errors"}
    assert not found & HEAVY


def test_listing_the_names_imports_nothing() -> None:
    assert of_the_package(loaded("import kubecontainers; dir(kubecontainers); kubecontainers.__all__")) == {"_lazy"}


def test_reference() -> None:
    found = loaded("import kubecontainers.images.reference")
    assert not found & (HEAVY - {"attr", "inspect", "dataclasses", "json"})
    assert of_the_package(found) == {
        "_lazy",
        "apimachinery",
        "apimachinery.errors",
        "apimachinery.feature_gates",
        "apimachinery.frozenmap",
        "apimachinery.release",
        "golang",
        "golang.text",
        "images",
        "images.digest",
        "images.invalid_reference",
        "images.reference",
        "images.tag",
    }


def test_parsing_a_good_reference_brings_nothing_more() -> None:
    parse = "import kubecontainers; kubecontainers.ImageReference.parse('nginx:1.27').name"
    assert of_the_package(loaded(parse)) == of_the_package(loaded("import kubecontainers.images.reference"))


@pytest.mark.parametrize("room", ["golang", "apimachinery", "images", "pods"])
def test_rooms_do_not_know_later_ones(room: str) -> None:
    modules = [path.stem for path in (ROOT / "kubecontainers" / room).glob("*.py") if path.stem != "__init__"]
    found = loaded("import importlib\n" + "\n".join(f"importlib.import_module('kubecontainers.{room}.{module}')" for module in modules))
    assert not found & {"packaging", "yaml", "rich", "hypothesis", "typing_extensions"}
    assert not any(name.startswith(LATER_ROOMS) for name in of_the_package(found))


def test_packaging_is_imported_when_specifiers_are_asked_for() -> None:
    ask = "from kubecontainers import Release; release = Release('1.31')"
    assert "packaging" not in loaded(ask)
    assert "packaging" in loaded(f"{ask}; assert release.matches('>=1.29')")


def test_only_testing_brings_hypothesis() -> None:
    assert "hypothesis" in loaded("import kubecontainers.testing.strategies")
    assert "hypothesis" not in loaded("import kubecontainers.testing")

"""The changes of Kubernetes that this library knows, and releases in which some of them are undone."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from types import ModuleType

import attrs

from ..apimachinery.frozenmap import FrozenMap
from ..apimachinery.release import Change, Release

__all__ = ["AlteredRelease", "NamedChange", "changes_between", "known_changes"]

_ROOMS = ("apimachinery", "golang", "environment", "images", "lifecycle", "scheduling", "credentials", "runtimeclass", "pods", "pulling")


@attrs.frozen
class NamedChange:
    """A change, and the module and name that it has there."""

    name: str
    change: Change


@attrs.frozen(repr=False, str=False, cache_hash=True)
class AlteredRelease(Release):
    """A release in which some changes hold, or do not, whatever its minor and gates say; ``answers`` has them."""

    answers: FrozenMap[Change, bool] = attrs.field(factory=lambda: FrozenMap[Change, bool]({}), kw_only=True)

    @classmethod
    def of(cls, release: Release, answers: Mapping[Change, bool]) -> AlteredRelease:
        """Return ``release`` with other answers."""
        return cls(release.minor, overrides=release.overrides, answers=FrozenMap(answers))

    def __contains__(self, change: Change) -> bool:
        answer = self.answers.get(change)
        return super().__contains__(change) if answer is None else answer


@functools.cache
def known_changes() -> tuple[NamedChange, ...]:
    """Return every change that a rule of this library asks for, by the names of the modules that define them."""
    return tuple(
        NamedChange(f"{module.__name__.partition('.')[2]}.{name}", value)
        for module in _modules()
        for name, value in vars(module).items()
        if isinstance(value, Change) and (name in module.__all__ or name.startswith("_"))
    )


def changes_between(before: Release, after: Release, changes: Iterable[NamedChange]) -> tuple[NamedChange, ...]:
    """Return those of some changes that hold in one of two releases and not in the other."""
    return tuple(named for named in changes if (named.change in before) is not (named.change in after))


def _modules() -> Iterable[ModuleType]:
    package = __name__.partition(".")[0]
    for room in _ROOMS:
        path = importlib.import_module(f"{package}.{room}").__path__
        names = sorted(module.name for module in pkgutil.walk_packages(path, f"{package}.{room}."))
        yield from map(importlib.import_module, names)

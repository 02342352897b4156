"""What there is to look at in the environment of one container: the tables of findings, asked one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..apimachinery.fields import FieldPath
from ..apimachinery.objects import ContainerAt, JSONObject, mapping_at, objects_at, text_at, texts_at
from ..apimachinery.quantity import Quantity, QuantityTooLong
from ..environment.container_expansion import InvalidSubPath, expand_sub_path
from ..environment.env_file import ENV_FILES
from ..environment.expansion import expand
from ..environment.failures import EnvironmentFailed, EnvironmentFailure
from ..environment.variables import EnvironmentVariable
from . import environment_findings as tables
from .environment_facts import ContainerEnvironment
from .environment_findings import ResourceFact, SizeFact, VariableFact
from .findings import Finding, find
from .variable_trace import ReferenceFact

__all__ = ["environment_findings"]

_SHELL_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_VARIABLE = re.compile("[A-Z_][A-Z0-9_]*", re.ASCII)
_SMALLEST = {"cpu": Quantity.parse("1m")}
_ONE = Quantity.parse("1")


def environment_findings(fact: ContainerEnvironment) -> Iterator[Finding]:
    """Yield the findings about the environment of a container. Raises ``MalformedObject``."""
    for failure in fact.failures:
        yield from find((*tables.FAILURE_FINDINGS, *tables.SERVICE_FINDINGS), failure, fact.at(failure.failure.path))
    for reference in (*fact.trace.references, *_in_arguments(fact)):
        yield from find((*tables.REFERENCE_FINDINGS, *tables.IMAGE_REFERENCE_FINDINGS), reference, fact.at(reference.path))
    for variable in fact.environment.own.values():
        lost = fact.trace.lost.get(variable.name, 0)
        yield from find(tables.VARIABLE_FINDINGS, VariableFact(variable, lost), fact.at(variable.origin.path))
    for path, names in _unreadable_names(fact).items():
        yield from find(tables.NAME_FINDINGS, tuple(names), fact.at(path))
    for event in fact.environment.events:
        yield from find(tables.EVENT_FINDINGS, event, fact.at(event.origin.path))
    for path, resource in _resources(fact):
        yield from find(tables.RESOURCE_FINDINGS, resource, fact.at(path))
    for path, problem in _sub_paths(fact):
        yield from find(tables.SUB_PATH_FINDINGS, problem, fact.at(path))
    yield from _of_the_release(fact)
    yield from _of_the_size(fact)


def _in_arguments(fact: ContainerEnvironment) -> Iterator[ReferenceFact]:
    """Yield references in ``command`` and ``args`` to what is called like a variable and is none."""
    for field, texts in (("command", fact.command.command), ("args", fact.command.args)):
        for position, text in enumerate(texts):
            for name in dict.fromkeys(text.unresolved):
                is_open = name in fact.trace.later or fact.trace.open.may_set(name)
                if _VARIABLE.fullmatch(name) and not is_open:
                    path = fact.found.path.child(field).index(position)
                    yield ReferenceFact(f"{field}[{position}]", name, path)


def _unreadable_names(fact: ContainerEnvironment) -> dict[FieldPath, list[str]]:
    """Return the names that no shell can read, by the entry that gives them."""
    found: dict[FieldPath, list[str]] = {}
    for name, variable in fact.environment.own.items():
        if not _SHELL_NAME.fullmatch(name):
            found.setdefault(variable.origin.path, []).append(name)
    return found


def _resources(fact: ContainerEnvironment) -> Iterator[tuple[FieldPath, ResourceFact]]:
    """Yield the variables that show what the container itself sets, or could set."""
    for at, entry in objects_at(fact.found.container, "env", fact.found.path):
        selector = mapping_at(mapping_at(entry, "valueFrom", at) or {}, "resourceFieldRef", at.child("valueFrom")) or {}
        variable = fact.environment.own.get(text_at(entry, "name", at))
        if selector and not selector.get("containerName") and variable is not None and variable.origin.path == at:
            yield at, _resource(fact.found, selector, variable)


def _resource(found: ContainerAt, selector: JSONObject, variable: EnvironmentVariable) -> ResourceFact:
    kind, _, name = variable.origin.subject.partition(".")
    held = mapping_at(found.container, "resources", found.path) or {}
    written = Quantity.from_json((mapping_at(held, kind, found.path.child("resources")) or {}).get(name))
    divisor = Quantity.from_json(selector.get("divisor")) or _ONE
    shown = variable.reveal()
    try:
        is_rounded = bool(written) and Quantity.parse(shown).to_fraction() * divisor.to_fraction() > written.to_fraction()
    except QuantityTooLong:  # which nobody sets
        is_rounded = False
    has_smaller = divisor > _SMALLEST.get(name, _ONE)
    return ResourceFact(variable.name, variable.origin.subject, str(written) if written else "", shown, is_rounded and has_smaller)


def _sub_paths(fact: ContainerEnvironment) -> Iterator[tuple[FieldPath, InvalidSubPath]]:
    """Yield what is wrong with the paths of mounts, as far as it does not depend on what is known later."""
    for at, mount in objects_at(fact.found.container, "volumeMounts", fact.found.path):
        try:
            expand_sub_path(text_at(mount, "subPathExpr", at), fact.environment)
        except InvalidSubPath as problem:
            names = tuple(name for name in problem.names if name not in fact.trace.later and not fact.trace.open.may_set(name))
            if names or not problem.names:
                yield at.child("subPathExpr"), InvalidSubPath(problem.problem, names)
        except EnvironmentFailed:  # too large, which is told of the size
            continue


def _of_the_release(fact: ContainerEnvironment) -> Iterator[Finding]:
    """Yield what comes out otherwise on the nodes than on those of the newest release."""
    container, path, release = fact.found.container, fact.found.path, fact.environment.release
    texts = [(at.child("value"), text_at(entry, "value", at)) for at, entry in objects_at(container, "env", path)]
    for field in ("command", "args"):
        texts += ((path.child(field).index(position), text) for position, text in enumerate(texts_at(container, field, path)))
    for at, text in texts:
        if expand(text, release=release) != expand(text):
            yield from find(tables.TORN_FINDINGS, str(fact.at(at)), fact.at(at))
    for at, entry in objects_at(container, "env", path) if ENV_FILES not in release else ():
        if (mapping_at(entry, "valueFrom", at) or {}).get("fileKeyRef") is not None:
            yield from find(tables.OLD_NODE_FINDINGS, text_at(entry, "name", at), fact.at(at))


def _of_the_size(fact: ContainerEnvironment) -> Iterator[Finding]:
    at = fact.path.child("env")
    if fact.size is None:
        grown = (failure.failure.path for failure in fact.failures if failure.failure.reason is EnvironmentFailure.TOO_LARGE)
        yield from find(tables.TOO_LARGE_FINDINGS, None, next((fact.at(path) for path in grown), at))
    else:
        yield from find(tables.SIZE_FINDINGS, SizeFact(fact.size, fact.environment.services.services), at)

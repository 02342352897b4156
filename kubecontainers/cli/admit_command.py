"""``kubecontainers admit``: the answer to one AdmissionReview, as a webhook gives it.

What is read is what an API server sends, what is printed what it gets back: JSON, both in one piece.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence

import attrs

from ..admission.chain import AdmissionChain
from ..admission.steps import AdmissionStep, AlwaysPullImages, CreationDefaults, RuntimeClassAdmission, ServiceAccountPullSecrets
from ..apimachinery.errors import MalformedObject
from ..apimachinery.objects import JSONObject, is_object
from ..apimachinery.release import LATEST
from ..explain.core_objects import DEFAULT_NAMESPACE, is_core_object, placed
from ..explain.holdings import read_service_account_name
from ..explain.report import Sourced
from ..explain.scheduling_objects import is_runtime_class
from ..golang.json import BadJSON, decode, plain
from ..runtimeclass.runtime_class import RuntimeClass
from .commands import EXIT_FOUND, EXIT_UNUSABLE, STDIN, Outcome, Output, UnreadableSource, parse_release, read_source
from .inputs import read_objects
from .screen import Screen

__all__ = ["FORMATS", "add_arguments", "run"]

FORMATS = {"json": "as an API server reads it"}
"""The values of ``--format``, and what each is for."""


@attrs.frozen
class _Objects:
    """The objects of a cluster that steps ask for."""

    service_accounts: tuple[JSONObject, ...] = attrs.field(hash=False)
    runtime_classes: tuple[JSONObject, ...] = attrs.field(hash=False)


_STEPS: Mapping[str, Callable[[_Objects], AdmissionStep]] = {
    CreationDefaults.name: lambda _: CreationDefaults(),
    ServiceAccountPullSecrets.name: lambda objects: ServiceAccountPullSecrets(objects.service_accounts),
    AlwaysPullImages.name: lambda _: AlwaysPullImages(),
    RuntimeClassAdmission.name: lambda objects: RuntimeClassAdmission(objects.runtime_classes),
}
"""The steps by their names, in Kubernetes' order."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    command.add_argument("review", nargs="?", default=STDIN, metavar="FILE|-", help="the AdmissionReview, in JSON (default: -, stdin)")
    command.add_argument(
        "--steps",
        type=_names,
        metavar="STEP,…",
        help=f"the steps to take, of {', '.join(_STEPS)}, in this order "
        f"(default: those that API servers take by default; {ServiceAccountPullSecrets.name} where ServiceAccounts are given)",
    )
    command.add_argument(
        "--classes",
        action="append",
        default=[],
        metavar="FILE|DIR",
        help="manifests with the RuntimeClasses and ServiceAccounts that there are; may be repeated",
    )
    command.add_argument("--templates", action="store_true", help="admit the pod templates of workloads as well")
    command.add_argument("--release", type=parse_release, default=LATEST, help=f"release of the API server (default: {LATEST})")


def run(options: argparse.Namespace, screen: Screen) -> Outcome:
    """Answer the review; a request that is refused is one that would not start."""
    read = read_objects(options.classes, screen)
    if read.unreadable:
        return Outcome(Output(), EXIT_UNUSABLE)
    objects = _objects(read.objects)
    names: Sequence[str] = _usual(objects) if options.steps is None else options.steps
    steps = [_STEPS[name](objects) for name in names]
    answer = AdmissionChain(steps, release=options.release, templates=options.templates).review(_review(options.review))
    response = answer["response"]
    refused = is_object(response) and response["allowed"] is False
    return Outcome(Output(f"{json.dumps(answer, indent=2)}\n".encode()), EXIT_FOUND if refused else 0)


def _review(source: str) -> object:
    try:
        return plain(decode(read_source(source)))
    except BadJSON as error:
        problem = f"no JSON: {error.problem}, at character {error.position}"
    raise UnreadableSource(source, problem)


def _objects(read: Sequence[Sourced]) -> _Objects:
    """Return the objects that steps ask for. Raises ``UnreadableSource`` for one that cannot be decoded."""
    accounts: list[JSONObject] = []
    classes: list[JSONObject] = []
    for sourced in read:
        found: object = sourced.object
        try:
            if is_core_object(found, "ServiceAccount"):
                read_service_account_name(found)
                accounts.append(placed(found, DEFAULT_NAMESPACE))
            elif is_runtime_class(found):
                RuntimeClass.from_json(found)
                classes.append(found)
        except MalformedObject as error:
            problem = f"document {sourced.document}: {error}"
        else:
            continue
        raise UnreadableSource(sourced.source, problem)
    return _Objects(tuple(accounts), tuple(classes))


def _usual(objects: _Objects) -> Sequence[str]:
    """Return the steps that an API server takes unless told otherwise."""
    left_out = {AlwaysPullImages.name} if objects.service_accounts else {AlwaysPullImages.name, ServiceAccountPullSecrets.name}
    return [name for name in _STEPS if name not in left_out]


def _names(text: str) -> Sequence[str]:
    names = text.split(",") if text else []
    unknown = [name for name in names if name not in _STEPS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(_STEPS)}")
    return names

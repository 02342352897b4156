"""``kubecontainers env``: what ``env`` will print in a container, and where each variable comes from."""

from __future__ import annotations

import argparse
import functools
from collections.abc import Iterable, Iterator

from ..explain.core_objects import DEFAULT_NAMESPACE
from ..explain.environment_objects import EnvironmentObjects
from .commands import EXIT_FOUND, EXIT_UNUSABLE, Outcome, Output
from .dotenv import Dotenv, dotenv_file
from .env_arguments import add_arguments, given_facts
from .env_formats import EnvironmentReport, env_text, provenance
from .env_notes import environment_notes
from .env_objects import apply_objects
from .env_pod import Composed, NeverStarts, compose
from .env_workload import select_workload
from .inputs import chosen_cluster, read_objects
from .screen import Screen

__all__ = ["FORMATS", "add_arguments", "run"]

FORMATS = {"text": "as env prints it", "dotenv": "for tools that read such files", "json": "for programs"}
"""The values of ``--format``, and what each is for."""


def run(options: argparse.Namespace, screen: Screen) -> Outcome:
    """Compose the environment that is asked for, and print it; say what keeps the container from starting."""
    cluster, given = chosen_cluster(options), given_facts(options)
    read = read_objects(options.paths, screen)
    if read.unreadable:
        return Outcome(Output(), EXIT_UNUSABLE)
    workload = select_workload(read.objects, options.workload, options.namespace)
    applied = apply_objects(read.objects, options.namespace or DEFAULT_NAMESPACE)
    _tell(applied.problems, screen)
    try:
        composed = compose(workload, options.container, EnvironmentObjects.of(applied.objects), cluster, given)
    except NeverStarts as error:
        for problem in error.problems:
            screen.complain(problem)
        return Outcome(Output(), EXIT_FOUND)
    _tell(environment_notes(composed, applied.services), screen)
    return Outcome(_shown(composed, options, screen))


def _shown(composed: Composed, options: argparse.Namespace, screen: Screen) -> EnvironmentReport | Output:
    variables = composed.environment.values()
    if options.format == "dotenv":
        comment = functools.partial(provenance, composed) if options.origins else None
        file = dotenv_file(variables, show_secrets=options.show_secrets, comment=comment)
        _tell(_dotenv_notes(file), screen)
        return Output(file.content)
    if options.format == "text" and not options.origins:
        return Output(env_text(variables, show_secrets=options.show_secrets))
    return EnvironmentReport(composed, options.show_secrets)


def _dotenv_notes(file: Dotenv) -> Iterator[str]:
    if file.hidden:
        yield f"*** stands for what comes from Secrets, {', '.join(file.hidden)}; --show-secrets writes it"
    if file.left_out:
        yield f"left out, since no dotenv file can hold them: {', '.join(file.left_out)}"
    if file.disputed:
        yield f"python-dotenv does not take the $ as it is meant in {', '.join(file.disputed)}; docker compose does"


def _tell(notes: Iterable[str], screen: Screen) -> None:
    for note in notes:
        screen.complain(f"note: {note}")

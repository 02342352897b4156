"""``kubecontainers simulate``: what becomes of pods on a node, on a virtual clock, while the world does what a script says."""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import attrs

from ..apimachinery.errors import MalformedObject
from ..apimachinery.objects import JSONObject, pod_template
from ..explain.core_objects import DEFAULT_NAMESPACE, coordinate
from ..explain.report import Sourced
from ..explain.scheduling_objects import is_runtime_class
from ..explain.tree import Node, printable
from ..golang.duration import BadDuration, Duration
from ..pods.made import make_pod
from ..runtimeclass.runtime_class import RuntimeClass
from ..simulation.script import Script
from ..simulation.simulate import DEFAULT_UNTIL, simulate
from ..simulation.timeline import Timeline
from .commands import EXIT_UNUSABLE, STDIN, Outcome, Output, UnreadableSource, read_source
from .inputs import add_cluster_arguments, add_manifest_arguments, chosen_cluster, read_objects
from .manifests import read_manifests
from .screen import Screen
from .script_members import read_script
from .simulate_notes import script_notes

__all__ = ["FORMATS", "add_arguments", "run"]

FORMATS = {"text": "for people", "json": "for programs", "watch": "as a watch delivers the pods, a JSON object a line"}
"""The values of ``--format``, and what each is for."""

_WIDTH = 100


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    add_manifest_arguments(command)
    command.add_argument(
        "--script", metavar="FILE|-", help="what the world does, in YAML or JSON (default: every image is there, all goes well)"
    )
    command.add_argument(
        "--until",
        type=_until,
        default=DEFAULT_UNTIL,
        metavar="DURATION",
        help="how much time to simulate, such as 90s, 15m or 24h (default: 1h)",
    )
    command.add_argument("--svg", metavar="FILE", help="write a picture to this file as well")
    command.add_argument("--describe", action="store_true", help="print the events too, as kubectl describe does")
    command.add_argument(
        "--json", dest="format", action="store_const", const="json", default=argparse.SUPPRESS, help="the same as --format json"
    )
    add_cluster_arguments(command)


def run(options: argparse.Namespace, screen: Screen) -> Outcome:
    """Simulate the pods of the manifests, and show what becomes of them."""
    if [*options.paths, options.script].count(STDIN) > 1:
        raise UnreadableSource(STDIN, "standard input can be read once only")
    cluster = chosen_cluster(options)
    script, unread = (Script(), ()) if options.script is None else _script(options.script)
    read = read_objects(options.paths, screen)
    if read.unreadable:
        return Outcome(Output(), EXIT_UNUSABLE)
    pods = [pod for sourced in read.objects for pod in _pods(sourced)]
    if not pods:
        raise UnreadableSource(", ".join(options.paths), "no object makes pods; give the manifest of a Pod, a Deployment or the like")
    classes = (*script.runtime_classes, *_runtime_classes(read.objects))
    timeline = simulate(pods, attrs.evolve(script, runtime_classes=classes), cluster=cluster, until=options.until)
    for note in script_notes(script, timeline, unread=unread):
        screen.complain(f"note: {note}")
    if options.svg is not None:
        _write(options.svg, timeline.to_svg())
    if options.format == "watch":
        return Outcome(Output("".join(_watched(timeline)).encode()))
    return Outcome(_Simulated(timeline, screen, described=options.describe))


@attrs.frozen
class _Simulated:
    """A timeline, and its chart, which stands for itself: no tree is drawn of it."""

    timeline: Timeline
    screen: Screen
    described: bool = attrs.field(kw_only=True)

    def to_json(self) -> JSONObject:
        return self.timeline.to_json()

    def to_nodes(self) -> Iterable[Node]:
        width = shutil.get_terminal_size((_WIDTH, 0)).columns
        chart = self.timeline.to_text(width=width)
        self.screen.write(chart if self.screen.can_show(chart) else self.timeline.to_text(width=width, ascii_only=True))
        for pod in self.timeline.pods if self.described else ():
            lines = [pod.name, *self.timeline.describe(pod.name).splitlines()]
            self.screen.write("".join(f"{printable(line)}\n" for line in ("", *lines)))
        return ()


def _watched(timeline: Timeline) -> Iterator[str]:
    for event in timeline.watch_events():
        yield f"{json.dumps(event.to_json())}\n"


def _script(source: str) -> tuple[Script, tuple[str, ...]]:
    """Return the script in a file, and what it says in vain. Raises ``UnreadableSource`` where there is not just one, or none."""
    found = list(read_manifests(source, read_source(source)))
    problem = f"a script is one object, here are {len(found)}"
    if len(found) == 1:
        try:
            return read_script(found[0].object)
        except MalformedObject as error:
            problem = str(error)
    raise UnreadableSource(source, problem)


def _pods(sourced: Sourced) -> Iterator[JSONObject]:
    """Yield the pod that an object is, or makes. Raises ``UnreadableSource`` for one that Kubernetes could not decode."""
    obj = sourced.object
    try:
        template = pod_template(obj)
        if template is not None:
            made = make_pod(obj, template.pod, namespace=coordinate(obj, "namespace") or DEFAULT_NAMESPACE)
            yield {**made.pod, "apiVersion": "v1", "kind": "Pod"}
    except MalformedObject as error:
        problem = f"Kubernetes could not decode this object: {error}"
    else:
        return
    raise UnreadableSource(f"{sourced.source}, document {sourced.document}", problem)


def _runtime_classes(objects: Sequence[Sourced]) -> Iterator[RuntimeClass]:
    for sourced in objects:
        if is_runtime_class(sourced.object):
            yield RuntimeClass.from_json(sourced.object)


def _until(text: str) -> Duration:
    try:
        found = Duration.parse(text)
    except BadDuration as error:
        problem = str(error)
    else:
        if found >= Duration():
            return found
        problem = f"{text!r} is less than nothing"
    raise argparse.ArgumentTypeError(problem)


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        problem = error.strerror or type(error).__name__
    except ValueError as error:  # a name with a null byte
        problem = str(error)
    else:
        return
    raise UnreadableSource(path, f"cannot be written: {problem}")

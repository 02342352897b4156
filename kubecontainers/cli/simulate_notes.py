"""What a script says in vain, or of things that are not there, which is more often a slip than meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from ..apimachinery.objects import JSONObject, containers, mapping_at, text_at, volumes
from ..simulation.script import PodScript, Script
from ..simulation.timeline import Timeline

__all__ = ["script_notes"]

_LATEST = ":latest"
_MOST_LISTED = 5


def script_notes(script: Script, timeline: Timeline, *, unread: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each kind of names in a script that no pod of the timeline has, and one for its members that are ``unread``."""
    yield from _note("members", unread, "mean nothing")
    pods = [pod.pod for pod in timeline.pods]
    by_name = {name: pod.pod for pod in timeline.pods for name in (pod.name, pod.name.partition("/")[2])}
    yield from _note("pods", [name for name in script.pods if name not in by_name])
    images = {image.removesuffix(_LATEST) for pod in pods for image in _images(pod)}
    yield from _note("images", [image for image in script.images if image.removesuffix(_LATEST) not in images])
    unknown = _unknown(script.default, pods)
    for name, own in script.pods.items():
        if name in by_name:
            unknown += [container for container in _unknown(own, [by_name[name]]) if container not in script.default.behaviour]
    yield from _note("containers", list(dict.fromkeys(unknown)))


def _note(kind: str, names: Sequence[str], problem: str = "are not there") -> Iterator[str]:
    if names:
        more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
        yield f"the script speaks of {kind} that {problem}: {', '.join(names[:_MOST_LISTED])}{more}"


def _unknown(script: PodScript, pods: Iterable[JSONObject]) -> list[str]:
    known: Collection[str] = {found.name for pod in pods for found in containers(pod)}
    return [name for name in script.behaviour if name not in known]


def _images(pod: JSONObject) -> Iterator[str]:
    for found in containers(pod):
        yield text_at(found.container, "image", found.path)
    for path, volume in volumes(pod):
        yield text_at(mapping_at(volume, "image", path) or {}, "reference", path.child("image"))

# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from kubecontainers.apimachinery.changes import with_changes
from kubecontainers.apimachinery.errors import MalformedObject, ValidationFailed
from kubecontainers.apimachinery.objects import is_list, is_object
from kubecontainers.apimachinery.release import Release
from kubecontainers.images.uses import image_uses
from kubecontainers.images.validation import ImageFieldRule, validate_image_use, validate_pull_policy
from kubecontainers.pods.create import create_pod, drop_disabled_fields, drop_unknown_fields
from kubecontainers.pods.defaults import default_pod
from kubecontainers.pods.validation import CHECKED, validate_pod
from kubecontainers.pods.volumes import VolumeRule
from kubecontainers.testing import strategies
from kubecontainers.testing.read_only import plain, read_only

JSON = dict[str, Any]

LISTS = ("containers", "initContainers", "ephemeralContainers")
plain_pods = strategies.pods(policies=st.none() | strategies.pull_policies())


@st.composite
def nearly_valid_pods(draw: DrawFn) -> dict[str, Any]:
    """Pods in which one thing is written that some rule may mind."""
    pod = copy.deepcopy(draw(plain_pods))
    spec = pod["spec"]
    container = draw(st.sampled_from([entry for name in LISTS for entry in spec.get(name, [])]))
    volumes = spec.setdefault("volumes", [])
    mounts = container.setdefault("volumeMounts", [])
    mount = {"name": draw(st.sampled_from(["a", *(volume["name"] for volume in volumes)])), "mountPath": "/x", "subPath": "y"}
    odd_volumes: list[JSON] = [{"name": "a"}, {}, {"name": "a", "emptyDir": {}, "image": {}}]
    odd_mounts: list[JSON] = [mount, mount | {"subPathExpr": "z"}, mount | {"subPath": ".."}, mount | {"mountPath": ""}]
    edits: list[Any] = [
        lambda: container.update(image=draw(st.sampled_from(["", " ", " a", "a\n", "A"]))),
        lambda: container.update(imagePullPolicy=draw(st.sampled_from(["", "always", "Never "]))),
        lambda: container.update(name=draw(st.sampled_from(["", "A", "a.b", spec["containers"][0]["name"]]))),
        lambda: volumes.append(draw(st.sampled_from(odd_volumes))),
        lambda: volumes.append({"name": "a", "image": {"reference": draw(st.sampled_from(["", " ", "b"])), "pullPolicy": ""}}),
        lambda: mounts.append(draw(st.sampled_from(odd_mounts))),
        lambda: spec.update(ephemeralContainers=[{"name": "debug", "image": "a"}]),
    ]
    draw(st.sampled_from(edits))()
    return pod


pods = plain_pods | nearly_valid_pods()
releases = strategies.releases(gates=True)


def created_by_hand(pod: dict[str, Any], release: Release) -> dict[str, Any]:
    """The stored pod the slow way: one pass over a copy for each thing that the API server does."""
    pod = copy.deepcopy(pod)
    spec, known = pod["spec"], release.minor >= 31
    for volume in spec.get("volumes", []):
        if not known:
            volume.pop("image", None)
        if not set(volume) - {"name"}:
            volume["emptyDir"] = {}
    pod = dict(default_pod(pod, release=release).object)
    spec = pod["spec"]
    if known and not release.enabled("ImageVolume") and any("image" in volume for volume in spec.get("volumes", [])):
        names = {volume.get("name", "") for volume in spec["volumes"] if "image" in volume}
        keep(spec, "volumes", lambda volume: "image" not in volume)
        for container in (entry for name in LISTS for entry in spec.get(name, [])):
            keep(container, "volumeMounts", lambda mount: mount["name"] not in names)
    return pod


def keep(parent: JSON, key: str, wanted: Callable[[JSON], bool]) -> None:
    entries = parent.get(key, [])
    kept = [entry for entry in entries if wanted(entry)]
    if entries and not kept:
        del parent[key]
    elif entries:
        parent[key] = kept


def scalars(value: object, path: tuple[str | int, ...] = ()) -> Iterable[tuple[str | int, ...]]:
    """Where the scalars of a JSON value stand."""
    if not is_object(value) and not is_list(value):
        yield path
    for key, entry in value.items() if is_object(value) else enumerate(value) if is_list(value) else ():
        yield from scalars(entry, (*path, key))


def is_checked(path: tuple[str | int, ...]) -> bool:
    """Whether a rule looks at what stands there, by the names that the rooms declare."""
    lists = {**dict.fromkeys(LISTS, CHECKED.container), "volumes": CHECKED.volume}
    outer, *inner = path
    if outer != "spec":
        return False
    declared = lists.get(str(inner[0]), CHECKED.spec)
    name = ".".join(part for part in inner[inner[0] in lists :] if isinstance(part, str))
    return any(f"{name}.".startswith(f"{other}.") for other in declared)


def share_refused() -> float:
    """The share of a fixed sample of pods that is refused."""
    refused: list[bool] = []

    @settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(pods, releases)
    def sample(pod: dict[str, Any], release: Release) -> None:
        refused.append(bool(create_pod(pod, release=release).errors))

    sample()
    return sum(refused) / len(refused)


class TestCreatingAPod:
    """The stored pod is the given one with its defaults, without what is dropped; creating that changes nothing more."""

    @given(pods, releases)
    def test_as_by_hand(self, pod: dict[str, Any], release: Release) -> None:
        assert create_pod(pod, release=release).object == created_by_hand(pod, release)

    @given(pods, releases, st.booleans())
    def test_idempotent(self, pod: dict[str, Any], release: Release, template: bool) -> None:
        once = create_pod(pod, release=release, template=template)
        twice = create_pod(once.object, release=release, template=template)
        assert twice.object is once.object
        assert twice.changes == ()
        assert (twice.errors, twice.unchecked) == (once.errors, once.unchecked)

    @given(pods, releases)
    def test_the_changes_make_the_stored_pod(self, pod: dict[str, Any], release: Release) -> None:
        created = create_pod(pod, release=release)
        assert with_changes(pod, created.changes) == created.object
        if not created.changes:
            assert created.object is pod

    @given(pods, releases)
    def test_step_by_step(self, pod: dict[str, Any], release: Release) -> None:
        created = create_pod(pod, release=release)
        known = drop_unknown_fields(pod, release=release)
        defaulted = default_pod(known.object, release=release)
        kept = drop_disabled_fields(defaulted.object, release=release)
        assert (kept.object, known.changes + defaulted.changes + kept.changes) == (created.object, created.changes)
        assert created.errors == validate_pod(created.object, release=release)

    @given(pods, releases)
    def test_refused_or_stored(self, pod: dict[str, Any], release: Release) -> None:
        created = create_pod(pod, release=release)
        try:
            assert created.stored() is created.object
            assert created.errors == ()
        except ValidationFailed as error:
            assert error.errors == created.errors != ()

    @given(pods, releases)
    def test_templates_obey_no_more_rules(self, pod: dict[str, Any], release: Release) -> None:
        """But a volume that is valid in a template alone takes its name, and its mounts are looked into."""
        for_pods = Counter(create_pod(pod, release=release).errors)
        for_templates = Counter(create_pod(pod, release=release, template=True).errors)
        assert {error.rule for error in for_templates - for_pods} <= {VolumeRule.NAME_DUPLICATE, ImageFieldRule.SUB_PATH}

    @given(pods, releases)
    def test_every_image_obeys_the_rules_of_images(self, pod: dict[str, Any], release: Release) -> None:
        """The rules for one use of an image find what those for the pod find."""
        created = create_pod(pod, release=release)
        by_use = Counter(
            (error.path, error.rule)
            for use in image_uses(created.object, release=release)
            for error in (*validate_image_use(use), *validate_pull_policy(use.policy, use.policy_path))
        )
        stored: Any = plain(created.object)
        first_sources = {at for at, volume in enumerate(stored["spec"].get("volumes", [])) if "emptyDir" in volume}
        of_second = {key for key in by_use if key[0].parts[1] == "volumes" and key[0].parts[2] in first_sources}
        found = Counter((error.path, error.rule) for error in created.errors if (error.path, error.rule) in by_use)
        assert found == Counter({key: count for key, count in by_use.items() if key not in of_second})

    def test_both_sides_get_a_fifth_of_the_examples(self) -> None:
        assert 0.2 <= share_refused() <= 0.8


class TestCreatingSharesWhatStays:
    """The pod that is given is never changed, and whatever need not change is in the stored pod the very same object."""

    @given(pods, releases)
    def test_input_stays(self, pod: dict[str, Any], release: Release) -> None:
        before = copy.deepcopy(pod)
        create_pod(pod, release=release)
        assert pod == before

    @given(pods, releases)
    def test_shared(self, pod: dict[str, Any], release: Release) -> None:
        created = create_pod(pod, release=release)
        stored: Any = created.object
        assert stored["metadata"] is pod["metadata"]
        touched = {change.path.parts[1] for change in created.changes}
        for name, value in pod["spec"].items():
            if name not in touched:
                assert stored["spec"][name] is value
        for name in LISTS:
            entries = {change.path.parts[2] for change in created.changes if change.path.parts[1] == name}
            for at, container in enumerate(pod["spec"].get(name, [])):
                assert (stored["spec"][name][at] is container) == (at not in entries)

    @given(pods, releases)
    def test_any_mapping(self, pod: dict[str, Any], release: Release) -> None:
        found, expected = create_pod(read_only(pod), release=release), create_pod(pod, release=release)
        assert plain(found.object) == expected.object
        assert (found.errors, found.unchecked) == (expected.errors, expected.unchecked)
        assert found.to_json() == expected.to_json()


class TestWhatIsNotChecked:
    """Every field of the stored pod is either one that some rule checks or stands at or below one that is named as unchecked."""

    @given(pods, releases)
    def test_each_field_is_one_or_the_other(self, pod: dict[str, Any], release: Release) -> None:
        created = create_pod(pod, release=release)
        unchecked = {path.parts for path in created.unchecked}
        assert len(unchecked) == len(created.unchecked)
        for path in scalars(created.object):
            named = any(path[:depth] in unchecked for depth in range(len(path) + 1))
            assert named is not (is_checked(path) or path[0] in {"apiVersion", "kind"})

    @given(pods, releases)
    def test_no_error_is_about_it(self, pod: dict[str, Any], release: Release) -> None:
        created = create_pod(pod, release=release)
        unchecked = {path.parts for path in created.unchecked}
        two_sources = {error.path.parts for error in created.errors if error.type.value == "Forbidden"}
        for error in created.errors:
            assert error.path.parts not in unchecked - two_sources


class TestCreatingAnything:
    """Whatever JSON is given for a pod, it is created, or refused as malformed."""

    @given(strategies.damaged(pods) | strategies.json_objects(), releases, st.booleans())
    def test_damaged(self, pod: dict[str, Any], release: Release, template: bool) -> None:
        before = copy.deepcopy(pod)
        try:
            created = create_pod(pod, release=release, template=template)
        except MalformedObject as error:
            assert error.path.startswith("spec")
        else:
            again = create_pod(created.object, release=release, template=template)
            assert (again.changes, again.errors) == ((), created.errors)
            assert created.to_json()
        assert pod == before

    @given(strategies.json_values(), releases)
    def test_any_value(self, value: Any, release: Release) -> None:
        try:
            create_pod(value, release=release)
        except MalformedObject as error:
            assert error.path == "" or error.path.startswith("spec")

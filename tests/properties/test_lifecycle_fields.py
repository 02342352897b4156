# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
"""What an API server makes of a pod's hooks, probes, ports and restart policies: defaults, drops, errors."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.changes import ChangedObject, with_changes
from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.fields import SPEC, FieldErrorType
from kubecontainers.apimachinery.objects import containers
from kubecontainers.apimachinery.plain import all_entries, plain_spec
from kubecontainers.apimachinery.release import LATEST, Release
from kubecontainers.lifecycle.defaults import (
    LifecycleDefaultReason,
    default_host_ports,
    default_lifecycle,
    default_template_host_ports,
    has_complete_lifecycle,
    has_host_ports,
    raise_negative_grace,
    says_how_it_ends,
)
from kubecontainers.lifecycle.drop import drop_disabled_lifecycle_fields, drop_unknown_lifecycle_fields
from kubecontainers.lifecycle.handler_validation import HandlerRule
from kubecontainers.lifecycle.sidecars import is_sidecar
from kubecontainers.lifecycle.validation import LifecycleRule, PodLifecycle, validate_os, validate_restart_policy
from kubecontainers.pods.create import create_pod
from kubecontainers.testing import strategies
from kubecontainers.testing.hooks import hook_pods, nearly_valid_hook_pods
from kubecontainers.testing.read_only import plain, read_only

JSON = dict[str, Any]
STEPS = (
    drop_unknown_lifecycle_fields,
    default_lifecycle,
    default_host_ports,
    default_template_host_ports,
    raise_negative_grace,
    drop_disabled_lifecycle_fields,
)
KINDS = ("containers", "initContainers", "ephemeralContainers")
SIGNALS = LATEST.with_gates({"ContainerStopSignals": True})

releases = strategies.releases(gates=True)
pods = nearly_valid_hook_pods()
steps = st.sampled_from(STEPS)


def errors(pod: Any, release: Release) -> list[Any]:
    """The errors about lives of a pod that is defaulted."""
    spec: Any = pod.get("spec") or {}
    life = PodLifecycle.from_spec(spec, SPEC, release=release)
    return [
        *(error for found in containers(pod) for error in (*life.errors(found), *life.restart_policy_errors(found))),
        *validate_restart_policy(spec, SPEC),
        *validate_os(spec, SPEC),
    ]


class TestEachStep:
    """A step changes what it says it changes, and, asked again, nothing; nothing that it is given is touched."""

    @given(steps, pods, releases)
    def test_once(self, step: Any, pod: JSON, release: Release) -> None:
        found: ChangedObject = step(pod, release=release)
        assert with_changes(pod, found.changes) == found.object
        again: ChangedObject = step(found.object, release=release)
        assert (again.object, again.changes) == (found.object, ())
        if not found.changes:
            assert found.object is pod

    @given(steps, pods, releases)
    def test_any_mapping(self, step: Any, pod: JSON, release: Release) -> None:
        found, plainly = step(read_only(pod), release=release), step(pod, release=release)
        assert plain(found.object) == plainly.object
        assert [str(change.path) for change in found.changes] == [str(change.path) for change in plainly.changes]

    @given(pods, releases)
    def test_drops_only_take(self, pod: JSON, release: Release) -> None:
        for step in (drop_unknown_lifecycle_fields, drop_disabled_lifecycle_fields):
            assert all(change.after is None for change in step(pod, release=release).changes)
        defaults = [*default_lifecycle(pod).changes, *default_host_ports(pod).changes]
        assert all(change.after is not None and change.before in {None, "", 0} for change in defaults)


class TestTheQuickLook:
    """Where the quick look sees nothing to fill in there is nothing; after the defaults it sees so, but for what is odd."""

    @given(strategies.damaged(pods) | pods)
    def test_it_is_sure(self, pod: JSON) -> None:
        spec = plain_spec(pod)
        checks = tuple((kind, has_complete_lifecycle) for kind in KINDS)
        if spec is not None and says_how_it_ends(spec) and has_host_ports(spec) and all_entries(spec, checks):
            for step in (default_lifecycle, default_host_ports, raise_negative_grace):
                assert step(pod).object is pod

    @given(hook_pods())
    def test_it_sees_defaults(self, pod: JSON) -> None:
        stored: Any = default_host_ports(default_lifecycle(pod).object).object
        assert says_how_it_ends(stored["spec"])
        assert has_host_ports(stored["spec"])
        assert all(has_complete_lifecycle(container) for kind in KINDS for container in stored["spec"].get(kind, []))


class TestErrors:
    """Defaults never make an error, and take away those of what was left open; valid pods have none."""

    @given(hook_pods())
    def test_valid(self, pod: JSON) -> None:
        stored = default_lifecycle(pod).object
        assert errors(stored, SIGNALS) == []
        assert create_pod(pod).errors == ()

    @given(pods, releases)
    def test_defaults_only_help(self, pod: JSON, release: Release) -> None:
        before, after = errors(pod, release), errors(default_lifecycle(pod).object, release)
        grace_given = pod["spec"].get("terminationGracePeriodSeconds") is not None
        assert set(after) <= set(before) or not grace_given
        left_open = {HandlerRule.PATH_REQUIRED, LifecycleRule.RESTART_POLICY_REQUIRED}
        assert not any(error.rule in left_open for error in after)

    @given(pods, releases)
    def test_what_has_no_hooks(self, pod: JSON, release: Release) -> None:
        life = PodLifecycle.from_spec(pod["spec"], SPEC, release=release)
        stored = drop_disabled_lifecycle_fields(drop_unknown_lifecycle_fields(pod, release=release).object, release=release).object
        for found in containers(stored):
            rules = {error.rule for error in life.errors(found)}
            may = found.kind.value == "containers" or is_sidecar(found, release=release)
            assert not (may and rules & {LifecycleRule.NOT_FOR_INIT, LifecycleRule.NOT_FOR_EPHEMERAL})
            fields = [found.container.get(name) for name in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")]
            if not may:
                forbidden = [error for error in life.errors(found) if error.type is FieldErrorType.FORBIDDEN]
                assert len(forbidden) - ("restartPolicy" in str(forbidden[:1])) == sum(field is not None for field in fields)

    def test_both_sides_are_seen(self) -> None:
        refused: list[bool] = []

        @settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(pods.filter(lambda pod: "ephemeralContainers" not in pod["spec"]), releases)
        def see(pod: JSON, release: Release) -> None:
            refused.append(bool(create_pod(pod, release=release).errors))

        see()
        assert min(refused.count(True), refused.count(False)) >= len(refused) / 5


class TestAnyObject:
    """Whatever JSON comes in, there is an answer or ``MalformedObject``, and the pod that is stored is the same on every way to it."""

    @given(strategies.json_objects() | strategies.damaged(pods), releases)
    def test_total(self, pod: JSON, release: Release) -> None:
        for step in STEPS:
            try:
                step(pod, release=release)
            except MalformedObject as error:
                assert str(error)
        try:
            errors(pod, release)
        except MalformedObject as error:
            assert str(error)

    @given(strategies.json_objects())
    def test_quick_looks(self, value: JSON) -> None:
        assert {has_complete_lifecycle(value), says_how_it_ends(value), has_host_ports(value)} <= {True, False}

    @given(pods, releases)
    def test_the_stored_pod(self, pod: JSON, release: Release) -> None:
        created = create_pod(pod, release=release)
        found: Any = pod
        for step in (
            drop_unknown_lifecycle_fields,
            default_lifecycle,
            default_host_ports,
            raise_negative_grace,
            drop_disabled_lifecycle_fields,
        ):
            found = step(found, release=release).object
        stored: Any = created.object
        assert stored["spec"]["terminationGracePeriodSeconds"] == found["spec"]["terminationGracePeriodSeconds"]
        for kind in KINDS:
            for ours, whole in zip(found["spec"].get(kind, []), stored["spec"].get(kind, []), strict=True):
                assert ours.items() <= whole.items() or ours == {key: whole.get(key) for key in ours}
        assert any(change.reason is LifecycleDefaultReason.RESTART_POLICY for change in created.changes) is not bool(
            pod["spec"].get("restartPolicy")
        )

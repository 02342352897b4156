"""Upgrades of any workloads: every difference has a change behind it, and without a difference of releases there is none."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.cluster import Cluster
from kubecontainers.apimachinery.release import Release
from kubecontainers.explain.upgrade import explain_upgrade
from kubecontainers.testing.strategies import environment_pods, hostname_pods, releases, stopping_pods, workloads

pods = environment_pods() | hostname_pods() | stopping_pods()
objects = workloads() | pods.map(lambda pod: {"kind": "Pod", **pod})


@given(st.lists(objects, max_size=2), releases(), releases())
def test_every_difference_has_a_change_behind_it(found: list[dict[str, Any]], one: Release, other: Release) -> None:
    before, after = sorted((one, other), key=lambda release: release.minor)
    report = explain_upgrade(found, Cluster(before), Cluster(after))
    assert all(difference.changes for difference in report.differences)
    assert all(difference.before != difference.after for difference in report.differences)


@given(objects, releases())
def test_without_an_upgrade_nothing_changes(found: dict[str, Any], release: Release) -> None:
    assert explain_upgrade([found], Cluster(release), Cluster(release)).objects == ()


@settings(max_examples=10)
@given(objects, releases())
def test_back_again_is_the_same_the_other_way_round(found: dict[str, Any], release: Release) -> None:
    newest = Cluster(Release("1.36"))
    there, back = explain_upgrade([found], Cluster(release), newest), explain_upgrade([found], newest, Cluster(release))
    assert {(one.path, one.label, one.before, one.after) for one in there.differences} == {
        (one.path, one.label, one.after, one.before) for one in back.differences
    }

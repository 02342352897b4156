from __future__ import annotations

import pytest

from kubecontainers.apimachinery.events import EventType
from kubecontainers.apimachinery.objects import ContainerKind
from kubecontainers.apimachinery.release import Release, releases
from kubecontainers.lifecycle import events
from kubecontainers.lifecycle.events import EventReason, LifecycleEvent
from kubecontainers.pulling import pull_messages


@pytest.mark.parametrize(
    ("minor", "created", "started"),
    [
        ("1.27", "Created container app", "Started container app"),
        ("1.28", "Created container app", "Started container app"),
        ("1.29", "Created container: app", "Started container app"),
        ("1.34", "Created container: app", "Started container app"),
        ("1.35", "Container created", "Container started"),
        ("1.36", "Container created", "Container started"),
    ],
)
def test_texts_of_the_minors(minor: str, created: str, started: str) -> None:
    assert events.created_message("app", release=Release(minor)) == created
    assert events.started_message("app", release=Release(minor)) == started


def test_a_killing_event_says_what_who_kills_says() -> None:
    assert events.killing_message("app", "FailedPostStartHook") == "FailedPostStartHook"
    assert events.killing_message("app") == "Stopping container app"


def test_what_the_sandbox_says() -> None:
    assert events.sandbox_failed_message("no network") == "Failed to create pod sandbox: no network"


def test_field_paths() -> None:
    paths = [events.container_field_path(kind, "a") for kind in ContainerKind]
    assert paths == ["spec.initContainers{a}", "spec.containers{a}", "spec.ephemeralContainers{a}"]


def test_events_compare() -> None:
    event = LifecycleEvent(EventType.NORMAL, EventReason.STARTED, "Container started", "spec.containers{app}")
    assert event == LifecycleEvent(EventType.NORMAL, EventReason.STARTED, "Container started", "spec.containers{app}")
    assert event != LifecycleEvent(EventType.NORMAL, EventReason.STARTED, "Container started")


def test_every_reason_has_a_meaning_of_its_own() -> None:
    assert len({reason.meaning for reason in EventReason}) == len(EventReason)


def test_the_reasons_about_images_are_the_same_words() -> None:
    assert {reason.value for reason in pull_messages.EventReason} <= {reason.value for reason in EventReason}


def test_each_text_changes_at_two_minors_at_most() -> None:
    assert len({events.created_message("a", release=release) for release in releases()}) == 3
    assert len({events.started_message("a", release=release) for release in releases()}) == 2

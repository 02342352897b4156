"""What the pods of a node share; the queue and the handlers are tested with several pods in ``test_shared_node``."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.golang.duration import Duration
from kubecontainers.lifecycle.pod_runtime import CallFailure, ImageUser
from kubecontainers.pulling.image_runtime import Pulled, RuntimeFailure
from kubecontainers.simulation.node import Node
from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulated_node


def node_of(**images: Any) -> Node:
    return simulated_node(Script.from_json({"images": {name.replace("_", ":"): image for name, image in images.items()}}), None)[0]


def test_an_image_that_is_not_named_is_there() -> None:
    node = node_of(app_1={})
    assert (node.is_present("other:1", Duration()), node.is_present("app:1", Duration())) == (True, False)
    assert (node.size("other:1", "other:1"), node.user("other:1")) == (0, ImageUser())


def test_a_name_that_cannot_be_read_is_no_image() -> None:
    assert node_of(NO={"present": True}).is_present("app:1", Duration())


def test_pulls_are_used_up_and_the_last_repeats() -> None:
    node = node_of(app_1={"pulls": [{"ms": 1000, "error": "notfound:gone"}, {"ms": 2000}]})
    answers = [node.pull("app:1", "app:1", Duration.of(10 * turn))[1] for turn in range(3)]
    assert answers == [
        RuntimeFailure("rpc error: code = NotFound desc = gone", took=1),
        Pulled("app:1", took=2),
        Pulled("app:1", took=2),
    ]
    assert [node.is_present("app:1", Duration.of(at)) for at in (11, 12)] == [False, True]


def test_an_image_stays_while_it_is_pulled_again() -> None:
    node = node_of(app_1={"present": True, "pulls": [{"ms": 2000}]})
    node.pull("app:1", "app:1", Duration())
    assert node.is_present("app:1", Duration())


@pytest.mark.parametrize(
    ("image", "user"),
    [
        ({"uid": 1000, "username": "www"}, ImageUser(1000, "www")),
        ({}, ImageUser()),
        ({"inspectError": "broken"}, CallFailure("broken", "Unknown")),
    ],
)
def test_users(image: dict[str, Any], user: ImageUser | CallFailure) -> None:
    assert node_of(app_1=image).user("app:1") == user


def test_a_restart_ends_what_is_under_way() -> None:
    node = node_of(app_1={"pulls": [{"ms": 5000}]}, web_1={"pulls": [{"ms": 1000}]})
    node.pull("web:1", "web:1", Duration())
    node.pull("app:1", "app:1", Duration())
    node.restart(Duration.of(3))
    assert (node.is_present("web:1", Duration.of(9)), node.is_present("app:1", Duration.of(9))) == (True, False)
    planned, _ = node.pull("app:1", "app:1", Duration.of(3))
    assert planned.waited == Duration()

"""An operator made with kopf that watches simulated pods: its own queues, and handlers that patch what they see.

The API server is a stand-in: it lists nothing, and its watch delivers the events of a timeline, each as soon as the one before was handled.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import attrs
import kopf
from aiohttp import web
from aiohttp.test_utils import TestServer

from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulate
from kubecontainers.simulation.watch import WatchEvent

JSON = dict[str, Any]

AMPLE = 60.0
IMAGE = "registry.example/shop/web:1.4"
POD: JSON = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "shop", "uid": "8c3a"},
    "spec": {"nodeName": "node-a", "containers": [{"name": "web", "image": IMAGE}]},
}


def resource(name: str, kind: str, *, namespaced: bool) -> JSON:
    return {"name": name, "singularName": kind.lower(), "kind": kind, "namespaced": namespaced, "verbs": ["get", "list", "watch", "patch"]}


RESOURCES = [resource("namespaces", "Namespace", namespaced=False), resource("pods", "Pod", namespaced=True)]
DISCOVERY: dict[str, JSON] = {"/api": {"versions": ["v1"]}, "/api/v1": {"resources": RESOURCES}, "/apis": {"groups": []}}


@attrs.define
class ApiServer:
    """A server that plays a watch once, and notes what is patched."""

    events: list[WatchEvent]
    handled: asyncio.Semaphore = attrs.field(factory=lambda: asyncio.Semaphore(0))
    patches: list[JSON] = attrs.field(factory=list[JSON])
    played: asyncio.Event = attrs.field(factory=asyncio.Event)
    over: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def get(self, request: web.Request) -> web.StreamResponse:
        if request.path != "/api/v1/pods":
            return web.json_response(DISCOVERY.get(request.path, {}), status=200 if request.path in DISCOVERY else 404)
        if "watch" not in request.query:
            return web.json_response({"apiVersion": "v1", "kind": "PodList", "metadata": {"resourceVersion": "0"}, "items": []})
        answer = web.StreamResponse()
        await answer.prepare(request)
        while self.events:
            await answer.write(json.dumps(self.events.pop(0).to_json()).encode() + b"\n")
            await self.handled.acquire()
        self.played.set()
        await self.over.wait()
        return answer

    async def patch(self, request: web.Request) -> web.Response:
        self.patches.append(await request.json())
        return web.json_response(POD)

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[str, None]:
        app = web.Application()
        app.add_routes([web.get("/{path:.*}", self.get), web.patch("/api/v1/namespaces/shop/pods/web", self.patch)])
        server = TestServer(app)
        await server.start_server(shutdown_timeout=0)
        async with server:
            yield str(server.make_url("/").origin())


async def operate(events: Iterable[WatchEvent], handler: Callable[..., None]) -> list[JSON]:
    """Run an operator with one handler until it has handled all events; what it has patched."""
    server, registry = ApiServer(list(events)), kopf.OperatorRegistry()

    async def on_pod(**given: Any) -> None:
        handler(**given)
        server.handled.release()

    kopf.on.event("", "v1", "pods", registry=registry)(on_pod)
    async with server.running() as address:

        def login(**_: Any) -> kopf.ConnectionInfo:
            return kopf.ConnectionInfo(server=address)

        kopf.on.login(registry=registry)(login)
        settings = kopf.OperatorSettings()
        settings.posting.enabled = False
        stop = asyncio.Event()
        operator = kopf.operator(registry=registry, settings=settings, standalone=True, clusterwide=True, stop_flag=stop)
        running = asyncio.create_task(operator)
        try:
            await asyncio.wait_for(server.played.wait(), AMPLE)
        finally:
            server.over.set()
            stop.set()
            await asyncio.wait_for(running, AMPLE)
    return server.patches


def test_a_pull_that_fails() -> None:
    """The operator sees each state of the pull, and labels the pod."""
    seen: list[str] = []

    def on_pod(status: kopf.Status, patch: kopf.Patch, **_: Any) -> None:
        for container in status.get("containerStatuses", []):
            reason = container["state"]["waiting"]["reason"]
            seen.append(reason)
            if reason == "ImagePullBackOff":
                patch.meta.labels["example.com/broken"] = reason

    script = Script.from_json({"images": {IMAGE: {"pulls": [{"ms": 800, "error": "pull access denied"}]}}})
    patches = asyncio.run(operate(simulate([POD], script, until=35).watch_events(), on_pod))
    assert seen == ["ContainerCreating", "ErrImagePull", "ImagePullBackOff"]
    assert patches == [{"metadata": {"labels": {"example.com/broken": "ImagePullBackOff"}}}]


def test_a_slow_termination() -> None:
    """The operator sees when the pod is to be gone, and that it is."""
    seen: list[tuple[str | None, int | None]] = []

    def on_pod(event: kopf.RawEvent, meta: kopf.Meta, **_: Any) -> None:
        seen.append((event["type"], meta.get("deletionGracePeriodSeconds")))

    script = Script.from_json({"deleteAtMs": 30_000, "behaviour": {"web": {"stopMs": -1}}})
    asyncio.run(operate(simulate([POD], script).watch_events(), on_pod))
    modified, grace = ("MODIFIED", None), ("MODIFIED", 30)
    assert seen == [("ADDED", None), modified, modified, grace, grace, ("MODIFIED", 0), ("DELETED", 0)]

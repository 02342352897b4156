"""The handler of docs/examples in a running operator, which kopf registers at an API server and which that then asks.

The API server is a stand-in that knows just what kopf asks it: which resources there are, and to store the webhook's configuration. The
webhook's address and the authority of its certificate are taken from there, as an API server takes them.
"""

from __future__ import annotations

import asyncio
import base64
import copy
import json
import runpy
import ssl
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import jsonpatch
import kopf
import pytest
import trustme
from aiohttp import web
from aiohttp.test_utils import TestServer

JSON = dict[str, Any]

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "webhook"
IMAGE = "registry.k8s.io/pause:3.9"
ALWAYS: JSON = {"imagePullPolicy": "Always"}
POD: JSON = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"containers": [{"name": "app", "image": IMAGE, "imagePullPolicy": "IfNotPresent"}, {"name": "log", "image": IMAGE} | ALWAYS]},
}
CONFIGURATIONS = "mutatingwebhookconfigurations"
GROUP = "admissionregistration.k8s.io"
AMPLE = 60.0


def resource(name: str, kind: str, *, namespaced: bool) -> JSON:
    return {"name": name, "singularName": kind.lower(), "kind": kind, "namespaced": namespaced, "verbs": ["get", "list", "watch", "patch"]}


DISCOVERY: Mapping[str, JSON] = {
    "/api": {"versions": ["v1"]},
    "/api/v1": {"resources": [resource("pods", "Pod", namespaced=True)]},
    "/apis": {"groups": [{"name": GROUP, "versions": [{"version": "v1"}], "preferredVersion": {"version": "v1"}}]},
    f"/apis/{GROUP}/v1": {"resources": [resource(CONFIGURATIONS, "MutatingWebhookConfiguration", namespaced=False)]},
}


@asynccontextmanager
async def api_server(registered: asyncio.Future[JSON]) -> AsyncGenerator[str, None]:
    """Run the stand-in; its address. The first configuration that it is given becomes the result of ``registered``."""

    async def get(request: web.Request) -> web.Response:
        return web.json_response(DISCOVERY.get(request.path, {}), status=200 if request.path in DISCOVERY else 404)

    async def post(request: web.Request) -> web.Response:
        return web.json_response(await request.json(), status=201)

    async def patch(request: web.Request) -> web.Response:
        changed = await request.json()
        if not registered.done():
            registered.set_result(changed)
        return web.json_response(changed)

    app = web.Application()
    configurations = f"/apis/{GROUP}/v1/{CONFIGURATIONS}"
    app.add_routes([web.get("/{path:.*}", get), web.post(configurations, post), web.patch(configurations + "/{name}", patch)])
    async with TestServer(app) as server:
        yield str(server.make_url("/").origin())


@asynccontextmanager
async def operator(api: str, directory: Path, registry: kopf.OperatorRegistry) -> AsyncGenerator[None, None]:
    """Run the operator with a server whose certificate is made here."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(directory / "ca.crt"))
    certificate = authority.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(directory / "tls.pem"))
    pem = str(directory / "tls.pem")
    settings = kopf.OperatorSettings()
    settings.admission.server = kopf.WebhookServer(
        addr="127.0.0.1", host="localhost", cafile=str(directory / "ca.crt"), certfile=pem, pkeyfile=pem
    )
    settings.admission.managed = "images.example.com"
    settings.posting.enabled = False

    def login(**_: Any) -> kopf.ConnectionInfo:
        return kopf.ConnectionInfo(server=api)

    kopf.on.login(registry=registry)(login)
    stop = asyncio.Event()
    running = asyncio.create_task(kopf.operator(registry=registry, settings=settings, standalone=True, clusterwide=True, stop_flag=stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(running, AMPLE)


async def ask(configuration: JSON, reviews: Mapping[str, JSON]) -> dict[str, JSON]:
    """Send all reviews at once, as the configuration of the webhook says; the answers."""
    client = configuration["webhooks"][0]["clientConfig"]
    context = ssl.create_default_context(cadata=base64.b64decode(client["caBundle"]).decode())

    async def post(session: aiohttp.ClientSession, body: JSON) -> JSON:
        async with session.post(client["url"], json=body) as answer:
            assert answer.status == 200
            found: JSON = await answer.json()
            return found

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=context)) as session:
        found = await asyncio.gather(*(post(session, body) for body in reviews.values()))
        return dict(zip(reviews, found, strict=True))


def review(uid: str, pod: JSON, **asked: Any) -> JSON:
    request = {
        "uid": uid,
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "resource": {"group": "", "version": "v1", "resource": "pods"},
        "namespace": "shop",
        "operation": "CREATE",
        "userInfo": {"username": "kubernetes-admin", "uid": "", "groups": ["system:authenticated"]},
        "object": pod,
        "oldObject": None,
        "dryRun": False,
    }
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request | asked}


def pod_of(*containers: JSON) -> JSON:
    return {**POD, "spec": {"containers": list(containers)}}


def reviews(pinned: str) -> dict[str, JSON]:
    unknown = pod_of({"name": "app", "image": "nginx:1.27"} | ALWAYS)
    asked = {
        "patched": review("1", POD),
        "unchanged": review("2", pod_of({"name": "app", "image": pinned} | ALWAYS)),
        "unknown": review("3", unknown),
        "kept": review("4", unknown, operation="UPDATE", oldObject=unknown),
        "malformed": review("5", {**POD, "spec": {"containers": "app"}}),
    }
    many = {f"many-{number}": review(f"many-{number}", POD) for number in range(50)}
    return asked | many


@pytest.fixture(scope="module")
def pinned() -> str:
    digest: str = runpy.run_path(str(EXAMPLES / "webhook.py"))["DIGESTS"][IMAGE]
    return f"{IMAGE}@{digest}"


@pytest.fixture(scope="module")
def conversation(pinned: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[JSON, dict[str, JSON]]:
    """The configuration that was registered, and what was answered to every review."""
    registry = kopf.OperatorRegistry()
    before = kopf.get_default_registry()
    with pytest.MonkeyPatch.context() as patching:
        # As ``kopf run handler.py`` does.
        patching.setattr(sys, "path", [str(EXAMPLES), *sys.path])
        kopf.set_default_registry(registry)
        try:
            runpy.run_path(str(EXAMPLES / "handler.py"))
        finally:
            kopf.set_default_registry(before)
            sys.modules.pop("webhook", None)

    async def converse() -> tuple[JSON, dict[str, JSON]]:
        registered = asyncio.get_running_loop().create_future()
        async with api_server(registered) as api, operator(api, tmp_path_factory.mktemp("tls"), registry):
            configuration = await asyncio.wait_for(registered, AMPLE)
            return configuration, await ask(configuration, reviews(pinned))

    return asyncio.run(converse())


def test_how_it_is_registered(conversation: tuple[JSON, dict[str, JSON]]) -> None:
    (webhook,) = conversation[0]["webhooks"]
    (rule,) = webhook["rules"]
    assert (webhook["failurePolicy"], webhook["sideEffects"]) == ("Fail", "None")
    assert (rule["apiGroups"], rule["apiVersions"], rule["resources"], rule["operations"]) == ([""], ["v1"], ["pods"], ["CREATE", "UPDATE"])


def test_patched(conversation: tuple[JSON, dict[str, JSON]], pinned: str) -> None:
    response = conversation[1]["patched"]["response"]
    assert (response["uid"], response["allowed"], response["patchType"]) == ("1", True, "JSONPatch")
    operations = json.loads(base64.b64decode(response["patch"]))
    wanted = copy.deepcopy(POD)
    for container in wanted["spec"]["containers"]:
        container.update(image=pinned, imagePullPolicy="Always")
    assert jsonpatch.apply_patch(POD, operations) == wanted
    # What changes is in the patch, and not the list that it stands in.
    assert {operation["path"].rpartition("/")[0] for operation in operations} == {"/spec/containers/0", "/spec/containers/1"}


@pytest.mark.parametrize("name", ["unchanged", "kept"])
def test_let_through(name: str, conversation: tuple[JSON, dict[str, JSON]]) -> None:
    response = conversation[1][name]["response"]
    assert response["allowed"] is True
    assert "patch" not in response


@pytest.mark.parametrize(("name", "code", "said"), [("unknown", 403, "'nginx:1.27'"), ("malformed", 400, "spec.containers")])
def test_denied(name: str, code: int, said: str, conversation: tuple[JSON, dict[str, JSON]]) -> None:
    response = conversation[1][name]["response"]
    assert (response["allowed"], response["status"]["code"]) == (False, code)
    assert said in response["status"]["message"]


def test_every_request_gets_its_own_answer(conversation: tuple[JSON, dict[str, JSON]]) -> None:
    many = {name: answer["response"] for name, answer in conversation[1].items() if name.startswith("many-")}
    assert len(many) == 50
    assert {name: (response["uid"], response["allowed"]) for name, response in many.items()} == {name: (name, True) for name in many}

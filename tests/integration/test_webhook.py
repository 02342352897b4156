"""The webhook of docs/examples, served over HTTPS with certificates of an authority of its own, and called as an API server calls it."""

from __future__ import annotations

import asyncio
import base64
import copy
import io
import json
import os
import re
import runpy
import signal
import ssl
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import jsonpatch
import pytest
import trustme
from aiohttp.test_utils import TestServer

JSON = dict[str, Any]

PROGRAM = Path(__file__).parents[2] / "docs" / "examples" / "webhook" / "webhook.py"
EXAMPLE = runpy.run_path(str(PROGRAM))
IMAGE = "registry.k8s.io/pause:3.9"
PINNED = f"{IMAGE}@{EXAMPLE['DIGESTS'][IMAGE]}"
POD: JSON = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {
        "initContainers": [{"name": "wait", "image": PINNED, "imagePullPolicy": "Always"}],
        "containers": [{"name": "app", "image": IMAGE, "imagePullPolicy": "IfNotPresent"}],
    },
}

AUTHORITY = trustme.CA()
CERTIFICATE = AUTHORITY.issue_cert("localhost")


def review(uid: str = "705ab4f5-6393-11e8-b7cc-42010a800002", **image: str) -> JSON:
    """Return the review of a new pod, whose container has another image where one is given."""
    pod = copy.deepcopy(POD)
    pod["spec"]["containers"][0] |= image
    asked = {
        "uid": uid,
        "kind": {"group": "", "version": "v1", "kind": "Pod"},
        "resource": {"group": "", "version": "v1", "resource": "pods"},
        "namespace": "shop",
        "operation": "CREATE",
        "userInfo": {"username": "kubernetes-admin", "groups": ["system:authenticated"]},
        "object": pod,
        "oldObject": None,
        "dryRun": False,
        "options": {"apiVersion": "meta.k8s.io/v1", "kind": "CreateOptions"},
    }
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": asked}


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=authority.cert_pem.bytes().decode())


@asynccontextmanager
async def served() -> AsyncGenerator[str, None]:
    """Serve the webhook on a port that is free; its address."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with CERTIFICATE.private_key_and_cert_chain_pem.tempfile() as path:
        context.load_cert_chain(path)
    server = TestServer(EXAMPLE["application"](), host="localhost")
    await server.start_server(ssl=context)
    async with server:
        yield str(server.make_url("/admit"))


async def post(session: aiohttp.ClientSession, url: str, body: bytes) -> tuple[int, Any]:
    async with session.post(url, data=io.BytesIO(body), headers={"Content-Type": "application/json"}) as answer:
        text = await answer.text()
        return answer.status, json.loads(text) if answer.content_type == "application/json" else text


def called(use: Callable[[aiohttp.ClientSession, str], Awaitable[Any]], *, authority: trustme.CA = AUTHORITY) -> Any:
    """Return what comes of using the webhook, with a client that trusts one authority alone."""

    async def main() -> Any:
        connector = aiohttp.TCPConnector(ssl=trusting(authority), limit=50)
        async with served() as url, aiohttp.ClientSession(connector=connector) as session:
            return await use(session, url)

    return asyncio.run(main())


def answered(body: object) -> tuple[int, Any]:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    result: tuple[int, Any] = called(lambda session, url: post(session, url, sent))
    return result


def patched(asked: JSON, response: JSON) -> Any:
    """Return the object of a review with the patch of its answer, as the API server applies it."""
    assert response["patchType"] == "JSONPatch"
    return jsonpatch.apply_patch(asked["request"]["object"], json.loads(base64.b64decode(response["patch"])))


def test_allowed_and_patched() -> None:
    asked = review()
    status, answer = answered(asked)
    assert (status, answer["apiVersion"], answer["kind"]) == (200, "admission.k8s.io/v1", "AdmissionReview")
    response = answer["response"]
    assert (response["uid"], response["allowed"]) == (asked["request"]["uid"], True)
    wanted = copy.deepcopy(POD)
    wanted["spec"]["containers"] = [{"name": "app", "image": PINNED, "imagePullPolicy": "Always"}]
    assert patched(asked, response) == wanted


def test_what_needs_no_change_has_no_patch() -> None:
    response = answered(review(image=PINNED, imagePullPolicy="Always"))[1]["response"]
    assert response == {"uid": review()["request"]["uid"], "allowed": True}


def test_denied() -> None:
    status, answer = answered(review(image="nginx:1.27"))
    response = answer["response"]
    assert (status, response["allowed"], response["status"]["code"], response["status"]["reason"]) == (200, False, 403, "Forbidden")
    assert "spec.containers[0].image" in response["status"]["message"]
    assert "patch" not in response


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000], ids=["empty", "cut", "not-utf8", "deep"])
def test_no_json(body: bytes) -> None:
    assert answered(body) == (400, "the body is no JSON")


@pytest.mark.parametrize("body", [None, [], {}, POD, review() | {"apiVersion": "admission.k8s.io/v1beta1"}], ids=repr)
def test_no_review(body: object) -> None:
    status, answer = answered(body)
    assert (status, answer["response"]["allowed"], answer["response"]["status"]["code"]) == (200, False, 400)


def test_a_malformed_pod() -> None:
    asked = review()
    asked["request"]["object"]["spec"]["containers"] = "app"
    response = answered(asked)[1]["response"]
    assert (response["uid"], response["allowed"], response["status"]["code"]) == (asked["request"]["uid"], False, 400)


def test_a_large_pod() -> None:
    """As large as an API server lets an object be, and the old object with it."""
    asked = review()
    asked["request"]["object"]["metadata"]["annotations"] = {"notes": "x" * 3 * 1024**2}
    asked["request"] |= {"operation": "UPDATE", "oldObject": asked["request"]["object"]}
    assert answered(asked)[1]["response"]["allowed"] is True


def test_too_large_a_body() -> None:
    assert answered(b" " * (EXAMPLE["MAX_BODY"] + 1))[0] == 413


def test_concurrent_requests() -> None:
    """Every one of many reviews at a time gets the answer to its own question."""
    images = [IMAGE, "nginx:1.27", PINNED]
    reviews = [review(f"uid-{number}", image=images[number % 3]) for number in range(200)]

    async def all_at_once(session: aiohttp.ClientSession, url: str) -> list[tuple[int, Any]]:
        return await asyncio.gather(*(post(session, url, json.dumps(asked).encode()) for asked in reviews))

    answers = called(all_at_once)
    assert len(answers) == len(reviews)
    for number, (asked, (status, answer)) in enumerate(zip(reviews, answers, strict=True)):
        response = answer["response"]
        assert (status, response["uid"]) == (200, f"uid-{number}")
        assert response["allowed"] is (number % 3 != 1)
        if response["allowed"]:
            assert patched(asked, response)["spec"]["containers"] == [{"name": "app", "image": PINNED, "imagePullPolicy": "Always"}]


def test_a_client_that_does_not_trust_the_authority() -> None:
    async def refused(session: aiohttp.ClientSession, url: str) -> str:
        with pytest.raises(aiohttp.ClientConnectorCertificateError) as raised:
            await post(session, url, b"{}")
        return str(raised.value)

    assert "CERTIFICATE_VERIFY_FAILED" in called(refused, authority=trustme.CA())


def test_another_name_than_that_of_the_certificate() -> None:
    async def refused(session: aiohttp.ClientSession, url: str) -> str:
        with pytest.raises(aiohttp.ClientConnectorCertificateError) as raised:
            await post(session, url.replace("localhost", "127.0.0.1"), b"{}")
        return str(raised.value)

    assert "IP address mismatch" in called(refused)


@pytest.mark.skipif(os.name != "posix", reason="SIGTERM is a signal on POSIX only")
def test_the_program(tmp_path: Path) -> None:
    """Started as in its docstring, it serves until it is told to stop."""
    cert, key = tmp_path / "tls.crt", tmp_path / "tls.key"
    for pem in CERTIFICATE.cert_chain_pems:
        pem.write_to_path(str(cert), append=True)
    CERTIFICATE.private_key_pem.write_to_path(str(key))
    command = [sys.executable, "-u", str(PROGRAM), "--cert", str(cert), "--key", str(key), "--host", "127.0.0.1", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            assert process.stdout is not None
            port = re.search(r":(\d+) =", process.stdout.readline())
            assert port is not None

            async def ask() -> tuple[int, Any]:
                async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusting(AUTHORITY))) as session:
                    return await post(session, f"https://localhost:{port[1]}/admit", json.dumps(review()).encode())

            status, answer = asyncio.run(ask())
            assert (status, answer["response"]["allowed"]) == (200, True)
        finally:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0

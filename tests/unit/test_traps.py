"""The traps that users fell into elsewhere, one test each."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kubecontainers as kc

ROOT = Path(__file__).parents[2]
SHA = "sha256:" + "0123456789abcdef" * 4


def test_the_port_of_a_registry_is_no_tag() -> None:
    reference = kc.ImageReference.parse("localhost:5000/app")
    assert (reference.registry, reference.repository, reference.tag) == ("localhost:5000", "app", None)
    assert kc.default_pull_policy("registry.example.com:5000/app").policy is kc.PullPolicy.ALWAYS


def test_a_digest_is_no_part_of_the_tag() -> None:
    reference = kc.ImageReference.parse(f"nginx:1.27@{SHA}")
    assert (reference.tag, reference.digest) == ("1.27", SHA)


def test_localhost_is_not_on_docker_hub() -> None:
    assert kc.ImageReference.parse("localhost/app").registry == "localhost"
    assert kc.ImageReference.parse("localhost/app").name == "localhost/app"


@pytest.mark.parametrize("text", ["nginx", "nginx:1.27", f"nginx@{SHA}", "localhost:5000/app", "reg_istry.k8s.io/x"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\0", " ", "\u2028"])
def test_a_trailing_newline_is_no_part_of_anything(text: str, ending: str) -> None:
    for release in ("1.27", "1.36"):
        with pytest.raises(kc.InvalidReference):
            kc.ImageReference.parse(text + ending, release=kc.Release(release))
    with pytest.raises(kc.InvalidReference):
        kc.pull_spec(text + ending)
    assert kc.default_pull_policy(text + ending).policy is kc.PullPolicy.IF_NOT_PRESENT


def test_a_trailing_newline_in_the_parts() -> None:
    with pytest.raises(kc.InvalidTag):
        kc.parse_tag("latest\n")
    with pytest.raises(kc.InvalidDigest):
        kc.Digest.parse(SHA + "\n")
    with pytest.raises(kc.InvalidRelease):
        kc.Release.parse("1.31\n")


@pytest.mark.parametrize("char", ["\u0661", "\u0967", "\uff11", "\u00e9", "\u0430", "\uff41", "\u212a", "\u0130", "\u017f"])
def test_digits_and_letters_are_those_of_ascii(char: str) -> None:
    for text in (f"ngin{char}", f"nginx:{char}", f"host:{char}/a", f"a{char}.io/b", f"nginx@sha256:{char}{'0' * 63}"):
        with pytest.raises(kc.InvalidReference):
            kc.ImageReference.parse(text)


@pytest.mark.parametrize(
    "text", ["a" * 255, "a" * 64, "0" * 64, "a" * 5000, "a-" * 5000 + "!", "a" * 255 + "/" + "b" * 255 + "!", "0" * 63 + "!"]
)
def test_long_names_do_not_hang(text: str) -> None:
    """A pattern that tries everything would need years for these."""
    program = f"import kubecontainers as kc\ntry:\n    kc.ImageReference.parse({text!r})\nexcept kc.InvalidReference:\n    pass"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30, cwd=ROOT)


def test_an_underscore_makes_it_no_registry() -> None:
    for release in ("1.27", "1.36"):
        reference = kc.ImageReference.parse("reg_istry.k8s.io/x", release=kc.Release(release))
        assert (reference.registry, reference.repository) == (None, "reg_istry.k8s.io/x")
        assert str(reference) == reference.familiar == "reg_istry.k8s.io/x"


def test_a_digest_beside_latest_still_pulls_always() -> None:
    assert kc.default_pull_policy(f"app:latest@{SHA}").policy is kc.PullPolicy.ALWAYS


def test_fields_that_no_model_knows_are_kept() -> None:
    hook = {"preStop": {"sleep": {"seconds": 5}}, "fieldOfTheFuture": [1]}
    pod: dict[str, Any] = {"spec": {"containers": [{"name": "app", "image": "nginx", "lifecycle": hook}]}, "fieldOfTheFuture": True}
    found: Any = kc.default_pull_policies(pod).object
    assert found["spec"]["containers"][0]["lifecycle"] is hook
    assert found["fieldOfTheFuture"] is True


def test_snake_case_is_not_read() -> None:
    """What ``to_dict()`` of a typed client gives is not what stands on the wire: nothing in it is mistaken for a container."""
    pod: dict[str, Any] = {
        "spec": {"init_containers": [{"image": "nginx"}], "containers": [{"image": "nginx", "image_pull_policy": "Never"}]}
    }
    found: Any = kc.default_pull_policies(pod).object
    assert found["spec"]["containers"][0]["imagePullPolicy"] == "Always"
    assert found["spec"]["init_containers"] is pod["spec"]["init_containers"]


def test_a_pod_is_copied_only_where_it_changes() -> None:
    pod = json.loads(
        '{"metadata": {"labels": {}}, "spec": {"containers": [{"image": "a", "env": []}, {"image": "b", "imagePullPolicy": "Always"}]}}'
    )
    before = copy.deepcopy(pod)
    found: Any = kc.admit_always_pull_images(kc.AdmissionRequest(kc.Operation.CREATE, pod)).object
    assert pod == before
    assert found["metadata"] is pod["metadata"]
    assert found["spec"]["containers"][1] is pod["spec"]["containers"][1]
    assert found["spec"]["containers"][0]["env"] is pod["spec"]["containers"][0]["env"]


def test_secrets_are_in_no_message_about_a_shape() -> None:
    with pytest.raises(kc.MalformedObject) as caught:
        kc.default_pull_policies({"spec": {"containers": [{"image": {"token": "s3cret"}}]}})
    assert "s3cret" not in f"{caught.value} {caught.value!r} {caught.value.args}"

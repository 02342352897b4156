from __future__ import annotations

import functools
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.env_file import EnvFile, InvalidEnvFile, parse_env_file, read_env_file_key
from kubecontainers.environment.failures import EnvironmentFailed, EnvironmentFailure
from kubecontainers.golang.text import to_octets
from kubecontainers.testing.environments import env_files, nearly_valid_env_files

RELEASES = [Release("1.34"), Release("1.35"), Release("1.36")]
GRAMMARS = st.sampled_from(RELEASES)
ANY = st.binary() | st.lists(st.sampled_from([b"A", b"=", b"'", b"\n", b"\\", b"#", b" ", b"\t", b"\r", b"\xff"]), max_size=20).map(
    b"".join
)


def accepted(release: Release) -> float:
    """The share of edited files that are read to their end."""
    answers: list[bool] = []

    @settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
    @given(nearly_valid_env_files(release=release))
    def sample(content: bytes) -> None:
        try:
            parse_env_file(content, "", release=release)
        except InvalidEnvFile:
            answers.append(False)
        else:
            answers.append(True)

    sample()
    return sum(answers) / len(answers)


class TestBothSides:
    """Of files with one thing edited at least a fifth are read, and at least a fifth are not."""

    def test_edited(self) -> None:
        for release in RELEASES:
            assert 0.2 <= accepted(release) <= 0.8


class TestReading:
    """What is written is read: each key has the value that it was given, and others have none."""

    @given(st.data(), GRAMMARS)
    def test_round_trip(self, data: st.DataObject, release: Release) -> None:
        content, held = data.draw(env_files(release=release))
        for key, value in held.items():
            assert parse_env_file(content, key, release=release) == value
        assert parse_env_file(content, "ABSENT KEY", release=release) == ""

    @given(st.data(), GRAMMARS, ANY)
    def test_the_first_counts(self, data: st.DataObject, release: Release, rest: bytes) -> None:
        """Nothing behind the line that sets a key is looked at."""
        content, held = data.draw(env_files(release=release))
        for key, value in held.items():
            assert parse_env_file(content + rest, key, release=release) == value

    @given(st.data(), GRAMMARS)
    def test_for_a_variable(self, data: st.DataObject, release: Release) -> None:
        content, held = data.draw(env_files(release=release))
        for key, value in held.items():
            assert read_env_file_key(content, key, optional=True, release=release) == (value or None)


class TestQuotes:
    """From 1.35 on a value in quotes is what stands between them, whatever it is, bytes that are no text among it."""

    @given(st.binary().filter(lambda value: b"'" not in value and b"\r\n" not in value and not value.endswith(b"\r")))
    def test_literal(self, value: bytes) -> None:
        assert to_octets(parse_env_file(b"A='" + value + b"'\n", "A")) == value


class TestTotal:
    """Any bytes are read, or refused with the line that is wrong, which is one of the file's; text is read as its bytes are."""

    @given(ANY | nearly_valid_env_files(), st.text(max_size=3) | st.just("A"), GRAMMARS)
    def test_any(self, content: bytes, key: str, release: Release) -> None:
        text = content.decode(errors="surrogateescape")
        try:
            value = parse_env_file(content, key, release=release)
        except InvalidEnvFile as invalid:
            with pytest.raises(InvalidEnvFile) as again:
                parse_env_file(text, key, release=release)
            assert again.value == invalid  # noqa: PT017
            assert 1 <= invalid.line <= content.count(b"\n") + 1  # noqa: PT017
        else:
            assert to_octets(value) in content or release == RELEASES[0]
            assert parse_env_file(text, key, release=release) == value

    @given(ANY | st.none(), st.text(), st.booleans())
    def test_optional_forgives_an_absence_alone(self, content: bytes | None, key: str, optional: bool) -> None:
        try:
            value = read_env_file_key(content, key, optional=optional)
        except EnvironmentFailed as failed:
            assert not optional or failed.reason is EnvironmentFailure.ENV_FILE_UNREADABLE  # noqa: PT017
        else:
            assert value != ""
            assert optional or value is not None

    @given(ANY, st.text())
    def test_every_release(self, content: bytes, key: str) -> None:
        for minor in range(27, 38):
            try:
                parse_env_file(content, key, release=Release(f"1.{minor}"))
            except KubeContainersError:
                continue


class TestReadOnce:
    """However many keys are asked for, and in whatever order, each is answered as if the file were read for it alone."""

    @given(st.data(), GRAMMARS)
    def test_agrees(self, data: st.DataObject, release: Release) -> None:
        content, held = data.draw(env_files(release=release))
        extra = data.draw(ANY | st.just(b""))
        file = EnvFile(content + extra, release=release)
        for key in data.draw(st.permutations([*held, *held, "A", "ABSENT KEY"])):
            alone = functools.partial(parse_env_file, content + extra, key, release=release)
            assert answer(functools.partial(file.get, key)) == answer(alone)


def answer(ask: Callable[[], str]) -> str | InvalidEnvFile:
    try:
        return ask()
    except InvalidEnvFile as error:
        return error

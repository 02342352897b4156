from __future__ import annotations

import pickle

import pytest

from kubecontainers.apimachinery.fields import ROOT
from kubecontainers.apimachinery.release import LATEST, NotInRelease, Release
from kubecontainers.environment.env_file import (
    ENV_FILE_LIMITS,
    ENV_FILES,
    ENV_FILES_KNOWN,
    SINGLE_QUOTED_ENV_FILES,
    EnvFile,
    EnvFileProblem,
    InvalidEnvFile,
    parse_env_file,
    read_env_file_key,
)
from kubecontainers.environment.failures import EnvironmentFailed, EnvironmentFailure

BARE = Release("1.34")
Problem, Failure = EnvFileProblem, EnvironmentFailure
LONGEST = 65535


def problem(content: bytes | str, key: str = "KEY", release: Release = LATEST) -> tuple[EnvFileProblem, int]:
    with pytest.raises(InvalidEnvFile) as caught:
        parse_env_file(content, key, release=release)
    error = caught.value
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
    assert f"line {error.line} " in str(error)
    assert error.__cause__ is error.__context__ is None
    return error.problem, error.line


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("KEY='v'", "v"),
        ("KEY='v'\n", "v"),
        ("KEY='v'\r\n", "v"),
        (" \tKEY='v'", "v"),
        ("\n \t\n# note\n  # KEY='other'\nKEY='v'", "v"),
        ("KEY='v'# note", "v"),
        ("KEY='v' \t# it's a note", "v"),
        ("KEY=' v # \" \\n $A '", ' v # " \\n $A '),
        ("KEY='one\n\n  # two\nKEY=three'", "one\n\n  # two\nKEY=three"),
        ("KEY='one\r\ntwo\r'", "one\ntwo\r"),
        ("KEY=''", ""),
        ("KEY= 'v'", ""),
        ("KEY=\tanything goes", ""),
        ("OTHER= anything\nKEY='v'", "v"),
        ("OTHER='a\nb'\nKEY='v'", "v"),
        ("KEY='first'\nKEY='second'\n=", "first"),
        ("export KEY='v'", ""),
        ("key='v'", ""),
        ("A=B='v'\n", None),
        ("", ""),
        ("\n", ""),
        (b"KEY='\xff\xc3\xa9'", "\udcff\xe9"),
        (b"\xff='v'\nKEY='w'", "w"),
        ("KEY='\udcff\ud800'", "\udcff\ufffd"),
    ],
)
def test_quoted(content: bytes | str, value: str | None) -> None:
    if value is None:
        assert problem(content) == (Problem.NOT_SINGLE_QUOTED, 1)
    else:
        assert parse_env_file(content, "KEY") == value


def test_keys_are_any_text() -> None:
    assert parse_env_file("export KEY='v'\n", "export KEY") == "v"
    assert parse_env_file("\xe9='v'\n", "\xe9") == "v"
    assert parse_env_file("A='v'\n", "") == ""


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("\nKEY\n", (Problem.MISSING_EQUALS, 2)),
        ("='v'", (Problem.EMPTY_NAME, 1)),
        (" \t='v'", (Problem.EMPTY_NAME, 1)),
        ("KEY ='v'", (Problem.WHITESPACE_BEFORE_EQUALS, 1)),
        ("KEY\t= 'v'", (Problem.WHITESPACE_BEFORE_EQUALS, 1)),
        ("KEY=", (Problem.NOT_SINGLE_QUOTED, 1)),
        ("KEY=v", (Problem.NOT_SINGLE_QUOTED, 1)),
        ('KEY="v"', (Problem.NOT_SINGLE_QUOTED, 1)),
        ("A='\n' x\nKEY='v'", (Problem.CONTENT_AFTER_QUOTE, 2)),
        ("KEY='it''s'", (Problem.CONTENT_AFTER_QUOTE, 1)),
        ("\nKEY='v\nw\n", (Problem.UNCLOSED_QUOTE, 2)),
        ("KEY='", (Problem.UNCLOSED_QUOTE, 1)),
    ],
)
def test_not_quoted_well(content: str, found: tuple[EnvFileProblem, int]) -> None:
    assert problem(content) == found


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("KEY=v", "v"),
        ("KEY='v'", "'v'"),
        (" \tKEY \t = v w \n", "v w"),
        ("KEY=\u3000v\u00a0", "v"),
        ("KEY=v # no note", "v # no note"),
        ("KEY=a \\\n  b\t\\ \n\tc", "a b c"),
        ("KEY=a\\\\\n b", "a\\ b"),
        ("KEY\\\n=v", "v"),
        ("\\\nKEY=v", "v"),
        ("KEY=\\\nv", "v"),
        ("KEY=\nKEY=w", ""),
        ("A=1\r\n\n# note\r\nKEY=v\r\n", "v"),
        ("KEY=first\nKEY", "first"),
        ("A=1", ""),
        (b"KEY=\x85\xff", "\udc85\udcff"),
        ("KEY=\x1cv", "\x1cv"),
    ],
)
def test_bare(content: bytes | str, value: str) -> None:
    assert parse_env_file(content, "KEY", release=BARE) == value


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("\nKEY", (Problem.BAD_LINE, 2)),
        ("=v", (Problem.BAD_LINE, 1)),
        ("\u00a0=v", (Problem.BAD_LINE, 1)),
        ("A\\\nB", (Problem.BAD_LINE, 2)),
        ("KEY=a\\\n \nb", (Problem.BLANK_LINE_IN_CONTINUATION, 2)),
        ("KEY=a\\\n# b\n", (Problem.COMMENT_IN_CONTINUATION, 2)),
        ("\nKEY=a\\\nb\\\n", (Problem.UNFINISHED_CONTINUATION, 2)),
        ("KEY=a\\", (Problem.UNFINISHED_CONTINUATION, 1)),
    ],
)
def test_bad_bare(content: str, found: tuple[EnvFileProblem, int]) -> None:
    assert problem(content, release=BARE) == found


@pytest.mark.parametrize("release", [BARE, LATEST])
def test_length_of_a_line(release: Release) -> None:
    def line(size: int) -> str:
        return "#" * size

    for fits in (line(LONGEST) + "\nKEY= v", line(LONGEST - 1) + "\r\nKEY= v", "#\n" + line(LONGEST)):
        parse_env_file(fits, "KEY", release=release)
    for too_long in (line(LONGEST + 1), line(LONGEST + 1) + "\nKEY= v", line(LONGEST) + "\r\n"):
        assert problem("\n" + too_long, release=release) == (Problem.LINE_TOO_LONG, 2)


def test_a_line_too_long_ends_what_is_open() -> None:
    rest = "x" * (LONGEST + 1)
    assert problem(f"KEY='a\n{rest}'") == (Problem.UNCLOSED_QUOTE, 1)
    assert problem(f"KEY=a\\\n{rest}", release=BARE) == (Problem.UNFINISHED_CONTINUATION, 1)


def test_nothing_is_read_behind_the_key() -> None:
    content = b"KEY='v'\n" + b"=\n" * 5_000_000
    assert parse_env_file(content, "KEY") == "v"


def test_the_content_stays_hidden() -> None:
    with pytest.raises(InvalidEnvFile) as caught:
        parse_env_file("KEY='hunter2' hunter3", "KEY")
    assert "hunter" not in str(caught.value) + repr(caught.value)


def test_changes() -> None:
    assert ENV_FILES_KNOWN.minors() == ("1.34",)
    assert ENV_FILES.minors() == ("1.35",)
    assert SINGLE_QUOTED_ENV_FILES.minors() == ("1.35",)
    assert ENV_FILE_LIMITS.minors() == ("1.34", "1.35")


@pytest.mark.parametrize("minor", ["1.27", "1.33"])
def test_before_there_were_any(minor: str) -> None:
    with pytest.raises(NotInRelease):
        parse_env_file("KEY='v'", "KEY", release=Release(minor))
    with pytest.raises(NotInRelease):
        read_env_file_key("KEY='v'", "KEY", release=Release(minor))


# ----------------------------------------------------------------------------------------------------------------- for a variable

AT = ROOT.child("env").index(0)


def failure(content: bytes | str | None, key: str = "KEY", *, optional: bool = False, release: Release = LATEST) -> EnvironmentFailed:
    with pytest.raises(EnvironmentFailed) as caught:
        read_env_file_key(content, key, optional=optional, path=AT, subject="settings/app.env", release=release)
    error = caught.value
    assert (error.path, error.subject) == (AT, "settings/app.env")
    assert error.__context__ is None
    return error


@pytest.mark.parametrize("optional", [False, True])
def test_a_value(optional: bool) -> None:
    assert read_env_file_key("KEY='v'", "KEY", optional=optional) == "v"


@pytest.mark.parametrize("content", ["", "KEY=''", "OTHER='v'"])
def test_no_value(content: str) -> None:
    assert read_env_file_key(content, "KEY", optional=True) is None
    assert failure(content).reason is Failure.ENV_FILE_KEY_NOT_FOUND


@pytest.mark.parametrize("optional", [False, True])
def test_unreadable(optional: bool) -> None:
    error = failure("A=1", optional=optional)
    assert (error.reason, error.hint) == (Failure.ENV_FILE_UNREADABLE, "line 1 of the env file: the value is not in single quotes")
    error = failure(None, optional=optional)
    assert (error.reason, error.hint) == (Failure.ENV_FILE_UNREADABLE, "it cannot be opened")


def test_long_keys() -> None:
    longest = "\xe9" * 64
    assert read_env_file_key(f"{longest}=v", longest, release=BARE) == "v"
    assert failure(None, longest + "a", optional=True, release=BARE).reason is Failure.ENV_FILE_KEY_TOO_LONG
    assert read_env_file_key(f"{longest}a='v'", longest + "a") == "v"


def test_long_values() -> None:
    longest = "\xe9" * 16384
    assert read_env_file_key(f"KEY={longest}", "KEY", release=BARE) == longest
    assert failure(f"KEY={longest}a", optional=True, release=BARE).reason is Failure.ENV_FILE_VALUE_TOO_LONG
    assert read_env_file_key(f"KEY='{longest}a'", "KEY") == longest + "a"


def test_a_file_is_read_as_far_as_it_is_asked() -> None:
    file = EnvFile("A='1'\nB='2'\nA='3'\n?\nC='4'")
    assert [file.get(key) for key in ("B", "A", "B")] == ["2", "1", "2"]
    for _ in range(2):
        with pytest.raises(InvalidEnvFile) as caught:
            file.get("C")
        assert (caught.value.problem, caught.value.line) == (EnvFileProblem.MISSING_EQUALS, 4)
    assert file.get("A") == "1"
    assert EnvFile("A='1'").get("B") == EnvFile(b"").get("A") == ""
    with pytest.raises(NotInRelease):
        EnvFile("", release=Release("1.33"))
    with pytest.raises(NotInRelease):
        read_env_file_key(None, "A", release=Release("1.33"))

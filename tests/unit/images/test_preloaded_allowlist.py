from __future__ import annotations

import pickle

import pytest

from kubecontainers.apimachinery.release import LATEST, NotInRelease, Release
from kubecontainers.images.preloaded_allowlist import NAMES_AS_WRITTEN, AllowlistPattern, AllowlistProblem, InvalidAllowlistPattern

BEFORE, SINCE = Release("1.35"), Release("1.36")
DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize("release", [Release("1.33"), BEFORE, SINCE])
@pytest.mark.parametrize(
    ("text", "compared", "is_prefix"),
    [
        ("quay.io/app", "quay.io/app", False),
        ("docker.io/library/nginx", "docker.io/library/nginx", False),
        ("localhost/a", "localhost/a", False),
        ("quay.io:5000/*", "quay.io:5000/", True),
        ("quay.io/team/*", "quay.io/team/", True),
        ("UPPER/*", "UPPER/", True),  # a prefix is not read
        ("//*", "//", True),
    ],
)
def test_patterns(text: str, compared: str, is_prefix: bool, release: Release) -> None:
    assert AllowlistPattern.parse(text, release=release) == AllowlistPattern(compared, is_prefix, release)


@pytest.mark.parametrize("release", [BEFORE, SINCE])
@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", AllowlistProblem.EMPTY),
        (" ", AllowlistProblem.SURROUNDING_SPACE),
        (" quay.io/app", AllowlistProblem.SURROUNDING_SPACE),
        ("quay.io/*\n", AllowlistProblem.SURROUNDING_SPACE),
        ("\u00a0quay.io/*", AllowlistProblem.SURROUNDING_SPACE),
        ("*", AllowlistProblem.MISPLACED_WILDCARD),
        ("quay.io*", AllowlistProblem.MISPLACED_WILDCARD),
        ("quay.io/a*", AllowlistProblem.MISPLACED_WILDCARD),
        ("quay.io/*/app", AllowlistProblem.MISPLACED_WILDCARD),
        ("quay.io/*/*", AllowlistProblem.MISPLACED_WILDCARD),
        ("quay.io/**", AllowlistProblem.MISPLACED_WILDCARD),
        ("/*", AllowlistProblem.NO_REGISTRY),
        ("UPPER", AllowlistProblem.NO_NAME),
        ("quay.io/app/", AllowlistProblem.NO_NAME),
        ("bad image", AllowlistProblem.NO_NAME),
        ("a\ud800", AllowlistProblem.NO_NAME),
        ("quay.io/app:1", AllowlistProblem.NOT_NAME_ONLY),
        (f"quay.io/app@{DIGEST}", AllowlistProblem.NOT_NAME_ONLY),
        (f"quay.io/app:1@{DIGEST}", AllowlistProblem.NOT_NAME_ONLY),
    ],
)
def test_no_patterns(text: str, problem: AllowlistProblem, release: Release) -> None:
    with pytest.raises(InvalidAllowlistPattern) as caught:
        AllowlistPattern.parse(text, release=release)
    error = caught.value
    assert error.problem is problem
    assert error.text == text.replace("\ud800", "\ufffd")
    assert error.hint
    assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
    assert problem.value in str(error)
    assert error.__context__ is None


@pytest.mark.parametrize(
    ("text", "full"), [("nginx", "docker.io/library/nginx"), ("team/app", "docker.io/team/app"), ("index.docker.io/a/b", "docker.io/a/b")]
)
def test_short_names(text: str, full: str) -> None:
    assert AllowlistPattern.parse(text, release=SINCE).text == text
    with pytest.raises(InvalidAllowlistPattern) as caught:
        AllowlistPattern.parse(text, release=BEFORE)
    assert caught.value.problem is AllowlistProblem.SHORT_NAME
    assert caught.value.hint == f"write {full}"


def test_a_bare_identifier() -> None:
    """64 hex digits are no name when they are normalised, and one by the grammar."""
    with pytest.raises(InvalidAllowlistPattern) as caught:
        AllowlistPattern.parse("a" * 64, release=BEFORE)
    assert caught.value.problem is AllowlistProblem.NO_NAME
    assert AllowlistPattern.parse("a" * 64, release=SINCE).matches("a" * 64 + ":1")


def test_releases_without_allowlist() -> None:
    with pytest.raises(NotInRelease) as caught:
        AllowlistPattern.parse("quay.io/app", release=Release("1.32"))
    assert caught.value.release == Release("1.32")


@pytest.mark.parametrize(
    ("text", "image", "before", "since"),
    [
        ("quay.io/app", "quay.io/app", True, True),
        ("quay.io/app", "quay.io/app:1", False, True),
        ("quay.io/app", f"quay.io/app@{DIGEST}", False, True),
        ("quay.io/app", f"quay.io/app:1@{DIGEST}", False, True),
        ("quay.io/app", "quay.io/app/more", False, False),
        ("quay.io/app", "quay.io/apps", False, False),
        ("docker.io/library/nginx", "nginx", False, False),
        ("docker.io/library/*", "nginx", False, False),
        ("docker.io/library/*", "docker.io/library/nginx:1.27", True, True),
        ("quay.io/*", "quay.io/app:1", True, True),
        ("quay.io/*", "quay.io:5000/app", False, False),
        ("quay.io/*", "quay.io", False, False),
        ("quay.io/*", "quay.io/", True, True),  # no reference: compared as it is
        ("quay.io/*", "quay.io/BAD NAME", True, True),
        ("quay.io/app", "quay.io/app:", False, False),
        ("quay.io/\ud800/*", "quay.io/\udfff/a", True, True),
    ],
)
def test_matches(text: str, image: str, before: bool, since: bool) -> None:
    assert AllowlistPattern.parse(text, release=BEFORE).matches(image) is before
    assert AllowlistPattern.parse(text, release=SINCE).matches(image) is since


def test_value() -> None:
    pattern = AllowlistPattern.parse("quay.io/app")
    assert pattern.release == LATEST
    assert pickle.loads(pickle.dumps(pattern)) == pattern  # noqa: S301
    assert hash(pattern) == hash(AllowlistPattern.parse("quay.io/app"))
    assert pattern != AllowlistPattern.parse("quay.io/app", release=BEFORE)
    assert NAMES_AS_WRITTEN.minors() == ("1.36",)

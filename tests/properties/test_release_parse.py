# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.release import InvalidRelease, Release, UnsupportedRelease
from kubecontainers.testing import strategies

endings = st.sampled_from(["", "-gke.100", "+k3s1", "-rc.1", "-eks-a737599", "-alpha.0.123+0123abcd-dirty", "+"]) | st.builds(
    str.__add__, st.sampled_from("+-"), st.text("abcXYZ019.+_-", max_size=60)
)
patches = st.just("") | st.integers(0, 999_999_999).map(".{}".format)
git_versions = st.tuples(st.sampled_from(["", "v"]), st.integers(27, 37), patches, endings)


class TestAnyGitVersionIsItsMinor:
    """Whatever a distributor writes behind the minor, a ``gitVersion`` is the release of its minor."""

    @given(git_versions)
    def test_minor(self, parts: tuple[str, int, str, str]) -> None:
        v, minor, patch, ending = parts
        release = Release.parse(f"{v}1.{minor}{patch}{ending}")
        assert release == Release(f"1.{minor}") == Release.parse(str(release))
        assert str(release) == f"1.{minor}"
        assert eval(repr(release), {"Release": Release}) == release  # noqa: S307

    @given(git_versions, st.sampled_from(["\n", " ", "\x00", "é", "\u0661", "!", "/"]), st.data())
    def test_foreign_character(self, parts: tuple[str, int, str, str], char: str, data: st.DataObject) -> None:
        text = "{}1.{}{}{}".format(*parts)
        at = data.draw(st.integers(0, len(text)))
        with pytest.raises(InvalidRelease):
            Release.parse(text[:at] + char + text[at:])

    @given(st.integers(0, 999), st.integers(0, 999), patches, endings)
    def test_other_versions(self, major: int, minor: int, patch: str, ending: str) -> None:
        text = f"{major}.{minor}{patch}{ending}"
        if major == 1 and 27 <= minor <= 37:
            assert Release.parse(text).minor == minor
            return
        with pytest.raises(UnsupportedRelease) as caught:
            Release.parse(text)
        assert caught.value.text == f"{major}.{minor}"
        assert "1.27 to 1.37" in str(caught.value)

    @given(strategies.json_texts() | st.text("v1.03-+9\n", max_size=12))
    def test_any_text(self, text: str) -> None:
        try:
            release = Release.parse(text)
        except (InvalidRelease, UnsupportedRelease) as error:
            assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301
        else:
            assert text.removeprefix("v").startswith(str(release))


class TestSpecifiersAreArithmetic:
    """Specifiers compare minors as numbers, and several must all hold."""

    @given(strategies.releases(), st.integers(20, 45), st.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
    def test_one(self, release: Release, minor: int, operator: str) -> None:
        expected = {
            "<": release.minor < minor,
            "<=": release.minor <= minor,
            ">": release.minor > minor,
            ">=": release.minor >= minor,
            "==": release.minor == minor,
            "!=": release.minor != minor,
        }[operator]
        assert release.matches(f"{operator}1.{minor}") == expected
        assert release.matches(f" {operator} 1.{minor} ") == expected

    @given(strategies.releases(), st.integers(27, 37), st.integers(27, 37))
    def test_two(self, release: Release, low: int, high: int) -> None:
        assert release.matches(f">=1.{low},<1.{high}") == (low <= release.minor < high)

    @given(
        strategies.json_texts()
        | st.builds("{}{}".format, st.sampled_from(["==", ">=", "~=", "===", "!=", "<"]), st.text("1.9*+-a,", max_size=9))
    )
    def test_any_text(self, text: str) -> None:
        try:
            answer = Release("1.31").matches(text)
        except InvalidRelease as error:
            assert error.text == text
        else:
            assert isinstance(answer, bool)

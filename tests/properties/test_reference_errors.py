from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.release import Release
from kubecontainers.images.invalid_reference import InvalidReference, ReferencePart, ReferenceProblem
from kubecontainers.images.locate import located
from kubecontainers.images.reference import ImageReference, ReferenceMode
from kubecontainers.testing import strategies

bad = strategies.nearly_valid_references() | strategies.hostile_references() | strategies.json_texts()
modes: st.SearchStrategy[ReferenceMode] = st.sampled_from(["normalized", "parse", "named", "docker", "any"])


def refusal(text: str, mode: ReferenceMode, release: Release) -> InvalidReference | None:
    try:
        ImageReference.parse(text, mode=mode, release=release)
    except InvalidReference as error:
        return error
    return None


class TestRefusalSaysWhere:
    """Whatever is refused, the error speaks of the text that was given, points into it, and helps."""

    @given(bad, modes, strategies.releases())
    def test_position_part_and_hint(self, text: str, mode: ReferenceMode, release: Release) -> None:
        error = refusal(text, mode, release)
        if error is None:
            return
        assert error.text == text
        assert 0 <= error.position <= len(text)
        assert error.hint
        assert error.problem in ReferenceProblem
        if error.part is ReferencePart.DIGEST:
            assert "@" in text[: error.position]

    @given(bad, modes, strategies.releases())
    def test_sentence_is_one_printable_line_of_bounded_length(self, text: str, mode: ReferenceMode, release: Release) -> None:
        error = refusal(text, mode, release)
        if error is not None:
            assert str(error).isprintable()
            if mode != "named":  # which repeats the whole name, as it should have been written
                assert len(str(error)) < 2000

    @given(bad, modes)
    def test_pickles_and_compares(self, text: str, mode: ReferenceMode) -> None:
        error = refusal(text, mode, Release("1.31"))
        if error is None:
            return
        again: InvalidReference = pickle.loads(pickle.dumps(error))  # noqa: S301
        assert again == error
        assert hash(again) == hash(error)
        assert (again.text, again.problem, again.part, again.position, again.hint) == error.args
        assert again != InvalidReference(text + "x", error.problem, error.part, error.position, error.hint)

    @given(bad)
    def test_nothing_of_the_inner_error_is_left_behind(self, text: str) -> None:
        error = refusal(text, "normalized", Release("1.36"))
        if error is not None:
            assert error.__context__ is None
            assert error.__cause__ is None

    @given(bad, st.sampled_from(ReferenceProblem))
    def test_locating_anything(self, text: str, problem: ReferenceProblem) -> None:
        error = located(text, problem, "hint")
        assert (error.text, error.problem) == (text, problem)
        assert 0 <= error.position <= len(text)
        assert error.hint


class TestRefusalPointsAtTheFault:
    """What is wrong in one place of a valid reference is found in that place."""

    @given(strategies.repositories(), st.sampled_from("é!*\u0661"), st.data())
    def test_foreign_character_in_the_repository(self, repository: str, char: str, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(repository)))
        text = f"quay.io/{repository[:at]}{char}{repository[at:]}:v1"
        error = refusal(text, "normalized", Release("1.36"))
        assert error is not None
        assert (error.part, error.position) == (ReferencePart.REPOSITORY, len("quay.io/") + at)

    @given(strategies.repositories(), st.data())
    def test_capital_in_the_repository(self, repository: str, data: st.DataObject) -> None:
        at = data.draw(st.integers(0, len(repository)))
        text = f"quay.io/{repository[:at]}Q{repository[at:]}:V1"
        error = refusal(text, "normalized", Release("1.36"))
        assert error is not None
        assert error.problem is ReferenceProblem.MUST_BE_LOWERCASE
        assert (error.part, error.position) == (ReferencePart.REPOSITORY, len("quay.io/") + at)

    @given(strategies.registries(), strategies.repositories(), st.sampled_from(["", "a b", ".a", "-a", "ü", "a" * 129]))
    def test_tag(self, registry: str, repository: str, tag: str) -> None:
        error = refusal(f"{registry}/{repository}:{tag}", "normalized", Release("1.36"))
        assert error is not None
        assert error.part is ReferencePart.TAG
        assert error.position >= len(f"{registry}/{repository}:")

    @given(
        strategies.references().filter(lambda text: "@" not in text),
        st.sampled_from(["", "sha256", "sha256:0", "sha256:" + "0" * 63, "md5:" + "0" * 32]),
    )
    def test_digest(self, text: str, digest: str) -> None:
        error = refusal(f"{text}@{digest}", "normalized", Release("1.36"))
        assert error is not None
        assert (error.part, error.position) == (ReferencePart.DIGEST, len(text) + 1)

    @given(strategies.registries(), st.sampled_from(["a..b", "a___b", "a/", "/a", "a-", "-a", "a//b", ""]))
    def test_repository_after_a_good_registry(self, registry: str, repository: str) -> None:
        error = refusal(f"{registry}/{repository}", "normalized", Release("1.36"))
        assert error is not None
        assert error.part is ReferencePart.REPOSITORY
        assert error.position >= len(registry) + 1

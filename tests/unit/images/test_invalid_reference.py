from __future__ import annotations

import pytest

from kubecontainers.images.invalid_reference import InvalidPattern, InvalidReference, ReferencePart, ReferenceProblem


def test_problems_are_named_as_in_go() -> None:
    assert {problem.value for problem in ReferenceProblem} == {
        "ErrReferenceInvalidFormat",
        "ErrNameEmpty",
        "ErrNameTooLong",
        "ErrNameNotCanonical",
        "ErrNameContainsUppercase",
        "NameMustBeLowercase",
        "IdentifierNotAllowed",
        "NoName",
        "ErrDigestInvalidFormat",
        "ErrDigestInvalidLength",
        "ErrDigestUnsupported",
    }


def test_defaults() -> None:
    error = InvalidReference("x", ReferenceProblem.FORMAT)
    assert (error.part, error.position, error.hint) == (ReferencePart.WHOLE, 0, "")
    assert str(error) == "not an image reference: 'x': reference at position 0: ErrReferenceInvalidFormat"


@pytest.mark.parametrize("text", ["\n", "\0", "\ud800", "\u2028", "\x1b[31m"])
def test_one_printable_line(text: str) -> None:
    assert str(InvalidReference(text, ReferenceProblem.FORMAT)).isprintable()
    assert str(InvalidPattern(text, "open")).isprintable()

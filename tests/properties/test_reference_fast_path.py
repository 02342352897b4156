from __future__ import annotations

from collections.abc import Callable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.release import Release, releases
from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.images.reference import (
    ImageReference,
    _Grammar,  # pyright: ignore[reportPrivateUsage]
    _parse_normalized,  # pyright: ignore[reportPrivateUsage]
)
from kubecontainers.testing import strategies

HEX = "0123456789abcdef" * 4
WORDS = [
    *"ab0./-_:@",
    "localhost",
    "docker.io",
    "index.docker.io",
    "library",
    "5000",
    "__",
    "A",
    "latest",
    f"@sha256:{HEX}",
    HEX,
    "x" * 100,
    "a/" * 50,
    "\n",
]
pieced = st.lists(st.sampled_from(WORDS), max_size=9).map("".join)


@st.composite
def long(draw: st.DrawFn) -> str:
    """Texts around the limits of length."""
    start = draw(st.sampled_from(["", "a/", "a.b/", "docker.io/", "localhost/", "a:1/"]))
    return start + "a" * draw(st.integers(225, 262))


many = settings(max_examples=5 * settings().max_examples)  # the fast path stands or falls with it


class TestFastPathIsTheGrammar:
    """What the fast path reads, or refuses, is what the grammar reads, or refuses, in every release."""

    @many
    @given(strategies.references() | strategies.nearly_valid_references() | pieced | long() | strategies.hostile_references())
    @example(HEX)
    @example(f"{HEX}:latest")
    @example("a:1/b:5000/c")
    @example("a.b/c:5000/d")
    @example("reg_istry:5000/x")
    @example("reg_istry.k8s.io/x")
    @example("docker.io/nginx")
    @example("index.docker.io/nginx")
    @example("localhost/nginx")
    @example("localhost:5000")
    @example("localhost:5000/")
    @example("a:Latest")
    def test_same_answer(self, text: str) -> None:
        for release in releases():
            assert outcome(fast, text, release) == outcome(by_grammar, text, release)


def fast(text: str, release: Release) -> ImageReference:
    return ImageReference.parse(text, release=release)


def by_grammar(text: str, release: Release) -> ImageReference:
    return _parse_normalized(text, _Grammar.of(release))


def outcome(parse: Callable[[str, Release], ImageReference], text: str, release: Release) -> object:
    """What a parser answers, and the types of the parts."""
    try:
        found = parse(text, release)
    except InvalidReference as error:
        return error
    parts = (found.registry, found.repository, found.tag, found.digest)
    return found, str(found), hash(found), parts, [type(part) for part in parts]

# ruff: noqa: PT017  (a property looks at what is returned and at what is raised)
from __future__ import annotations

import re
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from kubecontainers.apimachinery.release import Release
from kubecontainers.images.digest import Digest, InvalidDigest
from kubecontainers.images.invalid_reference import InvalidReference
from kubecontainers.images.reference import ImageReference, ReferenceMode
from kubecontainers.testing import strategies

# The productions of the chapter, one by one, as they are written there.
LABEL = r"(?:[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]|[a-zA-Z0-9])"
HOST_28 = rf"{LABEL}(?:\.{LABEL})*"
HOST_29 = rf"(?:{HOST_28}|\[[a-fA-F0-9:]+\])"
COMP = r"[a-z0-9]+(?:(?:__|[._]|-+)[a-z0-9]+)*"
PATH = rf"{COMP}(?:/{COMP})*"
TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}"
DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
IDENTIFIER = r"[a-f0-9]{64}"
GO_DIGEST = r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+"

FORMAT = "ErrReferenceInvalidFormat"

Parts = tuple[str, str, str, str]
Answer = str | Parts  # the class of an error, or domain, path, tag, digest


def full(pattern: str, text: str) -> re.Match[str] | None:
    return re.compile(rf"\A(?:{pattern})\Z", re.ASCII).search(text)


def lower(text: str) -> str:
    return text.replace("\u0130", "i").lower()


def digest_error(text: str) -> str:
    algorithm, _, encoded = text.partition(":")
    if not algorithm or not encoded:
        return "ErrDigestInvalidFormat"
    lengths = {"sha256": 64, "sha384": 96, "sha512": 128}
    if algorithm not in lengths:
        return "ErrDigestUnsupported" if full(GO_DIGEST, text) else "ErrDigestInvalidFormat"
    if len(re.sub("[\ud800-\udfff]", "\ufffd", encoded).encode()) != lengths[algorithm]:
        return "ErrDigestInvalidLength"
    return "" if full("[a-f0-9]+", encoded) else "ErrDigestInvalidFormat"


@dataclass
class Chapter:
    """The reference chapter, sections 1 and 2, told as plainly as it can be."""

    minor: int

    def matches(self, text: str) -> re.Match[str] | None:
        domain = rf"{HOST_29 if self.minor >= 29 else HOST_28}(?::[0-9]+)?"
        return full(rf"(?P<name>(?:(?P<domain>{domain})/)?(?P<path>{PATH}))(?::(?P<tag>{TAG}))?(?:@(?P<digest>{DIGEST}))?", text)

    def parse(self, text: str) -> Answer:
        match = self.matches(text)
        if match is None:
            if text == "":
                return "ErrNameEmpty"
            return "ErrNameContainsUppercase" if self.matches(lower(text)) else FORMAT
        if len(match["name"] if self.minor <= 31 else match["path"]) > 255:
            return "ErrNameTooLong"
        if match["digest"] and (error := digest_error(match["digest"])):
            return error
        return (match["domain"] or "", match["path"], match["tag"] or "", match["digest"] or "")

    def normalized(self, text: str) -> Answer:
        if full(IDENTIFIER, text):
            return "IdentifierNotAllowed"
        first, slash, rest = text.partition("/")
        capital = self.minor >= 29 and lower(first) != first
        domain, remainder = "docker.io", text
        if slash and first == "index.docker.io":
            remainder = rest
        elif slash and (first == "localhost" or "." in first or ":" in first or capital):
            domain, remainder = first, rest
        if domain == "docker.io" and "/" not in remainder:
            remainder = "library/" + remainder
        remote = remainder.split(":")[0]
        if lower(remote) != remote:
            return "NameMustBeLowercase"
        return self.parse(f"{domain}/{remainder}")

    def build(self, name: str) -> Answer:
        match = self.matches(name)
        if match is None or match["tag"] or match["digest"]:
            return FORMAT
        return self.parse(name)

    def named(self, text: str) -> Answer:
        found = self.normalized(text)
        return found if isinstance(found, str) or joined(found) == text else "ErrNameNotCanonical"

    def docker(self, text: str) -> Answer:
        found = self.normalized(text)
        if isinstance(found, str):
            return found
        domain, path, tag, digest = found
        return (domain, path, "" if digest else tag or "latest", digest)

    def any(self, text: str) -> Answer:
        if full(IDENTIFIER, text):
            return ("", "", "", f"sha256:{text}")
        return ("", "", "", text) if not digest_error(text) else self.normalized(text)

    def answer(self, text: str, mode: ReferenceMode) -> Answer:
        found: Answer = getattr(self, mode)(text)
        return found


def joined(parts: Parts) -> str:
    domain, path, tag, digest = parts
    return (f"{domain}/" if domain else "") + path + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


def library(text: str, mode: ReferenceMode, release: Release) -> Answer:
    try:
        found = ImageReference.parse(text, mode=mode, release=release)
    except InvalidReference as error:
        return error.problem.value
    return (found.registry or "", found.repository, found.tag or "", found.digest or "")


words = st.sampled_from(
    [*"a0A./-_:@", "..", "--", "__", "___", "localhost", "docker.io", "[::1]", "K", "\u212a", "\u0130", "\n", "sha256:" + "0" * 64]
)


@st.composite
def long(draw: st.DrawFn) -> str:
    """Texts around the limits of length."""
    return draw(st.sampled_from(["", "b/", "a.b/", "a.b:1/"])) + "a" * draw(st.integers(230, 262))


@st.composite
def around_sha256(draw: st.DrawFn) -> str:
    """Digests of about the right length."""
    return "sha256:" + "0" * draw(st.integers(60, 66)) + draw(st.sampled_from(["", "a", "A", "\u00e9", "\ud800", "\n"]))


texts = st.one_of(
    strategies.references(),
    strategies.nearly_valid_references(),
    strategies.nearly_valid_references(release=Release("1.28")),
    strategies.hostile_references(),
    st.lists(words, max_size=8).map("".join),
    long(),
    strategies.json_texts(),
)
modes: st.SearchStrategy[ReferenceMode] = st.sampled_from(["normalized", "parse", "named", "docker", "any"])


many = settings(max_examples=5 * settings().max_examples)  # the other way to compute it


class TestReferenceIsTheChapter:
    """The library reads a text as the regular expressions and the steps of the chapter do, with the same class of error."""

    @many
    @given(texts, modes, strategies.releases())
    def test_parse(self, text: str, mode: ReferenceMode, release: Release) -> None:
        assert library(text, mode, release) == Chapter(release.minor).answer(text, mode)

    @given(texts, strategies.releases())
    def test_build(self, name: str, release: Release) -> None:
        try:
            built = ImageReference.build(name, release=release)
            found: Answer = (built.registry or "", built.repository, "", "")
        except InvalidReference as error:
            found = error.problem.value
        assert found == Chapter(release.minor).build(name)

    @given(
        st.one_of(
            strategies.digests(),
            texts,
            st.builds(
                "{}:{}".format,
                st.sampled_from(["sha256", "sha512", "md5", "SHA256", "a.b+c", "a..b", ""]),
                st.text("0aFg=é\ud800", max_size=4),
            ),
            around_sha256(),
        )
    )
    def test_digest(self, text: str) -> None:
        try:
            found = Digest.parse(text)
        except InvalidDigest as error:
            assert error.problem.value == digest_error(text)
        else:
            assert digest_error(text) == ""
            assert (found.algorithm, found.encoded) == (text.split(":", maxsplit=1)[0], text.split(":")[1])
        try:
            Digest.parse_part(text)
        except InvalidDigest:
            assert not full(DIGEST, text)
        else:
            assert full(DIGEST, text)

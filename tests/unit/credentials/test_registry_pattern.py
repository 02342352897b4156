from __future__ import annotations

import pickle

import attrs
import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.credentials.registry_pattern import (
    ONE_COLON,
    InvalidRegistryPattern,
    MatchReason,
    PatternMatch,
    RegistryPattern,
    RegistryURL,
)

BEFORE, SINCE = Release("1.35"), Release("1.36")


@pytest.mark.parametrize(
    ("text", "labels", "port", "path"),
    [
        ("", ("",), "", ""),
        ("registry.example", ("registry", "example"), "", ""),
        ("registry.example:5000/team", ("registry", "example"), "5000", "/team"),
        ("registry.example:", ("registry", "example"), "", ""),
        (":5000", ("",), "5000", ""),
        ("a..b.", ("a", "", "b", ""), "", ""),
        ("[::1]", ("[::1]",), "", ""),
        ("[::1]:5000", ("::1",), "5000", ""),
        ("[::1]:", ("::1",), "", ""),
        ("[::1%25a:b]:80", ("::1%a:b",), "80", ""),
        ("[::1%25a]b]:80", ("[::1%a]b]:80",), "", ""),  # with more brackets, all of it is the host
        ("[::1%25a%5Bb]:80", ("[::1%a[b]:80",), "", ""),
        ("[::1%25a]:]", ("[::1%a]:]",), "", ""),
        ("[::ffff:1.2.3.4]:5000", ("::ffff:1", "2", "3", "4"), "5000", ""),
        ("a]b:5000", ("a]b:5000",), "", ""),
        ("https://a.io", ("https",), "", "//a.io"),  # a scheme is no scheme here
        (b"\xff.io", ("\udcff", "io"), "", ""),
        ("\ud800.io", ("\ufffd", "io"), "", ""),
    ],
)
def test_urls(text: str | bytes, labels: tuple[str, ...], port: str, path: str) -> None:
    found = RegistryURL.parse(text)
    assert (found.labels, found.port, found.path) == (labels, port, path)


@pytest.mark.parametrize("text", ["nginx:latest", "a b", "a.io/%", "[a]", "\n", "reg[12].io"])
def test_no_urls(text: str) -> None:
    for parse in (RegistryURL.parse, RegistryPattern.parse):
        with pytest.raises(InvalidRegistryPattern) as caught:
            parse(text)
        error = caught.value
        assert error.text == text
        assert error.problem in str(error)
        assert error.hint
        assert error.__context__ is None
        assert pickle.loads(pickle.dumps(error)) == error  # noqa: S301


def test_long_texts_are_cut_in_errors() -> None:
    with pytest.raises(InvalidRegistryPattern) as caught:
        RegistryPattern.parse("a " * 5000)
    assert len(str(caught.value)) < 500


def test_more_than_one_colon() -> None:
    assert ONE_COLON.minors() == ("1.36",)
    assert RegistryURL.parse("a:1:2", release=BEFORE) == RegistryURL("a:1:2", "", ("a:1:2",), "")
    assert RegistryPattern.parse("a:1:2", release=BEFORE).matches("a:1:2/b")
    with pytest.raises(InvalidRegistryPattern, match="colon"):
        RegistryURL.parse("a:1:2", release=SINCE)
    assert RegistryPattern.parse("*", release=BEFORE).matches("a:1:2")
    assert not RegistryPattern.parse("*", release=SINCE).matches("a:1:2")


# What the two Kubernetes documentation pages say on matching, and what Kubernetes does.
DOCUMENTED = [
    # "*.kubernetes.io will match kubernetes.io": the sentence lost its "not".
    pytest.param("*.kubernetes.io", "kubernetes.io", False, id="wrong in the documentation: it lost a not"),
    pytest.param("*.kubernetes.io", "abc.kubernetes.io", True, id="right: one label for one star"),
    pytest.param("*.*.kubernetes.io", "abc.kubernetes.io", False, id="wrong in the documentation: the same lost not"),
    pytest.param("*.*.kubernetes.io", "abc.def.kubernetes.io", True, id="right: two labels for two stars"),
    pytest.param("prefix.*.io", "prefix.kubernetes.io", True, id="right: a star in the middle"),
    pytest.param("*-good.kubernetes.io", "prefix-good.kubernetes.io", True, id="right: a star in a part of a label"),
    # "my-registry.io/images and *.my-registry.io/images" are the two keys of its JSON example.
    pytest.param("my-registry.io/images", "my-registry.io/images", True, id="right: the path itself"),
    pytest.param("my-registry.io/images", "my-registry.io/images/my-image", True, id="right: a path below"),
    pytest.param("my-registry.io/images", "my-registry.io/images/another-image", True, id="right: another path below"),
    pytest.param("*.my-registry.io/images", "sub.my-registry.io/images/my-image", True, id="right: a subdomain"),
    pytest.param("*.my-registry.io/images", "a.sub.my-registry.io/images/my-image", False, id="right: not two subdomains"),
    pytest.param("*.my-registry.io/images", "a.b.sub.my-registry.io/images/my-image", False, id="right: not three subdomains"),
    # "prefix-matched paths" says less than is so: it is the prefix of a text, not of components.
    pytest.param("my-registry.io/images", "my-registry.io/images-private/x", True, id="understated: any text with the prefix"),
    # "the number of subdomains must equal the number of *." is imprecise: it is the number of labels,
    # and a star may stand in any part of a label, in any label, and more than once.
    pytest.param("*.*.io", "kubernetes.io", False, id="imprecise: the labels are counted, not the stars"),
    pytest.param("a*b*c.*o", "axbyc.io", True, id="imprecise: stars may stand anywhere and several times"),
    pytest.param("abc.kubernetes.io", "def.abc.kubernetes.io", False, id="imprecise: labels are counted without a star as well"),
]


@pytest.mark.parametrize(("pattern", "image", "expected"), DOCUMENTED)
def test_documented(pattern: str, image: str, expected: bool) -> None:
    assert RegistryPattern.parse(pattern).matches(image) is expected


# What users trip over.
SURPRISES = [
    pytest.param("quay.io/me/foo", "quay.io/me/foo-other", True, id="a path leaks to what begins like it"),
    pytest.param("quay.io/coreos", "quay.io/coreos-fork", True, id="also where it is somebody else's"),
    pytest.param("quay.io/coreos/", "quay.io/coreos-fork", False, id="a final slash keeps it in"),
    pytest.param("quay.io/coreos/", "quay.io/coreos", False, id="and then leaves out the path itself"),
    pytest.param("*my-registry.io", "my-registry.io", True, id="a star may stand for nothing"),
    pytest.param("*my-registry.io", "eu.my-registry.io", False, id="a star ends at a dot"),
    pytest.param("registry.example/*", "registry.example/app", False, id="a star in a path is a star"),
    pytest.param("registry.example/*", "registry.example/*/app", True, id="and only that"),
    pytest.param("https://registry.example", "registry.example/app", False, id="a scheme is not taken off"),
    pytest.param("registry.example:443", "registry.example/app", False, id="no port is usual"),
    pytest.param("registry.example", "registry.example:443/app", False, id="nor left out"),
    pytest.param("registry.example:05000", "registry.example:5000/app", False, id="ports are text"),
    pytest.param("registry.example:*", "registry.example:5000/app", None, id="a star is no port"),
    pytest.param("registry.example:", "registry.example/app", True, id="an empty port is no port"),
    pytest.param("Registry.example", "registry.example/app", False, id="case counts"),
    pytest.param("registry.example.", "registry.example/app", False, id="a final dot is a label more"),
    pytest.param("*", "localhost", True, id="one star is one label"),
    pytest.param("*", "docker.io/library/nginx", False, id="and not two"),
    pytest.param("nginx", "nginx:1", False, id="a tag is read as a port"),
    pytest.param("nginx:1", "nginx:1", True, id="in the pattern too"),
    pytest.param("registry.example/app:1.0", "registry.example/app", False, id="a key with a tag matches no repository"),
    pytest.param("registry.example/../a", "registry.example/a", False, id="paths are not cleaned"),
    pytest.param("registry.example/%61pp", "registry.example/app", True, id="paths are unescaped"),
    pytest.param("[::1]", "[::1]/app", False, id="an IPv6 address without port is a class of characters"),
    pytest.param("[::1]:5000", "[::1]:5000/app", True, id="with a port it is an address"),
    pytest.param("a.io/%c3", "a.io/é", True, id="a path may end inside a character"),
    pytest.param("%c3*.io", "é.io", True, id="and so may what stands before a star"),
]


@pytest.mark.parametrize(("pattern", "image", "expected"), SURPRISES)
def test_surprises(pattern: str, image: str, expected: bool | None) -> None:
    if expected is None:
        with pytest.raises(InvalidRegistryPattern):
            RegistryPattern.parse(pattern)
        return
    assert RegistryPattern.parse(pattern).matches(image) is expected


@pytest.mark.parametrize(
    ("pattern", "image", "match"),
    [
        ("a.io", "nginx:latest", PatternMatch(MatchReason.INVALID_IMAGE, "a.io", "nginx:latest")),
        ("a.io:5000/b", "b.c.io/d", PatternMatch(MatchReason.PORT, "5000", "")),
        ("a.io/b", "b.c.io/d", PatternMatch(MatchReason.LABEL_COUNT, "a.io", "b.c.io")),
        ("a.io/b", "c.io/d", PatternMatch(MatchReason.PATH, "/b", "/d")),
        ("a.*.io", "b.c.com", PatternMatch(MatchReason.LABEL, "a", "b", 0)),
        ("a.*-1.io", "a.c.com", PatternMatch(MatchReason.LABEL, "*-1", "c", 1)),
        ("a.*.io", "a.c.com", PatternMatch(MatchReason.LABEL, "io", "com", 2)),
        ("[fe80::1%25-]", "x", PatternMatch(MatchReason.BAD_LABEL, "[fe80::1%-]", "x", 0)),
        ("*.io", "a.io/b", PatternMatch(MatchReason.MATCH)),
    ],
)
def test_explanations(pattern: str, image: str, match: PatternMatch) -> None:
    parsed = RegistryPattern.parse(pattern)
    assert parsed.explain(image) == match
    assert match.matched is parsed.matches(image) is (match.reason is MatchReason.MATCH)
    assert match.reason.value in str(match)
    assert match.matched or (repr(match.expected) in str(match) and repr(match.found) in str(match))


def test_a_label_that_is_no_shell_pattern_only_shows_when_it_is_compared() -> None:
    """Kubernetes reports it, too, only if the labels before it match."""
    pattern = RegistryPattern.parse("[fe80::1%25-]/b")
    assert pattern.explain("a:5000/b").reason is MatchReason.PORT
    assert pattern.explain("a.b/b").reason is MatchReason.LABEL_COUNT
    assert pattern.explain("a/c").reason is MatchReason.PATH
    assert pattern.explain("a/b").reason is MatchReason.BAD_LABEL


def test_bytes() -> None:
    pattern = RegistryPattern.parse(b"\xff*.io")
    assert pattern.matches(b"\xff.io/a")
    assert pattern.matches(b"\xffx.io/a")
    assert not pattern.matches(b"\xfe.io/a")
    assert not pattern.matches("\udcff.io")  # a text is what JSON gives, without bytes


def test_value() -> None:
    pattern = RegistryPattern.parse("*.registry.example/team")
    assert str(pattern) == pattern.text == "*.registry.example/team"
    assert repr(pattern) == "RegistryPattern('*.registry.example/team')"
    assert pattern == RegistryPattern.parse("*.registry.example/team")
    assert hash(pattern) == hash(RegistryPattern.parse("*.registry.example/team"))
    assert pattern != RegistryPattern.parse("*.registry.example/team", release=BEFORE)
    again = pickle.loads(pickle.dumps(pattern))  # noqa: S301
    assert again == pattern
    assert again.matches("eu.registry.example/team")
    assert attrs.evolve(pattern, url=RegistryURL.parse("a.io")).matches("a.io")

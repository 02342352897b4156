from __future__ import annotations

import pytest

from kubecontainers.apimachinery.release import Release
from kubecontainers.images.invalid_reference import InvalidReference, ReferencePart, ReferenceProblem
from kubecontainers.images.locate import located
from kubecontainers.images.reference import ImageReference, ReferenceMode

HEX = "0123456789abcdef" * 4
SHA = f"sha256:{HEX}"

WHOLE, SCHEME, REGISTRY, PORT = ReferencePart.WHOLE, ReferencePart.SCHEME, ReferencePart.REGISTRY, ReferencePart.PORT
REPOSITORY, TAG, DIGEST = ReferencePart.REPOSITORY, ReferencePart.TAG, ReferencePart.DIGEST


def refusal(text: str, mode: ReferenceMode = "normalized", minor: str = "1.36") -> InvalidReference:
    with pytest.raises(InvalidReference) as caught:
        ImageReference.parse(text, mode=mode, release=Release(minor))
    assert caught.value.text == text
    return caught.value


@pytest.mark.parametrize(
    ("text", "part", "position", "hint"),
    [
        # around the reference
        ("", WHOLE, 0, "write a name"),
        ("nginx\n", WHOLE, 5, "white space"),
        ("nginx ", WHOLE, 5, "white space"),
        (" nginx", WHOLE, 0, "white space"),
        ("\u3000nginx", WHOLE, 0, "white space"),
        ("https://registry.k8s.io/pause", SCHEME, 0, "remove 'https://'"),
        ("docker://nginx:1", SCHEME, 0, "remove 'docker://'"),
        ("docker-pullable://nginx", SCHEME, 0, "remove 'docker-pullable://'"),
        ("https://Registry.io/App", SCHEME, 0, "remove 'https://'"),
        ("HTTPS://nginx", SCHEME, 0, "scheme"),
        ("ko://example.com/cmd/app", SCHEME, 0, "ko resolve"),
        ("nginx:${TAG}", WHOLE, 6, "placeholder"),
        ("${IMAGE}", WHOLE, 0, "placeholder"),
        ("${REGISTRY}/app:1", WHOLE, 0, "placeholder"),
        ("$(IMAGE)", WHOLE, 0, "placeholder"),
        ("{{ .Values.image }}:1", WHOLE, 0, "placeholder"),
        ("<your-image>", WHOLE, 0, "placeholder"),
        ("nginx:%TAG%", WHOLE, 6, "placeholder"),
        # registry
        ("reg_istry:5000/x", REGISTRY, 3, "underscore"),
        ("reg!istry.io/x", REGISTRY, 3, "'!'"),
        ("b\u00fccher.de/x", REGISTRY, 1, "'\u00fc'"),
        (".io/x", REGISTRY, 0, "empty"),
        ("a..io/x", REGISTRY, 2, "empty"),
        ("quay.-io/x", REGISTRY, 5, "begin or end with '-'"),
        ("quay-.io/x", REGISTRY, 0, "begin or end with '-'"),
        ("[::1/x", REGISTRY, 0, "IPv6"),
        ("[]/x", REGISTRY, 0, "IPv6"),
        ("[g::1]/x", REGISTRY, 0, "IPv6"),
        ("[fe80::1%eth0]/x", REGISTRY, 0, "IPv6"),
        # port
        ("localhost:port/x", PORT, 10, "digits only"),
        ("localhost:/x", PORT, 10, "digits only"),
        ("localhost:50x0/x", PORT, 10, "digits only"),
        ("localhost:\u0665/x", PORT, 10, "digits only"),
        ("[::1]:port/x", PORT, 6, "digits only"),
        ("[::1]:/x", PORT, 6, "digits only"),
        # repository
        ("Nginx", REPOSITORY, 0, "lower case: 'nginx'"),
        ("library/ngiNx", REPOSITORY, 11, "lower case"),
        ("quay.io/Shop/web", REPOSITORY, 8, "lower case"),
        ("Quay.io/shop/Web", REPOSITORY, 13, "lower case"),
        ("ng inx", REPOSITORY, 2, "' '"),
        ("nginx\0", REPOSITORY, 5, r"'\x00'"),
        ("ng\u00efnx", REPOSITORY, 2, "'\u00ef'"),
        ("ng\u0661nx", REPOSITORY, 2, "'\u0661'"),
        ("ng\ud800", REPOSITORY, 2, r"'\ud800'"),
        ("quay.io/a:b/c", REPOSITORY, 9, "':'"),
        ("a/b:c/d", REPOSITORY, 3, "':'"),
        ("-nginx", REPOSITORY, 0, "begin with '-'"),
        ("/nginx", REPOSITORY, 0, "begin with '/'"),
        ("quay.io//nginx", REPOSITORY, 8, "begin with '/'"),
        ("quay.io/.nginx", REPOSITORY, 8, "begin with '.'"),
        ("nginx-", REPOSITORY, 5, "end with '-'"),
        ("library/", REPOSITORY, 7, "end with '/'"),
        ("a//b", REPOSITORY, 2, "'//'"),
        ("a..b", REPOSITORY, 2, "'..'"),
        ("a._b", REPOSITORY, 2, "'._'"),
        ("a-/b", REPOSITORY, 2, "'-/'"),
        ("a/_b", REPOSITORY, 2, "'/_'"),
        ("a_-b", REPOSITORY, 2, "'_-'"),
        ("a-_b", REPOSITORY, 2, "'-_'"),
        ("quay.io/", REPOSITORY, 8, "missing"),
        ("localhost/", REPOSITORY, 10, "missing"),
        ("docker.io/", REPOSITORY, 10, "missing"),
        ("quay.io/:1", REPOSITORY, 8, "missing"),
        (":1", REPOSITORY, 0, "missing"),
        (f"@{SHA}", REPOSITORY, 0, "missing"),
        ("[::1]:5000/a..b", REPOSITORY, 13, "'..'"),
        ("[::1]/", REPOSITORY, 6, "missing"),
        ("[::1]/-a", REPOSITORY, 6, "begin with"),
        # tag
        ("nginx:", TAG, 6, "empty"),
        (f"nginx:@{SHA}", TAG, 6, "empty"),
        ("localhost:5000/nginx:", TAG, 21, "empty"),
        ("nginx:-1", TAG, 6, "cannot begin with '-'"),
        ("nginx:.1", TAG, 6, "cannot begin with '.'"),
        ("nginx:1+2", TAG, 6, "letters, digits"),
        ("nginx:\u0661", TAG, 6, "letters, digits"),
        ("nginx:" + "t" * 129, TAG, 6, "at most 128 characters, here are 129"),
        ("localhost:5000:1", TAG, 10, "no colon"),
        (f"nginx:{SHA}", TAG, 5, "write @ before it"),
        (f"localhost:5000/nginx:{SHA}", TAG, 20, "write @ before it"),
        # digest
        ("nginx@", DIGEST, 6, "missing after '@'"),
        (f"nginx@{HEX}", DIGEST, 6, "write the algorithm"),
        ("nginx@latest", DIGEST, 6, "write the algorithm"),
        ("nginx@sha256:" + "0" * 31, DIGEST, 6, "at least 32"),
        ("nginx:1@sha256:" + "g" * 64, DIGEST, 8, "at least 32"),
        (f"nginx@{SHA}@{SHA}", DIGEST, 6, "at least 32"),
        (f"nginx@256sha:{HEX}", DIGEST, 6, "at least 32"),
        ("nginx:1@sha256:" + "0" * 63, DIGEST, 8, "sha256 has 64 hex digits, here are 63"),
        ("nginx@sha256:" + "A" * 64, DIGEST, 6, "lower case"),
        ("nginx@md5:" + "0" * 32, DIGEST, 6, "sha256, sha384, sha512"),
        (f"nginx@SHA256:{HEX}", DIGEST, 6, "lower case"),
        (f"nginx:1@SHA256:{HEX}", DIGEST, 8, "lower case"),
        # the name as a whole
        (HEX, WHOLE, 0, "sha256:"),
        ("a" * 256, REPOSITORY, 247, "the repository has 264 characters, 255 at most"),
    ],
)
def test_where(text: str, part: ReferencePart, position: int, hint: str) -> None:
    error = refusal(text)
    assert (error.part, error.position) == (part, position)
    assert hint in error.hint
    assert hint in str(error)


@pytest.mark.parametrize(
    ("text", "part", "position", "hint"),
    [
        ("[::1]/app", REGISTRY, 0, "since 1.29"),
        ("[::1]:5000/app", REGISTRY, 0, "since 1.29"),
        ("[::1]:5000/a..b", REPOSITORY, 13, "'..'"),
        ("Foo/bar", REPOSITORY, 0, "lower case"),
        ("Foo/Bar", REPOSITORY, 4, "lower case"),
        ("${REGISTRY}/app", WHOLE, 0, "placeholder"),
        ("quay.io/" + "a" * 248, REPOSITORY, 255, "registry and repository have 256 characters, 255 at most"),
    ],
)
def test_where_before_1_29(text: str, part: ReferencePart, position: int, hint: str) -> None:
    error = refusal(text, minor="1.28")
    assert (error.part, error.position) == (part, position)
    assert hint in error.hint


def test_a_capital_in_the_tag_is_not_the_fault() -> None:
    """Up to 1.28 ``Foo`` counts as repository; the tag may have its capital."""
    assert refusal("Foo/bar:Tag", minor="1.28").position == 0


def test_capital_that_is_no_letter_of_the_repository() -> None:
    """Two characters outside ASCII have lower cases inside: in a tag they are what Kubernetes calls a capital."""
    error = refusal("x.io/a:\u212a")
    assert error.problem is ReferenceProblem.UPPERCASE
    assert (error.part, error.position) == (TAG, 7)


@pytest.mark.parametrize("text", ["[::1]5000/app", "[::1]x/app"])
def test_port_without_its_colon(text: str) -> None:
    error = refusal(text)
    assert error.part in {REGISTRY, PORT}
    assert error.position <= 5
    assert "1.29" not in error.hint


@pytest.mark.parametrize(
    ("text", "mode", "part", "position", "hint"),
    [
        ("", "parse", WHOLE, 0, "write a name"),
        ("Ubuntu:Tag", "parse", REPOSITORY, 0, "lower case"),
        ("a/B", "parse", REPOSITORY, 2, "lower case"),
        ("nginx", "named", WHOLE, 0, "docker.io/library/nginx"),
        ("nginx:", "docker", TAG, 6, "empty"),
        ("nginx:", "any", TAG, 6, "empty"),
    ],
)
def test_other_modes(text: str, mode: ReferenceMode, part: ReferencePart, position: int, hint: str) -> None:
    error = refusal(text, mode)
    assert (error.part, error.position) == (part, position)
    assert hint in error.hint


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("Repo:Tag", "repo:Tag"),
        (f"quay.io/Shop/Web:V1@{SHA}", f"quay.io/shop/web:V1@{SHA}"),
        ("Localhost:5000/Web:V1", "Localhost:5000/web:V1"),
    ],
)
def test_suggestion_keeps_the_tag(text: str, suggested: str) -> None:
    """Another tag, or another registry's spelling, is another image: only the repository is to be lower-cased."""
    assert repr(suggested) in refusal(text).hint


def test_long_texts_are_not_repeated() -> None:
    for text in ("A" * 201, "a/" * 100 + "B", "quay.io/" + "a" * 1000 + "!"):
        error = refusal(text)
        assert len(error.hint) < 100
        assert error.part is REPOSITORY
    assert "'" + "a" * 200 + "'" in refusal("A" * 200).hint


@pytest.mark.parametrize("problem", ReferenceProblem)
def test_every_problem_has_a_place(problem: ReferenceProblem) -> None:
    error = located("nginx", problem, "a hint")
    assert (error.text, error.problem) == ("nginx", problem)
    assert 0 <= error.position <= 5
    assert error.hint

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from kubecontainers.apimachinery.errors import KubeContainersError
from kubecontainers.apimachinery.release import Release, releases
from kubecontainers.images import reference as module
from kubecontainers.images.digest import Digest, InvalidDigest
from kubecontainers.images.invalid_reference import InvalidPattern, InvalidReference, ReferenceProblem, UnknownReferenceMode
from kubecontainers.images.reference import (
    CAPITAL_REGISTRIES,
    IPV6_REGISTRIES,
    REPOSITORY_LIMIT,
    ImageReference,
    ReferenceKind,
    ReferenceMode,
)
from kubecontainers.images.tag import InvalidTag

HEX = "0123456789abcdef" * 4
SHA = f"sha256:{HEX}"
P = ReferenceProblem

Parts = tuple[str | None, str, str | None, str | None]
MODES: list[ReferenceMode] = ["parse", "normalized", "named", "docker", "any"]


def parts(reference: ImageReference) -> Parts:
    return (reference.registry, reference.repository, reference.tag, reference.digest)


def problem(text: str, mode: ReferenceMode = "normalized", minor: str = "1.36") -> ReferenceProblem | None:
    try:
        ImageReference.parse(text, mode=mode, release=Release(minor))
    except InvalidReference as error:
        return error.problem
    return None


class TestNormalized:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("nginx", ("docker.io", "library/nginx", None, None)),
            ("nginx:1.27", ("docker.io", "library/nginx", "1.27", None)),
            (f"nginx@{SHA}", ("docker.io", "library/nginx", None, SHA)),
            (f"nginx:1.27@{SHA}", ("docker.io", "library/nginx", "1.27", SHA)),
            ("library/nginx", ("docker.io", "library/nginx", None, None)),
            ("shop/web", ("docker.io", "shop/web", None, None)),
            ("docker.io/a", ("docker.io", "library/a", None, None)),
            ("docker.io/a/b", ("docker.io", "a/b", None, None)),
            ("index.docker.io/a", ("docker.io", "library/a", None, None)),
            ("index.docker.io/a/b:c", ("docker.io", "a/b", "c", None)),
            ("docker.io:443/a", ("docker.io:443", "a", None, None)),
            ("DOCKER.IO/a", ("DOCKER.IO", "a", None, None)),
            ("localhost/app", ("localhost", "app", None, None)),
            ("localhost:5000/app", ("localhost:5000", "app", None, None)),
            ("localhost:5000", ("docker.io", "library/localhost", "5000", None)),
            ("registry.k8s.io/pause:3.9", ("registry.k8s.io", "pause", "3.9", None)),
            ("host:5000/a/b:c", ("host:5000", "a/b", "c", None)),
            ("host:00080/a", ("host:00080", "a", None, None)),
            ("host:99999999/a", ("host:99999999", "a", None, None)),
            ("host/a", ("docker.io", "host/a", None, None)),
            ("a.b/c", ("a.b", "c", None, None)),
            ("repo:Tag", ("docker.io", "library/repo", "Tag", None)),
            ("reg_istry.k8s.io/x", (None, "reg_istry.k8s.io/x", None, None)),
            ("reg_istry.k8s.io/x:1", (None, "reg_istry.k8s.io/x", "1", None)),
            ("a--b.c/d", ("a--b.c", "d", None, None)),
            ("a__b/c", ("docker.io", "a__b/c", None, None)),
            ("a---b", ("docker.io", "library/a---b", None, None)),
            (f"sha256:{HEX}", ("docker.io", "library/sha256", HEX, None)),
            (f"sha512:{HEX}{HEX}", ("docker.io", "library/sha512", HEX + HEX, None)),
            (f"{HEX}:latest", ("docker.io", f"library/{HEX}", "latest", None)),
            (f"library/{HEX}", ("docker.io", f"library/{HEX}", None, None)),
            (HEX[1:], ("docker.io", f"library/{HEX[1:]}", None, None)),
            (f"a@sha384:{HEX}{HEX[:32]}", ("docker.io", "library/a", None, f"sha384:{HEX}{HEX[:32]}")),
            (f"a@sha512:{HEX}{HEX}", ("docker.io", "library/a", None, f"sha512:{HEX}{HEX}")),
            ("a:" + "t" * 128, ("docker.io", "library/a", "t" * 128, None)),
        ],
    )
    def test_every_release(self, text: str, expected: Parts) -> None:
        for release in releases():
            assert parts(ImageReference.parse(text, release=release)) == expected

    @pytest.mark.parametrize(
        ("text", "until_1_28", "since_1_29"),
        [
            ("Foo/bar", P.MUST_BE_LOWERCASE, ("Foo", "bar", None, None)),
            ("Foo/Bar", P.MUST_BE_LOWERCASE, P.MUST_BE_LOWERCASE),
            ("Localhost/app", P.MUST_BE_LOWERCASE, ("Localhost", "app", None, None)),
            ("[::1]:5000/app", P.FORMAT, ("[::1]:5000", "app", None, None)),
            ("[::1]/app:1", P.FORMAT, ("[::1]", "app", "1", None)),
            ("[:::::]/app", P.FORMAT, ("[:::::]", "app", None, None)),
            ("[abc]/app", P.FORMAT, P.FORMAT),  # no dot, no colon, no capital: not taken for a registry
            ("[aBc]/app", P.MUST_BE_LOWERCASE, ("[aBc]", "app", None, None)),
            ("[a:c]/app", P.FORMAT, ("[a:c]", "app", None, None)),
            ("[]/app", P.FORMAT, P.FORMAT),
            ("[g::1]/app", P.FORMAT, P.FORMAT),
            ("[fe80::1%eth0]/app", P.FORMAT, P.FORMAT),
            ("[::ffff:1.2.3.4]/app", P.FORMAT, P.FORMAT),
            ("[::1]", P.FORMAT, P.FORMAT),
        ],
    )
    def test_since_1_29(self, text: str, until_1_28: Parts | ReferenceProblem, since_1_29: Parts | ReferenceProblem) -> None:
        for release in releases():
            expected = since_1_29 if release.minor >= 29 else until_1_28
            try:
                found: Parts | ReferenceProblem = parts(ImageReference.parse(text, release=release))
            except InvalidReference as error:
                found = error.problem
            assert found == expected
        assert CAPITAL_REGISTRIES.minors() == IPV6_REGISTRIES.minors() == ("1.29",)

    @pytest.mark.parametrize(
        ("text", "until_1_31", "since_1_32"),
        [
            ("quay.io/" + "a" * 247, None, None),
            ("quay.io/" + "a" * 248, P.NAME_TOO_LONG, None),
            ("quay.io/" + "a" * 255, P.NAME_TOO_LONG, None),
            ("quay.io/" + "a" * 256, P.NAME_TOO_LONG, P.NAME_TOO_LONG),
            ("quay.io/" + "a" * 247 + ":" + "t" * 128 + "@" + SHA, None, None),
            ("a" * 237, None, None),
            ("a" * 238, P.NAME_TOO_LONG, None),
            ("a" * 247, P.NAME_TOO_LONG, None),
            ("a" * 248, P.NAME_TOO_LONG, P.NAME_TOO_LONG),
            ("b/" + "a" * 243, None, None),
            ("b/" + "a" * 244, P.NAME_TOO_LONG, None),
            ("r" * 300 + ".io/a", P.NAME_TOO_LONG, None),
        ],
    )
    def test_limit(self, text: str, until_1_31: ReferenceProblem | None, since_1_32: ReferenceProblem | None) -> None:
        for release in releases():
            assert problem(text, minor=str(release)) is (since_1_32 if release.minor >= 32 else until_1_31)
        assert REPOSITORY_LIMIT.minors() == ("1.32",)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", P.FORMAT),
            (HEX, P.IDENTIFIER),
            (HEX.upper(), P.MUST_BE_LOWERCASE),
            ("Repo:Tag", P.MUST_BE_LOWERCASE),
            ("library/Nginx", P.MUST_BE_LOWERCASE),
            (f"repo@SHA256:{HEX}", P.MUST_BE_LOWERCASE),
            (f"repo:v1@SHA256:{HEX}", P.DIGEST_FORMAT),
            ("\u212aey", P.MUST_BE_LOWERCASE),
            ("\u0130", P.MUST_BE_LOWERCASE),
            ("x.io/a:\u212a", P.UPPERCASE),
            ("x\u212a.io/a", P.UPPERCASE),
            ("x.io/a:\u0130", P.UPPERCASE),
            ("x.io/a:\u0131", P.FORMAT),
            ("nginx\n", P.FORMAT),
            ("nginx:latest\n", P.FORMAT),
            (f"nginx@{SHA}\n", P.FORMAT),
            ("\nnginx", P.FORMAT),
            (" nginx", P.FORMAT),
            ("nginx:\u0661", P.FORMAT),
            ("\u00fcber", P.FORMAT),
            ("\u0661", P.FORMAT),
            ("host:\u0665/x", P.FORMAT),
            ("nginx\0", P.FORMAT),
            ("\ud800", P.FORMAT),
            ("nginx:", P.FORMAT),
            ("nginx@", P.FORMAT),
            (":1", P.FORMAT),
            (f"@{SHA}", P.FORMAT),
            ("a//b", P.FORMAT),
            ("/a", P.FORMAT),
            ("a/", P.FORMAT),
            ("docker.io/", P.FORMAT),
            ("-a", P.FORMAT),
            ("a-", P.FORMAT),
            ("a..b", P.FORMAT),
            ("a._b", P.FORMAT),
            ("a___b", P.FORMAT),
            ("a_-b", P.FORMAT),
            ("host:port/a", P.FORMAT),
            ("host:/a", P.FORMAT),
            ("-a.b/c", P.FORMAT),
            ("a-.b/c", P.FORMAT),
            ("a..b/c", P.FORMAT),
            ("reg_istry:5000/x", P.FORMAT),
            ("https://nginx", P.FORMAT),
            ("nginx:a:b", P.FORMAT),
            (f"nginx:{SHA}", P.FORMAT),
            ("nginx:-a", P.FORMAT),
            ("nginx:.a", P.FORMAT),
            ("nginx:" + "t" * 129, P.FORMAT),
            ("nginx@sha256:" + "0" * 31, P.FORMAT),
            ("nginx@sha256:" + "0" * 32, P.DIGEST_LENGTH),
            ("nginx@sha256:" + "0" * 63, P.DIGEST_LENGTH),
            ("nginx@sha256:" + "0" * 65, P.DIGEST_LENGTH),
            ("nginx@sha256:" + "A" + "0" * 63, P.DIGEST_FORMAT),
            ("nginx@sha256:" + "g" * 64, P.FORMAT),
            ("nginx@md5:" + "0" * 32, P.DIGEST_UNSUPPORTED),
            (f"nginx@tarsum.v1+{SHA}", P.DIGEST_UNSUPPORTED),
            (f"nginx@sha256+b64:{HEX}", P.DIGEST_UNSUPPORTED),
            (f"nginx@256sha:{HEX}", P.FORMAT),
            (f"nginx@{SHA}@{SHA}", P.FORMAT),
            ("nginx@latest", P.FORMAT),
        ],
    )
    def test_refused_in_every_release(self, text: str, expected: ReferenceProblem) -> None:
        for release in releases():
            assert problem(text, minor=str(release)) is expected


class TestOtherModes:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("ubuntu", (None, "ubuntu", None, None)),
            ("library/ubuntu", ("library", "ubuntu", None, None)),
            ("a/b/c:d", ("a", "b/c", "d", None)),
            ("Foo/bar", ("Foo", "bar", None, None)),
            ("a_b/c", (None, "a_b/c", None, None)),
            (HEX, (None, HEX, None, None)),
            (f"sha256:{HEX}", (None, "sha256", HEX, None)),
            (f"a/b:c@{SHA}", ("a", "b", "c", SHA)),
        ],
    )
    def test_parse(self, text: str, expected: Parts) -> None:
        assert parts(ImageReference.parse(text, mode="parse")) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", P.NAME_EMPTY),
            ("Ubuntu", P.UPPERCASE),
            ("a/B", P.UPPERCASE),
            ("\u212aey", P.UPPERCASE),
            ("\u0130", P.UPPERCASE),
            ("a b", P.FORMAT),
            ("A b", P.FORMAT),
            ("a\n", P.FORMAT),
            (f"a@SHA256:{HEX}", P.DIGEST_FORMAT),
            ("a" * 256, P.NAME_TOO_LONG),
            ("[::1]/a/..", P.FORMAT),
        ],
    )
    def test_parse_refuses(self, text: str, expected: ReferenceProblem) -> None:
        assert problem(text, "parse") is expected

    def test_too_long_comes_before_the_digest(self) -> None:
        assert problem("a" * 256 + "@md5:" + "0" * 32, "parse") is P.NAME_TOO_LONG

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("docker.io/library/nginx", None),
            (f"quay.io/a/b:c@{SHA}", None),
            ("reg_istry.k8s.io/x", None),
            ("nginx", P.NAME_NOT_CANONICAL),
            ("docker.io/nginx", P.NAME_NOT_CANONICAL),
            ("index.docker.io/library/nginx", P.NAME_NOT_CANONICAL),
            ("Nginx", P.MUST_BE_LOWERCASE),
            (HEX, P.IDENTIFIER),
        ],
    )
    def test_named(self, text: str, expected: ReferenceProblem | None) -> None:
        assert problem(text, "named") is expected

    def test_named_says_what_it_should_be(self) -> None:
        with pytest.raises(InvalidReference, match=r"write it in full: docker\.io/library/nginx:1"):
            ImageReference.parse("nginx:1", mode="named")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("nginx", "docker.io/library/nginx:latest"),
            ("nginx:1", "docker.io/library/nginx:1"),
            (f"nginx@{SHA}", f"docker.io/library/nginx@{SHA}"),
            (f"nginx:1@{SHA}", f"docker.io/library/nginx@{SHA}"),
        ],
    )
    def test_docker(self, text: str, expected: str) -> None:
        assert str(ImageReference.parse(text, mode="docker")) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            (HEX, (None, "", None, SHA)),
            (SHA, (None, "", None, SHA)),
            (f"sha512:{HEX}{HEX}", (None, "", None, f"sha512:{HEX}{HEX}")),
            (f"md5:{HEX}", ("docker.io", "library/md5", HEX, None)),
            (f"sha256:{HEX[1:]}", ("docker.io", "library/sha256", HEX[1:], None)),
            ("nginx", ("docker.io", "library/nginx", None, None)),
        ],
    )
    def test_any(self, text: str, expected: Parts) -> None:
        assert parts(ImageReference.parse(text, mode="any")) == expected

    def test_any_refuses(self) -> None:
        assert problem(HEX.upper(), "any") is P.MUST_BE_LOWERCASE
        assert problem("", "any") is P.FORMAT


class TestParts:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("nginx", ReferenceKind.REPOSITORY),
            ("nginx:1", ReferenceKind.TAGGED),
            (f"nginx@{SHA}", ReferenceKind.CANONICAL),
            (f"nginx:1@{SHA}", ReferenceKind.REFERENCE),
            (SHA, ReferenceKind.DIGEST),
        ],
    )
    def test_kind(self, text: str, kind: ReferenceKind) -> None:
        reference = ImageReference.parse(text, mode="any")
        assert reference.kind is kind
        assert reference.is_name_only == (kind is ReferenceKind.REPOSITORY)

    def test_digest_is_a_digest_wherever_it_comes_from(self) -> None:
        plain, slow = ImageReference.parse(f"nginx@{SHA}"), ImageReference.parse(f"NGINX.IO/a@{SHA}")
        built = ImageReference("docker.io", "library/nginx", None, Digest(SHA))
        for reference in (plain, slow, built, plain.with_digest(SHA), ImageReference.build("a", digest=SHA)):
            assert type(reference.digest) is Digest
            assert reference.digest.algorithm == "sha256"

    def test_digest_alone(self) -> None:
        reference = ImageReference.parse(SHA, mode="any")
        assert (reference.name, reference.familiar_name, str(reference), reference.familiar) == ("", "", SHA, SHA)
        assert reference == ImageReference(None, "", None, Digest(SHA))
        changes: list[Callable[[], object]] = [lambda: reference.with_tag("v1"), lambda: reference.with_digest(SHA), reference.trimmed]
        for change in changes:
            with pytest.raises(InvalidReference) as caught:
                change()
            assert caught.value.problem is P.NO_NAME
            assert "no name" in caught.value.hint

    def test_no_other_attributes(self) -> None:
        reference: Any = ImageReference.parse("nginx")
        for name in ("other", "host", "__wrapped__"):
            assert not hasattr(reference, name)
        with pytest.raises(AttributeError, match="'ImageReference' object has no attribute 'other'"):
            _ = reference.other

    def test_parts_one_by_one(self) -> None:
        """Whichever part is asked for first, it is right."""
        text = f"quay.io/shop/web:1@{SHA}"
        for name, expected in zip(("registry", "repository", "tag", "digest"), ("quay.io", "shop/web", "1", SHA), strict=True):
            module._parsed.cache_clear()  # pyright: ignore[reportPrivateUsage]
            reference = ImageReference.parse(text, release=Release("1.30"))
            assert getattr(reference, name) == expected
            assert parts(reference) == ("quay.io", "shop/web", "1", SHA)


class TestConstructor:
    @pytest.mark.parametrize(
        "given",
        [
            ("docker.io", "library/nginx", None, None),
            ("docker.io", "nginx", "1", None),
            (None, "nginx", None, None),
            (None, "reg_istry.k8s.io/x", None, None),
            ("[::1]:5000", "a", None, None),
            ("Foo", "bar", "t", SHA),
            (None, "", None, SHA),
            ("a", "b", None, "md5:" + "0" * 32),
        ],
    )
    def test_right(self, given: Parts) -> None:
        registry, repository, tag, digest = given
        reference = ImageReference(registry, repository, tag, None if digest is None else Digest(digest))
        assert parts(reference) == given

    @pytest.mark.parametrize(
        "given",
        [
            (None, "", None, None),
            ("", "", None, None),
            ("", "nginx", None, None),
            (None, "library/nginx", None, None),  # read back, library is the registry
            ("docker.io", "", None, None),
            ("docker.io", "Nginx", None, None),
            ("docker.io", "nginx:1", None, None),
            ("docker.io", "nginx\n", None, None),
            ("docker.io/library", "nginx", None, None),
            ("host:port", "nginx", None, None),
            ("reg_istry", "nginx", None, None),
            (None, "a", "", None),
            (None, "a", "t t", None),
            (None, "a", "t:t", None),
            (None, "a" * 256, None, None),
            ("quay.io", "a" * 256, None, None),
            (None, "a", None, "sha256:0"),
            (None, "a", None, ""),
            (None, "", "t", SHA),
            (None, "", "", SHA),
            ("a.b", "", None, SHA),
            (None, "", None, "sha256:0"),
            (None, "", None, "md5:" + "0" * 32),
        ],
    )
    def test_wrong(self, given: Parts) -> None:
        registry, repository, tag, digest = given
        with pytest.raises(KubeContainersError) as caught:
            ImageReference(registry, repository, tag, None if digest is None else Digest(digest))
        assert isinstance(caught.value, InvalidReference | InvalidDigest)
        assert caught.value.hint

    def test_says_what_is_wrong(self) -> None:
        with pytest.raises(InvalidReference) as caught:
            ImageReference(None, "library/nginx")
        assert caught.value.hint == "these parts do not read back as what they are"

    def test_evolve(self) -> None:
        reference = ImageReference.parse("nginx:1")
        assert attrs.evolve(reference, tag="2") == ImageReference.parse("nginx:2")
        with pytest.raises(InvalidReference):
            attrs.evolve(reference, tag="2 3")


class TestBuild:
    @pytest.mark.parametrize(
        ("name", "tag", "digest", "text"),
        [
            ("ubuntu", None, None, "ubuntu"),
            ("a/b", "t", None, "a/b:t"),
            ("a/b", None, "md5:" + "0" * 32, "a/b@md5:" + "0" * 32),
            ("a/b", "t", "SHA256:" + "A" * 32, "a/b:t@SHA256:" + "A" * 32),
            ("quay.io:443/b", "t", SHA, f"quay.io:443/b:t@{SHA}"),
            (HEX, None, None, HEX),
        ],
    )
    def test_built(self, name: str, tag: str | None, digest: str | None, text: str) -> None:
        reference = ImageReference.build(name, tag=tag, digest=digest)
        assert (str(reference), reference.name) == (text, name)
        assert pickle.loads(pickle.dumps(reference)) == reference  # noqa: S301

    @pytest.mark.parametrize(
        ("name", "minor", "expected"),
        [
            ("", "1.36", P.FORMAT),
            ("Ubuntu", "1.36", P.FORMAT),
            ("a b", "1.36", P.FORMAT),
            ("nginx:1.27", "1.36", P.FORMAT),
            (f"nginx@{SHA}", "1.36", P.FORMAT),
            ("[::1]/a", "1.28", P.FORMAT),
            ("b/" + "a" * 256, "1.36", P.NAME_TOO_LONG),
            ("b/" + "a" * 254, "1.31", P.NAME_TOO_LONG),
        ],
    )
    def test_no_name(self, name: str, minor: str, expected: ReferenceProblem) -> None:
        with pytest.raises(InvalidReference) as caught:
            ImageReference.build(name, release=Release(minor))
        assert caught.value.problem is expected
        assert caught.value.hint

    def test_name_with_a_tag(self) -> None:
        for name in ("nginx:1.27", f"nginx@{SHA}"):
            with pytest.raises(InvalidReference, match="a name has no tag and no digest: give them apart"):
                ImageReference.build(name)

    def test_parts_are_checked_in_order(self) -> None:
        with pytest.raises(InvalidReference):
            ImageReference.build("A", tag=" ", digest="x")
        with pytest.raises(InvalidTag):
            ImageReference.build("a", tag=" ", digest="x")
        with pytest.raises(InvalidDigest):
            ImageReference.build("a", tag="t", digest="x")

    def test_long_and_short(self) -> None:
        assert ImageReference.build("b/" + "a" * 254).repository == "a" * 254
        assert ImageReference.build("b/" + "a" * 253, release=Release("1.31")).name == "b/" + "a" * 253


class TestFamiliarMatches:
    @pytest.mark.parametrize(
        ("text", "pattern", "expected"),
        [
            ("nginx:1.27", "nginx", True),
            ("nginx:1.27", "nginx:1.27", True),
            ("nginx:1.27", "ngin?", True),
            ("nginx:1.27", "nginx:*", True),
            ("nginx:1.27", "docker.io/library/nginx", False),
            ("nginx:1.27", "*", True),
            ("shop/web", "*", False),
            ("shop/web", "shop/*", True),
            ("quay.io/shop/web:1", "quay.io/*/web", True),
            ("quay.io/shop/web:1", "quay.io/*", False),
            ("quay.io/shop/web:1", "*/*/*:1", True),
            (SHA, "sha256:*", True),
            (SHA, "", False),
            (SHA, "[a-s]*", True),
        ],
    )
    def test_matches(self, text: str, pattern: str, expected: bool) -> None:
        assert ImageReference.parse(text, mode="any").familiar_matches(pattern) is expected

    @pytest.mark.parametrize("pattern", ["[", "a\\", "[]", "nginx["])
    def test_bad(self, pattern: str) -> None:
        with pytest.raises(InvalidPattern) as caught:
            ImageReference.parse("nginx").familiar_matches(pattern)
        assert caught.value.text == pattern
        assert caught.value.problem
        assert caught.value.__context__ is None


class TestValue:
    def test_repr(self) -> None:
        assert repr(ImageReference.parse("nginx:1.27")) == (
            "ImageReference(registry='docker.io', repository='library/nginx', tag='1.27', digest=None)"
        )

    @pytest.mark.parametrize("name", ["registry", "repository", "tag", "digest"])
    def test_does_not_change(self, name: str) -> None:
        for text in ("nginx", "Nginx.IO/a"):
            reference = ImageReference.parse(text)
            with pytest.raises(AttributeError):
                setattr(reference, name, "x")
            with pytest.raises(AttributeError):
                delattr(reference, name)
            with pytest.raises(AttributeError):
                reference.other = 1  # type: ignore[attr-defined]

    @pytest.mark.parametrize("text", ["nginx", f"a.b/c:d@{SHA}", "reg_istry.k8s.io/x", "[::1]/a", SHA])
    def test_travels(self, text: str) -> None:
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            reference = ImageReference.parse(text, mode="any")
            again: ImageReference = pickle.loads(pickle.dumps(reference, protocol))  # noqa: S301
            assert again == reference
            assert type(again.digest) is type(reference.digest)
            assert copy.copy(reference) == copy.deepcopy(reference) == reference

    def test_order(self) -> None:
        texts = ["reg_istry.k8s.io/x", "a.b/c", f"a.b/c@{SHA}", "a.b/c:1", f"a.b/c:1@{SHA}", "a.b/c:2", "a.b/d", "docker.io/a"]
        found = [ImageReference.parse(text) for text in texts]
        reversed_found = found[::-1]
        assert sorted(reversed_found) == found
        with pytest.raises(TypeError):
            assert found[0] < texts[0]  # type: ignore[operator]


class TestCache:
    def test_same_object(self) -> None:
        for mode in MODES:
            text = f"docker.io/library/cached:{mode}"
            assert ImageReference.parse(text, mode=mode) is ImageReference.parse(text, mode=mode)

    def test_releases_do_not_mix(self) -> None:
        assert problem("Mixed/up", minor="1.29") is None
        assert problem("Mixed/up", minor="1.28") is P.MUST_BE_LOWERCASE
        assert problem("Mixed/up", minor="1.29") is None
        gated = Release("1.34").with_gates({"ImageVolume": True})
        assert ImageReference.parse("mixed/up", release=gated) == ImageReference.parse("mixed/up")

    def test_bounded(self) -> None:
        cache = module._parsed("normalized", Release("1.33"))  # pyright: ignore[reportPrivateUsage]
        for at in range(module.MOST_CACHED + 10):
            ImageReference.parse(f"bounded:{at}", release=Release("1.33"))
            assert len(cache) <= module.MOST_CACHED
        for at in range(module.MOST_CACHED + 10):
            ImageReference.parse(f"Bounded.io/a:{at}", release=Release("1.33"))
            assert len(cache) <= module.MOST_CACHED
        assert len(cache) > 0

    def test_long_texts_are_not_kept(self) -> None:
        cache = module._parsed("normalized", Release("1.33"))  # pyright: ignore[reportPrivateUsage]
        host = "h" * module.LONGEST_CACHED + ".io"
        assert ImageReference.parse(f"{host}/a", release=Release("1.33")).registry == host
        assert f"{host}/a" not in cache

    def test_refusals_are_not_kept(self) -> None:
        with pytest.raises(InvalidReference) as first:
            ImageReference.parse("Refused")
        with pytest.raises(InvalidReference) as second:
            ImageReference.parse("Refused")
        assert first.value is not second.value
        assert first.value == second.value


def test_a_mode_that_does_not_exist() -> None:
    with pytest.raises(UnknownReferenceMode, match="no mode of parsing references: 'odd'"):
        ImageReference.parse("nginx", mode="odd")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_name_that_is_too_long_cannot_be_constructed() -> None:
    with pytest.raises(InvalidReference) as caught:
        ImageReference("x.io", "a" * 256)
    assert caught.value.problem is ReferenceProblem.NAME_TOO_LONG

from __future__ import annotations

import copy
import json
import pickle

import pytest

from kubecontainers.images.digest import Digest, DigestProblem, InvalidDigest

FORMAT, LENGTH, UNSUPPORTED = DigestProblem.FORMAT, DigestProblem.LENGTH, DigestProblem.UNSUPPORTED


@pytest.mark.parametrize(("algorithm", "size"), [("sha256", 64), ("sha384", 96), ("sha512", 128)])
def test_registered(algorithm: str, size: int) -> None:
    digest = Digest.parse(f"{algorithm}:{'0a' * (size // 2)}")
    assert digest.algorithm == algorithm
    assert digest.encoded == "0a" * (size // 2)
    for other in (size - 1, size + 1):
        with pytest.raises(InvalidDigest) as caught:
            Digest.parse(f"{algorithm}:{'0' * other}")
        assert caught.value.problem is LENGTH
        assert caught.value.hint == f"{algorithm} has {size} hex digits, here are {other}"


@pytest.mark.parametrize(
    ("text", "problem", "hint"),
    [
        ("", FORMAT, "algorithm:hex"),
        ("sha256", FORMAT, "algorithm:hex"),
        ("sha256:", FORMAT, "algorithm:hex"),
        (":" + "0" * 64, FORMAT, "algorithm:hex"),
        ("0" * 64, FORMAT, "algorithm:hex"),
        ("sha256:" + "A" * 64, FORMAT, "lower case"),
        ("sha256:" + "g" * 64, FORMAT, "lower case"),
        ("sha256:" + "0" * 63 + "\n", FORMAT, "lower case"),
        ("sha256:" + "0" * 64 + "\n", LENGTH, "here are 65"),
        ("sha256:" + "\u0661" * 32, FORMAT, "lower case"),  # 64 bytes
        ("sha256:" + "\u0661" * 64, LENGTH, "64"),
        ("SHA256:" + "0" * 64, FORMAT, "lower case"),
        ("Sha512:" + "0" * 128, FORMAT, "lower case"),
        ("MD5:" + "0" * 32, FORMAT, "algorithm:hex"),
        ("md5:" + "0" * 32, UNSUPPORTED, "sha256, sha384, sha512"),
        ("256sha:0", UNSUPPORTED, "known algorithms"),
        ("sha256+b64:ab=_-", UNSUPPORTED, "known algorithms"),
        ("tarsum.v1+sha256:" + "0" * 64, UNSUPPORTED, "known algorithms"),
        ("a..b:0", FORMAT, "algorithm:hex"),
        ("md5:a b", FORMAT, "algorithm:hex"),
        ("md5:0:0", FORMAT, "algorithm:hex"),
        (" sha256:" + "0" * 64, FORMAT, "algorithm:hex"),
        ("sha256:sha256:" + "0" * 57, FORMAT, "lower case"),
        ("md5:\n", FORMAT, "algorithm:hex"),
    ],
)
def test_no_digest(text: str, problem: DigestProblem, hint: str) -> None:
    with pytest.raises(InvalidDigest) as caught:
        Digest.parse(text)
    assert caught.value.text == text
    assert caught.value.problem is problem
    assert hint in caught.value.hint
    assert problem.value in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "sha256:" + "0" * 32,
        "md5:" + "aF" * 16,
        "SHA256:" + "A" * 40,
        "tarsum.v1+sha256:" + "0" * 64,
        "a-b_c.d+e:" + "0" * 32,
        "sha256:" + "0" * 500,
    ],
)
def test_part_of_a_reference(text: str) -> None:
    digest = Digest.parse_part(text)
    assert digest == text
    assert f"{digest.algorithm}:{digest.encoded}" == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sha256",
        "sha256:" + "0" * 31,
        "256:" + "0" * 32,
        "a..b:" + "0" * 32,
        "a:" + "g" * 32,
        "a:" + "0" * 32 + "\n",
        "a+1:" + "0" * 32,
        "\u0130:" + "0" * 32,
    ],
)
def test_no_part_of_a_reference(text: str) -> None:
    with pytest.raises(InvalidDigest) as caught:
        Digest.parse_part(text)
    assert caught.value.problem is FORMAT
    assert "32 hex digits" in caught.value.hint


def test_is_text() -> None:
    text = "sha256:" + "0" * 64
    digest = Digest.parse(text)
    assert isinstance(digest, str)
    assert digest == text
    assert hash(digest) == hash(text)
    assert {text: 1}[digest] == 1
    assert json.dumps(digest) == json.dumps(text)
    assert f"{digest}" == text
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(digest, protocol))  # noqa: S301
        assert again == digest
        assert type(again) is Digest
    assert type(copy.deepcopy(digest)) is Digest
    with pytest.raises(AttributeError):
        digest.other = 1  # type: ignore[attr-defined]

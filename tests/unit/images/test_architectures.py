from __future__ import annotations

import pickle

import pytest

from kubecontainers.images.architectures import Variants, compatible_variants


def written_out(architecture: str, variant: str) -> list[str]:
    """What a host runs, one by one, as it is normalised: the lowest level of amd64 has no variant."""
    found: list[str] = []
    for variants in compatible_variants(architecture, variant):
        levels = [f"v{level}" for level in range(variants.top, variants.bottom - 1, -1)]
        lowest = [variant if (variants.architecture, variant) != ("amd64", "v1") else "" for variant in levels]
        found += [f"{variants.architecture}/{name}".rstrip("/") for name in (*variants.listed, *lowest)]
    return found


ARM = ["arm/v8", "arm/v7", "arm/v6", "arm/v5"]
V8 = ["arm64", *(f"arm64/v8.{minor}" for minor in range(1, 10))]
V9 = ["arm64/v9", *(f"arm64/v9.{minor}" for minor in range(1, 8))]


@pytest.mark.parametrize(
    ("architecture", "variant", "expected"),
    [
        ("amd64", "", ["amd64", "386"]),
        ("amd64", "v2", ["amd64/v2", "amd64", "386"]),
        ("amd64", "v4", ["amd64/v4", "amd64/v3", "amd64/v2", "amd64", "386"]),
        ("amd64", "3", ["amd64/3", "amd64/v2", "amd64", "386"]),
        ("amd64", "+3", ["amd64/+3", "amd64/v2", "amd64", "386"]),
        ("amd64", "v03", ["amd64/v03", "amd64/v2", "amd64", "386"]),
        ("amd64", "v0", ["amd64/v0", "386"]),
        ("amd64", "v-3", ["amd64/v-3", "386"]),
        ("amd64", "vv3", ["amd64/vv3", "386"]),
        ("amd64", "haswell", ["amd64/haswell", "386"]),
        ("386", "", ["386"]),
        ("386", "x", ["386/x"]),
        ("arm", "v7", ["arm/v7", "arm/v6", "arm/v5"]),
        ("arm", "v6", ["arm/v6", "arm/v5"]),
        ("arm", "v5", ["arm/v5"]),
        ("arm", "v4", ["arm/v4"]),
        ("arm", "v8", ARM),
        ("arm", "9", ["arm/9", *ARM]),
        ("arm", "x", ["arm/x"]),
        ("arm64", "", [V8[0], *ARM]),
        ("arm64", "v8.1", [V8[1], V8[0], *ARM]),
        ("arm64", "v8.9", [*V8[::-1], *ARM]),
        ("arm64", "v9", [V9[0], *V8[5::-1], *ARM]),
        ("arm64", "v9.1", [*V9[1::-1], *V8[6::-1], *ARM]),
        ("arm64", "v9.2", [*V9[2::-1], *V8[7::-1], *ARM]),
        ("arm64", "v9.3", [*V9[3::-1], *V8[8::-1], *ARM]),
        ("arm64", "v9.4", [*V9[4::-1], *V8[::-1], *ARM]),
        ("arm64", "v9.7", [*V9[::-1], *V8[::-1], *ARM]),
        ("arm64", "v9.8", []),
        ("arm64", "v8.10", []),
        ("arm64", "v10", []),
        ("arm64", "x", []),
        ("s390x", "", ["s390x"]),
        ("riscv64", "rva23", ["riscv64/rva23"]),
        ("", "", [""]),
    ],
)
def test_compatible_variants(architecture: str, variant: str, expected: list[str]) -> None:
    assert written_out(architecture, variant) == expected
    assert sum(variants.count for variants in compatible_variants(architecture, variant)) == len(expected)


@pytest.mark.parametrize("level", [10**9, 2**63 - 1])
def test_as_many_levels_as_one_likes(level: int) -> None:
    own, _ = compatible_variants("amd64", f"v{level}")
    assert own.count == level
    assert own.position(f"v{level}") == 0
    assert own.position(f"v{level - 1}") == 1
    assert own.position("v2") == level - 2
    assert own.position("") == level - 1
    assert own.position(f"v{level + 1}") is None
    assert own.words() == (f"v{level}", f"v{level - 1} to v1")


def test_a_level_that_go_cannot_hold() -> None:
    own, _ = compatible_variants("amd64", f"v{2**63}")
    assert own.count == 1
    assert own.position("") is None


class TestVariants:
    @pytest.mark.parametrize(
        ("variant", "position"),
        [("v4", 0), ("v3", 1), ("v2", 2), ("", 3), ("v1", 3), ("v0", None), ("v5", None), ("v02", None), ("2", None), ("v2 ", None)],
    )
    def test_position(self, variant: str, position: int | None) -> None:
        assert Variants("amd64", ("v4",), 3, 1).position(variant) == position

    def test_only_amd64_begins_at_none(self) -> None:
        assert Variants("arm", ("v7",), 6, 1).position("") is None
        assert Variants("arm", ("v7",), 6, 5).position("v4") is None

    @pytest.mark.parametrize("digits", [18, 19, 20, 100_000])
    def test_digits_without_end(self, digits: int) -> None:
        assert Variants("amd64", ("v4",), 3, 1).position("v" + "9" * digits) is None
        assert compatible_variants("amd64", "v" + "9" * digits)[0].count == (10**18 - 1 if digits == 18 else 1)

    @pytest.mark.parametrize("variant", ["v\u0661", "v1\n"])
    def test_no_digits(self, variant: str) -> None:
        assert Variants("amd64", ("v4",), 3, 1).position(variant) is None

    @pytest.mark.parametrize(
        ("variants", "words"),
        [
            (Variants("amd64", ("",)), ("empty",)),
            (Variants("amd64", ("v2",), 1, 1), ("v2", "v1")),
            (Variants("amd64", ("v3",), 2, 1), ("v3", "v2 to v1")),
            (Variants("arm", ("v5",), 4, 5), ("v5",)),
            (Variants("arm64", ("v8.1", "")), ("v8.1", "empty")),
        ],
    )
    def test_words(self, variants: Variants, words: tuple[str, ...]) -> None:
        assert variants.words() == words

    def test_is_a_value(self) -> None:
        own = Variants("arm", ("v7",), 6, 5)
        assert pickle.loads(pickle.dumps(own)) == own  # noqa: S301
        assert len({own, Variants("arm", ("v7",), 6, 5), Variants("arm", ("v7",))}) == 2

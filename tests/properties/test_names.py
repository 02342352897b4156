from __future__ import annotations

import string
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.apimachinery.names import (
    EnvNameMode,
    NameRule,
    validate_config_map_key,
    validate_dns1123_label,
    validate_dns1123_subdomain,
    validate_env_name,
    validate_label_value,
    validate_qualified_name,
)
from kubecontainers.apimachinery.release import Release
from kubecontainers.testing import strategies

LOWER = set(string.ascii_lowercase + string.digits)
ALNUM = set(string.ascii_letters + string.digits)
NAMES = ALNUM | set("-_.")

words = st.lists(
    st.sampled_from([*"aA0-_./= ~", "..", "\n", "é", "\u0661", "\ud800", "\x7f", "x" * 62, "y" * 63, "a." * 127]), max_size=6
).map("".join)
texts = strategies.labels() | strategies.subdomains() | words | strategies.json_texts()


def size(text: str) -> int:
    """Bytes in UTF-8; a lone surrogate is U+FFFD, which has three."""
    return sum(3 if unicodedata.category(char) == "Cs" else len(char.encode()) for char in text)


def is_label(text: str) -> bool:
    return text != "" and set(text) <= LOWER | {"-"} and text[0] != "-" and text[-1] != "-"


def is_subdomain(text: str) -> bool:
    return all(is_label(part) for part in text.split("."))


def is_qualified(text: str) -> bool:
    return text != "" and set(text) <= NAMES and text[0] in ALNUM and text[-1] in ALNUM


def rules(*found: tuple[bool, NameRule]) -> tuple[NameRule, ...]:
    return tuple(rule for broken, rule in found if broken)


def masked(text: str) -> str:
    """Kubernetes puts an ``a`` in the place of a final dash and the byte before it; half a letter is a NUL here, which is as wrong."""
    if len(text) < 2 or not text.endswith("-"):
        return text
    cut = text[:-2] if text[-2].isascii() else text[:-2] + "\0" * (size(text[-2]) - 1)
    return cut + "a"


class TestNamesAreWhatKubernetesSays:
    """Every validator answers as the rule told in words does: which characters where, and at most how many bytes."""

    @given(texts, st.booleans())
    def test_label(self, text: str, prefix: bool) -> None:
        seen = masked(text) if prefix else text
        assert validate_dns1123_label(text, prefix=prefix) == rules(
            (size(seen) > 63, NameRule.TOO_LONG),
            (not is_label(seen) and is_subdomain(seen), NameRule.DOTS),
            (not is_label(seen) and not is_subdomain(seen), NameRule.FORMAT),
        )

    @given(texts, st.booleans())
    def test_subdomain(self, text: str, prefix: bool) -> None:
        seen = masked(text) if prefix else text
        assert validate_dns1123_subdomain(text, prefix=prefix) == rules(
            (size(seen) > 253, NameRule.TOO_LONG), (not is_subdomain(seen), NameRule.FORMAT)
        )

    @given(texts)
    def test_label_value(self, text: str) -> None:
        assert validate_label_value(text) == rules(
            (size(text) > 63, NameRule.TOO_LONG), (text != "" and not is_qualified(text), NameRule.FORMAT)
        )

    @given(texts | st.builds("{}/{}".format, texts, texts))
    def test_qualified_name(self, text: str) -> None:
        parts = text.split("/")
        if len(parts) > 2:
            assert validate_qualified_name(text) == (NameRule.PARTS,)
            return
        prefix, name = parts if len(parts) == 2 else (None, text)
        assert validate_qualified_name(text) == rules(
            (prefix == "", NameRule.PREFIX_EMPTY),
            (prefix is not None and size(prefix) > 253, NameRule.PREFIX_TOO_LONG),
            (bool(prefix) and not is_subdomain(prefix or ""), NameRule.PREFIX_FORMAT),
            (name == "", NameRule.NAME_EMPTY),
            (size(name) > 63, NameRule.NAME_TOO_LONG),
            (not is_qualified(name), NameRule.NAME_FORMAT),
        )

    @given(texts)
    def test_env_name(self, text: str) -> None:
        strict = text != "" and set(text) <= NAMES and text[0] not in string.digits
        assert validate_env_name(text, mode=EnvNameMode.STRICT) == rules((not strict, NameRule.CHARSET), *dots(text))
        relaxed = all(" " <= char <= "~" and char != "=" for char in text)
        assert validate_env_name(text, mode=EnvNameMode.RELAXED) == rules((text == "", NameRule.EMPTY), (not relaxed, NameRule.CHARSET))

    @given(texts, strategies.releases(gates=True))
    def test_env_name_of_a_release(self, text: str, release: Release) -> None:
        relaxed = release.minor >= 30 and release.enabled("RelaxedEnvironmentVariableValidation")
        mode = EnvNameMode.RELAXED if relaxed else EnvNameMode.STRICT
        assert validate_env_name(text, release=release) == validate_env_name(text, mode=mode)

    @given(texts)
    def test_config_map_key(self, text: str) -> None:
        assert validate_config_map_key(text) == rules(
            (size(text) > 253, NameRule.TOO_LONG), (text == "" or not set(text) <= NAMES, NameRule.CHARSET), *dots(text)
        )


def dots(text: str) -> list[tuple[bool, NameRule]]:
    return [
        (text == ".", NameRule.DOT),
        (text == "..", NameRule.DOTDOT),
        (text.startswith("..") and text != "..", NameRule.DOTDOT_PREFIX),
    ]


class TestStrategiesAreNames:
    """What the strategies call a label or a subdomain is one."""

    @given(strategies.labels())
    def test_labels(self, text: str) -> None:
        assert validate_dns1123_label(text) == ()
        assert validate_label_value(text) == validate_qualified_name(text) == validate_config_map_key(text) == ()

    @given(st.integers(1, 253).flatmap(lambda most: st.tuples(strategies.subdomains(max_size=most), st.just(most))))
    def test_subdomains(self, found: tuple[str, int]) -> None:
        text, most = found
        assert validate_dns1123_subdomain(text) == ()
        assert len(text) <= most

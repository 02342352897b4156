from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from kubecontainers.apimachinery.release import Release
from kubecontainers.environment.expansion import KEEPS_CHARACTERS, expand, expand_with
from kubecontainers.golang.text import from_octets, to_bytes, to_octets, to_text
from kubecontainers.testing import strategies

PIECES = (b"$", b"$", b"$(", b"$(A)", b"$(", b")", b"A", b"B", b"$$", b"(", "é".encode(), "漢".encode(), b"\xff", b"\xe2", b"\x82", b"\n")

octets = st.binary(max_size=8) | st.lists(st.sampled_from(PIECES), max_size=10).map(b"".join)
names = octets.filter(lambda name: b")" not in name) | st.sampled_from([b"A", b"B", b"", b"$(A", b"$"])
mappings = st.dictionaries(names, octets, max_size=4)
releases = strategies.releases()


def texts(mapping: dict[bytes, bytes]) -> dict[str, str]:
    return {from_octets(name): from_octets(value) for name, value in mapping.items()}


def character(data: bytes) -> tuple[bytes, int]:
    """The first character as Go reads it, and how many bytes it has: what is none counts as one byte, and is U+FFFD."""
    for size in range(1, 5):
        try:
            data[:size].decode()
        except UnicodeDecodeError:
            continue
        return data[:size], size
    return "\ufffd".encode(), 1


def by_bytes(text: bytes, mapping: dict[bytes, bytes], *, old: bool) -> tuple[bytes, list[bytes]]:
    """Expand once more, byte by byte; the names that were looked up come second."""
    done, asked, at = b"", list[bytes](), 0
    while at < len(text):
        behind = text[at + 1 : at + 2]
        if text[at : at + 1] != b"$" or not behind:
            done, at = done + text[at : at + 1], at + 1
        elif behind == b"$":
            done, at = done + b"$", at + 2
        elif behind == b"(":
            end = text.find(b")", at)
            if end < 0:
                done, at = done + b"$(", at + 2
            else:
                asked.append(text[at + 2 : end])
                done, at = done + mapping.get(asked[-1], text[at : end + 1]), end + 1
        else:
            kept, size = (chr(behind[0]).encode(), 1) if old else character(text[at + 1 :])
            done, at = done + b"$" + kept, at + 1 + size
    return done, asked


class TestOneByteAfterTheOther:
    """One pass over the bytes, from left to right, gives the same as reading characters does, in releases old and new."""

    @given(octets, mappings, releases)
    @example("$é$(é)".encode(), {"é".encode(): b"\xc3"}, Release("1.33"))
    @example(b"$\xff$(A)\xa9", {b"A": b"\xc3"}, Release("1.34"))
    def test_agrees(self, text: bytes, mapping: dict[bytes, bytes], release: Release) -> None:
        old = KEEPS_CHARACTERS not in release
        assert old == (release.minor <= 33)
        octets, asked = by_bytes(text, mapping, old=old)
        expected = from_octets(octets)  # in which bytes that came together are a character
        assert expand(text, texts(mapping), release=release) == expected
        looked_up: list[str] = []

        def look_up(name: str) -> str | None:
            looked_up.append(name)
            return texts(mapping).get(name)

        assert expand_with(from_octets(text), look_up, release=release) == expected
        assert list(map(to_octets, looked_up)) == asked

    @given(strategies.json_texts() | octets.map(from_octets), releases)
    def test_text_or_bytes(self, text: str, release: Release) -> None:
        assert expand(text, {"A": "1"}, release=release) == expand(to_bytes(text), {"A": "1"}, release=release)


class TestWithoutReferences:
    """Text without a ``$`` is left as it is, and so is any text whose every ``$`` was doubled."""

    @given(strategies.json_texts(), mappings, releases)
    def test_identity(self, text: str, mapping: dict[bytes, bytes], release: Release) -> None:
        plain = text.replace("$", "")
        assert expand(plain, texts(mapping), release=release) == to_text(plain)

    @given(octets, mappings, releases)
    def test_doubled(self, text: bytes, mapping: dict[bytes, bytes], release: Release) -> None:
        assert to_octets(expand(text.replace(b"$", b"$$"), texts(mapping), release=release)) == text


class TestOnlyWhatIsAskedFor:
    """What other variables there are makes no difference, nor does what they hold; the first mapping that has a name gives its value."""

    @given(octets, mappings, mappings, releases)
    def test_others(self, text: bytes, mapping: dict[bytes, bytes], others: dict[bytes, bytes], release: Release) -> None:
        _, asked = by_bytes(text, {}, old=KEEPS_CHARACTERS not in release)
        used = {name: value for name, value in mapping.items() if name in asked}
        unused = {name: value for name, value in others.items() if name not in asked}
        assert expand(text, texts(mapping), release=release) == expand(text, texts(used | unused), release=release)

    @given(octets, mappings, mappings, releases)
    def test_first(self, text: bytes, first: dict[bytes, bytes], second: dict[bytes, bytes], release: Release) -> None:
        found = expand(text, texts(first), texts(second), release=release)
        assert found == expand(text, texts(second) | texts(first), release=release)


class TestOnce:
    """What was put in is not gone over again."""

    @given(octets, releases)
    def test_values_stay(self, value: bytes, release: Release) -> None:
        assert to_octets(expand("$(A)", {"A": from_octets(value), "B": "2"}, release=release)) == value

    def test_twice_is_not_once(self) -> None:
        once = expand("$$(A) $(B)", {"A": "1", "B": "$(A)"})
        assert once == "$(A) $(A)"
        assert expand(once, {"A": "1"}) == "1 1"

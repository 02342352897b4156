from __future__ import annotations

from urllib.parse import quote

from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st

from kubecontainers.golang.text import from_octets, to_octets
from kubecontainers.golang.url import _PLAIN, BadURL, SchemelessURL, parse_schemeless_url  # pyright: ignore[reportPrivateUsage]
from kubecontainers.testing import strategies
from kubecontainers.testing.credentials import nearly_valid_registry_patterns, registry_keys, registry_patterns

plain_texts = st.from_regex(_PLAIN, fullmatch=True) | registry_patterns()
texts = st.one_of(
    nearly_valid_registry_patterns(),
    strategies.nearly_valid_references(),
    strategies.hostile_references(),
    strategies.json_texts(),
    st.text('ab.:/@#?%[]*10\\"-é\udcff', max_size=12),
    st.binary(max_size=12).map(from_octets),
)


def parsed(text: str, *, several_colons: bool = False) -> SchemelessURL | None:
    try:
        return parse_schemeless_url(text, several_colons=several_colons)
    except BadURL as error:
        assert error.problem  # noqa: PT017  (a property looks at what is returned and at what is raised)
        return None


class TestTheShortWay:
    """What most texts look like is read at once; the long way round would give the same."""

    @given(plain_texts)
    def test_plain(self, text: str) -> None:
        self.check(text)

    @given(texts)
    def test_any_text(self, text: str) -> None:
        event("plain" if _PLAIN.fullmatch(text) else "not plain")
        self.check(text)

    def check(self, text: str) -> None:
        assume("#" not in text)
        assert _PLAIN.fullmatch(text + "#") is None  # an empty fragment leads round the long way
        assert parsed(text) == parsed(text + "#")

    def test_most_are_plain(self) -> None:
        answers: list[bool] = []

        @settings(max_examples=200, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(registry_patterns())
        def sample(text: str) -> None:
            answers.append(_PLAIN.fullmatch(text) is not None)

        sample()
        assert sum(answers) / len(answers) > 0.8


class TestPartsThatAreDropped:
    """User information, query and fragment leave no trace."""

    @given(
        plain_texts,
        st.sampled_from(["", "ci@", "ci:x%20y@", "a@b@"]),
        st.sampled_from(["", "?", "?a=%zz/b"]),
        st.sampled_from(["", "#", "#a%20\n"]),
    )
    def test_dropped(self, text: str, user: str, query: str, fragment: str) -> None:
        assume(not text.startswith("/") or not user)  # an empty host may have a user, too, but a path none
        assert parsed(user + text + query + fragment) == parsed(text)


class TestEscapes:
    """A path means the same in plain and escaped, each byte of it."""

    @given(st.text(max_size=8) | st.binary(max_size=8).map(from_octets), st.booleans())
    def test_paths(self, path: str, all_of_it: bool) -> None:
        octets = to_octets(path)
        escaped = "".join(f"%{octet:02x}" for octet in octets) if all_of_it else quote(octets, safe=":@*")
        assert parsed(f"a.io/{escaped}") == SchemelessURL("a.io", "/" + from_octets(octets))

    @given(st.text(st.characters(min_codepoint=0x80, exclude_categories=["Cs"]), max_size=5))
    def test_hosts(self, text: str) -> None:
        assert parsed(quote(text)) == parsed(text) == SchemelessURL(text, "")


class TestAnythingIsAnswered:
    """Any text has a host without slash and a path that begins with one, or is no URL; more colons only ever allow more."""

    @settings(max_examples=3 * settings().max_examples)
    @given(texts | registry_keys())
    def test_any_text(self, text: str) -> None:
        found = parsed(text)
        event("URL" if found else "no URL")
        before = parsed(text, several_colons=True)
        if found is not None:
            assert before == found
            assert "/" not in found.host
            assert not found.path or found.path.startswith("/")
        elif before is not None:
            assert before.host.count(":") > 1

    def test_both_sides(self) -> None:
        answers: list[bool] = []

        @settings(max_examples=250, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(texts)
        def sample(text: str) -> None:
            answers.append(parsed(text) is not None)

        sample()
        assert 0.2 <= sum(answers) / len(answers) <= 0.8

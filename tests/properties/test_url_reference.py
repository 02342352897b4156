"""URLs as Go has them, host names in ASCII, requests of an HTTP client."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kubecontainers.golang.http_client import ClientRequest
from kubecontainers.golang.http_header import canonical_header_name, is_header_name
from kubecontainers.golang.idna import host_lookup_name, host_to_ascii, punycode
from kubecontainers.golang.text import from_octets, to_octets
from kubecontainers.golang.url import BadURL, unescaped
from kubecontainers.golang.url_reference import URLReference, parse_url_reference
from kubecontainers.testing import strategies

urls = st.text("http:/?#@[]%42~.ab \u00fc\x00", max_size=24) | strategies.json_texts() | st.binary(max_size=12).map(from_octets)
labels = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="."), max_size=20)
hosts = st.lists(labels, max_size=4).map(".".join)


def parsed(text: str) -> URLReference | None:
    try:
        return parse_url_reference(text)
    except BadURL:
        return None


class TestURLs:
    """What is written for a URL is read as that URL; a path stays what it means however it is escaped."""

    @given(urls)
    def test_read_again(self, text: str) -> None:
        found = parsed(text)
        if found is not None:
            again = parse_url_reference(str(found))
            assert str(again) == str(found)
            assert (again.path, again.query, again.user) in {
                (found.path, found.query, found.user),
                (f"./{found.path}", found.query, found.user),
            }

    @given(urls)
    def test_any_text_is_a_path(self, text: str) -> None:
        path = URLReference.of_path(text).path
        assert to_octets(unescaped(path)) == to_octets(text)
        assert path.isascii()

    @given(urls, urls)
    def test_joined(self, base: str, reference: str) -> None:
        first, second = parsed(base), parsed(reference)
        if first is not None and second is not None:
            joined = first.join(second)
            assert joined.scheme == (second.scheme or first.scheme)
            assert not {".", ".."} & set(joined.path.split("/"))
            assert joined.join(joined).host == joined.host

    def test_both_sides_are_seen(self) -> None:
        read: list[bool] = []

        @settings(max_examples=300, derandomize=True, database=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
        @given(urls)
        def see(text: str) -> None:
            read.append(parsed(text) is not None)

        see()
        assert min(read.count(True), read.count(False)) >= len(read) / 5


class TestHostNames:
    """Punycode is what Python's own codec makes; a host in ASCII stays as it is."""

    @given(labels)
    def test_punycode(self, label: str) -> None:
        assert punycode(label) == label.encode("punycode").decode()

    @given(hosts)
    def test_hosts(self, host: str) -> None:
        written = host_to_ascii(host)
        assert written.isascii()
        assert host_to_ascii(written) == written
        assert len(written.split(".")) == len(host.split("."))
        if host.isascii():
            assert written == host_lookup_name(host) == host

    @given(hosts | strategies.json_texts())
    def test_what_is_looked_up(self, host: str) -> None:
        name = host_lookup_name(host)
        assert name == host or name.isascii()
        assert host_lookup_name(name) == name


class TestRequests:
    """A canonical name is one; a redirect keeps what was asked for."""

    @given(st.text("aZ-_1 \u00fc", max_size=12) | strategies.json_texts())
    def test_names(self, name: str) -> None:
        canonical = canonical_header_name(name)
        assert canonical.lower() == name.lower()
        assert canonical_header_name(canonical) == canonical
        assert is_header_name(canonical) is is_header_name(name)

    @given(urls, st.sampled_from([200, 301, 302, 303, 304, 307, 308]))
    def test_redirects(self, location: str, status: int) -> None:
        request = ClientRequest(parse_url_reference("http://h/a"), "", (("X", "1"), ("Content-Type", "y")))
        try:
            found = request.redirected(status, location)
        except BadURL:
            assert parsed(location) is None
        else:
            assert (found is None) is (status in {200, 304} or not location)
            if found is not None:
                assert ("X", "1") in found.headers
                assert (("Content-Type", "y") in found.headers) is (status in {307, 308})

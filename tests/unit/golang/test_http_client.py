"""What Go's HTTP client sends, refuses and follows."""

from __future__ import annotations

import attrs
import pytest

from kubecontainers.golang.http_client import BadRequest, ClientRequest, Headers, with_header, without_header
from kubecontainers.golang.url import BadURL
from kubecontainers.golang.url_reference import parse_url_reference


def get(url: str, headers: Headers = (), host: str = "") -> ClientRequest:
    return ClientRequest(parse_url_reference(url), host, headers)


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        (get("/a"), "the URL has no host"),
        (get("http:a"), "the URL has no host"),
        (get("ftp://h/"), "the scheme is neither http nor https"),
        (get("//h/"), "the scheme is neither http nor https"),
        (get("http://h/", (("a b", ""),)), "a character cannot stand in the name of a header"),
        (get("http://h/", (("", ""),)), "a character cannot stand in the name of a header"),
        (get("http://h/", (("A", "a\nb"),)), "a control character stands in the value of a header"),
        (get("http://h/", (("Host", "\x00"),)), "a control character stands in the value of a header"),
    ],
)
def test_what_is_refused(request_: ClientRequest, problem: str) -> None:
    with pytest.raises(BadRequest) as caught:
        request_.check()
    assert caught.value.problem == problem


def test_what_is_sent() -> None:
    headers: Headers = (
        ("X-B", " 2\t"),
        ("A", "\u00fc"),
        ("X-B", "1"),
        ("Content-Length", "5"),
        ("Transfer-Encoding", "chunked"),
        ("Trailer", "X"),
        ("Host", "other"),
        ("User-Agent", "me"),
        ("User-Agent", "you"),
    )
    sent = get("http://h/", headers)
    sent.check()
    assert sent.sent_headers == (("User-Agent", "me"), ("A", "\u00fc"), ("X-B", "2"), ("X-B", "1"), ("Accept-Encoding", "gzip"))


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ((), (("User-Agent", "Go-http-client/1.1"), ("Accept-Encoding", "gzip"))),
        ((("User-Agent", ""),), (("Accept-Encoding", "gzip"),)),
        ((("User-Agent", " "), ("Range", "a")), (("User-Agent", ""), ("Range", "a"))),
        ((("User-Agent", ""), ("Range", "")), (("Range", ""), ("Accept-Encoding", "gzip"))),
        ((("User-Agent", ""), ("Accept-Encoding", "br")), (("Accept-Encoding", "br"),)),
        (
            (("User-Agent", ""), ("Accept-Encoding", ""), ("Accept-Encoding", "br")),
            (("Accept-Encoding", ""), ("Accept-Encoding", "br"), ("Accept-Encoding", "gzip")),
        ),
    ],
)
def test_what_is_added(headers: Headers, sent: Headers) -> None:
    assert get("http://h/", headers).sent_headers == sent


@pytest.mark.parametrize(
    ("url", "headers", "expected"),
    [
        ("http://h/", (), ""),
        ("http://ci:hunter2@h/", (), "Basic Y2k6aHVudGVyMg=="),
        ("http://ci@h/", (), "Basic Y2k6"),
        ("http://@h/", (), "Basic Og=="),
        ("http://%ff@h/", (), "Basic /zo="),
        ("http://ci@h/", (("Authorization", "Bearer t"),), "Bearer t"),
        ("http://ci@h/", (("Authorization", ""), ("Authorization", "x")), "Basic Y2k6"),
    ],
)
def test_authorization(url: str, headers: Headers, expected: str) -> None:
    found = [value for name, value in get(url, headers).sent_headers if name == "Authorization"]
    assert found == ([expected] if expected else [])


def test_an_authorization_that_the_user_replaces_is_not_looked_at() -> None:
    request = get("http://ci@h/", (("Authorization", ""), ("Authorization", "a\n")))
    request.check()
    assert request.sent_headers[1:-1] == (("Authorization", "Basic Y2k6"),)


@pytest.mark.parametrize(
    ("url", "host", "header", "address"),
    [
        ("http://h/", "", "h", "h:80"),
        ("https://h:/", "", "h:", "h:443"),
        ("http://h:8080/", "", "h:8080", "h:8080"),
        ("http://h/", "other:81", "other:81", "h:80"),
        ("http://h/", "a b", "", "h:80"),
        ("http://h/", "a/b", "", "h:80"),
        ("http://[fe80::1%25eth0]:80/", "", "[fe80::1]:80", "[fe80::1%eth0]:80"),
        ("http://h/", "[fe80::1%25eth0]:9", "[fe80::1]:9", "h:80"),
        ("http://h/", "[fe80::1", "[fe80::1", "h:80"),
        ("http://h/", "a%b]", "a%b]", "h:80"),
        ("http://\u00dcn\u00ef.Example:80/", "", "xn--n-jfa2d.Example:80", "xn--n-nga1b.example:80"),
        ("http://h/", "\u00fc", "xn--tda", "h:80"),
        ("http://h/", "\u00fc:", "xn--tda", "h:80"),
        ("http://h/", "[\u00fc]:80", "xn--tda:80", "h:80"),
        ("http://h/", "\u00fc:a:80", "xn--:a:80-jva", "h:80"),
        ("http://h/", "h:\u00fc", "", "h:80"),
    ],
)
def test_hosts(url: str, host: str, header: str, address: str) -> None:
    request = get(url, host=host)
    assert (request.host_header, request.address) == (header, address)


FIRST = get("http://h:80/a?b", (("User-Agent", "me"), ("Content-Type", "x"), ("Cookie", "a=b")))


def test_no_redirect() -> None:
    assert FIRST.redirected(200, "/x") is None
    assert FIRST.redirected(304, "/x") is None
    assert FIRST.redirected(302, "") is None


def test_redirects() -> None:
    found = FIRST.redirected(302, "c")
    assert found is not None
    assert str(found.url) == "http://h:80/c"
    assert found.headers == (("User-Agent", "me"), ("Cookie", "a=b"), ("Referer", "http://h:80/a?b"))
    further = found.redirected(307, "//i/d")
    assert further is not None
    assert str(further.url) == "http://i/d"
    assert further.headers == (("User-Agent", "me"), ("Cookie", "a=b"), ("Referer", "http://h:80/c"))
    kept = FIRST.redirected(308, "/")
    assert kept is not None
    assert ("Content-Type", "x") in kept.headers


def test_colons_of_a_location() -> None:
    former = attrs.evolve(get("http://h/"), several_colons=True)
    following = former.redirected(307, "https://h:1:2/x")
    assert following is not None
    assert following.url.host == "h:1:2"
    assert following.several_colons
    with pytest.raises(BadURL):
        get("http://h/").redirected(307, "https://h:1:2/x")


def test_bad_locations() -> None:
    with pytest.raises(BadURL):
        FIRST.redirected(301, ":x")


@pytest.mark.parametrize(
    ("url", "referer", "location", "sent"),
    [
        ("http://ci:x@h/a", "", "/b", ["http://h/a"]),
        ("https://h/a", "", "http://h/b", []),
        ("https://h/a", "", "https://h/b", ["https://h/a"]),
        ("http://h/a", "given", "/b", ["given"]),
        ("https://h/a", "given", "http://h/b", ["given"]),
    ],
)
def test_referers(url: str, referer: str, location: str, sent: list[str]) -> None:
    found = get(url, (("Referer", referer),) if referer else ()).redirected(302, location)
    assert found is not None
    assert [value for name, value in found.headers if name == "Referer"] == sent


@pytest.mark.parametrize(
    ("host", "location", "kept"),
    [("shop", "/b", "shop"), ("shop", "//h:81/b", "shop"), ("shop", "http://h/b", ""), ("h:80", "/b", ""), ("", "/b", "")],
)
def test_a_host_header_stays_with_relative_redirects(host: str, location: str, kept: str) -> None:
    found = get("http://h:80/a", host=host).redirected(302, location)
    assert found is not None
    assert found.host == kept


def test_setting_and_removing_headers() -> None:
    headers = (("A", "1"), ("B", "2"), ("A", "3"))
    assert with_header(headers, "A", "4") == (("B", "2"), ("A", "4"))
    assert without_header(headers, "A") == (("B", "2"),)

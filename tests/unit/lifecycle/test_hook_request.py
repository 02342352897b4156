"""The request of an httpGet hook."""

from __future__ import annotations

from typing import Any

import pytest

from kubecontainers.apimachinery.errors import MalformedObject
from kubecontainers.apimachinery.release import LATEST, PREVIEW, Release
from kubecontainers.lifecycle.hook_failures import HookFailure, HookRequestFailed
from kubecontainers.lifecycle.hook_request import HookRequest, hook_request
from kubecontainers.lifecycle.hooks import HTTPGetAction, HTTPHeader

JSON = dict[str, Any]
CONTAINER: JSON = {"ports": [{"name": "web", "containerPort": 8080}]}
FORMER = Release("1.29").with_gates({"ConsistentHTTPGetHandlers": False})


def sent(release: Release = LATEST, pod_ips: tuple[str, ...] = ("10.0.0.5", "fd00::1"), **action: Any) -> HookRequest:
    return hook_request({"port": 80} | action, container=CONTAINER, pod_ips=pod_ips, release=release)


def failure(**given: Any) -> HookFailure:
    with pytest.raises(HookRequestFailed) as caught:
        sent(**given)
    return caught.value.reason


def test_a_plain_one() -> None:
    assert sent(path="/drain") == HookRequest(
        dial="10.0.0.5:80",
        tls=False,
        method="GET",
        target="/drain",
        host="10.0.0.5:80",
        headers=(("User-Agent", "kube-lifecycle/1.36"), ("Accept", "*/*"), ("Accept-Encoding", "gzip")),
    )


def test_an_action_may_be_a_value() -> None:
    action = HTTPGetAction("/x", "web", scheme="HTTPS", headers=(HTTPHeader("x-a", "1"),))
    found = hook_request(action, container=CONTAINER, pod_ips=["fd00::1"])
    assert (found.dial, found.tls, found.host) == ("[fd00::1]:8080", True, "[fd00::1]:8080")
    assert ("X-A", "1") in found.headers
    with pytest.raises(HookRequestFailed):
        hook_request(action, pod_ips=["fd00::1"])


def test_the_kubelet_says_its_release() -> None:
    agents = [dict(sent(release).headers)["User-Agent"] for release in (Release("1.27"), PREVIEW)]
    assert agents == ["kube-lifecycle/1.27", "kube-lifecycle/1.37"]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        (None, "/"),
        ("", "/"),
        ("x", "/x"),
        ("?q", "/?q"),
        ("/x?", "/x?"),
        ("/x#f", "/x"),
        ("//x/y", "/y"),
        ("http://other:99/x y", "/x%20y"),
        ("/a?b c\u00fc", "/a?b c\u00fc"),
        ("/%zz?a b", "/%25zz%3Fa%20b"),
        ("/a\nb", "/a%0Ab"),
        ("http:", "/"),
    ],
)
def test_targets(path: str | None, target: str) -> None:
    found = sent(path=path)
    assert (found.target, found.dial, found.authorized) == (target, "10.0.0.5:80", False)


def test_a_user_in_the_path() -> None:
    found = sent(path="//ci:hunter2@other/x")
    assert dict(found.headers)["Authorization"] == "Basic Y2k6aHVudGVyMg=="
    assert found.authorized
    assert sent(path="//ci@other/x", httpHeaders=[{"name": "authorization", "value": "t"}]).headers.count(("Authorization", "t")) == 1


@pytest.mark.parametrize(
    ("host", "dial", "header"),
    [
        ("shop", "shop:80", "shop:80"),
        ("::1", "[::1]:80", "[::1]:80"),
        ("fe80::1%eth0", "[fe80::1%eth0]:80", "[fe80::1]:80"),
        ("\u00fc", "xn--tda:80", "xn--tda:80"),
        ("x%41", "x%41:80", "x%41:80"),
    ],
)
def test_hosts(host: str, dial: str, header: str) -> None:
    found = sent(host=host, pod_ips=())
    assert (found.dial, found.host) == (dial, header)


def test_schemes() -> None:
    assert [sent(scheme=scheme).tls for scheme in ("HTTPS", "https", "HtTp", "")] == [True, True, False, False]


@pytest.mark.parametrize(("minor", "target"), [("1.35", "/x"), ("1.36", "/http://a:b:80/x")])
def test_several_colons_of_a_host_in_the_path(minor: str, target: str) -> None:
    request = hook_request({"path": "http://a:b:80/x", "port": 80}, pod_ips=["10.0.0.5"], release=Release(minor))
    assert request.target == target


def test_no_password_is_shown() -> None:
    with pytest.raises(HookRequestFailed) as caught:
        hook_request({"path": "//ci:hunter2@x/", "host": "a b", "port": 80})
    assert caught.value.reason is HookFailure.BAD_URL
    assert "hunter2" not in f"{caught.value} {caught.value!r}"


def test_headers() -> None:
    given = [("x-a", "1"), ("X-A", "2"), ("user-agent", ""), ("accept", ""), ("Host", "shop"), ("host", "other")]
    found = sent(httpHeaders=[{"name": name, "value": value} for name, value in given])
    assert found.headers == (("X-A", "1"), ("X-A", "2"), ("Accept-Encoding", "gzip"))
    assert found.host == "shop"
    assert dict(sent(httpHeaders=[{"name": "Accept", "value": "a/b"}, {"name": "User-Agent", "value": "me"}]).headers) == {
        "Accept": "a/b",
        "User-Agent": "me",
        "Accept-Encoding": "gzip",
    }


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"pod_ips": ()}, HookFailure.NO_POD_IP),
        ({"pod_ips": (), "port": "nope"}, HookFailure.NO_POD_IP),
        ({"port": "nope", "host": "bad host"}, HookFailure.PORT_NOT_FOUND),
        ({"port": 0}, HookFailure.PORT_OUT_OF_RANGE),
        ({"host": "bad host", "scheme": "ftp"}, HookFailure.BAD_URL),
        ({"host": "[::1]"}, HookFailure.BAD_URL),
        ({"host": "host:99"}, HookFailure.BAD_URL),
        ({"scheme": "a b"}, HookFailure.BAD_URL),
        ({"scheme": "FTP"}, HookFailure.BAD_REQUEST),
        ({"path": "mailto:x@y"}, HookFailure.BAD_REQUEST),
        ({"httpHeaders": [{"name": "bad name", "value": ""}]}, HookFailure.BAD_REQUEST),
        ({"httpHeaders": [{"name": "A", "value": "\x00"}]}, HookFailure.BAD_REQUEST),
    ],
)
def test_no_request(given: JSON, reason: HookFailure) -> None:
    assert failure(**given) is reason


@pytest.mark.parametrize("action", [[], None, "x", {"port": []}, {"path": 1}, {"httpHeaders": [1]}])
def test_malformed(action: Any) -> None:
    with pytest.raises(MalformedObject):
        hook_request(action, pod_ips=["10.0.0.5"])


def test_lone_surrogates_become_what_go_makes_of_them() -> None:
    action = HTTPGetAction("/\udcff", 80, "\ud800", headers=(HTTPHeader("A", "\udfff"),))
    found = hook_request(action)
    assert (found.target, found.host, dict(found.headers)["A"]) == ("/%EF%BF%BD", "xn--zn7c:80", "\ufffd")
    assert hook_request(HTTPGetAction(port=80), pod_ips=["\ud800"]).host == "xn--zn7c:80"


class TestBeforeHooksWereConsistent:
    """While ConsistentHTTPGetHandlers is off: always HTTP, no headers, a slash before the path, ports read another way."""

    def test_a_request(self) -> None:
        found = sent(FORMER, path="/x", scheme="HTTPS", port="", httpHeaders=[{"name": "X", "value": "1"}])
        assert (found.dial, found.tls, found.target) == ("10.0.0.5:80", False, "//x")
        assert found.headers == (("User-Agent", "Go-http-client/1.1"), ("Accept-Encoding", "gzip"))

    def test_bad_ones(self) -> None:
        assert failure(release=FORMER, path="/%zz") is HookFailure.BAD_URL
        assert failure(release=FORMER, port="nope") is HookFailure.PORT_NOT_FOUND
        assert failure(release=FORMER, pod_ips=()) is HookFailure.NO_POD_IP

from __future__ import annotations

import ipaddress

import pytest

from kubecontainers.golang.ip import is_ipv4, join_host_port, parse_ip


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("010.001.002.0003", "10.1.2.3"),
        ("0000000000000000000000000000000000000000000000000000000010.1.2.3", "10.1.2.3"),
        ("0.0.0.0", "0.0.0.0"),  # noqa: S104
        ("255.255.255.255", "255.255.255.255"),
        ("::", "::"),
        ("::1", "::1"),
        ("1::", "1::"),
        ("FD00:0:0:0::7", "fd00::7"),
        ("000fd00::000001", "fd00::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("1:0:0:2:3:0:0:4", "1::2:3:0:0:4"),
        ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
        ("::1.2.3.4", "::102:304"),
        ("64:ff9b::010.1.1.9", "64:ff9b::a01:109"),
    ],
)
def test_addresses(text: str, printed: str) -> None:
    address = parse_ip(text)
    assert address is not None
    assert str(address) == printed
    assert is_ipv4(address) is (":" not in printed)


@pytest.mark.parametrize(
    "text", ["::ffff:10.1.1.9", "::FFFF:010.1.1.9", "0:0:0:0:0:ffff:a01:109", "0000:0000:0000:0000:0000:ffff:10.1.1.9"]
)
def test_inside_ipv6(text: str) -> None:
    assert parse_ip(text) == ipaddress.IPv4Address("10.1.1.9")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10",
        "10.1.2",
        "10.1.2.3.4",
        "10.1.2.256",
        "10.1.2.",
        ".1.2.3",
        " 10.1.2.3",
        "10.1.2.3\n",
        "10.1.2.3/8",
        "+10.1.2.3",
        "0x10.1.2.3",
        "\u0661\u0660.1.2.3",
        "1.2.3.4:80",
        "[::1]",
        ":",
        ":::",
        "1:::2",
        ":1::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8",
        "1::2::3",
        "::10000",
        "::g",
        "::1.2.3",
        "1.2.3.4::",
        "fe80::1%eth0",
        "fe80::1%",
        "::1_0",
        "1:" * 100_000,
        "bogus",
    ],
)
def test_no_addresses(text: str) -> None:
    assert parse_ip(text) is None


@pytest.mark.parametrize(
    ("host", "joined"),
    [
        ("10.0.0.1", "10.0.0.1:80"),
        ("web", "web:80"),
        ("", ":80"),
        ("::1", "[::1]:80"),
        ("a:b", "[a:b]:80"),
        ("fe80::1%e", "[fe80::1%e]:80"),
    ],
)
def test_host_and_port(host: str, joined: str) -> None:
    assert join_host_port(host, 80) == joined


def test_port_of_any_size() -> None:
    assert join_host_port("a", -1) == "a:-1"

from __future__ import annotations

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from kubecontainers.golang.ip import is_ipv4, join_host_port, parse_ip
from kubecontainers.testing.environments import ip_texts

texts = ip_texts() | st.text() | st.text("0123456789abcdefABCDEF:.%", max_size=50)


class TestPrinting:
    """What is printed is read again as the same address, and printed the same."""

    @given(texts)
    def test_round_trip(self, text: str) -> None:
        address = parse_ip(text)
        if address is not None:
            assert parse_ip(str(address)) == address
            assert parse_ip(address.exploded.upper()) == address


class TestPython:
    """What Python's own parser takes is taken, as the same address; IPv4 inside IPv6 is IPv4, and there are no zones."""

    @given(texts)
    def test_strict(self, text: str) -> None:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return
        if isinstance(address, ipaddress.IPv6Address):
            if address.scope_id is not None:
                assert parse_ip(text) is None
                return
            address = address.ipv4_mapped or address
        assert parse_ip(text) == address

    @given(st.ip_addresses(v=4))
    def test_families(self, address: ipaddress.IPv4Address) -> None:
        inside = parse_ip(f"::ffff:{address}")
        assert inside == address
        assert is_ipv4(address)


class TestZeros:
    """Zeros before a number change nothing."""

    @given(st.ip_addresses(), st.integers(1, 4))
    def test_padded(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address, zeros: int) -> None:
        separator = "." if address.version == 4 else ":"
        padded = separator.join("0" * zeros + part if part else "" for part in str(address).split(separator))
        assert parse_ip(padded) == parse_ip(str(address))


class TestTotal:
    """Any text is an address or none, and can stand before a port."""

    @given(texts, st.integers())
    def test_any(self, text: str, port: int) -> None:
        parse_ip(text)
        host, colon, number = join_host_port(text, port).rpartition(":")
        assert (colon, number) == (":", str(port))
        assert host.strip("[]") == text.strip("[]")

"""IP addresses, as Kubernetes reads and Go prints them.

Kubernetes keeps the tolerant parser of older Go (``ParseIPSloppy`` in ``k8s.io/utils/net``): numbers may have any number of leading zeros
and are decimal, or hexadecimal, all the same; an IPv4 address inside IPv6 (``::ffff:10.1.1.9``) is an IPv4 address; there are no zones.
Python's own classes hold the result: the addresses that are left they print as Go does, by RFC 5952.
"""

from __future__ import annotations

import ipaddress
import re
from ipaddress import IPv4Address, IPv6Address

__all__ = ["IPAddress", "is_ipv4", "join_host_port", "parse_ip"]

IPAddress = IPv4Address | IPv6Address

_LEADING_ZEROS = re.compile(r"(?<![0-9A-Fa-f])0+(?=[0-9A-Fa-f])", re.ASCII)
_LONGEST = len("0000:0000:0000:0000:0000:ffff:255.255.255.255")


def parse_ip(text: str) -> IPAddress | None:
    """Return the address that ``text`` is, or ``None`` if it is none.

    >>> [str(parse_ip(text)) for text in ("010.1.2.3", "FD00:0:0::07", "::ffff:10.1.1.9", "fe80::1%eth0")]
    ['10.1.2.3', 'fd00::7', '10.1.1.9', 'None']
    """
    plain = _LEADING_ZEROS.sub("", text)
    if len(plain) > _LONGEST or "%" in plain:
        return None
    try:
        address = ipaddress.ip_address(plain)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return address if mapped is None else mapped


def is_ipv4(address: IPAddress) -> bool:
    """Return whether an address is of IPv4; what ``parse_ip`` returns is, where it was written inside IPv6.

    >>> found = parse_ip("::ffff:10.1.1.9")
    >>> found is not None and is_ipv4(found)
    True
    """
    return isinstance(address, IPv4Address)


def join_host_port(host: str, port: int | str) -> str:
    """Return Go's ``net.JoinHostPort``: a host with a colon in it, whatever it is, stands in brackets.

    >>> join_host_port("10.0.0.1", 80), join_host_port("fd00::1", 80)
    ('10.0.0.1:80', '[fd00::1]:80')
    """
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

"""Which network addresses a fetcher may visit: public ones. All others could be the inside of somebody's network."""

from __future__ import annotations

import ipaddress
from typing import TypeAlias

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

_CLOSED = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
_OPEN_IPV6 = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")


def is_public(text: str) -> bool:
    """Whether an address, as a name server gives it, is a public one; embedded IPv4 addresses are looked at too."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return _is_open(address)
    if address.scope_id is not None or address.ipv4_mapped is not None:
        return False  # a mapped address reaches IPv4 by a side door; an honest name server has no need of it
    if address in _NAT64:
        return _is_open(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
    if address in _SIX_TO_FOUR:
        return _is_open(ipaddress.IPv4Address(int(address) >> 80 & 0xFFFF_FFFF))
    return address in _OPEN_IPV6 and _is_open(address)


def is_loopback(text: str) -> bool:
    """Whether an address is this machine itself."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return address.is_loopback and getattr(address, "scope_id", None) is None


def _is_open(address: Address) -> bool:
    return not any(address in network for network in _CLOSED if network.version == address.version)

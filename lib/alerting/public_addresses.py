"""Which addresses belong to the internet that everyone can reach, and not to a network of somebody's own.

By lists of our own, after IANA's registries of special addresses: Python's differ from version to version, and call
multicast and addresses with another one inside them global.
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

# fmt: off
_NOT_PUBLIC = tuple(ip_network(network) for network in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16",
    "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
    "168.63.129.16/32",  # what Azure answers its machines with: public by its number only
    "2001::/23",  # Teredo and other protocols' own
    "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
))
# fmt: on
# What of IPv6 is given out. Outside are loopback, private and link-local ones, multicast, and IPv4 within IPv6 (mapped, NAT64).
_GIVEN_OUT = IPv6Network("2000::/3")
_ISATAP = (0x00005EFE, 0x02005EFE)  # an IPv4 address is in the last 32 bits


def is_public(address: str) -> bool:
    """Whether an address, as a resolver writes it, is one of the public internet. False also for what is none."""
    found = parsed(address)
    if found is None or (isinstance(found, IPv6Address) and not _is_plain(found)):
        return False
    return not any(found in network for network in _NOT_PUBLIC)


def parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None


def _is_plain(address: IPv6Address) -> bool:
    within = int(address) >> 32 & 0xFFFFFFFF
    return address in _GIVEN_OUT and address.scope_id is None and within not in _ISATAP

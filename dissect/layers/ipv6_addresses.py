"""What IPv6 addresses carry: an Ethernet address (RFC 4291, appendix A), IPv4 addresses of ISATAP (RFC 5214), of 6to4
(RFC 3056), of Teredo (RFC 4380) and behind the well-known prefix (RFC 6052)."""

from __future__ import annotations

from typing import Any

import numpy as np

from dissect.engine.fields import ETHER, IPV4, UINT16, Expr, Field, alias

HEADER = 40  # octets
OWN = (0, 1, 2, 5, 6, 7)  # the octets of an interface identifier that are the Ethernet address's
ISATAP, LOCAL = 0x00005EFE, 0x02000000  # with or without the bit for universal ones
TEREDO, SIX_TO_FOUR, WELL_KNOWN = 0x20010000, 0x2002, 0x0064FF9B


def word(h: Any, at: int, size: int) -> Any:
    """The number that stands somewhere in one header, or in many."""
    if isinstance(h.octets, bytes):
        return int.from_bytes(h.octets[h.start + at : h.start + at + size], "big")
    return h.octets.uint(h.start + at, size).astype(np.int64)


def ethernet(h: Any, at: int) -> Any:
    """The Ethernet address in the interface identifiers at a place: its second bit is inverted."""
    if isinstance(h.octets, bytes):
        octets = h.octets[h.start + at : h.start + at + 8]
        return bytes((octets[0] ^ 2, *(octets[i] for i in OWN[1:])))
    found = h.octets.u1[np.asarray(h.start)[:, None] + at + np.array(OWN)]
    found[:, 0] ^= 2
    return found.view("V6")[:, 0]


def carried(who: str, label: str, at: int) -> tuple[Field, ...]:
    """The fields of the address of the source or destination (`who`: `src`, `dst`) that stands so far into a header.

    They are for filters: in trees and the full table they would say of each address once more what it is.
    """

    def field(name: str, text: str, kind: Any, value: Expr, when: Expr) -> Field:
        return Field(
            f"ipv6.{who}_{name}", f"{label} {text}", kind, value=value, hidden=True,
            when=lambda h: (h.end - h.start >= HEADER) & when(h), also=(alias(f"ipv6.{name}", kind, text),),
        )  # fmt: skip

    isatap: Expr = lambda h: word(h, at + 8, 4) & ~LOCAL == ISATAP
    six: Expr = lambda h: word(h, at, 2) == SIX_TO_FOUR
    teredo: Expr = lambda h: word(h, at, 4) == TEREDO
    known: Expr = lambda h: (word(h, at, 4) == WELL_KNOWN) & (word(h, at + 4, 8) == 0)
    # of addresses that are unique everywhere
    slaac: Expr = lambda h: (word(h, at + 11, 2) == 0xFFFE) & (word(h, at + 8, 1) & 2 > 0)
    return (
        field("6to4_gw_ipv4", "6to4 Gateway IPv4", IPV4, lambda h: word(h, at + 2, 4), six),
        field("6to4_sla_id", "6to4 SLA ID", UINT16, lambda h: word(h, at + 6, 2), six),
        field("ts_ipv4", "Teredo Server IPv4", IPV4, lambda h: word(h, at + 4, 4), teredo),
        field("tc_port", "Teredo Port", UINT16, lambda h: word(h, at + 10, 2) ^ 0xFFFF, teredo),
        field("tc_ipv4", "Teredo Client IPv4", IPV4, lambda h: word(h, at + 12, 4) ^ 0xFFFFFFFF, teredo),
        field("isatap_ipv4", "ISATAP IPv4", IPV4, lambda h: word(h, at + 12, 4), isatap),
        field("embed_ipv4", "Embedded IPv4", IPV4, lambda h: word(h, at + 12, 4), known),
        field("slaac_mac", "SLAAC MAC", ETHER, lambda h: ethernet(h, at + 8), slaac),
    )

"""ICMPv6's router renumbering and the extensions of an extended echo."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree, layer_values

MATCH = "01 07 00 30 00 80 0000 fec00000000000000000000000000000"
USE = "30 10 00 40 00278d00 00093a80 80000000 3ffe0501fffe00000000000000000000"


def test_a_command_makes_prefixes_of_those_that_match() -> None:
    found = layer_values("icmpv6", bytes.fromhex("8a00df3a 00000009 02 10 0005 00000000" + MATCH + USE))
    assert (found["icmpv6.rr.sequence_number"], found["icmpv6.rr.segment_number"]) == ([9], [2])
    assert (found["icmpv6.rr.flag.s"], found["icmpv6.rr.flag.t"], found["icmpv6.rr.maxdelay"]) == ([True], [False], [5])
    assert (found["icmpv6.rr.pco.mp.matchlen"], found["icmpv6.rr.pco.mp.maxlen"]) == ([48], [128])
    assert (found["icmpv6.rr.pco.up.uselen"], found["icmpv6.rr.pco.up.keeplen"]) == ([48], [16])
    assert found["icmpv6.rr.pco.up.flagmask.a"] == [False, True], "of the mask, and of what is advertised"
    assert (found["icmpv6.rr.pco.up.preferredlifetime"], found["icmpv6.rr.pco.up.flag.v"]) == ([604800], [True])


def test_a_result() -> None:
    message = "8a010000 00000001 00 00 0000 00000000 0002 05 30 00000003 fec00000000000000000000000000000"
    found = layer_values("icmpv6", bytes.fromhex(message))
    assert (found["icmpv6.rr.rm.flag.b"], found["icmpv6.rr.rm.flag.f"]) == ([True], [False])
    assert (found["icmpv6.rr.rm.ordinal"], found["icmpv6.rr.rm.interfaceindex"]) == ([5], [3])


def test_an_extended_echo_names_an_interface() -> None:
    message = bytes.fromhex("a0009844 fb61 00 01 2000dcf4 000c0303 00010400 951c4aed")
    found = layer_values("icmpv6", message)
    assert (found["icmp.ext.class"], found["icmp.int_ident.afi"]) == ([3], [1])
    assert found["icmp.int_ident.ipv4"] == [0x951C4AED]
    assert layer_tree("icmpv6", message).protocols == "icmpv6:icmp"

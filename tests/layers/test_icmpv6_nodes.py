"""Node information and extended echoes of ICMPv6; values as Wireshark has them."""

from __future__ import annotations

from tests.layers.link_bytes import layer_values

ADDRESS = bytes.fromhex("fe80000000000000525400fffe2c3629")


def test_a_query_for_addresses() -> None:
    found = layer_values("icmpv6", bytes.fromhex("8b000000 0003 0002 00018b56bbf6472f") + ADDRESS)
    assert (found["icmpv6.ni.qtype"], found["icmpv6.ni.flag.a"]) == ([3], [True])
    assert len(found["icmpv6.ni.query.subject_ipv6"]) == 1
    assert "icmpv6.data" not in found


def test_names_of_queries_and_replies() -> None:
    head = "0002 0000 0000000000000001"
    asked = layer_values("icmpv6", bytes.fromhex("8b010000" + head + "0161026263 0000"))
    told = layer_values("icmpv6", bytes.fromhex("8c000000" + head + "00000005 04686f7374 0000"))
    assert asked["icmpv6.ni.query.subject_fqdn"] == ["a.bc"]
    assert (told["icmpv6.ni.reply.node_ttl"], told["icmpv6.ni.reply.node_name"]) == ([5], ["host"])


def test_addresses_of_a_reply_end_where_it_does() -> None:
    found = layer_values("icmpv6", bytes.fromhex("8c000000 0004 0002 0000000000000001 00000000 c0000201 00000000 c0"))
    assert len(found["icmpv6.ni.reply.ipv4_address"]) == 1


def test_extended_echo() -> None:
    asked = layer_values("icmpv6", bytes.fromhex("a0000000 fb61 05 01"))
    assert (asked["icmpv6.echo.identifier"], asked["icmpv6.ext.echo.seq"]) == ([0xFB61], [5])
    assert asked["icmpv6.ext.echo.req.local"] == [True]
    told = layer_values("icmpv6", bytes.fromhex("a1000000 fb61 05 47"))
    assert (told["icmpv6.ext.echo.rsp.state"], told["icmpv6.ext.echo.rsp.ipv6"]) == ([2], [True])

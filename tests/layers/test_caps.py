"""Messages with more in them than docs/limits.md allows: what is within the limit is decoded, what is beyond it is not."""

from __future__ import annotations

import struct
from importlib import import_module

import pytest

from dissect.engine import row
from dissect.engine.row import Dissection
from dissect.engine.tree import PacketTree
from dissect.layers import builtin
from tests import handmade

REGISTRY = builtin()


def layer(name: str, octets: bytes) -> PacketTree:
    """A message alone."""
    run = Dissection(REGISTRY, octets)
    run.enter(REGISTRY.layer(name), octets, 0, len(octets), len(octets), None)
    return run.tree


def frame(octets: bytes) -> PacketTree:
    """A frame of Ethernet."""
    return layer("eth", octets)


def udp(port: int, octets: bytes) -> PacketTree:
    return frame(handmade.udp(port, octets.hex()))


def tcp(port: int, octets: bytes) -> PacketTree:
    return frame(handmade.tcp(port, octets.hex()))


def nested(head: str, levels: int, kind: bytes) -> bytes:
    """Elements of type and two octets of length (and more) within each other."""
    octets = b""
    for _ in range(levels):
        octets = kind + struct.pack(">H", len(octets)) + (b"\0" if len(kind) == 1 else b"") + octets
    return bytes.fromhex(head)[:2] + struct.pack(">H", len(octets) + 4) + bytes(4) + octets


def ber(tag: int, *inside: bytes) -> bytes:
    octets = b"".join(inside)
    size = bytes([len(octets)]) if len(octets) < 128 else b"\x82" + struct.pack(">H", len(octets))
    return bytes([tag]) + size + octets


def search(depth: int) -> bytes:
    """A search of LDAP with a filter of that many "not"."""
    condition = ber(0x87, b"cn")
    for _ in range(depth):
        condition = ber(0xA2, condition)
    number = ber(2, b"\1")
    asked = ber(4), ber(10, b"\2"), ber(10, b"\0"), number, number, ber(1, b"\0"), condition, ber(0x30)
    return ber(0x30, number, ber(0x63, *asked))


def grouped(depth: int) -> bytes:
    """A message of Diameter with Vendor-Specific-Application-Id within each other."""
    octets = b""
    for _ in range(depth):
        octets = struct.pack(">II", 260, 0x40 << 24 | 8 + len(octets)) + octets
    return struct.pack(">II", 1 << 24 | 20 + len(octets), 0x80 << 24 | 257) + bytes(12) + octets


def reply(urls: int) -> bytes:
    head = bytes.fromhex("0202 000000 0000 000000 0001 0002") + b"en" + bytes(2)
    return head + struct.pack(">H", urls) + b"\0\0\1\0\1x\0" * urls


def sampled(count: int) -> bytes:
    return bytes.fromhex("00000005 00000001 0a000001 00000000 00000001 00000001") + struct.pack(">I", count) + bytes.fromhex("00fff001 00000000") * count


def credential(groups: int) -> bytes:
    who = struct.pack(">II", 1, 0) + struct.pack(f">III{groups}I", 7, 8, groups, *range(groups))
    return struct.pack(">8I", 1, 0, 2, 100000, 2, 0, 1, len(who)) + who + bytes(8)


def options(count: int) -> bytes:
    """A response of SMPP to a submission, with optional parameters."""
    body = b"1\0" + bytes.fromhex("020c 0002 0001") * count
    return struct.pack(">IIII", 16 + len(body), 0x80000004, 0, 1) + body


def compound(count: int) -> bytes:
    """A call of NFS 4 with that many operations (10: the current handle is asked for)."""
    return struct.pack(">10I", 1, 0, 2, 100003, 4, 1, 0, 0, 0, 0) + struct.pack(f">3I{count}I", 0, 0, count, *[10] * count)


def parts(depth: int) -> bytes:
    """A response of HTTP with multipart bodies within each other."""
    body, kind = b"x", b"text/plain"
    for number in range(depth):
        mark = b"b%d" % number
        body = b"--%s\r\nContent-Type: %s\r\n\r\n%s\r\n--%s--\r\n" % (mark, kind, body, mark)
        kind = b"multipart/mixed; boundary=" + mark
    return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (kind, len(body), body)


# cap: the layer (or a port of TCP, or of UDP negative), a message of three more than allowed, the field that each of them
# has, and how many more than the cap are found
CASES = {
    "gtpc.DEEPEST": ("gtpv2", lambda n: nested("4020", n + 3, b"\x5d"), "gtpv2.ie_type", 1),
    "pfcp.DEEPEST": ("pfcp", lambda n: nested("2032", n + 3, b"\0\1"), "pfcp.ie_type", 1),
    "middleware.MOST_TAGS": ("fix", lambda n: b"8=FIX.4.2\x01" + b"58=x\x01" * (n + 3), "fix.Text", -1),
    "irc.MOST": ("irc", lambda n: b"PING x\r\n" * (n + 3), "irc.response.command", 0),
    "telnet.MOST": ("telnet", lambda n: b"\xff\xf1" * (n + 3), "telnet.cmd", 0),
    "imf.MOST": ("imf", lambda n: b"Subject: a\r\n" * (n + 3), "imf.subject", 0),
    "vnc.MOST": (5900, lambda n: b"\4\1\0\0\0\0\0A" * (n + 3), "vnc.client_message_type", 0),
    "capwap.MOST": ("capwap", lambda n: bytes.fromhex("0010020000000000 00000001 01 0000 00") + b"\0\1\0\0" * (n + 3), "capwap.message_element.type", 0),
    "dds.MOST": ("rtps", lambda n: b"RTPS" + bytes(16) + b"\1\0\0\0" * (n + 3), "rtps.sm.id", 0),
    "adhoc.MOST": (-698, lambda n: struct.pack(">HH", 4 + 12 * (n + 3), 0) + bytes.fromhex("04 00 000c 0a000001 01 00 0001") * (n + 3), "olsr.message_type", 0),
    "hl7.MOST": ("hl7", lambda n: b"\x0bMSH|^~\\&|\r" + b"PID|a\r" * (n + 3), "hl7.segment", 0),
    "mgcp.MOST": ("mgcp", lambda n: b"RQNT 1 a@b MGCP 1.0\r\n" + b"N: y\r\n" * (n + 3), "mgcp.param.notifiedentity", 0),
    "srvloc.MOST": ("srvloc", lambda n: reply(n + 3), "srvloc.url.lifetime", 0),
    "tds.MOST": ("tds", lambda n: struct.pack(">BBHHBB", 0x12, 1, 8 + 5 * (n + 3), 0, 0, 0) + b"\1\xff\0\0\0" * (n + 3), "tds.prelogin.option.token", 0),
    "port_mapping.MOST": ("portcontrol", lambda n: b"\2\0" + bytes(22) + b"\2\0\0\0" * (n + 3), "portcontrol.option.code", 0),
    "xdmcp.MOST": ("xdmcp", lambda n: struct.pack(">HHHHB", 1, 7, 10, 1, n + 3) + bytes(2) * (n + 3), "xdmcp.connection_type", 0),
    "file_services.MOST": ("git", lambda n: b"0000" * (n + 3), "git.packet_type", 0),
    "sflow.MOST": ("sflow", lambda n: sampled(n + 3), "sflow.enterprise", 0),
    "cql.MOST": ("cql", lambda n: bytes.fromhex("04 00 0000 05 00000000") * (n + 3), "cql.opcode", 0),
    "diameter.DEEPEST": ("diameter", lambda n: grouped(n + 3), "diameter.avp.code", 1),
    "resp.DEEPEST": ("resp", lambda n: b"*1\r\n" * (n + 3), "resp.array.length", 1),
    "lowpan.MOST": ("6lowpan", lambda n: b"\x50\1" * (n + 3), "6lowpan.bcast.seqnum", 0),
    "sides.MOST_LINES": ("whois", lambda n: b"a: b\r\n" * (n + 3), "whois.answer", 1),  # the last has all the others
    "smpp.MOST": ("smpp", lambda n: options(n + 3), "smpp.opt_param_tag", 0),
    "nfs.MOST_OPERATIONS": ("rpc", lambda n: compound(n + 3), "nfs.opcode", 0),
    "multipart.DEEPEST": ("http", lambda n: parts(n + 3), "mime_multipart.first_boundary", 1),
    "rpc.MOST_GROUPS": ("rpc", lambda n: credential(n + 3), "rpc.auth.gid", 1),
}


@pytest.mark.parametrize("where", CASES)
def test_what_is_beyond_the_cap_is_not_decoded(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row, "STRICT", True)
    module, name = where.split(".")
    cap = getattr(import_module(f"dissect.layers.{module}"), name)
    way, made, field, more = CASES[where]
    octets = made(cap)
    carried = {True: tcp, False: udp}
    tree = layer(way, octets) if isinstance(way, str) else carried[way > 0](abs(way), octets)
    assert len(tree.find(field)) == cap + more, [node.name for node in tree.walk()][:20]


# cap, layer, a message that is too deep, the note that says so
NOTED = {
    "ldap.DEEPEST": ("ldap", lambda n: search(n + 3), "ldap.filter.depth"),
    "bittorrent.DEEPEST": ("bencode", lambda n: b"l" * (n + 3) + b"e" * (n + 3), "bencode.deep"),
    "xml_text.DEEPEST": ("xml", lambda n: b"<a>" * (n + 3), "xml.too_deep"),
}


@pytest.mark.parametrize("where", NOTED)
def test_what_is_too_deep_is_noted(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row, "STRICT", True)
    module, name = where.split(".")
    cap = getattr(import_module(f"dissect.layers.{module}"), name)
    way, made, note = NOTED[where]
    assert note in {one.name for one in layer(way, made(cap)).notes}
    assert note not in {one.name for one in layer(way, made(cap - 4)).notes}

"""Babel, NHRP, PGM, MPLS echo, RSVP and PFCP, byte for byte."""

from __future__ import annotations

import struct

from tests.layers.link_bytes import layer_tree, layer_values


def test_babel() -> None:
    hello = b"\4\6\0\0\0\x07\1\x90"
    update = b"\x08\x0d\1\x40\x18\0\1\x90\0\7\0\x60\x0a\0\0"
    data = b"\x2a\2" + struct.pack(">H", len(hello + update) + 1) + hello + b"\0" + update
    found = layer_values("babel", data)
    assert found["babel.message.type"] == [4, 0, 8] and found["babel.message.interval"] == [400, 400]
    assert found["babel.message.prefix"] == [b"\x0a\0\0"] and found["babel.message.metric"] == [96]
    assert layer_tree("babel", data).info == "Babel hello pad1 update"


def test_nhrp() -> None:
    fixed = struct.pack(">HH5xBHHHBBBB", 1, 0x0800, 255, 64, 0, 52, 1, 3, 4, 0)
    part = struct.pack(">BBHI4s4s4s", 4, 4, 2, 300, b"\1\1\1\1", b"\2\2\2\2", b"\3\3\3\3")
    client = struct.pack(">BBHHHBBBB", 0, 32, 0, 1400, 7200, 0, 0, 0, 0)
    found = layer_values("nhrp", fixed + part + client + b"\x80\0\0\0")
    assert found["nhrp.reqid"] == [300] and found["nhrp.htime"] == [7200] and found["nhrp.ext.len"] == [0]
    assert found["nhrp.src.prot.addr"] == [0x02020202]
    assert layer_tree("nhrp", fixed + part + client).info.startswith("NHRP Registration Request, ID=300")


def test_pgm() -> None:
    data = struct.pack(">HHBBH6sH", 1, 2, 0, 0, 0, b"\3\4\5\6\7\x08", 0)
    data += struct.pack(">IIIHH4s", 9, 8, 7, 1, 0, b"\1\1\1\1")
    found = layer_values("pgm", data)
    assert found["pgm.spm.lead"] == [7] and found["pgm.spm.path.ipv4"] == [0x01010101]
    assert layer_tree("pgm", data).info == "SPM   sqn 0x9 gsi 030405060708"


def test_mpls_echo() -> None:
    fec = b"\0\1\0\5\x0c\1\1\1\x20\0\0\0"
    data = struct.pack(">HHBBBBII", 1, 1, 1, 2, 0, 0, 5, 6) + bytes(16) + b"\0\1" + struct.pack(">H", len(fec)) + fec
    found = layer_values("mpls-echo", data)
    assert found["mpls_echo.tlv.fec.ldp_ipv4_mask"] == [32] and found["mpls_echo.timestamp_sent"] == [0]
    assert layer_tree("mpls-echo", data).info == "MPLS Echo Request"


def test_rsvp() -> None:
    session = struct.pack(">HBB4sHHI", 16, 1, 7, b"\x0a\0\0\1", 0, 4, 99)
    hop = struct.pack(">HBB4sI", 12, 3, 1, b"\x0a\0\0\2", 5)
    data = struct.pack(">BBHBBH", 0x10, 1, 0, 254, 0, 36) + session + hop
    found = layer_values("rsvp", data)
    assert found["rsvp.object"] == [1, 3] and found["rsvp.session.tunnel_id"] == [4]
    assert found["rsvp.sending_ttl"] == [254] and found["rsvp.hop.logical_interface"] == [5]
    assert "_ws.malformed" in layer_values("rsvp", data[:-2] + b"")


def test_pfcp() -> None:
    elements = b"\0\x3c\0\5\0\1\2\3\4" + b"\0\x13\0\1\1" + b"\0\1\0\6\0\x38\0\2\0\7"
    data = b"\x21\6" + struct.pack(">HQ", 12 + len(elements), 0x83) + b"\0\0\4\0" + elements
    found = layer_values("pfcp", data)
    assert found["pfcp.seid"] == [0x83] and found["pfcp.cause"] == [1] and found["pfcp.pdr_id"] == [7]
    assert found["pfcp.node_id_ipv4"] == [0x01020304]
    assert layer_tree("pfcp", data).info == "PFCP Association Setup Response"


def test_decnet_hello() -> None:
    hello = b"\x0d\2\0\0\xaa\0\4\0\1\4\3\x32\x40\0" + bytes(8) + b"\xaa\0\4\0\0\0\x0a\0\0\2\xaa\xaa"
    found = layer_values("dec_dna", struct.pack("<H", len(hello)) + hello)
    assert found["dec_dna.rt.msg_type"] == [6] and found["dec_dna.ctl.iinfo.node_type"] == [3]
    assert found["dec_dna.ctl.timer"] == [10] and found["dec_dna.ctl.blk_size"] == [0x4032]
    assert layer_tree("dec_dna", b"\0\0" + hello).info == "Routing control, Endnode Hello message"

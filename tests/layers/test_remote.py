"""VNC, RDP, Cassandra and XMPP, byte for byte."""

from __future__ import annotations

from dissect.engine.messages import AS_IT_IS, MORE
from dissect.layers.xmpp import message_size
from tests.layers.link_bytes import layer_tree, layer_values

COOKIE = b"Cookie: mstshash=bob\r\n\1\0\x08\0\3\0\0\0"


def test_vnc_messages() -> None:
    found = layer_values("vnc", b"RFB 003.008\n")
    assert found["vnc.server_proto_ver"] == ["003.008"]
    update = b"\0\0\0\1\0\0\0\0\0\2\0\3\0\0\0\1\0\5\0\6"
    found = layer_values("vnc", update)
    assert found["vnc.fb_update_height"] == [3] and found["vnc.copyrect_src_y_pos"] == [6]
    assert layer_tree("vnc", update).info == "Server framebuffer update"


def test_how_rdp_begins() -> None:
    request = bytes([6 + len(COOKIE), 0xE0, 0, 0, 0x12, 0x34, 0]) + COOKIE
    tree = layer_tree("cotp", request)
    assert [layer.layer.name for layer in tree.layers] == ["cotp", "rdp"]
    assert tree.info == "Cookie: mstshash=bob, Negotiate Request"
    found = layer_values("rdp", COOKIE)
    assert found["rdp.negReq.requestedProtocols"] == [3] and found["rdp.negReq.requestedProtocols.hybrid"] == [True]
    assert found["rdp.neg_length"] == [8]


def test_conference() -> None:
    tree = layer_tree("cotp", b"\2\xf0\x80\x38\0\6\3\xeb")
    assert tree.info == "channelJoinRequest 1003" and tree.layers[-1].layer.name == "t125"


def frame(opcode: int, body: bytes, version: int = 4) -> bytes:
    """A frame of Cassandra's."""
    return bytes([version, 0, 0, 1, opcode]) + len(body).to_bytes(4, "big") + body


def test_cassandra() -> None:
    query = frame(7, b"\0\0\0\x0fSELECT * FROM t\0\1\0")
    assert layer_values("cql", query)["cql.string"] == ["SELECT * FROM t"]
    assert layer_tree("cql", query + frame(8, b"\0\0\0\1", 0x84)).info == "v4 C->S Type QUERY, v4 S->C Type RESULT"
    rows = b"\0\0\0\2\0\0\0\1\0\0\0\1\0\2ks\0\2tb\0\1c\0\x0d"
    assert layer_values("cql", frame(8, rows, 0x84))["cql.data_type"] == [13]
    assert "_ws.malformed" in layer_values("cql", frame(11, b"\xff\xff"))


def test_stanzas() -> None:
    data = b"<iq type='get' id='1' to='a@b'><query xmlns='jabber:iq:roster'/></iq>"
    assert layer_values("xmpp", data)["xmpp.id"] == ["1"]
    assert layer_tree("xmpp", data).info == "IQ(get) QUERY(jabber:iq:roster) > a@b "
    assert layer_tree("xmpp", b"</stream:stream>").info == "STREAM END"


def test_where_stanzas_end() -> None:
    assert message_size(b"<a><b/></a><c/>", 0) == 11 and message_size(b"<a><b>", 0) == MORE
    assert message_size(b"<message to='x", 0) == MORE and message_size(b"\x16\3\1", 0) == AS_IT_IS

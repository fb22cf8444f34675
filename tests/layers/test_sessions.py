"""RTSP, IRC, Telnet and OpenVPN, byte for byte."""

from __future__ import annotations

from dissect.engine.messages import AS_IT_IS, MORE
from dissect.layers.rtsp import message_size
from tests.layers.link_bytes import layer_tree, layer_values

SETUP = (
    b"SETUP rtsp://h/t RTSP/1.0\r\nCSeq: 3\r\nTransport: RTP/AVP;unicast;client_port=6000-6001\r\n"
    b"Session: 12;timeout=60\r\n\r\n"
)  # fmt: skip


def test_an_rtsp_request_and_interleaved_media() -> None:
    found = layer_values("rtsp", SETUP)
    assert found["rtsp.method"] == ["SETUP"] and found["rtsp.url"] == ["rtsp://h/t"]
    assert found["rtsp.session"] == ["12;timeout=60"]
    assert layer_tree("rtsp", SETUP).info == "SETUP rtsp://h/t RTSP/1.0"
    tree = layer_tree("rtsp", b"$\0\0\x10\x80\x60\0\1\0\0\0\2\0\0\0\3pppp")
    assert [layer.layer.name for layer in tree.layers] == ["rtsp", "rtp"]


def test_where_rtsp_messages_end() -> None:
    assert message_size(SETUP + b"$", 0) == len(SETUP) and message_size(b"$\0\0\5", 0) == 9
    assert message_size(SETUP[:30], 0) == MORE and message_size(b"\0\0\0", 0) == AS_IT_IS


def test_rtsp_with_a_description() -> None:
    data = b"RTSP/1.0 200 OK\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n"
    tree = layer_tree("rtsp", data)
    assert tree.protocol_column == "RTSP/SDP" and layer_values("rtsp", data)["rtsp.content-length"] == [5]


def test_irc() -> None:
    data = b":srv 353 bob = #c :a b\r\nPRIVMSG #c :\x01ACTION waves\x01\r\n"
    found = layer_values("irc", data)
    assert found["irc.response.num_command"] == [353] and found["irc.response.trailer"][0] == "a b"
    assert found["irc.response.command_parameter"] == ["bob", "=", "#c", "#c"]
    assert found["irc.ctcp"] == ["ACTION waves"] and layer_tree("irc", data).info == "Response (353) (PRIVMSG)"


def test_telnet() -> None:
    found = layer_values("telnet", b"\xff\xfd\x18\xff\xfa\x1f\0\x50\0\x18\xff\xf0hi\r\nyou\xff\xff")
    assert found["telnet.cmd"] == [253, 250, 240] and found["telnet.naws_subopt.width"] == [80]
    assert found["telnet.data"][0] == "hi\r\n" and len(found["telnet.data"]) == 2
    assert "_ws.malformed" in layer_values("telnet", b"\xff")


def test_openvpn_with_and_without_a_hmac() -> None:
    found = layer_values("openvpn", b"\x40SESSIONI\1\0\0\0\0REMOTESI\0\0\0\1")
    assert found["openvpn.opcode"] == [8] and found["openvpn.mpid"] == [1] and "openvpn.hmac" not in found
    found = layer_values("openvpn", b"\x38SESSIONI" + b"h" * 20 + b"\0\0\0\1\0\0\0\2\0\0\0\0\0")
    assert found["openvpn.pid"] == [1] and found["openvpn.net_time"] == [2_000_000_000]

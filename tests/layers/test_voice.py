"""SIP, SDP, RTP and RTCP: messages byte for byte, and media found where SDP announces it."""

from __future__ import annotations

import struct
from ipaddress import ip_address
from pathlib import Path

import dissect
from dissect.engine.messages import AS_IT_IS, MORE
from dissect.layers.announced import CODED, FTP_DATA, TFTP_TRANSFER, coding_of
from dissect.layers.sip import message_size
from dissect.passes.media import Heard, data_port, described, set_up, transfer
from tests.capture.files import paced, pcap
from tests.layers.link_bytes import layer_tree, layer_values

SDP = (
    b"v=0\r\no=alice 1 2 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 101\r\n"
    b"a=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
)  # fmt: skip
INVITE = (
    b"INVITE sip:bob@b.com:5061 SIP/2.0\r\nVia: SIP/2.0/UDP a.com:5060;branch=z9hG4bK7;rport\r\n"
    b'From: "Alice" <sip:alice@a.com>;tag=1x\r\nt: Bob <sip:bob@b.com;user=phone>\r\nCall-ID: 7@a\r\nCSeq: 2 INVITE\r\n'
    b'Authorization: Digest username="al", realm="a.com"\r\nX-Own: 1\r\nContent-Type: application/sdp\r\n'
    b"Content-Length: %d\r\n\r\n%s" % (len(SDP), SDP)
)  # fmt: skip
SENDER = struct.pack(">BBHIIIIII", 0x80, 200, 6, 7, 0xE8000000, 0x80000000, 160, 10, 1600)
NACK = struct.pack(">BBHIIHH", 0x81, 205, 3, 7, 8, 100, 5)


def test_an_invitation() -> None:
    found = layer_values("sip", INVITE)
    assert found["sip.Method"] == ["INVITE"] and found["sip.r-uri.port"] == ["5061"]
    assert found["sip.Via.sent-by.address"] == ["a.com"] and found["sip.Via.rport"] == ["rport"]
    assert found["sip.from.display.info"] == ['"Alice"'] and found["sip.to.display.info"] == ["Bob "]
    assert found["sip.from.tag"] == ["1x"] and found["sip.to.param"] == ["user=phone"]
    assert found["sip.CSeq.seq"] == [2] and found["sip.auth.username"] == ['"al"']
    assert found["sdp.media.port"] == [4000] and found["sdp.media.format"][0] == "ITU-T G.711 PCMU"
    tree = layer_tree("sip", INVITE)
    assert tree.info == "Request: INVITE sip:bob@b.com:5061 | " and tree.protocol_column == "SIP/SDP"


def test_registrations_and_answers() -> None:
    register = b"REGISTER sip:a.com SIP/2.0\r\nContact: <sip:u@h>;expires=60\r\nCSeq: 1 REGISTER\r\n\r\n"
    assert layer_tree("sip", register).info == "Request: REGISTER sip:a.com  (1 binding) | "
    answer = b"SIP/2.0 200 OK\r\nm: <sip:u@h>, <sip:v@h>\r\nCSeq: 1 REGISTER\r\nReason: Q.850;cause=16\r\n\r\n"
    assert layer_tree("sip", answer).info == "Status: 200 OK (REGISTER)  (2 bindings) | "
    assert layer_values("sip", answer)["sip.reason_cause_q850"] == [16]


def test_where_messages_end() -> None:
    assert message_size(INVITE + b"x", 0) == len(INVITE)
    assert message_size(INVITE[:40], 0) == MORE and message_size(b"\r\n\r\n", 0) == AS_IT_IS
    assert message_size(b"HELLO 1\r\n\r\n", 0) == AS_IT_IS


def test_rtcp_packets_of_a_datagram() -> None:
    found = layer_values("rtcp", SENDER + NACK)
    assert found["rtcp.pt"] == [200, 205] and found["rtcp.timestamp.ntp"] == [1683325312500000000]
    assert found["rtcp.rtpfb.nack_pid"] == [100, 101, 103] and found["rtcp.length_check"] == [True]
    assert "_ws.malformed" in layer_values("rtcp", SENDER[:20])


def test_padding_belongs_to_no_packet_of_rtcp() -> None:
    """RFC 3550, section 6.4.1: its last octet counts it."""
    found = layer_values("rtcp", bytes.fromhex("a0c90002 00000007 00000004") + bytes.fromhex("81cb0001 00000007"))
    assert (found["rtcp.padding"], found["rtcp.padding.count"]) == ([True, False], [4])
    assert found["rtcp.padding.data"] == [bytes(3)] and "rtcp.sdes.text" not in found


def test_run_lengths_and_bit_vectors_of_lost_packets() -> None:
    """RFC 3611, section 4.1: two run lengths (the upper bit says of what), a vector, the end."""
    found = layer_values("rtcp", bytes.fromhex("80cf0006 00000007 01040004 00000008 000a0032 400f 0012 8001 0000"))
    assert (found["rtcp.xr.tf"], found["rtcp.xr.beginseq"], found["rtcp.xr.endseq"]) == ([4], [10], [50])
    assert (found["rtcp.xr.chunk.length"], found["rtcp.xr.chunk.bit_vector"]) == ([15, 18], [1])
    assert found["rtcp.xr.chunk.null_terminator"] == [True]


def test_rtp_with_sources_an_extension_and_padding() -> None:
    data = struct.pack(">BBHIII", 0xB1, 0x88, 5, 320, 9, 1) + b"\xbe\xde\0\1\x10\xff\0\0" + b"ZZ\0\2"
    found = layer_values("rtp", data)
    assert found["rtp.csrc.item"] == [1] and found["rtp.ext.rfc5285.data"] == [b"\xff"]
    assert found["rtp.payload"] == [b"ZZ"] and found["rtp.padding.count"] == [2]


def test_what_is_announced() -> None:
    announced = list(described(Heard(SDP, None, None, 0)))
    told = [(str(ip), port, kind & 0xFF) for (ip, port), kind in announced]
    assert told == [("10.0.0.1", 4000, 1), ("10.0.0.1", 4001, 2)]
    assert [CODED[coding_of(kind, 101) - 1] for _, kind in announced[:1]] == ["rtpevent"]
    assert not coding_of(announced[0][1], 100)
    assert not list(described(Heard(b"c=IN IP4 x.com\r\nm=audio 9 RTP/AVP 0\r\n", None, None, 0)))
    sides = ip_address("10.0.0.2"), ip_address("10.0.0.1")
    answer = b"RTSP/1.0 200 OK\r\nTransport: RTP/AVP;client_port=6000-6001;server_port=7000-7001\r\n"
    assert [port for (_, port), _ in set_up(Heard(answer, *sides, 0))] == [6000, 6001, 7000, 7001]
    passive = Heard(b"227 Entering Passive Mode (1,2,3,4,10,1)\r\n", *sides, 0)
    assert list(data_port(passive)) == [((ip_address("1.2.3.4"), 2561), FTP_DATA)]
    assert list(data_port(Heard(b"229 Ready (|||2121|)\r\n", *sides, 0))) == [((sides[0], 2121), FTP_DATA)]
    assert list(transfer(Heard(b"\0\1x\0octet\0", *sides, 1234))) == [((sides[0], 1234), TFTP_TRANSFER)]


def test_media_are_found_behind_their_announcement(tmp_path: Path) -> None:
    rtp = struct.pack(">BBHII", 0x80, 0, 1, 160, 9) + bytes(8)
    sent = [(4000, 6000, rtp), (5060, 5060, INVITE), (4000, 6000, rtp), (6000, 4000, rtp), (4001, 6001, NACK)]
    sent.append((1, 2, rtp))
    packets = []
    for source, destination, data in sent:
        own, peer = (1, 2) if source != 6000 else (2, 1)
        ip = struct.pack(">BBHHHBBH4B4B", 0x45, 0, 28 + len(data), 1, 0, 64, 17, 0, 10, 0, 0, own, 10, 0, 0, peer)
        packets.append(ip + struct.pack(">HHHH", source, destination, 8 + len(data), 0) + data)
    path = tmp_path / "call.pcap"
    path.write_bytes(pcap(paced(packets), network=101))
    capture = dissect.open(path)
    last = ["data", "sdp", "rtp", "rtp", "rtcp", "data"]
    assert [packet.tree.layers[-1].layer.name for packet in capture] == last
    assert [line.protocol for line in capture.lines(range(6))] == ["UDP", "SIP/SDP", "RTP", "RTP", "RTCP", "UDP"]

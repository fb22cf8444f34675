"""RTP whose payload types a description announces: a call, and packets of every type."""

from __future__ import annotations

import struct

from tests.crafted.frames import CLIENT, SERVER, ipv4, udp

LAYERS = ("rtp", "rtpevent")
CODINGS = {
    96: "H264/90000", 98: "AMR/8000", 100: "telephone-event/8000", 104: "opus/48000/2", 110: "speex/8000", 111: "G7221/16000",
}  # fmt: skip
VIDEO = {97: "H263-1998/90000", 99: "VP8/90000", 114: "H265/90000", 109: "MP4V-ES/90000"}
FIXED = (0, 3, 4, 8, 18, 26, 31, 32, 34)


def medium(kind: str, port: int, codings: dict[int, str], more: tuple[int, ...] = ()) -> str:
    numbers = " ".join(map(str, (*more, *codings)))
    maps = "".join(f"a=rtpmap:{number} {coding}\r\n" for number, coding in codings.items())
    return f"m={kind} {port} RTP/AVP {numbers}\r\n{maps}"


SDP = (
    "v=0\r\no=a 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
    + medium("audio", 20000, CODINGS, FIXED) + medium("video", 20002, VIDEO)
)  # fmt: skip
INVITE = (
    "INVITE sip:b@192.0.2.2 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1\r\nFrom: <sip:a@192.0.2.1>;tag=1\r\n"
    "To: <sip:b@192.0.2.2>\r\nCall-ID: 1@192.0.2.1\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n"
    f"Content-Length: {len(SDP)}\r\n\r\n{SDP}"
)


def packet(number: int, port: int, payload: bytes, sequence: int) -> bytes:
    head = struct.pack(">BBHII", 0x80, number, sequence, sequence * 160, 0x1234)
    said = struct.pack(">HHHH", 30000, port, 20 + len(payload), 0) + head + payload
    return ipv4(17, said, SERVER, CLIENT)


PAYLOADS = (bytes.fromhex("670102030405060708090a0b0c0d0e0f"), bytes.fromhex("c18200a0"), b"")
SENT = [(number, 20000) for number in (*FIXED, *CODINGS)] + [(number, 20002) for number in VIDEO]
PACKETS = [
    udp(5060, 5060, INVITE.encode()),
    *(packet(number, port, payload, i) for i, (number, port) in enumerate(SENT) for payload in PAYLOADS),
]

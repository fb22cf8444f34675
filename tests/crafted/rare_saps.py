"""Access points of LLC: SNA, BACnet, X.25 (over TCP, too), CGMP, HP's, 3Com's, RPL, IP; BPQ's AX.25 over Ethernet."""

from __future__ import annotations

from tests.crafted.frames import Talk

LAYERS = ("sna", "cgmp", "hpext", "3comxns", "rpl", "xot", "bpq", "bacnet")
ADDRESSES = bytes.fromhex("020000000002 020000000001")
IP = "4500001c00000000400100000a0000010a000002 0800f7ff00000000"


def llc(sap: int, text: str, control: str = "03") -> bytes:
    body = bytes([sap, sap]) + bytes.fromhex(control + text)
    return ADDRESSES + len(body).to_bytes(2) + body


def cisco(number: str, text: str) -> bytes:
    return llc(0xAA, "00000c" + number + text)


CALLS = Talk(50000, 1998)
CALLS.asks(bytes.fromhex("0000 0005 1001 0b0123"))
CALLS.asks(bytes.fromhex("0000 0003 1001 21"))
PACKETS = [
    llc(0x04, "2d 00 0102 0003 6b8000 31010303", "0000"), llc(0x04, "2f 00 0201 0003 eb9300 31", "0000"), llc(0x04, "2c 00 0102 0003 4b9127"),
    llc(0x82, "0120ffff00ff1008"), llc(0x06, IP), cisco("2001", "10 0000 02" + "01005e000001" * 4),
    cisco("2001", "11 0000 00"), llc(0xF8, "000000 1234 0608 61626364"), llc(0x80, "0800" + IP), llc(0x80, "1234 616263"),
    cisco("0109", "0000 00 00 00 8000020000000001 00000000 8000020000000001 8001 0000 1400 0200 0f00"), *CALLS.packets,
    ADDRESSES + bytes.fromhex("08ff 1400") + bytes(ord(c) << 1 for c in "CQ    ") + b"\xe0" + bytes(ord(c) << 1 for c in "N0CALL") + b"\x6f\x03\xf0abc",
]  # fmt: skip

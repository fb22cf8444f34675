"""Modbus/TCP (Modbus application protocol 1.1b3): each function asked and answered, and an exception."""

from __future__ import annotations

import struct

from tests.crafted.frames import Talk

LAYERS = ("modbus", "mbtcp")
EXCHANGES = [
    ("01 0013 0013", "01 03 cd6b05"), ("02 00c4 0016", "02 03 acdb35"), ("03 006b 0003", "03 06 022b 0000 0064"),
    ("04 0008 0001", "04 02 000a"), ("05 00ac ff00", "05 00ac ff00"), ("06 0001 0003", "06 0001 0003"), ("07", "07 6d"),
    ("08 0000 a537", "08 0000 a537"), ("08 000a 0000", "08 000a 0000"), ("08 000b 0000", "08 000b 0005"), ("0b", "0b ffff 0108"),
    ("0c", "0c 08 0000 0108 0121 2000"), ("0f 0013 000a 02 cd01", "0f 0013 000a"), ("10 0001 0002 04 000a 0102", "10 0001 0002"),
    ("11", "11 03 2aff01"), ("14 07 06 0004 0001 0002", "14 06 05 06 0dfe 0020"), ("15 0d 06 0004 0007 0003 06af 04be 100d",
                                                                               "15 0d 06 0004 0007 0003 06af 04be 100d"),
    ("16 0004 00f2 0025", "16 0004 00f2 0025"), ("17 0003 0006 000e 0003 06 00ff 00ff 00ff", "17 0c 00fe 0acd 0001 0003 000d 00ff"),
    ("18 04de", "18 0006 0002 01b8 1284"), ("2b 0e 01 00", "2b 0e 01 01 00 00 02 00 03 616263 01 02 7831"), ("03 ffff 0001", "83 02"),
    ("64 0102", "64 03"),
]


def conversation() -> list[bytes]:
    talk = Talk(40050, 502)
    for number, (request, response) in enumerate(EXCHANGES, 1):
        for says, text in ((talk.asks, request), (talk.answers, response)):
            body = bytes.fromhex(text)
            says(struct.pack(">HHHB", number, 0, 1 + len(body), 1) + body)
    return talk.packets


PACKETS = conversation()

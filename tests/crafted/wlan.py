"""802.11 management frames: each element and action of IEEE 802.11-2020 (clauses 9.4.2, 9.6) and of 802.11ax."""

from __future__ import annotations

import struct

LINK = 127  # radiotap before each frame
LAYERS = ("wlan",)
RADIO = {0: "0000 0800 00000000", 2412: "0000 0c00 08000000 6c09 a000", 5180: "0000 0c00 08000000 3c14 4001"}
STATION, POINT = "020000000001", "020000000002"


def frame(subtype: int, body: str | bytes, radio: int = 0) -> bytes:
    body = bytes.fromhex(body) if isinstance(body, str) else body
    return bytes.fromhex(f"{RADIO[radio]} {subtype << 4:02x}00 0000 {STATION} {POINT} {POINT} 1000") + body


def element(number: int, value: str | bytes) -> bytes:
    value = bytes.fromhex(value) if isinstance(value, str) else value
    return bytes((number, len(value))) + value


def extension(number: int, value: str) -> bytes:
    return element(255, f"{number:02x}{value}")


BEACON = bytes.fromhex("0102030405060708 6400 1104")
NONCES = "11" * 16 + "22" * 32 + "33" * 32
HT_CAPS = "ef19 17 ffff0000000000000000 2c01 01000000 0500 1f6f8701 3b"
HT_INFO = "06 0d 1700 0f07 ff000000000000000000 9001 1d000000"
VHT_CAPS = "b2f98133 faff 0c03 faff 0c23"
ACCESS = "03a40000 27a40000 42435e00 62322f00"
ELEMENTS = [
    element(0, b"net") + element(2, "0a00 01 02 03") + element(4, "01 02 0300 0400") + element(6, "2a00"),
    element(10, "030b2d") + element(11, "0500 80 3412") + element(11, "05 80 3412") + element(16, b"challenge"),
    element(7, "5553 20 010b1e 240814") + element(7, "4445 04 c90102 010d14 00"),
    element(5, "01 02 05 8012"),
    element(32, "03") + element(33, "fe14") + element(34, "") + element(35, "1105") + element(36, "2404 3404"),
    element(37, "01 24 05") + element(40, "01 02 6400 0a00") + element(42, "05") + element(47, "02") + element(46, "8f"),
    element(45, HT_CAPS) + element(61, HT_INFO) + element(62, "03") + element(63, "40"),
    element(48, "0100 000fac02 0200 000fac04 000fac02 0200 000fac02 000fac06 c000 0100" + "44" * 16 + "000fac06"),
    element(50, "0c121824") + element(51, "51 01060b") + element(54, "3412 03") + element(56, "03 e8030000"),
    element(52, "020000000003 13010000 51 06 07 0301ff 010464006400 040a0102030405060708 0500 0205 5553200000"),
    element(55, "0003" + NONCES + "0106aabbccddeeff 03 02 7230")
    + element(55, "0002" + NONCES + "0223 0300 10" + "01" * 8 + "77" * 24 + "0421 0500 010203040506 10" + "88" * 24),
    element(59, "51 5152535473") + element(60, "01 51 06 05") + element(66, "01") + element(70, "73c0010000"),
    element(71, "02 0006 53020104 0000") + element(72, "07") + element(74, "1400 0a00 2c01 c800 1400 0500 1900"),
    element(76, "0400 010203040506 1122334455667788") + element(107, "1f 0203 020000000004") + element(107, "12"),
    element(108, "7f00 8505") + element(111, "02 53 506f9a 0011223344 aabbcc") + element(113, "01 01 00 01 00 02 09"),
    element(114, b"mesh") + element(127, "0500480200000040 ff0102") + element(127, "00000000000000 01"),
    element(133, bytes(10) + b"point of access\0" + b"\7" + bytes(3)) + element(150, "004096 00 0f 01") + element(99, "0102"),
    element(191, VHT_CAPS) + element(192, "01 2a 32 faff") + element(195, "1b 3c3d3e3f") + element(199, "12"),
    element(201, "1008 51 06 10 020000000005 42" + "80 020000000006 02"),
    element(201, "000d 73 25 05 020000000007 12345678 4e 14") + element(244, "20") + element(244, "2101"),
    element(48, "0100") + element(0, b"") + element(1, "8284"),
]
VENDORS = [
    element(221, "0050f2 01 0100 0050f202 0200 0050f204 0050f202 0100 0050f202"),
    element(221, "0050f2 02 01 01 84 00" + ACCESS) + element(221, "0050f2 02 00 01 0f"),
    element(12, "84 00" + ACCESS) + element(221, "0050f2 02 02 01 0000"),
    element(221, "00904c 33" + HT_CAPS) + element(221, "00904c 34" + HT_INFO) + element(221, "00904c 04 010203"),
    element(221, "00037f 01 01 00 2a 0100 ff") + element(221, "00037f 02 01 00 aabb"),
    element(221, "004096 00 0f 01") + element(221, "004096 03 05") + element(221, "004096 14 01"),
    element(221, "004096 04 00 02" + "01020304 05060708 090a0b0c 0d0e0f10"),
    element(221, "005043 04 01 00 02 03 04") + element(221, "005043 01 0203"),
    element(221, "001122 01 02") + element(221, "001122"),
]
HE_MAC, HE_PHY = "0d0100000000", "0e3f000c1b80c93c000200"
EFFICIENT = [
    extension(35, HE_MAC + "02" + HE_PHY[2:22] + "faff faff"),
    extension(35, "fbfffffffff7" + "1e" + "3f" * 10 + "faff aaff fbff abff fcff acff"),
    extension(36, "f43f00 2a fcff") + extension(36, "004000 05 fcff 01 2a 32"),
    extension(36, "008000 81 fcff 03") + extension(36, "040002 08 fdff 25 03 1f 2f 06"),
    extension(37, "a3") + extension(38, "00" + "010203 040506 070809 0a0b0c"),
    extension(39, "0d 14 15 16" + "0102030405060708" + "1112131415161718") + extension(39, "03"),
    extension(59, "3d02") + extension(32, "1300" + "55" * 32) + extension(200, "01"),
]
NEIGHBOUR = element(52, f"{POINT} 0f000000 73 24 07")
ACTIONS = [
    *(frame(0xD, f"00 {code:02x} 05") + element(37, "01 24 05") for code in range(4)),
    frame(0xD, "00 04") + element(37, "01 24 05"),
    frame(0xD, "01 00 07"), frame(0xD, "01 01 07 0000"), frame(0xD, "01 02 a5b4c3 2600"),
    frame(0xD, f"02 00 {STATION} {POINT} 1104 6400"), frame(0xD, f"02 01 0000 {STATION} {POINT}"), frame(0xD, f"02 02 {STATION} {POINT} 2700"),
    frame(0xD, "03 00 01 0310 8813 4006"), frame(0xD, "03 01 01 0000 0310 8813"), frame(0xD, "03 02 0038 2500"),
    frame(0xD, "04 04 01 51 06 05"), frame(0xD, "05 00 03 0a00"), frame(0xD, "05 01 03"), frame(0xD, "05 02 03 10 14"),
    frame(0xD, "05 04 03") + element(0, b"net"), frame(0xD, f"06 01 {STATION} {POINT}"), frame(0xD, f"06 02 {STATION} {POINT} 0000"),
    frame(0xD, "07 00 01"), frame(0xD, "07 01 03"), frame(0xD, "08 00 3412"), frame(0xD, "08 01 3412"),
    frame(0xD, "0b 01 05 06"), frame(0xD, "0c 00 01 1104"), frame(0xD, "0c 01 0000 01 1104"), frame(0xD, "0c 02 0000 01"),
    frame(0xD, "0c 03 0100"), frame(0xD, "0c 04 01"), frame(0xD, "0c 05 24 51"),
    frame(0xD, "0d 01") + element(114, b"m"), frame(0xD, "0f 01 1104"), frame(0xD, "0f 02 1104 01c0"),
    frame(0xD, "0a 06 01 09"), frame(0xD, "0a 06 01 10") + NEIGHBOUR, frame(0xD, "0a 07 02 00 1000 05"),
    frame(0xD, "0a 07 02 1f 1000 05 04 0a 0001020304050607 0500 05 612e636f6d") + NEIGHBOUR + NEIGHBOUR,
    frame(0xD, "0a 07 02 08 1000 05 0000"), frame(0xD, f"0a 08 02 00 00 {STATION}"), frame(0xD, "0a 08 02 01 03"),
    frame(0xD, "0a 08 02 06 00") + NEIGHBOUR, frame(0xD, "0a 10 03") + element(93, "00000100"), frame(0xD, "0a 11 03 0000"),
    frame(0xD, "0a 11 03 0400 61626364") + element(93, "01000000"), frame(0xD, "0a 1a 04 01") + element(0, b"n"), frame(0xD, "0a 0d 05"),
    frame(0xD, "11 00 01 00"), frame(0xD, "7f 0050f2 0102"), frame(0xD, "15 02 01"),
]  # fmt: skip
AUTHENTICATION = [
    frame(0xB, "0000 0100 0000"), frame(0xB, "0100 0200 0000") + element(16, b"challenge"),
    frame(0xB, "0300 0100 0000 1300" + "66" * 96), frame(0xB, "0300 0100 4c00 1300 aabbccdd"),
    frame(0xB, "0300 0200 0000 0100" + "77" * 32), frame(0xB, "0300 0100 4d00 1300"),
]  # fmt: skip
OTHERS = [
    frame(0, "3104 0a00") + element(0, b"net") + element(46, "0f"), frame(1, "3104 0000 01c0") + element(1, "8284"),
    frame(2, f"3104 0a00 {POINT}"), frame(3, "3104 0000 02c0"), frame(10, "0800"), frame(12, "0700"),
]  # fmt: skip
PACKETS = [
    *(frame(8, BEACON + one) for one in [*ELEMENTS, *VENDORS, *EFFICIENT]),
    *(frame(8, BEACON + one, radio) for radio in (2412, 5180) for one in EFFICIENT[:2]),
    *(frame(0, struct.pack("<HH", 0x431, 10) + one) for one in (element(46, "ff"), VENDORS[1], VENDORS[2])),
    *ACTIONS, *AUTHENTICATION, *OTHERS,
]  # fmt: skip

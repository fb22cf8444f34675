"""PPP's control protocols: each option of LCP, IPCP, IPV6CP, CCP and the rarer ones, each code (RFC 1661 and others)."""

from __future__ import annotations

import struct

LINK = 9
LAYERS = ("lcp", "ipcp", "ipv6cp", "ccp", "bcp_ncp", "cbcp", "osinlcp", "pppmuxcp", "bacp", "pap", "chap", "mplscp", "cdpcp", "ppp")


def control(protocol: int, code: int, body: str | bytes, identifier: int = 1) -> bytes:
    body = bytes.fromhex(body) if isinstance(body, str) else body
    return b"\xff\x03" + struct.pack(">HBBH", protocol, code, identifier, 4 + len(body)) + body


def option(kind: int, value: str) -> str:
    return f"{kind:02x}{2 + len(bytes.fromhex(value)):02x}{value}"


LCP = [
    option(0, "00000c 07 0102"), option(1, "05dc") + option(2, "000a0000") + option(5, "12345678"), option(3, "c023"),
    option(3, "c22381") + option(3, "c22705"), option(4, "c027"), option(7, "") + option(8, ""),
    option(9, "07") + option(10, "04"), option(11, "0703") + option(13, "06") + option(13, "03 353535"),
    option(15, "") + option(16, "") + option(17, "05dc") + option(18, ""), option(19, "00"), option(19, "01 0102030405"),
    option(19, "02 0a000001"), option(19, "03 020000000001"), option(19, "04 1122334455667788"), option(19, "05 2b3121"),
    option(21, "01") + option(22, "0203"), option(23, "1234"), option(25, "02"), option(26, "01 02"), option(27, "02 04"),
    option(28, "0000006a 656e"), option(28, "0000006a 656e2d7573") + option(29, ""),
]
CALLBACK = [option(1, ""), option(2, "05 01 35353500"), option(3, "0a 01"), option(4, "0a 01 3100 01 3200")]
IPCP = [
    option(1, "0a000001 0a000002"), option(2, "002d 0f 01"), option(2, "0037 0f 00"), option(2, "0061 000f 000f 0100 0005 00a8"),
    option(2, "0061 000f 000f 0100 0005 00a8 0102 0202 0303 01"), option(2, "0003 000f 0000 00a8 0108 0000 0001 0002"),
    option(3, "0a000001") + option(4, "0a000003"), option(129, "08080808") + option(130, "08080809") + option(131, "08080404"),
    option(132, "0808040a"), option(2, "1234 aabb"),
]
CCP = [
    option(0, "00000c 01 "), option(1, "") + option(2, ""), option(3, "") + option(16, ""), option(17, "0001 04"),
    option(17, "0001 0400"), option(18, "01000060"), option(19, "03 0102"), option(20, ""), option(21, "2f"),
    option(23, "0001 03 02"), option(24, "a3 07"), option(25, "01"), option(26, "7800"), option(27, "1234 0400 0800"), option(27, "1234"),
]
BCP = [
    option(1, "0123") + option(2, "0124"), option(3, "01") + option(4, "01"), option(5, "01"), option(6, "020000000001"),
    option(7, "01 02"), option(8, "01"), option(9, ""), option(10, ""),
]
PACKETS = [
    *(control(0xC021, 1, one) for one in LCP), control(0xC021, 2, LCP[1]), control(0xC021, 3, LCP[2]), control(0xC021, 4, LCP[5]),
    control(0xC021, 0, "12345678 00000c 01 aabb"), control(0xC021, 5, b"bye"), control(0xC021, 6, ""), control(0xC021, 7, "2001 0004"),
    control(0xC021, 8, "8057 01 01 000e 010a 0200 5eff fe00 0001"), control(0xC021, 9, "12345678 aabb"), control(0xC021, 10, "12345678"),
    control(0xC021, 11, "00000000 00"), control(0xC021, 12, b"\x12\x34\x56\x78me"), control(0xC021, 13, b"\x12\x34\x56\x78\0\0\0\x3cms"),
    *(control(0xC029, 1, one) for one in CALLBACK), control(0xC029, 2, CALLBACK[1]), control(0xC029, 3, CALLBACK[0]),
    *(control(0x8021, 1, one) for one in IPCP), control(0x8057, 1, "010a 0200 5eff fe00 0001"), control(0x8057, 1, IPCP[3]),
    *(control(0x80FD, 1, one) for one in CCP), control(0x80FD, 14, "01"), control(0x80FD, 15, ""),
    *(control(0x8031, 1, one) for one in BCP), control(0x8023, 1, option(1, "04")), control(0x8059, 1, option(1, "0021")),
    control(0xC02B, 1, option(1, "12345678")), control(0x8207, 1, ""), control(0x8281, 1, ""), control(0x8281, 5, b"x"),
    control(0xC023, 1, b"\x03bob\x03pwd"), control(0xC023, 2, b"\x02ok"), control(0xC023, 3, b"\x02no"),
    control(0xC223, 1, b"\x04\1\2\3\4server"), control(0xC223, 2, b"\x04\5\6\7\x08client"), control(0xC223, 3, b"welcome"),
    control(0xC223, 4, b"E=691"),
]  # fmt: skip

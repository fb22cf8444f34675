"""PPP's bridged frames, links that join and leave a bundle, multiplexed packets, and a vendor's networks."""

from __future__ import annotations

from tests.crafted.ppp import control, option

LINK = 9
LAYERS = ("bcp_bpdu", "bap", "pppmux", "vsncp", "vsnp")
IP = "4500001c00000000400100000a0000010a000002 0800f7ff00000000"
BRIDGED = ("00 01 020000000004 020000000003 0800" + IP, "02 01 020000000004 020000000003 0800" + IP + "0000", "10 01 0000",
           "00 03 00 10 40 020000000004 020000000003 aaaa03", "40 00 01020304")  # fmt: skip
OPTIONS = (
    option(1, "0040 01") + option(3, ""), option(2, "0103 07 0205 353535 0304 3132 0904 aabb"), option(4, "62757379"),
    option(5, "1234") + option(6, "11 01"), option(5, "12") + option(9, "01"),
)
NETWORKS = (
    option(1, "05") + option(2, "03696d73036f7267") + option(3, "03") + option(4, "03 0102030405060708 0a000001"),
    option(4, "01 0a000002") + option(4, "02 0102030405060708") + option(7, "01") + option(8, "0a000001") + option(9, "05"),
    option(10, "0102") + option(11, "0102030405060708") + option(5, "80 8021 04 01020304 0003 00") + option(6, "02"),
    option(13, "0102") + option(1, "0102"),
)
MULTIPLEXED = (f"830049 61 02 6364 c01e0021 {IP} 1c {IP}", f"9d21 {IP} 1c {IP}")


def frame(protocol: int, said: str) -> bytes:
    return b"\xff\x03" + protocol.to_bytes(2, "big") + bytes.fromhex(said)


PACKETS = [
    *(frame(0x0031, said) for said in BRIDGED), *(control(0xC02D, 1, each) for each in OPTIONS[:3]),
    *(control(0xC02D, code, "00" + OPTIONS[3]) for code in (2, 4)), *(control(0xC02D, code, OPTIONS[4]) for code in (5, 9)),
    *(frame(0x0059, said) for said in MULTIPLEXED), *(control(0x805B, code, "00cf00" + each) for code, each in zip((1, 2, 3, 4), NETWORKS, strict=True)),
    control(0x805B, 5, "00cf00"), control(0x805B, 8, "00cf00 0102"), frame(0x005B, "05" + IP),
]  # fmt: skip

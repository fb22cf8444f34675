"""GSM on the air (GSMTAP) and between a base station and its controller (ip.access)."""

from __future__ import annotations

from tests.crafted.frames import Talk, udp

LAYERS = ("gsmtap", "gsm_a.ccch", "gsm_a.dtap", "lapdm", "gsm_ipa", "gsm_abis_rsl", "gsm_abis_oml")
X = bytes.fromhex
FILL = b"\x2b" * 16


def tap(kind: int, channel: int, said: bytes) -> bytes:
    """What a radio heard."""
    return udp(4000, 4729, bytes([2, 4, kind, 0, 0, 1, 0, 0, 0, 0, 0, 1, channel, 0, 0, 0]) + said)


def ipa(protocol: int, said: bytes) -> bytes:
    """A frame of ip.access."""
    return len(said).to_bytes(2, "big") + bytes([protocol]) + said


HEARD = [
    tap(1, 1, X("49061b000162f2200001c8030127475540e5040000002b")), tap(1, 2, X("1506210001f0") + FILL + b"\x2b"),
    tap(1, 3, X("42")), tap(1, 8, X("030101") + FILL), tap(1, 0x88, X("0000 03030149 0615") + FILL), tap(1, 7, X("0320 0d 062703") + FILL),
    tap(1, 9, X("0342 0d 830304") + FILL), tap(1, 8, X("013f 1d 0508 0262f220 0001") + FILL), tap(3, 0, bytes(20)), tap(1, 8, X("017301") + FILL),
]  # fmt: skip


def connection() -> list[bytes]:
    """A base station and its controller."""
    talk = Talk(40000, 3002)
    for said in (
        ipa(0, X("03 02 01 0b 02 00 0b 0003 050802")), ipa(0xFF, X("80800009 41 00 ff ff ff 01 02 03 04")), ipa(0xFE, X("00")),
        ipa(0xFE, X("01")) + ipa(0xFE, X("00")), ipa(0xEE, b"\0GET 1 foo"), ipa(0xFC, b"AUEP 1 *@mgw MGCP 1.0\r\n"),
        b"\xff\xff\x55",
    ):  # fmt: skip
        talk.asks(said)
    return talk.packets


PACKETS = HEARD + connection()

"""AX.25 and KISS: frames of each kind, with and without digipeaters."""

from __future__ import annotations

LAYERS = ("ax25", "ax25_kiss")


def station(name: str, number: int, bits: int) -> bytes:
    return bytes(ord(letter) << 1 for letter in name.ljust(6)) + bytes([number << 1 | bits])


TO, FROM = station("CQ", 0, 0xE0), station("N0CALL", 7, 0x61)
VIA = station("N0CALL", 7, 0x60) + station("WIDE1", 1, 0x60) + station("WIDE2", 2, 0xE1)
RESPONSE = station("G4ABC", 15, 0x60) + station("M0XYZ", 1, 0xE1)
IP = bytes.fromhex("4500001c00000000400100000a0000010a000002 0800f7ff00000000")
FRAMES = (
    TO + FROM + b"\x03\xf0!5132.00N/00007.00W-test", TO + VIA + b"\x13\xf0text", TO + FROM + b"\x03\xcc" + IP,
    TO + VIA + b"\x3f", RESPONSE + b"\x73", RESPONSE + b"\x31", RESPONSE + b"\x51",
    TO + FROM + b"\x34\xf0hello", RESPONSE + b"\x2a\xf0hi", TO + FROM + b"\x03\xc3data", TO + FROM + b"\x59",
)  # fmt: skip
MODEM = (b"\0" + FRAMES[0], b"\x11\x32", b"\x02\x3f", b"\x03\x0a", b"\x04\x01", b"\x05\0", b"\x06set", b"\x0c\x12\x34" + FRAMES[5],
         b"\x0e", b"\xff", b"\x08\x01")  # fmt: skip
PACKETS = [*FRAMES, *MODEM]
LINKS = [3] * len(FRAMES) + [202] * len(MODEM)

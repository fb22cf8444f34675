"""ZEP of both versions, DLSw and Couchbase: the heads of their messages."""

from __future__ import annotations

from tests.crafted.frames import Talk, udp

LAYERS = ("zep", "dlsw", "wpan", "couchbase")
FRAME = bytes.fromhex("4188 01 cdab 0100 0200 0102030405")
CHECK = 0
for octet in FRAME:
    CHECK ^= octet
    for _ in range(8):
        CHECK = CHECK >> 1 ^ 0x8408 if CHECK & 1 else CHECK >> 1
WHOLE = FRAME + CHECK.to_bytes(2, "little")
ONE = b"EX\x01\x0b" + bytes.fromhex("0102 01 ff") + bytes(7) + bytes([len(WHOLE)]) + WHOLE
TWO = b"EX\x02\x01\x0b" + bytes.fromhex("0102 01 ff e0000000 80000000 00000007") + bytes(10) + bytes([len(WHOLE)]) + WHOLE
SWITCH, STORE = Talk(50000, 2065), Talk(50001, 11210)
SWITCH.asks(bytes.fromhex("31 10 0000 00000001 00000002 0000 1d 00"))
STORE.asks(bytes.fromhex("80 00 0003 00 00 0001 00000003 0000000a 0000000000000000") + b"key")
STORE.answers(bytes.fromhex("81 00 0000 04 00 0000 00000008 0000000a 0000000000000001 00000000") + b"abcd")
PACKETS = [udp(50000, 17754, ONE), udp(50000, 17754, TWO), udp(50000, 17754, b"EX\x02\x02\0\0\0\5"), *SWITCH.packets, *STORE.packets]

"""AUTOSAR network management: frames of CAN whose identifier is 0, of all lengths and with each flag."""

from __future__ import annotations

LAYERS = ("can", "canfd", "autosar-nm")
CAN = ("00000000 08 000000 4345aabbccddeeff", "00000000 02 000000 017f", "00000000 01 000000 05", "00000000 00 000000",
       "80000000 03 000000 02fe07", "40000000 03 000000 010203", "20000000 08 000000 0102030405060708",
       "00000800 02 000000 0102", "80000001 02 000000 0102",
       "00000000 02 000000 0102 0000")  # fmt: skip
SLL = "0000 0001 0000 0000000000000000"  # and the protocol: CAN 000c, CAN FD 000d
COOKED = (f"{SLL} 000c 00000000 03 000000 0145aa", f"{SLL} 000d 00000000 03 000000 0145aa", f"{SLL} 000c 01000000 02 000000 0145",
          f"{SLL} 000d 00000000 01 000000 01")  # fmt: skip
PACKETS = [bytes.fromhex(text) for text in (*CAN, *COOKED)]
LINKS = [227] * len(CAN) + [113] * len(COOKED)

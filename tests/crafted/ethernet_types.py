"""Ethernet frames by what stands for type or length: nothing, lengths, an invalid number, an unknown type."""

from __future__ import annotations

LAYERS = ("eth", "llc", "data")
ADDRESSES = bytes.fromhex("020000000002 020000000001")
PACKETS = [ADDRESSES + bytes.fromhex(text) for text in ("0000" + "00" * 46, "0000" + bytes(range(46)).hex(), "0003 424203" + "00" * 43,
           "05dd" + "00" * 46, "9999" + "01" * 46, "0000")]  # fmt: skip

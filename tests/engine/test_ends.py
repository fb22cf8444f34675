"""A packet that ends too early: the capture's fault and the packet's own are told apart."""

from __future__ import annotations

import io
import struct

import pytest

import dissect
from tests.capture.files import pcap

IP = bytes.fromhex("4500 0028 0001 0000 40 06 0000 c0000201 c0000202".replace(" ", ""))
TCP = struct.pack(">HHIIBBHHH", 1, 2, 0, 0, 0x50, 2, 0, 0, 0)
NAMES = ["_ws.short", "_ws.malformed", "_ws.col.Info"]


@pytest.mark.parametrize(("on_the_wire", "short"), [(40, True), (32, False)])
def test_who_cut_it(on_the_wire: int, short: bool) -> None:
    """32 octets of an IP packet of 40: by the snap length, or because no more were ever sent."""
    file = pcap([(0, 0, (IP + TCP)[:32], on_the_wire)], network=101)
    with dissect.open(io.BytesIO(file)) as cap:
        notes = [(note.severity, note.group) for note in cap[0].notes]
        row = cap.table(NAMES).to_pylist()[0]
    text = "Packet size limited during capture" if short else "Malformed Packet"
    assert (("note", "Undecoded") in notes, ("error", "Malformed") in notes) == (short, not short)
    assert (bool(row["_ws.short"]), bool(row["_ws.malformed"])) == (short, not short)
    assert f"[{text}]" in row["_ws.col.Info"]

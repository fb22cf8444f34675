"""Application parts carry what a mobile says to its core."""

from __future__ import annotations

from pathlib import Path

import dissect
from tests.handmade import sctp, write


def test_a_registration_in_ngap(tmp_path: Path) -> None:
    """3GPP TS 38.413, section 9.2.5.1: the element 38 of an initial message is the mobile's."""
    registration = "7e004171000d0100f110f0ff000010325476982e02f0f0"
    body = "000002 0055 00 02 0001 0026 00 18 17" + registration
    packet = sctp(60, f"000f40 {len(bytes.fromhex(body)):02x} {body}")
    write(tmp_path / "one.pcap", made={"ngap": (packet,)})
    with dissect.open(tmp_path / "one.pcap") as capture:
        assert capture[0].protocols.endswith(":ngap:nas-5gs")
        held = capture[0].layers[-1]
        assert (held.start + held.size, held.size) == (len(packet) - (-len(bytes.fromhex(body)) - 4) % 4, 23)

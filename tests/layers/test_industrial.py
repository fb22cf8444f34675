"""ISO transport with S7, IEC 104, DNP3, EtherNet/IP with CIP."""

from __future__ import annotations

from tests.layers.link_bytes import layer_values
from tests.layers.mutated import raises_nothing

CONNECT = "03000016 11 e0 0000 0001 00 c0010a c1020100 c2020102"
SETUP = "03000019 02f080 3201 0000 0001 0008 0000 f0 00 0001 0001 01e0"
APDUS = "680407000000" + "680e 0200 0400 64 01 06 00 0100 000000 14"
FRAME = "0564 0b c4 0400 0300 e42b" + "c0 c0 01 3c0206 54e0"
REGISTER = "6500 0400 00000000 00000000 0000000000000000 00000000 0100 0000"
ASKED = (
    "6f00 1800 01000000 00000000 0000000000000000 00000000 00000000 0a00 0200 0000 0000 b200 0800 0e 03 2001 2401 3007"
)


def test_connections_of_transport() -> None:
    found = layer_values("tpkt", bytes.fromhex(CONNECT))
    assert (found["cotp.type"], found["cotp.srcref"], found["cotp.tpdu_size"]) == ([0xE], [1], [1024])
    assert found["cotp.dst-tsap"] == ["0x0102"]


def test_a_job_of_s7() -> None:
    found = layer_values("tpkt", bytes.fromhex(SETUP))
    assert (found["s7comm.param.func"], found["s7comm.param.pdu_length"]) == ([0xF0], [480])


def test_apdus() -> None:
    found = layer_values("iec60870_104", bytes.fromhex(APDUS))
    assert (found["iec60870_104.type"], found["iec60870_104.utype"]) == ([3, 0], [1])
    assert (found["iec60870_104.tx"], found["iec60870_104.rx"]) == ([1], [2])
    assert (found["iec60870_asdu.typeid"], found["iec60870_asdu.causetx"]) == ([100], [6])


def test_frames() -> None:
    found = layer_values("dnp3", bytes.fromhex(FRAME + FRAME))
    assert (found["dnp3.dst"], found["dnp3.src"]) == ([4, 4], [3, 3])
    assert found["dnp3.al.func"] == [1, 1]


def test_encapsulation() -> None:
    found = layer_values("enip", bytes.fromhex(REGISTER + ASKED))
    assert (found["enip.command"], found["enip.rs.version"]) == ([0x65, 0x6F], [1])
    assert (found["cip.sc"], found["cip.epath"]) == ([0x0E], [bytes.fromhex("200124013007")])


def test_changed_bytes_raise_nothing() -> None:
    texts = (("tpkt", CONNECT), ("tpkt", SETUP), ("iec60870_104", APDUS), ("dnp3", FRAME + FRAME), ("enip", ASKED))
    for layer, text in texts:
        raises_nothing(layer, bytes.fromhex(text))

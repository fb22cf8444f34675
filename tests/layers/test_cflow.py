"""NetFlow and IPFIX."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values
from tests.layers.test_longtail import udp

RECORD = "0a000001 0a000002 00000000 0003 0004 00000005 00000640 000003e8 000007d0 0050 c000"


def test_version_5() -> None:
    body = "0005 0001 000927c0 59682f00 00000001 00000007 01 02 4064" + RECORD + "00 1b 06 00 fde8 fde9 18 10 0000"
    found = values(101, udp(body, 2055))
    assert found["cflow.sysuptime"] == [600_000 * 10**6]
    assert found["cflow.timestamp"] == [1500000000 * 10**9 + 1]
    assert (found["cflow.samplingmode"], found["cflow.samplerate"]) == ([1], [100])
    assert (found["cflow.timedelta"], found["cflow.octets"]) == ([10**9], [1600])
    assert (found["cflow.srcas"], found["cflow.dstmask"]) == ([65000], [16])
    assert tree(101, udp(body, 2055)).info == "total: 1 (v5) flow"


TEMPLATE = "0000 0014 0190 0003 0008 0004 0001 0004 0052 0003"


def test_version_9_reads_what_its_template_describes() -> None:
    body = "0009 0003 000927c0 59682f00 00000007 00000009" + TEMPLATE
    found = values(101, udp(body + "0190 0010 0a000001 00000010 657468 00", 2055))
    assert (found["cflow.srcaddr"], found["cflow.octets"]) == ([0x0A000001], [16])
    assert (found["cflow.if_name"], found["cflow.padding"]) == (["eth"], [b"\0"])


def test_records_of_an_unknown_template_stay_bytes() -> None:
    result = tree(101, udp("0009 0001 000927c0 59682f00 00000007 00000009 0190 0008 0a000001", 2055))
    assert "cflow.no_template_found" in [note.name for layer in result.layers for note in layer.notes]


def test_ipfix_with_a_variable_length() -> None:
    template = "0002 0010 012c 0002 0052 ffff 0004 0001"
    body = f"000a 002a 59682f00 00000007 00000009 {template} 012c 000a 02 6565 06 00 11"
    found = values(101, udp(body, 4739))
    assert found["cflow.if_name"] == ["ee"]
    assert found["cflow.protocol"] == [6, 17]


def test_an_ipfix_template_that_repeats_without_end() -> None:
    count = "ffff"
    result = tree(101, udp(f"000a 0030 59682f00 00000007 00000009 0002 0010 012c {count} 0052 ffff 0004 0001", 4739))
    assert result.layers[-1].notes

"""NetBIOS names and datagrams, byte for byte."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree, layer_values

WPAD = b"\x20FHFAEBEECACACACACACACACACACACAAA\0"
QUERY = bytes.fromhex("000101100001000000000000") + WPAD + b"\0\x20\0\1"


def test_a_query() -> None:
    found = layer_values("nbns", QUERY)
    assert found["nbns.name"] == ["WPAD<00>"] and found["nbns.type"] == [32] and found["nbns.flags.broadcast"] == [True]
    assert layer_tree("nbns", QUERY).info == "Name query NB WPAD<00>"


def test_answers_with_a_pointer_and_names_of_a_node() -> None:
    record = bytes.fromhex("c00c 0020 0001 0000012c 0006 6000 0a000001")
    found = layer_values("nbns", bytes.fromhex("000229100001000000000001") + WPAD + b"\0\x20\0\1" + record)
    assert found["nbns.name"] == ["WPAD<00>", "WPAD<00> (Workstation/Redirector)"]
    assert found["nbns.addr"] == [0x0A000001]
    names = b"\2" + b"HOST           \0\x04\0" + b"GROUP          \x1e\x84\0" + bytes(46)
    status = bytes.fromhex("000384000000000100000000") + WPAD + bytes.fromhex("0021 0001 00000000 0053") + names
    found = layer_values("nbns", status)
    assert found["nbns.netbios_name"] == ["HOST", "GROUP"] and found["nbns.name_flags.group"] == [False, True]
    assert found["nbns.session_data_packet_size"] == [0]


def test_pointer_loops_and_lying_counts() -> None:
    assert "_ws.malformed" in layer_values("nbns", QUERY[:12] + b"\xc0\x0c\0\x20\0\1")
    assert "_ws.malformed" in layer_values("nbns", b"\0\1\x84\0\0\0\xff\xff\0\0\0\0" + WPAD)


def test_a_datagram() -> None:
    datagram = bytes.fromhex("11020007 0a000001 008a 0048 0000") + WPAD + WPAD + b"body"
    found = layer_values("nbdgm", datagram)
    assert found["nbdgm.source_name"] == ["WPAD<00>"] and found["nbdgm.dgram_len"] == [72]
    assert [layer.layer.name for layer in layer_tree("nbdgm", datagram).layers] == ["nbdgm", "data"]

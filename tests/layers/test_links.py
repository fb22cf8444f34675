"""Link layers that few captures have: what is in packets made for each, as Wireshark names it."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

import dissect
from dissect.engine.record import ENCAPSULATIONS
from tests.engine import test_every_byte, test_row_equals_column
from tests.layers.link_bytes import tree, values

PACKETS = (
    (
        189,
        "efbeadde0088ffff530280030100003c00105e5f0000000040e201008dffffff12000000000000008006000100001200",
        "usb",
    ),
    (
        189,
        "efbeadde0088ffff4302800301002d0000105e5f0000000040e2010000000000120000001200000000000000000000001201"
        "0002000000406d0415c0001001020001",
        "usb",
    ),
    (
        189,
        "efbeadde0088ffff530200030100003c00105e5f0000000040e201008dffffff00000000000000000009010000000000",
        "usb",
    ),
    (
        189,
        "efbeadde0088ffff4302000301002d3e00105e5f0000000040e201000000000000000000000000000000000000000000",
        "usb",
    ),
    (
        189,
        "efbeadde0088ffff530280030100003c00105e5f0000000040e201008dffffff12000000000000008006000209041200",
        "usb",
    ),
    (
        189,
        "efbeadde0088ffff5301810301002d3c00105e5f0000000040e201008dffffff08000000000000000000000000000000",
        "usb",
    ),
    (
        189,
        "efbeadde0088ffff4301810301002d0000105e5f0000000040e2010000000000080000000800000000000000000000000102"
        "030405060708",
        "usb",
    ),
    (
        189,
        "efbeadde0088ffff5303020301002d0000105e5f0000000040e201008dffffff050000000500000000000000000000006865"
        "6c6c6f",
        "usb",
    ),
    (
        189,
        "efbeadde0088ffff4303020301002d3e00105e5f0000000040e201000000000005000000000000000000000000000000",
        "usb",
    ),
    (
        189,
        "efbeadde0088ffff530280030100003c00105e5f0000000040e201008dffffff4000000000000000a101000300004000",
        "usb",
    ),
    (
        189,
        "efbeadde0088ffff530200030100000000105e5f0000000040e201008dffffff0400000004000000210a0000000004006162"
        "6364",
        "usb",
    ),
    (
        189,
        "efbeadde0088ffff4300820301002d0000105e5f0000000040e20100000000000c0000000c00000000000000020000006162"
        "636465666768696a6b6c",
        "usb",
    ),
    (
        220,
        "efbeadde0088ffff530280030100003c00105e5f0000000040e201008dffffff120000000000000080060001000012000800"
        "0000640000000002000000000000",
        "usb",
    ),
    (
        249,
        "1c007856341200aaffff0000000008000002000500800208000000008006000100001200",
        "usb",
    ),
    (
        249,
        "1c007856341200aaffff00000000080001020005008002120000000112010002000000406d0415c0001001020001",
        "usb",
    ),
    (249, "1c007856341200aaffff000000000800010200050080020000000002", "usb"),
    (249, "1b007856341200aaffff0000000009000002000500810100000000", "usb"),
    (249, "1b007856341200aaffff000000000900010200050081010400000001020304", "usb"),
    (249, "1b007856341200aaffff000000000900000200050002030500000068656c6c6f", "usb"),
    (
        249,
        "3f007856341200aaffff000000000a0001020005008300080000006400000002000000000000000000000004000000000000"
        "000000000004000000000000006162636465666768",
        "usb",
    ),
    (195, "418833ff01ffff00000912fcff000001d158c50d00006f0d004e54", "wpan:zbee_nwk"),
    (195, "02001786d1", "wpan"),
    (195, "0080c4b9df0000ffcf000000220884f7a2ab0a6f0d00ffffff0014fd", "wpan:zbee_beacon"),
    (195, "6988aab9df000001000d120000003031323334353637383961624f82", "wpan:data"),
    (230, "418833ff01ffff00000912fcff000001d158c50d00006f0d00", "wpan:zbee_nwk"),
    (230, "020017", "wpan"),
    (230, "0080c4b9df0000ffcf000000220884f7a2ab0a6f0d00ffffff00", "wpan:zbee_beacon"),
    (230, "6988aab9df000001000d12000000303132333435363738396162", "wpan:data"),
    (187, "01030c00", "bluetooth:hci_h4:bthci_cmd"),
    (187, "040e0401030c00", "bluetooth:hci_h4:bthci_evt"),
    (187, "0240200700030004000a0300", "bluetooth:hci_h4:bthci_acl:btl2cap:btatt"),
    (187, "0240200c00080001000201040001004000", "bluetooth:hci_h4:bthci_acl:btl2cap"),
    (187, "02401004007a7a7a7a", "bluetooth:hci_h4:bthci_acl"),
    (187, "0340000461626364", "bluetooth:hci_h4:bthci_sco"),
    (187, "0240200c00080006000103000110070703", "bluetooth:hci_h4:bthci_acl:btl2cap:btsmp"),
    (201, "0000000001030c00", "bluetooth:hci_h4:bthci_cmd"),
    (201, "00000001040e0401030c00", "bluetooth:hci_h4:bthci_evt"),
    (201, "000000010240200700030004000a0300", "bluetooth:hci_h4:bthci_acl:btl2cap:btatt"),
    (201, "000000000240200c00080001000201040001004000", "bluetooth:hci_h4:bthci_acl:btl2cap"),
    (201, "0000000102401004007a7a7a7a", "bluetooth:hci_h4:bthci_acl"),
    (201, "000000000340000461626364", "bluetooth:hci_h4:bthci_sco"),
    (201, "000000010240200c00080006000103000110070703", "bluetooth:hci_h4:bthci_acl:btl2cap:btsmp"),
    (
        252,
        "000c000469700000000000004500001e000100004011f6cd0a0000010a0000029c409c41000a00006162",
        "exported_pdu:ip:udp:data",
    ),
    (
        252,
        "000c0004646e7300001400040a000001001500040a00000200180004000000030019000400000035001a0004000003e8001e"
        "00040000000700000000000181800001000000000000016103636f6d0000010001",
        "exported_pdu:dns",
    ),
    (252, "000d00047800000000000000616263", "exported_pdu"),
    (
        6,
        "1040c000ffffffff0000f6b9ad00aaaa0300000008004500001e000100004011f6cd0a0000010a0000029c409c41000a0000"
        "6162",
        "tr:llc:ip:udp:data",
    ),
    (6, "1800c000000000080000f6b9ad00001200050000000000000000000000000000", "tr:trmac"),
    (
        10,
        "50000102030405060708090a0baaaa0300000008004500001e000100004011f6cd0a0000010a0000029c409c41000a000061"
        "62",
        "fddi:llc:ip:udp:data",
    ),
    (10, "41000102030405060708090a0b0102", "fddi:data"),
    (
        117,
        "3d020000656d3000000000000000000000000000727300000000000000000000000000000000000100000002000000030000"
        "00040000000500000006010000004500001e000100004011f6cd0a0000010a0000029c409c41000a00006162",
        "pflog:ip:udp:data",
    ),
    (
        109,
        "0000000200001234000004004500001e000100004011f6cd0a0000010a0000029c409c41000a00006162",
        "enc:ip:udp:data",
    ),
    (16, "4500001e000100004011f6cd0a0000010a0000029c409c41000a00006162", "clip:ip:udp:data"),
    (
        122,
        "1000000102030405100000060708090aaaaa0300000008004500001e000100004011f6cd0a0000010a0000029c409c41000a"
        "00006162",
        "ipfc:llc:ip:udp:data",
    ),
    (114, "ff1081", "llap"),
    (147, "4500001e000100004011f6cd0a0000010a0000029c409c41000a00006162", "user_dlt:data"),
    (204, "00ff0300214500001e000100004011f6cd0a0000010a0000029c409c41000a00006162", "ppp:ip:udp:data"),
    (
        51,
        "11000001001600214500001e000100004011f6cd0a0000010a0000029c409c41000a00006162",
        "pppoes:ppp:ip",
    ),
    (140, "818000", "mtp2"),
    (139, "00000001818000", "mtp2"),
    (
        253,
        "000403380000000000000000000000002400000002000000010000004d000000feffffff1400000012000103010000000000"
        "0000",
        "netlink",
    ),
    (
        253,
        "000403380000000000000000000000001400000003000200010000004d00000000000000",
        "netlink:data",
    ),
    (203, "029301020801010504", "lapd:data"),
    (203, "00a37f", "lapd"),
    (177, "00040000000000000000000000000030029301020801010504", "lapd:data"),
    (177, "0004000000000000000000000000003000a37f", "lapd"),
    (
        123,
        "02000064aaaa0300000008004500001e000100004011f6cd0a0000010a0000029c409c41000a00006162",
        "atm:llc:ip:udp:data",
    ),
    (123, "82000005090300000000000000000000", "atm:llc:data"),
    (
        123,
        "01000021000100000000000000000000000008004500001e000100004011f6cd0a0000010a0000029c409c41000a00006162",
        "atm:lane:eth:ethertype:ip:udp:data",
    ),
)  # fmt: skip


def block(kind: int, body: bytes) -> bytes:
    """A pcapng block."""
    body += b"\0" * (-len(body) % 4)
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them in one file, an interface for each."""
    blocks = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
    blocks += [block(1, struct.pack("<HHI", link, 0, 0)) for link, _, _ in PACKETS]
    for number, (_, text, _) in enumerate(PACKETS):
        data = bytes.fromhex(text)
        blocks.append(block(6, struct.pack("<IIIII", number, 0, number, len(data), len(data)) + data))
    path = tmp_path_factory.mktemp("links") / "links.pcapng"
    path.write_bytes(b"".join(blocks))
    return path


@pytest.mark.parametrize(("link", "text", "protocols"), PACKETS, ids=range(len(PACKETS)))
def test_protocols(link: int, text: str, protocols: str) -> None:
    assert tree(link, text).protocols == protocols


def test_both_evaluators_and_every_byte(capture: Path) -> None:
    names = [f.name for f in dissect.fields() if f.name and f.layer not in ("_ws.expert", "pathmtu")]
    test_row_equals_column.check(capture, names)
    test_every_byte.check(capture)


def test_every_link_type_has_an_encapsulation() -> None:
    assert all(ENCAPSULATIONS.get(link) for link, _, _ in PACKETS)


def test_a_usb_device_tells_what_it_is() -> None:
    found = values(PACKETS[1][0], PACKETS[1][1])
    assert (found["usb.idVendor"], found["usb.idProduct"]) == ([0x046D], [0xC015])
    assert (found["usb.src"], found["usb.dst"]) == (["1.3.0"], ["host"])


def test_a_wrong_check_sequence_leaves_the_payload_alone() -> None:
    frame = "418833ff01ffff00000912fcff000001d158c50d00006f0d000000"
    found = values(195, frame)
    assert found["wpan.fcs_ok"] == [False]
    assert "zbee_nwk.src" not in found


def test_token_ring_route() -> None:
    frame = "1040c000ffffffff8000f6b9ad0006300011 0022 aaaa03000000 0800"
    assert values(6, frame)["tr.rif"] == ["001-1-002"]


def test_fddi_addresses_are_turned_round() -> None:
    assert values(10, "50000102030405060708090a0b")["fddi.dst"] == [bytes.fromhex("0080 40c0 20a0")]


def test_exported_pdu_of_a_protocol_nobody_knows() -> None:
    assert values(252, "000c0004 61626300 0000 0000 0102")["exported_pdu.exported_pdu"] == [b"\1\2"]


def test_virtual_machines() -> None:
    head = "0300000000000000 0200000000000000 00040000 15cd5b07 0400 0200 2c00 0000"
    virtio = "0300000000000000 0200000000000000 00040000 15cd5b07 02000000 0100 0500 00000000 00000400 00000000"
    found = values(271, head + virtio + "6869")
    assert (found["vsock.dst_port"], found["vsock.virtio.op"]) == ([123456789], [5])
    assert found["vsock.payload"] == [b"hi"]

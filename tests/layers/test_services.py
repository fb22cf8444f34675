"""Services of a port: what is asked and answered in a few octets or lines."""

from __future__ import annotations

import random
import struct
from typing import Any

import pytest

from tests.layers.link_bytes import layer_tree, layer_values, tree, values

GIT = b"000ehello two\n0000"
TACACS = bytes([0xC0, 1, 1, 1]) + struct.pack(">II", 77, 25) + bytes([1, 1, 2, 1, 3, 4, 5, 5]) + b"bobtty01.2.3secrt"
PING = bytes.fromhex("0600ff06 000011be 80010000")
SESSION = bytes.fromhex("0600ff07 06c0 01020304 01000000 0400 41424344")
BIND = struct.pack(">IIII", 32, 9, 0, 1) + b"me\0pw\0T\0\x34\1\1\0" + b"\0\0\0\0"
MAP = bytes.fromhex("0201000000000e10") + bytes(16) + b"N" * 12 + bytes.fromhex("06000000 0050 0000") + bytes(16)
QUERY = bytes.fromhex("0102001c 00000001") + bytes(12) + b"\1\2\3\4http://a/\0"
ADVERT = bytes.fromhex("20001234 01020304") + b"application/sdp\0v=0\r\n"
ACTIVE = bytes.fromhex("010014 01 01020304 000000 20 e0010101 05060708")
HL7 = b"\x0bMSH|^~\\&|A|B|C|D|2020||ADT^A01|1\rPID|1||x\r\x1c\r"
CREATE = b"CRCX 1204 aaln/1@gw MGCP 1.0\nC: A3\nX: 12\n\nv=0\n"
NEIGHBOUR = bytes.fromhex("00000001 0001 0006 010203040506 0005 0002 6162")
WILLING = b"\0\1\0\5\0\x10\0\0\0\4host\0\6status"
MENU = b"1Dir\t/dir\thost\t70\r\n.\r\n"
ALL = {
    "git": GIT, "tacplus": TACACS, "rmcp": SESSION, "smpp": BIND, "portcontrol": MAP, "icp": QUERY, "sap": ADVERT,
    "msdp": ACTIVE, "hl7": HL7, "mgcp": CREATE, "mndp": NEIGHBOUR, "xdmcp": WILLING, "gopher": MENU,
    "rlogin": b"me\0you\0xterm/38400\0", "rsh": b"1022\0me\0you\0ls\0", "epmd": b"w\0\x1f\x90M\0\0\5\0\5\0\4node\0\0",
    "rsync": b"@RSYNCD: 31.0\n", "tacacs": b"\0\1\x12\x34\3\5bobhello", "echo": b"hello", "time": b"\xe3\0\1\2",
    "lpd": b"\2lp\n", "icap": b"OPTIONS icap://h/x ICAP/1.0\r\n\r\n", "nntp": b"200 ok\r\n", "whois": b"a\r\nb\r\n",
}  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "data", "field", "expected"),
    [
        ("git", GIT, "git.data", [b"hello two\n"]),
        ("git", GIT, "git.packet_type", [0]),
        ("tacplus", TACACS, "tacplus.session_id", [77]),
        ("rmcp", PING, "asf.type", [0x80]),
        ("rmcp", SESSION, "ipmi_session.id", [0x04030201]),
        ("smpp", BIND, "smpp.system_id", ["me"]),
        ("portcontrol", MAP, "portcontrol.map.internal_port", [80]),
        ("portcontrol", b"\0\x82" + bytes(6) + b"\0\x50\x1f\x90\0\0\0\1", "nat-pmp.external_port", [8080]),
        ("icp", QUERY, "icp.url", ["http://a/"]),
        ("sap", ADVERT, "sdp.version", ["0"]),
        ("msdp", ACTIVE, "msdp.sa.group_addr", [0xE0010101]),
        ("hl7", HL7, "hl7.message.type", ["ADT"]),
        ("mndp", NEIGHBOUR, "mndp.identity", ["ab"]),
        ("xdmcp", WILLING, "xdmcp.hostname", ["host"]),
        ("mgcp", CREATE, "mgcp.param.callid", ["A3"]),
    ],
)
def test_fields(layer: str, data: bytes, field: str, expected: list[object]) -> None:
    assert layer_values(layer, data)[field] == expected


def datagram(port: int, text: bytes, to_server: bool = True) -> str:
    ports = (40000, port) if to_server else (port, 40000)
    udp = struct.pack(">HHHH", *ports, 8 + len(text), 0) + text
    ip = struct.pack(">BBHHHBBH8s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, bytes(8))
    return (ip + udp).hex()


def found(port: int, text: bytes, field: str, to_server: bool = True) -> list[Any]:
    return values(101, datagram(port, text, to_server)).get(field, [])


def test_the_side_that_speaks_tells_question_from_answer() -> None:
    assert found(37, b"\xe3\0\1\2", "time.time", to_server=False) == [0xE3000102]
    assert found(37, b"\xe3\0\1\2", "time.time") == []
    assert found(13, b"Monday\r\n", "daytime.response_request", to_server=False) == [True]


def test_a_shell_command_is_taken_apart() -> None:
    tcp = struct.pack(">HHIIBBHHH", 1023, 514, 1, 1, 0x50, 0x18, 100, 0, 0) + b"1022\0me\0you\0ls\0"
    ip = struct.pack(">BBHHHBBH8s", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0, bytes(8))
    assert values(101, (ip + tcp).hex())["rsh.command"] == ["ls"]
    assert tree(101, (ip + tcp).hex()).info == "Session Establishment"


def test_changed_bytes_raise_nothing() -> None:
    chance = random.Random(12)
    for layer, text in ALL.items():
        for _ in range(120):
            data = bytearray(text)
            for _ in range(3):
                data[chance.randrange(len(data))] = chance.randrange(256)
            layer_tree(layer, bytes(data[: chance.randrange(len(data) + 1)]))

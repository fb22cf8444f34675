"""Services of a port: what is asked and answered in a few octets or lines."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from tests.layers.link_bytes import layer_values, tree, values
from tests.layers.mutated import raises_nothing

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
GIOP = b"GIOP\1\2\1\0" + struct.pack("<II", 8, 5) + b"\3\0\0\0"
FIX = b"8=FIX.4.2\x019=5\x0135=0\x0110=161\x01"
BATCH = bytes([1, 1, 0, 14, 0, 0, 1, 0]) + "sel".encode("utf-16-le")
PING_BITCOIN = b"\xf9\xbe\xb4\xd9ping" + bytes(8) + struct.pack("<I", 8) + b"abcd12345678"
RTPS = b"RTPS\2\1\1\x0f" + b"G" * 12 + b"\7\1\x1c\0\0\0\4\xc7\0\0\4\xc2" + bytes(20)
NBD = struct.pack(">IIQQI", 0x25609513, 0, 7, 4096, 512)
LOGIN = bytes([0x43, 0x87, 0, 0, 0, 0, 0, 4]) + bytes(8) + struct.pack(">I", 9) + bytes(28) + b"a=b\0"
OFFER = bytes.fromhex(
    "ffff8100 00000024 0001 0002 01 01 02 00 c0000000 00000010 01000010 12340001 01000005 00000000 00000000"
)
SEEK = b"\2\1\0\0\x20\0\0\0\0\0\0\7\0\2en\0\0\0\x09service:x\0\0\0\0\0\0"
HANGUP = bytes.fromhex("8005 0003 00000064 01 02 06 05 16 04") + b"bye!"
PLUG = bytes(o ^ k for o, k in zip(b"{}", (171, 171 ^ ord("{")), strict=True))
JOIN = bytes.fromhex("00 104200 0001 0000 00000001 05 000b 00 0014 0001 00 002c 0002 6162")
HART = bytes.fromhex("01 00 00 00 0001 000d 0100007530")
MEASURED = struct.pack(">HH", 0, 9) + b"host\0" + struct.pack(">HHHBd", 6, 15, 1, 1, 1.5)
ASSOCIATE = b"\1\0\0\0\0\x44\0\1\0\0" + b"CALLED".ljust(16) + b"CALLING".ljust(16) + bytes(32)
ROUTE = bytes.fromhex("0100 00 02 00000005 0a000001 00000007 0a000002 00000009")
LINKS = bytes.fromhex("001c 0001 01 05 0018 0a000001 01 00 0002 0000 05 03 06 00 0008 0a000002")
ALL = {
    "capwap": JOIN, "hart_ip": HART, "collectd": MEASURED, "dicom": ASSOCIATE, "aodv": ROUTE, "olsr": LINKS,
    "gearman": b"\0REQ" + struct.pack(">II", 1, 4) + b"func", "isns": struct.pack(">HHHHHH", 1, 2, 0, 0x8C00, 7, 0),
    "omron": bytes.fromhex("800002000100000200050101820000"), "kip": bytes.fromhex("0610020100080000"),
    "krb4": b"\4\2bob\0\0REALM\0\0\0\0\0\1krbtgt\0REALM\0", "tsp": bytes.fromhex("0101000100000000000000006100"),
    "giop": GIOP, "fix": FIX, "tds": BATCH, "bitcoin": PING_BITCOIN, "rtps": RTPS, "nbd": NBD, "iscsi": LOGIN,
    "someip": OFFER, "srvloc": SEEK, "iax2": HANGUP, "tplink-smarthome": PLUG, "quake": b"\x80\0\0\x0c\1QUAKE\0\3",
    "quake3": b"\xff\xff\xff\xffgetinfo", "edonkey": b"\xe3\x01ab", "bjnp": b"BJNP\1\1" + bytes(10),
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
        ("capwap", JOIN, "capwap.message_element.type", [20, 44]),
        ("hart_ip", HART, "hart_ip.transaction_id", [1]),
        ("collectd", MEASURED, "collectd.data.host", ["host", "host"]),
        ("dicom", ASSOCIATE, "dicom.assoc.ae.called", ["CALLED".ljust(16)]),
        ("aodv", ROUTE, "aodv.dest_seqno", [7]),
        ("krb4", b"\4\2bob\0\0REALM\0\0\0\0\0\1krbtgt\0REALM\0", "krb4.s_name", ["krbtgt"]),
        ("giop", GIOP, "giop.request_id", [5]),
        ("fix", FIX, "fix.MsgType", ["0"]),
        ("fix", FIX, "fix.checksum_good", [True]),
        ("tds", BATCH, "tds.query", ["sel"]),
        ("bitcoin", PING_BITCOIN, "bitcoin.command", ["ping"]),
        ("rtps", RTPS, "rtps.sm.wrEntityId", [0x4C2]),
        ("nbd", NBD, "nbd.from", [4096]),
        ("iscsi", LOGIN, "iscsi.keyvalue", ["a=b"]),
        ("someip", OFFER, "someipsd.entry.serviceid", [0x1234]),
        ("srvloc", SEEK, "srvloc.srvreq.srvtypelist", ["service:x"]),
        ("iax2", HANGUP, "iax2.iax.cause", ["bye!"]),
        ("tplink-smarthome", PLUG, "tplink_smarthome.msg", ["{}"]),
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
    for layer, text in ALL.items():
        raises_nothing(layer, text, 120)

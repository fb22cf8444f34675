"""NetBIOS sessions, SMB 1 with mail slots, SMB 2."""

from __future__ import annotations

import struct

from tests.layers.link_bytes import layer_tree, layer_values
from tests.layers.mutated import raises_nothing

SLOT = (
    "ff534d42 25 00000000 00 0000 0000 0000000000000000 0000 0000 0000 0000 0000"
    "11 0000 0b00 0000 0000 00 00 0000 e8030000 0000 0000 0000 0b00 5600 03 00 0100 0100 0200 1c00"
) + (b"\\MAILSLOT\\BROWSE\0" + b"\x02\x00DJP95S0J\0").hex()


def smb2(command: int, body: bytes, flags: int = 0, chain: int = 0) -> bytes:
    head = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 1, 0, command, 31, flags, chain, 5, 0xFEFF, 7, 9, bytes(16))
    return head + body


NAME = "\\\\s\\c".encode("utf-16-le")
CONNECT = smb2(3, struct.pack("<HHHH", 9, 0, 72, len(NAME)) + NAME)


def session(message: bytes) -> bytes:
    return struct.pack(">I", len(message)) + message


def test_a_mail_slot() -> None:
    found = layer_values("smb", bytes.fromhex(SLOT))
    assert (found["smb.cmd"], found["smb.timeout"], found["smb.sc"]) == ([0x25], [1000], [3])
    assert (found["smb.error_code"], found["smb.trans_name"]) == ([0], ["\\MAILSLOT\\BROWSE"])
    assert (found["mailslot.class"], found["mailslot.size"]) == ([2], [28])
    assert found["browser.response_computer_name"] == ["DJP95S0J"]


def test_a_share() -> None:
    found = layer_values("smb2", CONNECT)
    assert (found["smb2.cmd"], found["smb2.msg_id"], found["smb2.tid"]) == ([3], [5], [7])
    assert found["smb2.tree"] == ["\\\\s\\c"]
    assert layer_tree("smb2", CONNECT).info.startswith("Tree Connect Request Tree: ")


def test_chained_messages() -> None:
    first = smb2(13, struct.pack("<HH", 4, 0) + bytes(4), chain=72)
    assert layer_values("smb2", first + CONNECT)["smb2.cmd"] == [13, 3]


def test_dialects() -> None:
    body = struct.pack("<HHBB2sI16s8sHH", 36, 2, 1, 0, b"", 0, bytes(range(16)), b"", 0x0202, 0x0311)
    found = layer_values("smb2", smb2(0, body))
    assert (found["smb2.dialect"], found["smb2.sec_mode.sign_enabled"]) == ([0x0202, 0x0311], [True])


def test_sessions() -> None:
    found = layer_values("nbss", session(CONNECT) + bytes.fromhex("85000000"))
    assert found["nbss.type"] == [0, 0x85]
    assert found["smb2.tree"] == ["\\\\s\\c"]


def test_changed_bytes_raise_nothing() -> None:
    for layer, text in (("smb", bytes.fromhex(SLOT)), ("smb2", CONNECT), ("nbss", session(CONNECT))):
        raises_nothing(layer, text)

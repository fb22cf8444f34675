"""dpkt's classes as layers, and the table that says which are used."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

import dpkt
import pytest

from dissect.engine.row import Dissection
from dissect.layers import builtin, longtail
from tests.layers.link_bytes import values

TABLE = Path(__file__).parents[2] / "docs" / "longtail.md"
ADAPTED = [layer for layer in builtin().layers if issubclass(layer, longtail.Adapted)]


def tcp(body: str, port: int) -> str:
    """A segment from `port` with `body`, from raw IP on."""
    size = len(bytes.fromhex(body))
    ip = f"4500{size + 40:04x}0001000040060000 0a0000010a000002"
    return f"{ip} {port:04x}c000 0000000100000001 5018ffff00000000 {body}"


def udp(body: str, port: int) -> str:
    """A datagram from `port` with `body`."""
    size = len(bytes.fromhex(body))
    return f"4500{size + 28:04x}0001000040110000 0a0000010a000002 {port:04x}c000 {size + 8:04x}0000" + body


def test_headers_are_dpkts() -> None:
    for layer in ADAPTED:
        made = getattr(getattr(dpkt, layer.adapts.split(".")[0]), layer.adapts.split(".")[1])
        assert layer.size == made.__hdr_len__


def test_byte_order_and_bits_follow_dpkt() -> None:
    fields = longtail.header("sccp.SCCP", "x", {}, True)
    assert fields["msgid"].little and fields["msgid"].at == 8
    bits = longtail.header("aoe.AOE", "x", {}, True)
    assert (bits["ver"].mask, bits["fl"].mask) == (0xF0, 0x0F)


def test_aim_is_found_by_a_rule() -> None:
    data = bytes.fromhex(tcp("2a02acf3000e 0003000b8001fa455564 0e757365 2a010001000400000001", 5190))
    registry = builtin().decode_as("tcp.port==5190,aim")
    run = Dissection(registry, data)
    run.enter(registry.find("linktype", 101), data, 0, len(data), len(data), None)
    found = [node.value for node in run.tree.walk() if node.field.name in ("aim.channel", "aim.fnac.id", "aim.version")]
    assert found == [2, 0xFA455564, 1, b"\0\0\0\1"]
    assert "aim.channel" not in values(101, data.hex())


def test_oicq() -> None:
    found = values(101, udp("020e1d 00020001 0000303a 6162", 8000))
    assert (found["oicq.command"], found["oicq.qqid"]) == ([2], [12346])


def test_tns_refusal() -> None:
    found = values(101, tcp("000f0000 04000000 2200 0003 414243", 1521))
    assert (found["tns.type"], found["tns.refuse_data"]) == ([4], ["ABC"])


def test_tns_connect_finds_its_text_by_offset() -> None:
    head = "003f0000 01000000 0136 012c 0000 0800 7fff 8308 0000 0100 0005 003a 00000000 61 61"
    found = values(101, tcp(head + "00" * 24 + "48454c4c4f", 1521))
    assert found["tns.connect_data"] == ["HELLO"]
    assert (found["tns.sdu_size"], found["tns.ntp_flag.asio"]) == ([2048], [True])
    assert found["tns.connect_flags.wantna"] == [True, True]


def test_yahoo() -> None:
    body = "594d5347 000a0000 000b0057 00000001 00001234 31c0806162c080 3263c0"
    found = values(101, tcp(body, 5050))
    assert found["ymsg.service"] == [0x57]
    assert (found["ymsg.content-line.key"], found["ymsg.content-line.value"]) == (["1"], ["ab"])
    assert found["ymsg.session_id"] == [0x34120000]


def test_skinny() -> None:
    body = "10000000 00000000 11010000 0c000000 01000000 e8030000"
    found = values(101, tcp(body + "04000000 00000000 00000000", 2000))
    assert found["skinny.messageId"] == [0x111, 0]
    assert (found["skinny.callState"], found["skinny.callReference"]) == ([12], [1000])


def rows() -> dict[str, str]:
    """Module → what the table says about it."""
    found = re.findall(r"^\| `(\w+)` \| (.+?) \|", TABLE.read_text("utf-8"), re.M)
    return dict(found)


def test_the_table_names_every_module() -> None:
    assert set(rows()) == {module.name for module in pkgutil.iter_modules(dpkt.__path__)}


@pytest.mark.parametrize("layer", ADAPTED, ids=lambda layer: str(layer.name))
def test_the_table_names_what_is_adapted(layer: type[longtail.Adapted]) -> None:
    assert rows()[layer.adapts.split(".")[0]].startswith("adapted")


def test_what_is_adapted_is_in_the_registry() -> None:
    used = {layer.adapts.split(".")[0] for layer in ADAPTED}
    assert used == {module for module, verdict in rows().items() if verdict.startswith("adapted")}

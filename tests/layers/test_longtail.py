"""dpkt's classes as layers, and the table that says which are used."""

from __future__ import annotations

import pkgutil
import re
from pathlib import Path

import dpkt
import pytest

from dissect.engine.layer import Layer
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


def test_aim() -> None:
    found = values(101, tcp("2a02acf3000e 0003000b0000fa455564 0e757365 2a010001000400000001", 5190))
    assert found["aim.channel"] == [2, 1]
    assert found["aim.fnac.id"] == [0xFA455564]
    assert found["aim.data"] == [b"\x0euse"]
    assert found["aim.version"] == [b"\0\0\0\1"]


def test_oicq() -> None:
    found = values(101, udp("020e1d 00020001 0000303a 6162", 8000))
    assert (found["oicq.command"], found["oicq.qqid"]) == ([2], [12346])


def test_tns_refusal() -> None:
    found = values(101, tcp("000f0000 04000000 2200 0003 414243", 1521))
    assert (found["tns.type"], found["tns.refuse_data"]) == ([4], ["ABC"])


def test_yahoo() -> None:
    body = "594d5347 000a0000 000b0057 00000001 00001234 31c0806162c080 3263c0"
    found = values(101, tcp(body, 5050))
    assert found["ymsg.service"] == [0x57]
    assert found["ymsg.content-line.key"][0] == "1" and found["ymsg.content-line.value"] == ["ab"]


def test_skinny() -> None:
    body = "10000000 00000000 11010000 0c000000 01000000 e8030000"
    found = values(101, tcp(body + "04000000 00000000 00000000", 2000))
    assert found["skinny.messageId"] == [0x111, 0]
    assert (found["skinny.callState"], found["skinny.callReference"]) == ([12], [1000])


def test_what_dpkt_refuses_is_malformed() -> None:
    class Refusing(longtail.Adapted, Layer):
        name, label = "refusing", "Refusing"
        adapts = "aim.FLAP"

        @classmethod
        def decode(cls, c: longtail.Cursor) -> None:
            cls.message(c)

    registry = builtin().with_layers([Refusing])
    for data in (b"no flap", b"*\x02\x00\x00\xff\xff", b"*" * 9000):
        run = Dissection(registry, data)
        run.enter(Refusing, data, 0, len(data), len(data), None)
        assert [note.name for note in run.tree.layers[0].notes] == ["_ws.malformed.expert"]


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

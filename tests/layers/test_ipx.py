"""IPX, with what its routers and servers say of themselves."""

from __future__ import annotations

from tests.layers.link_bytes import tree, values


def frame(socket: str, kind: str, body: str) -> str:
    """An Ethernet frame for a socket of all stations."""
    size = 30 + len(bytes.fromhex(body))
    nodes = f"00000000 ffffffffffff {socket} a8f87967 00034701c1a8 {socket}"
    return f"ffffffffffff 00034701c1a8 {size + 3:04x} e0e003 ffff {size:04x} 00 {kind} {nodes} {body}"


def test_routes() -> None:
    packet = frame("0453", "01", "0002 a8f87967 0001 006f 00000005 0002 0001")
    found = values(1, packet)
    assert tree(1, packet).protocols == "eth:llc:ipx"
    assert (found["ipxrip.packet_type"], found["ipxrip.response"]) == ([2], [True])
    assert (found["ipxrip.route_vector"], found["ipxrip.ticks"]) == ([0xA8F87967, 5], [111, 1])


def test_services() -> None:
    name = b"EKTA".hex() + "00" * 44
    packet = frame("0452", "04", f"0002 064e {name} 00000000 001485accdad 4000 0001")
    found = values(1, packet)
    assert tree(1, packet).protocols == "eth:llc:ipx"
    assert (found["ipxsap.server.type"], found["ipxsap.server.name"]) == ([0x064E], ["EKTA"])
    assert (found["ipxsap.server.socket"], found["ipxsap.server.intermediate_networks"]) == ([0x4000], [1])
    assert values(1, frame("0452", "04", "0003 0004"))["ipxsap.server.type"] == [4]


def test_a_name_is_looked_for() -> None:
    packet = frame("0455", "14", "00" * 32 + "84 01" + b"SERVER          ".hex())
    found = values(1, packet)
    assert tree(1, packet).protocols == "eth:llc:ipx"
    assert (found["nmpi.packettype"], found["nmpi.name_flags.group"], found["nmpi.name_flags.registered"]) == (
        [1], [True], [True]
    )  # fmt: skip


def test_other_sockets_carry_data() -> None:
    assert tree(1, frame("8888", "04", "01020304")).protocols == "eth:llc:ipx:data"

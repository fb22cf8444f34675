"""L2TP."""

from __future__ import annotations

from tests.layers.test_tunnels import INNER, found, ip, layers, shown, udp


def control(avps: str, version: str = "c802", ids: str = "00010000") -> str:
    """A control message."""
    return f"{version}{12 + len(bytes.fromhex(avps)):04x}{ids}00030004 {avps}"


def test_start_of_a_control_connection() -> None:
    body = "800800000000 0001800800000002 0100800a00000003 00000003800a00000007 686f7374800800000009 0011"
    fields = found(udp(1701, control(body)))
    assert (fields["l2tp.tunnel"], fields["l2tp.Ns"], fields["l2tp.Nr"]) == ([1], [3], [4])
    assert fields["l2tp.avp.type"] == [0, 2, 3, 7, 9]
    assert fields["l2tp.avp.protocol_version"] == [1]
    assert (fields["l2tp.avp.host_name"], fields["l2tp.avp.assigned_tunnel_id"]) == (["host"], [17])
    assert fields["l2tp.avp.async_framing_supported"] == [True]
    assert shown(udp(1701, control(body))).info == "Control Message - SCCRQ (tunnel id=1, session id=0)"


def test_a_hidden_value_is_not_read() -> None:
    fields = found(udp(1701, control("800800000000 0006c00800000009 abcd")))
    assert fields["l2tp.avp.hidden"] == [False, True]
    assert "l2tp.avp.assigned_tunnel_id" not in fields


def test_avp_that_is_too_short() -> None:
    result = shown(udp(1701, control("80020000 0000")))
    assert "l2tp.avp_length.bad" in [n.name for layer in result.layers for n in layer.notes]


def test_data_with_sequence_numbers_and_offset() -> None:
    body = "4b02" + f"{18 + 24 + 4:04x}" + "0001 0002 0003 0004 0004 00000000" + INNER
    fields = found(udp(1701, body))
    assert (fields["l2tp.offset"], fields["l2tp.Ns"], fields["l2tp.session"]) == ([4], [3], [2])
    assert "l2tp.offset_padding" in fields


def test_version_3_over_udp_and_ip() -> None:
    body = control("800800000000 0001800a0000003d 00001111", "c803", "00001234")
    for packet in (udp(1701, body), ip(115, "00000000" + body)):
        fields = found(packet)
        assert (fields["l2tp.ccid"], fields["l2tp.avp.assigned_control_conn_id"]) == ([0x1234], [0x1111])
    data = ip(115, "00000077" + INNER)
    assert found(data)["l2tp.sid"] == [0x77]
    assert layers(data) == ["ip", "l2tp", "data"]

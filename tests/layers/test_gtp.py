"""GTP-U."""

from __future__ import annotations

from tests.layers.test_tunnels import INNER, found, layers, shown, udp


def gtp(flags: str, message: str, body: str) -> str:
    """A GTP-U message."""
    return udp(2152, f"{flags}{message}{len(bytes.fromhex(body)):04x}11223344 {body}")


def test_packet_without_options() -> None:
    fields = found(gtp("30", "ff", INNER))
    assert (fields["gtp.teid"], fields["gtp.message"]) == ([0x11223344], [255])
    assert layers(gtp("30", "ff", INNER)) == ["ip", "udp", "gtp", "ip", "udp"]


def test_session_container_of_both_directions() -> None:
    down = found(gtp("34", "ff", "00000085 0200892000000000" + INNER))
    assert down["gtp.ext_hdr.next"] == [0x85, 0]
    assert (down["gtp.ext_hdr.pdu_ses_con.qos_flow_id"], down["gtp.ext_hdr.pdu_ses_cont.ppi"]) == ([9], [1])
    up = found(gtp("34", "ff", "00000085 01100500" + INNER))
    assert (up["gtp.ext_hdr.pdu_ses_con.pdu_type"], up["gtp.ext_hdr.pdu_ses_con.qos_flow_id"]) == ([1], [5])


def test_packet_behind_two_extension_headers() -> None:
    packet = gtp("36", "ff", "000500c0 01123485 01104900" + INNER)
    assert found(packet)["gtp.seq_number"] == [5]
    assert found(packet)["gtp.ext_hdr.pdcp_sn"] == [0x1234]
    assert found(packet)["gtp.ext_hdr.next"] == [0xC0, 0x85, 0]
    assert layers(packet)[-2:] == ["ip", "udp"]


def test_error_indication() -> None:
    packet = gtp("32", "1a", "00000000 1011223344 8500040a000001")
    assert (found(packet)["gtp.teid_data"], found(packet)["gtp.gsn_ipv4"]) == ([0x11223344], [0x0A000001])
    assert shown(packet).info == "Error indication"

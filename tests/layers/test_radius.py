"""RADIUS, byte for byte; the request is RFC 2865's (section 7.1)."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree, layer_values

REQUEST = bytes.fromhex(
    "010000380f403f9473978057bd83d5cb98f4227a01066e656d6f02120dbe708d93d413ce3196e43f782a0aee0406c0a80110050600000003"
)  # fmt: skip


def test_a_request() -> None:
    found = layer_values("radius", REQUEST)
    assert found["radius.User_Name"] == ["nemo"] and found["radius.NAS_Port"] == [3]
    assert found["radius.NAS_IP_Address"] == [0xC0A80110] and found["radius.avp.length"] == [6, 18, 6, 6]
    assert found["radius.User_Password_encrypted"][0][:2] == b"\x0d\xbe" and found["radius.req"] == [True]
    assert layer_tree("radius", REQUEST).info == "Access-Request id=0"


def answer(code: int, attributes: bytes) -> bytes:
    """A packet."""
    return bytes([code, 7]) + (20 + len(attributes)).to_bytes(2, "big") + bytes(16) + attributes


def test_tags_vendors_and_times() -> None:
    data = answer(2, b"\x40\6\0\0\0\x0d" b"\x51\7\1vlan" b"\x1a\x0c\0\0\0\x09\1\6a=bc" b"\x37\6\0\0\0\1")
    found = layer_values("radius", data)
    assert found["radius.Tunnel_Type"] == [13] and found["radius.Tunnel_Private_Group_Id"] == ["vlan"]
    assert found["radius.Tunnel_Private_Group_Id.tag"] == [1] and found["radius.Cisco_AVPair"] == ["a=bc"]
    assert found["radius.Event_Timestamp"] == [1_000_000_000] and found["radius.rsp"] == [True]


def test_eap_in_two_attributes() -> None:
    tree = layer_tree("radius", answer(11, b"\x4f\5\1\2\0" b"\x4f\4\5\4" b"\x18\3x"))
    assert [layer.layer.name for layer in tree.layers] == ["radius", "eap"]


def test_an_attribute_without_an_end() -> None:
    assert "_ws.malformed" in layer_values("radius", answer(1, b"\1\x40abc"))

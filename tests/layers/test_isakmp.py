"""ISAKMP, byte for byte."""

from __future__ import annotations

from tests.layers.link_bytes import layer_tree, layer_values


def message(version: int, kind: int, exchange: int, flags: int, payloads: bytes) -> bytes:
    """A message; `kind` is the first payload's."""
    head = bytes(range(8)) + bytes(8) + bytes([kind, version, exchange, flags]) + bytes(4)
    return head + (28 + len(payloads)).to_bytes(4, "big") + payloads


def test_a_first_proposal_of_version_1() -> None:
    transform = b"\0\0\0\x14\1\1\0\0\x80\1\0\7\x80\x0e\0\x80\x80\2\0\2"
    proposal = b"\0\0\0\x1c\1\1\0\1" + transform
    vendor = b"\0\0\0\x14" + bytes.fromhex("4a131c81070358455c5728f20e95452f")
    data = message(0x10, 1, 2, 0, b"\x0d\0\0\x28\0\0\0\1\0\0\0\1" + proposal + vendor)
    found = layer_values("isakmp", data)
    assert found["isakmp.typepayload"] == [1, 2, 3, 13] and found["isakmp.ike.attr.key_length"] == [128]
    assert found["isakmp.vid_string"] == ["RFC 3947 Negotiation of NAT-Traversal in the IKE"]
    assert layer_tree("isakmp", data).info == "Identity Protection (Main Mode)"


def test_version_2() -> None:
    transform = b"\0\0\0\x0c\1\0\0\x0c\x80\x0e\1\0"
    behind = b"\x29\0\0\x08abcd\0\0\0\x0a\0\0\0\x11\0\x13"
    data = message(0x20, 33, 34, 0x08, b"\x28\0\0\x18\0\0\0\x14\1\1\0\1" + transform + behind)
    found = layer_values("isakmp", data)
    assert found["isakmp.tf.id.encr"] == [12] and found["isakmp.nonce"] == [b"abcd"]
    assert found["isakmp.notify.data.accepted_dh_group"] == [19]
    assert layer_tree("isakmp", data).info == "IKE_SA_INIT MID=00 Initiator Request"


def test_what_is_encrypted_and_what_lies() -> None:
    assert layer_values("isakmp", message(0x10, 5, 2, 1, b"secret"))["isakmp.enc.data"]
    assert "_ws.malformed" in layer_values("isakmp", message(0x20, 40, 34, 8, b"\0\0\xff\xffab"))

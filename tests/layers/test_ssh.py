"""SSH and QUIC."""

from __future__ import annotations

from tests.layers.link_bytes import layer_values
from tests.layers.mutated import raises_nothing

KEXINIT = b"\x14" + bytes(16) + b"\0\0\0\1a" * 10 + bytes(5)
PACKET = (len(KEXINIT) + 5).to_bytes(4, "big") + b"\4" + KEXINIT + bytes(4)
INITIAL = bytes.fromhex("c3000000010884acac06b42ed86300004004aabbccdd") + bytes.fromhex(
    "e0000000010884acac06b42ed86301ee04aabbccdd"
)


def test_version_line_and_key_exchange() -> None:
    fields = layer_values("ssh", b"SSH-2.0-OpenSSH_7.8\r\n" + PACKET)
    assert fields["ssh.protocol"] == ["SSH-2.0-OpenSSH_7.8"]
    assert fields["ssh.message_code"] == [20]
    assert fields["ssh.kex_algorithms"] == ["a"]
    assert fields["ssh.kex.hassh_algorithms"] == ["a;a;a;a"]


def test_after_new_keys_all_is_encrypted() -> None:
    new_keys = bytes.fromhex("0000000c0a1500000000000000000000")
    fields = layer_values("ssh", new_keys + PACKET)
    assert fields["ssh.message_code"] == [21]
    assert fields["ssh.encrypted_packet"] == [PACKET]


def test_two_packets_of_quic_in_a_datagram() -> None:
    fields = layer_values("quic", INITIAL)
    assert fields["quic.packet_length"] == [22, 21]
    assert fields["quic.long.packet_type"] == [0, 2]
    assert fields["quic.dcid"] == [bytes.fromhex("84acac06b42ed863")] * 2
    assert fields["quic.scid"] == [b"\xee"]
    assert fields["quic.length"] == [4, 4]


def test_version_negotiation_and_retry() -> None:
    fields = layer_values("quic", bytes.fromhex("f5000000000008" + "9d5728481287a3b4" + "000000011a2a3a4a"))
    assert fields["quic.supported_version"] == [1, 0x1A2A3A4A]
    fields = layer_values("quic", bytes.fromhex("f0000000010000" + "abcd" + "11" * 16))
    assert (fields["quic.retry_token"], fields["quic.retry_integrity_tag"]) == ([b"\xab\xcd"], [b"\x11" * 16])


def test_changed_bytes_raise_nothing() -> None:
    for layer, text in (("ssh", PACKET + PACKET), ("quic", INITIAL)):
        raises_nothing(layer, text, 300)

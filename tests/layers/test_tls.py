"""TLS and DTLS."""

from __future__ import annotations

from dissect.layers import ja4
from tests.layers.link_bytes import layer_tree, layer_values
from tests.layers.mutated import raises_nothing

CLIENT_HELLO = bytes.fromhex(
    "16030100b7010000b30303216e876ea1a480c60145c4c80eb8d05c85b6806043105c391236cd4e88f79a21000038c02cc030009fcca9cca8"
    "ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff01000052000b00040300"
    "0102000a000c000a001d0017001e00190018002300000016000000170000000d002a0028040305030603080708080809080a080b08040805"
    "0806040105010601030303010302040205020602"
)
SERVER_NAME = bytes.fromhex("0000000e000c0000096c6f63616c686f7374")
ALPN = bytes.fromhex("001000050003026832")


def hello(extensions: bytes) -> bytes:
    """A client hello with these extensions alone."""
    body = bytes.fromhex("0303") + bytes(32) + bytes.fromhex("000002c02f0100") + len(extensions).to_bytes(2, "big")
    message = b"\1" + len(body + extensions).to_bytes(3, "big") + body + extensions
    return b"\x16\3\1" + len(message).to_bytes(2, "big") + message


def test_client_hello() -> None:
    fields = layer_values("tls", CLIENT_HELLO)
    assert fields["tls.record.version"] == [0x0301]
    assert fields["tls.handshake.version"] == [0x0303]
    assert len(fields["tls.handshake.ciphersuite"]) == 28
    assert fields["tls.handshake.extension.type"] == [11, 10, 35, 22, 23, 13]
    assert fields["tls.handshake.sig_hash_hash"][:2] == [4, 5]
    assert fields["tls.handshake.ja3"] == ["fbe7e189e37a07ee33706f86bc746344"]
    assert layer_tree("tls", CLIENT_HELLO).info == "Client Hello"


def test_names_in_a_hello() -> None:
    fields = layer_values("tls", hello(SERVER_NAME + ALPN))
    assert fields["tls.handshake.extensions_server_name"] == ["localhost"]
    assert fields["tls.handshake.extensions_alpn_str"] == ["h2"]


def test_ja4_as_published() -> None:
    """The example of FoxIO's technical details, with GREASE in each of its lists."""
    ciphers = bytes.fromhex("0a0a130113021303c02bc02fc02cc030cca9cca8c013c014009c009d002f0035")
    parts = ("1a1a0000 001b0003020002 000000060004000001 78 00330002 0000 001000050003026832",
             "446900050003026832 00170000 002d000100 000d0014 0012 1a1a04030804040105030805050108060601 00050000",
             "00230000 00120000 002b0007064a4a03040303 ff01000100 000b00020100 000a00040002001d 00150000")  # fmt: skip
    extensions = bytes.fromhex("".join(parts))
    body = bytes.fromhex("0303") + bytes(33) + bytes([0, len(ciphers)]) + ciphers + bytes.fromhex("0100")
    body += len(extensions).to_bytes(2, "big") + extensions
    message = b"\1" + len(body).to_bytes(3, "big") + body
    fields = layer_values("tls", b"\x16\3\1" + len(message).to_bytes(2, "big") + message)
    assert fields["tls.handshake.ja4"] == ["t13d1516h2_8daaf6152771_e5627efa2ab1"]
    assert fields["tls.handshake.ja4_r"] == [
        "t13d1516h2_002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9_"
        "0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01_"
        "0403,0804,0401,0503,0805,0501,0806,0601"
    ]


def test_ja4_of_little() -> None:
    assert layer_values("tls", hello(b""))["tls.handshake.ja4"] == [f"t12i010000_{ja4.digest('c02f')}_000000000000"]
    assert [ja4.ends(protocol) for protocol in (b"", b"x", b"h3-29", b"\xab\xcd")] == ["00", "xx", "h9", "ad"]


def test_extensions_about_certificates() -> None:
    sct = b"\0" + bytes(range(32)) + (1_700_000_000_123).to_bytes(8, "big") + bytes.fromhex("0000 0403 0002 abcd")
    stamped = (len(sct) + 2).to_bytes(2, "big") + len(sct).to_bytes(2, "big") + sct
    stamps = b"\0\x12" + len(stamped).to_bytes(2, "big") + stamped
    fields = layer_values("tls", hello(stamps + bytes.fromhex("001b0003020002 0014000302 0200")))
    assert fields["tls.sct.sct_logid"] == [bytes(range(32))]
    assert fields["tls.sct.sct_timestamp"] == [1_700_000_000_123_000_000]
    assert fields["tls.sct.sct_signature"] == [b"\xab\xcd"]
    assert fields["tls.compress_certificate.algorithm"] == [2]
    assert fields["tls.handshake.cert_type.type"] == [2, 0]


def test_an_encrypted_client_hello() -> None:
    fields = layer_values("tls", hello(bytes.fromhex("fe0d000f 00 0001 0003 2a 0002 aabb 0003 010203")))
    assert (fields["tls.ech.config_id"], fields["tls.ech.enc"]) == ([42], [b"\xaa\xbb"])
    assert fields["tls.ech.hpke.keyconfig.cipher_suite.aead_id"] == [3]
    assert fields["tls.ech.payload"] == [b"\1\2\3"]
    assert layer_values("tls", hello(bytes.fromhex("fe0d000101")))["tls.ech.client_hello_type"] == [1]


def test_what_follows_a_change_of_ciphers_is_encrypted() -> None:
    info = layer_tree("tls", bytes.fromhex("1403030001011603030004010000001503030002022a")).info
    alert = "Alert (Level: Fatal, Description: Bad Certificate)"
    assert info == f"Change Cipher Spec, Encrypted Handshake Message, {alert}"
    info = layer_tree("tls", bytes.fromhex("150303000500112233441703030001ff")).info
    assert info == "Encrypted Alert, Application Data"


def test_a_record_that_goes_on_in_the_next_segment() -> None:
    fields = layer_values("tls", bytes.fromhex("1703030100aabb"))
    assert (fields["tls.record.length"], fields["tls.segment.data"]) == ([256], [b"\xaa\xbb"])


def test_dtls() -> None:
    body = bytes.fromhex("fefd") + bytes(32) + bytes.fromhex("0002abcd0002c02b0100")
    size = len(body).to_bytes(3, "big")
    message = b"\1" + size + bytes.fromhex("0000000000") + size + body
    data = bytes.fromhex("16fefd0000000000000007") + len(message).to_bytes(2, "big") + message
    fields = layer_values("dtls", data)
    assert fields["dtls.record.sequence_number"] == [7]
    assert fields["dtls.handshake.cookie"] == [b"\xab\xcd"]
    assert fields["dtls.handshake.ciphersuite"] == [0xC02B]
    assert layer_tree("dtls", data).protocol_column == "DTLSv1.2"


def test_changed_bytes_raise_nothing() -> None:
    for layer in ("tls", "dtls"):
        raises_nothing(layer, hello(SERVER_NAME + ALPN) + CLIENT_HELLO, 300)

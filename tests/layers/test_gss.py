"""SPNEGO and NTLM, in SMB 2."""

from __future__ import annotations

from tests.layers.link_bytes import layer_values
from tests.layers.mutated import raises_nothing
from tests.layers.test_directory import element

HELLO = bytes.fromhex(
    "4e544c4d5353500001000000 15828a62 0000000028000000 0000000028000000 0601b11d0000000f"
)
CHALLENGE = bytes.fromhex(
    "4e544c4d5353500002000000 0600060038000000 15828a62 0001020304050607 0000000000000000 0e000e003e000000"
    "0601b11d0000000f 44004f004d00 0200060044004f004d00 00000000"
)
PROOF = bytes.fromhex(
    "4e544c4d5353500003000000 0400040048000000 040004004c000000 0600060050000000 0600060056000000 040004005c000000"
    "0000000060000000 15828a62 0601b11d0000000f aabbccdd 11223344 44004f004d00 62006f006200 57005300"
)
MECHANISM = element(6, bytes.fromhex("2b06010401823702020a"))
FIRST = element(
    0x60, element(6, bytes.fromhex("2b0601050502")),
    element(0xA0, element(0x30, element(0xA0, element(0x30, MECHANISM)), element(0xA2, element(4, HELLO)))),
)  # fmt: skip
SECOND = element(0xA1, element(0x30, element(0xA0, element(10, b"\1")), element(0xA2, element(4, CHALLENGE))))


def test_tokens() -> None:
    found = layer_values("gss-api", FIRST)
    assert (found["gss-api.OID"], found["spnego.mechTypes"]) == (["1.3.6.1.5.5.2"], [1])
    assert (found["ntlmssp.messagetype"], found["ntlmssp.version.build_number"]) == ([1], [7601])
    found = layer_values("gss-api", SECOND)
    assert (found["spnego.negResult"], found["ntlmssp.challenge.target_name"]) == ([1], ["DOM"])
    assert found["ntlmssp.challenge.target_info.nb_domain_name"] == ["DOM"]


def test_who_it_is() -> None:
    found = layer_values("ntlmssp", PROOF)
    assert (found["ntlmssp.auth.domain"], found["ntlmssp.auth.username"]) == (["DOM"], ["bob"])
    assert (found["ntlmssp.auth.hostname"], found["ntlmssp.auth.ntresponse"]) == (["WS"], [bytes.fromhex("11223344")])


SECOND_ANSWER = bytes(range(16)) + bytes.fromhex(
    "0101 000000000000 0090d336b734c301 0001020304050607 00000000 02000600 44004f004d00 00000000 00000000"
)
VERSION_2 = bytes.fromhex(
    "4e544c4d5353500003000000 0000000058000000 4000400058000000 0000000058000000 0000000058000000 0000000058000000"
    "0000000058000000 15828a62 0601b11d0000000f 00000000000000000000000000000000"
) + SECOND_ANSWER


def test_a_second_version_s_answer() -> None:
    size = len(SECOND_ANSWER).to_bytes(2, "little")
    found = layer_values("ntlmssp", VERSION_2[:20] + size * 2 + VERSION_2[24:])
    assert found["ntlmssp.ntlmv2_response.ntproofstr"] == [bytes(range(16))]
    assert found["ntlmssp.ntlmv2_response.nb_domain_name"] == ["DOM"]
    assert found["ntlmssp.ntlmv2_response.chal"] == [bytes(range(8))]


def test_changed_bytes_raise_nothing() -> None:
    for layer, text in (("gss-api", FIRST), ("gss-api", SECOND), ("ntlmssp", PROOF), ("ntlmssp", VERSION_2)):
        raises_nothing(layer, text, 300)
